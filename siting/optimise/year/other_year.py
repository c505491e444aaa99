"""A plan held against a second price year: what it contracts and what pays in one year only is taken out.

The search is made again without such contracts at all sites of their zones, from the plan that had them. The cost, the
gap and every bound that a plan then states, of the chosen days and of the year, are those of the problem without these
contracts: they are no claim about plans that have them, which may cost less by the data year's prices. The bound of
the first search holds for it, too, since leaving contracts out makes no plan cheaper; the higher of the two is stated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siting.case.price_years import pays_in_one_year_only
from siting.optimise.warm_start import LEAST
from siting.plan.cautions import Caution

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.case.solution import Solution

OfferedPairs = npt.NDArray[np.bool_]


def offered_losers(case: Case) -> OfferedPairs:
    """Which offered contracts pay in the data year and lose in the second, site by contract."""
    found: OfferedPairs = pays_in_one_year_only(case) & case.has_output()
    return found


def is_contracted(solution: Solution, pairs: OfferedPairs) -> bool:
    """Whether a plan contracts any of some pairs of site and contract at some time."""
    contracted = solution.decisions.get("contracted_mw")
    return contracted is not None and bool((contracted.values.max(axis=-1) > LEAST)[pairs].any())


def named(case: Case, pairs: OfferedPairs) -> tuple[str, ...]:
    """Contracts with their grid zones, as in ``solar in ERCO``."""
    zones, contracts = case.tables["sites"]["grid_zone_id"].tolist(), case.axes["contract"]
    return tuple(sorted({f"{contracts[j]} in {zones[i]}" for i, j in np.argwhere(pairs).tolist()}))


def caution(case: Case, pairs: OfferedPairs, *, are_taken_out: bool) -> Caution:
    """What a reader must know of contracts that were taken out, or could not be."""
    values = {
        "contracts": ", ".join(named(case, pairs)),
        "first": str(case.study.time.data_year),
        "second": str(case.study.time.compared_year),
    }
    return Caution("contracts_taken_out" if are_taken_out else "contracts_kept", values)
