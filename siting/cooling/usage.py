"""Ratios of energy, water and heat that follow from a plant's hourly performance."""

from __future__ import annotations

import numpy as np

from siting.cooling.air import Array
from siting.quantities import HOURS_PER_DAY


def total_usage(pue: Array | float, server_fan_fraction: Array | float) -> Array:
    r"""Total-power usage effectiveness (TUE): facility power over the power that reaches the chips and memory.

    .. math:: TUE = PUE / (1 - f)

    PUE counts server fans as IT. Liquid in the racks takes them away, so PUE understates the gain and TUE shows it.

    Parameters
    ----------
    pue : array_like
    server_fan_fraction : array_like
        Share of the IT power that the servers' own fans take, `server_fan_fraction` of `racks`.

    Returns
    -------
    ndarray

    Examples
    --------
    A study of 1 to 2 MW in Baltimore found PUE 1.38 to 1.34 and TUE 15.5 % lower when three fifths of the heat went
    to liquid; that is what follows if the fans' share fell from 14 to 1 %:

    >>> air, liquid = total_usage(1.38, 0.14), total_usage(1.34, 0.01)
    >>> round(float(1 - liquid / air), 3)
    0.156
    """
    return np.asarray(pue) / (1.0 - np.asarray(server_fan_fraction))


def source_water_l_per_kwh(wue_l_per_kwh: Array | float, pue: Array | float, grid_l_per_kwh: Array | float) -> Array:
    """On-site water and the water that the power stations take, over IT energy. [L/kWh]

    Examples
    --------
    >>> float(source_water_l_per_kwh(0.5, 1.2, 1.5))
    2.3
    """
    return np.asarray(wue_l_per_kwh) + np.asarray(pue) * grid_l_per_kwh


def carried_work_fraction(capacity_fraction: Array | float, idle_fraction: Array | float) -> Array:
    r"""Share of full work at which racks draw what the cooling carries.

    .. math:: \nu = (c - \iota) / (1 - \iota), \quad 0 \le \nu \le 1

    Parameters
    ----------
    capacity_fraction : array_like
        Share :math:`c` of the full-load heat that is carried.
    idle_fraction : array_like
        Share :math:`\iota` of full-load power drawn when idle.

    Examples
    --------
    >>> float(carried_work_fraction(0.7, 0.25))
    0.6
    """
    capacity, idle = np.asarray(capacity_fraction), np.asarray(idle_fraction)
    carried: Array = np.clip((capacity - idle) / (1.0 - idle), 0.0, 1.0)
    return carried


def peak_day_l_per_kwh(wue_l_per_kwh: Array) -> Array:
    """Water of the thirstiest day over its IT energy, for constant load. [L/kWh]

    Parameters
    ----------
    wue_l_per_kwh : ndarray, (..., hour)
        Whole days. [L/kWh]

    Returns
    -------
    ndarray, (...)

    Examples
    --------
    >>> float(peak_day_l_per_kwh(np.concatenate([np.zeros(24), np.full(24, 1.5)])))
    1.5
    """
    daily: Array = wue_l_per_kwh.reshape(*wue_l_per_kwh.shape[:-1], -1, HOURS_PER_DAY).mean(axis=-1)
    peak: Array = daily.max(axis=-1)
    return peak
