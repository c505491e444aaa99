"""Saved plans read and held against the first of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from siting.plan.side_by_side import SideBySide, difference, other_cells, record_of, rows
from siting.problems import InputError, Problem
from siting.results.folder import load

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["Compared", "compared", "named", "table_of"]


@dataclass(frozen=True)
class Compared(SideBySide):
    """Plans side by side, and where they are.

    Parameters
    ----------
    plans : mapping of str to Plan
        By name; the first is what the others are held against.
    folders : mapping of str to Path
        Where each is.
    """

    plans: Mapping[str, Plan]
    folders: Mapping[str, Path]

    def cost_range_usd(self, name: str) -> tuple[float, float]:
        """Least and greatest difference of what is best in a plan's case from what is best in the first's.

        A best plan costs no more than the plan and no less than the bound, on the chosen days.
        """
        first, other = next(iter(self.plans.values())), self.plans[name]
        return other.bound_usd - first.objective_usd, other.objective_usd - first.bound_usd


def compared(folders: Sequence[Path], read: Callable[[Path], Plan] = load) -> Compared:
    """Read plans and hold them against the first.

    Parameters
    ----------
    folders
        Folders of results.
    read
        How a plan is read from its folder.

    Raises
    ------
    InputError
        If there are fewer than two.
    NotAResultError
        If one of the folders holds no plan.
    """
    if len(folders) < 2:
        raise InputError([Problem("DIR", 0, "", "two folders of plans or more are compared", "name another")])
    by_name = named(folders)
    plans = {name: read(folder) for name, folder in by_name.items()}
    first, *others = plans.values()
    held = rows([record_of(plan) for plan in plans.values()], [other_cells(first.case, plan.case) for plan in others])
    return Compared(**vars(held), plans=plans, folders=by_name)


def named(folders: Sequence[Path]) -> dict[str, Path]:
    """Return folders by the shortest ends of their paths that tell them apart.

    Raises
    ------
    InputError
        If one is named twice.

    Examples
    --------
    >>> list(named([Path("a/us"), Path("b/us"), Path("c/near")]))
    ['a/us', 'b/us', 'near']
    """
    whole = [folder.resolve() for folder in folders]
    for place, folder in enumerate(whole):
        if folder in whole[:place]:
            raise InputError([Problem(str(folders[place]), 0, "", "is named twice")])
    names = []
    for folder in whole:
        parts, length = folder.parts, 1
        while length < len(parts) and sum(other.parts[-length:] == parts[-length:] for other in whole) > 1:
            length += 1
        names.append("/".join(parts[-length:]))
    return dict(zip(names, folders, strict=True))


def table_of(found: Compared) -> pd.DataFrame:
    """Return everything that is compared as one long table: a row an item and plan, with the difference to the first.

    Columns: kind (`figure`, `cost`, one of what is built, `asked` or `table`), item, unit, plan, value, text (of
    what is no number) and difference.
    """
    made = []
    for kind, item, unit, values in (*found.figures, *found.costs, *found.built, *found.asked, *found.tables):
        for name, value in zip(found.plans, values, strict=True):
            is_number = isinstance(value, float)
            first = values[0] if isinstance(values[0], float) else None
            made.append(
                {
                    "kind": kind,
                    "item": item,
                    "unit": unit,
                    "plan": name,
                    "value": value if is_number else None,
                    "text": "" if is_number or value is None else str(value),
                    "difference": difference(value, first) if is_number and first is not None else None,
                }
            )
    return pd.DataFrame(made, columns=["kind", "item", "unit", "plan", "value", "text", "difference"])
