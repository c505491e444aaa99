"""Key messages of the policy report: findings, each with its number and how sure it is."""

from __future__ import annotations

from siting.reports.document import Block, Bullets, Note, Paragraph, Section
from siting.reports.facts import Facts
from siting.reports.sections import grid, limits, payers, water
from siting.reports.sections.verdict import cautions, proof
from siting.reports.words import Words


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


def _messages(facts: Facts, words: Words) -> list[tuple[str, str]]:
    _ = words.gettext
    built = facts.built
    hhi = facts.kpi("grid_zone_hhi_ratio") or 0.0
    items = [
        (
            _("Where."),
            words.ngettext(
                "{power} of IT would stand at {count} site, in {zones}; concentration over grid zones (HHI) is {hhi}.",
                "{power} of IT would stand at {count} sites, in {zones}; concentration over grid zones (HHI) is {hhi}.",
                len(built),
            ).format(
                power=words.quantity(float(built["it_capacity_mw"].sum()), "MW"),
                count=len(built),
                zones=words.join(dict.fromkeys(built["grid_zone_id"].astype(str))),
                hhi=words.significant(hhi),
            ),
        )
    ]
    tight = grid.tightest(facts)
    if tight is not None:
        zone, peak, headroom = tight
        items.append(
            (
                _("Grid."),
                _(
                    "Closest to its limit is {zone}: a peak of {peak} against {headroom} said to be free at the "
                    "chosen sites, or {share}."
                ).format(
                    zone=zone,
                    peak=words.quantity(peak, "MW"),
                    headroom=words.quantity(headroom, "MW"),
                    share=words.percent(peak / headroom),
                ),
            )
        )
    receivers = payers.by_receiver(facts)
    first = receivers.iloc[0]
    items.append(
        (
            _("Who is paid."),
            _("Of {total} a year, {receiver} receive the most: {amount}, or {share}.").format(
                total=words.money(float(receivers["cost_usd_per_yr"].sum())),
                receiver=words.term(str(first["receiver"])).lower(),
                amount=words.money(float(first["cost_usd_per_yr"])),
                share=words.percent(float(first["cost_usd_per_yr"] / receivers["cost_usd_per_yr"].sum())),
            ),
        )
    )
    items.append(
        (
            _("Emissions."),
            _(
                "{location} a year by location; {market} if contracts and certificates are matched over the year, "
                "{hourly} if they are matched hour by hour."
            ).format(
                location=words.quantity(facts.kpi("carbon_location_t_per_yr") or 0.0, "t CO2e"),
                market=words.quantity(facts.kpi("carbon_market_t_per_yr") or 0.0, "t CO2e"),
                hourly=words.quantity(facts.kpi("carbon_hourly_t_per_yr") or 0.0, "t CO2e"),
            ),
        )
    )
    drawn, stressed = facts.kpi("water_m3_per_yr") or 0.0, water.stressed_share(facts)
    items.append(
        (
            _("Water."),
            _("{water} a year are drawn on site.").format(water=words.quantity(drawn, "m³"))
            if stressed is None
            else _("{water} a year are drawn on site, {share} of it where baseline water stress is high.").format(
                water=words.quantity(drawn, "m³"), share=words.percent(stressed)
            ),
        )
    )
    items.append((_("Limits."), limits.summary(facts, words)))
    return items
