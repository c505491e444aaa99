"""Which counties become candidate sites: a rank of all counties by one written rule, so that none is there by taste.

1. A county is *fit* if it may take 100 MW (`headroom_mw`), a site's own line is at most 60 km long, and natural hazards
   rank it at most 0.95.
2. Its *score* is the mean of its ranks, from 0 to 1, among the counties of its state in what a large site needs, each
   counting alike (a judgement): **capability**, what its interfaces carry; **lines and land**, what 300 MW pay for
   both, in money, so that neither outweighs the other; **water**, what public supply withdraws there; **fibre**, the
   share of homes with cable or fibre. What differs between states is the model's to weigh.
3. *Rank*: first the best of each state, so that no people are left without a site near them. The others take turns: a
   state's have as many of the first places as its share of what the interfaces of all fit counties carry (by the
   divisors of Webster and Sainte-Laguë). Counties that are not fit come last.

Power prices are not in it, on purpose: what they are worth the model weighs, and candidates picked by their lowest
prices would be those whose prices err the most. Strong counties may lie side by side.
"""

from __future__ import annotations

import pandas as pd

from siting.data.build.raw import read_raw

__all__ = ["US_SMALL", "candidate_rank", "price_of_connecting_usd"]

US_SMALL = {
    "04013": "AZPS",
    "41049": "BPAT",
    "06077": "CISO",
    "48139": "ERCO",
    "19153": "MISO",
    "36063": "NYIS",
    "51107": "PJM",
    "13097": "SOCO",
}
"""Counties of the study `us-small`, which names them itself, with the zones whose generation is measured."""

LEAST_HEADROOM_MW = 100.0
LONGEST_LINE_KM = 60.0
WORST_HAZARD_SCORE = 0.95
LARGE_MW = 300.0
"""Size of the site whose connection and land are priced."""
LARGE_HA = 120.0


def price_of_connecting_usd(table: pd.DataFrame, size_mw: float) -> pd.Series:
    """What a connection of a size costs to build [USD], in the steps in which the model prices it.

    Parameters
    ----------
    table
        Columns of `sites.csv` by county.
    size_mw
        Its size.
    """
    beyond_line = (size_mw - table["line_mw"]).clip(lower=0.0)
    beyond_network = (size_mw - table["network_mw"]).clip(lower=0.0)
    price: pd.Series = (
        table["connection_fixed_usd"]
        + table["connection_usd_per_mw"] * size_mw
        + table["further_line_usd_per_mw"] * beyond_line
        + table["reinforcement_usd_per_mw"] * beyond_network
    )
    return price


def candidate_rank(table: pd.DataFrame, water: pd.Series | None = None) -> pd.Series:
    """Rank all counties as candidates; 1 is the first.

    Parameters
    ----------
    table
        Columns of `sites.csv` by FIPS code, of all counties.
    water
        Withdrawals of public supply by county, in any unit; those of 2015 by default.
    """
    supply = public_supply_mgd() if water is None else water
    price = price_of_connecting_usd(table, LARGE_MW) + table["land_usd_per_ha"] * LARGE_HA
    wanted = {
        "capability": table["transfer_mw"],
        "lines and land": -price,
        "water": supply.reindex(table.index).fillna(0.0),
        "fibre": table["fibre_fraction"],
    }
    state = table["state"]
    ranks = pd.DataFrame({name: values.groupby(state).rank(pct=True) for name, values in wanted.items()})
    fit = (
        table["headroom_mw"].ge(LEAST_HEADROOM_MW)
        & table["line_km"].le(LONGEST_LINE_KM)
        & table["hazard_score"].le(WORST_HAZARD_SCORE)
    )
    order = pd.DataFrame({"unfit": ~fit, "worse": -ranks.mean(axis=1), "site_id": table["site_id"], "state": state})
    order = order.sort_values(["unfit", "worse", "site_id"])
    carried = table["transfer_mw"].where(fit, 0.0).groupby(state).sum()
    before = order.groupby("state").cumcount()
    order["turn"] = (before + 0.5) / order["state"].map(carried).clip(lower=1.0)
    order["later"] = before > 0
    order = order.sort_values(["later", "unfit", "turn", "site_id"])
    return pd.Series(range(1, len(order) + 1), index=order.index).reindex(table.index)


def public_supply_mgd() -> pd.Series:
    """Water that public supply withdrew in each county in 2015 [million gallons a day], by FIPS code."""
    table = read_raw("us_places/usgs_2015_withdrawals_mgd_by_county.csv")
    supply: pd.Series = table.set_index(table["county_fips"].map("{:05d}".format))["PWS"]
    return supply
