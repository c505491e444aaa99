"""The seam of a model: which rows and columns belong to which site, and what sites share."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import numpy.typing as npt

from siting.models.assembly.model import Model
from siting.models.assembly.standard_form import StandardForm
from siting.models.compiler.members import Positions

SIZE = "installed_mw"
"""Variable by which a site's plan is measured: a ray of a site's cone has 1 MW of it."""

OPENING = "open_count"
"""Variable that opens a site."""


@dataclasses.dataclass(frozen=True)
class Partition:
    """Rows and columns of a standard form, by the site that they belong to.

    Parameters
    ----------
    sites : tuple of str
        The sites, in the order of the case.
    site_named : ndarray of int
        Position of the site that a column speaks of, wherever it lives; -1 for none.
    owner_of_row : ndarray of int
        Position of the site over which a row is declared, if it names columns of this site only; -1 for a row
        that sites share.
    sizes : ndarray of bool
        Which columns measure a site's size.
    opening : ndarray of int
        Column that opens each site in the last period; -1 for a site that the study excludes.
    """

    sites: tuple[str, ...]
    site_named: Positions
    owner_of_row: Positions
    sizes: npt.NDArray[np.bool_]
    opening: Positions

    @functools.cached_property
    def shared(self) -> Positions:
        """Rows that sites share: demands, caps, counts, and all else that names more than one site, or none."""
        return np.flatnonzero(self.owner_of_row < 0).astype(np.int32)

    def own_rows(self, site: int) -> Positions:
        """Rows that belong to a site, wherever they live."""
        return np.flatnonzero(self.owner_of_row == site).astype(np.int32)

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


def partition(model: Model) -> Partition:
    """Sort the rows and columns of a model by site."""
    form, sites = model.form, tuple(str(site) for site in model.case.axes["site"])
    sizes = np.zeros(len(form.columns), dtype=bool)
    sizes[form.columns.of(SIZE)] = True
    site_named = form.columns.along("site")
    last = form.columns.of(OPENING).reshape(len(sites), -1)[:, -1]
    return Partition(
        sites,
        site_named,
        _owners(form, site_named),
        sizes,
        np.where(form.column_upper[last] >= 1, last, -1).astype(np.int32),
    )


def _owners(form: StandardForm, site_named: Positions) -> Positions:
    """Site over which each row is declared, and whose columns alone it names; -1 where that is not so."""
    matrix = form.matrix.tocsr()
    owners = form.rows.along("site")
    filled = np.flatnonzero(np.diff(matrix.indptr))
    named = site_named[matrix.indices]
    first = np.minimum.reduceat(named, matrix.indptr[filled])
    last = np.maximum.reduceat(named, matrix.indptr[filled])
    alone = (first == last) & (first == owners[filled])
    owners[filled[~alone]] = -1
    return owners
