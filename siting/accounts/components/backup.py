"""Books of backup by redundancy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, Method, ResultTable, Term
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.case import Array, Field
from siting.text import N_


def _tested_mwh(n: Books) -> Array:
    """What all units give in their tests, by site and period [MWh/yr]."""
    tested: Array = n["backup.test_h_per_yr"] * n["backup.units_ratio"] * n.worst_hour()
    return tested


def _standing_by(n: Books) -> Array:
    """Plants on site that can stand by, by site and period [MW]."""
    owned = n.decided("owned_bridge_mw", "site", "bridge", "period").values
    firm: Array = np.einsum("b,sby->sy", n["bridge.firm_fraction"], owned)
    return firm


def costs(n: Books) -> Iterator[Term]:
    """Fuel of the tests."""
    if n.has("backup_mw"):
        yield "backup.tests", n["backup.test_fuel_usd_per_mwh"] * _tested_mwh(n)


def carbon(n: Books, method: Method) -> Iterator[Term]:
    """What the tests emit, whichever way it is counted."""
    if n.has("backup_mw") and method != "embodied":
        yield "backup.tests", n["backup.test_t_per_mwh"] * _tested_mwh(n)


def purchases(n: Books) -> Iterator[Purchase]:
    """The generators that are added in each period."""
    if n.has("backup_mw"):
        added_mw = np.diff(n["backup_mw"], axis=1, prepend=0)
        yield from bought(n, "backup.capital", "backup.backup", added_mw * n["backup.backup_usd_per_mw"])


def checks(n: Books) -> Iterator[Finding]:
    """Enough stands by for the worst hour."""
    if n.has("backup_mw"):
        needed = n["backup.further_ratio"] * n.worst_hour()
        yield "enough stands by", ("site", "period"), needed - n["backup_mw"] - _standing_by(n), needed


def tables(n: Books) -> Iterator[ResultTable]:
    """What stands by at each site: generators beyond the halls', plants on site; what their tests give and emit."""
    if not n.has("backup_mw"):
        return
    tested = _tested_mwh(n)
    columns = {
        "backup_mw": n["backup_mw"],
        "plants_standing_by_mw": _standing_by(n) * (n.worst_hour() > 0),
        "tested_mwh_per_yr": tested,
        "test_carbon_t_per_yr": n["backup.test_t_per_mwh"] * tested,
    }
    yield ResultTable("backup", {name: Field(("site", "period"), values) for name, values in columns.items()})


BOOK = Book(
    cost_terms=(
        CostTerm("backup.capital", kind="capital", is_price_of_power=True),
        CostTerm("backup.tests", kind="operating", is_price_of_power=True),
    ),
    costs=costs,
    carbon=carbon,
    purchases=purchases,
    checks=checks,
    kept=("backup_mw",),
    technology=(("backup", "backup_id"),),
    tables=tables,
    column_labels={
        "backup_mw": N_("Generators beyond the halls'"),
        "plants_standing_by_mw": N_("Plants on site that stand by"),
        "tested_mwh_per_yr": N_("Power of tests"),
        "test_carbon_t_per_yr": N_("Carbon of tests"),
    },
    term_labels={"backup": N_("Backup"), "tests": N_("tests")},
)
