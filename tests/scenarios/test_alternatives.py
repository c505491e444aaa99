"""Plans that cost nearly as little as the best, held against all sets of sites one by one."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tiny import quick, tiny_case

import siting
from siting.case.case import Case
from siting.optimise.no_plan import NoPlanError
from siting.scenarios.alternatives.alternatives import Alternatives
from siting.scenarios.alternatives.tables import plans_table, sites_table
from siting.scenarios.alternatives.writing import write_alternatives

SITES = ("a", "b", "c", "d")
WITHIN = 0.05


def drawn(seed: int) -> Case:
    """Return a case of four sites, each with its price, its cost of opening and the zones that it reaches."""
    rng = np.random.default_rng(seed)
    return tiny_case(
        sites=SITES,
        zones=("y", "z"),
        hours_count=2,
        price_usd_per_mwh=rng.uniform(9.5, 10.5, size=(4, 1)),
        rtt_ms=rng.choice([10.0, 10.0, 60.0], size=(4, 2)),
        fixed_site_usd=rng.uniform(500, 3_000, size=4),
        headroom_mw=rng.choice([1.5, 5.0], size=4),
    )


def all_sets(case: Case) -> dict[frozenset[str], float]:
    """Return the least cost of each set of sites that has a plan: those of all and only these sites."""
    found = {}
    for count in range(1, len(SITES) + 1):
        for some in itertools.combinations(SITES, count):
            policy = {"excluded_sites": tuple(site for site in SITES if site not in some), "sites_min_count": count}
            study = case.study.model_copy(update={"policy": case.study.policy.model_copy(update=policy)})
            try:
                found[frozenset(some)] = quick(Case(**{**vars(case), "study": study})).objective_usd
            except NoPlanError:
                continue
    return found


def set_of(found: Alternatives, place: int) -> frozenset[str]:
    return frozenset(np.array(SITES)[found.plans[place].is_open].tolist())


@pytest.mark.parametrize("seed", [1, pytest.param(0, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_sets_of_sites_and_proofs_are_those_of_enumeration(seed: int) -> None:
    case = drawn(seed)
    costs = all_sets(case)
    best = min(costs.values())
    near = {some for some, cost in costs.items() if cost <= best * (1 + WITHIN) + 1e-6}
    found = siting.alternatives(case, within=WITHIN, count=20, gap=0.0, threads=1)
    assert found.is_complete
    assert found.is_whole
    assert found.are_all_sites
    assert {set_of(found, place) for place in range(len(found.plans))} == near
    assert found.best.objective_usd == pytest.approx(best)
    for place, plan in enumerate(found.plans):
        if plan.found_for == "sites":
            assert plan.objective_usd == pytest.approx(costs[set_of(found, place)], rel=2e-3)
    assert set(found.sites("no regret")) == set.intersection(*map(set, near))
    assert set(found.sites("out of reach")) == set(SITES) - set.union(*map(set, near))
    if len(near) > 1:  # the first alternative shares as few sites with the best plan as any does
        shared = [len(some & set_of(found, 0)) for some in near - {set_of(found, 0)}]
        assert len(set_of(found, 1) & set_of(found, 0)) == min(shared)


def test_site_is_no_regret_only_where_all_plans_without_it_are_beyond_the_slack() -> None:
    """At a 10 USD/MWh, at b 10.4: 4 % more. Within 3 % a is in every plan, within 5 % in one of two."""
    case = tiny_case(sites=("a", "b"), price_usd_per_mwh=[[10.0], [10.4]], fixed_site_usd=10_000.0)
    narrow, wide = (siting.alternatives(case, within=within, count=5, threads=1) for within in (0.03, 0.05))
    assert (narrow.sites("no regret"), narrow.sites("out of reach")) == (["a"], ["b"])
    assert (wide.sites("no regret"), wide.sites("out of reach")) == ([], [])
    table = sites_table(wide).set_index("site_id")
    assert table.loc["a", "extra_cost_without_usd"] == pytest.approx(0.4 * 8760)


def test_where_no_other_sites_are_left_contracts_are_moved() -> None:
    """One site; grid power at 10 USD/MWh and a contract for all hours at 10: none of it, or all, at the same cost."""
    case = tiny_case(price_usd_per_mwh=10.0, output_fraction=[[[1, 1, 1]]], strike_usd_per_mwh=10.0)
    found = siting.alternatives(case, within=0.001, count=3, threads=1)
    assert found.are_all_sites
    powers = [contracted["wind"] for contracted in found.contracted_mw]
    assert max(powers) - min(powers) == pytest.approx(1.0, abs=0.01)


def test_tables_and_page_are_written(tmp_path: Path) -> None:
    case = drawn(0)
    found = siting.alternatives(case, within=WITHIN, count=4, threads=1)
    write_alternatives(found, tmp_path)
    plans = pd.read_csv(tmp_path / "plans.csv")
    assert plans["over_best_fraction"].max() <= WITHIN + 1e-9
    assert plans.loc[0, "sites_shared_fraction"] == 1
    assert (plans_table(found)["over_bound_fraction"] >= -1e-9).all()
    text = (tmp_path / "index.html").read_text("utf-8")
    assert "No regret" in text
    assert "http" not in text.split("<body")[1]
