"""What reading any table has in common: its text, what keeps it from being read, and its columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from siting.problems import Problem, did_you_mean

__all__ = ["column_problems", "text_of", "unreadable"]

NO_COLUMN = "no such column"


def text_of(path: Path) -> tuple[str, list[Problem]]:
    """Return the text of a file in UTF-8, or what is wrong with it, with the line."""
    try:
        return path.read_bytes().decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return "", [Problem(path.name, line, "", unreadable(error), "save it in that encoding")]
    except OSError as error:
        return "", [Problem(path.name, 0, "", unreadable(error))]


def unreadable(error: Exception) -> str:
    """Say why a file cannot be read."""
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    return f"cannot be read: {str(error).splitlines()[0] if str(error) else type(error).__name__}"


def column_problems(
    file: str, found: Sequence[str], wanted: Sequence[str], optional: Collection[str] = (), line: int = 1
) -> list[Problem]:
    """Return the unknown, repeated and missing columns, at the line of the heading.

    A misspelt one is reported once, as unknown; of a table that has none of them that is all that is said.
    """
    if not found:
        return [Problem(file, line, "", "there are no rows", f"the columns are: {_some(wanted)}")]
    if not set(found) & set(wanted):
        hint = f"they are: {_some(wanted)}"
        return [Problem(file, line, "", f"none of its columns is known (got {_some(found)})", hint)]
    problems = []
    near: set[str] = set()
    absent = [name for name in wanted if name not in found]
    for place, name in enumerate(found):
        if name not in wanted:
            hint = did_you_mean(name, absent)
            near.update(other for other in absent if repr(other) in hint)
            problems.append(Problem(file, line, name, NO_COLUMN, hint))
        elif name in found[:place]:
            problems.append(Problem(file, line, name, "column stands twice"))
    problems += [Problem(file, line, name, "missing column") for name in absent if name not in {*near, *optional}]
    return problems


SHOWN_COLUMNS = 8


def _some(names: Sequence[str]) -> str:
    """The first of some names, each cut where it is long."""
    more = " and others" if len(names) > SHOWN_COLUMNS else ""
    return ", ".join(name[:SHOWN_LETTERS] for name in names[:SHOWN_COLUMNS]) + more


SHOWN_LETTERS = 40
