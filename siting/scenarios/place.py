"""The folder of many plans: made, or known again by the file that says what it is; anything else is left alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from siting.problems import InputError, Problem
from siting.results.manifest import MANIFEST
from siting.whole_files import write_whole

__all__ = ["take_place", "write_pages"]

OTHER = "name another with -o"


def take_place(folder: Path, mark: str, what: str) -> None:
    """Make a folder for something, or find it again.

    Parameters
    ----------
    folder
        Where it goes.
    mark
        Name of the file by which an earlier one is known.
    what
        What it is, in words: "a sweep".

    Raises
    ------
    InputError
        If something else is there, or nothing can be written.
    """
    name = os.fspath(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError([Problem(name, 0, "", f"{what} goes to a folder, and this is a file", OTHER)])
    if (folder / MANIFEST).exists():
        raise InputError([Problem(name, 0, "", "this folder holds the results of a run", OTHER)])
    try:
        if folder.is_dir() and not (folder / mark).exists() and any(folder.iterdir()):
            message = f"this folder holds other things than {what} (it has no {mark})"
            raise InputError([Problem(name, 0, "", message, OTHER)])
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / f".{mark}.try", "")
        (folder / f".{mark}.try").unlink()
    except OSError as error:
        message = f"nothing can be written here ({error.strerror or error})"
        raise InputError([Problem(name, 0, "", message, OTHER)]) from error


def write_pages(folder: Path, languages: Sequence[str], page: Callable[[str], str]) -> None:
    """Write a page in each language: ``index.html`` in English, ``index.id.html`` and so on in others.

    Parameters
    ----------
    folder
        Where they go.
    languages
        Of `siting.reports.text.words.LANGUAGES`.
    page
        Makes the page in a language.
    """
    for language in languages:
        write_whole(folder / ("index.html" if language == "en" else f"index.{language}.html"), page(language))
