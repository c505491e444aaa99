"""Racks of several vintages: an old rack gives way to a newer kind at the end of its life or before, where it pays."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp
from tiny import Solve, decided, quick, tiny_case

from siting.case.case import Case

TWO = ((2030, 2), (2032, 2))
FROM_THE_SECOND = [[1, 1], [0, 1]]
"""Kind r is always sold, kind t from the second period on."""


def two_kinds(**changes: Any) -> Case:
    """1 PFLOP/s by racks of as much: r takes 1 MW, t, sold from the second period on, half a MW.

    A year's power of a MW costs 8.76 USD.
    """
    made: dict[str, Any] = {
        "periods": TWO,
        "racks": ("r", "t"),
        "sold_count": FROM_THE_SECOND,
        "rack_mw": [1.0, 0.5],
        "compute_pflop_per_mw": [1.0, 2.0],
        "rack_life_yr": 2,
        "rack_usd": 10.0,
        "price_usd_per_mwh": 0.001,
    }
    return tiny_case(**{**made, **changes})


def test_racks_are_not_renewed_when_fewer_are_needed(solved: Solve) -> None:
    """Lives of a year: 3 racks of 10 USD, then 1: 40. If all had to be renewed, 60."""
    plan = solved(tiny_case(periods=((2030, 1), (2031, 1)), inference_pflop=[[[3], [1]]], rack_usd=10.0))
    assert plan.objective_usd == pytest.approx(40)
    assert decided(plan, "installed_mw").ravel() == pytest.approx([3, 1])
    racks = plan.tables["racks"].set_index("period")
    assert racks["given_up_count"].tolist() == [0, 2]
    assert racks["in_use_count"].tolist() == [3, 1]


def test_the_rest_of_a_life_stays_paid(solved: Solve) -> None:
    """3 racks of 12 USD and 3 years, 2 of them used for 2 years: their 24, and 4 a year for 4 years, 40.

    If somebody bought them, 32; if they had to be renewed, 48. Their making, 6 t/yr over 3 years, is borne in 2:
    6 + 2 x 9 = 24 t/yr, then 6.
    """
    case = tiny_case(
        periods=TWO, inference_pflop=[[[3], [1]]], rack_usd=12.0, rack_life_yr=3, rack_embodied_t_per_yr=6.0
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(40)
    carbon = plan.tables["carbon"]
    assert carbon.loc[carbon["method"] == "embodied", "carbon_t_per_yr"].tolist() == pytest.approx([24, 6])


def test_a_rest_beyond_the_horizon_is_sold_with_it(solved: Solve) -> None:
    """As above with lives of 6 years, 2 a year: all 3 are paid to the horizon's end, 24; if to their lives' end, 32."""
    case = tiny_case(periods=TWO, inference_pflop=[[[3], [1]]], rack_usd=12.0, rack_life_yr=6)
    assert solved(case).objective_usd == pytest.approx(24)


def test_a_newer_kind_follows_at_the_end_of_life(solved: Solve) -> None:
    """2 x (5 + 8.76) with r, 2 x (5 + 4.38) with t: 46.28. If r were renewed, 55.04; if t were sold before, 37.52."""
    plan = solved(two_kinds())
    assert plan.objective_usd == pytest.approx(46.28)
    assert decided(plan, "racks_count")[0, 0].tolist() == [[1, 0], [0, 1]]
    racks = plan.tables["racks"].set_index(["rack_id", "period"])
    assert racks.loc[("r", 2032), "given_up_count"] == 1


def test_its_hall_is_free_for_the_next(solved: Solve) -> None:
    """As above, and a hall of 1 MW for 100 USD: 146.28; if the old rack kept its room, a second hall."""
    assert solved(two_kinds(hall_usd_per_mw=100.0, hall_life_yr=4)).objective_usd == pytest.approx(146.28)


def test_nothing_is_given_up_that_pays(solved: Solve) -> None:
    """t for 20 USD costs 5 more a year than r and spares 4.38: r is renewed, 4 x (5 + 8.76) = 55.04."""
    plan = solved(two_kinds(rack_usd=[10.0, 20.0]))
    assert plan.objective_usd == pytest.approx(55.04)
    assert not decided(plan, "given_up_count").any()


def test_an_old_rack_goes_early_where_power_is_scarce(solved: Solve) -> None:
    """1 PFLOP/s, then 2, in 1 MW: r for 12 USD and 4 years gives way to two t for 8 after 2, all of it paid: 20.

    With more power one t beside it, 16; if nobody paid the rest of r, 14; if it had to stay there would be no plan.
    """
    scarce: dict[str, Any] = {"inference_pflop": [[[1], [2]]], "rack_life_yr": 4, "rack_usd": [12.0, 8.0]}
    plan = solved(two_kinds(headroom_mw=1.0, price_usd_per_mwh=0.0, **scarce))
    assert plan.objective_usd == pytest.approx(20)
    assert decided(plan, "racks_count")[0, 0].tolist() == [[1, 0], [0, 2]]
    assert solved(two_kinds(price_usd_per_mwh=0.0, **scarce)).objective_usd == pytest.approx(16)


@pytest.mark.parametrize(("t_usd", "cost_usd"), [(10.0, 33.14), (16.0, 37.71)])
def test_when_it_goes_is_a_matter_of_money(solved: Solve, t_usd: float, cost_usd: float) -> None:
    """Three years; r, 10 USD and 2 years, draws 8.76 USD a year; t, sold from the second year on, a quarter.

    At once: 10 + 2 x t / 2 + 8.76 + 2 x 2.19, with t at 10 33.14, at 16 39.14.
    A year later: 10 + t / 2 + 2 x 8.76 + 2.19, with t at 10 34.71, at 16 37.71.
    """
    case = two_kinds(
        periods=((2030, 1), (2031, 1), (2032, 1)),
        sold_count=[[1, 1, 1], [0, 1, 1]],
        rack_mw=[1.0, 0.25],
        compute_pflop_per_mw=[1.0, 4.0],
        rack_usd=[10.0, t_usd],
    )
    assert solved(case).objective_usd == pytest.approx(cost_usd)


def drawn(seed: int, periods: tuple[tuple[int, int], ...], rate: float) -> tuple[Case, dict[str, Any]]:
    """A case of two kinds, prices and demand drawn, and the numbers apart."""
    random = np.random.default_rng(seed)
    numbers: dict[str, Any] = {
        "periods": periods,
        "rate": rate,
        "life": random.integers(1, 5, 2),
        "usd": random.uniform(5, 20, 2).round(2),
        "upkeep": random.uniform(0, 2, 2).round(2),
        "per_mw": np.array([1.0, random.uniform(1.5, 4)]),
        "price": float(random.uniform(0, 0.002)),
        "demand": random.integers(0, 3, len(periods)).astype(float),
        "sold": np.array([[1] * len(periods), [0] + [1] * (len(periods) - 1)]),
    }
    numbers["demand"][-1] = max(numbers["demand"][-1], 1.0)
    case = tiny_case(
        periods=periods,
        rate=rate,
        racks=("r", "t"),
        rack_mw=1 / numbers["per_mw"],
        compute_pflop_per_mw=numbers["per_mw"],
        rack_life_yr=numbers["life"],
        rack_usd=numbers["usd"],
        rack_maintenance_usd_per_yr=numbers["upkeep"],
        price_usd_per_mwh=numbers["price"],
        inference_pflop=numbers["demand"][None, :, None],
        sold_count=numbers["sold"],
    )
    return case, numbers


def uses_of(numbers: dict[str, Any]) -> list[tuple[int, int, int]]:
    """Each kind, period of purchase and last period of use that may be."""
    count = len(numbers["periods"])
    return [(r, v, u) for r in (0, 1) for v in range(count) for u in range(v, count) if numbers["sold"][r, v]]


def price_of_use(numbers: dict[str, Any], r: int, v: int, u: int) -> float:
    """Present value of buying one rack, of its renewals and upkeep, less what the horizon's end pays back."""
    periods, rate, life, usd = numbers["periods"], numbers["rate"], int(numbers["life"][r]), numbers["usd"][r]
    first, end = periods[0][0], sum(periods[-1])
    annuity = usd / sum((1 + rate) ** -t for t in range(1, life + 1))
    worth = 0.0
    for year in range(periods[v][0], sum(periods[u]), life):
        worth += usd * (1 + rate) ** -(year - first)
        left = max(year + life - end, 0)
        worth -= annuity * sum((1 + rate) ** -(end - first + t) for t in range(1, left + 1))
    years = range(periods[v][0] - first + 1, sum(periods[u]) - first + 1)
    return worth + numbers["upkeep"][r] * sum((1 + rate) ** -t for t in years)


def present(numbers: dict[str, Any], y: int) -> float:
    """Worth of a dollar at the end of each year of a period."""
    start, length = numbers["periods"][y]
    first = numbers["periods"][0][0]
    return float(sum((1 + numbers["rate"]) ** -(start - first + t) for t in range(1, length + 1)))


@pytest.mark.parametrize("seed", range(12))
def test_brute_force_finds_nothing_better(seed: int) -> None:
    """Every number of racks up to 2 of every kind and use, paid when it is bought, against the model."""
    case, numbers = drawn(seed, ((2030, 2), (2032, 3)), 0.07)
    uses = uses_of(numbers)
    best = np.inf
    for counts in itertools.product(range(3), repeat=len(uses)):
        cost = sum(n * price_of_use(numbers, *use) for n, use in zip(counts, uses, strict=True))
        for y, asked in enumerate(numbers["demand"]):
            there = [
                sum(n for n, (kind, v, u) in zip(counts, uses, strict=True) if kind == r and v <= y <= u)
                for r in (0, 1)
            ]
            if sum(there) < asked:
                cost = np.inf
                break
            frugal = min(asked, there[1])  # the newer kind draws less
            mw = frugal / numbers["per_mw"][1] + (asked - frugal) / numbers["per_mw"][0]
            cost += mw * 8760 * numbers["price"] * present(numbers, y)
        best = min(best, cost)
    plan = quick(case)
    assert plan.objective_usd == pytest.approx(best, rel=1e-6)
    plan.audit().raise_for_residuals()


@pytest.mark.parametrize("seed", range(8))
def test_another_model_agrees(seed: int) -> None:
    """Three periods, lives of 1 to 4 years: racks by use and work by kind and period, solved by scipy."""
    case, numbers = drawn(100 + seed, ((2030, 1), (2031, 3), (2034, 2)), 0.1)
    uses, count = uses_of(numbers), 3
    racks = [price_of_use(numbers, *use) for use in uses]
    energy = [
        8760 * numbers["price"] / numbers["per_mw"][r] * present(numbers, y) for r in (0, 1) for y in range(count)
    ]
    rows, lower = [], []
    for y in range(count):
        done = np.zeros(len(uses) + 2 * count)
        done[[len(uses) + y, len(uses) + count + y]] = 1
        rows.append(done)
        lower.append(numbers["demand"][y])
        for r in (0, 1):
            able = np.array([float(kind == r and v <= y <= u) for kind, v, u in uses] + [0.0] * 2 * count)
            able[len(uses) + r * count + y] = -1
            rows.append(able)
            lower.append(0.0)
    whole = [1] * len(uses) + [0] * 2 * count
    found = milp(np.array(racks + energy), constraints=LinearConstraint(np.array(rows), lower), integrality=whole)
    assert quick(case).objective_usd == pytest.approx(found.fun, rel=1e-6)
