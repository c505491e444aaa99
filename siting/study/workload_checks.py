"""What must hold of the classes of work that a study lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from siting.problems import did_you_mean
from siting.quantities import HOURS_PER_DAY
from siting.study.checks import Check, Finding, Severity
from siting.study.workloads import AMOUNTS_OF_WORKLOAD, OF_KIND, Workload

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["WORKLOAD_CHECKS"]

DEADLINES_H = tuple(hours for hours in range(1, HOURS_PER_DAY + 1) if HOURS_PER_DAY % hours == 0)
"""Deadlines that divide the day, so that each of its windows lies within it."""


def _listed(study: Study) -> Iterator[tuple[str, Workload]]:
    """Classes that are listed, each with the name of its place."""
    for position, one in enumerate(study.demand.workloads):
        yield f"demand.workloads.{position}", one


def classes_of_work_differ_in_name(study: Study) -> Iterator[Finding]:
    """No two classes of work have one name."""
    named = {one.workload_id: f"demand.{one.field}" for one in study.demand.asked() if "." not in one.field}
    for field, one in _listed(study):
        if before := named.get(one.workload_id):
            yield Finding(
                f"{field}.workload_id", f"{one.workload_id!r} is a class of work already, at {before}", "name it apart"
            )
        named.setdefault(one.workload_id, field)


def classes_of_work_ask_in_one_unit(study: Study) -> Iterator[Finding]:
    """Each class of work that is listed says how much is asked, in one unit."""
    for field, one in _listed(study):
        names = [f"work_{unit}" for unit, _ in one.amounts()]
        if not names:
            yield Finding(
                field, f"nothing says how much {one.workload_id!r} asks for", f"state {', '.join(AMOUNTS_OF_WORKLOAD)}"
            )
        for name in names[1:]:
            yield Finding(f"{field}.{name}", f"it is asked for in {names[0]} already", "state one of the two")


def classes_of_work_state_what_their_kind_has(study: Study) -> Iterator[Finding]:
    """A field that only some kinds of work have stands in a class of such a kind."""
    for field, one in _listed(study):
        for name, kinds in OF_KIND.items():
            if getattr(one, name) is not None and one.kind not in kinds:
                yield Finding(f"{field}.{name}", f"{one.kind} work has none; {' and '.join(kinds)} work has")


def deadlines_divide_the_day(study: Study) -> Iterator[Finding]:
    """What is asked within a window of the day is done within it, or so many whole days later."""
    for field, one in _listed(study):
        hours = one.deadline_h
        if hours is not None and hours not in DEADLINES_H and (hours < HOURS_PER_DAY or hours % HOURS_PER_DAY):
            known = ", ".join(map(str, DEADLINES_H))
            yield Finding(f"{field}.deadline_h", f"input should be {known} or whole days of 24 (got {hours:g})")


def clusters_have_one_size(study: Study) -> Iterator[Finding]:
    """Training and HPC come in clusters of a size that is stated once."""
    for field, one in _listed(study):
        if not one.is_clustered:
            continue
        if one.cluster_mw is None and one.cluster_accelerators_count is None:
            yield Finding(
                field,
                f"nothing says how large a cluster of {one.workload_id!r} is",
                "state cluster_accelerators_count or cluster_mw",
            )
        if one.cluster_mw is not None and one.cluster_accelerators_count is not None:
            yield Finding(f"{field}.cluster_mw", "cluster_accelerators_count says it already", "state one of the two")


def jurisdictions_bind(study: Study) -> Iterator[Finding]:
    """A jurisdiction names some place; an empty one would bind nothing and look as if it did."""
    for name, one in study.demand.jurisdictions.items():
        if one.is_anywhere():
            yield Finding(f"demand.jurisdictions.{name}", "it names no place", "state 'states' or 'grid_zones'")


def residency_is_known(study: Study) -> Iterator[Finding]:
    """The jurisdictions that a class names are those of the study."""
    known = list(study.demand.jurisdictions)
    for field, one in _listed(study):
        for place, name in enumerate(one.residency):
            if name not in known:
                hint = did_you_mean(name, known) or "state it in demand.jurisdictions"
                yield Finding(f"{field}.residency.{place}", f"{name!r} is none of the study's jurisdictions", hint)


def what_may_not_pause_runs_whole_months(study: Study) -> Iterator[Finding]:
    """A cluster that may not pause runs whole months from one of them on; one that may chooses."""
    for field, one in _listed(study):
        months = one.run_months_per_yr
        if one.is_clustered and months is not None and not one.may_pause and months != int(months):
            yield Finding(
                f"{field}.run_months_per_yr",
                f"what may not pause runs whole months, one after the other (got {months:g})",
                "state whole months, or 'may_pause: true'",
            )
        if one.may_pause and one.begins_after_months is not None:
            yield Finding(
                f"{field}.begins_after_months", "it may pause, so its months are the plan's choice", "leave it out"
            )


WORKLOAD_CHECKS = tuple(
    Check(find, ("demand",), Severity.ERROR)
    for find in (
        classes_of_work_differ_in_name,
        classes_of_work_ask_in_one_unit,
        classes_of_work_state_what_their_kind_has,
        deadlines_divide_the_day,
        clusters_have_one_size,
        jurisdictions_bind,
        residency_is_known,
        what_may_not_pause_runs_whole_months,
    )
)
"""All checks, in the order of the fields that they read first."""
