"""Parts of a report, found by name."""

from __future__ import annotations

from typing import Any

from siting.reports.document import Bullets, Figure, KeyFigures, Note, Paragraph, Report, Table


def prose(report: Report) -> str:
    """All running text of a report."""
    texts: list[str] = []
    for section in report.sections:
        for block in section.blocks:
            match block:
                case Paragraph():
                    texts.append(block.text)
                case Note():
                    texts += [block.heading, block.text]
                case Bullets():
                    texts += [f"{item.lead} {item.text}" for item in block.items]
                case KeyFigures():
                    texts += [f"{item.label}: {item.value} ({item.detail})" for item in block.items]
                case Figure():
                    texts += [block.title, block.caption]
                case _:
                    pass
    return "\n".join(texts).replace("\N{NO-BREAK SPACE}", " ")


def section_of(report: Report, identifier: str) -> Any:
    """A section by its id."""
    return next(section for section in report.sections if section.id == identifier)


def figure_of(report: Report, identifier: str) -> Figure:
    """A figure by its id."""
    blocks = (block for section in report.sections for block in section.blocks)
    return next(block for block in blocks if isinstance(block, Figure) and block.id == identifier)


def table_of(report: Report, identifier: str) -> Table:
    """A table by its id."""
    blocks = (block for section in report.sections for block in section.blocks)
    return next(block for block in blocks if isinstance(block, Table) and block.id == identifier)
