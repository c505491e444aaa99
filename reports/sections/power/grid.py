"""Peaks and connections against headroom by grid zone."""

from __future__ import annotations

import pandas as pd

from siting.reports.charts.bars import RatioBar, ratio_bars
from siting.reports.charts.legend import DrawnSeries
from siting.reports.charts.palette import MUTED, PALETTE
from siting.reports.document import Block, Figure, Paragraph, Section
from siting.reports.facts import Facts, figure, table
from siting.reports.sections.power import faster_power, large_loads
from siting.reports.text.traced import Said, Traced, say
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("The grid")
    if facts.built.empty:
        return Section("grid", title, (Paragraph(_("Nothing is built, so no power is drawn.")),))
    text = _(
        "A peak is the highest hour of a zone's sites together; whether it falls on the zone's own peak is not "
        "examined. What binds is the connection, which is contracted for full load in the design hour and so stands "
        "above the peak."
    )
    blocks: list[Block] = [_peaks(facts, words), Paragraph(how_headroom_is_known(facts, words)), Paragraph(text)]
    blocks += large_loads.blocks(facts, words)
    blocks += faster_power.blocks(facts, words)
    return Section("grid", title, tuple(blocks))


def how_headroom_is_known(facts: Facts, words: Words) -> Said:
    """By which rule, from which source and how well the headroom of the sites is known."""
    _ = words.gettext
    basis = facts.basis("sites", "headroom_mw")
    if basis is None:
        return say(_("Headroom is what the study's own table of sites states; it is not a study of the network."))
    highest = facts.read("sites", "headroom_mw", "max")
    at_highest = facts.read("sites", "site_id", "count", headroom_mw=highest.value)
    text = (
        _(
            "Headroom is {grade}, not measured and not a study of the network: “{rule}” (source: {source}). Of "
            "{candidates} candidates {count} stand at the highest value, {highest}, where the rule is cut off."
        )
        if at_highest.value > 1
        else _("Headroom is {grade}, not measured and not a study of the network: “{rule}” (source: {source}).")
    )
    return say(
        text,
        grade=words.term(basis.grade),
        rule=basis.rule,
        source=basis.source,
        candidates=words.count(facts.sites_count),
        count=words.count(at_highest),
        highest=words.quantity(highest, "MW"),
    )


def zones(facts: Facts) -> pd.DataFrame:
    """Built sites by grid zone: peak together, connection and headroom, the most contracted first."""
    built = facts.built
    hourly = facts.year_hourly
    zone_of_site = dict(zip(built["site_id"], built["grid_zone_id"], strict=True))
    together = (
        hourly.assign(grid_zone_id=hourly["site_id"].map(zone_of_site))
        .groupby(["grid_zone_id", "hour"])["draw_mw"]
        .sum()
        .groupby("grid_zone_id")
        .max()
    )
    frame = built.groupby("grid_zone_id", as_index=False).agg(
        sites_count=("site_id", "size"),
        it_capacity_mw=("it_capacity_mw", "sum"),
        connection_mw=("connection_mw", "sum"),
        headroom_mw=("headroom_mw", "sum"),
    )
    frame["zone"] = [facts.zone(str(zone)) for zone in frame["grid_zone_id"]]
    frame["peak_grid_mw"] = frame["grid_zone_id"].map(together).fillna(0.0)
    frame["headroom_used_fraction"] = frame["connection_mw"] / frame["headroom_mw"].where(frame["headroom_mw"] > 0)
    return frame.sort_values("headroom_used_fraction", ascending=False, kind="stable").reset_index(drop=True)


def tightest(facts: Facts) -> tuple[str, Traced, Traced] | None:
    """Zone, connection and headroom where the largest share of the headroom is contracted; None if none is stated."""
    frame = zones(facts).dropna(subset="headroom_used_fraction")
    if frame.empty:
        return None
    zone = str(frame.iloc[0]["grid_zone_id"])
    return (
        zone,
        facts.of_built("connection_mw", grid_zone_id=zone),
        facts.of_built("headroom_mw", grid_zone_id=zone),
    )


def _peaks(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    frame = zones(facts)
    tight = tightest(facts)
    title = (
        say(
            _("In {zone} the sites contract {share} of their estimated headroom"),
            zone=facts.zone(tight[0]),
            share=words.percent(tight[1] / tight[2]),
        )
        if tight is not None
        else _("No headroom is stated for the chosen sites")
    )
    caption = say(
        _(
            "What the built sites of each grid zone contract with the grid, inside the headroom estimated at those "
            "sites, in {period} [MW]."
        ),
        period=facts.period,
    )
    rows = [
        RatioBar(
            str(row["zone"]),
            float(row["connection_mw"]),
            float(row["headroom_mw"]),
            _("{used} of {headroom}").format(
                used=words.significant(float(row["connection_mw"])),
                headroom=words.quantity(float(row["headroom_mw"]), "MW"),
            ),
        )
        for row in frame.to_dict("records")
    ]
    drawing = ratio_bars(
        rows,
        series=(
            DrawnSeries(_("Contracted with the grid"), PALETTE["capital"]),
            DrawnSeries(_("Headroom, estimated"), MUTED, outline=True),
        ),
        axis=_("Power [MW]"),
        words=words,
    )
    data = table(
        words,
        "grid-data",
        say(_("Peaks, connections and headroom by grid zone in {period}."), period=facts.period),
        frame,
        [words.column("zone", _("Grid zone")), words.column("sites_count", _("Sites")), "it_capacity_mw",
         "peak_grid_mw", "connection_mw", "headroom_mw", "headroom_used_fraction"],
    )  # fmt: skip
    return figure("grid", title, caption, drawing, data)
