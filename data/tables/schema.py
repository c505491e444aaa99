"""The catalogue's schema: its tables with their keys and what points where, its hourly series with their ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from siting.data.components import registry
from siting.data.kinds.merging import merged
from siting.data.kinds.table import Reference, TableSchema, table
from siting.data.kinds.training_run import TrainingRunRow
from siting.data.tables.rows import (
    ColumnRow,
    FinanceRow,
    GridZoneRow,
    ImputedRow,
    LargeLoadRow,
    LeadTimeRow,
    ParameterRow,
    SiteRow,
    SourceRow,
    StateActionRow,
    TaxRow,
    WeatherRow,
    WholesaleLevelRow,
)

__all__ = ["LAYERS", "SERIES", "TABLES", "Bounds", "SeriesSchema"]


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

_OWN: Mapping[str, TableSchema] = {
    "sources": table(SourceRow, "source_id"),
    "columns": table(ColumnRow, "table", "column"),
    "imputed": table(ImputedRow, "table", "row_id", "column"),
    "sites": table(
        SiteRow,
        "site_id",
        references=(
            Reference("state", "taxes", "state"),
            Reference("grid_zone_id", "grid_zones", "grid_zone_id"),
            Reference("grid_zone_id", "series_grid", "grid_zone_id"),
            Reference("weather_id", "weather", "weather_id"),
            Reference("weather_id", "series_weather", "weather_id"),
            Reference("authority_id", "authority_carbon", "authority_id"),
            Reference("emm_region_id", "carbon_path", "emm_region_id"),
        ),
    ),
    "grid_zones": table(GridZoneRow, "grid_zone_id"),
    "wholesale_levels": table(WholesaleLevelRow, "grid_zone_id", "year"),
    "large_loads": table(LargeLoadRow, "class_id"),
    "lead_times": table(LeadTimeRow, "item_id"),
    "weather": table(WeatherRow, "weather_id"),
    "state_actions": table(StateActionRow, "action_id"),
    "training_runs": table(TrainingRunRow, "training_run_id"),
    "parameters": table(ParameterRow, "parameter_id"),
    "finance": table(FinanceRow, "parameter_id"),
}

TABLES: Mapping[str, TableSchema] = merged(
    "table", (_OWN, registry.TABLES, {"taxes": table(TaxRow, "state", is_technology=True)})
)
"""Tables of the catalogue: those of no component, those of each in reading order, and last the taxes on all."""

LAYERS: Mapping[str, TableSchema] = registry.LAYERS
"""Tables that a user may bring and the catalogue lacks: nobody publishes them. Without a file they have no rows."""
