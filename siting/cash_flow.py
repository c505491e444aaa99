"""The yearly cash flow of a plan, worked out without the model.

It pays for assets when they are bought, renews them when their life ends, and takes what they are worth
at the horizon's end as salvage; the model pays annuities instead. Both must have the same present value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.case import Array, Case
from siting.finance import salvage_ratio

if TYPE_CHECKING:
    from siting.solution import Solution

CAPITAL_TERMS = frozenset(
    {
        ("placement", "site_preparation"),
        ("halls", "capital"),
        ("racks", "capital"),
        ("grid", "connection"),
        ("connection", "line"),
        ("storage", "capital"),
    }
)
"""Terms of the cost ledger that are annuities of capital."""


def cash_flow(case: Case, solution: Solution, racks: pd.DataFrame) -> pd.DataFrame:
    """Return the cash flow by year, real, before tax and before financing.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What the solve decided.
    racks : DataFrame
        The plan's racks, with the accelerator hours they deliver.

    Returns
    -------
    DataFrame
        ``year`` (at whose start the money flows), ``period`` (whose operation is paid then),
        ``capital_usd``, ``operating_usd``, ``salvage_usd``, ``revenue_usd``, ``net_usd``,
        ``discount_factor_ratio``, ``present_value_usd``. Net is revenue and salvage less capital and
        operation.
    """
    study = case.study
    rate, base = study.finance.discount_rate_fraction, study.horizon.base_year
    first = study.horizon.periods[0].year
    ends = [period.year + period.length_yr for period in study.horizon.periods]
    years = np.arange(first, ends[-1] + 1)
    count = len(years)
    capital, salvage, operating, revenue = (np.zeros(count) for _ in range(4))
    horizon_yr = ends[-1] - first

    for bought_usd, life_yr in purchases(case, solution):
        for i, period in enumerate(study.horizon.periods):
            start = period.year - first
            while start < horizon_yr:
                capital[start] += bought_usd[i]
                age = min(horizon_yr - start, life_yr)
                if start + life_yr > horizon_yr:
                    salvage[horizon_yr] += bought_usd[i] * salvage_ratio(rate, life_yr, age)
                start += int(life_yr)

    running = operating_cost(case, solution)
    price = study.finance.compute_price_usd_per_gpu_h
    sold = racks.groupby("period")["gpu_h_per_yr"].sum()
    of_year: list[int | None] = [None] * count
    for i, period in enumerate(study.horizon.periods):
        for year in range(period.year + 1, period.year + period.length_yr + 1):
            operating[year - first] += running[i]
            revenue[year - first] += price * float(sold.get(period.year, 0.0))
            of_year[year - first] = period.year
    discount = (1 + rate) ** -(years - base).astype(float)
    net = revenue + salvage - capital - operating
    return pd.DataFrame(
        {
            "year": years,
            "period": pd.array(of_year, dtype="Int64"),
            "capital_usd": capital,
            "operating_usd": operating,
            "salvage_usd": salvage,
            "revenue_usd": revenue,
            "net_usd": net,
            "discount_factor_ratio": discount,
            "present_value_usd": net * discount,
        }
    )


def purchases(case: Case, solution: Solution) -> list[tuple[Array, float]]:
    """What is bought at the start of each period, and the life of the asset.

    Returns
    -------
    list of (ndarray, float)
        Price by period [USD], and life [yr], for each class of asset.
    """
    decisions, study = solution.decisions, case.study
    region = case.values("capital_ratio")
    halls = np.einsum(
        "sky,k,s->ky", decisions["modules_count"].values, case.values("hall_usd_per_mw"), region
    ) * case.values("module_mw")
    racks = np.einsum("skry,r->ry", decisions["racks_count"].values, case.values("rack_usd"))
    opened = np.diff(decisions["open_count"].values, axis=1, prepend=0)
    horizon_yr = float(sum(period.length_yr for period in study.horizon.periods))
    connection_life = float(case.values("connection_life_yr"))
    listed = [
        (np.einsum("sy,s->y", opened, case.values("fixed_site_usd")), horizon_yr),
        (np.einsum("sy,s->y", opened, case.values("connection_fixed_usd")), connection_life),
        (_grown(decisions["connection_mw"].values * case.values("connection_usd_per_mw")[:, None]), connection_life),
    ]
    listed += list(zip(halls, case.tables["cooling"]["life_yr"].astype(float), strict=True))
    listed += list(zip(racks, case.tables["racks"]["life_yr"].astype(float), strict=True))
    if "storage_power_mw" in decisions:
        battery = decisions["storage_power_mw"].values * case.values("power_usd_per_mw") + decisions[
            "storage_energy_mwh"
        ].values * case.values("energy_usd_per_mwh")
        listed.append((_grown(battery), float(case.tables["storage"]["life_yr"].iloc[0])))
    return listed


def operating_cost(case: Case, solution: Solution) -> Array:
    """Yearly cost other than annuities of capital, by period [USD/yr]."""
    total = np.zeros(len(case.axes["period"]))
    for term in solution.terms_of("cost_usd_per_yr"):
        if (term["component"], term["term"]) not in CAPITAL_TERMS:
            total += solution.values[f"cost_usd_per_yr/{term['component']}.{term['term']}"].values.sum(axis=0)
    return total


def _grown(installed_usd: Array) -> Array:
    """What is added in each period to something that is held, summed over sites."""
    added: Array = np.diff(installed_usd, axis=1, prepend=0).sum(axis=0)
    return added
