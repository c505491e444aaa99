"""Rows that sites share and in which the work of days stands: weighed together, so that each kind has one price.

A price each for 365 rows of batch work would be too many to look for. The days' prices tell how the rows compare; how
high all of them are is looked for. What is weighed together holds less than the rows apart, so a bound stays one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from siting.models.assembly.standard_form import StandardForm
from siting.optimise.year.bound.year_prices import YearPrices

OF_CALENDAR = ("day", "hour", "month")
"""Axes along which rows are weighed together."""


@dataclasses.dataclass(frozen=True)
class Weighed:
    """A shared row's part in the one that it is weighed into.

    Parameters
    ----------
    key : str
        The row that it is weighed into: its own name, less day and hour, and the sides that it has.
    weight : float
        What it is multiplied by.
    """

    key: str
    weight: float


class CouplingRows:
    """Weights of all shared rows met so far.

    Parameters
    ----------
    prices : YearPrices
        Prices of the year's shared rows, which are the weights.

    Attributes
    ----------
    first_price : dict of str to float
        Price of each row that others are weighed into, to begin with.
    """

    def __init__(self, prices: YearPrices) -> None:
        self._prices = prices
        self._weighed: dict[str, Weighed] = {}
        self.first_price: dict[str, float] = {}

    def learn(self, form: StandardForm, rows: list[int]) -> list[Weighed]:
        """Weigh rows of a site's year, and return the weight of each.

        Parameters
        ----------
        form : StandardForm
            The site's year.
        rows : list of int
            The shared rows in which days of the site stand.
        """
        fresh = [row for row in rows if form.rows.name(row) not in self._weighed]
        by_key: dict[str, list[int]] = {}
        for row in fresh:
            by_key.setdefault(_key(form, row), []).append(row)
        for key, members in by_key.items():
            price = np.array([self._prices.of(form.rows, row) for row in members])
            weight = price if form.row_lower[members[0]] == form.row_upper[members[0]] else np.abs(price)
            if key not in self.first_price:
                if not weight.any():
                    weight = np.ones(len(members))
                self.first_price[key] = float(price @ weight / (weight @ weight))
            for row, value in zip(members, weight.tolist(), strict=True):
                self._weighed[form.rows.name(row)] = Weighed(key, value)
        return [self._weighed[form.rows.name(row)] for row in rows]

    def split(self, names: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the rows in which no day stands, and the keys that the others are weighed into, in their order."""
        weighed = [(name, self._weighed.get(name)) for name in names]
        keys = dict.fromkeys(weight.key for _, weight in weighed if weight is not None)
        return [name for name, weight in weighed if weight is None], list(keys)

    def of(self, name: str) -> Weighed | None:
        """Weight of a shared row by its name; None of one in which no day stands."""
        return self._weighed.get(name)


def _key(form: StandardForm, row: int) -> str:
    """Name of a row without what says its place in the year, and the sides that it has."""
    block, name = form.rows.declared(row)
    members = form.rows.members(row)
    if not members:
        return form.rows.name(row)
    kept = [str(member) for axis, member in members.items() if axis not in OF_CALENDAR]
    lower, upper = form.row_lower[row], form.row_upper[row]
    sides = "=" if lower == upper else f"{'>' if np.isfinite(lower) else ''}{'<' if np.isfinite(upper) else ''}"
    return f"{block}.{name}[{','.join(kept)}]{sides}"
