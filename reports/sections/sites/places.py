"""Where: the map, and every candidate with its outcome."""

from __future__ import annotations

from typing import Any

import pandas as pd

from siting.reports.charts.maps import MapSite, site_map
from siting.reports.document import Block, Bullet, Bullets, Figure, Paragraph, Section, Table, TableColumn
from siting.reports.facts import STRESS_CLASSES, Facts, figure, stress_class, table
from siting.reports.sections.environment.water import stress_column
from siting.reports.sections.power import large_loads, power_dates, time_to_power
from siting.reports.text.traced import say
from siting.reports.text.words import Words

_COSTS = ("extra_cost_usd", "extra_cost_at_least_usd", "bound_rise_usd")
"""What including a site that is not built costs; the last that is known ranks the sites."""

_NEAREST_SHOWN = 12


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    blocks: list[Block] = [_map(facts, words)]
    if len(facts.table("rivals")):
        blocks += [_nearest(facts, words), Bullets(tuple(_readings(facts, words)))]
    else:
        blocks.append(
            Paragraph(
                _(
                    "Why each of the other sites was not chosen is not worked out in this run; a site's tariff, "
                    "headroom and water stress are given so that the choice can be weighed."
                )
            )
        )
    risks = _risks(facts, words)
    if risks is not None:
        blocks.append(risks)
    blocks += time_to_power.blocks(facts, words)
    blocks += power_dates.blocks(facts, words)
    blocks += large_loads.blocks(facts, words)
    return Section("places", _("Where"), tuple(blocks))


def _map(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    caption = say(
        _(
            "All {count} candidate sites in {period}: a disc's area is proportional to installed IT power [MW], "
            "squares are candidates not built. A site stands at the middle of its county."
        ),
        count=words.count(facts.sites_count),
        period=facts.period,
    )
    drawing = site_map(map_sites(facts, words), built=_("Built, area by IT power"), candidate=_("Candidate, not built"))
    return figure("map", _title(facts, words), caption, drawing, _candidates(facts, words))


def _title(facts: Facts, words: Words) -> str:
    """In how many states the sites stand, and how much of the power is in the first of them."""
    _ = words.gettext
    if facts.built.empty:
        return _("No candidate site is built")
    if len(facts.built) == 1:
        return say(
            _("The one site is {site}, with {power} of IT"),
            site=facts.named(facts.built["site_id"].iloc[0]),
            power=words.quantity(facts.of_built("it_capacity_mw"), "MW"),
        )
    powers = facts.built.groupby("state")["it_capacity_mw"].sum().sort_values(ascending=False, kind="stable")
    state = str(powers.index[0])
    return say(
        words.ngettext(
            "The {count} sites stand in {states} state: {state} has {share} of their IT power",
            "The {count} sites stand in {states} states; the most IT power, {share}, is in {state}",
            len(powers),
        ),
        count=words.count(facts.built_count),
        states=words.count(facts.of_built("state", "distinct")),
        state=state,
        share=words.percent(facts.of_built("it_capacity_mw", state=state) / facts.of_built("it_capacity_mw")),
    )


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


def _readings(facts: Facts, words: Words) -> list[Bullet]:
    """How to read the reasons of the sites that are not built."""
    _, ngettext = words.gettext, words.ngettext
    rivals = facts.of_last("rivals")
    items = [
        Bullet(
            _("Best found."),
            _(
                "For the sites nearest to being built a plan with the site was looked for, beginning with a swap for a "
                "built one. The table gives what the best of them costs more than the plan: the true difference is at "
                "most that."
            ),
        ),
        Bullet(
            _("Proven minimum."),
            _(
                "The true difference is at least that, whatever else a plan with the site does. Where it is negative "
                "the gap of the search is wider than the difference, and the proof says nothing."
            ),
        ),
    ]
    if "bound_rise_usd" in rivals:
        items.append(
            Bullet(
                _("Indication from the bound."),
                _(
                    "What a site adds to the bound on all plans is free of the gap, so it tells sites apart where the "
                    "proof cannot; it is no proof itself."
                ),
            )
        )
    stopped = int((rivals["status"] == "stopped").sum()) if "status" in rivals else 0
    if stopped:
        items.append(
            Bullet(
                _("Stopped by time."),
                say(
                    ngettext(
                        "The search for a plan with {count} site ended by time; a cheaper one may have been missed.",
                        "The searches for plans with {count} sites ended by time; cheaper ones may have been missed.",
                        stopped,
                    ),
                    count=words.count(facts.read("rivals", "site_id", "count", status="stopped")),
                ),
            )
        )
    return items


def _nearest(facts: Facts, words: Words) -> Table:
    """The sites that came nearest to being built, by the proof."""
    _ = words.gettext
    rivals = facts.of_last("rivals")
    costs = [cost for cost in _COSTS if cost in rivals]
    frame = rivals.merge(facts.sites.drop(columns="period"), on="site_id", how="left")
    frame["found"] = [
        _found({str(key): value for key, value in row.items()}, words) for row in frame.to_dict("records")
    ]
    frame["zone"] = [facts.zone(str(zone)) for zone in frame["grid_zone_id"]]
    frame = frame.dropna(subset=costs[-1]).sort_values(costs[-1], kind="stable").head(_NEAREST_SHOWN)
    columns: list[str | TableColumn] = [
        "name", words.column("zone", _("Grid zone")), *costs, TableColumn("found", _("How found")),
        words.column("headroom_mw", _("Grid headroom, estimated")), "tariff_usd_per_mwh",
        "refusals_count", "suspended_by",
    ]  # fmt: skip
    caption = say(
        _("The {shown} sites nearest to being built, ranked by what the bound says of them."),
        shown=words.said_count(len(frame)),
    )
    return table(words, "nearest", caption, frame, [c for c in columns if not isinstance(c, str) or c in frame])


def _found(row: dict[str, Any], words: Words) -> str:
    """How the reason of a site that is not built was found."""
    _ = words.gettext
    match row.get("basis"), row.get("status"):
        case "resolved", "stopped":
            return _("plan found, search stopped by time")
        case "resolved", _status:
            return _("plan found")
        case "excluded", _status:
            return _("ruled out by a limit")
        case "bounded", "none":
            return _("no swap is a plan; bound")
        case "bounded", "stopped":
            return _("no plan found in time; bound")
        case "bounded", _status:
            return _("bound")
        case "unknown", _status:
            return _("no time was left")
        case _other:
            return ""


def _risks(facts: Facts, words: Words) -> Table | None:
    """What the catalogue says of the built sites beside power: hazards, fibre, land and the line."""
    _ = words.gettext
    catalogue = facts.plan.case.tables["sites"]
    columns = {
        "hazard_score": _("Natural hazard (0 least to 1)"),
        "fibre_fraction": _("Homes with cable or fibre"),
        "line_km": _("Own line"),
        "connection_voltage_kv": _("Voltage"),
        "land_usd_per_ha": _("Land"),
        "water_stress_score": stress_column(facts, words).label,
    }
    known = {key: label for key, label in columns.items() if key in catalogue}
    if facts.built.empty or "hazard_score" not in known:
        return None
    frame = facts.built[["site_id", "name"]].merge(catalogue[["site_id", *known]], on="site_id", how="left")
    caption = _(
        "What else is known of the built sites. The hazard is a rank among all counties of the expected loss by "
        "natural hazards; homes with cable or fibre are a weak sign of long-haul routes. Neither enters the cost."
    )
    return table(
        words, "site-risks", caption, frame, ["name", *[words.column(key, label) for key, label in known.items()]]
    )


def _candidates(facts: Facts, words: Words) -> Table:
    """Every candidate, the built ones first."""
    _ = words.gettext
    frame = facts.sites.assign(outcome=[_("built") if flag == 1 else _("not built") for flag in facts.sites["is_open"]])
    columns: list[str | TableColumn] = [
        "name", "grid_zone_id", TableColumn("outcome", _("Outcome")),
        "it_capacity_mw", "connection_mw", words.column("headroom_mw", _("Grid headroom, estimated")),
        "tariff_usd_per_mwh", stress_column(facts, words), "unit_cost_usd_per_mwh",
        "refusals_count", "suspended_by",
    ]  # fmt: skip
    rivals = facts.of_last("rivals")
    if len(rivals):
        costs = [cost for cost in _COSTS if cost in rivals]
        told = [column for column in ("basis", "status", "limit") if column in rivals]
        frame = frame.merge(rivals[["site_id", *costs, *told]], on="site_id", how="left")
        frame["found"] = [
            _found({str(key): value for key, value in row.items()}, words) for row in frame.to_dict("records")
        ]
        frame["limit"] = ["" if pd.isna(limit) or not limit else words.term(str(limit)) for limit in frame["limit"]]
        columns += [*costs, TableColumn("found", _("How found")), TableColumn("limit", _("Excluded by"))]
        frame["_order"] = frame[costs[-1]]  # the proof ranks; what a search found may only be too high
        frame = frame.sort_values(
            ["is_open", "it_capacity_mw", "_order"], ascending=[False, False, True], kind="stable"
        )
    filled = facts.table("imputed")
    if len(filled):
        names = (
            filled[filled["table"] == "sites"]
            .groupby("row_id")["column"]
            .agg(lambda cells: words.join(words.column(str(c)).label for c in cells))
        )
        frame["filled"] = frame["site_id"].map(names).fillna("")
        columns.append(TableColumn("filled", _("Imputed")))
    present = [column for column in columns if (column if isinstance(column, str) else column.key) in frame]
    caption = say(
        _("Candidate sites in {period}, the built ones first; only they have a cost per MWh of IT load."),
        period=facts.period,
    )
    return table(words, "map-data", caption, frame, present)
