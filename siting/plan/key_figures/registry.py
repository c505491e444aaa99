"""The registry of key figures: the one place that knows each one's name, unit, definition and standard.

The glossary, the labels in the reports, ``plan.json`` and the column docs are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from siting.plan.key_figures.carbon import CARBON
from siting.plan.key_figures.cost import COST
from siting.plan.key_figures.facility import FACILITY
from siting.plan.key_figures.kpi import Kpi
from siting.plan.key_figures.power_dates import POWER_DATES
from siting.plan.key_figures.returns import RETURNS
from siting.plan.key_figures.sites import CONCENTRATION, DRAWN

_KPIS = (*FACILITY, *CARBON, *DRAWN, *COST, *RETURNS, *POWER_DATES, *CONCENTRATION)

REGISTRY: Mapping[str, Kpi] = MappingProxyType({kpi.id: kpi for kpi in _KPIS})
"""Every key figure by its id, in reading order."""
