"""A case, and fields over its axes, as files: saved so that they load again without loss."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from siting.case.case import KEY_OF_AXIS, Calendar, Case, Field
from siting.data.fields.stated import INPUTS
from siting.plan.tables.long_table import long_table
from siting.results.formats import csv_text, json_text, write_parquet
from siting.study.demand import AMOUNTS
from siting.study.study import Study
from siting.study.workloads import AMOUNTS_OF_WORKLOAD
from siting.text import as_year

__all__ = ["listed_in", "load_case", "load_fields", "write_case", "write_fields"]


def write_case(case: Case, folder: Path) -> None:
    """Write a case into a new folder, without its full year."""
    folder.mkdir()
    (folder / "study.json").write_text(json_text(case.study.model_dump(mode="json")), "utf-8")
    (folder / "axes.json").write_text(json_text({axis: list(members) for axis, members in case.axes.items()}), "utf-8")
    (folder / "hours.csv").write_text(csv_text(case.calendar.hours), "utf-8", newline="\n")
    (folder / "day_months.csv").write_text(csv_text(case.calendar.day_months), "utf-8", newline="\n")
    (folder / "stands_for.json").write_text(json_text(list(case.calendar.stands_for)), "utf-8")
    tables = folder / "tables"
    tables.mkdir()
    for name, table in case.tables.items():
        write_parquet(table, tables / f"{name}.parquet")
    write_fields(case, case.fields, folder / "fields")


def load_case(folder: Path, name: str, listed: Collection[str]) -> Case:
    """Read a case that `write_case` wrote.

    Parameters
    ----------
    folder : Path
        A result folder.
    name : str
        Of the case's folder in it.
    listed : collection of str
        Files of the result folder; others are not read.
    """
    at = folder / name
    hours = pd.read_csv(at / "hours.csv", float_precision="round_trip")
    hours["time_utc"] = pd.to_datetime(hours["time_utc"], utc=True)
    axes = {axis: tuple(members) for axis, members in json.loads((at / "axes.json").read_text("utf-8")).items()}
    return Case(
        study=Study.model_validate(_keys_as_numbers(json.loads((at / "study.json").read_text("utf-8")))),
        tables={path.stem: pd.read_parquet(path) for path in listed_in(folder, f"{name}/tables", listed)},
        axes=axes,
        fields=load_fields(axes, listed_in(folder, f"{name}/fields", listed)),
        calendar=Calendar(
            hours,
            pd.read_csv(at / "day_months.csv"),
            tuple(json.loads((at / "stands_for.json").read_text("utf-8"))),
        ),
        inputs=INPUTS,
    )


def listed_in(folder: Path, name: str, listed: Iterable[str]) -> list[Path]:
    """Parquet files that stand right in one folder of a result folder, of those that are listed."""
    return [folder / one for one in sorted(listed) if one.endswith(".parquet") and one.rpartition("/")[0] == name]


def write_fields(case: Case, fields: Mapping[str, Field], folder: Path) -> None:
    """Write one Parquet file for each combination of axes: a column a key, a column a field; all-zero rows left out."""
    folder.mkdir(exist_ok=True)
    groups: dict[tuple[str, ...], dict[str, Field]] = {}
    for name, field in fields.items():
        groups.setdefault(field.axes, {})[name] = field
    for names, members in groups.items():
        write_parquet(long_table(case, members), folder / f"{'-'.join(names) or 'scalar'}.parquet")


def load_fields(axes: Mapping[str, tuple[Any, ...]], paths: Iterable[Path]) -> dict[str, Field]:
    """Read fields that `write_fields` wrote, over the same axes.

    Raises
    ------
    ValueError
        If a file names a member that its axis does not have, or the same place twice, or a field stands in two files.
    """
    from pyarrow.parquet import ParquetFile

    fields: dict[str, Field] = {}
    for path in paths:
        names = () if path.stem == "scalar" else tuple(path.stem.split("-"))
        shape = tuple(len(axes[axis]) for axis in names)
        with ParquetFile(path) as file:
            table = file.read()
        keys = [KEY_OF_AXIS[axis] for axis in names]
        places = tuple(
            pd.Index(axes[axis], dtype=object).get_indexer(pd.Index(table[key].to_numpy(), dtype=object))
            for axis, key in zip(names, keys, strict=True)
        )
        for key, place in zip(keys, places, strict=True):
            if (place < 0).any():
                raise ValueError(f"{path.name}: {key} {table[key][int(np.argmin(place))].as_py()!r} is not in the case")
        rows = np.ravel_multi_index(places, shape) if names else np.zeros(len(table), dtype=np.intp)
        if len(np.unique(rows)) < len(rows):
            raise ValueError(f"{path.name}: a row stands twice")
        for column in table.column_names:
            if column in keys:
                continue
            if column in fields:
                raise ValueError(f"{path.name}: {column!r} stands in another file, too")
            values = np.zeros(shape)
            values.ravel()[rows] = table[column].to_numpy().astype(float)
            fields[column] = Field(names, values)
    return fields


def _keys_as_numbers(study: dict[str, Any]) -> dict[str, Any]:
    """Turn the years that JSON made into text back into numbers."""
    demand = study["demand"]
    of_kinds = ((demand, name) for fields in AMOUNTS.values() for name in fields)
    of_listed = ((one, name) for one in demand.get("workloads", ()) for name in AMOUNTS_OF_WORKLOAD)
    for stated, name in (*of_kinds, *of_listed):
        stated[name] = {as_year(float(year)): value for year, value in stated.get(name, {}).items()}
    return study
