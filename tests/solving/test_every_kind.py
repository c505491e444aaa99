"""Classes of every kind: the whole model and the decomposed one agree, and each class is found in the tables."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

import pytest
from sites_apart import fleet
from tiny import quick

from siting.accounts.audit import audit
from siting.case.case import Case, Field
from siting.plan.plan import Plan

GAP, CLOSE = 0.01, 1e-6

KINDS: Mapping[str, Mapping[str, Any]] = {
    "latency": {"rtt_ms": [[10, 10, 30], [30, 10, 10], [10, 30, 10], [10, 10, 10]], "rtt_limit_ms": [40, 20, 20]},
    "inference in a place": {"zone_resident_count": [[1, 0, 1], [1, 1, 0], [1, 1, 1], [0, 1, 1]]},
    "windows": {
        "lots": ("any", "late"), "batch_mean_pflop": 0.4, "batch_presence_ratio": [[1, 1, 1], [0, 1.5, 1.5]],
    },
    "batch in a place, partly steady": {
        "lots": ("any", "home"), "batch_mean_pflop": 0.4, "lot_resident_count": [[1, 0], [1, 0], [1, 1], [1, 1]],
        "batch_movable_fraction": [1.0, 0.5],
    },
    "batch that may wait": {"batch_waiting_days_count": 1.0},
    "two sizes of clusters": {
        "jobs": ("large", "small"), "training_cluster_pflop": [1.0, 0.5], "clusters_needed_count": [[1], [2]],
        "job_resident_count": [[1, 1], [1, 1], [1, 0], [1, 0]],
    },
    "clusters that pause": {"run_fraction": 0.5},
    "clusters on a fabric": {"fabric_count": [[0, 1]], "rack_usd": [5e4, 2e5]},
}  # fmt: skip


LOOSER = ("clusters that pause", "batch that may wait")
"""Kinds that leave more choice than the fleet has, and not less."""


def of_kinds(*names: str) -> Case:
    """A fleet with what some kinds of work add to it."""
    numbers: dict[str, Any] = {}
    for name in names:
        numbers |= KINDS[name]
    return fleet(**numbers)


@functools.cache
def solved(*names: str) -> tuple[Plan, Plan]:
    """The plan of the whole model, and the one of the decomposed."""
    case = of_kinds(*names)
    return quick(case, method="whole"), quick(case, method="decomposed", gap=GAP)


@pytest.mark.parametrize("names", [*((name,) for name in KINDS), tuple(KINDS)], ids=[*KINDS, "all"])
def test_both_ways_agree(names: tuple[str, ...]) -> None:
    """Neither plan is cheaper than the other's bound, and each is within the gap of the cheapest there is."""
    whole, by_site = solved(*names)
    for plan in (whole, by_site):
        plan.audit().raise_for_residuals()
    assert by_site.search.method == "decomposed"
    assert by_site.bound_usd <= whole.objective_usd * (1 + CLOSE)
    assert whole.objective_usd * (1 - CLOSE) <= by_site.objective_usd <= whole.objective_usd * (1 + GAP)


@pytest.mark.parametrize("name", [name for name in KINDS if name not in LOOSER])
def test_what_a_kind_adds_costs_no_less(name: str) -> None:
    """Each kind of this file but those that leave more choice limits the same work, and costs as much or more."""
    free = {
        "latency": {"rtt_limit_ms": 40.0}, "inference in a place": {"zone_resident_count": 1.0},
        "windows": {"batch_presence_ratio": 1.0},
        "batch in a place, partly steady": {"lot_resident_count": 1.0, "batch_movable_fraction": 1.0},
    "two sizes of clusters": {"job_resident_count": 1.0}, "clusters on a fabric": {"fabric_count": 1.0},
    }[name]  # fmt: skip
    looser = quick(fleet(**{**KINDS[name], **free}), method="whole")
    assert looser.objective_usd <= solved(name)[0].objective_usd * (1 + CLOSE)


def test_each_class_is_in_the_table_and_adds_up() -> None:
    """What sites do of each class is all of it; a site's energy is what its classes take together."""
    plan = solved(*KINDS)[0]
    table = plan.tables["workloads"]
    assert table.groupby("workload_id")["served_fraction"].sum().to_dict() == pytest.approx(
        dict.fromkeys(("inference", "any", "home", "large", "small"), 1.0)
    )
    energy = table.groupby("place_id")["energy_mwh_per_yr"].sum()
    sites = plan.tables["sites"].set_index("site_id")["energy_mwh_per_yr"]
    assert energy.to_dict() == pytest.approx(sites[energy.index].to_dict())
    cost = table.groupby("place_id")["cost_usd_per_yr"].sum()
    paid = plan.tables["sites"].set_index("site_id")["cost_usd_per_yr"]
    assert cost.to_dict() == pytest.approx(paid[cost.index].to_dict())
    far = table[table["workload_id"] == "inference"]
    assert (far["rtt_mean_ms"] <= far["rtt_most_ms"] + CLOSE).all()


@pytest.mark.parametrize(
    ("name", "decision", "balance"),
    [
        ("windows", "batch_pflop", "batch within its window"),
        ("batch in a place, partly steady", "steady_batch_pflop", "steady batch served"),
        ("two sizes of clusters", "clusters_count", "clusters where they may be"),
        ("clusters that pause", "paused_pflop", "clusters run their months"),
        ("clusters on a fabric", "training_pflop", "clusters on their fabric"),
    ],
)
def test_audit_finds_each_kind_done_wrongly(name: str, decision: str, balance: str) -> None:
    plan = solved(name)[0]
    field = plan.solution.decisions[decision]
    changed = {**plan.solution.decisions, decision: Field(field.axes, field.values + 1.0)}
    found = audit(plan.case, dataclasses.replace(plan.solution, decisions=changed), plan.objective_usd).residuals
    assert found.set_index("balance")["residual_fraction"][balance] > 1e-6
