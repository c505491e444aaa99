"""Numbers of incentives: where they hold, until when, from what investment on, and the most that a site can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import numpy as np
import pandas as pd

from siting.case.case import Array, Field
from siting.data.kinds.asset import ALL_ASSETS, INCENTIVES, Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.row import Fraction, Graded, Text
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import Fault, Reference, table
from siting.quantities import bare_name
from siting.study import magnitudes
from siting.text import Id

__all__ = ["STATED", "IncentiveRow", "contradictions"]

COUNTRY = "US"
"""The country that all sites of the catalogue lie in."""

NO_END_YR = 1000.0
"""Years from the first period's start of an incentive without an end."""

ROUNDING = 1e-9


class IncentiveRow(Graded):
    """A credit against the tax on income, or a share of a tax that is not taken, where a site lies."""

    incentive_id: Id
    name: Text
    place_kind: Literal["country", "state", "site"]
    place: Text
    kind: Literal["income_tax_credit", "property_tax_abatement", "sales_tax_exemption"]
    asset: Literal["all", "rack", "hall", "site", "connection", "storage", "heat", "adaptation", "bridge", "backup"]
    rate_fraction: Fraction
    until_year: Annotated[float, magnitudes.CALENDAR_YEAR] | None = None
    threshold_usd: Annotated[float, magnitudes.WORKS_USD] | None = None


def _abroad(rows: pd.DataFrame) -> Iterator[Fault]:
    """Yield each line of a country without sites."""
    for line, place in rows.loc[rows["place_kind"] == "country", "place"].items():
        if place != COUNTRY:
            yield int(str(line)), "place", f"no site lies in the country '{place}', all of them in '{COUNTRY}'"


def placed(rows: pd.DataFrame, sites: pd.DataFrame) -> Array:
    """Return 1 where a site lies in the place of an incentive, site by incentive.

    Parameters
    ----------
    rows : DataFrame
        The incentives.
    sites : DataFrame
        The sites.
    """
    of_kind = {"country": pd.Series(COUNTRY, sites.index), "state": sites["state"], "site": sites["site_id"]}
    columns = [
        (of_kind[kind] == place).to_numpy(float) for kind, place in zip(rows["place_kind"], rows["place"], strict=True)
    ]
    found: Array = np.stack(columns, axis=1) if columns else np.zeros((len(sites), 0))
    return found


def contradictions(
    rows: pd.DataFrame, sites: pd.DataFrame, first_year: float, income_tax: Array, assets: Mapping[str, Asset]
) -> Iterator[str]:
    """Yield what no study can mean: an end before the start, a tax that an asset does not bear, more than all of it.

    Parameters
    ----------
    rows : DataFrame
        The incentives.
    sites : DataFrame
        The chosen sites.
    first_year : float
        In which the first period starts.
    income_tax : ndarray
        What is taken of a dollar of income, by site: so much of a price is saved by its write-offs at the most.
    assets : mapping of str to Asset
        Kinds of assets, by the name of the component and their own.
    """
    ends = rows["until_year"] if "until_year" in rows else pd.Series(np.nan, rows.index)
    for incentive, year in zip(rows["incentive_id"], ends, strict=True):
        if year < first_year:
            yield f"the incentive '{incentive}' ends in {year:g}, before the first period starts in {first_year}"
    bears = {
        "sales_tax_exemption": {bare_name(name) for name, asset in assets.items() if asset.bears_sales_tax},
        "property_tax_abatement": {bare_name(name) for name, asset in assets.items() if asset.is_real_property},
    }
    for incentive, kind, asset in zip(rows["incentive_id"], rows["kind"], rows["asset"], strict=True):
        if kind in bears and asset not in {ALL_ASSETS, *bears[kind]}:
            only = ", ".join(sorted(bears[kind]))
            yield f"the incentive '{incentive}' spares '{asset}' a tax that falls on {only} only"
    at = placed(rows, sites)
    for kind in INCENTIVES.values():
        for asset in map(bare_name, assets):
            about = ((rows["kind"] == kind) & rows["asset"].isin([ALL_ASSETS, asset])).to_numpy(bool)
            together = at[:, about] @ rows["rate_fraction"].to_numpy(float)[about]
            most = 1 - income_tax * (kind == INCENTIVES["credited"])
            if (together > most + ROUNDING).any():
                worst = int((together - most).argmax())
                named = ", ".join(rows["incentive_id"].to_numpy(str)[about & (at[worst] > 0)])
                limit = "what write-offs leave of it is " if kind == INCENTIVES["credited"] else "the most is "
                yield (
                    f"{named}: {together[worst]:g} of a dollar of '{asset}' at site '{sites['site_id'].iloc[worst]}'; "
                    f"{limit}{most[worst]:g}"
                )


def _of_choice(choice: Choice) -> dict[str, Field]:
    """Where each holds, for how long, and from what investment on."""
    rows, first = choice.tables["incentives"], choice.study.horizon.periods[0].year
    nothing = np.full(len(rows), np.nan)
    until = rows["until_year"].to_numpy(float) if "until_year" in rows else nothing
    threshold = rows["threshold_usd"].to_numpy(float) if "threshold_usd" in rows else nothing
    return {
        "incentives.placed_count": Field(("site", "incentive"), placed(rows, choice.tables["sites"])),
        "incentives.until_yr": Field(("incentive",), np.nan_to_num(until - first + 1, nan=NO_END_YR)),
        "incentives.threshold_usd": Field(("incentive",), np.nan_to_num(threshold)),
    }


def _follows(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return which periods' purchases count towards the threshold, and the most that a site can be granted."""

    def of(name: str) -> Array:
        return fields[name].values

    counted = (of("finance.start_yr") < of("incentives.until_yr")[:, None]).astype(float)
    size = of("placement.site_max_mw")
    dearest = of("racks.rack_usd") / of("racks.rack_mw") * of("racks.price_ratio").max(axis=1)
    racks = dearest.max() * counted.shape[1]  # each period may buy anew
    halls = np.maximum(of("halls.hall_usd_per_mw").max() * of("placement.capital_ratio"),
                       of("retrofit.conversion_usd_per_mw"))  # fmt: skip
    battery = of("storage.power_usd_per_mw") + of("storage.max_duration_h") * of("storage.energy_usd_per_mwh")
    heat = of("heat_reuse.heat_connection_usd_per_mw") + of("heat_reuse.heat_pump_usd_per_mw")
    most = (
        size * (racks + 2 * halls + battery)
        + of("placement.fixed_site_usd")
        + of("connection.connection_fixed_usd")
        + of("grid.connection_usd_per_mw") * of("grid.headroom_mw")
        + of("connection.further_line_usd_per_mw") * of("connection.further_line_most_mw")
        + of("connection.reinforcement_usd_per_mw") * of("connection.reinforced_most_mw")
        + 2 * heat * of("heat_reuse.heat_demand_mw")
    )
    rates = np.zeros_like(of("incentives.placed_count"))
    for name, field in fields.items():
        if name.endswith(("_relief_per_yr", "_abatement_per_yr")):
            between = tuple(range(1, field.values.ndim - 1))
            highest = field.values.max(axis=between, initial=0.0)
            rates = rates + highest if name.endswith("_abatement_per_yr") else np.maximum(rates, highest)
    return {
        "incentives.counted_count": Field(("incentive", "period"), counted),
        "incentives.most_usd_per_yr": Field(("site", "incentive"), most[:, None] * rates),
    }


STATED = Statement(
    layers={
        "incentives": table(
            IncentiveRow,
            "incentive_id",
            references=(
                Reference("place", "taxes", "state", where=("place_kind", "state")),
                Reference("place", "sites", "site_id", where=("place_kind", "site")),
            ),
            faults=_abroad,
        )
    },
    fields={
        "incentives.placed_count": worked_out(
            "site", "incentive", inputs=("incentives.place", "incentives.place_kind"), neutral=1.0
        ),
        "incentives.until_yr": worked_out(
            "incentive", inputs=("incentives.until_year", "horizon.periods"), neutral=NO_END_YR
        ),
        "incentives.threshold_usd": worked_out("incentive", inputs=("incentives.threshold_usd",)),
        "incentives.counted_count": worked_out(
            "incentive", "period", inputs=("incentives.until_year", "horizon.periods"), neutral=None
        ),
        "incentives.most_usd_per_yr": worked_out(
            "site", "incentive", inputs=("incentives.rate_fraction", "facility.site_max_mw"), neutral=None
        ),
    },
    of_choice=_of_choice,
    follows=_follows,
)
