"""Consent and local law: who suspends, caps or refused data centres where the plan builds; what figures leave out."""

from __future__ import annotations

from siting.reports.document import Block, Bullet, Bullets, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import say
from siting.reports.text.words import Words
from siting.text import N_

__all__ = ["section"]

STATUS = {
    "in_force": N_("in force"),
    "past_its_days": N_("past its days, prolongation not known"),
    "proposed": N_("proposed"),
    "ended": N_("ended"),
}
"""What is known of a moratorium, as readers see it."""

BODIES = {"county": N_("county"), "state": N_("state"), "town": N_("town"), "utility": N_("utility")}
"""Who may suspend consent."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    blocks: list[Block] = [Paragraph(_summary(facts, words))]
    blocks += [found for found in (_suspended(facts, words), _actions(facts, words)) if found is not None]
    blocks.append(Bullets(tuple(_readings(facts, words))))
    return Section("consent", _("Consent and local law"), tuple(blocks))


def _summary(facts: Facts, words: Words) -> str:
    """At how many built sites consent is suspended, and at how many it was refused before."""
    _ = words.gettext
    if facts.built.empty:
        return _("Nothing is built, so nobody's consent is asked.")
    known = facts.table("consent")
    if known.empty and "refusals_count" not in facts.built:
        return _("The study's own table of sites says nothing of moratoria and refusals.")
    sites = tuple(facts.built["site_id"])
    in_force = known[(known["status"] == "in_force") & known["site_id"].isin(sites)] if len(known) else known
    if in_force.empty:
        first: str = _("No moratorium and no utility's cap on record is in force where the plan builds.")
    else:
        first = say(
            words.ngettext(
                "A moratorium or a utility's cap is in force at {count} built site; the table says whose.",
                "A moratorium or a utility's cap is in force at {count} built sites; the table says whose.",
                in_force["site_id"].nunique(),
            ),
            count=words.count(facts.read("consent", "site_id", "distinct", status="in_force", site_id=sites)),
        )
    if "refusals_count" not in facts.built:
        return first
    refusals = facts.of_built("refusals_count")
    second = say(
        words.ngettext(
            "At the built sites {count} refusal is on record: moratoria adopted, permits denied, projects withdrawn "
            "or called off.",
            "At the built sites {count} refusals are on record: moratoria adopted, permits denied, projects withdrawn "
            "or called off.",
            int(refusals.value),
        ),
        count=words.count(refusals),
    )
    return words.sentences(first, second)


def _suspended(facts: Facts, words: Words) -> Table | None:
    """Every moratorium and cap on record at a built site, with its days and its source; then refusals alone."""
    _ = words.gettext
    if facts.built.empty:
        return None
    known = facts.table("consent")
    built = facts.built[[name for name in ("site_id", "name", "refusals_count") if name in facts.built]]
    frame = built.merge(known, on="site_id", how="left") if len(known) else built
    if "body" in frame:
        sources = facts.table("sources")
        titles = dict(zip(sources["source_id"], sources["title"], strict=True)) if len(sources) else {}
        frame = frame.assign(
            who=[_named(BODIES, kind, words) for kind in frame["body_kind"]],
            state_of_it=[_named(STATUS, status, words) for status in frame["status"]],
            source=[str(titles.get(source, "")) for source in frame["source_id"]],
        )
        frame = frame.fillna(dict.fromkeys(("body", "started_on", "ends_on"), ""))
    columns: list[str | TableColumn] = [
        "name", "refusals_count", TableColumn("body", _("Suspended by")), TableColumn("who", _("Kind of body")),
        TableColumn("state_of_it", words.pgettext("of a moratorium", "Status")), TableColumn("started_on", _("Since")),
        TableColumn("ends_on", _("Stated end")), TableColumn("source", _("Source")),
    ]  # fmt: skip
    present = [column for column in columns if (column if isinstance(column, str) else column.key) in frame]
    if len(present) == 1:
        return None
    caption = _(
        "Built sites with the refusals on record in their county, and every moratorium or cap that is about it; an "
        "empty end is not stated."
    )
    return table(words, "consent-data", caption, frame, present)


def _actions(facts: Facts, words: Words) -> Table | None:
    """What the states of the built sites did about data centres."""
    _ = words.gettext
    actions = facts.plan.case.tables.get("state_actions")
    if actions is None or facts.built.empty:
        return None
    frame = actions[actions["state"].isin(facts.built["state"])]
    if frame.empty:
        return None
    columns: list[str | TableColumn] = [
        "state", TableColumn("instrument", _("Instrument")),
        TableColumn("status", words.pgettext("of a law", "Status")),
        TableColumn("acted_on", words.pgettext("of a law", "Date")), TableColumn("summary", _("What it says")),
    ]  # fmt: skip
    caption = _(
        "Laws, orders and proposals about data centres in the states of the built sites, in the words of their source. "
        "They are told; only paused and closed relief from sales tax and a state's moratorium are in the numbers."
    )
    return table(words, "state-actions", caption, frame, columns)


def _readings(facts: Facts, words: Words) -> list[Bullet]:
    """How to read the record, and what local figures leave out."""
    _ = words.gettext
    policy = facts.study.policy
    rule = (
        _(
            "A moratorium of the county or the state bars opening in periods that start before its stated end. A "
            "town's, a utility's, and one without a stated end are told and bar nothing unless an end is assumed."
        )
        if getattr(policy, "respect_moratoria", True)
        else _("The study lets sites open under a moratorium.")
    )
    if getattr(policy, "exclude_refused", False):
        rule = words.sentences(
            rule, _("Sites under a moratorium or a cap, and those with refusals on record, are left out of this plan.")
        )
    items = [
        Bullet(_("Rule."), rule),
        Bullet(
            _("A floor, not a census."),
            _(
                "The record rests on two public trackers, as the catalogue has them. Where it is silent nothing was "
                "found; that is no consent. A moratorium past its days counts as ended; whether it was prolonged is "
                "not known."
            ),
        ),
    ]
    sites = facts.plan.case.tables["sites"]
    if "property_tax_fraction" in sites and facts.basis("sites", "property_tax_fraction") is not None:
        items.append(
            Bullet(
                _("Property tax."),
                _(
                    "The rate of a county is what home owners pay on value. Business property pays as much or more, "
                    "and a campus may agree on less."
                ),
            )
        )
    if facts.basis("cooling", "hall_usd_per_mw") is not None:
        items.append(
            Bullet(
                _("Cost of halls."),
                _(
                    "It is the mean of the markets of one guide, moved by the region's multiplier. It leaves out "
                    "equipment that the owner furnishes, design, soft cost, contingency and land; and what one way of "
                    "cooling costs more than another is assumed, since no source splits it."
                ),
            )
        )
    if "water_limit_m3_per_yr" in sites and facts.basis("sites", "water_limit_m3_per_yr") is not None:
        items.append(
            Bullet(
                _("Water supply."),
                _(
                    "New halls may take at full load an assumed share of what the county's public supply withdrew; "
                    "where no withdrawal is recorded no limit is set. The charge for the peak day is one utility's, "
                    "assumed everywhere."
                ),
            )
        )
    return items


def _named(names: dict[str, str], key: object, words: Words) -> str:
    """A name in the reader's language; empty where there is none."""
    return words.gettext(names.get(key, key)) if isinstance(key, str) else ""
