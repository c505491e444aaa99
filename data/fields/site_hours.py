"""What has an hour axis and is a site's own: grid, contracts, cooling and heat, in all hours of the year.

The year of a thousand sites is 2 GB, and the model sees a few days of it. So it is worked out for some sites at a
time and cut to the chosen days, and made again for the few sites that a replay needs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case import typical_days
from siting.case.case import Array, Calendar, Field
from siting.data.components.cooling import Air, cooling_fields
from siting.data.components.heat_reuse import heat_fields
from siting.data.tables.selection import demand_charge_usd_per_mwh
from siting.quantities import HOURS_PER_YEAR, KG_PER_T

if TYPE_CHECKING:
    from siting.data.tables.selection import Selection
    from siting.study.study import Study

__all__ = ["SiteYears", "features", "joined", "on_days", "parts_of", "site_years"]

SITES_AT_ONCE = 32
"""Sites whose year is held at once, 0.2 GB with ten ways of cooling."""

MOST_STRETCH_RATIO = 5.0
"""Tariff over mean wholesale price beyond which a shape is not scaled; in the catalogue it is 0.6 to 3.3."""


@dataclasses.dataclass(frozen=True)
class SiteYears:
    """The year of some sites.

    Parameters
    ----------
    hourly : mapping of str to Field
        Series on all hours of the year, and the fees that follow from them.
    yearly : mapping of str to Field
        What the model takes from all hours, whatever its representative days.
    """

    hourly: Mapping[str, Field]
    yearly: Mapping[str, Field]


def site_years(study: Study, selection: Selection, air: Air) -> SiteYears:
    """Return the year of the sites of a choice.

    Parameters
    ----------
    study : Study
        What is asked.
    selection : Selection
        Its sites, and all else.
    air : Air
        Of these sites.
    """
    of_grid = _grid_series(selection)
    of_cooling, worst = cooling_fields(study, selection, air)
    of_heat, demand = heat_fields(study, selection, air, worst["heat_reuse.heat_temperature_c"].values)
    wet_bulb = {"cooling.wet_bulb_c": Field(("site", "hour"), air.at_sites(air.places.wet_bulb_c))}
    residual = {"grid.residual_t_per_mwh": Field(("site",), of_grid["grid.carbon_t_per_mwh"].values.mean(axis=-1))}
    return SiteYears({**of_grid, **of_cooling, **of_heat, **wet_bulb}, {**residual, **worst, **demand})


def parts_of(air: Air) -> Iterator[npt.NDArray[np.intp]]:
    """Yield positions of sites to take together: those that share their air, as it is worked out once."""
    order = np.argsort(air.place_of_site, kind="stable")
    yield from np.array_split(order, max(1, -(-len(order) // SITES_AT_ONCE)))


def joined(parts: Sequence[Mapping[str, Field]], positions: Sequence[npt.NDArray[np.intp]]) -> dict[str, Field]:
    """Return the fields of all sites, in their order, from those of parts.

    Parameters
    ----------
    parts : sequence of mapping of str to Field
        The same fields in each.
    positions : sequence of ndarray of int
        Where the sites of each part stand.
    """
    order = np.argsort(np.concatenate(positions))
    return {
        name: Field(first.axes, np.concatenate([part[name].values for part in parts])[order])
        if "site" in first.axes
        else first
        for name, first in parts[0].items()
    }


def on_days(hourly: Mapping[str, Field], few: Calendar, chosen: typical_days.ChosenDays) -> dict[str, Field]:
    """Return the series on the chosen days, each at its level of the year.

    Of PUE the overhead is scaled; what is sold is scaled like what is bought, so that it never fetches more.
    """
    taken = {name: field.take("hour", typical_days.hours_of(chosen.days)) for name, field in hourly.items()}
    price = typical_days.yearly_level(hourly["grid.price_usd_per_mwh"].values, few, chosen)
    of_contracts = dataclasses.replace(price, factor=price.factor[:, None], shift=price.shift[:, None])
    for name, level in (("grid.price_usd_per_mwh", price), ("contracts.resale_usd_per_mwh", of_contracts)):
        taken[name] = Field(hourly[name].axes, level.bring(taken[name].values))
    for name in (
        "grid.carbon_t_per_mwh",
        "grid.carbon_marginal_t_per_mwh",
        "grid.grid_cfe_fraction",
        "cooling.wue_m3_per_mwh",
        "heat_reuse.heat_shape_fraction",
    ):
        taken[name] = Field(hourly[name].axes, typical_days.at_yearly_level(hourly[name].values, few, chosen))
    overhead = typical_days.at_yearly_level(hourly["cooling.pue"].values - 1, few, chosen)
    taken["cooling.pue"] = Field(hourly["cooling.pue"].axes, 1 + overhead)
    output = typical_days.at_yearly_level(hourly["contracts.output_fraction"].values, few, chosen)
    taken["contracts.output_fraction"] = Field(hourly["contracts.output_fraction"].axes, np.minimum(output, 1.0))
    for name in ("grid.grid_cfe_fraction", "heat_reuse.heat_shape_fraction"):
        taken[name] = Field(("site", "hour"), np.minimum(taken[name].values, 1.0))
    return taken


def features(selection: Selection, air: Air) -> pd.DataFrame:
    """Return what tells days apart: each site's price, carbon, weather and output; and the means for the extremes."""
    price, wet_bulb = _price_usd_per_mwh(selection), air.places.wet_bulb_c
    columns: dict[str, Array] = {
        "price_mean": price.mean(axis=0),
        "wet_bulb_mean": air.at_sites(wet_bulb).mean(axis=0),
    }
    one_a_zone = selection.at(np.flatnonzero(~selection.sites["grid_zone_id"].duplicated()))
    carbon = _carbon_t_per_mwh(one_a_zone)
    for name, values in (("price_usd_per_mwh", price), ("carbon_t_per_mwh", carbon), ("wet_bulb_c", wet_bulb)):
        columns |= {f"{name}_{i}": row for i, row in enumerate(np.unique(values, axis=0))}
    if len(selection.contracts):
        columns["output_mean"] = np.nan_to_num(_output_fraction(selection)).mean(axis=(0, 1))
        shapes = _output_fraction(one_a_zone).reshape(-1, HOURS_PER_YEAR)
        distinct = np.unique(shapes[~np.isnan(shapes).any(axis=1)], axis=0)
        columns |= {f"output_{i}": row for i, row in enumerate(distinct)}
    return pd.DataFrame(columns)


def _grid_series(selection: Selection) -> dict[str, Field]:
    """Price, carbon and contracted output at each site in each hour (UTC)."""
    wholesale, price = _of_zones(selection, "wholesale_usd_per_mwh"), _price_usd_per_mwh(selection)
    beside_power = np.maximum(price.mean(axis=1) - wholesale.mean(axis=1), 0.0)
    fee = selection.contracts["delivery_usd_per_mwh"].to_numpy(float)
    discount = selection.contracts["resale_discount_fraction"].to_numpy(float)[None, :, None]
    market = wholesale[:, None, :]
    resale = np.minimum(market - discount * np.abs(market), price[:, None, :])
    marginal = _of_zones(selection, "carbon_marginal_kg_per_mwh") / KG_PER_T
    return {
        "grid.price_usd_per_mwh": Field(("site", "hour"), price),
        "grid.carbon_t_per_mwh": Field(("site", "hour"), _carbon_t_per_mwh(selection)),
        "grid.carbon_marginal_t_per_mwh": Field(("site", "hour"), marginal),
        "grid.grid_cfe_fraction": Field(("site", "hour"), _of_zones(selection, "carbon_free_fraction")),
        "contracts.delivery_usd_per_mwh": Field(("site", "contract"), fee[None, :] + beside_power[:, None]),
        "contracts.output_fraction": Field(("site", "contract", "hour"), _output_fraction(selection)),
        "contracts.resale_usd_per_mwh": Field(("site", "contract", "hour"), resale),
    }


def _of_zones(selection: Selection, column: str) -> Array:
    """A column of each site's grid zone, site by hour."""
    return selection.series_grid.at(selection.sites["grid_zone_id"], column)


def _price_usd_per_mwh(selection: Selection) -> Array:
    """The wholesale shape at the level of each site's tariff, less its demand charge.

    It is scaled where its mean is a level, else shifted: by way of a mean near zero a quiet market would become a
    wild one, and by way of a negative mean cheap hours would become dear ones.
    """
    wholesale = _of_zones(selection, "wholesale_usd_per_mwh")
    mean = wholesale.mean(axis=1)
    energy = selection.sites["tariff_usd_per_mwh"].to_numpy(float) - demand_charge_usd_per_mwh(selection.sites)
    is_level = typical_days.mostly_positive(wholesale, np.ones(HOURS_PER_YEAR)) & (energy <= MOST_STRETCH_RATIO * mean)
    factor = np.divide(energy, mean, out=np.ones_like(mean), where=is_level)
    price: Array = wholesale * factor[:, None] + np.where(is_level, 0.0, energy - mean)[:, None]
    return price


def _carbon_t_per_mwh(selection: Selection) -> Array:
    return _of_zones(selection, "carbon_average_kg_per_mwh") / KG_PER_T


def _output_fraction(selection: Selection) -> Array:
    """Output of each contract over its size, site by contract by hour; NaN where it is not offered."""
    output = np.empty((len(selection.sites), len(selection.contracts), HOURS_PER_YEAR))
    for i, kind in enumerate(selection.contracts["kind"]):
        output[:, i] = _of_zones(selection, f"{kind}_fraction")
    return output
