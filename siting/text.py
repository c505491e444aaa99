"""Text that a person states: what of it can be written again to every file of a result, and what an id may be.

And text that a person reads, marked for translation.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import PurePath
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, StringConstraints

__all__ = [
    "LONGEST_ID",
    "N_",
    "FileOfStudy",
    "GridZoneId",
    "Id",
    "PlainText",
    "StudyName",
    "as_year",
    "day_of",
    "is_day",
    "joined",
    "unwritable",
    "without_folder",
    "without_unwritable",
]

LONGEST_ID = 80

_HALVES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""What neither XML nor a table in Parquet or CSV takes back as it was; tabs and ends of lines are fine."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{kind}{number}" for kind in ("com", "lpt") for number in range(10))}
)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools look for
    """Mark a text for translation where it stands; the reports translate it when they print it."""
    return message


def is_day(text: str) -> bool:
    """Whether a text is a day as ISO 8601 writes it, which sorts as it falls.

    Examples
    --------
    >>> is_day("2031-06-30"), is_day("2031-6-30"), is_day("2031"), is_day("2031-02-30")
    (True, False, False, False)
    """
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def as_year(year: float) -> float:
    """Return a decimal year as a whole number where it is one, so that it prints and counts as one.

    Examples
    --------
    >>> as_year(2030.0), as_year(2028.5)
    (2030, 2028.5)
    """
    return int(year) if float(year).is_integer() else float(year)


def day_of(year: float) -> str:
    """Return the day with which a year, or the second half of one, begins.

    Examples
    --------
    >>> day_of(2030), day_of(2028.5)
    ('2030-01-01', '2028-07-01')
    """
    return f"{int(year)}-{'01' if float(year).is_integer() else '07'}-01"


def joined(text: str) -> str:
    r"""Return a text in which the two halves that JSON writes for one character are that character.

    Examples
    --------
    >>> joined("\ud83d\ude00") == "\U0001f600", joined("\ud83d!") == "\ud83d!"
    (True, True)
    """
    if not _HALVES.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def unwritable(text: str) -> str:
    r"""Say what keeps a text from being written; an empty text if nothing does.

    Examples
    --------
    >>> unwritable("AI campus \ud83d"), unwritable("a\x00b")
    ('input should be text; \\ud83d is half of a character', 'input should be text without the control character \\x00')
    >>> unwritable("Campus\nof two lines")
    ''
    """
    if half := _HALVES.search(text):
        return f"input should be text; {ascii(half[0])[1:-1]} is half of a character"
    if control := _CONTROLS.search(text):
        return f"input should be text without the control character {ascii(control[0])[1:-1]}"
    return ""


def without_unwritable(text: str) -> str:
    r"""Return a text with U+FFFD in place of what cannot be written, to go on reading with.

    Examples
    --------
    >>> without_unwritable("a\x00b") == "a\ufffdb"
    True
    """
    return _CONTROLS.sub("\ufffd", _HALVES.sub("\ufffd", text))


def _writable(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = joined(value)
    if reason := unwritable(text):
        raise ValueError(reason)
    return text


def _no_device(name: str) -> str:
    if name in _DEVICES:
        raise ValueError(f"input should be another name: Windows has no folder {name!r}")
    return name


def without_folder(path: str) -> str:
    """Return a path as results may show it: the folders of one machine are nobody's business.

    Examples
    --------
    >>> without_folder("/home/ana/area.geojson"), without_folder("maps/area.geojson")
    ('area.geojson', 'maps/area.geojson')
    """
    return PurePath(path).name if PurePath(path).is_absolute() else path


PlainText = Annotated[str, BeforeValidator(_writable)]
FileOfStudy = Annotated[PlainText, PlainSerializer(without_folder, when_used="json")]
"""Path of a file, seen from the study."""
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=LONGEST_ID)]
GridZoneId = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+([-_][A-Z0-9]+)*$", max_length=LONGEST_ID)]
StudyName = Annotated[Id, AfterValidator(_no_device)]
