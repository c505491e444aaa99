"""Numbers of data that moves with batch work: exchange points, the way through them, and its price."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd

from siting.case.case import Array, Field
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.row import Graded, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.geography import great_circle_km
from siting.study import magnitudes
from siting.text import Id

__all__ = ["STATED", "ExchangePointRow"]


class ExchangePointRow(Graded):
    """A city in which networks meet and hand over traffic."""

    exchange_point_id: Id
    city: Text
    latitude: Annotated[float, magnitudes.LATITUDE]
    longitude: Annotated[float, magnitudes.LONGITUDE]


def _apart_km(here: pd.DataFrame, there: pd.DataFrame) -> Array:
    """Distance of each place to each of others [km]."""
    one, other = (frame[["latitude", "longitude"]].to_numpy(float) for frame in (here, there))
    return great_circle_km(one[:, None, 0], one[:, None, 1], other[None, :, 0], other[None, :, 1])


def _of_choice(choice: Choice) -> dict[str, Field]:
    """Each site hands over at its nearest exchange point; from there data goes to the zones, by their people."""
    points = choice.tables["exchange_points"]
    to_point = _apart_km(choice.tables["sites"], points)
    nearest = to_point.argmin(axis=1)
    places = choice.tables["zones"].drop_duplicates(
        ["latitude", "longitude"]
    )  # one that several classes ask from is one
    people = places["population_count"].to_numpy(np.float64)
    onwards = _apart_km(points, places) @ (people / people.sum())
    exchange_km = to_point[np.arange(len(nearest)), nearest]
    way_km = exchange_km + onwards[nearest]
    usd_per_gb = choice.parameter("transfer_usd_per_gb") + choice.parameter("transfer_usd_per_gb_km") * way_km
    moved = choice.parameter("transfer_gb_per_pflop_h")
    return {
        "transfer.exchange_km": Field(("site",), exchange_km),
        "transfer.way_km": Field(("site",), way_km),
        "transfer.moved_gb_per_pflop_h": Field((), np.array(moved)),
        "transfer.transfer_usd_per_pflop_h": Field(("site",), moved * usd_per_gb),
    }


_WAY = (
    "exchange_points.latitude", "exchange_points.longitude", "sites.latitude", "sites.longitude",
    "zones.latitude", "zones.longitude",
)  # fmt: skip

STATED = Statement(
    tables={"exchange_points": table(ExchangePointRow, "exchange_point_id")},
    parameters={
        "transfer_gb_per_pflop_h": magnitudes.MOVED_GB_PER_PFLOP_H,
        "transfer_usd_per_gb": magnitudes.TRANSFER_USD_PER_GB,
        "transfer_usd_per_gb_km": magnitudes.TRANSFER_USD_PER_GB_KM,
    },
    fields={
        "transfer.exchange_km": worked_out("site", inputs=_WAY),
        "transfer.way_km": worked_out("site", inputs=(*_WAY, "zones.population_count")),
        "transfer.moved_gb_per_pflop_h": worked_out(inputs=("parameters.transfer_gb_per_pflop_h",)),
        "transfer.transfer_usd_per_pflop_h": worked_out(
            "site",
            inputs=(
                "parameters.transfer_gb_per_pflop_h", "parameters.transfer_usd_per_gb",
                "parameters.transfer_usd_per_gb_km", *_WAY, "zones.population_count",
            ),
        ),
    },
    of_choice=_of_choice,
)  # fmt: skip
