"""What a solve decided: plain arrays, from which every table, account and audit follows."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case.case import Array, Field

PRINTED_LEDGERS = (
    "cost_usd_per_yr",
    "carbon_location_t_per_yr",
    "carbon_market_t_per_yr",
    "carbon_hourly_t_per_yr",
    "carbon_embodied_t_per_yr",
    "water_m3_per_yr",
    "power_mw",
)
"""Ledgers whose terms are kept in a plan."""


TERM_COLUMNS = ("ledger", "component", "term", "payer", "receiver")
"""Columns of the table of posted terms."""


@dataclasses.dataclass(frozen=True)
class Solution:
    """What a solve decided.

    Parameters
    ----------
    decisions : mapping of str to Field
        Every variable by its name; zero where the model has no such combination.
    terms : DataFrame
        One row a posted term of the kept ledgers: ``ledger``, ``component``, ``term``, ``payer``,
        ``receiver``.
    values : mapping of str to Field
        Value of each term, by ``ledger/component.term``; zero at closed sites.
    """

    decisions: Mapping[str, Field]
    terms: pd.DataFrame
    values: Mapping[str, Field]

    def __post_init__(self) -> None:
        for name in ("decisions", "values"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def at_sites(self, places: npt.NDArray[np.integer[Any]], count: int) -> Solution:
        """Return the solution of a larger case, which has nothing at its other sites.

        Parameters
        ----------
        places : ndarray of int
            Position in the larger case of each site here.
        count : int
            Sites of the larger case.
        """

        def wider(field: Field) -> Field:
            if "site" not in field.axes:
                return field
            axis = field.axes.index("site")
            shape = (*field.values.shape[:axis], count, *field.values.shape[axis + 1 :])
            values = np.zeros(shape)
            values[(slice(None),) * axis + (places,)] = field.values
            return Field(field.axes, values)

        decisions = {name: wider(field) for name, field in self.decisions.items()}
        return Solution(decisions, self.terms, {name: wider(field) for name, field in self.values.items()})

    def terms_of(self, ledger: str) -> list[dict[str, str]]:
        """Terms of one ledger: ``component``, ``term``, ``payer``, ``receiver``."""
        chosen = self.terms[self.terms["ledger"] == ledger]
        names = [str(name) for name in chosen.columns]
        columns = [chosen[name].astype(str).tolist() for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]

    def total(self, ledger: str) -> Array:
        """Sum of the terms of one ledger, over its axes; a single zero if it has none."""
        terms = (field.values for name, field in self.values.items() if name.startswith(f"{ledger}/"))
        return sum(terms, np.zeros(()))
