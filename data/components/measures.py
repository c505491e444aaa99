"""Numbers of efficiency measures: what a package of them touches, saves, costs and loses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np

from siting.case.case import Field
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import Number, taken, worked_out
from siting.data.kinds.row import Fraction, Graded, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.study import magnitudes
from siting.text import Id

__all__ = ["STATED", "MeasureRow"]

SOFTWARE_RECOVERY_YR = 3.0
"""Years over which tax law writes off software, if it is not written off at once."""


class MeasureRow(Graded):
    """A package of measures for one class of work; packages of a class exclude each other."""

    measure_id: Id
    name: Text
    work_class: Literal["inference", "batch"]
    touched_fraction: Fraction
    saved_fraction: Annotated[float, magnitudes.SAVED_FRACTION]
    adaptation_usd_per_pflop: Annotated[float, magnitudes.MEASURE_USD_PER_PFLOP]
    running_usd_per_pflop_yr: Annotated[float, magnitudes.MEASURE_USD_PER_PFLOP_YR]
    quality_loss_fraction: Fraction


def _of_choice(choice: Choice) -> dict[str, Field]:
    of_batch = choice.tables["measures"]["work_class"] == "batch"
    return {"measures.of_batch_count": Field(("measure",), np.asarray(of_batch, dtype=np.float64))}


def _follows(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return the work of the class that each package is for, and the share of it that the package saves."""
    of_batch = fields["measures.of_batch_count"].values[:, None]
    inference = fields["serving.inference_mean_pflop"].values.sum(axis=0)
    daily = fields["serving.batch_mean_pflop"].values.sum(axis=0)
    least = daily.min(axis=1)
    batch = least + (daily - least[:, None]).mean(axis=1)  # where all days are alike, to the last digit that of each
    spared = fields["measures.touched_fraction"].values * fields["measures.saved_fraction"].values
    asked = np.where(of_batch > 0, batch, inference)
    return {
        "measures.asked_pflop": Field(("measure", "period"), asked),
        "measures.adapted_most_pflop": Field(
            ("measure",), fields["measures.touched_fraction"].values * asked.max(axis=1)
        ),
        "measures.spared_fraction": Field(("measure",), spared),
    }


_ASKED = ("demand.inference_mw", "demand.batch_mw", "demand.workloads")

STATED = Statement(
    tables={"measures": table(MeasureRow, "measure_id", is_technology=True)},
    parameters={"measure_life_yr": magnitudes.LIFE_YR},
    assets={
        "measures.adaptation": Asset(
            life=taken("parameters.measure_life_yr", neutral=1.0), recovery=Number(neutral=SOFTWARE_RECOVERY_YR)
        )
    },
    fields={
        "measures.of_batch_count": worked_out("measure", inputs=("measures.work_class",)),
        "measures.touched_fraction": taken("measures.touched_fraction", "measure", neutral=1.0),
        "measures.saved_fraction": taken("measures.saved_fraction", "measure"),
        "measures.adaptation_usd_per_pflop": taken("measures.adaptation_usd_per_pflop", "measure"),
        "measures.running_usd_per_pflop_yr": taken("measures.running_usd_per_pflop_yr", "measure"),
        "measures.quality_loss_fraction": taken("measures.quality_loss_fraction", "measure"),
        "measures.asked_pflop": worked_out("measure", "period", inputs=_ASKED, neutral=None),
        "measures.adapted_most_pflop": worked_out(
            "measure", inputs=(*_ASKED, "measures.touched_fraction"), neutral=None
        ),
        "measures.spared_fraction": worked_out(
            "measure", inputs=("measures.touched_fraction", "measures.saved_fraction"), neutral=None
        ),
    },
    of_choice=_of_choice,
    follows=_follows,
)
