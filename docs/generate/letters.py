"""Indices: the letter of each axis, as the components' rules call it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType


@dataclasses.dataclass(frozen=True)
class Letter:
    """An index standing for any member of an axis.

    Parameters
    ----------
    text : str
        How it is written in a formula.
    axis : str
        Axis of the case.
    """

    text: str
    axis: str


LETTERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "site": ("s", "Candidate sites"),
        "zone": ("z", "Zones that ask for inference, each once for every class of it"),
        "lot": ("O", "Lots of batch work: what a class asks for within a window of each day"),
        "job": ("T", "Classes of work in whole clusters: training and HPC"),
        "cooling": ("k", "Ways of cooling"),
        "rack": ("r", "Kinds of rack"),
        "contract": ("p", "Power contracts"),
        "incentive": ("A", "Tax credits, exemptions and abatements"),
        "measure": ("W", "Packages of efficiency measures"),
        "lease": ("K", "Accelerators for rent in cloud regions"),
        "region": ("Y", "Regions with rules of their own"),
        "bridge": ("O", "Plants on site"),
        "step": ("O", "Steps of supply of a balancing authority"),
        "period": ("y", "Planning periods"),
        "year": ("l", "Years of the horizon, in each of which a rack has its price"),
        "until": ("m", "Ends of planning periods, at which something is given up"),
        "month": ("n", "Months of the year"),
        "day": ("d", "Days that stand for the year"),
        "hour": ("h", "Hours of these days"),
    }
)
"""Letter and meaning of each axis."""

VINTAGE = "v"
"""Letter of a period in which something was built or bought."""

GRID_ZONE = "g"
"""Letter of a grid zone that has a limit."""

WORK_CLASS = r"\mathrm{class}"
"""What stands for a class of work, over whose packages of measures a sum goes."""

FABRIC = r"\mathrm{fabric}"
"""What stands for a fabric, over whose classes of clusters a sum goes."""

PART_OF: Mapping[str, str] = MappingProxyType({"site": GRID_ZONE, "measure": WORK_CLASS, "job": FABRIC})
"""What a part of an axis is called that a rule names itself."""

EVERY = frozenset({*(letter for letter, _ in LETTERS.values()), VINTAGE, GRID_ZONE, WORK_CLASS, FABRIC})
"""All letters that may stand as an index."""
