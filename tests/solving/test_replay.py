"""The replay: the design through a whole year, with what it cannot do told and not hidden."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pandas.testing import assert_frame_equal
from rich_case import rich_case
from tiny import decided, quick, tiny_case, with_full_year, with_year

from siting.case.case import Calendar, Case
from siting.optimise.solver.progress import Progress
from siting.optimise.year.months import ONE_WAY_TOLERANCE_FRACTION
from siting.optimise.year.replay import replay_year
from siting.plan.plan import Plan
from siting.results.folder import load
from siting.results.writing import write

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def rich_year(**changes: Any) -> Case:
    """Two of everything on twelve days, one a month, which are also the whole year.

    Surplus fetches less than any delivery saves, so that the yearly limit on it changes no dispatch.
    """
    return with_year(rich_case(days_of_year=MONTH_DAYS, resale_usd_per_mwh=6.0, resale_limit_fraction=1.0, **changes))


def hourly_year(**changes: Any) -> Case:
    """One of everything on twelve days of 24 hours: a rack for 1,000 USD, power at 1 USD/MWh."""
    return tiny_case(days_of_year=MONTH_DAYS, hours_count=24, price_usd_per_mwh=1.0, rack_usd=1000.0, **changes)


def replayed(case: Case, **options: Any) -> Plan:
    return quick(case, replay=True, **options)


def replayed_near(case: Case) -> Plan:
    """Of a design that is within a percent of the best: whichever it is, its year of the same days is that of it."""
    return replayed(case, gap=0.01)


@pytest.fixture(scope="module")
def rich() -> Plan:
    """A plan with training, contracts and a battery, and its year of the same days."""
    plan = replayed_near(
        rich_year(
            training_cluster_pflop=1.0, clusters_needed_count=[0, 1], energy_usd_per_mwh=200.0, power_usd_per_mw=50.0
        )
    )
    assert decided(plan, "storage_energy_mwh").max() > 0
    assert decided(plan, "contracted_mw").max() > 0
    return plan


def assert_year_is_the_design(plan: Plan) -> None:
    """Every key figure of the year is that of the design, but for what batteries may lose by flowing one way."""
    assert plan.replay is not None
    assert plan.replay.unserved_fraction == 0
    assert plan.replay.largest_residual_fraction < 1e-6
    assert plan.warnings == ()
    table = plan.tables["replay"].set_index("kpi_id")
    assert len(table) > 15
    both = table.dropna(subset=["design", "replay"])
    assert both["replay"].to_numpy() == pytest.approx(both["design"].to_numpy(), rel=ONE_WAY_TOLERANCE_FRACTION)
    assert (table["design"].isna() == table["replay"].isna()).all()


def test_the_years_costs_name_the_parties_of_the_design(rich: Plan) -> None:
    """The year's accounts are worked out without the model, which alone knows who pays whom."""
    costs = rich.tables["cost"]
    assert "" not in set(costs["payer"])
    assert "" not in set(costs["receiver"])


def test_year_of_the_same_days_gives_the_same_plan(rich: Plan) -> None:
    assert_year_is_the_design(rich)


@pytest.mark.slow
def test_year_of_the_same_days_by_market_based_carbon() -> None:
    """Without certificates: a claim is on the year, so the replay, month by month, prices all carbon that is drawn.

    Not of every seed: in that of 1 a battery that may flow one way only moves work and heat between two hours, which
    costs 1e-5 and moves the share of heat sold by 3e-4. Nor with plants on site and hours given up, which stand in for
    what is drawn: the replay burns fuel where the design, which claims over the year, draws.
    """
    without = {"bridge": (), "flexible_most_mw": 0.0, "min_take_fraction": 0.0}
    assert_year_is_the_design(replayed_near(rich_year(carbon_method="market", certificates=False, **without)))


def test_dispatch_of_the_year_is_that_of_the_design(rich: Plan) -> None:
    """Batch work and pauses are one: either fills an hour that the other leaves, for the same cost."""
    assert rich.replay is not None
    columns = ["site_id", "period", "hour", "it_mw", "cooling_mw", "import_mw", "draw_mw", "charge_mw", "moved_pflop"]
    year, design = (
        hourly.assign(moved_pflop=hourly["batch_pflop"] + hourly["training_pflop"])
        for hourly in (rich.replay.tables["hourly"], rich.tables["hourly"])
    )
    assert_frame_equal(
        year[columns].reset_index(drop=True),
        design[columns].reset_index(drop=True),
        rtol=1e-6,
        atol=1e-6,
    )


def test_hot_hour_missing_from_the_design_leaves_work_undone() -> None:
    """1 MW of connection for PUE 1; PUE 2 in one hour of 288 leaves half of that hour's work: 0.5 / 288."""
    case = hourly_year(connection_usd_per_mw=100.0)
    hot = np.ones(288)
    hot[100] = 2.0
    plan = replayed(with_year(case, pue=hot, pue_peak_ratio=1.0))
    assert plan.replay is not None
    assert plan.replay.unserved_fraction == pytest.approx(0.5 / 288)
    assert plan.warnings == ("In the full-year replay 0.174% of the work is left undone.",)
    undone = plan.replay.tables["hourly"].set_index("hour")["unserved_pflop"]
    assert undone[100] == pytest.approx(0.5)
    assert undone.drop(100).max() == pytest.approx(0, abs=1e-9)


def test_peak_of_demand_missing_from_the_design_leaves_work_undone() -> None:
    """Racks for 1 PFLOP/s, an hour that asks for 3: 2 of 290 PFLOP/s-hours."""
    asked = np.ones(288)
    asked[7] = 3.0
    plan = replayed(with_year(hourly_year(connection_usd_per_mw=100.0), inference_pflop=asked))
    assert plan.replay is not None
    assert plan.replay.unserved_fraction == pytest.approx(2 / 290)


def test_undone_batch_work_counts_in_the_whole() -> None:
    """Racks for 1 PFLOP/s of batch; in one month the year's day asks for 2: 24 of 24 x 13."""
    case = hourly_year(inference_pflop=0.0, batch_mean_pflop=1.0)
    more = np.ones(12)
    more[4] = 2.0
    plan = replayed(with_year(case, batch_mean_pflop=[more]))
    assert plan.replay is not None
    assert plan.replay.unserved_fraction == pytest.approx(24 / (24 * 13))


def test_year_prices_are_those_of_the_year() -> None:
    """The design sees 1 USD/MWh, the year 2: the replay's yearly cost is 17,520 + 1,000, the design's 8,760 + 1,000."""
    plan = replayed(with_year(hourly_year(), price_usd_per_mwh=2.0))
    row = plan.tables["replay"].set_index("kpi_id").loc["cost_usd_per_yr"]
    assert (row["design"], row["replay"]) == (pytest.approx(9_760), pytest.approx(18_520))
    assert row["difference_fraction"] == pytest.approx(18_520 / 9_760 - 1)


def test_key_figures_and_accounts_are_those_of_the_year() -> None:
    """One basis: 17,520 + 1,000 USD a year in the key figures, in the costs, at the site and in the cash flow.

    The days alone would say 9,760 in each; the candidate that is not built keeps its row.
    """
    names: dict[str, Any] = {"sites": ("a", "b"), "fixed_site_usd": [100.0, 0.0]}
    plan = replayed(with_year(hourly_year(**names), price_usd_per_mwh=2.0))
    assert plan.kpis["cost_usd_per_yr"]["value"] == pytest.approx(18_520)
    assert {entry["basis"] for entry in plan.kpis.values()} == {"replay"}
    assert plan.tables["cost"]["cost_usd_per_yr"].sum() == pytest.approx(18_520)
    sites = plan.tables["sites"].set_index("site_id")
    assert list(sites.index) == ["a", "b"]
    assert sites["is_open"].to_dict() == {"a": 0, "b": 1}
    assert sites.loc["b", "cost_usd_per_yr"] == pytest.approx(18_520)
    flows = plan.tables["cash_flow"]
    paid = flows["operating_usd"].sum() + flows["capital_usd"].sum() - flows["salvage_usd"].sum()
    assert paid == pytest.approx(18_520)
    without = quick(hourly_year(**names))
    assert without.kpis["cost_usd_per_yr"]["value"] == pytest.approx(9_760)
    assert {entry["basis"] for entry in without.kpis.values()} == {"design"}


def with_stand_ins(case: Case, year: Case, stands_for: tuple[int, ...]) -> Case:
    calendar = Calendar(case.calendar.hours, case.calendar.day_months, stands_for)
    return with_full_year(dataclasses.replace(case, calendar=calendar), year)


def test_each_site_does_its_part_of_each_days_batch_work() -> None:
    """Power is free at a on the first day, at b on the second: a does all work of the days that the first stands for.

    The year's days want 1, 2, ... 12 times 0.1 PFLOP/s; without quotas by day, both sites would share every day.
    """
    names: dict[str, Any] = {"sites": ("a", "b"), "hours_count": 24, "inference_pflop": 0.0, "rack_usd": 1000.0}
    free, dear = np.zeros(24), np.full(24, 50.0)
    stands_for = (0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0)
    prices = np.array([[*free, *dear], [*dear, *free]])
    case = tiny_case(days_of_year=(182, 183), batch_mean_pflop=2.0, price_usd_per_mwh=prices, **names)
    wanted = 0.1 * np.arange(1, 13)
    by_day = prices.reshape(2, 2, 24)[:, list(stands_for)].reshape(2, -1)
    year = tiny_case(days_of_year=MONTH_DAYS, batch_mean_pflop=[wanted], price_usd_per_mwh=by_day, **names)
    plan = replayed(with_stand_ins(case, year, stands_for))
    assert plan.replay is not None
    assert plan.replay.unserved_fraction == 0
    done = plan.replay.tables["hourly"].pivot_table(
        index="site_id", columns="day", values="batch_pflop", aggfunc="mean"
    )
    expected = np.array(
        [np.where(np.array(stands_for) == 0, wanted, 0), np.where(np.array(stands_for) == 1, wanted, 0)]
    )
    assert done.to_numpy() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "policy", "in_year", "warning"),
    [
        (
            {"carbon_t_per_mwh": 0.4},
            {"carbon_cap_t_per_yr": 3504.0},
            {"carbon_t_per_mwh": 0.5},
            "In the full-year replay the carbon cap is exceeded by 25%.",
        ),
        (
            {"wue_m3_per_mwh": 1.0},
            {"water_cap_m3_per_yr": 8760.0},
            {"wue_m3_per_mwh": 1.1},
            "In the full-year replay the water cap is exceeded by 10%.",
        ),
    ],
)
def test_limit_broken_by_the_year_is_told(
    changes: dict[str, Any], policy: dict[str, Any], in_year: dict[str, Any], warning: str
) -> None:
    """A limit on the year that the design keeps and no dispatch of the year can is a warning, not a failure."""
    plan = replayed(with_year(hourly_year(policy=policy, **changes), **in_year))
    assert plan.warnings == (warning,)


def test_year_curtails_what_would_cost_money_to_sell() -> None:
    """As the last above, but selling costs: half a MW is over in 181 days, 2,172 MWh, and none of it is sold."""
    case = hourly_year(output_fraction=1.0, resale_limit_fraction=0.1)
    year = with_year(case, output_fraction=[1.5] * 144 + [1.0] * 144, resale_usd_per_mwh=-1.0)
    plan = replayed(year)
    assert plan.replay is not None
    assert plan.warnings == ()
    assert plan.tables["replay"].set_index("kpi_id").loc["curtailed_mwh_per_yr", "replay"] == pytest.approx(2_172)
    assert plan.replay.tables["hourly"]["resold_mw"].max() == pytest.approx(0, abs=1e-9)


def test_sites_that_are_not_built_are_left_out() -> None:
    plan = replayed(with_year(hourly_year(sites=("a", "b"), fixed_site_usd=[100.0, 50.0])))
    assert plan.replay is not None
    assert set(plan.replay.tables["hourly"]["site_id"]) == {"b"}


def test_replay_is_kept_in_the_folder(rich: Plan, tmp_path: Path) -> None:
    plan = rich
    again = load(write(plan, tmp_path / "kept", languages=()))
    assert plan.replay is not None
    assert again.replay is not None
    assert_frame_equal(again.replay.tables["hourly"], plan.replay.tables["hourly"], check_exact=True)
    assert_frame_equal(again.replay.tables["kpis"], plan.replay.tables["kpis"], check_exact=True)
    assert_frame_equal(again.tables["replay"], plan.tables["replay"], check_exact=True)
    assert again.replay.unserved_fraction == plan.replay.unserved_fraction


def test_case_without_a_year_cannot_be_replayed() -> None:
    plan = quick(tiny_case())
    assert quick(tiny_case(), replay=True).replay is None
    with pytest.raises(ValueError, match="no full year to replay"):
        replay_year(plan.case, plan.solution)


def test_each_site_is_told() -> None:
    told: list[Progress] = []
    quick(with_year(hourly_year(sites=("a", "b"), policy={"sites_min_count": 2})), replay=True, progress=told.append)
    phases = [moment.phase for moment in told if moment.phase.startswith("replay")]
    assert phases == ["replay", "replay 1 of 2: a", "replay 2 of 2: b"]
