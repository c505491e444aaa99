"""Books of the racks."""

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
    racks = n.racks_in_use().sum(axis=1)
    yield "racks.maintenance", np.einsum("r,sry->sy", n["racks.rack_maintenance_usd_per_yr"], racks)


def carbon(n: Books, method: Method) -> Iterator[Term]:
    """What making them emits, spread over their lives; the rest of a life that is cut short, over its use."""
    if method == "embodied":
        periods = range(len(n.case.axes["period"]))
        uses = n["given_up_count"] * (n["racks.embodied_use_ratio"] - 1)
        rest = np.stack([uses[..., : y + 1, y:].sum(axis=(3, 4)) for y in periods], axis=-1)
        made = np.einsum("r,skry->sy", n["racks.rack_embodied_t_per_yr"], n.racks_in_use() + rest)
        yield "racks.manufacture", made


def purchases(n: Books) -> Iterator[Purchase]:
    """The racks of each kind."""
    prices, years = n["racks.price_ratio"], n.case.axes["year"]
    bought_in = [years.index(period) for period in n.case.axes["period"]]
    price_usd = n["racks.rack_usd"][:, None] * prices[:, bought_in]
    by_rack = np.einsum("skry,ry->rsy", n["racks_count"], price_usd)
    until = np.einsum("skryu,ry->rsyu", n["given_up_count"], price_usd)
    given_up = np.concatenate([np.zeros_like(until[..., :1]), until[..., :-1]], axis=-1)
    yield from bought(n, "racks.capital", "racks.rack", by_rack, given_up, prices)


def checks(n: Books) -> Iterator[Finding]:
    """What is installed has been bought and fits its cooling, and no open site is without."""
    axes, installed = ("site", "cooling", "rack", "period"), n["installed_mw"]
    in_use = n["racks.rack_mw"][:, None] * n.racks_in_use()
    yield "installed", axes, np.abs(in_use - installed), np.maximum(in_use, installed)
    bought, given_up = n["racks_count"], n["given_up_count"]
    yield "given up within bought", axes, given_up.sum(axis=4) - bought, np.maximum(bought, 1.0)
    periods = np.arange(len(n.case.axes["period"]))
    may_end = (periods[:, None] <= periods) & (periods < periods[-1])  # by period of purchase, and after which it ends
    yield "given up after it is bought", (*axes, "until"), given_up * ~may_end, np.ones_like(given_up)
    yield "rack is sold by then", axes, bought * (1 - n["racks.sold_count"]), np.ones_like(bought)
    misplaced = installed * (1 - n["racks.compatible_count"])[None, :, :, None]
    yield "rack fits its cooling", axes, misplaced, np.ones_like(misplaced)
    opened = n["open_count"]
    least = n["placement.site_min_mw"][:, None] * opened
    needed = np.maximum(least - n["racks.rack_mw"].max(), 0) * opened
    yield "open sites have racks", ("site", "period"), needed - installed.sum(axis=(1, 2)), needed


def tables(n: Books) -> Iterator[ResultTable]:
    """Racks, with the hours that their accelerators work, and what the reference one would take for as much."""
    axes = ("site", "cooling", "rack", "period")
    pflop = n["computing.compute_pflop_per_mw"] * n["racks.rack_mw"] / n["racks.accelerators_count"]
    worked_h = n.yearly(n["work_pflop"]) / pflop[:, None]
    yield ResultTable(
        "racks",
        {
            "racks_count": n.decided("racks_count", *axes),
            "given_up_count": Field(axes, n.racks_given_up()),
            "in_use_count": Field(axes, n.racks_in_use()),
            "installed_mw": n.decided("installed_mw", *axes),
            "gpu_h_per_yr": Field(axes, worked_h),
            "reference_gpu_h_per_yr": Field(axes, n.yearly(n["work_pflop"]) / n["finance.reference_accelerator_pflop"]),
        },
    )


def rack_usd_per_mw_yr(n: Books) -> Array:
    """Annuity and upkeep of a MW of racks, by rack, in the year in which it costs the least."""
    price = n["racks.rack_usd"] * n["racks.price_ratio"].min(axis=1)
    of_rack = n["racks.rack_annuity_per_yr"] * price + n["racks.rack_maintenance_usd_per_yr"]
    yearly: Array = of_rack / n["racks.rack_mw"]
    return yearly


BOOK = Book(
    cost_terms=(
        CostTerm("racks.capital", kind="capital", is_price_of_power=False),
        CostTerm("racks.maintenance", kind="operating", is_price_of_power=False),
    ),
    costs=costs,
    carbon=carbon,
    purchases=purchases,
    checks=checks,
    whole=("racks_count", "given_up_count"),
    technology=(("racks", "rack_id"),),
    tables=tables,
    column_labels={
        "installed_mw": N_("IT nameplate"),
        "racks_count": N_("Racks"),
        "given_up_count": N_("Given up"),
        "in_use_count": N_("In use"),
    },
    term_labels={
        "racks": N_("Racks"),
        "manufacture": N_("manufacture"),
        "equipment makers": N_("Equipment makers"),
    },
)
