"""The page of plans side by side."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from siting.plan.key_figures.registry import REGISTRY
from siting.reports.charts.bars import Bar, bars
from siting.reports.charts.maps import site_map
from siting.reports.document import (
    Block,
    Bullet,
    Bullets,
    Figure,
    Format,
    Paragraph,
    Report,
    Section,
    Table,
    TableColumn,
)
from siting.reports.facts import Facts, figure
from siting.reports.render import printed
from siting.reports.sections.places import map_sites
from siting.reports.text.words import Words
from siting.scenarios.compare.comparison import Compared, difference, differs
from siting.version import __version__

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["page"]

MOST_MAPS = 6
"""Plans with a map on the page."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "site": "Site",
        "cooling": "Cooling",
        "rack": "Rack",
        "contract": "Contract",
        "storage": "Battery at",
        "lease": "Lease",
    }
)


def page(found: Compared, seen_from: Path) -> str:
    """Return the page as self-contained HTML without script.

    Parameters
    ----------
    found : Compared
        What is compared.
    seen_from : Path
        Folder in which the page will stand.
    """
    words, names = Words("en"), list(found.plans)
    study = next(iter(found.plans.values())).case.study
    report = Report(
        kind="scenarios",
        language="en",
        title=f"{len(names)} plans side by side",
        subtitle=f"Differences are from A, {names[0]}.",
        strip=(
            ("Plans", "; ".join(f"{letter}: {name}" for letter, name in zip(_letters(found), names, strict=True))),
            ("Money", f"USD of {study.money_year}, real"),
            ("Made by", f"siting {__version__}"),
        ),
        sections=(
            _verdict(words, found, seen_from),
            _figures(found),
            _moved(found),
            _costs(words, found),
            _maps(words, found),
            _inputs(found),
        ),
        slug="comparison",
    )
    return printed(report)


def _verdict(words: Words, found: Compared, seen_from: Path) -> Section:
    names = list(found.plans)
    first = found.plans[names[0]]
    columns = (
        TableColumn("plan", "Plan"),
        TableColumn("letter", ""),
        TableColumn("status", "Status"),
        TableColumn("objective_usd", "Cost", "money", "USD"),
        TableColumn("bound_usd", "Bound", "money", "USD"),
        TableColumn("difference_usd", "Difference", "money", "USD"),
        TableColumn("least_difference_usd", "Proven: at least", "money", "USD"),
        TableColumn("greatest_difference_usd", "Proven: at most", "money", "USD"),
        TableColumn("open_sites", "Sites"),
    )
    rows = []
    for letter, (name, plan) in zip(_letters(found), found.plans.items(), strict=True):
        low, high = found.cost_range_usd(name) if name != names[0] else (None, None)
        difference = None if name == names[0] else plan.objective_usd - first.objective_usd
        cells = (name, letter, plan.status, plan.objective_usd, plan.bound_usd, difference, low, high)
        rows.append((*cells, ", ".join(plan.open_sites)))
    links = tuple(_link(found.folders[name], seen_from) for name in names)
    table = Table(
        "plans", "Present value on the chosen days; each name leads to its report", columns, tuple(rows), links=links
    )
    said = [_sentence(words, letter, *found.cost_range_usd(names[i])) for i, letter in _others(found)]
    reading = Paragraph(
        "What the best plans of two cases differ by lies between the proven ends: a best plan costs no more than the "
        "plan found, and no less than the bound."
    )
    return Section("verdict", "What they cost", (Bullets(tuple(said)), table, reading))


def _sentence(words: Words, name: str, low: float, high: float) -> Bullet:
    """What is proven of the difference of two best costs."""
    if low > 0:
        text = f"costs {words.money(low)} to {words.money(high)} more than A, as far as is proven."
    elif high < 0:
        text = f"costs {words.money(-high)} to {words.money(-low)} less than A, as far as is proven."
    else:
        text = (
            f"may cost up to {words.money(-low)} less or up to {words.money(high)} more than A: "
            "the difference is within what is not proven."
        )
    return Bullet(name, text)


def _figures(found: Compared) -> Section:
    columns = (
        TableColumn("kpi_id", "Key figure"),
        *(TableColumn(f"value_{i}", name, "mixed") for i, name in enumerate(_letters(found))),
        *(TableColumn(f"difference_{i}", f"{name} - A", "mixed") for i, name in _others(found)),
    )
    rows, ids = [], []
    for _, kpi_id, _, values in found.figures:
        rows.append((REGISTRY[kpi_id].label, *values, *_differences(values)))
        ids.append(kpi_id)
    caption = "Key figures of the last period, or of the horizon for money"
    return Section("figures", "Key figures", (Table("figures", caption, columns, tuple(rows), kpi_ids=tuple(ids)),))


def _moved(found: Compared) -> Section:
    changed = [row for row in found.built if differs(row[3])]
    if not changed:
        return Section("moved", "Nothing moved", (Paragraph("All plans build and buy the same in the last period."),))
    columns = (
        TableColumn("kind", "What"),
        TableColumn("item", "Which"),
        *_columns(found, "quantity"),
        TableColumn("unit", "Unit"),
    )
    rows = [(KINDS[kind], item, *values, *_differences(values), unit) for kind, item, unit, values in changed]
    count = len({item for kind, item, _, _ in changed if kind == "site"})
    title = f"What moved: power changes at {count} sites" if count else "What moved"
    caption = "What is built and bought in the last period, where the plans differ"
    return Section("moved", title, (Table("moved", caption, columns, tuple(rows)),))


def _costs(words: Words, found: Compared) -> Section:
    columns = (TableColumn("term", "Ledger term"), *_columns(found, "money", "USD"))
    rows = [(item, *values, *_differences(values)) for _, item, _, values in found.costs]
    totals = tuple(sum(row[3][i] for row in found.costs) for i in range(len(found.plans)))
    rows.append(("Total", *totals, *_differences(totals)))
    table = Table("costs", "Present value by term of the cost ledger", columns, tuple(rows), totals_count=1)
    return Section("costs", "Cost by ledger", (*_cost_pictures(words, found), table))


def _cost_pictures(words: Words, found: Compared) -> list[Figure]:
    """The largest differences of each plan, a bar a term."""
    made = []
    for i, name in _others(found):
        changes = [(item, (values[i] - values[0]) / 1e6) for _, item, _, values in found.costs]
        shown = sorted((one for one in changes if one[1]), key=lambda one: -abs(one[1]))[:12]
        if not shown:
            continue
        rows = [Bar(item, (value,), words.significant(value)) for item, value in shown]
        item, value = shown[0]
        title = f"{name}: {item} changes most, by {words.significant(value)} million USD"
        caption = f"Largest differences of present value between {name} and A, by term [million USD]."
        columns = (
            TableColumn("term", "Ledger term"),
            TableColumn("difference_million_usd", "Difference", "quantity", "million USD"),
        )
        data = Table(f"changes-{i}-data", caption, columns, tuple(shown))
        made.append(figure(f"changes-{i}", title, caption, bars(rows, axis="Million USD", words=words), data))
    return made


def _maps(words: Words, found: Compared) -> Section:
    blocks: list[Block] = []
    plans = zip(_letters(found), found.plans.values(), strict=True)
    blocks += [_map(words, i, letter, plan) for i, (letter, plan) in enumerate(plans) if i < MOST_MAPS]
    if len(found.plans) > MOST_MAPS:
        blocks.append(Paragraph(f"Maps of the first {MOST_MAPS} plans; each report has its own."))
    return Section("maps", "Where", tuple(blocks))


def _map(words: Words, place: int, name: str, plan: Plan) -> Figure:
    facts = Facts(plan)
    columns = (
        TableColumn("site_id", "Site"),
        TableColumn("latitude", "Latitude", "quantity"),
        TableColumn("longitude", "Longitude", "quantity"),
        TableColumn("it_capacity_mw", "IT power", "quantity", "MW"),
    )
    keys = [column.key for column in columns]
    rows = tuple(tuple(row[key] for key in keys) for row in facts.sites[keys].to_dict("records"))
    caption = "A disc's area is proportional to installed IT power [MW], squares are candidates not built."
    drawing = site_map(map_sites(facts, words), built="Built, area by IT power", candidate="Candidate, not built")
    title = f"{name}: {len(facts.built)} of {len(facts.sites)} candidates are built"
    return figure(f"map-{place}", title, caption, drawing, Table(f"map-{place}-data", caption, columns, rows))


def _inputs(found: Compared) -> Section:
    blocks: list[Block] = []
    if found.asked:
        columns = (
            TableColumn("field", "Field"),
            *(TableColumn(f"value_{i}", name) for i, name in enumerate(_letters(found))),
        )
        rows = tuple((item, *(str(value) or "–" for value in values)) for _, item, _, values in found.asked)
        blocks.append(Table("asked", "Fields of the resolved study that differ", columns, rows))
    else:
        blocks.append(Paragraph("The studies ask the same."))
    if found.tables:
        columns = (
            TableColumn("column", "Column"),
            *(TableColumn(f"cells_{i}", f"{name}: other cells", "count") for i, name in _others(found)),
        )
        rows_of = tuple((item, *values[1:]) for _, item, _, values in found.tables)
        blocks.append(Table("tables", "Columns of input tables with other cells than A's", columns, rows_of))
    else:
        blocks.append(Paragraph("Their input tables are the same."))
    return Section("inputs", "What went in", tuple(blocks))


def _columns(found: Compared, form: Format, unit: str = "") -> tuple[TableColumn, ...]:
    values = [TableColumn(f"value_{i}", name, form, unit) for i, name in enumerate(_letters(found))]
    others = [TableColumn(f"difference_{i}", f"{name} - A", form, unit) for i, name in _others(found)]
    return (*values, *others)


def _others(found: Compared) -> list[tuple[int, str]]:
    return list(enumerate(_letters(found)))[1:]


def _letters(found: Compared) -> list[str]:
    """A short name of each plan, for the heads of columns."""
    return [f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[i % 26]}{i // 26 or ''}" for i in range(len(found.plans))]


def _differences(values: Sequence[float | None]) -> tuple[float | None, ...]:
    first = values[0]
    return tuple(None if value is None or first is None else difference(value, first) for value in values[1:])


def _link(folder: Path, seen_from: Path) -> str:
    """Address of a plan's report, seen from the page; none where it has none."""
    report = folder.resolve() / "investment.en.html"
    if not report.is_file():
        return ""
    return quote(Path(os.path.relpath(report, seen_from.resolve())).as_posix())
