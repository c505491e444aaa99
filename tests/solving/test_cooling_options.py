"""What other ways of cooling would have cost: by hand, by the plan's own cost, by plans that must use them."""

from __future__ import annotations

import pandas as pd
import pytest
from rich_case import rich_case
from tiny import quick
from two_coolings import two_coolings

from siting.accounts.books import cost_term
from siting.accounts.numbers import Books
from siting.case.case import Field
from siting.plan.plan import Plan
from siting.plan.tables.long_table import long_table

PARTS = ["halls_usd_per_mwh", "extra_racks_usd_per_mwh", "energy_usd_per_mwh", "water_usd_per_mwh"]


def test_costs_by_hand() -> None:
    """1 MW of IT all year is 8,760 MWh; halls, land, peaks and lines by plain arithmetic.

    Wet: halls (100,000 x 1.1 + 5,000 + 0.1 x 100,000 x 0.25) = 117,500 USD/yr; power 1.1 MW at a mean of 50 USD/MWh,
    12 x 1.1 x 1,000 of demand charge, 1.1 x 10,000 x 1.1 of connection (one year at 10 %); water 1.5 m3/MWh at 2 USD.
    Air: halls 88,000 + 3,000 + 5,000; power (1.2 x 20 + 1.3 x 50 + 1.4 x 80) / 3, 1.4 MW of peak and connection.
    Full load all day, so the fixed share of the overhead changes nothing.
    """
    plan = quick(two_coolings())
    table = plan.tables["cooling_options"].set_index("cooling_id")
    wet, air = table.loc["wet"], table.loc["air"]
    mwh = 8760.0
    assert wet["halls_usd_per_mwh"] == pytest.approx(117_500 / mwh)
    assert wet["energy_usd_per_mwh"] == pytest.approx((55 * mwh + 13_200 + 12_100) / mwh)
    assert wet["water_usd_per_mwh"] == pytest.approx(3.0)
    assert air["halls_usd_per_mwh"] == pytest.approx(96_000 / mwh)
    assert air["energy_usd_per_mwh"] == pytest.approx((67 * mwh + 16_800 + 15_400) / mwh)
    assert air["water_usd_per_mwh"] == 0
    assert (wet["pue"], air["pue"]) == pytest.approx((1.1, 1.3))
    assert wet["is_built"] + air["is_built"] == 1
    assert table["extra_racks_usd_per_mwh"].tolist() == [0, 0]
    assert table["cost_usd_per_mwh"].to_numpy() == pytest.approx(table[PARTS].sum(axis=1).to_numpy())


@pytest.mark.parametrize("carried", [1.0, 0.8])
@pytest.mark.parametrize("carbon_price", [pytest.param(0.0, marks=pytest.mark.slow), 40.0])
def test_difference_is_that_of_a_plan_that_must_use_it(carried: float, carbon_price: float) -> None:
    """Solved with one way of cooling only, and again with the other: the plans differ by what the table says.

    At 0.8 the hottest hour needs 1.25 MW of racks for the work of one, five of 0.25 MW, so no rounding blurs it. Racks
    that idle at 0.3 of their power then draw some of it, which a table without them would miss.
    """
    changes = {
        "carried_fraction": [[[carried], [1.0]]],
        "idle_fraction": 0.3,
        "carbon_t_per_mwh": [[0.2, 0.5, 0.3]],
        "policy": {"carbon_price_usd_per_t": carbon_price},
    }
    costs = {
        only: quick(two_coolings(**changes, compatible_count=[[only == "air"], [only == "wet"]]))
        for only in ("air", "wet")
    }
    yearly = {only: float(plan.tables["cost"]["cost_usd_per_yr"].sum()) for only, plan in costs.items()}
    cheaper = min(yearly, key=lambda only: yearly[only])
    plan = quick(two_coolings(**changes))
    table = plan.tables["cooling_options"].set_index("cooling_id")
    assert table.loc[cheaper, "is_built"] == 1
    for only, cost in yearly.items():
        assert table.loc[only, "extra_cost_usd_per_yr"] == pytest.approx(cost - yearly[cheaper], abs=1e-3)


def is_price_of_power(cost: pd.DataFrame) -> list[bool]:
    """Which rows of the cost table are a part of what power costs."""
    return [cost_term(f"{row['component']}.{row['term']}").is_price_of_power for row in cost.to_dict("records")]


def built_rows_agree(plan: Plan) -> None:
    """Halls, power and water of the built rows are those of the plan's accounts."""
    hourly = plan.tables["hourly"]
    it = (hourly["it_mw"] * hourly["weight_h_per_yr"]).groupby([hourly["site_id"], hourly["period"]]).sum()
    cost = plan.tables["cost"].set_index(["site_id", "period"])
    built = plan.tables["cooling_options"].query("is_built == 1")
    assert built.groupby(["site_id", "period"]).size().max() == 1, "the comparison is for sites cooled in one way"
    terms = {
        "halls_usd_per_mwh": cost.query("component in ['halls', 'retrofit', 'water_supply'] or term == 'land'"),
        "energy_usd_per_mwh": cost[is_price_of_power(cost)],
        "water_usd_per_mwh": cost.query("component == 'cooling' and term == 'water'"),
    }  # fmt: skip
    for row in built.to_dict("records"):
        key = (row["site_id"], row["period"])
        for name, rows in terms.items():
            assert row[name] * it[key] == pytest.approx(rows.loc[[key], "cost_usd_per_yr"].sum(), rel=1e-9, abs=1e-6)
        sites = plan.tables["sites"].set_index(["site_id", "period"]).loc[key]
        assert row["pue"] == pytest.approx(sites["pue"], rel=1e-9)
        assert row["wue_l_per_kwh"] == pytest.approx(sites["wue_l_per_kwh"], rel=1e-9)
        assert row["extra_cost_usd_per_yr"] == 0


def test_built_rows_are_the_plan_with_everything_in_it() -> None:
    """With halls that stand for one module only: of two, one may stay empty, and is in no row."""
    plan = quick(
        rich_case(
            leases=(),
            measures=(),
            compatible_count=[[0, 0], [1, 1]],
            existing_mw=[[1.0, 0.0], [0.0, 1.0]],
            threshold_usd=0.0,
        )
    )
    assert {"contracts", "storage", "carbon_price"} <= set(plan.tables["cost"]["component"])
    built_rows_agree(plan)


def test_halls_of_one_site_share_its_bill() -> None:
    """Water for half of the site: the energy of its two halls together is its power bill."""
    plan = quick(two_coolings(policy={"water_cap_m3_per_yr": 7_000.0}, price_usd_per_mwh=[[120.0, 150.0, 180.0]]))
    table = plan.tables["cooling_options"].query("is_built == 1").set_index(["site_id", "period"])
    energy = Books(plan.case, plan.solution.decisions).it_by_pair().sum(axis=2) @ plan.case.calendar.weights
    mwh = long_table(plan.case, {"mwh": Field(("site", "cooling", "period"), energy)})
    mwh = mwh.rename(columns={"cooling_id": "built_cooling_id"}).set_index(["site_id", "period", "built_cooling_id"])
    assert table.groupby(level=[0, 1]).size().max() == 2, "the case no longer builds both"
    bill = plan.tables["cost"]
    bill = bill[is_price_of_power(bill)]
    paid = table["energy_usd_per_mwh"] * table.set_index("built_cooling_id", append=True).index.map(mwh["mwh"])
    expected = bill.groupby(["site_id", "period"])["cost_usd_per_yr"].sum()
    found = paid.groupby(level=[0, 1]).sum()
    assert found.to_numpy() == pytest.approx(expected[found.index].to_numpy(), rel=1e-9)


def test_racks_that_do_not_fit_have_no_row() -> None:
    plan = quick(two_coolings(compatible_count=[[1], [0]]))
    assert plan.tables["cooling_options"]["cooling_id"].tolist() == ["air"]
    assert plan.tables["cooling_places"]["cooling_id"].tolist() == ["air"]


def test_cooling_that_a_site_cannot_have_is_no_option() -> None:
    """Wet would be the cheaper, but this site has no water for it."""
    plan = quick(two_coolings(offered_count=[[1, 0]]))
    assert plan.tables["cooling_options"]["cooling_id"].tolist() == ["air"]
    places = plan.tables["cooling_places"].set_index("cooling_id")
    assert places["is_cheapest"].to_dict() == {"air": 1, "wet": 0}
    assert places["is_least_pue"].to_dict() == {"air": 1, "wet": 0}


def test_places_by_hand() -> None:
    """One MW flat: as in the first test, at both sites; the second has no price on power, so the cheaper hall wins."""
    case = two_coolings(sites=("a", "b"), price_usd_per_mwh=[[20.0, 50.0, 80.0], [0.0, 0.0, 0.0]], water_usd_per_m3=2.0)
    table = quick(case).tables["cooling_places"].set_index(["site_id", "cooling_id"])
    mwh = 8760.0
    assert table.loc[("a", "wet"), "cost_usd_per_mwh"] == pytest.approx(117_500 / mwh + 55 + 25_300 / mwh + 3)
    assert table.loc[("a", "air"), "cost_usd_per_mwh"] == pytest.approx(96_000 / mwh + 67 + 32_200 / mwh)
    assert table.loc[("b", "air"), "cost_usd_per_mwh"] == pytest.approx(96_000 / mwh + 32_200 / mwh)
    assert table["is_cheapest"].to_dict() == {("a", "air"): 0, ("a", "wet"): 1, ("b", "air"): 1, ("b", "wet"): 0}
    assert table["is_least_pue"].groupby("cooling_id").sum().to_dict() == {"air": 0, "wet": 2}
