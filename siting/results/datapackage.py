"""The Frictionless data package: what each file and each column of a result is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from siting.quantities import label, unit
from siting.study.study import Study

KEY_DESCRIPTIONS = {
    "site_id": "Candidate site",
    "zone_id": "Demand zone; of a class of work that the study lists, class.zone",
    "workload_id": "Class of work: inference, batch or training of the study's own fields, or one that it lists",
    "work_class": "Kind of the class of work: inference, batch, training or hpc",
    "served_by": "site, lease (rented accelerators) or measure (work spared)",
    "place_id": "Site, lease or measure, by served_by",
    "served_fraction": "Share of the work of the class, clusters whole",
    "rtt_mean_ms": "Round trip between the place and the zones it serves, by their work",
    "rtt_most_ms": "Longest round trip between the place and a zone of the class that it serves",
    "rtt_limit_ms": "Longest round trip that the class allows",
    "deadline_h": "Hours within which batch work of the class is done",
    "cooling_id": "Way of cooling",
    "built_cooling_id": "Way of cooling that the plan builds for the racks in question",
    "is_built": "1 for the way of cooling that the plan builds, 0 for the others",
    "is_cheapest": "1 for the cheapest way of cooling at the site",
    "is_least_pue": "1 for the way of cooling with the least PUE at the site",
    "rack_id": "Kind of rack",
    "contract_id": "Power contract",
    "grid_zone_id": "Grid zone",
    "period": "Planning year in which the figure begins to hold",
    "year": "Calendar year at whose start the money flows",
    "month": "Month of the year",
    "component": "Part of the model that posted the term",
    "term": "Posted term of a ledger",
    "payer": "Who pays",
    "receiver": "Who is paid",
    "kind": "Annuity of capital, or yearly operation",
    "climate_id": "Weather: base (the study's), warmer by the study's stress_warming_c, or a hot year",
    "method": "How carbon is counted",
    "table": "Table of the catalogue",
    "row_id": "Row of that table: a site, or a state",
    "column": "Column of that table",
    "rule": "Rule by which a missing value was filled in",
    "source_id": "Source, as listed in sources.csv",
    "grade": "measured, modelled or assumed; of a key figure that of the worst input that decides it",
    "value_of": "Whether a value is a place's own, or one stands for the places of a state, or for all; of sites only",
    "grade_from": "Input whose grade it is: table.column of the catalogue, or table.parameter",
    "suspended_by": "Who suspends consent at the site, since when, until when, and the source",
    "body": "Who suspended, capped or proposed to suspend consent",
    "body_kind": "county, state, town or utility",
    "status": "Of a moratorium: in_force, past_its_days (prolongation not known), proposed or ended; of a rival: how "
    "the search ended",
    "started_on": "Day from which it holds, as the source states it",
    "ends_on": "Last day that the source states; empty if it states none",
    "limit": "Limit that rules the site out",
    "extra_cost_usd": "Cost of the best plan found with the site, over that of the plan that the search found: both "
    "on the chosen days, before designs compete over the year",
    "extra_cost_at_least_usd": "Least that a plan with the site costs over the plan that the search found, proven; "
    "negative where the gap is wider than the difference",
    "chosen_count": "Choices, under errors of what is known of the sites, in which the site is chosen",
    "draws_count": "Choices made under errors of what is known of the sites",
    "chosen_fraction": "Share of these choices in which the site is chosen",
    "future_id": "Future that the plan was made for, among others",
    "weight_fraction": "Probability of the future",
    "factors": "What is otherwise in it than the study says",
    "year_cost_usd": "Cost of the design over all hours of the year in that future; empty where not worked out",
    "is_shown": "1 for the future in which the other tables stand",
    "forecast_basis": "What the hours are known from",
    "bound_rise_usd": "What the site adds to the bound on all plans at the search's prices: free of the gap, but no "
    "proof",
}
"""Columns that are not quantities."""

MEDIA_TYPES = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet", ".geojson": "application/geo+json"}

UNTABLED = {"sites.geojson": MEDIA_TYPES[".geojson"], "signal.json": "application/json"}
"""Files that are no tables, with their media types."""


def describe(study: Study, folder: Path, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the data package of a folder of tables.

    Parameters
    ----------
    study : Study
        Gives name, title and the year of the money.
    folder : Path
        Holds the files; each is listed with its size and sha256.
    tables : mapping of str to DataFrame
        What the files hold, by name without ending: read back, an id such as 01 would be taken for a number.
    """
    resources = []
    for path in sorted(folder.iterdir()):
        is_table = path.suffix in MEDIA_TYPES and path.name not in UNTABLED and path.stem in tables
        if not is_table and path.name not in UNTABLED:
            continue
        content = path.read_bytes()
        resource: dict[str, Any] = {
            "name": path.stem.replace("_", "-") + ("" if path.suffix == ".csv" else path.suffix.replace(".", "-")),
            "path": path.name,
            "format": path.suffix[1:],
            "mediatype": UNTABLED.get(path.name, MEDIA_TYPES.get(path.suffix)),
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        }
        if is_table:
            resource |= {"type": "table", "schema": {"fields": _fields(tables[path.stem], study)}}
        if path.suffix == ".csv":
            resource["encoding"] = "utf-8"
        resources.append(resource)
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": study.name,
        "title": study.title or study.name,
        "description": study.description,
        "resources": resources,
    }


def _fields(frame: pd.DataFrame, study: Study) -> list[dict[str, str]]:
    """Columns of a table: name, title, unit, type and description."""
    fields = []
    for name in map(str, frame.columns):
        try:
            text, printed = unit(name).label, label(name)
        except ValueError:
            text, printed = "", name.replace("_", " ")
        money = f" (real, {study.money_year} USD)" if "usd" in name else ""
        fields.append(
            {
                "name": name,
                "title": printed,
                "type": _type(frame[name], is_quantity=bool(text)),
                "unit": text,
                "description": KEY_DESCRIPTIONS.get(name, f"{printed[:1].upper()}{printed[1:]}") + money,
            }
        )
    return fields


def _type(column: pd.Series, *, is_quantity: bool) -> str:
    """Type of a column by the values that it has; by its name if it has none."""
    if column.isna().all():
        return "number" if is_quantity else "string"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "datetime"
    return "number" if pd.api.types.is_numeric_dtype(column) else "string"
