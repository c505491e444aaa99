"""The command `siting report`: the pages of a saved plan, written again."""

from __future__ import annotations

from pathlib import Path

from siting.cli.asked import languages_of, require_result, with_alternatives
from siting.cli.terminal import complain

__all__ = ["report"]


def report(folder: Path, /, *, lang: str = "en", alternatives: Path | None = None) -> int:
    """Write the reports of a saved plan again, once it is verified; of one saved unfinished, its tables, too.

    Parameters
    ----------
    folder
        Folder that `siting run` wrote.
    lang
        Languages of the reports, joined by commas.
    alternatives
        Folder that `siting alternatives` wrote for the same study: the investment report says which sites nearly as
        good plans share, who is next in line, and what leaving each out costs. It is kept with the plan.
    """
    from siting.results.folder import write_reports
    from siting.results.verifying import verify as held

    languages = languages_of(lang)
    require_result(folder)
    found = held(folder, pages=False)
    if found.plan is None or found.manifest is None or not found.holds:
        for message in found.failures:
            complain(f"{folder}: {message}")
        complain(f"{folder}: the plan does not hold, so no report is written of it")
        return 1
    plan = found.plan if alternatives is None else with_alternatives(found.plan, alternatives)
    for path in write_reports(plan, folder, found.manifest, languages):
        print(path)
    return 0
