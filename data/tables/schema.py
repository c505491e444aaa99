"""The catalogue's schema: its tables with their keys and what points where, its hourly series with their ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from siting.data.tables.rows import (
    CertificateRow,
    ColumnRow,
    ConnectionRow,
    ContractRow,
    CoolingRow,
    DemandShapeRow,
    ExistingRow,
    FinanceRow,
    Graded,
    GridZoneRow,
    HeatRow,
    ImputedRow,
    ParameterRow,
    RackRow,
    Row,
    SiteRow,
    SourceRow,
    StorageRow,
    TaxRow,
    WaterBodyRow,
    WeatherRow,
    ZoneRow,
)

__all__ = ["LAYERS", "SERIES", "TABLES", "Bounds", "Reference", "SeriesSchema", "TableSchema"]


@dataclass(frozen=True)
class Reference:
    """A column whose values must be keys of another table, or a series of it.

    Parameters
    ----------
    column
        Column of the table that refers.
    table
        Table or series that must hold the value.
    key
        Its key column.
    """

    column: str
    table: str
    key: str


@dataclass(frozen=True)
class TableSchema:
    """A table in a CSV file.

    Parameters
    ----------
    row
        Model of its rows.
    key
        Columns that together name a row.
    references
        Columns that point to other tables.
    """

    row: type[Row]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Bounds:
    """Least and greatest value of a column of a series, and whether a whole series may lack it."""

    least: float
    most: float
    optional: bool = False


@dataclass(frozen=True)
class SeriesSchema:
    """Hourly series, each of 8,760 hours, stacked by a key.

    Parameters
    ----------
    key
        Column that names the series.
    columns
        Bounds by column.
    by_year
        Whether the file may hold several years, told apart by a column ``year``.
    some_years
        Whether it need not have the year that is asked for.
    """

    key: str
    columns: Mapping[str, Bounds]
    by_year: bool = False
    some_years: bool = False


_SOURCE = Reference("source_id", "sources", "source_id")


def _table(row: type[Row], *key: str, references: tuple[Reference, ...] = ()) -> TableSchema:
    graded = (_SOURCE,) if issubclass(row, Graded) else ()
    return TableSchema(row, key, references + graded)


SERIES: Mapping[str, SeriesSchema] = MappingProxyType(
    {
        "series_grid": SeriesSchema(
            "grid_zone_id",
            MappingProxyType(
                {
                    "wholesale_usd_per_mwh": Bounds(-1000.0, 20000.0),
                    "carbon_average_kg_per_mwh": Bounds(0.0, 1500.0),
                    "carbon_marginal_kg_per_mwh": Bounds(-1500.0, 3000.0, optional=True),
                    "carbon_free_fraction": Bounds(0.0, 1.0),
                    "solar_fraction": Bounds(0.0, 1.0, optional=True),
                    "wind_fraction": Bounds(0.0, 1.0, optional=True),
                }
            ),
            by_year=True,
        ),
        "series_carbon": SeriesSchema(
            "grid_zone_id",
            MappingProxyType(
                {
                    "carbon_average_kg_per_mwh": Bounds(0.0, 1500.0),
                    "carbon_free_fraction": Bounds(0.0, 1.0),
                }
            ),
            by_year=True,
            some_years=True,
        ),
        "series_weather": SeriesSchema(
            "weather_id",
            MappingProxyType(
                {
                    "dry_bulb_c": Bounds(-60.0, 60.0),
                    "dew_point_c": Bounds(-80.0, 40.0),
                    "pressure_pa": Bounds(50000.0, 110000.0),
                }
            ),
        ),
    }
)

TABLES: Mapping[str, TableSchema] = MappingProxyType(
    {
        "sources": _table(SourceRow, "source_id"),
        "columns": _table(ColumnRow, "table", "column"),
        "imputed": _table(ImputedRow, "table", "row_id", "column"),
        "sites": _table(
            SiteRow,
            "site_id",
            references=(
                Reference("state", "taxes", "state"),
                Reference("grid_zone_id", "grid_zones", "grid_zone_id"),
                Reference("grid_zone_id", "series_grid", "grid_zone_id"),
                Reference("weather_id", "weather", "weather_id"),
                Reference("weather_id", "series_weather", "weather_id"),
            ),
        ),
        "grid_zones": _table(GridZoneRow, "grid_zone_id"),
        "weather": _table(WeatherRow, "weather_id"),
        "cooling": _table(CoolingRow, "cooling_id"),
        "racks": _table(RackRow, "rack_id"),
        "contracts": _table(ContractRow, "contract_id"),
        "certificates": _table(CertificateRow, "certificate_id"),
        "storage": _table(StorageRow, "storage_id"),
        "zones": _table(ZoneRow, "zone_id"),
        "demand_shape": _table(DemandShapeRow, "hour_local"),
        "connection": _table(ConnectionRow, "voltage_kv"),
        "parameters": _table(ParameterRow, "parameter_id"),
        "taxes": _table(TaxRow, "state"),
        "finance": _table(FinanceRow, "parameter_id"),
    }
)

LAYERS: Mapping[str, TableSchema] = MappingProxyType(
    {
        "water_bodies": _table(
            WaterBodyRow, "site_id", "water_body", references=(Reference("site_id", "sites", "site_id"),)
        ),
        "existing": _table(
            ExistingRow,
            "site_id",
            references=(Reference("site_id", "sites", "site_id"), Reference("cooling_id", "cooling", "cooling_id")),
        ),
        "heat": _table(HeatRow, "site_id", references=(Reference("site_id", "sites", "site_id"),)),
    }
)
"""Tables that a user may bring and the catalogue lacks: nobody publishes them. Without a file they have no rows."""
