"""Question, perspective and demand: what the policy report answers, and what it leaves out."""

from __future__ import annotations

from siting.reports.document import Bullet, Bullets, Paragraph, Section
from siting.reports.facts import Facts
from siting.reports.text.traced import Printed, say
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    question = say(
        _(
            "Where would an operator build, cool and power data centres at the least cost, given {candidates} "
            "candidate sites, the work to be done and the constraints in force, and what follows for grids, water and "
            "emissions?"
        ),
        candidates=words.count(facts.sites_count),
    )
    items = [
        Bullet(
            _("Perspective."),
            say(
                _(
                    "Private: the operator's cost at real prices of {money_year}, discounted at {rate}. Costs that "
                    "others bear without being paid are not in it, save for the carbon price."
                ),
                money_year=facts.money_year,
                rate=words.percent(facts.stated("finance.discount_rate_fraction")),
            ),
        ),
        *[
            Bullet(say(_("Demand from {period}."), period=year), _demand(facts, words, period))
            for i, period in enumerate(facts.periods)
            for year in (Printed(words.year(period), facts.stated(f"horizon.periods.{i}.year")),)
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
                "Effects on household bills, on the rest of the power system, on jobs, on what others pay in taxes, on "
                "air quality, and the chance that a connection or permit comes late."
            ),
        ),
    ]
    return Section("scope", _("Question and scope"), (Paragraph(question), Bullets(tuple(items))))


def _demand(facts: Facts, words: Words, period: float) -> str:
    """The work of a period by its kinds."""
    _ = words.gettext
    if len(facts.study.demand.workloads):
        inference, batch, clusters = (
            words.quantity(facts.read("demand", "reference_mw", period=period, work_class=kinds), "MW")
            for kinds in ("inference", "batch", ("training", "hpc"))
        )
        return say(
            _(
                "{inference} of inference, {batch} of batch work, and {clusters} of training and HPC in whole "
                "clusters, in classes with limits of their own (mean IT power on the reference rack)."
            ),
            inference=inference,
            batch=batch,
            clusters=clusters,
        )
    inference, batch, training = (
        words.quantity(facts.read("demand", "reference_mw", period=period, work_class=work_class), "MW")
        for work_class in ("inference", "batch", "training")
    )
    return say(
        _(
            "{inference} of inference that must be served within {latency} ms of its users, {batch} of batch work that "
            "may move within a day and between sites, and {training} of training that runs in every hour (mean IT "
            "power on the reference rack)."
        ),
        inference=inference,
        batch=batch,
        training=training,
        latency=words.significant(facts.stated("demand.latency_limit_ms")),
    )
