"""The command that sets plans side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from siting.cli.asked import languages_of, loaded, require_result
from siting.cli.terminal import print_table

__all__ = ["compare"]

DONE = 0


def compare(
    *folders: Path,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    lang: str = "en",
    quiet: bool = False,
) -> int:
    """Set saved plans side by side: key figures, what moved, cost by ledger, maps, and what was asked otherwise.

    Parameters
    ----------
    folders
        Folders that `siting run` or `siting sweep` wrote; the others are held against the first.
    output
        Folder for index.html and comparison.csv; results/comparison by default.
    lang
        Languages of the page, joined by commas: index.html is English, index.id.html Indonesian.
    quiet
        Print nothing but problems.
    """
    from siting.reports.text.words import Words
    from siting.results.formats import csv_text
    from siting.scenarios.compare.comparison import compared, table_of
    from siting.scenarios.compare.page import page
    from siting.scenarios.place import take_place, write_pages
    from siting.whole_files import write_whole

    languages = languages_of(lang)
    for folder in folders:
        require_result(folder)
    found = compared(folders, loaded)
    place = output or Path("results") / "comparison"
    take_place(place, "comparison.csv", "a comparison")
    write_whole(place / "comparison.csv", csv_text(table_of(found)))
    write_pages(place, languages, lambda language: page(found, place, language))
    if not quiet:
        words, names = Words("en"), list(found.plans)
        rows = [("plan", "status", "cost", "difference, proven", "sites")]
        for name, plan in found.plans.items():
            low, high = (words.money(end) for end in found.cost_range_usd(name))
            proven = f"{low} to {high}" if name != names[0] else "-"
            rows.append((name, plan.status, words.money(plan.objective_usd, 5), proven, " ".join(plan.open_sites)))
        print_table(rows)
        print(f"files  {place}")
    return DONE
