"""What must hold between the fields of a study.

Each check is a function of its own name: it yields what it finds, at which field, and what to do about it.
A check runs when the parts that it needs are valid, so that one slip elsewhere does not hide what it finds.
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from siting.problems import did_you_mean
from siting.quantities import DAYS_PER_YEAR
from siting.study.demand import AMOUNTS
from siting.study.horizon import HALF_YEARS_YR, around, is_mid_year
from siting.study.own_table import CHANGES, source_of

if TYPE_CHECKING:
    from siting.study.parts import Frozen
    from siting.study.study import Study

__all__ = ["CHECKS", "Check", "Finding", "Severity"]

PRICE_YEARS = (2021, 2022, 2023, 2024)
"""Years of the catalogue's hourly prices and carbon."""

WEATHER_YEAR = 2022
"""Year in which the catalogue has the hours of wind and sun of all zones that have any."""


class Severity(enum.Enum):
    """What a finding means."""

    ERROR = "error"
    """The study cannot be solved as it stands."""
    WARNING = "warning"
    """The study can be solved, but probably does not say what is meant."""


@dataclass(frozen=True)
class Finding:
    """What a check found: the dotted path of the field, what is wrong, what to do."""

    field: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Check:
    """A check and the parts of the study that it reads."""

    find: Callable[[Study], Iterator[Finding]]
    needs: tuple[str, ...]
    severity: Severity

    @property
    def name(self) -> str:
        """Name of the check, a statement that should be true."""
        return self.find.__name__


CHECKS: list[Check] = []
"""All checks, in the order of the fields that they read first."""


def _check(
    *needs: str, severity: Severity = Severity.ERROR
) -> Callable[[Callable[[Study], Iterator[Finding]]], Callable[[Study], Iterator[Finding]]]:
    def register(find: Callable[[Study], Iterator[Finding]]) -> Callable[[Study], Iterator[Finding]]:
        CHECKS.append(Check(find, needs, severity))
        return find

    return register


@_check("horizon")
def periods_follow_each_other(study: Study) -> Iterator[Finding]:
    """A period starts when, or after, the one before it ends."""
    periods = study.horizon.periods
    for position, (before, after) in enumerate(itertools.pairwise(periods), start=1):
        end = before.end_year
        if after.year < end:
            yield Finding(
                f"horizon.periods.{position}.year",
                f"the period of {after.year} starts before the one of {before.year} ends, in {end}",
            )


@_check("horizon")
def periods_leave_no_gap(study: Study) -> Iterator[Finding]:
    """A period starts as soon as the one before it ends, so that somebody serves every year."""
    periods = study.horizon.periods
    for position, (before, after) in enumerate(itertools.pairwise(periods), start=1):
        end = before.end_year
        if after.year > end:
            missing = f"years from {end} to {after.year - 1}"
            if is_mid_year(end) or is_mid_year(after.year):
                missing = f"time from {end} to {after.year}"
            yield Finding(
                f"horizon.periods.{position}.year",
                f"no period covers the {missing}",
                f"give the period of {before.year} a length_yr of {after.year - before.year}",
            )


@_check("horizon")
def half_years_come_early(study: Study) -> Iterator[Finding]:
    """A period begins or ends in the middle of a year in the first years after the base year only."""
    last = study.horizon.base_year + HALF_YEARS_YR
    for position, period in enumerate(study.horizon.periods):
        for name, year in (("year", period.year), ("length_yr", period.end_year)):
            if is_mid_year(year) and year > last:
                says = "begins" if name == "year" else "ends"
                yield Finding(
                    f"horizon.periods.{position}.{name}",
                    f"the period of {period.year} {says} in the middle of a year, in {year}, more than "
                    f"{HALF_YEARS_YR} years after the base year {study.horizon.base_year}",
                    f"after {last} periods begin and end with a year",
                )
                break


@_check("horizon")
def periods_start_after_base_year(study: Study) -> Iterator[Finding]:
    """Money is discounted back to the base year, not forward."""
    first = study.horizon.periods[0]
    if first.year < study.horizon.base_year:
        yield Finding(
            "horizon.base_year",
            f"the base year {study.horizon.base_year} lies after the first period, {first.year}",
        )


@_check("horizon", "connection")
def power_is_asked_for_in_time(study: Study) -> Iterator[Finding]:
    """Power is asked for in the base year or after it: what was asked for before has dates of its own by now."""
    asked, base = study.connection.request_year, study.horizon.base_year
    if asked is not None and asked < base:
        yield Finding(
            "connection.request_year",
            f"power is asked for in {asked:g}, before the base year {base}",
            "state the dates in a table energisation of your own",
        )


@_check("connection", "demand", "technology")
def something_can_be_given_up(study: Study) -> Iterator[Finding]:
    """A flexible connection carries no load that is the same in every hour."""
    batch = [one for one in study.demand.asked() if one.work_class == "batch"]
    waits = any(value for one in batch for value in one.by_year.values())
    waits = waits or any(one.may_pause for one in study.demand.workloads)
    if study.connection.flexible_fraction and not (waits or study.technology.storage or study.technology.bridge):
        yield Finding(
            "connection.flexible_fraction",
            "all load is fixed, so that nothing can be given up: no batch work, no clusters that may pause, no "
            "batteries and no plants on site",
            "ask for batch work, or offer technology.storage or technology.bridge",
        )


@_check("demand")
def each_class_is_asked_in_one_unit(study: Study) -> Iterator[Finding]:
    """Inference, batch work and training are each asked for in one unit; no training need be, nor what is listed."""
    stated = list(study.demand.asked())
    for work_class, fields in AMOUNTS.items():
        names = [one.field for one in stated if one.field in fields]
        if len(names) > 1:
            yield Finding(
                f"demand.{names[1]}", f"{work_class} is asked for in {names[0]} already", "state one of the two"
            )
        if not names and work_class != "training" and not study.demand.workloads:
            first, *others = fields
            yield Finding(
                f"demand.{first}",
                f"missing, and so are {', '.join(others)}",
                f"state one of them; '{first}: {{{_first_year(study)}: 0}}' if there is none",
            )


@_check("demand")
def tokens_have_a_throughput(study: Study) -> Iterator[Finding]:
    """How much work a token is depends on the model that makes it, which nobody knows but the user."""
    throughput = study.demand.throughput_tokens_per_s_per_pflop
    for one in study.demand.asked():
        if one.unit == "tokens_per_s" and throughput is None:
            yield Finding(
                f"demand.{one.field}",
                "nothing says how many tokens a second a PFLOP/s makes",
                "state demand.throughput_tokens_per_s_per_pflop",
            )


@_check("horizon", "demand")
def demand_names_every_period(study: Study) -> Iterator[Finding]:
    """Each class of demand has a value for each period, or one from which it grows, and for no other year.

    That of a period that begins in the middle of a year may be stated of that year and the next: it lies between.
    """
    years = [period.year for period in study.horizon.periods]
    growth = study.demand.growth
    for one in study.demand.asked():
        field, named = f"demand.{one.field}", set(one.by_year)
        for year in years:
            if year in named or named >= set(around(year)):
                continue
            if growth is None or year <= growth.from_year:
                yield Finding(field, f"the period {year} has no value", f"write '{year}: 0' if there is none")
        if growth is not None and growth.from_year not in named | set(years):
            yield Finding(field, f"the year {growth.from_year}, from which demand grows, has no value")
        beside = {one for year in years for one in around(year)}
        for year in sorted(named - set(years) - beside - ({growth.from_year} if growth else set())):
            known = ", ".join(map(str, years))
            yield Finding(f"{field}.{year}", f"no period starts in {year}", f"the periods are: {known}")


@_check("demand")
def something_is_demanded(study: Study) -> Iterator[Finding]:
    """A study without any demand builds nothing."""
    asked = list(study.demand.asked())
    if asked and not any(value for one in asked for value in one.by_year.values()):
        yield Finding("demand", "nothing is demanded in any period")


def _first_year(study: Study) -> float:
    """Year of the first period; that of the form's example where the horizon is not valid."""
    horizon = getattr(study, "horizon", None)
    return horizon.periods[0].year if horizon is not None else 2030


@_check("time", "tables")
def series_are_of_the_data_year(study: Study) -> Iterator[Finding]:
    """The data year is a year of the series, unless the study brings series of its own."""
    if study.time.data_year not in PRICE_YEARS and "series_grid" not in study.replaced():
        years = ", ".join(map(str, PRICE_YEARS[:-1]))
        yield Finding(
            "time.data_year",
            f"the catalogue's hourly series are of {years} and {PRICE_YEARS[-1]} (got {study.time.data_year})",
            "bring your own under tables.series_grid",
        )


@_check("time", "technology", "tables")
def wind_and_sun_are_of_the_data_year(study: Study) -> Iterator[Finding]:
    """Contracted wind and sun meet prices of their own year, or none: anything else would invent coincidence."""
    year = study.time.data_year
    if (
        year in PRICE_YEARS
        and year != WEATHER_YEAR
        and study.technology.contracts
        and "series_grid" not in study.replaced()
    ):
        yield Finding(
            "time.data_year",
            f"the catalogue has hours of wind and sun of all its zones in {WEATHER_YEAR} alone (got {year})",
            "offer no contracts (technology: {contracts: []}), or bring your own hours under tables.series_grid",
        )


@_check("time", "tables")
def second_year_is_known(study: Study) -> Iterator[Finding]:
    """A second year that is named is a year of the series, unless the study brings series of its own."""
    year = study.time.second_year
    if isinstance(year, int) and year not in PRICE_YEARS and "series_grid" not in study.replaced():
        yield Finding(
            "time.second_year",
            f"the catalogue's hourly series are of {PRICE_YEARS[0]} to {PRICE_YEARS[-1]} (got {year})",
            "use one of these, auto or none",
        )


@_check("time")
def days_fit_in_a_year(study: Study) -> Iterator[Finding]:
    """Typical and extreme days together are no more than the days of a year."""
    extreme_count = len(study.time.extreme_days)
    if study.time.typical_days_count + extreme_count > DAYS_PER_YEAR:
        yield Finding(
            "time.typical_days_count",
            f"with {extreme_count} extreme days it should be at most {DAYS_PER_YEAR - extreme_count} "
            f"(got {study.time.typical_days_count})",
        )


@_check("facility")
def smallest_site_is_no_larger_than_the_largest(study: Study) -> Iterator[Finding]:
    """A site has a size between its limits."""
    yield from _at_most(study.facility, "facility.site_min_mw", "site_max_mw")


@_check("facility")
def one_module_fits_on_a_site(study: Study) -> Iterator[Finding]:
    """The step in which halls are built is no larger than a site."""
    yield from _at_most(study.facility, "facility.module_mw", "site_max_mw")


@_check("edge")
def one_module_fits_on_an_edge_site(study: Study) -> Iterator[Finding]:
    """A small site has a size between its limits, and the step of its halls is no larger than it."""
    if study.edge.offered:
        yield from _at_most(study.edge, "edge.min_mw", "max_mw")
        yield from _at_most(study.edge, "edge.module_mw", "max_mw")


@_check("policy")
def fewest_sites_are_no_more_than_the_most(study: Study) -> Iterator[Finding]:
    """The number of open sites lies between its limits."""
    yield from _at_most(study.policy, "policy.sites_min_count", "sites_max_count")


@_check("sites", "policy")
def enough_sites_are_left(study: Study) -> Iterator[Finding]:
    """Exclusions leave as many sites as must be opened."""
    if not isinstance(study.sites, tuple):
        return
    left = len(set(study.sites) - set(study.policy.excluded_sites))
    if left < max(study.policy.sites_min_count, 1):
        yield Finding(
            "policy.sites_min_count" if left else "policy.excluded_sites",
            f"{left} of the {len(study.sites)} sites may be opened, {max(study.policy.sites_min_count, 1)} must be",
        )


@_check("sites", "policy", severity=Severity.WARNING)
def excluded_sites_are_candidates(study: Study) -> Iterator[Finding]:
    """Excluding a site that is no candidate has no effect."""
    if not isinstance(study.sites, tuple):
        return
    for position, site in enumerate(study.policy.excluded_sites):
        if site not in study.sites:
            yield Finding(
                f"policy.excluded_sites.{position}",
                f"{site!r} is not among the study's sites, so excluding it has no effect",
                did_you_mean(site, study.sites),
            )


@_check("tables")
def replacing_tables_exist(study: Study) -> Iterator[Finding]:
    """A table that replaces, joins or changes another is a file, if it does not stand in the study itself."""
    for kind in CHANGES:
        for name, source in study.own_tables(kind).items():
            if isinstance(source, Path) and not source.is_file():
                own = study.tables[name]
                field = f"tables.{name}" if isinstance(own, str) else f"tables.{name}.{kind}"
                yield Finding(field, f"there is no file {source_of(own, kind)!r}", "paths are seen from the study")


@_check("components")
def own_rules_are_files(study: Study) -> Iterator[Finding]:
    """A rule of the study's own stands in a file."""
    for position, path in enumerate(study.component_files()):
        if not path.is_file():
            message = f"there is no file {study.components[position]!r}"
            yield Finding(f"components.{position}", message, "paths are seen from the study")


@_check("components", severity=Severity.WARNING)
def own_rules_are_read_before_they_run(study: Study) -> Iterator[Finding]:
    """Code of somebody else's can do anything."""
    if study.components:
        files = ", ".join(study.components)
        yield Finding("components", f"the study brings code of its own: {files}", "read it before you say --trust-code")


def _at_most(part: Frozen, field: str, limit: str) -> Iterator[Finding]:
    """Hold a field of a part of the study against another of its fields, if that is stated."""
    value, most = getattr(part, field.rpartition(".")[2]), getattr(part, limit)
    if most is not None and value > most:
        yield Finding(field, f"input should be at most {limit}, {most:g} (got {value:g})")
