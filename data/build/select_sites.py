"""Which counties become candidate sites: one written rule, so that no site is there by taste.

Of all counties of the contiguous US:

1. The eight counties of the study `us-small`, named below, one in each zone whose generation is measured.
2. The counties of `inputs/markets.csv`, where AI data centres stand or are announced, so that what the tool chooses
   can be held against where the industry is.
3. Of the others, those *fit to build in*: headroom of 100 MW or more, a line of at most 60 km, a hazard score of at
   most 0.95, fibre or cable on offer to a tenth of homes or more (a weak test: whole providers are missing from that
   map), and a workforce: at least 100 jobs in the building and running of grids.
4. *Ranked by what the place does to the cost of a 100 MW campus* (`place_cost`): tariff, connection, land and
   regional construction cost, in USD a MWh of IT. A filled cell is a mean or a median of its state, so it never leads
   its state.
5. *Spread*: each of the 134 ReEDS balancing areas, in the order of its cheapest fit county, gives its cheapest fit
   county that lies 100 km or more from all chosen so far; an area without one is represented by its neighbours.
6. A state that would have no site gives its cheapest county of any kind.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.data.build.raw import read_input
from siting.data.build.substations import CAMPUS_MW
from siting.data.build.technology import parameter
from siting.geography import great_circle_km
from siting.quantities import HOURS_PER_YEAR

__all__ = ["US_SMALL", "choose", "choose_count", "place_cost"]

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
LEAST_HEADROOM_MW = 100.0
LONGEST_LINE_KM = 60.0
WORST_HAZARD_SCORE = 0.95
LEAST_FIBRE_FRACTION = 0.1
LEAST_JOBS_COUNT = 100.0
SPREAD_KM = 100.0

CAMPUS_HA = 40.0
ANNUITY_PER_YR = 0.0944  # 7 % over 20 years


def place_cost(table: pd.DataFrame) -> pd.Series:
    """Yearly cost of a 100 MW campus that depends on its place [USD/MWh of flat IT load].

    Parameters
    ----------
    table
        Columns of `sites.csv` by county.
    """
    capital = (
        table["connection_fixed_usd"]
        + table["connection_usd_per_mw"] * CAMPUS_MW
        + table["land_usd_per_ha"] * CAMPUS_HA
        + table["capital_ratio"] * parameter("hall_mean_usd_per_mw") * CAMPUS_MW
    )
    cost: pd.Series = table["tariff_usd_per_mwh"] + capital * ANNUITY_PER_YR / (CAMPUS_MW * HOURS_PER_YEAR)
    return cost


def choose(table: pd.DataFrame, jobs: pd.Series) -> list[str]:
    """Choose the candidate counties.

    Parameters
    ----------
    table
        Columns of `sites.csv` of all counties, by FIPS code.
    jobs
        Jobs in the building and running of grids, by FIPS code.

    Returns
    -------
    list of str
        FIPS codes, sorted.
    """
    fit = _is_fit(table, jobs)
    markets = read_input("markets.csv")["county_fips"].map("{:05d}".format)
    ranked = table.assign(place_cost=place_cost(table)).sort_values(["place_cost", "site_id"])
    chosen = dict.fromkeys([*US_SMALL, *markets])
    for _, area in ranked[fit[ranked.index]].groupby("balancing_area_id", sort=False):
        taken = table.loc[list(chosen)]
        away = great_circle_km(
            area["latitude"].to_numpy()[:, None],
            area["longitude"].to_numpy()[:, None],
            taken["latitude"].to_numpy(),
            taken["longitude"].to_numpy(),
        )
        apart = area.index[np.min(away, axis=1) >= SPREAD_KM]
        chosen.update(dict.fromkeys(apart[:1]))
    for _, state in ranked.groupby("state", sort=True):
        if not chosen.keys() & set(state.index):
            chosen[str(state.index[0])] = None
    return sorted(chosen)


def choose_count(table: pd.DataFrame, jobs: pd.Series, count: int) -> list[str]:
    """Choose a given number of counties, for studies larger or smaller than the catalogue's.

    Fewer than the catalogue has are taken from it, evenly over the rank by `place_cost`. More are the
    catalogue's and the cheapest others, those fit to build in first.

    Parameters
    ----------
    table, jobs
        As of `choose`.
    count
        How many.

    Returns
    -------
    list of str
        FIPS codes, sorted.

    Raises
    ------
    ValueError
        If there are not so many counties.
    """
    if count > len(table):
        raise ValueError(f"there are {len(table)} counties, not {count}")
    ranked = table.assign(place_cost=place_cost(table)).sort_values(["place_cost", "site_id"]).index
    first = set(choose(table, jobs))
    chosen = ranked[ranked.isin(list(first))]
    if count <= len(chosen):
        return sorted(chosen[np.linspace(0, len(chosen) - 1, count).round().astype(int)])
    others = ranked[~ranked.isin(list(first))]
    in_order = np.argsort(~_is_fit(table, jobs)[others].to_numpy(), kind="stable")
    return sorted([*chosen, *others[in_order][: count - len(chosen)]])


def _is_fit(table: pd.DataFrame, jobs: pd.Series) -> pd.Series:
    """Whether a county is fit to build in."""
    return (
        table["headroom_mw"].ge(LEAST_HEADROOM_MW)
        & table["line_km"].le(LONGEST_LINE_KM)
        & table["hazard_score"].le(WORST_HAZARD_SCORE)
        & table["fibre_fraction"].ge(LEAST_FIBRE_FRACTION)
        & jobs.reindex(table.index).ge(LEAST_JOBS_COUNT)
    )
