"""Peaks against headroom by grid zone."""

from __future__ import annotations

import pandas as pd

from siting.reports.charts.bars import Use, ratio_bars
from siting.reports.charts.legend import Series
from siting.reports.charts.palette import MUTED, PALETTE
from siting.reports.document import Block, Figure, Paragraph, Section
from siting.reports.facts import Facts, figure, table
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("The grid")
    if facts.built.empty:
        return Section("grid", title, (Paragraph(_("Nothing is built, so no power is drawn.")),))
    text = _(
        "Headroom is what each site's grid is said to have free, from a county table: it is not a study of the "
        "network. A peak is the highest hour of the zone's sites together, on the days that were modelled; whether "
        "it falls on the zone's own peak is not examined."
    )
    blocks: list[Block] = [_peaks(facts, words), Paragraph(text)]
    return Section("grid", title, tuple(blocks))


def zones(facts: Facts) -> pd.DataFrame:
    """Built sites by grid zone: peak together, connection and headroom, the most used first."""
    built = facts.built
    hourly = facts.of_last("hourly")
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
    frame["peak_grid_mw"] = frame["grid_zone_id"].map(together).fillna(0.0)
    frame["headroom_used_fraction"] = frame["peak_grid_mw"] / frame["headroom_mw"].where(frame["headroom_mw"] > 0)
    return frame.sort_values("headroom_used_fraction", ascending=False, kind="stable").reset_index(drop=True)


def tightest(facts: Facts) -> tuple[str, float, float] | None:
    """Zone, peak and headroom where the largest share of the headroom is used; None if none is stated."""
    frame = zones(facts).dropna(subset="headroom_used_fraction")
    if frame.empty:
        return None
    first = frame.iloc[0]
    return str(first["grid_zone_id"]), float(first["peak_grid_mw"]), float(first["headroom_mw"])


def _peaks(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    frame = zones(facts)
    tight = tightest(facts)
    title = (
        _("In {zone} the sites' peak takes {share} of the stated headroom").format(
            zone=tight[0], share=words.percent(tight[1] / tight[2])
        )
        if tight is not None
        else _("No headroom is stated for the chosen sites")
    )
    caption = _(
        "Highest hourly draw of the built sites of each grid zone together, inside the headroom stated at those "
        "sites, in {period} [MW]."
    ).format(period=facts.last)
    rows = [
        Use(
            str(row["grid_zone_id"]),
            float(row["peak_grid_mw"]),
            float(row["headroom_mw"]),
            _("{peak} of {headroom}").format(
                peak=words.significant(float(row["peak_grid_mw"])),
                headroom=words.quantity(float(row["headroom_mw"]), "MW"),
            ),
        )
        for row in frame.to_dict("records")
    ]
    drawing = ratio_bars(
        rows,
        series=(
            Series(_("Facility peak"), PALETTE["capital"]),
            Series(_("Headroom stated"), MUTED, outline=True),
        ),
        axis=_("Power [MW]"),
        words=words,
    )
    data = table(
        words,
        "grid-data",
        _("Peaks, connections and headroom by grid zone in {period}.").format(period=facts.last),
        frame,
        ["grid_zone_id", words.column("sites_count", _("Sites")), "it_capacity_mw", "peak_grid_mw", "connection_mw",
         "headroom_mw", "headroom_used_fraction"],
    )  # fmt: skip
    return figure("grid", title, caption, drawing, data)
