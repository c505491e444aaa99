"""The full year of a plan: what the design does in all 8,760 hours, and what that shows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from siting.accounts.accounts import ledger_terms
from siting.accounts.audit import TOLERANCE_FRACTION, Audit, audit
from siting.accounts.books import carbon
from siting.accounts.numbers import Books
from siting.case.case import Case, Field
from siting.case.solution import Solution
from siting.plan.cautions import Caution
from siting.plan.climate_stress import COLUMNS, stress
from siting.plan.tables import tables
from siting.quantities import HOURS_PER_DAY, HOURS_PER_YEAR

__all__ = ["Replay", "accounted", "cautions_of_year", "faults_of_year", "replay_table"]

NEVER_BINDS = 1e9
"""Stands for a limit that never binds; unlike infinity it may be multiplied by zero."""

UNSERVED_TOLERANCE_FRACTION = 1e-9
"""Share of work left undone below which none is reported: the solver's own rounding."""

SHOWN_BY_YEAR = frozenset(
    {
        "replay_unserved",
        "replay_carbon_cap",
        "replay_water_cap",
        "replay_pue",
        "replay_wue",
        "replay_cfe",
        "replay_cfe_annual",
        "replay_region_water",
        "replay_heat",
        "replay_resale",
    }
)
"""Cautions that follow from the year's dispatch."""

OF_CALENDAR = frozenset({"hour", "day", "month"})
"""Axes by which a year differs from the days that stand for it."""

MADE_ANEW = frozenset(
    {
        "halls.least_it_mw",
        "quota.unclaimed_fraction",
        "claimed_mwh_per_yr",
        "certificates_mwh_per_yr",
        "year_peak_mw",
    }
)
"""What a year works out from its own hours although it has no axis of theirs."""

RATIO_TOLERANCE = 5e-4
"""By how much a PUE or WUE of the year may exceed its limit untold: half of the last digit that is printed."""


@dataclasses.dataclass(frozen=True)
class Replay:
    """A year of the design: the dispatch of each open site, from which all else follows.

    Parameters
    ----------
    case : Case
        The full year of what was built.
    solution : Solution
        The design, held, and its dispatch in each hour; ``unserved_pflop`` is work left undone.
    seconds : float
        Time it took.
    with_climate : bool
        Whether there was time to try it in other weather.
    """

    case: Case
    solution: Solution
    seconds: float
    with_climate: bool = True

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Tables of the sites that are built, with every hour of the year; the key figures have basis ``replay``."""
        built = tables.build(self.case, self.solution)
        built["kpis"]["basis"] = "replay"
        return built

    @cached_property
    def cost_usd(self) -> float:
        """Present value of the design over the year; work left undone has no price here."""
        return _present_value(self.case, self.solution)

    @cached_property
    def excess_fraction(self) -> float:
        """Most by which the year goes beyond a limit, or leaves work undone; 0 where it keeps all."""
        return max((_excess(caution) for caution in cautions_of_year(self)), default=0.0)

    @cached_property
    def climate(self) -> pd.DataFrame:
        """The same dispatch in other weather, from `stress`; no rows if there was no time for it."""
        if not self.with_climate:
            return pd.DataFrame(columns=list(COLUMNS))
        return stress(Books(self.case, self.solution.decisions))

    @cached_property
    def unserved_fraction(self) -> float:
        """Share of the year's work left undone; none within the solver's rounding."""
        left = float(self.solution.decisions["unserved_pflop"].values.sum() / _work_asked(self.case, self.solution))
        return left if left > UNSERVED_TOLERANCE_FRACTION else 0.0

    @cached_property
    def _audit(self) -> Audit:
        return audit(_without_caps(self.case), self.solution, self.cost_usd)

    def audit(self) -> Audit:
        """Recompute every balance and cost of the year; limits on its sums may be exceeded, which cautions tell."""
        return self._audit

    @property
    def largest_residual_fraction(self) -> float:
        """Largest relative residual of the year's audit."""
        return self._audit.largest


def faults_of_year(replay: Replay, case: Case, solution: Solution) -> Iterator[str]:
    """Say where a year is not that of a design.

    Parameters
    ----------
    replay : Replay
        The year.
    case : Case
        What the design was made for.
    solution : Solution
        The design.
    """
    year = replay.case
    opened = np.flatnonzero(solution.decisions["open_count"].values.any(axis=1))
    built = [case.axes["site"][place] for place in opened.tolist()]
    if year.study != case.study or list(year.axes["site"]) != built:
        yield "not of this plan's study and sites"
        return
    if not replay.largest_residual_fraction <= TOLERANCE_FRACTION:
        yield f"its dispatch does not add up (largest residual {replay.largest_residual_fraction:.1e})"
    members = {axis: year.axes[axis] for axis in ("site", "cooling", "rack")}
    for what, ours, theirs in (
        ("number", case.only(**members).fields, year.fields),
        ("decision", _only(case, solution.decisions, members), replay.solution.decisions),
    ):
        for name, field in ours.items():
            if name in MADE_ANEW or OF_CALENDAR.intersection(field.axes):
                continue
            if name not in theirs or not np.array_equal(theirs[name].values, field.values, equal_nan=True):
                yield f"the {what} {name} differs from the plan's"


def _only(case: Case, fields: Mapping[str, Field], members: Mapping[str, tuple[str | float, ...]]) -> dict[str, Field]:
    """Fields at some members of their axes."""
    kept = dict(fields)
    for axis, some in members.items():
        positions = [case.axes[axis].index(member) for member in some]
        kept = {name: field.take(axis, positions) for name, field in kept.items()}
    return kept


def accounted(case: Case, decisions: Mapping[str, Field]) -> Solution:
    """Return decisions of a full year with their accounts, which no model has posted.

    Parameters
    ----------
    case : Case
        The full year of what was built.
    decisions : mapping of str to Field
        The design and its dispatch.
    """
    values = ledger_terms(Books(case, decisions))
    rows = []
    for name in values:
        ledger, term = name.split("/")
        component, label = term.split(".")
        rows.append({"ledger": ledger, "component": component, "term": label, "payer": "", "receiver": ""})
    return Solution(decisions, pd.DataFrame(rows), values)


def _present_value(case: Case, solution: Solution) -> float:
    """Present value of all cost terms [USD]."""
    return float((solution.total("cost_usd_per_yr") * case.values("finance.present_value_ratio")).sum())


def _work_asked(case: Case, solution: Solution) -> float:
    """All work of the year [PFLOP/s, summed over hours]."""
    shares = solution.decisions["share_fraction"].values
    inference = np.einsum("szy,zyh->", shares, case.values("serving.inference_pflop"))
    books = Books(case, solution.decisions)
    steady = books.batch().sum() - books["batch_pflop"].sum()
    moved = case.values("quota.batch_quota_pflop").sum() * HOURS_PER_DAY
    return float(inference + moved + steady + books.training().sum())


def _without_caps(case: Case) -> Case:
    """Return the case without the limits on yearly sums: the year may exceed them, which is told, not refused."""
    limits = (
        "carbon_cap_t_per_yr",
        "water_cap_m3_per_yr",
        "pue_max_ratio",
        "wue_max_l_per_kwh",
        "cfe_min_fraction",
        "cfe_annual_min_fraction",
        "heat_reuse_min_fraction",
    )
    regional = tuple(rule.model_copy(update={"water_cap_m3_per_yr": None}) for rule in case.study.policy.regional)
    policy = case.study.policy.model_copy(update={**dict.fromkeys(limits), "regional": regional})
    whole_year = Field(("bridge",), np.full(len(case.axes["bridge"]), float(HOURS_PER_YEAR)))
    never = {
        "contracts.resale_limit_fraction": Field((), np.array(NEVER_BINDS)),
        "bridge.permit_h_per_yr": whole_year,
    }
    fields = {**case.fields, **never}
    return dataclasses.replace(case, study=case.study.model_copy(update={"policy": policy}), fields=fields)


def cautions_of_year(replay: Replay) -> Iterator[Caution]:
    """What the year shows that the design did not."""
    case, solution, unserved = replay.case, replay.solution, replay.unserved_fraction
    policy, numbers = case.study.policy, Books(case, solution.decisions)
    if unserved:
        yield Caution("replay_unserved", {"unserved_fraction": unserved})
    for name, cap, used in (
        ("carbon", policy.carbon_cap_t_per_yr, carbon(numbers, policy.capped_carbon).sum(axis=0)),
        ("water", policy.water_cap_m3_per_yr, (numbers.water() + numbers.leased_water()).sum(axis=0)),
    ):
        if cap is not None and used.max() > cap * (1 + TOLERANCE_FRACTION):
            yield Caution(f"replay_{name}_cap", {"excess_fraction": float(used.max()) / cap - 1})
    it_mwh = np.maximum(numbers.yearly(numbers.it()), 1e-9)
    for name, suffix, highest, ratio in (
        ("pue", "ratio", policy.pue_max_ratio, 1 + numbers.yearly(numbers.overhead()) / it_mwh),
        ("wue", "l_per_kwh", policy.wue_max_l_per_kwh, numbers.water() / it_mwh),
    ):
        if highest is not None and ratio.max() > highest + RATIO_TOLERANCE:
            yield Caution(f"replay_{name}", {f"{name}_{suffix}": float(ratio.max()), f"limit_{suffix}": highest})
    yield from _cautions_of_clean_energy(numbers)
    yield from _cautions_of_regions(numbers)
    duty = policy.heat_reuse_min_fraction
    if duty is not None:
        used = np.maximum(numbers.yearly(numbers.it() + numbers.overhead()), 1e-9)
        reached = float(np.min(np.where(used > 1, numbers.yearly(numbers.heat_sold()) / used, 1.0)))
        if reached < duty - RATIO_TOLERANCE:
            yield Caution("replay_heat", {"sold_fraction": reached, "limit_fraction": duty})
    yield from _cautions_of_plants(numbers)
    limit = float(case.values("contracts.resale_limit_fraction"))
    if numbers.has("contracted_mw"):
        sold_mwh = numbers.yearly(numbers.sold().sum(axis=1))
        sold = float(np.max(sold_mwh / np.maximum(numbers.yearly(numbers["draw_mw"]), 1e-9)))
        if sold > limit * (1 + TOLERANCE_FRACTION):
            yield Caution("replay_resale", {"sold_fraction": sold, "limit_fraction": limit})


def _cautions_of_plants(n: Books) -> Iterator[Caution]:
    """Whether a plant on site runs longer in the year than its permit allows."""
    if n.has("bridge_mw"):
        permitted, given = n["bridge.permit_h_per_yr"][:, None] * n["bridge_mw"], n.yearly(n["bridge_output_mw"])
        over = float(np.max((given / np.maximum(permitted, 1e-9) - 1) * (permitted > 1e-6), initial=0.0))
        if over > TOLERANCE_FRACTION:
            yield Caution("replay_permit", {"excess_fraction": over})


def _cautions_of_clean_energy(n: Books) -> Iterator[Caution]:
    """Whether the year is less clean than asked, by the hour or by the year."""
    least, annual = n.policy.cfe_min_fraction, n.policy.cfe_annual_min_fraction
    if least is not None:
        unclean, used = n.unclean_mwh(), n.used_mwh()
        if n.policy.cfe_scope == "fleet":
            unclean, used = unclean.sum(axis=0), used.sum(axis=0)
        reached = float(np.min(1 - unclean / np.maximum(used, 1e-9)))
        if reached < least - RATIO_TOLERANCE:
            yield Caution("replay_cfe", {"cfe_fraction": reached, "limit_fraction": least})
    if annual is not None:
        served = n.supplied_mwh().sum(axis=0)
        reached = float(np.min(n.claimed_mwh().sum(axis=0) / np.maximum(served, 1e-9)))
        if reached < annual - RATIO_TOLERANCE:
            yield Caution("replay_cfe_annual", {"claimed_fraction": reached, "limit_fraction": annual})


def _cautions_of_regions(n: Books) -> Iterator[Caution]:
    """Whether more water is drawn in a region than may be."""
    drawn = n["regional.inside_count"].T @ (n.water() + n.leased_water())
    for rule, used in zip(n.policy.regional, drawn, strict=True):
        cap = rule.water_cap_m3_per_yr
        if cap is not None and used.max() > cap * (1 + TOLERANCE_FRACTION):
            excess = float(used.max()) / cap - 1 if cap else float(used.max())
            yield Caution("replay_region_water", {"region": rule.region, "excess_fraction": excess})


def _excess(caution: Caution) -> float:
    """By how much what a caution tells lies above its limit, over the limit."""
    amounts = {name: float(value) for name, value in caution.values.items() if not isinstance(value, str)}
    if fraction := amounts.get("unserved_fraction", amounts.get("excess_fraction")):
        return fraction
    limit = next(value for name, value in amounts.items() if name.startswith("limit_"))
    used = next(value for name, value in amounts.items() if not name.startswith("limit_"))
    return abs(used / limit - 1) if limit else used


def replay_table(design: pd.DataFrame, replay: Replay | None) -> pd.DataFrame:
    """Key figures of the system in the last period, on the design's days and in the full year.

    Parameters
    ----------
    design : DataFrame
        Key figures of the plan.
    replay : Replay or None
        The full year, if it was run.
    """
    columns = ["kpi_id", "unit", "design", "replay", "difference_fraction"]
    if replay is None:
        return pd.DataFrame(columns=columns)
    both = _of_system(design).merge(
        _of_system(replay.tables["kpis"]), on=["kpi_id", "unit"], suffixes=("_design", "_replay")
    )
    table = both.rename(columns={"value_design": "design", "value_replay": "replay"})
    base = table["design"].abs().where(table["design"] != 0)
    table["difference_fraction"] = (table["replay"] - table["design"]) / base
    return table[columns]


def _of_system(kpis_table: pd.DataFrame) -> pd.DataFrame:
    """Figures of the system, of the last period or of the horizon."""
    system = kpis_table[kpis_table["entity_type"] == "system"]
    return system.groupby("kpi_id", sort=False, as_index=False).tail(1)[["kpi_id", "unit", "value"]]
