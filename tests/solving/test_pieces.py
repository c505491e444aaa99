"""The seam: blocks of a model, made some sites at a time, are those of the whole model."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from pyomo.common.errors import InfeasibleConstraintException
from rich_case import rich_case, rich_policy
from sites_apart import blocks_of, fleet, whole
from tiny import decided, quick, tiny_case

from siting.case.case import Case
from siting.models.assembly.model import model_of
from siting.models.formulation import DESIGN, chosen
from siting.optimise.decomposition import blocks as blocks_module
from siting.optimise.decomposition.blocks import BlockAngularForm, BlockBuilder, SiteBlock, cut, cut_model, each_block
from siting.optimise.decomposition.linking_rows import partition
from siting.optimise.gap import Gap
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole.whole_model import search
from siting.quantities import COST_SCALE

CLOSE = 1e-6
CASES: dict[str, dict[str, Any]] = {
    "no limit": {},
    "carbon cap": {"policy": {"carbon_method": "location", "carbon_cap_t_per_yr": 20_000.0}},
    "few sites, a zone's limit": {"policy": {"sites_max_count": 2, "grid_zone_limit_mw": {"X": 4.0}}},
    "halls that stand": {"existing_mw": [[1.0, 0.0], [0.0, 0.7], [0.0, 0.0], [0.0, 0.0]]},
}


def assert_same(one: BlockAngularForm, other: BlockAngularForm) -> None:
    """The same sites and shared rows, entry by entry; shared rows may stand in another order."""
    assert sorted(one.shared.names) == sorted(other.shared.names)
    order = [other.shared.names.index(name) for name in one.shared.names]
    assert np.array_equal(one.shared.row_lower, other.shared.row_lower[order])
    assert np.array_equal(one.shared.row_upper, other.shared.row_upper[order])
    assert one.shared.offset == pytest.approx(other.shared.offset)
    for here, there in zip(one.sites, other.sites, strict=True):
        assert (here.site, here.opening, here.whole) == (there.site, there.opening, there.whole)
        assert (here.matrix != there.matrix).nnz == 0
        assert (here.link != there.link.tocsr()[order].tocsc()).nnz == 0
        for name in ("row_lower", "row_upper", "column_lower", "column_upper", "size"):
            assert np.array_equal(getattr(here, name), getattr(there, name)), name
        assert here.cost == pytest.approx(there.cost, rel=1e-14, abs=0.0)  # many terms, added up in either order


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("name", CASES)
def test_pieces_made_in_batches_are_those_of_the_whole(name: str, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks_module, "BATCH_COUNT", batch)
    case = fleet(**CASES[name])
    found, size = cut(case, chosen(DESIGN, case))
    model = whole(case)
    assert_same(found, cut_model(model))
    assert (size.rows, size.columns) == model.form.matrix.shape
    assert size.nonzeros == model.form.matrix.nnz
    assert size.integers == model.form.integral.sum()


def test_pieces_of_all_components_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over two periods, and with every component of the design there is."""
    monkeypatch.setattr(blocks_module, "BATCH_COUNT", 1)
    case = rich_case(policy={**rich_policy("hourly"), "heat_reuse_min_fraction": 1e-4}, running_fraction=[[0.5], [1.0]])
    assert set(chosen(DESIGN, case)) == set(DESIGN)
    assert_same(blocks_of(case), cut_model(whole(case)))


@pytest.mark.parametrize("name", CASES)
def test_model_of_some_sites_is_the_whole_less_the_others(name: str) -> None:
    """Row for row: no component's rows may depend on which other sites there are."""
    case = fleet(**CASES[name])
    model, kept = whole(case), np.array([True, False, True, True])
    expected, _ = partition(model).support(model.form, kept)
    some = model_of(case.only(site=["a", "c", "d"]), chosen(DESIGN, case), of_more=True).form
    assert some.rows.names() == expected.rows.names()
    assert some.columns.names() == expected.columns.names()
    assert (some.matrix != expected.matrix).nnz == 0
    for name_of in ("row_lower", "row_upper", "column_lower", "column_upper", "cost", "integral"):
        assert np.array_equal(getattr(some, name_of), getattr(expected, name_of)), name_of


def test_demand_out_of_reach_of_a_batch_is_met_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zone y is near b only, z near a only; out of reach of both, no plan can be."""
    monkeypatch.setattr(blocks_module, "BATCH_COUNT", 1)
    near: dict[str, Any] = {"sites": ("a", "b"), "zones": ("y", "z")}
    blocks = blocks_of(tiny_case(rtt_ms=[[99.0, 1.0], [1.0, 99.0]], **near))
    rows = [blocks.shared.names.index(f"ledgers.inference_fraction_closes[{zone},2030]") for zone in "yz"]
    filled = [[bool(block.link.tocsr()[row].nnz) for row in rows] for block in blocks.sites]
    assert filled == [[False, True], [True, False]]
    assert (blocks.shared.row_lower[rows] == -1).all() or (blocks.shared.row_lower[rows] == 1).all()
    with pytest.raises(InfeasibleConstraintException, match=r"inference_fraction_closes\[z,2030\]"):
        blocks_of(tiny_case(rtt_ms=[[99.0, 99.0], [1.0, 99.0]], **near))


def test_row_that_depends_on_which_sites_there_are_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same count of sites asked of one batch and another asked of the next."""
    monkeypatch.setattr(blocks_module, "BATCH_COUNT", 2)
    case, cutter = fleet(4), BlockBuilder()
    blocks = each_block(case, chosen(DESIGN, case), cutter)
    next(blocks)
    least = fleet(4, policy={"sites_min_count": 2}).only(site=["c", "d"])
    with pytest.raises(ValueError, match=r"must not depend on which sites there are: placement.enough_sites\[2030\]"):
        cutter.cut(model_of(least, chosen(DESIGN, case), of_more=True))


def test_site_row_with_a_right_hand_side_is_refused() -> None:
    """A cone only: a site's row that is not homogeneous cannot be scaled with the site."""
    model = whole(fleet(3))
    row = int(model.form.rows.of("ledgers.power_mw_closes")[0])
    lower, upper = model.form.row_lower.copy(), model.form.row_upper.copy()
    lower[row], upper[row] = -np.inf, 1.0
    lifted = dataclasses.replace(model.form, row_lower=lower, row_upper=upper)
    with pytest.raises(ValueError, match="has a right-hand side, and cannot be scaled"):
        cut_model(dataclasses.replace(model, form=lifted))


def test_size_is_installed_power() -> None:
    """One column for each pair of cooling and rack at each site, in the one period."""
    blocks = blocks_of(fleet())
    assert [block.size.sum() for block in blocks.sites] == [2 * 2] * 4
    form = whole(fleet()).form
    measured = np.flatnonzero(partition(whole(fleet())).sizes)
    assert {form.columns.name(i).split("[")[0] for i in measured} == {"computing.installed_mw"}


def test_integers_are_named() -> None:
    """Openings, modules and racks, each with its own site in its name."""
    for block in blocks_of(fleet()).sites:
        assert {name.split("[")[0] for name in block.whole} >= {"placement.open_count", "halls.modules_count"}
        assert all(name.split("[")[1].startswith(block.site) for name in block.whole)


def test_excluded_site_has_no_opening() -> None:
    openings = {block.site: block.opening for block in blocks_of(fleet(policy={"excluded_sites": ["b"]})).sites}
    assert openings["b"] is None
    assert all(openings[site] is not None for site in "acd")


def only_opening(block: SiteBlock) -> str:
    return next(name for name, place in block.whole.items() if place == block.opening)


def test_opening_is_that_of_the_last_period() -> None:
    case = rich_case()
    last = case.axes["period"][-1]
    assert {only_opening(block) for block in blocks_of(case).sites if block.opening is not None} == {
        f"placement.open_count[{site},{last}]" for site in case.axes["site"]
    }


@pytest.mark.parametrize("name", ["no limit", "carbon cap"])
def test_open_sites_alone_give_the_same_plan(name: str) -> None:
    """The model of the sites that the plan opens costs what the plan costs; without one of them, more."""
    plan = quick(fleet(**CASES[name]), method="whole")
    opened = [site for site, used in zip("abcd", decided(plan, "open_count")[:, -1] > 0, strict=True) if used]
    assert 1 < len(opened) < 4
    assert cost_of(plan.case, opened) == pytest.approx(plan.objective_usd, rel=CLOSE)
    for site in opened:
        assert not cost_of(plan.case, [other for other in opened if other != site]) < plan.objective_usd * (1 + CLOSE)


def cost_of(case: Case, sites: Sequence[str]) -> float:
    """Cost of the model with some sites only [USD]; infinite if they cannot serve the demand."""
    form = model_of(case.only(site=sites), chosen(DESIGN, case), of_more=True).form
    objective = search(form, gap=Gap(0.0), deadline=Deadline(), progress=None).outcome.objective
    return float("inf") if objective is None else objective / COST_SCALE
