"""No level is reached by a ratio where the mean may be near zero."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tiny_study import HOURS, grid_series, own_tables, study_fields, write_study

import siting
from siting.case.case import Case, Field
from siting.case.typical_days import ChosenDays, full_year, representative, yearly_level
from siting.data.kinds.number import Level
from siting.quantities import HOURS_PER_DAY, HOURS_PER_YEAR

ENERGY = np.array([70, 80]) - 10 * 1000 * 12 / HOURS_PER_YEAR
"""What a flat load pays for energy at west and east: their tariffs less a demand charge of 10 USD/kW and month."""

UP_AND_DOWN = np.where(HOURS % 24 < 12, -10.0, 10.0)


def priced(folder: Path, wholesale: object, **technology: object) -> Case:
    fields = study_fields()
    fields["technology"] = {**fields["technology"], **technology}
    series = grid_series().assign(wholesale_usd_per_mwh=np.tile(np.broadcast_to(wholesale, HOURS_PER_YEAR), 2))
    return siting.prepare(siting.load_study(write_study(folder, fields, {"series_grid": series}, ending="parquet")))


SHIFTED = {
    "a level": UP_AND_DOWN + 40,
    "hours that cancel": UP_AND_DOWN,
    "nothing in any hour": 0.0,
    "less than nothing in any hour": -5.0,
    "less than nothing on average": UP_AND_DOWN - 3,
    "a mean near zero": UP_AND_DOWN + 0.01,
    "a mean far below the tariff": UP_AND_DOWN + 10,
    "a mean that negative hours take most of": 10 * UP_AND_DOWN + 30,
}
"""Wholesale prices [USD/MWh]; all but the first would be turned round or blown up by a ratio, or divide by zero."""


@pytest.mark.parametrize("name", SHIFTED)
def test_price_is_shifted_to_the_tariff(tmp_path: Path, name: str) -> None:
    """The tariff is its mean, and two hours differ by what they differ by on the market."""
    case = priced(tmp_path, SHIFTED[name])
    for made in (case.full_year(), case):
        price = made.values("grid.price_usd_per_mwh")
        assert price @ made.calendar.weights / HOURS_PER_YEAR == pytest.approx(ENERGY)
        assert np.ptp(price, axis=1) == pytest.approx(np.ptp(np.broadcast_to(SHIFTED[name], HOURS_PER_YEAR)))
    year = case.full_year().values("grid.price_usd_per_mwh")
    assert (np.diff(year) * np.diff(np.broadcast_to(SHIFTED[name], HOURS_PER_YEAR)) >= 0).all()


def test_capacity_is_paid_on_the_peak_and_not_twice(tmp_path: Path) -> None:
    """West buys capacity at 5 USD/kW and month, 6.85 USD/MWh of a flat load; east's is in its rates. Both pay their tariff."""
    sites = own_tables()["sites"].assign(capacity_charge_usd_per_kw_month=[5.0, np.nan])
    case = siting.prepare(siting.load_study(write_study(tmp_path, tables={"sites": sites})))
    charge = case.values("grid.demand_charge_usd_per_mw_month")
    energy = case.full_year().values("grid.price_usd_per_mwh").mean(axis=1)
    assert charge.tolist() == [15_000, 10_000]
    assert energy == pytest.approx(ENERGY - np.array([5 * 1000 * 12 / HOURS_PER_YEAR, 0]))
    assert energy + charge * 12 / HOURS_PER_YEAR == pytest.approx([70, 80])


@pytest.mark.slow
def test_plan_at_prices_that_cancel_is_solved_and_holds(tmp_path: Path) -> None:
    plan = siting.solve(priced(tmp_path, UP_AND_DOWN), gap=0.0)
    plan.audit().raise_for_residuals()
    assert plan.replay is not None


def made_of(*by_day: float) -> tuple[np.ndarray, ChosenDays]:
    """A year whose days are flat: the first as given, the others like the last; the first and the second are chosen."""
    days = np.full(HOURS_PER_YEAR // HOURS_PER_DAY, by_day[-1])
    days[: len(by_day)] = by_day
    return np.repeat(days, HOURS_PER_DAY), ChosenDays((0, 1), (), (0, *(1,) * 364))


@pytest.mark.parametrize("by_day", [(400.0, -1.0), (-400.0, 1.01), (400.0, -1.0, 2.0), (30.0, -20.0, 60.0)])
def test_typical_days_of_both_signs_are_shifted(by_day: tuple[float, ...]) -> None:
    """Their sum is a small part of what they hold, or of the other sign than the year's: no factor is a level."""
    year, choice = made_of(*by_day)
    calendar = representative(full_year(2022), choice)
    level = yearly_level(year[None, :], calendar, choice)
    taken = level.bring(year[None, : 2 * HOURS_PER_DAY])[0]
    assert level.factor.tolist() == [1.0]
    assert taken @ calendar.weights == pytest.approx(year.sum(), abs=1e-6)
    assert np.ptp(taken) == pytest.approx(abs(by_day[0] - by_day[1]))


def test_typical_days_of_one_sign_are_scaled() -> None:
    """One day of 30, 364 of 10 where the chosen one has 5: the nights of the sun stay without it."""
    year, choice = made_of(30.0, 5.0, 10.0)
    year[HOURS % 24 < 6] = 0.0
    calendar = representative(full_year(2022), choice)
    taken = yearly_level(year, calendar, choice).bring(year[: 2 * HOURS_PER_DAY])
    assert taken @ calendar.weights == pytest.approx(year.sum())
    assert (taken[HOURS[: 2 * HOURS_PER_DAY] % 24 < 6] == 0).all()


def test_surplus_fetches_no_more_than_power_costs_when_prices_are_shifted(tmp_path: Path) -> None:
    case = priced(tmp_path, UP_AND_DOWN, contracts="all")
    for made in (case, case.full_year()):
        assert (
            made.values("contracts.resale_usd_per_mwh") <= made.values("grid.price_usd_per_mwh")[:, None] + 1e-9
        ).all()


def test_resale_moves_with_the_price() -> None:
    """A series brought by another's level moves by the same factor or the same constant in each hour."""
    year, choice = made_of(364.0, -1.0)
    calendar = representative(full_year(2022), choice)
    level = yearly_level(year, calendar, choice)
    other = pd.Series(year[:48]).sub(7).to_numpy()
    assert level.bring(other) == pytest.approx(level.bring(year[:48]) - 7)


def on_days(level: Level, name: str, **years: np.ndarray) -> np.ndarray:
    """The first hour of each of the two chosen days of a series, as a number with that level has it."""
    choice = made_of(0.0)[1]
    axes = {2: ("site", "hour"), 3: ("site", "contract", "hour")}
    fields = {one: Field(axes[year.ndim], year) for one, year in years.items()}
    calendar = representative(full_year(2022), choice)
    others = {one: Field(fields[one].axes, Level().on_days(one, fields, calendar, choice, {})) for one in level.needs}
    taken = level.on_days(name, fields, calendar, choice, others)
    return taken[..., ::HOURS_PER_DAY]


def test_number_with_a_floor_keeps_the_level_above_it() -> None:
    """Of a PUE the overhead: 0.1 + 364 x 0.2 on the chosen days, 0.1 + 0.2 + 363 x 0.4 in the year."""
    taken = on_days(Level(floor=1.0), "pue", pue=made_of(1.1, 1.2, 1.4)[0][None])
    factor = (0.1 + 0.2 + 363 * 0.4) / (0.1 + 364 * 0.2)
    assert taken == pytest.approx(np.array([[1 + 0.1 * factor, 1 + 0.2 * factor]]))


def test_number_with_a_most_is_cut_there() -> None:
    """A share of 0.9 on the first day would be 0.9 x 1.79 at the level of the year."""
    taken = on_days(Level(most=1.0), "share", share=made_of(0.9, 0.5, 0.9)[0][None])
    assert taken == pytest.approx(np.array([[1.0, 0.5 * (0.9 + 0.5 + 363 * 0.9) / (0.9 + 364 * 0.5)]]))


@pytest.mark.parametrize("by_day", [(30.0, 5.0, 10.0), (400.0, -1.0, 2.0)])
def test_number_at_the_level_of_another_moves_as_that_does(by_day: tuple[float, ...]) -> None:
    """What fetches a seventh or an eighth of the price gets its factor, or is shifted by as much; alone it would not be."""
    price = made_of(*by_day)[0]
    dear = np.where(np.arange(HOURS_PER_YEAR) < HOURS_PER_DAY, price / 7, price / 8)[None, None]
    taken = on_days(Level(like="price"), "sold", sold=dear, price=price[None])
    of_price = on_days(Level(), "price", price=price[None])
    chosen = np.array(by_day[:2])
    if (chosen > 0).all():
        assert taken[0, 0] == pytest.approx(of_price[0] / np.array([7, 8]))
    else:
        moved = of_price[0] - chosen + chosen / np.array([7, 8])
        assert taken[0, 0] == pytest.approx(np.minimum(moved, of_price[0]))  # never above the price: -1/8 was
    assert taken[0] != pytest.approx(on_days(Level(), "sold", sold=dear)[0])
