"""The part of a study that says what may come: futures with their probabilities, or ranges to draw them from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, Strict

from siting.study import magnitudes
from siting.study.parts import Frozen, FrozenDict
from siting.text import Id, PlainText

__all__ = ["FACTORS", "Futures", "Ranges", "StatedFuture"]


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return FrozenDict({key: _frozen(inner) for key, inner in value.items()})
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _three(value: tuple[float, ...]) -> tuple[float, ...]:
    if len(value) != 3:
        raise ValueError(f"input should be three numbers: lowest, most likely, highest (got {len(value)})")
    return value


FACTORS: Mapping[str, str] = MappingProxyType(
    {
        "demand": "a ratio on inference and batch work; training comes in whole clusters, and is varied by its path",
        "power_price": "a ratio on the tariffs of the sites",
        "rack_price": "a ratio on the prices of racks",
        "carbon_price": "the price of carbon [USD/t CO2e]",
        "energisation": "by which dates sites are energised: p10, p50 or p90",
        "price_year": "the year of hourly prices and carbon: 2021 to 2024",
        "warming": "degrees by which every hour is warmer [C]",
    }
)
"""Names of what futures differ in; any other is the path of a field, or a column of a table (scales.table.column)."""

RATIOS: Mapping[str, str] = MappingProxyType(
    {"power_price": "scales.sites.tariff_usd_per_mwh", "rack_price": "scales.racks.rack_usd"}
)
"""Factors that multiply a column of a table."""

PATHS: Mapping[str, str] = MappingProxyType(
    {
        "carbon_price": "policy.carbon_price_usd_per_t",
        "energisation": "connection.dates",
        "price_year": "time.data_year",
        "warming": "climate.warming_c",
    }
)
"""Factors that are the value of a field."""

Factors = Annotated[Mapping[PlainText, Any], AfterValidator(_frozen)]
Triangle = Annotated[tuple[Annotated[float, Strict(), magnitudes.FUTURE_VALUE], ...], AfterValidator(_three)]
Chances = Annotated[Mapping[PlainText, Annotated[float, Strict(), magnitudes.FRACTION]], AfterValidator(FrozenDict)]


class StatedFuture(Frozen):
    """One future."""

    id: Id
    """Its name."""
    weight_fraction: Annotated[float, Strict(), magnitudes.FRACTION]
    """Its probability; those of all futures sum to 1."""
    factors: Factors = Field(default_factory=FrozenDict)
    """What is otherwise in it than the study says: {power_price: 1.4, carbon_price: 100, demand: 1.2}.

    A ratio multiplies what the study has; any other value stands in its place. Beside the factors that have names, any
    field by its path, and any column of a table (scales.table.column).
    """


class Ranges(Frozen):
    """Ranges from which futures are drawn, each as likely as the others."""

    count: Annotated[int, Strict(), magnitudes.FUTURES_COUNT] = 10
    """How many futures are drawn."""
    seed: Annotated[int, Strict(), magnitudes.SEED] = 0
    """Where the drawing begins: the same seed draws the same futures."""
    factors: Annotated[Mapping[PlainText, Triangle], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Lowest, most likely and highest value of each factor: {power_price: [0.8, 1, 1.5]}.

    Values are triangular. Each factor is cut into as many equally likely parts as there are futures, and one value is
    drawn of each part (a Latin hypercube); factors are independent of each other.
    """
    choices: Annotated[Mapping[PlainText, Chances], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Values of a factor that are no range, with the probability of each: {energisation: {p10: 0.3, p50: 0.4,
    p90: 0.3}}; drawn in the same way."""


class Futures(Frozen):
    """What may come, over which one design is chosen: what is built must stand whichever future comes.

    Sites, halls, racks, connections, batteries and contracts are decided before it is known; who serves whom, every
    hour's dispatch, leases and certificates answer to it.
    """

    objective: Literal["expected", "cvar", "minimax_regret"] = "expected"
    """What is minimised: the mean cost, the mean of the dearest futures (cvar), or the largest regret."""
    alpha_fraction: Annotated[float, Strict(), magnitudes.RATE_FRACTION] = 0.9
    """Of the cvar: the dearest 1 - alpha of what may come counts (0 to 1)."""
    cases: tuple[StatedFuture, ...] = ()
    """The futures, each with its probability."""
    ranges: Ranges | None = None
    """Ranges to draw futures from, in place of a list."""
    file: PlainText | None = None
    """A CSV of futures in place of a list: columns id and weight_fraction, and one a factor, as in futures.csv.

    It is read with the study, and its rows then stand under `cases`; an empty cell leaves what the study says.
    """

    @property
    def are_stated(self) -> bool:
        """Whether the study speaks of any future."""
        return bool(self.cases) or self.ranges is not None
