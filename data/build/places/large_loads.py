"""Classes of large load by utility, and which of them may hold in a county."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from siting.data.build.raw import read_input

__all__ = ["large_load_class_ids", "large_loads"]

BY_GRID_ZONE = {"ERCO": "ercot-sb6"}
"""Classes that hold in a whole grid zone, whatever the utility."""


def large_loads() -> pd.DataFrame:
    """Rows of `large_loads.csv`, by class."""
    table = read_input("large_loads.csv")
    known = {*read_input("large_load_counties.csv")["class_id"], *BY_GRID_ZONE.values()}
    table["is_by_county"] = table["class_id"].isin(known).astype(int)
    last = ["source_id", "grade"]
    return table[[*table.columns.drop(last), *last]].sort_values("class_id", ignore_index=True)


def large_load_class_ids(table: pd.DataFrame) -> pd.Series:
    """Classes whose utility has lines in a county, ids in order with blanks between; empty where there are none.

    A utility with lines in a county need not be the only one there.

    Parameters
    ----------
    table
        `grid_zone_id` by FIPS code.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for row in read_input("large_load_counties.csv").to_dict("records"):
        for code in str(row["counties"]).split():
            found[f"{row['state_fips']:02d}{code}"].append(str(row["class_id"]))
    for county, zone in table["grid_zone_id"].items():
        if zone in BY_GRID_ZONE:
            found[str(county)].append(BY_GRID_ZONE[str(zone)])
    return pd.Series([" ".join(sorted(found[str(county)])) for county in table.index], index=table.index)
