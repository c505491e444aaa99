r"""How the overhead of a hall falls when its IT load does.

The model takes overhead as :math:`a \cdot installed + b \cdot load`. Each machine keeps a share of its full-load power
when nothing is left to cool or feed; the shares are engineering practice and graded *assumed*:

- lights stay on; a transformer keeps its core loss, a double-conversion supply a third of its full-load loss;
- fans follow the cube law down to half speed (0.125), and a little more for pressure that must be held; pumps keep
  the pressure of their loop, an intake pump its lift;
- a chiller keeps oil pumps and the last compressor stage, the share fitted in `chillers`;
- coolers, towers and humidifiers stop with the heat.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from siting.cooling.model import breakdown

FIXED_FRACTION: Mapping[str, float] = {
    "ups": 0.35,
    "distribution": 0.30,
    "lighting": 1.0,
    "hall_fans": 0.15,
    "humidifier": 0.0,
    "chiller": 0.165,
    "trim_chiller": 0.165,
    "chilled_pump": 0.20,
    "economiser_pump": 0.20,
    "tower_pump": 0.20,
    "facility_pump": 0.20,
    "coolant_pump": 0.20,
    "source_pump": 0.40,
    "tower_fans": 0.05,
    "cooler_fans": 0.05,
    "free_cooler_fans": 0.05,
}


def fixed_fraction(weather: pd.DataFrame, technology: str, **parameters: float) -> float:
    """Share of the year's overhead that does not fall with the load.

    Parameters
    ----------
    weather, technology, **parameters
        As for `siting.cooling.performance`.

    Returns
    -------
    float
        0 to 1.
    """
    parts = breakdown(weather, technology, **parameters)
    power = parts.filter(like="_fraction").mean()
    kept = sum(FIXED_FRACTION[str(name).removesuffix("_fraction")] * value for name, value in power.items())
    return float(kept / power.sum())
