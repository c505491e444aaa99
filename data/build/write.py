"""Rounding and writing, so that the same numbers give the same bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["SIGNIFICANT_DIGITS", "round_significant", "write_csv", "write_parquet"]

SIGNIFICANT_DIGITS = 4


def round_significant(values: pd.Series, digits: int = SIGNIFICANT_DIGITS) -> pd.Series:
    """Round to significant digits; 0 and missing values stay as they are.

    Examples
    --------
    >>> round_significant(pd.Series([0.0, 123456.0, -0.00123456])).tolist()
    [0.0, 123500.0, -0.001235]
    """
    # Each number once: the weather of a thousand sites has millions, of a few thousand kinds.
    number, place = np.unique(values.to_numpy(dtype=float), return_inverse=True)
    size = np.abs(np.where(np.isfinite(number) & (number != 0), number, 1.0))
    decimals = digits - 1 - np.floor(np.log10(size)).astype(int)
    rounded = [round(value, int(place)) for value, place in zip(number, decimals, strict=True)]
    return pd.Series((np.array(rounded, dtype=float) + 0.0)[place], index=values.index, name=values.name)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write UTF-8 with LF line ends, floats at 6 significant digits and without a trailing `.0`."""
    shown = table.copy()
    for name in shown.columns:
        if pd.api.types.is_float_dtype(shown[name]):
            shown[name] = [("" if pd.isna(x) else f"{x:.10g}") for x in round_significant(shown[name], 6)]
    shown.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def write_parquet(table: pd.DataFrame, path: Path, rows_together: int | None = None) -> None:
    """Write float32 columns at 4 significant digits, compressed by zstd; whole numbers by their differences.

    Hours that count up again and again are then a thousandth of the file, and not a quarter of it.

    Parameters
    ----------
    table
        What to write.
    path
        Where to.
    rows_together
        Rows that are read together, such as those of one year.
    """
    columns, encoding = {}, {}
    for name in table.columns:
        if pd.api.types.is_float_dtype(table[name]):
            columns[name] = pa.array(
                round_significant(table[name]).astype("float32"), type=pa.float32(), from_pandas=True
            )
        elif pd.api.types.is_integer_dtype(table[name]):
            columns[name] = pa.array(table[name].astype("int16"), type=pa.int16())
            encoding[name] = "DELTA_BINARY_PACKED"
        else:
            columns[name] = pa.array(table[name].astype(str), type=pa.string())
    pq.write_table(
        pa.table(columns),
        path,
        row_group_size=rows_together,
        compression="zstd",
        compression_level=19,
        use_dictionary=[name for name in columns if name not in encoding],
        column_encoding=encoding,
        version="2.6",
    )
