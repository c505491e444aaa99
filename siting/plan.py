"""The plan: what to build, what it costs, and how close to the best it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from siting import kpis, tables
from siting.audit import Audit, audit
from siting.case import Case
from siting.cautions import Caution
from siting.full_year import Replay, replay_table
from siting.highs import Status
from siting.method import why
from siting.notebook import card, table
from siting.provenance import environment, provenance, run_id
from siting.quantities import format_number
from siting.solution import Solution
from siting.storing import load, write

__all__ = ["Plan", "Search", "load", "write"]


@dataclasses.dataclass(frozen=True)
class Search:
    """How the plan was found.

    Parameters
    ----------
    status : str
        ``optimal`` (gap at or below the one asked for) or ``feasible``.
    reason : str
        The solver's own word for how it ended.
    objective_usd, bound_usd : float
        Present value of the plan, and of the best plan at the least.
    unavoidable_usd : float
        What any plan must pay wherever it builds, from `siting.unavoidable`.
    gap_asked_fraction : float
        Gap at which the search was to stop.
    time_limit_seconds : float or None
        Seconds after which it was to stop.
    threads : int
        Threads of the solver.
    method : str
        ``whole`` or ``decomposed``.
    rows, columns, nonzeros, integers : int
        Size of the model.
    seconds : mapping of str to float
        Seconds by phase and ``total``.
    start_run_id : str or None
        Run of the earlier plan that the search began with.
    """

    status: Status
    reason: str
    objective_usd: float
    bound_usd: float
    unavoidable_usd: float
    gap_asked_fraction: float
    time_limit_seconds: float | None
    threads: int
    method: str
    rows: int
    columns: int
    nonzeros: int
    integers: int
    seconds: Mapping[str, float]
    start_run_id: str | None = None

    @property
    def gap_fraction(self) -> float:
        """Distance between plan and bound, over the plan's cost."""
        return (self.objective_usd - self.bound_usd) / abs(self.objective_usd) if self.objective_usd else 0.0

    @property
    def gap_site_dependent_fraction(self) -> float:
        """The same distance over the cost above the unavoidable."""
        dependent = self.objective_usd - self.unavoidable_usd
        return (self.objective_usd - self.bound_usd) / dependent if dependent > 0 else 0.0


@dataclasses.dataclass(frozen=True)
class Plan:
    """A solved case: frozen numbers, and the tables that follow from them.

    Parameters
    ----------
    case : Case
        What went in.
    solution : Solution
        Every decision and every printed term of a ledger.
    search : Search
        How it was found, and how close to the best it is.
    replay : Replay or None
        The design on all 8,760 hours.
    rivals : DataFrame or None
        Why each site that is not built is not, from `siting.rivals`.
    cautions : tuple of Caution
        What a reader must know before using the plan.
    """

    case: Case
    solution: Solution
    search: Search
    replay: Replay | None = None
    rivals: pd.DataFrame | None = None
    cautions: tuple[Caution, ...] = ()

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Tidy tables by name, units in the column names."""
        built = tables.build(self.case, self.solution)
        built["kpis"]["run_id"] = run_id(self.case, self.solution)
        built["replay"] = replay_table(built["kpis"], self.replay)
        if self.replay is not None:
            built["replay_hourly"] = self.replay.hourly
            built["climate"] = self.replay.climate
        if self.rivals is not None:
            built["rivals"] = self.rivals
        built["audit"] = self.audit().residuals
        return built

    @cached_property
    def kpis(self) -> dict[str, dict[str, Any]]:
        """Key figures of the system by id: value, unit, basis, by_period."""
        return kpis.by_id(self.tables["kpis"])

    def audit(self) -> Audit:
        """Recompute every balance, cost and limit from the plan's numbers alone."""
        return audit(self.case, self.solution, self.search.objective_usd)

    @property
    def status(self) -> Status:
        """``optimal`` or ``feasible``."""
        return self.search.status

    @property
    def objective_usd(self) -> float:
        """Present value of the plan."""
        return self.search.objective_usd

    @property
    def bound_usd(self) -> float:
        """Present value that no plan can beat."""
        return self.search.bound_usd

    @property
    def gap_fraction(self) -> float:
        """Distance between plan and bound, over the plan's cost."""
        return self.search.gap_fraction

    @property
    def gap_site_dependent_fraction(self) -> float:
        """The same distance over the cost above the unavoidable."""
        return self.search.gap_site_dependent_fraction

    @property
    def open_sites(self) -> list[str]:
        """Ids of the sites open in the last period."""
        is_open = self.solution.decisions["open_count"].values[:, -1]
        return [str(site) for site, opened in zip(self.case.axes["site"], is_open, strict=True) if opened]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The cautions in English."""
        return tuple(str(caution) for caution in self.cautions)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Versions, options and sizes, as the run manifest holds them."""
        return {**environment(), **provenance(self)}

    def __repr__(self) -> str:
        sites = ", ".join(self.open_sites)
        return (
            f"Plan({self.case.study.name}: {self.status})\n"
            f"  cost   {self.objective_usd / 1e9:,.3f} billion USD (present value)\n"
            f"  sites  {sites}\n"
            f"  gap    {self.gap_fraction:.2%} of the cost, "
            f"{self.gap_site_dependent_fraction:.2%} of what sites change\n"
            f"  way    {self.search.method}; {why(self.case)}\n"
            f"  time   {self.search.seconds.get('total', 0):.0f} s"
        )

    def _repr_html_(self) -> str:
        facts = [
            ("Status", self.status),
            ("Cost, present value", f"{self.objective_usd / 1e9:,.3f} billion USD"),
            ("No plan costs less than", f"{self.bound_usd / 1e9:,.3f} billion USD"),
            (
                "Gap",
                f"{self.gap_fraction:.2%} of the cost, {self.gap_site_dependent_fraction:.2%} of what sites change",
            ),
            ("Found in", f"{self.search.seconds.get('total', 0):,.0f} s"),
        ]
        headers = {"it_capacity_mw": "IT capacity [MW]", "pue": "PUE", "cost_usd_per_yr": "Cost [USD/yr]"}
        sites = self.tables["sites"]
        last = sites[(sites["period"] == sites["period"].max()) & (sites["is_open"] == 1)]
        rows = [
            (row["site_id"], row["name"], *(format_number(column, row[column]) for column in headers))
            for row in last.to_dict("records")
        ]
        built = table(rows, ("Site", "", *headers.values()), numbers=(2, 3, 4))
        return card(f"Plan {self.case.study.name}", [self.case.study.title, *self.warnings], table(facts), built)
