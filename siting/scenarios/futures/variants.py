"""The cases that a comparison of futures solves by themselves: each future, their mean, and each factor alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from siting.scenarios.sweep.varied import Setting
from siting.study.futures_drawn import FutureStudy, mean_factors, settings_of, usual

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["Variant", "variants_of"]

End = Literal["low", "high"]


@dataclass(frozen=True)
class Variant:
    """One case that is solved by itself.

    Parameters
    ----------
    name : str
        Of its folder: a future's, ``mean``, ``base`` (all as the study says), or a factor and its end.
    settings : tuple of Setting
        Fields that it sets.
    factor : str
        The one factor that is otherwise than the study says; empty if it is not one alone.
    end : {"low", "high"} or None
        End of its range.
    value : any
        Value there.
    """

    name: str
    settings: tuple[Setting, ...]
    factor: str = ""
    end: End | None = None
    value: Any = None


def variants_of(study: Study, futures: Sequence[FutureStudy], *, tornado: bool) -> tuple[Variant, ...]:
    """Return the cases of a comparison.

    Parameters
    ----------
    study : Study
        Of the futures.
    futures : sequence of FutureStudy
        Its futures.
    tornado : bool
        Whether each factor alone is put to both ends of its range.
    """
    made = [Variant("mean", _settings(study, mean_factors(study, tuple(futures))))]
    made += [Variant(one.name, _settings(study, one.factors)) for one in futures]
    if tornado:
        made.append(Variant("base", ()))
        for factor, ends in _ends(study, futures).items():
            for end, value in ends.items():
                if value != usual(study, factor):
                    name = f"{factor}_{end}".replace(".", "-")
                    made.append(Variant(name, _settings(study, {factor: value}), factor, end, value))
    return tuple(made)


def _settings(study: Study, factors: Mapping[str, Any]) -> tuple[Setting, ...]:
    return tuple((".".join(map(str, path)), value) for path, value in settings_of(study, factors).items())


def _ends(study: Study, futures: Sequence[FutureStudy]) -> dict[str, dict[End, Any]]:
    """Lowest and highest value of each factor; of one that is no number, the first and the last by its letters."""
    ranges = study.futures.ranges
    found: dict[str, dict[End, Any]] = {}
    for name in dict.fromkeys(name for one in futures for name in one.factors):
        if ranges is not None and name in ranges.factors:
            low, _, high = ranges.factors[name]
        else:
            values = [one.factors.get(name, usual(study, name)) for one in futures]
            are_numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
            ordered = sorted(values) if are_numbers else sorted(values, key=str)
            low, high = ordered[0], ordered[-1]
        if low != high:
            found[name] = {"low": low, "high": high}
    return found
