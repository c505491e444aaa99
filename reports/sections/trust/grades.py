"""How sure the key figures are, what decides that, and where one value stands in for many."""

from __future__ import annotations

import pandas as pd

from siting.plan.key_figures.registry import REGISTRY
from siting.quantities import label
from siting.reports.document import Block, Bullet, Bullets, Paragraph, Table, TableColumn
from siting.reports.facts import GRADE_SIGNS, Facts, table
from siting.reports.text.labels import COLUMNS
from siting.reports.text.traced import Said, say
from siting.reports.text.words import Words

__all__ = ["grade", "grade_of", "how_sure"]

_STAND_INS_SHOWN = 6
"""Values that stand in for those of a built site which are told one by one."""


def grade(words: Words, name: str) -> str:
    """Sign and word of a grade."""
    return f"{GRADE_SIGNS.get(name, '○')} {words.term(name)}"


def grade_of(facts: Facts, words: Words, kpi_id: str) -> str:
    """Sign and word of the grade of a key figure; empty where nothing but the plan decides it."""
    name = str(facts.plan.kpis.get(kpi_id, {}).get("grade", ""))
    return grade(words, name) if name else ""


def how_sure(facts: Facts, words: Words) -> list[Block]:
    """What decides each key figure and how sure it is, and what stands in for what; nothing where none has a grade."""
    _ = words.gettext
    rows = [(kpi_id, entry) for kpi_id, entry in facts.plan.kpis.items() if entry.get("grade")]
    if not rows:
        return []
    text = _(
        "A key figure is as sure as the worst input that decides it: one that moves what the figure sums by a "
        "hundredth or more if it is wrong by a tenth, with the plan as it is. Of the sites the worst cell of those "
        "that are built counts; a value that a rule filled in has its own grade."
    )
    stand_ins = [*_of_states(facts, words), *_filled_in(facts, words)]
    return [Paragraph(text), _table(facts, words, rows), *([Bullets(tuple(stand_ins))] if stand_ins else [])]


def _table(facts: Facts, words: Words, rows: list[tuple[str, dict[str, object]]]) -> Table:
    _ = words.gettext
    frame = pd.DataFrame(
        [
            {
                "kpi": _(REGISTRY[kpi_id].label),
                "grade": grade(words, str(entry["grade"])),
                "grade_from": _input(words, str(entry["grade_from"])),
                "source": _source(facts, str(entry["grade_from"])),
            }
            for kpi_id, entry in rows
        ]
    )
    columns: list[str | TableColumn] = [
        TableColumn("kpi", _("Key figure")), "grade", TableColumn("grade_from", _("Decided by")),
        TableColumn("source", _("Source")),
    ]  # fmt: skip
    return table(
        words, "kpi-grades", _("How sure each key figure is, and what decides that."), frame, columns, folded=True
    )


def _input(words: Words, name: str) -> str:
    """An input in words, with the table that it stands in."""
    part, _, column = name.partition(".")
    return f"{part.replace('_', ' ')}: {_quantity(words, column)}"


def _quantity(words: Words, column: str) -> str:
    """A column in words, without its unit: its heading if it has one."""
    if column in COLUMNS:
        return words.column(column).label
    try:
        return label(column).split(" [")[0]
    except ValueError:
        return words.term(column)


def _source(facts: Facts, name: str) -> str:
    """Title of the source of an input; empty where the study or a table of its own states it."""
    part, _, column = name.partition(".")
    basis = facts.basis(part, column)
    return "" if basis is None else basis.source


def _of_states(facts: Facts, words: Words) -> list[Bullet]:
    """Columns of the sites in which one value stands for all places of a state, or for all."""
    _ = words.gettext
    columns = facts.table("columns")
    if "value_of" not in columns:
        return []
    of_sites = columns[columns["table"] == "sites"]
    items = []
    for value_of, head, text in (
        ("state", _("One value for the state."), _("All candidates of a state have the same: {columns}.")),
        ("all", _("One value for all."), _("All candidates have the same: {columns}.")),
    ):
        names = of_sites.loc[of_sites["value_of"] == value_of, "column"]
        if len(names):
            labels = words.join([_quantity(words, str(name)) for name in names])
            items.append(Bullet(head, say(text, columns=labels)))
    return items


def _filled_in(facts: Facts, words: Words) -> list[Bullet]:
    """What stands in for what is not known of the built sites."""
    _ = words.gettext
    frame = facts.table("imputed")
    if frame.empty or facts.built.empty:
        return []
    there = frame[frame["row_id"].isin([*facts.built["site_id"], *facts.built["state"]])]
    if there.empty:
        return []
    items: list[Said] = [
        say(
            _("{column} of {place}: {rule}"),
            column=_quantity(words, str(row["column"])),
            place=facts.named(row["row_id"]),
            rule=str(row["rule"]),
        )
        for row in there.to_dict("records")
    ]
    return [Bullet(_("Standing in at the built sites."), say(_("{items}."), items=words.some(items, _STAND_INS_SHOWN)))]
