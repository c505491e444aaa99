"""The yearly cash flow of a plan, worked out without the model.

It pays for assets when they are bought, renews them when their life ends, and takes what they are worth
at the horizon's end as salvage; the model pays annuities instead. Both must have the same present value.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from siting.case.annuities import salvage_ratio
from siting.case.case import Array, Case

if TYPE_CHECKING:
    from siting.case.solution import Solution
    from siting.study.parts import Period

CAPITAL_TERMS = frozenset(
    {
        ("placement", "site_preparation"),
        ("halls", "capital"),
        ("retrofit", "capital"),
        ("racks", "capital"),
        ("grid", "connection"),
        ("connection", "line"),
        ("storage", "capital"),
        ("heat_reuse", "connection"),
        ("heat_reuse", "heat_pump"),
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

    for purchase in purchases(case, solution):
        bought_usd = purchase.price_usd.sum(axis=0)
        for i, start, used_yr in purchase.renewals(study.horizon.periods):
            capital[start] += bought_usd[i]
            salvage[start + used_yr] += bought_usd[i] * salvage_ratio(rate, purchase.life_yr, used_yr)

    running = operating_cost(case, solution).sum(axis=0)
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


@dataclasses.dataclass(frozen=True)
class Purchase:
    """A class of assets that are bought, renewed when their life ends, and sold when the horizon does.

    Parameters
    ----------
    asset : {"site", "connection", "halls", "racks", "storage"}
        What it is, for the taxes.
    price_usd : ndarray
        Price of what is bought at the start of each period [USD], by site and period.
    life_yr : float
        Life [yr].
    """

    asset: Literal["site", "connection", "halls", "racks", "storage"]
    price_usd: Array
    life_yr: float

    def renewals(self, periods: Sequence[Period]) -> Iterator[tuple[int, int, int]]:
        """Yield each time that what a period adds is paid: the period's position, the year, how long it is used.

        Years count from the start of the first period.
        """
        first, end = periods[0].year, periods[-1].year + periods[-1].length_yr
        for i, period in enumerate(periods):
            for year in range(period.year, end, int(self.life_yr)):
                yield i, year - first, min(end - year, int(self.life_yr))


def purchases(case: Case, solution: Solution) -> list[Purchase]:
    """Return what is bought at the start of each period, by class of asset."""
    decisions, study = solution.decisions, case.study
    region = case.values("placement.capital_ratio")
    halls = np.einsum(
        "sky,k,s->ksy", decisions["modules_count"].values, case.values("halls.hall_usd_per_mw"), region
    ) * case.values("halls.module_mw")
    racks = np.einsum("skry,r->rsy", decisions["racks_count"].values, case.values("racks.rack_usd"))
    opened = np.diff(decisions["open_count"].values, axis=1, prepend=0)
    horizon_yr = float(sum(period.length_yr for period in study.horizon.periods))
    connection_life = float(case.values("grid.connection_life_yr"))
    line = opened * case.values("connection.connection_fixed_usd")[:, None]
    reinforcement = _grown(decisions["connection_mw"].values * case.values("grid.connection_usd_per_mw")[:, None])
    listed = [
        Purchase("site", opened * case.values("placement.fixed_site_usd")[:, None], horizon_yr),
        Purchase("connection", line + reinforcement, connection_life),
    ]
    lives = case.tables["cooling"]["life_yr"].astype(float)
    listed += [Purchase("halls", price, life) for price, life in zip(halls, lives, strict=True)]
    if "converted_count" in decisions:
        each_usd = case.values("retrofit.conversion_usd_per_mw")[:, None] * case.values("halls.module_mw")
        converted = np.moveaxis(decisions["converted_count"].values, 1, 0) * each_usd
        listed += [Purchase("halls", price, life) for price, life in zip(converted, lives, strict=True)]
    lives = case.tables["racks"]["life_yr"].astype(float)
    listed += [Purchase("racks", price, life) for price, life in zip(racks, lives, strict=True)]
    if "storage_power_mw" in decisions:
        battery = decisions["storage_power_mw"].values * case.values("storage.power_usd_per_mw")
        battery = battery + decisions["storage_energy_mwh"].values * case.values("storage.energy_usd_per_mwh")
        listed.append(Purchase("storage", _grown(battery), float(case.tables["storage"]["life_yr"].iloc[0])))
    if "heat_connection_mw" in decisions:
        heat = decisions["heat_connection_mw"].values * case.values("heat_reuse.heat_connection_usd_per_mw")[:, None]
        heat = _grown(heat + decisions["heat_pump_mw"].values * case.values("heat_reuse.heat_pump_usd_per_mw"))
        for life_yr in sorted(set(case.values("heat_reuse.heat_life_yr").tolist())):
            of_life = heat * (case.values("heat_reuse.heat_life_yr") == life_yr)[:, None]
            listed.append(Purchase("connection", of_life, life_yr))
    return listed


def operating_cost(case: Case, solution: Solution) -> Array:
    """Yearly cost other than annuities of capital, by site and period [USD/yr]."""
    total = np.zeros((len(case.axes["site"]), len(case.axes["period"])))
    for term in solution.terms_of("cost_usd_per_yr"):
        if (term["component"], term["term"]) not in CAPITAL_TERMS:
            total += solution.values[f"cost_usd_per_yr/{term['component']}.{term['term']}"].values
    return total


def _grown(installed_usd: Array) -> Array:
    """What is added in each period to something that is held."""
    added: Array = np.diff(installed_usd, axis=1, prepend=0)
    return added
