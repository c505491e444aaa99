"""The page of one design for many futures."""

from __future__ import annotations

from collections.abc import Mapping
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
from siting.text import N_
from siting.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from siting.scenarios.futures.found import FuturesFound

__all__ = ["page"]

LABELS = ("design", "future_id", "factor", "name")
"""Columns whose cells are names of rows."""

MEASURES: Mapping[str, str] = {
    "expected": N_("expected cost"),
    "cvar": N_("mean cost of the dearest futures"),
    "minimax_regret": N_("largest regret"),
}

SUMMARY = {
    "design": N_("Design"),
    "serves_count": N_("Futures served"),
    "expected_usd": N_("Expected cost"),
    "cvar_usd": N_("Mean of the dearest"),
    "expected_regret_usd": N_("Expected regret"),
    "largest_regret_usd": N_("Largest regret"),
    "open_sites": N_("Sites"),
}
FUTURES = {
    "future_id": N_("Future"),
    "weight_fraction": N_("Probability"),
    "factors": N_("What is otherwise"),
    "plan_usd": N_("Cost of the plan"),
    "best_usd": N_("Best design found for it"),
    "best_bound_usd": N_("No plan for it alone costs less than"),
    "best_sites": N_("Sites of the plan for it alone"),
}
REGRETS = {
    "design": N_("Design"),
    "future_id": N_("Future"),
    "cost_usd": N_("Cost"),
    "regret_usd": N_("Regret"),
}
SITES = {
    "name": N_("Site"),
    "is_open": N_("In the plan"),
    "chosen_fraction": N_("Probability of a future whose own plan has it"),
    "least_regret_with_usd": N_("Largest regret, best design with it"),
    "least_regret_without_usd": N_("Largest regret, best design without it"),
}
TORNADO = {
    "factor": N_("Factor"),
    "end": N_("End"),
    "value": N_("Value"),
    "cost_usd": N_("Cost of the best plan found there"),
    "difference_usd": N_("Against the study as it is"),
    "open_sites": N_("Sites there"),
}
BREAK_EVENS = {
    "factor": N_("Factor"),
    "break_even": N_("Value"),
    "towards": N_("Beyond, towards"),
    "design": N_("Design that is cheaper there"),
    "gain_usd": N_("By how much, at that end"),
}


def page(found: FuturesFound, tables: Mapping[str, pd.DataFrame], language: str = "en") -> str:
    """Return the page as self-contained HTML without script.

    Parameters
    ----------
    found : FuturesFound
        The comparison.
    tables : mapping of str to DataFrame
        Its tables.
    language : str
        One of `siting.reports.text.words.LANGUAGES`.
    """
    words, study = Words(language), found.study
    _ = words.gettext

    def table(name: str, caption: str, frame: pd.DataFrame, heads: Mapping[str, str]) -> Table:
        return table_of(words, name, caption, frame, {key: _(text) for key, text in heads.items()}, LABELS)

    sites = tables["sites"].assign(is_open=[_("yes") if one else _("no") for one in tables["sites"]["is_open"]])
    sections = [
        _verdict(found, words),
        Section("futures", _("Futures"), (table("futures", _("What may come"), tables["futures"], FUTURES),)),
        Section("sites", _("Sites"), (table("sites", _("How sure each site is"), sites, SITES),)),
        Section(
            "designs", _("Designs"), (table("summary", _("Every design in all futures"), tables["summary"], SUMMARY),)
        ),
    ]
    if not tables["tornado"].empty:
        caption = _("One factor alone at an end of its range, the plan made again")
        data = table("tornado", caption, tables["tornado"], TORNADO)
        blocks: list[Block] = [_tornado(tables["tornado"], data, words)]
        if not tables["break_evens"].empty:
            blocks.append(
                table("break_evens", _("Where another design is cheaper"), tables["break_evens"], BREAK_EVENS)
            )
        sections.append(Section("tornado", _("What moves the cost, and the choice"), tuple(blocks)))
    matrix = table("regrets", _("Each design, held, in each future"), tables["regrets"], REGRETS)
    sections += [Section("regrets", _("Regrets"), (matrix,)), _reading(words)]
    record = found.plan.futures
    strip = (
        (_("Study"), study.name),
        (_("Futures"), str(len(found.futures))),
        (_("Minimised"), _(MEASURES[study.futures.objective])),
        (_("Gap over all futures"), words.percent(record.gap_fraction) if record is not None else ""),
        (_("Money"), _("USD of {year}, real").format(year=study.money_year)),
        (_("Made by"), f"siting {__version__}"),
    )
    report = Report(
        kind="scenarios",
        language=language,
        title=_("Futures: {title}").format(title=study.title or study.name),
        subtitle=" ".join(str(study.description).split()),
        strip=strip,
        sections=tuple(sections),
        slug=f"{study.name}-futures",
    )
    return printed(report)


def _tornado(swings: pd.DataFrame, data: Table, words: Words) -> Figure:
    """What each factor alone adds to the cost of the best plan at both ends of its range, the widest first."""
    _ = words.gettext
    names = {"low": _("low"), "high": _("high")}
    rows = []
    for factor, ends in swings.groupby("factor", sort=False):
        by_end = {str(end): float(usd) for end, usd in zip(ends["end"], ends["difference_usd"], strict=True)}
        texts = list(dict.fromkeys(str(value) for value in ends["value"]))
        values = _("{low} to {high}").format(low=texts[0], high=texts[-1]) if len(texts) > 1 else texts[0]
        said = ", ".join(f"{names[end]} {words.money(usd)}" for end, usd in by_end.items())
        parts = tuple(by_end.get(end, 0.0) / 1e6 for end in ("low", "high"))
        rows.append(Bar(f"{_spoken(str(factor))} ({values})", parts, said))
    series = (
        DrawnSeries(_("at the low end"), PALETTE["capital"]),
        DrawnSeries(_("at the high end"), PALETTE["running"]),
    )
    widest = _spoken(str(swings["factor"].iloc[0]))
    drawing = bars(rows, series=series, axis=_("Cost against the study as it is [million USD]"), words=words)
    caption = _(
        "Present value of the best plan found with one factor alone at an end of its range, less the study's own."
    )
    return figure("tornado", _("The widest swing is that of {factor}").format(factor=widest), caption, drawing, data)


def _spoken(factor: str) -> str:
    """The name of a factor as words; a path stays as it is written."""
    return factor if "." in factor else factor.replace("_", " ")


def _verdict(found: FuturesFound, words: Words) -> Section:
    _ = words.gettext
    plan = found.designs[0]
    count = len(found.futures)
    stochastic = found.stochastic_usd
    if stochastic == float("inf"):
        of_stochastic = (_("not served"), _("the plan for the mean future does not serve every future"))
    else:
        of_stochastic = (words.money(stochastic), _("that a plan for the mean future would cost more"))
    figures = KeyFigures(
        (
            KeyFigure(
                _("Expected cost"), words.money(found.expected_usd(plan)), _("{count} futures").format(count=count)
            ),
            KeyFigure(
                _("Worth of knowing what comes"),
                words.money(found.information_usd),
                _("no more than {most}, proven").format(most=words.money(found.information_most_usd)),
            ),
            KeyFigure(_("Worth of planning for all"), *of_stochastic),
            KeyFigure(
                _("Largest regret"),
                words.money(float(found.regrets_usd(plan).max())),
                _("against the best design found for each future"),
            ),
        )
    )
    notes = []
    record = found.plan.futures
    if record is not None and min(found.information_usd, stochastic) < record.objective_usd - record.bound_usd:
        text = _(
            "A cheaper plan over all futures may still save {saved}. A worth below that says nothing but that it is "
            "small."
        ).format(saved=words.money(record.objective_usd - record.bound_usd))
        notes.append(Note("limit", _("Within the gap"), text))
    if found.failed:
        notes.append(Note("caution", _("Cases without a plan"), ", ".join(found.failed)))
    sites = ", ".join(plan.open_sites)
    return Section(
        "verdict", _("Best over {count} futures: {sites}").format(count=count, sites=sites), (figures, *notes)
    )


def _reading(words: Words) -> Section:
    _ = words.gettext
    items = (
        Bullet(
            _("Decided first."),
            _("Sites, halls, racks, connections, batteries and contracts are the same in all futures."),
        ),
        Bullet(
            _("Answers."),
            _("Who serves whom, every hour's dispatch, leases and certificates are each future's own."),
        ),
        Bullet(_("Regret."), _("What a design costs more in a future than the best of all designs found for it.")),
        Bullet(
            _("Worth of knowing."),
            _(
                "Expected cost of the plan less that of the best design found for each future (value of perfect "
                "information). Both rest on plans within their gaps."
            ),
        ),
        Bullet(
            _("Worth of planning for all."),
            _(
                "Expected cost of the plan for the mean future, less that of the plan (value of the stochastic "
                "solution)."
            ),
        ),
        Bullet(_("Costs."), _("Present values on the chosen days of each future.")),
    )
    return Section("reading", _("How to read this"), (Bullets(items),))
