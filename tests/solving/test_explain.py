"""Why no plan exists: held against hand-made conflicts, and against a search through all subsets of the limits."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from tiny import tiny_case

from siting.case.case import Case
from siting.models.assembly.model import model_of
from siting.models.formulation import DESIGN, chosen
from siting.optimise.conflict import explanation
from siting.optimise.conflict.explained import Given
from siting.optimise.conflict.explanation import explain
from siting.optimise.conflict.stated_limits import StatedLimit, loosened, stated_limits
from siting.optimise.solver import highs, loading
from siting.plan.arithmetic import arithmetic_conflicts

WIDER = 0.02
"""More than the precision of what is said to be enough."""


def named(limits: Iterable[StatedLimit] | None) -> set[str]:
    return {limit.name for limit in limits or ()}


def has_plan(case: Case) -> bool:
    """Ask the solver of the case's own model, made anew."""
    form = model_of(case, chosen(DESIGN, case), of_more=True).form
    return highs.run(loading.load(form), gap=1.0).values is not None


def test_cap_and_exclusion_cannot_hold_together() -> None:
    """1 MW at a emits 3,504 t, at b, which is excluded, none; each way out is enough by itself."""
    case = tiny_case(
        sites=("a", "b"),
        carbon_t_per_mwh=[[0.4], [0]],
        policy={"carbon_cap_t_per_yr": 1000.0, "excluded_sites": ["b"], "water_cap_m3_per_yr": 5.0},
    )
    found = explain(case)
    assert named(found.conflict) == {"policy.carbon_cap_t_per_yr", "policy.excluded_sites"}
    text = str(found)
    assert "policy.carbon_cap_t_per_yr: 1,000 to 3,510 t CO2e/yr" in text  # 3,504, rounded to where it is enough
    assert "policy.excluded_sites: allow b" in text
    assert "water" not in text


def test_amount_of_a_limit_by_site_is_told_by_site() -> None:
    """1 MW in one rack, PUE 1.5: 1.5 MW, of which b lacks less."""
    found = explain(tiny_case(sites=("a", "b"), pue=1.5, headroom_mw=[0.3, 0.4]))
    assert named(found.conflict) == {"sites.headroom_mw"}
    ((given,),) = found.ways_out
    np.testing.assert_allclose(given.value, [0.3, 1.5], atol=1e-5)
    assert "sites.headroom_mw: 1.1 MW more in all: b 0.4 to 1.5" in str(found)


def test_two_conflicts_are_left_only_together() -> None:
    """PUE 1.5 breaks the limit of 1.2, and 1.5 MW the headroom: neither is enough by itself."""
    found = explain(tiny_case(pue=1.5, headroom_mw=0.9, policy={"pue_max_ratio": 1.2}))
    (way,) = found.ways_out
    assert {given.limit.name: pytest.approx(np.sum(given.value), rel=0.01) for given in way} == {
        "policy.pue_max_ratio": 1.5,
        "sites.headroom_mw": 1.5,
    }
    assert "no limit is enough by itself" in str(found)


def test_limit_on_latency_gives_as_far_as_the_nearest_site() -> None:
    """The nearest site is 50 ms away, 40 are allowed."""
    found = explain(tiny_case(sites=("a", "b"), rtt_ms=[[80.0], [50.0]]))
    assert named(found.conflict) == {"demand.latency_limit_ms"}
    assert float(found.ways_out[0][0].value) == pytest.approx(50, rel=0.006)


def test_part_of_the_demand_that_can_be_served_is_told() -> None:
    """Ten racks of 0.1 MW do 1 PFLOP/s; a headroom of 0.5 MW carries five: half."""
    found = explain(tiny_case(rack_mw=0.1, headroom_mw=0.5))
    assert found.served_fraction == pytest.approx(0.5, abs=0.01)
    assert "50% of the inference" in str(found)


def test_power_that_is_energised_late_is_told_by_site() -> None:
    """1 MW in one rack at b, which has 0.25 MW until then; a has none."""
    found = explain(tiny_case(sites=("a", "b"), energised_mw=[[0.0], [0.25]]))
    assert named(found.conflict) == {"energisation.mw"}
    assert "energisation.mw: 0.75 MW more in all: b 0.25 to 1" in str(found)


def test_moratorium_is_told_by_the_sites_that_it_closes() -> None:
    """a and b are barred, and c lacks headroom for a rack of 1 MW: one of the two is enough."""
    found = explain(tiny_case(sites=("a", "b", "c"), barred_count=[[1.0], [1.0], [0.0]], headroom_mw=[5.0, 5.0, 0.5]))
    assert named(found.conflict) == {"policy.respect_moratoria", "sites.headroom_mw"}
    given = {way[0].limit.name: way[0].value for way in found.ways_out}
    assert len(given["policy.respect_moratoria"]) == 1
    assert given["policy.respect_moratoria"][0] in ("a", "b")


def test_class_of_work_that_may_be_done_nowhere_is_told() -> None:
    """Nothing else than the rule keeps the zone's work from the only site."""
    found = explain(tiny_case(zone_resident_count=0.0))
    assert named(found.conflict) == {"demand.workloads"}
    assert "demand.workloads: give it up" in str(found)


def test_study_with_a_plan_is_told_so() -> None:
    found = explain(tiny_case(policy={"carbon_cap_t_per_yr": 10.0}))
    assert found.is_feasible
    assert "there is a plan" in str(found)


def test_time_limit_is_kept_and_told() -> None:
    found = explain(tiny_case(headroom_mw=0.5), time_limit=1e-9)
    assert not found.is_complete
    assert "no time" in str(found)


def test_large_model_is_explained_in_longer_steps_and_by_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cap and the exclusion of the first test, and a day as one step; a PUE of 1.5 against a limit of 1.2."""
    monkeypatch.setattr(explanation, "QUICK_SITE_HOURS", 1e-3)
    case = tiny_case(
        sites=("a", "b"),
        carbon_t_per_mwh=[[0.4], [0]],
        policy={"carbon_cap_t_per_yr": 1000.0, "excluded_sites": ["b"]},
    )
    found = explain(case)
    assert not found.is_whole
    assert named(found.conflict) == {"policy.carbon_cap_t_per_yr", "policy.excluded_sites"}
    assert "in steps of 24 h, and with parts of racks" in str(found)
    of_pue = explain(tiny_case(pue=1.5, policy={"pue_max_ratio": 1.2}))
    assert float(of_pue.ways_out[0][0].value) == pytest.approx(1.5, rel=0.006)


def test_large_model_that_only_whole_racks_rule_out_is_explained_by_these(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of 1 MW at each of two sites would do, but racks have 1 MW."""
    monkeypatch.setattr(explanation, "QUICK_SITE_HOURS", 1e-3)
    found = explain(tiny_case(sites=("a", "b"), headroom_mw=0.5))
    assert found.is_whole
    assert named(found.conflict) == {"sites.headroom_mw"}


def drawn(seed: int) -> Case:
    """Return a small case of some limits drawn at random, which no plan meets."""
    rng = np.random.default_rng(seed)
    while True:
        limits = {
            "carbon_cap_t_per_yr": float(rng.choice([800, 2_500, 6_000])),
            "water_cap_m3_per_yr": float(rng.choice([1_500, 6_000, 12_000])),
            "pue_max_ratio": float(rng.choice([1.15, 1.3])),
            "sites_max_count": int(rng.choice([1, 2])),
            "sites_min_count": int(rng.choice([0, 2])),
            "excluded_sites": [str(rng.choice(["a", "b", "c"]))],
            "grid_zone_limit_mw": {"Z0": float(rng.choice([0.6, 1.4]))},
        }
        names = rng.permutation(list(limits))[: int(rng.integers(2, 6))]
        case = tiny_case(
            sites=("a", "b", "c"),
            zones=("y", "z"),
            hours_count=2,
            cooling=("dry", "wet"),
            rack_mw=0.5,
            module_mw=0.5,
            pue=[[1.4, 1.4], [1.1, 1.1]],
            wue_m3_per_mwh=[[0.0], [0.7]],
            carbon_t_per_mwh=rng.choice([0.1, 0.4], size=(3, 1)),
            rtt_ms=rng.choice([10.0, 30.0, 60.0], size=(3, 2)),
            headroom_mw=rng.choice([0.7, 1.2, 2.5, 50_000.0], size=3),
            land_available_ha=1e7,
            policy={str(name): limits[str(name)] for name in names},
        )
        if not has_plan(case):
            return case


def searched_through(case: Case) -> int:
    """Return how many limits the smallest conflict has, from the smallest subset on."""
    limits = stated_limits(case)
    for count in range(len(limits) + 1):
        for held in itertools.combinations(limits, count):
            if not has_plan(loosened(case, [limit for limit in limits if limit not in held])):
                return count
    raise AssertionError("all limits can hold")


def holds_with(case: Case, way: tuple[Given, ...], toward: float = 0.0) -> bool:
    """Whether all limits hold with what a way out gives, or a part less of it."""
    for given in way:
        if isinstance(given.value, tuple):
            left = tuple(site for site in given.limit.value if site not in given.value)
            case = given.limit.at(case, left)
        elif given.value is None:
            case = given.limit.loosened(case)
        else:
            value = np.asarray(given.value) * (1 - toward) + np.asarray(given.limit.value) * toward
            value = value if given.limit.is_by_site else type(given.limit.value)(value)
            case = given.limit.at(case, value)
    return has_plan(case)


def held_against_all_subsets(case: Case) -> None:
    found = explain(case)
    assert found.conflict is not None
    assert found.is_complete
    limits = stated_limits(case)
    assert not has_plan(loosened(case, [limit for limit in limits if limit.name not in named(found.conflict)]))
    assert len(found.conflict) == searched_through(case)
    enough = {
        limit.name for limit in found.conflict if has_plan(limit.loosened(case))
    }  # no limit outside of a conflict can be
    alone = [way for way in found.ways_out if len(way) == 1]
    assert {way[0].limit.name for way in alone} == enough
    assert found.ways_out or not found.conflict
    for way in found.ways_out:
        assert holds_with(case, way)
    for (given,) in alone:
        if isinstance(given.value, float | np.ndarray) and isinstance(given.limit.value, float | np.ndarray):
            assert not holds_with(case, (given,), toward=WIDER)


def test_conflict_is_the_smallest_of_all() -> None:
    held_against_all_subsets(drawn(0))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 30))
def test_conflict_is_the_smallest_of_all_in_more_draws(seed: int) -> None:
    held_against_all_subsets(drawn(seed))


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"policy": {"grid_zone_limit_mw": {"Z0": 0.5}}}, "policy.grid_zone_limit_mw", "let 0.5 MW in"),
        ({"headroom_mw": 0.5}, "sites", "the headroom of all sites lets 0.5 MW in"),
        ({"facility": {"site_max_mw": 0.5}, "module_mw": 0.5}, "facility.site_max_mw", "hold 0.5 MW of IT"),
        (
            {"training_cluster_pflop": 200.0, "clusters_needed_count": 1.0, "headroom_mw": 900.0},
            "demand.training_cluster_mw",
            "takes 200 MW of the densest racks",
        ),
    ],
)
def test_conflicts_by_arithmetic_are_told_without_a_model(changes: dict[str, Any], field: str, told: str) -> None:
    """1 MW is asked for, at PUE 1, of sites of at most 100 MW."""
    found = arithmetic_conflicts(tiny_case(**changes))
    assert field in [problem.field for problem in found]
    assert told in " ".join(problem.message for problem in found)


def test_no_conflict_is_told_by_arithmetic_where_there_is_a_plan() -> None:
    assert arithmetic_conflicts(tiny_case(policy={"grid_zone_limit_mw": {"Z0": 1.0}})) == ()


@pytest.mark.parametrize(
    ("limit_mw", "is_suspected"),
    [(0.5, False), (0.11, False), (0.09, True), (0.02, True)],
)
@pytest.mark.parametrize("name", ["grid_zone_limit_mw", "headroom_mw", "site_max_mw"])
def test_work_written_in_kw_is_suspected_where_a_thousandth_would_fit(
    name: str, limit_mw: float, is_suspected: bool
) -> None:
    """1 MW is asked for: from ten times the room on. Less is a site too few."""
    changes: dict[str, dict[str, Any]] = {
        "grid_zone_limit_mw": {"policy": {"grid_zone_limit_mw": {"Z0": limit_mw}}},
        "headroom_mw": {"headroom_mw": limit_mw},
        "site_max_mw": {"facility": {"site_max_mw": limit_mw}, "module_mw": limit_mw},
    }
    (problem,) = arithmetic_conflicts(tiny_case(**changes[name]))
    assert ("kW" in problem.hint) == is_suspected
