"""What moved against an earlier plan; left out where the plan is held against none."""

from __future__ import annotations

import dataclasses

from siting.plan.side_by_side import record_of, rows
from siting.reports.document import Block, Bullet, Bullets, Paragraph, Section, Table
from siting.reports.facts import Facts
from siting.reports.sections.side_by_side import (
    Heads,
    cost_difference,
    costs_section,
    figures_section,
    inputs_section,
    moved_section,
)
from siting.reports.text.traced import Said, say
from siting.reports.text.words import Words

__all__ = ["section"]


def section(facts: Facts, words: Words) -> Section:
    """Return the section, without anything if the plan is held against no other."""
    since = facts.plan.since
    if since is None:
        return Section("since", "", ())
    _ = words.gettext
    heads = Heads((_("Earlier plan"), _("This plan")), (_("Difference"),))
    found = rows([since.earlier, record_of(facts.plan)], [since.other_cells])
    opening = say(
        _(
            "The earlier plan is {name}, run {run}, made by siting {version}. What was asked and what went in may "
            "differ."
        ),
        name=since.name, run=since.earlier.run_id, version=since.earlier.version,
    )  # fmt: skip
    low = facts.told("bound_usd") - facts.told("since.earlier.objective_usd")
    high = facts.told("objective_usd") - facts.told("since.earlier.bound_usd")
    proven = Bullet(_("This plan"), cost_difference(words, _("the earlier plan"), low, high))
    blocks: list[Block] = [Paragraph(opening), Bullets((proven, *_sites(facts, words)))]
    for part in (
        moved_section(words, found, heads),
        figures_section(words, found, heads),
        costs_section(words, found, heads),
        inputs_section(words, found, heads),
    ):
        blocks += [_named(block) for block in part.blocks]
    return Section("since", say(_("Since the earlier plan: {moved}"), moved=_what(facts, words)), tuple(blocks))


def _what(facts: Facts, words: Words) -> str:
    """In a few words whether other sites are built."""
    _ = words.gettext
    new, gone = _changes(facts)
    return _("other sites") if new or gone else _("the same sites")


def _changes(facts: Facts) -> tuple[list[str], list[str]]:
    before, now = facts.plan.since.earlier.open_sites if facts.plan.since else (), facts.plan.open_sites
    return [site for site in now if site not in before], [site for site in before if site not in now]


def _sites(facts: Facts, words: Words) -> list[Bullet]:
    """The sites that came and went."""
    _ = words.gettext
    new, gone = _changes(facts)
    told: list[Bullet] = []
    if new:
        told.append(Bullet(_("New."), _listed(facts, words, new)))
    if gone:
        told.append(Bullet(_("No longer built."), _listed(facts, words, gone)))
    return told


def _listed(facts: Facts, words: Words, sites: list[str]) -> Said:
    return words.some([facts.named(site) for site in sites])


def _named(block: Block) -> Block:
    """A table under a name that no other section of the report has."""
    return dataclasses.replace(block, id=f"since-{block.id}") if isinstance(block, Table) else block
