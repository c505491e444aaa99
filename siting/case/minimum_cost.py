r"""The least that any plan must pay, wherever it builds: what the site-dependent gap leaves out.

Were every candidate as good as the best and as large as one likes, all would be built there. What that costs is no
distance between sites, and no plan pays less. Sites may serve any mix of demand, so all computers together do at least
the largest inference of any hour and at least the mean of all work of any day, and all work of the year. With
multipliers :math:`\alpha` of the one and :math:`\beta` of the other, a plan of a period costs at least

.. math::

    \alpha \, D^{\max} + \sum_h \omega_h \beta_h D_h
        + \sum_s \bar{P}_s \min \Bigl( 0, \; \min_{k,r} \bigl( F_{s,k,r} - \alpha \kappa_{s,k,r}
        + \kappa_{s,k,r} \sum_h \omega_h \min(0, v_{s,k,r,h} - \beta_h) \bigr) \Bigr)

with :math:`F` the yearly cost of 1 MW of racks, halls, connection and idle power, :math:`\kappa` the work that they can
do and :math:`v` the cost of doing it. :math:`\alpha` is the most with which nothing is gained by more computers, and
:math:`\beta` is the best, of some, for that; batch work is paid by the hour of its day that pays least. To this come
works of as many sites as there must be, and the nearest site's network. After tax, all of these are what a site's taxes
leave of them at the least, and :math:`v` has what they take of the price of work. What may be
leased costs no more than its rent: of each zone and lot of batch work, the lesser of both counts, and the fewest sites
hold what is not for rent. Of what measures may spare the least counts of all three: doing it, renting it, sparing it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from siting.case.case import Array, Case, Field
from siting.case.consent import may_open
from siting.case.futures import CaseOfFutures
from siting.case.minimum_power_cost import minimum_power_cost
from siting.case.taxed_cost import kept_fraction, land_per_yr, owned_per_yr, tax_usd_per_pflop_h

Sites = npt.NDArray[np.bool_]

THIRDS = 60
"""Steps in which the price of work is looked for; each leaves two thirds of the interval."""


def needed_pflop(inference_pflop: Array, batch_mean_pflop: Array, training_pflop: Array) -> Array:
    """Compute that all sites together must have, by period [PFLOP/s].

    Parameters
    ----------
    inference_pflop : ndarray
        By zone, period and hour; whole days.
    batch_mean_pflop : ndarray
        Batch work by lot, period and day, as the mean of the day.
    training_pflop : ndarray
        Training by period that is the same in every hour.
    """
    hourly, batch = inference_pflop.sum(axis=0), batch_mean_pflop.sum(axis=0)
    daily = hourly.reshape(len(hourly), batch.shape[1], -1).mean(axis=-1) + batch
    needed: Array = np.maximum(hourly.max(axis=1), daily.max(axis=1)) + training_pflop
    return needed


def steady_training_pflop(fields: Mapping[str, Field]) -> Array:
    """Work of the clusters that run all year, by period; those that pause may leave any hour [PFLOP/s].

    Parameters
    ----------
    fields : mapping of str to Field
        Of the case.
    """
    size, needed, runs = (
        fields[f"training.{name}"].values
        for name in ("training_cluster_pflop", "clusters_needed_count", "run_fraction")
    )
    steady: Array = (size * (runs >= 1)) @ needed
    return steady


def batch_of_day_pflop(fields: Mapping[str, Field]) -> Array:
    """Batch work by lot, period and day that must be done on its day; what may wait may leave any day [PFLOP/s].

    Parameters
    ----------
    fields : mapping of str to Field
        Of the case.
    """
    asked, movable, waits = (
        fields[f"serving.batch_{name}"].values for name in ("mean_pflop", "movable_fraction", "waiting_days_count")
    )
    steady = (1 - movable)[:, None, None] * asked.min(axis=-1, keepdims=True)
    work: Array = np.where(waits[:, None, None] > 0, steady, asked)
    return work


def unavoidable_cost(case: Case) -> float:
    """Lower bound on the present value of any plan: all as at the best site, and works of the fewest sites [USD].

    Parameters
    ----------
    case : Case
        The numbers.

    Returns
    -------
    float
        Present value [USD], never above that of any plan; below zero where sites can earn more than they cost.

    Notes
    -----
    Racks of an earlier period serve a later one, and every period pays the annuities of what it holds, so
    the bound of each period stands alone and their present values add. Of several futures it is what is expected of
    that of each: no plan that is made for all of them costs less in one than the best for that one.
    """
    if isinstance(case, CaseOfFutures):
        return sum(weight * unavoidable_cost(one) for weight, one in zip(case.weights, case.outcomes, strict=True))
    case = _left_to_sites(case)
    training = steady_training_pflop(case.fields)
    needed = needed_pflop(case.values("serving.inference_pflop"), batch_of_day_pflop(case.fields), training)
    own = training if case.offered_leases() else needed
    able = np.asarray(may_open(case).any(axis=1))
    power = minimum_power_cost(case)
    ways = tuple(ways_to_compute(case, power.of_draw_usd_per_mwh, power.of_storage_usd_per_mw_yr))
    earned = float(power.of_heat_usd_per_yr[able].sum()) + _of_standing_halls(case, able)
    by_period = [
        _of_computing(case, ways, able, y)
        + _of_works(case, ways, able, float(own[y]))
        + _of_network(case, able, y)
        - earned
        for y in range(len(needed))
    ]
    return float(case.values("finance.present_value_ratio") @ np.array(by_period))


def _left_to_sites(case: Case) -> Case:
    """The case without the work that measures can spare at the most."""
    spared, of_batch = case.values("measures.spared_fraction"), case.values("measures.of_batch_count") > 0
    inference, batch = (1 - spared[kind].max(initial=0.0) for kind in (~of_batch, of_batch))
    left = {
        "serving.inference_pflop": inference,
        "serving.inference_mean_pflop": inference,
        "serving.batch_mean_pflop": batch,
        "leases.lot_year_pflop": batch,
    }
    fields = {name: Field(case.fields[name].axes, share * case.values(name)) for name, share in left.items()}
    return dataclasses.replace(case, fields={**case.fields, **fields})


@dataclasses.dataclass(frozen=True)
class Way:
    """A kind of rack in halls of a kind, at each site.

    Parameters
    ----------
    cooling, rack : int
        Positions of the kinds.
    built : ndarray of bool
        Whether it can be had, by site.
    fixed_usd_per_mw_yr : ndarray
        Cost of 1 MW of it that idles, by site.
    work_usd_per_pflop_h : ndarray
        Cost of work on it, site by hour.
    useful_pflop_per_mw : ndarray
        Work that 1 MW of it can do, by site.
    peak_mw_per_mw : ndarray
        Connection that 1 MW of it needs, by site.
    """

    cooling: int
    rack: int
    built: Sites
    fixed_usd_per_mw_yr: Array
    work_usd_per_pflop_h: Array
    useful_pflop_per_mw: Array
    peak_mw_per_mw: Array


def ways_to_compute(case: Case, draw_usd_per_mwh: Array, of_storage_usd_per_mw_yr: Array) -> Iterator[Way]:
    """Yield all pairs of cooling and rack that fit."""
    weight, diversity = case.calendar.weights, float(case.values("computing.peak_diversity_fraction"))
    kept, taxed = kept_fraction(case), tax_usd_per_pflop_h(case)[:, None]
    stands = case.values("retrofit.existing_mw").sum(axis=1) > 0
    land = land_per_yr(case) * case.values("placement.land_usd_per_ha")
    is_bought = 0.0 if case.axes["bridge"] else 1.0  # plants on site may stand in for a connection
    line = is_bought * owned_per_yr(case, "grid.connection") * case.values("grid.connection_usd_per_mw")
    water, racks = (kept * case.values("cooling.water_usd_per_m3"))[:, None], owned_per_yr(case, "racks.rack")
    for k, r in np.argwhere(case.values("racks.compatible_count") != 0).tolist():
        idle, fixed = float(case.values("computing.idle_fraction")[r]), float(case.values("cooling.fixed_fraction")[k])
        available = float(case.values("computing.availability_fraction")[r])
        dense = float(case.values("computing.compute_pflop_per_mw")[r])
        over, drunk = case.values("cooling.pue")[:, k] - 1, case.values("cooling.wue_m3_per_mwh")[:, k]
        of_it = (1 + over * (1 - fixed)) * draw_usd_per_mwh + water * drunk  # of a MWh of IT
        of_overhead = over * fixed * draw_usd_per_mwh
        peak = diversity * case.values("cooling.pue_peak_ratio")[:, k]
        kept_up = kept * case.values("racks.rack_maintenance_usd_per_yr")[r]
        cheapest = case.values("racks.rack_usd")[r] * case.values("racks.price_ratio")[r].min()
        rack = (racks[:, r] * cheapest + kept_up) / case.values("racks.rack_mw")[r]
        upkeep = kept * case.values("halls.maintenance_usd_per_mw_yr")[k]
        built = rack + upkeep + _hall_usd_per_mw_yr(case, k) + land * case.values("halls.land_ha_per_mw")[k]
        yield Way(
            k,
            r,
            (case.values("halls.offered_count")[:, k] > 0) | stands,
            built + line * peak + diversity * (idle * of_it + of_overhead) @ weight - of_storage_usd_per_mw_yr,
            diversity * (1 - idle) / dense * of_it + taxed,
            available * dense * case.values("computing.carried_fraction")[:, k, r],
            peak,
        )


def _hall_usd_per_mw_yr(case: Case, k: int) -> Array:
    """Annuity of a new hall, and taxes on it, by site."""
    paid: Array = owned_per_yr(case, "halls.hall")[:, k] * case.values("halls.hall_usd_per_mw")[k]
    return paid * case.values("placement.capital_ratio")


def _of_standing_halls(case: Case, able: Sites) -> float:
    """Most that halls which stand already spare of new ones and their land [USD/yr]."""
    standing = case.values("retrofit.existing_mw").sum(axis=1)[able]
    if not standing.any():
        return 0.0
    halls = np.array([_hall_usd_per_mw_yr(case, k) for k in range(len(case.axes["cooling"]))])[:, able]
    land = (land_per_yr(case) * case.values("placement.land_usd_per_ha"))[able]
    return float(standing @ (halls + np.outer(case.values("halls.land_ha_per_mw"), land)).max(axis=0))


def _at_peak(inference: Array, batch: Array) -> tuple[Array, Array]:
    """Work of each zone and lot in the hour, or on the day, in which most computers are needed [PFLOP/s]."""
    of_days = inference.reshape(len(inference), batch.shape[1], -1).mean(axis=-1)
    hour, day = int(inference.sum(axis=0).argmax()), int((of_days.sum(axis=0) + batch.sum(axis=0)).argmax())
    if inference[:, hour].sum() >= of_days[:, day].sum() + batch[:, day].sum():
        return inference[:, hour], np.zeros(len(batch))
    return of_days[:, day], batch[:, day]


def _rent_usd_per_yr(case: Case, y: int) -> tuple[Array, Array]:
    """Least rent of each zone's inference and each lot of batch work, after tax; infinite where it is not for rent."""
    offered, leases = set(case.offered_leases()), case.axes["lease"]
    kept, taxed = kept_fraction(case)[:, None], tax_usd_per_pflop_h(case)[:, None]
    each = kept * case.values("leases.lease_usd_per_pflop_yr") + taxed * case.calendar.weights.sum()
    rent = np.where([lease in offered for lease in leases], each.min(axis=0), np.inf)
    near = case.values("leases.lease_rtt_ms") <= case.values("serving.rtt_limit_ms")
    there = {
        "zone": near & (case.values("leases.zone_leasable_count") > 0),
        "lot": case.values("leases.lot_leasable_count") > 0,
    }
    of_zones, of_lots = (np.where(is_so, rent[:, None], np.inf).min(axis=0, initial=np.inf) for is_so in there.values())
    zones, lots = case.values("serving.inference_mean_pflop")[:, y], case.values("leases.lot_year_pflop")[:, y]
    return _times(of_zones, zones), _times(of_lots, lots)


def _of_sparing(case: Case, of_batch: bool) -> tuple[float, float]:
    """What measures spare of a class at the most, over what is left, and the least that sparing costs after tax.

    Returns
    -------
    tuple of float
        The ratio, and USD a year for a PFLOP/s spared; infinite where nothing can be.
    """
    is_of = (case.values("measures.of_batch_count") > 0) == of_batch
    saved = np.where(is_of, case.values("measures.saved_fraction"), 0.0)
    most = float(np.where(is_of, case.values("measures.spared_fraction"), 0.0).max(initial=0.0))
    yearly = owned_per_yr(case, "measures.adaptation")[:, None] * case.values("measures.adaptation_usd_per_pflop")
    yearly = yearly + kept_fraction(case)[:, None] * case.values("measures.running_usd_per_pflop_yr")
    each = np.divide(yearly, saved, out=np.full(yearly.shape, np.inf), where=saved > 0)
    return most / (1 - most), float(each.min(initial=np.inf))


def _times(price: Array | float, work: Array) -> Array:
    """Cost of work at a price that may be infinite; none of none."""
    cost: Array = np.where(work > 0, price, 0.0) * work
    return cost


def _of_computing(case: Case, ways: tuple[Way, ...], able: Sites, y: int) -> float:
    """Racks, halls, connection, power, water and rent of a period at the least, all at the best site [USD/yr].

    The price of work is the same in all hours, or follows the cheapest way of doing it; the better of both counts.
    """
    weight, largest = case.calendar.weights, case.values("placement.site_max_mw")
    days, batch = case.calendar.day_of_hour, batch_of_day_pflop(case.fields)[:, y]
    inference, training = case.values("serving.inference_pflop")[:, y], float(steady_training_pflop(case.fields)[y])
    zones_most, lots_most = _at_peak(inference, batch)
    rent_of_zones, rent_of_lots = _rent_usd_per_yr(case, y)
    zones, lots = case.values("serving.inference_mean_pflop")[:, y], case.values("leases.lot_year_pflop")[:, y]
    (zones_spared, spare_zone), (lots_spared, spare_lot) = (_of_sparing(case, of_batch) for of_batch in (False, True))
    starts = np.flatnonzero(np.diff(days, prepend=-1))
    free = batch * np.diff(starts, append=len(days))  # of each day; it goes to the hour that pays least
    waiting = case.values("serving.batch_mean_pflop")[:, y] - batch
    ever = waiting @ np.add.reduceat(weight, starts)  # of the year; it goes to its cheapest hour
    there = [(way, way.built & able) for way in ways if (way.built & able).any()]
    if not there:
        return 0.0

    def bound(price: Array) -> float:
        rest = [
            way.fixed_usd_per_mw_yr[sites]
            + way.useful_pflop_per_mw[sites] * (np.minimum(way.work_usd_per_pflop_h[sites] - price, 0.0) @ weight)
            for way, sites in there
        ]
        capacity = np.inf
        for cost, (way, sites) in zip(rest, there, strict=True):
            useful = way.useful_pflop_per_mw[sites]
            capacity = min(capacity, float((cost[useful > 0] / useful[useful > 0]).min(initial=np.inf)))
        capacity = max(capacity, 0.0) if np.isfinite(capacity) else 0.0
        least = np.zeros(len(able))
        for cost, (way, sites) in zip(rest, there, strict=True):
            least[sites] = np.minimum(least[sites], cost - capacity * way.useful_pflop_per_mw[sites])
        paid = weight * price
        of_zones = capacity * zones_most + inference @ paid
        of_lots = capacity * lots_most + free @ np.minimum.reduceat(paid, starts) + ever * price.min()
        of_zones, of_lots = np.minimum(of_zones, rent_of_zones), np.minimum(of_lots, rent_of_lots)
        spared = zones_spared * np.minimum(of_zones, _times(spare_zone, zones)).sum()
        spared += lots_spared * np.minimum(of_lots, _times(spare_lot, lots)).sum()
        return float(of_zones.sum() + of_lots.sum() + spared + training * (capacity + paid.sum()) + largest @ least)

    cheapest = np.min([way.work_usd_per_pflop_h[sites].min(axis=0) for way, sites in there], axis=0)
    dearest = np.max([way.work_usd_per_pflop_h[sites].max(axis=0) for way, sites in there], axis=0)
    shapes = np.zeros_like(cheapest), cheapest
    return max(
        _highest(lambda level, shape=shape: bound(shape + level), (cheapest - shape).min(), (dearest - shape).max())  # type: ignore[misc]
        for shape in shapes
    )


def _highest(of: Callable[[float], float], low: float, high: float) -> float:
    """Return the highest value of a concave function between two points, or nearly so."""
    for _ in range(THIRDS):
        third = (high - low) / 3
        if of(low + third) < of(high - third):
            low += third
        else:
            high -= third
    return max(of(low), of(high))


def works_usd_per_yr(case: Case) -> Array:
    """Return what opening a site costs a year at the least, whatever its size: its preparation and its line, by site.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    works: Array = owned_per_yr(case, "placement.site") * case.values("placement.fixed_site_usd")
    return works + owned_per_yr(case, "grid.connection") * case.values("connection.connection_fixed_usd")


def _of_works(case: Case, ways: tuple[Way, ...], able: Sites, needed: float) -> float:
    """Preparation and line of the fewest sites that can hold all computers, the cheapest ones [USD/yr]."""
    works = works_usd_per_yr(case)
    most = np.zeros(len(able))
    headroom = case.values("grid.headroom_mw") + case.values("flexible.flexible_most_mw").max(axis=1)
    if case.axes["bridge"]:
        headroom = np.full(len(able), np.inf)
    for way in ways:
        with np.errstate(divide="ignore", invalid="ignore"):
            fits = np.fmin(case.values("placement.site_max_mw"), headroom / way.peak_mw_per_mw)
        most = np.maximum(most, np.where(way.built & able, fits * way.useful_pflop_per_mw, 0.0))
    reach = np.cumsum(np.sort(most)[::-1])
    fewest = int(np.searchsorted(reach, needed * (1 - 1e-9))) + 1 if needed > 0 else 0
    fewest = min(max(fewest, case.study.policy.sites_min_count), int(able.sum()))
    return float(np.sort(works[able])[:fewest].sum())


def _of_network(case: Case, able: Sites, y: int) -> float:
    """Bandwidth to each zone from its cheapest site or lease within reach [USD/yr]."""
    kept = kept_fraction(case)
    network = kept[:, None] * case.values("serving.network_usd_per_pflop_yr")
    reached = np.where(case.within_latency() & able[:, None], network, np.inf)
    cheapest = reached.min(axis=0, initial=np.inf)
    if case.offered_leases():
        rented = kept.min() * case.values("leases.lease_network_usd_per_pflop_yr").min(axis=0)
        cheapest = np.minimum(cheapest, rented)
    return float(np.where(np.isfinite(cheapest), cheapest, 0.0) @ case.values("serving.inference_mean_pflop")[:, y])
