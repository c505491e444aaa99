"""A number of a case, as its component states it before there is a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from siting.case import typical_days
from siting.case.capture import keep_capture
from siting.case.case import Array, Calendar, Field
from siting.study.limit import LimitMark

__all__ = ["Level", "Number", "taken", "worked_out"]


@dataclass(frozen=True)
class Level:
    """How the chosen days of a series are brought to the level of the year.

    Parameters
    ----------
    floor : float
        Of what lies above it the level is kept: of PUE, of the overhead.
    most : float
        Greatest value that the series may have.
    like : str
        Field whose level is taken, and which it never passes; the field's own if empty.
    weighed_by : str
        Field of outputs, by site and contract: the mean of the series where each of them produces is kept, too.
    of_days : bool
        Whether each hour is instead the mean of the same hour of all days that its day stands for: of what falls on few
        hours of the year, which no chosen day need have.
    """

    floor: float = 0.0
    most: float = np.inf
    like: str = ""
    weighed_by: str = ""
    of_days: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """Fields that must be on the chosen days before."""
        return tuple(name for name in (self.weighed_by, self.like) if name)

    def on_days(
        self,
        name: str,
        hourly: Mapping[str, Field],
        few: Calendar,
        chosen: typical_days.ChosenDays,
        brought: Mapping[str, Field],
    ) -> Array:
        """Return the hours of the chosen days.

        Parameters
        ----------
        name : str
            Name of the series.
        hourly : mapping of str to Field
            The year of this series, and of those that it `needs`.
        few : Calendar
            Of the chosen days.
        chosen : ChosenDays
            The days.
        brought : mapping of str to Field
            Those that it `needs`, on the chosen days.
        """
        whole, other = hourly[name], hourly[self.like or name]
        if self.of_days:
            return typical_days.means_of_days(whole.values, chosen)
        level = typical_days.yearly_level(other.values - self.floor, few, chosen)
        beside = tuple(i for i, axis in enumerate(whole.axes) if axis not in other.axes)
        level = typical_days.Correction(
            np.expand_dims(level.factor, beside), np.expand_dims(level.shift, beside), level.typical
        )
        taken = np.take(whole.values - self.floor, typical_days.hours_of(chosen.days), axis=-1)
        values: Array = np.minimum(self.floor + level.bring(taken), self.most)
        if self.weighed_by:
            output, output_whole = brought[self.weighed_by].values, hourly[self.weighed_by].values
            values = keep_capture(values, whole.values, output, output_whole, few.weights, level.typical)
        if self.like:
            values = np.minimum(values, np.expand_dims(brought[self.like].values, beside))
        return values


@dataclass(frozen=True)
class Number:
    """A number for each combination of its axes; its unit is the suffix of its name.

    Parameters
    ----------
    axes : tuple of str
        Names of the axes, as in `Field`.
    inputs : tuple of str
        Columns of tables, parameters, and fields of the study that it comes from, the one that decides its size
        first; what a study cannot change has none.
    neutral : float, optional
        The value with which it costs nothing, loses nothing and limits nothing; None where it follows from others.
    is_taken : bool
        Whether it is its first input, as it is.
    level : Level, optional
        Of a series of sites: how chosen days are brought to the level of the year; None leaves them as they are.
    limit : LimitMark, optional
        What it limits; None of what limits nothing.
    is_mean_of_days : bool
        Whether a chosen day has the mean of the days of the year that it stands for, in place of its own value.
    """

    axes: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    neutral: float | None = None
    is_taken: bool = False
    level: Level | None = None
    limit: LimitMark | None = None
    is_mean_of_days: bool = False


def taken(source: str, *axes: str, neutral: float | None = 0.0, limit: LimitMark | None = None) -> Number:
    """Return a number that is an input, as it is."""
    return Number(axes, (source,), neutral, is_taken=True, limit=limit)


def worked_out(
    *axes: str,
    inputs: tuple[str, ...],
    neutral: float | None = 0.0,
    level: Level | None = None,
    limit: LimitMark | None = None,
    is_mean_of_days: bool = False,
) -> Number:
    """Return a number that its component works out of inputs."""
    return Number(axes, inputs, neutral, level=level, limit=limit, is_mean_of_days=is_mean_of_days)
