"""Books of the demand that sites serve, and of the network to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, ResultTable, Term
from siting.accounts.numbers import Books
from siting.text import N_

if TYPE_CHECKING:
    from siting.case.solution import Solution


def costs(n: Books) -> Iterator[Term]:
    """Wide-area network to the zones."""
    carried, share = n["serving.inference_mean_pflop"], n["share_fraction"]
    yield (
        "serving.network",
        np.einsum("sz,zy,szy->sy", n["serving.network_usd_per_pflop_yr"], carried, share),
    )


def checks(n: Books) -> Iterator[Finding]:
    """All inference and batch work is served, spared or leased, from open sites within the latency limit."""
    share = n["share_fraction"]
    served = share.sum(axis=0)
    asked = n["serving.inference_mean_pflop"] > 0
    elsewhere = n.spared_fraction(of_batch=False) + n.leased_share()
    yield "inference served", ("zone", "period"), np.abs(served + elsewhere - 1) * asked, np.ones_like(served)
    closed = share - n["open_count"][:, None, :]
    yield "share only of open sites", ("site", "zone", "period"), closed, np.ones_like(share)
    late = ~n.case.within_latency()
    yield "latency", ("site", "zone", "period"), share * late[:, :, None], np.ones_like(share)
    elsewhere = n.spared_fraction(of_batch=True) + n.leased_batch_fraction()
    hours, moved = n["batch_pflop"].sum(axis=0), n["serving.batch_moved_pflop"]
    daily = np.stack([hours[..., n.day == d].mean(axis=-1) for d in range(n.case.calendar.days_count)], axis=-1)
    daily = daily + moved * elsewhere[..., None]
    wanted = n["serving.batch_due_pflop"] + n.decided("batch_day_pflop", "lot", "period", "day").values
    yield "batch served", ("lot", "period", "day"), np.abs(daily - wanted), np.maximum(wanted, moved)
    outside = n["batch_pflop"] * (n["serving.batch_presence_ratio"] == 0)[None, :, None, :]
    yield "batch within its window", ("site", "lot", "period", "hour"), outside, np.ones_like(outside)
    steady, placed = n["serving.batch_steady_pflop"], n.decided("steady_batch_pflop", "site", "lot", "period").values
    missed = np.abs(placed.sum(axis=0) + steady * elsewhere - steady)
    yield "steady batch served", ("lot", "period"), missed, steady
    abroad = n.batch_by_lot().max(axis=-1) * (n["serving.lot_resident_count"] == 0)[..., None]
    yield "batch where it may be", ("site", "lot", "period"), abroad, np.ones_like(abroad)


def tables(n: Books) -> Iterator[ResultTable]:
    """Share of each zone that a site serves, and how far off it is."""
    yield ResultTable(
        "assignment",
        {"share_fraction": n.decided("share_fraction", "site", "zone", "period")},
        beside={"rtt_ms": n.case.fields["serving.rtt_ms"]},
    )


def hourly(n: Books, _: Solution) -> Iterator[Term]:
    """Work of each kind."""
    yield "inference_pflop", n.inference()
    yield "batch_pflop", n.batch()


BOOK = Book(
    cost_terms=(CostTerm("serving.network", kind="operating", is_price_of_power=False),),
    costs=costs,
    checks=checks,
    technology=(("demand_growth", "case_id"),),
    tables=tables,
    hourly=hourly,
    column_labels={"share_fraction": N_("Share")},
    term_labels={
        "serving": N_("Network"),
        "network": N_("wide-area network"),
        "carriers": N_("Network carriers"),
    },
)
