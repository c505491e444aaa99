"""The sets of a model, and the sums over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import overload

import numpy as np
import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.ledgers import PAIRS
from siting.models.compiler.algebra import Amount, AnySet, Axis, Declared, Pairs, PyomoModel, T, TermRule
from siting.models.compiler.expressions import Space
from siting.models.compiler.members import Axes, Factor, Index, Lookup, M, Member, Members, N, Padded, Partners


class ModelSets:
    """A Pyomo model with the sets of a case, over which rules are stated.

    Parameters
    ----------
    case : Case
        The numbers.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.model: PyomoModel = pyo.ConcreteModel(name=case.study.name)
        self.axes = Axes(case.axes)
        self.space = Space(self.axes)
        self._declare_sets()

    @overload
    def sum_over(self, members: Axis[M] | Members[M], rule: Callable[[M], T]) -> T: ...
    @overload
    def sum_over(self, members: Pairs[M, N], rule: Callable[[M, N], T]) -> T: ...
    def sum_over(self, members: AnySet | Members[Member] | Padded, rule: TermRule) -> Amount:
        """Sum what a rule gives at each member of a set: what Python's `sum` does, but fast over many.

        Parameters
        ----------
        members : Set, or from `partners`
            What to sum over.
        rule : callable
            Takes a member; returns an expression or a number.
        """
        if isinstance(members, Padded):
            return self.space.sum_over(members, rule)
        return self.space.sum_over(self._factor(members), rule)

    def subset(self, name: str, of: Axis[M], keep: Callable[[M], bool]) -> Axis[M]:
        """Declare the set of those members of a set that data speak for, and return it.

        A rule over this set is evaluated whole; one that asks its members one by one, and says nothing at
        some, is not.

        Parameters
        ----------
        name : str
            Name of the new set.
        of : Set
            One of the model's sets.
        keep : callable
            Takes a member, says whether it is kept.
        """
        factor = self._factors[of.name]
        self._declare_set(name, factor.axes, [(member,) for member in of if keep(member)])
        found: Axis[M] = getattr(self.model, name)
        return found

    def partners(self, pairs: Pairs[M, N], of: str | None = None) -> Partners[M, N]:
        """Return, for each member of one axis of a set of pairs, the members of the other that go with it.

        Parameters
        ----------
        pairs : Set
            One of the model's sets over two axes.
        of : str, optional
            The axis whose members are asked for; the first by default.
        """
        factor = self._factors[pairs.name]
        source = 0 if of in (None, factor.axes[0]) else 1
        places = factor.positions[:, [source, 1 - source]]
        return Partners(factor.axes[source], factor.axes[1 - source], places, self.axes)

    def lookup(self, source: str, target: str, pairs: Mapping[M, N]) -> Lookup[M, N]:
        """Return a dictionary from each member of one axis to a member of another, for use in rules."""
        return Lookup(source, target, pairs, self.axes)

    def index_of(self, component: Declared) -> Index:
        """Index of a Pyomo component over the model's sets."""
        sets = component.index_set().subsets() if component.is_indexed() else ()
        return Index(tuple(self._factor(part) for part in sets))

    def _factor(self, part: AnySet | Members[Member]) -> Factor:
        if isinstance(part, Members):
            places = self.axes.position[part.axis]
            positions = np.array([places[member] for member in part], dtype=np.int32).reshape(-1, 1)
            return Factor((part.axis,), tuple((member,) for member in part), positions)
        if self.model.component(part.local_name) is part:
            return self._factors[part.local_name]
        part.construct()
        keys = tuple(key if isinstance(key, tuple) else (key,) for key in part)
        return Factor((), keys, np.zeros((len(keys), 0), dtype=np.int32))

    def _declare_sets(self) -> None:
        case = self.case
        self._factors: dict[str, Factor] = {}
        for axis, members in case.axes.items():
            self._declare_set(axis.upper(), (axis,), [(member,) for member in members])
        self._declare_set("PAIR", ("cooling", "rack"), case.compatible())
        self._declare_set("SITE_ZONE", ("site", "zone"), case.served())
        self._declare_set("SITE_LOT", ("site", "lot"), case.batch_places())
        self._declare_set("SITE_STEADY_LOT", ("site", "lot"), case.steady_places())
        self._declare_set("PERIOD_STEADY_LOT", ("period", "lot"), case.steady_asking())
        self._declare_set("PAUSING_JOB", ("job",), [(job,) for job in case.pausing_jobs()])
        self._declare_set("OFFERED_LEASE", ("lease",), [(lease,) for lease in case.offered_leases()])
        self._declare_set("LEASE_ZONE", ("lease", "zone"), case.leased())
        self._declare_set("LEASE_LOT", ("lease", "lot"), case.leased_lots())
        self._declare_set("ZONE_PERIOD", ("zone", "period"), case.asking())
        self._declare_set("SITE_CONTRACT", ("site", "contract"), case.offered())
        self._declare_set("SITE_STEP", ("site", "step"), case.supplied())
        self._declare_set("SITE_INCENTIVE", ("site", "incentive"), case.conditional())
        self._declare_set("SITE_HEAT", ("site", "cooling"), case.heat_sources())
        day_months = case.calendar.day_months[["day", "month"]].to_numpy().tolist()
        self._declare_set("SHORT_USE", ("period", "until"), case.short_uses())
        self._declare_set("DAY_MONTH", ("day", "month"), [tuple(pair) for pair in day_months])
        day_of_hour = case.calendar.day_of_hour
        self.day_of_hour = self.lookup("hour", "day", dict(zip(case.axes["hour"], day_of_hour.tolist(), strict=True)))
        days = [self.axes.position["day"][day] for day in day_of_hour.tolist()]
        pairs = np.stack([days, np.arange(len(days))], axis=1).astype(np.int32)
        self.hours_of_day: Partners[int, int] = Partners("day", "hour", pairs, self.axes)

    def _declare_set(self, name: str, axes: tuple[str, ...], keys: Sequence[tuple[Member, ...]]) -> None:
        members = [key if len(axes) > 1 else key[0] for key in keys]
        self.model.add_component(name, pyo.Set(initialize=members, dimen=len(axes), ordered=True))
        along = [[self.axes.position[axis][key[i]] for key in keys] for i, axis in enumerate(axes)]
        positions = np.array(along, dtype=np.int32).reshape(len(axes), len(keys)).T
        self._factors[name] = Factor(axes, tuple(keys), positions)

    def _index_over(self, axes: tuple[str, ...]) -> tuple[tuple[AnySet, ...], Index]:
        """Sets whose product is an index over axes: all combinations, less pairs that the case rules out."""
        names: list[str] = []
        left = list(axes)
        while left:
            pair = PAIRS.get(tuple(left[:2]))
            names.append(pair or left[0].upper())
            del left[: 2 if pair else 1]
        return tuple(getattr(self.model, name) for name in names), Index(tuple(self._factors[n] for n in names))
