"""The list of technologies: which physics and which ranges stand behind a `cooling_id`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from siting.cooling import air_halls, derived, liquid_halls
from siting.cooling.flows import Flows
from siting.cooling.outdoors import Outdoors
from siting.cooling.parameters import Spans, Values
from siting.cooling.published import published_ranges


@dataclass(frozen=True)
class CoolingTechnology:
    """Physics and parameter ranges of one arrangement of cooling plant.

    Attributes
    ----------
    physics : callable
        Flows of outdoor air and parameters.
    ranges : mapping of str to Span
        Plausible parameters; the middle is the default.
    published_case : int or None
        Case of Lei and Masanet (2022) that it reproduces, 1 to 10.
    """

    physics: Callable[[Outdoors, Values], Flows]
    ranges: Spans
    published_case: int | None = None


def _published(case: int, physics: Callable[[Outdoors, Values], Flows]) -> CoolingTechnology:
    return CoolingTechnology(physics, published_ranges(case), case)


TECHNOLOGIES: Mapping[str, CoolingTechnology] = {
    "airside-economiser": _published(1, air_halls.airside_adiabatic),
    "waterside-economiser": _published(2, air_halls.waterside_tower),
    "colo-airside-economiser": _published(3, air_halls.airside_tower),
    "colo-waterside-economiser": _published(4, air_halls.waterside_tower),
    "water-cooled-chiller": _published(5, air_halls.chiller_tower),
    "colo-airside-air-cooled": _published(6, air_halls.airside_air_cooled),
    "air-cooled-chiller": _published(7, air_halls.chiller_air_cooled),
    "midsize-water-cooled-chiller": _published(8, air_halls.chiller_tower),
    "midsize-air-cooled-chiller": _published(9, air_halls.chiller_air_cooled),
    "small-direct-expansion": _published(10, air_halls.direct_expansion),
    "seawater": CoolingTechnology(air_halls.surface_water, derived.SEAWATER),
    "rear-door": CoolingTechnology(air_halls.waterside_tower, derived.REAR_DOOR),
    "direct-to-chip-dry": CoolingTechnology(liquid_halls.liquid_dry, derived.DIRECT_TO_CHIP_DRY),
    "direct-to-chip-dry-trim": CoolingTechnology(liquid_halls.liquid_dry, derived.DIRECT_TO_CHIP_DRY_TRIM),
    "direct-to-chip-adiabatic": CoolingTechnology(liquid_halls.liquid_adiabatic, derived.DIRECT_TO_CHIP_ADIABATIC),
    "direct-to-chip-tower": CoolingTechnology(liquid_halls.liquid_tower, derived.DIRECT_TO_CHIP_TOWER),
    "direct-to-chip-river": CoolingTechnology(liquid_halls.liquid_surface_water, derived.DIRECT_TO_CHIP_RIVER),
    "immersion-dry": CoolingTechnology(liquid_halls.liquid_dry, derived.IMMERSION_DRY),
}


def find(technology: str) -> CoolingTechnology:
    """Technology of an id.

    Raises
    ------
    ValueError
        If there is none, with the ids that exist.
    """
    if technology not in TECHNOLOGIES:
        raise ValueError(f"no cooling technology '{technology}'; there are: {', '.join(TECHNOLOGIES)}")
    return TECHNOLOGIES[technology]
