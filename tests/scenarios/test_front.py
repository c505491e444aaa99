"""Fronts of cost against carbon and water: undominated, certified, each point a plan with its marginal cost."""

from __future__ import annotations

import dataclasses
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from tiny import tiny_case
from tiny_study import grid_series, write_study

import siting
from siting.optimise.pareto.epsilon_constraint import ROW_OF_LIMIT, at_limit
from siting.optimise.pareto.fixed_designs import Design
from siting.optimise.pareto.whole_plan import held_plan
from siting.problems import InputError
from siting.results.folder import load
from siting.scenarios.pareto.front import fronts_of
from siting.scenarios.pareto.measures import measures_of
from siting.scenarios.pareto.page import page
from siting.scenarios.pareto.point import FrontOptions, FrontPoint
from siting.scenarios.pareto.table import table_of, undominated, with_steps

CARBON, WATER = measures_of("carbon,water")


def point(cost: float | None, amount: float | None, limit: float | None = None) -> FrontPoint:
    """A point without a plan folder."""
    status = "optimal" if cost is not None else "infeasible"
    return FrontPoint(CARBON, limit, status, cost, cost, amount, None, None, False, (), 0.0, None)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[siting.Study, list[FrontPoint]]:
    """The front of carbon where power in the east is dearer and a quarter as dirty; one hall of 5 MW is too small."""
    folder = tmp_path_factory.mktemp("front")
    series = grid_series()
    series.loc[series["grid_zone_id"] == "EAST", "carbon_average_kg_per_mwh"] = 100.0
    study = siting.load_study(write_study(folder, tables={"series_grid": series}))
    options = FrontOptions(count=4, gap=0.01, replay=False, languages=())
    return study, fronts_of(study, [CARBON], folder / "out", options)


def test_the_cleaner_site_is_the_other_end_of_the_front(found: tuple[siting.Study, list[FrontPoint]]) -> None:
    """All at west, or all at east, where a MWh emits 100 instead of 400 kg: a quarter of the carbon."""
    _, points = found
    on = [one for one in points if not one.is_dominated]
    assert (on[0].open_sites, on[-1].open_sites) == (("west",), ("east",))
    assert on[0].amount is not None
    assert on[-1].amount == pytest.approx(on[0].amount / 4, rel=1e-3)
    assert on[0].limit is None


def test_points_are_certified_and_dearer_as_they_are_cleaner(found: tuple[siting.Study, list[FrontPoint]]) -> None:
    _, points = found
    on = [one for one in points if not one.is_dominated]
    for one in on:
        assert one.status == "optimal"
        assert one.objective_usd is not None
        assert one.bound_usd is not None
        assert one.bound_usd <= one.objective_usd <= one.bound_usd * 1.0101
    for before, after in itertools.pairwise(on):
        assert before.objective_usd is not None
        assert after.objective_usd is not None
        assert before.amount is not None
        assert after.amount is not None
        assert before.objective_usd < after.objective_usd
        assert before.amount > after.amount


def test_each_point_on_the_front_is_a_whole_plan_that_holds_its_limit(
    found: tuple[siting.Study, list[FrontPoint]],
) -> None:
    _, points = found
    for one in points:
        assert (one.folder is None) == one.is_dominated
        if one.folder is None:
            continue
        plan = load(one.folder)
        plan.audit().raise_for_residuals()
        assert plan.case.study.policy.carbon_cap_t_per_yr == one.limit
        assert plan.case.study.policy.capped_carbon == "location"
        assert plan.objective_usd == pytest.approx(one.objective_usd)
        assert plan.kpis["carbon_location_t_per_yr"]["value"] == pytest.approx(one.amount)
        assert "cfe_fraction" in plan.kpis


def test_the_table_and_the_page_show_every_point(found: tuple[siting.Study, list[FrontPoint]]) -> None:
    study, points = found
    table = table_of(points)
    assert len(table) == 4
    assert table["is_dominated"].tolist() == [int(one.is_dominated) for one in points]
    made = page(study, points)
    assert 'href="plans/carbon-location-01/investment.en.html"' in made
    assert '<figure id="figure-front-carbon-location"' in made
    assert "<script" not in made


def test_one_unit_less_costs_what_moving_it_costs() -> None:
    """Two halls stand; a MWh costs 10 USD and emits 1 t at a, 20 USD and none at b. A tonne less costs 10 USD.

    Half of 8,760 MWh at each emits 4,380 t and costs 43,800 + 87,600 = 131,400 USD, and 2 for the racks. Without a cap
    a tonne less is free. Had the price been that of a MWh, or its sign not turned, it would be 20 or -10.
    """
    case = tiny_case(
        sites=("a", "b"),
        price_usd_per_mwh=[[10.0] * 3, [20.0] * 3],
        carbon_t_per_mwh=[[1.0] * 3, [0.0] * 3],
        facility={"site_max_mw": 1.0},
        rack_usd=1.0,
    )
    names = ("placement.open_count[{},2030]", "halls.modules_count[{},air,2030]", "racks.racks_count[{},air,r,2030]")
    both = Design({name.format(site): 1.0 for name in names for site in "ab"}, ("a", "b"))
    asked: dict[str, Any] = {"gap": 0.01, "method": "whole", "threads": 1, "found_s": 0.0}
    capped = at_limit(case, "carbon_cap_t_per_yr", 4380.0)
    held = held_plan(capped, both, 0.0, ROW_OF_LIMIT["carbon_cap_t_per_yr"], **asked)
    free = held_plan(case, both, 0.0, None, **asked)
    assert held.marginal_usd == pytest.approx(10.0)
    assert held.plan.objective_usd == pytest.approx(131_402)
    assert (free.marginal_usd, free.plan.objective_usd) == (0.0, pytest.approx(87_602))


def test_what_is_no_better_in_anything_is_dominated() -> None:
    """Of two alike the one under the tighter limit stays, whose bound is the higher; a point without a plan is none."""
    told = [point(100, 50), point(110, 40, 45), point(120, 30, 40), point(120, 30, 35), point(130, 31, 33)]
    points = undominated([*told, point(None, None)])
    assert [one.is_dominated for one in points] == [False, False, True, False, True, False]


def test_steps_are_of_a_year_and_pass_over_what_is_dominated() -> None:
    """From 100 to 120 USD over 50 to 30 t: 1 USD of present value a tonne, 0.1 where a dollar a year is worth 10."""
    middle = dataclasses.replace(point(130, 40, 45), is_dominated=True)
    steps = [one.step_usd for one in with_steps([point(100, 50), middle, point(120, 30, 35)], 10.0)]
    assert steps == [None, None, pytest.approx(0.1)]


def test_a_measure_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match=re.escape("no measure 'carbon:hour'; did you mean 'carbon:hourly'?")):
        measures_of("carbon:hour")
    with pytest.raises(InputError, match="stands twice"):
        measures_of("carbon,carbon:location")


def test_a_cap_by_one_account_beside_a_price_by_another(tmp_path: Path) -> None:
    """The cap counts by its own account; the price's stays what it was."""
    study = siting.load_study(write_study(tmp_path))
    policy = study.policy.model_copy(update={"carbon_method": "hourly", "carbon_price_usd_per_t": 50.0})
    asked = CARBON.asked_of(study.model_copy(update={"policy": policy})).policy
    assert (asked.carbon_method, asked.capped_carbon, asked.carbon_price_usd_per_t) == ("hourly", "location", 50.0)


@pytest.mark.slow
def test_cleaner_power_is_found_value_by_value(tmp_path: Path) -> None:
    """West's power is 40 % carbon-free, east's 80 %: between there is nothing, and beyond no plan.

    From 40 % on, the points ask for 59, 78 and 97 %; both of the first are held by the same plan at east, whose bound
    is no lower than that of the plan without a limit.
    """
    series = grid_series()
    series.loc[series["grid_zone_id"] == "EAST", "carbon_free_fraction"] = 0.8
    study = siting.load_study(write_study(tmp_path, tables={"series_grid": series}))
    (cfe,) = measures_of("cfe")
    points = fronts_of(study, [cfe], tmp_path / "out", FrontOptions(count=4, replay=False, languages=()))
    assert [one.limit for one in points] == [None, *(pytest.approx(value) for value in (0.59, 0.78, 0.97))]
    assert [one.status for one in points] == ["optimal", "optimal", "optimal", "infeasible"]
    assert [one.open_sites for one in points] == [("west",), ("east",), ("east",), ()]
    assert [one.amount for one in points[:3]] == [pytest.approx(0.4), pytest.approx(0.8), pytest.approx(0.8)]
    assert [one.is_dominated for one in points] == [False, True, False, False]
    assert points[2].bound_usd is not None
    assert points[0].bound_usd is not None
    assert points[2].bound_usd >= points[0].bound_usd
    assert points[2].folder is not None
    assert load(points[2].folder).case.study.policy.cfe_min_fraction == pytest.approx(0.78)
