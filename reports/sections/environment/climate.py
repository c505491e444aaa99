"""Efficiency beyond PUE, heat, and the plan in a warmer climate and in a hot year."""

from __future__ import annotations

import pandas as pd

from siting.reports.document import Block, Bullet, Bullets, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import How, Traced, say
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
"""Share of a connection, or of a load, below which a lack of it is none."""

_ROWS_OPEN = 36
"""Rows up to which the table of the stress test stands open."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Efficiency and climate stress test")
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
        "source adds what power plants consume for the electricity bought. The peak day is a site's peak-demand day "
        "for water."
    )


def _efficiency(facts: Facts, words: Words) -> Table:
    """Key figures of each built site, and of all together."""
    _ = words.gettext
    frame = facts.built[["site_id", "name"]].copy()
    known = [key for key in FIGURES if key in facts.site_kpis]
    for key in known:
        frame[key] = frame["site_id"].map(facts.site_kpis[key])
    if len(frame) > 1:
        whole = {"site_id": "", "name": _("All sites"), **{key: _value(facts.kpi(key)) for key in known}}
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
    columns: list[str | TableColumn] = ["name"]
    for key in known:
        column = words.column(key, labels[key])
        columns.append(TableColumn(key, labels[key], "ratio") if key == "peak_hour_pue" else column)
    caption = say(_("Efficiency by site in {period}, planned weather."), period=facts.period)
    return table(words, "efficiency", caption, frame, columns)


def _heat(facts: Facts, words: Words) -> str:
    _ = words.gettext
    reused = facts.amount("erf_fraction")
    if reused.value > 0:
        return say(
            _("Of the facilities' energy {share} is sold as heat to the buyers that the study states."),
            share=words.percent(reused),
        )
    return _(
        "No heat is sold: all of it leaves to the air, and the energy reuse factor is zero. A buyer counts only where "
        "the study states one with its distance and price."
    )


def _sold(facts: Facts, frame: pd.DataFrame, words: Words) -> Table:
    """Heat sold by site, through what, and what it fetches."""
    _ = words.gettext
    shown = frame.assign(name=frame["site_id"].map(facts.site_names))
    keys = ["heat_connection_mw", "heat_pump_mw", "heat_sold_mwh_per_yr", "revenue_usd_per_yr"]
    labels = (_("Connection to customers for heat"), _("Heat pump"), _("Heat sold"), _("Revenue"))
    columns: list[str | TableColumn] = ["name", *map(words.column, keys, labels)]
    return table(
        words, "heat", say(_("Heat sold by site in {period}."), period=facts.period), shown, columns, total=keys
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


def _weather(facts: Facts, climate_id: str, words: Words) -> str:
    """Name of a climate, in the middle of a sentence."""
    _ = words.gettext
    match climate_id:
        case "base":
            return _("the planned weather")
        case "warmer":
            warming = facts.stated("climate.stress_warming_c")
            return say(_("weather {degrees} °C warmer"), degrees=words.significant(warming))
        case "hot-year":
            return _("a hot year")
        case _other:
            return words.term(climate_id)


def _findings(facts: Facts, frame: pd.DataFrame, words: Words) -> list[Bullet]:
    """What each weather does to power, water, connections and halls: no sentence without its weather."""
    _ = words.gettext
    climates = list(dict.fromkeys(frame["climate_id"].astype(str)))
    return [
        Bullet(_("Power."), words.sentences(*(_power(facts, climate, words) for climate in climates))),
        Bullet(_("Water."), words.sentences(*(_water(facts, climate, words) for climate in climates))),
        Bullet(_("Grid connections."), _connections(facts, frame, climates, words)),
        Bullet(_("Halls."), _halls(facts, frame, climates, words)),
    ]


def _of(facts: Facts, column: str, how: How, climate_id: str) -> Traced:
    """A number of all sites in one climate."""
    return facts.read("climate", column, how, climate_id=climate_id)


def _power(facts: Facts, climate: str, words: Words) -> str:
    pue = _of(facts, "facility_mwh_per_yr", "sum", climate) / _of(facts, "it_mwh_per_yr", "sum", climate)
    return say(
        words.gettext("In {weather} the year's PUE of all sites is {pue}, and at most {worst} in an hour."),
        weather=_weather(facts, climate, words),
        pue=words.decimal(pue, 3),
        worst=words.decimal(_of(facts, "peak_hour_pue", "max", climate), 3),
    )


def _water(facts: Facts, climate: str, words: Words) -> str:
    water = _of(facts, "water_m3_per_yr", "sum", climate)
    weather = _weather(facts, climate, words)
    if water.value <= 0:
        return say(words.gettext("In {weather} no water is drawn on site."), weather=weather)
    return say(
        words.gettext("In {weather} {water} are drawn on site."),
        weather=weather,
        water=words.quantity(water, "m³/yr"),
    )


def _connections(facts: Facts, frame: pd.DataFrame, climates: list[str], words: Words) -> str:
    """In which weather full load in the design hour stays within the contract, and where it does not."""
    _ = words.gettext
    years = words.significant(facts.stated("climate.extreme_return_yr"))
    needed, contracted = frame["connection_needed_mw"], frame["connection_mw"]
    short = frame[needed > contracted * (1 + _ROUNDING)]
    within = [climate for climate in climates if climate not in set(short["climate_id"])]
    told = []
    if within:
        told.append(
            say(
                _(
                    "In {weathers} full load in the design hour, the hottest of {years} years, stays within the "
                    "contract at every site."
                ),
                weathers=words.join([_weather(facts, climate, words) for climate in within]),
                years=years,
            )
        )
    for climate in climates:
        rows = short[short["climate_id"] == climate]
        if rows.empty:
            continue
        lack = (rows["connection_needed_mw"] - rows["connection_mw"]).to_numpy(float)
        worst = str(rows["site_id"].iloc[int(lack.argmax())])
        more = facts.read("climate", "connection_needed_mw", "cell", climate_id=climate, site_id=worst) - facts.read(
            "climate", "connection_mw", "cell", climate_id=climate, site_id=worst
        )
        told.append(
            say(
                _("In {weather} full load in that design hour needs up to {more} more than is contracted: {sites}.")
                if told
                else _(
                    "In {weather} full load in the design hour, the hottest of {years} years, needs up to {more} more "
                    "than is contracted: {sites}."
                ),
                weather=_weather(facts, climate, words),
                years=years,
                more=words.quantity(more, "MW"),
                sites=_names(facts, rows, words),
            )
        )
    return words.sentences(*told)


def _halls(facts: Facts, frame: pd.DataFrame, climates: list[str], words: Words) -> str:
    """In which weather the cooling serves the planned work, and full load in the design hour, and where it does not."""
    _ = words.gettext
    hot, short = frame[frame["overloaded_h_per_yr"] > 0], frame[frame["carried_fraction"] < 1 - _ROUNDING]
    served = [climate for climate in climates if climate not in set(hot["climate_id"])]
    told = []
    if served:
        told.append(
            say(
                _("In {weathers} the cooling serves the planned work in every hour at every site."),
                weathers=words.join([_weather(facts, climate, words) for climate in served]),
            )
        )

    def tell_where(text: str, where: pd.DataFrame, climate: str, **figures: str) -> None:
        here = where[where["climate_id"] == climate]
        if len(here):
            weather, sites = _weather(facts, climate, words), _names(facts, here, words)
            told.append(say(text, weather=weather, sites=sites, **figures))

    for climate in climates:
        tell_where(
            _("In {weather} halls would be too warm for the planned work in up to {hours} hours a year: {sites}."),
            hot,
            climate,
            hours=words.count(_of(facts, "overloaded_h_per_yr", "max", climate)),
        )
        tell_where(
            _("In {weather} full load of the design hour is served in part only, at the least {share}: {sites}."),
            short,
            climate,
            share=words.percent(_of(facts, "carried_fraction", "min", climate)),
        )
    return words.sentences(*told)


def _names(facts: Facts, frame: pd.DataFrame, words: Words) -> str:
    if len(facts.built) > 1 and set(frame["site_id"]) == set(facts.built["site_id"]):
        return words.gettext("every site")
    return words.some([facts.named(site) for site in dict.fromkeys(frame["site_id"])])


def _stress(facts: Facts, frame: pd.DataFrame, words: Words) -> Table:
    _ = words.gettext
    shown = frame.copy()
    shown["name"] = shown["site_id"].map(facts.site_names)
    shown["climate"] = [_heading(_weather(facts, str(climate), words)) for climate in shown["climate_id"]]
    columns: list[str | TableColumn] = [
        "name", TableColumn("climate", _("Weather")), "pue",
        TableColumn("peak_hour_pue", _("PUE, worst hour"), "ratio"),
        words.column("water_m3_per_yr", _("Water")), words.column("peak_day_water_m3_per_day", _("Peak day")),
        words.column("connection_needed_mw", _("Needed")), words.column("connection_mw", _("Contracted")),
        words.column("carried_fraction", _("Load served in the design hour")),
        words.column("overloaded_h_per_yr", _("Too warm")),
    ]  # fmt: skip
    caption = say(
        _(
            "Climate stress test by site in {period}: the same halls at the same work in other weather. PUE of the "
            "year and of its worst hour, water on site, connection needed by full load in the design hour and "
            "contracted, full load served in that hour, hours too warm for the planned work."
        ),
        period=facts.period,
    )
    return table(words, "climate", caption, shown, columns, folded=len(shown) > _ROWS_OPEN)


def _heading(text: str) -> str:
    """A text as the first word of a cell."""
    return text[:1].upper() + text[1:]


def _value(number: Traced | None) -> float | None:
    return None if number is None else number.value


def _held(facts: Facts, words: Words) -> str:
    _ = words.gettext
    return say(
        _(
            "Work stays where and when the full year had it; what the operator would do about heat, shift work or add "
            "chillers, is left out. Cooling and connection are built for the design hour of the planned weather, the "
            "hottest of {years} years; a hot year is one in which each month's coolest tenth of days gives way to its "
            "hottest."
        ),
        years=words.significant(facts.stated("climate.extreme_return_yr")),
    )
