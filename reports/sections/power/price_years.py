"""Contracts held against a second price year, with both margins; what was taken out for it, and what that costs."""

from __future__ import annotations

from siting.plan.tables.price_years import ONE_YEAR
from siting.reports.document import Block, Paragraph, Section, Table
from siting.reports.facts import Facts, table
from siting.reports.text.traced import Printed, say
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Contracts in two price years")
    frame = facts.table("price_years")
    if frame.empty or facts.study.time.compared_year is None:
        return Section("price-years", title, (Paragraph(_("No contract is held against a second price year.")),))
    second = Printed(str(facts.study.time.compared_year), facts.stated("time.compared_year"))
    text = say(
        _(
            "A contract runs for many years, and the hours of one decide nothing alone. So contracts are held against "
            "prices, wind and sun of {second}, too. The margin is what the output sells for on the market less the "
            "strike; prices of the plan's own year, {first}, stand at the median of several years, those of {second} "
            "as they were. A contract that pays in {first} and loses in {second} is taken out."
        ),
        first=facts.data_year,
        second=second,
    )
    known = frame[frame["status"] != ONE_YEAR]
    blocks: list[Block] = [Paragraph(words.sentences(text, _outcome(facts, words)))]
    alone = frame.loc[frame["status"] == ONE_YEAR, "grid_zone_id"].unique().tolist()
    if alone:
        blocks.append(
            Paragraph(
                say(
                    _(
                        "One price year: no wind and sun of {second} are known in {zones}. There a contract rests on "
                        "the hours of {first} alone."
                    ),
                    first=facts.data_year,
                    second=second,
                    zones=", ".join(str(zone) for zone in alone),
                )
            )
        )
    if not known.empty or frame["contracted_mw"].gt(0).any():
        blocks.append(_margins(facts, words))
    return Section("price-years", title, tuple(blocks))


def _outcome(facts: Facts, words: Words) -> str:
    """What was taken out, and what the plan costs with and without it."""
    _ = words.gettext
    found = facts.plan.search.second_year
    if found is None:
        return _("None of this plan's contracts was taken out.")
    return say(
        _(
            "Taken out: {contracts}. On the representative days the plan that had them costs {before}, and this one "
            "{after}. Cost, gap and bounds in this report are those of plans without these contracts."
        ),
        contracts=", ".join(found.taken_out),
        before=words.money(facts.told("search.second_year.with_usd")),
        after=words.money(facts.told("search.objective_usd")),
    )


def _margins(facts: Facts, words: Words) -> Table:
    """Worth, strike and margin of each contract that is held against both years, or contracted."""
    _ = words.gettext
    frame = facts.table("price_years")
    shown = frame[frame["status"].ne(ONE_YEAR) | frame["contracted_mw"].gt(0)].copy()
    names = facts.names("contracts", "contract_id")
    shown["contract"] = [names.get(str(one), str(one)) for one in shown["contract_id"]]
    shown["status"] = [words.term(str(status)) for status in shown["status"]]
    return table(
        words,
        "price-years",
        _("What a contract's output sells for in either year, its strike, and what is left of it."),
        shown,
        [
            "grid_zone_id",
            words.column("contract", _("Contract")),
            "strike_usd_per_mwh",
            "market_usd_per_mwh",
            "market_second_year_usd_per_mwh",
            "margin_usd_per_mwh",
            "margin_second_year_usd_per_mwh",
            "contracted_mw",
            words.column("status", _("Outcome")),
        ],
    )
