"""Tiny cases made straight from numbers, small enough to be solved by hand.

Out of the box a tiny case costs nothing and loses nothing: one site, one zone that asks for 1 PFLOP/s in
each of three hours, racks of 1 MW that do 1 PFLOP/s, halls in modules of 1 MW, a PUE of 1, no price on
anything, no interest, one period of one year, lives of one year. A test switches on what it is about, and
its arithmetic fits in a docstring: 1 MW all year is 8,760 MWh, and the objective is one year's cost.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from siting import Study
from siting.case.annuities import annuity_ratio, present_value_ratio
from siting.case.case import TABLE_OF_AXIS, Array, Calendar, Case, Field
from siting.data.fields.stated import FIELDS, INPUTS, following
from siting.data.tables.schema import TABLES
from siting.models.assembly.assembly import Assembly
from siting.models.assembly.compilation import compile_assembly
from siting.models.formulation import DESIGN, chosen
from siting.optimise.solve import solve
from siting.optimise.solver import highs, loading
from siting.plan.plan import Plan
from siting.quantities import COST_SCALE, bare_name
from siting.results.claim import claimed
from siting.results.folder import load, write_unfinished

Solve = Callable[[Case], Plan]
"""A way of solving a case; the fixture `solved` of the components' tests is one."""

MONTHS = tuple(range(1, 13))


def tiny_case(
    *,
    sites: Sequence[str] = ("a",),
    zones: Sequence[str] = ("z",),
    lots: Sequence[str] = ("batch",),
    jobs: Sequence[str] = ("training",),
    cooling: Sequence[str] = ("air",),
    racks: Sequence[str] = ("r",),
    contracts: Sequence[str] = ("wind",),
    incentives: Sequence[str] = (),
    measures: Sequence[str] = (),
    leases: Sequence[str] = (),
    bridge: Sequence[str] = (),
    steps: Sequence[str] = (),
    periods: Sequence[tuple[float, float]] = ((2030, 1),),
    hours_count: int = 3,
    days_of_year: Sequence[int] = (365,),
    rate: float = 0.0,
    base_year: int | None = None,
    hall_life_yr: float | Sequence[float] = 1.0,
    rack_life_yr: float | Sequence[float] = 1.0,
    storage_life_yr: float = 1.0,
    connection_life_yr: float = 1.0,
    heat_life_yr: float = 1.0,
    latency_limit_ms: float = 40.0,
    storage: bool = False,
    certificates: bool = False,
    facility: Mapping[str, Any] | None = None,
    policy: Mapping[str, Any] | None = None,
    finance: Mapping[str, Any] | None = None,
    grid_zones: Sequence[str] | None = None,
    **fields: Any,
) -> Case:
    """Return a case of numbers.

    Parameters
    ----------
    sites, zones, lots, jobs, cooling, racks, contracts, incentives, measures, leases, bridge, steps : sequence of str
        Members of the axes.
    periods : sequence of (float, float)
        First year and length of each period.
    hours_count : int
        Hours of a day; they share its 24 h evenly.
    days_of_year : sequence of int
        For each day, the days of the year that it stands for; months are dealt out evenly, in order.
    rate : float
        Discount rate (0 to 1) a year.
    base_year : int, optional
        Year that money is discounted to; the first period's by default.
    hall_life_yr, rack_life_yr, storage_life_yr, connection_life_yr, heat_life_yr : float
        Lives, from which annuities follow.
    latency_limit_ms, storage, certificates, facility, policy, finance
        Parts of the study.
    grid_zones : sequence of str, optional
        Grid zone of each site; each its own by default.
    **fields
        Fields of the case by their bare names, broadcast to the shape of their axes.
    """
    years = [year for year, _ in periods]
    start = int(years[0]) if base_year is None else base_year
    built = {"module_mw": 1.0, "site_min_mw": 0.0, "site_max_mw": 100.0, "peak_diversity_fraction": 1.0}
    study = Study.model_validate(
        {
            "schema_version": 1,
            "name": "tiny",
            "horizon": {
                "base_year": start,
                "periods": [{"year": year, "length_yr": length} for year, length in periods],
            },
            "demand": {
                "reference_rack": racks[0],
                "inference_mw": dict.fromkeys(years, 1.0),
                "batch_mw": dict.fromkeys(years, 1.0),
                "latency_limit_ms": latency_limit_ms,
            },
            "technology": {"storage": storage, "certificates": certificates},
            "facility": {**built, "fixed_site_usd": 0.0, "storage_min_mw": 0.0, **(facility or {})},
            "finance": {"discount_rate_fraction": rate, **(finance or {})},
            "policy": policy or {},
        }
    )
    calendar = _calendar(days_of_year, hours_count)
    axes: dict[str, tuple[str | float, ...]] = {
        "site": tuple(sites),
        "zone": tuple(zones),
        "lot": tuple(lots),
        "job": tuple(jobs),
        "cooling": tuple(cooling),
        "rack": tuple(racks),
        "contract": tuple(contracts),
        "incentive": tuple(incentives),
        "measure": tuple(measures),
        "lease": tuple(leases),
        "region": tuple(range(1, len(study.policy.regional) + 1)),
        "bridge": tuple(bridge),
        "step": tuple(steps),
        "period": tuple(period.year for period in study.horizon.periods),
        "until": tuple(period.end_year for period in study.horizon.periods),
        "year": study.horizon.years,
        "month": MONTHS,
        "day": tuple(range(calendar.days_count)),
        "hour": tuple(range(len(calendar.hours))),
    }
    lives = {
        "hall": np.broadcast_to(hall_life_yr, len(cooling)),
        "rack": np.broadcast_to(rack_life_yr, len(racks)),
    }
    of_study: dict[str, tuple[tuple[str, ...], Any]] = {
        "serving.rtt_limit_ms": (("zone",), latency_limit_ms),
        "finance.discount_rate_per_yr": ((), rate),
        "finance.compute_price_usd_per_gpu_h": ((), study.finance.compute_price_usd_per_gpu_h),
        "finance.annuity_ratio": (("period",), [annuity_ratio(rate, length) for _, length in periods]),
        "finance.start_yr": (("period",), [year - years[0] for year in years]),
        "finance.length_yr": (("period",), [length for _, length in periods]),
        "placement.site_life_yr": ((), sum(length for _, length in periods)),
        "grid.connection_life_yr": ((), connection_life_yr),
        "storage.storage_life_yr": ((), storage_life_yr),
        "heat_reuse.heat_life_yr": (("site",), heat_life_yr),
        "halls.hall_life_yr": (("cooling",), lives["hall"]),
        "racks.rack_life_yr": (("rack",), lives["rack"]),
        "finance.present_value_ratio": (
            ("period",),
            [present_value_ratio(rate, year - start, length) for year, length in periods],
        ),
        "hours.weight_h_per_yr": (("hour",), calendar.weights),
        "hours.step_h": ((), 1.0),
    }
    neutral = {name: (one.axes, one.neutral) for name, one in FIELDS.items() if one.neutral is not None}
    stated = {name: (one.axes, _stated(study, one.inputs[0])) for name, one in FIELDS.items() if one.is_taken}
    stated = {name: (names, value) for name, (names, value) in stated.items() if value is not None}
    case = Case(
        study=study,
        tables=_tables(axes, lives, storage_life_yr, grid_zones or [f"Z{i}" for i in range(len(sites))]),
        axes=axes,
        fields={name: _field(axes, named, value) for name, (named, value) in {**neutral, **stated, **of_study}.items()},
        calendar=calendar,
        inputs=INPUTS,
    )
    return with_fields(case, **fields)


def _stated(study: Study, source: str) -> float | None:
    """What a study states of its facilities or its policy; None of anything else."""
    part, name = source.split(".")
    return getattr(getattr(study, part), name) if part in ("facility", "policy") else None


def with_fields(case: Case, **fields: Any) -> Case:
    """Return a case with some fields, by their bare names, changed, and what follows unless it is stated too."""
    made = dict(case.fields)
    named = {full_name([*made, *FIELDS], name): value for name, value in fields.items()}
    stated = {
        name: _field(case.axes, FIELDS[name].axes if name in FIELDS else made[name].axes, value)
        for name, value in named.items()
    }
    made |= stated
    weights = case.calendar.weights / case.calendar.weights.sum()
    follows = {
        "serving.inference_mean_pflop": made["serving.inference_pflop"].values @ weights,
        "grid.residual_t_per_mwh": (made["grid.carbon_t_per_mwh"].values * weights).sum(axis=-1),
        "finance.reference_accelerator_pflop": made["computing.compute_pflop_per_mw"].values[0]
        * made["racks.rack_mw"].values[0]
        / made["racks.accelerators_count"].values[0],
        "cooling.pue_peak_ratio": made["cooling.pue"].values.max(axis=-1),
        "retrofit.existing_count": (made["retrofit.existing_mw"].values > 0).astype(float),
        "heat_reuse.heat_lifted_count": (made["heat_reuse.heat_pump_power_fraction"].values > 0).astype(float),
    }
    made |= {name: Field(FIELDS[name].axes, values) for name, values in follows.items()}
    made |= following(made)
    return dataclasses.replace(case, fields={**made, **stated})


def full_name(known: Iterable[str], name: str) -> str:
    """Return the name of a field with its component, from the bare name, since a keyword has no dot."""
    found = sorted({full for full in known if bare_name(full) == name})
    if len(found) != 1:
        raise KeyError(f"{name} is the bare name of {' and '.join(found) or 'no field'}")
    return found[0]


def with_full_year(case: Case, year: Case) -> Case:
    """Return a case with another as its full year, of which a part of the case takes the same part."""
    return dataclasses.replace(
        case, year_of=lambda part: year.only(**{axis: part.axes[axis] for axis in TABLE_OF_AXIS})
    )


def with_year(case: Case, **fields: Any) -> Case:
    """Return a case of twelve days, one a month, whose full year is the same days, with some fields changed."""
    if case.calendar.days_count != len(MONTHS):
        raise ValueError("the replay runs month by month: give each month one day")
    return with_full_year(case, with_fields(case, **fields))


def quick(case: Case, **options: Any) -> Plan:
    """Solve to the optimum, on one thread, without what follows the solve."""
    return solve(
        case,
        **{
            "gap": 0.0,
            "gap_site_dependent": 1.0,
            "threads": 1,
            "replay": False,
            "rivals": False,
            "year_bound": False,
            **options,
        },
    )


def through_a_folder(plan: Plan, folder: Path) -> Plan:
    """Write what a plan follows from, as one saved in need, and read it back."""
    stored = folder / "stored"
    with claimed(stored) as claim:
        write_unfinished(claim, plan)
    return load(stored)


def solve_assembly(assembly: Assembly) -> float:
    """Solve any assembly, a part of a model too, leave the values in it, and return its cost [USD]."""
    form = compile_assembly(assembly)
    outcome = highs.run(loading.load(form), gap=0.0)
    if outcome.values is None or outcome.objective is None:
        raise ValueError(f"no solution (HiGHS: {outcome.reason})")
    for variable, _ in assembly.variables.values():
        for key, value in zip(variable.over, outcome.values[variable.first_column :].tolist(), strict=False):
            variable[key].set_value(value, skip_validation=True)
    return outcome.objective / COST_SCALE


def relaxed_cost(case: Case) -> float:
    """Cost of the linear relaxation of a case [USD]."""
    form = compile_assembly(Assembly(case, chosen(DESIGN, case)))
    outcome = highs.run(loading.load(dataclasses.replace(form, integral=np.zeros_like(form.integral))), gap=0.0)
    if outcome.objective is None:
        raise ValueError(f"no solution (HiGHS: {outcome.reason})")
    return outcome.objective / COST_SCALE


def decided(plan: Plan, name: str) -> Array:
    """Values of a decision, over its axes."""
    return plan.solution.decisions[name].values


def paid(plan: Plan, term: str) -> Array:
    """Values of a term of the cost ledger [USD/yr], by site and period."""
    return plan.solution.values[f"cost_usd_per_yr/{term}"].values


def _field(axes: Mapping[str, Sequence[Any]], names: tuple[str, ...], value: Any) -> Field:
    shape = tuple(len(axes[axis]) for axis in names)
    return Field(names, np.broadcast_to(np.asarray(value, dtype=float), shape))


def _calendar(days_of_year: Sequence[int], hours_count: int) -> Calendar:
    days_count = len(days_of_year)
    day_of_month = [(month - 1) * days_count // len(MONTHS) for month in MONTHS]
    first_month = [day_of_month.index(day) + 1 for day in range(days_count)]
    hours = pd.DataFrame(
        [
            {
                "hour": day * hours_count + position,
                "day": day,
                "time_utc": pd.Timestamp(2022, first_month[day], 1, position * 24 // hours_count, tz="UTC"),
                "month": first_month[day],
                "weight_h_per_yr": days_of_year[day] * 24 / hours_count,
            }
            for day in range(days_count)
            for position in range(hours_count)
        ]
    )
    day_months = pd.DataFrame({"day": day_of_month, "month": MONTHS})
    months_of_day = day_months.groupby("day")["month"].transform("count")
    day_months["days_count"] = np.array(days_of_year)[day_of_month] / months_of_day
    return Calendar(hours, day_months, tuple(range(days_count)))


def _tables(
    axes: Mapping[str, Sequence[Any]], lives: Mapping[str, Any], storage_life_yr: float, grid_zones: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Names and places of the members, for the tables and the reports; the numbers are fields."""
    made_up: dict[str, Any] = {"source_id": "made-up", "grade": "assumed"}

    def table(key: str, members: Sequence[Any], **columns: Any) -> pd.DataFrame:
        return pd.DataFrame({key: list(members), "name": [str(member).upper() for member in members], **columns})

    places = np.arange(len(axes["site"]), dtype=float)
    one_each = {name: table(kind.key[0], [name], **made_up) for name, kind in TABLES.items() if kind.is_technology}
    return one_each | {
        "sites": table(
            "site_id", axes["site"], state="TX", latitude=30 + places, longitude=-100 + places,
            grid_zone_id=list(grid_zones), authority_id=list(grid_zones), utc_offset_h=-6.0, tariff_usd_per_mwh=50.0,
            water_stress_score=1.0,
            **made_up,
        ),
        "zones": table(
            "zone_id", axes["zone"], latitude=40.0, longitude=-90.0, utc_offset_h=-6.0, population_count=1e6,
            workload_id="inference", **made_up,
        ),
        "lots": table(
            "lot_id", axes["lot"], workload_id=list(axes["lot"]), first_hour_utc=0, window_h=24, deadline_h=24
        ),
        "jobs": table("job_id", axes["job"], workload_id=list(axes["job"]), work_class="training"),
        "cooling": table("cooling_id", axes["cooling"], life_yr=lives["hall"], **made_up),
        "racks": table("rack_id", axes["rack"], life_yr=lives["rack"], **made_up),
        "contracts": table("contract_id", axes["contract"], kind=list(axes["contract"]), **made_up),
        "incentives": table("incentive_id", axes["incentive"], kind="income_tax_credit", **made_up),
        "measures": table("measure_id", axes["measure"], work_class="inference", **made_up),
        "leases": table("lease_id", axes["lease"], provider="Cloud", region="R", **made_up),
        "bridge": table("bridge_id", axes["bridge"], **made_up),
        "supply_steps": table("step_id", axes["step"], **made_up),
        "certificates": table("certificate_id", ["rec"], **made_up),
        "storage": table("storage_id", ["battery"], life_yr=storage_life_yr, **made_up),
        "columns": pd.DataFrame(columns=["table", "column", "unit", "description", "source_id", "grade"]),
        "parameters": pd.DataFrame(
            [{"parameter_id": "connection_life_yr", "value": 1.0, "unit": "yr", "description": "", **made_up}]
        ),
        "taxes": table("state", ["TX"], sales_tax_fraction=0.0, **made_up),
        "finance": pd.DataFrame(columns=["parameter_id", "value", "unit", "description", "source_id", "grade"]),
        "grid_zones": pd.DataFrame({"grid_zone_id": list(dict.fromkeys(grid_zones)), "name": "a zone", **made_up}),
        "sources": pd.DataFrame(
            [
                {
                    "source_id": "made-up", "title": "Made up", "publisher": "Nobody", "year": 2024, "licence": "MIT",
                    "url": "", "retrieved": 2024, "grade": "assumed", "notice": "",
                }
            ]
        ),
    }  # fmt: skip
