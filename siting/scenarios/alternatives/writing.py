"""The folder of plans that cost nearly as little as the best: tables and a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from siting.results.formats import csv_text
from siting.scenarios.alternatives.page import page
from siting.scenarios.alternatives.tables import contracts_table, plans_table, sites_table

if TYPE_CHECKING:
    from siting.scenarios.alternatives.alternatives import Alternatives

__all__ = ["write_alternatives"]


def write_alternatives(found: Alternatives, directory: str | Path) -> list[Path]:
    """Write the tables and the page of some plans.

    Parameters
    ----------
    found : Alternatives
        The plans.
    directory : str or Path
        Where; made if it does not exist.

    Returns
    -------
    list of Path
        ``index.html``, ``plans.csv``, ``sites.csv`` and ``contracts.csv``.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "index.html": page(found),
        "plans.csv": csv_text(plans_table(found)),
        "sites.csv": csv_text(sites_table(found)),
        "contracts.csv": csv_text(contracts_table(found)),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in texts]
