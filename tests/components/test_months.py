"""Clusters that may not pause and run for some months: in which, on which computers, and what they leave to others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import Solve, quick, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.accounts.numbers import Books
from siting.data.components.training import run_fraction, running_days
from siting.problems import InputError
from siting.study.workloads import Workload

JOB: dict[str, Any] = {"workload_id": "run", "kind": "training", "work_mw": {"2030": 2}, "cluster_mw": 4.0}
TWO_DAYS: dict[str, Any] = {
    "inference_pflop": 0.0, "training_cluster_pflop": 2.0, "clusters_needed_count": 1.0, "pauses_count": 0.0,
    "hours_count": 1, "days_of_year": (100, 265),
}  # fmt: skip
"""A day that stands for 100 days and one for 265; a cluster of 2 PFLOP/s draws 2 MW."""


def test_it_draws_power_in_its_months_alone(solved: Solve) -> None:
    """At 10 USD/MWh on all days, it runs on none of the first 100 and half of the other 265: 2 x 24 x 132.5 x 10."""
    case = tiny_case(price_usd_per_mwh=10.0, running_fraction=[[0.0, 0.5]], run_fraction=132.5 / 365, **TWO_DAYS)
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(2 * 24 * 132.5 * 10)
    work = Books(case, plan.solution.decisions).training_by_job()[0, 0, 0]
    assert work.tolist() == pytest.approx([0, 1])


def test_computers_are_those_of_a_day_on_which_it_runs(solved: Solve) -> None:
    """Racks at 10 USD a MW: 2 PFLOP/s of a cluster that runs on half of the days, and 1 of inference beside it: 30.

    Computers for the mean of the days would be 2, and 20 USD.
    """
    case = tiny_case(**{**TWO_DAYS, "inference_pflop": 1.0}, running_fraction=0.5, run_fraction=0.5, rack_usd=10.0)
    assert solved(case).objective_usd == pytest.approx(30)


def test_on_days_on_which_it_never_runs_others_have_its_computers(solved: Solve) -> None:
    """2 PFLOP/s of inference on the days on which the cluster of 2 rests, none on others: 2 racks do both for 20."""
    case = tiny_case(
        **{**TWO_DAYS, "inference_pflop": [[[2.0, 0.0]]]}, running_fraction=[[0.0, 1.0]], run_fraction=265 / 365,
        rack_usd=10.0,
    )  # fmt: skip
    assert solved(case).objective_usd == pytest.approx(20)


def test_it_does_not_pause(solved: Solve) -> None:
    """Power cannot be had on the second day: what may pause would run on the first alone, and this has no plan."""
    numbers = {**TWO_DAYS, "running_fraction": 1.0, "run_fraction": 100 / 365, "price_usd_per_mwh": [[0.0, 1000.0]]}
    assert quick(tiny_case(**{**numbers, "pauses_count": 1.0})).objective_usd == pytest.approx(0, abs=1e-6)
    assert solved(tiny_case(**numbers)).objective_usd == pytest.approx(2 * 24 * 265 * 1000)


def test_months_follow_each_other_over_the_end_of_the_year() -> None:
    """From November on three months: 30, 31 and 31 days, the last of them at the year's beginning."""
    one = Workload.model_validate({**JOB, "run_months_per_yr": 3.0, "begins_after_months": 10})
    assert np.flatnonzero(np.diff(running_days(one))).tolist() == [30, 303]
    assert run_fraction(one) == pytest.approx(92 / 365)
    assert run_fraction(one.model_copy(update={"begins_after_months": None, "may_pause": True})) == pytest.approx(
        3 / 12
    )


def test_a_chosen_day_has_the_mean_of_the_days_that_it_stands_for(tmp_path: Path) -> None:
    """4 MW on the mean of 181 days, of a cluster of 4 MW: it runs half of the year, and two clusters are needed.

    Over the chosen days, each by the days that it stands for, it runs 181 days; in the full year, a whole day or none.
    """
    fields = study_fields()
    fields["demand"] = {**fields["demand"], "workloads": [{**JOB, "work_mw": {"2030": 3.9}, "run_months_per_yr": 6.0}]}
    case = siting.prepare(siting.load_study(write_study(tmp_path, fields)))
    running = case.values("training.running_fraction")[0]
    counts = np.bincount(case.calendar.stands_for, minlength=case.calendar.days_count)
    assert running @ counts == pytest.approx(181)
    year = case.full_year().values("training.running_fraction")[0]
    assert year.sum() == 181
    assert set(year.tolist()) == {0.0, 1.0}
    assert case.values("training.clusters_needed_count").tolist() == [[2]]
    assert case.pausing_jobs() == []


@pytest.mark.parametrize(
    ("work", "problem"),
    [
        ({"run_months_per_yr": 5.5}, "run_months_per_yr: what may not pause runs whole months, one after the other"),
        ({"begins_after_months": 3, "may_pause": True}, "begins_after_months: it may pause, so its months are"),
        ({"begins_after_months": 12}, "begins_after_months: input should be at most 11 (got 12)"),
        ({"kind": "batch", "begins_after_months": 3, "cluster_mw": None}, "begins_after_months: batch work has none;"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_field(work: dict[str, Any], problem: str, tmp_path: Path) -> None:
    fields = study_fields()
    fields["demand"] = {**fields["demand"], "workloads": [{**JOB, **work}]}
    with pytest.raises(InputError) as told:
        siting.prepare(siting.load_study(write_study(tmp_path, fields)))
    found = [f"{one.field}: {one.message}" for one in told.value.problems]
    assert any(problem in one for one in found), found
