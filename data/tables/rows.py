"""The columns of every table of the catalogue: one model a table.

A row forbids what it does not name, so a misspelt column is found, not ignored. Ranges are those outside which a
number is a mistake of unit or of typing, not those which are usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, create_model, field_validator

from siting.cooling.parameters import PARAMETERS
from siting.problems import did_you_mean
from siting.quantities import split
from siting.study import magnitudes
from siting.text import GridZoneId, Id

__all__ = [
    "CertificateRow",
    "ColumnRow",
    "ConnectionRow",
    "ContractRow",
    "CoolingRow",
    "DemandShapeRow",
    "ExistingRow",
    "FinanceRow",
    "Graded",
    "GridZoneRow",
    "HeatRow",
    "ImputedRow",
    "ParameterRow",
    "RackRow",
    "Row",
    "SiteRow",
    "SourceRow",
    "StorageRow",
    "TaxRow",
    "WaterBodyRow",
    "WeatherRow",
    "ZoneRow",
]

Text = Annotated[str, StringConstraints(min_length=1)]
State = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Fraction = Annotated[float, magnitudes.FRACTION]
Grade = Literal["measured", "modelled", "assumed"]


class Row(BaseModel):
    """A row of a table: frozen, complete, finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


class Graded(Row):
    """A row that names its source and says how good its values are."""

    source_id: Id
    grade: Grade


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


class GridZoneRow(Graded):
    """A zone with one price and one carbon intensity, and what they rest on."""

    grid_zone_id: GridZoneId
    name: Text
    price_basis: Text
    carbon_basis: Text
    wind_basis: Text
    solar_basis: Text


class WeatherRow(Graded):
    """A weather site."""

    weather_id: Id
    name: Text
    latitude: Annotated[float, magnitudes.LATITUDE]
    longitude: Annotated[float, magnitudes.LONGITUDE]
    utc_offset_h: Annotated[float, magnitudes.UTC_OFFSET_H]
    climate_zone: str | None


class ZoneRow(Graded):
    """A demand zone."""

    zone_id: Id
    name: Text
    latitude: Annotated[float, magnitudes.LATITUDE]
    longitude: Annotated[float, magnitudes.LONGITUDE]
    utc_offset_h: Annotated[float, magnitudes.UTC_OFFSET_H]
    population_count: Annotated[int, magnitudes.POPULATION_COUNT]


class RackRow(Graded):
    """A kind of rack; power is the nameplate of its IT."""

    rack_id: Id
    name: Text
    accelerator: Text
    accelerators_count: Annotated[int, magnitudes.ACCELERATORS_COUNT]
    rack_kw: Annotated[float, magnitudes.RACK_KW]
    idle_fraction: Annotated[float, magnitudes.IDLE_FRACTION]
    compute_pflop: Annotated[float, magnitudes.RACK_PFLOP]
    liquid_fraction: Fraction
    rack_usd: Annotated[float, magnitudes.RACK_USD]
    maintenance_usd_per_yr: Annotated[float, magnitudes.RACK_UPKEEP_USD_PER_YR]
    life_yr: Annotated[int, magnitudes.LIFE_YR]
    embodied_t: Annotated[float, magnitudes.RACK_T]
    availability_fraction: Annotated[float, magnitudes.RACK_AVAILABILITY_FRACTION]
    server_fan_fraction: Annotated[float, magnitudes.SERVER_FAN_FRACTION]


class ContractRow(Graded):
    """A contract for power as produced."""

    contract_id: Id
    name: Text
    kind: Literal["solar", "wind"]
    strike_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]
    delivery_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]
    resale_discount_fraction: Fraction


class CertificateRow(Graded):
    """An unbundled certificate of renewable energy."""

    certificate_id: Id
    name: Text
    price_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]


class StorageRow(Graded):
    """A kind of storage."""

    storage_id: Id
    name: Text
    power_usd_per_mw: Annotated[float, magnitudes.PLANT_USD_PER_MW]
    energy_usd_per_mwh: Annotated[float, magnitudes.STORAGE_USD_PER_MWH]
    efficiency_fraction: Annotated[float, magnitudes.STORAGE_EFFICIENCY_FRACTION]
    life_yr: Annotated[int, magnitudes.LIFE_YR]
    fixed_usd_per_mw_yr: Annotated[float, magnitudes.UPKEEP_USD_PER_MW_YR]
    throughput_usd_per_mwh: Annotated[float, magnitudes.WEAR_USD_PER_MWH]
    max_duration_h: Annotated[float, magnitudes.DURATION_H]
    embodied_t_per_mwh: Annotated[float, magnitudes.STORAGE_T_PER_MWH]


class CoolingColumns(Graded):
    """A way to cool a hall: what it costs and carries."""

    cooling_id: Id
    name: Text
    medium: Literal["air", "rear_door", "liquid"]
    max_rack_kw: Annotated[float, magnitudes.RACK_KW]
    liquid_capable: Annotated[int, magnitudes.FLAG]
    liquid_min_fraction: Fraction
    water_body: Literal["sea", "river"] | None
    hall_usd_per_mw: Annotated[float, magnitudes.HALL_USD_PER_MW]
    maintenance_usd_per_mw_yr: Annotated[float, magnitudes.UPKEEP_USD_PER_MW_YR]
    land_ha_per_mw: Annotated[float, magnitudes.LAND_HA_PER_MW]
    life_yr: Annotated[int, magnitudes.LIFE_YR]
    embodied_t_per_mw: Annotated[float, magnitudes.HALL_T_PER_MW]
    fixed_fraction: Fraction
    published_case: Annotated[int, Field(ge=1, le=10)] | None


def _with_physics(row: type[Row]) -> type[Row]:
    """Return a row that may also state any parameter of the physics, within its limits."""
    limits: dict[str, Any] = {
        name: (Annotated[float | None, Field(ge=rule.minimum, le=rule.maximum, description=rule.meaning)], None)
        for name, rule in PARAMETERS.items()
    }
    return create_model(
        "CoolingRow", __base__=row, __doc__=f"{row.__doc__}\n\nParameters of its physics may follow.", **limits
    )


CoolingRow = _with_physics(CoolingColumns)


class ConnectionRow(Graded):
    """Line and substation of one class of voltage."""

    voltage_kv: Annotated[float, magnitudes.VOLTAGE_KV]
    line_usd_per_km: Annotated[float, magnitudes.LINE_USD_PER_KM]
    substation_usd: Annotated[float, magnitudes.WORKS_USD]
    max_mw: Annotated[float, magnitudes.SITE_MW]


class DemandShapeRow(Graded):
    """Inference in one hour of the local day over its daily mean."""

    hour_local: Annotated[int, Field(ge=0, le=23)]
    inference_ratio: Annotated[float, magnitudes.DAY_SHAPE_RATIO]


class ParameterRow(Graded):
    """One number of the model, with its unit beside it."""

    ranges: ClassVar[Mapping[str, magnitudes.Range]] = magnitudes.PARAMETER_RANGES
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

    ranges: ClassVar[Mapping[str, magnitudes.Range]] = magnitudes.FINANCE_RANGES


class TaxRow(Graded):
    """What a state takes of a company's income, receipts and purchases."""

    state: State
    name: Text
    income_tax_fraction: Annotated[float, magnitudes.RATE_FRACTION]
    receipts_tax_fraction: Annotated[float, magnitudes.RATE_FRACTION]
    sales_tax_fraction: Annotated[float, magnitudes.RATE_FRACTION]
    exempt_fraction: Fraction


class HeatRow(Row):
    """A demand for heat near a site: how much, how warm, how far, and what is paid for it."""

    site_id: Id
    name: Text
    demand_mw: Annotated[float, magnitudes.HEAT_MW]
    base_fraction: Fraction
    temperature_c: Annotated[float, magnitudes.HEAT_C]
    distance_km: Annotated[float, magnitudes.PIPE_KM]
    price_usd_per_mwh: Annotated[float, magnitudes.HEAT_USD_PER_MWH]
    pipe_usd_per_mw_km: Annotated[float, magnitudes.PIPE_USD_PER_MW_KM] | None
    life_yr: Annotated[int, magnitudes.LIFE_YR]
    source: str | None
    grade: Grade


class ExistingRow(Row):
    """Halls that stand already at a site: with which cooling, how large, what converting them costs and how long."""

    site_id: Id
    cooling_id: Id
    hall_mw: Annotated[float, magnitudes.SITE_MW]
    conversion_usd_per_mw: Annotated[float, magnitudes.CONVERSION_USD_PER_MW]
    lost_yr: Annotated[float, magnitudes.LOST_YR]
    source: str | None
    grade: Grade


class WaterBodyRow(Row):
    """A sea or a river that a site may cool with."""

    site_id: Id
    water_body: Literal["sea", "river"]
    source: str | None
    grade: Grade
