"""How sure each key figure is: the grade of the worst input that decides it.

An account is a sum of terms of the ledgers. Each number that a term is worked out from is moved by a little, the
decisions held: what the account moves by, over what the number does, is the number's influence. A number **decides**
an account if an error of a tenth in it moves the account by a hundredth or more. The input that decides a number's size
is the first that its component states (`siting.data.kinds.number.Number`); a number that is worked out of several is
modelled at best. A key figure rests on the accounts that the
registry names for it, and its grade is that of the worst input that decides any of these: where the input is a column
of the sites, the worst cell of the built ones, one that a rule filled in with the grade of its own.

What the study asks, such as demand and limits, is no input of this kind; what it states of money is one, and assumed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from siting.accounts.accounts import LedgerPart, ledger_parts
from siting.accounts.books import cost_term
from siting.accounts.numbers import Books
from siting.case.case import Array, Case, Field
from siting.plan.assumptions import provenance_of
from siting.plan.key_figures.kpi import Account
from siting.plan.key_figures.registry import REGISTRY

if TYPE_CHECKING:
    from siting.case.solution import Solution
    from siting.data.tables.provenance import Provenance

__all__ = ["GRADES", "Decider", "deciders", "with_grades"]

GRADES = ("measured", "modelled", "assumed")
"""From the best to the worst."""

LEAST_INFLUENCE = 0.1
"""Influence from which a number decides: an error of a tenth moves the account by a hundredth."""

STEP = 1e-3
"""Part by which a number is moved."""

Totals = Mapping[Account, float]


@dataclasses.dataclass(frozen=True)
class Decider:
    """An input that decides an account.

    Parameters
    ----------
    account : str
        What it decides.
    number : str
        Number of the case that it decides the size of.
    source : str
        The input: ``table.column``, or ``table.parameter``, or a field of the study.
    influence_ratio : float
        Part of the account that moves with the number.
    is_worked_out : bool
        Whether the number comes from other inputs, too.
    """

    account: Account
    number: str
    source: str
    influence_ratio: float
    is_worked_out: bool

    def grade(self, of_source: str) -> str:
        """Return its grade, given that of its source: what is worked out of several inputs is modelled at best."""
        return "modelled" if self.is_worked_out and of_source == "measured" else of_source


class _Read(Books):
    """Books that note which numbers of the case are read."""

    def __init__(self, case: Case, decisions: Mapping[str, Field]) -> None:
        super().__init__(case, decisions)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Array:
        if name not in self.decisions:
            self.read.add(name)
        return super().__getitem__(name)


def deciders(case: Case, solution: Solution) -> tuple[Decider, ...]:
    """Return the inputs that decide each account of a plan, the most influential first.

    Of the ledgers only those parts are worked out again that read a number.

    Parameters
    ----------
    case : Case
        The numbers, on the days of the plan.
    solution : Solution
        What was decided.
    """
    parts = tuple(_parts())
    books = [_Read(case, solution.decisions) for _ in parts]
    base = [part(of_part) for part, of_part in zip(parts, books, strict=True)]
    totals = {account: sum(amounts[account] for amounts in base) for account in base[0]}
    found = []
    for name in sorted(set().union(*(of_part.read for of_part in books)) & set(case.inputs)):
        field = case.fields[name]
        if not field.values.any():  # a part of nothing moves nothing
            continue
        moved = dataclasses.replace(case, fields={**case.fields, name: Field(field.axes, field.values * (1 + STEP))})
        changed = Books(moved, solution.decisions)
        by_part = [
            (before, part(changed))
            for part, of_part, before in zip(parts, books, base, strict=True)
            if name in of_part.read
        ]
        for account, total in totals.items():
            change = sum(after[account] - before[account] for before, after in by_part)
            influence = abs(change) / (STEP * abs(total)) if total else 0.0
            if influence >= LEAST_INFLUENCE:
                found.append(Decider(account, name, case.inputs[name][0], influence, len(case.inputs[name]) > 1))
    return tuple(sorted(found, key=lambda one: (one.account, -one.influence_ratio, one.number)))


def with_grades(kpis: pd.DataFrame, case: Case, solution: Solution) -> pd.DataFrame:
    """Return the key figures with the grade of each, and the input that it is the grade of.

    Parameters
    ----------
    kpis : DataFrame
        As of `siting.plan.key_figures.kpis.compute`.
    case : Case
        The numbers, on the days of the plan.
    solution : Solution
        What was decided.

    Returns
    -------
    DataFrame
        With ``grade`` and ``grade_from`` (``table.column``), both empty where nothing decides a figure but the plan
        and what is asked of it; of a site by its own cells, of the system by those of all sites built.
    """
    decided = deciders(case, solution)
    provenance = provenance_of(case)
    is_open = solution.decisions["open_count"].values[:, -1] > 0
    built = [str(site) for site, opened in zip(case.axes["site"], is_open, strict=True) if opened]
    graded: dict[tuple[str, str], tuple[str, str]] = {}
    for entity in dict.fromkeys(kpis["entity_id"]):
        sites = built if entity == "system" else [str(entity)]
        sources = {one.source for one in decided}
        grade_of = {source: _grade(case, provenance, source, sites) for source in sorted(sources)}
        for kpi in REGISTRY.values():
            graded[str(entity), kpi.id] = _worst(decided, kpi.rests_on, grade_of)
    told = [graded[str(entity), str(kpi)] for entity, kpi in zip(kpis["entity_id"], kpis["kpi_id"], strict=True)]
    return kpis.assign(grade=[grade for grade, _ in told], grade_from=[source for _, source in told])


def _worst(decided: tuple[Decider, ...], accounts: tuple[Account, ...], grade_of: Mapping[str, str]) -> tuple[str, str]:
    """Grade and name of the worst input, of equals the most influential."""
    rank = {grade: position for position, grade in enumerate(GRADES)}
    there = [one for one in decided if one.account in accounts and grade_of[one.source] in rank]
    if not there:
        return "", ""
    worst = max(there, key=lambda one: (rank[one.grade(grade_of[one.source])], one.influence_ratio))
    return worst.grade(grade_of[worst.source]), worst.source


def _grade(case: Case, provenance: Provenance, source: str, sites: list[str]) -> str:
    """Grade of an input where the given sites stand; empty of what the study asks."""
    table, _, column = source.partition(".")
    frame = case.tables.get(table)
    if table == "finance" and getattr(case.study.finance, column, None) is not None:
        return "assumed"
    if frame is None:
        return provenance.of(table, "", column, {})[1]
    if "parameter_id" in frame:
        rows = frame[frame["parameter_id"] == column]
        return str(rows["grade"].iloc[0]) if len(rows) else ""
    if table != "sites":
        worst = [provenance.of(table, "", column, row)[1] for row in frame.to_dict("records")]
    else:
        rows = frame[frame["site_id"].isin(sites)]
        worst = [provenance.of(table, str(row["site_id"]), column, row)[1] for row in rows.to_dict("records")]
    return max((grade for grade in worst if grade in GRADES), key=GRADES.index, default="")


def _parts() -> Iterator[Callable[[Books], Totals]]:
    """What adds up to each account in the last period, all sites together: parts of the ledgers, and what is beside."""
    yield from (partial(_of_ledgers, part) for part in ledger_parts())
    yield _beside_ledgers


def _of_ledgers(part: LedgerPart, books: Books) -> Totals:
    sums: dict[Account, float] = dict.fromkeys((*_ACCOUNTS, *_BESIDE), 0.0)
    for name, field in part(books):
        ledger, _, term = name.partition("/")
        last = field.values[:, -1]
        amount = float((last @ books.weight).sum() if "hour" in field.axes else last.sum())
        for account, holds in _ACCOUNTS.items():
            if holds(ledger, term):
                sums[account] += amount
    return sums


def _beside_ledgers(books: Books) -> Totals:
    imported = books["import_mw"][:, -1] * books.weight
    return {
        **dict.fromkeys(_ACCOUNTS, 0.0),
        "revenue": float(books.revenue()[:, -1].sum()),
        "carbon_marginal": float(np.nansum(imported * books["grid.carbon_marginal_t_per_mwh"])),
        "carbon_free": float(np.nansum(imported * books["grid.grid_cfe_fraction"])),
    }


def _of_ledger(name: str) -> Callable[[str, str], bool]:
    return lambda ledger, _: ledger == name


def _of_cost(*kinds: str) -> Callable[[str, str], bool]:
    return lambda ledger, term: ledger == "cost_usd_per_yr" and cost_term(term).kind in kinds


_ACCOUNTS: Mapping[Account, Callable[[str, str], bool]] = MappingProxyType(
    {
        "cost": _of_cost("operating", "capital", "tax", "shadow"),
        "operating": _of_cost("operating"),
        "capital": _of_cost("capital"),
        "power": lambda ledger, term: ledger == "power_mw" and term in ("cooling.it", "cooling.overhead"),
        "water": _of_ledger("water_m3_per_yr"),
        "carbon_location": _of_ledger("carbon_location_t_per_yr"),
        "carbon_market": _of_ledger("carbon_market_t_per_yr"),
        "carbon_hourly": _of_ledger("carbon_hourly_t_per_yr"),
        "carbon_embodied": _of_ledger("carbon_embodied_t_per_yr"),
    }
)
"""Which terms each account sums."""

_BESIDE: tuple[Account, ...] = ("revenue", "carbon_marginal", "carbon_free")
"""What work is sold for, and what the grid adds and frees, is beside the ledgers."""
