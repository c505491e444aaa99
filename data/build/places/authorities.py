"""Carbon by balancing authority: its yearly level, the path of its region to 2050, and the long-run margin by county.

The level of each authority is the life-cycle intensity of what is used in it in 2025 (Electricity Maps, under the ODbL:
a table of its own, joined when a study is prepared). The path is that of the electricity market region of the county in
Cambium's mid-case, at the stack, over its value in 2025. The file splices those projections onto history that
ends in 2024, and jumps there; what is before 2025 is left out, so that no jump is taken for a fall.
"""

from __future__ import annotations

import json
import lzma
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pandas as pd

from siting.data.build.raw import locate, read_input, read_raw

__all__ = ["FIRST_YEAR", "authority_carbon", "carbon_paths", "county_carbon"]

FIRST_YEAR = 2025
"""Year of the levels, and the one in which each path is 1."""

LEVEL_YEARS = (2021, 2022, 2023, 2024, 2025)
INTERCONNECTION_OF = {"TEX": "ercot", "CAL": "western", "NW": "western", "SW": "western"}
"""Interconnection of an authority by the region in its name; that of all others is the eastern one."""

MAP_CRS = "EPSG:5070"  # equal areas, so that "the nearest" is measured in metres


def _levels(year: int) -> dict[str, tuple[str, float, float]]:
    """Name, intensity [kg/MWh] and carbon-free share of each authority in a year."""
    with lzma.open(locate(f"annual_carbon_intensity/yearly_{year}.json.xz")) as stream:
        zones = json.load(stream)
    return {
        key: (
            zone["zone"]["displayName"] if "displayName" in zone["zone"] else zone["zone"]["zoneName"],
            float(zone["carbonIntensity"]["value"]),
            float(zone["carbonFreeEnergy"]["value"]) / 100,
        )
        for key, zone in zones.items()
        if key.count("-") == 2 and key.startswith("US-")
    }


def authority_carbon() -> pd.DataFrame:
    """Build `authority_carbon.csv`: the levels of 2025, and their range over five years beside them."""
    by_year = {year: _levels(year) for year in LEVEL_YEARS}
    rows = []
    for key, (name, level, free) in sorted(by_year[FIRST_YEAR].items()):
        levels = [by_year[year][key][1] for year in LEVEL_YEARS if key in by_year[year]]
        rows.append(
            {
                "authority_id": key, "name": name,
                "carbon_average_kg_per_mwh": level,
                "carbon_average_low_kg_per_mwh": min(levels), "carbon_average_high_kg_per_mwh": max(levels),
                "carbon_free_fraction": free,
                "source_id": "electricity-maps-yearly", "grade": "measured",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _paths(case: str) -> dict[str, dict[int, float]]:
    """Carbon of each region by year over that of 2025, from a case of projections."""
    with lzma.open(locate(f"us_carbon/emissions_prices_by_emm_region-{case}.json.xz")) as stream:
        regions: dict[str, dict[str, float]] = json.load(stream)["CO2 intensity of electricity"]["data"]
    return {
        region: {
            int(year): value / by_year[str(FIRST_YEAR)] for year, value in by_year.items() if int(year) >= FIRST_YEAR
        }
        for region, by_year in regions.items()
    }


def carbon_paths() -> pd.DataFrame:
    """Build `carbon_path.csv`: the mid-case, beside it the range from 95 % less by 2050 to no change."""
    middle, deep = _paths("MidCase"), _paths("95by2050")
    rows: list[dict[str, Any]] = []
    for region, by_year in sorted(middle.items()):
        for year, ratio in sorted(by_year.items()):
            range_of = (ratio, max(deep[region][year], 0.0), 1.0)  # plants that bind carbon leave none at the least
            rows.append(
                {
                    "emm_region_id": region, "year": year, "carbon_ratio": round(ratio, 4),
                    "carbon_low_ratio": round(min(range_of), 4), "carbon_high_ratio": round(max(range_of), 4),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def _authorities(table: pd.DataFrame) -> pd.Series:
    """Authority of each county: whose polygon its middle is in, or nearest to, within its interconnection."""
    import geopandas

    zones = geopandas.read_file(locate("grid_zones/world.geojson"))
    known = list(_levels(FIRST_YEAR))
    zones = zones[zones["zoneName"].isin(known)].to_crs(MAP_CRS)
    zones["geometry"] = zones.make_valid()
    zones["interconnection"] = zones["zoneName"].str.split("-").str[1].map(INTERCONNECTION_OF).fillna("eastern")
    grid = read_raw("reeds_regions/hierarchy.csv").set_index("ba")["interconnect"]
    middles = geopandas.points_from_xy(table["longitude"], table["latitude"], crs="EPSG:4326").to_crs(MAP_CRS)
    places = geopandas.GeoDataFrame({"of": table["balancing_area_id"].map(grid)}, geometry=middles, index=table.index)
    parts = [
        there.sjoin_nearest(zones.loc[zones["interconnection"] == name, ["zoneName", "geometry"]])["zoneName"]
        for name, there in places.groupby("of")
    ]
    found: pd.Series = pd.concat(parts)
    once: pd.Series = found[~found.index.duplicated()]
    return once.reindex(table.index)


def _regions(columns: pd.DataFrame) -> pd.Series:
    """Market region of each county by the first rule that fits, of `inputs/emm_region_rules.csv`."""
    rules = read_input("emm_region_rules.csv").to_dict("records")
    keys = ("authority_id", "state_code", "egrid_subregion", "balancing_area_id")

    @cache
    def region(of: tuple[str, ...]) -> str:
        return next(
            str(rule["emm_region_id"])
            for rule in rules
            if all(fnmatchcase(value, str(rule[key])) for key, value in zip(keys, of, strict=True))
        )

    return pd.Series(
        [region(tuple(str(value) for value in row)) for row in columns[list(keys)].itertuples(index=False)],
        index=columns.index,
    )


def county_carbon(table: pd.DataFrame) -> pd.DataFrame:
    """Return what counties need to find their carbon.

    Parameters
    ----------
    table
        Counties by FIPS code, from `siting.data.build.places.counties.counties`.

    Returns
    -------
    pandas.DataFrame
        By FIPS code: `authority_id`, `emm_region_id` and `carbon_long_run_kg_per_mwh` (at the stack, of Cambium 2023;
        empty where a county has none).
    """
    subregion = read_raw("us_carbon/egrid_subregions.csv", dtype=str).set_index("county_fips")["egrid_subregion"]
    margin = read_raw("us_carbon/cambium_lrmer.csv", dtype=str).set_index("county_fips")["lrmer_kgco2e_kwh"]
    columns = table[["state_code", "balancing_area_id"]].assign(
        authority_id=_authorities(table), egrid_subregion=subregion.reindex(table.index)
    )
    return pd.DataFrame(
        {
            "authority_id": columns["authority_id"],
            "emm_region_id": _regions(columns),
            "carbon_long_run_kg_per_mwh": (margin.astype(float).reindex(table.index) * 1000).round(1),
        }
    )
