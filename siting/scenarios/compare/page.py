"""The page of plans side by side."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from siting.reports.charts.bars import Bar, bars
from siting.reports.charts.maps import site_map
from siting.reports.document import Block, Bullet, Bullets, Figure, Paragraph, Report, Section, Table, TableColumn
from siting.reports.facts import Facts, figure
from siting.reports.render import printed
from siting.reports.sections.side_by_side import (
    Heads,
    cost_difference,
    costs_section,
    figures_section,
    inputs_section,
    moved_section,
)
from siting.reports.sections.sites.places import map_sites
from siting.reports.text.words import Words
from siting.scenarios.compare.comparison import Compared
from siting.version import __version__

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["page"]

MOST_MAPS = 6
"""Plans with a map on the page."""


def page(found: Compared, seen_from: Path, language: str = "en") -> str:
    """Return the page as self-contained HTML without script.

    Parameters
    ----------
    found : Compared
        What is compared.
    seen_from : Path
        Folder in which the page will stand.
    language : str
        One of `siting.reports.text.words.LANGUAGES`.
    """
    words, names = Words(language), list(found.plans)
    _ = words.gettext
    study = next(iter(found.plans.values())).case.study
    letters = _letters(found)
    heads = Heads(tuple(letters), tuple(f"{letter} - {letters[0]}" for letter in letters[1:]))
    report = Report(
        kind="scenarios",
        language=language,
        title=_("{count} plans side by side").format(count=len(names)),
        subtitle=_("Differences are from A, {name}.").format(name=names[0]),
        strip=(
            (_("Plans"), "; ".join(f"{letter}: {name}" for letter, name in zip(letters, names, strict=True))),
            (_("Money"), _("USD of {year}, real").format(year=study.money_year)),
            (_("Made by"), f"siting {__version__}"),
        ),
        sections=(
            _verdict(words, found, seen_from),
            figures_section(words, found, heads),
            moved_section(words, found, heads),
            costs_section(words, found, heads, _cost_pictures(words, found)),
            _maps(words, found),
            inputs_section(words, found, heads),
        ),
        slug="comparison",
    )
    return printed(report)


def _verdict(words: Words, found: Compared, seen_from: Path) -> Section:
    names = list(found.plans)
    first = found.plans[names[0]]
    _ = words.gettext
    columns = (
        TableColumn("plan", _("Plan")),
        TableColumn("letter", ""),
        TableColumn("status", _("Status")),
        TableColumn("objective_usd", _("Cost"), "money", "USD"),
        TableColumn("bound_usd", _("Bound"), "money", "USD"),
        TableColumn("difference_usd", _("Difference"), "money", "USD"),
        TableColumn("least_difference_usd", _("Proven: at least"), "money", "USD"),
        TableColumn("greatest_difference_usd", _("Proven: at most"), "money", "USD"),
        TableColumn("open_sites", _("Sites")),
    )
    rows = []
    for letter, (name, plan) in zip(_letters(found), found.plans.items(), strict=True):
        low, high = found.cost_range_usd(name) if name != names[0] else (None, None)
        difference = None if name == names[0] else plan.objective_usd - first.objective_usd
        cells = (name, letter, words.term(plan.status), plan.objective_usd, plan.bound_usd, difference, low, high)
        rows.append((*cells, ", ".join(plan.open_sites)))
    links = tuple(_link(found.folders[name], seen_from) for name in names)
    caption = _("Present value on the representative days; each name leads to its report.")
    table = Table("plans", caption, columns, tuple(rows), links=links)
    said = [
        Bullet(letter, cost_difference(words, "A", *found.cost_range_usd(names[i]))) for i, letter in _others(found)
    ]
    reading = Paragraph(
        _(
            "What the best plans of two cases differ by lies between the proven ends: a best plan costs no more than "
            "the plan found, and no less than the bound."
        )
    )
    return Section("verdict", _("What they cost"), (Bullets(tuple(said)), table, reading))


def _cost_pictures(words: Words, found: Compared) -> list[Block]:
    """The largest differences of each plan, a bar a term."""
    _ = words.gettext
    made: list[Block] = []
    for i, name in _others(found):
        changes = [(item, (values[i] - values[0]) / 1e6) for _, item, _, values in found.costs]
        shown = sorted((one for one in changes if one[1]), key=lambda one: -abs(one[1]))[:12]
        if not shown:
            continue
        rows = [Bar(item, (value,), words.significant(value)) for item, value in shown]
        item, value = shown[0]
        title = _("{plan}: {term} changes most, by {amount} million USD").format(
            plan=name, term=item, amount=words.significant(value)
        )
        caption = _("Largest differences of present value between {plan} and A, by term [million USD].").format(
            plan=name
        )
        columns = (
            TableColumn("term", _("Ledger term")),
            TableColumn("difference_million_usd", _("Difference"), "quantity", _("million USD")),
        )
        data = Table(f"changes-{i}-data", caption, columns, tuple(shown))
        made.append(figure(f"changes-{i}", title, caption, bars(rows, axis=_("Million USD"), words=words), data))
    return made


def _maps(words: Words, found: Compared) -> Section:
    _ = words.gettext
    blocks: list[Block] = []
    plans = zip(_letters(found), found.plans.values(), strict=True)
    blocks += [_map(words, i, letter, plan) for i, (letter, plan) in enumerate(plans) if i < MOST_MAPS]
    if len(found.plans) > MOST_MAPS:
        blocks.append(Paragraph(_("Maps of the first {count} plans; each report has its own.").format(count=MOST_MAPS)))
    return Section("maps", _("Where"), tuple(blocks))


def _map(words: Words, place: int, name: str, plan: Plan) -> Figure:
    facts, _ = Facts(plan), words.gettext
    columns = (
        TableColumn("site_id", _("Site")),
        TableColumn("latitude", _("Latitude"), "quantity"),
        TableColumn("longitude", _("Longitude"), "quantity"),
        TableColumn("it_capacity_mw", _("IT power"), "quantity", "MW"),
    )
    keys = [column.key for column in columns]
    rows = tuple(tuple(row[key] for key in keys) for row in facts.sites[keys].to_dict("records"))
    caption = _("A disc's area is proportional to installed IT power [MW], squares are candidates not built.")
    drawing = site_map(map_sites(facts, words), built=_("Built, area by IT power"), candidate=_("Candidate, not built"))
    title = _("{plan}: {built} of {count} candidates are built").format(
        plan=name, built=len(facts.built), count=len(facts.sites)
    )
    return figure(f"map-{place}", title, caption, drawing, Table(f"map-{place}-data", caption, columns, rows))


def _others(found: Compared) -> list[tuple[int, str]]:
    return list(enumerate(_letters(found)))[1:]


def _letters(found: Compared) -> list[str]:
    """A short name of each plan, for the heads of columns."""
    return [f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[i % 26]}{i // 26 or ''}" for i in range(len(found.plans))]


def _link(folder: Path, seen_from: Path) -> str:
    """Address of a plan's report, seen from the page; none where it has none."""
    report = folder.resolve() / "investment.en.html"
    if not report.is_file():
        return ""
    return quote(Path(os.path.relpath(report, seen_from.resolve())).as_posix())
