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
    racks = n.cumulative("racks_count").sum(axis=1)
    yield "racks.maintenance", np.einsum("r,sry->sy", n["racks.rack_maintenance_usd_per_yr"], racks)


def carbon(n: Books, method: Method) -> Iterator[Term]:
    """What making them emits, spread over their lives."""
    if method == "embodied":
        made = np.einsum("r,skry->sy", n["racks.rack_embodied_t_per_yr"], n.cumulative("racks_count"))
        yield "racks.manufacture", made


def purchases(n: Books) -> Iterator[Purchase]:
    """The racks of each kind."""
    by_rack = np.einsum("skry,r->rsy", n["racks_count"], n["racks.rack_usd"])
    yield from bought(n, "racks.capital", "racks.rack", by_rack)


def checks(n: Books) -> Iterator[Finding]:
    """What is installed has been bought and fits its cooling, and no open site is without."""
    axes, installed = ("site", "cooling", "rack", "period"), n["installed_mw"]
    bought = n["racks.rack_mw"][:, None] * n.cumulative("racks_count")
    yield "installed", axes, np.abs(bought - installed), np.maximum(bought, installed)
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
            "installed_mw": n.decided("installed_mw", *axes),
            "gpu_h_per_yr": Field(axes, worked_h),
            "reference_gpu_h_per_yr": Field(axes, n.yearly(n["work_pflop"]) / n["finance.reference_accelerator_pflop"]),
        },
    )


def rack_usd_per_mw_yr(n: Books) -> Array:
    """Annuity and upkeep of a MW of racks, by rack."""
    of_rack = n["racks.rack_annuity_per_yr"] * n["racks.rack_usd"] + n["racks.rack_maintenance_usd_per_yr"]
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
    whole=("racks_count",),
    technology=(("racks", "rack_id"),),
    tables=tables,
    column_labels={"installed_mw": N_("IT nameplate"), "racks_count": N_("Racks")},
    term_labels={
        "racks": N_("Racks"),
        "manufacture": N_("manufacture"),
        "equipment makers": N_("Equipment makers"),
    },
)
