"""Books of plants on site."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, Method, ResultTable, Term
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.case import Field
from siting.text import N_

if TYPE_CHECKING:
    from siting.case.solution import Solution


def costs(n: Books) -> Iterator[Term]:
    """Upkeep of what is in service, maintenance by use, and fuel."""
    if not n.has("bridge_mw"):
        return
    given = n.yearly(n["bridge_output_mw"])
    kept_up = np.einsum("b,sby->sy", n["bridge.upkeep_usd_per_mw_yr"], n["bridge_mw"])
    yield "bridge.maintenance", kept_up + np.einsum("b,sby->sy", n["bridge.running_usd_per_mwh"], given)
    yield "bridge.fuel", (n["bridge.plant_fuel_usd_per_mwh"] * given).sum(axis=1)


def carbon(n: Books, method: Method) -> Iterator[Term]:
    """What burning the fuel emits, whichever way it is counted; none is known of making the plants."""
    if n.has("bridge_mw") and method != "embodied":
        given = n.yearly(n["bridge_output_mw"])
        yield "bridge.fuel", np.einsum("b,sby->sy", n["bridge.emitted_t_per_mwh"], given)


def powers(n: Books) -> Iterator[Term]:
    """What all plants of a site give."""
    if n.has("bridge_mw"):
        yield "bridge.output", n.plants_output()


def purchases(n: Books) -> Iterator[Purchase]:
    """The plants of each kind that are added in each period."""
    if n.has("bridge_mw"):
        worth_usd = n["owned_bridge_mw"] * n["bridge.bridge_usd_per_mw"][:, None]
        added = np.diff(worth_usd, axis=2, prepend=0)
        yield from bought(n, "bridge.capital", "bridge.bridge", np.moveaxis(added, 1, 0))


def checks(n: Books) -> Iterator[Finding]:
    """Plants are bought, there, no larger than the load, and give no more than can be relied on and is permitted."""
    if not n.has("bridge_mw"):
        return
    by, plants, output = ("site", "bridge", "period"), n["bridge_mw"], n["bridge_output_mw"]
    yield "plants in service are owned", by, plants - n["owned_bridge_mw"], plants
    load = n.worst_hour()[:, None, :] * n["bridge.there_count"]
    yield "plants no larger than the load", by, plants - load, plants
    firm = n["bridge.firm_fraction"][:, None] * plants
    yield (
        "plants within what is firm",
        (*by, "hour"),
        output - firm[..., None],
        np.broadcast_to(firm[..., None], output.shape),
    )
    permitted = n["bridge.permit_h_per_yr"][:, None] * plants
    yield "plants within their permits", by, n.yearly(output) - permitted, permitted


def tables(n: Books) -> Iterator[ResultTable]:
    """Plants by site, kind and period: bought, in service, what they give, burn and emit."""
    if not n.has("bridge_mw"):
        return
    by, given = ("site", "bridge", "period"), n.yearly(n["bridge_output_mw"])
    columns = {
        "owned_bridge_mw": n["owned_bridge_mw"],
        "bridge_mw": n["bridge_mw"],
        "bridge_output_mwh_per_yr": given,
        "fuel_usd_per_yr": n["bridge.plant_fuel_usd_per_mwh"] * given,
        "bridge_carbon_t_per_yr": n["bridge.emitted_t_per_mwh"][:, None] * given,
    }
    yield ResultTable("bridge", {name: Field(by, values) for name, values in columns.items()})


def hourly(n: Books, _: Solution) -> Iterator[Term]:
    """What all plants of a site give."""
    if n.has("bridge_mw"):
        yield "bridge_output_mw", n.plants_output()


BOOK = Book(
    cost_terms=(
        CostTerm("bridge.capital", kind="capital", is_price_of_power=True),
        CostTerm("bridge.maintenance", kind="operating", is_price_of_power=True),
        CostTerm("bridge.fuel", kind="operating", is_price_of_power=True),
    ),
    costs=costs,
    carbon=carbon,
    powers=powers,
    purchases=purchases,
    checks=checks,
    kept=("owned_bridge_mw",),
    technology=(("bridge", "bridge_id"),),
    tables=tables,
    hourly=hourly,
    column_labels={
        "owned_bridge_mw": N_("Plants bought"),
        "bridge_mw": N_("Plants in service"),
        "bridge_output_mw": N_("Plants on site"),
        "bridge_output_mwh_per_yr": N_("Power of plants on site"),
        "fuel_usd_per_yr": N_("Fuel"),
        "bridge_carbon_t_per_yr": N_("Carbon of plants on site"),
    },
    term_labels={
        "bridge": N_("Plants on site"),
        "fuel": N_("fuel"),
        "fuel suppliers": N_("Fuel suppliers"),
    },
)
