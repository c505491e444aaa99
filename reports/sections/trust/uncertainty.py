"""What may come: what the plan costs in each of the futures that it was made for; nothing where there is one only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siting.plan.key_figures.registry import REGISTRY
from siting.reports.charts.bars import Bar, bars
from siting.reports.document import Block, Figure, Note, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts, figure, table
from siting.reports.text.traced import Said, say
from siting.reports.text.words import Words
from siting.text import N_

if TYPE_CHECKING:
    import pandas as pd

_MEASURES = {
    "expected": N_("It has the least expected cost that was found."),
    "cvar": N_("It has the least mean cost over the dearest of the futures that was found."),
    "minimax_regret": N_("It has the least largest regret that was found: what it costs more than the best for each."),
}

_SHOWN = ("it_capacity_mw", "pue", "peak_grid_mw", "cfe_fraction", "carbon_location_t_per_yr", "water_m3_per_yr",
          "opex_usd_per_yr", "capex_usd", "npv_usd", "lcoc_usd_per_gpu_h")  # fmt: skip
"""Key figures of which it is said how far they reach."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section; without anything in it where the plan was made for one future."""
    _ = words.gettext
    title = _("Uncertainty: what may come")
    futures = facts.table("futures")
    if futures.empty:
        return Section("uncertainty", title, ())
    blocks: list[Block] = [Paragraph(_outcome(facts, words)), _costs(facts, words)]
    spans = _spans(facts, words)
    blocks += [] if spans is None else [spans]
    text = _(
        "Sites, halls, racks, connections, batteries and contracts are the same in all futures; who serves whom, every "
        "hour's dispatch, leases and certificates answer to each. Probabilities are the study's own. Futures stand for "
        "what they vary, and for nothing else."
    )
    blocks.append(Note("limit", _("What is decided before it is known"), text))
    return Section("uncertainty", title, tuple(blocks))


def _outcome(facts: Facts, words: Words) -> Said:
    """How many futures, what the plan costs over them, and how close to the best it is."""
    _ = words.gettext
    record = facts.plan.futures
    measure = "expected" if record is None else record.measure
    text = say(
        _(
            "The plan is made for {count} futures together. Its expected cost is {expected}; it lies between {low} "
            "(p10) and {high} (p90), and is proven to {gap} over all futures. Tables and figures elsewhere in this "
            "report are those of the future {shown}, of middling cost."
        ),
        count=words.count(facts.read("futures", "future_id", "distinct")),
        expected=words.money(facts.told("futures.expected_usd")),
        low=words.money(facts.told("futures.p10_usd")),
        high=words.money(facts.told("futures.p90_usd")),
        gap=words.percent(facts.told("futures.gap_fraction")),
        shown="" if record is None else record.shown,
    )
    return words.sentences(text, _(_MEASURES[measure]))


def _costs(facts: Facts, words: Words) -> Figure:
    """The cost in each future, the dearest first, with what is otherwise in it."""
    _ = words.gettext
    frame = facts.table("futures").sort_values("cost_usd", ascending=False, kind="stable")
    expected = float(facts.told("futures.expected_usd"))
    frame = frame.assign(difference_usd=frame["cost_usd"] - expected)
    rows = [
        Bar(str(row["future_id"]), (float(row["difference_usd"]) / 1e6,), words.money(float(row["cost_usd"])))
        for row in frame.to_dict("records")
    ]
    dearest = str(frame["future_id"].iloc[0])
    title = say(
        _("The dearest future, {future}, costs {more} more than is expected"),
        future=dearest,
        more=words.money(
            facts.read("futures", "cost_usd", "cell", future_id=dearest) - facts.told("futures.expected_usd")
        ),
    )
    caption = _(
        "Present value of the plan in each future less its expected cost [million USD], on the chosen days; beside "
        "each bar the cost itself."
    )
    drawing = bars(rows, axis=_("Cost less the expected cost [million USD]"), words=words)
    return figure("futures", title, caption, drawing, _table(words, frame))


def _table(words: Words, frame: pd.DataFrame) -> Table:
    _ = words.gettext
    columns: list[str | TableColumn] = [
        TableColumn("future_id", _("Future")), TableColumn("weight_fraction", _("Probability"), "percent"),
        TableColumn("factors", _("What is otherwise")), TableColumn("cost_usd", _("Cost"), "money", "USD"),
        TableColumn("difference_usd", _("Less the expected cost"), "money", "USD"),
        TableColumn("year_cost_usd", _("Over all hours of the year"), "money", "USD"),
    ]  # fmt: skip
    return table(words, "futures", _("What the plan costs in each future"), frame, columns)


def _spans(facts: Facts, words: Words) -> Table | None:
    """How far the main key figures reach over the futures."""
    _ = words.gettext
    kpis = facts.table("kpis")
    kpis = kpis[(kpis["entity_type"] == "system") & kpis["kpi_id"].isin(_SHOWN) & kpis["p10"].notna()]
    kpis = kpis[kpis["period"].isna() | (kpis["period"] == facts.last)]
    if kpis.empty:
        return None
    order = {kpi_id: place for place, kpi_id in enumerate(_SHOWN)}
    kpis = kpis.sort_values("kpi_id", key=lambda ids: ids.map(order), kind="stable")
    frame = kpis.assign(
        kpi=[_(REGISTRY[str(kpi_id)].label) for kpi_id in kpis["kpi_id"]],
        **{
            name: [
                words.kpi(str(kpi_id), float(value)) for kpi_id, value in zip(kpis["kpi_id"], kpis[name], strict=True)
            ]
            for name in ("p10", "value", "p90")
        },
    )
    columns: list[str | TableColumn] = [
        TableColumn("kpi", _("Key figure")), TableColumn("p10", _("p10 over the futures")),
        TableColumn("value", _("In the future shown")), TableColumn("p90", _("p90 over the futures")),
    ]  # fmt: skip
    return table(words, "uncertainty_kpis", _("How far the key figures reach over the futures"), frame, columns)
