"""Numbers of the minimum take: the shares of a connection and of the year's peak that are paid at the least."""

from __future__ import annotations

import numpy as np

from siting.case.case import Array, Field
from siting.case.large_load_classes import class_ids
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.statement import Statement

__all__ = ["STATED"]


def _of_classes(choice: Choice) -> Array:
    """The largest minimum of the classes that are known to hold in the site's county; none where none is known."""
    sites, classes = choice.tables["sites"], choice.tables["large_loads"]
    least = dict(zip(classes["class_id"], classes["min_take_fraction"].fillna(0.0), strict=True))
    found: Array = np.array(
        [max((float(least.get(name, 0.0)) for name in ids), default=0.0) for ids in class_ids(sites)]
    )
    return found


def _of_choice(choice: Choice) -> dict[str, Field]:
    stated, sites_count = choice.study.connection, len(choice.tables["sites"])
    wanted = stated.min_take_fraction
    if wanted == "classes":
        share = _of_classes(choice)
    else:
        share = np.full(sites_count, 0.0 if wanted == "none" else float(wanted))
    return {
        "minimum_take.min_take_fraction": Field(("site",), share),
        "minimum_take.ratchet_fraction": Field(("site",), np.full(sites_count, stated.ratchet_fraction)),
    }


STATED = Statement(
    fields={
        "minimum_take.min_take_fraction": worked_out(
            "site",
            inputs=("connection.min_take_fraction", "large_loads.min_take_fraction", "sites.large_load_class_ids"),
        ),
        "minimum_take.ratchet_fraction": worked_out("site", inputs=("connection.ratchet_fraction",)),
    },
    of_choice=_of_choice,
)
