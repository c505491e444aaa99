"""One table of all counties of the contiguous US, joined from the county files; nothing is chosen or filled here."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from siting.data.build.raw import read_raw

__all__ = ["counties", "slug"]


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
def counties() -> pd.DataFrame:
    """Counties with coordinates, balancing area and regions, indexed by five-digit FIPS code.

    Returns
    -------
    pandas.DataFrame
        Columns of the county table, and `name` (without "County"), `state_code`, `latitude`, `longitude`,
        `balancing_area_id`, `nerc_region`, `transmission_region`. Counties that only one of the files knows are
        left out: Alaska, Hawaii, islands, and the planning regions of Connecticut.
    """
    table = read_raw("us_county/county_table.csv.xz")
    table = table[table["county_fips"].str.fullmatch(r"\d{5}", na=False)].set_index("county_fips")
    place = read_raw("reeds_regions/county_data.csv.xz")
    place = place.assign(county_fips=place["cfips"].astype(int).map("{:05d}".format)).set_index("county_fips")
    region = read_raw("reeds_regions/hierarchy.csv").set_index("ba")
    place = place.rename(columns={"state": "state_code", "ba": "balancing_area_id"})
    joined = table.join(place[["state_code", "latitude", "longitude", "balancing_area_id"]], how="inner")
    joined["nerc_region"] = joined["balancing_area_id"].map(region["nercr"])
    joined["transmission_region"] = joined["balancing_area_id"].map(region["transreg"])
    joined["name"] = joined["county"].str.replace(r"\s+(County|Parish)$", "", regex=True)
    joined["site_id"] = [
        slug(county, code) for county, code in zip(joined["county"], joined["state_code"], strict=True)
    ]
    return joined.sort_index()
