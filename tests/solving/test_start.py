"""A search that begins with an earlier plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich_case import rich_case
from tiny import quick, through_a_folder, tiny_case

from siting import write
from siting.case.case import Case
from siting.models.assembly.model import model_of
from siting.models.formulation import DESIGN, chosen
from siting.optimise.first_plan.kept_plan import kept_plan
from siting.optimise.solver.deadline import Deadline
from siting.optimise.solver.progress import Progress
from siting.optimise.warm_start import Earlier, cautions_of_start, used_sites, warm_start
from siting.plan.plan import Plan

BOTH_WAYS = pytest.mark.parametrize("method", ["whole", "decomposed"])


def test_decisions_are_found_again_by_name_and_key() -> None:
    """In a model of more sites and in another order: what the plan of b says of b is there, all else is zero."""
    case = rich_case()
    plan = quick(case.only(site=["b"]))
    model = model_of(case.only(site=["b", "a"]), chosen(DESIGN, case))
    values = warm_start(Earlier(plan.case, plan.solution), model)
    assert cautions_of_start(Earlier(plan.case, plan.solution), model.case) == ()
    assert used_sites(Earlier(plan.case, plan.solution), model.case).tolist() == [True, False]
    assert values[model.form.columns.along("site") == 1].max() == 0
    for name in ("open_count", "racks_count", "work_pflop", "draw_mw", "share_fraction", "delivered_mw"):
        variable, _ = model.assembly.variables[name]
        old = plan.solution.decisions[name].values
        assert old.max() > 0
        for key in variable.over:
            if key[0] == "b":
                place = tuple(
                    plan.case.axes[axis].index(part) for axis, part in zip(variable.over.axes, key, strict=True)
                )
                assert values[variable.column(key)] == pytest.approx(old[place])


def test_same_plan_breaks_no_row() -> None:
    case = rich_case()
    plan = quick(case)
    model = model_of(case, chosen(DESIGN, case))
    form = model.form
    rows = form.matrix @ warm_start(Earlier(plan.case, plan.solution), model)
    assert np.all(rows >= form.row_lower - 1e-6)
    assert np.all(rows <= form.row_upper + 1e-6)


@BOTH_WAYS
@pytest.mark.parametrize("seed", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_start_is_where_the_search_begins(seed: int, method: str, tmp_path: Path) -> None:
    """At a gap at which any plan will do, the best plan given is the plan found; also read back from a folder."""
    case = rich_case(seed=seed)
    best = quick(case)
    for earlier in (best, through_a_folder(best, tmp_path)):
        found = quick(case, gap=0.9, method=method, start=earlier)
        assert found.objective_usd == pytest.approx(best.objective_usd, rel=1e-6)


BREAKING: dict[str, Callable[[], Case]] = {
    "three times the demand": lambda: rich_case(
        facility={"peak_diversity_fraction": 0.9, "site_min_mw": 1.0, "site_max_mw": 20.0}
    ),
    "a site that is excluded": lambda: rich_case(
        policy={"excluded_sites": ["a"]}, headroom_mw=40.0, facility={"site_max_mw": 20.0}
    ),
}


@pytest.fixture(scope="module")
def third() -> Plan:
    """A plan for a third of the demand."""
    return quick(rich_case(inference_pflop=0.3, batch_mean_pflop=0.2))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["three times the demand", "a site that is excluded"])
def test_start_that_breaks_rows_does_no_harm(name: str, third: Plan) -> None:
    """A plan for too little, and one that opens what the study now excludes: both ways end where none was given."""
    new = BREAKING[name]()
    best = quick(new).objective_usd
    for method in ("whole", "decomposed"):
        assert quick(new, method=method, start=third).objective_usd == pytest.approx(best, rel=1e-6)


def test_lost_sites_and_racks_are_told() -> None:
    plan = quick(tiny_case(sites=("a", "b"), racks=("r", "t"), policy={"excluded_sites": ["a"]}))
    assert plan.open_sites == ["b"]
    new = tiny_case(sites=("a", "c"), racks=("s",))
    found = quick(new, start=plan)
    told = [str(caution) for caution in found.cautions]
    assert len(told) == 1
    assert "site b" in told[0]
    assert "site a" not in told[0]
    assert found.objective_usd == pytest.approx(quick(new).objective_usd)


def test_start_is_told_while_solving_and_in_the_manifest(tmp_path: Path) -> None:
    case = tiny_case()
    earlier = quick(case)
    moments: list[Progress] = []
    plan = quick(case, start=earlier, progress=moments.append)
    manifest = json.loads((write(earlier, tmp_path / "one", languages=()) / "run-manifest.json").read_text())
    assert any(manifest["run_id"] in moment.phase for moment in moments)
    told = json.loads((write(plan, tmp_path / "two", languages=()) / "run-manifest.json").read_text())
    assert told["options"]["start_run_id"] == manifest["run_id"]
    assert manifest["run_id"] in told["reproduce"]
    assert through_a_folder(plan, tmp_path).search.start_run_id == manifest["run_id"]


@pytest.mark.parametrize(
    "changes",
    [
        {"inference_pflop": 4.0},
        {"racks": ("s", "u")},
        {"sites": ("a", "c", "d")},
        {"cooling": ("wet", "dry")},
    ],
)
def test_what_is_still_valid_is_kept(changes: dict[str, Any]) -> None:
    """More demand, other racks, other halls, a site that is gone: what is left is built upon, without any search.

    a has power for nothing, yet the plan was made where it stood at b: there it stays as long as b is there.
    """
    options: dict[str, Any] = {
        "sites": ("b", "a"), "racks": ("r", "t"), "cooling": ("air", "wet"), "inference_pflop": 2.0, "rack_usd": 1.0,
        "fixed_site_usd": 1.0, "site_max_mw": 3.0,
    }  # fmt: skip
    plan = quick(tiny_case(**{**options, "policy": {"excluded_sites": ("a",)}}))
    case = tiny_case(**{**options, **changes})
    made = kept_plan(Earlier(plan.case, plan.solution), case, chosen(DESIGN, case), Deadline())
    if "b" not in case.axes["site"]:
        assert made is None
        return
    assert made is not None
    opened = made[0].outcome.values[made[1].form.columns.of("open_count")]
    assert opened[made[1].case.axes["site"].index("b")] == 1
