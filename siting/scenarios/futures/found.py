"""What came of a comparison of futures: designs, what each costs in every future, and what follows from that."""

from __future__ import annotations

import dataclasses
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from siting.study.futures_drawn import FutureStudy

if TYPE_CHECKING:
    from siting.case.case import Array
    from siting.plan.plan import Plan
    from siting.study.study import Study

__all__ = ["BreakEven", "FuturesFound", "HeldDesign", "Swing"]


@dataclasses.dataclass(frozen=True)
class HeldDesign:
    """One design, and what it costs in every future.

    Parameters
    ----------
    name : str
        ``plan`` for the one that is best over all futures, else the future that it is best for, or ``mean``.
    open_sites : tuple of str
        Its sites.
    costs_usd : ndarray
        By future; NaN where it does not serve it.
    """

    name: str
    open_sites: tuple[str, ...]
    costs_usd: Array


@dataclasses.dataclass(frozen=True)
class Swing:
    """What one factor alone does to the best plan.

    Parameters
    ----------
    factor : str
        Its name.
    end : str
        ``low`` or ``high``.
    value : any
        There.
    cost_usd, base_usd : float
        Cost of the best plan found there, and where all is as the study says.
    open_sites : tuple of str
        Its sites.
    """

    factor: str
    end: Literal["low", "high"]
    value: Any
    cost_usd: float
    base_usd: float
    open_sites: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class BreakEven:
    """Where another design costs as little as the plan, all but one factor being as the study says.

    Parameters
    ----------
    factor : str
        The factor.
    value : float
        Its value there.
    design : str
        The other, which is the cheaper beyond.
    towards : str
        End of the range, ``low`` or ``high``, at which it is.
    gain_usd : float
        By how much, at that end.
    """

    factor: str
    value: float
    design: str
    towards: Literal["low", "high"]
    gain_usd: float


@dataclasses.dataclass(frozen=True)
class FuturesFound:
    """What came of a comparison of futures.

    Parameters
    ----------
    folder : Path
        Where it is.
    study : Study
        Of the futures.
    futures : tuple of FutureStudy
        The futures.
    plan : Plan
        The design that is best over all of them.
    designs : tuple of HeldDesign
        That design first, then those for each future and for the mean one.
    alone_bound_usd : ndarray
        What no plan for each future alone costs less than.
    swings : tuple of Swing
        Of each factor, at both ends.
    break_evens : tuple of BreakEven
        Where the choice changes.
    failed : tuple of str
        Cases without a plan.
    """

    folder: Path
    study: Study
    futures: tuple[FutureStudy, ...]
    plan: Plan
    designs: tuple[HeldDesign, ...]
    alone_bound_usd: Array
    swings: tuple[Swing, ...]
    break_evens: tuple[BreakEven, ...]
    failed: tuple[str, ...]

    @property
    def weights(self) -> Array:
        """Probability of each future."""
        return np.array([one.weight for one in self.futures])

    @cached_property
    def best_usd(self) -> Array:
        """What the best of all designs found costs in each future."""
        return np.asarray(np.nanmin([one.costs_usd for one in self.designs], axis=0))

    def expected_usd(self, design: HeldDesign) -> float:
        """Mean cost of a design; NaN where it does not serve every future."""
        return float(self.weights @ design.costs_usd)

    def regrets_usd(self, design: HeldDesign) -> Array:
        """What a design costs more than the best design found for each future."""
        return np.asarray(design.costs_usd - self.best_usd)

    @property
    def information_usd(self) -> float:
        """What it would be worth to know which future comes (EVPI)."""
        return self.expected_usd(self.designs[0]) - float(self.weights @ self.best_usd)

    @property
    def information_most_usd(self) -> float:
        """What it is worth at the most: the plan's cost above the bounds of the futures alone."""
        return self.expected_usd(self.designs[0]) - float(self.weights @ self.alone_bound_usd)

    @property
    def stochastic_usd(self) -> float:
        """What it is worth to plan for all futures rather than the mean one (VSS); infinite if that plan fails one."""
        mean = next((one for one in self.designs if one.name == "mean"), None)
        if mean is None:
            return float("nan")
        cost = self.expected_usd(mean)
        return float("inf") if np.isnan(cost) else cost - self.expected_usd(self.designs[0])

    def __repr__(self) -> str:
        return f"FuturesFound({self.study.name}: {len(self.futures)} futures, {len(self.designs)} designs)"
