"""Racks: transcribed rows, with what the accelerator table knows of each accelerator, and which cells it does not know.

Power, speed, memory, price and first year of an accelerator are those of the table of accelerators wherever it has the
accelerator (`hardware_name`); elsewhere they are transcribed with the row, and `rack_cells.csv` says by which rule.
Speed is of the whole rack: dense BF16 of tensor units, or FP16 where BF16 is not stated.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from siting.data.build.money import to_money_year
from siting.data.build.raw import read_input, read_raw
from siting.data.build.technology import priced
from siting.data.build.write import round_significant

__all__ = ["RackTables", "rack_tables"]

ACCELERATORS = "epoch_ai/ml_hardware.csv.xz"
PRICE_YEARS = {"NVIDIA A100 SXM4 40 GB": 2022, "NVIDIA H100 SXM5 80GB": 2023, "AMD Instinct MI300X": 2024}
"""Year of the text that the table has an accelerator's price from, whose dollars it is in."""

BF16, FP16 = "Tensor-FP16/BF16 performance (FLOP/s)", "FP16 (half precision) performance (FLOP/s)"
SPEEDS = {
    "fp8_pflop": "FP8 performance (FLOP/s)",
    "fp4_pflop": "FP4 performance (FLOP/s)",
    "fp64_pflop": "FP64 (double precision) performance (FLOP/s)",
}
FLOP_PER_PFLOP, TFLOP_PER_PFLOP, W_PER_KW, BYTES_PER_GB = 1e15, 1e3, 1e3, 1e9
DIGITS = 3
"""Significant digits of a rack's speed, as makers print an accelerator's."""

ORDER = (
    "rack_id", "name", "vendor", "kind", "speculative", "accelerator", "accelerators_count", "accelerator_kw",
    "memory_gb", "accelerator_usd", "rack_kw", "idle_fraction", "transient_ratio", "compute_pflop", "fp8_pflop",
    "fp4_pflop", "fp64_pflop", "liquid_fraction", "rack_usd", "rack_low_usd", "rack_high_usd", "fabric",
    "fabric_usd_per_accelerator", "fabric_kw_per_accelerator", "maintenance_usd_per_yr", "life_yr", "first_year",
    "lead_months", "rack_kg", "footprint_m2", "embodied_t", "availability_fraction", "server_fan_fraction",
    "source_id", "grade",
)  # fmt: skip


@dataclass(frozen=True)
class RackTables:
    """The table of racks, and its cells that have another source than their column.

    Parameters
    ----------
    racks
        Rows of `racks.csv`.
    imputed
        Rows of `imputed.csv`.
    """

    racks: pd.DataFrame
    imputed: pd.DataFrame


def rack_tables() -> RackTables:
    """Return the racks, in dollars of 2024, and the cells that a rule filled in.

    Raises
    ------
    KeyError
        If a row names an accelerator that the table of accelerators does not have.
    """
    racks = priced("racks")
    of = read_raw(ACCELERATORS).set_index("Hardware name")
    named = racks.pop("hardware_name")
    if missing := set(named.dropna()) - set(of.index):
        raise KeyError(f"{ACCELERATORS} has no {', '.join(sorted(missing))}")
    known = of.reindex(named).reset_index()
    count = racks["accelerators_count"]
    flops = known[BF16].fillna(known[FP16]) / FLOP_PER_PFLOP
    own = racks.pop("accelerator_tflop") / TFLOP_PER_PFLOP
    racks["compute_pflop"] = round_significant(flops.fillna(own) * count, DIGITS)
    for column, speed in SPEEDS.items():
        racks[column] = round_significant(known[speed] / FLOP_PER_PFLOP * count, DIGITS)
    own = racks.pop("accelerator_fp64_tflop") / TFLOP_PER_PFLOP
    racks["fp64_pflop"] = racks["fp64_pflop"].fillna(round_significant(own * count, DIGITS))
    racks["accelerator_kw"] = (known["TDP (W)"] / W_PER_KW).fillna(racks["accelerator_kw"])
    racks["memory_gb"] = known["Memory (bytes)"] / BYTES_PER_GB
    racks["accelerator_usd"] = known["Release price (USD)"] * named.map(PRICE_YEARS).map(
        to_money_year, na_action="ignore"
    )
    released = pd.to_datetime(known["Release date"]).dt.year
    racks["first_year"] = released.fillna(racks["first_year"]).astype(int)
    cells = read_input("rack_cells.csv").rename(columns={"rack_id": "row_id"})
    cells.insert(0, "table", "racks")
    return RackTables(racks[list(ORDER)], cells)
