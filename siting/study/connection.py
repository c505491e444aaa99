"""What a study says of the connection of its sites: when their power comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field, Strict, Tag

from siting.study import magnitudes
from siting.study.parts import Frozen, FrozenDict
from siting.text import GridZoneId

__all__ = ["ConnectionTerms", "Percentile"]

Percentile = Literal["p10", "p50", "p90"]
MonthOfYear = Annotated[int, Strict(), magnitudes.MONTH]
HourOfYear = Annotated[int, Strict(), magnitudes.HOUR_OF_YEAR]
ChargeByZone = Annotated[
    Mapping[GridZoneId, Annotated[float, Strict(), magnitudes.COINCIDENT_USD_PER_MW_YR]], AfterValidator(FrozenDict)
]


def _months(value: tuple[int, ...]) -> tuple[int, ...]:
    if not value or len(set(value)) < len(value):
        raise ValueError(f"input should be months of the year, each once (got {list(value)})")
    return value


def _word_or_share(value: object) -> str:
    return "word" if isinstance(value, str) else "share"


def _distinct_hours(value: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(value)) < len(value):
        raise ValueError(f"input should be hours of the year, each once (got {list(value)})")
    return value


class ConnectionTerms(Frozen):
    """When the power of the sites comes, and what of it may be given up."""

    dates: Literal["none"] | Percentile = "none"
    """Dates by which sites are energised: early (p10), middle (p50) or late (p90); none has all power at once.

    They are those of a table energisation of your own; of sites that are not in it they are made from what the table
    sites says of waiting and building. A period has what is energised when it begins.
    """
    min_take_fraction: Annotated[
        Annotated[Literal["none", "classes"], Tag("word")]
        | Annotated[float, Strict(), magnitudes.FRACTION, Tag("share")],
        Discriminator(_word_or_share),
    ] = "none"
    """Share of the connection (0 to 1) on which the demand charge is paid every month, whatever is drawn.

    With classes it is that of the class of large load that is known to hold in the site's county, if it states one.
    """
    ratchet_fraction: Annotated[float, Strict(), magnitudes.FRACTION] = 0.0
    """Share of the year's highest monthly peak (0 to 1) on which the demand charge is paid in every month."""
    coincident_usd_per_mw_yr: ChargeByZone = Field(default_factory=FrozenDict)
    """Charge on what is drawn in the hours of coincident peaks, as their mean, by grid zone [USD/MW a year].

    The hours are given: the dearest of each of the months, which stand for those in which the system peaks. The charge
    is a part of the tariff: a flat load pays that as before, and who draws less in these hours pays less.
    """
    coincident_months: Annotated[tuple[MonthOfYear, ...], AfterValidator(_months)] = (6, 7, 8, 9)
    """Months that have an hour of coincident peak each; those of the four summer peaks of Texas by default."""
    coincident_at_h: Annotated[tuple[HourOfYear, ...], AfterValidator(_distinct_hours)] = ()
    """The hours of coincident peaks themselves, as hours of the data year in UTC (0 to 8759); by months if empty."""
    term_yr: Annotated[float, Strict(), magnitudes.TERM_YR] = 0.0
    """Years for which the minimum take is promised from when a connection is made [yr]; 0 for no promise.

    What of it lies beyond the horizon is owed at its end, as if the load left then.
    """
    exit_months: Annotated[float, Strict(), magnitudes.WAIT_MONTHS] | None = None
    """Most months of the minimum take that are owed when a load leaves early [months]; all that are left if empty."""
    collateral_usd_per_mw: Annotated[float, Strict(), magnitudes.PLANT_USD_PER_MW] = 0.0
    """Collateral that is posted for a connection, by its power [USD/MW]."""
    collateral_cost_fraction: Annotated[float, Strict(), magnitudes.RATE_FRACTION] | None = None
    """What collateral costs a year, over its amount (0 to 1); the discount rate if empty."""
    flexible_fraction: Annotated[float, Strict(), magnitudes.RATE_FRACTION] = 0.0
    """Largest part of a connection that is given up in given hours, over the headroom (0 to 1), on top of it."""
    flexible_h_per_yr: Annotated[float, Strict(), magnitudes.GIVEN_UP_H_PER_YR] = 88.0
    """Hours of the year in which it is given up: the dearest of the grid zone, which stand for those of the highest
    net load [h/yr]; one per cent of the year by default.
    """
    flexible_curtailed_fraction: Annotated[float, Strict(), magnitudes.CURTAILED_FRACTION] | None = None
    """Share of the flexible part's energy that is given up over the year (0 to 1), in place of whole hours.

    It is given up in four times as many hours as a whole part would be, all of it in the dearest and less and less in
    the others, which is the depth of curtailment that a study of 22 balancing authorities found.
    """
    flexible_headroom: Literal["none", "published"] = "none"
    """Whether all flexible parts in a balancing authority are within the published headroom at that share of energy.

    Of authorities that the table flexible_headroom does not name nothing is known, and nothing limits them.
    """
    supply_steps: Literal["none", "low", "high"] = "none"
    """Whether power comes in steps by balancing authority, at their low or their high prices (table supply_steps).

    Each step has a size, a date, a price on top of power's and works that the load or all customers pay. The prices are
    assumed wherever no source states any: run both. Authorities that the table does not name have no steps.
    """
    flexible_wait_months: Annotated[float, Strict(), magnitudes.WAIT_MONTHS] = 0.0
    """Months from the request until the flexible part is there [months]."""
    request_year: Annotated[float, Strict(), magnitudes.CALENDAR_YEAR] | None = None
    """Decimal year in which power is asked for, from which the wait of the table sites counts; the base year if empty.
    """
