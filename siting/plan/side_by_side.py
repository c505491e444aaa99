"""What differs between plans: key figures, cost by ledger, what is built, and what went in.

Of each plan a small record is enough, but for the cells of its tables, which are counted while both cases are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from siting.plan.key_figures.registry import REGISTRY
from siting.plan.records.plan_record import PlanRecord

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.plan.plan import Plan

__all__ = ["ComparedRow", "SideBySide", "difference", "other_cells", "record_of", "rows"]

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
class SideBySide:
    """Plans side by side, the first of which the others are held against.

    Parameters
    ----------
    figures, costs, built : tuple of ComparedRow
        Key figures; present value by component and term of the cost ledger; what is built and bought.
    asked : tuple of ComparedRow
        Fields of the study that differ, as text.
    tables : tuple of ComparedRow
        Columns of input tables that differ, with the cells of each plan that are not those of the first.
    """

    figures: tuple[ComparedRow, ...]
    costs: tuple[ComparedRow, ...]
    built: tuple[ComparedRow, ...]
    asked: tuple[ComparedRow, ...]
    tables: tuple[ComparedRow, ...]

    @property
    def moved(self) -> tuple[ComparedRow, ...]:
        """What is built or bought otherwise."""
        return tuple(row for row in self.built if _differs(row[3]))


def record_of(plan: Plan) -> PlanRecord:
    """Return what a comparison needs of a plan."""
    sums = plan.tables["cost"].groupby(["component", "term"], sort=False)["present_value_usd"].sum()
    found = ((kpi_id, plan.kpis.get(kpi_id, {}).get("value")) for kpi_id in REGISTRY)
    return PlanRecord(
        run_id=str(plan.provenance["run_id"]),
        status=plan.status,
        version=str(plan.provenance["tool"]["version"]),
        objective_usd=plan.objective_usd,
        bound_usd=plan.bound_usd,
        open_sites=tuple(plan.open_sites),
        figures={kpi_id: float(value) for kpi_id, value in found if value is not None},
        costs={".".join(map(str, key)): float(value) for key, value in sums.items() if isinstance(key, tuple)},
        built={kind: _built(plan, *where) for kind, where in BUILT.items()},
        asked=dict(_flat(plan.provenance["study"], "")),
    )


def rows(records: Sequence[PlanRecord], cells: Sequence[Mapping[str, int]]) -> SideBySide:
    """Hold plans against the first.

    Parameters
    ----------
    records
        Of the plans.
    cells
        Of each plan but the first, its `other_cells`.
    """
    return SideBySide(
        figures=tuple(_figures(records)),
        costs=tuple(_costs(records)),
        built=tuple(_amounts(records)),
        asked=tuple(_asked(records)),
        tables=tuple(_tables(cells)),
    )


def other_cells(first: Case, other: Case) -> dict[str, int]:
    """Return how many cells of each column of a case's tables are not those of the first; nothing where all are.

    Of a table that has more or fewer rows the difference in rows is told instead, as ``table.(rows)``.
    """
    found = {}
    for name in dict.fromkeys([*first.tables, *other.tables]):
        for column, count in _other_cells(first.tables.get(name), other.tables.get(name)).items():
            found[f"{name}.{column}"] = count
    return found


def difference(value: float, first: float) -> float:
    """Return by how much a value is more than the first; zero where that is rounding."""
    return 0.0 if abs(value - first) <= SAME * max(abs(value), abs(first)) else value - first


def _differs(values: Sequence[float]) -> bool:
    """Whether some amounts are not all the same, but for rounding."""
    return any(difference(value, values[0]) for value in values)


def _built(plan: Plan, name: str, key: str, column: str) -> dict[str, float]:
    """Amounts of the last period, by what they are told apart by."""
    table = plan.tables.get(name)
    if table is None or column not in table:
        return {}
    last = table[table["period"] == table["period"].max()]
    return {str(item): float(amount) for item, amount in last.groupby(key, sort=True)[column].sum().items()}


def _figures(records: Sequence[PlanRecord]) -> Iterator[ComparedRow]:
    for kpi_id, kpi in REGISTRY.items():
        values = tuple(record.figures.get(kpi_id) for record in records)
        if any(value is not None for value in values):
            yield "figure", kpi_id, kpi.unit, values


def _costs(records: Sequence[PlanRecord]) -> Iterator[ComparedRow]:
    for key in dict.fromkeys(key for record in records for key in record.costs):
        values = tuple(record.costs.get(key, 0.0) for record in records)
        if any(values):
            yield "cost", key, "USD", values


def _amounts(records: Sequence[PlanRecord]) -> Iterator[ComparedRow]:
    for kind, (_, _, column) in BUILT.items():
        sums = [record.built.get(kind, {}) for record in records]
        for item in sorted({item for one in sums for item in one}):
            values = tuple(one.get(item, 0.0) for one in sums)
            if any(values):
                yield kind, item, "PFLOP/s" if column.endswith("pflop") else "MW", values


def _asked(records: Sequence[PlanRecord]) -> Iterator[ComparedRow]:
    """Fields of the resolved studies that differ; what people read of a study is none."""
    for path in dict.fromkeys(path for record in records for path in record.asked):
        values = tuple(record.asked.get(path, "") for record in records)
        if len(set(values)) > 1 and path not in ("title", "description"):
            yield "asked", path, "", values


def _tables(cells: Sequence[Mapping[str, int]]) -> Iterator[ComparedRow]:
    for column in dict.fromkeys(column for one in cells for column in one):
        yield "table", column, "cells", (0.0, *(float(one.get(column, 0)) for one in cells))


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(inner, Mapping) for inner in value):
        for place, inner in enumerate(value):
            yield from _flat(inner, f"{path}.{place}")
    else:
        yield path, "" if value is None or value == {} else str(value)


def _other_cells(first: pd.DataFrame | None, other: pd.DataFrame | None) -> dict[str, int]:
    """How many cells of each column are not those of the first; of the whole table where the rows are others."""
    if first is None or other is None or len(first) != len(other):
        missing = pd.DataFrame()
        counts = abs(len(missing if first is None else first) - len(missing if other is None else other))
        return {"(rows)": counts} if counts else {}
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
