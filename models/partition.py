"""The model cut along its seam: a block of rows and columns for each site, and the rest."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import numpy.typing as npt

from siting.models.assembly import Assembly
from siting.models.ledgers import Scope
from siting.models.standard_form import Range, StandardForm

SIZE = "installed_mw"
"""Variable by which a site's plan is measured: a ray of a site's cone has 1 MW of it."""

OPENING = "open_count"
"""Variable that opens a site."""

Positions = npt.NDArray[np.int32]


@dataclasses.dataclass(frozen=True)
class Partition:
    """Rows and columns of a standard form, by where they live.

    Parameters
    ----------
    sites : tuple of str
        The sites, in the order of the blocks.
    site_of_column, site_of_row : ndarray of int
        Position of the site that a column or row belongs to; -1 for the system.
    site_named : ndarray of int
        Position of the site that a column speaks of, also where it lives in the system; -1 for none.
    owner_of_row : ndarray of int
        Position of the site whose columns alone a row names, wherever it lives; -1 for a row that sites share.
    sizes : ndarray of bool
        Which columns measure a site's size.
    opening : ndarray of int
        Column that opens each site in the last period; -1 for a site that the study excludes.
    """

    sites: tuple[str, ...]
    site_of_column: Positions
    site_of_row: Positions
    site_named: Positions
    owner_of_row: Positions
    sizes: npt.NDArray[np.bool_]
    opening: Positions

    @functools.cached_property
    def shared(self) -> Positions:
        """Rows that sites share: demands, caps, and all else that names more than one site, or none."""
        return np.flatnonzero(self.owner_of_row < 0).astype(np.int32)

    def own_rows(self, site: int) -> Positions:
        """Rows that name columns of this site only, wherever they live."""
        return np.flatnonzero(self.owner_of_row == site).astype(np.int32)

    def columns(self, site: int) -> Positions:
        """Columns of a site, or of the system for -1."""
        return np.flatnonzero(self.site_of_column == site).astype(np.int32)

    def support(self, form: StandardForm, sites: npt.NDArray[np.bool_]) -> tuple[StandardForm, Positions]:
        """Return the model with only the given sites, and the positions of its columns.

        Parameters
        ----------
        form : StandardForm
            The whole model.
        sites : ndarray of bool
            Which sites are kept; all that speaks of the others is zero.
        """
        columns = np.flatnonzero((self.site_named < 0) | sites[self.site_named]).astype(np.int32)
        rows = np.flatnonzero((self.owner_of_row < 0) | sites[self.owner_of_row]).astype(np.int32)
        return form.part(rows, columns), columns

    def rows(self, site: int) -> Positions:
        """Rows of a site, or of the system for -1."""
        return np.flatnonzero(self.site_of_row == site).astype(np.int32)


def partition(assembly: Assembly, form: StandardForm) -> Partition:
    """Cut a standard form along the seam of its assembly.

    Parameters
    ----------
    assembly : Assembly
        The whole model.
    form : StandardForm
        The same, as arrays.
    """

    def at_site(found: Range) -> bool:
        return found.scope is Scope.SITE

    sizes = np.zeros(len(form.columns), dtype=bool)
    sizes[form.columns.of(SIZE)] = True
    site_named, count = form.columns.along("site"), len(assembly.case.axes["site"])
    last = form.columns.of(OPENING).reshape(count, -1)[:, -1]
    return Partition(
        tuple(str(site) for site in assembly.case.axes["site"]),
        form.columns.along("site", at_site),
        form.rows.along("site", at_site),
        site_named,
        _owners(form, site_named),
        sizes,
        np.where(form.column_upper[last] >= 1, last, -1).astype(np.int32),
    )


def _owners(form: StandardForm, site_named: Positions) -> Positions:
    """Site whose columns alone each row names; -1 where there is more than one, or none."""
    matrix = form.matrix.tocsr()
    filled = np.flatnonzero(np.diff(matrix.indptr))
    named = site_named[matrix.indices]
    first = np.minimum.reduceat(named, matrix.indptr[filled])
    last = np.maximum.reduceat(named, matrix.indptr[filled])
    owners = np.full(matrix.shape[0], -1, dtype=np.int32)
    owners[filled] = np.where(first == last, first, -1)
    return owners
