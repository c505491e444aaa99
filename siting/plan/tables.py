"""The plan's tables: what was decided, in the units and words of its readers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.accounts.after_tax import after_tax
from siting.accounts.cash_flow import CAPITAL_TERMS, cash_flow
from siting.accounts.numbers import Books
from siting.case.case import Array, Case, Field
from siting.case.solution import Solution
from siting.plan import cooling_options, kpis
from siting.plan.assumptions import assumptions_table, imputed_table, sources_table
from siting.plan.long_table import long_table

CARBON_METHODS = ("location", "market", "hourly", "embodied")


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
    cost = _cost(case, solution)
    carbon = _carbon(case, solution)
    water = _water(case, solution)
    hourly = _hourly(case, solution)
    tables = {
        "halls": _halls(case, solution),
        "racks": _racks(case, solution),
        "assignment": _assignment(case, solution),
        "contracts": _contracts(case, solution),
        "certificates": _tidy(case, solution, ("certificates_mwh_per_yr", "claimed_mwh_per_yr")),
        "storage": _tidy(case, solution, ("storage_power_mw", "storage_energy_mwh")),
        "heat": _heat(case, solution),
        "monthly": _tidy(case, solution, ("month_peak_mw",)),
        "cost": cost,
        "carbon": carbon,
        "water": water,
        "hourly": hourly,
    }
    tables["sites"] = _sites(case, solution)
    tables["cooling_options"] = cooling_options.options(case, solution)
    tables["cooling_places"] = cooling_options.places(case, solution)
    tables["cash_flow"] = cash_flow(case, solution, tables["racks"])
    tables["after_tax"] = after_tax(case, solution, tables["racks"], tables["cash_flow"])
    tables["kpis"] = kpis.compute(tables, study_id=case.study.name)
    tables["assumptions"] = assumptions_table(case)
    tables["imputed"] = imputed_table(case)
    tables["sources"] = sources_table(case, tables["assumptions"])
    return tables


def _value(solution: Solution, name: str, shape: tuple[int, ...]) -> Array:
    """Decision by name; zeros where the model has no such component."""
    field = solution.decisions.get(name)
    return np.zeros(shape) if field is None else field.values


def _tidy(case: Case, solution: Solution, names: tuple[str, ...]) -> pd.DataFrame:
    """Long table of decisions that share their axes; rows that are all zero are left out."""
    fields = {name: solution.decisions[name] for name in names if name in solution.decisions}
    if not fields:
        return pd.DataFrame(columns=["site_id", "period", *names])
    return long_table(case, fields)


def _halls(case: Case, solution: Solution) -> pd.DataFrame:
    modules = solution.decisions["modules_count"].values
    numbers = Books(case, solution.decisions)
    axes = ("site", "cooling", "period")
    columns = {"modules_count": Field(axes, modules), "hall_capacity_mw": Field(axes, numbers.hall_space_mw())}
    if numbers.has("converted_count"):
        columns |= {
            "kept_mw": Field(axes, numbers.kept_mw()),
            "converted_count": solution.decisions["converted_count"],
        }
    return long_table(case, columns)


def _racks(case: Case, solution: Solution) -> pd.DataFrame:
    """Racks, with the hours that their accelerators work: those of the racks themselves, not of a reference."""
    axes = ("site", "cooling", "rack", "period")
    work = solution.decisions["work_pflop"].values @ case.calendar.weights
    pflop = (
        case.values("computing.compute_pflop_per_mw")
        * case.values("racks.rack_mw")
        / case.values("racks.accelerators_count")
    )
    return long_table(
        case,
        {
            "racks_count": solution.decisions["racks_count"],
            "installed_mw": solution.decisions["installed_mw"],
            "gpu_h_per_yr": Field(axes, work / pflop[:, None]),
        },
    )


def _assignment(case: Case, solution: Solution) -> pd.DataFrame:
    table = _tidy(case, solution, ("share_fraction",))
    rtt = long_table(case, {"rtt_ms": case.fields["serving.rtt_ms"]}, drop_zero=False)
    return table.merge(rtt, on=["site_id", "zone_id"], how="left")


def _contracts(case: Case, solution: Solution) -> pd.DataFrame:
    axes = ("site", "contract", "period")
    weights = case.calendar.weights
    contracted = solution.decisions["contracted_mw"].values
    yearly_output = np.nan_to_num(case.values("contracts.output_fraction")) @ weights
    return long_table(
        case,
        {
            "contracted_mw": Field(axes, contracted),
            "output_mwh_per_yr": Field(axes, contracted * yearly_output[:, :, None]),
            "delivered_mwh_per_yr": Field(axes, solution.decisions["delivered_mw"].values @ weights),
        },
    )


def _heat(case: Case, solution: Solution) -> pd.DataFrame:
    """What is sold to whom through what, and what it fetches."""
    columns = ["site_id", "period", "heat_connection_mw", "heat_pump_mw", "heat_sold_mwh_per_yr", "revenue_usd_per_yr"]
    if "heat_sold_mw" not in solution.decisions:
        return pd.DataFrame(columns=columns)
    sold = Books(case, solution.decisions).heat_sold() @ case.calendar.weights
    return long_table(
        case,
        {
            "heat_connection_mw": solution.decisions["heat_connection_mw"],
            "heat_pump_mw": solution.decisions["heat_pump_mw"],
            "heat_sold_mwh_per_yr": Field(("site", "period"), sold),
            "revenue_usd_per_yr": Field(
                ("site", "period"), sold * case.values("heat_reuse.heat_price_usd_per_mwh")[:, None]
            ),
        },
    )


def _account(case: Case, solution: Solution, ledger: str, column: str) -> pd.DataFrame:
    """One ledger as a long table: a row for each term, site and period that is not zero."""
    frames = [
        long_table(case, {column: solution.values[f"{ledger}/{term['component']}.{term['term']}"]}).assign(
            **{name: term[name] for name in ("component", "term", "payer", "receiver")}
        )
        for term in solution.terms_of(ledger)
    ]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["site_id", "period", column])
    keys = ["period", "site_id", "component", "term"]
    return table[[*keys, "payer", "receiver", column]]


def _cost(case: Case, solution: Solution) -> pd.DataFrame:
    table = _account(case, solution, "cost_usd_per_yr", "cost_usd_per_yr")
    worth = dict(zip(case.axes["period"], case.values("finance.present_value_ratio"), strict=True))
    kinds = [
        "capital" if (component, term) in CAPITAL_TERMS else "operating"
        for component, term in zip(table["component"], table["term"], strict=True)
    ]
    table.insert(4, "kind", kinds)
    table["present_value_usd"] = table["cost_usd_per_yr"] * table["period"].map(worth).astype(float)
    return table


def _carbon(case: Case, solution: Solution) -> pd.DataFrame:
    frames = [
        _account(case, solution, f"carbon_{method}_t_per_yr", "carbon_t_per_yr")
        .drop(columns=["payer", "receiver"])
        .assign(method=method)
        for method in CARBON_METHODS
    ]
    return pd.concat(frames, ignore_index=True)[["period", "site_id", "component", "term", "method", "carbon_t_per_yr"]]


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
    shape = tuple(len(case.axes[axis]) for axis in axes)
    delivered = solution.decisions.get("delivered_mw")
    kinds = case.tables["contracts"]["kind"].tolist()
    it = -solution.values["power_mw/cooling.it"].values
    overhead = -solution.values["power_mw/cooling.overhead"].values
    numbers = Books(case, solution.decisions)
    fields = {
        "it_mw": it,
        "server_fan_mw": numbers.server_fans(),
        "cooling_mw": overhead,
        "water_m3_per_h": numbers.water_hourly(),
        "heat_sold_mw": numbers.heat_sold(),
        "heat_pump_draw_mw": numbers.heat_pumps(),
        "import_mw": _value(solution, "import_mw", shape),
    }
    for kind in dict.fromkeys(kinds):
        of_kind = [i for i, other in enumerate(kinds) if other == kind]
        fields[f"delivered_{kind}_mw"] = (
            np.zeros(shape) if delivered is None else delivered.values[:, of_kind].sum(axis=1)
        )
    fields |= {
        "charge_mw": _value(solution, "charge_mw", shape),
        "discharge_mw": _value(solution, "discharge_mw", shape),
        "draw_mw": _value(solution, "draw_mw", shape),
        "inference_pflop": np.einsum(
            "szy,zyh->syh", solution.decisions["share_fraction"].values, case.values("serving.inference_pflop")
        ),
        "batch_pflop": _value(solution, "batch_pflop", shape),
        "training_pflop": solution.decisions["training_pflop"].values[..., None] * np.ones(shape),
        "unserved_pflop": _value(solution, "unserved_pflop", shape),
    }
    spread = np.ones(shape)
    for name in ("price_usd_per_mwh", "carbon_t_per_mwh", "carbon_marginal_t_per_mwh", "grid_cfe_fraction"):
        fields[name] = case.values(f"grid.{name}")[:, None, :] * spread
    table = long_table(case, {name: Field(axes, values) for name, values in fields.items()}, drop_zero=False)
    table["carbon_average_kg_per_mwh"] = table.pop("carbon_t_per_mwh") * 1000
    table["carbon_marginal_kg_per_mwh"] = table.pop("carbon_marginal_t_per_mwh") * 1000
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
    hours_per_yr = weights.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = {
            "pue": facility / it,
            "wue_l_per_kwh": water / it,
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
        "headroom_mw": np.repeat(case.values("grid.headroom_mw")[:, None], len(case.axes["period"]), axis=1),
        "area_ha": solution.decisions["area_ha"].values,
        "energy_mwh_per_yr": facility,
        "water_m3_per_yr": water,
        "cost_usd_per_yr": cost,
        **ratios,
    }
    for method in CARBON_METHODS[:3]:
        numbers[f"carbon_{method}_t_per_yr"] = solution.total(f"carbon_{method}_t_per_yr")
    table = long_table(
        case,
        {name: Field(axes, np.broadcast_to(values, it.shape)) for name, values in numbers.items()},
        drop_zero=False,
    )
    table["is_open"] = table["is_open"].astype(int)
    names = case.tables["sites"][["site_id", "name", "state", "latitude", "longitude", "grid_zone_id"]]
    merged = table.merge(names, on="site_id", how="left")
    first = ["site_id", "period", "name", "state", "latitude", "longitude", "grid_zone_id"]
    return merged[[*first, *(column for column in merged.columns if column not in first)]]
