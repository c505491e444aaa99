"""Carbon by its methods, and embodied carbon apart."""

from __future__ import annotations

import pandas as pd

from siting.plan.key_figures.registry import REGISTRY
from siting.reports.charts.bars import Bar, bars
from siting.reports.document import Block, Bullet, Bullets, Figure, Paragraph, Section, Table
from siting.reports.facts import Facts, figure, table
from siting.reports.sections.work import footprints
from siting.reports.text.traced import say
from siting.reports.text.words import Words

METHODS = ("location", "market", "hourly")
CONSEQUENTIAL = ("consequential", "long_run")
"""Effects beside the accounts, where the marginal intensity is known: of plants that run more, and that are built."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    if facts.built.empty:
        return Section("carbon", _("Carbon"), (Paragraph(_("Nothing is built, so nothing is emitted.")),))
    blocks: list[Block] = [_by_method(facts, words), _by_site(facts, words), Bullets(tuple(_readings(words)))]
    blocks += footprints.blocks(facts, words)
    return Section("carbon", _("Carbon"), tuple(blocks))


def _by_method(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    every = (*METHODS, *CONSEQUENTIAL, "embodied")
    values = {
        method: facts.amount(f"carbon_{method}_t_per_yr")
        for method in every
        if method not in CONSEQUENTIAL or facts.kpi(f"carbon_{method}_t_per_yr") is not None
    }
    title = say(
        _("Power emits {location} by location, {hourly} when contracts are matched hour by hour"),
        location=words.quantity(values["location"], "t CO2e/yr"),
        hourly=words.quantity(values["hourly"], "t CO2e/yr"),
    )
    caption = say(
        _(
            "Carbon of a year from {period} by method of account [million t CO₂e/yr]. The first three are three "
            "accounts of the same power, over the life cycle, and must not be added; a consequential figure is not an "
            "inventory figure and counts stacks alone, and embodied carbon is another scope."
        ),
        period=facts.period,
    )
    rows = [
        Bar(words.term(method), (value.value / 1e6,), words.quantity(value.value, "t CO₂e/yr"))
        for method, value in values.items()
    ]
    drawing = bars(rows, axis=_("Carbon [million t CO₂e/yr]"), words=words)
    frame = facts.of_last("carbon").groupby(["method", "component", "term"], as_index=False)[["carbon_t_per_yr"]].sum()
    rank = {method: position for position, method in enumerate(every)}
    frame = frame.assign(_rank=frame["method"].map(rank)).sort_values(["_rank", "component", "term"])
    frame["component"] = [words.heading_of(str(value)) for value in frame["component"]]
    for key in ("method", "term"):
        frame[key] = [words.term(str(value)) for value in frame[key]]
    data = table(
        words,
        "carbon-data",
        say(_("Carbon of a year from {period} by method, component and term."), period=facts.period),
        frame,
        ["method", "component", words.column("term", _("Term")), "carbon_t_per_yr"],
    )
    return figure("carbon", title, caption, drawing, data)


def _by_site(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    frame = facts.built.copy()
    for key in (
        "cfe_fraction",
        *(f"carbon_{method}_t_per_yr" for method in CONSEQUENTIAL),
        "carbon_embodied_t_per_yr",
        "carbon_usage_kg_per_mwh",
    ):
        values = facts.site_kpis[key] if key in facts.site_kpis else pd.Series(dtype=float)
        frame[key] = frame["site_id"].map(values)
    keys = [f"carbon_{method}_t_per_yr" for method in (*METHODS, *CONSEQUENTIAL, "embodied")]
    keys = [key for key in keys if frame[key].notna().any()]
    return table(
        words,
        "site-carbon",
        say(_("Carbon by site and method in {period}, with the hourly carbon-free share."), period=facts.period),
        frame,
        ["name", *keys, words.column("carbon_usage_kg_per_mwh", _("CUE, location-based")), "cfe_fraction"],
        total=keys,
    )


def _readings(words: Words) -> list[Bullet]:
    """What each method counts, from the registry of key figures."""
    _ = words.gettext
    items = []
    for method in (*METHODS, *CONSEQUENTIAL, "embodied"):
        kpi = REGISTRY[f"carbon_{method}_t_per_yr"]
        lead = say(_("{method} ({source})."), method=words.term(method), source=kpi.source)
        items.append(Bullet(lead, words.sentences(_(kpi.formula), _(kpi.trap))))
    return items
