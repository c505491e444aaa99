"""What a study says of the connection of its sites: when their power comes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Strict, Tag

from siting.study import magnitudes
from siting.study.parts import Frozen

__all__ = ["ConnectionTerms", "Percentile"]

Percentile = Literal["p10", "p50", "p90"]


def _word_or_share(value: object) -> str:
    return "word" if isinstance(value, str) else "share"


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
    flexible_fraction: Annotated[float, Strict(), magnitudes.RATE_FRACTION] = 0.0
    """Largest part of a connection that is given up in given hours, over the headroom (0 to 1), on top of it."""
    flexible_h_per_yr: Annotated[float, Strict(), magnitudes.GIVEN_UP_H_PER_YR] = 88.0
    """Hours of the year in which it is given up: the dearest of the grid zone, which stand for those of the highest
    net load [h/yr]; one per cent of the year by default.
    """
    flexible_wait_months: Annotated[float, Strict(), magnitudes.WAIT_MONTHS] = 0.0
    """Months from the request until the flexible part is there [months]."""
    request_year: Annotated[float, Strict(), magnitudes.CALENDAR_YEAR] | None = None
    """Decimal year in which power is asked for, from which the wait of the table sites counts; the base year if empty.
    """
