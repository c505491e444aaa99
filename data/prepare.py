"""From a study and the catalogue to a case: everything checked, joined, and in model units."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.case import typical_days
from siting.case.annuities import capital_recovery, present_value_ratio
from siting.case.case import TABLE_OF_AXIS, Array, Calendar, Case, Field
from siting.case.minimum_cost import needed_pflop
from siting.cooling.weather import WEATHER_COLUMNS
from siting.data.components.cooling import outdoor_air
from siting.data.components.retrofit import existing_fields
from siting.data.fields.site_hours import features, joined, on_days, parts_of, site_years
from siting.data.tables.selection import FINANCE, Selection, choose_rows, distances_km, fitting, offered, round_trip_ms
from siting.quantities import HOURS_PER_DAY, HOURS_PER_YEAR, KW_PER_MW, bare_name

if TYPE_CHECKING:
    from siting.study.study import Study

MONTHS = tuple(range(1, 13))
UNSERVED_USD_PER_PFLOP_H = 1000.0
"""Price of work left undone in the replay; about four hundred times the cost of doing it."""

COMPONENT_OF_TERM = MappingProxyType(
    {
        "site_recovery_yr": "placement",
        "hall_equipment_recovery_yr": "halls",
        "shell_recovery_yr": "halls",
        "hall_equipment_fraction": "halls",
        "rack_recovery_yr": "racks",
        "connection_recovery_yr": "connection",
        "storage_recovery_yr": "storage",
    }
)
"""Component whose assets a term of tax law is about; the other terms are about all."""


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
    selection = choose_rows(study)
    calendar = typical_days.full_year(study.time.data_year)
    axes: dict[str, tuple[str | int, ...]] = {
        "site": tuple(selection.sites["site_id"]),
        "zone": tuple(selection.zones["zone_id"]),
        "cooling": tuple(selection.cooling["cooling_id"]),
        "rack": tuple(selection.racks["rack_id"]),
        "contract": tuple(selection.contracts["contract_id"]),
        "period": tuple(period.year for period in study.horizon.periods),
        "month": MONTHS,
    }
    static = {
        **_scalars(study, selection),
        **_of_sites(study, selection),
        **_of_technology(study, selection),
        **_of_distances(selection),
        **_of_periods(study),
        **_of_finance(study, selection),
        **_training(study, selection),
    }
    static |= existing_fields(study, selection)
    demand = _demand_series(study, selection, calendar)
    static["serving.inference_mean_pflop"] = Field(
        ("zone", "period"), demand["serving.inference_pflop"].values.mean(axis=-1)
    )
    air = outdoor_air(study, selection, calendar)
    found = features(selection, air)
    chosen = typical_days.choose(found, study.time.typical_days_count, _extremes(study, found))
    few = typical_days.representative(calendar, chosen)
    positions, hourly, yearly = list(parts_of(air)), [], []
    for part in positions:
        years = site_years(study, selection.at(part), air.at(part))
        hourly.append(on_days(years.hourly, few, chosen))
        yearly.append(years.yearly)
    static |= joined(yearly, positions)
    there = np.maximum(static["halls.offered_count"].values, static["retrofit.existing_count"].values)[..., None]
    static["computing.carried_fraction"] = Field(
        ("site", "cooling", "rack"), static["computing.carried_fraction"].values * there
    )
    of_days = {name: field.take("hour", typical_days.hours_of(chosen.days)) for name, field in demand.items()}
    case = _on_calendar(study, selection, axes, static, joined(hourly, positions) | of_days, few)
    return dataclasses.replace(case, year_of=_Year(study, selection, axes, static, demand, calendar))


@dataclasses.dataclass(frozen=True)
class _Year:
    """Makes the full year of a case; the attributes are those of all its sites, but for their hours."""

    study: Study
    selection: Selection
    axes: dict[str, tuple[str | int, ...]]
    static: dict[str, Field]
    demand: dict[str, Field]
    calendar: Calendar

    def __call__(self, case: Case) -> Case:
        """Return the year of the members that a case has."""
        position = {site: i for i, site in enumerate(self.axes["site"])}
        part = np.array([position[site] for site in case.axes["site"]], dtype=np.intp)
        selection = self.selection.at(part)
        air = outdoor_air(self.study, selection, self.calendar)
        hourly = {**site_years(self.study, selection, air).hourly, **self.demand}
        axes = {**self.axes, "site": case.axes["site"]}
        static = {name: field.take("site", part) for name, field in self.static.items()}
        year = _on_calendar(self.study, selection, axes, static, hourly, self.calendar)
        weather = {
            f"cooling.{name}": Field(("site", "hour"), air.at_sites(getattr(air.places, name)))
            for name in WEATHER_COLUMNS
        }
        year = dataclasses.replace(year, fields={**year.fields, **weather})
        return year.only(**{axis: case.axes[axis] for axis in TABLE_OF_AXIS if axis != "site"})


def _on_calendar(
    study: Study,
    selection: Selection,
    axes: dict[str, tuple[str | int, ...]],
    static: dict[str, Field],
    hourly: dict[str, Field],
    calendar: Calendar,
) -> Case:
    """Return the case on a calendar, given the series on its hours."""
    mean = hourly["batch_pflop"].values.reshape(len(study.horizon.periods), -1, HOURS_PER_DAY).mean(axis=-1)
    able = static["racks.compatible_count"].values * static["computing.availability_fraction"].values
    densest = (able * static["computing.compute_pflop_per_mw"].values).max()
    steady = static["training.training_cluster_pflop"].values * static["training.clusters_needed_count"].values
    needed = needed_pflop(hourly["serving.inference_pflop"].values, mean, steady)
    fields = {
        **static,
        "halls.least_it_mw": Field(("period",), needed / densest),
        **{name: field for name, field in hourly.items() if name != "batch_pflop"},
        "serving.batch_mean_pflop": Field(("period", "day"), mean),
        "hours.weight_h_per_yr": Field(("hour",), calendar.weights),
    }
    return Case(
        study=study,
        tables=selection.tables(),
        axes={
            **axes,
            "day": tuple(range(calendar.days_count)),
            "hour": tuple(range(len(calendar.hours))),
        },
        fields=fields,
        calendar=calendar,
    )


def _scalars(study: Study, selection: Selection) -> dict[str, Field]:
    """Numbers without an axis."""
    rate = study.finance.discount_rate_fraction
    horizon_yr = sum(period.length_yr for period in study.horizon.periods)
    parameter = selection.parameters.set_index("parameter_id")["value"]
    battery = selection.storage.iloc[0]
    numbers = {
        "finance.discount_rate_per_yr": rate,
        "placement.site_annuity_per_yr": capital_recovery(rate, horizon_yr),
        "grid.connection_annuity_per_yr": capital_recovery(rate, parameter["connection_life_yr"]),
        "grid.connection_life_yr": parameter["connection_life_yr"],
        "halls.module_mw": study.facility.module_mw,
        "storage.storage_min_mw": study.facility.storage_min_mw,
        "computing.peak_diversity_fraction": study.facility.peak_diversity_fraction,
        "contracts.resale_limit_fraction": parameter["resale_limit_fraction"],
        "contracts.certificate_usd_per_mwh": selection.certificates["price_usd_per_mwh"].iloc[0],
        "policy.carbon_price_usd_per_t": study.policy.carbon_price_usd_per_t,
        "unserved.unserved_usd_per_pflop_h": UNSERVED_USD_PER_PFLOP_H,
        "hours.step_h": 1.0,
        "storage.one_way_fraction": battery["efficiency_fraction"] ** 0.5,
        "storage.max_duration_h": battery["max_duration_h"],
        "storage.power_usd_per_mw": battery["power_usd_per_mw"],
        "storage.energy_usd_per_mwh": battery["energy_usd_per_mwh"],
        "storage.fixed_usd_per_mw_yr": battery["fixed_usd_per_mw_yr"],
        "storage.throughput_usd_per_mwh": battery["throughput_usd_per_mwh"],
        "storage.storage_annuity_per_yr": capital_recovery(rate, battery["life_yr"]),
        "storage.storage_embodied_t_per_mwh_yr": battery["embodied_t_per_mwh"] / battery["life_yr"],
    }
    return {name: Field((), np.array(float(value))) for name, value in numbers.items()}


def _of_sites(study: Study, selection: Selection) -> dict[str, Field]:
    """Numbers of each site."""
    sites = selection.sites
    parameter = selection.parameters.set_index("parameter_id")["value"]
    names = (
        "placement.land_available_ha",
        "placement.land_usd_per_ha",
        "placement.capital_ratio",
        "cooling.water_usd_per_m3",
        "grid.connection_usd_per_mw",
        "connection.connection_fixed_usd",
        "grid.headroom_mw",
    )
    count = len(sites)
    numbers = {name: sites[bare_name(name)].to_numpy(float) for name in names} | {
        "grid.demand_charge_usd_per_mw_month": sites["demand_charge_usd_per_kw_month"].to_numpy(float) * KW_PER_MW,
        "grid.water_source_m3_per_mwh": np.full(count, parameter["water_source_l_per_kwh"]),  # 1 L/kWh is 1 m3/MWh
        "placement.fixed_site_usd": np.full(count, study.facility.fixed_site_usd),
        "placement.site_max_mw": np.full(count, study.facility.site_max_mw),
        "placement.site_min_mw": np.full(count, study.facility.site_min_mw),
    }
    return {name: Field(("site",), values) for name, values in numbers.items()}


def _of_technology(study: Study, selection: Selection) -> dict[str, Field]:
    """Numbers of each way of cooling, rack and contract."""
    rate = study.finance.discount_rate_fraction
    halls, racks, contracts = selection.cooling, selection.racks, selection.contracts
    rack_mw = racks["rack_kw"].to_numpy(float) / KW_PER_MW
    return {
        "halls.hall_usd_per_mw": Field(("cooling",), halls["hall_usd_per_mw"].to_numpy(float)),
        "halls.hall_annuity_per_yr": Field(("cooling",), _annuities(rate, halls["life_yr"])),
        "halls.maintenance_usd_per_mw_yr": Field(("cooling",), halls["maintenance_usd_per_mw_yr"].to_numpy(float)),
        "halls.land_ha_per_mw": Field(("cooling",), halls["land_ha_per_mw"].to_numpy(float)),
        "halls.hall_embodied_t_per_mw_yr": Field(
            ("cooling",), (halls["embodied_t_per_mw"] / halls["life_yr"]).to_numpy(float)
        ),
        "cooling.fixed_fraction": Field(("cooling",), halls["fixed_fraction"].to_numpy(float)),
        "halls.offered_count": Field(("site", "cooling"), offered(selection).astype(float)),
        "racks.compatible_count": Field(("cooling", "rack"), fitting(halls, racks).astype(float)),
        "racks.rack_mw": Field(("rack",), rack_mw),
        "racks.rack_usd": Field(("rack",), racks["rack_usd"].to_numpy(float)),
        "racks.rack_annuity_per_yr": Field(("rack",), _annuities(rate, racks["life_yr"])),
        "racks.rack_maintenance_usd_per_yr": Field(("rack",), racks["maintenance_usd_per_yr"].to_numpy(float)),
        "racks.rack_embodied_t_per_yr": Field(("rack",), (racks["embodied_t"] / racks["life_yr"]).to_numpy(float)),
        "computing.compute_pflop_per_mw": Field(("rack",), racks["compute_pflop"].to_numpy(float) / rack_mw),
        "computing.availability_fraction": Field(("rack",), racks["availability_fraction"].to_numpy(float)),
        "computing.idle_fraction": Field(("rack",), racks["idle_fraction"].to_numpy(float)),
        "computing.server_fan_fraction": Field(("rack",), racks["server_fan_fraction"].to_numpy(float)),
        "racks.accelerators_count": Field(("rack",), racks["accelerators_count"].to_numpy(float)),
        "contracts.strike_usd_per_mwh": Field(("contract",), contracts["strike_usd_per_mwh"].to_numpy(float)),
    }


def _of_distances(selection: Selection) -> dict[str, Field]:
    """Round-trip time and wide-area cost between each site and each zone."""
    parameter = selection.parameters.set_index("parameter_id")["value"]
    distance_km = distances_km(selection.sites, selection.zones)
    return {
        "serving.rtt_ms": Field(("site", "zone"), round_trip_ms(selection.parameters, distance_km)),
        "serving.network_usd_per_pflop_yr": Field(
            ("site", "zone"), parameter["network_usd_per_pflop_km_yr"] * distance_km
        ),
    }


def _of_periods(study: Study) -> dict[str, Field]:
    """Worth today of a dollar a year over each period."""
    rate, base = study.finance.discount_rate_fraction, study.horizon.base_year
    worth = [present_value_ratio(rate, period.year - base, period.length_yr) for period in study.horizon.periods]
    return {"finance.present_value_ratio": Field(("period",), np.array(worth))}


def _of_finance(study: Study, selection: Selection) -> dict[str, Field]:
    """Taxes of each site's state, and terms of tax law and debt: the study's where it states them."""
    value = selection.finance.set_index("parameter_id")["value"]
    stated = {name: getattr(study.finance, name, None) for name in FINANCE}
    numbers = {name: float(value[name] if own is None else own) for name, own in stated.items()}
    terms = {
        f"{COMPONENT_OF_TERM.get(name, 'finance')}.{name}": Field((), np.array(number))
        for name, number in numbers.items()
    }
    rates = selection.taxes.set_index("state").loc[selection.sites["state"]]
    taxed = 1 - rates["exempt_fraction"].to_numpy(float)
    return terms | {
        "finance.income_tax_fraction": Field(("site",), rates["income_tax_fraction"].to_numpy(float)),
        "finance.receipts_tax_fraction": Field(("site",), rates["receipts_tax_fraction"].to_numpy(float)),
        "finance.sales_tax_fraction": Field(("site",), rates["sales_tax_fraction"].to_numpy(float) * taxed),
    }


def _demand_series(study: Study, selection: Selection, calendar: Calendar) -> dict[str, Field]:
    """Inference of each zone in each hour (UTC), and batch work."""
    pflop_per_mw = _reference_pflop_per_mw(study, selection)
    population = selection.zones["population_count"].to_numpy(float)
    shape = selection.demand_shape.sort_values("hour_local")["inference_ratio"].to_numpy(float)
    offsets = selection.zones["utc_offset_h"].to_numpy(float).round().astype(int)
    hour_local = (np.arange(HOURS_PER_YEAR)[None, :] + offsets[:, None]) % HOURS_PER_DAY
    zonal = (population / population.sum())[:, None] * shape[hour_local]
    years = [period.year for period in study.horizon.periods]
    inference = np.array([study.demand.inference_mw[year] for year in years]) * pflop_per_mw
    batch = np.array([study.demand.batch_mw[year] for year in years]) * pflop_per_mw
    return {
        "serving.inference_pflop": Field(("zone", "period", "hour"), zonal[:, None, :] * inference[None, :, None]),
        "batch_pflop": Field(("period", "hour"), np.repeat(batch[:, None], len(calendar.hours), axis=1)),
    }


def _reference_pflop_per_mw(study: Study, selection: Selection) -> float:
    """Compute of one MW of the rack in whose power the demand is stated."""
    rack = selection.racks_all[selection.racks_all["rack_id"] == study.demand.reference_rack]
    return float((rack["compute_pflop"] / rack["rack_kw"]).iloc[0]) * KW_PER_MW


def _training(study: Study, selection: Selection) -> dict[str, Field]:
    """Training clusters: the compute of one, and how many are needed in each period."""
    cluster_mw = study.demand.training_cluster_mw
    asked = np.array([study.demand.training_mw.get(period.year, 0.0) for period in study.horizon.periods])
    return {
        "training.training_cluster_pflop": Field((), np.array(cluster_mw * _reference_pflop_per_mw(study, selection))),
        "training.clusters_needed_count": Field(("period",), np.ceil(asked / cluster_mw - 1e-9)),
    }


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
