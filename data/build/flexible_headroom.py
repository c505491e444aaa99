"""New load that fits into balancing authorities for a share of its energy: published, of generation alone."""

from __future__ import annotations

import pandas as pd

from siting.data.build.raw import read_raw

__all__ = ["flexible_headroom_table"]

SOURCE = "norris-2025"
MW_PER_GW = 1000


def flexible_headroom_table(authorities: pd.Series) -> pd.DataFrame:
    """Rows of the table `flexible_headroom`, by authority and share of energy.

    Parameters
    ----------
    authorities
        Ids of the balancing authorities that the catalogue knows; the last part of each is its EIA code.

    Raises
    ------
    ValueError
        If one of the study's authorities is not among them.
    """
    raw = read_raw("us_power/flexible_headroom_by_ba.csv")
    raw = raw[raw["ba"] != "ALL22"]
    by_code = {str(authority).rpartition("-")[2]: str(authority) for authority in authorities}
    unknown = sorted(set(raw["eia930_code"]) - set(by_code))
    if unknown:
        raise ValueError(f"no authority of the catalogue has the code {', '.join(unknown)}")
    rows = pd.DataFrame(
        {
            "authority_id": raw["eia930_code"].map(by_code),
            "curtailed_fraction": raw["curtailed_share_of_energy"],
            "headroom_mw": raw["headroom_gw"] * MW_PER_GW,
            "source_id": SOURCE,
            "grade": "modelled",
        }
    )
    return rows.sort_values(["authority_id", "curtailed_fraction"], ignore_index=True)
