"""What must hold between the futures of a study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from siting.study.checks import Check, Finding, Severity
from siting.study.futures import FACTORS, PATHS, RATIOS
from siting.study.paths import field_path, nearest_path, paths_of

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["FUTURES_CHECKS"]

SUM_ROUNDING = 1e-6
"""By how much weights may miss one."""


def futures_have_probabilities(study: Study) -> Iterator[Finding]:
    """The weights of all futures sum to one, as do those of the values of each choice."""
    stated = study.futures
    yield from _sums("futures.cases", [one.weight_fraction for one in stated.cases], "weights of the futures")
    if stated.ranges is not None:
        for name, choices in stated.ranges.choices.items():
            at = f"futures.ranges.choices.{name}"
            yield from _sums(at, list(choices.values()), f"probabilities of {name}", needed=True)


def futures_are_told_apart(study: Study) -> Iterator[Finding]:
    """Each future has a name of its own, and they are either listed or drawn."""
    names = [one.id for one in study.futures.cases]
    for place, one in enumerate(study.futures.cases):
        if one.id in names[:place]:
            yield Finding(f"futures.cases.{place}.id", f"{one.id!r} stands twice")
        if one.id == "mean":
            yield Finding(f"futures.cases.{place}.id", "'mean' is the name of the mean future", "choose another")
    if study.futures.cases and study.futures.ranges is not None:
        yield Finding("futures.ranges", "futures are listed under cases, and drawn here", "state one of the two")


def futures_differ_in_what_there_is(study: Study) -> Iterator[Finding]:
    """A factor has a name, or is the path of a field."""
    stated = study.futures
    named = [(f"futures.cases.{place}.factors", one.factors) for place, one in enumerate(stated.cases)]
    if stated.ranges is not None:
        named += [("futures.ranges.factors", stated.ranges.factors), ("futures.ranges.choices", stated.ranges.choices)]
    for field, factors in named:
        yield from _unknown(study, field, factors)


def ranges_are_in_order(study: Study) -> Iterator[Finding]:
    """The most likely value lies between the lowest and the highest; some range is stated."""
    ranges = study.futures.ranges
    if ranges is None:
        return
    for name, (low, mid, high) in ranges.factors.items():
        if not low <= mid <= high:
            message = f"input should be lowest, most likely, highest (got {low:g}, {mid:g}, {high:g})"
            yield Finding(f"futures.ranges.factors.{name}", message)
    if not ranges.factors and not ranges.choices:
        yield Finding("futures.ranges", "no factor has a range", "state one: factors: {power_price: [0.8, 1, 1.5]}")


def _unknown(study: Study, field: str, factors: Mapping[str, object]) -> Iterator[Finding]:
    for name, value in factors.items():
        is_known = name in FACTORS or name.startswith("scales.") or field_path(study, name) is not None
        if not is_known or name.partition(".")[0] in ("futures", "sites", "horizon"):
            hint = nearest_path(name, [*FACTORS, *paths_of(study)]) if not is_known else ""
            message = "no such factor, and no field of a study" if not is_known else "is the same in all futures"
            yield Finding(f"{field}.{name}", message, hint or f"the factors are: {', '.join(FACTORS)}")
        elif name in RATIOS or name == "demand" or name.startswith("scales."):
            values = value if isinstance(value, tuple) else (value,)
            if not all(isinstance(one, int | float) and not isinstance(one, bool) and one > 0 for one in values):
                yield Finding(f"{field}.{name}", f"input should be a ratio above 0 (got {value!r})")
        other = RATIOS.get(name, PATHS.get(name))
        if other in factors:
            yield Finding(f"{field}.{name}", f"is the same as {other}", "state one of the two")


def _sums(field: str, weights: list[float], what: str, *, needed: bool = False) -> Iterator[Finding]:
    if (weights or needed) and abs(sum(weights) - 1) > SUM_ROUNDING:
        yield Finding(field, f"the {what} should sum to 1 (got {sum(weights):.6g})")


FUTURES_CHECKS = tuple(
    Check(find, ("futures", *more), Severity.ERROR)
    for find, more in (
        (futures_have_probabilities, ()),
        (futures_are_told_apart, ()),
        (futures_differ_in_what_there_is, ("scales", "demand", "horizon")),
        (ranges_are_in_order, ()),
    )
)
"""All of them."""
