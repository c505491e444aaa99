"""Where it would go, and how concentrated that is."""

from __future__ import annotations

from siting.reports.charts.maps import site_map
from siting.reports.document import Block, Figure, Paragraph, Section
from siting.reports.facts import Facts, figure, table
from siting.reports.sections.environment.water import how_stress_is_known
from siting.reports.sections.sites.places import map_sites, shades
from siting.reports.text.traced import say
from siting.reports.text.words import Words

_LARGEST_COUNT = 3


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    if facts.built.empty:
        return Section("places", _("Where it would go"), (Paragraph(_("Nothing is built.")),))
    zones = facts.read("sites", "grid_zone_id", "distinct")
    text = say(
        _(
            "Over grid zones the Herfindahl-Hirschman index is {hhi}; all in one zone would be {one}, an even spread "
            "over the {zones} zones with candidates {even}."
        ),
        hhi=words.significant(facts.amount("grid_zone_hhi_ratio")),
        one=words.said_count(1),
        even=words.significant(1 / zones),
        zones=words.count(zones),
    )
    if len(facts.built) > _LARGEST_COUNT:
        largest = words.percent(facts.amount("top3_site_fraction"))
        text = words.sentences(text, say(_("The three largest sites hold {top} of the IT power."), top=largest))
    blocks: list[Block] = [_map(facts, words)]
    if _stress_is_known(facts):
        blocks.append(Paragraph(how_stress_is_known(facts, words)))
    blocks.append(Paragraph(text))
    return Section("places", _("Where it would go"), tuple(blocks))


def _stress_is_known(facts: Facts) -> bool:
    return "water_stress_score" in facts.sites and bool(facts.sites["water_stress_score"].notna().any())


def _map(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    shares = facts.built.groupby("grid_zone_id")["it_capacity_mw"].sum().sort_values(ascending=False, kind="stable")
    zone = str(shares.index[0])
    title = say(
        _("The most IT power, {share}, would stand in the grid zone {zone}"),
        share=words.percent(facts.of_built("it_capacity_mw", grid_zone_id=zone) / facts.of_built("it_capacity_mw")),
        zone=facts.zone(zone),
    )
    known = _stress_is_known(facts)
    if not known:
        text = _(
            "All {count} candidate sites in {period}: a disc's area is proportional to installed IT power [MW], "
            "squares are candidates not built. A site stands at the middle of its county."
        )
    elif facts.stress_is_of_state:
        text = _(
            "All {count} candidate sites in {period}, shaded by the baseline water stress of their state. A disc's "
            "area is proportional to installed IT power [MW]; squares are candidates not built. A site stands at the "
            "middle of its county."
        )
    else:
        text = _(
            "All {count} candidate sites in {period}, shaded by baseline water stress. A disc's area is proportional "
            "to installed IT power [MW]; squares are candidates not built. A site stands at the middle of its county."
        )
    caption = say(text, count=words.count(facts.sites_count), period=facts.period)
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
    frame["zone"] = [facts.zone(str(zone)) for zone in frame["grid_zone_id"]]
    frame["share_fraction"] = frame["it_capacity_mw"] / frame["it_capacity_mw"].sum()
    frame = frame.sort_values("it_capacity_mw", ascending=False, kind="stable")
    data = table(
        words,
        "map-data",
        say(_("Installed IT power by grid zone and state in {period}."), period=facts.period),
        frame,
        [
            words.column("zone", _("Grid zone")),
            "state",
            words.column("sites_count", _("Sites")),
            "it_capacity_mw",
            "share_fraction",
            "energy_mwh_per_yr",
        ],
        total=["sites_count", "it_capacity_mw", "share_fraction", "energy_mwh_per_yr"],
    )
    return figure("map", title, caption, drawing, data)
