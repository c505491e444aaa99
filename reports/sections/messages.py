"""Key messages of the policy report: findings, each with its number and how sure it is."""

from __future__ import annotations

from siting.reports.document import Block, Bullet, Bullets, Note, Paragraph, Section
from siting.reports.facts import Facts
from siting.reports.sections import grid, limits, payers, water
from siting.reports.sections.verdict import cautions, proof
from siting.reports.text.words import Words

_POWER_SECTOR = ("power suppliers", "generators", "grid operators", "power market")


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
                "instruments, and household bills, jobs and public revenue are outside the model."
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
        zone, peak, headroom = tight
        text = _(
            "Closest to its limit is {zone}: a peak of {peak} against {headroom} said to be free at the chosen sites, "
            "or {share}. Headroom is taken from a table, not from a study of the network."
        ).format(
            zone=zone,
            peak=words.quantity(peak, "MW"),
            headroom=words.quantity(headroom, "MW"),
            share=words.percent(peak / headroom),
        )
        items.append(Bullet(_("Grid."), text, "grid"))
    items += [_payments(facts, words), _emissions(facts, words), _water(facts, words)]
    items.append(Bullet(_("Limits."), limits.summary(facts, words), "limits"))
    return items


def _where(facts: Facts, words: Words) -> Bullet:
    _ = words.gettext
    built = facts.built
    text = words.ngettext(
        "{power} of IT would stand at {count} site, in {zones}. Concentration over grid zones (HHI, 1 is all in one) "
        "is {hhi}; other sites within {gap} of the cost cannot be ruled out.",
        "{power} of IT would stand at {count} sites, in {zones}. Concentration over grid zones (HHI, 1 is all in one) "
        "is {hhi}; other sites within {gap} of the cost cannot be ruled out.",
        len(built),
    ).format(
        power=words.quantity(float(built["it_capacity_mw"].sum()), "MW"),
        count=len(built),
        zones=words.join(dict.fromkeys(built["grid_zone_id"].astype(str))),
        hhi=words.significant(facts.kpi("grid_zone_hhi_ratio") or 0.0),
        gap=words.percent(facts.plan.gap_fraction),
    )
    return Bullet(_("Where."), text, "places")


def _payments(facts: Facts, words: Words) -> Bullet:
    _ = words.gettext
    receivers = payers.by_receiver(facts)
    total = float(receivers["cost_usd_per_yr"].sum())
    first = receivers.iloc[0]
    power = float(receivers.loc[receivers["receiver"].isin(_POWER_SECTOR), "cost_usd_per_yr"].sum())
    text = _(
        "Of {total} a year, {receiver} receive most: {share}. The power sector (suppliers, generators and grid "
        "operators) receives {power}. Effects on other customers' bills are not in the model."
    ).format(
        total=words.money(total),
        receiver=words.term(str(first["receiver"])).lower(),
        share=words.percent(float(first["cost_usd_per_yr"]) / total),
        power=words.money(power),
    )
    return Bullet(_("Who is paid."), text, "payers")


def _emissions(facts: Facts, words: Words) -> Bullet:
    _ = words.gettext
    text = _(
        "{location} a year by location; {market} if contracts and certificates are matched over the year, {hourly} if "
        "they are matched hour by hour. The consequential figure under “Carbon” is what plants elsewhere emit for it."
    ).format(
        location=words.quantity(facts.kpi("carbon_location_t_per_yr") or 0.0, "t CO2e"),
        market=words.quantity(facts.kpi("carbon_market_t_per_yr") or 0.0, "t CO2e"),
        hourly=words.quantity(facts.kpi("carbon_hourly_t_per_yr") or 0.0, "t CO2e"),
    )
    return Bullet(_("Emissions."), text, "carbon")


def _water(facts: Facts, words: Words) -> Bullet:
    _ = words.gettext
    drawn, stressed = facts.kpi("water_m3_per_yr") or 0.0, water.stressed_share(facts)
    if drawn <= 0:
        text = _("No water is drawn on site.")
    elif stressed is None:
        text = _("{water} a year are drawn on site; how scarce water is there is not known.").format(
            water=words.quantity(drawn, "m³")
        )
    else:
        text = _("{water} a year are drawn on site, {share} of it where baseline water stress is high.").format(
            water=words.quantity(drawn, "m³"), share=words.percent(stressed)
        )
    return Bullet(_("Water."), text, "water")
