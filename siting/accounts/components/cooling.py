"""Books of the cooling: the power of IT, of what cools it, and its water."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from siting.accounts.book import Book, CostTerm, Term
from siting.accounts.numbers import Books
from siting.text import N_

if TYPE_CHECKING:
    from siting.case.solution import Solution


def costs(n: Books) -> Iterator[Term]:
    """Water; the power is paid for where it comes from."""
    yield "cooling.water", n["cooling.water_usd_per_m3"][:, None] * n.water()


def powers(n: Books) -> Iterator[Term]:
    """IT, and cooling with losses."""
    yield "cooling.it", -n.it()
    yield "cooling.overhead", -n.overhead()


def hourly(n: Books, solution: Solution) -> Iterator[Term]:
    """Power and water by use; that of the servers' fans is a part of IT's."""
    yield "it_mw", -solution.values["power_mw/cooling.it"].values
    yield "server_fan_mw", n.server_fans()
    yield "cooling_mw", -solution.values["power_mw/cooling.overhead"].values
    yield "water_m3_per_h", n.water_hourly()


BOOK = Book(
    cost_terms=(CostTerm("cooling.water", kind="operating", is_price_of_power=False),),
    costs=costs,
    powers=powers,
    hourly=hourly,
    column_labels={"it_mw": N_("IT"), "cooling_mw": N_("Cooling and losses")},
    term_labels={"cooling": N_("Cooling"), "water": N_("water"), "water utilities": N_("Water utilities")},
)
