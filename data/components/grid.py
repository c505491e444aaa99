"""Numbers of power from the grid: its price, its carbon, its water and its connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
import pandas as pd

from siting.case.case import Array, Field
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import Level, taken, worked_out
from siting.data.kinds.row import Fraction, Graded, Row, Text
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.quantities import HOURS_PER_YEAR, KG_PER_T, KW_PER_MW, MONTHS_PER_YR
from siting.study import magnitudes
from siting.study.limit import LimitMark
from siting.text import GridZoneId

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = [
    "COINCIDENT_CHARGE",
    "OUTPUT",
    "PRICE_INPUTS",
    "STATED",
    "carbon_t_per_mwh",
    "coincident_usd_per_mw_yr",
    "of_zones",
    "peak_charge_usd_per_mwh",
    "price_usd_per_mwh",
]

OUTPUT = "contracts.output_fraction"
"""Field of what sun and wind produce, which meet prices and carbon on the chosen days as they do in the year."""

PEAK_CHARGES = ("sites.demand_charge_usd_per_kw_month", "sites.capacity_charge_usd_per_kw_month")
"""What is paid on the monthly peak."""

COINCIDENT_CHARGE = "connection.coincident_usd_per_mw_yr"
"""What is paid on the draw in the peaks of the whole system."""

PRICE_INPUTS = (
    "sites.tariff_usd_per_mwh",
    *PEAK_CHARGES,
    COINCIDENT_CHARGE,
    "series_grid.wholesale_usd_per_mwh",
)


def peak_charge_usd_per_mw_month(sites: pd.DataFrame) -> Array:
    """Demand charge of each site and its charge for capacity, which not every site has [USD/MW/month]."""
    charge: Array = sites["demand_charge_usd_per_kw_month"].to_numpy(float)
    if "capacity_charge_usd_per_kw_month" in sites:
        charge = charge + sites["capacity_charge_usd_per_kw_month"].fillna(0.0).to_numpy(float)
    return charge * KW_PER_MW


def coincident_usd_per_mw_yr(choice: Choice) -> Array:
    """Charge of each site on its mean draw in coincident peaks [USD/MW a year]."""
    return _coincident_usd_per_mw_yr(choice.study, choice.tables["sites"])


def _coincident_usd_per_mw_yr(study: Study, sites: pd.DataFrame) -> Array:
    by_zone = study.connection.coincident_usd_per_mw_yr
    return np.array([by_zone.get(str(zone), 0.0) for zone in sites["grid_zone_id"]])


def peak_charge_usd_per_mwh(study: Study, sites: pd.DataFrame) -> Array:
    """What the charges on the peaks of a month, and of the system, cost a flat load at each site [USD/MWh]."""
    own = peak_charge_usd_per_mw_month(sites) * MONTHS_PER_YR / HOURS_PER_YEAR
    flat: Array = own + _coincident_usd_per_mw_yr(study, sites) / HOURS_PER_YEAR
    return flat


def of_zones(choice: Choice, column: str) -> Array:
    """A column of each site's grid zone, site by hour."""
    return choice.series["series_grid"].at(choice.tables["sites"]["grid_zone_id"], column)


def price_usd_per_mwh(choice: Choice) -> Array:
    """The wholesale price of each hour and a constant, with which a flat load pays the site's tariff.

    The constant is what the supplier and the grid add beside the charges on peaks. It is none of a ratio: delivery is
    not dearer when power is, and by way of a mean near zero a quiet market would become a wild one. Where rates are of
    old plants and lie below the market, it is negative.
    """
    wholesale, sites = of_zones(choice, "wholesale_usd_per_mwh"), choice.tables["sites"]
    energy = sites["tariff_usd_per_mwh"].to_numpy(float) - peak_charge_usd_per_mwh(choice.study, sites)
    price: Array = wholesale + (energy - wholesale.mean(axis=1))[:, None]
    return price


def _of_authorities(choice: Choice, column: str) -> Array:
    """A column of each site's balancing authority; NaN where none is named."""
    levels = choice.tables["authority_carbon"].set_index("authority_id")[column]
    return np.asarray(choice.tables["sites"]["authority_id"].map(levels), dtype=float)


def carbon_t_per_mwh(choice: Choice) -> Array:
    """Average carbon of each site, site by hour [t/MWh]: its grid zone's hours, at its authority's level."""
    hours = of_zones(choice, "carbon_average_kg_per_mwh")
    mean, level = hours.mean(axis=1), _of_authorities(choice, "carbon_average_kg_per_mwh")
    known = np.isfinite(level) & (mean > 0)
    factor = np.divide(level, mean, out=np.ones_like(mean), where=known)
    return np.asarray(factor[:, None] * hours / KG_PER_T)


def carbon_free_fraction(choice: Choice) -> Array:
    """Carbon-free share of each site's power, site by hour: its grid zone's hours, at its authority's level.

    What is scaled is the share that burns fuel, so that no hour has more than all.
    """
    burnt = 1 - of_zones(choice, "carbon_free_fraction")
    mean, level = burnt.mean(axis=1), 1 - _of_authorities(choice, "carbon_free_fraction")
    known = np.isfinite(level) & (mean > 0)
    factor = np.divide(level, mean, out=np.ones_like(mean), where=known)
    return np.asarray(np.clip(1 - factor[:, None] * burnt, 0.0, 1.0))


def path_ratio(choice: Choice, regions: pd.Series) -> Array:
    """Carbon of market regions over that of the levels, as a mean of each period's years, region by period.

    Of a period of half-years, these count. Before the first year of a path its value holds, and so does the last one
    after it; 1 where no region is named.
    """
    paths = choice.tables["carbon_path"]
    known = {region: path.sort_values("year") for region, path in paths.groupby("emm_region_id")}
    ratio = np.ones((len(regions), len(choice.study.horizon.periods)))
    for i, region in enumerate(regions):
        if region in known:
            years, values = known[region]["year"].to_numpy(float), known[region]["carbon_ratio"].to_numpy(float)
            for y, period in enumerate(choice.study.horizon.periods):
                ratio[i, y] = np.interp(period.years, years, values).mean()
    return ratio


def _of_choice(choice: Choice) -> dict[str, Field]:
    charge = peak_charge_usd_per_mw_month(choice.tables["sites"])
    water = np.full(len(charge), choice.parameter("water_source_l_per_kwh"))
    margin = choice.column("sites", "carbon_long_run_kg_per_mwh") / KG_PER_T
    path = path_ratio(choice, choice.tables["sites"]["emm_region_id"])
    return {
        "grid.carbon_path_ratio": Field(("site", "period"), path),
        "grid.carbon_long_run_t_per_mwh": Field(("site",), margin),
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
        "grid.grid_cfe_fraction": Field(by_hour, carbon_free_fraction(year.choice)),
        "grid.residual_t_per_mwh": Field(("site",), carbon.mean(axis=-1)),
    }


_CARBON = ("authority_carbon.carbon_average_kg_per_mwh", "series_grid.carbon_average_kg_per_mwh")


class AuthorityCarbonRow(Graded):
    """Yearly carbon of what is used in a balancing authority."""

    authority_id: GridZoneId
    name: Text
    carbon_average_kg_per_mwh: Annotated[float, magnitudes.CARBON_KG_PER_MWH]
    carbon_average_low_kg_per_mwh: Annotated[float, magnitudes.CARBON_KG_PER_MWH] | None
    carbon_average_high_kg_per_mwh: Annotated[float, magnitudes.CARBON_KG_PER_MWH] | None
    carbon_free_fraction: Fraction


class CarbonPathRow(Row):
    """Carbon of a region's power in a year, over that in the year of the levels."""

    emm_region_id: GridZoneId
    year: Annotated[int, magnitudes.CALENDAR_YEAR]
    carbon_ratio: Annotated[float, magnitudes.CARBON_RATIO]
    carbon_low_ratio: Annotated[float, magnitudes.CARBON_RATIO] | None
    carbon_high_ratio: Annotated[float, magnitudes.CARBON_RATIO] | None


STATED = Statement(
    tables={
        "authority_carbon": table(AuthorityCarbonRow, "authority_id"),
        "carbon_path": table(CarbonPathRow, "emm_region_id", "year"),
    },
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
        "grid.headroom_mw": taken(
            "sites.headroom_mw", "site", neutral=1000.0, limit=LimitMark("most", magnitudes.SITE_MW.most)
        ),
        "grid.connection_usd_per_mw": taken("sites.connection_usd_per_mw", "site"),
        "grid.demand_charge_usd_per_mw_month": worked_out("site", inputs=PEAK_CHARGES),
        "grid.water_source_m3_per_mwh": worked_out("site", inputs=("parameters.water_source_l_per_kwh",)),
        "grid.price_usd_per_mwh": worked_out("site", "hour", inputs=PRICE_INPUTS, level=Level(weighed_by=OUTPUT)),
        "grid.carbon_t_per_mwh": worked_out("site", "hour", inputs=_CARBON, level=Level(weighed_by=OUTPUT)),
        "grid.carbon_marginal_t_per_mwh": worked_out(
            "site", "hour", inputs=("series_grid.carbon_marginal_kg_per_mwh",), level=Level()
        ),
        "grid.grid_cfe_fraction": worked_out(
            "site",
            "hour",
            inputs=("authority_carbon.carbon_free_fraction", "series_grid.carbon_free_fraction"),
            level=Level(most=1.0),
        ),
        "grid.residual_t_per_mwh": worked_out("site", inputs=_CARBON, neutral=None),
        "grid.carbon_path_ratio": worked_out("site", "period", inputs=("carbon_path.carbon_ratio",), neutral=1.0),
        "grid.carbon_long_run_t_per_mwh": worked_out("site", inputs=("sites.carbon_long_run_kg_per_mwh",)),
    },
    of_choice=_of_choice,
    of_hours=_of_hours,
)
