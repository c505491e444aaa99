"""The page of plans that cost nearly as little as the best."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from siting.reports.document import (
    Bullet,
    Bullets,
    KeyFigure,
    KeyFigures,
    Note,
    Report,
    Section,
)
from siting.reports.render import printed
from siting.reports.text.words import Words
from siting.scenarios.alternatives.tables import contracts_table, plans_table, sites_table
from siting.scenarios.page_table import table_of
from siting.version import __version__

if TYPE_CHECKING:
    from siting.scenarios.alternatives.alternatives import Alternatives

__all__ = ["page"]

CONTRACTED = "Contracted power of each plan in the last period"
CONTRACT_COLUMNS = {"plan": "Plan", "contract_id": "Kind", "contracted_mw": "Contracted"}
NAMES = ("plan",)
"""Columns whose cells are names of rows."""

PLAN_COLUMNS = {
    "plan": "Plan",
    "found_for": "Found for",
    "objective_usd": "Cost",
    "over_best_fraction": "Over the best plan",
    "over_bound_fraction": "Over the bound",
    "sites_changed_count": "Sites changed",
    "it_elsewhere_fraction": "IT elsewhere",
    "open_sites": "Sites",
}
SITE_COLUMNS = {
    "name": "Site",
    "standing": "Standing",
    "found_in_count": "In plans found",
    "extra_cost_without_usd": "Cheapest plan found without it, over the best",
    "extra_cost_with_usd": "Cheapest plan found with it, over the best",
}


def page(found: Alternatives) -> str:
    """Return the page as self-contained HTML without script.

    Parameters
    ----------
    found : Alternatives
        The plans.
    """
    words, study = Words("en"), found.case.study
    slack = words.percent(found.within_fraction)
    table = partial(table_of, words, labels=NAMES)
    plans, sites, contracts = plans_table(found), sites_table(found), contracts_table(found)
    report = Report(
        kind="scenarios",
        language="en",
        title=f"Alternatives: {study.title or study.name}",
        subtitle=" ".join(str(study.description).split()),
        strip=(
            ("Study", study.name),
            ("Slack", f"{slack} over the best plan found"),
            ("Plans", str(len(found.plans))),
            ("Money", f"USD of {study.money_year}, real"),
            ("Made by", f"siting {__version__}"),
        ),
        sections=(
            _verdict(found, slack),
            Section("sites", "Sites", (table("sites", "What is known of each site", sites, SITE_COLUMNS),)),
            Section("plans", "Plans", (table("plans", "Every plan found, the best first", plans, PLAN_COLUMNS),)),
            Section("contracts", "Contracts", (table("contracts", CONTRACTED, contracts, CONTRACT_COLUMNS),)),
            _reading(slack),
        ),
        slug=f"{study.name}-alternatives",
    )
    return printed(report)


def _verdict(found: Alternatives, slack: str) -> Section:
    sure, out = found.sites("no regret"), found.sites("out of reach")
    count = len(found.standings)
    figures = KeyFigures(
        (
            KeyFigure("Plans found", str(len(found.plans))),
            KeyFigure("No regret", str(len(sure)), ", ".join(sure) or "no site"),
            KeyFigure("Open to choice", str(len(found.sites("open"))), f"of {count} sites"),
            KeyFigure("Out of reach", str(len(out)), f"of {count} sites"),
        )
    )
    notes = []
    if found.are_all_sites:
        text = f"No other set of sites costs within {slack} of the best plan: this is proven."
        notes.append(Note("finding", "All sets of sites", text))
    if not found.is_whole:
        text = "Too many sites may be within the slack for one model: other plans were looked for among the nearest."
        notes.append(Note("limit", "Nearest sites only", text))
    if not found.is_complete:
        notes.append(
            Note("caution", "Stopped", "Time was up before all plans and proofs that were asked for were tried.")
        )
    title = f"{len(sure)} of {count} sites are in every plan within {slack} of the best"
    return Section("verdict", title, (figures, *notes))


def _reading(slack: str) -> Section:
    items = (
        Bullet("No regret.", f"It is proven that every plan without the site costs more than {slack} over the best."),
        Bullet("Out of reach.", f"It is proven that every plan with the site costs more than {slack} over the best."),
        Bullet("Open.", "Neither is proven; the count says in how many of the plans found the site is."),
        Bullet("Costs.", "Present values on the chosen days; each plan is the cheapest found with its sites."),
        Bullet("Bound.", "What no plan costs less than, as the search for the best plan proved it."),
    )
    return Section("reading", "How to read this", (Bullets(items),))
