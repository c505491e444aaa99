"""What a design costs at the least, site by site, at prices of what sites share.

With all that a design counts in few held, each site is a small linear problem of its own at these prices, and the sum
of all is a bound on the design's cost. A move between two sites changes two of these problems only, and a site in one
state is solved once for all the designs in which it has that state: so many moves are told apart for the price of few.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from siting.optimise.decomposition.blocks import BlockBuilder, joined, signed
from siting.optimise.decomposition.linking_rows import partition
from siting.optimise.decomposition.pricing import OPTIMAL, charged
from siting.optimise.solver.linear import solve_surely

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.models.assembly.model import Model
    from siting.optimise.solver.deadline import Deadline

HALLS, CLUSTERS, RACKS = "modules_count", "clusters_count", "racks_count"

ROUNDING = 1e-6
"""Part of a rack that is rounding."""

Counts = dict[str, "Array"]
"""Counts by variable, in the order of its columns."""

Kinds = npt.NDArray[np.bool_]
"""Which kinds of racks may stand, by column of racks."""


class HeldSites:
    """The sites of a model at prices of its shared rows, with their counts held.

    Parameters
    ----------
    model : Model
        The model of all sites in question.
    *prices : ndarray
        Of all its rows, of one kind or of several; those of rows of one site are left aside.
    """

    def __init__(self, model: Model, *prices: Array) -> None:
        parts, builder = partition(model), BlockBuilder()
        blocks = joined(builder.cut(model), builder.shared())
        shared, count = blocks.shared, len(parts.sites)
        row = {model.form.rows.name(place): place for place in parts.shared.tolist()}
        places = [row[name] for name in shared.names]
        self._model, self._blocks = model, blocks.sites
        self._prices = [signed(one[places], shared.row_lower, shared.row_upper) for one in prices]
        self._of_none = [shared.bound(one) for one in self._prices]
        self._columns = [np.flatnonzero(parts.site_named == site).astype(np.int32) for site in range(count)]
        self._along = {
            name: [np.flatnonzero(axis_of(model, name, "site") == site) for site in range(count)]
            for name, (_, axes) in model.assembly.variables.items()
            if "site" in axes and model.form.integral[model.form.columns.of(name)].any()
        }
        self._solvers: dict[tuple[int, int], Any] = {}
        self._locks = [threading.Lock() for _ in parts.sites]
        self._known: dict[tuple[int, bytes], Array] = {}

    def bound(self, held: Counts, kinds: Kinds, deadline: Deadline) -> float:
        """Return what a design costs at the least; infinite if a site has no plan with its counts.

        Parameters
        ----------
        held : dict of str to ndarray
            The design's counts.
        kinds : ndarray of bool
            Kinds of racks that may stand.
        deadline : Deadline
            When to give up.

        Raises
        ------
        Stopped
            If it is over before.
        """
        total, bounds = np.array(self._of_none), None
        for site in range(len(self._blocks)):
            state = b"".join(
                (kinds if name == RACKS else held[name])[at[site]].tobytes() for name, at in self._along.items()
            )
            costs = self._known.get((site, state))
            if costs is None:
                bounds = held_bounds(self._model, held, kinds) if bounds is None else bounds
                lower, upper = (side[self._columns[site]] for side in bounds)
                costs = self._costs(site, state, lower, upper, deadline)
            total += costs
        return float(total.max())

    def _costs(self, site: int, state: bytes, lower: Array, upper: Array, deadline: Deadline) -> Array:
        """Least cost of one site within its bounds, at each kind of prices."""
        with self._locks[site]:
            if (site, state) not in self._known:
                kinds = range(len(self._prices))
                self._known[site, state] = np.array([self._cost(site, one, lower, upper, deadline) for one in kinds])
            return self._known[site, state]

    def _cost(self, site: int, kind: int, lower: Array, upper: Array, deadline: Deadline) -> float:
        solver = self._solvers.get((site, kind))
        if solver is None:
            solver = self._solvers[site, kind] = charged(self._blocks[site], self._prices[kind])
        solver.changeColsBounds(len(lower), np.arange(len(lower), dtype=np.int32), lower, upper)
        status = solve_surely(solver, deadline)
        if status == OPTIMAL:
            return float(solver.getInfo().objective_function_value)
        return np.inf if status == "Infeasible" else -np.inf


def held_bounds(model: Model, held: Counts, kinds: Kinds) -> tuple[Array, Array]:
    """Bounds of columns that hold what there are few of, and leave racks free as far as they fit into the halls.

    Parameters
    ----------
    model : Model
        The model.
    held : dict of str to ndarray
        Counts by variable.
    kinds : ndarray of bool
        Kinds of racks that may stand.
    """
    form = model.form
    lower, upper = form.column_lower.copy(), form.column_upper.copy()
    for name, values in held.items():
        columns = form.columns.of(name)
        if name == RACKS:
            upper[columns] = np.where(kinds, np.minimum(upper[columns], _room(model, held[HALLS])), 0.0)
        else:
            lower[columns] = upper[columns] = values
    return lower, upper


def axis_of(model: Model, name: str, axis: str) -> npt.NDArray[np.intp]:
    """Position of each column of a variable along one of its axes."""
    variable, axes = model.assembly.variables[name]
    return np.asarray(dict(zip(axes, variable.over.places(), strict=True))[axis])


def _room(model: Model, halls: Array) -> Array:
    """Whole racks that fit into the halls of a site and kind, by column of racks; no limit where halls stand."""
    case = model.case
    sites, cooling, racks = (axis_of(model, RACKS, axis) for axis in ("site", "cooling", "rack"))
    modules = np.zeros((len(case.axes["site"]), len(case.axes["cooling"])))
    np.add.at(modules, (axis_of(model, HALLS, "site"), axis_of(model, HALLS, "cooling")), halls)
    room = case.values("halls.module_mw")[sites] * modules[sites, cooling] / case.values("racks.rack_mw")[racks]
    stands = case.values("retrofit.existing_mw").sum(axis=1)[sites] > 0
    return np.where(stands, np.inf, np.floor(room + ROUNDING))
