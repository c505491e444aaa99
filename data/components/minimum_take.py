"""Numbers of the minimum take: the share of a connection that is paid at the least."""

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
    wanted, sites_count = choice.study.connection.min_take_fraction, len(choice.tables["sites"])
    if wanted == "classes":
        return {"minimum_take.min_take_fraction": Field(("site",), _of_classes(choice))}
    share = 0.0 if wanted == "none" else float(wanted)
    return {"minimum_take.min_take_fraction": Field(("site",), np.full(sites_count, share))}


STATED = Statement(
    fields={
        "minimum_take.min_take_fraction": worked_out(
            "site",
            inputs=("connection.min_take_fraction", "large_loads.min_take_fraction", "sites.large_load_class_ids"),
        )
    },
    of_choice=_of_choice,
)
