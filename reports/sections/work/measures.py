"""Efficiency measures: the compute that is not needed, what it costs not to need it, and which packages are taken."""

from __future__ import annotations

import pandas as pd

from siting.reports.charts.legend import DrawnSeries
from siting.reports.charts.palette import PALETTE
from siting.reports.charts.supply import Step, supply_curve
from siting.reports.document import Block, Figure, Paragraph, Section, TableColumn
from siting.reports.facts import Facts, figure, table
from siting.reports.text.traced import Traced, say
from siting.reports.text.words import Words
from siting.text import N_

_CLASSES = {"inference": N_("Inference"), "batch": N_("Batch work")}
"""Classes of work for which there are packages, as the table and as readers call them."""
_COLORS = {"inference": PALETTE["capital"], "batch": PALETTE["running"]}
_TAKEN_FRACTION = 1e-6
"""Share of a class under a package below which it is the solver's rounding."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Compute that is not needed")
    frame = facts.of_last("measures")
    if frame.empty:
        text = _("The study offers no efficiency measures: all work that is asked for is computed.")
        return Section("measures", title, (Paragraph(text),))
    blocks: list[Block] = [Paragraph(words.sentences(_outcome(facts, words), _rules(facts, words)))]
    if (frame["step_pflop"] > 0).any():
        blocks += [Paragraph(_offered(facts, words)), _curve(facts, words)]
    return Section("measures", title, tuple(blocks))


def _packages(facts: Facts, work_class: str) -> tuple[str, ...]:
    """Packages on offer for a class of work."""
    known = facts.plan.case.tables["measures"]
    return tuple(known.loc[known["work_class"] == work_class, "measure_id"].astype(str))


def _asked(facts: Facts) -> Traced:
    """Work asked for of the classes for which something is on offer."""
    found = [_packages(facts, work_class) for work_class in _CLASSES]
    asked = [facts.read("measures", "asked_pflop", "max", measure_id=packages) for packages in found if packages]
    return asked[0] if len(asked) == 1 else asked[0] + asked[1]


def _outcome(facts: Facts, words: Words) -> str:
    """What is spared, and for how much."""
    _ = words.gettext
    frame = facts.of_last("measures")
    if not (frame["under_measure_fraction"] > _TAKEN_FRACTION).any():
        return _("No package of efficiency measures is taken: each costs more than the computers that it would spare.")
    spared = facts.read("measures", "spared_pflop")
    return say(
        _(
            "Efficiency measures spare {spared} of the {asked} that are asked for in {period}, {share}, for {cost} a "
            "year, adaptation included."
        ),
        spared=words.quantity(spared, "PFLOP/s"),
        asked=words.quantity(_asked(facts), "PFLOP/s"),
        period=facts.period,
        share=words.percent(spared / _asked(facts)),
        cost=words.money(facts.read("measures", "measure_usd_per_yr")),
    )


def _rules(facts: Facts, words: Words) -> str:
    """What packages are, which are admitted, and what they leave alone."""
    _ = words.gettext
    return say(
        _(
            "Quantisation, pruning, distillation, sparsity and better scheduling are offered in packages that exclude "
            "each other, since what they save together is multiplied, not added. A package that loses more than "
            "{limit} of quality is left out, and training, which comes in whole clusters, is left alone. Shares, "
            "savings and costs are assumptions, which no source measures for all work."
        ),
        limit=words.percent(facts.stated("demand.quality_loss_max_fraction")),
    )


def _offered(facts: Facts, words: Words) -> str:
    """How much could be spared, and from which price to which."""
    _ = words.gettext
    frame = facts.of_last("measures")
    steps = tuple(frame.loc[frame["step_pflop"] > 0, "measure_id"].astype(str))
    price = "step_usd_per_pflop_yr"
    return say(
        _(
            "All packages of the curve together could spare {most}, the first for USD {least} and the last for "
            "USD {dearest} a year for each PFLOP/s. A step of the curve is what a package spares beyond the one "
            "before it."
        ),
        most=words.quantity(facts.read("measures", "step_pflop"), "PFLOP/s"),
        least=words.significant(facts.read("measures", price, "min", measure_id=steps)),
        dearest=words.significant(facts.read("measures", price, "max", measure_id=steps)),
    )


def _named(facts: Facts, words: Words) -> pd.DataFrame:
    """The packages with their names and classes, the cheapest step first; those in no step come last."""
    known = facts.plan.case.tables["measures"].set_index("measure_id")
    frame = facts.of_last("measures").copy()
    frame["class"] = frame["measure_id"].map(known["work_class"]).astype(str)
    frame["name"] = frame["measure_id"].map(known["name"])
    frame["work"] = [words.gettext(_CLASSES[one]) for one in frame["class"]]
    frame["_last"] = frame["step_pflop"] <= 0
    return frame.sort_values(["_last", "step_usd_per_pflop_yr", "measure_id"], kind="stable").reset_index(drop=True)


def _curve(facts: Facts, words: Words) -> Figure:
    """The supply curve of compute that is not needed, with its table."""
    _ = words.gettext
    frame = _named(facts, words)
    steps = frame[frame["step_pflop"] > 0]
    classes = [name for name in _CLASSES if (steps["class"] == name).any()]
    caption = say(
        _(
            "Supply curve of compute that is not needed in {period}: each step is a package, as wide as what it spares "
            "beyond the package before it in its class, as high as the yearly cost of that [USD of {money_year} for "
            "each PFLOP/s]."
        ),
        period=facts.period,
        money_year=facts.money_year,
    )
    columns: list[str | TableColumn] = [
        TableColumn("name", _("Package")), TableColumn("work", _("Class of work")), "under_measure_fraction",
        "spared_pflop", "measure_usd_per_yr", "spared_usd_per_pflop_yr", "step_pflop", "step_usd_per_pflop_yr",
    ]  # fmt: skip
    data = table(
        words,
        "measures-data",
        _("Packages of efficiency measures on offer, the cheapest step first."),
        frame,
        columns,
        total=["spared_pflop", "measure_usd_per_yr", "step_pflop"],
    )
    drawing = supply_curve(
        [
            Step(float(row["step_pflop"]), float(row["step_usd_per_pflop_yr"]), classes.index(row["class"]))
            for row in steps.to_dict("records")
        ],
        series=[DrawnSeries(_(_CLASSES[name]), _COLORS[name]) for name in classes],
        amount_axis=_("Compute that is not needed [PFLOP/s]"),
        price_axis=_("Cost [USD a year for each PFLOP/s]"),
        words=words,
    )
    title = _("What is spared cheaply comes first; each further step costs more")
    return figure("measures", title, caption, drawing, data)
