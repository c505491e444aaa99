"""Chosen days: sun and wind earn what they earn in the year, and nobody asks which sites are candidates."""

from __future__ import annotations

import numpy as np
import pytest

import siting
from siting.case.capture import keep_capture
from siting.case.case import Array, Case
from siting.study.study import Study

NOON, NIGHT = 40.0, 80.0


def kept(price: Array, whole: Array, output: Array, output_whole: Array, typical: Array | None = None) -> Array:
    """Prices of one site and one plant on two hours that stand for four, after the change."""
    weights = np.full(price.shape[-1], len(whole) / price.shape[-1])
    may = np.ones(len(price), dtype=bool) if typical is None else typical
    return keep_capture(price[None], whole[None], output[None, None], output_whole[None, None], weights, may)[0]


def test_two_hours_by_hand() -> None:
    """Sun in one of two hours; in the year's sunny hours power costs 30 and in the others 70, on the days 40 and 60.

    A constant and one ratio of the sun are two numbers for two sums: they leave 30 by day and 70 by night.
    """
    whole, sun = np.array([30.0, 70.0, 30.0, 70.0]), np.array([1.0, 0.0, 1.0, 0.0])
    assert kept(np.array([40.0, 60.0]), whole, np.array([1.0, 0.0]), sun) == pytest.approx(np.array([30.0, 70.0]))


def test_no_hour_leaves_the_range_of_the_year() -> None:
    """The year pays nothing where there is sun (1 and 0.5) and 60 elsewhere, the days 1 and 30, 40 and 49.

    A linear change alone, 8.7 - 23.3 times the sun, would take the first hour to -13.5. Kept within 0 and 60, hours
    that meet an end stay there and the others go on, until p + 0.5 q = 0 and all four still make 120.
    """
    whole, sun = np.array([0.0, 0.0, 60.0, 60.0]), np.array([1.0, 0.5, 0.0, 0.0])
    found = kept(np.array([1.0, 30.0, 40.0, 49.0]), whole, sun, sun)
    assert found == pytest.approx(whole, abs=1e-6)


def test_extreme_hours_stay_as_they_are() -> None:
    rng = np.random.default_rng(0)
    whole, sun = rng.uniform(0, 100, 12), rng.uniform(0, 1, 12)
    price, typical = whole[:8] + 5.0, np.arange(8) < 6
    found = kept(price, whole, sun[:8], sun, typical)
    assert found[6:].tolist() == price[6:].tolist()
    assert found.sum() == pytest.approx(price.sum())
    assert found @ sun[:8] / sun[:8].sum() == pytest.approx(whole @ sun / sun.sum())


def test_plant_that_is_not_there_moves_nothing() -> None:
    price = np.array([10.0, 50.0])
    none = np.full(2, np.nan)
    assert kept(price, np.array([20.0, 40.0]), none, none).tolist() == price.tolist()


def small(*sites: str, **changes: object) -> Study:
    told = siting.load_study("us-small").model_dump()
    told["time"] |= {"typical_days_count": 2, "extreme_days": ["dearest_power", "hottest_wet_bulb"], **changes}
    told["policy"] |= {"sites_min_count": 1}
    return Study.model_validate(told | {"sites": sites, "zones": ["chicago", "dallas"]})


@pytest.fixture(scope="module")
def case() -> Case:
    return siting.prepare(small("ellis-tx", "polk-ia"))


@pytest.mark.slow
def test_days_do_not_depend_on_the_list_of_candidates(case: Case) -> None:
    """Studies that differ only in `sites`, in other grids and climates, see the same days with the same weights."""
    for sites in (("polk-ia",), ("polk-ia", "maricopa-az", "carroll-ga", "ellis-tx")):
        other = siting.prepare(small(*sites))
        assert other.calendar.stands_for == case.calendar.stands_for
        assert other.calendar.hours["time_utc"].tolist() == case.calendar.hours["time_utc"].tolist()


@pytest.mark.parametrize("name", ["grid.price_usd_per_mwh", "grid.carbon_t_per_mwh", "contracts.resale_usd_per_mwh"])
def test_catalogue_pays_on_the_days_what_it_pays_in_the_year(case: Case, name: str) -> None:
    """Where sun and wind produce, power costs and surplus fetches as much on average as in all 8,760 hours.

    Surplus may not fetch more than power costs: where that binds it fetches less, here by up to 0.5 USD/MWh.
    """
    year, weights = case.full_year(), case.calendar.weights
    for output in range(len(case.axes["contract"])):
        offered = ~np.isnan(year.values("contracts.output_fraction")[:, output]).any(axis=-1)
        assert offered.any()
        means = []
        for one, hours in ((case, weights), (year, np.ones(8760))):
            values, made = one.values(name), one.values("contracts.output_fraction")[:, output]
            values = values if values.ndim == 2 else values[:, output]
            means.append((values * made)[offered] @ hours / (made[offered] @ hours))
        tolerance = 0.5 if name.endswith("resale_usd_per_mwh") else 1e-6
        assert means[0] == pytest.approx(means[1], abs=tolerance)


def test_price_keeps_its_mean(case: Case) -> None:
    name = "grid.price_usd_per_mwh"
    assert case.values(name) @ case.calendar.weights == pytest.approx(case.full_year().values(name).sum(axis=-1))
