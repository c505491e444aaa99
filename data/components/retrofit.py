"""Halls that stand already: their size, their cooling, and what it takes to convert them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from siting.case.case import Field

if TYPE_CHECKING:
    from siting.data.tables.selection import Selection
    from siting.study.study import Study

__all__ = ["existing_fields"]


def existing_fields(study: Study, selection: Selection) -> dict[str, Field]:
    """Return the existing halls of each site; zero where there are none.

    Parameters
    ----------
    study : Study
        Says the periods.
    selection : Selection
        Its table `existing` holds the halls.
    """
    halls = selection.existing.set_index("site_id").reindex(selection.sites["site_id"])
    ways = selection.cooling["cooling_id"].to_numpy(object)
    stands = halls["cooling_id"].to_numpy(object)[:, None] == ways
    size = np.nan_to_num(halls["hall_mw"].to_numpy(np.float64))
    lengths = np.array([period.length_yr for period in study.horizon.periods], np.float64)
    lost = np.nan_to_num(halls["lost_yr"].to_numpy(np.float64))[:, None] / lengths
    return {
        "retrofit.existing_count": Field(("site", "cooling"), stands.astype(float)),
        "retrofit.existing_mw": Field(("site", "cooling"), stands * size[:, None]),
        "retrofit.conversion_usd_per_mw": Field(
            ("site",), np.nan_to_num(halls["conversion_usd_per_mw"].to_numpy(np.float64))
        ),
        "retrofit.conversion_lost_fraction": Field(("site", "period"), np.minimum(lost, 1.0)),
    }
