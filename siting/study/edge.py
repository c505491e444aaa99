"""Small sites inside cities, for work that must be answered at once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Strict

from siting.study import magnitudes
from siting.study.parts import Frozen, SomeChoice

__all__ = ["Edge"]


class Edge(Frozen):
    """Small sites inside the metropolitan areas of the study's zones: what they differ by is assumed."""

    offered: Annotated[bool, Strict()] = False
    """Whether cities of zones have a small site among the candidates, beside those of the field sites."""
    zones: SomeChoice = "all"
    """Zones of the study whose cities have one: all, or a list of ids."""
    max_mw: Annotated[float, Strict(), magnitudes.SITE_MW] = 5.0
    """Largest IT power of one of them [MW]."""
    module_mw: Annotated[float, Strict(), magnitudes.SITE_MW] = 1.0
    """IT power of one hall module there; halls are built in steps of it [MW]."""
    min_mw: Annotated[float, Strict(), magnitudes.SITE_MW] = 0.5
    """Least IT power of one that is opened [MW]."""
    building_ratio: Annotated[float, Strict(), magnitudes.CAPITAL_RATIO] = 1.4
    """Cost of building there over that at the nearest candidate county."""
    land_ratio: Annotated[float, Strict(), magnitudes.LAND_RATIO] = 10.0
    """Price of land there over that at the nearest candidate county."""
    fixed_site_usd: Annotated[float, Strict(), magnitudes.WORKS_USD] = 3.0e6
    """Cost of opening one, whatever its size: studies, permits, fitting out a building that stands [USD]."""
    connection_fixed_usd: Annotated[float, Strict(), magnitudes.WORKS_USD] = 2.0e6
    """Own feeder and transformer of one [USD]; what a MW of it costs is that of the nearest candidate county."""
