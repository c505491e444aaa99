"""Prices that answer to the fleet: an outer pass to the price at which what is connected is what the price rests on.

The model's steps are what a step's own power costs. Where a fleet sets the price, all that is drawn in its authority
pays the last step that it reaches, which is a product of two decisions. So the prices are held, the plan is made, and
the prices that its connections come to are taken in turn, until they are those that were held. Steps are stairs: where
no stair fits, two plans answer to each other for ever; then the dearer price is kept, and the gap is told.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.accounts.numbers import Books
from siting.case.case import Array, Case, Field
from siting.case.regions import sites_by_authority
from siting.quantities import HOURS_PER_YEAR

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["PriceResponse", "respond", "rounds_table"]

MOST_ROUNDS = 8
SMALL_MW = 1e-6
"""Of a step: the solver's rounding."""

OWN_PRICE = "supply_steps.supply_usd_per_mw_yr"


@dataclasses.dataclass(frozen=True)
class PriceRound:
    """One round: the prices that were held, those that the plan comes to, and how far the cost is off by that.

    Parameters
    ----------
    held_usd_per_mwh, found_usd_per_mwh : mapping of str to float
        On top of power's price, by authority.
    connection_mw : mapping of str to float
        What is connected in each, in the last period.
    objective_usd : float
        Cost of the plan at the prices held.
    drawn_mwh_per_yr : mapping of str to float
        Most that has been drawn in each in the last period, in this round or one before.
    gap_usd_per_yr : float
        What that much would pay more or less at the prices found.
    """

    held_usd_per_mwh: dict[str, float]
    found_usd_per_mwh: dict[str, float]
    connection_mw: dict[str, float]
    objective_usd: float
    drawn_mwh_per_yr: dict[str, float]
    gap_usd_per_yr: float

    @property
    def is_fixed(self) -> bool:
        """Whether the prices held are those found."""
        return self.held_usd_per_mwh == self.found_usd_per_mwh


@dataclasses.dataclass(frozen=True)
class PriceResponse:
    """The rounds, and the plan of the one with the least gap.

    Parameters
    ----------
    rounds : tuple of PriceRound
        In order.
    plan : Plan
        Of the round with the least gap; of equals the last.
    is_fixed : bool
        Whether its prices are those that it comes to.
    """

    rounds: tuple[PriceRound, ...]
    plan: Plan
    is_fixed: bool

    @property
    def gap_usd_per_yr(self) -> float:
        """Least gap of all rounds."""
        return min(one.gap_usd_per_yr for one in self.rounds)


def respond(case: Case, solve: Callable[[Case], Plan], *, rounds: int = MOST_ROUNDS) -> PriceResponse:
    """Make plans until the price of each authority is the one that their connections come to.

    Parameters
    ----------
    case : Case
        With steps of supply (`connection.supply_steps`).
    solve : callable
        Makes a plan of a case.
    rounds : int
        How many plans are made at the most.

    Raises
    ------
    ValueError
        If the case has no steps.
    """
    if not case.supplied():
        raise ValueError("the study has no steps of supply; state connection.supply_steps")
    held = dict.fromkeys(sites_by_authority(case), 0.0)
    told: list[PriceRound] = []
    plans: list[Plan] = []
    seen: list[dict[str, float]] = []
    while len(told) < rounds:
        plan = solve(at_prices(case, held))
        one = _round(case, plan, held, told[-1].drawn_mwh_per_yr if told else {})
        told.append(one)
        plans.append(plan)
        if one.is_fixed:
            break
        seen.append(held)
        following = one.found_usd_per_mwh
        if following in seen:  # two answer to each other: the dearer of both is tried, once
            following = {name: max(following[name], held[name]) for name in held}
            if following in seen:
                break
        held = following
    best = min(range(len(told)), key=lambda i: (not told[i].is_fixed, told[i].gap_usd_per_yr, -i))
    return PriceResponse(tuple(told), plans[best], is_fixed=told[best].is_fixed)


def at_prices(case: Case, held: dict[str, float]) -> Case:
    """Return a case in which all power drawn pays a price of its authority on top, and steps have none of their own.

    Parameters
    ----------
    case : Case
        The numbers.
    held : mapping of str to float
        Price on top of power's, by authority [USD/MWh].
    """
    sites = [str(site) for site in case.axes["site"]]
    on_top = np.zeros(len(sites))
    for authority, own in sites_by_authority(case).items():
        on_top[[sites.index(site) for site in own]] = held.get(authority, 0.0)
    price = case.fields["grid.price_usd_per_mwh"]
    fields = {
        **case.fields,
        "grid.price_usd_per_mwh": Field(price.axes, price.values + on_top[:, None]),
        OWN_PRICE: Field(("step",), np.zeros(len(case.axes["step"]))),
    }
    return dataclasses.replace(case, fields=fields)


def _round(case: Case, plan: Plan, held: dict[str, float], before: dict[str, float]) -> PriceRound:
    """What a plan comes to."""
    n = Books(case, plan.solution.decisions)
    drawn = n.yearly(n["draw_mw"])[:, -1]
    sites = [str(site) for site in case.axes["site"]]
    found: dict[str, float] = {}
    connected: dict[str, float] = {}
    most: dict[str, float] = {}
    gap = 0.0
    for authority, own in sites_by_authority(case).items():
        inside = [sites.index(site) for site in own]
        connected[authority] = float(n["connection_mw"][inside, -1].sum())
        found[authority] = _last_step_usd_per_mwh(case, inside[0], connected[authority])
        most[authority] = max(float(drawn[inside].sum()), before.get(authority, 0.0))
        gap += abs(found[authority] - held[authority]) * most[authority]
    return PriceRound(dict(held), found, connected, plan.objective_usd, most, gap)


def _last_step_usd_per_mwh(case: Case, site: int, connected_mw: float) -> float:
    """Price of the last step that an authority's connections reach; none where it has no steps."""
    inside = case.values("supply_steps.in_authority_count")[site] > 0
    if not inside.any() or connected_mw <= SMALL_MW:
        return 0.0
    price: Array = case.values(OWN_PRICE)[inside] / HOURS_PER_YEAR
    reached = np.cumsum(case.values("supply_steps.supply_most_mw")[inside, -1])
    place = int(np.searchsorted(reached, connected_mw - SMALL_MW))
    return float(price[min(place, len(price) - 1)])


def rounds_table(response: PriceResponse) -> pd.DataFrame:
    """Return a row for each round and authority that has any connection in some round.

    Parameters
    ----------
    response : PriceResponse
        The rounds.
    """
    rows = [
        {
            "round_count": number,
            "authority_id": authority,
            "connection_mw": connected,
            "held_usd_per_mwh": one.held_usd_per_mwh[authority],
            "found_usd_per_mwh": one.found_usd_per_mwh[authority],
            "objective_usd": one.objective_usd,
            "gap_usd_per_yr": one.gap_usd_per_yr,
        }
        for number, one in enumerate(response.rounds, start=1)
        for authority, connected in one.connection_mw.items()
    ]
    table = pd.DataFrame(rows)
    used = table.groupby("authority_id")["connection_mw"].transform("max") > SMALL_MW
    return table[used].reset_index(drop=True)
