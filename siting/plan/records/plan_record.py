"""What is kept of a plan that another is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["PlanRecord", "Since"]


@dataclass(frozen=True)
class PlanRecord:
    """What a comparison needs of a plan.

    Parameters
    ----------
    run_id, status : str
        Its run, and how far it is proven.
    version : str
        Of the tool that made it.
    objective_usd, bound_usd : float
        On the chosen days.
    open_sites : tuple of str
        In the last period.
    figures : mapping of str to float
        Key figures of the system by id; those without a value are left out.
    costs : mapping of str to float
        Present value by ``component.term`` of the cost ledger [USD].
    built : mapping of str to mapping of str to float
        By kind, as `siting.plan.side_by_side.BUILT` has them: each item's amount in the last period [MW; PFLOP/s].
    asked : mapping of str to str
        Each field of the resolved study by its dotted path, as text.
    """

    run_id: str
    status: str
    version: str
    objective_usd: float
    bound_usd: float
    open_sites: tuple[str, ...]
    figures: Mapping[str, float]
    costs: Mapping[str, float]
    built: Mapping[str, Mapping[str, float]]
    asked: Mapping[str, str]


@dataclass(frozen=True)
class Since:
    """An earlier plan that a plan is held against.

    Parameters
    ----------
    name : str
        What the earlier plan is called.
    earlier : PlanRecord
        What it was.
    other_cells : mapping of str to int
        Cells of each column of the input tables, ``table.column``, that are not those of the earlier plan.
    """

    name: str
    earlier: PlanRecord
    other_cells: Mapping[str, int]
