"""The plan's tables: what was decided, in the units and words of its readers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.accounts.accounts import METHODS
from siting.accounts.after_tax import after_tax
from siting.accounts.book import ResultTable
from siting.accounts.books import all_books, cost_term
from siting.accounts.cash_flow import cash_flow
from siting.accounts.numbers import Books
from siting.case.case import KEY_OF_AXIS, Case, Field
from siting.case.large_load_classes import class_ids
from siting.case.solution import Solution
from siting.plan.assumptions import assumptions_table, columns_table, imputed_table, sources_table
from siting.plan.key_figures import kpis
from siting.plan.tables import cooling_options, returns_stress, water_saving
from siting.plan.tables.comparators import comparators
from siting.plan.tables.consent import consent_of_sites, consent_table
from siting.plan.tables.demand import demand_table
from siting.plan.tables.faster_power import faster_power, headroom_table
from siting.plan.tables.footprints import footprints, run_footprints
from siting.plan.tables.large_loads import large_loads_table
from siting.plan.tables.long_table import long_table
from siting.plan.tables.orders import orders_table
from siting.plan.tables.power_dates import energisation_table, power_dates
from siting.plan.tables.price_years import price_years
from siting.plan.tables.workloads import workloads_table
from siting.quantities import KG_PER_T

KEYS = frozenset(KEY_OF_AXIS.values())
"""Columns that name the row of a table."""


TIME_TO_POWER = (
    "wait_low_months", "wait_months", "wait_high_months", "wait_trust", "wait_basis", "power_queue",
    "build_low_months", "build_months", "build_high_months",
)  # fmt: skip
"""What the catalogue says of waiting and building, beside each site; a table of one's own may lack it."""


def build(case: Case, solution: Solution) -> dict[str, pd.DataFrame]:
    """Return every table of a plan that follows from its decisions.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What the solve decided.

    Returns
    -------
    dict of str to DataFrame
        Tables by name, as listed in the README's "What comes out".
    """
    books = Books(case, solution.decisions)
    tables = {table.name: _decided(case, table) for book in all_books() for table in book.tables(books)}
    tables["cost"] = _cost(case, solution)
    tables["hourly"] = _hourly(case, solution)
    tables["carbon"] = pd.concat([_carbon(case, solution), consequential(tables["hourly"])], ignore_index=True)
    tables["water"] = _water(case, solution)
    tables["sites"] = _sites(case, solution)
    tables["footprints"] = footprints(case, solution)
    tables["training_runs"] = run_footprints(case, tables["footprints"])
    tables["demand"] = demand_table(case)
    tables["workloads"] = workloads_table(case, solution)
    tables["consent"] = consent_table(case)
    tables["cooling_options"] = cooling_options.options(case, solution)
    tables["price_years"] = price_years(case, solution)
    tables["water_saving"] = water_saving.savings(case, tables["cooling_options"])
    tables["cooling_places"] = cooling_options.places(case, solution)
    tables["cash_flow"] = cash_flow(case, solution)
    tables["after_tax"] = after_tax(case, solution, tables["cash_flow"])
    tables["returns_stress"] = returns_stress.stress(tables["cash_flow"], tables["after_tax"])
    tables["energisation"] = energisation_table(case, solution)
    tables["power_dates"] = power_dates(case, solution)
    tables["faster_power"] = faster_power(case, tables["power_dates"], tables["sites"])
    tables["headroom"] = headroom_table(case, solution)
    tables["orders"] = orders_table(case, solution)
    tables["kpis"] = kpis.compute(tables, study_id=case.study.name)
    tables["comparators"] = comparators(case, tables["cash_flow"], tables["kpis"])
    tables["assumptions"] = assumptions_table(case)
    tables["imputed"] = imputed_table(case)
    tables["large_loads"] = large_loads_table(case)
    tables["columns"] = columns_table(case)
    tables["sources"] = sources_table(case, tables["assumptions"], tables["columns"])
    return tables


def _decided(case: Case, table: ResultTable) -> pd.DataFrame:
    """Return a component's table of results, with what stands beside it."""
    frame = long_table(case, table.columns)
    for name, field in table.beside.items():
        beside = long_table(case, {name: field}, drop_zero=False)
        frame = frame.merge(beside, on=[key for key in beside if key in KEYS], how="left")
    return frame


def _account(case: Case, solution: Solution, ledger: str, column: str) -> pd.DataFrame:
    """One ledger as a long table: a row for each term, site and period that is not zero."""
    terms = solution.terms_of(ledger)
    frames = [
        long_table(case, {column: solution.values[f"{ledger}/{term['component']}.{term['term']}"]}) for term in terms
    ]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["site_id", "period", column])
    counts = [len(frame) for frame in frames]
    for name in ("component", "term", "payer", "receiver"):
        table[name] = pd.Series(np.repeat([term[name] for term in terms], counts), dtype=str)
    keys = ["period", "site_id", "component", "term"]
    return table[[*keys, "payer", "receiver", column]]


def _cost(case: Case, solution: Solution) -> pd.DataFrame:
    table = _account(case, solution, "cost_usd_per_yr", "cost_usd_per_yr")
    worth = dict(zip(case.axes["period"], case.values("finance.present_value_ratio"), strict=True))
    kinds = [
        cost_term(f"{component}.{term}").kind for component, term in zip(table["component"], table["term"], strict=True)
    ]
    table.insert(4, "kind", kinds)
    table["present_value_usd"] = table["cost_usd_per_yr"] * table["period"].map(worth).astype(float)
    return table


def _carbon(case: Case, solution: Solution) -> pd.DataFrame:
    frames = [
        _account(case, solution, f"carbon_{method}_t_per_yr", "carbon_t_per_yr")
        .drop(columns=["payer", "receiver"])
        .assign(method=method)
        for method in METHODS
    ]
    return pd.concat(frames, ignore_index=True)[["period", "site_id", "component", "term", "method", "carbon_t_per_yr"]]


MARGINS = {"consequential": "carbon_marginal_kg_per_mwh", "long_run": "carbon_long_run_kg_per_mwh"}
"""Accounts of what more is emitted for what is bought, each with the margin by the hour that it takes."""


def consequential(hourly: pd.DataFrame) -> pd.DataFrame:
    """Emission of the plants that run more, and of those that are built, for what is bought, beside the accounts.

    There are no rows where a margin is not known.
    """
    keys = ["period", "site_id"]
    columns = [*keys, "component", "term", "method", "carbon_t_per_yr"]
    bought_mwh = hourly["weight_h_per_yr"] * hourly["import_mw"]
    known = [pd.DataFrame(columns=columns)]
    for method, column in MARGINS.items():
        if column not in hourly:
            continue
        marginal = hourly[column].where(bought_mwh > 0, 0.0)
        rows = hourly[keys].assign(carbon_t_per_yr=bought_mwh * marginal / KG_PER_T)
        grouped = rows.groupby(keys)["carbon_t_per_yr"]
        summed = grouped.sum()[grouped.count() == grouped.size()].reset_index()
        known.append(summed.assign(component="grid", term="import", method=method)[columns])
    return pd.concat([part for part in known if len(part)] or known, ignore_index=True)


def _water(case: Case, solution: Solution) -> pd.DataFrame:
    """Water drawn on site, and, apart from it, the water that power plants consume for what is bought."""
    on_site = _account(case, solution, "water_m3_per_yr", "water_m3_per_yr").assign(boundary="site")
    behind = Field(("site", "period"), Books(case, solution.decisions).source_water())
    both = long_table(case, {"is_open": solution.decisions["open_count"], "water_m3_per_yr": behind})
    source = both[both["is_open"] == 1].assign(
        component="grid", term="generation", payer="", receiver="", boundary="source"
    )
    return pd.concat([on_site, source[on_site.columns]], ignore_index=True)


def _hourly(case: Case, solution: Solution) -> pd.DataFrame:
    """Dispatch of the open sites, hour by hour."""
    axes = ("site", "period", "hour")
    books = Books(case, solution.decisions)
    columns = dict(column for book in all_books() for column in book.hourly(books, solution))
    table = long_table(case, {name: Field(axes, values) for name, values in columns.items()}, drop_zero=False)
    with np.errstate(invalid="ignore", divide="ignore"):
        table["pue"] = 1 + table["cooling_mw"] / table["it_mw"].where(table["it_mw"] > 0)
    offset = case.tables["sites"].set_index("site_id")["utc_offset_h"]
    table = table.merge(case.calendar.hours, on="hour", how="left")
    local = table["time_utc"].dt.hour + table["site_id"].map(offset).astype(float)
    table["local_hour"] = (local % 24).astype(int)
    is_open = long_table(case, {"is_open": solution.decisions["open_count"]})
    kept = table.merge(is_open[["site_id", "period"]], on=["site_id", "period"], how="inner")
    keys = ["site_id", "period", "hour", "day", "time_utc", "local_hour", "month", "weight_h_per_yr"]
    return kept[[*keys, *(column for column in kept.columns if column not in keys)]]


def _sites(case: Case, solution: Solution) -> pd.DataFrame:
    """One row for each candidate and period, closed ones too."""
    axes = ("site", "period")
    weights = case.calendar.weights
    it = -solution.values["power_mw/cooling.it"].values @ weights
    facility = it - solution.values["power_mw/cooling.overhead"].values @ weights
    water, cost = solution.total("water_m3_per_yr"), solution.total("cost_usd_per_yr")
    leased = Books(case, solution.decisions).leased_water()
    hours_per_yr = weights.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = {
            "pue": facility / it,
            "wue_l_per_kwh": (water - leased) / it,
            "unit_cost_usd_per_mwh": cost / it,
        }
    halls = Books(case, solution.decisions).hall_space_mw().sum(axis=1)
    numbers = {
        "is_open": solution.decisions["open_count"].values,
        "it_capacity_mw": solution.decisions["installed_mw"].values.sum(axis=(1, 2)),
        "hall_capacity_mw": halls,
        "it_mean_mw": it / hours_per_yr,
        "facility_mean_mw": facility / hours_per_yr,
        "peak_grid_mw": solution.decisions["draw_mw"].values.max(axis=-1),
        "connection_mw": solution.decisions["connection_mw"].values,
        "further_line_mw": solution.decisions["further_line_mw"].values,
        "reinforced_mw": solution.decisions["reinforced_mw"].values,
        "headroom_mw": np.repeat(case.values("grid.headroom_mw")[:, None], len(case.axes["period"]), axis=1),
        "area_ha": solution.decisions["area_ha"].values,
        "energy_mwh_per_yr": facility,
        "water_m3_per_yr": water,
        "cost_usd_per_yr": cost,
        **ratios,
    }
    for method in METHODS:
        if method == "embodied":
            continue
        numbers[f"carbon_{method}_t_per_yr"] = solution.total(f"carbon_{method}_t_per_yr")
    table = long_table(
        case,
        {name: Field(axes, np.broadcast_to(values, it.shape)) for name, values in numbers.items()},
        drop_zero=False,
    )
    table["is_open"] = table["is_open"].astype(int)
    names = case.tables["sites"][["site_id", "name", "state", "latitude", "longitude", "grid_zone_id"]]
    names = names.assign(large_load_class_ids=[" ".join(ids) for ids in class_ids(case.tables["sites"])])
    names = names.join(case.tables["sites"].filter(items=TIME_TO_POWER))
    merged = table.merge(names, on="site_id", how="left").merge(consent_of_sites(case), on="site_id", how="left")
    first = ["site_id", "period", "name", "state", "latitude", "longitude", "grid_zone_id"]
    return merged[[*first, *(column for column in merged.columns if column not in first)]]
