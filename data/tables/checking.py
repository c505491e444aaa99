"""Rows held against what a row of their table must be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import NoneType
from typing import Any, get_args

import pandas as pd
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from siting.data.kinds.row import ABOUT, Row
from siting.data.tables.files import Line
from siting.problems import Problem, pattern_words, unit_hint, wording
from siting.text import unwritable

__all__ = ["cell_problems", "checked_rows", "frame_of", "may_be_left_out"]

MISSING = "missing value"


def checked_rows(
    file: str, heading: Sequence[str], lines: Sequence[Line], row_model: type[Row]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Check every row; cells under a name that the model does not have are not looked at.

    Parameters
    ----------
    file
        Name of the file, for the problems.
    heading, lines
        From `cells_of`.
    row_model
        What a row must be. An empty cell is a missing value.

    Returns
    -------
    table, problems
        As `read_table` returns them.
    """
    rows, problems = [], []
    optional = dict.fromkeys(may_be_left_out(row_model))
    for line, cells in lines:
        if len(cells) != len(heading):
            problems.append(_too_many(file, line, cells, heading))
            continue
        known = [(name, cell) for name, cell in zip(heading, cells, strict=True) if name in row_model.model_fields]
        broken = [(name, reason) for name, cell in known if (reason := unwritable(cell))]
        if broken:
            problems += [Problem(file, line, name, reason) for name, reason in broken]
            continue
        values = optional | {name: cell.strip() or None for name, cell in known}
        try:
            rows.append((line, row_model.model_validate(values)))
        except ValidationError as error:
            found = [problem for problem in _row_problems(file, line, error) if problem.field in heading]
            problems.extend(sorted(found, key=lambda problem: heading.index(problem.field)))
    return frame_of([row for _, row in rows], row_model, [line for line, _ in rows]), problems


def cell_problems(
    file: str, heading: Sequence[str], lines: Sequence[Line], row_model: type[Row], *, may_be_empty: bool = False
) -> list[Problem]:
    """Say what is wrong with the cells of columns that are known, where others are not or are missing.

    Parameters
    ----------
    file, heading, lines, row_model
        As of `checked_rows`.
    may_be_empty
        Whether something is put where a cell is empty.
    """
    known = [name in row_model.model_fields and heading.index(name) == at for at, name in enumerate(heading)]
    kept = [name for name, is_known in zip(heading, known, strict=True) if is_known]
    whole = [(line, cells) for line, cells in lines if len(cells) == len(heading)]
    cut = [(line, [cell for cell, is_known in zip(cells, known, strict=True) if is_known]) for line, cells in whole]
    found = checked_rows(file, kept, cut, row_model)[1]
    found += [_too_many(file, line, cells, heading) for line, cells in lines if len(cells) != len(heading)]
    return [problem for problem in found if not (may_be_empty and problem.message == MISSING)]


def _too_many(file: str, line: int, cells: Sequence[str], heading: Sequence[str]) -> Problem:
    return Problem(file, line, "", f"{len(cells)} cells under a heading of {len(heading)}")


def may_be_left_out(row_model: type[Row]) -> set[str]:
    """Return the columns of a row that may be empty, or not there."""
    return {name for name, field in row_model.model_fields.items() if NoneType in get_args(field.annotation)}


def _row_problems(file: str, line: int, error: ValidationError) -> Iterable[Problem]:
    for item in error.errors():
        field, kind, context = str(item["loc"][0]) if item["loc"] else "", item["type"], item.get("ctx", {})
        hint = ""
        if item["input"] is None:
            message = MISSING
        elif kind == "string_pattern_mismatch":
            message = f"input should be {pattern_words(context['pattern'])} (got {item['input']!r})"
        else:
            message = wording(kind, context, item["input"])
            least, most = (next((context[name] for name in names if name in context), None) for names in _BOUNDS)
            hint = unit_hint(field, item["input"], least, most)
        yield Problem(file, line, field, message, hint)


_BOUNDS = (("ge", "gt"), ("le", "lt"))


def frame_of(rows: list[Row], row_model: type[Row], lines: list[int] | None = None) -> pd.DataFrame:
    """Frame of rows, indexed by line, with the type of each column fixed by the model even when there are no rows.

    A column that may be left out is there only if some row has a value in it.
    """
    cells = {name: [getattr(row, name) for row in rows] for name in row_model.model_fields}
    own = {
        name: field
        for name, field in row_model.model_fields.items()
        if field.is_required() or any(cell is not None for cell in cells[name])
    }
    names = [
        *(name for name in own if name not in ABOUT),
        *(name for name in ABOUT if name in own),
    ]
    frame = pd.DataFrame({name: _column(cells[name], own[name]) for name in names})
    return frame if lines is None else frame.set_axis(lines, axis="index")


def _column(cells: list[Any], field: FieldInfo) -> pd.Series:
    """Cells of a column as the type that its field has; an empty text where there is none."""
    kinds = {field.annotation, *get_args(field.annotation)}
    if float in kinds | {inner for kind in kinds for inner in get_args(kind)}:
        return pd.Series(cells, dtype="float64")
    if int in kinds:
        return pd.Series(cells, dtype="int64")
    return pd.Series(["" if cell is None else cell for cell in cells], dtype=object)
