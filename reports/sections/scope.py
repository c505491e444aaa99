"""Question, perspective and demand: what the policy report answers, and what it leaves out."""

from __future__ import annotations

from siting.reports.document import Bullet, Bullets, Paragraph, Section
from siting.reports.facts import Facts
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    study = facts.study
    demand = study.demand
    question = _(
        "Where would an operator build, cool and power data centres at the least cost, given {candidates} candidate "
        "sites, the work to be done and the limits in force, and what follows for grids, water and emissions?"
    ).format(candidates=len(facts.sites))
    items = [
        Bullet(
            _("Perspective."),
            _(
                "Private: the operator's cost at real prices of {money_year}, discounted at {rate}. Costs that others "
                "bear without being paid are not in it, save for the carbon price."
            ).format(money_year=study.money_year, rate=words.percent(study.finance.discount_rate_fraction)),
        ),
        *[
            Bullet(
                _("Demand from {period}.").format(period=period),
                _(
                    "{inference} of inference that must be served within {latency} ms of its users, {batch} of "
                    "batch work that may move within a day and between sites, and {training} of training that runs in "
                    "every hour (mean IT power on the reference rack)."
                ).format(
                    inference=words.quantity(float(demand.inference_mw[period]), "MW"),
                    batch=words.quantity(float(demand.batch_mw[period]), "MW"),
                    training=words.quantity(float(demand.training_mw.get(period, 0.0)), "MW"),
                    latency=words.significant(float(demand.latency_limit_ms), 2),
                ),
            )
            for period in facts.periods
        ],
        Bullet(
            _("Demand is given, not forecast."),
            _(
                "Published forecasts of the sector differ by half and more and are revised by as much; a study with "
                "half the demand and one with none are the natural comparisons."
            ),
        ),
        Bullet(
            _("Left out."),
            _(
                "Effects on household bills, on the rest of the power system, on jobs and public revenue, on air "
                "quality, and the chance that a connection or permit comes late."
            ),
        ),
    ]
    return Section("scope", _("Question and scope"), (Paragraph(question), Bullets(tuple(items))))
