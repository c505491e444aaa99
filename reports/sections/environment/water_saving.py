"""What it would cost to cool the built sites with less water, and which price of water would pay for it."""

from __future__ import annotations

from siting.reports.document import Block, Note, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import say
from siting.reports.text.words import Words

_CHEAP_RATIO = 3.0
"""Price of water over the assumed one up to which a saving is called cheap: prices of cities differ by as much."""


def finding(facts: Facts, words: Words) -> str:
    """One sentence on the water that could be saved cheaply; empty if nothing is known or none is drawn."""
    _ = words.gettext
    frame = facts.of_last("water_saving")
    if frame.empty or facts.of_last("cooling_options").empty:
        return ""
    drawn = facts.read("cooling_options", "water_m3_per_yr", is_built=1)
    cheap = frame[frame["break_even_water_usd_per_m3"] <= _CHEAP_RATIO * frame["water_usd_per_m3"]]
    if cheap.empty:
        return say(
            _(
                "No other cooling that serves the full load saves water for less than {ratio} times the assumed price "
                "of water."
            ),
            ratio=words.said_count(round(_CHEAP_RATIO)),
        )
    sites = tuple(str(site) for site in dict.fromkeys(cheap["site_id"]))
    saved = facts.read("water_saving", "water_saved_m3_per_yr", site_id=sites)
    extra = facts.read("water_saving", "extra_cost_usd_per_yr", site_id=sites)
    basis = facts.basis("sites", "water_usd_per_m3")
    text = say(
        words.ngettext(
            "At {count} site ({sites}) another cooling would serve the full load and save {saved} a year, {share} of "
            "all water drawn on site, for {extra} a year before tax, {cost_share} of the yearly cost. It would pay "
            "from a price of water of USD {flip} per m³ on; the plan assumes USD {price}.",
            "At {count} sites ({sites}) another cooling would serve the full load and save {saved} a year, {share} of "
            "all water drawn on site, for {extra} a year before tax, {cost_share} of the yearly cost. At each of them "
            "it would pay from a price of water of USD {flip} per m³ on; the plan assumes USD {price}.",
            len(sites),
        ),
        count=words.count(facts.read("water_saving", "site_id", "distinct", site_id=sites)),
        sites=words.some([facts.named(site) for site in sites]),
        saved=words.quantity(saved, "m³"),
        share=words.percent(saved / drawn),
        extra=words.money(extra),
        cost_share=words.percent(extra / facts.read("cost", "cost_usd_per_yr")),
        flip=words.significant(facts.read("water_saving", "break_even_water_usd_per_m3", "max", site_id=sites)),
        price=words.significant(facts.read("water_saving", "water_usd_per_m3", "max", site_id=sites)),
    )
    if basis is None:
        return text
    return words.sentences(
        text,
        say(_("That price is {grade} (source: {source})."), grade=words.term(basis.grade), source=basis.source),
    )


def saving(facts: Facts, words: Words) -> list[Block]:
    """The finding, and the site by site table behind it."""
    _ = words.gettext
    text = finding(facts, words)
    if not text:
        return []
    names = facts.names("cooling", "cooling_id")
    frame = facts.of_last("water_saving").copy()
    frame["name"] = [facts.named(site) for site in frame["site_id"]]
    for key in ("built_cooling_id", "cooling_id"):
        frame[key] = [names.get(item, words.term(item)) for item in frame[key]]
    columns: list[str | TableColumn] = [
        "name", TableColumn("built_cooling_id", _("Chosen cooling")), TableColumn("cooling_id", _("With less water")),
        words.column("water_m3_per_yr", _("Water drawn")), words.column("water_saved_m3_per_yr", _("Water saved")),
        words.column("extra_cost_usd_per_yr", _("Extra cost")),
        words.column("water_usd_per_m3", _("Price of water assumed")),
        words.column("break_even_water_usd_per_m3", _("Price from which it pays")),
    ]  # fmt: skip
    caption = say(
        _("Cheapest saving of water at each built site in {period}, planned weather, the cheapest first."),
        period=facts.period,
    )
    total = ["water_m3_per_yr", "water_saved_m3_per_yr", "extra_cost_usd_per_yr"]
    return [
        Note("finding", _("Water could be saved"), text),
        table(words, "water-saving", caption, frame, columns, total=total),
    ]
