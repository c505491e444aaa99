"""Books of the batteries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, Method, ResultTable, Term
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.text import N_

if TYPE_CHECKING:
    from siting.case.solution import Solution

_BUILT_MW = 1e-6
"""Power below which there is no battery, but the solver's rounding."""


def costs(n: Books) -> Iterator[Term]:
    """Upkeep, and wear by use."""
    if not n.has("storage_power_mw"):
        return
    yield "storage.maintenance", n["storage.fixed_usd_per_mw_yr"] * n["storage_power_mw"]
    yield "storage.wear", n["storage.throughput_usd_per_mwh"] * n.yearly(n["discharge_mw"])


def carbon(n: Books, method: Method) -> Iterator[Term]:
    """What making them emits, spread over their life."""
    if method == "embodied" and n.has("storage_energy_mwh"):
        yield "storage.manufacture", n["storage.storage_embodied_t_per_mwh_yr"] * n["storage_energy_mwh"]


def purchases(n: Books) -> Iterator[Purchase]:
    """What is added in each period."""
    if not n.has("storage_power_mw"):
        return
    worth_usd = n["storage_power_mw"] * n["storage.power_usd_per_mw"]
    worth_usd = worth_usd + n["storage_energy_mwh"] * n["storage.energy_usd_per_mwh"]
    yield from bought(n, "storage.capital", "storage.storage", np.diff(worth_usd, axis=1, prepend=0))


def checks(n: Books) -> Iterator[Finding]:
    """The battery's level follows its flows, within its size, and closes each day."""
    if not n.has("level_mwh"):
        return
    level, charge, discharge = n["level_mwh"], n["charge_mw"], n["discharge_mw"]
    one_way = n["storage.one_way_fraction"]
    after = level + n["hours.step_h"] * (one_way * charge - discharge / one_way)
    by_day = level.reshape(*level.shape[:-1], n.case.calendar.days_count, -1)
    following = np.roll(by_day, -1, axis=-1).reshape(level.shape)
    yield "battery level", ("site", "period", "hour"), np.abs(after - following), np.maximum(level, charge)
    energy, power = n["storage_energy_mwh"][..., None], n["storage_power_mw"][..., None]
    yield "battery energy", ("site", "period", "hour"), level - energy, np.broadcast_to(energy, level.shape)
    yield "battery power", ("site", "period", "hour"), charge + discharge - power, np.broadcast_to(power, level.shape)
    both = np.minimum(charge, discharge)
    yield "battery flows one way", ("site", "period", "hour"), both, np.broadcast_to(power, level.shape)
    least = n["storage.storage_min_mw"] * (power[..., 0] > _BUILT_MW)
    yield "battery worth building", ("site", "period"), least - power[..., 0], least
    beside = n["installed_mw"].sum(axis=(1, 2))
    yield "battery no larger than the computers", ("site", "period"), power[..., 0] - beside, beside
    longest = n["storage.max_duration_h"] * power[..., 0]
    yield "battery duration", ("site", "period"), energy[..., 0] - longest, longest


def tables(n: Books) -> Iterator[ResultTable]:
    """Power and energy by site."""
    names = ("storage_power_mw", "storage_energy_mwh")
    yield ResultTable("storage", {name: n.decided(name, "site", "period") for name in names})


def hourly(n: Books, _: Solution) -> Iterator[Term]:
    """Charge and discharge."""
    for name in ("charge_mw", "discharge_mw"):
        yield name, n.decided(name, "site", "period", "hour").values


BOOK = Book(
    cost_terms=(
        CostTerm("storage.capital", kind="capital", is_price_of_power=True),
        CostTerm("storage.maintenance", kind="operating", is_price_of_power=True),
        CostTerm("storage.wear", kind="operating", is_price_of_power=True),
    ),
    costs=costs,
    carbon=carbon,
    gives=("discharge_mw",),
    takes=("charge_mw",),
    purchases=purchases,
    checks=checks,
    whole=("storage_count",),
    kept=("storage_power_mw", "storage_energy_mwh"),
    technology=(("storage", "storage_id"),),
    tables=tables,
    hourly=hourly,
    column_labels={
        "storage_power_mw": N_("Battery power"),
        "storage_energy_mwh": N_("Battery energy"),
        "discharge_mw": N_("Battery, discharging"),
        "charge_mw": N_("Battery, charging"),
    },
    term_labels={"storage": N_("Batteries"), "wear": N_("wear")},
)
