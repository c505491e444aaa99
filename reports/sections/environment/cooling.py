"""Why this cooling here: extra cost and water of each cooling option, the year of PUE, and the map of the best."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.reports.charts.bars import Bar, bars
from siting.reports.charts.heat_maps import Tile, heat_maps
from siting.reports.charts.maps import KindSite, kind_map
from siting.reports.document import Block, Cell, Figure, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts, figure, table
from siting.reports.sections.environment.water_saving import saving
from siting.reports.text.traced import Traced, say
from siting.reports.text.words import Words

SITES_MAX = 4
"""Sites that the chart and the pictures show; the tables hold all."""

HOPELESS_FRACTION = 0.1
"""Extra cost over the cost of the chosen option from which an option is left out of the drawing."""

PARTS = ("halls_usd_per_mwh", "extra_racks_usd_per_mwh", "energy_usd_per_mwh", "water_usd_per_mwh")


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Why this cooling")
    if facts.built.empty:
        return Section("cooling", title, (Paragraph(_("Nothing is built, so nothing is cooled.")),))
    blocks: list[Block] = []
    options = _options(facts, words)
    if len(options):
        blocks += [*saving(facts, words), _side_by_side(facts, options, words)]
        blocks.append(
            Paragraph(
                _(
                    "The comparison keeps the racks and their work as planned, in the planned weather, and cools them "
                    "another way. Halls, maintenance, land and water are priced anew; power drawn more or less is "
                    "priced at the grid's tariff of each hour, with its peaks. Where the full load of the design hour "
                    "is not served, the same work needs more racks. Contracts and batteries are not chosen anew and "
                    "racks are not exchanged; the optimiser was free to do both, and it counts taxes, which this does "
                    "not."
                )
            )
        )
    year = _year(facts, words)
    if year is not None:
        blocks.append(year)
    if len(facts.table("cooling_places")):
        blocks.append(_map(facts, words))
    if not blocks:
        blocks.append(Paragraph(_("Other cooling options were not compared in this run.")))
    return Section("cooling", title, tuple(blocks))


def _options(facts: Facts, words: Words) -> pd.DataFrame:
    """Options of the last period with readable names, the largest site first, the chosen one first."""
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
    chosen = frame.groupby(["site_id", "built_cooling_id"])[["water_m3_per_yr", "cost_usd_per_mwh"]].transform("first")
    saved = chosen["water_m3_per_yr"] - frame["water_m3_per_yr"]
    frame["saved_water_usd_per_m3"] = frame["extra_cost_usd_per_yr"] / saved.where(saved > 0)
    frame["_extra_fraction"] = frame["cost_usd_per_mwh"] / chosen["cost_usd_per_mwh"] - 1
    return frame.reset_index(drop=True)


def _side_by_side(facts: Facts, options: pd.DataFrame, words: Words) -> Figure:
    """Extra cost of the options that were not chosen at the largest sites, the hopeless ones left out."""
    _ = words.gettext
    shown = options[(options["_rank"] < SITES_MAX) & (options["is_built"] == 0)]
    drawn = shown[shown["_extra_fraction"] <= HOPELESS_FRACTION]
    caption = say(
        _(
            "Extra cost of the other cooling options at the {shown} largest sites in {period}, planned weather "
            "[million USD/yr]; beside it the water on site, as a mean for each kWh of IT. Options that raise the cost "
            "of the load by more than {hopeless} are in the table only."
        ),
        shown=words.said_count(min(SITES_MAX, len(facts.built))),
        period=facts.period,
        hopeless=words.percent(Traced(HOPELESS_FRACTION, HOPELESS_FRACTION)),
    )
    rows = [
        Bar(
            _("{site}: {cooling}").format(site=row["name"], cooling=row["cooling"]),
            (float(row["extra_cost_usd_per_yr"]) / 1e6,),
            _("{cost}, {water} L/kWh").format(
                cost=words.significant(float(row["extra_cost_usd_per_yr"]) / 1e6),
                water=_litres(float(row["wue_l_per_kwh"]), words),
            ),
        )
        for row in drawn.to_dict("records")
    ]
    drawing = bars(rows, axis=_("Extra cost [million USD/yr]"), words=words)
    return figure("cooling", _title(facts, options, words), caption, drawing, _options_table(facts, options, words))


def _title(facts: Facts, options: pd.DataFrame, words: Words) -> str:
    """Whether the chosen cooling is the cheapest at each site."""
    _ = words.gettext
    others = options[options["is_built"] == 0]
    cheaper = tuple(dict.fromkeys(others.loc[others["extra_cost_usd_per_yr"] < 0, "site_id"]))
    count = words.count(facts.built_count)
    if others.empty:
        return _("The chosen racks are compatible with one of the offered cooling options only")
    if not cheaper:
        return say(
            words.ngettext(
                "At the one site the chosen cooling is the cheapest that is compatible with the racks",
                "At each of the {count} sites the chosen cooling is the cheapest that is compatible with the racks",
                len(facts.built),
            ),
            count=count,
        )
    return say(
        words.ngettext(
            "At {count} of {sites} sites another cooling looks cheaper when all else is kept",
            "At {count} of {sites} sites another cooling looks cheaper when all else is kept",
            len(cheaper),
        ),
        count=words.count(facts.read("cooling_options", "site_id", "distinct", site_id=cheaper)),
        sites=count,
    )


def _litres(value: float, words: Words) -> str:
    """Water of a kWh, or a plain zero."""
    return words.decimal(value, 2 if value > 0 else 0)


def _options_table(facts: Facts, options: pd.DataFrame, words: Words) -> Table:
    _ = words.gettext
    labels = {
        "halls_usd_per_mwh": _("Halls, maintenance, land"),
        "extra_racks_usd_per_mwh": _("Extra racks to make up for derating"),
        "energy_usd_per_mwh": _("Power"),
        "water_usd_per_mwh": _("Water"),
    }
    columns: list[str | TableColumn] = [
        "name", TableColumn("cooling", _("Cooling")), TableColumn("choice", _("Choice")),
        words.column("pue"), words.column("wue_l_per_kwh"),
        words.column("carried_fraction", _("Load served in the design hour")),
        *[words.column(part, labels[part]) for part in PARTS],
        words.column("cost_usd_per_mwh", _("In all")),
        words.column("extra_cost_usd_per_yr", _("Extra cost")),
        words.column("saved_water_usd_per_m3", _("Cost of water saved")),
    ]  # fmt: skip
    caption = say(
        _(
            "Cooling options at the built sites in {period}, planned weather, the chosen one first; costs per MWh of "
            "IT."
        ),
        period=facts.period,
    )
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
    peak = str(worst[order].idxmax())
    drawn = [*[site for site in order[:SITES_MAX] if site != peak][: SITES_MAX - 1], peak]
    wide_frame = pue.unstack("local_hour").reindex(columns=range(24))
    months = words.months()
    tiles = []
    for site in drawn:
        values = wide_frame.loc[site].reindex(range(1, 13)).to_numpy(float).T
        tiles.append(
            Tile(
                _("{site}: worst hour {worst}").format(
                    site=facts.named(site), worst=words.decimal(float(worst[site]), 3)
                ),
                values,
            )
        )
    title = say(
        _("In the planned weather the worst hour of the year is at {site}: PUE {worst}"),
        site=facts.named(peak),
        worst=words.decimal(facts.read("replay_hourly", "pue", "max", site_id=peak), 3),
    )
    caption = say(
        _(
            "Mean PUE by month and hour of the day, local standard time, from all 8,760 hours of the design's year in "
            "the planned weather, at the site with the worst hour and at the largest others. A ring marks the highest "
            "mean."
        )
    )
    drawing = heat_maps(
        tiles,
        axis=_("PUE, mean of the hour in the month"),
        months=months,
        hour_axis=_("Hour of the day"),
        words=words,
    )
    return figure("pue-year", title, caption, drawing, _year_table(facts, drawn, wide_frame, words))


def _year_table(facts: Facts, order: list[str], frame: pd.DataFrame, words: Words) -> Table:
    _ = words.gettext
    months = words.months()
    rows: list[tuple[Cell, ...]] = []
    for site in order:
        of_site = frame.loc[site]
        for month, values in zip(of_site.index, of_site.to_numpy(float), strict=True):
            cells: list[Cell] = [None if np.isnan(value) else float(value) for value in values]
            rows.append((facts.named(site), months[int(month) - 1], *cells))
    columns = (
        words.column("name"),
        TableColumn("month", _("Month")),
        *[TableColumn(f"hour_{hour:02d}_pue", str(hour), "ratio") for hour in range(24)],
    )
    caption = _("Mean PUE of the drawn sites by month and hour of the day, planned weather.")
    return Table("pue-year-data", caption, columns, tuple(rows))


def _map(facts: Facts, words: Words) -> Figure:
    """The cheapest cooling option at each candidate site."""
    _ = words.gettext
    frame = facts.table("cooling_places")
    names = facts.names("cooling", "cooling_id")
    racks = facts.rack_names(words)
    best = frame[frame["is_cheapest"] == 1].set_index("site_id")
    leanest = frame[frame["is_least_pue"] == 1].set_index("site_id")
    counts = best["cooling_id"].value_counts()
    kinds = [str(kind) for kind in counts.index]
    label = {kind: names.get(kind, words.term(kind)) for kind in kinds}
    title = say(
        _("“{cooling}” is the cheapest cooling at {count} of {total} candidate sites"),
        cooling=label[kinds[0]],
        count=words.count(facts.read("cooling_places", "site_id", "count", is_cheapest=1, cooling_id=kinds[0])),
        total=words.count(facts.read("cooling_places", "site_id", "count", is_cheapest=1)),
    )
    rack = str(frame["rack_id"].iloc[0])
    caption = say(
        _(
            "The cheapest cooling option at each candidate site for “{rack}”, the rack that the plan installs most, at "
            "flat full load on grid power alone in the planned weather: halls, extra racks to make up for derating, "
            "power and water. Large marks are built."
        ),
        rack=racks.get(rack, words.term(rack)),
    )
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
    columns: list[str | TableColumn] = [
        "name", TableColumn("cooling", _("Cheapest cooling")), words.column("cost_usd_per_mwh", _("Its cost")),
        "pue", "wue_l_per_kwh", TableColumn("leanest", _("Cooling with the least PUE")),
        TableColumn("least_pue", _("Its PUE"), "ratio"),
    ]  # fmt: skip
    data = table(
        words,
        "cooling-map-data",
        _("The best cooling option at each candidate site, by cost and by PUE."),
        rows,
        columns,
    )
    return figure("cooling-map", title, caption, drawing, data)
