"""The outdoor air of an array of hours, with what the technologies need of it computed once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siting.cooling import air
from siting.cooling.air import Array


@dataclass(frozen=True)
class Outdoors:
    """Outdoor air; all arrays have one shape, usually (site, hour), the hours in the order of time.

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
    def of(cls, dry_bulb_c: Array, dew_point_c: Array, pressure_pa: Array) -> Outdoors:
        """Complete the state of the air."""
        dry, dew, pressure = (
            np.asarray(part, dtype=np.float64) for part in np.broadcast_arrays(dry_bulb_c, dew_point_c, pressure_pa)
        )
        wet = air.wet_bulb_c(dry, dew, pressure)
        # Rounded weather may put the dew point a tenth above the dry bulb: the air is then saturated.
        ratio = air.humidity_ratio(air.saturation_pressure_pa(np.minimum(dew, dry)), pressure)
        return cls(dry, dew, pressure, wet, ratio, air.density_kg_per_m3(dry, ratio, pressure))

    def rows(self, part: slice | NDArray[np.intp]) -> Outdoors:
        """Some rows, when the hours are the last axis."""
        hours = self.dry_bulb_c.shape[-1]
        arrays = (
            self.dry_bulb_c, self.dew_point_c, self.pressure_pa, self.wet_bulb_c, self.ratio, self.density
        )  # fmt: skip
        return Outdoors(*(array.reshape(-1, hours)[part] for array in arrays))
