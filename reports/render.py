"""From a plan to one self-contained page of HTML.

`render` is pure: it reads templates, outlines and translations of the package, and no clock, network or random
number, so that equal plans give equal bytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from siting.reports.document import Figure, Report, Section, Table
from siting.reports.facts import Facts
from siting.reports.sections import build, limits, messages, scope, since, solution, verdict
from siting.reports.sections.environment import carbon, climate, cooling, water
from siting.reports.sections.money import cost, leases, payers, returns
from siting.reports.sections.power import by_hour, grid, power_timeline, price_years
from siting.reports.sections.sites import concentration, consent, near, places, selection
from siting.reports.sections.trust import assumptions, glossary, replay, uncertainty
from siting.reports.sections.work import measures, workloads
from siting.reports.text.traced import say
from siting.reports.text.words import Words

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["CONTENTS", "Kind", "compose", "printed", "render", "write_reports"]

Kind = Literal["investment", "policy"]

_Section = Callable[[Facts, Words], Section]

_COLUMN_REM = 49
"""Width of a table that the column of the page holds; wider ones take what they need of the window."""

_LETTER_REM = 0.56
"""Width of a letter of a table."""

_PADDING_REM = 0.9
"""Width of the space between two columns."""

_NAME_LETTERS = 24
"""Letters of a name that stands on one line."""

_PROSE_LETTERS = 44
"""Letters from which a cell is a text that wraps."""

_SHORT_ROWS = 24
"""Rows that print keeps on one page, and a screen without a head that stays."""

_PRINTED_ROWS = 30
"""Rows that print shows of a table."""

CONTENTS: Mapping[Kind, tuple[_Section, ...]] = MappingProxyType(
    {
        "investment": (
            verdict.section,
            since.section,
            places.section,
            selection.section,
            uncertainty.section,
            near.section,
            consent.section,
            build.section,
            cooling.section,
            by_hour.section,
            power_timeline.section,
            price_years.section,
            workloads.section,
            measures.section,
            leases.section,
            cost.section,
            returns.section,
            carbon.section,
            water.section,
            climate.section,
            replay.section,
            limits.section,
            assumptions.section,
            solution.section,
            glossary.section,
        ),
        "policy": (
            messages.section,
            since.section,
            scope.section,
            workloads.section,
            selection.section,
            concentration.section,
            consent.section,
            grid.section,
            payers.section,
            carbon.section,
            water.section,
            cooling.section,
            climate.section,
            limits.section,
            price_years.section,
            replay.section,
            assumptions.section,
            solution.section,
            glossary.section,
        ),
    }
)
"""Sections of each report, in reading order: the verdict first."""


class _Composer:
    """Composes the reports of a plan in one language; a section that stands in both is made once."""

    def __init__(self, plan: Plan, language: str) -> None:
        self.plan, self.words = plan, Words(language)
        self.facts = Facts(plan, self.words.year)
        self._sections: dict[_Section, Section] = {}

    def report(self, kind: Kind) -> Report:
        """Return what a report says."""
        words, facts = self.words, self.facts
        _ = words.gettext
        study = facts.study
        title = (_("Investment report: {title}") if kind == "investment" else _("Policy report: {title}")).format(
            title=study.title or study.name
        )
        strip = (
            (_("Study"), str(study.name)),
            (_("Status"), _("optimal") if self.plan.status == "optimal" else _("feasible, not proven as far as asked")),
            (_("Gap"), words.percent(facts.proof.gap_fraction)),
            (_("Money"), say(_("USD of {year}, real"), year=facts.money_year)),
            (_("Discount rate"), words.percent(facts.stated("finance.discount_rate_fraction"))),
            (_("Hourly data of"), facts.data_year),
            (_("Made by"), f"siting {self.plan.provenance['tool']['version']}"),
            (_("Run"), str(self.plan.provenance["run_id"])),
        )
        return Report(
            kind=kind,
            language=words.language,
            title=title,
            subtitle=" ".join(str(study.description).split()),
            strip=strip,
            sections=tuple(made for section in CONTENTS[kind] if (made := self._section(section)).blocks),
            slug=re.sub(r"[^a-z0-9-]+", "-", str(study.name).lower()).strip("-") or "study",
        )

    def _section(self, section: _Section) -> Section:
        if section not in self._sections:
            self._sections[section] = section(self.facts, self.words)
        return self._sections[section]


def compose(plan: Plan, kind: Kind, language: str = "en") -> Report:
    """Return what a report says, before it is printed.

    Parameters
    ----------
    plan : Plan
        A solved plan.
    kind : {"investment", "policy"}
        For a board that must invest, or for an office that must set rules.
    language : str
        One of `siting.reports.text.words.LANGUAGES`.
    """
    return _Composer(plan, language).report(kind)


def render(plan: Plan, language: str = "en") -> dict[Kind, str]:
    """Return both reports, each as one self-contained HTML page, without script.

    Parameters
    ----------
    plan : Plan
        A solved plan.
    language : str
        One of `siting.reports.text.words.LANGUAGES`.

    Returns
    -------
    dict
        From ``"investment"``, for a board that must invest, and ``"policy"``, for an office that must set rules.

    Raises
    ------
    ValueError
        If there is no catalogue for the language.
    """
    composer = _Composer(plan, language)
    return {kind: printed(composer.report(kind)) for kind in CONTENTS}


def printed(report: Report) -> str:
    """Return what is composed, of a plan or of many, as one self-contained HTML page, without script."""
    words = Words(report.language)
    template = _environment(report.language).get_template("page.html")
    titles = {section.id: section.title for section in report.sections}
    return (
        template.render(report=report, numbers=_numbers(report), titles=titles, view=_View(words), csv_uri=_csv_uri)
        + "\n"
    )


def write_reports(plan: Plan, directory: Path, languages: Sequence[str] = ("en",)) -> list[Path]:
    """Write both reports in each language into a folder.

    Parameters
    ----------
    plan : Plan
        A solved plan.
    directory : Path
        Made if it does not exist.
    languages : sequence of str
        Of `siting.reports.text.words.LANGUAGES`.

    Returns
    -------
    list of Path
        ``investment.en.html``, ``policy.en.html``, and so on.
    """
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for language in languages:
        for kind, page in render(plan, language).items():
            path = directory / f"{kind}.{language}.html"
            path.write_text(page, encoding="utf-8", newline="\n")
            written.append(path)
    return written


@cache
def _environment(language: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("siting.reports", "templates"),
        autoescape=True,  # not select_autoescape(), which is off for names that it does not know
        undefined=jinja2.StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # The extension adds this method when it is loaded, which no type can say.
    environment.install_gettext_translations(Words(language).translations, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["drawing"] = Markup  # of our own making, its texts escaped in siting.reports.charts.svg
    return environment


class _View:
    """A table as the template prints it."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def __call__(self, table: Table) -> dict[str, Any]:
        columns = range(len(table.columns))
        cells = [self.words.cells(table, position) for position in columns]
        headings = [self.words.heading(table, position) for position in columns]
        is_number = [column.format not in ("text", "label") for column in table.columns]
        longest = [max((len(cell) for cell in column), default=0) for column in cells]
        return {
            "headings": headings,
            "rows": list(zip(*cells, strict=True)) if table.rows else [],
            "is_number": is_number,
            "cell_class": [
                "number"
                if number
                else "prose"
                if letters > _PROSE_LETTERS
                else "words"
                if letters > _NAME_LETTERS
                else ""
                for number, letters in zip(is_number, longest, strict=True)
            ],
            "looks": " ".join(_looks(len(table.rows), longest)),
            "width_rem": _width_rem(headings, longest),
            "printed_rows": min(len(table.rows), _PRINTED_ROWS),
            "links": table.links,
        }


def _looks(rows: int, longest: Sequence[int]) -> Iterator[str]:
    """Yield how a table is laid out: with a head that stays or on one page, cut short in print, names on one line.

    Parameters
    ----------
    rows : int
        Their number.
    longest : sequence of int
        Letters of the longest cell of each column.
    """
    yield "tall" if rows > _SHORT_ROWS else "short"
    if rows > _PRINTED_ROWS:
        yield "long"
    if longest and longest[0] <= _NAME_LETTERS:
        yield "names"


def _width_rem(headings: Sequence[str], longest: Sequence[int]) -> int:
    """Width that a table asks for beyond the page's column; none if the column holds it.

    Parameters
    ----------
    headings : sequence of str
    longest : sequence of int
        Letters of the longest cell of each column.
    """
    words = [max((len(word) for word in heading.split()), default=0) for heading in headings]
    letters = sum(min(max(cell, word), _PROSE_LETTERS) for cell, word in zip(longest, words, strict=True))
    width = math.ceil(_LETTER_REM * letters + _PADDING_REM * len(headings))
    return width if width > _COLUMN_REM else 0


def _numbers(report: Report) -> dict[str, int]:
    """Number of each figure and each table, in reading order."""
    figures = [block.id for section in report.sections for block in section.blocks if isinstance(block, Figure)]
    tables = [block.id for section in report.sections for block in section.blocks if isinstance(block, Table)]
    return {**{name: i for i, name in enumerate(figures, 1)}, **{name: i for i, name in enumerate(tables, 1)}}


def _csv_uri(table: Table) -> str:
    """A table as a link that downloads it, with no request to anywhere."""
    return "data:text/csv;charset=utf-8," + quote(table.csv(), safe=" ,.:;()/-_'*!~")
