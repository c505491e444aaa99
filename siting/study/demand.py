"""The part of a study that says how much computing is asked for, in which unit, and how it grows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, Strict

from siting.quantities import HOURS_PER_YEAR, UNITS
from siting.study import magnitudes
from siting.study.horizon import around
from siting.study.parts import CalendarYear, Frozen, FrozenDict
from siting.study.workloads import (
    AMOUNTS_OF_WORKLOAD,
    LIMITS,
    AcceleratorHoursByYear,
    Jurisdiction,
    MegawattsByYear,
    PetaflopsByYear,
    TokensByYear,
    WorkKind,
    Workload,
)
from siting.text import Id

__all__ = [
    "AMOUNTS",
    "LIMITS",
    "Asked",
    "Demand",
    "Growth",
    "ReferenceWork",
    "WorkClass",
    "of_one_class",
]

WorkClass = Literal["inference", "batch", "training"]
"""Kinds of work of which the fields of `Demand` state one class, beside those that it lists."""
WORK_CLASSES: tuple[WorkClass, ...] = get_args(WorkClass)


@dataclass(frozen=True)
class ReferenceWork:
    """What the rack does in which demand is counted.

    Parameters
    ----------
    pflop_per_mw : float
        Work of a MW of its nameplate [PFLOP/s/MW].
    accelerator_pflop : float
        Work of one of its accelerators [PFLOP/s].
    tokens_per_s_per_pflop : float or None
        Tokens that a PFLOP/s makes, as the study states it.
    """

    pflop_per_mw: float
    accelerator_pflop: float
    tokens_per_s_per_pflop: float | None = None

    def pflop_per(self, unit: str) -> float:
        """Work of one of a unit in which demand may be asked [PFLOP/s].

        Raises
        ------
        ValueError
            If it is tokens and nobody says how many a PFLOP/s makes; or no unit of demand.

        Examples
        --------
        >>> of_h100 = ReferenceWork(pflop_per_mw=800.0, accelerator_pflop=1.0)
        >>> of_h100.pflop_per("mw"), of_h100.pflop_per("gpu_h_per_yr") * 8760
        (800.0, 1.0)
        """
        if unit == "tokens_per_s" and self.tokens_per_s_per_pflop is not None:
            return 1 / self.tokens_per_s_per_pflop
        known = {
            "mw": self.pflop_per_mw,
            "pflop": 1.0,
            "gpu_h_per_yr": self.accelerator_pflop / HOURS_PER_YEAR,
        }
        if unit not in known:
            raise ValueError(f"nothing says how much work one {unit} is")
        return known[unit]


@dataclass(frozen=True)
class Asked:
    """What is asked of one class of work: in which unit, and how much by year.

    Parameters
    ----------
    workload_id : str
        Name of the class.
    work_class : str
        WorkKind of work.
    field : str
        Field of `Demand` that states it, with dots.
    unit : str
        Unit in which it is asked.
    by_year : mapping of float to float
        How much.
    """

    workload_id: str
    work_class: WorkKind
    field: str
    unit: str
    by_year: Mapping[float, float]

    @property
    def label(self) -> str:
        """How the unit is printed."""
        return "GPU-h/yr" if self.unit == "gpu_h_per_yr" else UNITS[self.unit].label


class Growth(Frozen):
    """How demand grows where a period states none."""

    case: Id
    """Case of growth, from the table demand_growth: low, mid or high, or one of your own."""
    from_year: CalendarYear
    """Year whose demand is stated for each class; later periods without a value grow from it."""


class Demand(Frozen):
    """The computing to be served: each class of work in one unit, which is how much work it is.

    MW are nameplate power of the reference rack and not what is built: newer racks do the same work with less.
    """

    reference_rack: Id
    """Rack in which the demand is counted, from the table racks."""
    inference_mw: MegawattsByYear = Field(default_factory=FrozenDict)
    """Latency-bound inference by period: annual mean, as nameplate power of the reference rack at full load [MW]."""
    inference_pflop: PetaflopsByYear = Field(default_factory=FrozenDict)
    """The same in work, dense BF16: annual mean [PFLOP/s]."""
    inference_gpu_h_per_yr: AcceleratorHoursByYear = Field(default_factory=FrozenDict)
    """The same in hours of the reference rack's accelerator at full load [GPU-h/yr]."""
    inference_tokens_per_s: TokensByYear = Field(default_factory=FrozenDict)
    """The same in tokens, of the throughput stated: annual mean [tokens/s]."""
    batch_mw: MegawattsByYear = Field(default_factory=FrozenDict)
    """Batch work by period, free to move within a day and between sites: annual mean, as nameplate power [MW]."""
    batch_pflop: PetaflopsByYear = Field(default_factory=FrozenDict)
    """The same in work, dense BF16: annual mean [PFLOP/s]."""
    batch_gpu_h_per_yr: AcceleratorHoursByYear = Field(default_factory=FrozenDict)
    """The same in hours of the reference rack's accelerator at full load [GPU-h/yr]."""
    batch_tokens_per_s: TokensByYear = Field(default_factory=FrozenDict)
    """The same in tokens, of the throughput stated: annual mean [tokens/s]."""
    training_mw: MegawattsByYear = Field(default_factory=FrozenDict)
    """Training by period, the same in every hour, as nameplate power [MW]; none if empty."""
    training_pflop: PetaflopsByYear = Field(default_factory=FrozenDict)
    """The same in work, dense BF16 [PFLOP/s]."""
    training_gpu_h_per_yr: AcceleratorHoursByYear = Field(default_factory=FrozenDict)
    """The same in hours of the reference rack's accelerator at full load [GPU-h/yr]."""
    workloads: tuple[Workload, ...] = ()
    """Classes of work, as many as there are; the fields above are one more class of each kind, where they are
    stated."""
    jurisdictions: Annotated[Mapping[Id, Jurisdiction], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Jurisdictions to which classes of work are bound, by names of one's own: countries, groups of states, markets."""
    throughput_tokens_per_s_per_pflop: Annotated[float, Strict(), magnitudes.TOKENS_PER_S_PER_PFLOP] | None = None
    """Tokens a second that a PFLOP/s of full load makes, for what is asked in tokens; it is the model's served."""
    growth: Growth | None = None
    """How demand grows in later periods that state none; each period has its own value if empty."""
    training_cluster_mw: Annotated[float, Strict(), magnitudes.SITE_MW] = 100.0
    """Power of one training cluster, which stands at one site; training comes in whole clusters [MW]."""
    latency_limit_ms: Annotated[float, Strict(), magnitudes.LATENCY_MS] = 40.0
    """Longest round trip between a demand zone and the site that serves its inference, of classes that state none
    [ms]."""
    quality_loss_max_fraction: Annotated[float, Strict(), magnitudes.FRACTION] = 0.01
    """Largest loss of quality that a measure may bring to the work it touches (0 to 1)."""

    def classes(self) -> tuple[tuple[str, Workload], ...]:
        """Return all classes of work, each with the start of its fields' names: those of the fields above first."""
        return (
            *((f"{work_class}_", self._class_of(work_class)) for work_class in WORK_CLASSES),
            *((f"workloads.{position}.work_", one) for position, one in enumerate(self.workloads)),
        )

    def by_name(self) -> dict[str, Workload]:
        """Return all classes of work by their names."""
        return {one.workload_id: one for _, one in self.classes()}

    def residency(self, one: Workload) -> Jurisdiction:
        """Return where a class of work must be done: in any of the states and grid zones, anywhere if there are none.

        Raises
        ------
        KeyError
            If it names a jurisdiction that there is not.
        """
        named = [self.jurisdictions[name] for name in one.residency]
        return Jurisdiction(
            states=tuple(dict.fromkeys([*one.residency_states, *(state for each in named for state in each.states)])),
            grid_zones=tuple(dict.fromkeys(zone for each in named for zone in each.grid_zones)),
        )

    def _class_of(self, work_class: WorkClass) -> Workload:
        """Return the class of work that the fields of a kind state; it asks for nothing if they do not."""
        amounts = {f"work_{unit}": getattr(self, name) for name, unit in AMOUNTS[work_class].items()}
        size = {"cluster_mw": self.training_cluster_mw} if work_class == "training" else {}
        return Workload.model_validate({"workload_id": work_class, "kind": work_class, **amounts, **size})

    def asked(self) -> Iterator[Asked]:
        """Yield what is asked, class by class, in every unit that is stated: one each, in a study that is checked."""
        for prefix, one in self.classes():
            for unit, by_year in one.amounts():
                yield Asked(one.workload_id, one.kind, f"{prefix}{unit}", unit, by_year)

    def between_years(self, years: Iterable[float]) -> Demand:
        """Return the demand with that in the middle of some years, where it is stated of the whole years around them.

        It is the mean of both, which is how demand would rise evenly; a value of its own stays.

        Parameters
        ----------
        years : iterable of float
            When periods begin.
        """
        amounts: dict[str, Mapping[float, float]] = {}
        for one in self.asked():
            between = {
                year: (one.by_year[around(year)[0]] + one.by_year[around(year)[1]]) / 2
                for year in years
                if year not in one.by_year and set(around(year)) <= set(one.by_year)
            }
            if between:
                amounts[one.field] = FrozenDict({**one.by_year, **between})
        return self.with_amounts(amounts) if amounts else self

    def with_amounts(self, amounts: Mapping[str, Mapping[float, float]]) -> Demand:
        """Return the demand with other amounts, by the fields that `asked` names."""
        listed = list(self.workloads)
        update: dict[str, object] = {}
        for field, by_year in amounts.items():
            part, _, rest = field.partition(".")
            if rest:
                position, name = rest.split(".")
                listed[int(position)] = listed[int(position)].model_copy(update={name: by_year})
            else:
                update[part] = by_year
        return self.model_copy(update={**update, "workloads": tuple(listed)})


AMOUNTS: Mapping[WorkClass, Mapping[str, str]] = {
    work_class: {f"{work_class}_{unit}": unit for unit in LIMITS if f"{work_class}_{unit}" in Demand.model_fields}
    for work_class in WORK_CLASSES
}
"""Fields of `Demand` that state each class of work, with the unit of each."""


def of_one_class(field: str) -> frozenset[str]:
    """Return the fields that ask for the same class of work as a field does; none if it asks for no work.

    Examples
    --------
    >>> sorted(of_one_class("training_mw"))
    ['training_gpu_h_per_yr', 'training_mw', 'training_pflop']
    """
    if field in AMOUNTS_OF_WORKLOAD:
        return frozenset(AMOUNTS_OF_WORKLOAD)
    return next((frozenset(fields) for fields in AMOUNTS.values() if field in fields), frozenset())
