"""The price of water from which another cooling pays: by hand, and by plans that must pay it."""

from __future__ import annotations

import pandas as pd
import pytest
from tiny import quick
from two_coolings import two_coolings

from siting.plan.tables.water_saving import savings


def test_break_even_by_hand() -> None:
    """Wet costs 117,500 + 507,100 + 2 x 13,140 m3; air 96,000 + 619,120 USD and no water.

    64,240 USD more for 13,140 m3 less is 4.889 USD a m3 on top of the 2 that the saved water already counts: 6.889.
    Without that credit it would be 4.889, with it twice 8.889.
    """
    (row,) = quick(two_coolings()).tables["water_saving"].to_dict("records")
    assert (row["built_cooling_id"], row["cooling_id"]) == ("wet", "air")
    assert row["water_m3_per_yr"] == row["water_saved_m3_per_yr"] == pytest.approx(1.5 * 8760)
    assert row["extra_cost_usd_per_yr"] == pytest.approx(64_240)
    assert row["break_even_water_usd_per_m3"] == pytest.approx(2 + 64_240 / 13_140)


@pytest.mark.parametrize(("price", "built"), [(6.88, "wet"), (6.90, "air")])
def test_a_plan_changes_its_cooling_at_that_price(price: float, built: str) -> None:
    plan = quick(two_coolings(water_usd_per_m3=price))
    assert plan.tables["halls"]["cooling_id"].tolist() == [built]


def test_nothing_is_saved_where_no_other_cooling_serves_the_full_load() -> None:
    """Air that carries nine tenths in the design hour, or that draws more water, saves none."""
    plan = quick(two_coolings())
    options = plan.tables["cooling_options"]
    other = options["is_built"] == 0
    derated = options.assign(carried_fraction=options["carried_fraction"].where(~other, 0.9))
    assert savings(plan.case, derated).empty
    thirsty = options.assign(water_m3_per_yr=options["water_m3_per_yr"].where(~other, 1e6))
    assert savings(plan.case, thirsty).empty


def test_the_cheapest_saving_of_a_site_counts_and_the_cheapest_site_comes_first() -> None:
    """Two ways save 10 m3 for 5 and for 8 USD; another site saves for 2."""
    plan = quick(two_coolings())
    site = plan.case.axes["site"][0]
    row = {"site_id": site, "period": 2030, "built_cooling_id": "wet", "carried_fraction": 1.0}
    later = {**row, "period": 2035}
    options = pd.DataFrame([
        {**row, "cooling_id": "wet", "is_built": 1, "water_m3_per_yr": 10.0, "extra_cost_usd_per_yr": 0.0},
        {**row, "cooling_id": "air", "is_built": 0, "water_m3_per_yr": 0.0, "extra_cost_usd_per_yr": 80.0},
        {**row, "cooling_id": "dry", "is_built": 0, "water_m3_per_yr": 0.0, "extra_cost_usd_per_yr": 50.0},
        {**later, "cooling_id": "wet", "is_built": 1, "water_m3_per_yr": 10.0, "extra_cost_usd_per_yr": 0},
        {**later, "cooling_id": "dry", "is_built": 0, "water_m3_per_yr": 0.0, "extra_cost_usd_per_yr": 20},
    ])  # fmt: skip
    found = savings(plan.case, options)
    assert found["period"].tolist() == [2035, 2030]
    assert found["cooling_id"].tolist() == ["dry", "dry"]
    assert found["break_even_water_usd_per_m3"].tolist() == pytest.approx([4.0, 7.0])
