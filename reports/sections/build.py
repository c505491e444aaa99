"""What is built at each site: halls and their cooling, racks, connection, contracts, batteries."""

from __future__ import annotations

import pandas as pd

from siting.reports.charts.bars import Bar, bars
from siting.reports.charts.legend import Series
from siting.reports.charts.palette import CYCLE
from siting.reports.document import Block, Column, Figure, Paragraph, Section, Table
from siting.reports.facts import Facts, figure, table
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    if facts.built.empty:
        return Section("build", _("What is built"), (Paragraph(_("Nothing is built.")),))
    blocks: list[Block] = [
        _nameplate(facts, words),
        Paragraph(_terms(facts, words)),
        _halls(facts, words),
        _racks(facts, words),
        _supply(facts, words),
    ]
    if len(facts.periods) > 1:
        blocks.append(_steps(facts, words))
    return Section("build", _("What is built"), tuple(blocks))


def _nameplate(facts: Facts, words: Words) -> Figure:
    """From the power of the halls to the contract with the grid, step by step."""
    _ = words.gettext
    frame = facts.built.copy()
    hourly = facts.of_last("hourly")
    frame["it_peak_mw"] = frame["site_id"].map(hourly.groupby("site_id")["it_mw"].max()).fillna(0.0)
    if "facility_mean_mw" not in frame:
        frame["facility_mean_mw"] = frame["it_mean_mw"] * frame["pue"]
    steps = {
        "hall_capacity_mw": _("Room for critical IT in the halls"),
        "it_capacity_mw": _("Critical IT nameplate: racks installed"),
        "it_peak_mw": _("Utilised IT, highest hour"),
        "it_mean_mw": _("Utilised IT, mean of the year"),
        "facility_mean_mw": _("Facility, mean of the year"),
        "peak_grid_mw": _("Facility peak: highest hour on the grid"),
        "connection_mw": _("Contracted with the grid"),
    }
    totals = {key: float(frame[key].sum()) for key in steps}
    title = _("{nameplate} of racks, cooled, draw {mean} on average and need {contracted} of connection").format(
        nameplate=words.quantity(totals["it_capacity_mw"], "MW"),
        mean=words.quantity(totals["facility_mean_mw"], "MW"),
        contracted=words.quantity(totals["connection_mw"], "MW"),
    )
    caption = _("From nameplate to contract: all built sites in {period}, each at its own highest hour [MW].").format(
        period=facts.last
    )
    rows = [Bar(label, (totals[key],), words.quantity(totals[key], "MW")) for key, label in steps.items()]
    drawing = bars(rows, axis=_("Power [MW]"), words=words)
    data = table(
        words,
        "nameplate-data",
        _("From nameplate to contract by site in {period}.").format(period=facts.last),
        frame,
        ["name", *[words.column(key, label) for key, label in steps.items()]],
        total=list(steps),
    )
    return figure("nameplate", title, caption, drawing, data)


def _terms(facts: Facts, words: Words) -> str:
    """What the four powers are, and how far the connection is oversubscribed."""
    _ = words.gettext
    share = float(facts.study.facility.peak_diversity_fraction)
    return _(
        "Critical IT nameplate is what the racks' labels say; utilised IT is what they draw, working or idle; the "
        "facility's peak adds cooling and losses in its highest hour; the contract is what the grid must hold ready. "
        "At full load all racks together are taken to draw {share} of their nameplate, so {ratio} MW of racks stand "
        "behind each MW that cooling and connection carry. That is the only oversubscription: full load in the worst "
        "hour of the year stays within the contract."
    ).format(share=words.percent(share), ratio=words.decimal(1 / share, 2))


def _installed(facts: Facts, words: Words) -> pd.DataFrame:
    """Installed IT of the last period by site and cooling, with readable names."""
    names = facts.names("cooling", "cooling_id")
    racks = facts.of_last("racks")
    frame = racks.groupby(["site_id", "cooling_id"], as_index=False)[["installed_mw"]].sum()
    frame["name"] = frame["site_id"].map(facts.site_names)
    frame["cooling"] = [names.get(cooling, words.term(cooling)) for cooling in frame["cooling_id"]]
    return frame


def _halls(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    frame = _installed(facts, words)
    totals = frame.groupby("cooling")["installed_mw"].sum().sort_values(ascending=False, kind="stable")
    whole = float(totals.sum())
    title = (
        _("“{cooling}” cools {share} of the IT power").format(
            share=words.percent(float(totals.iloc[0]) / whole), cooling=totals.index[0]
        )
        if whole > 0
        else _("No racks are installed")
    )
    caption = _("Critical IT nameplate by site and cooling in {period} [MW].").format(period=facts.last)
    series = [Series(str(name), CYCLE[i % len(CYCLE)]) for i, name in enumerate(totals.index[:6])]
    by_site = frame.pivot_table(index="name", columns="cooling", values="installed_mw", aggfunc="sum").fillna(0.0)
    rows = [
        Bar(
            str(name),
            tuple(float(by_site.loc[name].get(item.label, 0.0)) for item in series),
            words.quantity(float(by_site.loc[name].sum()), "MW"),
        )
        for name in facts.built["name"]
        if name in by_site.index
    ]
    drawing = bars(rows, series=series, axis=_("IT nameplate [MW]"), words=words)
    return figure("halls", title, caption, drawing, _halls_table(facts, words))


def _halls_table(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    halls = facts.table("halls").groupby(["site_id", "cooling_id"], as_index=False)[["modules_count"]].sum()
    frame = halls.merge(
        facts.of_last("halls")[["site_id", "cooling_id", "hall_capacity_mw"]], on=["site_id", "cooling_id"], how="left"
    ).merge(
        _installed(facts, words)[["site_id", "cooling_id", "installed_mw"]], on=["site_id", "cooling_id"], how="left"
    )
    names = facts.names("cooling", "cooling_id")
    frame["name"] = frame["site_id"].map(facts.site_names)
    frame["cooling_id"] = [names.get(cooling, words.term(cooling)) for cooling in frame["cooling_id"]]
    modules = words.column("modules_count", _("Hall modules"))
    caption = _("Halls by site and cooling in {period}.").format(period=facts.last)
    columns: list[str | Column] = ["name", "cooling_id", modules, "hall_capacity_mw", "installed_mw"]
    return table(
        words, "halls-data", caption, frame, columns, total=["modules_count", "hall_capacity_mw", "installed_mw"]
    )


def _racks(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    racks, cooling = facts.names("racks", "rack_id"), facts.names("cooling", "cooling_id")
    frame = facts.of_last("racks").copy()
    frame["name"] = frame["site_id"].map(facts.site_names)
    frame["rack_id"] = [racks.get(rack, words.term(rack)) for rack in frame["rack_id"]]
    frame["cooling_id"] = [cooling.get(item, words.term(item)) for item in frame["cooling_id"]]
    caption = _("Racks by site in {period}: whole racks at nameplate power.").format(period=facts.last)
    return table(
        words,
        "racks",
        caption,
        frame,
        ["name", "rack_id", "cooling_id", "racks_count", "installed_mw"],
        total=["racks_count", "installed_mw"],
    )


def _supply(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    frame = facts.built[
        ["site_id", "name", "connection_mw", "headroom_mw", "peak_grid_mw", "pue", "wue_l_per_kwh"]
    ].copy()
    kinds = dict(
        zip(
            facts.plan.case.tables["contracts"]["contract_id"], facts.plan.case.tables["contracts"]["kind"], strict=True
        )
    )
    contracts = facts.of_last("contracts")
    columns = []
    for kind in facts.kinds:
        of_kind = contracts[contracts["contract_id"].map(kinds) == kind] if len(contracts) else contracts
        power = of_kind.groupby("site_id")["contracted_mw"].sum() if len(of_kind) else pd.Series(dtype=float)
        key = f"contracted_{kind}_mw"
        frame[key] = frame["site_id"].map(power).fillna(0.0)
        columns.append(words.column(key, _("Contracted {kind}").format(kind=words.term(kind).lower())))
    storage = facts.of_last("storage")
    for key in ("storage_power_mw", "storage_energy_mwh"):
        held = storage.set_index("site_id")[key] if key in storage else pd.Series(dtype=float)
        frame[key] = frame["site_id"].map(held).fillna(0.0)
    caption = _("Power supply and efficiency by site in {period}.").format(period=facts.last)
    return table(
        words,
        "supply",
        caption,
        frame,
        ["name", "connection_mw", "headroom_mw", "peak_grid_mw", *columns, "storage_power_mw", "storage_energy_mwh",
         "pue", "wue_l_per_kwh"],
        total=["connection_mw", "headroom_mw", "peak_grid_mw", *[column.key for column in columns], "storage_power_mw",
               "storage_energy_mwh"],
    )  # fmt: skip


def _steps(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    frame = facts.table("sites")
    frame = frame[frame["is_open"] == 1].sort_values(["name", "period"])
    caption = _("The built sites by period.")
    return table(words, "steps", caption, frame, ["name", "period", "it_capacity_mw", "connection_mw", "it_mean_mw"])
