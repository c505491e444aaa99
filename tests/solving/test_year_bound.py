"""The bound for the year: never above what the year costs, and as high as the relaxation where the prices are right."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sites_apart import blocks_of, fleet
from tiny import with_year

from siting.case.case import Case
from siting.models.assembly.model import model_of
from siting.models.formulation import DESIGN, chosen
from siting.optimise import highs
from siting.optimise.deadline import Deadline
from siting.optimise.decomposition.column_generation import relax
from siting.optimise.gap import Gap
from siting.optimise.year.year_bound import YearBound, year_bound
from siting.quantities import COST_SCALE

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def year_of_fleet(seed: int = 3, count: int = 3) -> Case:
    """Sites whose power, air and wind differ from day to day, and whose year is the same twelve days."""
    draw = np.random.default_rng(seed).uniform
    return with_year(
        fleet(
            count,
            days_of_year=MONTH_DAYS,
            price_usd_per_mwh=draw(20, 60, (count, 36)),
            carbon_t_per_mwh=0.4,
            pue=1 + draw(0.05, 0.3, (count, 2, 36)),
            wue_m3_per_mwh=0.1,
            output_fraction=draw(0.1, 0.6, (count, 1, 36)),
            inference_pflop=draw(0.6, 1.2, (3, 1, 36)),
        )
    )


def relaxed_year(case: Case) -> float:
    """Cost of the relaxation of the whole year at once [USD]."""
    form = model_of(case.full_year(), chosen(DESIGN, case)).form
    outcome = highs.run(highs.load(dataclasses.replace(form, integral=np.zeros_like(form.integral))), gap=0.0)
    assert outcome.objective is not None
    return outcome.objective / COST_SCALE


def best_prices(case: Case) -> dict[str, float]:
    """Prices of the rows that sites share at which the relaxation of the days is reached."""
    blocks = blocks_of(case)
    return dict(zip(blocks.shared.names, relax(blocks, gap=Gap(1e-9), threads=1).prices.tolist(), strict=True))


def bounded(case: Case, prices: dict[str, float], **options: float) -> YearBound:
    """The bound, with all the time there is."""
    components = chosen(DESIGN, case)
    return year_bound(
        case, components, prices, threads=1, deadline=Deadline(), tell=lambda _text, _bound: None, **options
    )


def test_bound_is_the_relaxation_of_the_year_at_the_best_prices() -> None:
    """The year is the days themselves, so that their prices are the year's own; nothing is lost but integers."""
    case = year_of_fleet()
    found = bounded(case, best_prices(case), tolerance=1e-7)
    assert found.finished
    assert found.bound_usd == pytest.approx(relaxed_year(case), rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_bound_is_never_above_the_relaxation_of_the_year(seed: int) -> None:
    """At any prices, of whatever sign and size, and after any round."""
    case = year_of_fleet(seed)
    draw = np.random.default_rng(seed)
    prices = {name: price * draw.uniform(-0.5, 2.0) for name, price in best_prices(case).items()}
    cost = relaxed_year(case)
    for tolerance in (10.0, 1e-6):
        found = bounded(case, prices, tolerance=tolerance)
        assert found.bound_usd is not None
        assert found.bound_usd <= cost * (1 + 1e-9)


def test_no_time_is_no_bound() -> None:
    case = year_of_fleet()
    over = Deadline(0.0)
    found = year_bound(case, chosen(DESIGN, case), {}, threads=1, deadline=over, tell=lambda _text, _bound: None)
    assert found == YearBound(bound_usd=None, finished=False, rounds=0, sites_done=0)
