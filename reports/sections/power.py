"""Hour by hour: where the power comes from on each representative day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from babel.dates import format_date

from siting.quantities import HOURS_PER_DAY
from siting.reports.charts.legend import Series
from siting.reports.charts.palette import INK, PALETTE
from siting.reports.charts.stacks import Panel, panels
from siting.reports.document import Block, Figure, Paragraph, Section, Table
from siting.reports.facts import Facts, figure, table
from siting.reports.text.words import Words

_PANELS_MAX = 12


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    if facts.hourly.empty:
        return Section("power", _("Power, hour by hour"), (Paragraph(_("No site draws power.")),))
    blocks: list[Block] = [_stack(facts, words), _yearly(facts, words)]
    return Section("power", _("Power, hour by hour"), tuple(blocks))


def _stack(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    hourly = facts.hourly
    keys = ["import_mw", *[f"delivered_{kind}_mw" for kind in facts.kinds], "discharge_mw"]
    drawn = [key for key in keys if hourly[key].max() > 0]
    series = [Series(words.column(key).label, _color(key)) for key in drawn]
    load = hourly["it_mw"] + hourly["cooling_mw"]
    used = load + hourly["charge_mw"]
    weight = hourly["weight_h_per_yr"]
    supplied = {key: float((hourly[key] * weight).sum()) for key in keys}
    whole = sum(supplied.values())
    bought = supplied["import_mw"] / whole if whole > 0 else 0.0
    title = _("{bought} of the power is bought from the grid, {own} comes from contracts and batteries").format(
        bought=words.percent(bought), own=words.percent(1 - bought)
    )
    days = sorted(hourly["day"].unique(), key=lambda day: -float(weight[hourly["day"] == day].sum()))
    shown = sorted(days[:_PANELS_MAX])
    caption = _(
        "Power of all sites together on the representative days [MW], hours in UTC; beside each date the number of "
        "days that it stands for. Layers: where the power comes from; line: what IT, cooling and losses draw. Above "
        "the line batteries are being charged."
    )
    if len(shown) < len(days):
        caption += " " + _("The {shown} weightiest of {count} days are drawn; the table has all.").format(
            shown=len(shown), count=len(days)
        )
    pictures = []
    for day in shown:
        rows = hourly[hourly["day"] == day]
        pictures.append(
            Panel(
                _day_title(rows, words),
                tuple(rows[key].to_numpy(float) for key in drawn),
                load[rows.index].to_numpy(float),
            )
        )
    drawing = panels(
        pictures,
        series=series,
        line=Series(_("IT, cooling and losses"), INK),
        axis=_("Power [MW]"),
        hour_axis=_("Hour of the day (UTC)"),
        words=words,
    )
    frame = hourly.assign(load_mw=load, used_mw=used)
    data = table(
        words,
        "stack-data",
        _("Power of all sites together by representative hour in {period}.").format(period=facts.last),
        frame,
        ["day", "month", "hour", "weight_h_per_yr", *keys, "it_mw", "cooling_mw", "charge_mw"],
    )
    return figure("stack", title, caption, drawing, data)


def _day_title(rows: pd.DataFrame, words: Words) -> str:
    days = float(rows["weight_h_per_yr"].sum()) / HOURS_PER_DAY
    date = format_date(rows["time_utc"].iloc[0], "d MMM", locale=words.locale)
    return words.ngettext("{date}: {days} day", "{date}: {days} days", round(days)).format(
        date=date, days=words.count(days)
    )


def _color(key: str) -> str:
    kind = key.removeprefix("delivered_").removesuffix("_mw")
    return PALETTE.get({"import": "grid", "discharge": "battery"}.get(kind, kind), PALETTE["other"])


def _yearly(facts: Facts, words: Words) -> Table:
    """Energy of a year by site: bought, contracted, drawn, and how much of it is carbon-free."""
    _ = words.gettext
    hourly = facts.of_last("hourly")
    powers = ["import_mw", *[f"delivered_{kind}_mw" for kind in facts.kinds]]
    energy = hourly[powers].multiply(hourly["weight_h_per_yr"], axis=0).groupby(hourly["site_id"]).sum()
    frame = facts.built[["site_id", "name", "energy_mwh_per_yr", "peak_grid_mw"]].copy()
    keys = []
    for power in powers:
        key = power.replace("_mw", "_mwh_per_yr")
        frame[key] = frame["site_id"].map(energy[power]).fillna(0.0)
        keys.append(words.column(key, words.column(power).label))
    for key in ("cfe_fraction", "contracted_cfe_fraction"):
        frame[key] = frame["site_id"].map(facts.site_kpis[key]) if key in facts.site_kpis else np.nan
    caption = _("Electricity of a year by site in {period}; carbon-free shares are matched hour by hour.").format(
        period=facts.last
    )
    return table(
        words,
        "energy",
        caption,
        frame,
        ["name", "energy_mwh_per_yr", *keys, "peak_grid_mw", "cfe_fraction", "contracted_cfe_fraction"],
        total=["energy_mwh_per_yr", *[column.key for column in keys], "peak_grid_mw"],
    )
