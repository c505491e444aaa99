"""Effective property tax by county: what home owners pay over what their homes are worth.

It is residential. Business property pays as much or more, since relief for homesteads and lower classes of assessment
are theirs alone: so the county's rate is the point and the lower end, and the upper end is higher by what a comparison
of cities found for industrial property in 2016 (1.497 per cent) over the country's residential rate (0.937).
Agreements in place of taxes, which large campuses get, are not in it.
"""

from __future__ import annotations

import pandas as pd

from siting.data.build.raw import read_input, read_raw

__all__ = ["property_tax"]


def property_tax(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Columns of `sites.csv` about property tax, and by what rule a county without a rate was filled.

    Parameters
    ----------
    table
        `state_code` by FIPS code.

    Returns
    -------
    columns : pandas.DataFrame
        `property_tax_fraction`, `property_tax_low_fraction`, `property_tax_high_fraction`, by FIPS code.
    rule : pandas.Series
        Empty where the county's own rate is used.
    """
    raw = read_raw("us_places/property_tax_county.csv", dtype=str).set_index("geoid")
    rates = raw["effective_tax_rate"].astype(float)
    country, own = rates["00000"], rates[raw["resolved"] == "county"].reindex(table.index)
    # Connecticut reports by planning regions, which have codes of their own; other gaps take their state's counties.
    by_state = rates[raw["resolved"] == "county"].groupby(lambda code: code[:2]).median()
    rate = own.fillna(pd.Series(table.index.str[:2], table.index).map(by_state)).fillna(country)
    cities = read_input("finance.csv").set_index("parameter_id")["value"]["property_tax_fraction"]
    columns = pd.DataFrame(
        {
            "property_tax_fraction": rate,
            "property_tax_low_fraction": rate,
            "property_tax_high_fraction": rate * max(float(cities) / country, 1.0),
        }
    )
    filled = own.isna().map(
        {True: "no rate for the county: median of its state's counties or planning regions", False: ""}
    )
    return columns.round(5), filled
