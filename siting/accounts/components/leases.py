"""Books of the leases: what accelerators are rented where, and what they cost, emit and drink."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, Method, ResultTable, Term
from siting.accounts.numbers import Books
from siting.case.case import Array, Field
from siting.text import N_


def _share(n: Books) -> Array:
    """Share of each zone's inference that is leased, by site, lease, zone and period."""
    return n.decided("leased_share_fraction", "site", "lease", "zone", "period").values


def _lot_share(n: Books) -> Array:
    """Share of each lot of batch work that is leased, by site, lease, lot and period."""
    return n.decided("leased_batch_fraction", "site", "lease", "lot", "period").values


def costs(n: Books) -> Iterator[Term]:
    """Rent, and the wide-area network from regions to zones."""
    if n.has("leased_work_pflop"):
        yield "leases.rent", np.einsum("q,sqy->sy", n["leases.lease_usd_per_pflop_yr"], n["leased_work_pflop"])
        network, mean = n["leases.lease_network_usd_per_pflop_yr"], n["serving.inference_mean_pflop"]
        yield "leases.network", np.einsum("qz,zy,sqzy->sy", network, mean, _share(n))


def carbon(n: Books, method: Method) -> Iterator[Term]:
    """Carbon of the regions' grids, whichever way it is counted; none is known of making the machines."""
    if n.has("leased_work_pflop") and method != "embodied":
        yield "leases.leased", np.einsum("qy,sqy->sy", n["leases.lease_t_per_pflop_yr"], n["leased_work_pflop"])


def checks(n: Books) -> Iterator[Finding]:
    """Work and shares agree, are within reach and on offer, and are booked at open sites."""
    if not n.has("leased_work_pflop"):
        return
    by, leased, share = ("site", "lease", "period"), n["leased_work_pflop"], _share(n)
    again = np.einsum("zy,sqzy->sqy", n["serving.inference_mean_pflop"], share)
    again = again + np.einsum("jy,sqjy->sqy", n["leases.lot_year_pflop"], _lot_share(n))
    yield "work leased", by, np.abs(leased - again), again
    late = n["leases.lease_rtt_ms"] > n["serving.rtt_limit_ms"]
    late |= n["leases.zone_leasable_count"] == 0
    yield "latency of leases", ("site", "lease", "zone", "period"), share * late[None, :, :, None], np.ones_like(share)
    abroad = _lot_share(n) * (n["leases.lot_leasable_count"] == 0)[None, :, :, None]
    yield "batch leased where it may be", ("site", "lease", "lot", "period"), abroad, np.ones_like(abroad)
    in_all, most = leased.sum(axis=0), n["leases.lease_most_pflop"][:, None]
    yield "leased within offer", ("lease", "period"), in_all - most, in_all
    booked = leased.sum(axis=1)
    yield "leased at open sites", ("site", "period"), booked * (n["open_count"] < 0.5), np.maximum(booked, 1.0)


def tables(n: Books) -> Iterator[ResultTable]:
    """What is rented in each region on offer in each period, and for which zones."""
    if not n.has("leased_work_pflop"):
        return
    by = ("lease", "period")
    leased = n.leased_pflop().sum(axis=0)
    of_zones = np.einsum("zy,sqzy->qzy", n["serving.inference_mean_pflop"], _share(n))
    batch = np.einsum("jy,sqjy->qy", n["leases.lot_year_pflop"], _lot_share(n))
    in_use = leased / n["leases.accelerator_pflop"][:, None]
    hours = n.yearly(np.ones_like(n.weight))
    network = np.einsum("qz,qzy->qy", n["leases.lease_network_usd_per_pflop_yr"], of_zones)
    offered = n["leases.lease_most_pflop"] > 0
    it_mw = n["leases.lease_it_mw"] * n["leases.lease_pue"]
    columns = {
        "lease_usd_per_gpu_h": np.repeat((n["leases.lease_usd_per_gpu_h"] * offered)[:, None], leased.shape[1], axis=1),
        "leased_pflop": leased,
        "leased_inference_pflop": of_zones.sum(axis=1),
        "leased_batch_pflop": batch,
        "leased_accelerators_count": in_use,
        "rent_usd_per_yr": n["leases.lease_usd_per_pflop_yr"][:, None] * leased,
        "lease_network_usd_per_yr": network,
        "leased_mwh_per_yr": it_mw[:, None] * in_use * hours,
        "leased_carbon_t_per_yr": n["leases.lease_t_per_pflop_yr"] * leased,
        "leased_water_m3_per_yr": n["leases.lease_m3_per_pflop_yr"][:, None] * leased,
        "reference_gpu_h_per_yr": leased * hours / n["finance.reference_accelerator_pflop"],
    }
    yield ResultTable("leases", {name: Field(by, values) for name, values in columns.items()})
    yield ResultTable(
        "leased_zones",
        {
            "leased_share_fraction": Field(("lease", "zone", "period"), _share(n).sum(axis=0)),
            "leased_pflop": Field(("lease", "zone", "period"), of_zones),
        },
        beside={"lease_rtt_ms": n.case.fields["leases.lease_rtt_ms"]},
    )


BOOK = Book(
    cost_terms=(
        CostTerm("leases.rent", kind="operating", is_price_of_power=False),
        CostTerm("leases.network", kind="operating", is_price_of_power=False),
    ),
    costs=costs,
    carbon=carbon,
    checks=checks,
    technology=(("leases", "lease_id"),),
    tables=tables,
    column_labels={
        "leased_pflop": N_("Leased work"),
        "leased_inference_pflop": N_("Leased inference"),
        "leased_batch_pflop": N_("Leased batch work"),
        "leased_accelerators_count": N_("Rented accelerators"),
        "rent_usd_per_yr": N_("Rent"),
        "lease_network_usd_per_yr": N_("Network to the zones"),
        "lease_usd_per_gpu_h": N_("Rent of an accelerator"),
        "leased_mwh_per_yr": N_("Energy of leased work"),
        "leased_carbon_t_per_yr": N_("Carbon of leased work"),
        "leased_water_m3_per_yr": N_("Water of leased work"),
        "leased_share_fraction": N_("Leased share"),
        "lease_rtt_ms": N_("Round trip from the region"),
    },
    term_labels={
        "leases": N_("Leases"),
        "rent": N_("rent of accelerators"),
        "leased": N_("leased work"),
        "cloud providers": N_("Cloud providers"),
    },
)
