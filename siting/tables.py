"""The plan's tables: what was decided, in the units and words of its readers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from siting import cooling_options, kpis
from siting.accounts import Numbers
from siting.after_tax import after_tax
from siting.case import KEY_OF_AXIS, Array, Case, Field
from siting.cash_flow import CAPITAL_TERMS, cash_flow
from siting.quantities import UNITS, label, split, unit
from siting.solution import Solution

if TYPE_CHECKING:
    from siting.replay import Replay

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
    hourly = hourly_table(case, solution)
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
    tables["assumptions"] = _assumptions(case)
    tables["imputed"] = imputed_table(case)
    tables["sources"] = _sources(case, tables["assumptions"])
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


def long_table(case: Case, fields: Mapping[str, Field], *, drop_zero: bool = True) -> pd.DataFrame:
    """Return fields that share their axes as one long table, a column each.

    Parameters
    ----------
    case : Case
        Names the members of the axes.
    fields : mapping of str to Field
        Fields over the same axes.
    drop_zero : bool
        Leave out rows in which every field is zero.
    """
    axes = next(iter(fields.values())).axes
    shape = tuple(len(case.axes[axis]) for axis in axes)
    matrix = np.stack([field.values.ravel() for field in fields.values()])
    kept = np.flatnonzero((matrix != 0).any(axis=0)) if drop_zero else np.arange(matrix.shape[1])
    places = np.unravel_index(kept, shape) if axes else ()
    columns: dict[str, object] = {
        KEY_OF_AXIS[axis]: np.asarray(case.axes[axis])[place] for axis, place in zip(axes, places, strict=True)
    }
    columns |= {name: row[kept] for name, row in zip(fields, matrix, strict=True)}
    return pd.DataFrame(columns)


def _halls(case: Case, solution: Solution) -> pd.DataFrame:
    modules = solution.decisions["modules_count"].values
    numbers = Numbers(case, solution.decisions)
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
    pflop = case.values("compute_pflop_per_mw") * case.values("rack_mw") / case.values("accelerators_count")
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
    rtt = long_table(case, {"rtt_ms": case.fields["rtt_ms"]}, drop_zero=False)
    return table.merge(rtt, on=["site_id", "zone_id"], how="left")


def _contracts(case: Case, solution: Solution) -> pd.DataFrame:
    axes = ("site", "contract", "period")
    weights = case.calendar.weights
    contracted = solution.decisions["contracted_mw"].values
    yearly_output = np.nan_to_num(case.values("output_fraction")) @ weights
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
    sold = Numbers(case, solution.decisions).heat_sold() @ case.calendar.weights
    return long_table(
        case,
        {
            "heat_connection_mw": solution.decisions["heat_connection_mw"],
            "heat_pump_mw": solution.decisions["heat_pump_mw"],
            "heat_sold_mwh_per_yr": Field(("site", "period"), sold),
            "revenue_usd_per_yr": Field(("site", "period"), sold * case.values("heat_price_usd_per_mwh")[:, None]),
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
    worth = dict(zip(case.axes["period"], case.values("present_value_ratio"), strict=True))
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
    behind = Field(("site", "period"), Numbers(case, solution.decisions).source_water())
    both = long_table(case, {"is_open": solution.decisions["open_count"], "water_m3_per_yr": behind})
    source = both[both["is_open"] == 1].assign(
        component="grid", term="generation", payer="", receiver="", boundary="source"
    )
    return pd.concat([on_site, source[on_site.columns]], ignore_index=True)


def hourly_table(case: Case, solution: Solution) -> pd.DataFrame:
    """Dispatch of the open sites, hour by hour.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What the solve decided.
    """
    axes = ("site", "period", "hour")
    shape = tuple(len(case.axes[axis]) for axis in axes)
    delivered = solution.decisions.get("delivered_mw")
    kinds = case.tables["contracts"]["kind"].tolist()
    it = -solution.values["power_mw/cooling.it"].values
    overhead = -solution.values["power_mw/cooling.overhead"].values
    numbers = Numbers(case, solution.decisions)
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
            "szy,zyh->syh", solution.decisions["share_fraction"].values, case.values("inference_pflop")
        ),
        "batch_pflop": _value(solution, "batch_pflop", shape),
        "training_pflop": solution.decisions["training_pflop"].values[..., None] * np.ones(shape),
        "unserved_pflop": _value(solution, "unserved_pflop", shape),
    }
    spread = np.ones(shape)
    for name in ("price_usd_per_mwh", "carbon_t_per_mwh", "carbon_marginal_t_per_mwh", "grid_cfe_fraction"):
        fields[name] = case.values(name)[:, None, :] * spread
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
    water = sum(
        (field.values for name, field in solution.values.items() if name.startswith("water_m3_per_yr/")), np.zeros(())
    )
    cost = sum(
        (field.values for name, field in solution.values.items() if name.startswith("cost_usd_per_yr/")), np.zeros(())
    )
    hours_per_yr = weights.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = {
            "pue": facility / it,
            "wue_l_per_kwh": water / it,
            "unit_cost_usd_per_mwh": cost / it,
        }
    halls = Numbers(case, solution.decisions).hall_space_mw().sum(axis=1)
    numbers = {
        "is_open": solution.decisions["open_count"].values,
        "it_capacity_mw": solution.decisions["installed_mw"].values.sum(axis=(1, 2)),
        "hall_capacity_mw": halls,
        "it_mean_mw": it / hours_per_yr,
        "facility_mean_mw": facility / hours_per_yr,
        "peak_grid_mw": solution.decisions["draw_mw"].values.max(axis=-1),
        "connection_mw": solution.decisions["connection_mw"].values,
        "headroom_mw": np.repeat(case.values("headroom_mw")[:, None], len(case.axes["period"]), axis=1),
        "area_ha": solution.decisions["area_ha"].values,
        "energy_mwh_per_yr": facility,
        "water_m3_per_yr": water,
        "cost_usd_per_yr": cost,
        **ratios,
    }
    for method in CARBON_METHODS[:3]:
        prefix = f"carbon_{method}_t_per_yr/"
        numbers[f"carbon_{method}_t_per_yr"] = sum(
            (field.values for name, field in solution.values.items() if name.startswith(prefix)), np.zeros(())
        )
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


def _assumptions(case: Case) -> pd.DataFrame:
    """Every scalar of the study and every value of technology that the case uses, with source and grade."""
    columns = ["item", "value", "unit", "source_id", "grade", "description"]
    overruled = [name for name, value in case.study.finance if value is not None]
    finance = case.tables["finance"]
    finance = finance[~finance["parameter_id"].isin(overruled)]
    parameters = pd.concat([case.tables["parameters"], finance]).rename(columns={"parameter_id": "item"})
    parameters["unit"] = [UNITS[name].label if name in UNITS else name for name in parameters["unit"]]
    rows: list[dict[Any, Any]] = _stated(case) + parameters[columns].to_dict("records")
    provenance = case.tables["columns"].set_index(["table", "column"])[["source_id", "grade"]].to_dict("index")
    for table, key in (
        ("cooling", "cooling_id"),
        ("racks", "rack_id"),
        ("contracts", "contract_id"),
        ("certificates", "certificate_id"),
        ("storage", "storage_id"),
        ("taxes", "state"),
    ):
        of_rows = provenance.get((table, "source_id"))
        for record in case.tables[table].to_dict("records"):
            for column, value in record.items():
                if not _is_quantity(str(column)) or not isinstance(value, int | float) or pd.isna(value):
                    continue
                own = provenance.get((table, column), of_rows)
                told = record if own is None or own == of_rows else own  # a column with a source of its own
                rows.append(
                    {
                        "item": f"{record[key]}: {label(str(column)).split(' [')[0]}",
                        "value": float(value),
                        "unit": unit(str(column)).label,
                        "source_id": told["source_id"],
                        "grade": told["grade"],
                        "description": record["name"],
                    }
                )
    return pd.DataFrame(rows)


def _stated(case: Case) -> list[dict[Any, Any]]:
    """Numbers that the study states about climate, facilities, money and carbon: assumptions, whoever made them."""
    study = case.study
    stated = {
        f"{part}.{name}": value
        for part in ("climate", "facility", "finance")
        for name, value in getattr(study, part)
        if not isinstance(value, bool)
    }
    stated["policy.carbon_price_usd_per_t"] = study.policy.carbon_price_usd_per_t
    return [
        {
            "item": item,
            "value": float(value),
            "unit": unit(item.split(".")[1]).label,
            "source_id": "",
            "grade": "assumed",
            "description": "stated in the study",
        }
        for item, value in stated.items()
        if value is not None
    ]


def imputed_table(case: Case) -> pd.DataFrame:
    """Return the values of the candidate sites, and of their states, that a rule filled in, each with its rule.

    Parameters
    ----------
    case : Case
        Holds the cells that were filled in, if it is made from the catalogue.
    """
    columns = ["table", "row_id", "column", "value", "unit", "rule", "source_id", "grade"]
    cells = case.tables.get("imputed")
    if cells is None or cells.empty:
        return pd.DataFrame(columns=columns)
    keyed = {name: case.tables[name].set_index(key) for name, key in (("sites", "site_id"), ("taxes", "state"))
             if name in case.tables}  # fmt: skip
    rows = [
        {
            **cell,
            "value": float(keyed[cell["table"]].loc[cell["row_id"], cell["column"]]),
            "unit": unit(str(cell["column"])).label,
        }
        for cell in cells.to_dict("records")
        if cell["table"] in keyed and cell["row_id"] in keyed[cell["table"]].index and _is_quantity(str(cell["column"]))
    ]
    return pd.DataFrame(rows, columns=columns)


def _is_quantity(column: str) -> bool:
    """Whether a column's name ends in a unit."""
    try:
        split(column)
    except ValueError:
        return False
    return True


def _sources(case: Case, assumptions: pd.DataFrame) -> pd.DataFrame:
    """Sources that the case draws on."""
    used = set(assumptions["source_id"])
    for name, table in case.tables.items():
        if "source_id" in table and name not in ("sources", "columns"):
            used |= set(table["source_id"].dropna())
    sources = case.tables["sources"]
    return sources[sources["source_id"].isin(used)].reset_index(drop=True)


def replay_table(design: pd.DataFrame, replay: Replay | None) -> pd.DataFrame:
    """Key figures of the system in the last period, on the design's days and in the full year.

    Parameters
    ----------
    design : DataFrame
        Key figures of the plan.
    replay : Replay or None
        The full year, if it was run.
    """
    columns = ["kpi_id", "unit", "design", "replay", "difference_fraction"]
    if replay is None:
        return pd.DataFrame(columns=columns)
    both = _last(design).merge(_last(replay.kpis), on=["kpi_id", "unit"], suffixes=("_design", "_replay"))
    table = both.rename(columns={"value_design": "design", "value_replay": "replay"})
    base = table["design"].abs().where(table["design"] != 0)
    table["difference_fraction"] = (table["replay"] - table["design"]) / base
    return table[columns]


def _last(kpis_table: pd.DataFrame) -> pd.DataFrame:
    """Figures of the system, of the last period or of the horizon."""
    system = kpis_table[kpis_table["entity_type"] == "system"]
    return system.groupby("kpi_id", sort=False, as_index=False).tail(1)[["kpi_id", "unit", "value"]]
