"""A plan written to its folder, and kept elsewhere where that fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from siting.results.claim import claimed
from siting.results.folder import pages_of, write_into

if TYPE_CHECKING:
    from siting.plan.plan import Plan


def write(
    plan: Plan,
    directory: str | Path,
    languages: Sequence[str] = ("en",),
    told: Mapping[str, Any] = MappingProxyType({}),
) -> Path:
    """Write a plan with its tables, its case and its reports.

    The folder has the new results whole or the earlier ones: everything is written beside them first. Where that
    fails the plan is kept elsewhere, see `siting.results.unfinished.kept_if_writing_fails`.

    Parameters
    ----------
    plan : Plan
        What to write.
    directory : str or Path
        Where; an earlier result there is replaced, and what no run wrote is left alone.
    languages : sequence of str
        Languages of the reports.
    told : mapping
        What the manifest says besides.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If the folder cannot be written to, or holds something other than an earlier result.
    """
    from siting.results.unfinished import kept_if_writing_fails

    folder = Path(directory)
    with kept_if_writing_fails(plan, folder), claimed(folder, pages_of(languages)) as claim:
        write_into(claim, plan, languages, told)
    return folder
