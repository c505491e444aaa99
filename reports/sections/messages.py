"""Key messages of the policy report: findings, each with its number and how sure it is."""

from __future__ import annotations

from siting.reports.document import Block, Bullet, Bullets, Note, Paragraph, Section
from siting.reports.facts import GRADE_SIGNS, Facts
from siting.reports.sections import limits
from siting.reports.sections.environment import water
from siting.reports.sections.environment.water_saving import finding
from siting.reports.sections.money import payers
from siting.reports.sections.power import grid
from siting.reports.sections.verdict import cautions, proof
from siting.reports.text.traced import say
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    if facts.built.empty:
        text = _("The plan builds nothing: no candidate site is worth opening under these conditions.")
        return Section("messages", _("Key messages"), (Paragraph(text),))
    blocks: list[Block] = [
        Bullets(tuple(_messages(facts, words))),
        *cautions(facts, words),
        Note("finding", _("How certain this is"), proof(facts, words)),
        Note(
            "limit",
            _("Findings, not recommendations"),
            _(
                "This report says what the cheapest plan under the stated limits would do. It compares no policy "
                "instruments, and household bills and jobs are outside the model; what the operator itself pays in "
                "taxes is under “Payment flows”."
            ),
        ),
    ]
    return Section("messages", _("Key messages"), tuple(blocks))


def _messages(facts: Facts, words: Words) -> list[Bullet]:
    """Findings: each a sentence with its number, how sure it is, and where the evidence stands."""
    _ = words.gettext
    items = [_where(facts, words)]
    tight = grid.tightest(facts)
    if tight is not None:
        zone, contracted, headroom = tight
        text = say(
            _(
                "Closest to its limit is {zone}: its sites contract {contracted} where their headroom is put at "
                "{headroom}, or {share}."
            ),
            zone=facts.zone(zone),
            contracted=words.quantity(contracted, "MW"),
            headroom=words.quantity(headroom, "MW"),
            share=words.percent(contracted / headroom),
        )
        worst = worst_input(facts, words, "sites", "headroom_mw")
        items.append(Bullet(_("Grid."), words.sentences(text, worst), "grid"))
    items += [_payments(facts, words), _emissions(facts, words), _water(facts, words)]
    saving = finding(facts, words)
    if saving:
        items.append(Bullet(_("Cooling."), saving, "cooling"))
    items.append(Bullet(_("Constraints."), limits.summary(facts, words), "limits"))
    return items


def worst_input(facts: Facts, words: Words, name: str, column: str) -> str:
    """How well the input that a message rests on is known; empty where it is the study's own."""
    basis = facts.basis(name, column)
    if basis is None:
        return ""
    return say(
        words.gettext("Rests on an input that is {sign} {grade}: {source}."),
        sign=GRADE_SIGNS.get(basis.grade, "○"),
        grade=words.term(basis.grade),
        source=basis.source,
    )


def _where(facts: Facts, words: Words) -> Bullet:
    _ = words.gettext
    built = facts.built
    text = say(
        words.ngettext(
            "{power} of IT would stand at {count} site, in {zones}. Concentration over grid zones (HHI, where all in "
            "one zone is {one}) is {hhi}; other sites within {gap} of the cost cannot be ruled out.",
            "{power} of IT would stand at {count} sites, in {zones}. Concentration over grid zones (HHI, where all in "
            "one zone is {one}) is {hhi}; other sites within {gap} of the cost cannot be ruled out.",
            len(built),
        ),
        power=words.quantity(facts.of_built("it_capacity_mw"), "MW"),
        count=words.count(facts.built_count),
        zones=words.some([facts.zone(zone) for zone in dict.fromkeys(built["grid_zone_id"].astype(str))]),
        one=words.said_count(1),
        hhi=words.significant(facts.amount("grid_zone_hhi_ratio")),
        gap=words.percent(facts.proof.gap_fraction),
    )
    return Bullet(_("Where."), text, "places")


def _payments(facts: Facts, words: Words) -> Bullet:
    _ = words.gettext
    receiver, share = payers.largest(facts)
    text = say(
        _(
            "Of {total} a year, {receiver} receive most: {share}. {power} Effects on other customers' bills are not in "
            "the model."
        ),
        total=words.money(payers.paid(facts)),
        receiver=words.term(receiver).lower(),
        share=words.percent(share),
        power=payers.power_sector(facts, words),
    )
    return Bullet(_("Who is paid."), text, "payers")


def _emissions(facts: Facts, words: Words) -> Bullet:
    _ = words.gettext
    text = say(
        _(
            "{location} a year by location; {market} if contracts and certificates are matched over the year, {hourly} "
            "if they are matched hour by hour. The consequential figure under “Carbon” is what plants elsewhere emit "
            "for it."
        ),
        location=words.quantity(facts.amount("carbon_location_t_per_yr"), "t CO2e"),
        market=words.quantity(facts.amount("carbon_market_t_per_yr"), "t CO2e"),
        hourly=words.quantity(facts.amount("carbon_hourly_t_per_yr"), "t CO2e"),
    )
    return Bullet(_("Emissions."), text, "carbon")


def _water(facts: Facts, words: Words) -> Bullet:
    _ = words.gettext
    drawn, stressed = facts.amount("water_m3_per_yr"), water.stressed_share(facts)
    shown = words.quantity(drawn, "m³")
    if drawn.value <= 0:
        text: str = _("No water is drawn on site.")
    elif stressed is None:
        text = say(_("In a year {water} are drawn on site; how scarce water is there is not known."), water=shown)
    else:
        text = say(
            _(
                "In a year of the planned weather {water} are drawn on site, {share} of it in states whose mean "
                "baseline water stress is high."
            )
            if facts.stress_is_of_state
            else _(
                "In a year of the planned weather {water} are drawn on site, {share} of it where baseline water stress "
                "is high."
            ),
            water=shown,
            share=words.percent(stressed),
        )
        text = words.sentences(text, worst_input(facts, words, "sites", "water_stress_score"))
    return Bullet(_("Water."), text, "water")
