"""What fuzzers do with bytes: each target takes any, and raises only where the program is at fault.

Wrong input is an `InputError`, whose problems are lines that any terminal takes. Anything else that is raised is a
finding. `TARGETS` is used by `fuzz.py`, which is guided by coverage, and by `tests/inputs/test_fuzzed.py`.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from siting.cooling.weather import read_epw
from siting.data.importing.hourly_files import read_hours
from siting.data.importing.weather_files import read_weather
from siting.data.tables.choice.looking_up import problems_of
from siting.data.tables.files import cells_of
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.problems import InputError, Problem
from siting.results.folder import NotAResultError, load
from siting.results.verifying import verify
from siting.study.loading import examine

__all__ = ["TARGETS", "folder_target"]

PLACE = Path(tempfile.gettempdir())
KINDS = [*TABLES, *LAYERS, *SERIES]
LONGEST = 2000
"""Letters of a problem: a person is to read it."""


def _held(problems: list[Problem] | tuple[Problem, ...]) -> None:
    """Each problem is a line that a person can read."""
    for problem in problems:
        text = str(problem)
        assert text.isprintable(), repr(text)
        assert len(text) < LONGEST + len(str(PLACE)), text
        assert problem.message, repr(problem)


def study(data: bytes) -> None:
    """A study, and all that it chooses from its tables."""
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        path = Path(folder) / "study.yaml"
        path.write_bytes(data)
        found, problems = examine(path)
        _held(problems)
        if found is not None:
            _held(problems_of(found))


def table(data: bytes) -> None:
    """A table of one's own; the first byte says which, the second in which format and to what end."""
    if len(data) < 3:
        return
    name, end = KINDS[data[0] % len(KINDS)], data[1] % 4
    ending = ".parquet" if data[1] >= 250 else ".geojson" if data[1] >= 240 else ".csv"
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        own = Path(folder) / f"own{ending}"
        own.write_bytes(data[2:])
        _held(cells_of(own)[2])
        kind = ("append", "change", "replace", "replace")[end]
        path = Path(folder) / "study.yaml"
        path.write_text(f"extends: us-small\nname: own\ntables: {{{name}: {{{kind}: {own.name}}}}}\n")
        found, problems = examine(path)
        _held(problems)
        assert found is not None
        _held(problems_of(found))


EPW_LINE = "2021,{month},{day},{hour},60,?9?9,20.0,10.0,52.0,97000.0" + ",0" * 25


@functools.cache
def _epw_lines() -> tuple[bytes, ...]:
    import pandas as pd

    head = (
        "LOCATION,Town,AZ,USA,TMY3,722780,33.45,-111.98,-7.0,337.0\nDESIGN CONDITIONS,0\nTYPICAL/EXTREME PERIODS,0\n"
        "GROUND TEMPERATURES,0\nHOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0\nCOMMENTS 1,\nCOMMENTS 2,\n"
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31"
    ).splitlines()
    times = pd.date_range("2021-01-01", periods=8760, freq="h")
    rows = [EPW_LINE.format(month=time.month, day=time.day, hour=time.hour + 1) for time in times]
    return tuple(line.encode() for line in (*head, *rows))


def epw(data: bytes) -> None:
    """An EPW file: all of it, or a good one in which lines are put in place of others.

    Each piece of the data that ends in a byte of zero is a line; its first two bytes say in the place of which.
    """
    content = data[1:]
    if data[:1] < b"\xc0":
        lines = list(_epw_lines())
        for piece in data[1:].split(b"\0"):
            if len(piece) >= 2:
                place = int.from_bytes(piece[:2], "big")
                lines[place % (8 if place < 0x8000 else len(lines))] = piece[2:]
        content = b"\n".join(lines)
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        path = Path(folder) / "town.epw"
        path.write_bytes(content)
        for read in (read_epw, read_weather):
            try:
                read(path)
            except InputError as error:
                _held(error.problems)


def weather(data: bytes) -> None:
    """Weather of PVGIS, Open-Meteo or NASA POWER."""
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        path = Path(folder) / "weather.csv"
        path.write_bytes(data)
        try:
            read_weather(path)
        except InputError as error:
            _held(error.problems)


def hours(data: bytes) -> None:
    """Hours of prices; the first byte says how times are meant."""
    zones = ("UTC", "America/Chicago", "Europe/Berlin", "No/Where", "../../etc/passwd")
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        path = Path(folder) / "hours.csv"
        path.write_bytes(data[1:])
        zone = zones[(data[0] if data else 0) % len(zones)]
        try:
            read_hours(path, names={}, time_zone=zone)
        except InputError as error:
            _held(error.problems)


def folder_target(result: Path) -> Callable[[bytes], None]:
    """Return the target of a saved plan in which one file is altered.

    Parameters
    ----------
    result
        A result folder without reports; never changed.
    """
    files = sorted(path.relative_to(result) for path in result.rglob("*") if path.is_file())

    def altered(data: bytes) -> None:
        """The first two bytes say which file, the third how, the next three where; the rest is put there."""
        if len(data) < 6:
            return
        name, how = files[int.from_bytes(data[:2], "big") % len(files)], data[2] % 4
        before = (result / name).read_bytes()
        at, rest = int.from_bytes(data[3:6], "big") % (len(before) + 1), data[6:]
        after = {
            0: before[:at] + rest + before[at + len(rest) :],
            1: before[:at],
            2: rest,
            3: before[:at] + rest + before[at:],
        }[how]
        with tempfile.TemporaryDirectory(dir=PLACE) as folder:
            copy = Path(folder) / "copy"
            shutil.copytree(result, copy, copy_function=lambda one, other: Path(other).hardlink_to(one))
            (copy / name).unlink()
            (copy / name).write_bytes(after)
            found = verify(copy, pages=False)
            assert found.holds == (after == before), (name, found.failures)
            for failure in found.failures:
                assert len(failure) < LONGEST, failure
            with contextlib.suppress(NotAResultError):
                load(copy)

    return altered


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "study": study,
    "table": table,
    "epw": epw,
    "weather": weather,
    "hours": hours,
}
"""Those that need nothing but bytes, by name."""
