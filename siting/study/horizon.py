"""The years that a study covers: periods of whole years, or of half-years in the first of them."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import AfterValidator, Field, PlainSerializer, Strict

from siting.study import magnitudes
from siting.study.parts import CalendarYear, Frozen, at_least_one
from siting.text import as_year

__all__ = ["HALF_YEARS_YR", "HALF_YR", "HalfYear", "Horizon", "Period", "YearKey", "around", "is_mid_year"]

HALF_YR = 0.5
"""Length of the shortest period, and of the steps in which periods may begin and end [yr]."""

HALF_YEARS_YR = 5
"""Years from the base year in whose middle periods may begin and end [yr]."""


def _in_half_years(value: float) -> float:
    if value % HALF_YR:
        raise ValueError(f"input should be in steps of half a year (got {value:g})")
    return as_year(value)


_IN_HALF_YEARS = AfterValidator(_in_half_years)
_AS_IT_IS = PlainSerializer(as_year)
_STEPS = Field(json_schema_extra={"multipleOf": HALF_YR})

HalfYear = Annotated[float, Strict(), magnitudes.CALENDAR_YEAR, _IN_HALF_YEARS, _AS_IT_IS, _STEPS]
YearKey = Annotated[float, magnitudes.CALENDAR_YEAR, _IN_HALF_YEARS]  # JSON turns keys to text, so text is taken too


def is_mid_year(year: float) -> bool:
    """Whether a decimal year is the middle of one."""
    return not float(year).is_integer()


def around(year: float) -> tuple[float, float]:
    """Return the whole years before and after the middle of one; of a whole year twice the year.

    Examples
    --------
    >>> around(2028.5), around(2030)
    ((2028, 2029), (2030, 2030))
    """
    return math.floor(year), math.ceil(year)


class Period(Frozen):
    """A planning period: decisions are taken at its start and hold for its length.

    Its money falls at the end of each of its years; that of a period whose length is not whole, at the end of each of
    its half-years, by half.
    """

    year: HalfYear
    """Year in which the period starts; in the first five years also the middle of one, such as 2028.5."""
    length_yr: Annotated[float, Strict(), magnitudes.PERIOD_YR, _IN_HALF_YEARS, _AS_IT_IS, _STEPS]
    """Length of the period; in the first five years also half-years, such as 0.5 [yr]."""

    @property
    def end_year(self) -> float:
        """When it ends."""
        return as_year(self.year + self.length_yr)

    @property
    def step_yr(self) -> float:
        """How long what is paid at one time is paid for [yr]: a year, or half of one where its length is not whole."""
        return HALF_YR if is_mid_year(self.length_yr) else 1

    @property
    def years(self) -> tuple[float, ...]:
        """Start of each of its years, or of its half-years where its length is not whole."""
        return _between(self.year, self.end_year, self.step_yr)


class Horizon(Frozen):
    """The years that the study covers."""

    base_year: CalendarYear
    """Year to which all money is discounted."""
    periods: Annotated[tuple[Period, ...], AfterValidator(at_least_one)]
    """Planning periods, in the order of time, without overlap."""

    @property
    def end_year(self) -> float:
        """When the last period ends."""
        return self.periods[-1].end_year

    @property
    def step_yr(self) -> float:
        """Steps from the first period's start in which others begin and end [yr]: a year, or half of one."""
        return HALF_YR if any(is_mid_year(period.length_yr) for period in self.periods) else 1

    @property
    def years(self) -> tuple[float, ...]:
        """Start of each step from the first period to the end."""
        return _between(self.periods[0].year, self.end_year, self.step_yr)


def _between(start: float, end: float, step_yr: float) -> tuple[float, ...]:
    return tuple(as_year(start + i * step_yr) for i in range(math.ceil((end - start) / step_yr)))
