"""Where it would go, and how concentrated that is."""

from __future__ import annotations

from siting.reports.charts.maps import site_map
from siting.reports.document import Block, Figure, Paragraph, Section
from siting.reports.facts import Facts, figure, table
from siting.reports.sections.places import map_sites, shades
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    if facts.built.empty:
        return Section("places", _("Where it would go"), (Paragraph(_("Nothing is built.")),))
    hhi, top = facts.kpi("grid_zone_hhi_ratio") or 0.0, facts.kpi("top3_site_fraction") or 0.0
    text = _(
        "Over grid zones the Herfindahl-Hirschman index is {hhi}, where 1 means all in one zone and {even} an even "
        "spread over the {zones} zones with candidates. The three largest sites hold {top}."
    ).format(
        hhi=words.significant(hhi),
        even=words.significant(1 / facts.sites["grid_zone_id"].nunique()),
        zones=words.count(facts.sites["grid_zone_id"].nunique()),
        top=words.percent(top),
    )
    blocks: list[Block] = [_map(facts, words), Paragraph(text)]
    return Section("places", _("Where it would go"), tuple(blocks))


def _map(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    shares = facts.built.groupby("grid_zone_id")["it_capacity_mw"].sum().sort_values(ascending=False, kind="stable")
    title = _("{share} of the IT power would stand in the grid zone {zone}").format(
        share=words.percent(float(shares.iloc[0] / shares.sum())), zone=shares.index[0]
    )
    known = "water_stress_score" in facts.sites and bool(facts.sites["water_stress_score"].notna().any())
    caption = (
        _(
            "All {count} candidate sites in {period}, shaded by baseline water stress (Aqueduct 4.0). A disc's area is "
            "proportional to installed IT power [MW]; squares are candidates not built."
        )
        if known
        else _(
            "All {count} candidate sites in {period}. A disc's area is proportional to installed IT power [MW]; "
            "squares are candidates not built."
        )
    ).format(count=len(facts.sites), period=facts.last)
    drawing = site_map(
        map_sites(facts, words, shaded=known),
        shades=shades(words) if known else (),
        built=_("Built, area by IT power"),
        candidate=_("Candidate, not built"),
    )
    frame = facts.built.groupby(["grid_zone_id", "state"], as_index=False).agg(
        sites_count=("site_id", "size"),
        it_capacity_mw=("it_capacity_mw", "sum"),
        energy_mwh_per_yr=("energy_mwh_per_yr", "sum"),
    )
    frame["share_fraction"] = frame["it_capacity_mw"] / frame["it_capacity_mw"].sum()
    frame = frame.sort_values("it_capacity_mw", ascending=False, kind="stable")
    data = table(
        words,
        "map-data",
        _("Installed IT power by grid zone and state in {period}.").format(period=facts.last),
        frame,
        [
            "grid_zone_id",
            "state",
            words.column("sites_count", _("Sites")),
            "it_capacity_mw",
            "share_fraction",
            "energy_mwh_per_yr",
        ],
        total=["sites_count", "it_capacity_mw", "share_fraction", "energy_mwh_per_yr"],
    )
    return figure("map", title, caption, drawing, data)
