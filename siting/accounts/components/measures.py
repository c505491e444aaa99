"""Books of the efficiency measures: what they spare, and what adapting models costs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, ResultTable, Term
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.case import Array, Field
from siting.text import N_

_AXES = ("measure", "period")


def _touched_pflop(n: Books) -> Array:
    """Work that packages touch, by site, measure and period [PFLOP/s]."""
    touched: Array = n["measures.touched_fraction"][:, None] * n["measures.asked_pflop"] * n["under_measure_fraction"]
    return touched


def costs(n: Books) -> Iterator[Term]:
    """What it takes to keep models adapted."""
    if n.has("under_measure_fraction"):
        yield "measures.upkeep", np.einsum("w,swy->sy", n["measures.running_usd_per_pflop_yr"], _touched_pflop(n))


def purchases(n: Books) -> Iterator[Purchase]:
    """Models adapted in each period."""
    if n.has("adapted_pflop"):
        price_usd = np.einsum("w,swy->sy", n["measures.adaptation_usd_per_pflop"], n["adapted_pflop"])
        yield from bought(n, "measures.adaptation", "measures.adaptation", price_usd)


def checks(n: Books) -> Iterator[Finding]:
    """Packages exclude each other, are paid before they save, lose little, and stand where the rest is done."""
    if not n.has("under_measure_fraction"):
        return
    under, of_batch = n["under_measure_fraction"], n["measures.of_batch_count"] > 0
    for name, of_class in (("inference", ~of_batch), ("batch work", of_batch)):
        share = under[:, of_class].sum(axis=(0, 1))
        yield f"no {name} under two measures", ("period",), share - 1, np.ones_like(share)
    by, ready = ("site", *_AXES), n.cumulative("adapted_pflop")
    yield "touched within adapted", by, _touched_pflop(n) - ready, ready
    lost = n["measures.quality_loss_fraction"][:, None] > n.case.study.demand.quality_loss_max_fraction
    yield "quality lost by measures", by, under * lost, np.ones_like(under)
    useful = n["computing.availability_fraction"] * n["computing.compute_pflop_per_mw"]
    able = ((useful * n["computing.carried_fraction"])[..., None] * n["installed_mw"]).sum(axis=(1, 2))
    rest = (n["measures.asked_pflop"] * under).sum(axis=1) - n.spared_pflop().sum(axis=1)
    yield "rest of the work within computers", ("site", "period"), rest - able, able


def _usd_per_pflop_yr(n: Books) -> Array:
    """What a package costs a year for each PFLOP/s that it spares, by measure; infinite if it spares none."""
    yearly = n["measures.adaptation_annuity_per_yr"] * n["measures.adaptation_usd_per_pflop"]
    saved = n["measures.saved_fraction"]
    cost: Array = np.divide(
        yearly + n["measures.running_usd_per_pflop_yr"], saved, out=np.full_like(saved, np.inf), where=saved > 0
    )
    return cost


def supply_steps(spared_pflop: Array, usd_per_yr: Array) -> tuple[Array, Array]:
    """Return the supply curve of packages that exclude each other: what each step spares more, and at what cost.

    Packages that spare more are dearer by more for each unit, or nobody would stop at the smaller one. A package above
    the line between two others is in no step.

    Parameters
    ----------
    spared_pflop, usd_per_yr : ndarray
        What each package spares if all of the class is under it, and costs then.

    Returns
    -------
    step_pflop, step_usd_per_pflop_yr : ndarray
        By package; zero for what is in no step.

    Examples
    --------
    Half for 10 each, then from half to 0.8 for 30 each; 0.6 at 14 lies above the line between them.

    >>> steps, cost = supply_steps(np.array([0.5, 0.8, 0.6]), np.array([5.0, 14.0, 8.4]))
    >>> steps.round(6).tolist(), cost.round(6).tolist()
    ([0.5, 0.3, 0.0], [10.0, 30.0, 0.0])
    """
    steps, cost = np.zeros_like(spared_pflop), np.zeros_like(spared_pflop)
    at_pflop, at_usd = 0.0, 0.0
    while True:
        more = spared_pflop - at_pflop
        slope = np.divide(usd_per_yr - at_usd, more, out=np.full_like(more, np.inf), where=more > 1e-12)
        if not np.isfinite(slope).any():
            return steps, cost
        least = slope.min()
        best = int(np.flatnonzero(slope <= least)[np.argmax(more[slope <= least])])
        steps[best], cost[best] = more[best], least
        at_pflop, at_usd = float(spared_pflop[best]), float(usd_per_yr[best])


def tables(n: Books) -> Iterator[ResultTable]:
    """Each package that is on offer: what it could spare, what it does, and its step of the supply curve."""
    most = n["measures.spared_fraction"][:, None] * n["measures.asked_pflop"]
    cost = np.where(np.isfinite(_usd_per_pflop_yr(n)), _usd_per_pflop_yr(n), 0.0)
    steps, step_cost = np.zeros_like(most), np.zeros_like(most)
    for kind in (0.0, 1.0):
        of_class = n["measures.of_batch_count"] == kind
        for y in range(most.shape[1]):
            steps[of_class, y], step_cost[of_class, y] = supply_steps(
                most[of_class, y], (cost[:, None] * most)[of_class, y]
            )
    under = n.decided("under_measure_fraction", "site", *_AXES).values.sum(axis=0)
    spared = n.spared_pflop().sum(axis=0)
    price = n["measures.adaptation_usd_per_pflop"][:, None]
    adapted = n.decided("adapted_pflop", "site", *_AXES).values.sum(axis=0)
    touched = (n["measures.touched_fraction"] * n["measures.running_usd_per_pflop_yr"])[:, None]
    hours = n.yearly(np.ones_like(n.weight))
    annuity = n["measures.adaptation_annuity_per_yr"] * n["finance.annuity_ratio"]
    columns = {
        "under_measure_fraction": under,
        "asked_pflop": n["measures.asked_pflop"],
        "spared_pflop": spared,
        "spared_most_pflop": most,
        "adaptation_usd": price * adapted,
        "measure_usd_per_yr": annuity * price * np.cumsum(adapted, axis=-1)
        + touched * n["measures.asked_pflop"] * under,
        "spared_usd_per_pflop_yr": np.broadcast_to(cost[:, None], most.shape),
        "step_pflop": steps,
        "step_usd_per_pflop_yr": step_cost,
        "reference_gpu_h_per_yr": spared * hours / n["finance.reference_accelerator_pflop"],
    }
    yield ResultTable("measures", {name: Field(_AXES, values) for name, values in columns.items()})


BOOK = Book(
    cost_terms=(
        CostTerm("measures.adaptation", kind="capital", is_price_of_power=False),
        CostTerm("measures.upkeep", kind="operating", is_price_of_power=False),
    ),
    costs=costs,
    purchases=purchases,
    checks=checks,
    technology=(("measures", "measure_id"),),
    tables=tables,
    column_labels={
        "under_measure_fraction": N_("Share of its class"),
        "asked_pflop": N_("Asked for"),
        "spared_pflop": N_("Spared"),
        "spared_most_pflop": N_("Spared if all of the class is under it"),
        "adaptation_usd": N_("Adaptation"),
        "measure_usd_per_yr": N_("Yearly cost"),
        "spared_usd_per_pflop_yr": N_("Cost of what is spared"),
        "step_pflop": N_("Spared beyond the package before it"),
        "step_usd_per_pflop_yr": N_("Cost of that"),
    },
    term_labels={
        "measures": N_("Efficiency measures"),
        "adaptation": N_("adaptation of models"),
        "upkeep": N_("upkeep of adapted models"),
    },
)
