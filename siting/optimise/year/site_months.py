"""One site's year cut into months, each a small linear model, and what each takes of limits on the whole year."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import scipy.sparse

from siting.accounts.caps import capped_ledgers
from siting.case.case import Array

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.models.assembly.assembly import Assembly
    from siting.models.assembly.labels import Labels
    from siting.models.assembly.standard_form import StandardForm


@dataclasses.dataclass(frozen=True)
class Month:
    """One month of a site.

    Parameters
    ----------
    form : StandardForm
        What it decides.
    columns : ndarray of int
        Where its columns stand in the site's year.
    taken : csr_array, (row, column)
        What its decisions take of each limit on the year.
    """

    form: StandardForm
    columns: npt.NDArray[np.int32]
    taken: scipy.sparse.csr_array

    def within(self, most: Array) -> StandardForm:
        """Return the month with a part of each limit as its own.

        Parameters
        ----------
        most : ndarray
            That part of each; infinite where there is none.
        """
        form, rows = self.form, np.flatnonzero(np.isfinite(most))
        return dataclasses.replace(
            form,
            matrix=scipy.sparse.vstack([form.matrix, self.taken[rows]], format="csc"),
            row_lower=np.concatenate([form.row_lower, np.full(len(rows), -np.inf)]),
            row_upper=np.concatenate([form.row_upper, most[rows]]),
        )


@dataclasses.dataclass(frozen=True)
class SiteMonths:
    """A site's year.

    Parameters
    ----------
    case : Case
        Its numbers.
    assembly : Assembly
        Its components.
    form : StandardForm
        All of its year, with the design held.
    months : tuple of Month
        The same in months.
    limits : tuple of str
        Names of the limits on the year: its own rows, then those of `capped_ledgers` that all sites share, by period.
    room : ndarray
        What its months may take of each of its own together; infinite for those that sites share.
    """

    case: Case
    assembly: Assembly
    form: StandardForm
    months: tuple[Month, ...]
    limits: tuple[str, ...]
    room: Array


def cut_into_months(case: Case, assembly: Assembly, form: StandardForm) -> SiteMonths:
    """Cut a site's year.

    Parameters
    ----------
    case : Case
        Its numbers.
    assembly : Assembly
        Its components.
    form : StandardForm
        All of its year, with what it decides for more than a month held by its bounds.
    """
    month_of_row, month_of_column = _months(case, form.rows), _months(case, form.columns)
    own = np.flatnonzero((month_of_row == 0) & (np.isfinite(form.row_lower) | np.isfinite(form.row_upper)))
    if np.isfinite(form.row_lower[own]).any():
        raise RuntimeError("a limit on the year is none from above")
    caps, names = _caps(case, assembly, len(form.columns))
    taken = scipy.sparse.csr_array(scipy.sparse.vstack([form.matrix.tocsr()[own], caps], format="csr"))
    is_held = month_of_column == 0
    held = np.where(is_held, form.column_lower, 0.0)
    room = np.concatenate([form.row_upper[own] - form.matrix.tocsr()[own] @ held, np.full(len(names), np.inf)])
    taken = scipy.sparse.csr_array(taken @ scipy.sparse.diags_array(np.where(is_held, 0.0, 1.0)))
    months = []
    for month in case.axes["month"]:
        columns = np.flatnonzero((month_of_column == month) | is_held).astype(np.int32)
        part = form.part(np.flatnonzero(month_of_row == month).astype(np.int32), columns)
        months.append(Month(part, columns, taken[:, columns]))
    limits = (*(form.rows.name(row) for row in own.tolist()), *names)
    return SiteMonths(case, assembly, form, tuple(months), limits, room)


def _caps(case: Case, assembly: Assembly, columns_count: int) -> tuple[scipy.sparse.csr_array, tuple[str, ...]]:
    """What each column adds to the accounts that are capped, by account and period."""
    from siting.models.assembly.compilation import terms_of
    from siting.models.compiler.entries import written

    periods = case.axes["period"]
    rows, names = [scipy.sparse.csr_array((0, columns_count))], []
    for account, ledger in capped_ledgers(case.study.policy).items():
        total = scipy.sparse.csr_array((len(periods), columns_count))
        for entries in terms_of(assembly, assembly.ledgers[ledger]).values():
            number, column, coefficient = written(entries.parts)
            total = total + scipy.sparse.csr_array((coefficient, (number, column)), shape=total.shape)
        rows.append(total)
        names += [f"{account}[{period}]" for period in periods]
    return scipy.sparse.csr_array(scipy.sparse.vstack(rows, format="csr")), tuple(names)


def _months(case: Case, labels: Labels) -> npt.NDArray[np.int64]:
    """Month of each row or column; 0 for those of the whole year."""
    hours = case.calendar.hours
    months = {
        "month": np.array(case.axes["month"], dtype=np.int64),
        "day": hours.groupby("day")["month"].first().to_numpy(np.int64),
        "hour": hours["month"].to_numpy(np.int64),
    }
    found = np.zeros(len(labels), dtype=np.int64)
    for axis, month in months.items():
        along = labels.along(axis)
        found[along >= 0] = month[along[along >= 0]]
    return found
