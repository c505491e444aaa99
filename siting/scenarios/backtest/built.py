"""The file of what was built: points or counties, each with a size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
from pydantic import BeforeValidator, StringConstraints

from siting.data.kinds.row import Row
from siting.data.tables.checking import checked_rows
from siting.data.tables.files import Line, cells_of
from siting.problems import InputError, Problem, did_you_mean
from siting.study import magnitudes

__all__ = ["Built", "BuiltRow", "read_built"]

FIPS_LENGTH = 5
PLACE_WANTED = "give latitude and longitude, or county_fips"


def _whole_code(code: Any) -> Any:
    """Give back the zero that spreadsheets take from the codes of nine states."""
    return code.zfill(FIPS_LENGTH) if isinstance(code, str) and len(code) == FIPS_LENGTH - 1 else code


class BuiltRow(Row):
    """Something that was built: where, how large in a unit of the file's own, and when."""

    latitude: Annotated[float, magnitudes.LATITUDE] | None
    longitude: Annotated[float, magnitudes.LONGITUDE] | None
    county_fips: Annotated[str, BeforeValidator(_whole_code), StringConstraints(pattern=r"^[0-9]{5}$")] | None
    size: Annotated[float, magnitudes.BUILT_SIZE]
    year: Annotated[float, magnitudes.BUILT_YEAR] | None


@dataclass(frozen=True)
class Built:
    """What was built.

    Parameters
    ----------
    file : str
        Name of the file.
    rows : DataFrame
        Columns of `BuiltRow`, by line of the file; NaN and "" where nothing is said.
    not_read : tuple of str
        Other columns of the file.
    """

    file: str
    rows: pd.DataFrame
    not_read: tuple[str, ...] = ()


def read_built(path: Path) -> Built:
    """Read and check a file of what was built.

    Parameters
    ----------
    path : Path
        CSV with the columns ``size``, ``latitude`` and ``longitude`` or ``county_fips``, and perhaps ``year``; others
        are not read.

    Raises
    ------
    InputError
        With everything that is wrong with the file.
    """
    heading, lines, problems = cells_of(path)
    problems += _of_heading(path.name, heading) if heading else []
    if problems:
        raise InputError(problems)
    rows, problems = _rows(path.name, heading, lines)
    if problems:
        raise InputError(problems)
    return Built(path.name, rows, tuple(name for name in heading if name not in BuiltRow.model_fields))


def _rows(file: str, heading: Sequence[str], lines: Sequence[Line]) -> tuple[pd.DataFrame, list[Problem]]:
    """Return all rows that are right, with all columns, and what is wrong with the others."""
    table, problems = checked_rows(file, heading, lines, BuiltRow)
    rows = table.reindex(columns=list(BuiltRow.model_fields))
    rows["county_fips"] = rows["county_fips"].astype(object).where(rows["county_fips"].notna(), "")
    problems += _of_places(file, rows)
    if not problems and not rows["size"].sum() > 0:
        problems.append(Problem(file, 0, "size", "nothing was built; one size above 0 at the least is wanted"))
    return rows, problems


def _of_heading(file: str, heading: list[str]) -> Iterator[Problem]:
    """Say which columns are missing or stand twice."""
    others = [name for name in heading if name not in BuiltRow.model_fields]
    wanted = ["size"]
    if "latitude" in heading or "longitude" in heading:
        wanted += ["latitude", "longitude"]
    elif "county_fips" not in heading:
        near = [name for name in BuiltRow.model_fields if did_you_mean(name, others)]
        hint = f"did you mean {near[0]!r}?" if near and near[0] not in ("size", "year") else ""
        yield Problem(file, 1, "", f"no column says where; {PLACE_WANTED}", hint)
    for name in wanted:
        if name not in heading:
            near = [other for other in others if did_you_mean(other, [name])]
            yield Problem(file, 1, name, "missing column", f"is it {near[0]!r}?" if near else "")
    for name in BuiltRow.model_fields:
        if heading.count(name) > 1:
            yield Problem(file, 1, name, "column stands twice")


def _of_places(file: str, rows: pd.DataFrame) -> Iterator[Problem]:
    """Say which rows have no place, or half of one."""
    for line, latitude, longitude, county in zip(
        rows.index, rows["latitude"].isna(), rows["longitude"].isna(), rows["county_fips"], strict=True
    ):
        if latitude != longitude:
            yield Problem(file, int(line), "latitude" if latitude else "longitude", "missing value")
        elif latitude and not county:
            yield Problem(file, int(line), "", f"no place; {PLACE_WANTED}")
