"""What faster connections would be worth by grid zone, and what fits for a share of energy that is given up."""

from __future__ import annotations

from siting.reports.document import Block, Paragraph, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import Said, say
from siting.reports.text.words import Words

__all__ = ["blocks"]


def blocks(facts: Facts, words: Words) -> list[Block]:
    """Say where a month sooner is worth most, and list zones and published headroom; nothing if no site is built."""
    faster, headroom = facts.table("faster_power"), facts.table("headroom")
    found: list[Block] = []
    if len(faster):
        found += [Paragraph(_worth(facts, words)), _zones(facts, words)]
    if len(headroom):
        found += [Paragraph(_fits(words)), _headroom(facts, words)]
    return found


def _worth(facts: Facts, words: Words) -> Said:
    """Where power a month sooner is worth most, and how little is known of the waits."""
    _ = words.gettext
    first = facts.table("faster_power").iloc[0]
    zone = str(first["grid_zone_id"])
    return say(
        _(
            "Power a month sooner is worth most in {zone}: {worth} for {power} of connections. It is what the sites "
            "there earn in a month of their first year, less what running them costs, before tax; what others would "
            "pay for the works that bring it forward is not known. For {known} of {sites} built sites a source says "
            "how long the wait is."
        ),
        zone=facts.zone(zone),
        worth=words.money(facts.read("faster_power", "delay_usd_per_month", grid_zone_id=zone)),
        power=words.quantity(facts.read("faster_power", "connection_mw", grid_zone_id=zone), "MW"),
        sites=words.count(facts.read("faster_power", "sites_count")),
        known=words.count(facts.read("faster_power", "waits_known_count")),
    )


def _zones(facts: Facts, words: Words) -> Block:
    _ = words.gettext
    frame = facts.table("faster_power").assign(
        zone=lambda rows: [facts.zone(str(zone)) for zone in rows["grid_zone_id"]],
        wait=lambda rows: [
            _("unknown") if low != low else f"{words.significant(low)}–{words.significant(high)}"
            for low, high in zip(rows["wait_low_months"], rows["wait_high_months"], strict=True)
        ],
    )
    columns: list[str | TableColumn] = [
        TableColumn("zone", _("Grid zone")), TableColumn("sites_count", _("Sites"), "count"),
        words.column("connection_mw"),
        TableColumn("delay_usd_per_month", _("A month sooner"), "money", "USD"),
        TableColumn("delay_usd_per_mw_month", _("A month sooner, for a MW"), "money", "USD"),
        TableColumn("wait", _("Months of waiting that are stated")),
    ]  # fmt: skip
    caption = _("What faster connections would be worth, by grid zone, the most first.")
    return table(words, "faster-power", caption, frame, columns)


def _fits(words: Words) -> str:
    """What the published headroom is, and what it is not."""
    _ = words.gettext
    return _(
        "A load that gives up a little energy in the few hours in which the system is short fits where a firm one does "
        "not. A study of 22 balancing authorities (Duke University, 2025) says how much new constant load fits with "
        "which share of its energy; it counts power plants alone, no line and no queue, so it is an upper end. The "
        "hours are those in which anything is given up, a quarter of the load on average."
    )


def _headroom(facts: Facts, words: Words) -> Block:
    _ = words.gettext
    columns: list[str | TableColumn] = [
        TableColumn("authority_id", _("Balancing authority"), "label"),
        TableColumn("curtailed_fraction", _("Energy given up"), "percent"),
        TableColumn("given_up_h_per_yr", _("Hours with any"), "quantity", "h/yr"),
        TableColumn("headroom_mw", _("Fits, as published"), "quantity", "MW"),
        words.column("connection_mw"), words.column("flexible_mw", _("Flexible connection")),
        TableColumn("used_fraction", _("Connected over what fits"), "percent"),
    ]  # fmt: skip
    caption = _("Headroom of balancing authorities against the energy that is given up, beside what the plan connects.")
    return table(words, "headroom", caption, facts.table("headroom"), columns)
