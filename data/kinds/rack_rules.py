"""What must hold of a rack: its spread holds its price, its accelerators take no more than it does, a guess says so."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from siting.data.kinds.table import Fault
from siting.data.kinds.vintages import never_sold

__all__ = ["MARK", "is_speculative", "unsound"]

MARK = "speculative-"
"""Beginning of the id of a speculative rack, so that whatever names it marks it."""

_ROUNDING_FRACTION = 1e-4


def is_speculative(racks: pd.DataFrame) -> pd.Series:
    """Which racks nobody can buy for such work today.

    Parameters
    ----------
    racks : DataFrame
        Rows of the table of that name; without the column `speculative` none is.
    """
    return racks["speculative"].eq(1) if "speculative" in racks else pd.Series(False, index=racks.index)


def unsound(racks: pd.DataFrame) -> Iterator[Fault]:
    """Yield what is wrong with racks whose cells are right one by one.

    Parameters
    ----------
    racks : DataFrame
        Rows of the table of that name, by line.
    """
    yield from never_sold(racks)
    yield from _unmarked(racks)
    yield from _unlikely_price(racks)
    yield from _hungry_accelerators(racks)


def _unmarked(racks: pd.DataFrame) -> Iterator[Fault]:
    """Racks whose id and flag do not say the same."""
    for line, kind, guess in zip(racks.index, racks["rack_id"].astype(str), is_speculative(racks), strict=True):
        if guess and not kind.startswith(MARK):
            yield int(line), "rack_id", f"'{kind}' is speculative, so its id must begin with '{MARK}'"
        if kind.startswith(MARK) and not guess:
            yield int(line), "speculative", f"'{kind}' must be 1, as its id says"


def _unlikely_price(racks: pd.DataFrame) -> Iterator[Fault]:
    """Racks whose price is not within its spread."""
    for column, sign in (("rack_low_usd", 1), ("rack_high_usd", -1)):
        if column in racks:
            beyond = sign * (racks[column] - racks["rack_usd"]) > 0
            word = "above" if sign > 0 else "below"
            for line, kind in racks.loc[beyond, "rack_id"].items():
                yield int(str(line)), column, f"'{kind}' has it {word} its price rack_usd"


def _hungry_accelerators(racks: pd.DataFrame) -> Iterator[Fault]:
    """Racks whose accelerators alone take more than their nameplate."""
    if "accelerator_kw" in racks:
        alone_kw = racks["accelerator_kw"] * racks["accelerators_count"]
        for line, row in racks[alone_kw > racks["rack_kw"] * (1 + _ROUNDING_FRACTION)].iterrows():
            said = f"{row['accelerators_count']:g} accelerators of {row['accelerator_kw']:g} kW take more than its"
            yield int(str(line)), "accelerator_kw", f"'{row['rack_id']}': {said} {row['rack_kw']:g} kW"
