"""The plan: what to build, what it costs, and how close to the best it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from siting.accounts.audit import Audit, audit
from siting.case.case import Case
from siting.case.solution import Solution
from siting.notebook import card, table
from siting.plan.cautions import Caution
from siting.plan.full_year import Replay, replay_table
from siting.plan.key_figures import kpis
from siting.plan.key_figures.grades import with_grades
from siting.plan.records.futures_record import FuturesRecord, with_spans
from siting.plan.records.provenance import environment, provenance, run_id
from siting.plan.records.search_record import Search, Status
from siting.plan.records.selection_table import with_counts
from siting.plan.records.year_record import Year
from siting.plan.tables import tables
from siting.plan.tables.demand import asked_lines, built_line
from siting.plan.tables.schedule import schedule
from siting.plan.tables.year_tables import of_year
from siting.quantities import format_number

if TYPE_CHECKING:
    from siting.plan.records.near_record import NearRecord
    from siting.plan.records.plan_record import Since

__all__ = ["Plan"]


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
        Why each site that is not built is not, from `siting.optimise.rivals.forced_openings`.
    selection : DataFrame or None
        How often each site is chosen under errors of the inputs, from `siting.optimise.selection.selection`.
    cautions : tuple of Caution
        What a reader must know before using the plan.
    futures : FuturesRecord or None
        What it costs in each of the futures that it was made for.
    since : Since or None
        An earlier plan that it is held against in its reports.
    near : NearRecord or None
        What is known of each site in plans that cost nearly as little.
    """

    case: Case
    solution: Solution
    search: Search
    replay: Replay | None = None
    rivals: pd.DataFrame | None = None
    selection: pd.DataFrame | None = None
    cautions: tuple[Caution, ...] = ()
    futures: FuturesRecord | None = None
    since: Since | None = None
    near: NearRecord | None = None

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Tidy tables by name, units in the column names: of the full year where the design was run through it."""
        design = tables.build(self.case, self.solution)
        built = design if self.replay is None else of_year(design, self.replay.tables, self.solution.terms)
        kpis_of_run = built["kpis"].assign(run_id=run_id(self.case, self.solution))
        built["kpis"] = with_grades(kpis_of_run, self.case, self.solution)
        built["replay"] = replay_table(design["kpis"], self.replay)
        if self.replay is not None:
            built["replay_hourly"] = self.replay.tables["hourly"]
            built["climate"] = self.replay.climate
            built["schedule"] = schedule(self.replay.case, self.replay.solution, built["replay_hourly"])
        if self.futures is not None:
            built["kpis"] = with_spans(built["kpis"], self.futures.kpis)
            built["futures"], built["future_kpis"] = self.futures.futures, self.futures.kpis
        if self.rivals is not None:
            built["rivals"] = self.rivals
        if self.selection is not None:
            built["selection"] = self.selection
            built["sites"] = with_counts(built["sites"], self.selection)
        built["audit"] = self.audit().residuals
        return built

    @cached_property
    def kpis(self) -> dict[str, dict[str, Any]]:
        """Key figures of the system by id: value, unit, basis, by_period."""
        return kpis.by_id(self.tables["kpis"])

    def audit(self) -> Audit:
        """Recompute every balance, cost and limit from the plan's numbers alone."""
        return audit(self.case, self.solution, self.search.objective_usd)

    @cached_property
    def year(self) -> Year | None:
        """What is claimed over all 8,760 hours; None if the design was not run through them."""
        if self.replay is None:
            return None
        return Year(
            objective_usd=self.replay.cost_usd,
            bound_usd=self.search.year_bound_usd,
            days_usd=self.search.objective_usd,
            unavoidable_usd=self.search.unavoidable_usd,
            keeps_limits=self.replay.excess_fraction == 0,
        )

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
    def builds_nothing(self) -> bool:
        """Whether no IT power stands in any period: then nothing is built of which a report could speak."""
        return not self.tables["sites"]["it_capacity_mw"].any()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The cautions in English."""
        return tuple(str(caution) for caution in self.cautions)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Versions, options and sizes, as the run manifest holds them."""
        return {**environment(), **provenance(self.case, self.solution, self.search, self.tables)}

    def __repr__(self) -> str:
        sites = ", ".join(self.open_sites)
        *_, asked = asked_lines(self.case)
        way = "; ".join(part for part in (self.search.method, self.search.method_reason) if part)
        return (
            f"Plan({self.case.study.name}: {self.status})\n"
            f"  cost   {self._cost()}\n"
            f"  asked  {asked}\n"
            f"  built  {built_line(self.case, self.tables)}\n"
            f"  sites  {sites}\n"
            f"  gap    {self._gap()}\n"
            f"{self._over_futures()}"
            f"  way    {way}\n"
            f"  time   {self.search.seconds.get('total', 0):.0f} s"
        )

    def _cost(self) -> str:
        """The cost over the year where it is known, and how far the chosen days are from it."""
        if self.year is None:
            return f"{_billion(self.objective_usd)} (present value, on the chosen days)"
        return (
            f"{_billion(self.year.objective_usd)} (present value, over all 8,760 h; "
            f"{self.year.sampling_error_fraction:+.2%} against the chosen days)"
        )

    def _over_futures(self) -> str:
        """What the plan costs over the futures that it was made for; nothing if there is one only."""
        if self.futures is None:
            return ""
        told = self.futures.told()
        return (
            f"  futures {told['count']}, here {told['shown']}: expected {_billion(told['expected_usd'])}, "
            f"p10 {_billion(told['p10_usd'])}, p90 {_billion(told['p90_usd'])}; "
            f"{told['objective']} within {told['gap_fraction']:.2%}\n"
        )

    def _gap(self) -> str:
        """What is proven: of the year where there is a bound for it, else of the chosen days only."""
        gap, dependent, of = self.gap_fraction, self.gap_site_dependent_fraction, "on the chosen days"
        year = self.year
        if year is not None and year.gap_fraction is not None and year.gap_site_dependent_fraction is not None:
            gap, dependent, of = year.gap_fraction, year.gap_site_dependent_fraction, "over the year"
        told = f"{gap:.2%} of the cost, {dependent:.2%} of what sites change, proven {of}"
        found = self.search.found_gap_site_dependent_fraction
        if of == "over the year" or found >= dependent:
            return told
        return f"{told} ({found:.2%} for the plan by which the search ended; this one costs less over the year)"

    def _repr_html_(self) -> str:
        facts = [
            ("Status", self.status),
            ("Cost", self._cost()),
            ("Gap", self._gap()),
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


def _billion(usd: float) -> str:
    return f"{usd / 1e9:,.3f} billion USD"
