"""What a plan rests on: its assumptions, the values that a rule filled in, and where all of it comes from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from siting.accounts.books import all_books
from siting.case.case import Case
from siting.data.tables.provenance import Provenance, has_one_value_a_state
from siting.quantities import UNITS, label, split, unit
from siting.study.study import Study

KEYS_OF_PLACES = frozenset({"site_id", "zone_id", "grid_zone_id", "authority_id", "weather_id"})
"""Columns that tell a table of places, whose values the reports show place by place, from one of technology."""

ABOUT = ("columns", "sources", "imputed")
"""Tables that say where others come from."""


def assumptions_table(case: Case) -> pd.DataFrame:
    """Return every scalar of the study and every value of technology that the case uses, with source and grade.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    columns = ["item", "value", "unit", "source_id", "grade", "description"]
    overruled = [name for name, value in case.study.finance if value is not None]
    finance = case.tables["finance"]
    finance = finance[~finance["parameter_id"].isin(overruled)]
    parameters = pd.concat([case.tables["parameters"], finance]).rename(columns={"parameter_id": "item"})
    parameters["unit"] = [UNITS[name].label if name in UNITS else name for name in parameters["unit"]]
    rows: list[dict[Any, Any]] = stated_assumptions(case.study) + parameters[columns].to_dict("records")
    provenance = case.tables["columns"].set_index(["table", "column"])[["source_id", "grade"]].to_dict("index")
    filled = case.tables.get("imputed", pd.DataFrame(columns=["table", "row_id", "column"]))
    cells = filled.set_index(["table", "row_id", "column"]).to_dict("index")
    for table, key in _technology(case):
        of_rows = provenance.get((table, "source_id"))
        for record in case.tables[table].to_dict("records"):
            mark = " (speculative)" if record.get("speculative") == 1 else ""
            for column, value in record.items():
                if not _is_quantity(str(column)) or not isinstance(value, int | float) or pd.isna(value):
                    continue
                own = provenance.get((table, column), of_rows)
                told = record if own is None or own == of_rows else own  # a column with a source of its own
                cell = cells.get((table, record[key], column), {})
                told, rule = cell or told, f": {cell['rule']}" if cell else ""
                rows.append(
                    {
                        "item": f"{record[key]}: {label(str(column)).split(' [')[0]}",
                        "value": float(value),
                        "unit": unit(str(column)).label,
                        "source_id": told["source_id"],
                        "grade": told["grade"],
                        "description": f"{record['name']}{mark}{rule}",
                    }
                )
    return pd.DataFrame(rows)


def _technology(case: Case) -> list[tuple[str, str]]:
    """Tables of the case that hold values of technology, and of taxes, each with the column that names a row.

    Raises
    ------
    LookupError
        If the case has such a table of which no component speaks: its values would be used and never be told.
    """
    told = [*(table for book in all_books() for table in book.technology), ("taxes", "state")]
    untold = [
        name
        for name, table in case.tables.items()
        if {"name", "grade"} <= set(table) and name not in dict(told) and not KEYS_OF_PLACES & set(table)
    ]
    if untold:
        raise LookupError(f"no book states the technology of {', '.join(untold)}")
    return told


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


def provenance_of(case: Case) -> Provenance:
    """Return where the values of a case come from; a table of the study's own is known by its rows alone.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    replaced = case.study.replaced()
    own = frozenset() if "columns" in replaced else replaced
    about = {
        name: table[~table["table"].isin(list(own))]
        for name in ("columns", "imputed")
        if (table := case.tables.get(name)) is not None
    }
    return Provenance(about)


def columns_table(case: Case) -> pd.DataFrame:
    """Return the number columns of every table that the case draws on, each with its rule, source and grade.

    Parameters
    ----------
    case : Case
        The numbers.

    Returns
    -------
    DataFrame
        ``table``, ``column``, ``unit``, ``description``, ``source_id``, ``grade``, ``value_of`` (of sites: ``place``,
        ``state`` or ``all``, whichever a value is of; empty elsewhere). A table that the study replaces by
        one of its own is left out, unless the study says where its columns come from.
    """
    columns = case.tables["columns"]
    replaced = case.study.replaced()
    own = frozenset() if "columns" in replaced else replaced
    present = {name: set(table) for name, table in case.tables.items()}
    kept = [
        row["table"] not in (*own, *ABOUT)
        and _is_quantity(str(row["column"]))
        and (str(row["table"]).startswith("series_") or row["column"] in present.get(str(row["table"]), ()))
        for row in columns.to_dict("records")
    ]
    names = ["table", "column", "unit", "description", "source_id", "grade"]
    found = columns.loc[kept, names].reset_index(drop=True)
    return found.assign(
        value_of=[_value_of(case, str(row["table"]), str(row["column"])) for row in found.to_dict("records")]
    )


def _value_of(case: Case, table: str, column: str) -> str:
    """Whether a value is a place's own, or one stands for all places of a state, or for all; of sites alone."""
    if table != "sites":
        return ""
    sites = case.tables["sites"]
    if len(sites) > 1 and sites[column].nunique(dropna=False) == 1:
        return "all"
    return "state" if has_one_value_a_state(sites, column) else "place"


def sources_table(case: Case, assumptions: pd.DataFrame, columns: pd.DataFrame) -> pd.DataFrame:
    """Return the sources that the case draws on.

    Parameters
    ----------
    case : Case
        The numbers.
    assumptions : DataFrame
        Its assumptions.
    columns : DataFrame
        Its columns, as of `columns_table`: some sources stand there alone.
    """
    used = set(assumptions["source_id"]) | set(columns["source_id"])
    for name, table in case.tables.items():
        if "source_id" in table and name not in ABOUT:
            used |= set(table["source_id"].dropna())
    sources = case.tables["sources"]
    return sources[sources["source_id"].isin(used)].reset_index(drop=True)


def stated_assumptions(study: Study) -> list[dict[Any, Any]]:
    """Numbers that the study states about work, climate, facilities, money and carbon: all are assumptions."""
    asked = [
        (f"demand from {period.year}: {kind}", "mw", by_year[period.year], f"{kind}_mw", study.demand)
        for period in study.horizon.periods
        for kind in ("inference", "batch", "training")
        if period.year in (by_year := getattr(study.demand, f"{kind}_mw"))
    ]
    listed = [
        {
            "item": f"demand from {period.year}: {one.workload_id}",
            "value": float(one.by_year[period.year]),
            "unit": one.label,
            "source_id": "",
            "grade": "assumed",
            "description": "Work of a class that the study lists, as a mean of the year",
        }
        for one in study.demand.asked()
        if "." in one.field
        for period in study.horizon.periods
        if period.year in one.by_year
    ]
    stated = [
        (f"{part}: {label(name).split(' [')[0]}", split(name)[1], value, name, getattr(study, part))
        for part, names in (
            ("demand", ("latency_limit_ms",)),
            ("climate", type(study.climate).model_fields),
            ("facility", type(study.facility).model_fields),
            ("edge", type(study.edge).model_fields if study.edge.offered else ()),
            ("finance", type(study.finance).model_fields),
            ("policy", ("carbon_price_usd_per_t",)),
        )
        for name in names
        if _is_quantity(name) and (value := getattr(getattr(study, part), name)) is not None
    ]
    told = [
        {
            "item": item,
            "value": float(value),
            "unit": UNITS[suffix].label if suffix else "",
            "source_id": "",
            "grade": "assumed",
            "description": " ".join((type(part).model_fields[name].description or "").split()),
        }
        for item, suffix, value, name, part in (*asked, *stated)
    ]
    return [*told, *listed]


def _is_quantity(column: str) -> bool:
    """Whether a column's name ends in a unit."""
    try:
        split(column)
    except ValueError:
        return False
    return True
