"""Result folders: whole or not there at all, and never in the place of somebody's other files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from siting.problems import InputError, Problem

__all__ = ["check_replaceable", "replaced_folder"]

MARK = "plan.json"
"""File by which a folder is known to hold results."""


def check_replaceable(folder: Path) -> None:
    """Refuse a folder that results must not replace; to be asked before long work.

    Raises
    ------
    InputError
        If the path is a file, the current folder, or a folder with other things than results in it.
    """
    name = os.fspath(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(name, 0, "", "results go to a folder, and this is a file")])
    if folder.resolve() == Path.cwd():
        raise InputError([Problem(name, 0, "", "results cannot replace the current folder", "name a folder inside it")])
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        message = f"this folder holds other things than results (it has no {MARK}), so it is left alone"
        raise InputError([Problem(name, 0, "", message, "name another with -o")])


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Give a new folder to write results to, and put it in place once all is written.

    Until then the old results stay as they are; if the writing fails, the new folder is removed. Files that
    are not results, such as notes beside the reports, are kept.

    Parameters
    ----------
    folder
        Where the results are to be.

    Yields
    ------
    Path
        An empty folder beside it.

    Raises
    ------
    InputError
        If the folder must not be replaced, see `check_replaceable`.
    """
    check_replaceable(folder)
    place = folder.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
    before = place.with_name(f".{place.name}.{os.getpid()}.before")
    partial.mkdir()
    try:
        yield partial
        if place.exists():
            place.rename(before)
        try:
            partial.rename(place)
        except OSError:
            if before.exists():
                before.rename(place)
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    if before.exists():
        _keep_others(before, place)
        shutil.rmtree(before, ignore_errors=True)


def _keep_others(before: Path, place: Path) -> None:
    """Move what no run writes from the old results to the new."""
    for entry in before.iterdir():
        is_result = entry.name in {MARK, "run-manifest.json", "data", "case"} or entry.suffix == ".html"
        if not is_result and not (place / entry.name).exists():
            entry.rename(place / entry.name)
