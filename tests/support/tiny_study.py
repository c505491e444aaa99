"""A study of one's own that solves in seconds: two sites, two zones, one day, one cooling, one rack.

Every table that a person would bring is a file of its own, so that a test can change any cell of any of them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from siting.data.tables.catalogue import catalog_path
from siting.quantities import HOURS_PER_YEAR

HOURS = np.arange(HOURS_PER_YEAR)
COOLING = "direct-to-chip-dry"
GRADED = {"source_id": "general-knowledge", "grade": "assumed"}

STUDY: Mapping[str, Any] = {
    "schema_version": 1,
    "name": "tiny",
    "title": "Two sites",
    "description": "Which of two sites?",
    "money_year": 2024,
    "sites": "all",
    "zones": "all",
    "horizon": {"base_year": 2026, "periods": [{"year": 2030, "length_yr": 10}]},
    "time": {"typical_days_count": 1, "extreme_days": []},
    "demand": {"reference_rack": "block", "inference_mw": {"2030": 4}, "batch_mw": {"2030": 2}, "latency_limit_ms": 60},
    "technology": {"contracts": [], "storage": False},
    "facility": {"module_mw": 5, "site_min_mw": 5, "site_max_mw": 20},
}


def study_fields() -> dict[str, Any]:
    """What the study says but for its tables; a copy to change."""
    return copy.deepcopy(dict(STUDY))


def own_tables() -> dict[str, pd.DataFrame]:
    """The study's tables by name; copies to change.

    Power of ``east`` costs more than that of ``west`` in every hour. Series are of one day, over and over.
    """
    return {
        "sites": _sites(),
        "zones": _zones(),
        "racks": _racks(),
        "cooling": _of_catalogue("cooling").query("cooling_id == @COOLING").reset_index(drop=True),
        "grid_zones": _grid_zones(),
        "weather": _weather(),
        "series_grid": grid_series(),
        "series_weather": weather_series(),
    }


def write_study(
    folder: Path,
    fields: Mapping[str, Any] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
    *,
    ending: str = "csv",
) -> Path:
    """Write a study with its tables and return its path.

    Parameters
    ----------
    folder : Path
        Where to.
    fields : mapping, optional
        What the study says; `study_fields` by default.
    tables : mapping of DataFrame, optional
        By name; these replace or join `own_tables`.
    ending : str
        Of the files of hourly series: ``csv`` or ``parquet``.
    """
    files = {}
    for name, table in {**own_tables(), **(tables or {})}.items():
        files[name] = f"{name}.{ending if name.startswith('series_') else 'csv'}"
        if files[name].endswith("parquet"):
            table.to_parquet(folder / files[name], index=False)
        else:
            table.to_csv(folder / files[name], index=False)
    stated = study_fields() if fields is None else dict(fields)
    path = folder / "tiny.yaml"
    path.write_text(json.dumps({**stated, "tables": files}, indent=1), "utf-8")  # JSON is YAML
    return path


def grid_series(zones: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Hourly series of grid zones, from the mean price of each [USD/MWh]; dearer in the evening."""
    wave = np.sin(2 * np.pi * (HOURS % 24 - 12) / 24)
    parts = [
        pd.DataFrame(
            {
                "grid_zone_id": zone,
                "hour": HOURS,
                "wholesale_usd_per_mwh": price * (1 + 0.3 * wave),
                "carbon_average_kg_per_mwh": 400.0,
                "carbon_marginal_kg_per_mwh": 500.0,
                "carbon_free_fraction": 0.4,
                "solar_fraction": np.clip(-0.9 * np.cos(2 * np.pi * (HOURS % 24) / 24), 0, 1),
                "wind_fraction": 0.3,
            }
        )
        for zone, price in (zones or {"WEST": 30.0, "EAST": 40.0}).items()
    ]
    return pd.concat(parts, ignore_index=True)


def weather_series(places: tuple[str, ...] = ("mild", "mild-east")) -> pd.DataFrame:
    """Hourly series of weather: from 10 C at night to 20 C by day."""
    dry = 15 - 5 * np.cos(2 * np.pi * (HOURS % 24 - 3) / 24)
    parts = [
        pd.DataFrame(
            {
                "weather_id": place,
                "hour": HOURS,
                "dry_bulb_c": dry,
                "dew_point_c": dry - 6,
                "pressure_pa": 101325.0,
            }
        )
        for place in places
    ]
    return pd.concat(parts, ignore_index=True)


def _of_catalogue(table: str) -> pd.DataFrame:
    return pd.read_csv(catalog_path(table), dtype=str, keep_default_na=False)


def _sites() -> pd.DataFrame:
    common = {
        "county_fips": "",
        "balancing_area_id": "",
        "headroom_mw": 100,
        "land_available_ha": 100,
        "land_usd_per_ha": 500_000,
        "demand_charge_usd_per_kw_month": 10,
        "water_usd_per_m3": 1.3,
        "water_stress_score": 2,
        "line_km": 5,
        "connection_voltage_kv": 138,
        "connection_fixed_usd": 2e7,
        "connection_usd_per_mw": 1e5,
        "capital_ratio": 1,
        "hazard_score": 0.3,
        "fibre_fraction": 0.9,
        **GRADED,
    }
    own = [
        {"site_id": "west", "name": "West", "state": "IA", "latitude": 42, "longitude": -94, "utc_offset_h": -6,
         "grid_zone_id": "WEST", "weather_id": "mild", "tariff_usd_per_mwh": 70},
        {"site_id": "east", "name": "East", "state": "OH", "latitude": 40, "longitude": -83, "utc_offset_h": -5,
         "grid_zone_id": "EAST", "weather_id": "mild-east", "tariff_usd_per_mwh": 80},
    ]  # fmt: skip
    return pd.DataFrame([{**row, **common} for row in own])


def _zones() -> pd.DataFrame:
    own = [
        {"zone_id": "plains", "name": "Plains", "latitude": 41, "longitude": -96, "utc_offset_h": -6,
         "population_count": 1_000_000},
        {"zone_id": "coast", "name": "Coast", "latitude": 40, "longitude": -75, "utc_offset_h": -5,
         "population_count": 3_000_000},
    ]  # fmt: skip
    return pd.DataFrame([{**row, **GRADED} for row in own])


def _racks() -> pd.DataFrame:
    row = {
        "rack_id": "block",
        "name": "Block",
        "accelerator": "Accelerator",
        "accelerators_count": 72,
        "rack_kw": 100,
        "idle_fraction": 0.25,
        "compute_pflop": 100,
        "liquid_fraction": 0.85,
        "rack_usd": 2e6,
        "maintenance_usd_per_yr": 6e4,
        "life_yr": 5,
        "embodied_t": 30,
        "availability_fraction": 0.97,
        "server_fan_fraction": 0.02,
        **GRADED,
    }
    return pd.DataFrame([row])


def _grid_zones() -> pd.DataFrame:
    told = dict.fromkeys(("price_basis", "carbon_basis", "wind_basis", "solar_basis"), "assumed: made up")
    return pd.DataFrame([{"grid_zone_id": zone, "name": zone.title(), **told, **GRADED} for zone in ("WEST", "EAST")])


def _weather() -> pd.DataFrame:
    own = [
        {"weather_id": "mild", "name": "Mild", "latitude": 42, "longitude": -94, "utc_offset_h": -6,
         "climate_zone": "5A"},
        {"weather_id": "mild-east", "name": "As mild", "latitude": 40, "longitude": -83, "utc_offset_h": -5,
         "climate_zone": "5A"},
    ]  # fmt: skip
    return pd.DataFrame([{**row, **GRADED} for row in own])
