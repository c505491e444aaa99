"""Prices of the days, shared out over the days of the year that they stand for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from siting.case.case import Calendar
from siting.models.assembly.labels import Labels
from siting.models.compiler.members import Member


class YearPrices:
    """Prices of the year's shared rows, from those of the chosen days.

    A chosen day's row has the prices of all days that it stands for in one; each of these has an even part of it.

    Parameters
    ----------
    days : Calendar
        The chosen days, with the day that stands for each real one.
    year : Calendar
        All hours.
    prices : mapping of str to float
        Prices of the shared rows of the chosen days, by name.
    """

    def __init__(self, days: Calendar, year: Calendar, prices: Mapping[str, float]) -> None:
        self._prices = prices
        self._stands_for = np.asarray(days.stands_for, dtype=np.int64)
        self._count = np.bincount(self._stands_for, minlength=days.days_count)
        self._first_hour = np.searchsorted(days.day_of_hour, np.arange(days.days_count))
        self._day_of_hour = year.day_of_hour
        self._first_of_day = np.searchsorted(year.day_of_hour, np.arange(year.days_count))

    def of(self, rows: Labels, position: int) -> float:
        """Price of a row of the year; nothing where the days have no such row.

        Parameters
        ----------
        rows : Labels
            Labels of the year's rows.
        position : int
            The row.
        """
        members = rows.members(position)
        if "hour" in members:
            hour = int(members["hour"])
            day = int(self._day_of_hour[hour])
            place = int(self._first_hour[self._stands_for[day]]) + hour - int(self._first_of_day[day])
            return self._shared_out(rows, position, {**members, "hour": place}, day)
        if "day" in members:
            day = int(members["day"])
            return self._shared_out(rows, position, {**members, "day": int(self._stands_for[day])}, day)
        return self._prices.get(rows.name(position), 0.0)

    def _shared_out(self, rows: Labels, position: int, members: Mapping[str, Member], day: int) -> float:
        block, name = rows.declared(position)
        key = ",".join(str(member) for member in members.values())
        return self._prices.get(f"{block}.{name}[{key}]", 0.0) / float(self._count[self._stands_for[day]])
