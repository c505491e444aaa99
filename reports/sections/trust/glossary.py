"""Glossary: every key figure as the registry defines it, and the terms of the search."""

from __future__ import annotations

from siting.plan.key_figures.registry import REGISTRY
from siting.reports.document import Definitions, Section
from siting.reports.facts import Facts
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    del facts  # the same in every report
    _ = words.gettext
    items: list[tuple[str, tuple[str, ...]]] = [
        (
            _("Bound"),
            (_("A cost that no plan can beat, proven by the solver for the model and its data."),),
        ),
        (
            _("Gap"),
            (
                _("The plan's cost less the bound, over the plan's cost."),
                _(
                    "Much of the cost must be paid wherever the sites are, so the same amount is also given over the "
                    "site-dependent part: the cost above what any plan must pay."
                ),
            ),
        ),
        (
            _("Representative days"),
            (_("Real days of the data year, each standing for the days that are like it; extreme days are kept."),),
        ),
        (
            _("Headroom"),
            (
                _(
                    "An estimate of the power that the grid at a site could give to a new connection; its rule, source "
                    "and grade are told where it is used."
                ),
            ),
        ),
    ]
    for kpi in REGISTRY.values():
        unit = words.unit(kpi.unit)
        name = f"{_(kpi.label)} [{unit}]" if unit else _(kpi.label)
        lines = [_(kpi.formula)]
        if kpi.trap:
            lines.append(_(kpi.trap))
        if kpi.source != "siting":
            lines.append(_("Definition: {source}.").format(source=kpi.source))
        items.append((name, tuple(lines)))
    return Section("glossary", _("Glossary"), (Definitions(tuple(items)),))
