"""Books of the halls that are built."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, Method, ResultTable, Term
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.case import Array, Field
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """Upkeep."""
    halls_mw = n.in_mw(n.cumulative("modules_count"))
    yield "halls.maintenance", np.einsum("k,sky->sy", n["halls.maintenance_usd_per_mw_yr"], halls_mw)


def carbon(n: Books, method: Method) -> Iterator[Term]:
    """What building them emits, spread over their lives."""
    if method == "embodied":
        halls_mw = n.in_mw(n.cumulative("modules_count"))
        yield "halls.construction", np.einsum("k,sky->sy", n["halls.hall_embodied_t_per_mw_yr"], halls_mw)


def purchases(n: Books) -> Iterator[Purchase]:
    """The halls of each way of cooling, which has a life of its own, at the region's prices."""
    by_cooling = np.einsum(
        "sky,k,s->ksy", n.in_mw(n["modules_count"]), n["halls.hall_usd_per_mw"], n["placement.capital_ratio"]
    )
    yield from bought(n, "halls.capital", "halls.hall", by_cooling)


def checks(n: Books) -> Iterator[Finding]:
    """Halls hold the racks, within the limits and the land of their site."""
    opened = n["open_count"]
    halls = n.in_mw(n.cumulative("modules_count"))
    absent = halls * (1 - n["halls.offered_count"])[..., None]
    yield "cooling can be had at the site", ("site", "cooling", "period"), absent, np.ones_like(absent)
    occupied = np.einsum("r,skry->sky", n["racks.rack_mw"], n.racks_in_use())
    space = n.hall_space_mw()
    yield "hall space", ("site", "cooling", "period"), occupied - space, space
    total = halls.sum(axis=1) + n.standing_mw()
    most, least = n["placement.site_max_mw"][:, None] * opened, n["placement.site_min_mw"][:, None] * opened
    yield "halls within the site", ("site", "period"), total - most, most
    yield "site worth opening", ("site", "period"), least - total, least
    area = np.einsum("k,sky->sy", n["halls.land_ha_per_mw"], halls)
    yield "land", ("site", "period"), area - n["area_ha"], area


def tables(n: Books) -> Iterator[ResultTable]:
    """Modules and room for racks."""
    columns = {
        "modules_count": n.decided("modules_count", "site", "cooling", "period"),
        "hall_capacity_mw": Field(("site", "cooling", "period"), n.hall_space_mw()),
    }
    if n.has("converted_count"):
        columns["kept_mw"] = Field(("site", "cooling", "period"), n.kept_mw())
        columns["converted_count"] = n.decisions["converted_count"]
    yield ResultTable("halls", columns)


def hall_usd_per_mw_yr(n: Books) -> Array:
    """Annuity, upkeep, land and water supply of a MW of hall, by site and cooling."""
    capital = n["placement.capital_ratio"][:, None] * n["halls.hall_annuity_per_yr"] * n["halls.hall_usd_per_mw"]
    land = n["finance.discount_rate_per_yr"] * n["placement.land_usd_per_ha"][:, None] * n["halls.land_ha_per_mw"]
    supply = n["grid.connection_annuity_per_yr"] * n["water_supply.peak_day_usd_per_mw"]
    yearly: Array = capital + supply + n["halls.maintenance_usd_per_mw_yr"] + land
    return yearly


BOOK = Book(
    cost_terms=(
        CostTerm("halls.capital", kind="capital", is_price_of_power=False),
        CostTerm("halls.maintenance", kind="operating", is_price_of_power=False),
    ),
    costs=costs,
    carbon=carbon,
    purchases=purchases,
    checks=checks,
    whole=("modules_count",),
    technology=(("cooling", "cooling_id"),),
    tables=tables,
    column_labels={"hall_capacity_mw": N_("Halls"), "modules_count": N_("New hall modules")},
    term_labels={
        "halls": N_("Halls"),
        "capital": N_("capital"),
        "maintenance": N_("maintenance"),
        "builders": N_("Builders"),
        "staff and contractors": N_("Staff and contractors"),
    },
)
