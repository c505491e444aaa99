"""The page of fronts: a curve for each measure, its points, and what each step costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from siting.plan.key_figures.registry import REGISTRY
from siting.reports.charts.curves import Curve, CurvePoint, curves
from siting.reports.document import Block, Bullet, Bullets, Figure, Paragraph, Report, Section, Table, TableColumn
from siting.reports.facts import figure
from siting.reports.render import printed
from siting.reports.text.words import Words
from siting.version import __version__

if TYPE_CHECKING:
    from siting.scenarios.pareto.measures import Measure
    from siting.scenarios.pareto.point import FrontPoint
    from siting.study.study import Study

__all__ = ["page"]

LARGE_USD = 1e11
"""Cost from which on a picture is in billions."""


def page(study: Study, points: Sequence[FrontPoint]) -> str:
    """Return the page of fronts as self-contained HTML without script.

    Parameters
    ----------
    study : Study
        What was asked.
    points : sequence of FrontPoint
        Of all fronts, each from the loosest limit to the tightest.
    """
    words = Words("en")
    measures = list(dict.fromkeys(point.measure for point in points))
    sections = [_section(words, one, [point for point in points if point.measure == one]) for one in measures]
    report = Report(
        kind="scenarios",
        language="en",
        title=f"Fronts: {study.title or study.name}",
        subtitle=" ".join(str(study.description).split()),
        strip=(
            ("Study", study.name),
            ("Against cost", ", ".join(measure.name for measure in measures)),
            ("Points", str(len(points))),
            ("Money", f"USD of {study.money_year}, real"),
            ("Made by", f"siting {__version__}"),
        ),
        sections=(*sections, _reading()),
        slug=f"{study.name}-front",
    )
    return printed(report)


def _section(words: Words, measure: Measure, points: Sequence[FrontPoint]) -> Section:
    blocks: list[Block] = []
    good = [point for point in points if point.folder is not None and not point.is_dominated]
    if len(good) > 1:
        blocks.append(_picture(words, measure, good))
    elif good:
        blocks.append(Paragraph("One plan is the best by cost and by this measure: there is nothing to weigh."))
    blocks.append(_table(measure, points))
    return Section(measure.folder, f"{measure.label} against cost", tuple(blocks))


def _picture(words: Words, measure: Measure, points: Sequence[FrontPoint]) -> Figure:
    costs = [point.objective_usd or 0.0 for point in points]
    amounts = [point.amount or 0.0 for point in points]
    scale, money = (1e9, "billion USD") if max(costs) >= LARGE_USD else (1e6, "million USD")
    unit = REGISTRY[measure.kpi_id].unit
    line = Curve(
        measure.name,
        tuple(
            CurvePoint(amount, cost / scale, None if point.bound_usd is None else point.bound_usd / scale)
            for amount, cost, point in zip(amounts, costs, points, strict=True)
        ),
    )
    rise, fall = (costs[-1] - costs[0]) / abs(costs[0]), (amounts[0] - amounts[-1]) / abs(amounts[0] or 1.0)
    title = f"{words.percent(abs(fall))} {'more' if fall < 0 else 'less'} for {words.percent(rise)} more cost"
    caption = (
        f"{measure.label} of each plan against its present value, on the chosen days. The thin line under a point goes "
        "down to what no plan that holds its limit costs less than."
    )
    drawing = curves([line], x_axis=f"{measure.label} [{unit}]", y_axis=f"Present value [{money}]", words=words)
    return figure(f"front-{measure.folder}", title, caption, drawing, _data(measure, points))


def _data(measure: Measure, points: Sequence[FrontPoint]) -> Table:
    unit = REGISTRY[measure.kpi_id].unit
    columns = (
        TableColumn("amount", "Amount", "quantity", unit),
        TableColumn("objective_usd", "Cost", "money", "USD"),
        TableColumn("bound_usd", "Bound", "money", "USD"),
    )
    rows = tuple((point.amount, point.objective_usd, point.bound_usd) for point in points)
    return Table(f"front-{measure.folder}-data", f"{measure.label} and cost of each plan", columns, rows)


def _table(measure: Measure, points: Sequence[FrontPoint]) -> Table:
    unit = REGISTRY[measure.kpi_id].unit
    columns = (
        TableColumn("point", "Point"),
        TableColumn("limit", "Limit", "quantity", unit),
        TableColumn("status", "Status"),
        TableColumn("amount", "Amount", "quantity", unit),
        TableColumn("objective_usd", "Cost", "money", "USD"),
        TableColumn("gap_fraction", "Gap", "percent"),
        TableColumn("marginal_usd_per_unit", "One unit less", "quantity", f"USD/{unit.removesuffix('/yr')}"),
        TableColumn("step_usd_per_unit", "Step from the point before", "quantity", f"USD/{unit.removesuffix('/yr')}"),
        TableColumn("open_sites", "Sites"),
    )
    rows = []
    for number, point in enumerate(points, start=1):
        cost, bound = point.objective_usd, point.bound_usd
        gap = None if cost is None or bound is None or not cost else (cost - bound) / abs(cost)
        status = f"{point.status}, dominated" if point.is_dominated else point.status
        rows.append(
            (
                f"{measure.folder}-{number:02d}",
                point.limit,
                status,
                point.amount,
                cost,
                gap,
                point.marginal_usd,
                point.step_usd,
                ", ".join(point.open_sites),
            )
        )
    links = tuple(
        "" if point.folder is None else f"{quote(f'plans/{point.folder.name}')}/investment.en.html" for point in points
    )
    caption = f"Points of the front of {measure.name}; each leads to its investment report"
    return Table(f"points-{measure.folder}", caption, columns, tuple(rows), links=links)


def _reading() -> Section:
    items = (
        Bullet(
            "Each point.",
            "The cheapest plan found under its limit, with a bound of its own; a limit that is held is held on the "
            "chosen days, and each report says what the year makes of it.",
        ),
        Bullet(
            "One unit less.",
            "What the limit's last unit costs in the year with sites, halls and racks held; 0 where it does not bind.",
        ),
        Bullet(
            "Step.",
            "What the plan costs more a year than the one before, over what it takes less a year: sites, halls and "
            "racks have moved.",
        ),
        Bullet("Dominated.", "Another plan costs no more and takes no more; it is left out of the curve."),
    )
    return Section("reading", "How to read this", (Bullets(items),))
