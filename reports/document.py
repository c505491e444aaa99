"""What a report says, before anything is drawn: frozen pieces that the templates print.

Each piece names the template that prints it, so that a new kind of piece is one class and one template.
Texts are already in the reader's language; numbers in tables are raw, so that the printed cell, the figure
and the downloaded CSV come from one object.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import ClassVar, Literal

__all__ = [
    "Block",
    "Bullet",
    "Bullets",
    "Cell",
    "Definitions",
    "Figure",
    "Format",
    "KeyFigure",
    "KeyFigures",
    "Note",
    "Paragraph",
    "Report",
    "Section",
    "Table",
    "TableColumn",
]

Cell = str | int | float | None
Format = Literal["text", "label", "count", "quantity", "money", "percent", "ratio", "mixed"]

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class TableColumn:
    """One column of a table.

    Parameters
    ----------
    key : str
        Name in the CSV, with its unit suffix; never translated.
    label : str
        Heading for the reader, without the unit.
    format : str
        How cells are printed: ``label`` is a number that is a name (a year, an hour), ``mixed`` a number
        whose unit is in another column or that is printed as the row's key figure.
    unit : str
        Unit as printed; empty for texts and pure numbers.
    """

    key: str
    label: str
    format: Format = "text"
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of raw values under a caption.

    Parameters
    ----------
    id : str
        Unique in the report; also the name of the downloaded file.
    caption : str
        What the rows are, with year and basis.
    columns : tuple of TableColumn
    rows : tuple of tuple
        One cell for each column: text, number, or None where there is no value.
    totals_count : int
        How many of the last rows are totals.
    folded : bool
        True if the reader opens the table first.
    kpi_ids : tuple of str
        Key figure of each row, for the cells of ``mixed`` columns; empty if the rows are no key figures.
    links : tuple of str
        Address behind the first cell of each row, seen from the page; an empty text for none. Empty if no row has one.
    """

    template: ClassVar[str] = "table.html"

    id: str
    caption: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals_count: int = 0
    folded: bool = False
    kpi_ids: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.id}: {len(row)} cells under {len(self.columns)} columns")

    def csv(self) -> str:
        """Rows as CSV in full precision: dot decimals, English column names, LF.

        A text that a spreadsheet would run as a formula is preceded by an apostrophe; numbers never are.

        Examples
        --------
        >>> columns = (TableColumn("name", "Name"), TableColumn("peak_mw", "Peak", "quantity", "MW"))
        >>> print(Table("t", "", columns, (("=1+1", -2.5),)).csv(), end="")
        name,peak_mw
        '=1+1,-2.5
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column.key for column in self.columns])
        for row in self.rows:
            writer.writerow([_csv_cell(cell) for cell in row])
        return out.getvalue()


def _csv_cell(cell: Cell) -> Cell:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell
    return cell


@dataclass(frozen=True)
class Figure:
    """A drawing with its finding as title, and the data behind it.

    Parameters
    ----------
    id : str
        Unique in the report.
    title : str
        The finding, as a sentence.
    caption : str
        What is drawn, its unit and basis.
    svg, svg_narrow : str
        The drawing for a desktop and for a phone; made by `siting.reports.charts.svg`, which escapes its texts.
    data : Table
        Every number that is drawn.
    """

    template: ClassVar[str] = "figure.html"

    id: str
    title: str
    caption: str
    svg: str
    svg_narrow: str
    data: Table


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    template: ClassVar[str] = "paragraph.html"

    text: str


@dataclass(frozen=True)
class Bullet:
    """A short statement.

    Parameters
    ----------
    lead : str
        First words, in bold; may be empty.
    text : str
    target : str
        Id of the section that holds the evidence; may be empty.
    """

    lead: str
    text: str
    target: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list of short statements."""

    template: ClassVar[str] = "bullets.html"

    items: tuple[Bullet, ...]


@dataclass(frozen=True)
class Note:
    """A statement set apart; `kind` is said by a word, not by colour alone."""

    template: ClassVar[str] = "note.html"

    kind: Literal["finding", "caution", "limit"]
    heading: str
    text: str


@dataclass(frozen=True)
class KeyFigure:
    """One number that a reader remembers."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """A row of key figures."""

    template: ClassVar[str] = "key_figures.html"

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Definitions:
    """Terms and what they mean."""

    template: ClassVar[str] = "definitions.html"

    items: tuple[tuple[str, tuple[str, ...]], ...]


Block = Table | Figure | Paragraph | Bullets | Note | KeyFigures | Definitions


@dataclass(frozen=True)
class Section:
    """A numbered chapter."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A whole report in one language, ready to be printed."""

    kind: Literal["investment", "policy", "scenarios"]
    language: str
    title: str
    subtitle: str
    strip: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    slug: str
