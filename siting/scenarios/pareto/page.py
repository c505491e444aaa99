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


def page(study: Study, points: Sequence[FrontPoint], language: str = "en") -> str:
    """Return the page of fronts as self-contained HTML without script.

    Parameters
    ----------
    study : Study
        What was asked.
    points : sequence of FrontPoint
        Of all fronts, each from the loosest limit to the tightest.
    language : str
        One of `siting.reports.text.words.LANGUAGES`.
    """
    words = Words(language)
    _ = words.gettext
    measures = list(dict.fromkeys(point.measure for point in points))
    sections = [_section(words, one, [point for point in points if point.measure == one]) for one in measures]
    report = Report(
        kind="scenarios",
        language=language,
        title=_("Fronts: {title}").format(title=study.title or study.name),
        subtitle=" ".join(str(study.description).split()),
        strip=(
            (_("Study"), study.name),
            (_("Against cost"), ", ".join(measure.name for measure in measures)),
            (_("Points"), str(len(points))),
            (_("Money"), _("USD of {year}, real").format(year=study.money_year)),
            (_("Made by"), f"siting {__version__}"),
        ),
        sections=(*sections, _reading(words)),
        slug=f"{study.name}-front",
    )
    return printed(report)


def _section(words: Words, measure: Measure, points: Sequence[FrontPoint]) -> Section:
    _ = words.gettext
    blocks: list[Block] = []
    good = [point for point in points if point.folder is not None and not point.is_dominated]
    if len(good) > 1:
        blocks.append(_picture(words, measure, good))
    elif good:
        blocks.append(Paragraph(_("One plan is the best by cost and by this measure: there is nothing to weigh.")))
    blocks.append(_table(words, measure, points))
    title = _("{measure} against cost").format(measure=_(measure.label))
    return Section(measure.folder, title, tuple(blocks))


def _picture(words: Words, measure: Measure, points: Sequence[FrontPoint]) -> Figure:
    _ = words.gettext
    costs = [point.objective_usd or 0.0 for point in points]
    amounts = [point.amount or 0.0 for point in points]
    scale, money = (1e9, _("billion USD")) if max(costs) >= LARGE_USD else (1e6, _("million USD"))
    unit = REGISTRY[measure.kpi_id].unit
    line = Curve(
        measure.name,
        tuple(
            CurvePoint(amount, cost / scale, None if point.bound_usd is None else point.bound_usd / scale)
            for amount, cost, point in zip(amounts, costs, points, strict=True)
        ),
    )
    rise, fall = (costs[-1] - costs[0]) / abs(costs[0]), (amounts[0] - amounts[-1]) / abs(amounts[0] or 1.0)
    message = _("{share} more for {cost} more cost") if fall < 0 else _("{share} less for {cost} more cost")
    title = message.format(share=words.percent(abs(fall)), cost=words.percent(rise))
    label = _(measure.label)
    caption = _(
        "{measure} of each plan against its present value, on the representative days. The thin line under a point "
        "goes down to what no plan that holds its limit costs less than."
    ).format(measure=label)
    y_axis = _("Present value [{unit}]").format(unit=money)
    drawing = curves([line], x_axis=f"{label} [{words.unit(unit)}]", y_axis=y_axis, words=words)
    return figure(f"front-{measure.folder}", title, caption, drawing, _data(words, measure, points))


def _data(words: Words, measure: Measure, points: Sequence[FrontPoint]) -> Table:
    _, unit = words.gettext, REGISTRY[measure.kpi_id].unit
    columns = (
        TableColumn("amount", _("Amount"), "quantity", unit),
        TableColumn("objective_usd", _("Cost"), "money", "USD"),
        TableColumn("bound_usd", _("Bound"), "money", "USD"),
    )
    rows = tuple((point.amount, point.objective_usd, point.bound_usd) for point in points)
    return Table(
        f"front-{measure.folder}-data",
        _("{measure} and cost of each plan.").format(measure=_(measure.label)),
        columns,
        rows,
    )


def _table(words: Words, measure: Measure, points: Sequence[FrontPoint]) -> Table:
    _, unit = words.gettext, REGISTRY[measure.kpi_id].unit
    columns = (
        TableColumn("point", _("Point")),
        TableColumn("limit", _("Limit"), "quantity", unit),
        TableColumn("status", _("Status")),
        TableColumn("amount", _("Amount"), "quantity", unit),
        TableColumn("objective_usd", _("Cost"), "money", "USD"),
        TableColumn("gap_fraction", _("Gap"), "percent"),
        TableColumn("marginal_usd_per_unit", _("One unit less"), "quantity", f"USD/{unit.removesuffix('/yr')}"),
        TableColumn(
            "step_usd_per_unit", _("Step from the point before"), "quantity", f"USD/{unit.removesuffix('/yr')}"
        ),
        TableColumn("open_sites", _("Sites")),
    )
    rows = []
    for number, point in enumerate(points, start=1):
        cost, bound = point.objective_usd, point.bound_usd
        gap = None if cost is None or bound is None or not cost else (cost - bound) / abs(cost)
        status = words.term(point.status)
        status = _("{status}, dominated").format(status=status) if point.is_dominated else status
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
    caption = _("Points of the front of {measure}; each leads to its investment report.").format(measure=measure.name)
    return Table(f"points-{measure.folder}", caption, columns, tuple(rows), links=links)


def _reading(words: Words) -> Section:
    _ = words.gettext
    items = (
        Bullet(
            _("Each point."),
            _(
                "The cheapest plan found under its limit, with a bound of its own; a limit that is held is held on the "
                "representative days, and each report says what the year makes of it."
            ),
        ),
        Bullet(
            _("One unit less."),
            _(
                "What the limit's last unit costs in the year with sites, halls and racks held; none where it does not "
                "bind."
            ),
        ),
        Bullet(
            _("Step."),
            _(
                "What the plan costs more a year than the one before, over what it takes less a year: sites, halls and "
                "racks have moved."
            ),
        ),
        Bullet(_("Dominated."), _("Another plan costs no more and takes no more; it is left out of the curve.")),
    )
    return Section("reading", _("How to read this"), (Bullets(items),))
