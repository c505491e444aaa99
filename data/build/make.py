"""One command that makes every table of the catalogue and the lock of its raw files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd

from siting.data.build import raw
from siting.data.build.series_grid import grid_series
from siting.data.build.series_weather import weather_series
from siting.data.build.sites import site_tables
from siting.data.build.technology import connection_table, demand_shape, parameter_table, priced
from siting.data.build.write import write_csv, write_parquet

__all__ = ["build", "main"]

CATALOGUE = raw.REPOSITORY / "data" / "catalog"
CHOSEN = (
    ("04013", "AZPS", -7),
    ("41049", "BPAT", -8),
    ("06077", "CISO", -8),
    ("48139", "ERCO", -6),
    ("19153", "MISO", -6),
    ("36063", "NYIS", -5),
    ("51107", "PJM", -5),
    ("13097", "SOCO", -5),
)


def grid_zone_table() -> pd.DataFrame:
    """Rows of `grid_zones.csv`, with the basis of each series in words."""
    zones = raw.read_input("grid_zones.csv")
    own_market = {"CISO": "US-CAL-CISO", "ERCO": "US-TEX-ERCO", "PJM": "US-MIDA-PJM", "NYIS": "US-NY-NYIS"}

    def profile(zone: str, donor: object) -> str:
        if not isinstance(donor, str):
            return "none: contract not offered"
        return (
            "modelled: own hours of 2022 at a published capacity factor"
            if donor == zone
            else (f"modelled: hours of {donor} 2022 at a published capacity factor")
        )

    return pd.DataFrame(
        {
            "grid_zone_id": zones["grid_zone_id"],
            "name": zones["name"],
            "price_basis": [
                "measured: hours of 2022, level 2021-2024" if own_market.get(zone) == market
                else f"modelled: prices of {market} stand in"
                for zone, market in zip(zones["grid_zone_id"], zones["price_from"], strict=True)
            ],
            "carbon_basis": "measured: generation by fuel 2022, life-cycle factors",
            "wind_basis": [profile(z, d) for z, d in zip(zones["grid_zone_id"], zones["wind_from"], strict=True)],
            "solar_basis": [profile(z, d) for z, d in zip(zones["grid_zone_id"], zones["solar_from"], strict=True)],
            "limit_mw": pd.Series(dtype=float),
            "source_id": zones["source_id"],
            "grade": zones["grade"],
        }
    )  # fmt: skip


def build(folder: Path) -> None:
    """Write the catalogue and its lock into a folder.

    Parameters
    ----------
    folder
        Made if it is not there. `cooling.csv` is written by hand and not touched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = site_tables(CHOSEN)
    sheets = {
        "sites": tables.sites,
        "weather": tables.weather,
        "imputed": tables.imputed,
        "grid_zones": grid_zone_table(),
        "racks": priced("racks"),
        "contracts": priced("contracts"),
        "certificates": priced("certificates"),
        "storage": priced("storage"),
        "connection": connection_table(),
        "parameters": parameter_table(),
        "demand_shape": demand_shape(),
        "zones": raw.read_input("zones.csv").sort_values("zone_id"),
        "sources": raw.read_input("sources.csv"),
        "columns": raw.read_input("columns.csv"),
    }
    for name, table in sheets.items():
        write_csv(table, folder / f"{name}.csv")
    write_parquet(grid_series(), folder / "series_grid.parquet")
    stations = [int(name.removeprefix("tmy-")) for name in tables.weather["weather_id"]]
    write_parquet(weather_series(stations), folder / "series_weather.parquet")
    lock = {name: raw.digest(raw.RAW / name) for name in raw.used()}
    (folder / "catalog.lock.json").write_text(json.dumps(lock, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=CATALOGUE, help="folder to write into")
    build(parser.parse_args().output)
