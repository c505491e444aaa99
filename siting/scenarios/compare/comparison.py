"""What differs between saved plans: key figures, cost by ledger, what is built, and what went in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from siting.plan.key_figures.registry import REGISTRY
from siting.problems import InputError, Problem
from siting.results.folder import load

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["Compared", "compared", "difference", "differs", "named", "table_of"]

SAME = 1e-9
"""Part of the larger of two amounts below which they are the same."""

BUILT = {
    "site": ("sites", "site_id", "it_capacity_mw"),
    "cooling": ("halls", "cooling_id", "hall_capacity_mw"),
    "rack": ("racks", "rack_id", "installed_mw"),
    "contract": ("contracts", "contract_id", "contracted_mw"),
    "storage": ("storage", "site_id", "storage_power_mw"),
    "lease": ("leases", "lease_id", "leased_pflop"),
}
"""What a plan builds and buys: the table that says how much, what it is told apart by, and the column of amounts."""

ComparedRow = tuple[str, str, str, tuple[Any, ...]]
"""Kind, item, unit, and the value of each plan."""


@dataclass(frozen=True)
class Compared:
    """Plans side by side.

    Parameters
    ----------
    plans : mapping of str to Plan
        By name; the first is what the others are held against.
    folders : mapping of str to Path
        Where each is.
    figures, costs, built : tuple of ComparedRow
        Key figures; present value by component and term of the cost ledger; what is built and bought.
    asked : tuple of ComparedRow
        Fields of the study that differ, as text.
    tables : tuple of ComparedRow
        Columns of input tables that differ, with the cells of each plan that are not those of the first.
    """

    plans: Mapping[str, Plan]
    folders: Mapping[str, Path]
    figures: tuple[ComparedRow, ...]
    costs: tuple[ComparedRow, ...]
    built: tuple[ComparedRow, ...]
    asked: tuple[ComparedRow, ...]
    tables: tuple[ComparedRow, ...]

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
    every = list(plans.values())
    return Compared(
        plans=plans,
        folders=by_name,
        figures=tuple(_figures(every)),
        costs=tuple(_costs(every)),
        built=tuple(_built(every)),
        asked=tuple(_asked(every)),
        tables=tuple(_tables(every)),
    )


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
    rows = []
    for kind, item, unit, values in (*found.figures, *found.costs, *found.built, *found.asked, *found.tables):
        for name, value in zip(found.plans, values, strict=True):
            is_number = isinstance(value, float)
            first = values[0] if isinstance(values[0], float) else None
            rows.append(
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
    return pd.DataFrame(rows, columns=["kind", "item", "unit", "plan", "value", "text", "difference"])


def difference(value: float, first: float) -> float:
    """Return by how much a value is more than the first; zero where that is rounding."""
    return 0.0 if abs(value - first) <= SAME * max(abs(value), abs(first)) else value - first


def differs(values: Sequence[float]) -> bool:
    """Whether some values are not all the same, but for rounding."""
    return any(difference(value, values[0]) for value in values)


def _figures(plans: Sequence[Plan]) -> Iterator[ComparedRow]:
    for kpi_id, kpi in REGISTRY.items():
        values = tuple(_number(plan.kpis.get(kpi_id, {}).get("value")) for plan in plans)
        if any(value is not None for value in values):
            yield "figure", kpi_id, kpi.unit, values


def _costs(plans: Sequence[Plan]) -> Iterator[ComparedRow]:
    sums = [plan.tables["cost"].groupby(["component", "term"], sort=False)["present_value_usd"].sum() for plan in plans]
    for key in dict.fromkeys(key for one in sums for key in one.index):
        values = tuple(float(one.get(key, 0.0)) for one in sums)
        if any(values):
            yield "cost", ".".join(map(str, key)), "USD", values


def _built(plans: Sequence[Plan]) -> Iterator[ComparedRow]:
    """Amounts of the last period, by what they are told apart by."""
    for kind, (name, key, column) in BUILT.items():
        sums = []
        for plan in plans:
            table = plan.tables.get(name)
            if table is None or column not in table:
                sums.append(pd.Series(dtype=float))
                continue
            last = table[table["period"] == table["period"].max()]
            sums.append(last.groupby(key, sort=True)[column].sum())
        for item in sorted({str(item) for one in sums for item in one.index}):
            values = tuple(float(one.get(item, 0.0)) for one in sums)
            if any(values):
                yield kind, item, "PFLOP/s" if column.endswith("pflop") else "MW", values


def _asked(plans: Sequence[Plan]) -> Iterator[ComparedRow]:
    """Fields of the resolved studies that differ; the name and what people read of it are none."""
    stated = [dict(_flat(plan.provenance["study"], "")) for plan in plans]
    for path in dict.fromkeys(path for one in stated for path in one):
        values = tuple(one.get(path, "") for one in stated)
        if len(set(values)) > 1 and path not in ("title", "description"):
            yield "asked", path, "", values


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(inner, Mapping) for inner in value):
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{path}.{place}")
    else:
        yield path, "" if value is None or value == {} else str(value)


def _tables(plans: Sequence[Plan]) -> Iterator[ComparedRow]:
    """Columns of the cases' tables in which a plan has other cells than the first."""
    first = plans[0].case.tables
    for name in dict.fromkeys(name for plan in plans for name in plan.case.tables):
        counts: dict[str, list[float]] = {}
        for place, plan in enumerate(plans[1:], start=1):
            for column, count in _other_cells(first.get(name), plan.case.tables.get(name)).items():
                counts.setdefault(column, [0.0] * len(plans))[place] = float(count)
        for column, cells in counts.items():
            yield "table", f"{name}.{column}", "cells", tuple(cells)


def _other_cells(first: pd.DataFrame | None, other: pd.DataFrame | None) -> dict[str, int]:
    """How many cells of each column are not those of the first; of the whole table where the rows are others."""
    if first is None or other is None or len(first) != len(other):
        missing = pd.DataFrame()
        rows = abs(len(missing if first is None else first) - len(missing if other is None else other))
        return {"(rows)": rows} if rows else {}
    found = {}
    for column in dict.fromkeys([*first, *other]):
        if column not in first or column not in other:
            found[str(column)] = len(first)
            continue
        a, b = first[column].to_numpy(), other[column].to_numpy()
        same = pd.Series(a).eq(pd.Series(b)) | (pd.isna(a) & pd.isna(b))
        if not same.all():
            found[str(column)] = int((~same).sum())
    return found


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
