"""The rows of the catalogue that a study chooses, with every problem of the choice at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from siting.case.consent import at_sites
from siting.data.components.registry import PARAMETERS
from siting.data.kinds.choice import Choice
from siting.data.kinds.series import Series
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.choice.demand_growth import of_case
from siting.data.tables.choice.energisation import tranches_of
from siting.data.tables.choice.large_loads import classes_at
from siting.data.tables.choice.looking_up import at_sites_of, looked_up
from siting.data.tables.choice.scaling import scaled_columns
from siting.data.tables.choice.workloads import jobs_of, lots_of
from siting.data.tables.choice.years import at_levels, in_year, with_own_carbon
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.data.tables.series_files import read_other_year
from siting.problems import InputError

if TYPE_CHECKING:
    from siting.study.study import Study


def choose_rows(study: Study, hourly: Collection[str] = tuple(SERIES)) -> Choice:
    """Return what a study chooses.

    Parameters
    ----------
    study : Study
        What is asked.
    hourly : collection of str
        Groups of series that the choice has; of others it is only seen whether they are there.

    Raises
    ------
    InputError
        With every problem of the tables and of the choice at once: unknown ids, missing series, a zone
        that no site can reach in time, a reference rack that is not in the catalogue.
    """
    found = looked_up(study, hourly)
    study, tables, sites, racks, cooling = found.study, found.tables, found.sites, found.racks, found.cooling
    offers = tables["contract_offers"]
    if "contracts" in study.replaced() and "contract_offers" not in study.replaced():
        offers = offers.iloc[:0]  # one's own contracts have their own price everywhere
    cooling["published_case"] = pd.to_numeric(cooling["published_case"], errors="coerce")
    weather, of_carbon = tables["weather"], tables["series_carbon"]
    carbon = {name: tables[name] for name in ("authority_carbon", "carbon_path")}
    if "series_grid" in study.replaced():  # one's own series are whole
        of_carbon = of_carbon.iloc[:0]
        carbon = {name: part if name in study.replaced() else part.iloc[:0] for name, part in carbon.items()}
    columns, grid_zones = tables["columns"], tables["grid_zones"]
    if "series_grid" not in study.replaced():
        columns, grid_zones = in_year(columns, grid_zones, tables["series_grid"], of_carbon, study.time.data_year)
    grid_zones = at_levels(grid_zones, sites, carbon["authority_carbon"])
    parameters, levels = tables["parameters"], tables["wholesale_levels"]
    chosen = {
        **{
            name: at_sites_of(tables[name], sites)
            for name, kind in {**TABLES, **LAYERS}.items()
            if not kind.is_for_build
        },
        "sites": sites,
        "zones": found.zones,
        "lots": lots_of(study),
        "jobs": jobs_of(study),
        "cooling": cooling,
        "racks": racks,
        "contracts": found.contracts,
        "measures": found.measures,
        "demand_growth": of_case(study, tables["demand_growth"]),
        "leases": found.leases,
        "bridge": found.bridge,
        "backup": found.backup,
        "supply_steps": _steps(study, tables["supply_steps"], sites),
        "energisation": tranches_of(study, tables["energisation"], sites),
        "contract_offers": offers[offers["grid_zone_id"].isin(sites["grid_zone_id"])].reset_index(drop=True),
        "contract_law": tables["contract_law"][tables["contract_law"]["state"].isin(sites["state"])].reset_index(
            drop=True
        ),
        "parameters": parameters[parameters["parameter_id"].isin(PARAMETERS)].reset_index(drop=True),
        "large_loads": classes_at(sites, tables["large_loads"]),
        "state_actions": _of_states(tables["state_actions"], sites),
        "moratoria": at_sites(tables["moratoria"], sites),
        "taxes": _of_states(tables["taxes"], sites),
        "grid_zones": grid_zones[grid_zones["grid_zone_id"].isin(sites["grid_zone_id"])].reset_index(drop=True),
        "wholesale_levels": levels[levels["grid_zone_id"].isin(sites["grid_zone_id"])].reset_index(drop=True),
        "weather": weather[weather["weather_id"].isin(sites["weather_id"])].reset_index(drop=True),
        "columns": columns,
        "imputed": _imputed(study, tables["imputed"], sites, racks),
        "series_carbon": of_carbon,
        **carbon,
    }
    of_grid = with_own_carbon(tables["series_grid"], of_carbon)
    second_year = _second_year(study, tables["series_grid"]) if len(found.contracts) else None
    zone_places = _one_a_zone(tables)
    used = pd.concat([sites, zone_places])
    return Choice(
        study=study,
        tables=MappingProxyType(chosen),
        series=MappingProxyType(
            {
                name: Series.of(table, SERIES[name].key, used[SERIES[name].key])
                for name, table in (("series_grid", of_grid), ("series_weather", tables["series_weather"]))
                if name in hourly
            }
        ),
        wanted_cooling=tuple(found.wanted["cooling_id"]),
        reference_rack=tables["racks"][tables["racks"]["rack_id"] == study.demand.reference_rack],
        priced_rack=tables["racks"][tables["racks"]["rack_id"] == found.priced],
        zone_places=zone_places,
        second_year=second_year,
    )


def _second_year(study: Study, of_data_year: pd.DataFrame) -> Series | None:
    """Return the grid's hours of the year that contracts are held against; None if there is no such year.

    Raises
    ------
    InputError
        If they are there and something is wrong with them.
    """
    year = study.time.compared_year
    if year is None:
        return None
    if year == study.time.data_year:
        table = of_data_year
    else:
        own = study.own_tables("replace").get("series_grid")
        path = own if isinstance(own, Path) else catalog_path("series_grid")
        table, problems = read_other_year(path, SERIES["series_grid"], year)
        if problems:
            raise InputError(problems)
        table, _ = scaled_columns("series_grid", table, study.scales.get("series_grid", {}))
    return Series.of(table, "grid_zone_id", table["grid_zone_id"].unique()) if len(table) else None


def _one_a_zone(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Of each grid zone the listed site that is nearest to the middle of its sites, if its series are there."""
    known = tables["sites"]
    for table, key in (("series_grid", "grid_zone_id"), ("series_weather", "weather_id")):
        known = known[known[key].isin(tables[table][key].unique())]
    known = known.sort_values(["grid_zone_id", "site_id"], ignore_index=True)
    place = known[["latitude", "longitude"]]
    away = (place - place.groupby(known["grid_zone_id"]).transform("mean")).abs().sum(axis=1)
    return known.loc[away.groupby(known["grid_zone_id"]).idxmin()].reset_index(drop=True)


def _steps(study: Study, steps: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Steps of supply of the authorities in which the chosen sites lie; none where they are not asked for."""
    if study.connection.supply_steps == "none" or "authority_id" not in sites:
        return steps.iloc[:0]
    own = steps[steps["authority_id"].isin(sites["authority_id"])]
    return own.sort_values(["authority_id", "supply_step"], ignore_index=True)


def _of_states(table: pd.DataFrame, sites: pd.DataFrame) -> pd.DataFrame:
    """Rows of the states in which the chosen sites lie."""
    return table[table["state"].isin(sites["state"])].reset_index(drop=True)


def _imputed(study: Study, imputed: pd.DataFrame, sites: pd.DataFrame, racks: pd.DataFrame) -> pd.DataFrame:
    """Cells that a rule filled in, of the chosen sites, their states and racks; a table of one's own has none."""
    kept = pd.Series(False, index=imputed.index)
    for table, members in (("sites", sites["site_id"]), ("taxes", sites["state"]), ("racks", racks["rack_id"])):
        if table not in study.replaced() or "imputed" in study.replaced():
            kept |= (imputed["table"] == table) & imputed["row_id"].isin(members)
    return imputed[kept].reset_index(drop=True)
