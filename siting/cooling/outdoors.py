"""The outdoor air of an array of hours, with what every technology needs of it computed once."""

from __future__ import annotations

from dataclasses import dataclass

from siting.cooling import air
from siting.cooling.air import Array


@dataclass(frozen=True)
class Outdoors:
    """Outdoor air; all arrays have one shape, usually (site, hour).

    Attributes
    ----------
    dry_bulb_c, dew_point_c, wet_bulb_c : ndarray
        Temperatures. [C]
    pressure_pa : ndarray
        Station pressure. [Pa]
    ratio : ndarray
        Humidity ratio. [kg/kg]
    density : ndarray
        Density of the moist air. [kg/m3]
    """

    dry_bulb_c: Array
    dew_point_c: Array
    pressure_pa: Array
    wet_bulb_c: Array
    ratio: Array
    density: Array

    @classmethod
    def of(cls, dry_bulb_c: Array, dew_point_c: Array, pressure_pa: Array, wet_bulb_c: Array | None) -> Outdoors:
        """Complete the state; the wet bulb may be given where it is known already."""
        ratio = air.humidity_ratio(air.saturation_pressure_pa(dew_point_c), pressure_pa)
        wet = air.wet_bulb_c(dry_bulb_c, dew_point_c, pressure_pa) if wet_bulb_c is None else wet_bulb_c
        density = air.density_kg_per_m3(dry_bulb_c, ratio, pressure_pa)
        return cls(dry_bulb_c, dew_point_c, pressure_pa, wet, ratio, density)
