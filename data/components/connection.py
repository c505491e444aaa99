"""Numbers of the line and the substation of a site, of which the catalogue's sites are made."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from siting.case.case import Array, Field
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import taken, worked_out
from siting.data.kinds.row import Graded
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import table
from siting.study import magnitudes

__all__ = ["STATED", "ConnectionRow"]


class ConnectionRow(Graded):
    """Line and substation of one class of voltage."""

    voltage_kv: Annotated[float, magnitudes.VOLTAGE_KV]
    line_usd_per_km: Annotated[float, magnitudes.LINE_USD_PER_KM]
    substation_usd: Annotated[float, magnitudes.WORKS_USD]
    max_mw: Annotated[float, magnitudes.SITE_MW]


def beyond_mw(choice: Choice, carried: str) -> Array:
    """Part of each site's headroom beyond what something carries [MW]; none where that is not stated.

    Parameters
    ----------
    choice : Choice
        What the study chooses.
    carried : str
        Column of the sites, which a table of one's own need not have.
    """
    headroom, sites = choice.column("sites", "headroom_mw"), choice.tables["sites"]
    if carried not in sites:
        return np.zeros_like(headroom)
    beyond: Array = np.nan_to_num(np.maximum(headroom - choice.column("sites", carried), 0.0))
    return beyond


def _price(choice: Choice, column: str) -> Array:
    """Price of what goes beyond; none where it is not stated."""
    sites = choice.tables["sites"]
    return np.nan_to_num(choice.column("sites", column)) if column in sites else np.zeros(len(sites))


def _of_choice(choice: Choice) -> dict[str, Field]:
    by_site = ("site",)
    return {
        "connection.further_line_most_mw": Field(by_site, beyond_mw(choice, "line_mw")),
        "connection.reinforced_most_mw": Field(by_site, beyond_mw(choice, "network_mw")),
        "connection.further_line_usd_per_mw": Field(by_site, _price(choice, "further_line_usd_per_mw")),
        "connection.reinforcement_usd_per_mw": Field(by_site, _price(choice, "reinforcement_usd_per_mw")),
    }


STATED = Statement(
    tables={"connection": table(ConnectionRow, "voltage_kv", is_for_build=True)},
    terms={"connection_recovery_yr": magnitudes.WHOLE_LIFE_YR, "connection_lead_yr": magnitudes.LEAD_YR},
    fields={
        "connection.connection_fixed_usd": taken("sites.connection_fixed_usd", "site"),
        "connection.further_line_most_mw": worked_out("site", inputs=("sites.line_mw", "sites.headroom_mw")),
        "connection.reinforced_most_mw": worked_out("site", inputs=("sites.network_mw", "sites.headroom_mw")),
        "connection.further_line_usd_per_mw": worked_out("site", inputs=("sites.further_line_usd_per_mw",)),
        "connection.reinforcement_usd_per_mw": worked_out("site", inputs=("sites.reinforcement_usd_per_mw",)),
    },
    of_choice=_of_choice,
)
