"""One command that makes every table of the catalogue and the lock of its raw files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd

from siting.data.build import raw
from siting.data.build.demand_growth import growth_table
from siting.data.build.flexible_headroom import flexible_headroom_table
from siting.data.build.fuel_prices import fuel_price_table
from siting.data.build.leases import lease_table
from siting.data.build.offers import contract_table, offer_table
from siting.data.build.page import catalogue_page
from siting.data.build.places.authorities import authority_carbon, carbon_paths
from siting.data.build.places.consent import moratoria_table
from siting.data.build.places.large_loads import large_loads
from siting.data.build.places.sites import site_tables
from siting.data.build.racks import rack_tables
from siting.data.build.series.grid_zones import grid_zone_table
from siting.data.build.series.series_grid import carbon_series, grid_series
from siting.data.build.series.series_weather import weather_series
from siting.data.build.series.wholesale import level_table
from siting.data.build.state_actions import state_actions
from siting.data.build.supply_steps import supply_step_table
from siting.data.build.taxes import tax_tables
from siting.data.build.technology import connection_table, cooling_table, demand_shape, parameter_table, priced
from siting.data.build.write import write_csv, write_parquet
from siting.data.tables.schema import TABLES
from siting.quantities import HOURS_PER_YEAR

__all__ = ["build", "main"]

CATALOGUE = raw.REPOSITORY / "data" / "catalog"


def build(folder: Path) -> None:
    """Write the catalogue and its lock into a folder.

    Parameters
    ----------
    folder
        Made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables, taxes, racks = site_tables(), tax_tables(), rack_tables()
    sheets = {
        "sites": tables.sites,
        "weather": tables.weather,
        "imputed": pd.concat([tables.imputed, taxes.imputed, racks.imputed], ignore_index=True),
        "grid_zones": grid_zone_table(),
        "wholesale_levels": level_table(),
        "contracts": contract_table(),
        "contract_offers": offer_table(),
        "contract_law": raw.read_input("contract_law.csv"),
        "cooling": cooling_table(),
        "connection": connection_table(),
        "parameters": parameter_table(),
        "taxes": taxes.rows,
        "racks": racks.racks,
        "leases": lease_table(racks.racks),
        "fuel_prices": fuel_price_table(),
        "lead_times": raw.read_input("lead_times.csv"),
        "moratoria": moratoria_table(),
        "state_actions": state_actions(),
        "finance": raw.read_input("finance.csv"),
        "large_loads": large_loads(),
        "authority_carbon": authority_carbon(),
        "supply_steps": supply_step_table(authority_carbon()["authority_id"]),
        "flexible_headroom": flexible_headroom_table(authority_carbon()["authority_id"]),
        "carbon_path": carbon_paths(),
        "demand_shape": demand_shape(),
        "demand_growth": growth_table(),
        "exchange_points": raw.read_input("exchange_points.csv"),
        "training_runs": raw.read_input("training_runs.csv"),
        "zones": raw.read_input("zones.csv").sort_values("zone_id"),
        "sources": raw.read_input("sources.csv"),
        "columns": raw.read_input("columns.csv"),
    }
    sheets |= {name: priced(name) for name in TABLES if name not in sheets}  # what is transcribed as it is
    for name, table in sheets.items():
        write_csv(table, folder / f"{name}.csv")
    stations = [int(name.removeprefix("tmy-")) for name in tables.weather["weather_id"]]
    series = {
        "series_grid": grid_series(),
        "series_carbon": carbon_series(),
        "series_weather": weather_series(stations),
    }
    of_one_year = HOURS_PER_YEAR * len(sheets["grid_zones"])
    for name, table in series.items():
        rows_together = of_one_year if name == "series_grid" else None
        write_parquet(table, folder / f"{name}.parquet", rows_together)
    (folder / "README.md").write_text(catalogue_page(sheets, series), encoding="utf-8")
    lock = {name: raw.digest(raw.RAW / name) for name in raw.used()}
    (folder / "catalog.lock.json").write_text(json.dumps(lock, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=CATALOGUE, help="folder to write into")
    build(parser.parse_args().output)
