"""What a study chooses from its tables, looked up as far as study and tables are right, with all that is wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from siting.case.regions import region_problems
from siting.data.kinds.vintages import in_vintages, with_gain
from siting.data.tables.choice.chooser import Chooser
from siting.data.tables.choice.demand_growth import grown
from siting.data.tables.choice.scaling import scaled
from siting.data.tables.choice.sound import SoundTables
from siting.data.tables.choice.workloads import zones_by_class
from siting.data.tables.links import Tables
from siting.data.tables.of_study import tables_of
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.problems import InputError, Problem, did_you_mean
from siting.study.partial import BrokenPartError

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["LookedUp", "looked_up", "problems_of"]


@dataclass(frozen=True)
class LookedUp:
    """What a study chooses.

    Parameters
    ----------
    study
        With a demand in each of its periods.
    tables
        The tables of the study, whole and scaled.
    sites, zones, racks, contracts, measures, leases, bridge, backup
        The chosen rows, in the order of the case's axes.
    wanted, cooling
        Ways of cooling that may be built, and those together with what only existing halls have.
    priced
        The rack of whose accelerator the price of work is.
    """

    study: Study
    tables: Tables
    sites: pd.DataFrame
    zones: pd.DataFrame
    racks: pd.DataFrame
    contracts: pd.DataFrame
    measures: pd.DataFrame
    leases: pd.DataFrame
    bridge: pd.DataFrame
    backup: pd.DataFrame
    wanted: pd.DataFrame
    cooling: pd.DataFrame
    priced: str


def problems_of(study: Study) -> list[Problem]:
    """Return all that is wrong with a study's tables and with what it chooses from them, sorted.

    Parameters
    ----------
    study : Study
        One of which some parts are wrong, too: what rests on these is left out.
    """
    return _look(study)[1]


def looked_up(study: Study, hourly: Collection[str] = tuple(SERIES)) -> LookedUp:
    """Return what a study chooses.

    Parameters
    ----------
    study : Study
        What is asked.
    hourly : collection of str
        Groups of series whose hours are wanted; of the catalogue's others only the names are looked at.

    Raises
    ------
    InputError
        With every problem of the tables and of the choice at once: unknown ids, missing series, a zone
        that no site can reach in time, a reference rack that is not in the catalogue.
    """
    found, problems = _look(study, hourly)
    if problems or found is None:
        raise InputError(problems)
    return found


def _look(study: Study, hourly: Collection[str] = tuple(SERIES)) -> tuple[LookedUp | None, list[Problem]]:
    """What a study chooses, if it chooses anything, and all that is wrong."""
    problems: list[Problem] = []
    found = None
    with contextlib.suppress(BrokenPartError):
        problems += _unknown_tables(study)
        tables, wrong = tables_of(study, hourly)
        problems += wrong
        sound = tables.sound
        tables, wrong = scaled(tables, study.scales)
        problems += [study.problem(f"scales.{problem.field}", problem.message, problem.hint) for problem in wrong]
        tables.sound = sound - {problem.field.partition(".")[0] for problem in wrong}
        try:
            with contextlib.suppress(BrokenPartError):
                study = grown(study, SoundTables(tables)["demand_growth"])
        except InputError as error:
            problems += error.problems
        found = _choice(study, tables, problems)
    return found, sorted(set(problems))


def _unknown_tables(study: Study) -> list[Problem]:
    """Say which of a study's own tables replace none of the catalogue's and are no layer that the catalogue lacks."""
    known = [*TABLES, *LAYERS, *SERIES]
    return [
        study.problem(f"tables.{name}", "no such table in the catalogue", did_you_mean(name, known))
        for name in study.tables
        if name not in known
    ]


def _choice(study: Study, tables: Tables, problems: list[Problem]) -> LookedUp:
    """Look up one thing after another; what rests on something wrong is not told, as that is told already."""
    found = Chooser(study, SoundTables(tables), problems)
    there, tried = found.tables, found.tried
    places = tried(found.zones)
    sites = tried(lambda chosen: found.with_edge(chosen, places), tried(found.sites))
    zones = tried(zones_by_class, study, places)
    racks = tried(found.racks)
    wanted = tried(found.cooling, racks)
    existing = tried(lambda chosen: at_sites_of(there["existing"], chosen), sites)
    cooling = tried(lambda *rows: _with_standing(there["cooling"], *rows), wanted, existing)
    tried(found.standing, existing)
    racks = tried(lambda rows: _vintages(study, rows, there["rack_years"]), racks)
    tried(found.sold, racks)
    contracts = tried(
        lambda: found.rows("contracts", "contract_id", study.technology.contracts, "technology.contracts")
    )
    measures, leases = tried(found.measures), tried(found.leases)
    bridge, backup = tried(found.bridge, sites), tried(found.backup, sites)
    priced = tried(lambda: study.finance.priced_rack or study.demand.reference_rack)
    tried(lambda: found.counted_in(study.demand.reference_rack, "demand.reference_rack"))
    tried(found.counted_in, priced, "finance.priced_rack")
    tried(lambda: found.known("sites", "site_id", study.policy.excluded_sites, "policy.excluded_sites"))
    limited = "policy.grid_zone_limit_mw"
    tried(lambda: found.known("grid_zones", "grid_zone_id", list(study.policy.grid_zone_limit_mw), limited))
    tried(
        lambda: found.known(
            "grid_zones",
            "grid_zone_id",
            list(study.connection.coincident_usd_per_mw_yr),
            "connection.coincident_usd_per_mw_yr",
        )
    )
    tried(lambda chosen: found.all_of(region_problems(study, chosen, there["sites"])), sites)
    tried(found.series, "series_grid", "grid_zone_id", sites)
    tried(found.series, "series_weather", "weather_id", sites)
    tried(found.dates_of_power)
    tried(found.consent, sites)
    tried(found.reach, sites, zones)
    tried(found.places_of_work, sites, racks, cooling)
    tried(found.tariffs, sites)
    tried(found.large_loads, sites)
    tried(found.incentives, sites)
    tried(found.physics, cooling)
    tried(found.single_rows)
    tried(found.scalars)
    tried(found.day_shape)
    tried(found.fit, cooling, racks)
    return LookedUp(
        study, tables, sites, zones, racks, contracts, measures, leases, bridge, backup, wanted, cooling, priced
    )


def _vintages(study: Study, racks: pd.DataFrame, by_year: pd.DataFrame) -> pd.DataFrame:
    """The racks, once for each period in which they are another."""
    starts, gain = [period.year for period in study.horizon.periods], study.technology.rack_gain_per_yr
    return in_vintages(racks, with_gain(by_year, racks, gain, study.horizon.base_year, starts), starts)


def _with_standing(every: pd.DataFrame, wanted: pd.DataFrame, existing: pd.DataFrame) -> pd.DataFrame:
    """The wanted ways of cooling, and after them those that only existing halls have."""
    standing = existing["cooling_id"][~existing["cooling_id"].isin(wanted["cooling_id"])]
    old = every[every["cooling_id"].isin(standing)]
    return pd.concat([wanted, old], ignore_index=True) if len(old) else wanted


def at_sites_of(table: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Rows of the chosen sites, if the table is about sites, else all."""
    return table[table["site_id"].isin(sites["site_id"])].reset_index(drop=True) if "site_id" in table else table
