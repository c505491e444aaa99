"""Hour by hour: where the power comes from on each representative day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from babel.dates import format_date

from siting.quantities import HOURS_PER_DAY
from siting.reports.charts.legend import DrawnSeries
from siting.reports.charts.palette import INK, PALETTE
from siting.reports.charts.stacks import Panel, panels
from siting.reports.document import Block, Figure, Paragraph, Section, Table
from siting.reports.facts import Facts, figure, table
from siting.reports.text.traced import Printed, Traced, say
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
    series = [DrawnSeries(words.column(key).label, _color(key)) for key in drawn]
    load = hourly["it_mw"] + hourly["cooling_mw"]
    used = load + hourly["charge_mw"]
    weight = hourly["weight_h_per_yr"]
    offset_h = _offset_h(facts)
    days = sorted(hourly["day"].unique(), key=lambda day: -float(weight[hourly["day"] == day].sum()))
    shown = sorted(days[:_PANELS_MAX])
    caption = words.sentences(
        say(
            _(
                "Power of all sites together on the representative days [MW]; beside each date the number of days that "
                "it stands for. Hours are those of one clock, UTC{offset}, the nearest to the sites' local time. "
                "Layers: where the power comes from; line: what IT, cooling and losses draw."
            ),
            offset=Printed(_signed(offset_h), Traced(offset_h, float(offset_h))) if offset_h else "",
        ),
        _("Above the line batteries are being charged.") if float(hourly["charge_mw"].max()) > 0 else "",
        say(
            _("The {shown} days that stand for most are drawn; the table has all."),
            shown=words.said_count(len(shown)),
        )
        if len(shown) < len(days)
        else "",
    )
    pictures = []
    for day in shown:
        rows = hourly[hourly["day"] == day]
        pictures.append(
            Panel(
                _day_title(rows, words),
                tuple(np.roll(rows[key].to_numpy(float), offset_h) for key in drawn),
                np.roll(load[rows.index].to_numpy(float), offset_h),
            )
        )
    drawing = panels(
        pictures,
        series=series,
        line=DrawnSeries(_("IT, cooling and losses"), INK),
        axis=_("Power [MW]"),
        hour_axis=_("Hour of the day (UTC{offset})").format(offset=_signed(offset_h)),
        words=words,
    )
    frame = hourly.assign(load_mw=load, used_mw=used)
    data = table(
        words,
        "stack-data",
        say(_("Power of all sites together by representative hour (UTC) in {period}."), period=facts.period),
        frame,
        ["day", "month", "hour", "weight_h_per_yr", *keys, "it_mw", "cooling_mw", "charge_mw"],
    )
    return figure("stack", _title(facts, words), caption, drawing, data)


def _title(facts: Facts, words: Words) -> str:
    """Which share of the electricity comes from contracts."""
    _ = words.gettext
    if facts.of_last("contracts").empty:
        return _("All power is bought from the grid")
    delivered = facts.read("contracts", "delivered_mwh_per_yr")
    return say(
        _("Contracts deliver {share} of the electricity used; the grid sells the rest"),
        share=words.percent(delivered / facts.amount("facility_energy_mwh_per_yr")),
    )


def _offset_h(facts: Facts) -> int:
    """Whole hours from UTC to the local time of the sites, as the mean over their power."""
    catalogue = facts.plan.case.tables["sites"].set_index("site_id")
    if "utc_offset_h" not in catalogue:
        return 0
    offsets = facts.built["site_id"].map(catalogue["utc_offset_h"]).to_numpy(float)
    return round(float(np.average(offsets, weights=facts.built["it_capacity_mw"].to_numpy(float))))


def _signed(offset_h: int) -> str:
    """An offset as it stands beside UTC, with a proper minus; nothing for none."""
    return f"{'+' if offset_h > 0 else '−'}{abs(offset_h)}" if offset_h else ""


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
    hourly = facts.year_hourly
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
    caption = say(
        _("Electricity of a year by site in {period}, planned weather; carbon-free shares are matched hour by hour."),
        period=facts.period,
    )
    return table(
        words,
        "energy",
        caption,
        frame,
        ["name", "energy_mwh_per_yr", *keys, "peak_grid_mw", "cfe_fraction", "contracted_cfe_fraction"],
        total=["energy_mwh_per_yr", *[column.key for column in keys], "peak_grid_mw"],
    )
