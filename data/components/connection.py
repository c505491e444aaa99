"""Numbers of the line and the substation of a site, of which the catalogue's sites are made."""

from __future__ import annotations

from typing import Annotated

from siting.data.kinds.number import taken
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


STATED = Statement(
    tables={"connection": table(ConnectionRow, "voltage_kv", is_for_build=True)},
    terms={"connection_recovery_yr": magnitudes.WHOLE_LIFE_YR, "connection_lead_yr": magnitudes.LEAD_YR},
    fields={
        "connection.connection_fixed_usd": taken("sites.connection_fixed_usd", "site"),
    },
)
