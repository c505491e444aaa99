"""The case: every number that the model needs, checked, joined and in model units.

A case is made by `siting.data.prepare.prepare`, is never changed afterwards, and solves without the
catalogue. Numbers are kept as `Field`: an array with named axes, so that the model, the audit and the
saved files all speak of the same thing by the same name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.notebook import card, named, table

if TYPE_CHECKING:
    from siting.study.study import Study

Array = npt.NDArray[np.float64]

KEY_OF_AXIS: Mapping[str, str] = MappingProxyType(
    {
        "site": "site_id",
        "zone": "zone_id",
        "lot": "lot_id",
        "job": "job_id",
        "cooling": "cooling_id",
        "rack": "rack_id",
        "contract": "contract_id",
        "incentive": "incentive_id",
        "measure": "measure_id",
        "lease": "lease_id",
        "region": "region",
        "bridge": "bridge_id",
        "step": "step_id",
        "period": "period",
        "until": "until_year",
        "year": "year",
        "month": "month",
        "day": "day",
        "hour": "hour",
    }
)
"""Column that holds the members of an axis in every table."""

TABLE_OF_AXIS: Mapping[str, str] = MappingProxyType(
    {
        "site": "sites",
        "zone": "zones",
        "lot": "lots",
        "job": "jobs",
        "cooling": "cooling",
        "rack": "racks",
        "contract": "contracts",
        "incentive": "incentives",
        "measure": "measures",
        "lease": "leases",
        "bridge": "bridge",
        "step": "supply_steps",
    }
)
"""Table that describes the members of an axis, in the order of the axis."""


@dataclasses.dataclass(frozen=True)
class Field:
    """One number for each combination of its axes.

    Parameters
    ----------
    axes : tuple of str
        Names of the axes, in the order of the array's dimensions; keys of `KEY_OF_AXIS`.
    values : ndarray
        The numbers. NaN means "not offered" where the field's meaning allows it. Read-only.
    """

    axes: tuple[str, ...]
    values: Array

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=float)
        if values.ndim != len(self.axes):
            raise ValueError(f"a field over {self.axes} cannot hold an array of shape {values.shape}")
        values = values.copy()
        values.setflags(write=False)
        object.__setattr__(self, "values", values)

    def take(self, axis: str, positions: Sequence[int] | npt.NDArray[np.intp]) -> Field:
        """Return the field at the given positions of one axis; unchanged if it has no such axis."""
        if axis not in self.axes:
            return self
        return Field(self.axes, np.take(self.values, positions, axis=self.axes.index(axis)))


@dataclasses.dataclass(frozen=True)
class Calendar:
    """The hours that stand for a year, and the days and months that they belong to.

    Parameters
    ----------
    hours : DataFrame
        One row an hour: ``hour``, ``day``, ``time_utc``, ``month``, ``weight_h_per_yr`` (hours of the
        year that the row stands for; sums to 8,760).
    day_months : DataFrame
        One row for each day and month in which the day stands for at least one real day:
        ``day``, ``month``, ``days_count``. A monthly peak looks at all days of its month here.
    stands_for : tuple of int
        For each real day of the year, the day here that stands for it.
    """

    hours: pd.DataFrame
    day_months: pd.DataFrame
    stands_for: tuple[int, ...]

    @property
    def days_count(self) -> int:
        """Number of days."""
        return int(self.hours["day"].nunique())

    @property
    def weights(self) -> Array:
        """Weight of each hour [h/yr]."""
        return self.hours["weight_h_per_yr"].to_numpy(float)

    @property
    def day_of_hour(self) -> npt.NDArray[np.int64]:
        """Day of each hour."""
        return self.hours["day"].to_numpy(np.int64)


@dataclasses.dataclass(frozen=True)
class Case:
    """A study with all its data, ready to be modelled.

    Parameters
    ----------
    study : Study
        What was asked.
    tables : mapping of str to DataFrame
        The chosen rows of each catalogue table, with names, sources and grades, for reports.
    axes : mapping of str to tuple
        Members of each axis, in the order of the fields' arrays.
    fields : mapping of str to Field
        Every number, by the name of its component and its own with unit suffix: ``storage.power_usd_per_mw``.
    calendar : Calendar
        The hours of the fields that have an hour axis.
    inputs : mapping of str to tuple of str
        Columns of tables, parameters and fields of the study that each number comes from, the one that decides its
        size first.
    year_of : callable or None
        Makes the full year of a case or of a part of it, see `full_year`; None on a case that is itself the
        full year, and on a case read back from a result folder.
    days_of : callable or None
        Makes a case, or a part of it, on another choice of days, see `on_other_days`; None like `year_of`.
    sites_of : callable or None
        Makes a case, or a part of it, with other values of its sites, see `with_sites`; None like `year_of`.
    own_rules : tuple of type
        Rules that the study brings, once somebody trusts them; never saved.
    """

    study: Study
    tables: Mapping[str, pd.DataFrame]
    axes: Mapping[str, tuple[str | float, ...]]
    fields: Mapping[str, Field]
    calendar: Calendar
    inputs: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    year_of: Callable[[Case], Case] | None = None
    days_of: Callable[[Case, int], Case] | None = None
    sites_of: Callable[[Case, pd.DataFrame], Case] | None = None
    own_rules: tuple[type[Any], ...] = ()

    def __post_init__(self) -> None:
        for name in ("tables", "axes", "fields", "inputs"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        for name, field in self.fields.items():
            shape = tuple(len(self.axes[axis]) for axis in field.axes)
            if field.values.shape != shape:
                raise ValueError(f"{name} has shape {field.values.shape}; its axes {field.axes} need {shape}")

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(members)} {axis}s" for axis, members in self.axes.items())
        return f"Case({self.study.name}: {counts})"

    def _repr_html_(self) -> str:
        axes = [(axis, str(len(members)), named(members)) for axis, members in self.axes.items()]
        count = sum(field.values.size for field in self.fields.values())
        lines = [self.study.title, f"{len(self.fields)} fields with {count:,} numbers, ready to be solved."]
        return card(f"Case {self.study.name}", lines, table(axes, ("Axis", "Members", ""), numbers=(1,)))

    def values(self, name: str) -> Array:
        """Return the array of a field.

        Raises
        ------
        KeyError
            If the case has no such field.
        """
        return self.fields[name].values

    def only(self, **members: Sequence[str | float]) -> Case:
        """Return the case with only the given members of some axes.

        Parameters
        ----------
        **members : sequence of str or int
            Axis name to the members to keep, in their new order.

        Raises
        ------
        KeyError
            If a member is not in the case.
        """
        axes, fields, tables = dict(self.axes), dict(self.fields), dict(self.tables)
        for axis, kept in members.items():
            position = {member: i for i, member in enumerate(self.axes[axis])}
            positions = [position[member] for member in kept]
            axes[axis] = tuple(kept)
            fields = {name: field.take(axis, positions) for name, field in fields.items()}
            table = TABLE_OF_AXIS[axis]
            tables[table] = tables[table].iloc[positions].reset_index(drop=True)
        return dataclasses.replace(self, axes=axes, fields=fields, tables=tables)

    def full_year(self) -> Case:
        """Return the same case on all 8,760 hours, for the replay.

        It is made anew each time, and only of the members that this case has: that of a thousand sites is 2 GB,
        and a replay needs the few that stand.

        Raises
        ------
        ValueError
            If there is none to be made.
        """
        if self.year_of is None:
            raise ValueError("this case has no full year to replay")
        return dataclasses.replace(self.year_of(self), own_rules=self.own_rules)

    def on_other_days(self, typical_days_count: int) -> Case:
        """Return the same case on another choice of days, with as many typical ones as asked and the same extreme ones.

        Parameters
        ----------
        typical_days_count : int
            Typical days (1 to 365).

        Raises
        ------
        ValueError
            If there are no others to choose.
        """
        if self.days_of is None:
            raise ValueError("this case has no other days to choose")
        return dataclasses.replace(self.days_of(self, typical_days_count), own_rules=self.own_rules)

    def with_sites(self, sites: pd.DataFrame) -> Case:
        """Return the same case, on the same days, with other values of its sites: all that rests on them is made anew.

        Parameters
        ----------
        sites : DataFrame
            The table ``sites``, with the same rows and columns.

        Raises
        ------
        ValueError
            If they cannot be made anew.
        """
        if self.sites_of is None:
            raise ValueError("this case cannot be made again with other values of its sites")
        return dataclasses.replace(self.sites_of(self, sites), own_rules=self.own_rules)

    def in_steps(self, length_h: int) -> Case:
        """Return the case in longer steps: the means over runs of hours, which keep the number of the first.

        Parameters
        ----------
        length_h : int
            Hours of a step; the last of a day may be shorter.
        """
        hours = self.calendar.hours
        step = hours.groupby("day").cumcount() // length_h
        group = pd.factorize(pd.MultiIndex.from_arrays([hours["day"], step]))[0]
        first = np.unique(group, return_index=True)[1]
        size = np.bincount(group)
        fields = dict(self.fields)
        for name, field in self.fields.items():
            if "hour" in field.axes:
                sums = np.add.reduceat(field.values, first, axis=field.axes.index("hour"))
                shape = [-1 if axis == "hour" else 1 for axis in field.axes]
                values = sums if name == "hours.weight_h_per_yr" else sums / size.reshape(shape)
                fields[name] = Field(field.axes, values)
        fields["hours.step_h"] = Field((), self.values("hours.step_h") * length_h)
        fewer = hours.iloc[first].reset_index(drop=True)
        fewer["weight_h_per_yr"] = np.bincount(group, self.calendar.weights)
        axes = {**self.axes, "hour": tuple(self.axes["hour"][i] for i in first)}
        calendar = dataclasses.replace(self.calendar, hours=fewer)
        return dataclasses.replace(self, axes=axes, fields=fields, calendar=calendar)

    def compatible(self) -> list[tuple[Any, Any]]:
        """Pairs of cooling and rack that fit: density within reach, liquid where liquid is needed."""
        return self._pairs("cooling", "rack", self.values("racks.compatible_count") != 0)

    def served(self) -> list[tuple[Any, Any]]:
        """Pairs of site and zone whose round trip is within the latency limit, where the work may be done."""
        return self._pairs("site", "zone", self.within_latency())

    def offered_leases(self) -> list[Any]:
        """Leases that the study may take."""
        is_offered = self.values("leases.lease_most_pflop") > 0
        return [lease for lease, offered in zip(self.axes["lease"], is_offered, strict=True) if offered]

    def leased(self) -> list[tuple[Any, Any]]:
        """Pairs of lease and zone, of those it may take, whose round trip is within the latency limit."""
        within = np.less_equal(self.values("leases.lease_rtt_ms"), self.values("serving.rtt_limit_ms"))
        return self._leased("zone", within & (self.values("leases.zone_leasable_count") > 0))

    def leased_lots(self) -> list[tuple[Any, Any]]:
        """Pairs of lease, of those it may take, and lot of batch work that may be done in its region."""
        return self._leased("lot", self.values("leases.lot_leasable_count") > 0)

    def asking(self) -> list[tuple[Any, Any]]:
        """Pairs of zone and period with any inference; to serve none of it would be a share without a size."""
        return self._pairs("zone", "period", self.values("serving.inference_mean_pflop") > 0)

    def within_latency(self) -> npt.NDArray[np.bool_]:
        """Whether a site may serve a zone: it reaches it within the latency limit and lies where it may; by both."""
        within: npt.NDArray[np.bool_] = np.less_equal(
            self.values("serving.rtt_ms"), self.values("serving.rtt_limit_ms")
        )
        return within & (self.values("serving.zone_resident_count") > 0)

    def batch_places(self) -> list[tuple[Any, Any]]:
        """Pairs of site and lot of batch work that may be done there."""
        return self._pairs("site", "lot", self.values("serving.lot_resident_count") > 0)

    def steady_places(self) -> list[tuple[Any, Any]]:
        """Pairs of site and lot, of those, some of which does not move."""
        steady = self.values("serving.batch_movable_fraction") < 1
        return self._pairs("site", "lot", (self.values("serving.lot_resident_count") > 0) & steady)

    def steady_asking(self) -> list[tuple[Any, Any]]:
        """Pairs of period and lot in which some of it does not move."""
        steady = self.values("serving.batch_movable_fraction") < 1
        return [
            (period, lot)
            for period in self.axes["period"]
            for lot, is_so in zip(self.axes["lot"], steady, strict=True)
            if is_so
        ]

    def may_wait(self) -> bool:
        """Whether any batch work may wait for another day."""
        return bool((self.values("serving.batch_waiting_days_count") > 0).any())

    def pausing_jobs(self) -> list[Any]:
        """Classes of clusters that do not run all year and may pause in any hour."""
        pauses = (self.values("training.run_fraction") < 1) & (self.values("training.pauses_count") > 0)
        return [job for job, is_so in zip(self.axes["job"], pauses, strict=True) if is_so]

    def rests_for_months(self) -> bool:
        """Whether any clusters that may not pause run in some months only."""
        return bool((self.values("training.running_fraction") < 1).any())

    def has_output(self) -> npt.NDArray[np.bool_]:
        """Whether a contract has an output shape at a site, site by contract."""
        return np.asarray(np.isfinite(self.values("contracts.output_fraction")).all(axis=-1), dtype=np.bool_)

    def offered(self) -> list[tuple[Any, Any]]:
        """Pairs of site and contract for which the site's grid zone has an output shape."""
        return self._pairs("site", "contract", self.has_output())

    def supplied(self) -> list[tuple[Any, Any]]:
        """Pairs of site and step of supply of its balancing authority."""
        return self._pairs("site", "step", self.values("supply_steps.in_authority_count") > 0)

    def short_uses(self) -> list[tuple[Any, Any]]:
        """Periods of purchase, each with the years before the horizon's end in which a use may end."""
        periods, ends = self.axes["period"], self.axes["until"]
        return [(v, u) for i, v in enumerate(periods) for u in ends[i:-1]]

    def conditional(self) -> list[tuple[Any, Any]]:
        """Pairs of site and incentive that the site is granted only if enough is bought there."""
        wanted = self.values("incentives.placed_count") * self.values("incentives.threshold_usd") > 0
        return self._pairs("site", "incentive", wanted)

    def heat_sources(self) -> list[tuple[Any, Any]]:
        """Pairs of site and cooling whose heat somebody near the site wants and can be brought."""
        brought = self.values("heat_reuse.heat_gain_ratio") * self.values("heat_reuse.heat_reusable_fraction")
        wanted = brought * self.values("heat_reuse.heat_demand_mw")[:, None] > 0
        return self._pairs("site", "cooling", wanted)

    def _leased(self, axis: str, there: npt.NDArray[np.bool_]) -> list[tuple[Any, Any]]:
        """Pairs of a lease that the study may take and a member of an axis that are there."""
        return self._pairs("lease", axis, there & (self.values("leases.lease_most_pflop") > 0)[:, None])

    def _pairs(self, first: str, second: str, there: npt.NDArray[np.bool_]) -> list[tuple[Any, Any]]:
        """Pairs of members of two axes that are there, in order."""
        ones, others = self.axes[first], self.axes[second]
        return [(ones[i], others[j]) for i, j in np.argwhere(there).tolist()]
