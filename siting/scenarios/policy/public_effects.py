"""What a plan means for the public: money by level of government, jobs, other customers' bills, concentration.

Each is a range where its ends are known apart, with the grade of what it rests on. What no source states is assumed
here, and said to be: jobs, and what supply for a further load costs the other customers at the most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from siting.quantities import HOURS_PER_YEAR, KW_PER_MW, MONTHS_PER_YR

if TYPE_CHECKING:
    from siting.plan.plan import Plan
    from siting.scenarios.policy.effects import Effects

__all__ = ["PublicEffect", "public_effects", "public_table"]

JOBS_PER_MW = (0.3, 1.7)
"""People employed for good a MW of IT power: about 50 in a building (JLARC 2024), assumed to hold 30 to 170 MW."""

BUILDERS_PER_MW = (9.0, 50.0)
"""People at the height of building a MW: about 1,500 for a building (JLARC 2024), of the same assumed sizes."""

NEW_SUPPLY_USD_PER_KW_YR = 250.0
"""Assumed: what capacity and lines for a kW of new peak cost a year, where none are spare and others pay for them."""

LEVELS: Mapping[str, str] = MappingProxyType(
    {"property_tax": "local", "sales_tax": "state and local", "receipts_tax": "state", "carbon": "federal"}
)
"""Who levies what; the rates of sales tax are of a state with the mean of its counties and towns."""

SUPPLIERS = ("power suppliers", "grid operators")
"""Who is paid for power and its way to the meter."""


@dataclass(frozen=True)
class PublicEffect:
    """A number of a plan, of a year of its last period unless its unit says otherwise.

    Parameters
    ----------
    kind, of : str
        What it is, and of whom.
    unit : str
        Of both ends.
    low, high : float
        Its range; both the same where it is one number.
    grade : str
        ``modelled`` or ``assumed``.
    """

    kind: str
    of: str
    unit: str
    low: float
    high: float
    grade: str


def public_effects(plan: Plan) -> list[PublicEffect]:
    """Return what a plan means for the public."""
    return [*_revenue(plan), *_forgone(plan), *_jobs(plan), *_bills(plan), *_concentration(plan)]


def public_table(base: Plan, found: Sequence[Effects]) -> pd.DataFrame:
    """Return a row an instrument and effect: its range with the instrument, and by how much each end changes."""
    before, rows = {(one.kind, one.of): one for one in public_effects(base)}, []
    plans = [
        ("without", base),
        *((one.instrument.id, one.plans["standard"]) for one in found if "standard" in one.plans),
    ]
    for name, plan in plans:
        now = {(one.kind, one.of): one for one in public_effects(plan)}
        for key in dict.fromkeys([*before, *now]):
            one, was = now.get(key), before.get(key)
            shown = one or was
            if shown is None:
                continue
            low, high = (one.low, one.high) if one else (0.0, 0.0)
            rows.append(
                {
                    "instrument": name,
                    "effect": shown.kind,
                    "of": shown.of,
                    "unit": shown.unit,
                    "low": low,
                    "high": high,
                    "change_low": low - (was.low if was else 0.0),
                    "change_high": high - (was.high if was else 0.0),
                    "grade": shown.grade,
                }
            )
    return pd.DataFrame(rows)


def _one(kind: str, of: str, unit: str, value: float, grade: str = "modelled") -> PublicEffect:
    return PublicEffect(kind, of, unit, value, value, grade)


def _last(plan: Plan, name: str) -> pd.DataFrame:
    table = plan.tables[name]
    last: pd.DataFrame = table[table["period"] == table["period"].max()]
    return last


def _revenue(plan: Plan) -> Iterator[PublicEffect]:
    """What each level of government gets, if taxes are a part of what the study minimises, and for carbon."""
    cost = _last(plan, "cost")
    paid = cost[cost["receiver"] == "treasury"]
    got: dict[str, float] = {}
    shares = _federal_share(plan)
    for site, term, amount in paid[["site_id", "term", "cost_usd_per_yr"]].itertuples(index=False, name=None):
        if term == "income_tax":
            federal = shares[str(site)] * float(amount)
            got["federal"] = got.get("federal", 0.0) + federal
            got["state"] = got.get("state", 0.0) + float(amount) - federal
        else:
            level = LEVELS.get(str(term), "state")
            got[level] = got.get(level, 0.0) + float(amount)
    for level in ("federal", "state", "state and local", "local"):
        if level in got:
            yield _one("public revenue", level, "USD/yr", got[level])


def _federal_share(plan: Plan) -> dict[str, float]:
    """Part of each site's income tax that the federation has: the state's is taken off the income that it taxes."""
    federal = float(plan.case.values("finance.federal_income_tax_fraction"))
    both = plan.case.values("taxes.profit_tax_fraction")
    state = 1.0 - (1.0 - both) / (1.0 - federal)
    of_federation = federal * (1.0 - state)
    sites = [str(site) for site in plan.case.axes["site"]]
    return {
        site: float(part / all_of_it) if all_of_it else 0.0
        for site, part, all_of_it in zip(sites, of_federation, both, strict=True)
    }


def _forgone(plan: Plan) -> Iterator[PublicEffect]:
    """What exemptions spare of taxes, as the mean of the years of the plan."""
    taxes = plan.tables["after_tax"]
    years = max(len(taxes) - 1, 1)
    for of, column in (
        ("state and local: sales tax", "sales_tax_spared_usd"),
        ("local: property tax", "property_tax_abated_usd"),
        ("federal and state: credits", "tax_credit_usd"),
    ):
        yield _one("exemptions", of, "USD/yr", float(taxes[column].sum()) / years)


def _jobs(plan: Plan) -> Iterator[PublicEffect]:
    power = float(_last(plan, "sites")["it_capacity_mw"].sum())
    for of, (low, high) in (("for good", JOBS_PER_MW), ("at the height of building", BUILDERS_PER_MW)):
        yield PublicEffect("jobs", of, "people", low * power, high * power, "assumed")


def _bills(plan: Plan) -> Iterator[PublicEffect]:
    """What all other customers together pay more, between supply that is spare and supply that is built for the load.

    At the least they gain all that the sites pay above the wholesale cost of their energy and their own connections;
    at the most new capacity and lines for the peak come on top.
    """
    levels = plan.case.tables.get("wholesale_levels")
    if levels is None:
        return
    wholesale = levels.groupby("grid_zone_id")["wholesale_usd_per_mwh"].mean().to_dict()
    cost, hourly = _last(plan, "cost"), _last(plan, "hourly")
    bought = (hourly["import_mw"] * hourly["weight_h_per_yr"]).groupby(hourly["site_id"]).sum().to_dict()
    asked = plan.case.tables["sites"].set_index("site_id")
    tariff, charge = asked["tariff_usd_per_mwh"].to_dict(), asked["demand_charge_usd_per_kw_month"].to_dict()
    margin, peak = 0.0, 0.0
    for row in _last(plan, "sites").query("is_open == 1").to_dict("records"):
        site, zone = str(row["site_id"]), str(row["grid_zone_id"])
        if zone not in wholesale:
            return
        paid = cost[(cost["site_id"] == site) & cost["receiver"].isin(SUPPLIERS)]
        lines = float(paid.loc[paid["kind"] == "capital", "cost_usd_per_yr"].sum())
        peaks = float(charge[site]) * KW_PER_MW * MONTHS_PER_YR / HOURS_PER_YEAR
        beside = float(tariff[site]) - peaks - float(wholesale[zone])
        energy = float(paid.loc[paid["term"] == "energy", "cost_usd_per_yr"].sum())
        energy -= beside * float(bought.get(site, 0.0))
        margin += float(paid["cost_usd_per_yr"].sum()) - lines - energy
        peak += float(row["peak_grid_mw"])
    at_most = NEW_SUPPLY_USD_PER_KW_YR * KW_PER_MW * peak - margin
    yield PublicEffect("other customers' bills", "all together", "USD/yr", -margin, at_most, "assumed")


def _concentration(plan: Plan) -> Iterator[PublicEffect]:
    sites = _last(plan, "sites")
    total = float(sites["it_capacity_mw"].sum())
    if total <= 0:
        return
    for of, column in (("first site", "site_id"), ("first grid zone", "grid_zone_id"), ("first state", "state")):
        shares = sites.groupby(column)["it_capacity_mw"].sum() / total
        yield _one("concentration", of, "1", float(shares.max()))
        if column == "site_id":
            yield _one("concentration", "Herfindahl index of sites", "1", float((shares**2).sum()))
