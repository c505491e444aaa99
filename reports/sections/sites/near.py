"""Sites in nearly as good plans: which are in all of them, which are open, who is next; left out where not known."""

from __future__ import annotations

from siting.plan.records.near_record import NearRecord
from siting.reports.document import Block, Bullet, Bullets, Note, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts
from siting.reports.text.traced import say
from siting.reports.text.words import Words

__all__ = ["section"]

_NEXT_SHOWN = 5


def section(facts: Facts, words: Words) -> Section:
    """Return the section, without anything if no other plans were looked for."""
    near = facts.plan.near
    if near is None:
        return Section("near", "", ())
    _ = words.gettext
    slack = words.percent(facts.told("near.within_fraction"))
    opening = say(
        _(
            "{count} plans were found within {slack} of the cheapest that share as few sites as can be. A site is no "
            "regret only where it is proven that every plan without it costs more than that, out of reach only where "
            "every plan with it does; all others are open, and the count says in how many of the plans found they are."
        ),
        count=words.count(facts.told("near.plans_count")),
        slack=slack,
    )
    blocks: list[Block] = [Paragraph(opening), Bullets(tuple(_standings(facts, words, near)))]
    if not near.is_complete:
        blocks.append(
            Note("caution", _("Stopped"), _("Time was up before all plans and proofs that were asked for were tried."))
        )
    blocks.append(_table(facts, words, near))
    return Section("near", _("Which sites nearly as good plans share"), tuple(blocks))


def _standings(facts: Facts, words: Words, near: NearRecord) -> list[Bullet]:
    """The sites of each standing, and the next in line."""
    _ = words.gettext
    built = set(facts.plan.open_sites)

    def named(standing: str, *, only_built: bool = False) -> str:
        chosen = [one for one in near.sites if one.standing == standing and (one.site_id in built or not only_built)]
        return words.some([facts.named(one.site_id) for one in chosen]) if chosen else _("None.")

    found = [
        Bullet(_("No regret."), named("no regret")),
        Bullet(_("Built, and open to choice."), named("open", only_built=True)),
    ]
    waiting = [
        (one.extra_with_usd, i)
        for i, one in enumerate(near.sites)
        if one.site_id not in built and one.standing == "open" and one.extra_with_usd is not None
    ]
    if waiting:
        told = [
            say(
                _("{site} (in a plan that costs {extra} more)"),
                site=facts.named(near.sites[i].site_id),
                extra=words.money(facts.told(f"near.sites.{i}.extra_with_usd")),
            )
            for _extra, i in sorted(waiting)[:_NEXT_SHOWN]
        ]
        found.append(Bullet(_("Next in line."), words.join(told)))
    return found


def _table(facts: Facts, words: Words, near: NearRecord) -> Table:
    """Every site with its standing, and the price of leaving it out or taking it in."""
    _ = words.gettext
    columns = (
        TableColumn("site_id", _("Site")),
        TableColumn("standing", _("Standing")),
        TableColumn("in_count", _("In plans found"), "count"),
        TableColumn("extra_without_usd", _("Price of leaving it out"), "money", "USD"),
        TableColumn("extra_with_usd", _("Price of taking it in"), "money", "USD"),
    )
    built = set(facts.plan.open_sites)
    order = {"no regret": 0, "open": 1, "out of reach": 2}
    shown = sorted(near.sites, key=lambda one: (one.site_id not in built, order[one.standing], -one.in_count))
    rows = tuple(
        (
            facts.named(one.site_id),
            words.term(one.standing),
            one.in_count,
            one.extra_without_usd if one.site_id in built else None,
            None if one.site_id in built else one.extra_with_usd,
        )
        for one in shown
    )
    caption = _(
        "Standing of each site, those that are built first; what the cheapest plan found without it, or with it, costs "
        "more on the representative days. An empty cell: none was found."
    )
    return Table("near-sites", caption, columns, rows, folded=len(rows) > 24)
