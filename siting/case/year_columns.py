"""Columns of years in tables: whole numbers where all are whole, else with decimals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from siting.case.case import Case

__all__ = ["missing_year_type", "numbers", "periods_of"]


def numbers(members: Sequence[Any]) -> npt.NDArray[Any]:
    """Return the members of an axis of numbers as they stand in a column.

    Examples
    --------
    >>> numbers([2030, 2031]).dtype.name, numbers([2028.5, 2029]).tolist()
    ('int64', [2028.5, 2029.0])
    """
    is_whole = all(float(one).is_integer() for one in members)
    return np.array(members, dtype=np.int64 if is_whole else np.float64)


def periods_of(case: Case) -> tuple[float, ...]:
    """Return the years in which the periods of a case begin.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    return cast("tuple[float, ...]", case.axes["period"])


def missing_year_type(members: Sequence[Any]) -> Literal["Int64", "Float64"]:
    """Return the type of a column of such members, some of them missing.

    Examples
    --------
    >>> missing_year_type([2030]), missing_year_type([2028.5, 2029])
    ('Int64', 'Float64')
    """
    return "Int64" if numbers(members).dtype == np.int64 else "Float64"
