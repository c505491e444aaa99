"""The model in blocks: what each site brings, and what sites share; made some sites at a time.

The same components that build the whole model build any of its sites, so the whole never has to be in memory.
A row declared over sites that names columns of its own site only belongs to that site. All other rows are
shared: demands, caps, counts. They are known again by name in each batch of sites, and what they ask must not
depend on which sites there are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse
from pyomo.common.errors import InfeasibleConstraintException

from siting.case.case import Array, Case
from siting.models.assembly.assembly import Component
from siting.models.assembly.ledgers import Scope
from siting.models.assembly.model import Model, model_of
from siting.models.assembly.standard_form import StandardForm
from siting.models.compiler.members import Positions
from siting.optimise.decomposition.linking_rows import Partition, partition

BATCH_COUNT = 20
"""Sites put together at once: fewer take longer each (a batch has costs of its own), more take memory."""

NO_COST = 1e-9
"""Reduced cost that is rounding."""

SAME = 1e-9
"""Relative difference between two statements of one shared row that is rounding."""


@dataclasses.dataclass(frozen=True)
class SiteBlock:
    """What one site brings to the model.

    Parameters
    ----------
    site : str
        The site.
    matrix : csc_array
        Its own rows by its columns.
    row_lower, row_upper : ndarray
        Bounds of its own rows.
    link : csc_array
        The rows that sites share, as far as they were known when it was made, by its columns.
    cost, column_lower, column_upper : ndarray
        Of its columns (cost in the scale of the standard form).
    size : ndarray
        What each column adds to the installed power [MW].
    opening : int or None
        Column that opens the site in the last period; None for a site that cannot be opened.
    whole : dict of str to int
        Its integer columns, by name.
    """

    site: str
    matrix: scipy.sparse.csc_array
    row_lower: Array
    row_upper: Array
    link: scipy.sparse.csc_array
    cost: Array
    column_lower: Array
    column_upper: Array
    size: Array
    opening: int | None
    whole: dict[str, int]

    @property
    def counted(self) -> Positions:
        """Its integer columns, in the order of `whole`."""
        return np.array(list(self.whole.values()), dtype=np.int32)

    @property
    def may_be_empty(self) -> bool:
        """Whether having nothing at all is a plan of the site."""
        return bool(np.all(self.column_lower <= 0) and np.all(self.column_upper >= 0))


@dataclasses.dataclass(frozen=True)
class LinkingRows:
    """What belongs to no one site: the rows that sites share, and the columns of no site.

    Parameters
    ----------
    names : tuple of str
        The rows, by name.
    row_lower, row_upper : ndarray
        Their bounds.
    matrix : csc_array
        These rows by the columns of no site.
    cost, column_lower, column_upper : ndarray
        Of these columns.
    offset : float
        Constant of the objective.
    """

    names: tuple[str, ...]
    row_lower: Array
    row_upper: Array
    matrix: scipy.sparse.csc_array
    cost: Array
    column_lower: Array
    column_upper: Array
    offset: float

    def bound(self, prices: Array) -> float:
        """Part of a bound that needs no site: what the rows ask, and the best of the columns of no site.

        Parameters
        ----------
        prices : ndarray
            Of the rows.
        """
        reduced = self.cost - self.matrix.T @ prices
        reduced[np.abs(reduced) < NO_COST] = 0.0
        of_columns = at_bounds(reduced, self.column_lower, self.column_upper)
        return self.offset + at_bounds(prices, self.row_lower, self.row_upper) + of_columns


@dataclasses.dataclass(frozen=True)
class Size:
    """How large a model is."""

    rows: int
    columns: int
    nonzeros: int
    integers: int


@dataclasses.dataclass(frozen=True)
class BlockAngularForm:
    """A model in blocks.

    Parameters
    ----------
    sites : tuple of SiteBlock
        What each site brings; all links have the shared rows' count.
    shared : LinkingRows
        What sites share.
    """

    sites: tuple[SiteBlock, ...]
    shared: LinkingRows


class BlockBuilder:
    """Cuts models of some sites into blocks, and gathers what they share.

    Attributes
    ----------
    known : dict of str to int
        Positions of the shared rows met so far, by name.
    """

    def __init__(self) -> None:
        self.known: dict[str, int] = {}
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._alone: StandardForm | None = None
        self._entries: list[tuple[int, int, float]] = []
        self._filled: set[int] = set()
        self._offset = 0.0
        self._own = np.zeros(4, dtype=np.int64)

    def cut(self, model: Model) -> list[SiteBlock]:
        """Cut the model of some sites.

        Raises
        ------
        ValueError
            If a site's row is not homogeneous, or if what sites share depends on which of them there are.
        """
        form, parts = model.form, partition(model)
        _require_cones(form)
        by_row = form.matrix.tocsr()
        link = self._share(form, by_row, parts)
        return [_block(form, by_row, parts, link, site) for site in range(len(parts.sites))]

    def sides(self) -> tuple[Array, Array]:
        """Bounds of the shared rows met so far."""
        return np.array(self._lower), np.array(self._upper)

    def shared(self) -> LinkingRows:
        """What sites share, once all have been cut.

        Raises
        ------
        InfeasibleConstraintException
            If no site has anything to meet a row with.
        """
        for name, place in self.known.items():
            if place not in self._filled:  # known nevertheless: it cannot hold
                raise InfeasibleConstraintException(f"no variable stands in {name}, which cannot hold")
        alone = self._alone
        count = 0 if alone is None else len(alone.cost)
        row, column, value = zip(*self._entries, strict=True) if self._entries else ((), (), ())
        return LinkingRows(
            tuple(self.known),
            *self.sides(),
            scipy.sparse.csc_array((value, (row, column)), shape=(len(self.known), count), dtype=float),
            np.zeros(0) if alone is None else alone.cost,
            np.zeros(0) if alone is None else alone.column_lower,
            np.zeros(0) if alone is None else alone.column_upper,
            self._offset,
        )

    def size(self) -> Size:
        """Size of the whole model, once all sites have been cut."""
        rows, columns, nonzeros, integers = self._own.tolist()
        alone = self._alone
        if alone is not None:
            columns, integers = columns + len(alone.cost), integers + int(alone.integral.sum())
        return Size(rows + len(self.known), columns, nonzeros + len(self._entries), integers)

    def _share(self, form: StandardForm, by_row: scipy.sparse.csr_array, parts: Partition) -> scipy.sparse.csr_array:
        """Know the shared rows again, and return them by the form's columns, in the order in which they are known."""
        alone = np.flatnonzero(parts.site_named < 0).astype(np.int32)
        self._keep_alone(form, alone)
        places, fresh = [], []
        for row in parts.shared.tolist():
            name = form.rows.name(row)
            sides = float(form.row_lower[row]), float(form.row_upper[row])
            place = self.known.get(name)
            if place is None:
                place = self.known[name] = len(self.known)
                self._lower.append(sides[0])
                self._upper.append(sides[1])
                fresh.append((place, row))
            elif not np.allclose((self._lower[place], self._upper[place]), sides, rtol=SAME, atol=SAME):
                raise ValueError(f"what a row that sites share asks must not depend on which sites there are: {name}")
            places.append(place)
        of_none = np.full(len(parts.site_named), -1, dtype=np.int32)
        of_none[alone] = np.arange(len(alone), dtype=np.int32)
        for place, row in fresh:
            there = slice(by_row.indptr[row], by_row.indptr[row + 1])
            for column, value in zip(by_row.indices[there].tolist(), by_row.data[there].tolist(), strict=True):
                if of_none[column] >= 0:
                    self._entries.append((place, int(of_none[column]), value))
        self._offset += form.offset
        rows = by_row[parts.shared].tocoo()
        self._filled.update(np.array(places)[np.unique(rows.row)].tolist())
        own = parts.site_named >= 0
        own_entries = int(np.count_nonzero(own[form.matrix.tocoo().col])) if len(alone) else form.matrix.nnz
        own_rows = by_row.shape[0] - len(parts.shared)
        self._own += (own_rows, int(own.sum()), own_entries, int((form.integral & own).sum()))
        at = np.array(places, dtype=np.int32)[rows.row]
        return scipy.sparse.csr_array((rows.data, (at, rows.col)), shape=(len(self.known), by_row.shape[1]))

    def _keep_alone(self, form: StandardForm, alone: Positions) -> None:
        """Keep the columns of no site, which are the same whichever sites there are."""
        here = form.part(np.zeros(0, dtype=np.int32), alone)
        if self._alone is None:
            self._alone = here
            return
        for name in ("cost", "column_lower", "column_upper"):
            if not np.allclose(getattr(self._alone, name), getattr(here, name), rtol=SAME, atol=SAME):
                raise ValueError(f"{name} of a column of no site must not depend on which sites there are")


def cut(case: Case, components: Sequence[type[Component]]) -> tuple[BlockAngularForm, Size]:
    """Cut a whole model into blocks without ever making it.

    Parameters
    ----------
    case : Case
        The numbers, of all sites.
    components : sequence of component classes
        What the model consists of.
    """
    cutter = BlockBuilder()
    blocks = tuple(each_block(case, components, cutter))
    return joined(blocks, cutter.shared()), cutter.size()


def cut_model(model: Model) -> BlockAngularForm:
    """Cut a model that has been made into blocks."""
    cutter = BlockBuilder()
    return joined(cutter.cut(model), cutter.shared())


def each_block(case: Case, components: Sequence[type[Component]], cutter: BlockBuilder) -> Iterator[SiteBlock]:
    """Cut a whole model, and yield what each site brings, in the order of the case.

    Parameters
    ----------
    case : Case
        The numbers, of all sites.
    components : sequence of component classes
        What the model consists of.
    cutter : BlockBuilder
        Gathers what sites share.
    """
    design = dataclasses.replace(case, year_of=None)  # the replay's hours would be cut with each batch
    sites = [str(site) for site in case.axes["site"]]
    for first in range(0, len(sites), BATCH_COUNT):
        batch = design.only(site=sites[first : first + BATCH_COUNT])
        yield from cutter.cut(model_of(batch, components, of_more=True))


def joined(blocks: Sequence[SiteBlock], shared: LinkingRows) -> BlockAngularForm:
    """Give all links the count of the shared rows: later sites may have met rows that earlier ones had not."""
    count = len(shared.names)
    return BlockAngularForm(
        tuple(dataclasses.replace(block, link=lengthened(block.link, count)) for block in blocks), shared
    )


def lengthened(link: scipy.sparse.csc_array, count: int) -> scipy.sparse.csc_array:
    """Return a link with more rows, all empty."""
    return scipy.sparse.csc_array((link.data, link.indices, link.indptr), shape=(count, link.shape[1]))


def at_bounds(prices: Array, lower: Array, upper: Array) -> float:
    """Least of prices times amounts within bounds: minus infinity where a bound is missing on the side that pays."""
    paid = prices != 0
    return float(np.sum(prices[paid] * np.where(prices > 0, lower, upper)[paid]))


def signed(prices: Array, lower: Array, upper: Array) -> Array:
    """Prices of rows without those that a row with one bound cannot have."""
    return np.where(((prices > 0) & np.isinf(lower)) | ((prices < 0) & np.isinf(upper)), 0.0, prices)


def _block(
    form: StandardForm, by_row: scipy.sparse.csr_array, parts: Partition, link: scipy.sparse.csr_array, site: int
) -> SiteBlock:
    """Take one site out of a model."""
    columns: Positions = np.flatnonzero(parts.site_named == site).astype(np.int32)
    rows = parts.own_rows(site)
    opening = np.flatnonzero(columns == parts.opening[site])
    whole = np.flatnonzero(form.integral[columns]).tolist()
    return SiteBlock(
        parts.sites[site],
        scipy.sparse.csc_array(by_row[rows][:, columns]),
        form.row_lower[rows],
        form.row_upper[rows],
        scipy.sparse.csc_array(link[:, columns]),
        form.cost[columns],
        form.column_lower[columns],
        form.column_upper[columns],
        parts.sizes[columns].astype(float),
        int(opening[0]) if len(opening) else None,
        {form.columns.name(int(columns[place])): place for place in whole},
    )


def _require_cones(form: StandardForm) -> None:
    """Refuse a model whose site rows have right-hand sides."""
    at_site: npt.NDArray[np.bool_] = form.rows.along("site", lambda found: found.scope is Scope.SITE) >= 0
    wrong = np.zeros(len(at_site), dtype=bool)
    for side in (form.row_lower, form.row_upper):
        wrong |= at_site & np.isfinite(side) & (side != 0)
    if wrong.any():
        row = form.rows.name(int(np.flatnonzero(wrong)[0]))
        raise ValueError(f"a site's row has a right-hand side, and cannot be scaled: {row}")
