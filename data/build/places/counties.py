"""One table of all counties of the contiguous US, joined from the county files; nothing is chosen or filled here."""

from __future__ import annotations

import json
import lzma
import re
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from siting.data.build.raw import locate, read_input, read_raw

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["counties", "county_shapes", "slug"]

CONNECTICUT = ("CT", "p132")  # its counties are planning regions in the regions' file, all of one balancing area


def slug(name: str, state: str) -> str:
    """Site id of a county.

    Examples
    --------
    >>> slug("Prince George's County", "MD")
    'prince-georges-md'
    >>> slug("St. Louis city", "MO")
    'st-louis-city-mo'
    """
    bare = re.sub(r"\s+(county|parish)$", "", name.strip(), flags=re.IGNORECASE).lower()
    bare = bare.replace("'", "").replace(".", "")
    return re.sub(r"[^a-z0-9]+", "-", f"{bare} {state.lower()}").strip("-")


@cache
def county_shapes() -> dict[str, BaseGeometry]:
    """Polygon of each county, by FIPS code [degrees]; callers must not change the dictionary."""
    from shapely import make_valid
    from shapely.geometry import shape

    with lzma.open(locate("us_county/counties.geojson.xz")) as stream:
        features = json.load(stream)["features"]
    return {feature["id"]: make_valid(shape(feature["geometry"])) for feature in features}


def middles() -> pd.DataFrame:
    """Find a point inside each county's polygon, near its middle; `latitude` and `longitude` by FIPS code."""
    points = {fips: county.representative_point() for fips, county in county_shapes().items()}
    rows = {fips: (round(point.y, 4), round(point.x, 4)) for fips, point in points.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["latitude", "longitude"])


def grid_zones_of_areas() -> pd.Series:
    """Assign the grid zone of each balancing area by the first matching rule of `inputs/zone_of_area.csv`."""
    regions = read_raw("reeds_regions/hierarchy.csv").query("country == 'USA'").set_index("ba")
    zone = pd.Series(pd.NA, index=regions.index, dtype="object")
    for rule in read_input("zone_of_area.csv").to_dict("records"):
        zone[zone.isna() & regions[rule["column"]].eq(rule["value"])] = rule["grid_zone_id"]
    return zone


@cache
def counties() -> pd.DataFrame:
    """Join the county files; indexed by five-digit FIPS code.

    Returns
    -------
    pandas.DataFrame
        Columns of the county table, and `site_id`, `name` (without "County"), `state_code`, `latitude`, `longitude`,
        `balancing_area_id`, `transmission_region`, `grid_zone_id`. Alaska, Hawaii, the islands, the
        District of Columbia and Oglala Lakota (no polygon under its new code) are left out.
    """
    table = read_raw("us_county/county_table.csv.xz")
    table = table[table["county_fips"].str.fullmatch(r"\d{5}", na=False)].set_index("county_fips")
    place = read_raw("reeds_regions/county_data.csv.xz")
    place = place.assign(county_fips=place["cfips"].astype(int).map("{:05d}".format)).set_index("county_fips")
    place = place.rename(columns={"state": "state_code", "ba": "balancing_area_id"})
    joined = table.join(place[["state_code", "latitude", "longitude", "balancing_area_id"]])
    joined.loc[joined["state"] == "Connecticut", ["state_code", "balancing_area_id"]] = CONNECTICUT
    joined = joined[joined["balancing_area_id"].notna()].fillna(middles()).dropna(subset=["latitude", "longitude"])
    region = read_raw("reeds_regions/hierarchy.csv").set_index("ba")
    joined["transmission_region"] = joined["balancing_area_id"].map(region["transreg"])
    joined["grid_zone_id"] = joined["balancing_area_id"].map(grid_zones_of_areas())
    joined["name"] = joined["county"].str.replace(r"\s+(County|Parish)$", "", regex=True)
    joined["site_id"] = [slug(row["county"], row["state_code"]) for row in joined.to_dict("records")]
    return joined.sort_index()
