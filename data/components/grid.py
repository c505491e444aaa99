"""Numbers of power from the grid: its price, its carbon, its water and its connection."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.case import typical_days
from siting.case.case import Array, Field
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import Level, taken, worked_out
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement
from siting.quantities import HOURS_PER_YEAR, KG_PER_T, KW_PER_MW, MONTHS_PER_YR
from siting.study import magnitudes

__all__ = [
    "OUTPUT",
    "PRICE_INPUTS",
    "STATED",
    "carbon_t_per_mwh",
    "demand_charge_usd_per_mwh",
    "of_zones",
    "price_usd_per_mwh",
]

MOST_STRETCH_RATIO = 5.0
"""Tariff over mean wholesale price beyond which a shape is not scaled; in the catalogue it is 0.6 to 3.3."""

OUTPUT = "contracts.output_fraction"
"""Field of what sun and wind produce, which meet prices and carbon on the chosen days as they do in the year."""

PRICE_INPUTS = (
    "sites.tariff_usd_per_mwh",
    "sites.demand_charge_usd_per_kw_month",
    "series_grid.wholesale_usd_per_mwh",
)


def demand_charge_usd_per_mwh(sites: pd.DataFrame) -> Array:
    """What the demand charge of each site costs a flat load [USD/MWh]."""
    yearly: Array = sites["demand_charge_usd_per_kw_month"].to_numpy(float) * KW_PER_MW * MONTHS_PER_YR
    return yearly / HOURS_PER_YEAR


def of_zones(choice: Choice, column: str) -> Array:
    """A column of each site's grid zone, site by hour."""
    return choice.series["series_grid"].at(choice.tables["sites"]["grid_zone_id"], column)


def price_usd_per_mwh(choice: Choice) -> Array:
    """The wholesale shape at the level of each site's tariff, less its demand charge.

    It is scaled where its mean is a level, else shifted: by way of a mean near zero a quiet market would become a
    wild one, and by way of a negative mean cheap hours would become dear ones.
    """
    wholesale, sites = of_zones(choice, "wholesale_usd_per_mwh"), choice.tables["sites"]
    mean = wholesale.mean(axis=1)
    energy = sites["tariff_usd_per_mwh"].to_numpy(float) - demand_charge_usd_per_mwh(sites)
    is_level = typical_days.mostly_positive(wholesale, np.ones(HOURS_PER_YEAR)) & (energy <= MOST_STRETCH_RATIO * mean)
    factor = np.divide(energy, mean, out=np.ones_like(mean), where=is_level)
    price: Array = wholesale * factor[:, None] + np.where(is_level, 0.0, energy - mean)[:, None]
    return price


def carbon_t_per_mwh(choice: Choice) -> Array:
    """Average carbon of each site's grid zone, site by hour [t/MWh]."""
    return of_zones(choice, "carbon_average_kg_per_mwh") / KG_PER_T


def _of_choice(choice: Choice) -> dict[str, Field]:
    charge = choice.column("sites", "demand_charge_usd_per_kw_month") * KW_PER_MW
    water = np.full(len(charge), choice.parameter("water_source_l_per_kwh"))
    return {
        "grid.demand_charge_usd_per_mw_month": Field(("site",), charge),
        "grid.water_source_m3_per_mwh": Field(("site",), water),  # 1 L/kWh is 1 m3/MWh
    }


def _of_hours(year: SiteYear) -> dict[str, Field]:
    by_hour, carbon = ("site", "hour"), carbon_t_per_mwh(year.choice)
    marginal = of_zones(year.choice, "carbon_marginal_kg_per_mwh") / KG_PER_T
    return {
        "grid.price_usd_per_mwh": Field(by_hour, price_usd_per_mwh(year.choice)),
        "grid.carbon_t_per_mwh": Field(by_hour, carbon),
        "grid.carbon_marginal_t_per_mwh": Field(by_hour, marginal),
        "grid.grid_cfe_fraction": Field(by_hour, of_zones(year.choice, "carbon_free_fraction")),
        "grid.residual_t_per_mwh": Field(("site",), carbon.mean(axis=-1)),
    }


_CARBON = ("series_grid.carbon_average_kg_per_mwh",)

STATED = Statement(
    parameters={
        "connection_life_yr": magnitudes.LIFE_YR,
        "water_source_l_per_kwh": magnitudes.WATER_L_PER_KWH,
    },
    assets={
        "grid.connection": Asset(
            life=taken("parameters.connection_life_yr", neutral=1.0),
            recovery=taken("finance.connection_recovery_yr", neutral=15.0),
            lead=taken("finance.connection_lead_yr"),
        )
    },
    fields={
        "grid.headroom_mw": taken("sites.headroom_mw", "site", neutral=1000.0),
        "grid.connection_usd_per_mw": taken("sites.connection_usd_per_mw", "site"),
        "grid.demand_charge_usd_per_mw_month": worked_out("site", inputs=("sites.demand_charge_usd_per_kw_month",)),
        "grid.water_source_m3_per_mwh": worked_out("site", inputs=("parameters.water_source_l_per_kwh",)),
        "grid.price_usd_per_mwh": worked_out("site", "hour", inputs=PRICE_INPUTS, level=Level(weighed_by=OUTPUT)),
        "grid.carbon_t_per_mwh": worked_out("site", "hour", inputs=_CARBON, level=Level(weighed_by=OUTPUT)),
        "grid.carbon_marginal_t_per_mwh": worked_out(
            "site", "hour", inputs=("series_grid.carbon_marginal_kg_per_mwh",), level=Level()
        ),
        "grid.grid_cfe_fraction": worked_out(
            "site", "hour", inputs=("series_grid.carbon_free_fraction",), level=Level(most=1.0)
        ),
        "grid.residual_t_per_mwh": worked_out("site", inputs=_CARBON, neutral=None),
    },
    of_choice=_of_choice,
    of_hours=_of_hours,
)
