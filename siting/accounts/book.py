"""What a component may state in its book; all of it but the name is optional."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from siting.case.case import Array, Field

if TYPE_CHECKING:
    from siting.accounts.numbers import Books
    from siting.accounts.purchase import Purchase
    from siting.case.solution import Solution

__all__ = ["Book", "CostTerm", "Finding", "Method", "ResultTable", "Spending", "Term"]

Term = tuple[str, Array]
"""Name of a term as posted to a ledger, ``component.term``, and its values by site and period, or hour too."""

Finding = tuple[str, tuple[str, ...], Array, Array]
"""Name of a balance, its axes, the amount missed (positive where violated), and the scale to judge it by."""

Spending = Literal["operating", "capital", "tax", "shadow"]
"""Kinds of money, as tax law and the cash flow see it."""

Method = Literal["location", "market", "hourly", "embodied"]
"""Ways of counting carbon, each with a ledger of its own."""


@dataclasses.dataclass(frozen=True)
class CostTerm:
    """What kind of cost a term of the cost ledger is.

    Parameters
    ----------
    name : str
        As posted, ``component.term``.
    kind : {"operating", "capital", "tax", "shadow"}
        Paid in the year and taken off its income; an annuity, in whose place the cash flow has the purchase; taken by
        federation, state or county; or charged by nobody, and no cash.
    is_price_of_power : bool
        Whether it is a part of what power costs; the comparison of cooling shares it out by use.
    """

    name: str
    kind: Spending
    is_price_of_power: bool


@dataclasses.dataclass(frozen=True)
class ResultTable:
    """A table of what was decided, a row for each combination of its axes that is not all zero.

    Parameters
    ----------
    name : str
        Name of the table.
    columns : mapping of str to Field
        Columns over the same axes.
    beside : mapping of str to Field
        Columns over fewer of these axes that say more of a row, but do not make one.
    """

    name: str
    columns: Mapping[str, Field]
    beside: Mapping[str, Field] = dataclasses.field(default_factory=dict)


def _no_terms(_: Books) -> Iterator[Term]:
    return iter(())


def _no_carbon(_n: Books, _method: Method) -> Iterator[Term]:
    return iter(())


def _no_checks(_: Books) -> Iterator[Finding]:
    return iter(())


def _no_purchases(_: Books) -> Iterator[Purchase]:
    return iter(())


def _nothing_held(_: Books) -> Iterator[Array]:
    return iter(())


def _no_tables(_: Books) -> Iterator[ResultTable]:
    return iter(())


def _no_columns(_n: Books, _solution: Solution) -> Iterator[Term]:
    return iter(())


@dataclasses.dataclass(frozen=True)
class Book:
    """What one component costs, emits, draws, buys and shows, worked out from decisions alone.

    Parameters
    ----------
    cost_terms : tuple of CostTerm
        The kind of each term that it posts to the cost ledger.
    costs : callable
        Those terms that a plan comes to, worked out again, but the annuities [USD/yr by site and period].
    carbon : callable
        Its terms of one of the carbon ledgers [t/yr by site and period].
    powers : callable
        Its terms of the power ledger that follow from decisions, negative where it draws [MW by site, period, hour].
    gives, takes : tuple of str
        Decisions that are themselves power given to, or taken from, the site [MW].
    checks : callable
        Its balances and limits, for the audit.
    whole : tuple of str
        Its decisions that come in whole numbers.
    kept : tuple of str
        Its decisions, by period, that do not shrink from one period to the next.
    held : callable
        Property that keeps its value [USD by site and period].
    purchases : callable
        What it buys, which says what its annuities come to.
    technology : tuple of (str, str)
        Tables of the case that hold its values of technology, each with the column that names a row.
    tables : callable
        Its tables of results.
    hourly : callable
        Its columns of the hourly table, by site, period and hour.
    column_labels, term_labels : mapping of str to str
        What readers see for its columns, and for its name and the terms and parties of its ledgers.
    """

    cost_terms: tuple[CostTerm, ...] = ()
    costs: Callable[[Books], Iterator[Term]] = _no_terms
    carbon: Callable[[Books, Method], Iterator[Term]] = _no_carbon
    powers: Callable[[Books], Iterator[Term]] = _no_terms
    gives: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    checks: Callable[[Books], Iterator[Finding]] = _no_checks
    whole: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    purchases: Callable[[Books], Iterator[Purchase]] = _no_purchases
    held: Callable[[Books], Iterator[Array]] = _nothing_held
    technology: tuple[tuple[str, str], ...] = ()
    tables: Callable[[Books], Iterator[ResultTable]] = _no_tables
    hourly: Callable[[Books, Solution], Iterator[Term]] = _no_columns
    column_labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    term_labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
