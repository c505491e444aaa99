"""What is a site's own and rests on its hours: worked out by the components for some sites at a time.

The year of a thousand sites is 2 GB, and the model sees a few days of it. So it is worked out for some sites at a
time and cut to the chosen days, and made again for the few sites that a replay needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from graphlib import TopologicalSorter

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case import typical_days
from siting.case.case import Array, Calendar, Field
from siting.data.components import cooling
from siting.data.components.contracts import profile_fraction
from siting.data.components.grid import carbon_t_per_mwh, of_zones
from siting.data.components.registry import STATEMENTS
from siting.data.fields.stated import FIELDS, resting_on
from siting.data.kinds.air import Air
from siting.data.kinds.choice import Choice
from siting.data.kinds.merging import merged
from siting.data.kinds.site_year import SiteYear
from siting.quantities import HOURS_PER_YEAR

__all__ = ["features", "hours_resting_on", "joined", "on_days", "parts_of", "site_fields"]

SITES_AT_ONCE = 32
"""Sites whose year is held at once, 0.2 GB with ten ways of cooling."""


def site_fields(choice: Choice, air: Air, components: Collection[str] = tuple(STATEMENTS)) -> dict[str, Field]:
    """Return the fields of the sites of a choice that rest on their hours, on all hours of the year.

    Parameters
    ----------
    choice : Choice
        Its sites, and all else.
    air : Air
        Of these sites.
    components : collection of str
        Those whose fields are asked for; all by default.
    """
    year = SiteYear(choice, air, cooling.plants)
    return dict(merged("field", (STATEMENTS[name].of_hours(year) for name in components)))


def hours_resting_on(columns: Collection[str]) -> tuple[str, ...]:
    """Return the components that work out fields of hours from columns of the sites, and those that these need.

    Parameters
    ----------
    columns : collection of str
        Names of columns.
    """
    found = set(resting_on(columns, "hour"))
    needed = {
        name.partition(".")[0]
        for component in found
        for number in STATEMENTS[component].numbers.values()
        if number.level
        for name in number.level.needs
    }
    return tuple(component for component in STATEMENTS if component in found | needed)


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


def on_days(whole: Mapping[str, Field], few: Calendar, chosen: typical_days.ChosenDays) -> dict[str, Field]:
    """Return fields of sites on the chosen days: the series that have a level of the year are brought to it.

    Parameters
    ----------
    whole : mapping of str to Field
        On all hours of the year.
    few : Calendar
        Of the chosen days.
    chosen : ChosenDays
        The days.
    """
    taken = {name: field.take("hour", typical_days.hours_of(chosen.days)) for name, field in whole.items()}
    levels = {name: level for name in whole if (level := FIELDS[name].level)}
    order = TopologicalSorter({name: level.needs for name, level in levels.items()})
    for name in order.static_order():
        taken[name] = Field(whole[name].axes, levels[name].on_days(name, whole, few, chosen, taken))
    return taken


def features(choice: Choice, air: Air) -> pd.DataFrame:
    """Return what tells days apart, by grid zone: price, carbon, weather, output; and the means for the extremes.

    Parameters
    ----------
    choice : Choice
        One place in each grid zone, from `Choice.one_a_zone`.
    air : Air
        Of these places.
    """
    price = of_zones(choice, "wholesale_usd_per_mwh")
    wet_bulb = air.at_sites(air.places.wet_bulb_c)
    columns: dict[str, Array] = {"price_mean": price.mean(axis=0), "wet_bulb_mean": wet_bulb.mean(axis=0)}
    carbon = carbon_t_per_mwh(choice)
    for name, values in (("price_usd_per_mwh", price), ("carbon_t_per_mwh", carbon), ("wet_bulb_c", wet_bulb)):
        columns |= {f"{name}_{i}": row for i, row in enumerate(np.unique(values, axis=0))}
    if len(choice.tables["contracts"]):
        output = profile_fraction(choice)
        columns["output_mean"] = np.nan_to_num(output).mean(axis=(0, 1))
        shapes = output.reshape(-1, HOURS_PER_YEAR)
        distinct = np.unique(shapes[~np.isnan(shapes).any(axis=1)], axis=0)
        columns |= {f"output_{i}": row for i, row in enumerate(distinct)}
    return pd.DataFrame(columns)
