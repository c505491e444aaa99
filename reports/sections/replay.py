"""The design on all hours of the year, beside the days it was designed on."""

from __future__ import annotations

import dataclasses

from siting.plan.kpi_registry import REGISTRY
from siting.reports.document import Block, Column, Paragraph, Section
from siting.reports.facts import Facts, table
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Design against the full year")
    replay = facts.table("replay")
    if replay.empty:
        text = _("The full year was not run, so nothing is known of the hours between the representative days.")
        return Section("replay", title, (Paragraph(text),))
    days = int(facts.hourly["day"].nunique()) if len(facts.hourly) else 0
    text = _(
        "The plan was designed on {days} days that stand for the year {data_year}. Here its halls, racks, contracts "
        "and batteries stay as they are and run through all 8,760 hours. Where both columns agree the days were well "
        "chosen; the full year is the better forecast."
    ).format(days=words.count(days), data_year=facts.study.time.data_year)
    frame = replay.copy()
    frame["figure"] = [_(REGISTRY[kpi].label) if kpi in REGISTRY else words.term(str(kpi)) for kpi in frame["kpi_id"]]
    compared = table(
        words,
        "replay",
        _("Key figures on the representative days and on all hours of the year."),
        frame,
        [Column("figure", _("Key figure")), "design", "replay", "difference_fraction"],
    )
    blocks: list[Block] = [
        Paragraph(text),
        dataclasses.replace(compared, kpi_ids=tuple(str(kpi) for kpi in frame["kpi_id"])),
    ]
    return Section("replay", title, tuple(blocks))
