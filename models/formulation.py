"""What the model consists of, in reading order."""

from __future__ import annotations

from siting.case.case import Case
from siting.models.assembly.assembly import Component
from siting.models.components.computing import Computing
from siting.models.components.connection import Connection
from siting.models.components.contracts import Certificates, Contracts, ResaleLimit
from siting.models.components.cooling import Cooling
from siting.models.components.efficiency_limits import EfficiencyLimits
from siting.models.components.grid import Grid
from siting.models.components.halls import Halls
from siting.models.components.heat_reuse import HeatDemand, HeatReuse
from siting.models.components.placement import Placement
from siting.models.components.policy import CarbonPrice, Policy
from siting.models.components.quota import Quota
from siting.models.components.racks import Racks
from siting.models.components.retrofit import Retrofit
from siting.models.components.serving import Demand, Serving
from siting.models.components.storage import LeastStorage, Storage
from siting.models.components.training import Clusters, Training
from siting.models.components.unserved import Unserved

DESIGN: tuple[type[Component], ...] = (
    Placement,
    Halls,
    Retrofit,
    Racks,
    Computing,
    Serving,
    Demand,
    Training,
    Clusters,
    Cooling,
    EfficiencyLimits,
    Grid,
    Connection,
    Contracts,
    ResaleLimit,
    Certificates,
    Storage,
    LeastStorage,
    HeatReuse,
    HeatDemand,
    CarbonPrice,
    Policy,
)
"""The components of a study, from the ground up."""

REPLAY: tuple[type[Component], ...] = (
    Computing,
    Serving,
    Quota,
    Training,
    Cooling,
    Grid,
    Contracts,
    Storage,
    HeatReuse,
    CarbonPrice,
    Unserved,
)
"""One site with its design fixed, over any stretch of whole days; limits on the year are left to the audit."""


def chosen(components: tuple[type[Component], ...], case: Case) -> tuple[type[Component], ...]:
    """Return a list of components less what the study leaves out, or gives no data for.

    Parameters
    ----------
    components : tuple of component classes
        `DESIGN` or `REPLAY`.
    case : Case
        Holds the study and its numbers.
    """
    study = case.study
    left_out: set[type[Component]] = set()
    if not study.technology.storage:
        left_out |= {Storage, LeastStorage}
    if not study.facility.storage_min_mw:
        left_out.add(LeastStorage)
    if study.policy.pue_max_ratio is None and study.policy.wue_max_l_per_kwh is None:
        left_out.add(EfficiencyLimits)
    if not case.values("retrofit.existing_mw").any():
        left_out.add(Retrofit)
    if not case.heat_sources():
        left_out |= {HeatReuse, HeatDemand}
    return tuple(component for component in components if component not in left_out)
