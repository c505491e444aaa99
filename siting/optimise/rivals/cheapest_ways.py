"""The one kind of hall and rack that is cheapest at each site, and how much of it fits there."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siting.case.consent import may_open
from siting.case.minimum_cost import ways_to_compute
from siting.case.minimum_power_cost import minimum_power_cost

if TYPE_CHECKING:
    from siting.case.case import Array, Case

ROUNDING = 1e-9

Places = npt.NDArray[np.intp]


@dataclasses.dataclass(frozen=True)
class CheapestWays:
    """Cooling and rack by site.

    Parameters
    ----------
    cooling, rack : ndarray of int
        Positions of the kinds.
    usd_per_pflop_yr : ndarray
        Cost of a PFLOP/s in a full hall all year; infinite where nothing can be built.
    hall_pflop : ndarray
        What the whole racks in one module can do.
    most_count : ndarray
        Most modules that land, connection, water supply and the size of a site leave room for.
    """

    cooling: Places
    rack: Places
    usd_per_pflop_yr: Array
    hall_pflop: Array
    most_count: Array


def cheapest_ways(case: Case) -> CheapestWays:
    """Return the cheapest way of each site.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    power, weight = minimum_power_cost(case), case.calendar.weights
    policy, module = case.study.policy, case.values("halls.module_mw")
    names = [str(site) for site in case.axes["site"]]
    able = may_open(case).any(axis=1)
    zone_of = case.tables["sites"].set_index("site_id")["grid_zone_id"].to_dict()
    zone_mw = np.array([policy.grid_zone_limit_mw.get(str(zone_of.get(site)), np.inf) for site in names])
    site_mw = case.values("placement.site_max_mw") - case.values("retrofit.existing_mw").sum(axis=1)
    grid_mw = np.fmin(case.values("grid.headroom_mw"), zone_mw)
    count = len(names)
    cooling, rack = np.zeros(count, dtype=np.intp), np.zeros(count, dtype=np.intp)
    best, hall, room = np.full(count, np.inf), np.zeros(count), np.zeros(count)
    for way in ways_to_compute(case, power.of_draw_usd_per_mwh, power.of_storage_usd_per_mw_yr):
        land = max(float(case.values("halls.land_ha_per_mw")[way.cooling]), ROUNDING)
        peak = np.maximum(way.peak_mw_per_mw, ROUNDING)
        drawn = np.maximum(case.values("water_supply.full_load_m3_per_mw_yr")[:, way.cooling], ROUNDING)
        most_mw = np.fmin(np.fmin(site_mw, case.values("placement.land_available_ha") / land), grid_mw / peak)
        most_mw = np.fmin(most_mw, case.values("water_supply.water_limit_m3_per_yr") / drawn)
        most = np.floor(np.maximum(most_mw, 0.0) / module + ROUNDING)
        offered = case.values("halls.offered_count")[:, way.cooling] > 0
        is_there = offered & able & (most > 0) & (way.useful_pflop_per_mw > 0)
        useful = np.where(is_there, way.useful_pflop_per_mw, 1.0)
        cost = np.where(is_there, way.fixed_usd_per_mw_yr / useful + way.work_usd_per_pflop_h @ weight, np.inf)
        better = cost < best
        cooling[better], rack[better] = way.cooling, way.rack
        rack_mw = float(case.values("racks.rack_mw")[way.rack])
        filled_mw = np.where(rack_mw <= module, np.floor(module / rack_mw + ROUNDING) * rack_mw, module)
        hall, room = np.where(better, filled_mw * useful, hall), np.where(better, most, room)
        best = np.minimum(best, cost)
    return CheapestWays(cooling, rack, best, hall, room)
