"""Strike prices of contracts by grid zone, in real dollars of 2024, with their spread.

Offers are flat in nominal dollars, and the model's money is real. So an offer becomes the real price that is worth as
much over the contract's term: what inflation takes off each year's payment, weighed by that year's present value. No
time between offer and first delivery is counted, and the dollars of the offer's year become those of 2024.

Five markets have solar offers of their own (the end of 2025). Elsewhere, and for wind everywhere, the continent's price
stands in, the mean of the quarters before and after, graded assumed. The spread of a market's own offer is what the
continent's price moved within a year, wider where an adviser's reading lies below it; that of a stand-in is how far the
markets' offers lie from the continent's.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.data.build.money import to_money_year
from siting.data.build.raw import read_input, read_raw
from siting.data.build.technology import priced

__all__ = ["contract_table", "offer_table", "real_ratio"]

TERM_YR = 15  # assumed: usual terms are 10 to 20 years
DISCOUNT_FRACTION = 0.07  # real, as the built-in studies have it
OFFER_YEAR = 2025
KINDS = ("solar", "wind")
AROUND = (("ppa_p25_by_iso.csv", "iso", "CONTINENT", "kind", "quarter", "2025Q3", "price_usd_per_mwh"),
          ("ppa_prices.csv", "place", "North America", "technology", "as_of", "2026Q1", "usd_per_mwh"))  # fmt: skip
MOVED_IN_A_YEAR_RATIO = {"solar": 1.13, "wind": 1.24}
"""The continent's price of the first quarter of 2026 over that of a year before, as reported with it."""
READINGS_OF = {"ERCOT": "ERCOT", "MISO": "MISO South"}
"""Place of the adviser's reading for a market."""


def real_ratio(
    inflation_fraction: float, discount_fraction: float = DISCOUNT_FRACTION, term_yr: int = TERM_YR
) -> float:
    """Real price over the flat nominal one that is worth as much, dimensionless.

    Payments fall in the middle of each year.

    Examples
    --------
    >>> round(real_ratio(0.0), 6)
    1.0
    >>> round(real_ratio(0.21, 0.0, 1), 6)  # half a year of 21 %
    0.909091
    """
    years = np.arange(term_yr) + 0.5
    worth = (1 + discount_fraction) ** -years
    return float((worth * (1 + inflation_fraction) ** -years).sum() / worth.sum())


def _to_real() -> float:
    """Dollars of 2024, real, of a flat nominal dollar offered."""
    terms = read_input("finance.csv").set_index("parameter_id")["value"]
    return real_ratio(float(terms["inflation_fraction"])) * to_money_year(OFFER_YEAR)


def _continental(kind: str) -> float:
    """Offers of the continent around the end of 2025 [flat nominal USD/MWh]."""
    found = []
    for file, place, name, of, when, quarter, price in AROUND:
        table = read_raw(f"us_power/{file}")
        row = table[(table[place] == name) & (table[of] == kind) & (table[when] == quarter)]
        found.append(float(row[price].iloc[0]))
    return float(np.mean(found))


def contract_table() -> pd.DataFrame:
    """Rows of `contracts.csv`: the continent's price, which counts where a study brings contracts but no offers."""
    table = priced("contracts")
    table.insert(3, "strike_usd_per_mwh", [round(_continental(kind) * _to_real(), 2) for kind in table["kind"]])
    return table


def offer_table() -> pd.DataFrame:
    """Rows of `contract_offers.csv`, one for each contract and grid zone in which its kind has a profile."""
    table = read_raw("us_power/ppa_p25_by_iso.csv")
    own = table[table["kind"].eq("solar") & table["iso"].ne("CONTINENT")].set_index("iso")["price_usd_per_mwh"]
    readings = read_raw("us_power/ppa_prices.csv").set_index(["place", "technology", "as_of"])["usd_per_mwh"]
    real, continent = _to_real(), {kind: _continental(kind) for kind in KINDS}
    profiles = read_input("grid_zones.csv").set_index("grid_zone_id")
    rows = []
    for zone in read_input("contract_markets.csv").to_dict("records"):
        for kind in KINDS:
            if pd.isna(profiles.loc[zone["grid_zone_id"], f"{kind}_from"]):
                continue
            market = zone["offers_of"] if kind == "solar" else np.nan
            if pd.notna(market):
                price, moved = float(own[market]), MOVED_IN_A_YEAR_RATIO[kind]
                low, high = price / moved, price * moved
                if market in READINGS_OF:
                    low = min(low, float(readings[READINGS_OF[market], kind, "2026Q1"]))
            else:
                price = continent[kind]
                low, high = (price * float(edge) / continent["solar"] for edge in (own.min(), own.max()))
            rows.append(
                {
                    "contract_id": kind,
                    "grid_zone_id": zone["grid_zone_id"],
                    "strike_usd_per_mwh": round(price * real, 2),
                    "strike_low_usd_per_mwh": round(low * real, 2),
                    "strike_high_usd_per_mwh": round(high * real, 2),
                    "settled_in": zone["settled_in"],
                    "source_id": "ppa-offers-2025" if pd.notna(market) else "ppa-index-2026",
                    "grade": "modelled" if pd.notna(market) else "assumed",
                }
            )
    return pd.DataFrame(rows).sort_values(["contract_id", "grid_zone_id"], ignore_index=True)
