"""The page of plans that cost nearly as little as the best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from siting.reports.document import (
    Bullet,
    Bullets,
    KeyFigure,
    KeyFigures,
    Note,
    Report,
    Section,
    Table,
)
from siting.reports.render import printed
from siting.reports.text.words import Words
from siting.scenarios.alternatives.tables import contracts_table, plans_table, sites_table
from siting.scenarios.page_table import table_of
from siting.text import N_
from siting.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from siting.scenarios.alternatives.alternatives import Alternatives

__all__ = ["page"]

CONTRACT_COLUMNS = {"plan": N_("Plan"), "contract_id": N_("Kind"), "contracted_mw": N_("Contracted")}
NAMES = ("plan",)
"""Columns whose cells are names of rows."""

PLAN_COLUMNS = {
    "plan": N_("Plan"),
    "found_for": N_("Found for"),
    "objective_usd": N_("Cost"),
    "over_best_fraction": N_("Over the best plan"),
    "over_bound_fraction": N_("Over the bound"),
    "sites_changed_count": N_("Sites changed"),
    "it_elsewhere_fraction": N_("IT elsewhere"),
    "open_sites": N_("Sites"),
}
SITE_COLUMNS = {
    "name": N_("Site"),
    "standing": N_("Standing"),
    "found_in_count": N_("In plans found"),
    "extra_cost_without_usd": N_("Cheapest plan found without it, over the best"),
    "extra_cost_with_usd": N_("Cheapest plan found with it, over the best"),
}


def page(found: Alternatives, language: str = "en") -> str:
    """Return the page as self-contained HTML without script.

    Parameters
    ----------
    found : Alternatives
        The plans.
    language : str
        One of `siting.reports.text.words.LANGUAGES`.
    """
    words, study = Words(language), found.case.study
    _ = words.gettext
    slack = words.percent(found.within_fraction)
    plans, sites, contracts = plans_table(found), sites_table(found), contracts_table(found)
    sites["standing"] = [words.term(standing) for standing in sites["standing"]]

    def table(name: str, caption: str, frame: pd.DataFrame, heads: Mapping[str, str]) -> Table:
        shown = {column: _(label) for column, label in heads.items()}
        return table_of(words, name, caption, frame, shown, labels=NAMES)

    contracted = _("Contracted power of each plan in the last period.")
    report = Report(
        kind="scenarios",
        language=language,
        title=_("Alternatives: {title}").format(title=study.title or study.name),
        subtitle=" ".join(str(study.description).split()),
        strip=(
            (_("Study"), study.name),
            (_("Slack"), _("{share} over the best plan found").format(share=slack)),
            (_("Plans"), str(len(found.plans))),
            (_("Money"), _("USD of {year}, real").format(year=study.money_year)),
            (_("Made by"), f"siting {__version__}"),
        ),
        sections=(
            _verdict(words, found, slack),
            Section("sites", _("Sites"), (table("sites", _("What is known of each site."), sites, SITE_COLUMNS),)),
            Section(
                "plans", _("Plans"), (table("plans", _("Every plan found, the best first."), plans, PLAN_COLUMNS),)
            ),
            Section("contracts", _("Contracts"), (table("contracts", contracted, contracts, CONTRACT_COLUMNS),)),
            _reading(words, slack),
        ),
        slug=f"{study.name}-alternatives",
    )
    return printed(report)


def _verdict(words: Words, found: Alternatives, slack: str) -> Section:
    _ = words.gettext
    sure, out = found.sites("no regret"), found.sites("out of reach")
    count = len(found.standings)
    of_sites = _("of {count} sites").format(count=count)
    figures = KeyFigures(
        (
            KeyFigure(_("Plans found"), str(len(found.plans))),
            KeyFigure(_("No regret"), str(len(sure)), ", ".join(sure) or _("no site")),
            KeyFigure(_("Open to choice"), str(len(found.sites("open"))), of_sites),
            KeyFigure(_("Out of reach"), str(len(out)), of_sites),
        )
    )
    notes = []
    if found.are_all_sites:
        text = _("No other set of sites costs within {slack} of the best plan: this is proven.").format(slack=slack)
        notes.append(Note("finding", _("All sets of sites"), text))
    if not found.is_whole:
        text = _("Too many sites may be within the slack for one model: other plans were looked for among the nearest.")
        notes.append(Note("limit", _("Nearest sites only"), text))
    if not found.is_complete:
        notes.append(
            Note(
                "caution",
                _("Stopped"),
                _("Time was up before all plans and proofs that were asked for were tried."),
            )
        )
    title = _("{sure} of {count} sites are in every plan within {slack} of the best")
    title = title.format(sure=len(sure), count=count, slack=slack)
    return Section("verdict", title, (figures, *notes))


def _reading(words: Words, slack: str) -> Section:
    _ = words.gettext
    without = _("It is proven that every plan without the site costs more than {slack} over the best.").format(
        slack=slack
    )
    with_it = _("It is proven that every plan with the site costs more than {slack} over the best.").format(slack=slack)
    items = (
        Bullet(_("No regret."), without),
        Bullet(_("Out of reach."), with_it),
        Bullet(_("Open."), _("Neither is proven; the count says in how many of the plans found the site is.")),
        Bullet(
            _("Costs."), _("Present values on the representative days; each plan is the cheapest found with its sites.")
        ),
        Bullet(_("Bound."), _("What no plan costs less than, as the search for the best plan proved it.")),
    )
    return Section("reading", _("How to read this"), (Bullets(items),))
