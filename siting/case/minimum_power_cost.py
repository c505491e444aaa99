"""What power costs a site at the least in each hour, whatever it contracts, stores and sells."""

from __future__ import annotations

import dataclasses

import numpy as np

from siting.case.case import Array, Case
from siting.case.taxed_cost import kept_fraction, owned_per_yr

TRIED_RATIOS = (1.0, 1.02, 1.05, 1.1, 1.2, 1.4, 1.7, 2.0, 3.0)
"""Multipliers of the limit on resale that are tried, over the least with which selling alone earns nothing."""

HALVINGS = 50
"""Halvings of the interval in which that least one is looked for."""


@dataclasses.dataclass(frozen=True)
class PowerCost:
    """Multipliers of a site's power balance: a plan that draws pays at least these, in sum over its year.

    Parameters
    ----------
    of_draw_usd_per_mwh : ndarray
        Cost of a MWh drawn through the meter, at the least, site by hour: import, carbon, locational price and the part
        of the demand charge that falls on the hour, less what contracts and resale can take off.
    of_storage_usd_per_mw_yr : ndarray
        Most that a battery of 1 MW can earn at these costs, less what its power costs; zero at the least, by site.
    of_heat_usd_per_yr : ndarray
        Most that heat can fetch, less the power of its pump at these costs and the pipe, by site.
    """

    of_draw_usd_per_mwh: Array
    of_storage_usd_per_mw_yr: Array
    of_heat_usd_per_yr: Array


def minimum_power_cost(case: Case) -> PowerCost:
    r"""Return what power costs each site at the least.

    By weak duality of a site's linear problem. Contracts make power cheaper in the hours in which they give much. With
    a value :math:`\nu_h` of a MWh in the meter, no more than the supplier's price, and the multiplier :math:`\rho` of
    the limit on resale, a contract is worth nothing to anybody where

    .. math::

        \sum_h \omega_h \mathrm{CF}_h \left( -\gamma^{\mathrm{strike}} + m
            + \max(\nu_h - \gamma^{\mathrm{deliv}}, \; \gamma^{\mathrm{sale}}_h - \rho, \; 0) \right) \le 0

    with :math:`m` what its certificates are worth; and then no draw costs less than :math:`\nu_h - \zeta \rho`, with
    :math:`\zeta` what may be sold of each MWh used. The value is lowered from the supplier's price where the contract
    gives most, which takes least off the cost of a steady draw.

    All is in dollars after tax, where tax is in the objective.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    on_import, on_draw, of_certificate = _carbon_usd_per_mwh(case)
    bought = kept_fraction(case)[:, None] * case.values("grid.price_usd_per_mwh") + on_import
    draw = _with_contracts(case, bought, of_certificate) + on_draw + _demand_charge_usd_per_mwh(case)
    draw = draw + (kept_fraction(case) * case.values("regional.power_adder_usd_per_mwh"))[:, None]
    draw = np.fmin(draw, _of_plants_usd_per_mwh(case)[:, None])
    return PowerCost(draw, _storage_usd_per_mw_yr(case, draw), _heat_usd_per_yr(case, draw))


def _of_plants_usd_per_mwh(case: Case) -> Array:
    """Fuel, maintenance by use and carbon of the cheapest plant on site, by site; infinite where none is offered."""
    kept, policy = kept_fraction(case)[:, None], case.study.policy
    used = case.values("bridge.plant_fuel_usd_per_mwh").min(axis=2) + case.values("bridge.running_usd_per_mwh")
    paid = kept if policy.carbon_price_is_charged else np.ones_like(kept)
    carbon = paid * case.values("policy.carbon_price_usd_per_t") * case.values("bridge.emitted_t_per_mwh")
    least: Array = (kept * used + carbon).min(axis=1, initial=np.inf)
    return least


def _carbon_usd_per_mwh(case: Case) -> tuple[Array, Array, Array]:
    """Price of carbon on import and on draw, site by hour; and the worth of a certificate, by site."""
    kept, policy = kept_fraction(case), case.study.policy
    paid = kept if policy.carbon_price_is_charged else np.ones_like(kept)
    price, method = paid * case.values("policy.carbon_price_usd_per_t"), policy.carbon_method
    least = case.values("grid.carbon_path_ratio").min(axis=1)  # in no period is a MWh cleaner
    intensity = least[:, None] * case.values("grid.carbon_t_per_mwh")
    residual = least * case.values("grid.residual_t_per_mwh")
    none = np.zeros_like(intensity)
    nothing = np.zeros(len(residual))
    if method == "hourly":
        return price[:, None] * intensity, none, nothing
    if method == "location":
        return none, price[:, None] * intensity, nothing
    bought = kept * case.values("contracts.certificate_usd_per_mwh")
    most = bought if case.study.technology.certificates else np.full_like(kept, np.inf)
    strike = np.where(case.has_output(), case.values("contracts.strike_usd_per_mwh"), np.inf).min(
        axis=1, initial=np.inf
    )
    with np.errstate(invalid="ignore"):
        most = np.fmin(most, kept * strike)  # a claim worth more would make the contract itself pay, at any size
    settled = kept * case.values("contracts.virtual_usd_per_mwh")
    most = np.fmin(most, np.where(case.values("contracts.virtual_h_per_yr") > 0, settled, np.inf))
    claim = np.minimum(price * residual, most)
    return none, none + claim[:, None], claim


def _demand_charge_usd_per_mwh(case: Case) -> Array:
    """Demand charge of each month, spread evenly over its hours: no peak is below the mean. Site by hour."""
    days = case.calendar.day_of_hour
    share = np.zeros(len(days))
    months = case.calendar.day_months
    for _, of_month in months.groupby("month"):
        there = np.isin(days, of_month["day"].to_numpy())
        share[there] += 1 / max(int(there.sum()), 1)
    charge = kept_fraction(case) * case.values("grid.demand_charge_usd_per_mw_month")
    return np.asarray(charge[:, None] * (share / case.calendar.weights))


def _with_contracts(case: Case, bought: Array, of_certificate: Array) -> Array:
    """Value of power with which no contract earns anything, less what resale earns, site by hour [USD/MWh]."""
    offered, weight = case.has_output(), case.calendar.weights
    if not offered.any():
        return bought
    fraction = np.where(offered[:, :, None], np.nan_to_num(case.values("contracts.output_fraction")), 0.0)
    kept = kept_fraction(case)[:, None]
    resale = np.where(offered[:, :, None], np.nan_to_num(case.values("contracts.resale_usd_per_mwh")), 0.0)
    resale = kept[:, :, None] * resale
    fee = kept * np.nan_to_num(case.values("contracts.delivery_usd_per_mwh"))
    paid = kept * case.values("contracts.strike_usd_per_mwh") - of_certificate[:, None]
    limit = float(case.values("contracts.resale_limit_fraction"))

    def sold(price: Array) -> Array:
        """Worth of what is not delivered, by site, contract and hour."""
        return np.asarray(np.maximum(resale - price[:, None, None], 0.0))

    low, high = np.zeros(len(bought)), np.maximum(resale.max(axis=(1, 2)), 0.0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        earns = ((fraction * (sold(middle) - paid[:, :, None])) @ weight > 0).any(axis=1)
        low, high = np.where(earns, middle, low), np.where(earns, high, middle)
    least, chosen = np.full(len(bought), np.inf), bought
    contracts = range(offered.shape[1])
    for ratio in TRIED_RATIOS:
        price = ratio * high
        instead = sold(price)
        for order in (contracts, reversed(contracts)):
            value = bought
            for p in order:
                value = _without_gain(value, fraction[:, p], weight, instead[:, p], paid[:, p], fee[:, p])
            value = value - limit * price[:, None]
            lost = (bought - value) @ weight
            chosen = np.where((lost < least)[:, None], value, chosen)
            least = np.minimum(lost, least)
    return chosen


def _without_gain(value: Array, fraction: Array, weight: Array, instead: Array, paid: Array, fee: Array) -> Array:
    """Lower the value of power, where a contract gives most of it first, until the contract earns nothing.

    Parameters
    ----------
    value : ndarray
        Of power in the meter, site by hour [USD/MWh].
    fraction : ndarray
        Output of the contract, over its power, site by hour.
    weight : ndarray
        Hours of the year, by hour.
    instead : ndarray
        Worth of output that is not delivered, site by hour [USD/MWh]; with that alone the contract earns nothing.
    paid, fee : ndarray
        Price of all output, and fee on what is delivered, by site [USD/MWh].
    """
    room = np.maximum(value - fee[:, None] - instead, 0.0)
    earned = (fraction * (instead + room - paid[:, None])) @ weight
    order = np.argsort(-fraction, axis=1, kind="stable")
    taken = np.take_along_axis(fraction * room * weight, order, axis=1)  # what lowering an hour to its end takes off
    before = np.cumsum(taken, axis=1) - taken
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip((earned[:, None] - before) / taken, 0.0, 1.0)
    share = np.where(taken > 0, share, 0.0)
    lowered = np.zeros_like(value)
    np.put_along_axis(lowered, order, share, axis=1)
    return np.asarray(value - lowered * room)


def _storage_usd_per_mw_yr(case: Case, draw: Array) -> Array:
    """Most that 1 MW of battery earns in a year, by site: charged below a level of each day, discharged above it."""
    if not case.study.technology.storage:
        return np.zeros(len(draw))
    one_way, kept = float(case.values("storage.one_way_fraction")), kept_fraction(case)
    wear = kept[:, None] * case.values("storage.throughput_usd_per_mwh")
    days = case.calendar.day_of_hour
    earned = np.zeros(len(draw))
    for day in np.unique(days):
        there = days == day
        costs, weights = draw[:, there], case.calendar.weights[there]
        level = np.median(costs, axis=1)[:, None]
        gained = np.maximum(np.maximum(costs - wear - level / one_way, level * one_way - costs), 0.0)
        earned += gained @ weights
    paid = owned_per_yr(case, "storage.storage") * case.values("storage.power_usd_per_mw")
    return np.maximum(earned - paid - kept * case.values("storage.fixed_usd_per_mw_yr"), 0.0)


def _heat_usd_per_yr(case: Case, draw: Array) -> Array:
    """Most that heat can fetch in a year, by site."""
    price = (kept_fraction(case) * case.values("heat_reuse.heat_price_usd_per_mwh"))[:, None]
    pump = case.values("heat_reuse.heat_pump_power_fraction")
    power = np.minimum(pump.min(axis=1)[:, None] * draw, pump.max(axis=1)[:, None] * draw)
    of_mw = (case.values("heat_reuse.heat_shape_fraction") * np.maximum(price - power, 0.0)) @ case.calendar.weights
    pipe = owned_per_yr(case, "heat_reuse.heat") * case.values("heat_reuse.heat_connection_usd_per_mw")
    fetched: Array = case.values("heat_reuse.heat_demand_mw") * np.maximum(of_mw - pipe, 0.0)
    return fetched
