"""Efficiency beyond PUE, heat, and the plan in a warmer climate and in a hot year."""

from __future__ import annotations

import pandas as pd

from siting.reports.document import Block, Bullet, Bullets, Column, Paragraph, Section, Table
from siting.reports.facts import Facts, table
from siting.reports.text.words import Words

FIGURES = (
    "pue",
    "tue",
    "peak_hour_pue",
    "wue_l_per_kwh",
    "wue_source_l_per_kwh",
    "peak_day_water_m3_per_day",
    "erf_fraction",
)
"""Key figures of a site that stand side by side."""

_ROUNDING = 1e-6
"""Share of a connection below which a lack of it is none."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Efficiency and other weather")
    if facts.built.empty:
        return Section("climate", title, (Paragraph(_("Nothing is built, so nothing is cooled.")),))
    blocks: list[Block] = [Paragraph(_why(words)), _efficiency(facts, words), Paragraph(_heat(facts, words))]
    sold = facts.of_last("heat")
    if len(sold):
        blocks.append(_sold(facts, sold, words))
    climates = _climates(facts)
    if climates.empty:
        blocks.append(
            Paragraph(_("The plan was not tried in other weather in this run; the full year was not run with weather."))
        )
    else:
        blocks += [
            Bullets(tuple(_findings(facts, climates, words))),
            _stress(facts, climates, words),
            Paragraph(_held(facts, words)),
        ]
    return Section("climate", title, tuple(blocks))


def _why(words: Words) -> str:
    return words.gettext(
        "PUE counts the servers' own fans as computing; TUE does not, so it shows what liquid cooling saves. Water at "
        "source adds what power plants consume for the electricity bought. The peak day is a site's thirstiest day."
    )


def _efficiency(facts: Facts, words: Words) -> Table:
    """Key figures of each built site, and of all together."""
    _ = words.gettext
    frame = facts.built[["site_id", "name"]].copy()
    known = [key for key in FIGURES if key in facts.site_kpis]
    for key in known:
        frame[key] = frame["site_id"].map(facts.site_kpis[key])
    if len(frame) > 1:
        whole = {"site_id": "", "name": _("All sites"), **{key: facts.kpi(key) for key in known}}
        frame = pd.concat([frame, pd.DataFrame([whole])], ignore_index=True)
    labels = {
        "pue": "PUE",
        "tue": "TUE",
        "peak_hour_pue": _("PUE in the worst hour"),
        "wue_l_per_kwh": _("WUE on site"),
        "wue_source_l_per_kwh": _("WUE at source"),
        "peak_day_water_m3_per_day": _("Water on the peak day"),
        "erf_fraction": _("Energy reuse factor"),
    }
    columns: list[str | Column] = ["name"]
    for key in known:
        column = words.column(key, labels[key])
        columns.append(Column(key, labels[key], "ratio") if key == "peak_hour_pue" else column)
    return table(words, "efficiency", _("Efficiency by site in {period}.").format(period=facts.last), frame, columns)


def _heat(facts: Facts, words: Words) -> str:
    _ = words.gettext
    reused = facts.kpi("erf_fraction") or 0.0
    if reused > 0:
        return _("Of the facilities' energy {share} is sold as heat to the buyers that the study states.").format(
            share=words.percent(reused)
        )
    return _(
        "No heat is sold: all of it leaves to the air, and the energy reuse factor is 0. A buyer counts only where the "
        "study states one with its distance and price."
    )


def _sold(facts: Facts, frame: pd.DataFrame, words: Words) -> Table:
    """Heat sold by site, through what, and what it fetches."""
    _ = words.gettext
    shown = frame.assign(name=frame["site_id"].map(facts.site_names))
    keys = ["heat_connection_mw", "heat_pump_mw", "heat_sold_mwh_per_yr", "revenue_usd_per_yr"]
    labels = (_("Connection to customers for heat"), _("Heat pump"), _("Heat sold"), _("Revenue"))
    columns: list[str | Column] = ["name", *map(words.column, keys, labels)]
    return table(
        words, "heat", _("Heat sold by site in {period}.").format(period=facts.last), shown, columns, total=keys
    )


def _climates(facts: Facts) -> pd.DataFrame:
    """Climates of the last period at the built sites, the largest first."""
    frame = facts.of_last("climate")
    if frame.empty:
        return frame
    rank = {site: position for position, site in enumerate(facts.built["site_id"])}
    frame = frame[frame["site_id"].isin(list(rank))].copy()
    frame["_rank"] = frame["site_id"].map(rank)
    return frame.sort_values("_rank", kind="stable").reset_index(drop=True)


def _name(climate_id: str, warming_c: float, words: Words) -> str:
    _ = words.gettext
    match climate_id:
        case "base":
            return _("As planned")
        case "warmer":
            return _("{degrees} °C warmer").format(degrees=words.significant(warming_c))
        case "hot-year":
            return _("Hot year")
        case _other:
            return words.term(climate_id)


def _findings(facts: Facts, frame: pd.DataFrame, words: Words) -> list[Bullet]:
    """What other weather does to power, water, connections and halls, a sentence each."""
    _ = words.gettext
    sums = frame.groupby("climate_id", sort=False)[["it_mwh_per_yr", "facility_mwh_per_yr", "water_m3_per_yr"]].sum()
    pue = {str(name): float(value) for name, value in (sums["facility_mwh_per_yr"] / sums["it_mwh_per_yr"]).items()}
    water = {str(name): float(value) for name, value in sums["water_m3_per_yr"].items()}
    warming = dict(zip(frame["climate_id"].astype(str), frame["warming_c"].astype(float), strict=True))
    others = [name for name in pue if name != "base"]
    worst = max(others, key=lambda name: pue[name], default="base")
    thirstiest = max(water.values())
    items = [
        Bullet(
            _("Power."),
            _("In the worst of the climates tried ({climate}) PUE goes from {pue} to {worse}.").format(
                climate=_name(worst, warming[worst], words),
                pue=words.decimal(pue["base"], 3),
                worse=words.decimal(pue[worst], 3),
            ),
        ),
        Bullet(
            _("Water."),
            _("No water is drawn on site in any of them.")
            if thirstiest <= 0
            else _("Water on site goes up from {base} to at most {most}.").format(
                base=words.quantity(water["base"], "m³/yr"), most=words.quantity(thirstiest, "m³/yr")
            )
            if thirstiest > 1.05 * water["base"]
            else _("Water on site, {base}, rises by at most {change}.").format(
                base=words.quantity(water["base"], "m³/yr"), change=words.percent(thirstiest / water["base"] - 1)
            ),
        ),
    ]
    short = (frame["connection_needed_mw"] - frame["connection_mw"]).where(
        frame["connection_needed_mw"] > frame["connection_mw"] * (1 + _ROUNDING)
    )
    items.append(
        Bullet(
            _("Grid connections."),
            _("Full load in the worst hour needs up to {more} more than is contracted: {sites}.").format(
                more=words.quantity(float(short.max()), "MW"), sites=_names(facts, frame[short.notna()], words)
            )
            if short.notna().any()
            else _("Full load in the worst hour stays within what is contracted at every site."),
        )
    )
    hot = frame[frame["overloaded_h_per_yr"] > 0]
    items.append(
        Bullet(
            _("Halls."),
            _("In up to {hours} hours a year halls would be too warm and must shed work: {sites}.").format(
                hours=words.count(float(hot["overloaded_h_per_yr"].max())), sites=_names(facts, hot, words)
            )
            if len(hot)
            else _("The cooling carries the planned work in every hour at every site."),
        )
    )
    return items


def _names(facts: Facts, frame: pd.DataFrame, words: Words) -> str:
    return words.join(facts.site_names[str(site)] for site in dict.fromkeys(frame["site_id"]))


def _stress(facts: Facts, frame: pd.DataFrame, words: Words) -> Table:
    _ = words.gettext
    shown = frame.copy()
    shown["name"] = shown["site_id"].map(facts.site_names)
    shown["climate"] = [
        _name(str(row["climate_id"]), float(row["warming_c"]), words) for row in shown.to_dict("records")
    ]
    columns: list[str | Column] = [
        "name", Column("climate", _("Weather")), "pue", Column("peak_hour_pue", _("Worst hour"), "ratio"),
        words.column("water_m3_per_yr", _("Water")), words.column("peak_day_water_m3_per_day", _("Peak day")),
        words.column("connection_needed_mw", _("Needed")), words.column("connection_mw", _("Contracted")),
        words.column("carried_fraction", _("Carried")), words.column("overloaded_h_per_yr", _("Too warm")),
    ]  # fmt: skip
    caption = _(
        "The same halls at the same work in other weather, by site in {period}: PUE of the year and of its worst hour, "
        "water on site, connection needed and contracted, full work carried in the hottest hour, hours too warm."
    ).format(period=facts.last)
    return table(words, "climate", caption, shown, columns)


def _held(facts: Facts, words: Words) -> str:
    _ = words.gettext
    climate = facts.study.climate
    return _(
        "Work stays where and when the full year had it; what the operator would do about heat, shift work or add "
        "chillers, is left out. Cooling and connection are built for the hottest hour of {years} years in the planned "
        "climate; a hot year is one in which each month's coolest tenth of days gives way to its hottest."
    ).format(years=words.significant(float(climate.extreme_return_yr)))
