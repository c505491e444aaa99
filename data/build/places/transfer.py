"""How strongly a county is tied into the real grid: what its interfaces with its neighbours carry into it."""

from __future__ import annotations

import pandas as pd

from siting.data.build.raw import read_input, read_raw

__all__ = ["transfer_mw"]


def transfer_mw(counties: pd.Index) -> pd.Series:
    """Sum of what the interfaces of each county carry into it [MW]; missing where the file names none.

    The file has what a nodal model of the grid of 2024 can move between neighbouring counties, each way. A county of
    Connecticut takes the mean of the planning regions in its place (`inputs/connecticut.csv`).

    Parameters
    ----------
    counties
        FIPS codes.
    """
    pairs = read_raw("us_power/transfer_capability_by_county_pair_2024.csv.xz")
    into = pd.concat([pairs.set_index("r")["MW_r0"], pairs.set_index("rr")["MW_f0"]])
    known = into.groupby(level=0).sum().rename(lambda code: str(code).removeprefix("p"))
    regions = read_input("connecticut.csv").map("{:05d}".format)
    old = regions["region_fips"].map(known).groupby(regions["county_fips"]).mean()
    found: pd.Series = pd.concat([known, old]).reindex(counties)
    return found
