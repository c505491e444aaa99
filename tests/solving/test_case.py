"""The case: parts of it, and that nobody changes it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from rich_case import rich_case
from tiny import tiny_case, with_full_year

from siting.case.case import KEY_OF_AXIS, TABLE_OF_AXIS, Case, Field
from siting.case.typical_days import full_year


@pytest.fixture(scope="module")
def case() -> Case:
    return rich_case()


def test_part_of_a_case_keeps_the_order_asked_for(case: Case) -> None:
    part = case.only(site=["b", "a"], rack=["t"])
    assert part.axes["site"] == ("b", "a")
    assert part.axes["rack"] == ("t",)
    assert np.array_equal(part.values("grid.price_usd_per_mwh"), case.values("grid.price_usd_per_mwh")[::-1])
    assert np.array_equal(part.values("racks.compatible_count"), case.values("racks.compatible_count")[:, 1:])
    assert part.tables["sites"]["site_id"].tolist() == ["b", "a"]
    assert part.tables["racks"]["rack_id"].tolist() == ["t"]
    assert np.array_equal(part.values("cooling.pue")[1, 0], case.values("cooling.pue")[0, 0])


def test_part_of_a_case_takes_the_same_part_of_its_year(case: Case) -> None:
    part = with_full_year(case, case).only(site=["b"])
    assert part.full_year().axes["site"] == ("b",)


def test_unknown_member_is_refused(case: Case) -> None:
    with pytest.raises(KeyError):
        case.only(site=["elsewhere"])


def test_case_cannot_be_changed(case: Case) -> None:
    with pytest.raises(ValueError, match="read-only"):
        case.values("cooling.pue")[0, 0, 0] = 9.0
    with pytest.raises(TypeError):
        case.fields["cooling.pue"] = Field((), np.array(1.0))  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        case.year_of = None  # type: ignore[misc]


def test_field_does_not_follow_its_source() -> None:
    source = np.ones(2)
    field = Field(("site",), source)
    source[0] = 7.0
    assert field.values.tolist() == [1, 1]


def test_pairs_are_those_that_the_numbers_allow() -> None:
    output = np.full((2, 2, 6), 0.5)
    output[1, 0, 3] = np.nan
    case = rich_case(compatible_count=[[1, 0], [1, 1]], rtt_ms=[[40.0, 40.1], [1, 1]], output_fraction=output)
    assert case.compatible() == [("air", "r"), ("wet", "r"), ("wet", "t")]
    assert case.served() == [("a", "y"), ("b", "y"), ("b", "z")]  # the limit of 40 ms itself is within
    assert case.offered() == [("a", "solar"), ("a", "wind"), ("b", "wind")]


def test_case_says_what_it_is() -> None:
    assert repr(tiny_case()).startswith("Case(tiny: 1 sites, 1 zones, ")


def test_every_axis_has_a_key_column(case: Case) -> None:
    assert set(case.axes) == set(KEY_OF_AXIS)
    for axis, table in TABLE_OF_AXIS.items():
        assert case.tables[table][KEY_OF_AXIS[axis]].tolist() == list(case.axes[axis])


def test_calendar_counts_its_days() -> None:
    assert full_year(2022).days_count == 365
    assert tiny_case().calendar.days_count == 1
