"""Assumptions with their sources and grades."""

from __future__ import annotations

import re

from siting.reports.document import Block, Bullet, Bullets, Paragraph, Section, Table
from siting.reports.facts import GRADE_SIGNS, Facts, table
from siting.reports.words import Words

_GRADES = ("measured", "modelled", "assumed")


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    blocks: list[Block] = [
        Paragraph(
            _(
                "Every number has a source and a grade: {measured} measured (observed, or stated by whoever observed "
                "it), {modelled} modelled (computed from measurements by a written rule), {assumed} assumed (a "
                "judgement, or a figure that no source confirms)."
            ).format(**GRADE_SIGNS)
        ),
        Bullets(tuple(_counts(facts, words))),
    ]
    if len(facts.table("assumptions")):
        blocks.append(_values(facts, words))
    if len(facts.table("sources")):
        blocks.append(_sources(facts, words))
    return Section("assumptions", _("Assumptions and sources"), tuple(blocks))


def grade(words: Words, name: str) -> str:
    """Sign and word of a grade."""
    return f"{GRADE_SIGNS.get(name, '○')} {words.term(name)}"


def _counts(facts: Facts, words: Words) -> list[Bullet]:
    """How many values of each grade, for the technology and for the sites."""
    _ = words.gettext
    items = []
    frames = [(_("Technology and parameters"), facts.table("assumptions"))]
    frames += [
        (_("Candidate sites"), facts.plan.case.tables["sites"]),
        (_("Grid zones"), facts.plan.case.tables.get("grid_zones", facts.table("none"))),
    ]
    for label, frame in frames:
        if "grade" not in frame or frame.empty:
            continue
        counts = frame["grade"].value_counts()
        parts = [
            _("{count} {grade}").format(count=words.count(int(counts[name])), grade=grade(words, name))
            for name in _GRADES
            if name in counts
        ]
        items.append(Bullet(_("{subject}:").format(subject=label), words.join(parts) + "."))
    return items


def _values(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    frame = facts.table("assumptions").copy()
    rank = {name: position for position, name in enumerate(reversed(_GRADES))}
    frame = frame.assign(_rank=frame["grade"].map(rank)).sort_values("_rank", kind="stable")
    frame["grade"] = [grade(words, str(name)) for name in frame["grade"]]
    frame["unit"] = [str(unit).replace("_", " ") if str(unit) not in ("1", "nan") else "" for unit in frame["unit"]]
    return table(
        words,
        "assumptions-values",
        _("Values used, the assumed ones first."),
        frame,
        ["item", "value", "unit", "grade", "source_id", "description"],
        folded=True,
    )


def _sources(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    frame = facts.table("sources").copy()
    frame["grade"] = [grade(words, str(name)) for name in frame["grade"]]
    frame["url"] = [_address(str(url)) for url in frame["url"].fillna("")]
    for key in ("year", "retrieved"):
        frame[key] = [re.sub(r"\.0$", "", str(value)) if value == value else "" for value in frame[key]]
    frame = frame.fillna({"notice": "", "licence": "", "publisher": ""})
    year = words.column("year")
    return table(
        words,
        "sources",
        _("Sources, with licence and the notice that the licence asks for."),
        frame,
        ["source_id", "title", "publisher", year, "licence", "retrieved", "grade", "notice", "url"],
        folded=True,
    )


def _address(url: str) -> str:
    """An address as text; anything that is not a plain web address is left out."""
    return url if re.fullmatch(r"https?://[^\s<>\"']+", url) else ""
