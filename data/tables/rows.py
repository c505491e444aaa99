"""Rows of the tables that are no component's own: sites and their surroundings, scalars, taxes, and provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints, ValidationInfo, field_validator

from siting.data.components.registry import PARAMETERS, TERMS
from siting.data.kinds.row import Fraction, Grade, Graded, Row, State, Text
from siting.problems import did_you_mean
from siting.quantities import split
from siting.study import magnitudes
from siting.text import GridZoneId, Id

__all__ = [
    "OF_ALL",
    "ColumnRow",
    "FinanceRow",
    "GridZoneRow",
    "ImputedRow",
    "LargeLoadRow",
    "ParameterRow",
    "SiteRow",
    "SourceRow",
    "StateActionRow",
    "TaxRow",
    "WeatherRow",
    "WholesaleLevelRow",
]

OF_BUILD: Mapping[str, magnitudes.Range] = {
    **{
        f"{stem}{spread}_usd_per_mw": magnitudes.PLANT_USD_PER_MW
        for stem in ("connection", "reinforcement")
        for spread in ("", "_low", "_high")
    },
    "demand_charge_share_fraction": magnitudes.FRACTION,
    "land_anchor_usd_per_ha": magnitudes.LAND_USD_PER_HA,
    "water_usd_per_m3": magnitudes.WATER_USD_PER_M3,
    "hall_mean_usd_per_mw": magnitudes.HALL_USD_PER_MW,
    "hall_mean_low_usd_per_mw": magnitudes.HALL_USD_PER_MW,
    "hall_mean_high_usd_per_mw": magnitudes.HALL_USD_PER_MW,
}
"""Parameters that the tables of the catalogue were built with, and no case reads."""

OF_ALL: Mapping[str, magnitudes.Range] = {
    "federal_income_tax_fraction": magnitudes.FRACTION,
    "property_tax_fraction": magnitudes.FRACTION,
    "inflation_fraction": magnitudes.FRACTION,
    "bonus_depreciation_fraction": magnitudes.FRACTION,
    "debt_fraction": magnitudes.FRACTION,
    "debt_rate_fraction": magnitudes.FRACTION,
    "debt_tenor_yr": magnitudes.WHOLE_LIFE_YR,
}
"""Terms of tax law and debt that are about all assets alike."""


class SourceRow(Row):
    """Where values come from, under which licence."""

    source_id: Id
    title: Text
    publisher: Text
    year: Annotated[int, magnitudes.PUBLISHED_YEAR]
    licence: Text
    url: str | None
    retrieved: Annotated[int, magnitudes.PUBLISHED_YEAR]
    grade: Grade
    notice: str | None


class ColumnRow(Graded):
    """What a column holds; the provenance of its values unless their row has its own."""

    table: Text
    column: Text
    unit: str | None
    description: Text


class ImputedRow(Graded):
    """A cell that was missing and has been filled by a rule."""

    table: Text
    row_id: Text
    column: Text
    rule: Text


class SiteRow(Graded):
    """A candidate site: a county and what building there costs."""

    site_id: Id
    name: Text
    county_fips: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")] | None
    state: State
    latitude: Annotated[float, magnitudes.LATITUDE]
    longitude: Annotated[float, magnitudes.LONGITUDE]
    grid_zone_id: GridZoneId
    balancing_area_id: str | None
    weather_id: Id
    utc_offset_h: Annotated[float, magnitudes.UTC_OFFSET_H]
    headroom_mw: Annotated[float, magnitudes.SITE_MW_OR_NONE]
    land_available_ha: Annotated[float, magnitudes.LAND_HA]
    land_usd_per_ha: Annotated[float, magnitudes.LAND_USD_PER_HA]
    tariff_usd_per_mwh: Annotated[float, magnitudes.TARIFF_USD_PER_MWH]
    tariff_low_usd_per_mwh: Annotated[float, magnitudes.TARIFF_USD_PER_MWH] | None = None
    tariff_high_usd_per_mwh: Annotated[float, magnitudes.TARIFF_USD_PER_MWH] | None = None
    capacity_charge_usd_per_kw_month: Annotated[float, magnitudes.DEMAND_CHARGE_USD_PER_KW_MONTH] | None = None
    demand_charge_usd_per_kw_month: Annotated[float, magnitudes.DEMAND_CHARGE_USD_PER_KW_MONTH]
    water_usd_per_m3: Annotated[float, magnitudes.WATER_USD_PER_M3]
    water_stress_score: Annotated[float, magnitudes.WATER_STRESS_SCORE]
    line_km: Annotated[float, magnitudes.LINE_KM]
    connection_voltage_kv: Annotated[float, magnitudes.VOLTAGE_KV]
    connection_fixed_usd: Annotated[float, magnitudes.WORKS_USD]
    connection_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW]
    capital_ratio: Annotated[float, magnitudes.CAPITAL_RATIO]
    hazard_score: Fraction
    fibre_fraction: Fraction
    large_load_class_ids: str | None = None
    candidate_rank: Annotated[float, magnitudes.CANDIDATE_RANK] | None = None
    transfer_mw: Annotated[float, magnitudes.SITE_MW_OR_NONE] | None = None
    highest_voltage_kv: Annotated[float, magnitudes.VOLTAGE_KV] | None = None
    headroom_low_mw: Annotated[float, magnitudes.SITE_MW_OR_NONE] | None = None
    headroom_high_mw: Annotated[float, magnitudes.SITE_MW_OR_NONE] | None = None
    line_low_km: Annotated[float, magnitudes.LINE_KM] | None = None
    line_high_km: Annotated[float, magnitudes.LINE_KM] | None = None
    line_mw: Annotated[float, magnitudes.SITE_MW_OR_NONE] | None = None
    network_mw: Annotated[float, magnitudes.SITE_MW_OR_NONE] | None = None
    connection_fixed_low_usd: Annotated[float, magnitudes.WORKS_USD] | None = None
    connection_fixed_high_usd: Annotated[float, magnitudes.WORKS_USD] | None = None
    connection_low_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW] | None = None
    connection_high_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW] | None = None
    further_line_low_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW] | None = None
    further_line_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW] | None = None
    further_line_high_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW] | None = None
    reinforcement_low_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW] | None = None
    reinforcement_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW] | None = None
    reinforcement_high_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW] | None = None
    wait_low_months: Annotated[float, magnitudes.WAIT_MONTHS] | None = None
    wait_months: Annotated[float, magnitudes.WAIT_MONTHS] | None = None
    wait_high_months: Annotated[float, magnitudes.WAIT_MONTHS] | None = None
    wait_trust: Literal["high", "medium", "low", "unknown"] | None = None
    wait_basis: Text | None = None
    power_queue: Text | None = None
    build_low_months: Annotated[float, magnitudes.WAIT_MONTHS] | None = None
    build_months: Annotated[float, magnitudes.WAIT_MONTHS] | None = None
    build_high_months: Annotated[float, magnitudes.WAIT_MONTHS] | None = None
    authority_id: GridZoneId | None
    emm_region_id: GridZoneId | None
    carbon_long_run_kg_per_mwh: Annotated[float, magnitudes.CARBON_KG_PER_MWH] | None
    capital_low_ratio: Annotated[float, magnitudes.CAPITAL_RATIO] | None = None
    capital_high_ratio: Annotated[float, magnitudes.CAPITAL_RATIO] | None = None
    public_supply_m3_per_yr: Annotated[float, magnitudes.WATER_M3_PER_YR] | None = None
    water_limit_m3_per_yr: Annotated[float, magnitudes.WATER_M3_PER_YR] | None = None
    water_limit_low_m3_per_yr: Annotated[float, magnitudes.WATER_M3_PER_YR] | None = None
    water_limit_high_m3_per_yr: Annotated[float, magnitudes.WATER_M3_PER_YR] | None = None
    water_peak_usd_per_m3_per_day: Annotated[float, magnitudes.WATER_USD_PER_M3_PER_DAY] | None = None
    water_peak_low_usd_per_m3_per_day: Annotated[float, magnitudes.WATER_USD_PER_M3_PER_DAY] | None = None
    water_peak_high_usd_per_m3_per_day: Annotated[float, magnitudes.WATER_USD_PER_M3_PER_DAY] | None = None
    property_tax_fraction: Annotated[float, magnitudes.RATE_FRACTION] | None = None
    property_tax_low_fraction: Annotated[float, magnitudes.RATE_FRACTION] | None = None
    property_tax_high_fraction: Annotated[float, magnitudes.RATE_FRACTION] | None = None
    refusals_count: Annotated[float, magnitudes.REFUSALS_COUNT] | None = None
    site_min_mw: Annotated[float, magnitudes.SITE_MW_OR_NONE] | None = None
    site_max_mw: Annotated[float, magnitudes.SITE_MW] | None = None
    fixed_site_usd: Annotated[float, magnitudes.WORKS_USD] | None = None
    module_mw: Annotated[float, magnitudes.SITE_MW] | None = None
    port_gbps: Annotated[float, magnitudes.PORT_GBPS] | None = None


class GridZoneRow(Graded):
    """A zone with one price and one carbon intensity, and what they rest on."""

    grid_zone_id: GridZoneId
    name: Text
    price_basis: Text
    carbon_basis: Text
    wind_basis: Text
    solar_basis: Text


class WholesaleLevelRow(Graded):
    """The mean wholesale price of a grid zone in one year, and what it rests on."""

    grid_zone_id: GridZoneId
    year: Annotated[int, magnitudes.CALENDAR_YEAR]
    wholesale_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]
    basis: Text


class LargeLoadRow(Graded):
    """A class of tariff or a rule that a large new load falls into at a utility."""

    class_id: Id
    state: State
    utility: Text
    title: Text
    min_size_mw: Annotated[float, magnitudes.SITE_MW] | None
    min_take_fraction: Fraction | None
    min_take_of: str | None
    term_yr: Annotated[float, magnitudes.WHOLE_LIFE_YR] | None
    ramp_yr: Annotated[float, magnitudes.WHOLE_LIFE_YR] | None
    exit_terms: str | None
    other_terms: str | None
    status: Text
    decided: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
    trust: Literal["high", "medium", "low"]
    is_by_county: Annotated[int, magnitudes.FLAG]


class LeadTimeRow(Graded):
    """How long what a site needs takes from its order: told beside a plan, and no number of a case."""

    item_id: Id
    item: Text
    lead_low_months: Annotated[float, magnitudes.WAIT_MONTHS] | None
    lead_months: Annotated[float, magnitudes.WAIT_MONTHS] | None
    lead_high_months: Annotated[float, magnitudes.WAIT_MONTHS] | None
    needed_for: Literal["connection", "halls"]


class WeatherRow(Graded):
    """A weather site."""

    weather_id: Id
    name: Text
    latitude: Annotated[float, magnitudes.LATITUDE]
    longitude: Annotated[float, magnitudes.LONGITUDE]
    utc_offset_h: Annotated[float, magnitudes.UTC_OFFSET_H]
    climate_zone: str | None


class ParameterRow(Graded):
    """One number of the model, with its unit beside it."""

    ranges: ClassVar[Mapping[str, magnitudes.Range]] = {**PARAMETERS, **OF_BUILD}
    """Every parameter of the table, and what it may be."""

    parameter_id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    value: float
    unit: Text
    description: Text

    @field_validator("parameter_id")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in cls.ranges:
            hint = did_you_mean(name, cls.ranges)
            raise ValueError(f"there is no parameter {name!r}" + (f"; {hint}" if hint else ""))
        return name

    @field_validator("value")
    @classmethod
    def _is_within(cls, value: float, info: ValidationInfo) -> float:
        name = info.data.get("parameter_id")  # one that is not known is a problem already
        if name is not None and (problem := cls.ranges[name].problem(value)):
            raise ValueError(f"{name} {problem}")
        return value

    @field_validator("unit")
    @classmethod
    def _is_its_suffix(cls, unit: str, info: ValidationInfo) -> str:
        name = info.data.get("parameter_id")
        if name is not None and unit != split(name)[1]:
            raise ValueError(f"{name} should be in {split(name)[1]!r} (got {unit!r})")
        return unit


class FinanceRow(ParameterRow):
    """One number of taxes and debt, with its unit beside it."""

    ranges: ClassVar[Mapping[str, magnitudes.Range]] = {**TERMS, **OF_ALL}


class TaxRow(Graded):
    """What a state takes of a company's income, receipts and purchases."""

    state: State
    name: Text
    income_tax_fraction: Annotated[float, magnitudes.RATE_FRACTION]
    receipts_tax_fraction: Annotated[float, magnitudes.RATE_FRACTION]
    sales_tax_fraction: Annotated[float, magnitudes.RATE_FRACTION]
    exempt_fraction: Fraction
    exempt_from_year: Annotated[float, magnitudes.CALENDAR_YEAR] | None = None


class StateActionRow(Graded):
    """What a state did about data centres: told with its day, and no number of a case."""

    action_id: Id
    state: State
    instrument: Text
    action_kind: Text
    status: Text
    acted_on: Text
    threshold_mw: Annotated[float, magnitudes.SITE_MW] | None
    summary: Text
