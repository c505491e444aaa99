"""Each component has a book; what the books say together is complete, and nothing is said twice."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from rich_case import rich_case
from tiny import quick

from siting.accounts import books, components
from siting.accounts.accounts import cost_terms
from siting.accounts.book import Book
from siting.accounts.books import all_books
from siting.accounts.numbers import Books
from siting.case.components import COMPONENTS
from siting.models.assembly.assembly import Assembly
from siting.models.formulation import DESIGN
from siting.plan.assumptions import assumptions_table
from siting.plan.plan import Plan
from siting.reports.text import labels


@pytest.fixture(scope="module")
def plan() -> Plan:
    return quick(rich_case(), gap=0.05)


def twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


@pytest.mark.parametrize("name", COMPONENTS)
def test_component_has_a_book_that_says_what_it_is(name: str) -> None:
    module = import_module(f"siting.accounts.components.{name}")
    assert isinstance(module.BOOK, Book)
    assert (module.__doc__ or "").startswith("Books of ")


def test_no_book_is_left_over() -> None:
    files = {path.stem for path in Path(components.__file__).parent.glob("*.py")} - {"__init__"}
    assert files == set(COMPONENTS)


def test_component_without_a_book_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "COMPONENTS", (*COMPONENTS, "fuel_cells"))
    with pytest.raises(ModuleNotFoundError, match=r"siting\.accounts\.components\.fuel_cells"):
        all_books.__wrapped__()


def test_every_cost_is_of_a_kind(plan: Plan) -> None:
    """The terms that the books work out, and those that the model posts, are those whose kind they state.

    A price of carbon goes by two names, and the rich case's is charged by nobody.
    """
    stated = [term.name for book in all_books() for term in book.cost_terms]
    assert twice(stated) == []
    there = set(stated) - {"carbon_price.carbon"}
    assert {name for name, _ in cost_terms(Books(plan.case, plan.solution.decisions))} == there
    assert {f"{term['component']}.{term['term']}" for term in plan.solution.terms_of("cost_usd_per_yr")} == there


def test_who_gives_power_is_paid_for_power() -> None:
    """All that the model lets supply a site, before the meter or behind it, is a part of what power costs."""
    behind = {name for name, book in zip(COMPONENTS, all_books(), strict=True) if book.gives}
    before = {term.component for term in Assembly(rich_case(), DESIGN).meter_mw.terms}
    assert behind | before >= {"grid", "contracts", "storage"}
    for book in all_books():
        for term in book.cost_terms:
            assert term.is_price_of_power or term.name.split(".")[0] not in behind | before, term.name


def test_decisions_that_books_name_are_decisions(plan: Plan) -> None:
    for book in all_books():
        assert {*book.whole, *book.kept, *book.gives, *book.takes} <= set(plan.solution.decisions)


def test_no_table_column_or_label_is_told_twice(plan: Plan) -> None:
    n = Books(plan.case, plan.solution.decisions)
    assert twice(table.name for book in all_books() for table in book.tables(n)) == []
    assert twice(column for book in all_books() for column, _ in book.hourly(n, plan.solution)) == []
    assert twice(column for book in all_books() for column in book.column_labels) == []
    assert twice(term for book in all_books() for term in book.term_labels) == []
    assert twice(table for book in all_books() for table, _ in book.technology) == []


def test_reports_have_every_label_of_the_books() -> None:
    for book in all_books():
        assert labels.COLUMNS.items() >= book.column_labels.items()
        assert labels.TERMS.items() >= book.term_labels.items()


def test_technology_of_which_no_book_speaks_is_refused(plan: Plan) -> None:
    """Its values would be used, and be missing from the assumptions."""
    generators = pd.DataFrame(
        {"generator_id": ["diesel"], "name": ["Diesel"], "source_id": ["x"], "grade": ["assumed"]}
    )
    case = dataclasses.replace(plan.case, tables={**plan.case.tables, "generators": generators})
    with pytest.raises(LookupError, match="no book states the technology of generators"):
        assumptions_table(case)
