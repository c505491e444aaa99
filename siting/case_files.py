"""A case, and fields over its axes, as files: saved so that they load again without loss."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from siting.case import KEY_OF_AXIS, Calendar, Case, Field
from siting.formats import csv_text, json_text, write_parquet
from siting.long_table import long_table
from siting.study import Study

__all__ = ["load_case", "load_fields", "write_case", "write_fields"]


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


def load_case(folder: Path) -> Case:
    """Read a case that `write_case` wrote."""
    hours = pd.read_csv(folder / "hours.csv", float_precision="round_trip")
    hours["time_utc"] = pd.to_datetime(hours["time_utc"], utc=True)
    axes = {axis: tuple(members) for axis, members in json.loads((folder / "axes.json").read_text("utf-8")).items()}
    return Case(
        study=Study.model_validate(_keys_as_numbers(json.loads((folder / "study.json").read_text("utf-8")))),
        tables={path.stem: pd.read_parquet(path) for path in sorted((folder / "tables").glob("*.parquet"))},
        axes=axes,
        fields=load_fields(axes, folder / "fields"),
        calendar=Calendar(
            hours,
            pd.read_csv(folder / "day_months.csv"),
            tuple(json.loads((folder / "stands_for.json").read_text("utf-8"))),
        ),
    )


def write_fields(case: Case, fields: Mapping[str, Field], folder: Path) -> None:
    """Write one Parquet file for each combination of axes: a column a key, a column a field; all-zero rows left out."""
    folder.mkdir(exist_ok=True)
    groups: dict[tuple[str, ...], dict[str, Field]] = {}
    for name, field in fields.items():
        groups.setdefault(field.axes, {})[name] = field
    for axes, members in groups.items():
        write_parquet(long_table(case, members), folder / f"{'-'.join(axes) or 'scalar'}.parquet")


def load_fields(axes: Mapping[str, tuple[Any, ...]], folder: Path) -> dict[str, Field]:
    """Read fields that `write_fields` wrote, over the same axes."""
    fields = {}
    for path in sorted(folder.glob("*.parquet")):
        if path.stem.startswith("replay"):  # tables of the replay, beside the terms of the ledgers
            continue
        names = () if path.stem == "scalar" else tuple(path.stem.split("-"))
        table = pd.read_parquet(path)
        shape = tuple(len(axes[axis]) for axis in names)
        places = tuple(
            table[KEY_OF_AXIS[axis]].map({member: i for i, member in enumerate(axes[axis])}).to_numpy()
            for axis in names
        )
        for column in table.columns:
            if column in [KEY_OF_AXIS[axis] for axis in names]:
                continue
            values = np.zeros(shape)
            if names:
                values[places] = table[column].to_numpy(float)
            elif len(table):
                values = np.array(float(table[column].iloc[0]))
            fields[column] = Field(names, values)
    return fields


def _keys_as_numbers(study: dict[str, Any]) -> dict[str, Any]:
    """Turn the years that JSON made into text back into numbers."""
    for name in ("inference_mw", "batch_mw", "training_mw"):
        study["demand"][name] = {int(year): value for year, value in study["demand"][name].items()}
    return study
