"""Every column of `sites.csv`, each by a rule written here or in the module that it names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from siting.data.build.places.authorities import county_carbon
from siting.data.build.places.building_cost import building_cost
from siting.data.build.places.candidates import US_SMALL, candidate_rank
from siting.data.build.places.climate import assign_weather, typical_years
from siting.data.build.places.consent import refusals_count
from siting.data.build.places.counties import counties
from siting.data.build.places.grid_connection import grid_connections
from siting.data.build.places.large_loads import large_load_class_ids
from siting.data.build.places.property_tax import property_tax
from siting.data.build.places.tariff import tariffs
from siting.data.build.places.time_to_power import times_to_power
from siting.data.build.places.water_supply import water_supply
from siting.data.build.raw import read_raw
from siting.data.build.technology import parameter

__all__ = ["SiteTables", "county_columns", "site_tables"]

HOURS_PER_MONTH = 730.0
TARIFF_COLUMNS = (
    "tariff_usd_per_mwh",
    "tariff_low_usd_per_mwh",
    "tariff_high_usd_per_mwh",
    "capacity_charge_usd_per_kw_month",
)
LAND_AVAILABLE_HA = 400.0
LAND_RATIO_RANGE = (0.05, 10.0)
CANDIDATES_COUNT = 400
"""Candidates of the catalogue, beside those of the study `us-small`."""
HAZARDS = (
    "cold_wave", "drought", "earthquake", "hail", "heat_wave", "hurricane", "ice_storm", "landslide", "lightning",
    "riverine_flooding", "strong_wind", "tornado", "wildfire", "winter_weather",
)  # fmt: skip


@dataclass(frozen=True)
class SiteTables:
    """Sites and what had to be filled in for them.

    Parameters
    ----------
    sites
        Rows of `sites.csv`, sorted by site.
    weather
        Rows of `weather.csv` for the weather sites in use.
    imputed
        Rows of `imputed.csv`.
    """

    sites: pd.DataFrame
    weather: pd.DataFrame
    imputed: pd.DataFrame


def hazard_scores(table: pd.DataFrame) -> pd.Series:
    """Rank of natural hazard with exposure taken out, 0 (least) to 1, by county.

    The FEMA values are expected losses, so populous counties score high whatever their weather. The logarithm of their
    sum is regressed on the logarithm of the county's employment in two sectors, as a measure of what stands there, and
    the residual is ranked over all counties. Relative only.
    """
    columns = [f"{hazard}_risk_index_value" for hazard in HAZARDS]
    loss = np.log(table[columns].fillna(0.0).sum(axis=1).clip(lower=1.0))
    exposure = np.log(table[["grid_infrastructure_jobs", "clean_energy_jobs"]].fillna(0.0).sum(axis=1).clip(lower=1.0))
    slope, level = np.polyfit(exposure, loss, 1)
    residual: pd.Series = loss - slope * exposure - level
    return residual.rank(pct=True)


def land_values(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Price of land by county [USD/ha], and which counties took their state's median.

    The county file prices residential quarter-acre lots, so only ratios are used: the mean price of data-centre land
    in 19 markets stands for a county at the upper quartile of all counties, the others follow in proportion, between
    a twentieth and ten times it.
    """
    lots = table["land_value_1_4_acre_standardized"]
    lots = lots.where(lots > 0)
    filled = lots.fillna(lots.groupby(table["state_code"]).transform("median")).fillna(lots.median())
    ratio = (filled / lots.quantile(0.75)).clip(*LAND_RATIO_RANGE)
    return parameter("land_anchor_usd_per_ha") * ratio, lots.isna()


def county_columns() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Build the columns of `sites.csv` for all counties, weather apart.

    Returns
    -------
    columns : pandas.DataFrame
        By FIPS code.
    imputed : pandas.DataFrame
        Rows of `imputed.csv` for all counties.
    """
    table = counties()
    tariff = tariffs(table)
    land, land_filled = land_values(table)
    connection, connection_filled = grid_connections(table)
    stress = read_raw("water/us_state_stress.csv").set_index("state")["bws_score"]
    demand_share = parameter("demand_charge_share_fraction")
    besides_capacity = tariff["tariff_usd_per_mwh"] * HOURS_PER_MONTH / 1000 - tariff[
        "capacity_charge_usd_per_kw_month"
    ].fillna(0.0)
    fibre = table["cable_fiber_100_20_coverage"]
    building, building_rule = building_cost(table)
    of_property, property_rule = property_tax(table)
    supply = water_supply(table.index)
    columns = pd.DataFrame(
        {
            "site_id": table["site_id"],
            "name": table["name"] + ", " + table["state_code"],
            "county_fips": table.index,
            "state": table["state_code"],
            "latitude": table["latitude"],
            "longitude": table["longitude"],
            "grid_zone_id": table["grid_zone_id"],
            "balancing_area_id": table["balancing_area_id"],
            "land_available_ha": LAND_AVAILABLE_HA,
            "land_usd_per_ha": land.round(-3),
            **{name: tariff[name].round(2) for name in TARIFF_COLUMNS},
            "demand_charge_usd_per_kw_month": (demand_share * besides_capacity).round(2),
            "water_usd_per_m3": parameter("water_usd_per_m3"),
            "water_stress_score": table["state_code"].map(stress),
            **building,
            "hazard_score": hazard_scores(table).round(3),
            "fibre_fraction": fibre.fillna(fibre.groupby(table["state_code"]).transform("median")),
            "large_load_class_ids": large_load_class_ids(table),
            **supply,
            **of_property,
            "refusals_count": refusals_count(table.index),
        }
    )
    columns = columns.join(connection).join(times_to_power(table)).join(county_carbon(table))
    columns["candidate_rank"] = candidate_rank(columns)
    columns = columns.assign(source_id="county-table", grade="modelled")
    rules = {
        "tariff_usd_per_mwh": (tariff["rule"], "eia-prices-2023"),
        "land_usd_per_ha": (
            land_filled.map({True: "no lot value: median of the state's counties", False: ""}),
            "county-table",
        ),
        "capital_ratio": (building_rule, "turner-townsend-2025"),
        "property_tax_fraction": (property_rule, "acs-property-tax"),
        "fibre_fraction": (
            fibre.isna().map({True: "no coverage: median of the state's counties", False: ""}),
            "county-table",
        ),
    }
    parts = [
        pd.DataFrame(
            {
                "table": "sites", "row_id": table["site_id"], "column": column, "rule": rule, "source_id": source,
                "grade": "modelled",
            }
        )
        for column, (rule, source) in rules.items()
    ]  # fmt: skip
    return columns, pd.concat([*parts, connection_filled]).query("rule != ''")


def site_tables(count: int = CANDIDATES_COUNT) -> SiteTables:
    """Take the first candidates and build their rows and their weather's.

    Parameters
    ----------
    count
        How many candidates by rank; those of the study `us-small` come with them.

    Raises
    ------
    ValueError
        If there are not so many counties.
    """
    columns, imputed = county_columns()
    if count > len(columns):
        raise ValueError(f"there are {len(columns)} counties, not {count}")
    sites = columns[columns["candidate_rank"].le(count) | columns.index.isin(US_SMALL)].copy()
    weather = assign_weather(sites)
    sites.insert(8, "weather_id", weather["weather_site"].map("tmy-{}".format))
    sites.insert(9, "utc_offset_h", weather["utc_offset_h"])
    imputed = imputed[imputed["row_id"].isin(sites["site_id"])]
    used = typical_years().loc[sorted(weather["weather_site"].unique())]
    rows = pd.DataFrame(
        {
            "weather_id": used.index.map("tmy-{}".format),
            "name": used["city"].str.strip() + ", " + used["state"],
            "latitude": used["latitude"],
            "longitude": used["longitude"],
            "utc_offset_h": used["tz"].astype(int),
            "climate_zone": used["climate_zone"],
            "source_id": "nrel-tmy",
            "grade": "measured",
        }
    )
    return SiteTables(
        sites.sort_values("site_id", ignore_index=True),
        rows.sort_values("weather_id", ignore_index=True),
        imputed.sort_values(["row_id", "column"], ignore_index=True),
    )
