"""What a load pays for capacity where it buys it at the market's price, in dollars of 2024.

That is so in PJM and MISO for customers of states with retail choice: there a retailer passes the auction's price on,
by the load in the hours of the system's peak. Elsewhere a utility owns or contracts its plants, and capacity is in its
rates. The price has risen tenfold since the year of the states' mean tariffs, so the rise comes on top of these; the
level is the newest cleared year's, at PJM's cap. The rise is told from delivery year 2024/25 on, the first of the
table; the year before was dearer in PJM by some 0.3 USD/MWh.

Left out: the reserve that a load must buy beyond its own peak, losses, zones that clear apart (Dominion and Baltimore
did in 2025/26), and New York, New England and California, whose prices are not in the table.
"""

from __future__ import annotations

import pandas as pd

from siting.data.build.money import LAST_YEAR, to_money_year
from siting.data.build.raw import read_raw
from siting.quantities import HOURS_PER_DAY, HOURS_PER_YEAR, KW_PER_MW, MONTHS_PER_YR

__all__ = ["BUYERS", "capacity_charges"]

BUYERS = {
    "PJM": frozenset({"DE", "IL", "MD", "NJ", "OH", "PA"}),
    "MISO": frozenset({"IL"}),
}
"""States whose customers buy capacity at the price of the market of their grid zone. Michigan's law holds choice at a
tenth of the load, which is taken up."""

NEWEST = {"PJM": "RTO (all zones, at the cap)", "MISO": "North and Central, annualised"}
EARLIER_YEAR = "2024/25"
EARLIER = {"PJM": "RTO", "MISO": "all zones but 5"}
"""Zones of the table by market; of seasons the mean of the four is the year's."""


def capacity_charges(table: pd.DataFrame) -> pd.DataFrame:
    """Charge for capacity and its rise, by county.

    Parameters
    ----------
    table
        `state_code` and `grid_zone_id` by county.

    Returns
    -------
    pandas.DataFrame
        `charge_usd_per_kw_month` of the load at the system's peak, NaN where capacity is not bought apart, and
        `rise_usd_per_mwh` for a flat load since the year of the states' mean tariffs, 0 there.
    """
    found = pd.DataFrame({"charge_usd_per_kw_month": float("nan"), "rise_usd_per_mwh": 0.0}, index=table.index)
    for market, states in BUYERS.items():
        newest, earlier = prices_usd_per_mw_day(market)
        buys = table["grid_zone_id"].eq(market) & table["state_code"].isin(states)
        yearly = newest * HOURS_PER_YEAR / HOURS_PER_DAY / KW_PER_MW
        found.loc[buys, "charge_usd_per_kw_month"] = yearly / MONTHS_PER_YR
        found.loc[buys, "rise_usd_per_mwh"] = (newest - earlier) / HOURS_PER_DAY
    return found


def prices_usd_per_mw_day(market: str) -> tuple[float, float]:
    """Newest and earlier price of capacity in a market; a year past the price index is taken by the index's last."""
    table = read_raw("us_power/capacity_prices.csv")
    table = table[table["market"].eq(market) & table["basis"].eq("measured")]
    newest = table[table["zone"].eq(NEWEST[market])].sort_values("year").iloc[-1]
    earlier = table[table["zone"].eq(EARLIER[market]) & table["delivery_year"].eq(EARLIER_YEAR)]
    return (
        float(newest["usd_per_mw_day"]) * to_money_year(min(int(newest["year"]), LAST_YEAR)),
        float(earlier["usd_per_mw_day"].mean()) * to_money_year(int(earlier["year"].iloc[0])),
    )
