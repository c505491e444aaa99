"""One case of a sweep: prepared, solved and written, in whatever process it is; its failure is told, not raised."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from siting.optimise.method import SolveMethod
from siting.problems import InputError
from siting.results.manifest import FORMAT, ManifestError, changed_files, read_manifest
from siting.version import __version__

if TYPE_CHECKING:
    from siting.optimise.solver.progress import ProgressCallback
    from siting.optimise.whole.kept_basis import KeptBasis
    from siting.study.study import Study

__all__ = ["CASE_HASH", "CaseTask", "Failure", "FailureStatus", "SolveOptions", "hash_of", "is_finished", "solve_case"]

CASE_HASH = "case_hash"
"""What the manifest of a case's folder calls the hash of all that went in."""

FailureStatus = Literal["wrong_input", "infeasible", "none_found", "failed"]


@dataclass(frozen=True)
class SolveOptions:
    """How each case is solved; as the same options of `siting.solve`."""

    gap: float = 0.01
    gap_site_dependent: float = 0.05
    time_limit: float | None = None
    method: SolveMethod = "auto"
    threads: int | None = None
    replay: bool = True
    rivals: bool = True
    draws: int = 0
    year_bound: bool = False
    languages: tuple[str, ...] = ("en",)


@dataclass(frozen=True)
class CaseTask:
    """What a worker needs to solve a case.

    Parameters
    ----------
    study : Study
        Of the case.
    folder : Path
        Where its plan goes.
    options : SolveOptions
        How it is solved.
    case_hash : str
        Hash of all that goes in.
    start : Path or None
        Folder of a neighbour's plan, to begin with.
    """

    study: Study
    folder: Path
    options: SolveOptions
    case_hash: str
    start: Path | None = None


@dataclass(frozen=True)
class Failure:
    """Why a case has no plan: its kind, and a text for people."""

    status: FailureStatus
    reason: str


def hash_of(study: Study, options: SolveOptions) -> str:
    """Return the hash of all that goes into a case: study, tables, options and version; not the number of threads.

    Raises
    ------
    OSError
        If a table of the study's own cannot be read.
    """
    asked = {name: value for name, value in asdict(options).items() if name != "threads"}
    digest = hashlib.sha256(f"{__version__} {_catalogue_hash()} {FORMAT}\n".encode())
    digest.update(json.dumps(asked, sort_keys=True).encode())
    digest.update(study.model_dump_json().encode())
    for name, path in _own_files(study):
        digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def is_finished(folder: Path, case_hash: str) -> bool:
    """Whether a folder holds the whole plan of a case, as its manifest says."""
    from siting.results.claim import recover

    if not folder.is_dir():
        return False
    recover(folder)
    try:
        manifest = read_manifest(folder)
    except (FileNotFoundError, ManifestError):
        return False
    is_whole = not manifest.is_unfinished and manifest.content.get(CASE_HASH) == case_hash
    return is_whole and not changed_files(folder, manifest)


def solve_case(
    task: CaseTask,
    progress: ProgressCallback | None = None,
    was_heard: Callable[[], bool] = lambda: False,
    kept: KeptBasis | None = None,
) -> Failure | None:
    """Solve a case and write its plan.

    Parameters
    ----------
    task : CaseTask
        The case.
    progress : callable, optional
        Told of each phase.
    was_heard : callable, optional
        Whether Ctrl-C was pressed, which a solve takes as its own end: what it found until then is no finished case.
    kept : KeptBasis, optional
        What the relaxation of the case before left.

    Returns
    -------
    Failure or None
        Why there is no plan; None if it is written.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C was pressed.
    """
    from siting.data.prepare import prepare
    from siting.optimise.no_plan import NoPlanError
    from siting.optimise.solve import solve
    from siting.results.claim import claimed
    from siting.results.folder import NotAResultError, load, pages_of, write_into

    options = task.options
    try:
        case = prepare(task.study)
        try:
            start = None if task.start is None else load(task.start)
        except NotAResultError:  # removed or changed since: a start is a help, and nothing rests on it
            start = None
        with claimed(task.folder, pages_of(options.languages)) as claim:
            plan = solve(
                case,
                gap=options.gap,
                gap_site_dependent=options.gap_site_dependent,
                time_limit=options.time_limit,
                method=options.method,
                threads=options.threads,
                start=start,
                replay=options.replay,
                rivals=options.rivals,
                draws=options.draws,
                year_bound=options.year_bound,
                kept=kept,
                progress=progress,
            )
            if was_heard():
                raise KeyboardInterrupt
            write_into(claim, plan, options.languages, told={CASE_HASH: task.case_hash})
    except InputError as error:
        return Failure("wrong_input", str(error))
    except NoPlanError as error:
        return Failure(error.status, str(error))
    except Exception as error:  # whatever befalls one case, the others are finished
        return Failure("failed", f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": "))
    return None


def _own_files(study: Study) -> Iterator[tuple[str, Path]]:
    """Tables of the study's own, and polygons, of which a shapefile has more than one file."""
    yield from study.own_files()
    for path in study.polygon_files():
        yield from ((one.name, one) for one in sorted(path.parent.glob(f"{path.stem}.*")))


@cache
def _catalogue_hash() -> str:
    """Hash of the catalogue's files."""
    digest = hashlib.sha256()
    folder: Mapping[str, Path] = {
        path.name: path for path in Path(str(files("siting.data") / "catalog")).iterdir() if path.suffix != ".md"
    }
    for name, path in sorted(folder.items()):
        digest.update(name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
