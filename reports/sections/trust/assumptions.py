"""Assumptions with their sources and grades."""

from __future__ import annotations

import re

import pandas as pd

from siting.quantities import label
from siting.reports.document import Block, Bullet, Bullets, Note, Paragraph, Section, Table, TableColumn
from siting.reports.facts import GRADE_SIGNS, Facts, table
from siting.reports.sections.trust.grades import grade, how_sure
from siting.reports.text.traced import say
from siting.reports.text.words import Words

_GRADES = ("measured", "modelled", "assumed")

_IMPUTED_SHOWN = 12
"""Filled-in values up to which their table stands open."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    blocks: list[Block] = [
        Paragraph(
            say(
                _(
                    "Each input has a source and a grade: {measured} measured (observed, or stated by whoever observed "
                    "it), {modelled} modelled (computed from measurements by a written rule), {assumed} assumed (a "
                    "judgement, or a figure that no source confirms). A table of places is graded column by column."
                ),
                **GRADE_SIGNS,
            )
        ),
        Bullets(tuple(_counts(facts, words))),
        *how_sure(facts, words),
        Note("limit", _("What to trust least"), _together(facts, words)),
    ]
    basis = _basis(facts, words)
    if basis is not None:
        blocks.append(basis)
    if len(facts.table("imputed")):
        blocks += _imputed(facts, words)
    if len(facts.table("assumptions")):
        blocks.append(_values(facts, words))
    columns = _columns(facts, words)
    if columns is not None:
        blocks.append(columns)
    if len(facts.table("sources")):
        blocks.append(_sources(facts, words))
    return Section("assumptions", _("Assumptions and sources"), tuple(blocks))


def _counts(facts: Facts, words: Words) -> list[Bullet]:
    """How many values of each grade, for the technology and for the sites."""
    _ = words.gettext
    items = []
    values, columns = facts.table("assumptions"), facts.table("columns")
    subjects: list[tuple[str, str, pd.DataFrame, dict[str, str]]] = [
        (_("The study's own numbers, technology and parameters"), "assumptions", values, {})
    ]
    subjects += [
        (title, "columns", columns[columns["table"] == name] if len(columns) else columns, {"table": name})
        for title, name in (
            (_("Candidate sites, by column"), "sites"),
            (_("Users, by column"), "zones"),
            (_("Hourly series of the grid, by column"), "series_grid"),
        )
    ]
    for subject, name, frame, where in subjects:
        if "grade" not in frame or frame.empty:
            continue
        parts = [
            say(
                _("{count} {grade}"),
                count=words.count(facts.read(name, "grade", "count", grade=value, **where)),
                grade=grade(words, value),
            )
            for value in _GRADES
            if (frame["grade"] == value).any()
        ]
        items.append(Bullet(say(_("{subject}:"), subject=subject), say("{parts}.", parts=words.join(parts))))
    return items


def _columns(facts: Facts, words: Words) -> Table | None:
    """Each column of the tables of places, with its rule, source and grade, the assumed ones first."""
    _ = words.gettext
    frame = facts.table("columns")
    if frame.empty:
        return None
    rank = {name: position for position, name in enumerate(reversed(_GRADES))}
    places = frame[frame["table"].isin(["sites", "zones"])].copy()
    places = places.assign(_rank=places["grade"].map(rank)).sort_values("_rank", kind="stable")
    places["table"] = [_("Candidate sites") if name == "sites" else _("Users") for name in places["table"]]
    places["column"] = [words.column(str(key)).label for key in places["column"]]
    places["value_of"] = [words.term(str(name)) for name in places["value_of"]]
    places["grade"] = [grade(words, str(name)) for name in places["grade"]]
    return table(
        words,
        "column-grades",
        _("What is known of the sites and the users, column by column, the assumed ones first."),
        places,
        [TableColumn("column", _("Quantity")), TableColumn("table", _("Table")),
         TableColumn("value_of", _("One value for")), "grade", "source_id",
         TableColumn("description", _("How it is found"))],
        folded=True,
    )  # fmt: skip


def _together(facts: Facts, words: Words) -> str:
    """What a reader must not take from hours of different years."""
    _ = words.gettext
    return say(
        _(
            "Weather is that of a typical year, made of months of different years; prices, carbon, wind and sun are "
            "those of {data_year}. The hours do not belong together: heat that made power expensive or dirty then is "
            "not in the weather here, so the cost of hot hours is understated rather than overstated."
        ),
        data_year=facts.data_year,
    )


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
    shown = [words.column("grid_zone_id"), *[TableColumn(key, label) for key, label in columns.items()]]
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
    everywhere = facts.read("imputed", "row_id", "count")
    text = say(
        words.ngettext(
            "One value of the candidate sites or their states was missing or could not be believed and was imputed by "
            "a written rule; where something is built: {built}.",
            "In all {count} values of the candidate sites or their states were missing or could not be believed and "
            "were imputed by a written rule, {built} of them where something is built.",
            len(frame),
        ),
        count=words.count(everywhere),
        built=words.count(facts.read("imputed", "row_id", "count", row_id=tuple(frame.loc[at_built, "row_id"]))),
    )
    columns: list[str | TableColumn] = [
        TableColumn("name", _("Site or state")), TableColumn("built", _("Outcome")),
        TableColumn("column", _("Imputed")), "value", "unit", TableColumn("rule", _("Rule")), "grade", "source_id",
    ]  # fmt: skip
    return [
        Paragraph(text),
        table(
            words, "imputed", _("Imputed values, those of the built sites first."), frame, columns,
            folded=len(frame) > _IMPUTED_SHOWN,
        ),
    ]  # fmt: skip


def _values(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    frame = facts.table("assumptions").copy()
    rank = {name: position for position, name in enumerate(reversed(_GRADES))}
    frame = frame.assign(_rank=frame["grade"].map(rank)).sort_values("_rank", kind="stable")
    frame["grade"] = [grade(words, str(name)) for name in frame["grade"]]
    frame["item"] = [str(item).replace("_", " ") if ":" in str(item) else _named(str(item)) for item in frame["item"]]
    frame["unit"] = [str(unit).replace("_", " ") if str(unit) not in ("1", "nan") else "" for unit in frame["unit"]]
    return table(
        words,
        "assumptions-values",
        _("Values used, the assumed ones first."),
        frame,
        ["item", "value", "unit", "grade", "source_id", "description"],
        folded=True,
    )


def _named(item: str) -> str:
    """A parameter's name as words, without its unit."""
    try:
        return label(item).split(" [")[0]
    except ValueError:
        return item.replace("_", " ")


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
