"""Books of the heat that is sold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, ResultTable, Term
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.case import Field
from siting.text import N_

if TYPE_CHECKING:
    from siting.case.solution import Solution


def costs(n: Books) -> Iterator[Term]:
    """What the heat fetches."""
    if not n.has("heat_sold_mw"):
        return
    yield "heat_reuse.sale", -n["heat_reuse.heat_price_usd_per_mwh"][:, None] * n.yearly(n.heat_sold())


def powers(n: Books) -> Iterator[Term]:
    """Heat pumps."""
    if n.has("heat_sold_mw"):
        yield "heat_reuse.heat_pump", -n.heat_pumps()


def purchases(n: Books) -> Iterator[Purchase]:
    """Connections to customers and heat pumps, as they are added in each period."""
    if not n.has("heat_sold_mw"):
        return
    connected = n["heat_connection_mw"] * n["heat_reuse.heat_connection_usd_per_mw"][:, None]
    lifted = n["heat_pump_mw"] * n["heat_reuse.heat_pump_usd_per_mw"]
    yield from bought(n, "heat_reuse.connection", "heat_reuse.heat", np.diff(connected, axis=1, prepend=0))
    yield from bought(n, "heat_reuse.heat_pump", "heat_reuse.heat", np.diff(lifted, axis=1, prepend=0))


def checks(n: Books) -> Iterator[Finding]:
    """Heat is sold from halls that have it, as it is wanted, through what has been built for it."""
    if not n.has("heat_sold_mw"):
        return
    sold, duty = n["heat_sold_mw"], n.policy.heat_reuse_min_fraction
    if duty is not None:
        used = n.yearly(n.it() + n.overhead())
        yield "heat that must be sold", ("site", "period"), duty * used - n.yearly(n.heat_sold()), used
    brought = (n["heat_reuse.heat_gain_ratio"] * n["heat_reuse.heat_reusable_fraction"])[..., None, None]
    had = brought * n.it_by_pair().sum(axis=2)
    yield "heat within the halls'", ("site", "cooling", "period", "hour"), sold - had, had
    wanted = n["heat_reuse.heat_shape_fraction"][:, None, :] * n["heat_connection_mw"][..., None]
    yield "heat within its connection", ("site", "period", "hour"), n.heat_sold() - wanted, wanted
    lifted = np.einsum("sk,skyh->syh", (n["heat_reuse.heat_pump_power_fraction"] > 0).astype(float), sold)
    pump = n["heat_pump_mw"][..., None]
    yield "heat within its pump", ("site", "period", "hour"), lifted - pump, np.broadcast_to(pump, lifted.shape)
    connection = n["heat_connection_mw"]
    yield "heat pump within its connection", ("site", "period"), n["heat_pump_mw"] - connection, connection
    largest = n["heat_reuse.heat_demand_mw"][:, None] * n["open_count"]
    yield "heat connection within demand", ("site", "period"), n["heat_connection_mw"] - largest, largest


def tables(n: Books) -> Iterator[ResultTable]:
    """What is sold to whom through what, and what it fetches."""
    axes, sold = ("site", "period"), n.yearly(n.heat_sold())
    yield ResultTable(
        "heat",
        {
            "heat_connection_mw": n.decided("heat_connection_mw", *axes),
            "heat_pump_mw": n.decided("heat_pump_mw", *axes),
            "heat_sold_mwh_per_yr": Field(axes, sold),
            "revenue_usd_per_yr": Field(axes, sold * n["heat_reuse.heat_price_usd_per_mwh"][:, None]),
        },
    )


def hourly(n: Books, _: Solution) -> Iterator[Term]:
    """Heat sold, and what its pumps draw."""
    yield "heat_sold_mw", n.heat_sold()
    yield "heat_pump_draw_mw", n.heat_pumps()


BOOK = Book(
    cost_terms=(
        CostTerm("heat_reuse.connection", kind="capital", is_price_of_power=False),
        CostTerm("heat_reuse.heat_pump", kind="capital", is_price_of_power=False),
        CostTerm("heat_reuse.sale", kind="operating", is_price_of_power=False),
    ),
    costs=costs,
    powers=powers,
    purchases=purchases,
    checks=checks,
    kept=("heat_connection_mw", "heat_pump_mw"),
    tables=tables,
    hourly=hourly,
    column_labels={"heat_connection_mw": N_("Connection to customers for heat"), "heat_pump_mw": N_("Heat pump")},
    term_labels={
        "heat_reuse": N_("Heat sold"),
        "heat_pump": N_("heat pump"),
        "sale": N_("sale"),
        "heat customers": N_("Customers for heat"),
    },
)
