"""The first plan of a large model: who serves whom in longer steps, then each site alone in its hours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rich_case import rich_case
from sites_apart import fleet
from tiny import quick, tiny_case

import siting
from siting.case.case import Case
from siting.case.minimum_cost import unavoidable_cost
from siting.models.formulation import DESIGN, chosen
from siting.optimise.first_plan import first_plan as made
from siting.optimise.first_plan.site_by_site import in_cautious_steps
from siting.optimise.solver.deadline import Deadline
from siting.quantities import COST_SCALE


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Every model is large, and is not planned at once."""
    monkeypatch.setattr(made, "LARGE_ROWS_COUNT", 0)
    monkeypatch.setattr(made, "_at_once", lambda *_: None)
    return monkeypatch


def counts(case: Case) -> tuple[float, dict[str, Any]]:
    """Cost of the first plan, and what it counts by site, which holds in all rows and in whole numbers."""
    found = made.first_plan(case, chosen(DESIGN, case), Deadline())
    assert found is not None
    form, values = found[1].form, found[0].outcome.values
    assert values is not None
    done = form.matrix @ values
    assert np.maximum(done - form.row_upper, form.row_lower - done).max() < 1e-6
    assert np.maximum(values - form.column_upper, form.column_lower - values).max() < 1e-6
    np.testing.assert_allclose(values[form.integral], np.round(values[form.integral]), atol=1e-6)
    sites = found[1].case.axes["site"]
    of_sites = {
        name: values[form.columns.of(name)].reshape(len(sites), -1) for name in ("racks_count", "modules_count")
    }
    return found[0].objective / COST_SCALE, of_sites


def test_what_peaks_at_different_hours_is_served_in_each_of_them(large: pytest.MonkeyPatch) -> None:
    """Zone y asks for 2, 0 and 1 PFLOP/s, z for 1, 2 and 0: 2 MW as a mean, but 3 MW in the first hour.

    Sites of 2.9 MW in halls of 1 MW: by means one would do, and would fail in its hours. Power costs 1 USD a MWh: 2 MW
    for 8,760 h; racks 1 USD each. Highest hours of the step are 2 and 2 MW, 4.08 with what racks have to spare. Alone,
    a site of a hall for y or z has 1.96 MW there, so there are two sites and a third, with racks for no more than 5.
    """
    case = tiny_case(
        sites=("a", "b", "c"), zones=("y", "z"), inference_pflop=[[[2.0, 0.0, 1.0]], [[1.0, 2.0, 0.0]]],
        site_max_mw=2.9, rack_usd=1.0, price_usd_per_mwh=1.0,
    )  # fmt: skip
    cost_usd, of_sites = counts(case)
    racks = of_sites["racks_count"].sum()
    assert 3 <= racks <= 5
    assert cost_usd == pytest.approx(2 * 8_760 + racks)
    assert of_sites["modules_count"].max() <= 2  # a third hall would be larger than the site


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_it_is_a_plan_and_no_better_than_the_best(seed: int, large: pytest.MonkeyPatch) -> None:
    case = fleet(5, seed=seed, periods=((2030, 1), (2031, 1)))
    best_usd = quick(case).objective_usd
    assert best_usd * (1 - 1e-6) <= counts(case)[0] <= 1.5 * best_usd


def test_where_there_is_nothing_to_spare_all_sites_are_planned_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two zones ask for 3 MW in the first hour, and 4 if their highest were at once: 3 MW have a plan, of 3 racks."""
    case = tiny_case(
        zones=("y", "z"), inference_pflop=[[[2.0, 0.0, 1.0]], [[1.0, 2.0, 0.0]]], site_max_mw=3.0, rack_usd=1.0
    )
    monkeypatch.setattr(made, "LARGE_ROWS_COUNT", 0)
    monkeypatch.setattr(made, "SPARES", (0.0,))
    assert counts(case)[0] == pytest.approx(3.0)
    monkeypatch.setattr(made, "_at_once", lambda *_: None)
    assert made.first_plan(case, DESIGN, Deadline()) is None


def test_of_a_step_counts_its_highest_hour_and_racks_do_less() -> None:
    """Of 1, 3 and 2 PFLOP/s in one step it asks for 3; racks that are there all the time are there for 90 %."""
    steps = in_cautious_steps(tiny_case(inference_pflop=[[[1.0, 3.0, 2.0]]], site_max_mw=2.9), 0.1)
    assert steps.values("serving.inference_pflop").ravel().tolist() == [3.0]
    assert steps.values("computing.availability_fraction").tolist() == [0.9]
    assert steps.values("placement.site_max_mw").tolist() == [2.0]


def test_large_cases_with_much_in_them_have_a_first_plan(large: pytest.MonkeyPatch) -> None:
    """Clusters, batch work, two periods, and everything else that a case can have."""
    assert counts(rich_case(water_limit_m3_per_yr=1e9))[0] > 0


@pytest.mark.slow
def test_ten_periods_of_the_catalogue_have_a_first_plan() -> None:
    """24 counties, half-years, dates of power and engines, some 200,000 rows: it holds in all, and is no wonder."""
    case = siting.prepare(siting.load_study("us-power"))
    cost_usd, _ = counts(case)
    assert unavoidable_cost(case) < cost_usd < 3 * unavoidable_cost(case)
