"""Files written whole or not at all: a full disk, or an end in the midst of it, leaves none that lacks a part."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["write_bytes", "write_whole", "written_together"]


def write_whole(path: Path, text: str) -> None:
    """Write a text whole or not at all.

    Parameters
    ----------
    path
        The file; an earlier one is replaced.
    text
        Written as UTF-8, with its ends of lines as they are.

    Raises
    ------
    OSError
        If it cannot be written; it names the file, and an earlier one is as it was.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes whole or not at all, as `write_whole` does.

    Parameters
    ----------
    path
        The file; an earlier one is replaced.
    content
        What it will hold.

    Raises
    ------
    OSError
        As of `write_whole`.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _named(error, path) from None


@contextmanager
def written_together(folder: Path) -> Iterator[Path]:
    """Give a folder to write files into, which are put in their place once all of them are whole.

    Parameters
    ----------
    folder
        Their place; made if it is not there, and gone again if it was not and nothing came into it.

    Raises
    ------
    OSError
        If one cannot be written; it names the place, which is as it was before.
    """
    made = next((each for each in reversed([folder, *folder.parents]) if not each.exists()), None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".siting-", dir=folder))
        try:
            yield aside
            for path in sorted(aside.iterdir()):
                path.replace(folder / path.name)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except BaseException as error:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        if isinstance(error, OSError):
            raise _named(error, folder) from None
        raise


def _named(error: OSError, path: Path) -> OSError:
    """Return an error that says of which file, where it can."""
    if error.errno is None:
        return error
    return OSError(error.errno, error.strerror, os.fspath(path))
