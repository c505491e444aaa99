"""What a search ends with, whichever way it went."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from siting.optimise.solver.highs import Outcome

if TYPE_CHECKING:
    from siting.models.assembly.model import Model
    from siting.optimise.decomposition.blocks import Size
    from siting.optimise.decomposition.lagrangian_bounds import SiteBounds


@dataclasses.dataclass(frozen=True)
class Result:
    """A plan of some sites or of all, with a bound on plans of all sites.

    Parameters
    ----------
    outcome : Outcome
        The best plan, by column of the model, and the best bound.
    solver : Highs or None
        Holds the model.
    model : Model or None
        The model in which the plan was found, of some sites or of all; None if none was made.
    size : Size or None
        Size of the model of all sites; None if it ended before that was known.
    prices : mapping of str to float, optional
        Prices of the rows that sites share, by name, at which the relaxation was left.
    bounds : SiteBounds, optional
        Bounds on plans with each site, where they were needed for the search.
    """

    outcome: Outcome
    solver: Any = None
    model: Model | None = None
    size: Size | None = None
    prices: Mapping[str, float] | None = None
    bounds: SiteBounds | None = None
