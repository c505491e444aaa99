"""Everything that a study resolves to: each value with its unit, its source and its grade."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from siting.data.tables.provenance import Provenance
from siting.quantities import UNITS, unit
from siting.study.demand import of_one_class

if TYPE_CHECKING:
    import pandas as pd
    from pydantic import BaseModel

    from siting.study.study import Study

__all__ = ["Shown", "chosen_of", "resolved"]

DESCRIBING = frozenset({"source_id", "grade", "name", "unit"})
"""Columns that say something about the row and are no values of their own."""

UNKNOWN = "unknown"
"""Stands for a number that a table leaves empty; what a study leaves empty is "none": no limit, no price."""

ABOUT = ("columns", "sources", "imputed")
"""Tables about the other tables."""


@dataclasses.dataclass(frozen=True)
class Shown:
    """One value: what it is, how much, in which unit, from where, and how good."""

    item: str
    value: str
    unit: str
    source: str
    grade: str


def resolved(study: Study, tables: Mapping[str, pd.DataFrame], table: str | None = None) -> Iterator[Shown]:
    """Yield every value that a study resolves to.

    Parameters
    ----------
    study
        The study.
    tables
        From `chosen_of`.
    table
        Only the values of this table; by default the study's own values, then all tables.
    """
    if table is None:
        yield from _of_part(study, study, "")
    provenance = Provenance(tables)
    for name, frame in tables.items():
        if table == name or (table is None and name not in ABOUT):
            yield from (
                _of_series(name, frame, provenance)
                if name.startswith("series_")
                else _of_table(name, frame, provenance)
            )


def chosen_of(study: Study) -> tuple[Study, dict[str, pd.DataFrame]]:
    """Return a study with the demand of each of its periods, and the rows of each catalogue table that it chooses.

    Raises
    ------
    InputError
        With everything that is wrong with the tables or the choice.
    """
    from siting.data.tables.choice.scaling import scaled
    from siting.data.tables.choice.selection import choose_rows
    from siting.data.tables.of_study import tables_of

    choice = choose_rows(study)
    every = scaled(tables_of(study)[0], study.scales)[0]
    chosen = {}
    for name, frame in every.items():
        if name.startswith("series_"):  # the case takes the series of the chosen sites only
            key = str(frame.columns[0])
            chosen[name] = frame[frame[key].isin(choice.tables["sites"][key])]
        else:
            chosen[name] = choice.tables.get(name, frame)
    return choice.study, chosen


def _of_part(study: Study, part: BaseModel, prefix: str) -> Iterator[Shown]:
    """Values that the study states or leaves at their defaults."""
    from pydantic import BaseModel

    for name in type(part).model_fields:
        value = getattr(part, name)
        field = f"{prefix}{name}"
        if isinstance(value, BaseModel):
            yield from _of_part(study, value, f"{field}.")
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            for position, item in enumerate(value):
                yield from _of_part(study, item, f"{field}.{position}.")
        elif isinstance(value, Mapping) and value:
            for key, item in value.items():
                yield _stated(study, f"{field}.{key}", name, item)
        else:
            yield _stated(study, field, name, value)


def _stated(study: Study, field: str, name: str, value: Any) -> Shown:
    where = study.place_of(field)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    growth = study.demand.growth
    if number and not where and growth is not None and of_one_class(name):
        where = f"demand_growth.{growth.case} from {growth.from_year}"
    return Shown(field, _text(value), _unit_label(name) if number else "", where or "default", "assumed")


def _of_table(name: str, frame: pd.DataFrame, provenance: Provenance) -> Iterator[Shown]:
    from siting.data.tables.schema import LAYERS, TABLES

    keys = {**TABLES, **LAYERS}[name].key
    beside = {*DESCRIBING, *keys, *(["description"] if "value" in frame.columns else [])}
    values = [str(column) for column in frame.columns if column not in beside]
    for record in frame.to_dict("records"):
        row_id = ".".join(_text(record[key]) for key in keys)
        for column in values:
            source, grade = provenance.of(name, row_id, column, record)
            label = _unit_label(column)
            if column == "value" and "unit" in record:
                label = UNITS[record["unit"]].label if record["unit"] in UNITS else str(record["unit"])
            item = f"{name}.{row_id}" if column == "value" else f"{name}.{row_id}.{column}"
            yield Shown(item, _text(record[column]), label, source, grade)


def _of_series(name: str, frame: pd.DataFrame, provenance: Provenance) -> Iterator[Shown]:
    """One line a series: its mean, since nobody reads 8,760 values."""
    key = str(frame.columns[0])
    means = frame.drop(columns="hour").groupby(key, sort=True).mean(numeric_only=True)
    for row_id, row in means.iterrows():
        for column, mean in row.items():
            source, grade = provenance.of(name, str(row_id), str(column), {})
            text = UNKNOWN if math.isnan(mean) else f"mean {mean:.4g}"
            yield Shown(f"{name}.{row_id}.{column}", text, _unit_label(str(column)), source, grade)


def _unit_label(column: str) -> str:
    try:
        return unit(column).label
    except ValueError:
        return ""


def _text(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, float) and math.isnan(value):
        return UNKNOWN
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {item}" for key, item in value.items()) or "none"
    return " ".join(str(value).split())
