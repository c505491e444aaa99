"""The columns of every table of the catalogue: one model a table.

A row forbids what it does not name, so a misspelt column is found, not ignored. Ranges are those outside which a
number is a mistake of unit or of typing, not those which are usual.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from siting.cooling.parameters import PARAMETERS

__all__ = [
    "CertificateRow",
    "ColumnRow",
    "ConnectionRow",
    "ContractRow",
    "CoolingRow",
    "DemandShapeRow",
    "ExistingRow",
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
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
GridZone = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+([-_][A-Z0-9]+)*$")]
State = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Grade = Literal["measured", "modelled", "assumed"]
Flag = Annotated[int, Field(ge=0, le=1)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Offset = Annotated[float, Field(ge=-12, le=14)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Life = Annotated[int, Field(ge=1, le=100)]
Share = Annotated[float, Field(ge=0, lt=1)]
Ratio = Annotated[float, Field(gt=0, le=10)]
Price = Annotated[float, Field(gt=0, le=2000)]
Count = Annotated[int, Field(ge=1)]


class Row(BaseModel):
    """A row of a table: frozen, complete, finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


class Graded(Row):
    """A row that names its source and says how good its values are."""

    source_id: Slug
    grade: Grade


class SourceRow(Row):
    """Where values come from, under which licence."""

    source_id: Slug
    title: Text
    publisher: Text
    year: Annotated[int, Field(ge=1900, le=2100)]
    licence: Text
    url: str | None
    retrieved: Annotated[int, Field(ge=1990, le=2100)]
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

    site_id: Slug
    name: Text
    county_fips: Annotated[str, StringConstraints(pattern=r"^\d{5}$")] | None
    state: State
    latitude: Latitude
    longitude: Longitude
    grid_zone_id: GridZone
    balancing_area_id: str | None
    weather_id: Slug
    utc_offset_h: Offset
    headroom_mw: NotNegative
    land_available_ha: NotNegative
    land_usd_per_ha: NotNegative
    tariff_usd_per_mwh: Price
    demand_charge_usd_per_kw_month: Annotated[float, Field(ge=0, le=200)]
    water_usd_per_m3: Annotated[float, Field(ge=0, le=100)]
    water_stress_score: Annotated[float, Field(ge=0, le=5)]
    line_km: Annotated[float, Field(ge=0, le=500)]
    connection_voltage_kv: Annotated[float, Field(gt=0, le=1200)]
    connection_fixed_usd: NotNegative
    connection_usd_per_mw: NotNegative
    capital_ratio: Ratio
    hazard_score: Fraction
    fibre_fraction: Fraction


class GridZoneRow(Graded):
    """A zone with one price and one carbon intensity, and what they rest on."""

    grid_zone_id: GridZone
    name: Text
    price_basis: Text
    carbon_basis: Text
    wind_basis: Text
    solar_basis: Text


class WeatherRow(Graded):
    """A weather site."""

    weather_id: Slug
    name: Text
    latitude: Latitude
    longitude: Longitude
    utc_offset_h: Offset
    climate_zone: str | None


class ZoneRow(Graded):
    """A demand zone."""

    zone_id: Slug
    name: Text
    latitude: Latitude
    longitude: Longitude
    utc_offset_h: Offset
    population_count: Count


class RackRow(Graded):
    """A kind of rack; power is the nameplate of its IT."""

    rack_id: Slug
    name: Text
    accelerator: Text
    accelerators_count: Count
    rack_kw: Annotated[float, Field(gt=0, le=5000)]
    idle_fraction: Fraction
    compute_pflop: Positive
    liquid_fraction: Fraction
    rack_usd: Positive
    maintenance_usd_per_yr: NotNegative
    life_yr: Life
    embodied_t: NotNegative
    availability_fraction: Annotated[float, Field(gt=0, le=1)]
    server_fan_fraction: Annotated[float, Field(ge=0, lt=1)]


class ContractRow(Graded):
    """A contract for power as produced."""

    contract_id: Slug
    name: Text
    kind: Literal["solar", "wind"]
    strike_usd_per_mwh: Annotated[float, Field(ge=0, le=2000)]
    delivery_usd_per_mwh: Annotated[float, Field(ge=0, le=2000)]
    resale_discount_fraction: Fraction


class CertificateRow(Graded):
    """An unbundled certificate of renewable energy."""

    certificate_id: Slug
    name: Text
    price_usd_per_mwh: Annotated[float, Field(ge=0, le=2000)]


class StorageRow(Graded):
    """A kind of storage."""

    storage_id: Slug
    name: Text
    power_usd_per_mw: NotNegative
    energy_usd_per_mwh: NotNegative
    efficiency_fraction: Annotated[float, Field(gt=0, le=1)]
    life_yr: Life
    fixed_usd_per_mw_yr: NotNegative
    throughput_usd_per_mwh: NotNegative
    max_duration_h: Positive
    embodied_t_per_mwh: NotNegative


class CoolingColumns(Graded):
    """A way to cool a hall: what it costs and carries."""

    cooling_id: Slug
    name: Text
    medium: Literal["air", "rear_door", "liquid"]
    max_rack_kw: Positive
    liquid_capable: Flag
    liquid_min_fraction: Fraction
    water_body: Literal["sea", "river"] | None
    hall_usd_per_mw: Positive
    maintenance_usd_per_mw_yr: NotNegative
    land_ha_per_mw: NotNegative
    life_yr: Life
    embodied_t_per_mw: NotNegative
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

    voltage_kv: Positive
    line_usd_per_km: NotNegative
    substation_usd: NotNegative
    max_mw: Positive


class DemandShapeRow(Graded):
    """Inference in one hour of the local day over its daily mean."""

    hour_local: Annotated[int, Field(ge=0, le=23)]
    inference_ratio: Ratio


class ParameterRow(Graded):
    """One number of the model, with its unit beside it."""

    parameter_id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    value: float
    unit: Text
    description: Text


class TaxRow(Graded):
    """What a state takes of a company's income, receipts and purchases."""

    state: State
    name: Text
    income_tax_fraction: Share
    receipts_tax_fraction: Share
    sales_tax_fraction: Share
    exempt_fraction: Fraction


class HeatRow(Row):
    """A demand for heat near a site: how much, how warm, how far, and what is paid for it."""

    site_id: Slug
    name: Text
    demand_mw: Positive
    base_fraction: Fraction
    temperature_c: Annotated[float, Field(ge=10, le=120)]
    distance_km: Annotated[float, Field(ge=0, le=200)]
    price_usd_per_mwh: Annotated[float, Field(ge=0, le=1000)]
    pipe_usd_per_mw_km: NotNegative | None
    life_yr: Life
    source: str | None
    grade: Grade


class ExistingRow(Row):
    """Halls that stand already at a site: with which cooling, how large, what converting them costs and how long."""

    site_id: Slug
    cooling_id: Slug
    hall_mw: Positive
    conversion_usd_per_mw: NotNegative
    lost_yr: Annotated[float, Field(ge=0, le=5)]
    source: str | None
    grade: Grade


class WaterBodyRow(Row):
    """A sea or a river that a site may cool with."""

    site_id: Slug
    water_body: Literal["sea", "river"]
    source: str | None
    grade: Grade
