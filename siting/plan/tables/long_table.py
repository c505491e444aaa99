"""Fields over axes as one long table, a row for each combination of members."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from siting.case.case import KEY_OF_AXIS, TABLE_OF_AXIS, Case, Field
from siting.case.year_columns import numbers


def long_table(case: Case, fields: Mapping[str, Field], *, drop_zero: bool = True) -> pd.DataFrame:
    """Return fields that share their axes as one long table, a column each.

    Parameters
    ----------
    case : Case
        Names the members of the axes.
    fields : mapping of str to Field
        Fields over the same axes.
    drop_zero : bool
        Leave out rows in which every field is zero.
    """
    axes = next(iter(fields.values())).axes
    shape = tuple(len(case.axes[axis]) for axis in axes)
    matrix = np.stack([field.values.ravel() for field in fields.values()])
    kept = np.flatnonzero((matrix != 0).any(axis=0)) if drop_zero else np.arange(matrix.shape[1])
    places = np.unravel_index(kept, shape) if axes else ()
    columns: dict[str, object] = {
        KEY_OF_AXIS[axis]: _members(case, axis)[place] for axis, place in zip(axes, places, strict=True)
    }
    columns |= {name: row[kept] for name, row in zip(fields, matrix, strict=True)}
    return pd.DataFrame(columns)


def _members(case: Case, axis: str) -> np.ndarray:
    """Members of an axis: texts if a table describes them, else numbers; of an empty one, too."""
    members = case.axes[axis]
    return np.array(members, dtype=object) if axis in TABLE_OF_AXIS else numbers(members)
