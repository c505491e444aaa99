"""Accelerators for rent in cloud regions: where each region is, whose carbon it has, and what one accelerator does."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from siting.data.build.money import to_money_year
from siting.data.build.places.authorities import county_carbon
from siting.data.build.places.counties import counties
from siting.data.build.raw import locate, read_input
from siting.data.build.write import round_significant
from siting.geography import great_circle_km

__all__ = ["lease_table"]

DIGITS = 4
"""Significant digits of the work and the power of one accelerator."""

ORDER = (
    "lease_id", "name", "provider", "region", "latitude", "longitude", "state", "authority_id", "emm_region_id",
    "accelerator", "accelerator_pflop", "accelerator_it_kw", "lease_usd_per_gpu_h", "price_date", "price_source_id",
    "pue", "wue_l_per_kwh", "efficiency_date", "efficiency_source_id", "lease_most_pflop", "source_id", "grade",
)  # fmt: skip


def lease_table(racks: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `leases.csv`, in dollars of 2024.

    The price of a virtual machine is shared by its accelerators, which are those of a rack of the table: the same work
    and the same share of a rack's power, at full load. A region has the carbon of the county whose middle is nearest.

    Parameters
    ----------
    racks
        Rows of `racks.csv`.

    Raises
    ------
    KeyError
        If a row names a region without a place, or a rack that there is not.
    """
    leases, kinds = read_input("leases.csv"), racks.set_index("rack_id")
    regions = json.loads(locate("latency/azure_region_coordinates.json").read_text(encoding="utf-8")).values()
    places = {region["displayName"]: (float(region["lat"]), float(region["lon"])) for region in regions}
    leases["latitude"], leases["longitude"] = np.array([places[name] for name in leases["region"]]).T
    kind = kinds.loc[leases.pop("rack_id")].reset_index(drop=True)
    count = kind["accelerators_count"]
    leases["accelerator"] = kind["accelerator"]
    leases["accelerator_pflop"] = round_significant(kind["compute_pflop"] / count, DIGITS)
    leases["accelerator_it_kw"] = round_significant(kind["rack_kw"] / count + kind["fabric_kw_per_accelerator"], DIGITS)
    price = leases.pop("vm_usd_per_h") / leases.pop("vm_accelerators_count")
    leases["lease_usd_per_gpu_h"] = price * leases.pop("money_year").map(to_money_year)
    rows: pd.DataFrame = leases.join(_grids(leases))[list(ORDER)]
    return rows


def _grids(leases: pd.DataFrame) -> pd.DataFrame:
    """Authority and market region of the county nearest to each region."""
    table = counties()
    away = great_circle_km(
        leases["latitude"].to_numpy()[:, None],
        leases["longitude"].to_numpy()[:, None],
        table["latitude"].to_numpy(float),
        table["longitude"].to_numpy(float),
    )
    nearest = table.index[away.argmin(axis=1)]
    found: pd.DataFrame = county_carbon(table).loc[nearest, ["authority_id", "emm_region_id"]]
    return found.reset_index(drop=True)
