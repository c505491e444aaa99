r"""Sea and river water as a heat sink, with its temperature estimated from the air's.

A body of water of depth :math:`h` exchanges :math:`\lambda (T_{air} - T)` with the air, so it follows the air with
the time constant :math:`\tau = \rho c h / \lambda`. With :math:`\lambda` = 30 to 50 W/m2/K (wind, long-wave radiation
and evaporation together), the mixed layer of a sea, 20 to 40 m deep, lags by 500 to 1,500 hours, a river of 1.5 to 4 m
by 40 to 150 hours. Neither gets colder than ice allows. Currents, snow melt and upwelling are left out: where a
measured series exists it should replace this.
"""

from __future__ import annotations

import numpy as np

from siting.cooling.air import Array
from siting.cooling.equipment.machines import LOOP_WATER_KJ_PER_KG_K, pump_kw
from siting.cooling.parameters import Values

_FREEZING_C = -1.8  # sea water; a river stops at 0, which is as good for cooling


def source_temperature_c(dry_bulb_c: Array, p: Values) -> Array:
    """Temperature of the source in every hour of a year that repeats itself. [C]

    Parameters
    ----------
    dry_bulb_c : ndarray, (..., hour)
        Air temperature in the order of the hours. [C]
    p : namespace
        `source_lag_h`.

    Returns
    -------
    ndarray, (..., hour)
    """
    lags = np.ravel(np.asarray(p.source_lag_h, dtype=np.float64))
    rows = [_lagged(dry_bulb_c, float(lag)) for lag in lags]
    lagged = rows[0] if np.ndim(p.source_lag_h) == 0 else np.concatenate(rows, axis=0)
    temperature: Array = np.maximum(lagged, _FREEZING_C)
    return temperature


def _lagged(series: Array, lag_h: float) -> Array:
    """First-order lag along the last axis, started so that the end of the series meets its beginning."""
    from scipy.signal import lfilter

    kept = np.exp(-1.0 / lag_h)
    first = lfilter([1.0 - kept], [1.0, -kept], series, axis=-1)
    start = first[..., -1:] / (1.0 - kept ** series.shape[-1])
    lagged: Array = first + start * kept ** np.arange(1, series.shape[-1] + 1)
    return lagged


def intake_pump(p: Values, heat_kw: Array) -> Array:
    """Power of the pump that brings the source's water. [kW]"""
    flow = heat_kw / (LOOP_WATER_KJ_PER_KG_K * p.source_rise_c)
    return pump_kw(flow, p.source_pump_pa, p.source_pump_efficiency_fraction)
