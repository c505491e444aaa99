"""The futures of a study, each as the study that would be asked if it were sure to come."""

from __future__ import annotations

import dataclasses
import math
import random
from collections.abc import Mapping
from typing import Any

from siting.problems import InputError, Problem
from siting.study.futures import PATHS, RATIOS, Ranges
from siting.study.loading import changed
from siting.study.study import Study

__all__ = ["FutureStudy", "futures_of", "mean_factors", "settings_of", "with_factors"]


SCALED_KINDS = ("inference", "batch")
"""Kinds of work that the factor `demand` is on: what comes in whole clusters would jump by one of them."""


@dataclasses.dataclass(frozen=True)
class FutureStudy:
    """One future.

    Parameters
    ----------
    name : str
        Its id.
    weight : float
        Its probability.
    factors : mapping of str to any
        What is otherwise in it than the study says.
    study : Study
        The study as it would be asked then; it speaks of no futures.
    """

    name: str
    weight: float
    factors: Mapping[str, Any]
    study: Study


def futures_of(study: Study) -> tuple[FutureStudy, ...]:
    """Return the futures of a study, listed or drawn.

    Parameters
    ----------
    study : Study
        One that speaks of futures.

    Raises
    ------
    InputError
        If there are none, or a future is no study that can be asked.
    """
    stated, problems, found = study.futures, list[Problem](), list[FutureStudy]()
    if not stated.are_stated:
        hint = "list some: futures: {cases: [{id: base, weight_fraction: 1}]}"
        raise InputError([study.problem("futures", "the study speaks of no futures", hint)])
    listed = list[tuple[str, float, Mapping[str, Any], str]]()
    if stated.ranges is not None:
        drawn = _drawn(stated.ranges)
        listed += [(f"f{number:02d}", 1 / len(drawn), one, "ranges") for number, one in drawn]
    else:
        listed += [(one.id, one.weight_fraction, one.factors, f"cases.{at}") for at, one in enumerate(stated.cases)]
    for name, weight, factors, field in listed:
        try:
            found.append(FutureStudy(name, weight, factors, with_factors(study, factors, f"future {name}")))
        except InputError as error:
            problems += [
                study.problem(f"futures.{field}", f"in future {name}: {one.field}: {one.message}", one.hint)
                for one in error.problems
            ]
    if problems:
        raise InputError(problems)
    return tuple(found)


def mean_factors(study: Study, futures: tuple[FutureStudy, ...]) -> dict[str, Any]:
    """Return the factors of the mean future: of those that are numbers the mean, of others the likeliest value.

    Parameters
    ----------
    study : Study
        Of the futures.
    futures : tuple of FutureStudy
        What it is the mean of.
    """
    names = dict.fromkeys(name for one in futures for name in one.factors)
    means: dict[str, Any] = {}
    for name in names:
        values = [(one.factors.get(name, usual(study, name)), one.weight) for one in futures]
        if name != "price_year" and all(
            isinstance(value, int | float) and not isinstance(value, bool) for value, _ in values
        ):
            means[name] = sum(value * weight for value, weight in values)
        else:
            likely: dict[str, float] = {}
            for value, weight in values:
                likely[str(value)] = likely.get(str(value), 0.0) + weight
            best = max(likely, key=lambda text: likely[text])
            means[name] = next(value for value, _ in values if str(value) == best)
    return means


def usual(study: Study, name: str) -> Any:
    """Return the value of a factor that leaves the study as it is."""
    if name in RATIOS or name == "demand" or name.startswith("scales."):
        return 1.0
    at: Any = study
    for part in PATHS.get(name, name).split("."):
        if at is None:
            return None
        key = int(part) if part.isdecimal() else part
        if isinstance(at, Mapping):
            at = at.get(key, at.get(part))
        else:
            at = at[key] if isinstance(key, int) else getattr(at, key, None)
    return at


def with_factors(study: Study, factors: Mapping[str, Any], told: str) -> Study:
    """Return a study as it would be asked in a future, which speaks of no futures itself.

    Parameters
    ----------
    study : Study
        As it is.
    factors : mapping of str to any
        What is otherwise.
    told : str
        Who changes it, for problems.

    Raises
    ------
    InputError
        With everything that is wrong with it.
    """
    values = settings_of(study, factors)
    values["futures",] = {}
    made = changed(study, values, told)
    if not any(amount > 0 for asked in made.demand.asked() for amount in asked.by_year.values()):
        raise InputError([Problem(told, 0, "demand", "no work is asked for", "state a demand above 0")])
    return made


def settings_of(study: Study, factors: Mapping[str, Any]) -> dict[tuple[str | int, ...], Any]:
    """Return the fields that a future sets, by their paths, and their values."""
    values: dict[tuple[str | int, ...], Any] = {}
    for name, value in factors.items():
        if name == "demand":
            for asked in (one for one in study.demand.asked() if one.work_class in SCALED_KINDS):
                path = _path(f"demand.{asked.field}")
                values[path] = {year: amount * value for year, amount in asked.by_year.items()}
            continue
        path_text = RATIOS.get(name, PATHS.get(name, name))
        path = _path(path_text)
        if path_text.startswith("scales.") and len(path) == 3:
            value = value * study.scales.get(str(path[1]), {}).get(str(path[2]), 1.0)  # noqa: PLW2901 - on top of the study's
        values[path] = value
    return values


def _drawn(ranges: Ranges) -> list[tuple[int, dict[str, Any]]]:
    """Values of each future, numbered from 1: a Latin hypercube of triangular ranges and weighted choices."""
    draws: dict[str, list[Any]] = {}
    for name, (low, mid, high) in ranges.factors.items():
        draws[name] = [_triangular(part, low, mid, high) for part in _parts(ranges, name)]
    for name, choices in ranges.choices.items():
        draws[name] = [_chosen(part, choices) for part in _parts(ranges, name)]
    return [(number + 1, {name: values[number] for name, values in draws.items()}) for number in range(ranges.count)]


def _parts(ranges: Ranges, name: str) -> list[float]:
    """One number from 0 to 1 of each of as many equal parts, in an order of the factor's own."""
    source = random.Random(f"{ranges.seed} {name}")
    parts = [(number + source.random()) / ranges.count for number in range(ranges.count)]
    source.shuffle(parts)
    return parts


def _triangular(part: float, low: float, mid: float, high: float) -> float:
    """Value below which a part of a triangular distribution lies."""
    if high <= low:
        return low
    peak = (mid - low) / (high - low)
    if part < peak:
        return low + math.sqrt(part * (high - low) * (mid - low))
    return high - math.sqrt((1 - part) * (high - low) * (high - mid))


def _chosen(part: float, choices: Mapping[str, float]) -> str:
    reached = 0.0
    for value, weight in choices.items():
        reached += weight
        if part < reached:
            return value
    return list(choices)[-1]


def _path(text: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdecimal() else part for part in text.split("."))
