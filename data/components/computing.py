"""Numbers of work and the power that it takes: by rack, and as far as the cooling of a site carries it."""

from __future__ import annotations

import numpy as np

from siting import cooling
from siting.case.case import Field
from siting.data.components.halls import offered
from siting.data.components.racks import nameplate_mw
from siting.data.components.retrofit import standing
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement

__all__ = ["STATED"]


def _of_choice(choice: Choice) -> dict[str, Field]:
    per_mw = choice.column("racks", "compute_pflop") / nameplate_mw(choice.tables["racks"])
    return {"computing.compute_pflop_per_mw": Field(("rack",), per_mw)}


def _of_hours(year: SiteYear) -> dict[str, Field]:
    """Work that is carried in the worst hour, where there can be a hall for it."""
    idle = year.choice.column("racks", "idle_fraction")
    carried = cooling.carried_work_fraction(year.plants.least_capacity_fraction[..., None], idle)
    there = np.maximum(offered(year.choice), standing(year.choice)).astype(float)[..., None]
    return {"computing.carried_fraction": Field(("site", "cooling", "rack"), year.air.at_sites(carried) * there)}


STATED = Statement(
    fields={
        "computing.peak_diversity_fraction": taken("facility.peak_diversity_fraction", neutral=None),
        "computing.compute_pflop_per_mw": worked_out(
            "rack", inputs=("racks.compute_pflop", "racks.rack_kw", "racks.fabric_kw_per_accelerator"), neutral=1.0
        ),
        "computing.availability_fraction": taken("racks.availability_fraction", "rack", neutral=1.0),
        "computing.idle_fraction": taken("racks.idle_fraction", "rack"),
        "computing.server_fan_fraction": taken("racks.server_fan_fraction", "rack"),
        "computing.carried_fraction": worked_out(
            "site", "cooling", "rack",
            inputs=(
                "parameters.hottest_dry_bulb_deviation_c", "climate.extreme_return_yr", "series_weather.dry_bulb_c",
                "series_weather.dew_point_c", "series_weather.pressure_pa",
            ),
            neutral=1.0,
        ),
    },
    of_choice=_of_choice,
    of_hours=_of_hours,
)  # fmt: skip
