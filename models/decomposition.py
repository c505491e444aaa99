r"""Dantzig-Wolfe decomposition over sites, from the components as they are.

A site's rows are homogeneous, so its plans form a cone. The master problem holds the system's rows and
columns, and takes each site as a sum of rays of its cone, each with 1 MW of installed IT; a pricing
problem for each site finds the ray that the master misses most. At prices :math:`\pi` of the system's
rows, no plan costs less than

.. math::

    L(\pi) = b'\pi + \min_{x \in X} (c - A'\pi)'x + \sum_s U_s \min(0, \bar{c}_s(\pi))

with :math:`x` the system's own columns within their bounds, :math:`\bar{c}_s` the least reduced cost of a
ray of site :math:`s` and :math:`U_s` the most MW that a site can have. The master's own relaxation is
reached when :math:`L` meets the master's value.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse

from siting.case import Array
from siting.highs import new_solver
from siting.models.partition import Partition, Positions
from siting.models.standard_form import StandardForm

SMOOTHING = 0.8
"""How far prices are pulled back to those of the best bound; at 0.5 and at 0.8 the rounds are as many."""

PENALTY_STEP, PENALTY_LIMIT = 4.0, 1e4
"""Factor by which a penalty that is still paid grows, and how far it may."""

ROUND_LIMIT = 400
TOLERANCE = 1e-9
SHORT = 1e-6
"""Part of a penalty column above which its row counts as unmet."""


@dataclasses.dataclass(frozen=True)
class Relaxation:
    """The relaxation of the whole model, solved site by site.

    Parameters
    ----------
    bound : float
        No plan costs less (scale of the standard form).
    value : float
        Cost of the relaxed plan found; at least `bound`.
    size_mw : ndarray
        Installed MW of each site in it.
    reduced_cost : ndarray
        Cost per MW that each site adds at the best prices; zero for sites in use.
    prices : ndarray
        The best prices of the system's rows, for which the bound holds.
    rounds : int
        Rounds of pricing.
    complete : bool
        Whether bound and value met; not if time ran out.
    short : bool
        Whether some demand is still unmet in it.
    exhausted : bool
        Whether dearer penalties no longer help: if also short, no plan can meet the demand.
    """

    bound: float
    value: float
    size_mw: Array
    reduced_cost: Array
    prices: Array
    rounds: int
    complete: bool
    short: bool
    exhausted: bool


@dataclasses.dataclass(frozen=True)
class Round:
    """What a round of pricing knows."""

    number: int
    value: float
    bound: float


class _Pricing:
    """The cone of one site, kept warm in its own solver."""

    def __init__(self, form: StandardForm, parts: Partition, site: int, system_rows: Positions) -> None:
        import highspy

        self.columns = parts.columns(site)
        rows = parts.rows(site)
        block = form.matrix[:, self.columns].tocsr()
        self.link = block[system_rows].tocsc()
        self.cost = form.cost[self.columns]
        size = scipy.sparse.csr_array(parts.sizes[self.columns].astype(float)[None, :])
        inside = scipy.sparse.vstack([block[rows], size]).tocsc()
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = inside.shape
        lp.col_cost_ = self.cost
        lp.col_lower_, lp.col_upper_ = form.column_lower[self.columns], form.column_upper[self.columns]
        lp.row_lower_ = np.append(form.row_lower[rows], 1.0)
        lp.row_upper_ = np.append(form.row_upper[rows], 1.0)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = inside.indptr, inside.indices, inside.data
        self.solver = new_solver()
        self.solver.passModel(lp)
        self.order = np.arange(len(self.columns), dtype=np.int32)

    def price(self, prices: Array) -> tuple[float, Array]:
        """Return the least reduced cost of a ray, and the ray."""
        self.solver.changeColsCost(len(self.order), self.order, self.cost - self.link.T @ prices)
        self.solver.run()
        if self.solver.modelStatusToString(self.solver.getModelStatus()) != "Optimal":
            raise RuntimeError("a site's pricing problem has no solution")
        return float(self.solver.getInfo().objective_function_value), np.array(self.solver.getSolution().col_value)


class _Master:
    """System rows and columns, with the rays found so far."""

    def __init__(self, form: StandardForm, parts: Partition, pricings: list[_Pricing], penalty: float) -> None:
        import highspy

        self.pricings = pricings
        self.most_penalty = penalty * PENALTY_LIMIT
        self.rows, self.columns = parts.rows(-1), parts.columns(-1)
        self.matrix = form.matrix[:, self.columns].tocsr()[self.rows].tocsc()
        self.cost = form.cost[self.columns]
        self.lower, self.upper = form.column_lower[self.columns], form.column_upper[self.columns]
        self.row_lower, self.row_upper = form.row_lower[self.rows], form.row_upper[self.rows]
        self.offset = form.offset
        self.rays: list[tuple[int, Array]] = []
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = self.matrix.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.cost, self.lower, self.upper
        lp.row_lower_, lp.row_upper_ = self.row_lower, self.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = self.matrix.indptr, self.matrix.indices
        lp.a_matrix_.value_ = self.matrix.data
        self.solver = new_solver()
        self.solver.passModel(lp)
        # Prices from the inside of the optimal face need a third fewer rounds than those of a vertex.
        self.solver.setOptionValue("solver", "ipx")
        self.solver.setOptionValue("run_crossover", "off")
        short = np.flatnonzero((self.row_lower > 0) | (self.row_upper < 0))
        self.penalties = np.zeros(len(short))
        for i, row in enumerate(short):
            sign = 1.0 if self.row_lower[row] > 0 else -1.0
            needed = abs(self.row_lower[row]) if sign > 0 else abs(self.row_upper[row])
            self.penalties[i] = penalty / len(short) / needed
            entry = np.array([row], dtype=np.int32)
            self.solver.addCol(self.penalties[i], 0.0, np.inf, 1, entry, np.array([sign]))
        self.first_ray = len(self.columns) + len(short)

    def add(self, site: int, ray: Array, prices: Array) -> bool:
        """Take a ray of a site as a new column, if it is worth something at the master's prices."""
        pricing = self.pricings[site]
        link, cost = pricing.link @ ray, float(pricing.cost @ ray)
        if cost - prices @ link >= -TOLERANCE:
            return False
        entries = np.flatnonzero(np.abs(link) > TOLERANCE).astype(np.int32)
        self.solver.addCol(cost, 0.0, np.inf, len(entries), entries, link[entries])
        self.rays.append((site, ray))
        return True

    def is_short(self, columns: Array) -> bool:
        """Whether some row is met by its penalty only."""
        return bool(np.any(columns[len(self.columns) : self.first_ray] > SHORT))

    def raise_penalties(self, columns: Array) -> bool:
        """Make the penalties that are still paid dearer; False if none is, or if none helps any more."""
        paid = np.flatnonzero(columns[len(self.columns) : self.first_ray] > SHORT)
        if not len(paid) or self.penalties[paid].max() > self.most_penalty:
            return False
        self.penalties[paid] *= PENALTY_STEP
        self.solver.changeColsCost(len(paid), (paid + len(self.columns)).astype(np.int32), self.penalties[paid])
        return True

    def solve(self) -> tuple[float, Array, Array]:
        """Return the value, the prices of the rows, and the columns."""
        self.solver.run()
        if self.solver.modelStatusToString(self.solver.getModelStatus()) != "Optimal":
            # Without crossover the interior point may stall; a vertex is never far.
            self.solver.setOptionValue("solver", "simplex")
            self.solver.run()
            self.solver.setOptionValue("solver", "ipx")
        solution = self.solver.getSolution()
        value = float(self.solver.getInfo().objective_function_value) + self.offset
        return value, np.array(solution.row_dual), np.array(solution.col_value)

    def vertex(self) -> Array:
        """Return the columns at a vertex of the optimal face: few rays, hence few sites in use."""
        self.solver.setOptionValue("run_crossover", "on")
        columns = self.solve()[2]
        self.solver.setOptionValue("run_crossover", "off")
        return columns

    def own_bound(self, prices: Array) -> float:
        """Part of the bound that needs no site: the rows' prices and the best of the system's own columns."""
        at_rows = np.where(prices > 0, self.row_lower, self.row_upper)
        rows = np.sum(prices[prices != 0] * at_rows[prices != 0])
        reduced = self.cost - self.matrix.T @ prices
        reduced[np.abs(reduced) < TOLERANCE] = 0.0
        at_columns = np.where(reduced > 0, self.lower, self.upper)
        return float(rows + np.sum(reduced[reduced != 0] * at_columns[reduced != 0])) + self.offset


def relax(
    form: StandardForm,
    parts: Partition,
    most_mw: Array,
    *,
    tolerance: float,
    penalty: float,
    threads: int,
    time_limit: float | None = None,
    tell: Callable[[Round], bool] | None = None,
) -> Relaxation:
    """Solve the relaxation of a model site by site.

    Parameters
    ----------
    form : StandardForm
        The whole model.
    parts : Partition
        Its cut along the seam.
    most_mw : ndarray
        Most size that each site can have over all periods [MW]; by site.
    tolerance : float
        Relative distance of bound and value at which to stop.
    penalty : float
        First guess of what all unmet demand together may cost: a few times what meeting it costs. Raised
        where it turns out too low.
    threads : int
        Sites priced at once.
    time_limit : float, optional
        Seconds after which to stop.
    tell : callable, optional
        Told of each round; stops the work by returning False.

    Raises
    ------
    ValueError
        If a site's row is not homogeneous.
    """
    began = time.monotonic()
    _require_cones(form, parts)
    system_rows = parts.rows(-1)
    count = len(parts.sites)
    with ThreadPoolExecutor(threads) as pool:
        pricings = list(pool.map(lambda site: _Pricing(form, parts, site, system_rows), range(count)))
        master = _Master(form, parts, pricings, penalty)
        value, prices, columns = master.solve()
        bound, centre, reduced_there = -np.inf, prices, np.zeros(count)
        number = misses = 0
        exhausted = False
        for number in range(1, ROUND_LIMIT + 1):
            pull = max(0.0, 1.0 - (misses + 1) * (1.0 - SMOOTHING)) if np.isfinite(bound) else 0.0
            asked = pull * centre + (1.0 - pull) * prices
            priced = list(pool.map(lambda pricing, at=asked: pricing.price(at), pricings))
            reduced = np.array([cost for cost, _ in priced])
            found = master.own_bound(asked) + float(np.sum(most_mw * np.minimum(reduced, 0.0)))
            if found > bound:
                bound, centre, reduced_there = found, asked, reduced
            added = sum(master.add(site, ray, prices) for site, (_, ray) in enumerate(priced))
            met = value - bound <= tolerance * abs(value) or (not added and pull == 0.0)
            if met and not master.raise_penalties(columns):
                exhausted = True
                break
            misses = misses + 1 if not added and not met else 0
            if added or met:
                value, prices, columns = master.solve()
            if tell is not None and not tell(Round(number, value, bound)):
                break
            if time_limit is not None and time.monotonic() - began > time_limit:
                break
        columns = master.vertex()
    size = np.zeros(count)
    amounts = columns[master.first_ray :]
    for (site, _), amount in zip(master.rays[: len(amounts)], amounts, strict=True):
        size[site] += amount
    short = master.is_short(columns)
    complete = value - bound <= max(tolerance, TOLERANCE) * abs(value) and not short
    return Relaxation(bound, value, size, reduced_there, centre, number, complete, short, exhausted)


def _require_cones(form: StandardForm, parts: Partition) -> None:
    """Refuse a model whose site rows have right-hand sides."""
    at_site = parts.site_of_row >= 0
    sides = np.concatenate([form.row_lower[at_site], form.row_upper[at_site]])
    if np.any(np.isfinite(sides) & (sides != 0)):
        row = form.rows.name(int(np.flatnonzero(at_site)[0]))
        raise ValueError(f"a site's row has a right-hand side, and cannot be scaled: {row}")
