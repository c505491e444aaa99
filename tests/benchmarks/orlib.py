"""OR-Library capacitated location with splittable demand, through this project's own placement and serving.

    python tests/benchmarks/orlib.py ../shared/data/facility_location/orlib_cap/cap[0-9]*.txt
    python tests/benchmarks/orlib.py capa.txt --capacity 8000
    python tests/benchmarks/orlib.py --make 100x1000 --seed 1

A warehouse is a site, its fixed cost the site's preparation; a customer is a zone, his demand its inference,
which sites may share; what it costs to serve all of it from a warehouse is the network's cost. `Placement`,
`Serving` and `Demand` are used as they are, with the ledgers that join them. Only what halls, racks and power
do in a study has no likeness here: a warehouse works by itself, up to its capacity. So this file adds the two
components that stand for them.

For each instance two lines are printed: `siting`, solved by the project's own search to a gap of 0, and `pulp`, the
textbook's strong model (each share within its own warehouse's opening) in PuLP with HiGHS. With them comes the
published optimum, where the file of optima lies beside the instance. Both have seconds from the numbers in
memory to the solution.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))

from measure import Figures, alone, timed
from tiny import tiny_case

from siting.case.case import Array, Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.compilation import compile_assembly
from siting.models.assembly.ledgers import Scope
from siting.models.components.placement import Placement
from siting.models.components.serving import Demand, Serving
from siting.optimise.gap import Gap
from siting.optimise.solver import highs, loading
from siting.optimise.solver.deadline import Deadline
from siting.optimise.whole.whole_model import search
from siting.quantities import COST_SCALE

USD_PER_COST = 1e4
"""What one unit of an instance's money is in the case: the optima have twelve digits, the solver's tolerance seven."""

OPTIMA = "capopt.txt"
LAST_DIGIT = 1e-3
FIXED_PER_DEMAND = 8.0
"""Mean cost of a made warehouse over all demand, where 1000 is the side of the square."""

METHODS = ("siting", "pulp")


@dataclasses.dataclass(frozen=True)
class Instance:
    """A capacitated location problem.

    Parameters
    ----------
    name : str
        Name of the file, and the capacity if it was given.
    capacity, fixed : ndarray
        Of each warehouse.
    demand : ndarray
        Of each customer.
    cost : ndarray
        Cost of serving all of a customer's demand, warehouse by customer.
    optimum : float or None
        As published.
    """

    name: str
    capacity: Array
    fixed: Array
    demand: Array
    cost: Array
    optimum: float | None


def read(path: Path, capacity: float | None = None) -> Instance:
    """Read an instance.

    Parameters
    ----------
    path : Path
        Numbers of warehouses and customers; capacity and fixed cost of each warehouse; for each customer the
        demand and the cost from each warehouse.
    capacity : float, optional
        What the word `capacity` stands for.

    Raises
    ------
    SystemExit
        If the word is in the file and no number was given for it.
    """
    words = path.read_text(encoding="ascii").split()
    if "capacity" in words and capacity is None:
        raise SystemExit(f"{path.name}: the word 'capacity' stands for a number here; give it by --capacity")
    numbers = np.array([capacity if word == "capacity" else float(word) for word in words], dtype=float)
    warehouses, customers = int(numbers[0]), int(numbers[1])
    stock = numbers[2 : 2 + 2 * warehouses].reshape(warehouses, 2)
    asked = numbers[2 + 2 * warehouses :].reshape(customers, 1 + warehouses)
    varied = f" {capacity:g}" if "capacity" in words else ""
    return Instance(
        path.stem + varied,
        stock[:, 0],
        stock[:, 1],
        asked[:, 0],
        asked[:, 1:].T,
        optimum(path, capacity if varied else None),
    )


def made(size: str, seed: int) -> Instance:
    """Make an instance of the shape of OR-Library's large ones, which are not at hand.

    Warehouses and customers lie anywhere in a square; to serve a customer costs his demand times the way to him.
    All warehouses hold the same, and eight of a hundred of them hold what is asked for. The numbers are guesses: they
    are such that openings are about a third of the optimum.

    Parameters
    ----------
    size : str
        Warehouses and customers, such as ``100x1000``.
    seed : int
        Of the draw.
    """
    warehouses, customers = (int(word) for word in size.split("x"))
    draw = np.random.default_rng(seed)
    where, whither = draw.uniform(0, 1000, (warehouses, 2)), draw.uniform(0, 1000, (customers, 2))
    demand = draw.integers(10, 100, customers).astype(float)
    way = np.linalg.norm(where[:, None] - whither[None], axis=2)
    fixed = draw.uniform(0.6, 1.4, warehouses) * FIXED_PER_DEMAND * demand.sum()
    capacity = np.full(warehouses, np.ceil(demand.sum() / max(0.08 * warehouses - 0.5, 0.5)))
    return Instance(f"made {size} {seed}", capacity, fixed.round(), demand, (way * demand).round(), None)


def optimum(path: Path, capacity: float | None) -> float | None:
    """Read the published optimum of an instance; None if the file of optima is not beside it or lacks it."""
    table = path.parent / OPTIMA
    if not table.exists():
        return None
    name = ""
    for line in table.read_text(encoding="utf-8").splitlines():
        found = re.match(r"\s*(cap\w+)?\s+([\d.]+)(?:\s+\(capacity (\d+)\))?\s*$", line)
        if found is None:
            continue
        name = found[1] or name
        if (
            name == path.stem
            and (found[3] is None) == (capacity is None)
            and (not found[3] or float(found[3]) == capacity)
        ):
            return float(found[2])
    return None


class Depots(Component):
    r"""What a warehouse hands out.

    .. math::

        w_s = \sum_z x_{s,z} D_z

    stated by the ledger of compute, as the work of a site's racks is.
    """

    scope = Scope.SITE

    def declare(self, block: Any, assembly: Assembly) -> None:
        """Declare what is handed out and post it."""
        m = assembly.model
        work = assembly.variable(block, "work_pflop", m.SITE, m.PERIOD, m.HOUR)
        assembly.compute_pflop.post(self, "work", lambda s, y, h: work[s, y, h])


class Capacity(Component):
    r"""What a warehouse can hand out if it is open, and how many that takes.

    .. math::

        w_s \le K_s o_s, \qquad \sum_s o_s \ge \min \{ n : \text{the } n \text{ largest } K \text{ meet the demand} \}

    The last line follows from the others; like that of the halls it cuts off fractions.
    """

    scope = Scope.SYSTEM
    needs = (Placement, Depots)

    def declare(self, block: Any, assembly: Assembly) -> None:
        """State both limits."""
        m, largest = assembly.model, assembly.numbers("placement.site_max_mw")
        is_open, work = assembly.block(Placement).open_count, assembly.block(Depots).work_pflop
        reach = np.cumsum(np.sort(assembly.case.values("placement.site_max_mw"))[::-1])
        demand = assembly.case.values("serving.inference_pflop").sum(axis=0).max()
        needed = 1 + int(np.searchsorted(reach, demand * (1 - 1e-9)))

        def work_within_capacity(_: Any, s: str, y: int, h: int) -> Any:
            return work[s, y, h] <= largest[s] * is_open[s, y]

        def enough_in_all(_: Any, y: int) -> Any:
            return sum(is_open[s, y] for s in m.SITE) >= needed

        block.work_within_capacity = pyo.Constraint(m.SITE, m.PERIOD, m.HOUR, rule=work_within_capacity)
        block.enough_in_all = pyo.Constraint(m.PERIOD, rule=enough_in_all)


COMPONENTS = (Placement, Serving, Demand, Depots, Capacity)


def case_of(instance: Instance) -> Case:
    """Return an instance as a case of one hour, one period and no interest."""
    sites = tuple(f"w{i}" for i in range(len(instance.fixed)))
    zones = tuple(f"c{i}" for i in range(len(instance.demand)))
    return tiny_case(
        sites=sites,
        zones=zones,
        hours_count=1,
        inference_pflop=instance.demand[:, None, None],
        network_usd_per_pflop_yr=USD_PER_COST * instance.cost / instance.demand,
        fixed_site_usd=USD_PER_COST * instance.fixed,
        site_max_mw=instance.capacity,
    )


def solve_by_components(instance: Instance, time_limit: float) -> Figures:
    """Solve an instance as a case, by the project's search."""
    return searched(Figures("orlib", instance.name, "siting"), case_of(instance), COMPONENTS, time_limit)


def searched(figures: Figures, case: Case, components: Sequence[type[Component]], time_limit: float) -> Figures:
    """Note how long the project's search takes to the best solution of some components, and what it finds."""
    loading.use_threads()
    with timed(figures):
        assembly = Assembly(case, components)
        form = compile_assembly(assembly)
        found = search(form, gap=Gap(0.0), deadline=Deadline(time_limit), progress=None)
        outcome = found.outcome
        if outcome.values is not None:
            exact = highs.fix_integers_and_resolve(found.solver, found.form, outcome.values)
            figures.objective = None if exact.objective is None else exact.objective / COST_SCALE / USD_PER_COST
        if outcome.bound is not None and outcome.objective is not None:
            figures.bound = min(outcome.bound, outcome.objective) / COST_SCALE / USD_PER_COST
    figures.rows, figures.columns = form.matrix.shape
    return figures


def solve_by_pulp(instance: Instance, time_limit: float) -> Figures:
    """Solve the textbook's strong model of an instance by PuLP and HiGHS."""
    import pulp

    figures = Figures("orlib", instance.name, "pulp")
    warehouses, customers = range(len(instance.fixed)), range(len(instance.demand))
    fixed, capacity, demand = instance.fixed.tolist(), instance.capacity.tolist(), instance.demand.tolist()
    cost = instance.cost.tolist()
    with timed(figures):
        problem = pulp.LpProblem("location", pulp.LpMinimize)
        is_open = [pulp.LpVariable(f"open_{i}", cat="Binary") for i in warehouses]
        share = [[pulp.LpVariable(f"share_{i}_{j}", 0, 1) for j in customers] for i in warehouses]
        problem += pulp.lpSum(fixed[i] * is_open[i] for i in warehouses) + pulp.lpSum(
            cost[i][j] * share[i][j] for i in warehouses for j in customers
        )
        for j in customers:
            problem += pulp.lpSum(share[i][j] for i in warehouses) == 1
        for i in warehouses:
            problem += pulp.lpSum(demand[j] * share[i][j] for j in customers) <= capacity[i] * is_open[i]
            for j in customers:
                problem += share[i][j] <= is_open[i]
        run_pulp(problem, figures, time_limit)
    return figures


def run_pulp(problem: Any, figures: Figures, time_limit: float) -> None:
    """Solve PuLP's problem by HiGHS to a gap of 0, and note what came of it."""
    import pulp

    problem.solve(pulp.HiGHS(msg=False, gapRel=0.0, gapAbs=0.0, timeLimit=time_limit))
    info = problem.solverModel.getInfo()
    figures.rows, figures.columns = problem.numConstraints(), problem.numVariables()
    figures.objective, figures.bound = float(info.objective_function_value), float(info.mip_dual_bound)


def met(figures: Figures, optimum: float | None) -> bool | None:
    """Whether an objective is the published optimum, to its last digit; None if there is none."""
    if optimum is None or figures.objective is None:
        return None
    return abs(figures.objective - optimum) <= LAST_DIGIT


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--make", metavar="WxC", help="besides, an instance made of so many warehouses and customers")
    parser.add_argument("--seed", type=int, default=1, help="of the instance made (default 1)")
    parser.add_argument("--capacity", type=float, help="what the word 'capacity' in the large files stands for")
    parser.add_argument("--time-limit", type=float, default=1800.0, help="seconds for each solve (default 1800)")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    given = parser.parse_args()
    works = {"siting": solve_by_components, "pulp": solve_by_pulp}
    instances = [read(path, given.capacity) for path in given.files if path.name != OPTIMA]
    if given.make:
        instances.append(made(given.make, given.seed))
    for instance in instances:
        for method in given.methods:
            figures = alone(works[method], instance, given.time_limit).close()
            figures.more = {"optimum": instance.optimum, "met": met(figures, instance.optimum)}
            figures.show()


if __name__ == "__main__":
    main()
