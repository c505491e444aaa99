"""The tables and the page of the standard instruments."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from siting.reports.render import compose, printed
from siting.reports.text.words import Words
from siting.results.formats import csv_text
from siting.scenarios.place import write_pages
from siting.scenarios.policy.page import page, sections
from siting.whole_files import write_whole

if TYPE_CHECKING:
    from siting.scenarios.policy.policy_table import PolicyTable

__all__ = ["write_policy"]

LEADING_COUNT = 2
"""Chapters of the policy report before those on the instruments: its messages, and what it is about."""


def write_policy(found: PolicyTable, languages: Sequence[str] = ("en",)) -> None:
    """Write the page, a CSV of each table and the policy report.

    The report is that of the plan without any instrument, with the chapters on the instruments after the first two.

    Parameters
    ----------
    found : PolicyTable
        The instruments.
    languages : sequence of str
        Of page and report.
    """
    tables = found.tables
    for name, table in tables.items():
        write_whole(found.folder / f"{name}.csv", csv_text(table))
    write_pages(found.folder, languages, lambda language: page(found.base, found.effects, tables, language))
    for language in languages:
        report = compose(found.base, "policy", language)
        own = sections(Words(language), tables)
        chapters = (*report.sections[:LEADING_COUNT], *own, *report.sections[LEADING_COUNT:])
        write_whole(found.folder / f"policy.{language}.html", printed(dataclasses.replace(report, sections=chapters)))
