"""Numbers of training: the compute of a cluster, and how many clusters are needed."""

from __future__ import annotations

import numpy as np

from siting.case.case import Array, Field
from siting.data.components.racks import ASKED, asked_pflop, reference
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.statement import Statement

__all__ = ["STATED", "clusters_count"]


_WHOLE = 1e-9
"""Part of a cluster that is rounding and not work."""


def clusters_count(asked_pflop: Array, cluster_pflop: float) -> Array:
    """Return the whole clusters that do some work.

    Examples
    --------
    >>> clusters_count(np.array([0.0, 80.0, 100.0]), 40.0).tolist()
    [0.0, 2.0, 3.0]
    """
    count: Array = np.ceil(asked_pflop / cluster_pflop - _WHOLE)
    return np.abs(count)  # none, and not minus none


def _of_choice(choice: Choice) -> dict[str, Field]:
    cluster_pflop = choice.study.demand.training_cluster_mw * reference(choice).pflop_per_mw
    clusters = clusters_count(asked_pflop(choice, "training"), cluster_pflop)
    return {
        "training.training_cluster_pflop": Field((), np.array(cluster_pflop)),
        "training.clusters_needed_count": Field(("period",), clusters),
    }


STATED = Statement(
    fields={
        "training.training_cluster_pflop": worked_out(
            inputs=("demand.training_cluster_mw", "racks.compute_pflop", "racks.rack_kw"), neutral=1.0
        ),
        "training.clusters_needed_count": worked_out(
            "period", inputs=(*ASKED["training"], "demand.training_cluster_mw")
        ),
    },
    of_choice=_of_choice,
)
