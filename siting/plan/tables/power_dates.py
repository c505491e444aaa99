"""When the sites of a plan have power, what stands idle if it comes late, and what a month's delay costs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.accounts.cash_flow import yearly_cost
from siting.accounts.numbers import Books
from siting.case.case import Array, Case
from siting.case.energisation import COLUMNS, energised_mw, energised_over_years_mw
from siting.case.solution import Solution
from siting.case.year_columns import periods_of
from siting.quantities import MONTHS_PER_YR

__all__ = ["energisation_table", "power_dates"]

DATES: Mapping[str, str] = {"p10": "p10_year", "p50": "p50_year", "p90": "p90_year"}
LATE = "p90"
"""Dates at which it is counted what stands idle."""
LEAST_MW = 1e-3
"""Firm power below which a site needs none, but the solver's rounding."""
IDLING = ("halls.capital", "racks.capital")
"""Terms of cost that are paid for what waits for power."""


def tranches(case: Case) -> pd.DataFrame:
    """Return the tranches of a case's sites, of the columns of `siting.case.energisation.COLUMNS`; often none.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    known = case.tables.get("energisation")
    if known is None:
        return pd.DataFrame(columns=list(COLUMNS))
    return known.loc[known["site_id"].isin(case.axes["site"]), list(COLUMNS)]


def energisation_table(case: Case, solution: Solution) -> pd.DataFrame:
    """Return each tranche of each candidate in each period: its dates, whether it has power, and what the plan uses.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What was decided.

    Returns
    -------
    DataFrame
        ``is_energised`` is 1 where the tranche has power when the period begins, by the dates that the study takes;
        ``used_mw`` is what the firm part of the site's connection takes of it, the tranches in their order.
    """
    known, dates = tranches(case), case.study.connection.dates
    columns = ["site_id", "tranche", "period", *COLUMNS[2:], "is_energised", "used_mw"]
    if known.empty or dates == "none":
        return pd.DataFrame(columns=columns)
    position = {str(site): i for i, site in enumerate(case.axes["site"])}
    firm = _firm_mw(Books(case, solution.decisions))
    rows = []
    for site, own in known.groupby("site_id", sort=False):
        for y, period in enumerate(periods_of(case)):
            left = float(firm[position[str(site)], y])
            for row in own.to_dict("records"):
                is_energised = bool(row[DATES[dates]] <= period)
                used = min(left, float(row["mw"])) if is_energised else 0.0
                left -= used
                rows.append({**row, "period": period, "is_energised": int(is_energised), "used_mw": used})
    return pd.DataFrame(rows)[columns].sort_values(["site_id", "tranche", "period"], ignore_index=True)


def power_dates(case: Case, solution: Solution) -> pd.DataFrame:
    """Return a row for each site that has power at some time.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What was decided.

    Returns
    -------
    DataFrame
        ``first_power_year`` (when the site first has power: the start of its first period with a connection);
        ``p10_year``, ``p50_year``, ``p90_year`` (the same by the early, middle and late date of the first tranche: not
        before that start, which it is where the site then needs no firm power; missing where no date is known);
        ``idle_usd`` (present value of the annuities of halls and racks for the share of the power, over each stretch of
        a year or half-year, that is not energised by the late dates and that plants on site do not carry; missing
        without dates);
        ``delay_usd_per_month`` (what a month's delay costs: everything is bought as planned, revenue and operating cost
        of the first year or half-year come a month later, and since the horizon ends as it did, a month of them is
        lost; present value, before tax).
    """
    known, n = tranches(case), Books(case, solution.decisions)
    has_dates = case.study.connection.dates != "none"
    carried, firm = n["connection_mw"] + n.on_site(), _firm_mw(n)
    starts = np.array(case.axes["period"], dtype=float)
    idle = _idle_usd(case, solution, known) if has_dates else np.full(len(carried), np.nan)
    lost = _month_usd(case, solution, n)
    rows = []
    for i in np.flatnonzero(carried.any(axis=1)):
        site, own = case.axes["site"][i], known[known["site_id"] == case.axes["site"][i]]
        y = int(np.flatnonzero(carried[i] > 0)[0])
        start, waits = float(starts[y]), firm[i, y] > LEAST_MW
        first = {
            name: (max(start, float(own[name].iloc[0])) if waits else start) if len(own) else np.nan
            for name in DATES.values()
        }
        rows.append(
            {
                "site_id": site,
                "first_power_year": start,
                **first,
                "idle_usd": idle[i] if len(own) else np.nan,
                "delay_usd_per_month": lost[i],
            }
        )
    columns = ["site_id", "first_power_year", *DATES.values(), "idle_usd", "delay_usd_per_month"]
    return pd.DataFrame(rows, columns=columns)


def _firm_mw(n: Books) -> Array:
    """Part of the connection that is not given up, by site and period [MW]."""
    firm: Array = n["connection_mw"] - n.flexible()
    return firm


def _worth(case: Case, years: npt.NDArray[np.float64]) -> Array:
    """Worth in the base year of a dollar at some times."""
    study = case.study
    worth: Array = (1 + study.finance.discount_rate_fraction) ** -(years - study.horizon.base_year)
    return worth


def _idle_usd(case: Case, solution: Solution, known: pd.DataFrame) -> Array:
    """What halls and racks cost while power is late, by site [USD]."""
    terms = [solution.values[f"cost_usd_per_yr/{name}"].values for name in IDLING]
    n = Books(case, solution.decisions)
    yearly, firm, on_site = np.sum(terms, axis=0), _firm_mw(n), n.on_site()
    idle = np.zeros(len(firm))
    for i, site in enumerate(case.axes["site"]):
        for y, period in enumerate(case.study.horizon.periods):
            needed, years, step_yr = float(firm[i, y] - on_site[i, y]), period.years, period.step_yr
            if needed <= LEAST_MW or energised_mw(known, [str(site)], [period.year], LATE)[0, 0] >= needed:
                continue
            all_mw = float(n["connection_mw"][i, y] + on_site[i, y])
            energised = energised_over_years_mw(known, str(site), years, LATE, step_yr)
            for year, stretches in zip(years, energised, strict=True):
                share = float(stretches[:, 0] @ np.maximum(needed - stretches[:, 1], 0.0)) / all_mw
                idle[i] += share * yearly[i, y] * float(_worth(case, np.array(float(year + step_yr))))
    return idle


def _month_usd(case: Case, solution: Solution, n: Books) -> Array:
    """What a month of the first period of operation earns, by site [USD/month]; 0 where nothing runs."""
    margin = n.revenue() - yearly_cost(case, solution, "operating")
    carried = n["connection_mw"] + n.on_site() > 0
    first = carried.argmax(axis=1)
    worth = _worth(case, np.array([period.year + period.step_yr for period in case.study.horizon.periods], dtype=float))
    places = np.arange(len(margin))
    month: Array = carried.any(axis=1) * margin[places, first] * worth[first] / MONTHS_PER_YR
    return month
