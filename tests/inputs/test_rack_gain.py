"""Racks that do more if they are bought later, so that waiting has a value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny_study import study_fields, write_study

import siting
from siting.data.kinds.vintages import in_vintages, with_gain

YEARS = pd.DataFrame(
    columns=["rack_id", "year", "rack_usd", "compute_pflop", "rack_kw", "embodied_t", "source", "grade"]
)
RACKS = pd.DataFrame(
    {"rack_id": ["a", "b"], "name": ["A", "B"], "compute_pflop": [100.0, 10.0], "rack_kw": 50.0, "embodied_t": 8.0}
)


def test_each_period_has_a_kind_that_does_more() -> None:
    """From 2026, at 20 % a year: in 2028 1.44 times as much, in 2024 as much as in the table."""
    sold = in_vintages(RACKS, with_gain(YEARS, RACKS, 0.2, 2026, [2024, 2028]), [2024, 2028]).set_index("rack_id")
    assert sold["compute_pflop"].to_dict() == pytest.approx(
        {"a-2024": 100, "a-2028": 144, "b-2024": 10, "b-2028": 14.4}
    )
    assert set(sold["rack_kw"]) == {50.0}
    assert set(sold["embodied_t"]) == {8.0}


def test_what_the_table_says_of_a_rack_stands() -> None:
    """Of rack a the table has its own; of b only a price, which says nothing of its work."""
    own = pd.DataFrame(
        [
            {"rack_id": "a", "year": 2028, "compute_pflop": 111.0, "grade": "assumed"},
            {"rack_id": "b", "year": 2028, "rack_usd": 5.0, "grade": "assumed"},
        ],
        columns=YEARS.columns,
    )
    sold = in_vintages(RACKS, with_gain(own, RACKS, 0.5, 2026, [2028]), [2028]).set_index("rack_id")
    assert sold["compute_pflop"].to_dict() == pytest.approx({"a": 111, "b": 22.5})


@pytest.mark.slow
def test_waiting_has_a_value_in_a_study_of_two_periods(tmp_path: Path) -> None:
    """A study that begins in 2026 with periods in 2030 and 2035: 1.1 to the fourth and to the ninth; none by default."""
    fields: dict[str, Any] = study_fields()
    periods = [{"year": 2030, "length_yr": 5}, {"year": 2035, "length_yr": 5}]
    fields["horizon"] = {"base_year": 2026, "periods": periods}
    fields["demand"] |= {"inference_mw": {"2030": 4, "2035": 4}, "batch_mw": {"2030": 2, "2035": 2}}
    plain = siting.prepare(siting.load_study(write_study(tmp_path, fields)))
    fields["technology"] = {**fields.get("technology", {}), "rack_gain_per_yr": 0.1}
    gained = siting.prepare(siting.load_study(write_study(tmp_path, fields)))
    before = plain.values("computing.compute_pflop_per_mw")
    assert gained.values("computing.compute_pflop_per_mw") == pytest.approx(
        [pflop * 1.1**years for pflop in before for years in (4, 9)]
    )
    assert [str(rack) for rack in gained.axes["rack"]] == [
        f"{rack}-{y}" for rack in plain.axes["rack"] for y in (2030, 2035)
    ]
