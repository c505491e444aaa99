"""What is printed: tables to read, and complaints."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["complain", "print_table"]


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print rows under their headings: drawn on a terminal, aligned by spaces elsewhere.

    Parameters
    ----------
    rows : sequence of tuple of str
        The headings, then the cells of each row.
    """
    if sys.stdout.isatty():
        from rich.box import SIMPLE_HEAD
        from rich.console import Console
        from rich.table import Table

        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        for position, name in enumerate(rows[0]):
            table.add_column(name, justify="right" if position else "left", overflow="fold")
        for row in rows[1:]:
            table.add_row(*row)
        Console().print(table)
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join([row[0].ljust(widths[0]), *cells[1:]]).rstrip())


def complain(message: str) -> None:
    """Print a message that is no result."""
    print(message, file=sys.stderr)
