"""The folder of a comparison of futures: tables and a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siting.results.formats import csv_text, json_text
from siting.scenarios.futures.page import page
from siting.scenarios.futures.tables import tables_of
from siting.scenarios.place import write_pages
from siting.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from siting.scenarios.futures.found import FuturesFound

__all__ = ["write_futures"]


def write_futures(found: FuturesFound, languages: Sequence[str] = ("en",)) -> None:
    """Write the tables and the page of a comparison into its folder.

    Parameters
    ----------
    found : FuturesFound
        The comparison.
    languages : sequence of str
        Of the page.
    """
    tables = tables_of(found)
    value = {
        "expected_usd": found.expected_usd(found.designs[0]),
        "information_usd": found.information_usd,
        "information_most_usd": _known(found.information_most_usd),
        "stochastic_usd": _known(found.stochastic_usd),
    }
    texts = {
        "value.json": json_text(value),
        **{f"{name}.csv": csv_text(table) for name, table in tables.items()},
    }
    for name, text in texts.items():
        write_whole(found.folder / name, text)
    write_pages(found.folder, languages, lambda language: page(found, tables, language))


def _known(value: float) -> float | None:
    """A number as JSON has it: none for what is not known, or has no end."""
    return value if abs(value) < float("inf") else None
