"""Books of the grid: power bought, its peaks, and the connection that carries it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, Method, ResultTable, Term
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.quantities import KG_PER_T
from siting.text import N_

if TYPE_CHECKING:
    from siting.case.solution import Solution


def costs(n: Books) -> Iterator[Term]:
    """Energy by the hour, and the demand charge by the month."""
    yield "grid.energy", np.einsum("syh,sh,h->sy", n["import_mw"], n["grid.price_usd_per_mwh"], n.weight)
    charge = n["grid.demand_charge_usd_per_mw_month"][:, None]
    yield "grid.demand_charge", charge * n["month_peak_mw"].sum(axis=-1)


def carbon(n: Books, method: Method) -> Iterator[Term]:
    """Carbon of what is drawn, by each way of counting it."""
    if method == "location":
        yield "grid.draw", n.yearly(n["draw_mw"] * n.carbon_t_per_mwh())
    elif method == "hourly":
        yield "grid.import", n.yearly(n["import_mw"] * n.carbon_t_per_mwh())
    elif method == "market":
        yield "grid.draw", n.residual_t_per_mwh() * n.yearly(n["draw_mw"])


def purchases(n: Books) -> Iterator[Purchase]:
    """What is added to the connection in each period."""
    installed_usd = n["connection_mw"] * n["grid.connection_usd_per_mw"][:, None]
    yield from bought(n, "grid.connection", "grid.connection", np.diff(installed_usd, axis=1, prepend=0))


def checks(n: Books) -> Iterator[Finding]:
    """What is drawn comes through the meter; peaks hold every hour of their days and months; the connection, all."""
    draw, connection = n["draw_mw"], n["connection_mw"]
    through = n["import_mw"] + n.delivered()
    yield "meter", ("site", "period", "hour"), np.abs(draw - through), np.maximum(draw, through)
    day_peak, peak = n["day_peak_mw"], n["month_peak_mw"]
    largest = np.stack([draw[..., n.day == d].max(axis=-1) for d in range(n.case.calendar.days_count)], axis=-1)
    yield "daily peak", ("site", "period", "day"), largest - day_peak, largest
    needed = np.zeros_like(peak)
    months = {int(month): i for i, month in enumerate(n.case.axes["month"])}
    for day, month in n.case.calendar.day_months[["day", "month"]].to_numpy():
        i = months[int(month)]
        needed[..., i] = np.maximum(needed[..., i], day_peak[..., int(day)])
    yield "monthly peak", ("site", "period", "month"), needed - peak, needed
    yield "peak within connection", ("site", "period", "month"), peak - connection[..., None], peak
    worst = n.worst_hour()
    yield "connection carries the worst hour", ("site", "period"), worst - connection - n.on_site(), worst


def tables(n: Books) -> Iterator[ResultTable]:
    """Peaks by month."""
    yield ResultTable("monthly", {"month_peak_mw": n.decided("month_peak_mw", "site", "period", "month")})


def hourly(n: Books, _: Solution) -> Iterator[Term]:
    """What is bought and drawn, at which price and carbon; the share that burns fuel falls as carbon does."""
    yield "import_mw", n["import_mw"]
    yield "draw_mw", n["draw_mw"]
    spread = np.ones_like(n["draw_mw"])
    yield "price_usd_per_mwh", n["grid.price_usd_per_mwh"][:, None, :] * spread
    burnt = (1 - n["grid.grid_cfe_fraction"][:, None, :]) * n["grid.carbon_path_ratio"][..., None]
    yield "grid_cfe_fraction", np.clip(1 - burnt, 0.0, 1.0) * spread
    yield "carbon_average_kg_per_mwh", n.carbon_t_per_mwh() * spread * KG_PER_T
    yield "carbon_marginal_kg_per_mwh", n["grid.carbon_marginal_t_per_mwh"][:, None, :] * spread * KG_PER_T
    yield "carbon_long_run_kg_per_mwh", n["grid.carbon_long_run_t_per_mwh"][:, None, None] * spread * KG_PER_T


BOOK = Book(
    cost_terms=(
        CostTerm("grid.energy", kind="operating", is_price_of_power=True),
        CostTerm("grid.demand_charge", kind="operating", is_price_of_power=True),
        CostTerm("grid.connection", kind="capital", is_price_of_power=True),
    ),
    costs=costs,
    carbon=carbon,
    gives=("draw_mw",),
    purchases=purchases,
    checks=checks,
    kept=("connection_mw",),
    tables=tables,
    hourly=hourly,
    column_labels={
        "peak_grid_mw": N_("Facility peak"),
        "connection_mw": N_("Contracted connection"),
        "headroom_mw": N_("Grid headroom"),
        "headroom_used_fraction": N_("Headroom used"),
        "import_mw": N_("Bought from the grid"),
    },
    term_labels={
        "grid": N_("Grid"),
        "energy": N_("energy"),
        "demand_charge": N_("demand charge"),
        "grid operators": N_("Grid operators"),
        "power suppliers": N_("Power suppliers"),
    },
)
