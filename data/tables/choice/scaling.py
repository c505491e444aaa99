"""Columns of tables times a factor that the study states: checked like the values in a file, and graded as assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from siting.data.tables.links import Tables
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.problems import Problem, did_you_mean, one_of, wording

__all__ = ["scalable_columns", "scale_problems", "scaled", "scaled_columns"]


def scalable_columns() -> dict[str, tuple[str, ...]]:
    """Columns that hold numbers, by table.

    Examples
    --------
    >>> "tariff_usd_per_mwh" in scalable_columns()["sites"], "name" in scalable_columns()["sites"]
    (True, False)
    """
    rows = {**TABLES, **LAYERS}
    found = {
        name: tuple(column for column, field in kind.row.model_fields.items() if _is_number(field.annotation))
        for name, kind in rows.items()
    }
    return {**found, **{name: tuple(series.columns) for name, series in SERIES.items()}}


def scale_problems(scales: Mapping[str, Mapping[str, float]]) -> list[Problem]:
    """Say which of a study's scales are of no table, or of no column of numbers."""
    known = scalable_columns()
    problems = []
    for table, factors in scales.items():
        if table not in known:
            hint = did_you_mean(table, known)
            problems.append(Problem("scales", 0, table, "no such table in the catalogue", hint))
            continue
        for column in factors:
            if column not in known[table]:
                hint = did_you_mean(column, known[table]) or one_of(known[table]) or f"see: siting template {table}"
                problems.append(
                    Problem("scales", 0, f"{table}.{column}", f"{table} has no such column of numbers", hint)
                )
    return problems


def scaled(tables: Tables, scales: Mapping[str, Mapping[str, float]]) -> tuple[Tables, list[Problem]]:
    """Return all tables with the columns that a study scales multiplied, and what is wrong with that.

    Parameters
    ----------
    tables
        Every table of the catalogue, by name.
    scales
        Factor by table and column.
    """
    problems = scale_problems(scales)
    made = Tables(tables)
    made.sound, made.named = tables.sound, tables.named
    if problems or not scales:
        return made, problems
    for name, factors in scales.items():
        made[name], found = scaled_columns(name, tables[name], factors)
        problems += found
    made["columns"] = _told(made["columns"], "description", scales)
    made["imputed"] = _told(made["imputed"], "rule", scales)
    return made, problems


def scaled_columns(name: str, table: pd.DataFrame, factors: Mapping[str, float]) -> tuple[pd.DataFrame, list[Problem]]:
    """Return one table with columns multiplied, and the values that are then none of such a column.

    Parameters
    ----------
    name
        Of the table.
    table
        Its rows.
    factors
        Factor by column; of a column that the table may lack, and does, nothing follows.
    """
    made, problems = table.copy(), []
    for column, factor in factors.items():
        if column not in table:
            continue
        values = table[column] * factor
        for value in values.dropna().unique() if name not in SERIES else (values.min(), values.max()):
            if problem := _wrong(name, column, float(value)):
                problems.append(Problem("scales", 0, f"{name}.{column}", f"times {factor:g}: {problem}"))
                break
        made[column] = values.astype(table[column].dtype) if (values == values.round()).all() else values
    return made, problems


def _wrong(name: str, column: str, value: float) -> str:
    """What is wrong with a value of a column; empty if nothing is."""
    if name in SERIES:
        bounds = SERIES[name].columns[column]
        if bounds.least <= value <= bounds.most:
            return ""
        return f"values should be from {bounds.least:g} to {bounds.most:g} (got {value:g})"
    field = {**TABLES, **LAYERS}[name].row.model_fields[column]
    kind: Any = field.rebuild_annotation()
    try:
        TypeAdapter(kind).validate_python(int(value) if value == round(value) else value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return wording(first["type"], first.get("ctx", {}), value)
    return ""


def _told(provenance: pd.DataFrame, words: str, scales: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Say of each scaled column, or cell that was filled in, that its value is no longer its source's."""
    made = provenance.copy()
    for table, factors in scales.items():
        for column, factor in factors.items():
            rows = (made["table"] == table) & (made["column"] == column)
            made.loc[rows, "grade"] = "assumed"
            made.loc[rows, words] += f"; times {factor:g}, as the study scales it"
    return made


def _is_number(annotation: Any) -> bool:
    kinds = {annotation, *get_args(annotation)}
    kinds |= {inner for kind in kinds for inner in get_args(kind)}
    return bool(kinds & {int, float})
