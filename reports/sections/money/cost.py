"""What it costs: every term of the cost ledger, which sum to the objective."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from siting.reports.charts.bars import Bar, bars
from siting.reports.charts.legend import DrawnSeries
from siting.reports.charts.palette import PALETTE
from siting.reports.document import Block, Figure, Paragraph, Section, Table
from siting.reports.facts import Facts, figure, table
from siting.reports.text.traced import say
from siting.reports.text.words import Words

_KINDS = MappingProxyType({"capital": "capital", "operating": "running", "tax": "good", "shadow": "grid"})
"""Kinds of cost in the order of the bars, each with its colour."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    cost = facts.table("cost")
    if cost.empty:
        return Section("cost", _("What it costs"), (Paragraph(_("Nothing is built, so nothing is paid.")),))
    blocks: list[Block] = [
        _by_component(facts, words),
        Paragraph(
            say(
                _("The table adds up to {total}, the cost of the plan."),
                total=words.money(facts.read("cost", "present_value_usd", period=tuple(facts.periods))),
            )
        ),
        _by_site(facts, words),
    ]
    return Section("cost", _("What it costs"), tuple(blocks))


def _by_component(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    cost = facts.table("cost")
    kinds = cost.pivot_table(index="component", columns="kind", values="present_value_usd", aggfunc="sum").fillna(0.0)
    kinds = kinds.reindex(columns=list(_KINDS), fill_value=0.0)
    order = kinds.sum(axis=1).sort_values(ascending=False, kind="stable")
    first, every = str(order.index[0]), tuple(facts.periods)
    title = say(
        _("{component} cost most: {share} of the whole"),
        component=words.heading_of(first),
        share=words.percent(
            facts.read("cost", "present_value_usd", component=first, period=every)
            / facts.read("cost", "present_value_usd", period=every)
        ),
    )
    caption = say(
        _(
            "Present value over {years} years by component [million USD of {money_year}]; capital as annuities over "
            "each asset's life."
        ),
        years=words.count(facts.horizon_yr),
        money_year=facts.money_year,
    )
    labels = {
        "capital": _("Capital"),
        "operating": _("Running cost"),
        "tax": _("Taxes"),
        "shadow": _("Shadow price"),
    }
    shown = [kind for kind in _KINDS if kinds[kind].ne(0).any()]
    rows = [
        Bar(
            words.heading_of(str(component)),
            tuple(float(kinds.loc[component, kind]) / 1e6 for kind in shown),
            words.money(float(order[component])),
        )
        for component in order.index
    ]
    drawing = bars(
        rows,
        series=[DrawnSeries(labels[kind], PALETTE[_KINDS[kind]]) for kind in shown],
        axis=_("Present value [million USD]"),
        words=words,
    )
    return figure("cost", title, caption, drawing, terms(facts, words, "cost-data"))


def terms(facts: Facts, words: Words, identifier: str) -> Table:
    """Every term of the cost ledger with who pays and who receives."""
    _ = words.gettext
    frame = cost_terms(facts)
    frame["component"] = [words.heading_of(str(value)) for value in frame["component"]]
    for key in ("term", "kind", "payer", "receiver"):
        frame[key] = [words.term(str(value)) for value in frame[key]]
    caption = say(
        _("Cost by ledger term: a year from {period}, and the present value over the horizon; below zero is income."),
        period=facts.period,
    )
    return table(
        words,
        identifier,
        caption,
        frame,
        ["component", "term", "kind", "payer", "receiver", "cost_usd_per_yr", "present_value_usd"],
        total=["cost_usd_per_yr", "present_value_usd"],
    )


def cost_terms(facts: Facts) -> pd.DataFrame:
    """Terms of the cost ledger summed over sites: the last period's year, and the horizon's worth."""
    cost = facts.table("cost")
    keys = ["component", "term", "kind", "payer", "receiver"]
    yearly = cost["cost_usd_per_yr"].where(cost["period"] == facts.last, 0.0)
    frame = (
        cost.assign(cost_usd_per_yr=yearly)
        .groupby(keys, as_index=False)[["cost_usd_per_yr", "present_value_usd"]]
        .sum()
    )
    return frame.sort_values("present_value_usd", ascending=False, kind="stable").reset_index(drop=True)


def _by_site(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    frame = facts.built
    caption = say(
        _(
            "Cost of a year by site in {period}. The cost per MWh of IT load holds all costs, the racks too: it is no "
            "price of electricity."
        ),
        period=facts.period,
    )
    return table(
        words,
        "site-cost",
        caption,
        frame,
        ["name", "it_capacity_mw", "it_mean_mw", "tariff_usd_per_mwh", "cost_usd_per_yr", "unit_cost_usd_per_mwh"],
        total=["it_capacity_mw", "it_mean_mw", "cost_usd_per_yr"],
    )
