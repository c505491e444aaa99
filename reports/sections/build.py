"""What is built at each site: halls and their cooling, racks, connection, contracts, batteries."""

from __future__ import annotations

import pandas as pd

from siting.reports.document import Block, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import say
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    if facts.built.empty:
        return Section("build", _("What is built"), (Paragraph(_("Nothing is built.")),))
    blocks: list[Block] = [
        Paragraph(_terms(facts, words)),
        _nameplate(facts, words),
        Paragraph(_cooled(facts, words)),
        _halls(facts, words),
        _racks(facts, words),
        *_kinds_of_racks(facts, words),
        _supply(facts, words),
    ]
    if len(facts.periods) > 1:
        blocks.append(_steps(facts, words))
    return Section("build", _("What is built"), tuple(blocks))


def _nameplate(facts: Facts, words: Words) -> Table:
    """From the power of the halls to the contract with the grid, step by step."""
    _ = words.gettext
    frame = facts.built.copy()
    hourly = facts.year_hourly
    frame["it_peak_mw"] = frame["site_id"].map(hourly.groupby("site_id")["it_mw"].max()).fillna(0.0)
    if "facility_mean_mw" not in frame:
        frame["facility_mean_mw"] = frame["it_mean_mw"] * frame["pue"]
    steps = {
        "hall_capacity_mw": _("Room in the halls"),
        "it_capacity_mw": _("IT nameplate"),
        "it_peak_mw": _("Utilised IT, highest hour"),
        "it_mean_mw": _("Utilised IT, mean of the year"),
        "facility_mean_mw": _("Facility, mean of the year"),
        "peak_grid_mw": _("Facility, highest hour"),
        "connection_mw": _("Contracted with the grid"),
    }
    return table(
        words,
        "nameplate",
        say(
            _("From nameplate to contract by site in {period}, planned weather, each site at its own highest hour."),
            period=facts.period,
        ),
        frame,
        ["name", *[words.column(key, label) for key, label in steps.items()]],
        total=list(steps),
    )


def _terms(facts: Facts, words: Words) -> str:
    """What the four powers are, and how far the connection is oversubscribed."""
    _ = words.gettext
    share = facts.stated("facility.peak_diversity_fraction")
    return say(
        _(
            "The racks' nameplates sum to {nameplate}; cooled, they draw {mean} on average and need {contracted} of "
            "connection. IT nameplate is what the racks' labels say; utilised IT is what they draw, working or idle; "
            "the facility adds cooling and losses; the contract is what the grid must hold ready. At full load all "
            "racks together are taken to draw {share} of their nameplate, so {ratio} MW of racks stand behind each MW "
            "that cooling and connection carry: the contract is for that load in the design hour of the planned "
            "weather, one in {years} years. What hotter weather would need is under “Efficiency and climate stress "
            "test”."
        ),
        nameplate=words.quantity(facts.of_built("it_capacity_mw"), "MW"),
        mean=words.quantity(facts.of_built("facility_mean_mw"), "MW"),
        contracted=words.quantity(facts.of_built("connection_mw"), "MW"),
        share=words.percent(share),
        ratio=words.decimal(1 / share, 2),
        years=words.significant(facts.stated("climate.extreme_return_yr")),
    )


def _cooled(facts: Facts, words: Words) -> str:
    """Which cooling most of the power has."""
    _ = words.gettext
    totals = facts.of_last("racks").groupby("cooling_id")["installed_mw"].sum()
    if totals.sum() <= 0:
        return _("No racks are installed.")
    first = str(totals.sort_values(ascending=False, kind="stable").index[0])
    share = facts.read("racks", "installed_mw", cooling_id=first) / facts.read("racks", "installed_mw")
    return say(
        _("“{cooling}” cools {share} of the IT power."),
        cooling=facts.names("cooling", "cooling_id").get(first, words.term(first)),
        share=words.percent(share),
    )


def _halls(facts: Facts, words: Words) -> Table:
    """Halls of each site, with the racks that stand in them."""
    _ = words.gettext
    keys = ["site_id", "cooling_id"]
    halls = facts.table("halls").groupby(keys, as_index=False)[["modules_count"]].sum()
    installed = facts.of_last("racks").groupby(keys, as_index=False)[["installed_mw"]].sum()
    frame = halls.merge(facts.of_last("halls")[[*keys, "hall_capacity_mw"]], on=keys, how="left")
    frame = frame.merge(installed, on=keys, how="left")
    names = facts.names("cooling", "cooling_id")
    rank = {site: position for position, site in enumerate(facts.built["site_id"])}
    frame = frame.assign(_rank=frame["site_id"].map(rank)).sort_values("_rank", kind="stable")
    frame["name"] = frame["site_id"].map(facts.site_names)
    frame["cooling_id"] = [names.get(cooling, words.term(cooling)) for cooling in frame["cooling_id"]]
    modules = words.column("modules_count", _("Hall modules"))
    caption = say(_("Halls by site and cooling in {period}."), period=facts.period)
    columns: list[str | TableColumn] = ["name", "cooling_id", modules, "hall_capacity_mw", "installed_mw"]
    return table(words, "halls", caption, frame, columns, total=["modules_count", "hall_capacity_mw", "installed_mw"])


def _racks(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    racks, cooling = facts.rack_names(words), facts.names("cooling", "cooling_id")
    rank = {site: position for position, site in enumerate(facts.built["site_id"])}
    frame = facts.of_last("racks").copy()
    frame = frame.assign(_rank=frame["site_id"].map(rank)).sort_values("_rank", kind="stable")
    frame["name"] = frame["site_id"].map(facts.site_names)
    frame["rack_id"] = [racks.get(rack, words.term(rack)) for rack in frame["rack_id"]]
    frame["cooling_id"] = [cooling.get(item, words.term(item)) for item in frame["cooling_id"]]
    frame["racks_count"] = frame["in_use_count"]
    caption = say(_("Racks by site in {period}: whole racks at nameplate power."), period=facts.period)
    counts = ["racks_count", "installed_mw"]
    if frame["given_up_count"].any():
        caption = say(
            _("Racks by site in {period}, whole racks at nameplate power, and those given up when it begins."),
            period=facts.period,
        )
        counts.insert(1, "given_up_count")
    columns: list[str | TableColumn] = ["name", words.column("rack_id", _("Kind of rack")), "cooling_id", *counts]
    return table(words, "racks", caption, frame, columns, total=counts)


def _kinds_of_racks(facts: Facts, words: Words) -> list[Block]:
    """What the racks in the plan are, how long they take to come and how heavy they stand."""
    _ = words.gettext
    every, names = facts.plan.case.tables["racks"], facts.rack_names(words)
    kinds = every[every["rack_id"].isin(facts.of_last("racks")["rack_id"])].copy()
    if "rack_kg" not in kinds:
        return []
    kinds["rack"] = kinds["rack_id"].map(names)
    if "footprint_m2" in kinds:
        kinds["floor_load_kg_per_m2"] = kinds["rack_kg"] / kinds["footprint_m2"]
    columns: list[str | TableColumn] = [TableColumn("rack", _("Kind of rack"))]
    columns += [words.column(key, label) for key, label in _kind_columns(words).items() if key in kinds]
    caption = _(
        "Kinds of rack in the plan, by the catalogue. Fabric is paid and drawn for each accelerator on top of the "
        "rack, unless the rack's price and power include it. The floor load is that of a full rack over its "
        "own floor. Lead time, weight and transients decide nothing."
    )
    return [table(words, "rack-kinds", caption, kinds, columns, folded=True)]


def _kind_columns(words: Words) -> dict[str, str]:
    """Columns of a kind of rack that a reader looks for, with their headings."""
    _ = words.gettext
    return {
        "vendor": _("Maker"),
        "accelerators_count": _("Accelerators"),
        "memory_gb": _("Memory of one"),
        "rack_kw": _("Power of a rack"),
        "rack_usd": _("Price of a rack"),
        "rack_low_usd": _("Low price"),
        "rack_high_usd": _("High price"),
        "fabric": _("Fabric"),
        "fabric_usd_per_accelerator": _("Price of fabric"),
        "fabric_kw_per_accelerator": _("Power of fabric"),
        "transient_ratio": _("Transient peak"),
        "lead_months": _("Lead time"),
        "rack_kg": _("Weight"),
        "floor_load_kg_per_m2": _("Floor load"),
    }


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
    caption = say(_("Power supply and efficiency by site in {period}, planned weather."), period=facts.period)
    return table(
        words,
        "supply",
        caption,
        frame,
        ["name", "connection_mw", words.column("headroom_mw", _("Grid headroom, estimated")), "peak_grid_mw",
         *columns, "storage_power_mw", "storage_energy_mwh", "pue", "wue_l_per_kwh"],
        total=["connection_mw", "headroom_mw", "peak_grid_mw", *[column.key for column in columns], "storage_power_mw",
               "storage_energy_mwh"],
    )  # fmt: skip


def _steps(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    frame = facts.table("sites")
    frame = frame[frame["is_open"] == 1].sort_values(["name", "period"])
    caption = _("The built sites by period.")
    return table(words, "steps", caption, frame, ["name", "period", "it_capacity_mw", "connection_mw", "it_mean_mw"])
