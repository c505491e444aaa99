"""A plan that was found and cannot be written where it should be: kept elsewhere, unfinished, and told where."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from siting.plan.records.provenance import run_id
from siting.problems import InputError, Problem
from siting.results.claim import claimed
from siting.results.interruption import StoppedAfterwards, uninterrupted

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["NotWrittenError", "keep", "kept_if_writing_fails"]

MOST_TRIES = 100
"""Names tried in one folder; each belongs to an earlier plan that was kept there."""


class NotWrittenError(RuntimeError):
    """Writing a plan failed, and the plan was kept elsewhere.

    Attributes
    ----------
    kept : Path or None
        Where; None if no place could be written to.
    """

    def __init__(self, kept: Path | None, cause: BaseException) -> None:
        super().__init__(f"the results could not be written ({_said(cause)}); {_told(kept)}")
        self.kept = kept


@contextlib.contextmanager
def kept_if_writing_fails(plan: Plan, target: Path) -> Iterator[None]:
    """Keep a plan elsewhere if the block that writes it fails or is interrupted.

    Parameters
    ----------
    plan : Plan
        What is written.
    target : Path
        Where it should go; the plan is kept beside it, if it can be.

    Raises
    ------
    InputError
        As the block raised it, with where the plan is kept.
    NotWrittenError
        If the block failed otherwise.
    KeyboardInterrupt
        As the block raised it, with a note that says where the plan is kept.
    """
    try:
        yield
    except InputError as error:
        told = Problem(os.fspath(target), 0, "", _told(keep(plan, target)))
        raise InputError([*error.problems, told]) from error
    except StoppedAfterwards:
        raise
    except KeyboardInterrupt as error:
        error.add_note(f"while the results were written; {_told(keep(plan, target))}")
        raise
    except Exception as error:
        raise NotWrittenError(keep(plan, target), error) from error


def keep(plan: Plan, target: Path) -> Path | None:
    """Save what a plan consists of, without tables and reports, in the first place that takes it.

    Parameters
    ----------
    plan : Plan
        What to keep.
    target : Path
        Where it should have gone. Tried are the folder around it, the current one, the user's and the system's for
        temporary files.

    Returns
    -------
    Path or None
        A new folder, which `siting report` finishes; None if nothing could be written anywhere.
    """
    kept = None
    with contextlib.suppress(KeyboardInterrupt), uninterrupted():  # pressed again: the run ends here in any case
        kept = _kept(plan, target)
    return kept


def _kept(plan: Plan, target: Path) -> Path | None:
    from siting.results.folder import write_unfinished

    name = f"{plan.case.study.name[:80]}-unfinished-{run_id(plan.case, plan.solution)}"
    for around in _folders_around(target):
        try:
            folder = _new_folder(around, name)
            with claimed(folder) as claim:
                write_unfinished(claim, plan)
        except (OSError, InputError, RuntimeError):
            continue
        return folder
    return None


def _folders_around(target: Path) -> Iterator[Path]:
    """Folders that there are, in the order in which they are tried."""
    for find in (target.absolute, Path.cwd, Path.home, tempfile.gettempdir):
        with contextlib.suppress(OSError, RuntimeError):  # a current folder that was removed, a user without a home
            found = Path(find())
            yield found.parent if find == target.absolute else found


def _new_folder(around: Path, name: str) -> Path:
    """Name of a folder that is not there yet.

    Raises
    ------
    OSError
        If there is no folder to put it in: none is made, since what was removed may be removed for good.
    """
    if not around.is_dir():
        raise FileNotFoundError(around)
    names = (name, *(f"{name}-{number}" for number in range(2, MOST_TRIES)))
    return next(around / one for one in names if not (around / one).exists())


def _told(kept: Path | None) -> str:
    if kept is None:
        return "the plan could not be kept anywhere else either"
    return f"the plan is kept in {kept}; write its tables and reports with: siting report {kept}"


def _said(cause: BaseException) -> str:
    return f"{type(cause).__name__}: {' '.join(str(cause).split())}".rstrip(": ")
