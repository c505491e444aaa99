"""What the sections read: a plan, and the few things that several sections derive from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from siting.quantities import HOURS_PER_YEAR
from siting.reports.charts.svg import Drawing, drawn
from siting.reports.document import Cell, Figure, Table, TableColumn
from siting.reports.text.traced import How, OfCells, OfKpi, OfPlan, OfStudy, Printed, Traced
from siting.reports.text.words import Words
from siting.text import N_, as_year

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["GRADE_SIGNS", "STRESS_CLASSES", "Basis", "Facts", "Proof", "figure", "stress_class", "table"]

GRADE_SIGNS = {"measured": "●", "modelled": "◐", "assumed": "○"}
"""Sign beside each grade; the word always stands with it."""

STRESS_CLASSES = (
    N_("low"),
    N_("low to medium"),
    N_("medium to high"),
    N_("high"),
    N_("extremely high"),
)
"""Classes of baseline water stress by whole score, as Aqueduct 4.0 names them."""


@dataclass(frozen=True)
class Basis:
    """How a number is known: its grade, the title of its source and the rule in words."""

    grade: str
    source: str
    rule: str


@dataclass(frozen=True)
class Proof:
    """A cost and its bound on one basis: the year where a bound for it is known, else the representative days."""

    is_of_year: bool
    cost_usd: Traced
    bound_usd: Traced
    gap_fraction: Traced
    site_fraction: Traced

    @property
    def gap_usd(self) -> Traced:
        """By how much a better plan could still be cheaper."""
        gap = self.cost_usd - self.bound_usd
        return gap if gap.value > 0 else Traced(0.0, 0.0)


@dataclass(frozen=True)
class Facts:
    """A plan as its readers ask for it.

    Parameters
    ----------
    plan : Plan
        Anything with a plan's tables, figures and provenance.
    year_text : callable
        How a year, or the middle of one, is written.
    """

    plan: Plan
    year_text: Callable[[float], str] = str

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the plan; an empty one if this plan has none of that name."""
        found = self.plan.tables.get(name)
        return pd.DataFrame() if found is None else found

    @property
    def study(self) -> Any:
        """What was asked."""
        return self.plan.case.study

    @cached_property
    def periods(self) -> list[float]:
        """Planning periods, in the order of time."""
        return sorted(as_year(period) for period in self.plan.tables["sites"]["period"].unique())

    @property
    def last(self) -> float:
        """The last period, whose design the report shows."""
        return self.periods[-1]

    def of_last(self, name: str) -> pd.DataFrame:
        """Return a table's rows of the last period."""
        frame = self.table(name)
        return frame[frame["period"] == self.last] if "period" in frame else frame

    @cached_property
    def sites(self) -> pd.DataFrame:
        """Every candidate in the last period, the largest first, with what the catalogue says of it."""
        sites = self.of_last("sites")
        catalogue = self.plan.case.tables["sites"].set_index("site_id")
        extra = [column for column in ("tariff_usd_per_mwh", "water_stress_score") if column in catalogue]
        joined = sites.join(catalogue[extra], on="site_id") if extra else sites
        order = joined.assign(_size=-joined["it_capacity_mw"]).sort_values(["_size", "name"], kind="stable")
        return order.drop(columns="_size").reset_index(drop=True)

    @cached_property
    def built(self) -> pd.DataFrame:
        """The sites that are built, the largest first."""
        return self.sites[self.sites["is_open"] == 1].reset_index(drop=True)

    @cached_property
    def site_names(self) -> dict[str, str]:
        """Site id to name."""
        return dict(zip(self.sites["site_id"].astype(str), self.sites["name"].astype(str), strict=True))

    def names(self, name: str, key: str) -> dict[str, str]:
        """Id to name of a catalogue table."""
        frame = self.plan.case.tables.get(name)
        if frame is None or "name" not in frame:
            return {}
        return dict(zip(frame[key].astype(str), frame["name"].astype(str), strict=True))

    def rack_names(self, words: Words) -> dict[str, str]:
        """Id to name of the racks, a speculative one marked as such."""
        frame, names = self.plan.case.tables["racks"], self.names("racks", "rack_id")
        if "speculative" in frame:
            mark = words.gettext("{rack} (speculative)")
            for rack in frame.loc[frame["speculative"] == 1, "rack_id"].astype(str):
                names[rack] = mark.format(rack=names[rack])
        return names

    # numbers that sentences say, each with its place

    def kpi(self, kpi_id: str) -> Traced | None:
        """Key figure of the whole system, None where it has none."""
        value = self.plan.kpis.get(kpi_id, {}).get("value")
        return None if value is None else Traced(float(value), OfKpi(kpi_id))

    def amount(self, kpi_id: str) -> Traced:
        """Key figure of the whole system, zero where it has none."""
        return self.kpi(kpi_id) or Traced(0.0, 0.0)

    def read(self, name: str, column: str, how: How = "sum", **where: Any) -> Traced:
        """Return what a column of a table holds in the rows of the last period, and in those asked for.

        Parameters
        ----------
        name : str
            A table of the plan; with ``inputs/`` before it, one of the case.
        column : str
        how : str
            As of `siting.reports.text.traced.OfCells`.
        **where
            Column and the value that it must have, or a tuple of values of which it must have one.
        """
        frame = self.plan.case.tables[name.removeprefix("inputs/")] if name.startswith("inputs/") else self.table(name)
        if "period" in frame and "period" not in where:
            where["period"] = self.last
        asked = {key: value if isinstance(value, tuple) else (value,) for key, value in where.items()}
        for key, values in asked.items():
            frame = frame[frame[key].isin(values)]
        return Traced(_made(frame[column], how), OfCells(name, column, tuple(asked.items()), how))

    def stated(self, path: str) -> Traced:
        """Return a number of the study by its path, such as ``finance.discount_rate_fraction``."""
        found: Any = self.study
        for step in path.split("."):
            if isinstance(found, Mapping):
                found = next(value for key, value in found.items() if str(key) == step)
            else:
                found = found[int(step)] if isinstance(found, Sequence) else getattr(found, step)
        return Traced(float(found), OfStudy(path))

    def told(self, path: str) -> Traced:
        """Return a number of the plan or of its search by its path, such as ``search.unavoidable_usd``."""
        found: Any = self.plan
        for step in path.split("."):
            found = found[int(step)] if isinstance(found, tuple) else getattr(found, step)
        return Traced(float(found), OfPlan(path))

    @property
    def period(self) -> Printed:
        """The year in which the last period begins, as it is printed."""
        return Printed(self.year_text(self.last), self.stated(f"horizon.periods.{len(self.periods) - 1}.year"))

    @property
    def money_year(self) -> Printed:
        """The year of whose dollars all money is."""
        return Printed(str(self.study.money_year), self.stated("money_year"))

    @property
    def data_year(self) -> Printed:
        """The year of the hourly series."""
        return Printed(str(self.study.time.data_year), self.stated("time.data_year"))

    @property
    def horizon_yr(self) -> Traced:
        """Years from the first period to the end of the last."""
        lengths = [self.stated(f"horizon.periods.{i}.length_yr") for i in range(len(self.periods))]
        return sum(lengths[1:], start=lengths[0])

    @cached_property
    def proof(self) -> Proof:
        """What is proven of the plan; a bound of the days never stands beside a cost of the year."""
        year = self.plan.year
        is_of_year = False
        if year is not None and year.gap_fraction is not None and year.bound_usd is not None:
            # a bound of the year below what any plan must pay anyway says nothing, which the days' bound does better
            is_of_year = year.bound_usd > year.unavoidable_usd
        of = "year." if is_of_year else ""
        names = ("objective_usd", "bound_usd", "gap_fraction", "gap_site_dependent_fraction")
        return Proof(is_of_year, *(self.told(of + name) for name in names))

    @property
    def cost_usd(self) -> Traced:
        """Present value of the plan: over the year where it was run through it."""
        return self.told("objective_usd" if self.plan.year is None else "year.objective_usd")

    @property
    def gap_usd(self) -> Traced:
        """By how much a better plan could still be cheaper."""
        return self.proof.gap_usd

    @property
    def unavoidable_usd(self) -> Traced:
        """Present value that any plan pays, wherever it builds."""
        return self.told("search.unavoidable_usd")

    @property
    def sites_count(self) -> Traced:
        """How many candidates there are."""
        return self.read("sites", "site_id", "count")

    @property
    def built_count(self) -> Traced:
        """How many of them are built."""
        return self.read("sites", "site_id", "count", is_open=1)

    def of_built(self, column: str, how: How = "sum", **where: Any) -> Traced:
        """Return what a column of the plan's sites holds in the rows of those that are built."""
        return self.read("sites", column, how, is_open=1, **where)

    def named(self, site_id: object) -> str:
        """Name of a site."""
        return self.site_names.get(str(site_id), str(site_id))

    def zone(self, grid_zone_id: str) -> str:
        """Name of a grid zone."""
        return self.names("grid_zones", "grid_zone_id").get(grid_zone_id, grid_zone_id)

    def basis(self, name: str, column: str) -> Basis | None:
        """How the column of a table of the case is known; None where the study brings a table of its own."""
        columns = self.table("columns")
        if columns.empty:
            return None
        rows = columns[(columns["table"] == name) & (columns["column"] == column)]
        if rows.empty:
            return None
        row = rows.iloc[0]
        sources = self.table("sources").set_index("source_id")["title"]
        source = str(row["source_id"])
        return Basis(str(row["grade"]), str(sources.get(source, source)), str(row["description"]))

    @cached_property
    def stress_is_of_state(self) -> bool:
        """Whether all candidates of a state have one water stress: then it is the state's and not the place's.

        Where no state has two candidates, the column's own description tells.
        """
        sites, basis = self.sites, self.basis("sites", "water_stress_score")
        if "water_stress_score" not in sites:
            return False
        if sites["state"].nunique() == len(sites):
            return basis is not None and "of the state" in basis.rule
        return int(sites.groupby("state")["water_stress_score"].nunique().max()) == 1

    def kpi_reason(self, kpi_id: str) -> str:
        """Why a key figure has no value."""
        return str(self.plan.kpis.get(kpi_id, {}).get("reason", ""))

    @cached_property
    def site_kpis(self) -> pd.DataFrame:
        """Key figures of the built sites in the last period: a row a site, a column a figure."""
        frame = self.of_last("kpis")
        rows = frame[frame["entity_type"] == "site"]
        return rows.pivot(index="entity_id", columns="kpi_id", values="value")

    @cached_property
    def hourly(self) -> pd.DataFrame:
        """Power of all sites together by hour of the last period, with day, month and weight."""
        frame = self.of_last("hourly")
        powers = [str(column) for column in frame if str(column).endswith("_mw")]
        first = {"day": "first", "month": "first", "weight_h_per_yr": "first", "time_utc": "first"}
        rules: dict[str, Any] = {**first, **dict.fromkeys(powers, "sum")}
        return frame.groupby("hour", sort=True).agg(rules).reset_index()

    @cached_property
    def year_hourly(self) -> pd.DataFrame:
        """Power of each site by hour: of all hours of the year if the design was run through them, else of its days."""
        year = self.of_last("replay_hourly")
        return self.of_last("hourly") if year.empty else year

    @property
    def kinds(self) -> list[str]:
        """Kinds of contract that the hourly table has a column for."""
        columns = [str(column) for column in self.table("hourly")]
        return [
            column.removeprefix("delivered_").removesuffix("_mw")
            for column in columns
            if column.startswith("delivered_")
        ]

    @cached_property
    def ties(self) -> list[tuple[str, str]]:
        """Pairs of built sites, neighbours by unit cost, whose difference is below what the proof can tell.

        The gap is spread over the discounted IT energy of the horizon: a difference in unit cost below that
        may turn around in a plan within the gap.
        """
        costs = self.built.dropna(subset="unit_cost_usd_per_mwh").sort_values("unit_cost_usd_per_mwh")
        cost = self.table("cost")
        yearly_usd = float(self.of_last("cost")["cost_usd_per_yr"].sum())
        it_mwh = float((self.built["it_mean_mw"] * HOURS_PER_YEAR).sum())
        if len(costs) < 2 or it_mwh <= 0 or yearly_usd <= 0:
            return []
        worth_ratio = float(cost["present_value_usd"].sum()) / yearly_usd
        resolution = self.gap_usd.value / (worth_ratio * it_mwh)
        names, values = costs["name"].tolist(), costs["unit_cost_usd_per_mwh"].tolist()
        return [
            (str(names[i]), str(names[i + 1])) for i in range(len(names) - 1) if values[i + 1] - values[i] < resolution
        ]


def _made(cells: pd.Series, how: How) -> float:
    """What is made of the cells of a column.

    Raises
    ------
    LookupError
        If one cell is asked for and there is none, or more than one.
    """
    match how:
        case "count":
            return float(len(cells))
        case "distinct":
            return float(cells.nunique())
        case "cell" if len(cells) != 1:
            raise LookupError(f"{len(cells)} cells of {cells.name} where one is asked for")
        case "cell":
            return float(cells.iloc[0])
        case "sum" | "max" | "min":
            return float(getattr(cells, how)())


def stress_class(score: float) -> int:
    """Class of a water stress score from 0 to 5.

    Examples
    --------
    >>> [stress_class(score) for score in (0.0, 0.99, 1.0, 4.2, 5.0)]
    [0, 0, 1, 4, 4]
    """
    return min(max(int(score), 0), len(STRESS_CLASSES) - 1)


def table(
    words: Words,
    identifier: str,
    caption: str,
    frame: pd.DataFrame,
    columns: Sequence[str | TableColumn],
    *,
    total: Sequence[str] = (),
    folded: bool = False,
) -> Table:
    """Return a frame as a table of the report.

    Parameters
    ----------
    words : Words
        Names the columns.
    identifier, caption : str
        See `siting.reports.document.Table`.
    frame : DataFrame
        The rows.
    columns : sequence of str or TableColumn
        What to show, in order; a plain name is looked up in the labels. One whose cells are all empty or zero is left
        out.
    total : sequence of str
        Columns that are summed in a last row; there is none where no such column is shown.
    folded : bool
        True if the reader opens the table first.
    """
    shown = tuple(words.column(column) if isinstance(column, str) else column for column in columns)
    shown = tuple(column for i, column in enumerate(shown) if i == 0 or frame.empty or _tells(frame[column.key]))
    rows = [tuple(_cell(row[column.key]) for column in shown) for row in frame.to_dict("records")]
    sums: dict[str, Cell] = {key: float(frame[key].sum()) for key in total if key in {c.key for c in shown}}
    is_summed = bool(sums) and len(rows) > 1
    if is_summed:
        head: dict[str, Cell] = {shown[0].key: words.gettext("Total")}
        rows.append(tuple({**sums, **head}.get(column.key, "") for column in shown))
    return Table(identifier, caption, shown, tuple(rows), int(is_summed), folded)


def figure(identifier: str, title: str, caption: str, drawing: Drawing, data: Table) -> Figure:
    """Return a drawing as a figure of the report, with its finding, its caption and the numbers behind it."""
    wide, narrow = drawn(identifier, title, caption, drawing)
    return Figure(identifier, title, caption, wide, narrow, data)


def _tells(cells: pd.Series) -> bool:
    """Whether a column says anything: not where every cell is empty, or a zero."""
    return any(_cell(value) not in (None, "", 0) for value in cells)


def _cell(value: Any) -> Cell:
    """A plain number or text; missing values become None."""
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return None
    if hasattr(value, "item"):
        return _cell(value.item())
    return value if isinstance(value, int | float | str) else str(value)
