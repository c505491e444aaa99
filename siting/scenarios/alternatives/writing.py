"""The folder of plans that cost nearly as little as the best: tables and a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from siting.results.formats import csv_text
from siting.results.near_file import NEAR_FILE, near_text
from siting.scenarios.alternatives.page import page
from siting.scenarios.alternatives.record import near_record
from siting.scenarios.alternatives.tables import contracts_table, plans_table, sites_table
from siting.scenarios.place import write_pages
from siting.whole_files import write_whole

if TYPE_CHECKING:
    from siting.scenarios.alternatives.alternatives import Alternatives

__all__ = ["write_alternatives"]


def write_alternatives(found: Alternatives, directory: str | Path, languages: Sequence[str] = ("en",)) -> list[Path]:
    """Write the tables and the page of some plans.

    Parameters
    ----------
    found : Alternatives
        The plans.
    directory : str or Path
        Where; made if it does not exist.
    languages : sequence of str
        Of the page.

    Returns
    -------
    list of Path
        ``index.html``, ``plans.csv``, ``sites.csv``, ``contracts.csv`` and ``near.json``, of which a report is made.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "plans.csv": csv_text(plans_table(found)),
        "sites.csv": csv_text(sites_table(found)),
        "contracts.csv": csv_text(contracts_table(found)),
        NEAR_FILE: near_text(near_record(found)),
    }
    for name, text in texts.items():
        write_whole(folder / name, text)
    write_pages(folder, languages, lambda language: page(found, language))
    return [folder / name for name in ("index.html", *texts) if (folder / name).exists()]
