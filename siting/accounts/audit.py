"""The audit: every balance, limit and cost of a plan, worked out again with numpy from its numbers alone.

Nothing here reads the optimisation model. Each check restates one relation between the case and the
decisions, in the words of the component's equations, and reports by how much the plan misses it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from siting.accounts.accounts import cost_terms, power_terms
from siting.accounts.cash_flow import cash_flow
from siting.accounts.numbers import Books
from siting.case.case import KEY_OF_AXIS, Array, Case
from siting.case.solution import Solution

TOLERANCE_FRACTION = 1e-6
"""Largest relative residual of a plan that is accepted."""

Finding = tuple[str, tuple[str, ...], Array, Array]
"""Name of a balance, its axes, the amount missed (positive where violated), and the scale to judge it by."""


class AuditError(RuntimeError):
    """A plan that does not add up."""


@dataclasses.dataclass(frozen=True)
class Audit:
    """Residuals of a plan.

    Parameters
    ----------
    residuals : DataFrame
        One row a balance: ``balance``, ``residual_fraction`` (largest miss over the size of the terms),
        ``worst_key`` (where).
    """

    residuals: pd.DataFrame

    def raise_for_residuals(self) -> None:
        """Refuse a plan that does not add up.

        Raises
        ------
        AuditError
            If any residual is above the tolerance; the message names each.
        """
        bad = self.residuals[~(self.residuals["residual_fraction"] <= TOLERANCE_FRACTION)]
        if len(bad):
            lines = [
                f"{balance}: off by {residual:.2e} of its terms at {where or 'the total'}"
                for balance, residual, where in bad.to_numpy()
            ]
            raise AuditError("the plan does not add up:\n" + "\n".join(lines))

    @property
    def largest(self) -> float:
        """Largest relative residual."""
        return float(self.residuals["residual_fraction"].max())


def audit(case: Case, solution: Solution, objective_usd: float) -> Audit:
    """Recompute a plan from its numbers.

    Parameters
    ----------
    case : Case
        The numbers that went in.
    solution : Solution
        The decisions that came out, and the terms that the model says they cost.
    objective_usd : float
        The model's own present value [USD].
    """
    checked = _Checked(case, solution, objective_usd)
    rows = []
    for check in CHECKS:
        for balance, axes, missed, scale in check(checked):
            relative = np.maximum(missed, 0) / np.maximum(scale, 1.0)
            relative = np.where(np.isnan(relative), np.inf, relative)
            worst, where = float(relative.max(initial=0.0)), ""
            if worst > 0:
                place = np.unravel_index(int(np.argmax(relative)), relative.shape)
                members = zip(axes, place, strict=True)
                where = ", ".join(f"{KEY_OF_AXIS[axis]}={case.axes[axis][i]}" for axis, i in members)
            rows.append({"balance": balance, "residual_fraction": worst, "worst_key": where})
    return Audit(pd.DataFrame(rows))


class _Checked(Books):
    """The plan's numbers, with what the model says of them."""

    def __init__(self, case: Case, solution: Solution, objective_usd: float) -> None:
        super().__init__(case, solution.decisions)
        self.solution = solution
        self.objective_usd = objective_usd


def _power(n: _Checked) -> Iterator[Finding]:
    """What comes through the meter and out of the battery is what computers and cooling take."""
    supply = n["draw_mw"].copy()
    taken = n.it() + n.overhead() + n.heat_pumps()
    if n.has("charge_mw"):
        supply, taken = supply + n["discharge_mw"], taken + n["charge_mw"]
    yield "power", ("site", "period", "hour"), np.abs(supply - taken), np.maximum(supply, taken)
    drawn, through = n["draw_mw"], n["import_mw"] + n.delivered()
    yield "meter", ("site", "period", "hour"), np.abs(drawn - through), np.maximum(drawn, through)


def _computing(n: _Checked) -> Iterator[Finding]:
    """Work done is work taken on, within what is installed; what is installed has been bought."""
    work = n["work_pflop"].sum(axis=(1, 2))
    if n.has("unserved_pflop"):
        work = work + n["unserved_pflop"]
    asked = np.einsum("szy,zyh->syh", n["share_fraction"], n["serving.inference_pflop"]) + n["batch_pflop"]
    asked = asked + n["training_pflop"][..., None]
    yield "compute", ("site", "period", "hour"), np.abs(work - asked), np.maximum(work, asked)
    useful = n["computing.availability_fraction"] * n["computing.compute_pflop_per_mw"]
    able = (useful * n["computing.carried_fraction"])[..., None] * n["installed_mw"]
    yield (
        "work within installed",
        ("site", "cooling", "rack", "period", "hour"),
        n["work_pflop"] - able[..., None],
        np.broadcast_to(able[..., None], n["work_pflop"].shape),
    )
    bought = n["racks.rack_mw"][:, None] * n.cumulative("racks_count")
    installed = n["installed_mw"]
    yield "installed", ("site", "cooling", "rack", "period"), np.abs(bought - installed), np.maximum(bought, installed)
    misplaced = installed * (1 - n["racks.compatible_count"])[None, :, :, None]
    yield "rack fits its cooling", ("site", "cooling", "rack", "period"), misplaced, np.ones_like(misplaced)


def _demand(n: _Checked) -> Iterator[Finding]:
    """All demand is served, from open sites within the latency limit."""
    share = n["share_fraction"]
    served = share.sum(axis=0)
    asked = n["serving.inference_mean_pflop"] > 0
    yield "inference served", ("zone", "period"), np.abs(served - 1) * asked, np.ones_like(served)
    yield (
        "share only of open sites",
        ("site", "zone", "period"),
        share - n["open_count"][:, None, :],
        np.ones_like(share),
    )
    placed = n["training.training_cluster_pflop"] * n["clusters_count"]
    missed, scale = np.abs(n["training_pflop"] - placed), np.maximum(n["training_pflop"], placed)
    yield "training in whole clusters", ("site", "period"), missed, scale
    needed = n["training.clusters_needed_count"]
    yield "clusters placed", ("period",), np.abs(n["clusters_count"].sum(axis=0) - needed), np.ones_like(needed)
    moved = -np.diff(n["clusters_count"], axis=1) * (np.diff(needed) >= 0)
    moved = np.concatenate([np.zeros_like(n["clusters_count"][:, :1]), moved], axis=1)
    yield "a cluster stays where it is", ("site", "period"), moved, np.ones_like(moved)
    late = ~n.case.within_latency()
    yield "latency", ("site", "zone", "period"), share * late[:, :, None], np.ones_like(share)
    hours = n["batch_pflop"].sum(axis=0)
    daily = np.stack([hours[:, n.day == d].mean(axis=1) for d in range(n.case.calendar.days_count)], axis=1)
    batch = n["serving.batch_mean_pflop"]
    yield "batch served", ("period", "day"), np.abs(daily - batch), batch


def _building(n: _Checked) -> Iterator[Finding]:
    """Whole modules and racks, in open sites, within their space and land."""
    for name in ("open_count", "modules_count", "converted_count", "racks_count", "clusters_count", "storage_count"):
        if not n.has(name):
            continue
        field = n.decisions[name]
        yield f"{name} is whole", field.axes, np.abs(field.values - np.round(field.values)), np.ones_like(field.values)
    opened = n["open_count"]
    yield "a site stays open", ("site", "period"), -np.diff(opened, axis=1, prepend=0), np.ones_like(opened)
    halls = n.cumulative("modules_count") * n["halls.module_mw"]
    absent = halls * (1 - n["halls.offered_count"])[..., None]
    yield "cooling can be had at the site", ("site", "cooling", "period"), absent, np.ones_like(absent)
    occupied = np.einsum("r,skry->sky", n["racks.rack_mw"], n.cumulative("racks_count"))
    space = n.hall_space_mw()
    yield "hall space", ("site", "cooling", "period"), occupied - space, space
    standing = n["retrofit.existing_mw"].sum(axis=1)[:, None] * opened
    if n.has("converted_count"):
        gone = n.cumulative("converted_count").sum(axis=1) * n["halls.module_mw"]
        yield "conversions within the existing halls", ("site", "period"), gone - standing, standing
    total = halls.sum(axis=1) + standing
    most, least = n["placement.site_max_mw"][:, None] * opened, n["placement.site_min_mw"][:, None] * opened
    yield "halls within the site", ("site", "period"), total - most, most
    yield "site worth opening", ("site", "period"), least - total, least
    needed = np.maximum(least - n["racks.rack_mw"].max(), 0) * opened
    yield "open sites have racks", ("site", "period"), needed - n["installed_mw"].sum(axis=(1, 2)), needed
    area = np.einsum("k,sky->sy", n["halls.land_ha_per_mw"], halls)
    yield "land", ("site", "period"), area - n["area_ha"], area
    yield (
        "land that can be had",
        ("site", "period"),
        n["area_ha"] - n["placement.land_available_ha"][:, None] * opened,
        area,
    )
    count = opened.sum(axis=0)
    yield "enough sites", ("period",), n.policy.sites_min_count - count, np.ones_like(count)
    if n.policy.sites_max_count is not None:
        yield "few enough sites", ("period",), count - n.policy.sites_max_count, np.ones_like(count)
    excluded = np.isin(np.array(n.case.axes["site"]), list(n.policy.excluded_sites))
    yield "excluded sites stay closed", ("site", "period"), opened * excluded[:, None], np.ones_like(opened)


def _grid(n: _Checked) -> Iterator[Finding]:
    """Peaks hold every hour of their days and months; the connection holds every peak."""
    draw, connection = n["draw_mw"], n["connection_mw"]
    day_peak, peak = n["day_peak_mw"], n["month_peak_mw"]
    largest = np.stack([draw[..., n.day == d].max(axis=-1) for d in range(n.case.calendar.days_count)], axis=-1)
    yield "daily peak", ("site", "period", "day"), largest - day_peak, largest
    needed = np.zeros_like(peak)
    months = {int(month): i for i, month in enumerate(n.case.axes["month"])}
    for day, month in n.case.calendar.day_months[["day", "month"]].to_numpy():
        i = months[int(month)]
        needed[..., i] = np.maximum(needed[..., i], day_peak[..., int(day)])
    yield "monthly peak", ("site", "period", "month"), needed - peak, needed
    yield "peak within connection", ("site", "period", "month"), peak - connection[..., None], peak
    worst = n["computing.peak_diversity_fraction"] * np.einsum(
        "sk,skry->sy", n["cooling.pue_peak_ratio"], n["installed_mw"]
    )
    yield "connection carries the worst hour", ("site", "period"), worst - connection, worst
    granted = n["grid.headroom_mw"][:, None] * n["open_count"]
    yield "connection within headroom", ("site", "period"), connection - granted, granted
    zone = n.case.tables["sites"]["grid_zone_id"].to_numpy()
    for name, limit in n.policy.grid_zone_limit_mw.items():
        inside = connection[zone == name].sum(axis=0)
        yield f"connections in {name}", ("period",), inside - limit, np.full_like(inside, limit)


def _contracts(n: _Checked) -> Iterator[Finding]:
    """Deliveries within output, resale within its share, claims within what is held and used."""
    if not n.has("contracted_mw"):
        return
    produced, delivered = n.produced(), n["delivered_mw"]
    yield "delivery within output", ("site", "contract", "period", "hour"), delivered - produced, produced
    used = n.yearly(n["draw_mw"])
    surplus = n.yearly((produced - delivered).sum(axis=1))
    yield "surplus within its limit", ("site", "period"), surplus - n["contracts.resale_limit_fraction"] * used, used
    unoffered = n["contracted_mw"] * ~n.case.has_output()[..., None]
    yield "contract is offered", ("site", "contract", "period"), unoffered, np.ones_like(unoffered)
    if n.has("claimed_mwh_per_yr"):
        claimed = n["claimed_mwh_per_yr"]
        held = n["certificates_mwh_per_yr"] + n.yearly(produced.sum(axis=1))
        yield "claim is held", ("site", "period"), claimed - held, held
        yield "claim is used", ("site", "period"), claimed - used, used


def _storage(n: _Checked) -> Iterator[Finding]:
    """The battery's level follows its flows, within its size, and closes each day."""
    if not n.has("level_mwh"):
        return
    level, charge, discharge = n["level_mwh"], n["charge_mw"], n["discharge_mw"]
    one_way = n["storage.one_way_fraction"]
    after = level + n["hours.step_h"] * (one_way * charge - discharge / one_way)
    by_day = level.reshape(*level.shape[:-1], n.case.calendar.days_count, -1)
    following = np.roll(by_day, -1, axis=-1).reshape(level.shape)
    yield "battery level", ("site", "period", "hour"), np.abs(after - following), np.maximum(level, charge)
    energy, power = n["storage_energy_mwh"][..., None], n["storage_power_mw"][..., None]
    yield "battery energy", ("site", "period", "hour"), level - energy, np.broadcast_to(energy, level.shape)
    yield "battery power", ("site", "period", "hour"), charge + discharge - power, np.broadcast_to(power, level.shape)
    both = np.minimum(charge, discharge)
    yield "battery flows one way", ("site", "period", "hour"), both, np.broadcast_to(power, level.shape)
    least = n["storage.storage_min_mw"] * (power[..., 0] > TOLERANCE_FRACTION)
    yield "battery worth building", ("site", "period"), least - power[..., 0], least
    beside = n["installed_mw"].sum(axis=(1, 2))
    yield "battery no larger than the computers", ("site", "period"), power[..., 0] - beside, beside
    longest = n["storage.max_duration_h"] * power[..., 0]
    yield "battery duration", ("site", "period"), energy[..., 0] - longest, longest


def _heat(n: _Checked) -> Iterator[Finding]:
    """Heat is sold from halls that have it, as it is wanted, through what has been built for it."""
    if not n.has("heat_sold_mw"):
        return
    sold = n["heat_sold_mw"]
    brought = (n["heat_reuse.heat_gain_ratio"] * n["heat_reuse.heat_reusable_fraction"])[..., None, None]
    had = brought * n.it_by_pair().sum(axis=2)
    yield "heat within the halls'", ("site", "cooling", "period", "hour"), sold - had, had
    wanted = n["heat_reuse.heat_shape_fraction"][:, None, :] * n["heat_connection_mw"][..., None]
    yield "heat within its connection", ("site", "period", "hour"), n.heat_sold() - wanted, wanted
    lifted = np.einsum("sk,skyh->syh", (n["heat_reuse.heat_pump_power_fraction"] > 0).astype(float), sold)
    pump = n["heat_pump_mw"][..., None]
    yield "heat within its pump", ("site", "period", "hour"), lifted - pump, np.broadcast_to(pump, lifted.shape)
    largest = n["heat_reuse.heat_demand_mw"][:, None] * n["open_count"]
    yield "heat connection within demand", ("site", "period"), n["heat_connection_mw"] - largest, largest


def _kept(n: _Checked) -> Iterator[Finding]:
    """What is paid over its life or its term does not shrink from one period to the next."""
    for name in (
        "connection_mw",
        "storage_power_mw",
        "storage_energy_mwh",
        "contracted_mw",
        "heat_connection_mw",
        "heat_pump_mw",
    ):
        if n.has(name):
            axes, sizes = n.decisions[name].axes, n[name]
            before = np.concatenate([np.zeros_like(sizes[..., :1]), sizes[..., :-1]], axis=-1)
            yield f"{name} is kept", axes, before - sizes, before


def _policy(n: _Checked) -> Iterator[Finding]:
    """Caps on carbon and water, limits on the PUE and WUE of each site."""
    cap = n.policy.carbon_cap_t_per_yr
    if cap is not None:
        emitted = n.carbon(n.policy.carbon_method).sum(axis=0)
        yield "carbon cap", ("period",), emitted - cap, np.full_like(emitted, cap)
    cap = n.policy.water_cap_m3_per_yr
    if cap is not None:
        taken = n.water().sum(axis=0)
        yield "water cap", ("period",), taken - cap, np.full_like(taken, cap)
    it_mwh = n.yearly(n.it())
    if n.policy.pue_max_ratio is not None:
        allowed = n.policy.pue_max_ratio * it_mwh
        yield "PUE limit", ("site", "period"), n.yearly(n.it() + n.overhead()) - allowed, allowed
    if n.policy.wue_max_l_per_kwh is not None:
        allowed = n.policy.wue_max_l_per_kwh * it_mwh
        yield "WUE limit", ("site", "period"), n.water() - allowed, it_mwh


def _signs(n: _Checked) -> Iterator[Finding]:
    """Nothing is negative, infinite or missing."""
    for name, field in sorted(n.decisions.items()):  # in an order that a plan read back has too
        wrong = np.where(np.isfinite(field.values), -field.values, np.inf)
        yield f"{name} is not negative", field.axes, wrong, np.ones_like(wrong)


def _accounts(n: _Checked) -> Iterator[Finding]:
    """Each printed term is what the decisions cost, emit and drink; together they are the objective."""
    recorded = {
        name.removeprefix("cost_usd_per_yr/"): field.values
        for name, field in n.solution.values.items()
        if name.startswith("cost_usd_per_yr/")
    }
    total = np.zeros_like(n["open_count"])
    for name, again in cost_terms(n):
        told = recorded.pop(name, np.zeros_like(total))
        total = total + again
        yield f"cost {name}", ("site", "period"), np.abs(again - told), np.maximum(np.abs(again), np.abs(told))
    for name, told in recorded.items():
        yield f"cost {name}", ("site", "period"), np.abs(told), np.zeros_like(told)
    for method in ("location", "market", "hourly", "embodied"):
        told = n.solution.total(f"carbon_{method}_t_per_yr")
        again = n.carbon(method)
        yield f"carbon {method}", ("site", "period"), np.abs(again - told), np.maximum(np.abs(again), np.abs(told))
    told, again = n.solution.total("water_m3_per_yr"), n.water()
    yield "water", ("site", "period"), np.abs(again - told), np.maximum(again, told)
    worth = np.array(float((total * n["finance.present_value_ratio"]).sum()))
    yield "objective", (), np.abs(worth - n.objective_usd), np.abs(worth)
    for name, power in power_terms(n):
        told = n.solution.values[f"power_mw/{name}"].values
        yield f"power {name}", ("site", "period", "hour"), np.abs(power - told), np.abs(power)


def _money(n: _Checked) -> Iterator[Finding]:
    """The cash flow, which buys assets instead of paying annuities, is worth the objective."""
    flows = cash_flow(n.case, n.solution, pd.DataFrame({"period": [], "gpu_h_per_yr": []}))
    worth = np.array(-flows["present_value_usd"].sum())
    yield "cash flow", (), np.abs(worth - n.objective_usd), np.abs(worth)


CHECKS: tuple[Callable[[_Checked], Iterator[Finding]], ...] = (
    _signs,
    _building,
    _computing,
    _demand,
    _power,
    _grid,
    _contracts,
    _storage,
    _heat,
    _kept,
    _policy,
    _accounts,
    _money,
)
"""The checks, from the ground up."""
