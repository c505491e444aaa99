"""Numbers of cooling: what each way of it takes in the outdoor air of a site, and what it must be built for."""

from __future__ import annotations

import numpy as np

from siting import cooling
from siting.case.case import Field
from siting.data.components.backup import part_load_loss_fraction
from siting.data.kinds.air import Air
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import Level, taken, worked_out
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement
from siting.study import magnitudes

__all__ = ["STATED", "plants"]


def plants(choice: Choice, air: Air) -> cooling.Plants:
    """Return what each way of cooling does at the places of the air, in every hour and in the rare ones."""
    return cooling.plants(air.places, cooling.technologies_of(choice.tables["cooling"]), _extremes(choice))


def _extremes(choice: Choice) -> cooling.Extremes:
    """How much warmer than the year's the hottest hours are that must be carried."""
    rarity = cooling.rarity_ratio(choice.study.climate.extreme_return_yr)
    return cooling.Extremes(
        rarity * choice.parameter("hottest_dry_bulb_deviation_c"),
        rarity * choice.parameter("hottest_wet_bulb_deviation_c"),
    )


def _of_choice(choice: Choice) -> dict[str, Field]:
    extremes = _extremes(choice)
    return {
        "cooling.hottest_dry_offset_c": Field((), np.array(extremes.dry_offset_c)),
        "cooling.hottest_muggy_offset_c": Field((), np.array(extremes.muggy_offset_c)),
    }


def _of_hours(year: SiteYear) -> dict[str, Field]:
    """PUE, WUE, the PUE of the worst hour, and the wet bulb."""
    air, found = year.air, year.plants
    by_hour, lost = ("site", "cooling", "hour"), part_load_loss_fraction(year.choice)
    return {
        "cooling.pue": Field(by_hour, air.at_sites(found.pue) + lost),
        "cooling.wue_m3_per_mwh": Field(by_hour, air.at_sites(found.wue_l_per_kwh)),  # 1 L/kWh is 1 m3/MWh
        "cooling.pue_peak_ratio": Field(("site", "cooling"), air.at_sites(found.peak_pue) + lost),
        "cooling.wet_bulb_c": Field(("site", "hour"), air.at_sites(air.places.wet_bulb_c)),
    }


_WEATHER = ("series_weather.dry_bulb_c", "series_weather.dew_point_c", "series_weather.pressure_pa")
_LOSSES = ("backup.loss_fraction", "technology.backup")
_HOTTEST = ("parameters.hottest_dry_bulb_deviation_c", "climate.extreme_return_yr")
_MUGGIEST = ("parameters.hottest_wet_bulb_deviation_c", "climate.extreme_return_yr")

STATED = Statement(
    parameters={
        "hottest_dry_bulb_deviation_c": magnitudes.DEVIATION_C,
        "hottest_wet_bulb_deviation_c": magnitudes.DEVIATION_C,
    },
    fields={
        "cooling.water_usd_per_m3": taken("sites.water_usd_per_m3", "site"),
        "cooling.fixed_fraction": taken("cooling.fixed_fraction", "cooling"),
        "cooling.pue": worked_out(
            "site", "cooling", "hour", inputs=(*_WEATHER, *_LOSSES), neutral=1.0, level=Level(floor=1.0)
        ),
        "cooling.wue_m3_per_mwh": worked_out("site", "cooling", "hour", inputs=_WEATHER, level=Level()),
        "cooling.wet_bulb_c": worked_out("site", "hour", inputs=_WEATHER, neutral=20.0),
        "cooling.pue_peak_ratio": worked_out("site", "cooling", inputs=(*_HOTTEST, *_WEATHER, *_LOSSES), neutral=None),
        "cooling.hottest_dry_offset_c": worked_out(inputs=_HOTTEST),
        "cooling.hottest_muggy_offset_c": worked_out(inputs=_MUGGIEST),
    },
    of_choice=_of_choice,
    of_hours=_of_hours,
)
