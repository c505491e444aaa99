"""How long a site waits for power, and how long it then takes to build: told beside each site, deciding nothing.

The wait is known for a few places, from the press and filings; elsewhere it is unknown, and stays so. No source states
percentiles: low, usual and high are what sources say. From clearing to first power there are percentiles of 60
campuses; differences between regions are within noise, so all places have the same. The wait before is not in it.
"""

from __future__ import annotations

import pandas as pd

from siting.data.build.raw import read_input, read_raw

__all__ = ["BUILD_MONTHS", "WAIT_COLUMNS", "times_to_power"]

WAIT_COLUMNS = {
    "low_months": "wait_low_months",
    "months": "wait_months",
    "high_months": "wait_high_months",
    "trust": "wait_trust",
    "basis": "wait_basis",
}
"""Columns of `sites.csv` by those of `inputs/waits.csv`."""
BUILD_MONTHS = {"build_low_months": "p10_months", "build_months": "p50_months", "build_high_months": "p90_months"}
"""Columns of `sites.csv` by those of the raw file."""


def times_to_power(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of `sites.csv` about waiting and building: empty where nobody has said, the trust "unknown".

    Parameters
    ----------
    table
        `balancing_area_id` and `grid_zone_id` by FIPS code.
    """
    waits = first_match(table, "waits.csv").rename(columns=WAIT_COLUMNS).fillna({"wait_trust": "unknown"})
    queues = first_match(table, "queues.csv")
    campuses = read_raw("us_power/months_from_clearing_to_power.csv")
    of_all = campuses[campuses["sample"].str.startswith("all ")].iloc[0]
    built = pd.DataFrame({name: float(of_all[raw]) for name, raw in BUILD_MONTHS.items()}, index=table.index)
    return waits.join(queues).join(built)


def first_match(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give each place what the first rule says that is about it.

    Parameters
    ----------
    table
        Columns that rules are about, by FIPS code; a rule may be about that code.
    name
        Transcribed rules: `column`, `value`, and what they say.
    """
    rules = read_input(name)
    places = table.assign(county_fips=table.index)
    rule_of = pd.Series(pd.NA, index=table.index, dtype="Int64")
    for position, rule in enumerate(rules[["column", "value"]].to_dict("records")):
        value = str(rule["value"]).zfill(5) if rule["column"] == "county_fips" else rule["value"]
        rule_of[rule_of.isna() & places[rule["column"]].eq(value)] = position
    said = rules.drop(columns=["column", "value"])
    return said.reindex(rule_of.to_numpy(dtype=float, na_value=float("nan"))).set_axis(table.index)
