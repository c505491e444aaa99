"""What all benchmarks share: one line of figures a measurement, and a process of its own for each."""

from __future__ import annotations

import dataclasses
import json
import math
import multiprocessing
import os
import pickle
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from siting.case.case import Case

MB = 1e6


@dataclasses.dataclass
class Figures:
    """One measurement.

    Parameters
    ----------
    bench, case, method : str
        What was measured, on what, and how it was done.
    seconds : float
        Seconds of the work, without what came before it.
    peak_mb : float
        Most memory of the process that did it, with the interpreter and all libraries [MB].
    rows, columns : int
        Size of the model.
    objective, bound : float
        Best solution and best bound; of a linear model solved to its optimum they are the same.
    gap : float
        Distance of the two over the objective (0 to 1).
    more : dict
        What only this benchmark knows.
    """

    bench: str
    case: str
    method: str
    seconds: float | None = None
    peak_mb: float | None = None
    rows: int | None = None
    columns: int | None = None
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    more: dict[str, Any] = dataclasses.field(default_factory=dict)

    def close(self) -> Figures:
        """Work the gap out of objective and bound."""
        if self.objective and self.bound is not None and math.isfinite(self.bound):
            self.gap = max((self.objective - self.bound) / abs(self.objective), 0.0)
        return self

    def show(self) -> None:
        """Print the measurement as one line of JSON."""
        named = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "more"}
        line = {name: _rounded(name, value) for name, value in (named | self.more).items()}
        print(json.dumps(line), flush=True)


def _rounded(name: str, value: Any) -> Any:
    """Round what is measured, keep what is proven, and leave out what is not a number."""
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    if name == "gap":
        return round(value, 8)
    return round(value, 4)


@contextmanager
def timed(figures: Figures) -> Iterator[None]:
    """Note the seconds that the block takes and the most memory that the process has had by its end."""
    began = time.perf_counter()
    yield
    figures.seconds = time.perf_counter() - began
    figures.peak_mb = peak_mb()


@contextmanager
def banners_to_stderr() -> Iterator[None]:
    """Keep what a solver prints by itself out of the lines of figures."""
    sys.stdout.flush()
    kept_output = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept_output, 1)
        os.close(kept_output)


def peak_mb() -> float:
    """Most memory that this process has had [MB]."""
    status = Path("/proc/self/status")
    if status.exists():  # of this program alone: the other count starts with what the parent had
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024 / MB
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MB


def alone(work: Callable[..., Figures], *given: Any) -> Figures:
    """Do a piece of work in a fresh process, so that its memory is its own, and return its figures.

    Raises
    ------
    RuntimeError
        If the process ends without an answer.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(there, work, given))
    process.start()
    there.close()
    try:
        figures: Figures = here.recv()
    except EOFError:
        raise RuntimeError(f"{work} ended without an answer") from None
    finally:
        process.join()
    return figures


def _answer(pipe: Any, work: Callable[..., Figures], given: tuple[Any, ...]) -> None:
    pipe.send(work(*given))


def keep(case: Case, path: Path) -> Path:
    """Write the numbers of a case into a file for another process, without its full year."""
    parts = {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in ((field.name, getattr(case, field.name)) for field in dataclasses.fields(case))
    }
    path.write_bytes(pickle.dumps(parts | {"year_of": None, "days_of": None, "sites_of": None}))
    return path


def kept(path: Path) -> Case:
    """Read a case that `keep` wrote."""
    return Case(**pickle.loads(path.read_bytes()))  # written a moment ago by this program
