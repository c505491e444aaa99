"""Numbers of training: the compute of a cluster, and how many clusters are needed."""

from __future__ import annotations

import numpy as np

from siting.case.case import Field
from siting.data.components.racks import reference_pflop_per_mw
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.statement import Statement

__all__ = ["STATED"]


def _of_choice(choice: Choice) -> dict[str, Field]:
    demand = choice.study.demand
    cluster_mw = demand.training_cluster_mw
    asked = np.array([demand.training_mw.get(period.year, 0.0) for period in choice.study.horizon.periods])
    return {
        "training.training_cluster_pflop": Field((), np.array(cluster_mw * reference_pflop_per_mw(choice))),
        "training.clusters_needed_count": Field(("period",), np.ceil(asked / cluster_mw - 1e-9)),
    }


STATED = Statement(
    fields={
        "training.training_cluster_pflop": worked_out(
            inputs=("demand.training_cluster_mw", "racks.compute_pflop", "racks.rack_kw"), neutral=1.0
        ),
        "training.clusters_needed_count": worked_out(
            "period", inputs=("demand.training_mw", "demand.training_cluster_mw")
        ),
    },
    of_choice=_of_choice,
)
