"""Whether some limits can hold together, and how far one must give so that the others can."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse

from siting.models.assembly.model import model_of
from siting.optimise.conflict.limited_form import Addition, LimitedForm, addition
from siting.optimise.conflict.stated_limits import StatedLimit, loosened
from siting.optimise.solver import highs
from siting.optimise.solver.deadline import Deadline, Stopped
from siting.optimise.solver.linear import solve_surely
from siting.optimise.solver.loading import new_lp, set_kind

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.models.assembly.assembly import Component
    from siting.models.assembly.standard_form import StandardForm

TOLERANCE = 1e-6
"""What a row may be off by, over its side or one."""

PRECISION = 0.005
"""How far beyond the least that is enough a value may lie, over the change from what is stated."""

DOUBLINGS_COUNT = 40
"""Doublings of a limit without a loosest value after which nothing is expected of it."""

PROBE = 1.01
"""Ratio to its value at which it is seen how a limit enters the model."""

Choose = Callable[["Case"], "Sequence[type[Component]]"]


class Questions:
    """A case's model and its limits, to ask of.

    Parameters
    ----------
    case : Case
        The numbers.
    choose : callable
        Gives what the model of a case consists of.
    limits : sequence of StatedLimit
        What the case is held to.
    deadline : Deadline
        When to give up.
    is_whole : bool
        Whether sites, halls and racks are whole; else parts of them will do, which takes seconds where whole ones take
        minutes, and what cannot hold so cannot hold at all.

    Raises
    ------
    Stopped
        If time is up.
    """

    def __init__(
        self,
        case: Case,
        choose: Choose,
        limits: Sequence[StatedLimit],
        deadline: Deadline,
        *,
        is_whole: bool = True,
    ) -> None:
        self.limits, self._choose, self._deadline, self._is_whole = tuple(limits), choose, deadline, is_whole
        self._free_case = loosened(case, limits)
        self._free = self._made(self._free_case)
        self._form = LimitedForm(self._free, tuple(self._addition(limit, limit.value) for limit in limits))
        self._matrix = self._form.matrix()
        self._solver = self._loaded(self._form, self._matrix)
        self._relaxed = self._undone(self._form, self._matrix)

    def holds(self, held: frozenset[int]) -> frozenset[int] | None:
        """Return all limits that hold in some plan within the given ones; None if there is no such plan.

        Raises
        ------
        Stopped
            If time is up before that is known.
        """
        if not self._is_done(self._relaxed, self._form, sorted(held)):
            return None
        if not self._is_whole:
            return held | self._met(np.array(self._relaxed.getSolution().col_value)[: self._matrix.shape[1]])
        values = self._solved(self._solver, self._form, sorted(held))
        return None if values is None else held | self._met(values)

    def least_given(self, limit: int, held: Sequence[int], at: Mapping[int, Any] | None = None) -> Any:
        """Return the value of a limit, nearest to the one stated, with which the others can hold.

        Parameters
        ----------
        limit : int
            The limit that gives.
        held : sequence of int
            The others.
        at : mapping of int to value, optional
            Those of the others that have given themselves, with their values.

        Returns
        -------
        float, ndarray, tuple of str or None
            A value, within `PRECISION`; of a limit by site, by site; of a rule that closes sites, those that it would
            have to open; None of a rule that can only be given up.

        Raises
        ------
        Stopped
            If time is up before that is known.
        """
        form = self._form
        for other, value in (at or {}).items():
            form = form.replaced(other, self._addition(self.limits[other], value))
        stated, one = self.limits[limit], form.additions[limit]
        if stated.limit.sense == "rule":
            return self._opened(form, limit, held) if _closes_sites(one, self._free) else None
        if stated.is_by_site:
            return self._least_by_site(form, limit, held)
        slope = self._slope(stated, one)
        return self._searched(form, limit, held) if slope is None else self._elastic(form, limit, held, slope)

    # How a model is put together and solved.

    def _made(self, case: Case) -> StandardForm:
        self._deadline.check()
        return model_of(case, self._choose(case), of_more=True).form

    def _addition(self, limit: StatedLimit, value: Any) -> Addition:
        return addition(self._free, self._made(limit.at(self._free_case, value)))

    def _loaded(self, form: LimitedForm, matrix: scipy.sparse.csc_array, cost: Array | None = None) -> Any:
        """Return a solver that holds a model of which every plan is as good as any."""
        more = matrix.shape[1] - len(form.integral())
        lower, upper = form.column_bounds(())
        columns = np.pad(lower, (0, more)), np.pad(upper, (0, more), constant_values=np.inf)
        whole = np.pad(form.integral(), (0, more)) if self._is_whole else None
        cost = np.zeros(matrix.shape[1]) if cost is None else cost
        return new_lp(matrix, cost, columns, form.row_sides(()), integral=whole)

    def _undone(self, form: LimitedForm, matrix: scipy.sparse.csc_array) -> Any:
        """Return a solver of the relaxation in which what must be done may be left undone, at a price.

        Doing nothing is a solution of it, whatever is held; as it is, a relaxation without one took the simplex 140 s
        on eight sites and 42 steps.
        """
        lower, upper = form.row_sides(range(len(self.limits)))
        asked = np.flatnonzero((lower > 0) | (upper < 0))
        side = np.where(lower[asked] > 0, lower[asked], upper[asked])
        count = matrix.shape[1]
        left = scipy.sparse.csc_array((side, (asked, np.arange(len(asked)))), shape=(matrix.shape[0], len(asked)))
        wide = scipy.sparse.csc_array(scipy.sparse.hstack([matrix, left]))
        solver = self._loaded(form, wide, np.pad(np.ones(len(asked)), (count, 0)))
        set_kind(solver, np.arange(wide.shape[1]), integral=False)
        return solver

    def _is_done(self, undone: Any, form: LimitedForm, held: Sequence[int]) -> bool:
        """Whether a relaxation can do all that must be done within some limits."""
        self._deadline.check()
        self._hold(undone, form, held)
        status = solve_surely(undone, self._deadline)
        if status not in ("Optimal", "Infeasible"):
            raise Stopped
        return status == "Optimal" and float(undone.getInfo().objective_function_value) <= TOLERANCE

    def _hold(self, solver: Any, form: LimitedForm, held: Sequence[int]) -> None:
        """Hold a solver's model to some limits."""
        sides, bounds = form.row_sides(held), form.column_bounds(held)
        rows, columns = (np.arange(len(pair[0]), dtype=np.int32) for pair in (sides, bounds))
        solver.changeRowsBounds(len(rows), rows, *sides)
        solver.changeColsBounds(len(columns), columns, *bounds)

    def _solved(self, solver: Any, form: LimitedForm, held: Sequence[int]) -> Array | None:
        """Return a plan within some limits, the best by the solver's costs; None if there is none."""
        self._deadline.check()
        solver.clearSolver()
        self._hold(solver, form, held)
        found = highs.run(solver, gap=PRECISION, deadline=self._deadline)
        if found.values is None and found.status != "infeasible":
            raise Stopped
        return found.values

    def _met(self, values: Array) -> frozenset[int]:
        """Limits within which a plan is."""
        done = self._matrix @ values
        met = set()
        for limit, one in enumerate(self._form.additions):
            rows = self._form.rows_of(limit)
            if _within(done[rows], one.row_lower, one.row_upper) and _within(
                values[one.columns], one.column_lower, one.column_upper
            ):
                met.add(limit)
        return frozenset(met)

    # How far a limit must give.

    def _slope(self, stated: StatedLimit, one: Addition) -> tuple[Array, Array] | None:
        """What the sides of a limit's rows gain with its value; None where the value is more than a side."""
        if not isinstance(stated.value, float) or not len(one.rows):
            return None
        step = stated.value * (PROBE - 1) or PROBE - 1
        other = self._addition(stated, stated.value + (step if stated.limit.sense == "most" else -step))
        step = step if stated.limit.sense == "most" else -step
        alike = np.array_equal(one.rows, other.rows) and np.array_equal(one.columns, other.columns)
        if not alike or len(one.columns) or abs(one.matrix - other.matrix).sum() > 0:
            return None
        with np.errstate(invalid="ignore"):
            return np.nan_to_num((other.row_lower - one.row_lower) / step), np.nan_to_num(
                (other.row_upper - one.row_upper) / step
            )

    def _elastic(self, form: LimitedForm, limit: int, held: Sequence[int], slope: tuple[Array, Array]) -> float:
        """Least change of a value that is a side of its rows, as a column of its own."""
        one, stated = form.additions[limit], self.limits[limit]
        sign = 1.0 if stated.limit.sense == "most" else -1.0
        by_row = -sign * np.where(np.isfinite(one.row_upper), slope[1], slope[0])
        values = self._with_slack(form, limit, held, by_row[:, None])
        return float(stated.value + sign * values[0])

    def _least_by_site(self, form: LimitedForm, limit: int, held: Sequence[int]) -> Array:
        """Least change, over all sites, of a limit that each site has for itself."""
        one, stated = form.additions[limit], self.limits[limit]
        site = one.labels.along("site")[one.rows]
        slack = np.zeros((len(one.rows), len(stated.value)))
        slack[np.arange(len(one.rows)), site] = np.where(np.isfinite(one.row_upper), -1.0, 1.0)
        more = self._with_slack(form, limit, held, slack)
        return np.asarray(stated.value + more.reshape(-1, *[1] * (stated.value.ndim - 1)))

    def _with_slack(self, form: LimitedForm, limit: int, held: Sequence[int], slack: Array) -> Array:
        """Return the least amounts of some slack in the rows of a limit, so that the others hold."""
        rows, count = form.rows_of(limit), slack.shape[1]
        matrix = form.matrix()
        more = scipy.sparse.lil_array((matrix.shape[0], count))
        more[rows, :] = slack
        wide = scipy.sparse.csc_array(scipy.sparse.hstack([matrix, more]))
        cost = np.pad(np.ones(count), (matrix.shape[1], 0))
        solver = self._loaded(form, wide, cost)
        bounded = LimitedForm(
            form.free, tuple(_only_rows(one) if i == limit else one for i, one in enumerate(form.additions))
        )
        found = self._solved(solver, bounded, [*held, limit])
        if found is None:
            raise Stopped
        return np.maximum(found[-count:], 0.0)

    def _searched(self, form: LimitedForm, limit: int, held: Sequence[int]) -> float:
        """Least change of a value that stands in the coefficients of its rows: by trying."""
        stated = self.limits[limit]
        is_whole, is_most = isinstance(stated.value, int), stated.limit.sense == "most"

        def is_enough(value: float) -> bool:
            tried = form.replaced(limit, self._addition(stated, int(value) if is_whole else value))
            matrix, every = tried.matrix(), [*held, limit]
            if not self._is_whole:
                return self._is_done(self._undone(tried, matrix), tried, every)
            return self._solved(self._loaded(tried, matrix), tried, every) is not None

        short, loosest = float(stated.value), stated.limit.loosest
        enough = short or 1.0
        if loosest is not None:
            enough = float(loosest) if isinstance(loosest, int | float) else 0.0
        else:
            for _ in range(DOUBLINGS_COUNT):
                enough *= 2 if is_most else 0.5
                if is_enough(enough):
                    break
                short = enough
        while abs(enough - short) > (1.0 if is_whole else self._near(enough, float(stated.value))):
            middle = (short + enough) / 2
            middle = float(round(middle)) if is_whole else middle
            if middle in (short, enough):
                break
            short, enough = (short, middle) if is_enough(middle) else (middle, enough)
        return enough

    @staticmethod
    def _near(enough: float, stated: float) -> float:
        """How far off a value may be: a part of the change, and no less than rounding."""
        return max(PRECISION * abs(enough - stated), TOLERANCE * abs(enough))

    def _opened(self, form: LimitedForm, limit: int, held: Sequence[int]) -> tuple[str, ...]:
        """Fewest sites closed by a rule that must be opened."""
        one = form.additions[limit]
        closed = one.columns[self._free.columns.along("site")[one.columns] >= 0]
        cost = np.zeros(len(form.integral()))
        cost[closed] = 1.0
        values = self._solved(self._loaded(form, form.matrix(), cost), form, held)
        if values is None:
            raise Stopped
        chosen = closed[values[closed] > (0.5 if self._is_whole else TOLERANCE)]
        return tuple(dict.fromkeys(str(self._free.columns.members(int(column))["site"]) for column in chosen))


def _closes_sites(one: Addition, free: StandardForm) -> bool:
    """Whether all that a rule does is to close some sites."""
    return not len(one.rows) and bool(np.isin(one.columns, free.columns.of("open_count")).all())


def _only_rows(one: Addition) -> Addition:
    """Return what a limit adds, but for bounds of columns."""
    none = np.zeros(0)
    return dataclasses.replace(one, columns=np.zeros(0, dtype=np.int32), column_lower=none, column_upper=none)


def _within(values: Array, lower: Array, upper: Array) -> bool:
    room = TOLERANCE * np.maximum(np.abs(values), 1.0)
    return bool((values >= lower - room).all() and (values <= upper + room).all())
