"""How tables and values are written: CSV, Parquet, GeoJSON and JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["csv_text", "geojson_text", "json_text", "write_parquet"]


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV: UTF-8, LF, dot decimals, all digits; words that a spreadsheet would run are quoted out.

    A cell of text that begins with ``= + - @`` or a control character gets an apostrophe before it;
    numbers, which may be negative, are left alone.
    """
    safe: dict[str, pd.Series] = {}
    for column, values in table.items():
        if not pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_datetime64_any_dtype(values):
            texts = values.map(_harmless)
            if not texts.equals(values):
                safe[str(column)] = texts
    return table.assign(**safe).to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%SZ")


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet, the unit of each column in its field's metadata."""
    import pyarrow as pa
    import pyarrow.parquet

    from siting.quantities import unit

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    fields = []
    for field in arrow.schema:
        try:
            text = unit(field.name.split("/")[0]).label
        except ValueError:
            text = ""
        fields.append(field.with_metadata({"unit": text}) if text else field)
    schema = pa.schema(fields, metadata=arrow.schema.metadata)
    pyarrow.parquet.write_table(arrow.cast(schema), path, compression="zstd")


def geojson_text(sites: pd.DataFrame) -> str:
    """Return sites with their decisions, WGS84 (RFC 7946)."""
    import geopandas

    places = geopandas.points_from_xy(sites["longitude"], sites["latitude"], crs="EPSG:4326")
    frame = geopandas.GeoDataFrame(sites.drop(columns=["longitude", "latitude"]), geometry=places)
    return str(frame.to_json(drop_id=True)) + "\n"


def json_text(value: Any) -> str:
    """Return a value as JSON for people to read; numbers that JSON lacks are refused."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
