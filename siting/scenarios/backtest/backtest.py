"""A plan held against what was built: does the order of its candidates say where people build?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siting.problems import InputError, Problem
from siting.scenarios.backtest.agreement import (
    LEAST_BUILT_COUNT,
    LEAST_CANDIDATES_COUNT,
    Agreement,
    agreements,
)
from siting.scenarios.backtest.assignment import NONE, candidate_of
from siting.scenarios.backtest.orders import RULES, Array, plan_order

if TYPE_CHECKING:
    import pandas as pd

    from siting.plan.plan import Plan
    from siting.scenarios.backtest.built import Built

__all__ = ["BackTest", "Coverage", "Group", "Held", "backtest", "built_by_candidate"]

PLAN, CHANCE = "plan", "chance"
"""Orders that are no rule's."""

ALL, OTHERS = "all zones", "other zones"
"""Groups of price zones that have too few candidates each."""

TOO_FEW = "too_few_candidates"
TOO_LITTLE = "too_few_built"


@dataclass(frozen=True)
class Coverage:
    """What of all that was built counts for a candidate, and what lies near none.

    Parameters
    ----------
    places_count, built_count : int
        Rows of the file with a size, those that count for a candidate, and all.
    size, built_size : float
        The same of their sizes, in the file's unit.
    candidates_count : int
        Candidates with something built.
    outside : DataFrame
        Rows that count for none, the largest first.
    """

    places_count: int
    built_count: int
    size: float
    built_size: float
    candidates_count: int
    outside: pd.DataFrame

    @property
    def size_fraction(self) -> float:
        """Share of the size that counts for a candidate."""
        return self.size / self.built_size


@dataclass(frozen=True)
class Held:
    """An order held against what was built.

    Parameters
    ----------
    name, label, column : str
        Of the order: `PLAN`, `CHANCE` (a tie of all), or a rule's; what people read; the column that it follows.
    agreement : Agreement
        How well it agrees; lift and difference are the plan's over this order's.
    """

    name: str
    label: str
    column: str
    agreement: Agreement


@dataclass(frozen=True)
class Group:
    """The plan's order held against what was built in some candidates, or in some years.

    Parameters
    ----------
    name : str
        Of the group.
    candidates_count, built_count : int
        Candidates in all, and with something built.
    size : float
        What was built, in the file's unit.
    agreement : Agreement or None
        None where there is too little to tell.
    reason : str
        Why there is none: `TOO_FEW` or `TOO_LITTLE`; empty otherwise.
    """

    name: str
    candidates_count: int
    built_count: int
    size: float
    agreement: Agreement | None
    reason: str


@dataclass(frozen=True)
class BackTest:
    """A plan held against what was built.

    Parameters
    ----------
    study, run_id : str
        Of the plan.
    file : str
        Name of the file of what was built.
    not_read : tuple of str
        Columns of the file that were not read.
    chosen_count, ranked_count, last_count : int
        Candidates that the plan builds, those that a proven extra cost ranks, and those without one, which are last.
    coverage : Coverage
        What counts for a candidate.
    held : tuple of Held
        The plan's order, then chance and naive rules.
    rules_left_out : tuple of str
        Rules whose column the plan's tables do not have.
    regions, years : tuple of Group
        By price zone, with small ones in one group; and by the earlier and the later half of what has a year, and what
        has none.
    """

    study: str
    run_id: str
    file: str
    not_read: tuple[str, ...]
    chosen_count: int
    ranked_count: int
    last_count: int
    coverage: Coverage
    held: tuple[Held, ...]
    rules_left_out: tuple[str, ...]
    regions: tuple[Group, ...]
    years: tuple[Group, ...]

    @property
    def plan(self) -> Agreement:
        """How well the plan's order agrees with what was built."""
        return self.held[0].agreement


def backtest(plan: Plan, built: Built) -> BackTest:
    """Hold a plan against what was built.

    Parameters
    ----------
    plan : Plan
        With its table of rivals; without one, only what it builds stands before the rest.
    built : Built
        From `siting.scenarios.backtest.built.read_built`.

    Raises
    ------
    InputError
        If nothing that was built counts for a candidate.
    """
    sites = plan.case.tables["sites"]
    order = plan_order(list(sites["site_id"]), plan.open_sites, plan.rivals)
    rows = built.rows[built.rows["size"] > 0]
    candidate = candidate_of(rows, sites)
    size = _by_candidate(rows["size"].to_numpy(float), candidate, len(sites))
    if not size.any():
        raise InputError([Problem(built.file, 0, "", "nothing that was built lies near a candidate of this plan")])
    held, left_out = _held(order, size, sites, plan.case.tables["zones"])
    return BackTest(
        study=plan.case.study.name,
        run_id=str(plan.provenance["run_id"]),
        file=built.file,
        not_read=built.not_read,
        chosen_count=int(np.isneginf(order).sum()),
        ranked_count=int(np.isfinite(order).sum()),
        last_count=int(np.isposinf(order).sum()),
        coverage=_coverage(rows, candidate, size),
        held=tuple(held),
        rules_left_out=tuple(left_out),
        regions=tuple(_regions(order, size, sites["grid_zone_id"])),
        years=tuple(_years(order, rows, candidate)),
    )


def built_by_candidate(built: Built, sites: pd.DataFrame) -> Array:
    """Return the size that was built at each candidate.

    Parameters
    ----------
    built : Built
        What was built.
    sites : DataFrame
        Candidates, as `siting.scenarios.backtest.assignment.candidate_of` takes them.
    """
    return _by_candidate(built.rows["size"].to_numpy(float), candidate_of(built.rows, sites), len(sites))


def _by_candidate(size: Array, candidate: npt.NDArray[np.int64], candidates_count: int) -> Array:
    """Sum of sizes by candidate."""
    counts = candidate != NONE
    return np.bincount(candidate[counts], weights=size[counts], minlength=candidates_count).astype(float)


def _coverage(rows: pd.DataFrame, candidate: npt.NDArray[np.int64], size: Array) -> Coverage:
    outside = rows[candidate == NONE].sort_values("size", ascending=False, kind="stable")
    return Coverage(
        places_count=int((candidate != NONE).sum()),
        built_count=len(rows),
        size=float(size.sum()),
        built_size=float(rows["size"].sum()),
        candidates_count=int(np.count_nonzero(size)),
        outside=outside,
    )


def _held(order: Array, size: Array, sites: pd.DataFrame, zones: pd.DataFrame) -> tuple[list[Held], list[str]]:
    """Hold all orders against the sizes, on the same draws; and name the rules for which there is no column."""
    named = [(PLAN, "this plan", "", order), (CHANCE, "chance", "", np.zeros_like(order))]
    left_out = []
    for rule in RULES:
        try:
            named.append((rule.name, rule.label, rule.column, rule.order(sites, zones)))
        except KeyError:
            left_out.append(rule.name)
    found = agreements(np.stack([order for *_, order in named]), size)
    return [
        Held(name, label, column, agreement) for (name, label, column, _), agreement in zip(named, found, strict=True)
    ], left_out


def _regions(order: Array, size: Array, zones: pd.Series) -> Iterator[Group]:
    """Yield each price zone, the one with the most candidates first; those with too few to tell in one group."""
    counts = zones.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    large = counts.index[counts >= LEAST_CANDIDATES_COUNT]
    for zone in large:
        of_zone = (zones == zone).to_numpy()
        yield _group(str(zone), order[of_zone], size[of_zone])
    others = ~zones.isin(large).to_numpy()
    if others.any():
        yield _group(OTHERS if len(large) else ALL, order[others], size[others])


def _years(order: Array, rows: pd.DataFrame, candidate: npt.NDArray[np.int64]) -> Iterator[Group]:
    """Yield the earlier and the later half, by size, of what has a year; and what has none."""
    year, size = rows["year"].to_numpy(float), rows["size"].to_numpy(float)
    counts = candidate != NONE
    known = counts & ~np.isnan(year)
    groups: list[tuple[str, npt.NDArray[np.bool_]]] = []
    if known.any():
        first, middle, last = min(year[known]), _middle(year[known], size[known]), max(year[known])
        groups += [(_span(first, middle), known & (year <= middle))]
        if middle < last:
            after = min(year[known & (year > middle)])
            groups += [(_span(after, last), known & (year > middle))]
    for name, chosen in (*groups, ("no year", counts & np.isnan(year))):
        if chosen.any():
            yield _group(name, order, _by_candidate(size[chosen], candidate[chosen], order.size))


def _middle(year: Array, size: Array) -> float:
    """First year by whose end half of the size was built."""
    in_order = np.argsort(year, kind="stable")
    sums = size[in_order].cumsum()
    return float(year[in_order][np.searchsorted(sums, sums[-1] / 2)])


def _span(first: float, last: float) -> str:
    return f"{first:.0f}" if first == last else f"{first:.0f}-{last:.0f}"


def _group(name: str, order: Array, size: Array) -> Group:
    built_count = int(np.count_nonzero(size))
    reason = ""
    if size.size < LEAST_CANDIDATES_COUNT:
        reason = TOO_FEW
    elif built_count < LEAST_BUILT_COUNT:
        reason = TOO_LITTLE
    agreement = None if reason else agreements(order[None], size)[0]
    return Group(name, size.size, built_count, float(size.sum()), agreement, reason)
