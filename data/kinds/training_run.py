"""A training run whose energy has been published."""

from __future__ import annotations

from typing import Annotated, Literal

from siting.data.kinds.row import Graded, Text
from siting.study import magnitudes
from siting.text import Id

__all__ = ["TrainingRunRow"]


class TrainingRunRow(Graded):
    """A known training run: its size, its hardware, and the energy that was published of it.

    `published_counts` says what the published energy is of: whole systems, or accelerators alone at their rated
    power. `pue` is the one that it includes, 1 where it has none.
    """

    training_run_id: Id
    model: Text
    organisation: Text
    year: Annotated[int, magnitudes.PUBLISHED_YEAR]
    parameters_count: Annotated[float, magnitudes.MODEL_PARAMETERS_COUNT]
    compute_flop: Annotated[float, magnitudes.COMPUTE_FLOP] | None
    accelerator: Text
    accelerator_pflop: Annotated[float, magnitudes.RACK_PFLOP]
    accelerator_h: Annotated[float, magnitudes.ACCELERATOR_H]
    system_kw_per_accelerator: Annotated[float, magnitudes.ACCELERATOR_KW]
    load_low_fraction: Annotated[float, magnitudes.FRACTION]
    load_fraction: Annotated[float, magnitudes.FRACTION]
    load_high_fraction: Annotated[float, magnitudes.FRACTION]
    pue: Annotated[float, magnitudes.PUBLISHED_PUE]
    published_mwh: Annotated[float, magnitudes.ENERGY_MWH]
    published_counts: Literal["system", "accelerators"]
    note: Text
