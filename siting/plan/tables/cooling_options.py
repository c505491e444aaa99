r"""What each way of cooling would have cost, for the halls of a plan and for every candidate site.

**Halls of a plan** (`options`). The racks and the work of a hall are kept, and cooled another way: its halls, their
upkeep and land, and its water are priced anew. The power bill is the plan's own, plus what the change draws or saves,

.. math::

    \Delta_h = P^{over}_{k,h} + P^{IT}_{k,h} - P^{over}_{k_0,h} - P^{IT}_{k_0,h},

at the grid's price of each hour, with its peaks at the demand charge and its part of the connection at what another
megawatt of it costs. Where the hottest
hour of the year is not carried (:math:`c < 1`), the same work needs more racks, at most :math:`1/c` of them, which are
paid and draw power when idle. So the row of what was built is the plan's own cost, and the others differ by what the
technology changes, before contracts and batteries would be chosen anew.

**Candidate sites** (`places`). One megawatt of the plan's main rack at flat full load, all power from the grid.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.accounts.books import cost_term
from siting.accounts.components.connection import marginal_usd_per_mw
from siting.accounts.components.halls import hall_usd_per_mw_yr
from siting.accounts.components.racks import rack_usd_per_mw_yr
from siting.accounts.numbers import Books
from siting.case.case import Array, Case
from siting.case.solution import Solution
from siting.quantities import MONTHS_PER_YR

__all__ = ["options", "places"]

COSTS = ("halls_usd_per_mwh", "extra_racks_usd_per_mwh", "energy_usd_per_mwh", "water_usd_per_mwh")
"""Parts of the cost, in USD for each MWh of IT energy of the plan."""

OPTION_COLUMNS = (
    "site_id", "period", "built_cooling_id", "cooling_id", "is_built", "pue", "wue_l_per_kwh", "water_m3_per_yr",
    "carried_fraction", *COSTS, "cost_usd_per_mwh", "extra_cost_usd_per_yr",
)  # fmt: skip

PLACE_COLUMNS = (
    "site_id", "rack_id", "cooling_id", "pue", "wue_l_per_kwh", "carried_fraction", *COSTS, "cost_usd_per_mwh",
    "is_cheapest", "is_least_pue",
)  # fmt: skip


def options(case: Case, solution: Solution) -> pd.DataFrame:
    """Return the cost and the water of each way of cooling that the racks of a hall fit.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What was decided.

    Returns
    -------
    DataFrame
        A row for each open site, period, way of cooling that is built there and way that could be. Costs are split
        into halls (with upkeep and land), racks beyond those of the plan, energy and water [USD/MWh of IT energy].
    """
    numbers = Books(case, solution.decisions)
    bill = np.zeros((len(case.axes["site"]), len(case.axes["period"])))
    for name in (f"{term['component']}.{term['term']}" for term in solution.terms_of("cost_usd_per_yr")):
        if cost_term(name).is_price_of_power:
            bill = bill + solution.values[f"cost_usd_per_yr/{name}"].values
    rows = [row for hall in _halls(case, numbers) for row in hall.rows(bill)]
    return pd.DataFrame(rows, columns=list(OPTION_COLUMNS))


def places(case: Case, solution: Solution) -> pd.DataFrame:
    """Return what each way of cooling costs at every candidate site, for the rack that the plan installs most.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What was decided.
    """
    n = Books(case, solution.decisions)
    installed = n["installed_mw"][..., -1].sum(axis=(0, 1))
    r = int(np.argmax(installed if installed.any() else n["computing.compute_pflop_per_mw"]))
    fits = np.flatnonzero(n["racks.compatible_count"][:, r])
    if not len(fits):
        return pd.DataFrame(columns=list(PLACE_COLUMNS))
    weight = n.weight
    diversity = float(n["computing.peak_diversity_fraction"])
    carried = _carried(n)[:, fits, r]
    with np.errstate(divide="ignore"):
        space = np.where(carried > 0, 1 / np.maximum(carried, 1e-9), np.nan)  # MW for the work of one
    idle = float(n["computing.idle_fraction"][r])
    it: Array = diversity * (1 + idle * (space - 1))
    fixed = n["cooling.fixed_fraction"][fits]
    over = (n["cooling.pue"][:, fits] - 1) * (fixed * diversity * space + (1 - fixed) * it)[..., None]
    draw = it[..., None] + over
    price = (_power_usd_per_mwh(n) + _carbon_usd_per_mwh(n, -1))[:, None, :]
    peak = n["cooling.pue_peak_ratio"][:, fits] * diversity * space
    energy = (
        (draw * price) @ weight
        + MONTHS_PER_YR * n["grid.demand_charge_usd_per_mw_month"][:, None] * draw.max(axis=-1)
        + n["grid.connection_annuity_per_yr"] * n["grid.connection_usd_per_mw"][:, None] * peak
    )
    water = it[..., None] * n["cooling.wue_m3_per_mwh"][:, fits] @ weight
    it_mwh = diversity * weight.sum()
    parts = {
        "halls_usd_per_mwh": hall_usd_per_mw_yr(n)[:, fits] * space / it_mwh,
        "extra_racks_usd_per_mwh": rack_usd_per_mw_yr(n)[r] * (space - 1) / it_mwh,
        "energy_usd_per_mwh": energy / it_mwh,
        "water_usd_per_mwh": n["cooling.water_usd_per_m3"][:, None] * water / it_mwh,
    }
    cost = sum(parts.values(), np.zeros_like(space))
    it_used = it * weight.sum()
    pue: Array = 1 + (over @ weight) / it_used
    shape = space.shape
    grid_s, grid_k = (index.ravel() for index in np.indices(shape))
    table = {
        "site_id": np.asarray(case.axes["site"])[grid_s],
        "rack_id": str(case.axes["rack"][r]),
        "cooling_id": np.asarray(case.axes["cooling"])[fits[grid_k]],
        "pue": pue.ravel(),
        "wue_l_per_kwh": (water / it_used).ravel(),
        "carried_fraction": carried.ravel(),
        **{name: values.ravel() for name, values in parts.items()},
        "cost_usd_per_mwh": cost.ravel(),
        "is_cheapest": _first_least(cost).ravel(),
        "is_least_pue": _first_least(pue).ravel(),
    }
    return pd.DataFrame(table, columns=list(PLACE_COLUMNS))


class _Hall:
    """The part of a site that is cooled one way in one period, with its racks and their work."""

    def __init__(self, case: Case, numbers: Books, it_by_pair: Array, s: int, k: int, y: int) -> None:
        self.case, self.n, self.s, self.k, self.y = case, numbers, s, k, y
        self.installed = numbers["installed_mw"][s, k, :, y]
        self.work = numbers["work_pflop"][s, k, :, y]
        self.new = float(numbers.in_mw(numbers.cumulative("modules_count"))[s, k, y])
        self.shell = _standing_mw(numbers, s, k, y)
        self.load = it_by_pair[s, k, :, y].sum(axis=0)
        self.draw = numbers["draw_mw"][s, y]
        self.own = self._power(k, self.installed)
        whole = it_by_pair[s, :, :, y].sum(axis=(0, 1)) + numbers.overhead()[s, y]
        energy = float(whole @ numbers.weight)
        self.share = float(self.own @ numbers.weight) / energy if energy > 0 else 0.0

    def _it(self, installed: Array) -> Array:
        """Power of the computers with the hall's work on so many racks [MW]."""
        n, idle = self.n, self.n["computing.idle_fraction"]
        busy = ((1 - idle) / n["computing.compute_pflop_per_mw"]) @ self.work
        power: Array = n["computing.peak_diversity_fraction"] * (idle @ installed + busy)
        return power

    def _power(self, k: int, installed: Array) -> Array:
        """Power of computers, cooling and losses [MW]."""
        n, it = self.n, self._it(installed)
        fixed, full = n["cooling.fixed_fraction"][k], n["computing.peak_diversity_fraction"] * installed.sum()
        power: Array = it + (n["cooling.pue"][self.s, k] - 1) * (fixed * full + (1 - fixed) * it)
        return power

    def _needed(self, k: int) -> Array | None:
        """Racks that do the work in the hottest hour [MW]; None if no number of them can."""
        n = self.n
        able = n["computing.availability_fraction"] * n["computing.compute_pflop_per_mw"] * _carried(n)[self.s, k]
        peak = self.work.max(axis=-1)
        if (able[peak > 0] <= 0).any():
            return None
        needed = np.divide(peak, able, out=np.zeros_like(peak), where=peak > 0)
        # The plan's own racks do the work, were it not for the solver's tolerance.
        more: Array = np.maximum(self.installed, needed) if k != self.k else self.installed
        return more

    def _halls(self, k: int, racks_mw: float) -> float:
        """Cost of halls for so many racks: new ones, and those that stand already, converted if need be [USD/yr]."""
        n = self.n
        new = max(self.new, racks_mw - self.shell)
        cost = hall_usd_per_mw_yr(n)[self.s, k] * new + n["halls.maintenance_usd_per_mw_yr"][k] * self.shell
        if n["retrofit.existing_mw"][self.s, k] == 0:
            cost += n["halls.hall_annuity_per_yr"][k] * n["retrofit.conversion_usd_per_mw"][self.s] * self.shell
        return float(cost)

    def rows(self, bill_usd_per_yr: Array) -> Iterator[dict[str, Any]]:
        """Yield a row for each way of cooling that all racks of the hall fit."""
        n, s, y = self.n, self.s, self.y
        weight = n.weight
        used = self.installed > 0
        it_mwh = float(self.load @ weight)
        if it_mwh <= 0:
            return
        built: float | None = None
        order = [self.k, *(k for k in range(len(self.case.axes["cooling"])) if k != self.k)]
        for k in order:
            racks = self._needed(k) if n["racks.compatible_count"][k][used].all() else None
            if racks is None:
                continue
            it, power = self._it(racks), self._power(k, racks)
            change = power - self.own
            extra = racks - self.installed
            line = n["grid.connection_annuity_per_yr"] * marginal_usd_per_mw(n)[s, y]
            worst = n["cooling.pue_peak_ratio"][s]
            wider = n["computing.peak_diversity_fraction"] * (
                worst[k] * racks.sum() - worst[self.k] * self.installed.sum()
            )
            energy = (
                bill_usd_per_yr[s, y] * self.share
                + float((_power_usd_per_mwh(n)[s] + _carbon_usd_per_mwh(n, y)[s]) * change @ weight)
                + n["grid.demand_charge_usd_per_mw_month"][s]
                * float((self._month_peaks(self.draw + change) - self._month_peaks(self.draw)).sum())
                + line * wider
            )
            water_m3 = float(n["cooling.wue_m3_per_mwh"][s, k] * it @ weight)
            parts = (
                self._halls(k, float(racks.sum())),
                float(rack_usd_per_mw_yr(n) @ extra),
                float(energy),
                float(n["cooling.water_usd_per_m3"][s]) * water_m3,
            )
            cost = sum(parts)
            built = cost if built is None else built
            it_own = float(it @ weight)
            yield {
                "site_id": self.case.axes["site"][s],
                "period": self.case.axes["period"][y],
                "built_cooling_id": self.case.axes["cooling"][self.k],
                "cooling_id": self.case.axes["cooling"][k],
                "is_built": int(k == self.k),
                "pue": float(power @ weight) / it_own,
                "wue_l_per_kwh": water_m3 / it_own,
                "water_m3_per_yr": water_m3,
                "carried_fraction": float(n["computing.carried_fraction"][s, k][used].min()),
                **{name: part / it_mwh for name, part in zip(COSTS, parts, strict=True)},
                "cost_usd_per_mwh": cost / it_mwh,
                "extra_cost_usd_per_yr": cost - built,
            }

    def _month_peaks(self, draw: Array) -> Array:
        """Highest draw of each month [MW]."""
        of_day = pd.Series(draw).groupby(self.n.day).max()
        members = self.case.calendar.day_months
        return np.asarray(members["day"].map(of_day).groupby(members["month"]).max(), dtype=float)


def _halls(case: Case, numbers: Books) -> Iterator[_Hall]:
    installed = numbers["installed_mw"].sum(axis=2)
    by_pair = numbers.it_by_pair()
    for s, y in np.argwhere(numbers["open_count"] > 0):
        for k in np.flatnonzero(installed[s, :, y] > 0):
            yield _Hall(case, numbers, by_pair, int(s), int(k), int(y))


def _standing_mw(n: Books, s: int, k: int, y: int) -> float:
    """Halls of a way of cooling that stood before the plan, kept or converted to it [MW]."""
    standing = float(n.kept_mw()[s, k, y])
    if n.has("converted_count"):
        standing += float(n.in_mw(n.cumulative("converted_count"))[s, k, y])
    return standing


def _carried(n: Books) -> Array:
    """Share of full work in the hottest hour, by site, cooling and rack; none where a site cannot have the cooling."""
    carried: Array = n["computing.carried_fraction"] * n["halls.offered_count"][..., None]
    return carried


def _power_usd_per_mwh(n: Books) -> Array:
    """Price of power, with that of its place, site by hour."""
    price: Array = n["grid.price_usd_per_mwh"] + n["regional.power_adder_usd_per_mwh"][:, None]
    return price


def _carbon_usd_per_mwh(n: Books, y: int) -> Array:
    """What the carbon price adds to a MWh drawn in a period, by site and hour."""
    price = n.policy.carbon_price_usd_per_t
    if n.policy.carbon_method == "market":
        flat: Array = price * n.residual_t_per_mwh()[:, y, None] * np.ones_like(n["grid.price_usd_per_mwh"])
        return flat
    added: Array = price * n.carbon_t_per_mwh()[:, y]
    return added


def _first_least(values: Array) -> npt.NDArray[np.int64]:
    """1 at the least value of each row, 0 elsewhere."""
    known = np.where(np.isnan(values), np.inf, values)
    flags = np.zeros(values.shape, dtype=np.int64)
    flags[np.arange(len(values)), known.argmin(axis=1)] = np.isfinite(known.min(axis=1)).astype(np.int64)
    return flags
