"""An explanation in the words of the study: its fields, its units, its lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.quantities import unit

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.optimise.conflict.explained import Explanation, Given
    from siting.optimise.conflict.stated_limits import StatedLimit

__all__ = ["wording"]

NAMED_COUNT = 5
"""Sites that are named; more are counted."""

DIGITS_COUNT = 3
"""Digits of a value that is enough: rounded so that it still is."""

SENSES = {"most": "at most", "least": "at least", "rule": ""}


def wording(explanation: Explanation) -> str:
    """Return why there is no plan, in a few lines.

    Parameters
    ----------
    explanation : Explanation
        What was found.
    """
    return "\n".join(_lines(explanation))


def _lines(found: Explanation) -> Iterator[str]:
    if found.is_feasible:
        yield f"All {len(found.limits)} limits that are set can hold together: there is a plan."
        return
    if found.conflict is None:
        yield "There was no time to find out which limits cannot hold together; give it more."
        return
    if not found.conflict:
        yield "The demand cannot be met even without any of the limits that are set:"
        yield "what is offered (technology, tables) cannot do this work, or too few sites of it are there."
    else:
        yield from _of_conflict(found)
    if found.served_fraction is not None:
        yield f"Within all limits {found.served_fraction:.0%} of the inference and batch work asked for can be served."
    if found.step_h > 1:
        parts = "" if found.is_whole else ", and with parts of racks, of which whole ones may need more"
        yield f"The model is large, so this was worked out in steps of {found.step_h} h{parts}."
    if not found.is_complete:
        yield "There was no time for more; what is missing here was not looked for."


def _of_conflict(found: Explanation) -> Iterator[str]:
    conflict = found.conflict or ()
    count = len(conflict)
    together = "cannot be kept" if count == 1 else "cannot hold together, and no fewer cannot"
    yield f"No plan can meet the demand: of {len(found.limits)} limits that are set, {_these(count)} {together}:"
    yield from (f"  {_named(found.case, limit)}{_stated(limit)}" for limit in conflict)
    if not found.ways_out:
        return
    if all(len(way) == 1 for way in found.ways_out):
        each = "" if len(found.ways_out) == 1 else ", each enough by itself, the least change first"
        yield f"{'Way' if len(found.ways_out) == 1 else 'Ways'} out{each}:"
    else:
        yield "Way out; no limit is enough by itself, so these give together:"
    yield from (f"  {given.limit.name}: {_given(found.case, given)}" for way in found.ways_out for given in way)


def _these(count: int) -> str:
    return "this one" if count == 1 else f"these {count}"


def _named(case: Case, limit: StatedLimit) -> str:
    """Name of a limit, and where it is stated."""
    place = case.study.place_of(limit.name)
    return f"{limit.name} ({place}): " if place else f"{limit.name}: "


def _stated(limit: StatedLimit) -> str:
    if limit.limit.sense == "rule":
        return _of_rule(limit.value)
    return f"{SENSES[limit.limit.sense]} {_range(limit)}"


def _of_rule(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _list([str(getattr(one, "name", one)) for one in value])


def _range(limit: StatedLimit) -> str:
    if not limit.is_by_site:
        return _amount(limit, float(limit.value))
    least, most = float(np.min(limit.value)), float(np.max(limit.value))
    if least == most:
        return f"{_amount(limit, most)} a site"
    return f"{_number(least)} to {_amount(limit, most)} a site"


def _given(case: Case, given: Given) -> str:
    """What a limit would have to be."""
    limit, value = given.limit, given.value
    if limit.limit.sense == "rule":
        if isinstance(value, tuple):
            return f"allow {_list(list(value))}"
        return f"write {str(limit.limit.loosest).lower()}" if isinstance(limit.value, bool) else "give it up"
    if value is None:
        return "give it up"
    if limit.is_by_site:
        return _given_by_site(case, limit, value)
    return f"{_number(float(limit.value))} to {_amount(limit, _outward(float(value), limit.limit.sense))}"


def _given_by_site(case: Case, limit: StatedLimit, value: Any) -> str:
    tightest = np.min if limit.limit.sense == "most" else np.max
    stated, value = (tightest(np.reshape(one, (len(one), -1)), axis=1) for one in (limit.value, np.asarray(value)))
    more = value - stated
    changed = [int(site) for site in np.argsort(-np.abs(more), kind="stable") if abs(more[site]) > 0]
    names = [
        f"{case.axes['site'][site]} {_number(float(stated[site]))} to "
        f"{_number(_outward(float(value[site]), limit.limit.sense))}"
        for site in changed
    ]
    total = _outward(float(np.abs(more).sum()), "most")
    return f"{_amount(limit, total)} {'more' if limit.limit.sense == 'most' else 'less'} in all: {_list(names)}"


def _list(names: list[str]) -> str:
    shown = ", ".join(names[:NAMED_COUNT])
    return shown if len(names) <= NAMED_COUNT else f"{shown} and {len(names) - NAMED_COUNT} more"


def _amount(limit: StatedLimit, value: float) -> str:
    label = unit(limit.unit_name).label
    return f"{_number(value)} {label}".rstrip()


def _number(value: float) -> str:
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _outward(value: float, sense: str) -> float:
    """Round a value to where the limit is looser."""
    if value == 0 or not math.isfinite(value):
        return value
    step = 10.0 ** (math.floor(math.log10(abs(value))) - DIGITS_COUNT + 1)
    places = value / step
    rounded = math.ceil(places - 1e-6) if sense == "most" else math.floor(places + 1e-6)
    return round(rounded * step, 12)
