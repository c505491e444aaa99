"""What a cooling plant draws, evaporates and gives back in every hour, for each kW of IT load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from siting.cooling.air import Array
from siting.cooling.parameters import Values

SECONDS_PER_H = 3600.0

Parts = dict[str, Array]
"""Power [kW/kW] or water [kg/s/kW] by the machine that takes it."""


@dataclass(frozen=True)
class Flows:
    """Hourly flows of one technology.

    Attributes
    ----------
    power : mapping of str to ndarray
        Electric power beyond IT by part. [kW/kW]
    water : mapping of str to ndarray
        On-site water by use. [kg/s for each kW]
    heat_reusable_fraction : ndarray
        Heat that leaves the hall in water of `heat_temperature_c`, over IT power, at most 1.
    heat_temperature_c : ndarray
        Temperature of that water. [C]
    capacity_fraction : ndarray
        Share of the design load that the plant can cool in the hour, at most 1.
    """

    power: Mapping[str, Array]
    water: Mapping[str, Array]
    heat_reusable_fraction: Array
    heat_temperature_c: Array
    capacity_fraction: Array

    def pue(self) -> Array:
        """Facility over IT power."""
        return 1.0 + total(self.power)

    def wue_l_per_kwh(self) -> Array:
        """On-site water over IT energy. [L/kWh]"""
        return total(self.water) * SECONDS_PER_H


def total(parts: Mapping[str, Array]) -> Array:
    """Sum of the parts; zero where there is none."""
    result: Array = np.asarray(0.0)
    for part in parts.values():
        result = result + part
    return result


@dataclass(frozen=True)
class Electrical:
    """Losses before the racks, and the heat of IT and losses together. [kW/kW]"""

    power: Parts
    heat_kw: Array

    @classmethod
    def of(cls, p: Values) -> Electrical:
        r"""Losses of the power chain and the lighting, all of it heat in the hall.

        .. math:: Q = 1 + (1/\eta_{UPS} - 1) + (1/(1 - \lambda_{PD}) - 1) + \lambda_{light}
        """
        power = {
            "ups": 1.0 / np.asarray(p.ups_efficiency_fraction) - 1.0,
            "distribution": 1.0 / (1.0 - np.asarray(p.distribution_loss_fraction)) - 1.0,
            "lighting": np.asarray(p.lighting_fraction, dtype=np.float64),
        }
        return cls(power, 1.0 + total(power))
