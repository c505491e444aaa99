"""Prices of fuels: of natural gas at power plants by census division and year, and of diesel, assumed."""

from __future__ import annotations

import pandas as pd

from siting.data.build.raw import read_raw

__all__ = ["fuel_price_table"]

GAS, DIESEL = "natural-gas", "diesel"
DIESEL_USD_PER_GAL, MWH_PER_GAL, DIESEL_YEAR = 4.0, 0.04065, 2024
"""Price of diesel, a judgement, the heat in a gallon, and the year from which on it holds."""
MWH_PER_MMBTU = 0.29307107
DIGITS = 2
"""Decimals of a price [USD/MWh]: those of the raw file are of a model's."""

DIVISIONS = {
    "East_North_Central": "IL IN MI OH WI",
    "East_South_Central": "AL KY MS TN",
    "Mid_Atlantic": "NJ NY PA",
    "Mountain": "AZ CO ID MT NM NV UT WY",
    "New_England": "CT MA ME NH RI VT",
    "Pacific": "CA OR WA",
    "South_Atlantic": "DC DE FL GA MD NC SC VA WV",
    "West_North_Central": "IA KS MN MO ND NE SD",
    "West_South_Central": "AR LA OK TX",
}
"""States of each census division, but for Alaska and Hawaii."""


def fuel_price_table() -> pd.DataFrame:
    """Rows of `fuel_prices.csv`: a forecast of what power plants pay, in dollars of 2024, by the heat in the fuel."""
    raw = read_raw("us_power/ng_price_AEO2025_reference_usd_per_mmbtu.csv")
    long = raw.melt("year", var_name="division", value_name="usd_per_mmbtu")
    rows = pd.DataFrame(
        {
            "fuel": GAS,
            "region": long["division"].str.replace("_", " "),
            "states": long["division"].map(DIVISIONS),
            "year": long["year"],
            "fuel_price_usd_per_mwh": (long["usd_per_mmbtu"] / MWH_PER_MMBTU).round(DIGITS),
            "source_id": "eia-aeo-2025",
            "grade": "modelled",
        }
    )
    diesel = {
        "fuel": DIESEL,
        "region": "United States",
        "states": " ".join(sorted(" ".join(DIVISIONS.values()).split())),
        "year": DIESEL_YEAR,
        "fuel_price_usd_per_mwh": round(DIESEL_USD_PER_GAL / MWH_PER_GAL, DIGITS),
        "source_id": "bridge-assumptions",
        "grade": "assumed",
    }
    together = pd.concat([pd.DataFrame([diesel]), rows])
    return together.sort_values(["fuel", "region", "year"], ignore_index=True)
