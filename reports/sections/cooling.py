"""Why this cooling here: cost and water of each way of cooling side by side, its year, and the map of the best."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.reports.charts.bars import Bar, bars
from siting.reports.charts.heat_maps import Tile, heat_maps
from siting.reports.charts.legend import Series
from siting.reports.charts.maps import KindSite, kind_map
from siting.reports.document import Block, Cell, Column, Figure, Paragraph, Section, Table
from siting.reports.facts import Facts, figure, table
from siting.reports.text.words import Words

SITES_MAX = 4
"""Sites that the chart and the pictures show; the tables hold all."""

PARTS = ("halls_usd_per_mwh", "extra_racks_usd_per_mwh", "energy_usd_per_mwh", "water_usd_per_mwh")
_COLORS = ("#0B4F7D", "#B3391F", "#C26A00", "#00785A")


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Why this cooling")
    if facts.built.empty:
        return Section("cooling", title, (Paragraph(_("Nothing is built, so nothing is cooled.")),))
    blocks: list[Block] = []
    options = _options(facts, words)
    if len(options):
        blocks += [*_reasons(options, words), _side_by_side(facts, options, words)]
        blocks.append(
            Paragraph(
                _(
                    "The comparison keeps the racks and their work as planned and cools them another way. Halls, "
                    "upkeep, land and water are priced anew; power drawn more or less is priced at the grid's tariff "
                    "of each hour, with its peaks. Where the hottest hour of the year is not carried in full, the same "
                    "work needs more racks. Contracts and batteries are not chosen anew and racks are not exchanged; "
                    "the optimiser was free to do both."
                )
            )
        )
    year = _year(facts, words)
    if year is not None:
        blocks.append(year)
    if len(facts.table("cooling_places")):
        blocks.append(_map(facts, words))
    if not blocks:
        blocks.append(Paragraph(_("Other ways of cooling were not compared in this run.")))
    return Section("cooling", title, tuple(blocks))


def _options(facts: Facts, words: Words) -> pd.DataFrame:
    """Options of the last period with readable names, the largest site first, the chosen way first."""
    frame = facts.of_last("cooling_options")
    if frame.empty:
        return frame
    names = facts.names("cooling", "cooling_id")
    rank = {site: position for position, site in enumerate(facts.built["site_id"])}
    frame = frame[frame["site_id"].isin(list(rank))].copy()
    frame["_rank"] = frame["site_id"].map(rank)
    frame = frame.sort_values(
        ["_rank", "built_cooling_id", "is_built", "cost_usd_per_mwh"], ascending=[True, True, False, True]
    )
    frame["name"] = frame["site_id"].map(facts.site_names)
    frame["cooling"] = [names.get(item, words.term(item)) for item in frame["cooling_id"]]
    frame["choice"] = [words.gettext("chosen") if built else "" for built in frame["is_built"]]
    spared = (
        frame.groupby(["site_id", "built_cooling_id"])["water_m3_per_yr"].transform("first") - frame["water_m3_per_yr"]
    )
    frame["spared_water_usd_per_m3"] = frame["extra_cost_usd_per_yr"] / spared.where(spared > 0)
    return frame.reset_index(drop=True)


def _reasons(options: pd.DataFrame, words: Words) -> list[Paragraph]:
    """One sentence for each of the largest sites: what was chosen and what the next best would cost and drink."""
    _ = words.gettext
    found = []
    for _key, rows in options[options["_rank"] < SITES_MAX].groupby(["_rank", "built_cooling_id"], sort=True):
        chosen, others = rows.iloc[0], rows.iloc[1:]
        if others.empty:
            found.append(
                Paragraph(
                    _("{site}: “{chosen}” is the only way offered that these racks fit.").format(
                        site=chosen["name"], chosen=chosen["cooling"]
                    )
                )
            )
            continue
        second = others.iloc[0]
        text = (
            _(
                "{site}: “{chosen}” draws {water} L of water for each kWh of IT. The next, “{other}”, would cost "
                "{extra} a year more and draw {other_water} L."
            )
            if second["extra_cost_usd_per_yr"] >= 0
            else _(
                "{site}: “{chosen}” draws {water} L of water for each kWh of IT. By this comparison “{other}” would "
                "cost {extra} a year less and draw {other_water} L; what speaks for the choice is kept out of it."
            )
        )
        found.append(
            Paragraph(
                text.format(
                    site=chosen["name"],
                    chosen=chosen["cooling"],
                    other=second["cooling"],
                    water=_litres(float(chosen["wue_l_per_kwh"]), words),
                    other_water=_litres(float(second["wue_l_per_kwh"]), words),
                    extra=words.money(abs(float(second["extra_cost_usd_per_yr"]))),
                )
            )
        )
    return found


def _litres(value: float, words: Words) -> str:
    """Water of a kWh, or a plain zero."""
    return words.decimal(value, 2 if value > 0 else 0)


def _side_by_side(facts: Facts, options: pd.DataFrame, words: Words) -> Figure:
    _ = words.gettext
    labels = {
        "halls_usd_per_mwh": _("Halls, upkeep, land"),
        "extra_racks_usd_per_mwh": _("Racks for the hottest hours"),
        "energy_usd_per_mwh": _("Power"),
        "water_usd_per_mwh": _("Water"),
    }
    built = options[options["is_built"] == 1]
    others = options[options["is_built"] == 0]
    cheaper = others[others["extra_cost_usd_per_yr"] < 0]
    sites = int(built["site_id"].nunique())
    if others.empty:
        title = _("The chosen racks can be cooled in one of the offered ways only")
    elif cheaper.empty:
        title = words.ngettext(
            "At the one site the chosen cooling is the cheapest of those that the racks fit",
            "At each of the {count} sites the chosen cooling is the cheapest of those that the racks fit",
            sites,
        ).format(count=sites)
    else:
        count = int(cheaper["site_id"].nunique())
        title = words.ngettext(
            "At {count} of {sites} sites another cooling looks cheaper when all else is kept",
            "At {count} of {sites} sites another cooling looks cheaper when all else is kept",
            count,
        ).format(count=count, sites=sites)
    caption = _(
        "Cost of halls, of racks beyond the plan's, of power and of water in {period} [USD for each MWh of IT], for "
        "the {shown} largest sites and each way of cooling that their racks fit; beside it the water on site."
    ).format(period=facts.last, shown=min(SITES_MAX, len(facts.built)))
    shown = options[options["_rank"] < SITES_MAX]
    rows = [
        Bar(
            (_("{site}: {cooling} (chosen)") if row["is_built"] else _("{site}: {cooling}")).format(
                site=row["name"], cooling=row["cooling"]
            ),
            tuple(float(row[part]) for part in PARTS),
            _("{cost}, {water} L/kWh").format(
                cost=words.decimal(float(row["cost_usd_per_mwh"]), 0),
                water=_litres(float(row["wue_l_per_kwh"]), words),
            ),
        )
        for row in shown.to_dict("records")
    ]
    series = [Series(labels[part], color) for part, color in zip(PARTS, _COLORS, strict=True)]
    drawing = bars(rows, series=series, axis=_("Cost [USD/MWh of IT]"), words=words)
    return figure("cooling", title, caption, drawing, _options_table(options, labels, words))


def _options_table(options: pd.DataFrame, labels: dict[str, str], words: Words) -> Table:
    _ = words.gettext
    columns: list[str | Column] = [
        "name", Column("cooling", _("Cooling")), Column("choice", _("Choice")),
        words.column("pue"), words.column("wue_l_per_kwh"),
        words.column("carried_fraction", _("Carried in the hottest hour")),
        *[words.column(part, labels[part]) for part in PARTS],
        words.column("cost_usd_per_mwh", _("In all")),
        words.column("extra_cost_usd_per_yr", _("Dearer by")),
        words.column("spared_water_usd_per_m3", _("Cost of water spared")),
    ]  # fmt: skip
    caption = _("Ways of cooling at the built sites, the chosen one first.")
    return table(words, "cooling-data", caption, options, columns)


def _year(facts: Facts, words: Words) -> Figure | None:
    """PUE by month and hour of the day, from the full year where it was run."""
    _ = words.gettext
    frame = facts.of_last("replay_hourly")
    if frame.empty or not {"local_hour", "month", "it_mw", "cooling_mw"} <= set(frame.columns):
        return None
    sums = frame.groupby(["site_id", "month", "local_hour"])[["it_mw", "cooling_mw"]].sum()
    pue = 1 + sums["cooling_mw"] / sums["it_mw"].where(sums["it_mw"] > 0)
    hourly = 1 + frame["cooling_mw"] / frame["it_mw"].where(frame["it_mw"] > 0)
    worst = hourly.groupby(frame["site_id"]).max()
    order = [site for site in facts.built["site_id"] if site in worst.index and np.isfinite(worst[site])]
    if not order:
        return None
    wide_frame = pue.unstack("local_hour").reindex(columns=range(24))
    months = words.months()
    tiles = []
    for site in order[:SITES_MAX]:
        values = wide_frame.loc[site].reindex(range(1, 13)).to_numpy(float).T
        tiles.append(
            Tile(
                _("{site}: worst hour {worst}").format(
                    site=facts.site_names[str(site)], worst=words.decimal(float(worst[site]), 3)
                ),
                values,
            )
        )
    peak = str(worst[order].idxmax())
    title = _("The worst hour of the year is at {site}: PUE {worst}").format(
        site=facts.site_names[peak], worst=words.decimal(float(worst[peak]), 3)
    )
    caption = _(
        "Mean PUE by month and hour of the day, local standard time, from all 8,760 hours of the design's year, at the "
        "{shown} largest sites. A ring marks the highest mean."
    ).format(shown=len(tiles))
    drawing = heat_maps(
        tiles,
        axis=_("PUE, mean of the hour in the month"),
        months=months,
        hour_axis=_("Hour of the day"),
        words=words,
    )
    return figure("pue-year", title, caption, drawing, _year_table(facts, order, wide_frame, words))


def _year_table(facts: Facts, order: list[str], frame: pd.DataFrame, words: Words) -> Table:
    _ = words.gettext
    months = words.months()
    rows: list[tuple[Cell, ...]] = []
    for site in order:
        of_site = frame.loc[site]
        for month, values in zip(of_site.index, of_site.to_numpy(float), strict=True):
            cells: list[Cell] = [None if np.isnan(value) else float(value) for value in values]
            rows.append((facts.site_names[str(site)], months[int(month) - 1], *cells))
    columns = (
        words.column("name"),
        Column("month", _("Month")),
        *[Column(f"hour_{hour:02d}_pue", str(hour), "ratio") for hour in range(24)],
    )
    return Table("pue-year-data", _("Mean PUE by site, month and hour of the day."), columns, tuple(rows))


def _map(facts: Facts, words: Words) -> Figure:
    """The cheapest way of cooling at each candidate site."""
    _ = words.gettext
    frame = facts.table("cooling_places")
    names = facts.names("cooling", "cooling_id")
    racks = facts.names("racks", "rack_id")
    best = frame[frame["is_cheapest"] == 1].set_index("site_id")
    leanest = frame[frame["is_least_pue"] == 1].set_index("site_id")
    counts = best["cooling_id"].value_counts()
    kinds = [str(kind) for kind in counts.index]
    label = {kind: names.get(kind, words.term(kind)) for kind in kinds}
    total = len(best)
    title = _("“{cooling}” is the cheapest cooling at {count} of {total} candidate sites").format(
        cooling=label[kinds[0]], count=int(counts.iloc[0]), total=total
    )
    rack = str(frame["rack_id"].iloc[0])
    caption = _(
        "The cheapest way of cooling at each candidate site for “{rack}”, the rack that the plan installs most, at "
        "flat full load on grid power alone: halls, racks for hottest hours, power and water. Large marks are built."
    ).format(rack=racks.get(rack, words.term(rack)))
    opened = set(facts.built["site_id"])
    joined = best.join(facts.sites.set_index("site_id")[["name", "latitude", "longitude"]], how="inner")
    marks = [
        KindSite(
            str(row["name"]),
            float(row["latitude"]),
            float(row["longitude"]),
            kinds.index(str(row["cooling_id"])),
            site in opened,
        )
        for site, row in zip(joined.index, joined.to_dict("records"), strict=True)
    ]
    shown = [
        _("{cooling} ({count})").format(cooling=label[kind], count=words.count(int(counts[kind]))) for kind in kinds
    ]
    drawing = kind_map(marks, shown)
    rows = pd.DataFrame(
        {
            "name": [facts.site_names.get(str(site), str(site)) for site in best.index],
            "cooling": [label[str(kind)] for kind in best["cooling_id"]],
            "cost_usd_per_mwh": best["cost_usd_per_mwh"].to_numpy(),
            "pue": best["pue"].to_numpy(),
            "wue_l_per_kwh": best["wue_l_per_kwh"].to_numpy(),
            "leanest": [names.get(str(kind), words.term(str(kind))) for kind in leanest.loc[best.index, "cooling_id"]],
            "least_pue": leanest.loc[best.index, "pue"].to_numpy(),
        }
    )
    columns: list[str | Column] = [
        "name", Column("cooling", _("Cheapest cooling")), words.column("cost_usd_per_mwh", _("Its cost")),
        "pue", "wue_l_per_kwh", Column("leanest", _("Cooling with the least PUE")),
        Column("least_pue", _("Its PUE"), "ratio"),
    ]  # fmt: skip
    data = table(
        words,
        "cooling-map-data",
        _("The best way of cooling at each candidate site, by cost and by PUE."),
        rows,
        columns,
    )
    return figure("cooling-map", title, caption, drawing, data)
