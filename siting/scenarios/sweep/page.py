"""The page of a sweep: cost against what is varied, and every case with its report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

import pandas as pd

from siting.plan.key_figures.registry import REGISTRY
from siting.quantities import label
from siting.reports.charts.bars import Bar, bars
from siting.reports.charts.curves import Curve, CurvePoint, curves
from siting.reports.document import (
    Block,
    Bullet,
    Bullets,
    Figure,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Report,
    Section,
    Table,
    TableColumn,
)
from siting.reports.facts import figure
from siting.reports.render import printed
from siting.reports.text.words import Words
from siting.scenarios.page_table import rows_of
from siting.scenarios.sweep.summary import CaseResult
from siting.version import __version__

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["KEY_FIGURES", "page"]

KEY_FIGURES = (
    "it_capacity_mw",
    "pue",
    "wue_l_per_kwh",
    "cfe_fraction",
    "carbon_location_t_per_yr",
    "carbon_market_t_per_yr",
    "carbon_hourly_t_per_yr",
    "water_m3_per_yr",
    "peak_grid_mw",
    "capex_usd",
    "opex_usd_per_yr",
    "lcoc_usd_per_gpu_h",
)
"""Key figures on the page; the table beside it has all."""

LARGE_USD = 1e11
"""Cost from which on the picture is in billions."""

MOST_LINES = 6
"""Lines that a reader tells apart; of more, each case has a bar."""


def page(study: Study, results: Sequence[CaseResult], summary: pd.DataFrame, language: str = "en") -> str:
    """Return the page of a sweep as self-contained HTML without script.

    Parameters
    ----------
    study : Study
        What was varied.
    results : sequence of CaseResult
        Its cases.
    summary : DataFrame
        Of `siting.scenarios.sweep.summary.summary_of`, a row a case.
    language : str
        One of `siting.reports.text.words.LANGUAGES`.
    """
    words = Words(language)
    _ = words.gettext
    paths = list(dict.fromkeys(path for result in results for path, _ in result.variation.settings))
    solved = summary[summary["objective_usd"].notna()]
    failed = [result for result in results if result.failure is not None]
    sections = [_overview(words, summary, solved, paths), _cases(words, results, summary, paths)]
    if len(solved):
        sections.append(_key_figures(words, solved))
    if failed:
        sections.append(_failures(words, failed))
    sections.append(_reading(words))
    report = Report(
        kind="scenarios",
        language=language,
        title=_("Sweep: {title}").format(title=study.title or study.name),
        subtitle=" ".join(str(study.description).split()),
        strip=(
            (_("Study"), study.name),
            (_("Varied"), ", ".join(paths)),
            (_("Cases"), str(len(results))),
            (_("Money"), _("USD of {year}, real").format(year=study.money_year)),
            (_("Made by"), f"siting {__version__}"),
        ),
        sections=tuple(sections),
        slug=f"{study.name}-sweep",
    )
    return printed(report)


def _overview(words: Words, summary: pd.DataFrame, solved: pd.DataFrame, paths: Sequence[str]) -> Section:
    _ = words.gettext
    blocks: list[Block] = []
    share = _("{count} of {total}").format(count=len(solved), total=len(summary))
    count = _("{count} of {total} cases have a plan").format(count=len(solved), total=len(summary))
    if len(solved):
        by_cost = solved.sort_values("objective_usd", kind="stable")
        cheapest, dearest = by_cost.iloc[0], by_cost.iloc[-1]
        digits = words.digits_apart(float(cheapest["objective_usd"]), float(dearest["objective_usd"]))
        blocks.append(
            KeyFigures(
                (
                    KeyFigure(_("Cases with a plan"), share),
                    KeyFigure(
                        _("Least cost"), words.money(float(cheapest["objective_usd"]), digits), str(cheapest["case"])
                    ),
                    KeyFigure(
                        _("Greatest cost"), words.money(float(dearest["objective_usd"]), digits), str(dearest["case"])
                    ),
                    KeyFigure(_("Widest gap"), words.percent(float(solved["gap_fraction"].max()))),
                )
            )
        )
        blocks.append(_picture(words, solved, paths))
    else:
        blocks.append(Paragraph(_("{share}; why is said below.").format(share=count)))
    return Section("overview", count, tuple(blocks))


def _picture(words: Words, solved: pd.DataFrame, paths: Sequence[str]) -> Figure:
    """Cost against the number that takes most values, a line for each choice of all others; else a bar a case."""
    _ = words.gettext
    numeric = [path for path in paths if pd.api.types.is_numeric_dtype(solved[path]) and solved[path].notna().all()]
    along = max(numeric, key=lambda path: solved[path].nunique(), default=None)
    others = [path for path in paths if path != along]
    groups = dict(_groups(solved, others)) if along is not None else {}
    costs = [float(value) for value in solved["objective_usd"]]
    scale, money = (1e9, _("billion USD")) if max(map(abs, costs)) >= LARGE_USD else (1e6, _("million USD"))
    least, most = min(costs) / scale, max(costs) / scale
    digits = words.digits_apart(least, most)
    title = _("Cost lies between {least} and {most} {unit}").format(
        least=words.significant(least, digits), most=words.significant(most, digits), unit=money
    )
    y_axis = _("Present value [{unit}]").format(unit=money)
    shown = [*paths, "objective_usd", "bound_usd"]
    data = _table(
        words, "cost-data", _("Cost of each case and what no plan of it costs less than."), solved, ["case", *shown]
    )
    if along is None or len(groups) > MOST_LINES or solved[along].nunique() < 2:
        rows = [
            Bar(str(case), (value / scale,), words.significant(value / scale, digits))
            for case, value in zip(solved["case"], costs, strict=True)
        ]
        drawing = bars(rows, axis=y_axis, words=words)
        caption = _("Present value of each case's plan on the representative days.")
        return figure("cost", title, caption, drawing, data)
    lines = [
        Curve(
            name,
            tuple(
                CurvePoint(float(row[along]), float(row["objective_usd"]) / scale, float(row["bound_usd"]) / scale)
                for row in rows.to_dict("records")
            ),
        )
        for name, rows in groups.items()
    ]
    drawing = curves(lines, x_axis=_axis(words, along), y_axis=y_axis, words=words)
    caption = _(
        "Present value of each case's plan on the representative days against {field}. The thin line under a point "
        "goes down to what no plan of this case costs less than."
    ).format(field=along)
    return figure("cost", title, caption, drawing, data)


def _groups(solved: pd.DataFrame, others: Sequence[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    if not others:
        yield "", solved
        return
    for values, rows in solved.groupby(list(others), sort=False, dropna=False):
        yield ", ".join(f"{path} = {value}" for path, value in zip(others, values, strict=True)), rows


def _cases(words: Words, results: Sequence[CaseResult], summary: pd.DataFrame, paths: Sequence[str]) -> Section:
    columns = ["case", *paths, "status", "objective_usd", "bound_usd", "gap_fraction", "open_sites", "seconds"]
    _ = words.gettext
    table = _table(words, "cases", _("Every case; its name leads to its investment report."), summary, columns)
    links = tuple(
        f"{quote(f'cases/{result.variation.name}')}/investment.en.html" if result.is_done else "" for result in results
    )
    linked = Table(table.id, table.caption, table.columns, table.rows, links=links)
    return Section("cases", _("Cases"), (linked,))


def _key_figures(words: Words, solved: pd.DataFrame) -> Section:
    _ = words.gettext
    table = _table(words, "key-figures", _("Key figures of each case's plan."), solved, ["case", *KEY_FIGURES])
    return Section("figures", _("Key figures"), (table,))


def _failures(words: Words, failed: Sequence[CaseResult]) -> Section:
    _ = words.gettext
    columns = (TableColumn("case", _("Case")), TableColumn("status", _("Status")), TableColumn("reason", _("Why")))
    rows = [
        (result.variation.name, words.term(result.failure.status), result.failure.reason)
        for result in failed
        if result.failure is not None
    ]
    table = Table("failures", _("Why there is none."), columns, tuple(rows))
    return Section("failures", _("Cases without a plan"), (table,))


def _reading(words: Words) -> Section:
    _ = words.gettext
    items = (
        Bullet(
            _("Cost."),
            _(
                "The present value that the search minimises, on the representative days; each case's report has the "
                "year."
            ),
        ),
        Bullet(
            _("Proof."),
            _("Each case has its own bound. Costs that differ by less than the gaps may turn around in better plans."),
        ),
        Bullet(
            _("All numbers."),
            _("summary.csv has a row a case with every key figure; each folder under cases is a whole result."),
        ),
        Bullet(_("Going on."), _("The same command solves what is not finished, and nothing else.")),
    )
    return Section("reading", _("How to read this"), (Bullets(items),))


def _table(words: Words, name: str, caption: str, frame: pd.DataFrame, keys: Sequence[str]) -> Table:
    columns = tuple(_column(words, key, frame) for key in keys)
    return Table(name, caption, columns, rows_of(frame, keys))


def _column(words: Words, key: str, frame: pd.DataFrame) -> TableColumn:
    _ = words.gettext
    names = {
        "case": _("Case"),
        "status": _("Status"),
        "objective_usd": _("Cost"),
        "bound_usd": _("Bound"),
        "gap_fraction": _("Gap"),
        "open_sites": _("Sites"),
    }
    if key in names or key in REGISTRY:
        return words.column(key, names.get(key) or _(REGISTRY[key].label))
    if key == "seconds":
        return TableColumn(key, _("Time"), "quantity", "s")
    return TableColumn(key, key.rpartition(".")[2], "mixed" if pd.api.types.is_numeric_dtype(frame[key]) else "text")


def _axis(words: Words, path: str) -> str:
    """A field as the title of an axis, with its unit if its name has one."""
    name = path.rpartition(".")[2]
    if path.startswith("scales."):
        return words.gettext("{column}, times").format(column=path.removeprefix("scales."))
    try:
        return label(name)
    except ValueError:
        return name
