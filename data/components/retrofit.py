"""Halls that stand already: their size, their cooling, and what it takes to convert them."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case.case import Field
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.row import Grade, Row
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import Reference, table
from siting.study import magnitudes
from siting.text import Id

__all__ = ["STATED", "ExistingRow", "standing"]


class ExistingRow(Row):
    """Halls that stand already at a site: with which cooling, how large, what converting them costs and how long."""

    site_id: Id
    cooling_id: Id
    hall_mw: Annotated[float, magnitudes.SITE_MW]
    conversion_usd_per_mw: Annotated[float, magnitudes.CONVERSION_USD_PER_MW]
    lost_yr: Annotated[float, magnitudes.LOST_YR]
    source: str | None
    grade: Grade


def standing(choice: Choice) -> npt.NDArray[np.bool_]:
    """Whether halls with a way of cooling stand at a site, site by cooling."""
    ways = choice.tables["cooling"]["cooling_id"].to_numpy(object)
    stands: npt.NDArray[np.bool_] = _of_sites(choice)["cooling_id"].to_numpy(object)[:, None] == ways
    return stands


def _of_sites(choice: Choice) -> pd.DataFrame:
    """Row of each site, of nothing where no halls stand."""
    return choice.tables["existing"].set_index("site_id").reindex(choice.tables["sites"]["site_id"])


def _of_choice(choice: Choice) -> dict[str, Field]:
    halls, stands = _of_sites(choice), standing(choice)
    size = np.nan_to_num(halls["hall_mw"].to_numpy(np.float64))
    lengths = np.array([period.length_yr for period in choice.study.horizon.periods], np.float64)
    lost = np.nan_to_num(halls["lost_yr"].to_numpy(np.float64))[:, None] / lengths
    return {
        "retrofit.existing_count": Field(("site", "cooling"), stands.astype(float)),
        "retrofit.existing_mw": Field(("site", "cooling"), stands * size[:, None]),
        "retrofit.conversion_usd_per_mw": Field(
            ("site",), np.nan_to_num(halls["conversion_usd_per_mw"].to_numpy(np.float64))
        ),
        "retrofit.conversion_lost_fraction": Field(("site", "period"), np.minimum(lost, 1.0)),
    }


STATED = Statement(
    layers={
        "existing": table(
            ExistingRow,
            "site_id",
            references=(Reference("site_id", "sites", "site_id"), Reference("cooling_id", "cooling", "cooling_id")),
        )
    },
    fields={
        "retrofit.existing_count": worked_out("site", "cooling", inputs=("existing.cooling_id",), neutral=None),
        "retrofit.existing_mw": worked_out("site", "cooling", inputs=("existing.hall_mw",)),
        "retrofit.conversion_usd_per_mw": worked_out("site", inputs=("existing.conversion_usd_per_mw",)),
        "retrofit.conversion_lost_fraction": worked_out(
            "site", "period", inputs=("existing.lost_yr", "horizon.periods")
        ),
    },
    of_choice=_of_choice,
)
