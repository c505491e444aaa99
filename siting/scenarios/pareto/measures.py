"""What cost is weighed against: carbon by one of its accounts, water, carbon-free energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from siting.plan.key_figures.registry import REGISTRY
from siting.problems import InputError, Problem, did_you_mean
from siting.study.parts import CarbonMethod

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["Measure", "measures_of"]


@dataclass(frozen=True)
class Measure:
    """A measure that has a front against cost.

    Parameters
    ----------
    name : str
        As it is asked for: ``carbon:hourly``.
    limit : str
        Field of the policy that limits it.
    kpi_id : str
        Key figure that is limited.
    carbon_method : str or None
        Account that a limit of carbon counts by.
    is_floor : bool
        Whether the limit is from below, so that more is better.
    """

    name: str
    limit: str
    kpi_id: str
    carbon_method: CarbonMethod | None = None
    is_floor: bool = False

    @property
    def label(self) -> str:
        """What a reader calls it."""
        return REGISTRY[self.kpi_id].label

    @property
    def folder(self) -> str:
        """The name in a path."""
        return self.name.replace(":", "-")

    @property
    def better(self) -> str:
        """Which way a reader wants it, as a word before a unit."""
        return "more" if self.is_floor else "less"

    def asked_of(self, study: Study) -> Study:
        """Return a study whose limit on this measure is of the account that is meant, and none yet."""
        changes: dict[str, object] = {self.limit: None}
        if self.carbon_method is not None:
            changes["carbon_cap_method"] = self.carbon_method
        if self.is_floor:
            changes["cfe_scope"] = "fleet"
        return study.model_copy(update={"policy": study.policy.model_copy(update=changes)})


def measures_of(text: str) -> tuple[Measure, ...]:
    """Read measures that are joined by commas.

    Raises
    ------
    InputError
        If one is none, or stands twice.

    Examples
    --------
    >>> [measure.kpi_id for measure in measures_of("carbon,carbon:market,water")]
    ['carbon_location_t_per_yr', 'carbon_market_t_per_yr', 'water_m3_per_yr']
    """
    known = _known()
    found: list[Measure] = []
    for name in (part.strip() for part in text.split(",")):
        measure = known.get("carbon:location" if name == "carbon" else name)
        if measure is None:
            names = ["carbon", *known]
            hint = did_you_mean(name, names) or f"there are: {', '.join(names)}"
            raise InputError([Problem("--against", 0, "", f"no measure {name!r}", hint)])
        if measure in found:
            raise InputError([Problem("--against", 0, "", f"{measure.name!r} stands twice")])
        found.append(measure)
    return tuple(found)


def _known() -> dict[str, Measure]:
    methods: tuple[CarbonMethod, ...] = get_args(CarbonMethod)
    every = [
        *(
            Measure(f"carbon:{method}", "carbon_cap_t_per_yr", f"carbon_{method}_t_per_yr", carbon_method=method)
            for method in methods
        ),
        Measure("water", "water_cap_m3_per_yr", "water_m3_per_yr"),
        Measure("cfe", "cfe_min_fraction", "cfe_fraction", is_floor=True),
    ]
    return {measure.name: measure for measure in every}
