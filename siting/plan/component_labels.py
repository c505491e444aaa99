"""Names of the components' columns, terms and parties, as readers see them; English, marked for translation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from siting.accounts.books import all_books

__all__ = ["COLUMNS", "TERMS"]

COLUMNS: Mapping[str, str] = MappingProxyType(
    {column: label for book in all_books() for column, label in book.column_labels.items()}
)
"""Column of a table to its heading, without the unit."""

TERMS: Mapping[str, str] = MappingProxyType(
    {term: label for book in all_books() for term, label in book.term_labels.items()}
)
"""Slug of a component, term or party to its name."""
