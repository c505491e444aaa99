"""From a study and the catalogue to a case: everything checked, joined, and in model units."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.case import typical_days
from siting.case.case import KEY_OF_AXIS, TABLE_OF_AXIS, Calendar, Case, Field
from siting.cooling.weather import WEATHER_COLUMNS
from siting.data.components.registry import STATEMENTS
from siting.data.fields.site_hours import features, hours_resting_on, joined, on_days, parts_of, site_fields
from siting.data.fields.stated import FIELDS, INPUTS, fields_of, following, resting_on
from siting.data.kinds.air import Air, outdoor_air
from siting.data.kinds.choice import Choice
from siting.data.tables.choice.selection import choose_rows

if TYPE_CHECKING:
    from siting.study.study import Study

MONTHS = tuple(range(1, 13))
AxisMembers = dict[str, tuple[str | float, ...]]


def prepare(study: Study) -> Case:
    """Return the case of a study, which can make its full year.

    Parameters
    ----------
    study : Study
        What is asked, from `siting.load_study`.

    Returns
    -------
    Case
        On representative days; `Case.full_year` makes the same case on all 8,760 hours.

    Raises
    ------
    InputError
        With every problem of the study and its tables at once.
    """
    choice = choose_rows(study)
    calendar = typical_days.full_year(study.time.data_year)
    axes = axes_of(choice)
    whole = fields_of(choice)
    air = outdoor_air(choice, calendar)
    of_zones = choice.one_a_zone()
    found = features(of_zones, outdoor_air(of_zones, calendar))
    extremes = _extremes(study, found)
    year = _Year(choice, axes, whole, calendar)
    chosen = typical_days.choose(found, study.time.typical_days_count, extremes)
    case = year.on_days(chosen, choice, air, whole, axes)
    return dataclasses.replace(case, year_of=year, days_of=_Days(year, found, extremes), sites_of=_Sites(year, chosen))


def axes_of(choice: Choice) -> AxisMembers:
    """Return the members of each axis of a choice, but for days and hours."""
    study, horizon = choice.study, choice.study.horizon
    axes: AxisMembers = {axis: tuple(choice.tables[table][KEY_OF_AXIS[axis]]) for axis, table in TABLE_OF_AXIS.items()}
    axes |= {"region": tuple(range(1, len(study.policy.regional) + 1))}
    axes |= {"period": tuple(period.year for period in horizon.periods), "month": MONTHS}
    axes |= {"year": horizon.years, "until": tuple(period.end_year for period in horizon.periods)}
    return axes


@dataclasses.dataclass(frozen=True)
class _Year:
    """Makes the full year of a case; the attributes are those of all its sites, but for what rests on their hours."""

    choice: Choice
    axes: AxisMembers
    whole: Mapping[str, Field]
    calendar: Calendar

    def __call__(self, case: Case) -> Case:
        """Return the year of the members that a case has."""
        choice, air, axes, whole = self.part(case)
        year = _on_calendar(choice, axes, {**whole, **site_fields(choice, air)}, self.calendar)
        weather = {
            f"cooling.{name}": Field(("site", "hour"), air.at_sites(getattr(air.places, name)))
            for name in WEATHER_COLUMNS
        }
        year = dataclasses.replace(year, fields={**year.fields, **weather})
        return year.only(**_others(case))

    def part(self, case: Case) -> tuple[Choice, Air, AxisMembers, dict[str, Field]]:
        """Return what is there of a case's sites: choice, air, axes, and what rests on no hours of theirs."""
        position = {site: i for i, site in enumerate(self.axes["site"])}
        part = np.array([position[site] for site in case.axes["site"]], dtype=np.intp)
        choice = self.choice.at(part)
        whole = {name: field.take("site", part) for name, field in self.whole.items()}
        return choice, outdoor_air(choice, self.calendar), {**self.axes, "site": case.axes["site"]}, whole

    def on_days(
        self,
        chosen: typical_days.ChosenDays,
        choice: Choice,
        air: Air,
        whole: Mapping[str, Field],
        axes: AxisMembers,
        known: Mapping[str, Field] = MappingProxyType({}),
        components: Collection[str] = tuple(STATEMENTS),
    ) -> Case:
        """Return the case of some sites on chosen days.

        Of fields that rest on hours only those of some components are worked out, where the others are known.
        """
        few = typical_days.representative(self.calendar, chosen)
        positions = list(parts_of(air))
        of_sites = joined(
            [on_days(site_fields(choice.at(part), air.at(part), components), few, chosen) for part in positions],
            positions,
        )
        cut = {
            name: _meant(field, few)
            if FIELDS[name].is_mean_of_days
            else field.take("hour", typical_days.hours_of(chosen.days)).take("day", chosen.days)
            for name, field in whole.items()
        }
        return _on_calendar(choice, axes, {**known, **cut, **of_sites}, few)


@dataclasses.dataclass(frozen=True)
class _Days:
    """Makes a case on another choice of days."""

    year: _Year
    features: pd.DataFrame
    extremes: Mapping[str, tuple[str, str]]

    def __call__(self, case: Case, typical_days_count: int) -> Case:
        """Return the members that a case has, on other days."""
        chosen = typical_days.choose(self.features, typical_days_count, self.extremes)
        choice, air, axes, whole = self.year.part(case)
        return self.year.on_days(chosen, choice, air, whole, axes).only(**_others(case))


@dataclasses.dataclass(frozen=True)
class _Sites:
    """Makes a case with other values of its sites, on the days that were chosen without them."""

    year: _Year
    chosen: typical_days.ChosenDays

    def __call__(self, case: Case, sites: pd.DataFrame) -> Case:
        """Return the members that a case has, with the rows of its sites as given."""
        choice, air, axes, whole = self.year.part(case)
        changed = [str(name) for name in sites if not sites[name].equals(choice.tables["sites"][name])]
        choice = dataclasses.replace(choice, tables={**choice.tables, "sites": sites})
        is_whole = all(axes[axis] == members for axis, members in _others(case).items())
        known = (case.fields, hours_resting_on(changed)) if is_whole else ({}, tuple(STATEMENTS))
        changing = {**whole, **fields_of(choice, resting_on(changed))}
        made = self.year.on_days(self.chosen, choice, air, changing, axes, *known)
        return made.only(**_others(case))


def _meant(field: Field, few: Calendar) -> Field:
    """Of each chosen day the mean of the days of the year that it stands for; `day` is the last axis."""
    stands_for = np.array(few.stands_for)
    days = [field.values[..., stands_for == day].mean(axis=-1) for day in range(few.days_count)]
    return Field(field.axes, np.stack(days, axis=-1))


def _others(case: Case) -> dict[str, tuple[str | float, ...]]:
    """Members of a case, but for its sites, of the axes that tables describe."""
    return {axis: case.axes[axis] for axis in TABLE_OF_AXIS if axis != "site"}


def _on_calendar(choice: Choice, axes: AxisMembers, fields: Mapping[str, Field], calendar: Calendar) -> Case:
    """Return the case on a calendar, given the fields on its days and hours, with what follows from them."""
    of_hours = {"hours.weight_h_per_yr": Field(("hour",), calendar.weights), "hours.step_h": Field((), np.array(1.0))}
    days = {"day": tuple(range(calendar.days_count)), "hour": tuple(range(len(calendar.hours)))}
    return Case(
        study=choice.study,
        tables=choice.tables,
        axes={**axes, **days},
        fields={**fields, **following(fields), **of_hours},
        calendar=calendar,
        inputs=INPUTS,
    )


def _extremes(study: Study, features: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Extreme days that the study keeps in; without contracts, wind and sun have none."""
    known = {
        "hottest_wet_bulb": ("wet_bulb_mean", "max"),
        "lowest_wind_and_sun": ("output_mean", "min"),
        "dearest_power": ("price_mean", "max"),
    }
    return {name: known[name] for name in study.time.extreme_days if known[name][0] in features}
