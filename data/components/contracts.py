"""Numbers of contracts for power as produced, and of certificates: their price, their output, what is sold again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from siting.case.case import Array, Field
from siting.data.components.grid import OUTPUT, PRICE_INPUTS, of_zones, price_usd_per_mwh
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import Level, taken, worked_out
from siting.data.kinds.row import Fraction, Graded, State, Text
from siting.data.kinds.series import Series
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.quantities import HOURS_PER_YEAR
from siting.study import magnitudes
from siting.text import GridZoneId, Id

__all__ = ["STATED", "CertificateRow", "ContractRow", "LawRow", "OfferRow", "market_usd_per_mwh", "profile_fraction"]

DELIVERING = ("retail_choice", "green_tariff")
"""Routes by which the output of a plant is delivered to a consumer."""

MARKET_INPUTS = ("series_grid.wholesale_usd_per_mwh", "series_grid.solar_fraction", "series_grid.wind_fraction")
"""What output is worth on the market follows from these."""


class ContractRow(Graded):
    """A contract for power as produced."""

    contract_id: Id
    name: Text
    kind: Literal["solar", "wind"]
    strike_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]
    delivery_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]
    resale_discount_fraction: Fraction


class OfferRow(Graded):
    """What a contract costs in a grid zone, in real dollars, and who settles it without delivery."""

    contract_id: Id
    grid_zone_id: GridZoneId
    strike_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]
    strike_low_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH] | None
    strike_high_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH] | None
    settled_in: str | None


class LawRow(Graded):
    """By which route the law of a state lets a large consumer buy a plant's output, delivered."""

    state: State
    route: Literal["retail_choice", "green_tariff", "none", "unknown"]
    note: Text


class CertificateRow(Graded):
    """An unbundled certificate of renewable energy."""

    certificate_id: Id
    name: Text
    price_usd_per_mwh: Annotated[float, magnitudes.ENERGY_USD_PER_MWH]


def profile_fraction(choice: Choice) -> Array:
    """Output of the plants over their size, site by contract by hour; NaN where a grid zone has no profile."""
    kinds = choice.tables["contracts"]["kind"]
    output = np.empty((len(choice.tables["sites"]), len(kinds), HOURS_PER_YEAR))
    for i, kind in enumerate(kinds):
        output[:, i] = of_zones(choice, f"{kind}_fraction")
    return output


def market_usd_per_mwh(series: Series | None, zones: Sequence[str], kinds: Sequence[str]) -> Array:
    """What the output of each kind of plant sells for on average over a year, zone by kind; NaN where it is not known.

    Parameters
    ----------
    series : Series or None
        Wholesale prices and output of one and the same year.
    zones : sequence of str
        Grid zones; one that the series do not have is not known.
    kinds : sequence of str
        Kinds of plant.
    """
    found = np.full((len(zones), len(kinds)), np.nan)
    if series is None:
        return found
    known = [place for place, zone in enumerate(zones) if zone in series.position]
    at = [zones[place] for place in known]
    price = series.at(at, "wholesale_usd_per_mwh")
    for i, kind in enumerate(kinds):
        output = series.at(at, f"{kind}_fraction")
        produced = output.sum(axis=1)
        earned = (output * price).sum(axis=1)
        found[known, i] = np.divide(earned, produced, out=np.full(len(at), np.nan), where=produced > 0)
    return found


def may_be_delivered(choice: Choice) -> npt.NDArray[np.bool_]:
    """Whether the law of each site's state is known to let a consumer buy a plant's output, by site."""
    law = choice.tables["contract_law"]
    lawful = law.loc[law["route"].isin(DELIVERING), "state"]
    return np.asarray(choice.tables["sites"]["state"].isin(lawful), dtype=np.bool_)


def strike_usd_per_mwh(choice: Choice) -> Array:
    """Price of each contract in each site's grid zone, or the contract's own where none is known there."""
    offers, sites = choice.tables["contract_offers"], choice.tables["sites"]
    own = choice.column("contracts", "strike_usd_per_mwh")
    known = dict(
        zip(zip(offers["contract_id"], offers["grid_zone_id"], strict=True), offers["strike_usd_per_mwh"], strict=True)
    )
    contracts = choice.tables["contracts"]["contract_id"]
    return np.array(
        [
            [known.get((name, zone), price) for name, price in zip(contracts, own, strict=True)]
            for zone in sites["grid_zone_id"]
        ],
        dtype=float,
    ).reshape(len(sites), len(own))


def virtual_usd_per_mwh(choice: Choice) -> Array:
    """Strike less what the output fetches in the market, over the year, of the best kind; NaN where none is settled.

    It is 0 at the least: what the market pays beyond the strike is no reason to build somewhere.
    """
    offers, sites = choice.tables["contract_offers"], choice.tables["sites"]
    settled = offers.loc[offers["settled_in"] != "", ["contract_id", "grid_zone_id"]].itertuples(index=False, name=None)
    known, contracts = set(settled), choice.tables["contracts"]["contract_id"]
    may = np.array([[(name, zone) in known for name in contracts] for zone in sites["grid_zone_id"]], dtype=bool)
    may = may.reshape(len(sites), len(contracts)) & choice.study.technology.virtual_contracts
    zones, kinds = sites["grid_zone_id"].tolist(), choice.tables["contracts"]["kind"].tolist()
    fetched = market_usd_per_mwh(choice.series["series_grid"], zones, kinds)
    paid = np.where(may & np.isfinite(fetched), np.maximum(strike_usd_per_mwh(choice) - fetched, 0.0), np.inf)
    least = paid.min(axis=1, initial=np.inf)
    return np.where(np.isfinite(least), least, np.nan)


def _of_choice(choice: Choice) -> dict[str, Field]:
    return {"contracts.strike_usd_per_mwh": Field(("site", "contract"), strike_usd_per_mwh(choice))}


def _of_hours(year: SiteYear) -> dict[str, Field]:
    """Output, what it costs to bring it here, and what the part that is sold again fetches."""
    choice = year.choice
    wholesale, price = of_zones(choice, "wholesale_usd_per_mwh"), price_usd_per_mwh(choice)
    beside_power = np.maximum(price.mean(axis=1) - wholesale.mean(axis=1), 0.0)
    fee = choice.column("contracts", "delivery_usd_per_mwh")
    discount = choice.column("contracts", "resale_discount_fraction")[None, :, None]
    market = wholesale[:, None, :]
    resale = np.minimum(market - discount * np.abs(market), price[:, None, :])
    by_hour = ("site", "contract", "hour")
    zones, kinds = choice.tables["sites"]["grid_zone_id"].tolist(), choice.tables["contracts"]["kind"].tolist()
    both = {"": choice.series["series_grid"], "_second_year": choice.second_year}
    worth = {
        f"contracts.market{when}_usd_per_mwh": Field(("site", "contract"), market_usd_per_mwh(series, zones, kinds))
        for when, series in both.items()
    }
    delivered = np.where(may_be_delivered(choice)[:, None, None], profile_fraction(choice), np.nan)
    settled = virtual_usd_per_mwh(choice)
    return worth | {
        "contracts.virtual_h_per_yr": Field(("site",), HOURS_PER_YEAR * np.isfinite(settled)),
        "contracts.virtual_usd_per_mwh": Field(("site",), np.nan_to_num(settled)),
        "contracts.delivery_usd_per_mwh": Field(("site", "contract"), fee[None, :] + beside_power[:, None]),
        "contracts.output_fraction": Field(by_hour, delivered),
        "contracts.resale_usd_per_mwh": Field(by_hour, resale),
    }


STATED = Statement(
    tables={
        "contracts": table(ContractRow, "contract_id", is_technology=True),
        "contract_offers": table(OfferRow, "contract_id", "grid_zone_id"),
        "contract_law": table(LawRow, "state"),
        "certificates": table(CertificateRow, "certificate_id", is_technology=True, has_one_row=True),
    },
    parameters={"resale_limit_fraction": magnitudes.FRACTION},
    fields={
        "contracts.strike_usd_per_mwh": worked_out(
            "site", "contract", inputs=("contract_offers.strike_usd_per_mwh", "contracts.strike_usd_per_mwh")
        ),
        "contracts.virtual_h_per_yr": worked_out("site", inputs=("contract_offers.settled_in",)),
        "contracts.virtual_usd_per_mwh": worked_out(
            "site", inputs=("contract_offers.strike_usd_per_mwh", "series_grid.wholesale_usd_per_mwh")
        ),
        "contracts.resale_limit_fraction": taken("parameters.resale_limit_fraction", neutral=1.0),
        "contracts.certificate_usd_per_mwh": taken("certificates.price_usd_per_mwh"),
        "contracts.delivery_usd_per_mwh": worked_out(
            "site", "contract", inputs=("contracts.delivery_usd_per_mwh", *PRICE_INPUTS)
        ),
        "contracts.output_fraction": worked_out(
            "site", "contract", "hour",
            inputs=("series_grid.solar_fraction", "series_grid.wind_fraction", "contract_law.route"),
            neutral=np.nan,  # not offered
            level=Level(most=1.0),
        ),
        "contracts.market_usd_per_mwh": worked_out("site", "contract", inputs=MARKET_INPUTS, neutral=np.nan),
        "contracts.market_second_year_usd_per_mwh": worked_out(
            "site", "contract", inputs=("time.second_year", *MARKET_INPUTS), neutral=np.nan
        ),
        "contracts.resale_usd_per_mwh": worked_out(
            "site", "contract", "hour",
            inputs=("contracts.resale_discount_fraction", *PRICE_INPUTS),
            level=Level(like="grid.price_usd_per_mwh", weighed_by=OUTPUT),
        ),
    },
    of_choice=_of_choice,
    of_hours=_of_hours,
)  # fmt: skip
