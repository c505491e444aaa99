"""OR-Library p-median through this project's own placement and serving, beside spopt.

    python tests/benchmarks/pmedian.py ../shared/data/facility_location/pmed/pmed*.txt

Every vertex of a graph is a site and a zone that asks for 1; serving it from another costs the shortest way between the
two; p sites are opened, by the limits on the number of sites that a study has. `Placement`, `Serving` and `Demand` are
used as they are; `Depots` of `orlib.py` hands out the work, without a limit.

For each instance two lines are printed: `siting`, solved by the project's own search to a gap of 0, and `spopt`, its
`PMedian` of the same distances, which PuLP gives to HiGHS. With them comes the published optimum, where the file of
optima lies beside the instance. Both have seconds from the distances in memory to the solution.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import numpy as np
from measure import Figures, alone, timed
from orlib import USD_PER_COST, Depots, met, run_pulp, searched
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path
from tiny import tiny_case

from siting.case.case import Array, Case
from siting.models.components.placement import Placement
from siting.models.components.serving import Demand, Serving

OPTIMA = "pmedopt.txt"
METHODS = ("siting", "spopt")
COMPONENTS = (Placement, Serving, Demand, Depots)


@dataclasses.dataclass(frozen=True)
class Instance:
    """A p-median problem.

    Parameters
    ----------
    name : str
        Name of the file.
    distance : ndarray
        Shortest way, vertex by vertex.
    open_count : int
        Vertices to open.
    optimum : float or None
        As published.
    """

    name: str
    distance: Array
    open_count: int
    optimum: float | None


def read(path: Path) -> Instance:
    """Read an instance: numbers of vertices and edges, p, and the ends and the length of each edge.

    Of an edge that is there twice the last counts, as the file's publisher says.
    """
    head, *edges = path.read_text(encoding="ascii").splitlines()
    vertices, _edges, open_count = map(int, head.split())
    length = np.zeros((vertices, vertices))
    for edge in edges:
        if edge.strip():
            one, other, between = map(int, edge.split())
            length[one - 1, other - 1] = length[other - 1, one - 1] = between
    return Instance(path.stem, shortest_path(csr_array(length), directed=False), open_count, optimum(path))


def optimum(path: Path) -> float | None:
    """Read the published optimum of an instance; None if the file of optima is not beside it or lacks it."""
    table = path.parent / OPTIMA
    if not table.exists():
        return None
    lines = (line.split() for line in table.read_text(encoding="utf-8").splitlines())
    return next((float(words[1]) for words in lines if words and words[0] == path.stem), None)


def case_of(instance: Instance) -> Case:
    """Return an instance as a case of one hour, one period and no interest."""
    places = range(len(instance.distance))
    return tiny_case(
        sites=tuple(f"s{i}" for i in places),
        zones=tuple(f"z{i}" for i in places),
        hours_count=1,
        network_usd_per_pflop_yr=USD_PER_COST * instance.distance,
        policy={"sites_min_count": instance.open_count, "sites_max_count": instance.open_count},
    )


def solve_by_components(instance: Instance, time_limit: float) -> Figures:
    """Solve an instance as a case, by the project's search."""
    return searched(Figures("pmedian", instance.name, "siting"), case_of(instance), COMPONENTS, time_limit)


def solve_by_spopt(instance: Instance, time_limit: float) -> Figures:
    """Solve an instance by spopt, PuLP and HiGHS."""
    from spopt.locate import PMedian

    figures = Figures("pmedian", instance.name, "spopt")
    with timed(figures):
        model = PMedian.from_cost_matrix(instance.distance, np.ones(len(instance.distance)), instance.open_count)
        run_pulp(model.problem, figures, time_limit)
    return figures


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--time-limit", type=float, default=1800.0, help="seconds for each solve (default 1800)")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    given = parser.parse_args()
    works = {"siting": solve_by_components, "spopt": solve_by_spopt}
    for path in given.files:
        if path.name == OPTIMA:
            continue
        instance = read(path)
        for method in given.methods:
            figures = alone(works[method], instance, given.time_limit).close()
            figures.more = {"optimum": instance.optimum, "met": met(figures, instance.optimum)}
            figures.show()


if __name__ == "__main__":
    main()
