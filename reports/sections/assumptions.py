"""Assumptions with their sources and grades."""

from __future__ import annotations

import re

from siting.reports.document import Block, Bullet, Bullets, Column, Note, Paragraph, Section, Table
from siting.reports.facts import GRADE_SIGNS, Facts, table
from siting.reports.text.words import Words

_GRADES = ("measured", "modelled", "assumed")

_IMPUTED_SHOWN = 12
"""Filled-in values up to which their table stands open."""


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
        Note("limit", _("What to trust least"), _together(facts, words)),
    ]
    basis = _basis(facts, words)
    if basis is not None:
        blocks.append(basis)
    if len(facts.table("imputed")):
        blocks += _imputed(facts, words)
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


def _together(facts: Facts, words: Words) -> str:
    """What a reader must not take from hours of different years."""
    _ = words.gettext
    return _(
        "Weather is that of a typical year, made of months of different years; prices, carbon, wind and sun are those "
        "of {data_year}. The hours do not belong together: heat that made power dear or dirty then is not in the "
        "weather here, so what hot hours cost is told too low rather than too high."
    ).format(data_year=facts.study.time.data_year)


def _basis(facts: Facts, words: Words) -> Table | None:
    """What the hourly series of the built sites' grid zones rest on."""
    _ = words.gettext
    zones = facts.plan.case.tables.get("grid_zones")
    columns = {
        "price_basis": _("Price"),
        "carbon_basis": _("Carbon intensity"),
        "wind_basis": _("Wind"),
        "solar_basis": _("Sun"),
    }
    if zones is None or facts.built.empty or not set(columns) <= set(zones.columns):
        return None
    frame = zones[zones["grid_zone_id"].isin(facts.built["grid_zone_id"])].copy()
    for key in columns:
        frame[key] = [_graded(words, str(text)) for text in frame[key]]
    caption = _("What the hourly series of the built sites' grid zones rest on.")
    shown = [words.column("grid_zone_id"), *[Column(key, label) for key, label in columns.items()]]
    return table(words, "grid-basis", caption, frame, shown)


def _graded(words: Words, text: str) -> str:
    """A basis with its leading grade as sign and word."""
    first, colon, rest = text.partition(": ")
    return f"{grade(words, first)}: {rest}" if colon and first in _GRADES else text


def _imputed(facts: Facts, words: Words) -> list[Block]:
    """Values of the sites that were missing, and the rule that filled them in."""
    _ = words.gettext
    frame = facts.table("imputed").copy()
    frame["name"] = frame["row_id"].map(facts.site_names).fillna(frame["row_id"])
    at_built = frame["row_id"].isin([*facts.built["site_id"], *facts.built["state"]])
    frame["built"] = [_("built") if flag else _("not built") for flag in at_built]
    frame = frame.assign(_order=~at_built).sort_values(["_order", "name", "column"], kind="stable")
    frame["column"] = [words.column(str(key)).label for key in frame["column"]]
    frame["grade"] = [grade(words, str(name)) for name in frame["grade"]]
    text = words.ngettext(
        "{count} value of the candidate sites or their states was missing or could not be believed and was filled in "
        "by a written rule; {built} of them where something is built.",
        "{count} values of the candidate sites or their states were missing or could not be believed and were filled "
        "in by a written rule; {built} of them where something is built.",
        len(frame),
    ).format(count=len(frame), built=int(at_built.sum()))
    columns: list[str | Column] = [
        Column("name", _("Site or state")), Column("built", _("Outcome")), Column("column", _("Filled in")), "value",
        "unit", Column("rule", _("Rule")), "grade", "source_id",
    ]  # fmt: skip
    return [
        Paragraph(text),
        table(
            words, "imputed", _("Values filled in by a rule, those of the built sites first."), frame, columns,
            folded=len(frame) > _IMPUTED_SHOWN,
        ),
    ]  # fmt: skip


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
