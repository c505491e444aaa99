"""Where: the map, and every candidate with its outcome."""

from __future__ import annotations

import pandas as pd

from siting.reports.document import Block, Column, Figure, Paragraph, Section, Table
from siting.reports.facts import STRESS_CLASSES, Facts, stress_class, table
from siting.reports.maps import MapSite, site_map
from siting.reports.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    blocks: list[Block] = [_map(facts, words)]
    blocks.append(
        Paragraph(
            _(
                "The table gives what it would cost to build at a site that was not chosen, or the limit that "
                "excludes it. What a site adds to the bound on all plans is free of the gap, so it tells sites "
                "apart where the proof cannot; it is no proof itself."
            )
            if len(facts.table("rivals"))
            else _(
                "Why each of the other sites was not chosen is not worked out in this run; a site's tariff, "
                "headroom and water stress are given so that the choice can be weighed."
            )
        )
    )
    return Section("places", _("Where"), tuple(blocks))


def _map(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    identifier = "map"
    if len(facts.built):
        first = facts.built.iloc[0]
        title = words.ngettext(
            "The one site is {site}, with {power} of IT",
            "The largest of {count} sites is {site}, with {power} of IT",
            len(facts.built),
        ).format(count=len(facts.built), site=first["name"], power=words.quantity(float(first["it_capacity_mw"]), "MW"))
    else:
        title = _("No candidate site is built")
    caption = _(
        "All {count} candidate sites in {period}. A disc's area is proportional to installed IT power [MW]; "
        "squares are candidates not built."
    ).format(count=len(facts.sites), period=facts.last)
    wide, narrow = site_map(
        identifier,
        title,
        caption,
        map_sites(facts, words),
        built=_("Built, area by IT power"),
        candidate=_("Candidate, not built"),
    )
    return Figure(identifier, title, caption, wide, narrow, _candidates(facts, words))


def map_sites(facts: Facts, words: Words, *, shaded: bool = False) -> list[MapSite]:
    """Every candidate as the map draws it; shaded by water stress if asked."""
    _ = words.gettext
    marks = []
    for row in facts.sites.to_dict("records"):
        power = float(row["it_capacity_mw"]) if row["is_open"] == 1 else 0.0
        label = _("{site}, {power}").format(site=row["name"], power=words.quantity(power, "MW"))
        score = row.get("water_stress_score")
        marks.append(
            MapSite(
                name=str(row["name"]),
                latitude=float(row["latitude"]),
                longitude=float(row["longitude"]),
                it_mw=power,
                label=label if power > 0 else str(row["name"]),
                shade=stress_class(float(score)) if shaded and score is not None and not pd.isna(score) else None,
            )
        )
    return marks


def shades(words: Words) -> list[str]:
    """Names of the classes of water stress; the first says what they are classes of."""
    first, *others = (words.gettext(name) for name in STRESS_CLASSES)
    return [words.gettext("Water stress: {stress}").format(stress=first), *others]


def _candidates(facts: Facts, words: Words) -> Table:
    """Every candidate, the built ones first."""
    _ = words.gettext
    frame = facts.sites.assign(outcome=[_("built") if flag == 1 else _("not built") for flag in facts.sites["is_open"]])
    columns: list[str | Column] = [
        "name", "state", "grid_zone_id", Column("outcome", _("Outcome")), "it_capacity_mw", "connection_mw",
        "headroom_mw", "tariff_usd_per_mwh", "water_stress_score", "unit_cost_usd_per_mwh",
    ]  # fmt: skip
    rivals = facts.of_last("rivals")
    if len(rivals):
        costs = ["extra_cost_usd", "extra_cost_at_least_usd", "bound_rise_usd"]
        frame = frame.merge(rivals[["site_id", *costs, "limit"]], on="site_id", how="left")
        frame["limit"] = ["" if pd.isna(limit) or not limit else words.term(str(limit)) for limit in frame["limit"]]
        columns += [*costs, Column("limit", _("Excluded by"))]
        frame["_order"] = frame["extra_cost_usd"].fillna(frame["bound_rise_usd"])
        frame = frame.sort_values(
            ["is_open", "it_capacity_mw", "_order"], ascending=[False, False, True], kind="stable"
        )
    present = [column for column in columns if (column if isinstance(column, str) else column.key) in frame]
    caption = _("Candidate sites in {period}; a site that is not built has no cost of IT energy.").format(
        period=facts.last
    )
    return table(words, "map-data", caption, frame, present)
