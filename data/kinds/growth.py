"""Cases of growth of demand: how much more of each class of work is asked some years on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from siting.data.kinds.row import Fraction, Graded, Text
from siting.study import magnitudes
from siting.study.workloads import WorkKind
from siting.text import Id

__all__ = ["DemandGrowthRow", "growth_ratio"]


class DemandGrowthRow(Graded):
    """A case of growth.

    Inference and batch work grow as the power that they draw and as what hardware does with it: power and gain, both a
    year. Training doubles in the time in which that of single notable models does, of which a study takes up a share.
    """

    case_id: Id
    name: Text
    power_growth_per_yr: Annotated[float, magnitudes.GROWTH_PER_YR]
    hardware_gain_per_yr: Annotated[float, magnitudes.GROWTH_PER_YR]
    training_doubling_yr: Annotated[float, magnitudes.DOUBLING_YR]
    training_doubling_error_yr: Annotated[float, magnitudes.DOUBLING_ERROR_YR] | None
    training_adoption_fraction: Fraction


def growth_ratio(case: Mapping[Any, Any], work_class: WorkKind, years_yr: float) -> float:
    """Return the work of a class after some years over that before them.

    Parameters
    ----------
    case : mapping
        Row of the table demand_growth.
    work_class : str
        Which kind of work; HPC grows as inference and batch work do.
    years_yr : float
        How long after [yr].

    Examples
    --------
    >>> case = {"power_growth_per_yr": 0.25, "hardware_gain_per_yr": 0.2, "training_doubling_yr": 0.5,
    ...         "training_adoption_fraction": 0.25}
    >>> growth_ratio(case, "inference", 2), growth_ratio(case, "training", 2)
    (2.25, 2.0)
    """
    if work_class == "training":
        doublings = case["training_adoption_fraction"] * years_yr / case["training_doubling_yr"]
        return float(2.0**doublings)
    yearly = (1 + case["power_growth_per_yr"]) * (1 + case["hardware_gain_per_yr"])
    return float(yearly**years_yr)
