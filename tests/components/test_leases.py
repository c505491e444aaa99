"""Leases: work that rented accelerators do, when they are cheaper than one's own, near enough and on offer."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from tiny import Solve, decided, paid, quick, tiny_case, with_fields

from siting.accounts.audit import audit
from siting.case.case import Case, Field
from siting.data.tables.notes.leases import lease_notes
from siting.plan.plan import Plan

RENTED: dict[str, Any] = {"leases": ("cloud",), "accelerator_pflop": 0.5, "lease_usd_per_gpu_h": 0.05}
"""A PFLOP/s takes two accelerators: 2 x 8,760 h x 0.05 USD = 876 USD a year."""


def audited(case: Case) -> Plan:
    """The plan of least cost, which adds up."""
    plan = quick(case)
    plan.audit().raise_for_residuals()
    return plan


def test_work_is_leased_where_rent_is_below_own_cost(solved: Solve) -> None:
    """1 PFLOP of inference; racks of 0.1 MW at 100 USD are 1,000 USD, rent is 876: all of it is leased.

    Pricing the accelerator as if it did 1 PFLOP would cost 438.
    """
    plan = solved(tiny_case(rack_mw=0.1, rack_usd=100.0, **RENTED))
    assert plan.objective_usd == pytest.approx(876)
    assert decided(plan, "leased_share_fraction").sum() == pytest.approx(1)
    assert paid(plan, "leases.rent").sum() == pytest.approx(876)
    assert decided(plan, "installed_mw").sum() == pytest.approx(0)


def test_nothing_is_leased_where_own_cost_is_below_rent() -> None:
    """Racks at 800 USD a PFLOP against a rent of 876: 800."""
    plan = audited(tiny_case(rack_mw=0.1, rack_usd=80.0, **RENTED))
    assert plan.objective_usd == pytest.approx(800)
    assert decided(plan, "leased_work_pflop").sum() == pytest.approx(0)


def test_lease_and_build_at_an_equal_price_tie() -> None:
    """Racks at 876 USD a PFLOP: with leases and without, and with either alone, a year costs 876."""
    case = tiny_case(rack_mw=0.1, rack_usd=87.6, **RENTED)
    assert audited(case).objective_usd == pytest.approx(876)
    assert audited(with_fields(case, lease_most_pflop=1e-9)).objective_usd == pytest.approx(876)
    assert audited(with_fields(case, rack_usd=1e6)).objective_usd == pytest.approx(876)


def test_any_share_may_be_leased_and_a_limit_leaves_the_rest_to_sites() -> None:
    """At most 0.3 PFLOP for rent: 0.3 x 876 + 0.7 x 1,000 = 962.8; a limit of each hour or zone would say the same."""
    plan = audited(tiny_case(rack_mw=0.1, rack_usd=100.0, lease_most_pflop=0.3, **RENTED))
    assert plan.objective_usd == pytest.approx(962.8)
    assert decided(plan, "leased_work_pflop").sum() == pytest.approx(0.3)


def test_region_beyond_the_latency_limit_does_batch_work_alone() -> None:
    """A region 50 ms away, 40 allowed; 1 PFLOP of inference at 1,000 USD, 1 of batch work rented at 876: 1,876."""
    plan = audited(tiny_case(rack_mw=0.1, rack_usd=100.0, batch_mean_pflop=1.0, lease_rtt_ms=50.0, **RENTED))
    assert plan.objective_usd == pytest.approx(1876)
    assert decided(plan, "leased_share_fraction").sum() == pytest.approx(0)
    assert decided(plan, "leased_batch_fraction").sum() == pytest.approx(1)


def test_network_from_the_region_is_paid() -> None:
    """Bandwidth of 100 USD a PFLOP from the region and none from the site: 976 is below 1,000; at 200, it is not."""
    case = tiny_case(rack_mw=0.1, rack_usd=100.0, lease_network_usd_per_pflop_yr=100.0, **RENTED)
    assert audited(case).objective_usd == pytest.approx(976)
    assert audited(with_fields(case, lease_network_usd_per_pflop_yr=200.0)).objective_usd == pytest.approx(1000)


def test_each_period_leases_as_much_as_it_wants() -> None:
    """1 PFLOP and then 2, racks of 1 MW at 1,000 USD that live a year; rent of 876, at most 1.5 PFLOP: 876, then

    1.5 x 876 = 1,314 and a whole rack, 1,000, or half of a PFLOP less leased: 1,000 + 876. So 876 + 1,876 = 2,752.
    """
    plan = audited(
        tiny_case(
            periods=((2030, 1), (2031, 1)), inference_pflop=[[[1], [2]]], rack_usd=1000.0, lease_most_pflop=1.5,
            **RENTED,
        )
    )  # fmt: skip
    assert plan.objective_usd == pytest.approx(2752)
    assert decided(plan, "leased_work_pflop").ravel() == pytest.approx([1, 1])


def test_training_is_not_leased() -> None:
    """A cluster of 2 PFLOP stays with racks of 1,000 USD a PFLOP: 2,000, and 876 for the inference."""
    case = tiny_case(
        rack_mw=0.1, rack_usd=100.0, training_cluster_pflop=2.0, clusters_needed_count=1.0, **RENTED
    )  # fmt: skip
    assert audited(case).objective_usd == pytest.approx(2876)


def test_carbon_and_water_are_counted_capped_and_priced() -> None:
    """An accelerator of 0.5 MW at a PUE of 1.2: 2 x 0.5 x 8,760 h = 8,760 MWh of IT, 10,512 drawn.

    At 0.5 t/MWh these are 5,256 t, and at 0.1 m3/MWh of IT 876 m3. Racks emit nothing. A cap of 2,628 t, or of 438 m3,
    leaves half: 0.5 x 876 + 0.5 x 1,000 = 938. A price of 1 USD/t makes the lease dearer than racks: 1,000.
    """
    foot = {"lease_it_mw": 0.5, "lease_pue": 1.2, "lease_carbon_t_per_mwh": 0.5, "lease_wue_m3_per_mwh": 0.1}
    numbers = {"rack_mw": 0.1, "rack_usd": 100.0, **RENTED, **foot}
    plan = audited(tiny_case(**numbers))
    row = plan.tables["leases"].iloc[0]
    assert row["leased_mwh_per_yr"] == pytest.approx(10_512)
    assert row["leased_carbon_t_per_yr"] == pytest.approx(5256)
    assert row["leased_water_m3_per_yr"] == pytest.approx(876)
    figures = {name: plan.kpis[name]["value"] for name in ("carbon_location_t_per_yr", "water_m3_per_yr")}
    assert figures == pytest.approx({"carbon_location_t_per_yr": 5256, "water_m3_per_yr": 876})
    for policy in ({"carbon_cap_t_per_yr": 2628.0}, {"water_cap_m3_per_yr": 438.0}):
        assert audited(tiny_case(policy=policy, **numbers)).objective_usd == pytest.approx(938)
    priced = tiny_case(policy={"carbon_price_usd_per_t": 1.0}, **numbers)
    assert audited(priced).objective_usd == pytest.approx(1000)


def test_leased_work_earns_and_is_taxed_as_own_work() -> None:
    """1 PFLOP at 2 USD an accelerator-hour of 1 PFLOP: 17,520 USD, and a tenth of it is taxed; rent comes to 876."""
    plan = audited(
        tiny_case(
            finance={"compute_price_usd_per_gpu_h": 2.0}, rack_mw=0.1, rack_usd=100.0, receipts_tax_fraction=0.1,
            federal_income_tax_fraction=0.0, income_tax_fraction=0.0, reference_accelerator_pflop=1.0, **RENTED,
        )
    )  # fmt: skip
    assert paid(plan, "taxes.receipts_tax").sum() == pytest.approx(1752)
    assert plan.objective_usd == pytest.approx(1752 + 876)
    assert plan.tables["cash_flow"]["revenue_usd"].sum() == pytest.approx(17_520)
    assert plan.kpis["lcoc_usd_per_gpu_h"]["value"] * 8760 == pytest.approx(876)


def test_table_tells_what_is_rented_for_whom() -> None:
    """Two zones of 1 PFLOP, the far one within reach of the second region alone; 0.5 PFLOP of batch work.

    Both regions ask for 876 USD a PFLOP, the second one a network of 1 USD besides.
    """
    plan = audited(
        tiny_case(
            zones=("near", "far"), rack_usd=1e6, leases=("one", "two"), accelerator_pflop=0.5,
            lease_usd_per_gpu_h=0.05, lease_rtt_ms=[[10, 90], [10, 10]], batch_mean_pflop=0.5,
            lease_network_usd_per_pflop_yr=[[0, 0], [1, 1]], lease_most_pflop=[1.5, 1.0],
        )
    )  # fmt: skip
    zones = plan.tables["leased_zones"].set_index(["lease_id", "zone_id"])["leased_pflop"]
    assert zones.to_dict() == pytest.approx({("one", "near"): 1.0, ("two", "far"): 1.0})
    rows = plan.tables["leases"].set_index("lease_id")
    assert rows["leased_pflop"].to_dict() == pytest.approx({"one": 1.5, "two": 1.0})
    assert rows["leased_batch_pflop"].to_dict() == pytest.approx({"one": 0.5, "two": 0.0})
    assert rows["leased_accelerators_count"].to_dict() == pytest.approx({"one": 3.0, "two": 2.0})
    assert rows["rent_usd_per_yr"].to_dict() == pytest.approx({"one": 1314, "two": 876})
    assert rows["lease_usd_per_gpu_h"].to_dict() == pytest.approx({"one": 0.05, "two": 0.05})


def test_decomposed_and_whole_agree() -> None:
    """Two sites, two zones, two regions, one of them out of reach of a zone: both ways find the same cost."""
    case = tiny_case(
        sites=("a", "b"), zones=("y", "z"), inference_pflop=[[[2, 3, 2]], [[1, 2, 1]]], batch_mean_pflop=1.0,
        rack_mw=0.1, rack_usd=[90.0], price_usd_per_mwh=[[0.01, 0.02, 0.01], [0.02, 0.01, 0.02]],
        leases=("u", "v"), accelerator_pflop=1.0, lease_usd_per_gpu_h=[0.105, 0.11], lease_rtt_ms=[[10, 90], [10, 10]],
        lease_most_pflop=[2.0, 1.0],
    )  # fmt: skip
    whole, apart = quick(case, method="whole"), quick(case, method="decomposed", gap=1e-4)
    apart.audit().raise_for_residuals()
    assert apart.objective_usd == pytest.approx(whole.objective_usd, rel=1e-4)
    assert decided(whole, "leased_work_pflop").sum() > 0.1
    assert decided(whole, "installed_mw").sum() > 0.1


@pytest.mark.parametrize("seed", range(2))
def test_a_lease_never_raises_cost(seed: int) -> None:
    """What is for rent may be left."""
    draw = np.random.default_rng(seed)
    numbers: dict[str, Any] = {"rack_mw": 0.1, "rack_usd": 100.0, "batch_mean_pflop": 0.5}
    price, away = draw.uniform(0.05, 0.2, 3), draw.uniform(0, 80, (3, 1))
    costs = [audited(tiny_case(**numbers)).objective_usd]
    for count in (1, 2, 3):
        some = {"lease_usd_per_gpu_h": price[:count], "lease_rtt_ms": away[:count], "lease_most_pflop": 0.4}
        costs.append(audited(tiny_case(**numbers, leases=tuple("uvw"[:count]), **some)).objective_usd)
    assert np.diff(costs).max() < 1e-6


@pytest.mark.parametrize(
    ("decision", "factor", "balance"),
    [
        ("leased_work_pflop", 1.1, "cost leases.rent"),
        ("leased_work_pflop", 0.9, "work leased"),
        ("leased_share_fraction", 0.9, "inference served"),
        ("leased_batch_fraction", 0.9, "batch served"),
        ("open_count", 0.0, "leased at open sites"),
    ],
)
def test_audit_finds_what_is_wrong(decision: str, factor: float, balance: str) -> None:
    plan = quick(tiny_case(rack_usd=1e6, batch_mean_pflop=1.0, **RENTED))
    field = plan.solution.decisions[decision]
    changed = {**plan.solution.decisions, decision: Field(field.axes, factor * field.values)}
    found = audit(plan.case, dataclasses.replace(plan.solution, decisions=changed), plan.objective_usd).residuals
    assert found.set_index("balance")["residual_fraction"][balance] > 1e-6


@pytest.mark.parametrize(
    ("wrong", "balance"),
    [({"lease_rtt_ms": 99.0}, "latency of leases"), ({"lease_most_pflop": 0.5}, "leased within offer")],
)
def test_audit_finds_leases_out_of_reach_and_beyond_the_offer(wrong: dict[str, float], balance: str) -> None:
    plan = quick(tiny_case(rack_usd=1e6, **RENTED))
    found = audit(with_fields(plan.case, **wrong), plan.solution, plan.objective_usd).residuals
    assert found.set_index("balance")["residual_fraction"][balance] > 1e-6


def test_plan_stands_beside_leasing_all_and_doing_nothing() -> None:
    """1 PFLOP of inference and a cluster of 2 at a rent of 876 USD a PFLOP: 2,628 USD, 0.1 an hour of 1 PFLOP.

    Racks of 800 USD a PFLOP make the plan 2,400. Work earns 2 USD an hour: 3 x 2 x 8,760 = 52,560 either way.
    """
    case = tiny_case(
        rack_mw=0.1, rack_usd=80.0, training_cluster_pflop=2.0, clusters_needed_count=1.0, accelerators_count=0.1,
        finance={"compute_price_usd_per_gpu_h": 2.0, "objective": "before_tax"}, **RENTED,
    )  # fmt: skip
    rows = quick(case).tables["comparators"].set_index("comparator_id")
    assert rows["cost_usd"].to_dict() == pytest.approx({"plan": 2400, "lease_all": 2628, "nothing": 0})
    assert rows["npv_usd"].to_dict() == pytest.approx({"plan": 50_160, "lease_all": 49_932, "nothing": 0})
    assert rows["unit_cost_usd_per_gpu_h"]["lease_all"] == pytest.approx(0.1)


def test_region_too_far_for_every_zone_is_warned_of_and_leasing_all_is_left_out() -> None:
    case = tiny_case(rack_usd=80.0, lease_rtt_ms=99.0, **RENTED)
    (note,) = lease_notes(case)
    assert "'cloud' reaches no zone within the limit of any class of work, 40 ms at the most" in str(note)
    assert quick(case).tables["comparators"]["comparator_id"].tolist() == ["plan", "nothing"]
