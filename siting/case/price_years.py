"""Contracts held against a second price year: what they are worth in both, and a case without those that pay in one.

A contract runs for many years, and the hours of one year decide nothing alone: what a plant earns differs between years
by more than what contracts of a market differ by. The margin of a contract is what its output sells for on average at
the wholesale price of the zone, less its strike; of the data year at the long-run level, of the second year at the
level which that year had. What is added for delivery, and what clean power is worth to a limit on carbon, is not in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from siting.case.case import Array, Case, Field

OUTPUT = "contracts.output_fraction"
"""Without output a contract is not offered."""


def strikes(case: Case) -> Array:
    """Strike of each contract at each site [USD/MWh], site by contract."""
    strike = case.fields["contracts.strike_usd_per_mwh"]
    shape = len(case.axes["site"]), len(case.axes["contract"])
    values: Array = np.broadcast_to(strike.values, shape).astype(float)
    return values


def margins(case: Case) -> tuple[Array, Array]:
    """Margins in the data year and in the second year [USD/MWh], site by contract; NaN where one is not known."""
    strike = strikes(case)
    first, second = (case.values(f"contracts.market{when}_usd_per_mwh") - strike for when in ("", "_second_year"))
    return first, second


def pays_in_one_year_only(case: Case) -> npt.NDArray[np.bool_]:
    """Whether a contract has a margin in the data year and a negative one in the second, site by contract.

    One that has a margin in neither was not bought for its price, but for a limit on carbon or a claim; it is left to
    the plan, as is one whose second year is not known.
    """
    first, second = margins(case)
    found: npt.NDArray[np.bool_] = (first >= 0) & (second < 0)
    return found


def without(case: Case, taken_out: npt.NDArray[np.bool_]) -> Case:
    """Return the case in which some contracts are not offered at some sites, nor in what is made of it.

    Parameters
    ----------
    case : Case
        The numbers.
    taken_out : ndarray of bool, (site, contract)
        What is no longer offered.
    """
    sites, contracts = case.axes["site"], case.axes["contract"]
    pairs = frozenset((sites[i], contracts[j]) for i, j in np.argwhere(taken_out).tolist())
    return _without(case, pairs)


def _without(case: Case, pairs: frozenset[tuple[str | float, str | float]]) -> Case:
    gone = [[(site, contract) in pairs for contract in case.axes["contract"]] for site in case.axes["site"]]
    output = case.fields[OUTPUT]
    shape = (len(case.axes["site"]), len(case.axes["contract"]), 1)
    values = np.where(np.array(gone, dtype=bool).reshape(shape), np.nan, output.values)
    return dataclasses.replace(
        case,
        fields={**case.fields, OUTPUT: Field(output.axes, values)},
        year_of=None if case.year_of is None else _Without(case.year_of, pairs),
        days_of=None if case.days_of is None else _Without(case.days_of, pairs),
        sites_of=None if case.sites_of is None else _Without(case.sites_of, pairs),
    )


@dataclasses.dataclass(frozen=True)
class _Without:
    """Makes another case of a case, and leaves the same contracts out."""

    make: Callable[..., Case]
    pairs: frozenset[tuple[str | float, str | float]]

    def __call__(self, case: Case, *asked: Any) -> Case:
        return _without(self.make(case, *asked), self.pairs)
