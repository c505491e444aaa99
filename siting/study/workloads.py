"""Classes of work that a study lists: what each asks for, where it may run, and how long it may wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, Strict

from siting.study import magnitudes
from siting.study.horizon import YearKey
from siting.study.parts import Frozen, FrozenDict, SomeChoice
from siting.text import GridZoneId, Id

__all__ = [
    "AMOUNTS_OF_WORKLOAD",
    "FLAT",
    "KINDS",
    "LIMITS",
    "OF_KIND",
    "AcceleratorHoursByYear",
    "Jurisdiction",
    "MegawattsByYear",
    "PetaflopsByYear",
    "TokensByYear",
    "WorkKind",
    "Workload",
]

WorkKind = Literal["inference", "batch", "training", "hpc"]
KINDS: tuple[WorkKind, ...] = get_args(WorkKind)

FLAT = "flat"
"""Shape of work that is asked for alike in every hour."""

Megawatts = Annotated[float, Strict(), magnitudes.DEMAND_MW]
Petaflops = Annotated[float, Strict(), magnitudes.DEMAND_PFLOP]
AcceleratorHours = Annotated[float, Strict(), magnitudes.DEMAND_GPU_H_PER_YR]
Tokens = Annotated[float, Strict(), magnitudes.DEMAND_TOKENS_PER_S]
MegawattsByYear = Annotated[Mapping[YearKey, Megawatts], AfterValidator(FrozenDict)]
PetaflopsByYear = Annotated[Mapping[YearKey, Petaflops], AfterValidator(FrozenDict)]
AcceleratorHoursByYear = Annotated[Mapping[YearKey, AcceleratorHours], AfterValidator(FrozenDict)]
TokensByYear = Annotated[Mapping[YearKey, Tokens], AfterValidator(FrozenDict)]

LIMITS: Mapping[str, magnitudes.Range] = {
    "mw": magnitudes.DEMAND_MW,
    "pflop": magnitudes.DEMAND_PFLOP,
    "gpu_h_per_yr": magnitudes.DEMAND_GPU_H_PER_YR,
    "tokens_per_s": magnitudes.DEMAND_TOKENS_PER_S,
}
"""Units in which demand may be asked, each with the least and the most of it."""


class Jurisdiction(Frozen):
    """Where one law holds: states and grid zones, all of which are in it."""

    states: tuple[GridZoneId, ...] = ()
    """States, as the tables of sites and leases have them."""
    grid_zones: tuple[GridZoneId, ...] = ()
    """Grid zones, as the table of sites has them; the table of leases names none."""

    def is_anywhere(self) -> bool:
        """Whether it binds nothing."""
        return not (self.states or self.grid_zones)


class Workload(Frozen):
    """A class of work. What a field says of one kind of work, a class of another kind leaves out."""

    workload_id: Id
    """Name of the class; no other has it."""
    kind: WorkKind
    """inference (answers people, hour by hour), batch (may wait), training or hpc (whole clusters at one site)."""
    work_mw: MegawattsByYear = Field(default_factory=FrozenDict)
    """Work by period: annual mean, as nameplate power of the reference rack at full load [MW]."""
    work_pflop: PetaflopsByYear = Field(default_factory=FrozenDict)
    """The same in work, dense BF16: annual mean [PFLOP/s]."""
    work_gpu_h_per_yr: AcceleratorHoursByYear = Field(default_factory=FrozenDict)
    """The same in hours of the reference rack's accelerator at full load [GPU-h/yr]."""
    work_tokens_per_s: TokensByYear = Field(default_factory=FrozenDict)
    """The same in tokens, of demand.throughput_tokens_per_s_per_pflop: annual mean [tokens/s]."""
    residency_states: tuple[GridZoneId, ...] = ()
    """States in which the sites that do this work must lie; any if empty."""
    residency: tuple[Id, ...] = ()
    """Jurisdictions of demand.jurisdictions in which they must lie, in any of these or of residency_states; anywhere if
    both are empty."""
    zones: SomeChoice | None = None
    """Of inference: zones of the study that ask for it, by population; all of them if not stated."""
    shape: Id | None = None
    """Of inference: shape of its local day, a column of the table demand_shape (inference, alibaba), or flat; inference
    if not stated."""
    latency_limit_ms: Annotated[float, Strict(), magnitudes.LATENCY_MS] | None = None
    """Of inference: longest round trip between a zone and the site that serves it; demand.latency_limit_ms if not
    stated [ms]."""
    deadline_h: Annotated[float, Strict(), magnitudes.DEADLINE_H] | None = None
    """Of batch work: hours in which what is asked must be done: 1, 2, 3, 4, 6, 8, 12, or whole days of 24; 24 if not
    stated."""
    movable_fraction: Annotated[float, Strict(), magnitudes.FRACTION] | None = None
    """Of batch work: share that may wait; the rest runs alike in every hour; 1 if not stated (0 to 1)."""
    data_tb: Annotated[float, Strict(), magnitudes.DATA_TB] | None = None
    """Of batch work: data of one job that moves to the site and back before the deadline; none if not stated [TB]."""
    run_h: Annotated[float, Strict(), magnitudes.DEADLINE_H] | None = None
    """Of batch work: hours that one job computes once its data is there; none if not stated [h]."""
    cluster_mw: Annotated[float, Strict(), magnitudes.SITE_MW] | None = None
    """Of training and HPC: size of a cluster, which stands at one site, as nameplate power of the reference rack [MW];
    or cluster_accelerators_count."""
    cluster_accelerators_count: Annotated[float, Strict(), magnitudes.CLUSTER_ACCELERATORS_COUNT] | None = None
    """Of training and HPC: size of a cluster in accelerators of the reference rack; or cluster_mw."""
    fabric: str | None = None
    """Of training and HPC: what the fabric's name in the table racks begins with, such as InfiniBand; any if not
    stated."""
    run_months_per_yr: Annotated[float, Strict(), magnitudes.RUN_MONTHS_PER_YR] | None = None
    """Of training and HPC: months of the year that a cluster runs; whole months, one after the other, if it may not
    pause; 12 if not stated."""
    begins_after_months: Annotated[int, Strict(), magnitudes.MONTHS_BEFORE] | None = None
    """Of training and HPC that may not pause: months of the year before its run begins, 2 for a run from March on; 0 if
    not stated."""
    may_pause: bool | None = None
    """Of training and HPC: whether a cluster may pause in any hour of the year; not if not stated."""

    def amounts(self) -> Iterator[tuple[str, Mapping[float, float]]]:
        """Yield each unit in which work is stated, and how much by year: one, in a study that is checked."""
        for name, unit in AMOUNTS_OF_WORKLOAD.items():
            if by_year := getattr(self, name):
                yield unit, by_year

    @property
    def is_clustered(self) -> bool:
        """Whether it runs in whole clusters."""
        return self.kind in ("training", "hpc")


AMOUNTS_OF_WORKLOAD: Mapping[str, str] = {f"work_{unit}": unit for unit in LIMITS}
"""Fields of `Workload` that state how much is asked, with the unit of each."""

OF_KIND: Mapping[str, tuple[WorkKind, ...]] = {
    **dict.fromkeys(("zones", "shape", "latency_limit_ms"), ("inference",)),
    **dict.fromkeys(("deadline_h", "movable_fraction", "data_tb", "run_h"), ("batch",)),
    **dict.fromkeys(
        ("cluster_mw", "cluster_accelerators_count", "fabric", "run_months_per_yr", "begins_after_months", "may_pause"),
        ("training", "hpc"),
    ),
}
"""Fields that only some kinds of work have."""
