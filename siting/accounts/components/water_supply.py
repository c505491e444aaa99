"""Books of the water that must be there for new halls."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, ResultTable
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.case import Array, Field
from siting.study.magnitudes import WATER_M3_PER_YR
from siting.text import N_


def full_load_m3_per_yr(n: Books) -> Array:
    """Water of new halls at full load, by site and period."""
    halls_mw = n.in_mw(n.cumulative("modules_count"))
    taken: Array = np.einsum("sk,sky->sy", n["water_supply.full_load_m3_per_mw_yr"], halls_mw)
    return taken


def purchases(n: Books) -> Iterator[Purchase]:
    """The supply of the day of most water, when halls are built."""
    price_usd = np.einsum("sk,sky->sy", n["water_supply.peak_day_usd_per_mw"], n.in_mw(n["modules_count"]))
    yield from bought(n, "water_supply.peak_day", "grid.connection", price_usd)


def checks(n: Books) -> Iterator[Finding]:
    """New halls at full load take no more than the supply can spare."""
    taken, limit = full_load_m3_per_yr(n), n["water_supply.water_limit_m3_per_yr"][:, None] * n["open_count"]
    yield "water within supply", ("site", "period"), taken - limit, limit


def tables(n: Books) -> Iterator[ResultTable]:
    """What the halls of each site can take."""
    axes = ("site", "period")
    limit = n["water_supply.water_limit_m3_per_yr"]
    limit = np.where(limit < WATER_M3_PER_YR.most, limit, np.nan)
    yield ResultTable(
        "water_supply",
        {"full_load_m3_per_yr": Field(axes, full_load_m3_per_yr(n))},
        {"water_limit_m3_per_yr": Field(("site",), limit)},
    )


BOOK = Book(
    cost_terms=(CostTerm("water_supply.peak_day", kind="capital", is_price_of_power=False),),
    purchases=purchases,
    checks=checks,
    tables=tables,
    column_labels={
        "full_load_m3_per_yr": N_("Water at full load"),
        "water_limit_m3_per_yr": N_("Water that the supply can spare"),
    },
    term_labels={"water_supply": N_("Water supply"), "peak_day": N_("supply of the peak day")},
)
