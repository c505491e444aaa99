"""What an instrument changes, told from both ends: of the plan without it and the plan with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from siting.optimise.difference import Difference
from siting.scenarios.policy.instruments import Instrument, InstrumentLevel
from siting.scenarios.policy.local_price import local_price, present_worth_ratio

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["Effects", "extra_cost_range_usd", "payments", "states", "steps", "summary"]

CHANGES = (
    "carbon_location_t_per_yr",
    "carbon_market_t_per_yr",
    "carbon_hourly_t_per_yr",
    "water_m3_per_yr",
    "it_capacity_mw",
    "peak_grid_mw",
    "cfe_fraction",
)
"""Key figures whose change is told."""

PUBLIC = ("treasury",)
"""Receivers that are the state."""


@dataclass(frozen=True)
class Effects:
    """The plans of an instrument.

    Parameters
    ----------
    instrument : Instrument
        What it is.
    plans : mapping of InstrumentLevel to Plan
        Plan at each level; none where there is no plan.
    failures : mapping of InstrumentLevel to str
        Why there is none.
    difference : Difference or None
        What it changes in the cost at its standard level, bounded as a difference; None where that was not done.
    """

    instrument: Instrument
    plans: Mapping[InstrumentLevel, Plan]
    failures: Mapping[InstrumentLevel, str]
    difference: Difference | None = None


def summary(base: Plan, found: Sequence[Effects]) -> pd.DataFrame:
    """Return a row an instrument, at its standard level: what it costs and changes, its prices, what moves away.

    Parameters
    ----------
    base : Plan
        Without any.
    found : sequence of Effects
        The instruments.
    """
    return pd.DataFrame([_row(base, one) for one in found])


def _row(base: Plan, one: Effects) -> dict[str, Any]:
    instrument, plan = one.instrument, one.plans.get("standard")
    row: dict[str, Any] = {
        "instrument": instrument.id,
        "name": instrument.name,
        "field": instrument.path,
        "value": instrument.shown("standard"),
        "status": plan.status if plan is not None else one.failures.get("standard", "no plan"),
    }
    if plan is None:
        return row
    low, high = extra_cost_range_usd(base, one, plan)
    row |= {
        "extra_cost_usd": plan.objective_usd - base.objective_usd,
        "extra_cost_least_usd": low,
        "extra_cost_most_usd": high,
        "is_told_apart": int(low > 0),
    }
    row |= {f"change_{name}": _kpi(plan, name) - _kpi(base, name) for name in CHANGES}
    row |= {"public_revenue_change_usd_per_yr": _public(plan) - _public(base)}
    row |= _prices(one)
    row |= _leakage(base, plan, instrument)
    return row


def extra_cost_range_usd(base: Plan, one: Effects, plan: Plan) -> tuple[float, float]:
    """Return between what the best plans with and without an instrument differ in cost, as far as is proven.

    An instrument of the table takes choices away or asks money for them, so it never lowers the cost of the best
    plan; and what no plan under it at a looser level undercuts, none undercuts here. Where the difference itself was
    bounded, that holds, too.
    """
    direct = one.difference or Difference(-np.inf, np.inf)
    looser = one.plans.get("looser")
    bounds = [plan.bound_usd, base.bound_usd, *([looser.bound_usd] if looser is not None else [])]
    low, high = max(bounds) - base.objective_usd, plan.objective_usd - base.bound_usd
    if one.instrument.id == "carbon-price" and base.case.study.policy.carbon_price_usd_per_t > 0:
        low = plan.bound_usd - base.objective_usd  # charged instead of counted it is taken off income
    else:
        low, high = max(low, 0.0), max(high, 0.0)
    return max(low, direct.least_usd), min(high, direct.most_usd)


def _prices(one: Effects) -> dict[str, float]:
    """The local price at the standard level, and the step costs to both sides, each a year and a unit of the limit."""
    instrument, plan = one.instrument, one.plans["standard"]
    value = instrument.amount("standard")
    prices = dict.fromkeys(
        ("local_price_usd_per_yr", "step_looser_usd_per_yr", "step_tighter_usd_per_yr", "step_error_usd_per_yr"), np.nan
    )
    prices |= {"step_looser_is_told": 1.0, "step_tighter_is_told": 1.0}
    if value is None:
        return prices
    worth = present_worth_ratio(plan.case)
    if not instrument.is_price and not instrument.amounts:
        price = local_price(plan, instrument.path)
        prices["local_price_usd_per_yr"] = np.nan if price is None else price
    errors = []
    for level in ("looser", "tighter"):
        other = one.plans.get(level)
        if other is None:
            continue
        if not _are_apart(other, plan) and not _are_apart(plan, other):
            prices[f"step_{level}_is_told"] = 0.0
        step = abs((instrument.amount(level) or 0.0) - value)
        prices[f"step_{level}_usd_per_yr"] = abs(other.objective_usd - plan.objective_usd) / step / worth
        open_usd = (other.objective_usd - other.bound_usd) + (plan.objective_usd - plan.bound_usd)
        errors.append(open_usd / step / worth)
    prices["step_error_usd_per_yr"] = max(errors, default=np.nan)
    return prices


def _are_apart(cheaper: Plan, dearer: Plan) -> bool:
    """Whether it is proven that the best plan of one case costs more than that of another."""
    return dearer.bound_usd > cheaper.objective_usd


def _leakage(base: Plan, plan: Plan, instrument: Instrument) -> dict[str, float]:
    """MW that leave a state, or the states of a rule, and carbon that rises where they go."""
    before, after = _by_state(base), _by_state(plan)
    names = sorted(set(before.index) | set(after.index))
    power = {
        state: float(after["it_capacity_mw"].get(state, 0.0) - before["it_capacity_mw"].get(state, 0.0))
        for state in names
    }
    carbon = {
        state: float(
            after["carbon_location_t_per_yr"].get(state, 0.0) - before["carbon_location_t_per_yr"].get(state, 0.0)
        )
        for state in names
    }
    within = set(instrument.states) or {state for state in names if power[state] < 0}
    return {
        "left_mw": -sum(min(power[state], 0.0) for state in names if state in within),
        "arrived_mw": sum(max(power[state], 0.0) for state in names if state not in within),
        "leakage_t_per_yr": sum(max(carbon[state], 0.0) for state in names if state not in within),
    }


def steps(found: Sequence[Effects]) -> pd.DataFrame:
    """Return a row an instrument and level: its value, its plan's cost and bound, or why it has none."""
    rows = []
    for one in found:
        for level in one.instrument.levels:
            plan = one.plans.get(level)
            rows.append(
                {
                    "instrument": one.instrument.id,
                    "level": level,
                    "value": one.instrument.shown(level),
                    "status": plan.status if plan is not None else one.failures.get(level, "no plan"),
                    "objective_usd": np.nan if plan is None else plan.objective_usd,
                    "bound_usd": np.nan if plan is None else plan.bound_usd,
                    "open_sites": "" if plan is None else " ".join(plan.open_sites),
                }
            )
    return pd.DataFrame(rows)


def states(base: Plan, found: Sequence[Effects]) -> pd.DataFrame:
    """Return a row an instrument and state: its IT power with it, and the change."""
    before, rows = _by_state(base)["it_capacity_mw"], []
    for one in found:
        plan = one.plans.get("standard")
        if plan is None:
            continue
        after = _by_state(plan)["it_capacity_mw"]
        for state in sorted(set(before.index) | set(after.index)):
            now, then = float(after.get(state, 0.0)), float(before.get(state, 0.0))
            rows.append(
                {
                    "instrument": one.instrument.id,
                    "state": state,
                    "it_capacity_mw": now,
                    "change_it_capacity_mw": now - then,
                }
            )
    return pd.DataFrame(rows, columns=["instrument", "state", "it_capacity_mw", "change_it_capacity_mw"])


def payments(base: Plan, found: Sequence[Effects]) -> pd.DataFrame:
    """Return a row an instrument and party: what it gets more, or pays less, in a year of the last period.

    What the parties get sums to what the operator pays more, so that all of it sums to zero.
    """
    before, rows = _received(base), []
    for one in found:
        plan = one.plans.get("standard")
        if plan is None:
            continue
        after = _received(plan)
        for party in sorted(set(before) | set(after)):
            change = after.get(party, 0.0) - before.get(party, 0.0)
            rows.append({"instrument": one.instrument.id, "party": party, "change_usd_per_yr": change})
    return pd.DataFrame(rows, columns=["instrument", "party", "change_usd_per_yr"])


def _received(plan: Plan) -> dict[str, float]:
    """What each party receives, less what it pays, in a year of the last period [USD/yr]; the sum is zero."""
    cost = plan.tables["cost"]
    last = cost[(cost["period"] == cost["period"].max()) & (cost["kind"] != "shadow")]
    got: dict[str, float] = {}
    for payer, receiver, amount in last[["payer", "receiver", "cost_usd_per_yr"]].itertuples(index=False, name=None):
        # a term is a cost of the operator; where it is below zero the operator is paid, by whom the term names as payer
        other = receiver if payer == "operator" else payer
        got[str(other)] = got.get(str(other), 0.0) + float(amount)
        got["operator"] = got.get("operator", 0.0) - float(amount)
    return got


def _public(plan: Plan) -> float:
    received = _received(plan)
    return sum(received.get(party, 0.0) for party in PUBLIC)


def _by_state(plan: Plan) -> pd.DataFrame:
    sites = plan.tables["sites"]
    last = sites[sites["period"] == sites["period"].max()]
    sums: pd.DataFrame = last.groupby("state")[["it_capacity_mw", "carbon_location_t_per_yr"]].sum()
    return sums


def _kpi(plan: Plan, name: str) -> float:
    value = plan.kpis[name]["value"]
    return float(value) if isinstance(value, int | float) else np.nan
