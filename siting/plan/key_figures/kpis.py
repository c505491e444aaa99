"""Key figures of a plan: the formulas behind the registry.

`compute` reads tables alone, so the same formulas serve the design and the replay.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.accounts.cash_flow import years_paid
from siting.case.year_columns import missing_year_type
from siting.plan.key_figures.kpi import Kpi
from siting.plan.key_figures.registry import REGISTRY
from siting.quantities import HOURS_PER_DAY, HOURS_PER_YEAR
from siting.text import N_, as_year

__all__ = ["COLUMNS", "REGISTRY", "Kpi", "by_id", "compute", "internal_rate_of_return"]

Array = npt.NDArray[np.float64]

COLUMNS = (
    "run_id",
    "study_id",
    "entity_type",
    "entity_id",
    "period",
    "kpi_id",
    "value",
    "unit",
    "p10",
    "p90",
    "basis",
    "method_version",
    "reason",
)
"""Columns of the long table of key figures; `reason` says why a value is missing."""

_Value = float | str  # a number, or the reason why there is none


def compute(tables: Mapping[str, pd.DataFrame], *, study_id: str = "") -> pd.DataFrame:
    """Return the long table of key figures of a design, whose run has no name yet.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        A plan's tables: ``sites``, ``cost``, ``carbon``, ``water``, ``hourly``, ``racks``, ``cash_flow``,
        ``after_tax``.
    study_id : str
        Written into every row.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`; one row for each figure, entity and period. Money of the horizon has no
        period. A figure that does not exist has a missing value and a reason.
    """
    sites = tables["sites"]
    rows: list[dict[str, Any]] = []

    def add(
        entity_type: str,
        entity_id: str,
        period: float | None,
        values: Mapping[str, _Value],
        spans: Mapping[str, tuple[float, float]] = MappingProxyType({}),
    ) -> None:
        for kpi_id, value in values.items():
            kpi = REGISTRY[kpi_id]
            known = not isinstance(value, str)
            rows.append(
                {
                    "run_id": "",
                    "study_id": study_id,
                    "entity_type": entity_type,
                    "entity_id": entity_id,
                    "period": period,
                    "kpi_id": kpi_id,
                    "value": float(value) + 0.0 if known else None,
                    "unit": kpi.unit,
                    **dict(zip(("p10", "p90"), spans.get(kpi_id, ()), strict=False)),
                    "basis": "design",
                    "method_version": kpi.method_version,
                    "reason": "" if known else value,
                }
            )

    for period in sorted(sites["period"].unique().tolist()):
        of_period = {
            name: frame[frame["period"] == period] if "period" in frame else frame for name, frame in tables.items()
        }
        add("system", "system", period, {**_operation(of_period), **_concentration(of_period["sites"])})
        is_open = of_period["sites"]["is_open"] == 1
        for site in of_period["sites"].loc[is_open, "site_id"]:
            at_site = {
                name: frame[frame["site_id"] == site] if "site_id" in frame else frame
                for name, frame in of_period.items()
            }
            add("site", str(site), period, _operation(at_site))
    work_h, dates = _asked_gpu_h(tables), tables.get("power_dates", pd.DataFrame(columns=["site_id"]))
    add(
        "system",
        "system",
        None,
        {
            **_returns(tables["cash_flow"], work_h),
            **_after_tax(tables["after_tax"], tables["cash_flow"], work_h),
            **_power_dates(dates),
        },
        _spans(dates),
    )
    for site, of_site in dates.groupby("site_id", sort=False):
        add("site", str(site), None, _power_dates(of_site), _spans(of_site))

    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["period"] = frame["period"].astype(missing_year_type(sites["period"].unique().tolist()))
    for column in ("value", "p10", "p90"):
        frame[column] = frame[column].astype(float)
    return frame


def by_id(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return the system's key figures as `plan.json` holds them.

    Parameters
    ----------
    frame : DataFrame
        As returned by `compute`.

    Returns
    -------
    dict
        Id to ``value`` (the last period's, or the horizon's for money), ``unit``, ``basis``, ``by_period``,
        ``p10`` and ``p90`` where it is known how far it reaches,
        ``grade`` and ``grade_from`` (the input that it is the grade of) where an input decides it,
        and, where there is no value, ``reason``.
    """
    result: dict[str, dict[str, Any]] = {}
    system = frame[frame["entity_type"] == "system"]
    by_kpi: dict[str, list[dict[Any, Any]]] = {}
    for row in system.sort_values("period", kind="stable").to_dict("records"):
        by_kpi.setdefault(str(row["kpi_id"]), []).append(row)
    for kpi_id in dict.fromkeys(map(str, system["kpi_id"])):
        ordered = by_kpi[kpi_id]
        last = ordered[-1]
        entry: dict[str, Any] = {
            "value": None if pd.isna(last["value"]) else float(last["value"]),
            "unit": str(last["unit"]),
            "basis": str(last["basis"]),
            "by_period": {
                str(as_year(row["period"])): None if pd.isna(row["value"]) else float(row["value"])
                for row in ordered
                if not pd.isna(row["period"])
            },
        }
        entry |= {part: float(last[part]) for part in ("p10", "p90") if not pd.isna(last[part])}
        for told in ("grade", "grade_from"):
            if last.get(told):
                entry[told] = str(last[told])
        if last["reason"]:
            entry["reason"] = str(last["reason"])
        result[kpi_id] = entry
    return result


def internal_rate_of_return(flows_usd: Array, when_yr: Array | None = None) -> float | str:
    """Return the discount rate at which flows are worth nothing, or why there is none.

    The rate is looked for from -95 % to 1,000 % a year between rates where the present value changes sign, so the
    answer is never one of several roots taken by chance.

    Parameters
    ----------
    flows_usd : ndarray
        Net flows, in the order of time [USD].
    when_yr : ndarray, optional
        When [yr]; in consecutive years by default.

    Examples
    --------
    >>> round(internal_rate_of_return(np.array([-100.0, 60.0, 60.0])), 6)
    0.130662
    >>> internal_rate_of_return(np.array([-100.0, 10.0]))
    -0.9
    >>> internal_rate_of_return(np.array([-100.0, -10.0]))
    'the net cash flow is never positive'
    >>> internal_rate_of_return(np.array([-100.0, 230.0, -132.0]))
    'more than one rate makes the net present value zero'
    """
    from scipy.optimize import brentq

    flows = np.asarray(flows_usd, dtype=float)
    if not (flows > 0).any():
        return N_("the net cash flow is never positive")
    if not (flows < 0).any():
        return N_("the net cash flow is never negative")
    years = np.arange(len(flows)) if when_yr is None else np.asarray(when_yr) - when_yr[0]

    def worth(growth: float) -> float:
        # divided by the largest factor, so that rates near -95 % do not overflow over long horizons
        return float(np.sum(flows * growth ** -(years if growth >= 1 else years - years[-1])))

    growths = np.concatenate([np.linspace(0.05, 2.0, 391), np.geomspace(2.0, 11.0, 60)[1:]])
    worths = np.array([worth(growth) for growth in growths])
    exact = [growth for growth, value in zip(growths, worths, strict=True) if value == 0]
    crossings = np.flatnonzero(worths[:-1] * worths[1:] < 0)
    if len(exact) + len(crossings) == 0:
        return N_("no rate between -0.95 and 10 a year makes the net present value zero")
    if len(exact) + len(crossings) > 1:
        return N_("more than one rate makes the net present value zero")
    if exact:
        return round(float(exact[0]) - 1, 12)
    low, high = float(growths[crossings[0]]), float(growths[crossings[0] + 1])
    return float(brentq(worth, low, high, xtol=1e-15)) - 1


def _operation(tables: Mapping[str, pd.DataFrame]) -> dict[str, _Value]:
    """Figures of one period, of the system or of one site."""
    sites = tables["sites"][tables["sites"]["is_open"] == 1]
    hourly = tables["hourly"]
    weight = hourly["weight_h_per_yr"].to_numpy(float)
    it_mw = hourly["it_mw"].to_numpy(float)
    facility_mw = it_mw + hourly["cooling_mw"].to_numpy(float)
    it_mwh = float(np.sum(weight * it_mw))
    facility_mwh = float(np.sum(weight * facility_mw))
    capacity_mw = float(sites["it_capacity_mw"].sum())
    cost = tables["cost"]
    yearly_cost = float(cost["cost_usd_per_yr"].sum())
    water = tables["water"]
    on_site = water["boundary"] == "site" if "boundary" in water else pd.Series(True, index=water.index)
    water_m3 = float(water.loc[on_site, "water_m3_per_yr"].sum())
    leased_m3 = float(water.loc[water["component"] == "leases", "water_m3_per_yr"].sum())
    fans_mwh = float(np.sum(weight * hourly["server_fan_mw"].to_numpy(float)))
    reused_mw = (hourly["heat_sold_mw"] - hourly["heat_pump_draw_mw"]).to_numpy(float)
    reused_mwh = float(np.sum(weight * reused_mw))
    carbon = tables["carbon"].groupby("method")["carbon_t_per_yr"].sum()
    location_t = float(carbon.get("location", 0.0))
    is_leased = (tables["carbon"]["component"] == "leases") & (tables["carbon"]["method"] == "location")
    leased_t = float(tables["carbon"].loc[is_leased, "carbon_t_per_yr"].sum())
    busy = it_mw > 0
    draw_mw = hourly.groupby("hour")["draw_mw"].sum()

    idle = N_("no IT load")
    values: dict[str, _Value] = {
        "it_capacity_mw": capacity_mw,
        "it_utilisation_fraction": _ratio(it_mwh / HOURS_PER_YEAR, capacity_mw, N_("no IT capacity")),
        "facility_energy_mwh_per_yr": facility_mwh,
        "pue": _ratio(facility_mwh, it_mwh, idle),
        "tue": _ratio(facility_mwh, it_mwh - fans_mwh, idle),
        "peak_hour_pue": float(np.max(facility_mw[busy] / it_mw[busy])) if busy.any() else idle,
        "wue_l_per_kwh": _ratio(water_m3 - leased_m3, it_mwh, idle),  # m³/MWh is L/kWh
        "wue_source_l_per_kwh": N_("the water of power plants is not known")
        if on_site.all()
        else _ratio(float(water["water_m3_per_yr"].sum()) - leased_m3, it_mwh, idle),
        "peak_day_water_m3_per_day": _peak_day_m3(hourly),
        "erf_fraction": _ratio(reused_mwh, facility_mwh, idle),
        "ere": _ratio(facility_mwh - reused_mwh, it_mwh, idle),
        "cfe_fraction": _carbon_free(hourly, with_grid=True),
        "contracted_cfe_fraction": _carbon_free(hourly, with_grid=False),
        "curtailed_mwh_per_yr": float(np.sum(weight * hourly["curtailed_mw"].to_numpy(float))),
        "carbon_location_t_per_yr": location_t,
        "carbon_market_t_per_yr": float(carbon.get("market", 0.0)),
        "carbon_hourly_t_per_yr": float(carbon.get("hourly", 0.0)),
        "carbon_consequential_t_per_yr": _consequential(tables["carbon"], sites, "consequential"),
        "carbon_long_run_t_per_yr": _consequential(tables["carbon"], sites, "long_run"),
        "carbon_embodied_t_per_yr": float(carbon.get("embodied", 0.0)),
        "carbon_usage_kg_per_mwh": _ratio((location_t - leased_t) * 1000, it_mwh, idle),
        "water_m3_per_yr": water_m3,
        "peak_grid_mw": float(sites["peak_grid_mw"].sum()),
        "coincident_peak_grid_mw": float(draw_mw.max()) if len(draw_mw) else 0.0,
        "cost_usd_per_yr": yearly_cost,
        "unit_cost_usd_per_mwh": _ratio(yearly_cost, it_mwh, idle),
        "opex_usd_per_yr": float(cost.loc[cost["kind"] == "operating", "cost_usd_per_yr"].sum()),
    }
    return values


def _peak_day_m3(hourly: pd.DataFrame) -> float:
    """Water of each site's thirstiest day, summed over the sites; the hours of a day share its 24 h evenly."""
    daily = hourly.groupby(["site_id", "day"])["water_m3_per_h"].mean() * HOURS_PER_DAY
    return float(daily.groupby("site_id").max().sum())


def _consequential(carbon: pd.DataFrame, sites: pd.DataFrame, method: str) -> _Value:
    """Emission of the plants that run more, or are built, for what is bought from the grid [t/yr]."""
    rows = carbon[carbon["method"] == method]
    if not set(sites["site_id"]) <= set(rows["site_id"]):
        return N_("the grid's marginal intensity is not known")
    return float(rows["carbon_t_per_yr"].sum())


def _carbon_free(hourly: pd.DataFrame, *, with_grid: bool) -> _Value:
    """Hourly carbon-free score.

    The battery moves carbon-free power between hours: what it takes counts against the hour in which it is
    charged, what it returns counts for the hour of discharge. Charging from the grid therefore gains nothing
    but the grid's own share, less the battery's losses.
    """
    load_mw = (hourly["it_mw"] + hourly["cooling_mw"] + hourly["heat_pump_draw_mw"]).to_numpy(float)
    weight = hourly["weight_h_per_yr"].to_numpy(float)
    load_mwh = float(np.sum(weight * load_mw))
    if load_mwh <= 0:
        return N_("no load")
    delivered = [column for column in hourly if str(column).startswith("delivered_")]
    contracted_mw = hourly[delivered].to_numpy(float).sum(axis=1)
    battery_mw = (hourly["discharge_mw"] - hourly["charge_mw"]).to_numpy(float)
    matched_mw = np.minimum(contracted_mw + battery_mw, load_mw)
    grid_fraction = np.zeros(len(hourly))
    if with_grid:
        if "grid_cfe_fraction" not in hourly:
            return N_("the grid's hourly carbon-free share is not known")
        grid_fraction = hourly["grid_cfe_fraction"].to_numpy(float)
        if np.isnan(grid_fraction[load_mw > 0]).any():
            return N_("the grid's hourly carbon-free share is not known at every site")
        grid_fraction = np.nan_to_num(grid_fraction)
    burnt_mw = hourly["bridge_output_mw"].to_numpy(float) if "bridge_output_mw" in hourly else 0.0
    free_mw = matched_mw + np.maximum(load_mw - matched_mw - burnt_mw, 0.0) * grid_fraction
    return float(np.sum(weight * free_mw)) / load_mwh


def _concentration(sites: pd.DataFrame) -> dict[str, _Value]:
    """How far the capacity stands in few places."""
    total = float(sites["it_capacity_mw"].sum())
    zones = sites.groupby("grid_zone_id")["it_capacity_mw"].sum().to_numpy(float)
    largest = float(sites["it_capacity_mw"].nlargest(3).sum())
    return {
        "grid_zone_hhi_ratio": _ratio(float(np.sum(zones**2)), total**2, N_("no IT capacity")),
        "top3_site_fraction": _ratio(largest, total, N_("no IT capacity")),
    }


def _asked_gpu_h(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Hours that the reference accelerator would take for all work asked for, done or not at sites, by period [h]."""
    parts = [
        tables[name][["period", "reference_gpu_h_per_yr"]] for name in ("racks", "measures", "leases") if name in tables
    ]
    return pd.concat(parts, ignore_index=True).groupby("period")["reference_gpu_h_per_yr"].sum()


def _returns(cash_flow: pd.DataFrame, work_h: pd.Series) -> dict[str, _Value]:
    """Money of the whole horizon, from the independent cash-flow table."""
    flows = cash_flow.sort_values("year")
    net = flows["net_usd"].to_numpy(float)
    discount = flows["discount_factor_ratio"].to_numpy(float)
    costs = (flows["capital_usd"] + flows["operating_usd"] - flows["salvage_usd"]).to_numpy(float)
    gpu_h = flows["period"].map(work_h).fillna(0.0).to_numpy(float) * years_paid(flows)
    begins = flows["period"].notna().to_numpy().argmax()  # the first year whose operation is paid
    return {
        "capex_usd": float(flows["capital_usd"].sum()),
        "first_outlay_usd": float(flows["capital_usd"].to_numpy(float)[:begins].sum()),
        "shadow_cost_usd": float(np.sum(flows["shadow_usd"].to_numpy(float) * discount)),
        "npv_usd": float(np.sum(net * discount)),
        "irr_fraction": internal_rate_of_return(net, flows["year"].to_numpy(float)),
        "payback_yr": _payback(np.cumsum(net), flows["year"].to_numpy(float)),
        "lcoc_usd_per_gpu_h": _ratio(
            float(np.sum(costs * discount)), float(np.sum(gpu_h * discount)), N_("no GPU hours delivered")
        ),
        "price_usd_per_gpu_h": _ratio(
            float(np.sum(flows["revenue_usd"].to_numpy(float) * discount)),
            float(np.sum(gpu_h * discount)),
            N_("no GPU hours delivered"),
        ),
    }


def _after_tax(taxed: pd.DataFrame, cash_flow: pd.DataFrame, work_h: pd.Series) -> dict[str, _Value]:
    """Money of the whole horizon after tax and debt."""
    years, flows = taxed.sort_values("year"), cash_flow.sort_values("year")
    net = years["net_after_tax_usd"].to_numpy(float)
    discount = flows["discount_factor_ratio"].to_numpy(float)
    hours = flows["period"].map(work_h).fillna(0.0).to_numpy(float) * years_paid(flows)

    def worth(column: str) -> float:
        return float(years[column].to_numpy(float) @ discount)

    when = years["year"].to_numpy(float)
    npv, no_debt = worth("net_after_tax_usd"), N_("no debt")
    sold, asked_h = float(flows["revenue_usd"].to_numpy(float) @ discount), float(hours @ discount)
    break_even: _Value = N_("no revenue")
    if sold > 0 and asked_h > 0:
        break_even = (sold - npv * sold / worth("net_revenue_usd")) / asked_h
    covers = {
        "dscr_min_ratio": years["debt_cover_ratio"].dropna(),
        "dscr_after_reserve_min_ratio": years["debt_cover_after_reserve_ratio"].dropna(),
    }
    return {
        "npv_after_tax_usd": npv,
        "npv_losses_carried_usd": worth("net_losses_carried_usd"),
        "npv_book_salvage_usd": worth("net_book_salvage_usd"),
        "npv_without_exemptions_usd": worth("net_without_exemptions_usd"),
        "sales_tax_spared_usd": float(years["sales_tax_spared_usd"].sum()),
        "tax_forgone_usd": float(
            years[["sales_tax_spared_usd", "tax_credit_usd", "property_tax_abated_usd"]].to_numpy(float).sum()
        ),
        "break_even_usd_per_gpu_h": break_even,
        "irr_after_tax_fraction": internal_rate_of_return(net, when),
        "irr_equity_fraction": internal_rate_of_return(years["equity_usd"].to_numpy(float), when),
        **{name: float(cover.min()) if len(cover) else no_debt for name, cover in covers.items()},
    }


def _power_dates(dates: pd.DataFrame) -> dict[str, _Value]:
    """When the first of some sites has power, and what it costs if power is late."""
    if dates.empty:
        return dict.fromkeys(("first_power_year", "idle_usd", "delay_usd_per_month"), N_("no site has power"))
    unknown = dates["idle_usd"].isna().any()
    return {
        "first_power_year": float(dates["first_power_year"].min()),
        "idle_usd": N_("no dates of power are stated or known") if unknown else float(dates["idle_usd"].sum()),
        "delay_usd_per_month": float(dates["delay_usd_per_month"].sum()),
    }


def _spans(dates: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """By the early and the late dates, when the first of some sites has power."""
    if dates.empty:
        return {}
    return {"first_power_year": (float(dates["p10_year"].min()), float(dates["p90_year"].min()))}


def _payback(cumulative: Array, years: Array) -> _Value:
    """Years to the first year from which the cumulative flow stays at or above zero."""
    below = np.flatnonzero(cumulative < 0)
    first = 0 if len(below) == 0 else int(below[-1]) + 1
    if first == len(cumulative):
        return N_("not paid back at the end of the horizon")
    return float(years[first] - years[0])


def _ratio(numerator: float, denominator: float, reason: str) -> _Value:
    """Quotient, or the reason why there is none."""
    return numerator / denominator if denominator > 0 else reason
