"""The grid: import and its price, peaks by month, the connection, and the carbon of what is drawn."""

from __future__ import annotations

import pytest
from tiny import Solve, decided, paid, tiny_case

from siting.plan.plan import Plan

THIRD_H = 8760 / 3


def carbon_t(plan: Plan, method: str) -> float:
    table = plan.tables["carbon"]
    return float(table.loc[table["method"] == method, "carbon_t_per_yr"].sum())


def test_each_hour_has_its_price(solved: Solve) -> None:
    """1, 2, 3 MW at 3, 2, 1 USD/MWh: 3 + 4 + 3 = 10 thirds of a year; on the mean price 12."""
    case = tiny_case(inference_pflop=[1, 2, 3], price_usd_per_mwh=[3, 2, 1])
    assert solved(case).objective_usd == pytest.approx(10 * THIRD_H)


def test_each_site_has_its_price(solved: Solve) -> None:
    """3 USD/MWh at a, 2 at b: 2 x 8,760."""
    case = tiny_case(sites=("a", "b"), price_usd_per_mwh=[[3], [2]])
    assert solved(case).objective_usd == pytest.approx(17_520)


def test_hours_weigh_what_they_stand_for(solved: Solve) -> None:
    """300 days at 1 USD/MWh, 65 days at 9: (300 + 585) x 24 = 21,240; evenly weighed 43,800."""
    case = tiny_case(days_of_year=(300, 65), price_usd_per_mwh=[1, 1, 1, 9, 9, 9])
    assert solved(case).objective_usd == pytest.approx(21_240)


def test_demand_charge_is_on_each_months_peak(solved: Solve) -> None:
    """A peak of 3 MW in all twelve months at 100 USD/MW: 3,600; on the mean of 2 MW 2,400, once a year 300."""
    case = tiny_case(inference_pflop=[1, 2, 3], demand_charge_usd_per_mw_month=100.0)
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(3_600)
    assert paid(plan, "grid.demand_charge") == pytest.approx(3_600)


def test_month_looks_at_the_days_that_stand_in_it(solved: Solve) -> None:
    """One day stands in January to June (peak 1), the other in July to December (peak 3): 6 + 18 = 24 x 100 USD.

    If every month saw every day it would be 36 x 100, if each day counted for one month only, 4 x 100.
    """
    case = tiny_case(days_of_year=(181, 184), inference_pflop=[1, 0, 0, 3, 0, 0], demand_charge_usd_per_mw_month=100.0)
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(2_400)
    assert decided(plan, "month_peak_mw").ravel() == pytest.approx([1] * 6 + [3] * 6)


def test_connection_carries_the_worst_hour_of_the_year(solved: Solve) -> None:
    """1 MW at PUE 1 on these days, PUE 1.5 in the year's worst hour, diversity 0.8: 1.2 MW x 100 USD = 120.

    For these days alone it would be 80; without diversity 150; for the overhead alone 40.
    """
    case = tiny_case(pue_peak_ratio=1.5, connection_usd_per_mw=100.0, facility={"peak_diversity_fraction": 0.8})
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(120)
    assert decided(plan, "connection_mw") == pytest.approx(1.2)


def test_worst_hour_is_that_of_the_cooling_in_use(solved: Solve) -> None:
    """Air needs 2 MW a MW in its worst hour, wet 1.1: wet, 110; with air's worst hour for both 200."""
    case = tiny_case(cooling=("air", "wet"), pue_peak_ratio=[[2.0, 1.1]], connection_usd_per_mw=100.0)
    assert solved(case).objective_usd == pytest.approx(110)


@pytest.mark.parametrize(("line_usd", "cost_usd"), [(10_000, 30_000), (40_000, 98_400)])
def test_connection_carries_every_peak(solved: Solve, line_usd: float, cost_usd: float) -> None:
    """1 MW of load, power at 0, 10, 10 USD/MWh, a free battery: charged in the first hour it needs 3 MW of line.

    It saves 2 x 2,920 x 10 = 58,400 for 2 MW more of line: worth it at 10,000 USD/MW (30,000), not at 40,000
    (40,000 + 58,400). If the line did not have to carry the charging, 10,000 and 40,000.
    """
    case = tiny_case(storage=True, price_usd_per_mwh=[0, 10, 10], connection_usd_per_mw=line_usd)
    assert solved(case).objective_usd == pytest.approx(cost_usd)


def test_connection_is_kept(solved: Solve) -> None:
    """1 MW of load in the first year, none in the second: 3 MW of line for the battery's charging, as above.

    10,000 USD a MW and year are paid for both years, 60,000; if the line could shrink with the draw, 40,000, to the
    1 MW that the computers need; with no line for the battery, 78,400.
    """
    case = tiny_case(
        periods=((2030, 1), (2031, 1)),
        inference_pflop=[[[1], [0]]],
        storage=True,
        price_usd_per_mwh=[0, 10, 10],
        connection_usd_per_mw=10_000.0,
    )
    assert solved(case).objective_usd == pytest.approx(60_000)


def test_connection_is_paid_by_an_annuity(solved: Solve) -> None:
    """100 USD/MW over two years at 10 %: 57.619 a year, 52.381 today; paid at once 90.91."""
    case = tiny_case(rate=0.1, connection_usd_per_mw=100.0, connection_life_yr=2.0)
    assert solved(case).objective_usd == pytest.approx(57.6190476 / 1.1)


def test_location_carbon_is_of_all_that_is_drawn(solved: Solve) -> None:
    """1, 2, 3 MW at 0.3, 0.2, 0.1 t/MWh: 0.3 + 0.4 + 0.3 = 1 t an hour, 2,920 t; on the mean 0.2 it is 3,504."""
    plan = solved(tiny_case(inference_pflop=[1, 2, 3], carbon_t_per_mwh=[0.3, 0.2, 0.1], price_usd_per_mwh=1.0))
    assert carbon_t(plan, "location") == pytest.approx(2_920)


def test_market_carbon_is_at_the_residual_mix(solved: Solve) -> None:
    """6 MW-thirds at a residual of 0.5 t/MWh: 8,760 t, whatever the hourly intensity."""
    case = tiny_case(
        inference_pflop=[1, 2, 3], carbon_t_per_mwh=[0.3, 0.2, 0.1], residual_t_per_mwh=0.5, price_usd_per_mwh=1.0
    )
    assert carbon_t(solved(case), "market") == pytest.approx(8_760)


def test_hourly_carbon_is_of_the_import_alone(solved: Solve) -> None:
    """A contract delivers 1 MW in the first hour, so its 0.3 t/MWh is not counted: (0.2 + 0.1) x 2,920 = 876 t.

    The location-based account counts all that is drawn, whoever sold it: 0.6 x 2,920 = 1,752 t.
    """
    case = tiny_case(
        carbon_t_per_mwh=[0.3, 0.2, 0.1],
        price_usd_per_mwh=10.0,
        output_fraction=[1, 0, 0],
        strike_usd_per_mwh=1.0,
    )
    plan = solved(case)
    assert carbon_t(plan, "hourly") == pytest.approx(876)
    assert carbon_t(plan, "location") == pytest.approx(1_752)


def test_meter_holds_import_and_deliveries(solved: Solve) -> None:
    """1 MW of load; a contract for 1 MW delivers 1, 0.5, 0.5 of it (nothing may be resold): 0, 0.5, 0.5 is bought.

    The cost is 6 x (1 + 0.5 + 0.5) + 10 x (0.5 + 0.5) = 22 thirds of a year; were deliveries not counted, 30. A second
    MW would cost 12 and spare 10, since its first hour would be curtailed.
    """
    case = tiny_case(
        price_usd_per_mwh=10.0, output_fraction=[1, 0.5, 0.5], strike_usd_per_mwh=6.0, resale_limit_fraction=0.0
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(22 * THIRD_H)
    assert decided(plan, "draw_mw").ravel() == pytest.approx([1, 1, 1])
    assert decided(plan, "import_mw").ravel() == pytest.approx([0, 0.5, 0.5])


def test_period_has_its_own_connection(solved: Solve) -> None:
    """1 MW, then 3 MW, at 100 USD a MW and year: 400; the larger one from the start would be 600."""
    case = tiny_case(
        periods=((2030, 1), (2031, 1)), inference_pflop=[[[1], [3]]], connection_usd_per_mw=100.0, rack_usd=1.0
    )
    assert solved(case).objective_usd == pytest.approx(404)


PATH = {"carbon_path_ratio": [[1.0, 0.25]], "periods": ((2030, 1), (2031, 1))}


def test_carbon_of_each_period_follows_its_path(solved: Solve) -> None:
    """1 MW at 0.4 t/MWh, a quarter of that in the second period: 3,504 and 876 t by location, by hour and by market.

    At the level of today, 3,504 in both; with the ratio of the first period's neighbour, 876 and 3,504.
    """
    carbon = solved(tiny_case(carbon_t_per_mwh=0.4, **PATH)).tables["carbon"]
    of_period = carbon.groupby(["method", "period"])["carbon_t_per_yr"].sum()
    for method in ("location", "hourly", "market"):
        assert of_period[method].tolist() == pytest.approx([3_504, 876])


def test_claim_takes_off_what_the_period_emits(solved: Solve) -> None:
    """Certificates for all power at 1 USD/MWh, against 40 USD/t: worth 16 and 4 USD/MWh, so 0 t is left in both.

    If claims kept today's level, the second period would end at 876 - 3,504 t.
    """
    case = tiny_case(
        carbon_t_per_mwh=0.4, certificates=True, certificate_usd_per_mwh=1.0,
        policy={"carbon_method": "market", "carbon_price_usd_per_t": 40.0}, **PATH,
    )  # fmt: skip
    carbon = solved(case).tables["carbon"]
    market = carbon[carbon["method"] == "market"].groupby("period")["carbon_t_per_yr"].sum()
    assert market.tolist() == pytest.approx([0, 0], abs=1e-6)


def test_cap_that_only_the_path_keeps_is_kept(solved: Solve) -> None:
    """At most 900 t in each period and 1 MW at 0.4 t/MWh: 3,504 t are too many in the first, 876 are not in the second.

    A site that is dear and clean, at 10 USD/MWh, takes the part of the first period that the cap leaves: with x of the
    work at the clean one 3,504 (1 - x) = 900, so 8,760 x 10 x (1 - 900 / 3,504) USD; in the second none.
    """
    case = tiny_case(
        sites=("a", "b"), carbon_t_per_mwh=[[0.4], [0.0]], price_usd_per_mwh=[[0.0], [10.0]],
        carbon_path_ratio=[[1.0, 0.25], [1.0, 0.25]], periods=((2030, 1), (2031, 1)), rate=0.0,
        policy={"carbon_method": "location", "carbon_cap_t_per_yr": 900.0},
    )  # fmt: skip
    assert solved(case).objective_usd == pytest.approx(87_600 * (1 - 900 / 3_504))


def test_hours_show_the_carbon_of_their_period(solved: Solve) -> None:
    """400 kg/MWh and a carbon-free share of 0.6; a quarter is left: 100 kg/MWh, and 1 - 0.4 / 4 = 0.9 is carbon-free.

    The long-run margin, 0.2 t/MWh, has no path: 1,752 t in each period for 8,760 MWh.
    """
    case = tiny_case(carbon_t_per_mwh=0.4, grid_cfe_fraction=0.6, carbon_long_run_t_per_mwh=0.2, **PATH)
    plan = solved(case)
    hourly = plan.tables["hourly"].groupby("period")[["carbon_average_kg_per_mwh", "grid_cfe_fraction"]].mean()
    assert hourly.to_numpy().tolist() == [pytest.approx([400, 0.6]), pytest.approx([100, 0.9])]
    long_run = plan.tables["carbon"].query("method == 'long_run'")
    assert long_run["carbon_t_per_yr"].tolist() == pytest.approx([1_752, 1_752])
