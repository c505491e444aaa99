"""Efficiency measures: packages that exclude each other, bought by the work that they touch."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from tiny import Solve, decided, paid, quick, tiny_case, with_fields

from siting.accounts.audit import audit
from siting.accounts.components.measures import supply_steps
from siting.case.case import Case, Field
from siting.plan.plan import Plan

LEAN: dict[str, Any] = {
    "measures": ("lean", "leaner"), "touched_fraction": [0.5, 0.4], "saved_fraction": [0.4, 0.75],
    "adaptation_usd_per_pflop": [100.0, 400.0], "running_usd_per_pflop_yr": [20.0, 25.0],
}  # fmt: skip
"""One touches half and saves 0.4 of it: 0.2 of the class for 60 USD, 300 a PFLOP. The other saves 0.3 for 170."""


def audited(case: Case) -> Plan:
    """The plan of least cost, which adds up."""
    plan = quick(case)
    plan.audit().raise_for_residuals()
    return plan


def test_package_that_is_cheaper_than_computers_is_bought(solved: Solve) -> None:
    """1 PFLOP of inference, racks at 1,000 USD a PFLOP and nothing else.

    lean spares 0.5 x 0.4 = 0.2 for 0.5 x (100 + 20) = 60; leaner spares 0.4 x 0.75 = 0.3 for 0.4 x (400 + 25) = 170,
    which is 110 more for 0.1 more: 1,100 a PFLOP, above the racks' 1,000. So lean alone: 0.8 x 1,000 + 60 = 860. Racks
    are whole, of 0.1 MW. Saving a sum of both would spare 0.5 for 230: 730. Touching all would give 0.6 and 720.
    """
    plan = solved(tiny_case(rack_mw=0.1, rack_usd=100.0, **LEAN))
    assert plan.objective_usd == pytest.approx(860)
    assert decided(plan, "under_measure_fraction").ravel() == pytest.approx([1, 0])
    assert decided(plan, "adapted_pflop").ravel() == pytest.approx([0.5, 0])
    assert paid(plan, "measures.adaptation").sum() == pytest.approx(50)
    assert paid(plan, "measures.upkeep").sum() == pytest.approx(10)
    assert decided(plan, "share_fraction").sum() == pytest.approx(0.8)


def test_dearer_computers_buy_the_package_that_spares_more() -> None:
    """The same at 1,200 USD a PFLOP: the second step of 1,100 pays, and 0.7 x 1,200 + 170 = 1,010."""
    plan = audited(tiny_case(rack_mw=0.1, rack_usd=120.0, **LEAN))
    assert plan.objective_usd == pytest.approx(1010)
    assert decided(plan, "under_measure_fraction").ravel() == pytest.approx([0, 1])


def test_packages_of_a_class_exclude_each_other() -> None:
    """Racks of 0.25 MW: with 0.75 PFLOP of them, a quarter must be spared.

    Half of the class under each: 0.5 x 0.2 + 0.5 x 0.3 = 0.25 for 115, and 0.75 x 1,000: 865. lean alone would need a
    fourth rack, 1,060, and leaner alone costs 920. Both on the same half would spare the same for 57.5 at the least.
    """
    plan = audited(tiny_case(rack_mw=0.25, rack_usd=250.0, **LEAN))
    assert plan.objective_usd == pytest.approx(865)
    assert decided(plan, "under_measure_fraction").ravel() == pytest.approx([0.5, 0.5])


def test_batch_work_of_every_day_falls_alike() -> None:
    """Batch work of 2 and 1 PFLOP on days of 100 and 265, half of it spared: racks for 1 PFLOP instead of 2.

    Adaptation costs 10 x the mean of the days, 1.5: 15. Computers are 1 x 100 = 100. Inference is for no package.
    """
    plan = audited(
        tiny_case(
            days_of_year=(100, 265), inference_pflop=0.0, batch_mean_pflop=[[2.0, 1.0]], rack_usd=100.0,
            measures=("lean",), of_batch_count=1.0, saved_fraction=0.5, adaptation_usd_per_pflop=10.0,
        )
    )  # fmt: skip
    assert plan.objective_usd == pytest.approx(115)
    daily = decided(plan, "batch_pflop").reshape(2, 3).mean(axis=1)
    assert daily == pytest.approx([1.0, 0.5])


def test_work_asked_for_is_the_same_on_few_days_as_in_the_year() -> None:
    """A saved year is held against its plan digit by digit, and a mean of 12 equal numbers is not always that one."""
    numbers: dict[str, Any] = {"hours_count": 1, "measures": ("lean",), "of_batch_count": 1.0, "batch_mean_pflop": 0.1}
    few, many = (tiny_case(days_of_year=days, **numbers) for days in ((300, 65), (30,) * 12))
    assert few.values("measures.asked_pflop") == many.values("measures.asked_pflop") == 0.1


def test_package_for_batch_work_leaves_inference_and_training_alone() -> None:
    """1 PFLOP of inference and a cluster of 2, racks at 100 USD: 300, whatever a package for batch work gives."""
    case = tiny_case(
        training_cluster_pflop=2.0, clusters_needed_count=1.0, rack_usd=100.0,
        measures=("lean",), of_batch_count=1.0, saved_fraction=0.5,
    )  # fmt: skip
    assert audited(case).objective_usd == pytest.approx(300)
    inference = with_fields(case, of_batch_count=0.0, rack_mw=0.5, rack_usd=50.0)
    assert audited(inference).objective_usd == pytest.approx(250)  # half of the inference, all of the training


def test_adaptation_is_paid_in_each_year_of_use_and_grows_with_the_work() -> None:
    """1 PFLOP, then 2; half of it is spared by a package of 10 USD and 3 USD/yr a PFLOP, racks at 100 a year.

    Lives are a year, so each year pays for all: 0.5 x 100 + 10 + 3, then 1 x 100 + 20 + 6: 63 + 126 = 189.
    """
    plan = audited(
        tiny_case(
            periods=((2030, 1), (2031, 1)), inference_pflop=[[[1], [2]]], rack_mw=0.5, rack_usd=50.0,
            measures=("lean",), saved_fraction=0.5, adaptation_usd_per_pflop=10.0, running_usd_per_pflop_yr=3.0,
        )
    )  # fmt: skip
    assert plan.objective_usd == pytest.approx(189)
    assert decided(plan, "adapted_pflop").ravel() == pytest.approx([1, 1])
    spared = plan.tables["measures"].set_index("period")["spared_pflop"]
    assert spared.to_dict() == pytest.approx({2030: 0.5, 2031: 1.0})


def test_work_that_is_spared_earns_and_is_taxed_as_work_that_is_done() -> None:
    """Half of 1 PFLOP is spared for nothing at a price of 2 USD: revenue is 2 x 8,760 as without measures.

    Racks of 0.5 MW cost 500 USD in place of 1,000. A tax on receipts of a tenth is 1,752 either way.
    """
    money = {"compute_price_usd_per_gpu_h": 2.0}
    case = tiny_case(
        finance=money, rack_mw=0.5, rack_usd=500.0, receipts_tax_fraction=0.1, federal_income_tax_fraction=0.0,
        income_tax_fraction=0.0, reference_accelerator_pflop=1.0,
    )  # fmt: skip
    lean = tiny_case(
        finance=money, rack_mw=0.5, rack_usd=500.0, receipts_tax_fraction=0.1, federal_income_tax_fraction=0.0,
        income_tax_fraction=0.0, reference_accelerator_pflop=1.0, measures=("lean",), saved_fraction=0.5,
    )  # fmt: skip
    before, after = quick(case), quick(lean)
    after.audit().raise_for_residuals()
    assert paid(after, "taxes.receipts_tax").sum() == pytest.approx(1752)
    assert before.objective_usd - after.objective_usd == pytest.approx(500)
    revenue = after.tables["cash_flow"]["revenue_usd"].sum()
    assert revenue == pytest.approx(17_520)
    assert revenue == pytest.approx(before.tables["cash_flow"]["revenue_usd"].sum())
    before_usd, after_usd = (plan.kpis["lcoc_usd_per_gpu_h"]["value"] * 8760 for plan in (before, after))
    assert (before_usd, after_usd) == pytest.approx((1000, 500))


@pytest.mark.parametrize("seed", range(2))
def test_a_package_never_raises_cost(seed: int) -> None:
    """What is offered may be left; a package without a price pays wherever computers cost anything."""
    draw = np.random.default_rng(seed)
    numbers = {
        "sites": ("a", "b"), "rack_mw": 0.1, "rack_usd": 100.0, "price_usd_per_mwh": draw.uniform(0, 50, (2, 3)),
        "batch_mean_pflop": 0.5,
    }  # fmt: skip
    costs = [quick(tiny_case(**numbers)).objective_usd]
    kinds = {
        "of_batch_count": draw.integers(0, 2, 3), "touched_fraction": draw.uniform(0, 1, 3),
        "saved_fraction": draw.uniform(0, 0.9, 3), "adaptation_usd_per_pflop": draw.uniform(0, 800, 3),
    }  # fmt: skip
    for count in (1, 2, 3):
        some = {name: values[:count] for name, values in kinds.items()}
        costs.append(audited(tiny_case(**numbers, measures=tuple("uvw"[:count]), **some)).objective_usd)
    assert np.diff(costs).max() < 1e-3
    free = {**kinds, "adaptation_usd_per_pflop": 0.0, "saved_fraction": 0.5, "touched_fraction": 1.0}
    assert quick(tiny_case(**numbers, measures=tuple("uvw"), **free)).objective_usd < costs[0]


def test_decomposed_and_whole_agree() -> None:
    """Two sites and three packages of two classes: both ways of solving find the same cost."""
    case = tiny_case(
        sites=("a", "b"), zones=("y", "z"), inference_pflop=[[[2, 3, 2]], [[1, 2, 1]]], batch_mean_pflop=1.0,
        rack_mw=0.1, rack_usd=[90.0], price_usd_per_mwh=[[0.01, 0.02, 0.01], [0.02, 0.01, 0.02]],
        measures=("u", "v", "w"), of_batch_count=[0, 0, 1], touched_fraction=[0.5, 0.4, 0.5],
        saved_fraction=[0.4, 0.8, 0.4], adaptation_usd_per_pflop=[100.0, 260.0, 80.0],
    )  # fmt: skip
    whole, apart = quick(case, method="whole"), quick(case, method="decomposed", gap=1e-4)
    apart.audit().raise_for_residuals()
    assert apart.objective_usd == pytest.approx(whole.objective_usd, rel=1e-4)
    assert decided(whole, "under_measure_fraction").any()


def measured(**wrong: Any) -> Case:
    """A solved case with some numbers changed afterwards."""
    return with_fields(tiny_case(rack_mw=0.1, rack_usd=100.0, **LEAN), **wrong)


@pytest.mark.parametrize(
    ("decision", "factor", "balance"),
    [
        ("under_measure_fraction", 1.5, "no inference under two measures"),
        ("under_measure_fraction", 0.9, "inference served"),
        ("adapted_pflop", 0.9, "touched within adapted"),
        ("adapted_pflop", 1.1, "cost measures.adaptation"),
    ],
)
def test_audit_finds_what_is_wrong(decision: str, factor: float, balance: str) -> None:
    plan = quick(measured())
    field = plan.solution.decisions[decision]
    changed = {**plan.solution.decisions, decision: Field(field.axes, factor * field.values)}
    found = audit(plan.case, dataclasses.replace(plan.solution, decisions=changed), plan.objective_usd).residuals
    assert found.set_index("balance")["residual_fraction"][balance] > 1e-6


def test_audit_finds_quality_that_is_lost() -> None:
    plan = quick(measured())
    case = with_fields(plan.case, quality_loss_fraction=0.02)
    found = audit(case, plan.solution, plan.objective_usd).residuals.set_index("balance")["residual_fraction"]
    assert found["quality lost by measures"] == pytest.approx(1)


def test_table_tells_each_package_and_its_step() -> None:
    """As in the first case: steps of 0.2 at 300 USD and 0.1 at 1,100; what is taken is the first."""
    rows = quick(measured()).tables["measures"].set_index("measure_id")
    assert rows["step_pflop"].to_dict() == pytest.approx({"lean": 0.2, "leaner": 0.1})
    assert rows["step_usd_per_pflop_yr"].to_dict() == pytest.approx({"lean": 300, "leaner": 1100})
    assert rows["spared_pflop"].to_dict() == pytest.approx({"lean": 0.2, "leaner": 0.0})
    assert rows["measure_usd_per_yr"].to_dict() == pytest.approx({"lean": 60, "leaner": 0})
    assert rows["spared_usd_per_pflop_yr"].to_dict() == pytest.approx({"lean": 300, "leaner": 170 / 0.3})


def test_curve_rises_and_ends_at_what_spares_most() -> None:
    """Any packages: costs rise from step to step, and the steps add up to the most that one package spares."""
    draw = np.random.default_rng(1)
    for _ in range(20):
        spared = draw.uniform(0, 1, 5)
        steps, cost = supply_steps(spared, spared * draw.uniform(100, 1000, 5))
        taken = np.argsort(spared)[steps[np.argsort(spared)] > 0]
        assert steps.sum() == pytest.approx(spared.max())
        assert np.all(np.diff(cost[taken]) >= 0)
