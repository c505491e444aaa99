"""Which inputs each number of a case comes from: columns of tables, parameters, and fields of the study.

The model speaks of the case's numbers only. When one of them cannot be, the person who stated it wants to hear of
what they wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from siting.problems import Problem
from siting.quantities import bare_name

if TYPE_CHECKING:
    from siting.case.case import Case

__all__ = ["INPUTS", "problem_of"]

_PFLOP = ("racks.compute_pflop", "racks.rack_kw")
_INFERENCE = ("demand.inference_mw", "zones.population_count", "demand_shape.inference_ratio", *_PFLOP)
_PRICE = ("sites.tariff_usd_per_mwh", "sites.demand_charge_usd_per_kw_month", "series_grid.wholesale_usd_per_mwh")
_RATE = "finance.discount_rate_fraction"
_WEATHER = ("series_weather.dry_bulb_c", "series_weather.dew_point_c", "series_weather.pressure_pa")
_HOTTEST = ("parameters.hottest_dry_bulb_deviation_c", "climate.extreme_return_yr")
_MUGGIEST = ("parameters.hottest_wet_bulb_deviation_c", "climate.extreme_return_yr")
_PLACE = ("sites.latitude", "sites.longitude", "zones.latitude", "zones.longitude")
_LIFT = ("heat.temperature_c", "parameters.heat_pump_carnot_fraction")


def _same(table: str, *names: str) -> dict[str, tuple[str, ...]]:
    """Numbers that are taken as they are, under their own name."""
    return {name: (f"{table}.{bare_name(name)}",) for name in names}


INPUTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **_same("facility", "halls.module_mw", "storage.storage_min_mw", "computing.peak_diversity_fraction"),
        **_same("facility", "placement.fixed_site_usd"),
        **_same("facility", "placement.site_max_mw", "placement.site_min_mw"),
        **_same("policy", "policy.carbon_price_usd_per_t"),
        **_same("parameters", "grid.connection_life_yr", "contracts.resale_limit_fraction"),
        **_same("parameters", "heat_reuse.heat_pump_usd_per_mw"),
        **_same("sites", "placement.land_available_ha", "placement.land_usd_per_ha"),
        **_same("sites", "placement.capital_ratio", "cooling.water_usd_per_m3", "grid.headroom_mw"),
        **_same("sites", "grid.connection_usd_per_mw", "connection.connection_fixed_usd"),
        **_same("cooling", "halls.hall_usd_per_mw", "halls.maintenance_usd_per_mw_yr", "halls.land_ha_per_mw"),
        **_same("cooling", "cooling.fixed_fraction"),
        **_same("racks", "racks.rack_usd", "computing.availability_fraction", "computing.idle_fraction"),
        **_same("racks", "computing.server_fan_fraction"),
        **_same("racks", "racks.accelerators_count"),
        **_same("contracts", "contracts.strike_usd_per_mwh"),
        **_same("storage", "storage.max_duration_h", "storage.power_usd_per_mw", "storage.energy_usd_per_mwh"),
        **_same("storage", "storage.fixed_usd_per_mw_yr"),
        **_same("storage", "storage.throughput_usd_per_mwh"),
        **_same("taxes", "finance.income_tax_fraction", "finance.receipts_tax_fraction", "finance.sales_tax_fraction"),
        **_same("finance", "finance.federal_income_tax_fraction", "finance.property_tax_fraction"),
        **_same("finance", "finance.inflation_fraction"),
        **_same("finance", "finance.bonus_depreciation_fraction", "racks.rack_recovery_yr"),
        **_same("finance", "halls.hall_equipment_recovery_yr"),
        **_same("finance", "halls.shell_recovery_yr", "placement.site_recovery_yr"),
        **_same("finance", "connection.connection_recovery_yr", "storage.storage_recovery_yr"),
        **_same("finance", "halls.hall_equipment_fraction", "finance.debt_fraction"),
        **_same("finance", "finance.debt_rate_fraction", "finance.debt_tenor_yr"),
        **_same("existing", "retrofit.conversion_usd_per_mw"),
        "finance.discount_rate_per_yr": (_RATE,),
        "finance.present_value_ratio": (_RATE, "horizon.periods"),
        "placement.site_annuity_per_yr": (_RATE, "horizon.periods"),
        "grid.connection_annuity_per_yr": (_RATE, "parameters.connection_life_yr"),
        "halls.hall_annuity_per_yr": (_RATE, "cooling.life_yr"),
        "racks.rack_annuity_per_yr": (_RATE, "racks.life_yr"),
        "storage.storage_annuity_per_yr": (_RATE, "storage.life_yr"),
        "contracts.certificate_usd_per_mwh": ("certificates.price_usd_per_mwh",),
        "storage.one_way_fraction": ("storage.efficiency_fraction",),
        "storage.storage_embodied_t_per_mwh_yr": ("storage.embodied_t_per_mwh", "storage.life_yr"),
        "halls.hall_embodied_t_per_mw_yr": ("cooling.embodied_t_per_mw", "cooling.life_yr"),
        "racks.rack_embodied_t_per_yr": ("racks.embodied_t", "racks.life_yr"),
        "racks.rack_maintenance_usd_per_yr": ("racks.maintenance_usd_per_yr",),
        "racks.rack_mw": ("racks.rack_kw",),
        "computing.compute_pflop_per_mw": _PFLOP,
        "racks.compatible_count": ("racks.rack_kw", "cooling.max_rack_kw", "racks.liquid_fraction"),
        "halls.offered_count": ("technology.cooling", "water_bodies.water_body"),
        "grid.demand_charge_usd_per_mw_month": ("sites.demand_charge_usd_per_kw_month",),
        "grid.water_source_m3_per_mwh": ("parameters.water_source_l_per_kwh",),
        "serving.rtt_ms": ("parameters.rtt_slope_ms_per_km", "parameters.rtt_intercept_ms", *_PLACE),
        "serving.network_usd_per_pflop_yr": ("parameters.network_usd_per_pflop_km_yr", *_PLACE),
        "serving.inference_pflop": _INFERENCE,
        "serving.inference_mean_pflop": _INFERENCE,
        "serving.batch_mean_pflop": ("demand.batch_mw", *_PFLOP),
        "training.training_cluster_pflop": ("demand.training_cluster_mw", *_PFLOP),
        "training.clusters_needed_count": ("demand.training_mw", "demand.training_cluster_mw"),
        "halls.least_it_mw": ("demand.inference_mw", "demand.batch_mw", "demand.training_mw", *_PFLOP),
        "retrofit.existing_count": ("existing.cooling_id",),
        "retrofit.existing_mw": ("existing.hall_mw",),
        "retrofit.conversion_lost_fraction": ("existing.lost_yr", "horizon.periods"),
        "grid.price_usd_per_mwh": _PRICE,
        "contracts.resale_usd_per_mwh": ("contracts.resale_discount_fraction", *_PRICE),
        "contracts.delivery_usd_per_mwh": ("contracts.delivery_usd_per_mwh", *_PRICE),
        "contracts.output_fraction": ("series_grid.solar_fraction", "series_grid.wind_fraction"),
        "grid.carbon_t_per_mwh": ("series_grid.carbon_average_kg_per_mwh",),
        "grid.carbon_marginal_t_per_mwh": ("series_grid.carbon_marginal_kg_per_mwh",),
        "grid.residual_t_per_mwh": ("series_grid.carbon_average_kg_per_mwh",),
        "grid.grid_cfe_fraction": ("series_grid.carbon_free_fraction",),
        "cooling.pue": _WEATHER,
        "cooling.wue_m3_per_mwh": _WEATHER,
        "cooling.wet_bulb_c": _WEATHER,
        "cooling.pue_peak_ratio": (*_HOTTEST, *_WEATHER),
        "computing.carried_fraction": (*_HOTTEST, *_WEATHER),
        "cooling.hottest_dry_offset_c": _HOTTEST,
        "cooling.hottest_muggy_offset_c": _MUGGIEST,
        "heat_reuse.heat_reusable_fraction": _WEATHER,
        "heat_reuse.heat_temperature_c": _WEATHER,
        "heat_reuse.heat_demand_mw": ("heat.demand_mw",),
        "heat_reuse.heat_price_usd_per_mwh": ("heat.price_usd_per_mwh",),
        "heat_reuse.heat_connection_usd_per_mw": (
            "heat.distance_km", "heat.pipe_usd_per_mw_km", "parameters.heat_pipe_usd_per_mw_km",
            "parameters.heat_exchanger_usd_per_mw",
        ),
        "heat_reuse.heat_life_yr": ("heat.life_yr",),
        "heat_reuse.heat_annuity_per_yr": (_RATE, "heat.life_yr"),
        "heat_reuse.heat_pump_power_fraction": _LIFT,
        "heat_reuse.heat_lifted_count": _LIFT,
        "heat_reuse.heat_gain_ratio": _LIFT,
        "heat_reuse.heat_shape_fraction": (
            "heat.base_fraction", "parameters.heating_base_c", "series_weather.dry_bulb_c",
        ),
    }
)  # fmt: skip
"""Inputs of each number, the one that decides its size first; what a study cannot change has none."""


def problem_of(case: Case, name: str, message: str) -> Problem:
    """Return a problem at the input that a number of the case comes from first.

    Parameters
    ----------
    case : Case
        Knows the study and the files that it brings.
    name : str
        Name of the number; one without inputs leaves the study as a whole.
    message : str
        What is wrong.
    """
    inputs = INPUTS.get(name, ())
    if not inputs:
        return Problem(case.study.file_name(), 0, "", message)
    first, others = inputs[0], inputs[1:]
    hint = f"it also depends on {', '.join(others)}" if others else ""
    part, column = first.split(".")
    if column in getattr(type(getattr(case.study, part, None)), "model_fields", ()):
        return case.study.problem(first, message, hint)
    return Problem(case.study.tables.get(part, part), 0, column, message, hint)
