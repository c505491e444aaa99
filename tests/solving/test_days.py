"""Representative days: they stand for the whole year, keep its means, its extremes and its months."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from siting.case.case import Array, Calendar
from siting.case.typical_days import (
    HOURS_PER_DAY,
    HOURS_PER_YEAR,
    ChosenDays,
    at_yearly_level,
    choose,
    full_year,
    hours_of,
    representative,
)

DAYS = HOURS_PER_YEAR // HOURS_PER_DAY
EXTREMES = {"dearest": ("price", "max"), "calmest": ("output", "min")}


def made_up_year(seed: int = 0) -> pd.DataFrame:
    """A price with a season, a daily shape and spikes, and an output that is sometimes nothing."""
    draw = np.random.default_rng(seed)
    hour, day = np.arange(HOURS_PER_YEAR) % HOURS_PER_DAY, np.arange(HOURS_PER_YEAR) // HOURS_PER_DAY
    level = 30 + 10 * np.cos(2 * np.pi * day / DAYS) + draw.normal(0, 4, DAYS)[day]
    price = level * (1 + 0.3 * np.sin(2 * np.pi * (hour - 9) / HOURS_PER_DAY))
    price[draw.integers(0, HOURS_PER_YEAR, 20)] += 300
    output = np.clip(draw.beta(2, 3, DAYS)[day] * (1 + 0.2 * np.cos(2 * np.pi * hour / HOURS_PER_DAY)), 0, 1)
    return pd.DataFrame({"price": price, "output": output})


def chosen(count: int = 6, seed: int = 0) -> tuple[pd.DataFrame, ChosenDays, Calendar]:
    year = made_up_year(seed)
    choice = choose(year, count, EXTREMES)
    return year, choice, representative(full_year(2022), choice)


@pytest.mark.parametrize("year", [2021, 2022, 2024])
def test_full_year_has_every_hour_once(year: int) -> None:
    """A leap year leaves its 29 February out."""
    calendar = full_year(year)
    hours = calendar.hours
    assert len(hours) == HOURS_PER_YEAR == hours["weight_h_per_yr"].sum()
    assert hours["time_utc"].is_unique
    assert set(hours["time_utc"].dt.year) == {year}
    assert not ((hours["time_utc"].dt.month == 2) & (hours["time_utc"].dt.day == 29)).any()
    assert hours["time_utc"].dt.month.tolist() == hours["month"].tolist()
    assert (hours["hour"] % HOURS_PER_DAY).tolist() == hours["time_utc"].dt.hour.tolist()
    assert calendar.days_count == DAYS
    assert calendar.day_months["days_count"].sum() == DAYS
    assert calendar.day_months.groupby("month").size().tolist() == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert calendar.stands_for == tuple(range(DAYS))


@pytest.mark.parametrize("count", [1, 4, 12])
def test_weights_add_up_to_the_year(count: int) -> None:
    _, choice, calendar = chosen(count)
    assert calendar.weights.sum() == HOURS_PER_YEAR
    assert calendar.days_count == len(choice.days) <= count + len(EXTREMES)
    assert len(calendar.hours) == HOURS_PER_DAY * len(choice.days)


def test_weight_is_the_number_of_days_that_a_day_stands_for() -> None:
    _, choice, calendar = chosen()
    counted = np.bincount(choice.stands_for, minlength=len(choice.days))
    assert calendar.weights.reshape(-1, HOURS_PER_DAY) == pytest.approx(np.repeat(counted[:, None], HOURS_PER_DAY, 1))
    assert counted.min() >= 1


def test_chosen_days_are_real_days_and_stand_for_themselves() -> None:
    _, choice, calendar = chosen()
    assert list(choice.days) == sorted(set(choice.days))
    for position, day in enumerate(choice.days):
        assert choice.stands_for[day] == position
        first = calendar.hours[calendar.hours["day"] == position].iloc[0]
        assert first["time_utc"].dayofyear - 1 == day
        assert first["month"] == first["time_utc"].month


def test_extreme_days_are_kept() -> None:
    """The day with the dearest mean price and the one with the least output are among the chosen, and marked."""
    year, choice, _ = chosen()
    daily = year.groupby(np.arange(HOURS_PER_YEAR) // HOURS_PER_DAY).mean()
    wanted = {int(daily["price"].idxmax()), int(daily["output"].idxmin())}
    assert wanted <= {choice.days[position] for position in choice.extreme}


def test_months_cover_every_real_day() -> None:
    """Each real day's month looks at the day that stands for it, and at no other."""
    _, choice, calendar = chosen()
    months = full_year(2022).hours["month"].to_numpy()[::HOURS_PER_DAY]
    expected = pd.Series(1, index=pd.MultiIndex.from_arrays([choice.stands_for, months])).groupby(level=[0, 1]).sum()
    told = calendar.day_months.set_index(["day", "month"])["days_count"]
    assert told.to_dict() == expected.to_dict()
    assert set(calendar.day_months["month"]) == set(range(1, 13))
    assert told.sum() == DAYS
    by_day = told.groupby(level=0).sum()
    assert (calendar.weights[::HOURS_PER_DAY] == by_day.to_numpy()).all()


@pytest.mark.parametrize("column", ["price", "output"])
@pytest.mark.parametrize("seed", range(3))
def test_yearly_mean_is_kept(column: str, seed: int) -> None:
    year, choice, calendar = chosen(5, seed)
    whole = np.stack([year[column].to_numpy(), 2 * year[column].to_numpy() + 1])
    taken = at_yearly_level(whole, calendar, choice)
    assert taken @ calendar.weights / HOURS_PER_YEAR == pytest.approx(whole.mean(axis=-1))


def test_extreme_days_are_not_scaled() -> None:
    year, choice, calendar = chosen()
    whole = year["price"].to_numpy()
    taken = at_yearly_level(whole, calendar, choice)
    raw = whole[hours_of(choice.days)]
    extreme = np.isin(calendar.day_of_hour, choice.extreme)
    assert (taken[extreme] == raw[extreme]).all()
    factors = taken[~extreme] / raw[~extreme]
    assert factors == pytest.approx(np.full(len(factors), factors[0]))
    assert factors[0] != 1


@pytest.mark.parametrize("level", [0.0, 7.0])
def test_flat_series_stays_flat(level: float) -> None:
    _, choice, calendar = chosen()
    assert (at_yearly_level(np.full(HOURS_PER_YEAR, level), calendar, choice) == pytest.approx(level)) or level == 0


def test_series_missing_somewhere_stays_missing() -> None:
    _, choice, calendar = chosen()
    assert np.isnan(at_yearly_level(np.full((1, HOURS_PER_YEAR), np.nan), calendar, choice)).all()


def test_source_series_is_left_alone() -> None:
    year, choice, calendar = chosen()
    whole: Array = year["price"].to_numpy().copy()
    before = whole.copy()
    at_yearly_level(whole, calendar, choice)
    assert (whole == before).all()


def test_same_series_give_the_same_days() -> None:
    assert chosen()[1] == chosen()[1]


def test_one_day_may_be_extreme_twice() -> None:
    """The dearest day is also the calmest: it is kept once."""
    year = made_up_year()
    year.loc[24 * 100 : 24 * 101 - 1, "price"] = 900.0
    year.loc[24 * 100 : 24 * 101 - 1, "output"] = 0.0
    choice = choose(year, 4, EXTREMES)
    assert choice.days.count(100) == 1
    assert choice.days[choice.extreme[0]] == 100
    assert representative(full_year(2022), choice).weights.sum() == HOURS_PER_YEAR


def test_hours_of_days() -> None:
    assert hours_of((0, 2)).tolist() == [*range(24), *range(48, 72)]
