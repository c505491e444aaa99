"""What each instrument changes in the cost of the best plan, bounded as a difference, and kept with the plans."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.models.assembly.model import model_of
from siting.models.formulation import DESIGN, chosen
from siting.optimise.difference import Difference, difference
from siting.optimise.solver.deadline import Deadline
from siting.plan.records.provenance import run_id
from siting.results.formats import json_text
from siting.scenarios.policy.effects import Effects
from siting.scenarios.policy.instruments import InstrumentLevel
from siting.whole_files import write_whole

if TYPE_CHECKING:
    from siting.models.assembly.standard_form import StandardForm
    from siting.plan.plan import Plan

__all__ = ["with_differences"]

DIFFERENCES = "differences.json"
"""File of what was bounded, by instrument and the runs of both plans."""

LEVEL: InstrumentLevel = "standard"


def with_differences(
    base: Plan, found: Sequence[Effects], folder: Path, time_limit: float | None, tell: Callable[[str], None]
) -> tuple[Effects, ...]:
    """Return the effects of instruments with what each changes in the cost, bounded as a difference.

    Parameters
    ----------
    base : Plan
        Without any.
    found : sequence of Effects
        The instruments.
    folder : Path
        Where what was bounded before is kept.
    time_limit : float or None
        Seconds for each.
    tell : callable
        Told of each.
    """
    path = folder / DIFFERENCES
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    without: StandardForm | None = None
    made = []
    for one in found:
        plan = one.plans.get(LEVEL)
        if plan is None:
            made.append(one)
            continue
        key = " ".join([one.instrument.id, *(run_id(each.case, each.solution) for each in (base, plan))])
        if key not in known:
            tell(f"{one.instrument.id}: what it changes at the least")
            without = _form(base) if without is None else without
            costs = base.search.found_usd, plan.search.found_usd
            bounded = difference(without, _form(plan), *costs, Deadline(time_limit))
            known[key] = [_noted(bounded.least_usd), _noted(bounded.most_usd)]
            write_whole(path, json_text(known))
        least, most = known[key]
        bounds = Difference(-math.inf if least is None else least, math.inf if most is None else most)
        made.append(dataclasses.replace(one, difference=bounds))
    return tuple(made)


def _form(plan: Plan) -> StandardForm:
    case = dataclasses.replace(plan.case, year_of=None)
    return model_of(case, chosen(DESIGN, case)).form


def _noted(usd: float) -> float | None:
    return usd if math.isfinite(usd) else None
