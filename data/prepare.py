"""From a study and the catalogue to a case: everything checked, joined, and in model units."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting import days
from siting.case import Array, Calendar, Case, Field
from siting.cooling.weather import WEATHER_COLUMNS
from siting.data.choices import (
    FINANCE,
    Choice,
    choose_rows,
    demand_charge_usd_per_mwh,
    distances_km,
    fitting,
    offered,
    round_trip_ms,
)
from siting.data.existing import existing_fields
from siting.data.heat import heat_fields
from siting.data.series import by_key
from siting.data.weather import cooling_fields, outdoor_air
from siting.finance import capital_recovery, present_value_ratio
from siting.quantities import HOURS_PER_DAY, HOURS_PER_YEAR, KG_PER_T, KW_PER_MW
from siting.unavoidable import needed_pflop

if TYPE_CHECKING:
    from siting.study import Study

MONTHS = tuple(range(1, 13))
UNSERVED_USD_PER_PFLOP_H = 1000.0
"""Price of work left undone in the replay; about four hundred times the cost of doing it."""


def prepare(study: Study) -> Case:
    """Return the case of a study, with its full year beside it.

    Parameters
    ----------
    study : Study
        What is asked, from `siting.load_study`.

    Returns
    -------
    Case
        On representative days; `Case.year` holds the same case on all 8,760 hours.

    Raises
    ------
    InputError
        With every problem of the study and its tables at once.
    """
    choice = choose_rows(study)
    calendar = days.full_year(study.time.data_year)
    axes: dict[str, tuple[str | int, ...]] = {
        "site": tuple(choice.sites["site_id"]),
        "zone": tuple(choice.zones["zone_id"]),
        "cooling": tuple(choice.cooling["cooling_id"]),
        "rack": tuple(choice.racks["rack_id"]),
        "contract": tuple(choice.contracts["contract_id"]),
        "period": tuple(period.year for period in study.horizon.periods),
        "month": MONTHS,
    }
    static = {
        **_scalars(study, choice),
        **_of_sites(study, choice),
        **_of_technology(study, choice),
        **_of_distances(choice),
        **_of_periods(study),
        **_of_finance(study, choice),
        **_training(study, choice),
    }
    air = outdoor_air(study, choice, calendar)
    of_cooling, worst = cooling_fields(study, choice, air)
    of_heat, demand = heat_fields(study, choice, air, worst["heat_temperature_c"].values)
    hourly = {**_grid_series(choice), **of_cooling, **of_heat, **_demand_series(study, choice, calendar)}
    hourly["wet_bulb_c"] = Field(("site", "hour"), air.wet_bulb_c)
    static |= {**_yearly(hourly), **worst, **demand}
    static |= existing_fields(study, choice)
    there = np.maximum(static["offered_count"].values, static["existing_count"].values)[..., None]
    static["carried_fraction"] = Field(("site", "cooling", "rack"), static["carried_fraction"].values * there)
    year = _on_calendar(study, choice, axes, static, hourly, calendar)
    weather = {name: Field(("site", "hour"), getattr(air, name)) for name in WEATHER_COLUMNS}
    year = dataclasses.replace(year, fields={**year.fields, **weather})
    features = _features(year)
    chosen = days.choose(features, study.time.typical_days_count, _extremes(study, features))
    few = days.representative(calendar, chosen)
    return dataclasses.replace(_on_calendar(study, choice, axes, static, _on_days(hourly, few, chosen), few), year=year)


def _on_calendar(
    study: Study,
    choice: Choice,
    axes: dict[str, tuple[str | int, ...]],
    static: dict[str, Field],
    hourly: dict[str, Field],
    calendar: Calendar,
) -> Case:
    """Return the case on a calendar, given the series on its hours."""
    mean = hourly["batch_pflop"].values.reshape(len(study.horizon.periods), -1, HOURS_PER_DAY).mean(axis=-1)
    able = static["compatible_count"].values * static["availability_fraction"].values
    densest = (able * static["compute_pflop_per_mw"].values).max()
    steady = static["training_cluster_pflop"].values * static["clusters_needed_count"].values
    needed = needed_pflop(hourly["inference_pflop"].values, mean, steady)
    fields = {
        **static,
        "least_it_mw": Field(("period",), needed / densest),
        **{name: field for name, field in hourly.items() if name != "batch_pflop"},
        "batch_mean_pflop": Field(("period", "day"), mean),
        "weight_h_per_yr": Field(("hour",), calendar.weights),
    }
    return Case(
        study=study,
        tables=choice.tables(),
        axes={
            **axes,
            "day": tuple(range(calendar.days_count)),
            "hour": tuple(range(len(calendar.hours))),
        },
        fields=fields,
        calendar=calendar,
    )


def _on_days(hourly: dict[str, Field], few: Calendar, chosen: days.Choice) -> dict[str, Field]:
    """Return the series on the chosen days, each at its level of the year.

    Of PUE the overhead is scaled; what is sold is scaled like what is bought, so that it never fetches more.
    """
    taken = {name: field.take("hour", days.hours_of(chosen.days)) for name, field in hourly.items()}
    for name in (
        "price_usd_per_mwh",
        "carbon_t_per_mwh",
        "carbon_marginal_t_per_mwh",
        "grid_cfe_fraction",
        "wue_m3_per_mwh",
        "heat_shape_fraction",
    ):
        taken[name] = Field(hourly[name].axes, days.at_yearly_level(hourly[name].values, few, chosen))
    overhead = days.at_yearly_level(hourly["pue"].values - 1, few, chosen)
    taken["pue"] = Field(hourly["pue"].axes, 1 + overhead)
    output = days.at_yearly_level(hourly["output_fraction"].values, few, chosen)
    taken["output_fraction"] = Field(hourly["output_fraction"].axes, np.minimum(output, 1.0))
    for name in ("grid_cfe_fraction", "heat_shape_fraction"):
        taken[name] = Field(("site", "hour"), np.minimum(taken[name].values, 1.0))
    unscaled = hourly["price_usd_per_mwh"].take("hour", days.hours_of(chosen.days)).values
    level = np.divide(taken["price_usd_per_mwh"].values, unscaled, out=np.ones_like(unscaled), where=unscaled != 0)
    resale = taken["resale_usd_per_mwh"].values * level[:, None, :]
    taken["resale_usd_per_mwh"] = Field(hourly["resale_usd_per_mwh"].axes, resale)
    return taken


def _scalars(study: Study, choice: Choice) -> dict[str, Field]:
    """Numbers without an axis."""
    rate = study.finance.discount_rate_fraction
    horizon_yr = sum(period.length_yr for period in study.horizon.periods)
    parameter = choice.parameters.set_index("parameter_id")["value"]
    battery = choice.storage.iloc[0]
    numbers = {
        "discount_rate_per_yr": rate,
        "site_annuity_per_yr": capital_recovery(rate, horizon_yr),
        "connection_annuity_per_yr": capital_recovery(rate, parameter["connection_life_yr"]),
        "connection_life_yr": parameter["connection_life_yr"],
        "module_mw": study.facility.module_mw,
        "storage_min_mw": study.facility.storage_min_mw,
        "peak_diversity_fraction": study.facility.peak_diversity_fraction,
        "resale_limit_fraction": parameter["resale_limit_fraction"],
        "certificate_usd_per_mwh": choice.certificates["price_usd_per_mwh"].iloc[0],
        "carbon_price_usd_per_t": study.policy.carbon_price_usd_per_t,
        "unserved_usd_per_pflop_h": UNSERVED_USD_PER_PFLOP_H,
        "step_h": 1.0,
        "one_way_fraction": battery["efficiency_fraction"] ** 0.5,
        "max_duration_h": battery["max_duration_h"],
        "power_usd_per_mw": battery["power_usd_per_mw"],
        "energy_usd_per_mwh": battery["energy_usd_per_mwh"],
        "fixed_usd_per_mw_yr": battery["fixed_usd_per_mw_yr"],
        "throughput_usd_per_mwh": battery["throughput_usd_per_mwh"],
        "storage_annuity_per_yr": capital_recovery(rate, battery["life_yr"]),
        "storage_embodied_t_per_mwh_yr": battery["embodied_t_per_mwh"] / battery["life_yr"],
    }
    return {name: Field((), np.array(float(value))) for name, value in numbers.items()}


def _of_sites(study: Study, choice: Choice) -> dict[str, Field]:
    """Numbers of each site."""
    sites = choice.sites
    parameter = choice.parameters.set_index("parameter_id")["value"]
    names = (
        "land_available_ha",
        "land_usd_per_ha",
        "capital_ratio",
        "water_usd_per_m3",
        "connection_usd_per_mw",
        "connection_fixed_usd",
        "headroom_mw",
    )
    count = len(sites)
    numbers = {name: sites[name].to_numpy(float) for name in names} | {
        "demand_charge_usd_per_mw_month": sites["demand_charge_usd_per_kw_month"].to_numpy(float) * KW_PER_MW,
        "water_source_m3_per_mwh": np.full(count, parameter["water_source_l_per_kwh"]),  # 1 L/kWh is 1 m3/MWh
        "fixed_site_usd": np.full(count, study.facility.fixed_site_usd),
        "site_max_mw": np.full(count, study.facility.site_max_mw),
        "site_min_mw": np.full(count, study.facility.site_min_mw),
    }
    return {name: Field(("site",), values) for name, values in numbers.items()}


def _of_technology(study: Study, choice: Choice) -> dict[str, Field]:
    """Numbers of each way of cooling, rack and contract."""
    rate = study.finance.discount_rate_fraction
    halls, racks, contracts = choice.cooling, choice.racks, choice.contracts
    rack_mw = racks["rack_kw"].to_numpy(float) / KW_PER_MW
    return {
        "hall_usd_per_mw": Field(("cooling",), halls["hall_usd_per_mw"].to_numpy(float)),
        "hall_annuity_per_yr": Field(("cooling",), _annuities(rate, halls["life_yr"])),
        "maintenance_usd_per_mw_yr": Field(("cooling",), halls["maintenance_usd_per_mw_yr"].to_numpy(float)),
        "land_ha_per_mw": Field(("cooling",), halls["land_ha_per_mw"].to_numpy(float)),
        "hall_embodied_t_per_mw_yr": Field(
            ("cooling",), (halls["embodied_t_per_mw"] / halls["life_yr"]).to_numpy(float)
        ),
        "fixed_fraction": Field(("cooling",), halls["fixed_fraction"].to_numpy(float)),
        "offered_count": Field(("site", "cooling"), offered(choice).astype(float)),
        "compatible_count": Field(("cooling", "rack"), fitting(halls, racks).astype(float)),
        "rack_mw": Field(("rack",), rack_mw),
        "rack_usd": Field(("rack",), racks["rack_usd"].to_numpy(float)),
        "rack_annuity_per_yr": Field(("rack",), _annuities(rate, racks["life_yr"])),
        "rack_maintenance_usd_per_yr": Field(("rack",), racks["maintenance_usd_per_yr"].to_numpy(float)),
        "rack_embodied_t_per_yr": Field(("rack",), (racks["embodied_t"] / racks["life_yr"]).to_numpy(float)),
        "compute_pflop_per_mw": Field(("rack",), racks["compute_pflop"].to_numpy(float) / rack_mw),
        "availability_fraction": Field(("rack",), racks["availability_fraction"].to_numpy(float)),
        "idle_fraction": Field(("rack",), racks["idle_fraction"].to_numpy(float)),
        "server_fan_fraction": Field(("rack",), racks["server_fan_fraction"].to_numpy(float)),
        "accelerators_count": Field(("rack",), racks["accelerators_count"].to_numpy(float)),
        "strike_usd_per_mwh": Field(("contract",), contracts["strike_usd_per_mwh"].to_numpy(float)),
    }


def _of_distances(choice: Choice) -> dict[str, Field]:
    """Round-trip time and wide-area cost between each site and each zone."""
    parameter = choice.parameters.set_index("parameter_id")["value"]
    distance_km = distances_km(choice.sites, choice.zones)
    return {
        "rtt_ms": Field(("site", "zone"), round_trip_ms(choice.parameters, distance_km)),
        "network_usd_per_pflop_yr": Field(("site", "zone"), parameter["network_usd_per_pflop_km_yr"] * distance_km),
    }


def _of_periods(study: Study) -> dict[str, Field]:
    """Worth today of a dollar a year over each period."""
    rate, base = study.finance.discount_rate_fraction, study.horizon.base_year
    worth = [present_value_ratio(rate, period.year - base, period.length_yr) for period in study.horizon.periods]
    return {"present_value_ratio": Field(("period",), np.array(worth))}


def _of_finance(study: Study, choice: Choice) -> dict[str, Field]:
    """Taxes of each site's state, and terms of tax law and debt: the study's where it states them."""
    value = choice.finance.set_index("parameter_id")["value"]
    stated = {name: getattr(study.finance, name, None) for name in FINANCE}
    terms = {name: Field((), np.array(float(value[name] if own is None else own))) for name, own in stated.items()}
    rates = choice.taxes.set_index("state").loc[choice.sites["state"]]
    taxed = 1 - rates["exempt_fraction"].to_numpy(float)
    return terms | {
        "income_tax_fraction": Field(("site",), rates["income_tax_fraction"].to_numpy(float)),
        "receipts_tax_fraction": Field(("site",), rates["receipts_tax_fraction"].to_numpy(float)),
        "sales_tax_fraction": Field(("site",), rates["sales_tax_fraction"].to_numpy(float) * taxed),
    }


def _grid_series(choice: Choice) -> dict[str, Field]:
    """Price, carbon and contracted output at each site in each hour (UTC)."""
    columns = {
        name: by_key(choice.series_grid, "grid_zone_id", choice.sites["grid_zone_id"], name)
        for name in (
            "wholesale_usd_per_mwh",
            "carbon_average_kg_per_mwh",
            "carbon_marginal_kg_per_mwh",
            "carbon_free_fraction",
            "solar_fraction",
            "wind_fraction",
        )
    }
    wholesale = columns["wholesale_usd_per_mwh"]
    charge = demand_charge_usd_per_mwh(choice.sites)
    energy = choice.sites["tariff_usd_per_mwh"].to_numpy(float) - charge
    price = wholesale * (energy / wholesale.mean(axis=1))[:, None]
    output = np.empty((len(choice.sites), len(choice.contracts), HOURS_PER_YEAR))
    for i, kind in enumerate(choice.contracts["kind"]):
        output[:, i] = columns[f"{kind}_fraction"]
    beside_power = np.maximum(price.mean(axis=1) - wholesale.mean(axis=1), 0.0)
    fee = choice.contracts["delivery_usd_per_mwh"].to_numpy(float)
    discount = choice.contracts["resale_discount_fraction"].to_numpy(float)[None, :, None]
    market = wholesale[:, None, :]
    resale = np.minimum(market - discount * np.abs(market), price[:, None, :])
    carbon = columns["carbon_average_kg_per_mwh"] / KG_PER_T
    return {
        "price_usd_per_mwh": Field(("site", "hour"), price),
        "carbon_t_per_mwh": Field(("site", "hour"), carbon),
        "carbon_marginal_t_per_mwh": Field(("site", "hour"), columns["carbon_marginal_kg_per_mwh"] / KG_PER_T),
        "grid_cfe_fraction": Field(("site", "hour"), columns["carbon_free_fraction"]),
        "delivery_usd_per_mwh": Field(("site", "contract"), fee[None, :] + beside_power[:, None]),
        "output_fraction": Field(("site", "contract", "hour"), output),
        "resale_usd_per_mwh": Field(("site", "contract", "hour"), resale),
    }


def _demand_series(study: Study, choice: Choice, calendar: Calendar) -> dict[str, Field]:
    """Inference of each zone in each hour (UTC), and batch work."""
    pflop_per_mw = _reference_pflop_per_mw(study, choice)
    population = choice.zones["population_count"].to_numpy(float)
    shape = choice.demand_shape.sort_values("hour_local")["inference_ratio"].to_numpy(float)
    offsets = choice.zones["utc_offset_h"].to_numpy(float).round().astype(int)
    hour_local = (np.arange(HOURS_PER_YEAR)[None, :] + offsets[:, None]) % HOURS_PER_DAY
    zonal = (population / population.sum())[:, None] * shape[hour_local]
    years = [period.year for period in study.horizon.periods]
    inference = np.array([study.demand.inference_mw[year] for year in years]) * pflop_per_mw
    batch = np.array([study.demand.batch_mw[year] for year in years]) * pflop_per_mw
    return {
        "inference_pflop": Field(("zone", "period", "hour"), zonal[:, None, :] * inference[None, :, None]),
        "batch_pflop": Field(("period", "hour"), np.repeat(batch[:, None], len(calendar.hours), axis=1)),
    }


def _reference_pflop_per_mw(study: Study, choice: Choice) -> float:
    """Compute of one MW of the rack in whose power the demand is stated."""
    rack = choice.racks_all[choice.racks_all["rack_id"] == study.demand.reference_rack]
    return float((rack["compute_pflop"] / rack["rack_kw"]).iloc[0]) * KW_PER_MW


def _training(study: Study, choice: Choice) -> dict[str, Field]:
    """Training clusters: the compute of one, and how many are needed in each period."""
    cluster_mw = study.demand.training_cluster_mw
    asked = np.array([study.demand.training_mw.get(period.year, 0.0) for period in study.horizon.periods])
    return {
        "training_cluster_pflop": Field((), np.array(cluster_mw * _reference_pflop_per_mw(study, choice))),
        "clusters_needed_count": Field(("period",), np.ceil(asked / cluster_mw - 1e-9)),
    }


def _yearly(hourly: dict[str, Field]) -> dict[str, Field]:
    """What the model takes from all hours of the year, whatever its representative days."""
    return {
        "residual_t_per_mwh": Field(("site",), hourly["carbon_t_per_mwh"].values.mean(axis=-1)),
        "inference_mean_pflop": Field(("zone", "period"), hourly["inference_pflop"].values.mean(axis=-1)),
    }


def _features(year: Case) -> pd.DataFrame:
    """Return what tells days apart: each site's price, carbon, weather and output; and the means for the extremes."""
    columns: dict[str, Array] = {
        "price_mean": year.values("price_usd_per_mwh").mean(axis=0),
        "wet_bulb_mean": year.values("wet_bulb_c").mean(axis=0),
    }
    for name in ("price_usd_per_mwh", "carbon_t_per_mwh", "wet_bulb_c"):
        distinct = np.unique(year.values(name), axis=0)
        columns |= {f"{name}_{i}": row for i, row in enumerate(distinct)}
    output = year.values("output_fraction")
    if output.size:
        columns["output_mean"] = np.nan_to_num(output).mean(axis=(0, 1))
        shapes = output.reshape(-1, HOURS_PER_YEAR)
        distinct = np.unique(shapes[~np.isnan(shapes).any(axis=1)], axis=0)
        columns |= {f"output_{i}": row for i, row in enumerate(distinct)}
    return pd.DataFrame(columns)


def _extremes(study: Study, features: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Extreme days that the study keeps in; without contracts, wind and sun have none."""
    known = {
        "hottest_wet_bulb": ("wet_bulb_mean", "max"),
        "lowest_wind_and_sun": ("output_mean", "min"),
        "dearest_power": ("price_mean", "max"),
    }
    return {name: known[name] for name in study.time.extreme_days if known[name][0] in features}


def _annuities(rate: float, lives_yr: pd.Series) -> Array:
    """Annuity of each asset's life."""
    return np.array([capital_recovery(rate, life) for life in lives_yr])
