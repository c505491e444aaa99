"""The bound for the year: never above what the year costs, and as high as the relaxation where the prices are right."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import scipy.sparse
from rich_case import rich_case
from sites_apart import fleet
from tiny import with_year

from siting.case.case import Case
from siting.models.assembly.model import model_of
from siting.models.formulation import DESIGN, chosen
from siting.optimise.decomposition.blocks import cut
from siting.optimise.decomposition.column_generation import relax
from siting.optimise.gap import Gap
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.year.bound.holding import holding, prices_that_hold
from siting.optimise.year.bound.pricing import YearPricing
from siting.optimise.year.bound.year_bound import YearBound, year_bound
from siting.quantities import COST_SCALE

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

ROUNDING = 1e-9


def year_of_fleet(seed: int = 3, count: int = 3, *, year: dict[str, Any] | None = None, **changes: Any) -> Case:
    """Sites whose power, air and wind differ from day to day; the year is the same days, or has other numbers."""
    draw = np.random.default_rng(seed).uniform
    drawn = {
        "price_usd_per_mwh": draw(20, 60, (count, 36)),
        "carbon_t_per_mwh": 0.4,
        "pue": 1 + draw(0.05, 0.3, (count, 2, 36)),
        "wue_m3_per_mwh": 0.1,
        "output_fraction": draw(0.1, 0.6, (count, 1, 36)),
        "inference_pflop": draw(0.6, 1.2, (3, 1, 36)),
    }
    return with_year(fleet(count, days_of_year=MONTH_DAYS, **{**drawn, **changes}), **(year or {}))


def year_with_sales(**changes: Any) -> Case:
    """Wind at 10 USD/MWh that sells at 19: only the limit on resale says how much of it a site contracts.

    Selling never fetches more than power costs, which is 20 USD/MWh at the least.
    """
    sold = {"strike_usd_per_mwh": 10.0, "resale_usd_per_mwh": 19.0, "resale_limit_fraction": 0.2}
    return year_of_fleet(**{**sold, **changes})


def rich_year(seed: int) -> Case:
    """Two of everything, in two periods, every limit stated: caps on carbon and water are shared rows with days."""
    return with_year(rich_case(days_of_year=MONTH_DAYS, seed=seed))


def form_of_year(case: Case) -> Any:
    """The whole year at once, as arrays."""
    return model_of(case.full_year(), chosen(DESIGN, case)).form


def relaxed_year(case: Case) -> float:
    """Cost of the relaxation of the whole year at once [USD]."""
    form = form_of_year(case)
    outcome = highs.run(loading.load(dataclasses.replace(form, integral=np.zeros_like(form.integral))), gap=0.0)
    assert outcome.objective is not None
    return outcome.objective / COST_SCALE


def best_prices(case: Case) -> dict[str, float]:
    """Prices of the rows that sites share at which the relaxation of a case's hours is reached."""
    blocks, _ = cut(case, chosen(DESIGN, case))
    relaxed = relax(blocks, gap=Gap(1e-7), threads=1)  # beyond it rounding decides
    assert relaxed.complete
    return dict(zip(blocks.shared.names, relaxed.prices.tolist(), strict=True))


def bounded(case: Case, prices: dict[str, float], **options: Any) -> YearBound:
    """The bound, with all the time there is."""
    components = chosen(DESIGN, case)
    return year_bound(
        case, components, prices, threads=1, deadline=Deadline(), tell=lambda _text, _bound: None, **options
    )


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(year_of_fleet(), id="the days"),
        pytest.param(year_of_fleet(certificates=False, policy={"carbon_method": "market"}), id="claims"),
        pytest.param(
            year_of_fleet(
                year={"price_usd_per_mwh": np.random.default_rng(1).uniform(10, 90, (3, 36)), "pue": 1.2},
            ),
            id="another year",
        ),
    ],
)
def test_bound_is_the_relaxation_of_the_year_at_the_best_prices(case: Case) -> None:
    """At prices of the year itself nothing is lost but the integers, however the year differs from the days."""
    found = bounded(case, best_prices(case.full_year()), tolerance=1e-6)
    assert found.finished
    assert found.bound_usd == pytest.approx(relaxed_year(case), rel=1e-5)


@pytest.mark.parametrize("seed", [0, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "make",
    [year_of_fleet, lambda seed: year_with_sales(seed=seed), pytest.param(rich_year, marks=pytest.mark.slow)],
)
def test_bound_is_never_above_the_relaxation_of_the_year(make: Any, seed: int) -> None:
    """At any prices, of whatever sign and size, and after any round."""
    case = make(seed)
    draw = np.random.default_rng(seed)
    prices = {name: price * draw.uniform(-0.5, 2.0) for name, price in best_prices(case).items()}
    cost = relaxed_year(case)
    for tolerance in (10.0, 1e-3):
        found = bounded(case, prices, tolerance=tolerance)
        assert found.bound_usd is not None
        assert found.bound_usd <= cost + ROUNDING * abs(cost)


def test_without_any_prices_the_bound_is_one_all_the_same() -> None:
    """Nothing is asked of shared work then: what is left is inference and the sites' own limits."""
    case = year_of_fleet()
    found = bounded(case, {})
    assert found.bound_usd is not None
    assert 0 < found.bound_usd <= relaxed_year(case)


@pytest.mark.slow
def test_no_plan_of_the_year_costs_less() -> None:
    """The cheapest plan of the year, searched as one model to its end, costs more, by its integers."""
    case = year_of_fleet(year={"price_usd_per_mwh": np.random.default_rng(5).uniform(10, 90, (3, 36))})
    best = highs.run(loading.load(form_of_year(case)), gap=0.0)
    assert best.objective is not None
    found = bounded(case, best_prices(case))
    assert found.bound_usd is not None
    assert found.bound_usd <= best.objective / COST_SCALE * (1 + ROUNDING)
    assert found.bound_usd >= 0.9 * best.objective / COST_SCALE


@pytest.mark.slow
def test_sales_without_a_limit_on_contracts_have_a_bound() -> None:
    """Each MW of wind earns 9 USD/MWh until its resale is limited.

    The price of the limit is looked for in the rounds, and the last thousandth is not found: a bound all the same.
    """
    case = year_with_sales()
    found = bounded(case, best_prices(case), tolerance=1e-6)
    cost = relaxed_year(case)
    assert found.finished
    assert found.bound_usd is not None
    assert 0.999 * cost <= found.bound_usd <= cost


def test_no_time_is_no_bound() -> None:
    case = year_of_fleet()
    over = Deadline(0.0)
    found = year_bound(case, chosen(DESIGN, case), {}, threads=1, deadline=over, tell=lambda _text, _bound: None)
    assert found == YearBound(bound_usd=None, finished=False, rounds=0, sites_done=0)


def test_bound_is_told_round_by_round_and_never_falls() -> None:
    told: list[float] = []
    case = year_of_fleet()
    found = year_bound(
        case,
        chosen(DESIGN, case),
        best_prices(case),
        threads=2,
        deadline=Deadline(),
        tell=lambda _text, bound: told.append(-np.inf if bound is None else bound),
    )
    assert told == sorted(told)
    assert told[-1] == found.bound_usd


def test_held_columns_are_worth_nothing_and_the_design_pays() -> None:
    """A flow f within a peak p within a design: f - p <= 0, p <= X, and f is worth 3.

    The first row's price is -3, which makes the peak worth 3; so the second row's is -3: 3 X is all there is.
    """
    matrix = scipy.sparse.csr_array([[1.0, -1.0], [0.0, 1.0]])
    sides = np.full(2, -np.inf), np.zeros(2)
    holds = holding(matrix, *sides, np.zeros(2))
    prices, reduced = prices_that_hold(holds, matrix.tocsc(), np.zeros(2), np.array([-3.0, 0.0]))
    assert prices.tolist() == [-3.0, -3.0]
    assert reduced.tolist() == [0.0, 0.0]


def test_work_of_a_month_is_within_its_computers() -> None:
    """A year of twelve days of three hours: a MW that does 2 PFLOP/s does 6 in a month, and a share asks for its hours.

    The work of batch may be done in any hour, so a unit of it takes a unit; only the weights of its days stand between.
    """
    case = year_of_fleet(count=1, compute_pflop_per_mw=2.0)
    components = chosen(DESIGN, case)
    pricing = YearPricing(case, components, {})
    site = pricing.meet()
    design, within = pricing.designs[site], pricing.reaches(site)[-1]
    slope = dict(zip(design.names, within.slope.T, strict=True))
    asked = case.values("serving.inference_pflop")[:, 0]
    for name, of_month in slope.items():
        match name.split("[")[0]:
            case "computing.installed_mw":
                np.testing.assert_allclose(of_month, -6.0)
            case "serving.share_fraction":
                zone = case.axes["zone"].index(name.split(",")[1])
                np.testing.assert_allclose(of_month, asked[zone].reshape(12, 3).sum(axis=1))
            case "training.training_pflop":
                np.testing.assert_allclose(of_month, 3.0)
            case _:
                np.testing.assert_allclose(of_month, 0.0)
    batch = [key.startswith("ledgers.batch_pflop_closes") for key in design.coupling_keys]
    np.testing.assert_allclose(within.constant, 0.0)
    assert np.flatnonzero(within.prices).tolist() == np.flatnonzero(batch).tolist()
    np.testing.assert_allclose(within.prices[batch], 3.0)  # of a day's mean, with its weight of 1


def test_pause_gives_no_more_computers_than_it_takes_time() -> None:
    """A pause stands in its row by the hours of the year that an hour stands for, and in the balance of work by one."""
    case = rich_year(0)
    pricing = YearPricing(case, chosen(DESIGN, case), {})
    site = pricing.meet()
    weights = case.full_year().calendar.weights
    keys, within = pricing.designs[site].coupling_keys, pricing.reaches(site)[-1]
    pauses = [price for key, price in zip(keys, within.prices, strict=True) if key.startswith("run_time.")]
    assert pauses
    np.testing.assert_allclose(pauses, -1 / weights.min())
