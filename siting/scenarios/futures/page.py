"""The page of one design for many futures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from siting.reports.charts.bars import Bar, bars
from siting.reports.charts.legend import DrawnSeries
from siting.reports.charts.palette import PALETTE
from siting.reports.document import (
    Block,
    Bullet,
    Bullets,
    Figure,
    KeyFigure,
    KeyFigures,
    Note,
    Report,
    Section,
    Table,
)
from siting.reports.facts import figure
from siting.reports.render import printed
from siting.reports.text.words import Words
from siting.scenarios.page_table import table_of
from siting.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from siting.scenarios.futures.found import FuturesFound

__all__ = ["page"]

LABELS = ("design", "future_id", "factor", "name")
"""Columns whose cells are names of rows."""

MEASURES: Mapping[str, str] = {
    "expected": "expected cost",
    "cvar": "mean cost of the dearest futures",
    "minimax_regret": "largest regret",
}

SUMMARY = {
    "design": "Design",
    "serves_count": "Futures served",
    "expected_usd": "Expected cost",
    "cvar_usd": "Mean of the dearest",
    "expected_regret_usd": "Expected regret",
    "largest_regret_usd": "Largest regret",
    "open_sites": "Sites",
}
FUTURES = {
    "future_id": "Future",
    "weight_fraction": "Probability",
    "factors": "What is otherwise",
    "plan_usd": "Cost of the plan",
    "best_usd": "Best design found for it",
    "best_bound_usd": "No plan for it alone costs less than",
    "best_sites": "Sites of the plan for it alone",
}
REGRETS = {"design": "Design", "future_id": "Future", "cost_usd": "Cost", "regret_usd": "Regret"}
SITES = {
    "name": "Site",
    "is_open": "In the plan",
    "chosen_fraction": "Probability of a future whose own plan has it",
    "least_regret_with_usd": "Largest regret, best design with it",
    "least_regret_without_usd": "Largest regret, best design without it",
}
TORNADO = {
    "factor": "Factor",
    "end": "End",
    "value": "Value",
    "cost_usd": "Cost of the best plan found there",
    "difference_usd": "Against the study as it is",
    "open_sites": "Sites there",
}
BREAK_EVENS = {
    "factor": "Factor",
    "break_even": "Value",
    "towards": "Beyond, towards",
    "design": "Design that is cheaper there",
    "gain_usd": "By how much, at that end",
}


def page(found: FuturesFound, tables: Mapping[str, pd.DataFrame]) -> str:
    """Return the page as self-contained HTML without script.

    Parameters
    ----------
    found : FuturesFound
        The comparison.
    tables : mapping of str to DataFrame
        Its tables.
    """
    words, study = Words("en"), found.study
    table = partial(table_of, words, labels=LABELS)
    sections = [
        _verdict(found, words),
        Section("futures", "Futures", (table("futures", "What may come", tables["futures"], FUTURES),)),
        Section("sites", "Sites", (table("sites", "How sure each site is", tables["sites"], SITES),)),
        Section("designs", "Designs", (table("summary", "Every design in all futures", tables["summary"], SUMMARY),)),
    ]
    if not tables["tornado"].empty:
        caption = "One factor alone at an end of its range, the plan made again"
        data = table("tornado", caption, tables["tornado"], TORNADO)
        blocks: list[Block] = [_tornado(tables["tornado"], data, words)]
        if not tables["break_evens"].empty:
            blocks.append(table("break_evens", "Where another design is cheaper", tables["break_evens"], BREAK_EVENS))
        sections.append(Section("tornado", "What moves the cost, and the choice", tuple(blocks)))
    matrix = table("regrets", "Each design, held, in each future", tables["regrets"], REGRETS)
    sections += [Section("regrets", "Regrets", (matrix,)), _reading()]
    record = found.plan.futures
    strip = (
        ("Study", study.name),
        ("Futures", str(len(found.futures))),
        ("Minimised", MEASURES[study.futures.objective]),
        ("Gap over all futures", words.percent(record.gap_fraction) if record is not None else ""),
        ("Money", f"USD of {study.money_year}, real"),
        ("Made by", f"siting {__version__}"),
    )
    report = Report(
        kind="scenarios",
        language="en",
        title=f"Futures: {study.title or study.name}",
        subtitle=" ".join(str(study.description).split()),
        strip=strip,
        sections=tuple(sections),
        slug=f"{study.name}-futures",
    )
    return printed(report)


def _tornado(swings: pd.DataFrame, data: Table, words: Words) -> Figure:
    """What each factor alone adds to the cost of the best plan at both ends of its range, the widest first."""
    rows = []
    for factor, ends in swings.groupby("factor", sort=False):
        by_end = {str(end): float(usd) for end, usd in zip(ends["end"], ends["difference_usd"], strict=True)}
        values = " to ".join(str(value) for value in ends["value"])
        said = ", ".join(f"{end} {words.money(usd)}" for end, usd in by_end.items())
        parts = tuple(by_end.get(end, 0.0) / 1e6 for end in ("low", "high"))
        rows.append(Bar(f"{factor} ({values})", parts, said))
    series = (
        DrawnSeries("at the low end", PALETTE["capital"]),
        DrawnSeries("at the high end", PALETTE["running"]),
    )
    widest = str(swings["factor"].iloc[0])
    drawing = bars(rows, series=series, axis="Cost against the study as it is [million USD]", words=words)
    caption = "Present value of the best plan found with one factor alone at an end of its range, less the study's own."
    return figure("tornado", f"The widest swing is that of {widest}", caption, drawing, data)


def _verdict(found: FuturesFound, words: Words) -> Section:
    plan = found.designs[0]
    stochastic = found.stochastic_usd
    if stochastic == float("inf"):
        of_stochastic = ("not served", "the plan for the mean future does not serve every future")
    else:
        of_stochastic = (words.money(stochastic), "that a plan for the mean future would cost more")
    figures = KeyFigures(
        (
            KeyFigure("Expected cost", words.money(found.expected_usd(plan)), f"{len(found.futures)} futures"),
            KeyFigure(
                "Worth of knowing what comes",
                words.money(found.information_usd),
                f"no more than {words.money(found.information_most_usd)}, proven",
            ),
            KeyFigure("Worth of planning for all", *of_stochastic),
            KeyFigure(
                "Largest regret",
                words.money(float(found.regrets_usd(plan).max())),
                "against the best design found for each future",
            ),
        )
    )
    notes = []
    record = found.plan.futures
    if record is not None and min(found.information_usd, stochastic) < record.objective_usd - record.bound_usd:
        text = (
            f"A cheaper plan over all futures may still save {words.money(record.objective_usd - record.bound_usd)}. "
            "A worth below that says nothing but that it is small."
        )
        notes.append(Note("limit", "Within the gap", text))
    if found.failed:
        notes.append(Note("caution", "Cases without a plan", ", ".join(found.failed)))
    sites = ", ".join(plan.open_sites)
    return Section("verdict", f"Best over {len(found.futures)} futures: {sites}", (figures, *notes))


def _reading() -> Section:
    items = (
        Bullet(
            "Decided first.", "Sites, halls, racks, connections, batteries and contracts are the same in all futures."
        ),
        Bullet("Answers.", "Who serves whom, every hour's dispatch, leases and certificates are each future's own."),
        Bullet("Regret.", "What a design costs more in a future than the best of all designs found for it."),
        Bullet(
            "Worth of knowing.",
            "Expected cost of the plan less that of the best design found for each future (value of perfect "
            "information). Both rest on plans within their gaps.",
        ),
        Bullet(
            "Worth of planning for all.",
            "Expected cost of the plan for the mean future, less that of the plan (value of the stochastic solution).",
        ),
        Bullet("Costs.", "Present values on the chosen days of each future."),
    )
    return Section("reading", "How to read this", (Bullets(items),))
