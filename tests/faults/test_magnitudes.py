"""Whatever has the wrong order of magnitude or the wrong sign is refused, with file, line and field."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from tiny_study import own_tables, study_fields, write_study

import siting
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.rows import FinanceRow, ParameterRow
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.problems import InputError
from siting.study.magnitudes import Range
from siting.study.own_table import OwnTable
from siting.study.study import Study


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        siting.prepare(siting.load_study(path))
    return str(caught.value)


def constraints(annotation: object) -> list[object]:
    """Every bound that annotates a type or what it is made of."""
    own: list[object] = []
    for mark in getattr(annotation, "__metadata__", ()):
        own += mark if isinstance(mark, Range) else getattr(mark, "metadata", [mark])
    return own + [found for part in typing.get_args(annotation) for found in constraints(part)]


def numbers(model: type[BaseModel]) -> Iterator[tuple[str, list[object]]]:
    """Fields that hold numbers, with what bounds them; those of parts too.

    Rows of a table that stand in a study are bounded by the table.
    """
    if model is OwnTable:
        return
    for name, hint in typing.get_type_hints(model, include_extras=True).items():
        if name not in model.model_fields:
            continue
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            yield from numbers(hint)
        kinds = set(_kinds(hint))
        for part in (
            part for part in kinds if isinstance(part, type) and issubclass(part, BaseModel) and part is not hint
        ):
            yield from numbers(part)
        if {int, float} & kinds:
            yield name, constraints(hint)


def _kinds(annotation: object) -> Iterator[object]:
    yield annotation
    for part in typing.get_args(annotation):
        yield from _kinds(part)


BOUNDED = {
    "study": dict(numbers(Study)),
    **{name: dict(numbers(table.row)) for name, table in {**TABLES, **LAYERS}.items()},
}
BESIDE = {("parameters", "value"), ("finance", "value")}
"""Numbers whose ranges go by another column of the row."""


@pytest.mark.parametrize("table", BOUNDED)
def test_every_number_has_a_least_and_a_greatest_value(table: str) -> None:
    """A number is told by its type, so a new column without a range is found here."""
    without = [
        name
        for name, found in BOUNDED[table].items()
        if (table, name) not in BESIDE
        and not (any(isinstance(mark, Ge | Gt) for mark in found) and any(isinstance(mark, Le | Lt) for mark in found))
    ]
    assert without == []


def test_numbers_are_found_in_parts_lists_and_choices() -> None:
    """So that the test above tests something: two of a part, one of a list, one by year, one that may be left out."""
    assert {"module_mw", "site_max_mw", "length_yr", "inference_mw", "pue_max_ratio"} <= BOUNDED["study"].keys()
    assert {"pipe_usd_per_mw_km", "demand_mw"} <= BOUNDED["heat"].keys()


def test_every_series_is_bounded() -> None:
    assert all(bounds.least < bounds.most for series in SERIES.values() for bounds in series.columns.values())


@pytest.mark.parametrize(("table", "ranges"), [("parameters", ParameterRow.ranges), ("finance", FinanceRow.ranges)])
def test_every_parameter_of_the_catalogue_has_a_range(table: str, ranges: dict[str, Range]) -> None:
    assert set(pd.read_csv(catalog_path(table))["parameter_id"]) == set(ranges)


WRONG = {
    "a population of 31 digits": ("zones", "population_count", 0, "1" * 31, "zones.csv:2: population_count: input should be at most 1e+10"),
    "a rack of a milliwatt": ("racks", "rack_kw", 0, "1e-9", "racks.csv:2: rack_kw: input should be from 0.1 to 5000 (got 1e-09)"),
    "a rack without power": ("racks", "rack_kw", 0, "0", "racks.csv:2: rack_kw: input should be greater than 0 (got '0')"),
    "headroom in kW": ("sites", "headroom_mw", 1, "400000", "sites.csv:3: headroom_mw: input should be at most 50000 (got '400000')"),
    "a tariff in cents": ("sites", "tariff_usd_per_mwh", 0, "6.5", "sites.csv:2: tariff_usd_per_mwh: input should be at least 10 (got '6.5')"),
    "halls in USD a kW": ("cooling", "hall_usd_per_mw", 0, "11400", "cooling.csv:2: hall_usd_per_mw: input should be at least 100000 (got '11400')"),
    "land for less than a dollar": ("sites", "land_usd_per_ha", 0, "0.5", "sites.csv:2: land_usd_per_ha: input should be 0, or from 1 to 1e+10 (got 0.5)"),
    "racks in million USD": ("racks", "rack_usd", 0, "3.02", "racks.csv:2: rack_usd: input should be at least 1000 (got '3.02')"),
    "carbon in kg": ("racks", "embodied_t", 0, "30000", "racks.csv:2: embodied_t: input should be at most 3000 (got '30000')"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_order_of_magnitude_in_a_table_is_refused(tmp_path: Path, name: str) -> None:
    table, column, row, value, message = WRONG[name]
    own = own_tables()[table].astype(object)
    own.loc[row, column] = value
    told = refusal(write_study(tmp_path, tables={table: own}))
    assert told.startswith(message)
    assert told.count("\n") == 0


def with_parameter(folder: Path, table: str, parameter: str, **cells: str) -> Path:
    own = pd.read_csv(catalog_path(table), dtype=str, keep_default_na=False)
    for column, value in cells.items():
        own.loc[own["parameter_id"] == parameter, column] = value
    return write_study(folder, tables={table: own})


@pytest.mark.parametrize(
    ("table", "parameter", "cells", "message"),
    [
        ("parameters", "network_usd_per_pflop_km_yr", {"value": "-180"},
         "parameters.csv:7: value: network_usd_per_pflop_km_yr should be 0, or from 1e-06 to 1000 (got -180)"),
        ("parameters", "rtt_slope_ms_per_km", {"value": "16.1"},
         "parameters.csv:2: value: rtt_slope_ms_per_km should be from 0.005 to 1 (got 16.1)"),
        ("parameters", "connection_life_yr", {"parameter_id": "connection_live_yr"},
         "parameters.csv:9: parameter_id: there is no parameter 'connection_live_yr'; did you mean 'connection_life_yr'?"),
        ("parameters", "rtt_intercept_ms", {"unit": "h"}, "parameters.csv:6: unit: rtt_intercept_ms should be in 'ms' (got 'h')"),
        ("finance", "debt_rate_fraction", {"value": "6.14"}, "finance.csv:14: value: debt_rate_fraction should be from 0 to 1 (got 6.14)"),
    ],
)  # fmt: skip
def test_parameter_is_held_to_its_own_range(
    tmp_path: Path, table: str, parameter: str, cells: dict[str, str], message: str
) -> None:
    assert refusal(with_parameter(tmp_path, table, parameter, **cells)) == message


@pytest.mark.parametrize(
    ("part", "field", "value", "message"),
    [
        ("demand", "inference_mw", {"2030": 1e-9}, "input should be 0, or from 0.001 to 1e+06 (got 1e-09)"),
        ("facility", "site_max_mw", 400000, "input should be at most 50000 (got 400000); is it in kW? 400 MW"),
        ("facility", "module_mw", 1e-9, "input should be from 0.01 to 50000 (got 1e-09)"),
        ("policy", "carbon_price_usd_per_t", 51e6, "input should be at most 100000 (got 51000000.0)"),
        ("policy", "pue_max_ratio", 1, "input should be at least 1.001 (got 1)"),
        ("finance", "discount_rate_fraction", 7, "input should be at most 0.95 (got 7); is it in per cent? 0.07"),
    ],
)
def test_wrong_order_of_magnitude_in_a_study_is_refused(
    tmp_path: Path, part: str, field: str, value: object, message: str
) -> None:
    fields = study_fields()
    fields[part] = {**fields.get(part, {}), field: value}
    path = write_study(tmp_path, fields)
    line = next(i for i, text in enumerate(path.read_text().splitlines(), 1) if f'"{field}"' in text)
    told = refusal(path)
    place, _, told = told.removeprefix(f"{path}:").partition(": ")
    assert int(place) - line in (0, 1)  # by year the value stands below its field
    assert told.startswith(f"{part}.{field}")
    assert told.endswith(message)


@pytest.mark.parametrize(("factor", "refused"), [(1.0, False), (100 / 24, True)])
def test_daily_shape_is_over_its_mean(tmp_path: Path, factor: float, refused: bool) -> None:
    """One in per cent of the day would serve four times the demand that the study states."""
    shape = pd.read_csv(catalog_path("demand_shape")).assign(inference_ratio=lambda t: t["inference_ratio"] * factor)
    path = write_study(tmp_path, tables={"demand_shape": shape})
    if refused:
        assert "inference_ratio should be 1 on average over the day (got 4.167)" in refusal(path)
    else:
        siting.prepare(siting.load_study(path))
