"""The same model to HiGHS in several ways: by this project, by Pyomo's own two interfaces, by linopy, as arrays.

    python tests/benchmarks/handover.py                          # the national study
    python tests/benchmarks/handover.py --study us-small
    python tests/benchmarks/handover.py --sites 400 --hours 96   # more counties of the raw table

Seconds are from the case in memory to the model in HiGHS, in a process of its own for each way. `arrays` is the
limit: it begins with the finished arrays. `linopy` begins with them, too: its variables and constraints are made
from ready coefficients, a block for each of the project's, with none of the arithmetic that a model written in
linopy would do first. Then HiGHS solves the linear relaxation of what it was handed. Rows, columns and that optimum
must be the same for all, or the command fails.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from measure import Figures, alone, banners_to_stderr, keep, kept, peak_mb
from national import ask_for_case, case_asked_for

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly
from siting.models.assembly.compilation import compile_assembly
from siting.models.assembly.standard_form import StandardForm
from siting.models.formulation import DESIGN, chosen
from siting.optimise.solver import loading
from siting.quantities import COST_SCALE

TOLERANCE = 1e-6
CHECKED_ROWS_COUNT = 150_000
"""Rows above which the optimum is compared only if asked: it takes far longer than what is measured."""


def assemble(case: Case) -> Assembly:
    """Return the case's assembly."""
    return Assembly(case, chosen(DESIGN, case))


def by_siting(case: Case, _: StandardForm | None) -> tuple[Any, float]:
    """Hand over as `siting.solve` does."""
    return loading.load(compile_assembly(assemble(case))), COST_SCALE


def by_arrays(_: Case, form: StandardForm | None) -> tuple[Any, float]:
    """Hand over finished arrays."""
    return loading.load(_given(form)), COST_SCALE


def by_contrib_solver(case: Case, _: StandardForm | None) -> tuple[Any, float]:
    """Hand Pyomo's expressions over by Pyomo's new interface."""
    from pyomo.contrib.solver.solvers.highs import Highs

    interface = Highs()
    interface.set_instance(assemble(case).construct())
    return interface._solver_model, 1.0


def by_appsi(case: Case, _: StandardForm | None) -> tuple[Any, float]:
    """Hand Pyomo's expressions over by Pyomo's older persistent interface."""
    from pyomo.contrib.appsi.solvers import Highs

    interface = Highs()
    interface.set_instance(assemble(case).construct())
    return interface._solver_model, 1.0


def by_linopy(_: Case, form: StandardForm | None) -> tuple[Any, float]:
    """Hand over by linopy: a variable and a constraint for each of the project's, from ready coefficients."""
    import linopy
    import xarray

    given = _given(form)
    model = linopy.Model()
    for found in given.columns.ranges:
        span = slice(found.first, found.first + len(found.numbers))
        sides = (xarray.DataArray(side[span], dims="column") for side in (given.column_lower, given.column_upper))
        low, high = sides
        model.add_variables(low, high, name=f"{found.block}.{found.name}", integer=bool(given.integral[span].any()))
    by_row = given.matrix.tocsr()
    for found in given.rows.ranges:
        rows = slice(found.first, found.first + len(found.numbers))
        if rows.start == rows.stop:
            continue
        starts = by_row.indptr[rows.start : rows.stop + 1]
        counts = np.diff(starts)
        entry = np.arange(starts[0], starts[-1])
        row = np.repeat(np.arange(len(counts)), counts)
        place = entry - starts[row]
        names = np.full((len(counts), int(counts.max())), -1)
        sizes = np.full(names.shape, np.nan)
        names[row, place], sizes[row, place] = by_row.indices[entry], by_row.data[entry]
        expression = _expression(linopy, xarray, model, names, sizes)
        low, high = given.row_lower[rows], given.row_upper[rows]
        sign = np.where(low == high, "=", np.where(np.isfinite(low), ">=", "<="))
        side = np.where(np.isfinite(low), low, high)
        model.add_constraints(
            expression,
            xarray.DataArray(sign, dims="row"),
            xarray.DataArray(side, dims="row"),
            name=f"{found.block}.{found.name}",
        )
    used = np.flatnonzero(given.cost)
    model.add_objective(_expression(linopy, xarray, model, used[None, :], given.cost[used][None, :]).sum())
    return model.to_highspy(), COST_SCALE


def _expression(linopy: Any, xarray: Any, model: Any, names: Any, sizes: Any) -> Any:
    data = xarray.Dataset(
        {"coeffs": (("row", "_term"), sizes), "vars": (("row", "_term"), names), "const": ("row", np.zeros(len(names)))}
    )
    return linopy.LinearExpression(data, model)


def _given(form: StandardForm | None) -> StandardForm:
    if form is None:
        raise ValueError("this way begins with finished arrays")
    return form


WAYS: dict[str, tuple[Callable[[Case, StandardForm | None], tuple[Any, float]], bool]] = {
    "siting": (by_siting, False),
    "arrays": (by_arrays, True),
    "linopy": (by_linopy, True),
    "appsi_highs": (by_appsi, False),
    "contrib.solver": (by_contrib_solver, False),
}
"""How a model is handed over, and whether that begins with finished arrays."""

LIBRARY = {
    "siting": "highspy",
    "arrays": "highspy",
    "linopy": "linopy",
    "appsi_highs": "pyomo.contrib.appsi.solvers",
    "contrib.solver": "pyomo.contrib.solver.solvers.highs",
}


def measure(method: str, name: str, path: Path, check: bool | None) -> Figures:
    """Hand a kept case over in one way."""
    figures = Figures("handover", name, method)
    case = kept(path)
    way, from_arrays = WAYS[method]
    form = compile_assembly(assemble(case)) if from_arrays else None
    importlib.import_module(LIBRARY[method])  # what an import takes is not measured
    with banners_to_stderr():
        began = time.perf_counter()
        solver, scale = way(case, form)
        figures.seconds, figures.peak_mb = time.perf_counter() - began, peak_mb()
    lp = solver.getLp()
    entries = np.diff(np.asarray(lp.a_matrix_.start_)) > 0
    if lp.a_matrix_.format_ == lp.a_matrix_.format_.__class__.kColwise:
        used = entries | (np.asarray(lp.col_cost_) != 0)
        figures.columns = int(used.sum())
    else:
        figures.columns = int(lp.num_col_)
    figures.rows = int(lp.num_row_)
    figures.more = {"entries": len(lp.a_matrix_.value_)}
    if check if check is not None else figures.rows <= CHECKED_ROWS_COUNT:
        figures.objective = figures.bound = _relaxed(solver) / scale
    return figures


def _relaxed(solver: Any) -> float:
    """Optimum of the linear relaxation of what a solver holds."""
    import highspy

    columns = np.arange(solver.getLp().num_col_, dtype=np.int32)
    kind = int(highspy.HighsVarType.kContinuous)
    solver.changeColsIntegrality(len(columns), columns, np.full(len(columns), kind, dtype=np.uint8))
    solver.setOptionValue("output_flag", False)
    solver.run()
    return float(solver.getInfo().objective_function_value)


def differences(found: list[Figures]) -> list[str]:
    """Say where two ways did not hand over the same model."""
    first = found[0]
    said = [
        f"{what}: {getattr(first, what)} by {first.method}, {getattr(other, what)} by {other.method}"
        for other in found[1:]
        for what in ("rows", "columns")
        if getattr(first, what) != getattr(other, what)
    ]
    optima = {figures.method: figures.objective for figures in found if figures.objective is not None}
    if optima and not np.allclose(list(optima.values()), min(optima.values()), rtol=TOLERANCE, atol=0.0):
        said.append(f"optimum: {optima}")
    return said


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask_for_case(parser, "us")
    parser.add_argument("--methods", nargs="+", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--check", action=argparse.BooleanOptionalAction, help="compare the optimum at any size")
    given = parser.parse_args()
    name, case = case_asked_for(given)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = keep(case, Path(folder) / "case.pkl")
        for method in given.methods:
            figures = alone(measure, method, name, path, given.check)
            figures.close().show()
            found.append(figures)
    said = differences(found)
    if said:
        sys.exit("not the same model: " + "; ".join(said))


if __name__ == "__main__":
    main()
