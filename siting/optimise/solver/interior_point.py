"""HiGHS's interior points."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from typing import Any

HIPO = {"solver": "hipo", "hipo_system": "augmented", "hipo_ordering": "amd"}
"""HiGHS's interior point by factorisation. Said beforehand, system and ordering take a third of the memory."""

IPX = {"solver": "ipx"}
"""HiGHS's other interior point, which is always there."""


def has_hipo() -> bool:
    """Whether HiGHS has HiPO: what it needs is in the package highspy-extras.

    Without that HiGHS prints an error, solves by the simplex, and calls it optimal.
    """
    return importlib.util.find_spec("highspy_extras") is not None


@contextlib.contextmanager
def inside(solver: Any, tolerance: float) -> Iterator[None]:
    """Solve linear models by an interior point, and end there: no vertex is looked for.

    Without presolve: on eight sites and 168 hours what it leaves is so badly conditioned that HiPO and IPX both stop
    with a gap, of 0.7 % and of all; the model as it is they solve to the eighth digit, in 56 and 81 steps.

    Parameters
    ----------
    solver : Highs
        From `load`.
    tolerance : float
        Relative gap between the objectives at which to stop.
    """
    chosen = {
        **(HIPO if has_hipo() else IPX),
        "run_crossover": "off",
        "presolve": "off",
        "ipm_optimality_tolerance": tolerance,
    }
    before = {name: solver.getOptionValue(name)[1] for name in chosen}
    for name, value in chosen.items():
        solver.setOptionValue(name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            solver.setOptionValue(name, value)
