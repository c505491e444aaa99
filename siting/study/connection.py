"""What a study says of the connection of its sites: when their power comes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Strict

from siting.study import magnitudes
from siting.study.parts import Frozen

__all__ = ["ConnectionTerms", "Percentile"]

Percentile = Literal["p10", "p50", "p90"]


class ConnectionTerms(Frozen):
    """When the power of the sites comes."""

    dates: Literal["none"] | Percentile = "none"
    """Dates by which sites are energised: early (p10), middle (p50) or late (p90); none has all power at once.

    They are those of a table energisation of your own; of sites that are not in it they are made from what the table
    sites says of waiting and building. A period has what is energised when it begins.
    """
    request_year: Annotated[float, Strict(), magnitudes.CALENDAR_YEAR] | None = None
    """Decimal year in which power is asked for, from which the wait of the table sites counts; the base year if empty.
    """
