"""Futures from a file: a CSV with a row a future, put in the place of what names it before the study is checked."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from siting.problems import Problem
from siting.study.yaml_reader import Document, parse_yaml

__all__ = ["with_futures_of_file"]

ID, WEIGHT = "id", "weight_fraction"
"""Columns that every file has; each of the others is a factor."""

WRITTEN = f"write a heading {ID},{WEIGHT},power_price,... and a row a future"


def with_futures_of_file(document: Document, folder: Path) -> None:
    """Put the futures of a file that a document names among its cases, as if they stood there.

    Parameters
    ----------
    document : Document
        Of a study; problems of the file are noted in it, with their lines.
    folder : Path
        From which the file is seen.
    """
    stated = document.data.get("futures")
    if not isinstance(stated, dict) or not isinstance(stated.get("file"), str):
        return
    name = stated["file"]
    if stated.get("cases") or stated.get("ranges"):
        message = "futures are read from a file, and listed or drawn here"
        document.problems.append(document.problem(("futures", "file"), message, "state one of them"))
        return
    try:
        text = (folder / name).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else "cannot be read as text in UTF-8"
        document.problems.append(document.problem(("futures", "file"), f"{name}: {reason}", WRITTEN))
        return
    cases, problems = _cases(name, text)
    document.problems += problems
    del stated["file"]
    stated["cases"] = cases
    if (place := document.places.get(("futures", "file"))) is not None:
        document.places["futures", "cases"] = place


def _cases(name: str, text: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Futures of a CSV: an empty cell leaves what the study says; any other is written as in YAML."""
    rows = [(line, cells) for line, cells in enumerate(csv.reader(text.splitlines()), start=1) if any(cells)]
    heading = [cell.strip() for cell in rows[0][1]] if rows else []
    if missing := [column for column in (ID, WEIGHT) if column not in heading]:
        return [], [Problem(name, 1, missing[0], "no such column", WRITTEN)]
    if twice := [column for place, column in enumerate(heading) if column in heading[:place]]:
        return [], [Problem(name, 1, twice[0], "stands twice in the heading")]
    if len(rows) == 1:
        return [], [Problem(name, 1, "", "no future stands under the heading", WRITTEN)]
    cases, problems = list[dict[str, Any]](), list[Problem]()
    for line, cells in rows[1:]:
        if len(cells) != len(heading):
            problems.append(Problem(name, line, "", f"{len(cells)} cells under a heading of {len(heading)}"))
            continue
        values: dict[str, Any] = {}
        for column, cell in zip(heading, map(str.strip, cells), strict=True):
            read = Document(name)
            if cell:
                parse_yaml(f"[{cell}]", read)
                problems += [Problem(name, line, column, one.message, one.hint) for one in read.problems]
            if cell and not read.problems:
                values[column] = read.data[0] if len(read.data) == 1 else read.data
        future = values.pop(ID, "")
        cases.append({ID: str(future), WEIGHT: _weight(values.pop(WEIGHT, 0.0)), "factors": values})
    return cases, problems


def _weight(value: Any) -> Any:
    """A probability as the study takes it: 1 is one, too; what is no number is refused where all weights are."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
