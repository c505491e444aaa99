"""The design on all hours of the year, beside the days it was designed on."""

from __future__ import annotations

import dataclasses

from siting.plan.key_figures.registry import REGISTRY
from siting.reports.document import Block, Paragraph, Section, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import say
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Full-year check")
    replay = facts.table("replay")
    if replay.empty:
        text = _("The full year was not run, so nothing is known of the hours between the representative days.")
        return Section("replay", title, (Paragraph(text),))
    text = say(
        _(
            "The plan was designed on {days} days that stand for the year {data_year}. Here its halls, racks, "
            "contracts and batteries stay as they are and run through all 8,760 hours of the planned weather. Where "
            "the differences are small the days were well chosen; the full year is the better forecast."
        ),
        days=words.count(facts.read("hourly", "day", "distinct")),
        data_year=facts.data_year,
    )
    frame = replay[replay["design"].fillna(0.0).ne(0.0) | replay["replay"].fillna(0.0).ne(0.0)].copy()
    frame["figure"] = [_(REGISTRY[kpi].label) if kpi in REGISTRY else words.term(str(kpi)) for kpi in frame["kpi_id"]]
    frame["value"] = frame["replay"] - frame["design"]
    compared = table(
        words,
        "replay",
        _("Key figures on the representative days and on all hours of the year, and the difference between them."),
        frame,
        [TableColumn("figure", _("Key figure")), "design", "replay", TableColumn("value", _("Difference"), "mixed"),
         TableColumn("difference_fraction", _("Of it"), "percent")],
    )  # fmt: skip
    blocks: list[Block] = [
        Paragraph(text),
        dataclasses.replace(compared, kpi_ids=tuple(str(kpi) for kpi in frame["kpi_id"])),
    ]
    return Section("replay", title, tuple(blocks))
