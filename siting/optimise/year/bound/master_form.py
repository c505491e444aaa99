"""The master of the year as arrays: each site's design, cost of its days, and what they add to the coupling rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import scipy.sparse

from siting.case.case import Array
from siting.models.assembly.labels import Labels
from siting.models.assembly.standard_form import StandardForm
from siting.models.compiler.members import Positions
from siting.optimise.decomposition.blocks import LinkingRows
from siting.optimise.year.bound.coupling import CouplingRows
from siting.optimise.year.bound.site_year import Marks, SiteDesign

NO_LABELS = Labels((), np.zeros(0, dtype=np.int32))


@dataclasses.dataclass(frozen=True)
class SiteColumns:
    """Where a site's columns stand in the master.

    Parameters
    ----------
    design : slice
        Its design.
    cost : slice
        The cost of each group of days.
    added : ndarray of int
        What each group adds to each coupling row: groups by coupling rows.
    coupling : ndarray of int
        The coupling rows, by row of the master.
    """

    design: slice
    cost: slice
    added: Positions
    coupling: Positions


class _Rows:
    """Rows being put together."""

    def __init__(self) -> None:
        self.lower: list[Array] = []
        self.upper: list[Array] = []
        self.parts: list[tuple[Positions, Positions, Array]] = []
        self.count = 0

    def add(self, lower: Array, upper: Array) -> Positions:
        """Add empty rows, and return where they stand."""
        places = np.arange(self.count, self.count + len(lower), dtype=np.int32)
        self.lower.append(lower)
        self.upper.append(upper)
        self.count += len(lower)
        return places

    def fill_at(self, rows: Positions, columns: Positions) -> None:
        """Put ones where rows and columns stand."""
        self.parts.append((rows, columns, np.ones(len(rows))))

    def fill(self, matrix: scipy.sparse.sparray, rows: Positions, columns: Positions) -> None:
        """Put a matrix where its rows and columns stand."""
        entries = matrix.tocoo()
        self.parts.append((rows[entries.row], columns[entries.col], entries.data))


def master_form(
    sites: Sequence[SiteDesign], shared: LinkingRows, rows: CouplingRows
) -> tuple[list[SiteColumns], StandardForm]:
    """Put the master together, without cuts, and say where each site's columns stand.

    Parameters
    ----------
    sites : sequence of SiteDesign
        The sites.
    shared : LinkingRows
        What they share, once all have been cut.
    rows : CouplingRows
        How shared rows are weighed together.
    """
    chosen, keys = _weighed(shared, rows)
    made = _Rows()
    of_shared = made.add(*_sides(chosen, shared))
    of_key = dict(zip(keys, of_shared[len(of_shared) - len(keys) :].tolist(), strict=True))
    columns_lower: list[Array] = []
    columns_upper: list[Array] = []
    costs: list[Array] = []
    integral: list[Marks] = []
    places: list[SiteColumns] = []
    count = 0
    for site in sites:
        groups, couplings = site.days_least.shape
        own = len(site.coupling_lower)
        varies = site.days_least < site.days_most
        design = np.arange(count, count + len(site.cost), dtype=np.int32)
        cost = np.arange(design[-1] + 1, design[-1] + 1 + groups, dtype=np.int32)
        added = np.full((groups, couplings), -1, dtype=np.int32)
        added[varies] = np.arange(cost[-1] + 1, cost[-1] + 1 + int(varies.sum()))
        count = int(cost[-1]) + 1 + int(varies.sum())
        made.fill(site.matrix, made.add(site.row_lower, site.row_upper), design)
        of_own = made.add(site.coupling_lower, site.coupling_upper)
        made.fill(site.coupling, of_own, design)
        link = chosen[:, : site.link.shape[0]] @ site.link
        made.fill(link, of_shared, design)
        coupling = np.r_[of_own, [of_key[key] for key in site.coupling_keys[own:]]].astype(np.int32)
        group, row = np.nonzero(varies)
        made.fill_at(coupling[row], added[group, row])
        columns_lower += [site.lower, site.cost_least, site.days_least[varies]]
        columns_upper += [site.upper, site.cost_most, site.days_most[varies]]
        costs += [site.cost, np.ones(groups), np.zeros(len(row))]
        integral += [site.integral, np.zeros(groups + len(row), dtype=bool)]
        places.append(
            SiteColumns(
                slice(int(design[0]), int(design[-1]) + 1), slice(int(cost[0]), int(cost[-1]) + 1), added, coupling
            )
        )
    free = np.arange(count, count + len(shared.cost), dtype=np.int32)
    made.fill(chosen @ shared.matrix, of_shared, free)
    row = np.concatenate([part[0] for part in made.parts])
    column = np.concatenate([part[1] for part in made.parts])
    value = np.concatenate([part[2] for part in made.parts])
    total = count + len(free)
    return places, StandardForm(
        matrix=scipy.sparse.csc_matrix((value, (row, column)), shape=(made.count, total)),
        row_lower=np.concatenate(made.lower),
        row_upper=np.concatenate(made.upper),
        column_lower=np.concatenate([*columns_lower, shared.column_lower]),
        column_upper=np.concatenate([*columns_upper, shared.column_upper]),
        cost=np.concatenate([*costs, shared.cost]),
        offset=shared.offset,
        integral=np.concatenate([*integral, np.zeros(len(free), dtype=bool)]),
        rows=NO_LABELS,
        columns=NO_LABELS,
    )


def _weighed(shared: LinkingRows, rows: CouplingRows) -> tuple[scipy.sparse.csr_array, list[str]]:
    """What makes the master's shared rows from those of the year: the others as they are, then one for each key."""
    weighed = [rows.of(name) for name in shared.names]
    alone, keys = rows.split(shared.names)
    at = {name: place for place, name in enumerate([*alone, *keys])}
    entries = [
        (at[name], place, 1.0) if weight is None else (at[weight.key], place, weight.weight)
        for place, (name, weight) in enumerate(zip(shared.names, weighed, strict=True))
    ]
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    shape = len(alone) + len(keys), len(weighed)
    return scipy.sparse.csr_array((value, (row, column)), shape=shape, dtype=float), keys


def _sides(chosen: scipy.sparse.csr_array, shared: LinkingRows) -> tuple[Array, Array]:
    """Bounds of sums of shared rows: of as many as have one."""
    sides = []
    positive, negative = chosen.maximum(0), chosen.minimum(0)
    for near, far, none in (
        (shared.row_lower, shared.row_upper, -np.inf),
        (shared.row_upper, shared.row_lower, np.inf),
    ):
        sums = positive @ _finite(near) + negative @ _finite(far)
        missing = positive @ np.isinf(near) - negative @ np.isinf(far) > 0
        sides.append(np.where(missing, none, sums))
    return sides[0], sides[1]


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, 0.0)
