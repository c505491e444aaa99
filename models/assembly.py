"""Components, ledgers, and the assembly that brings them together.

A component declares its own variables and constraints and posts labelled terms to ledgers. It never
writes a balance and never writes the objective: the assembly closes each ledger once, after all
components have posted. What a ledger holds can therefore be printed as a table with one column a term,
and the columns add up to the balance by construction.

The ledgers are also the seam of the model. A component lives at a site or in the system; a site
component speaks to the rest of the model through ledgers only. The same components hence build the
whole model, or one site alone.
"""

from __future__ import annotations

import dataclasses
import enum
import graphlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar

import pandas as pd
import pyomo.environ as pyo

from siting.case import KEY_OF_AXIS, Case
from siting.models.units import unit_of

Rule = Callable[..., Any]
Key = tuple[Any, ...]


class Scope(enum.Enum):
    """Where something lives."""

    SITE = "site"
    """At a site. All its rows are homogeneous and name the variables of one site only."""
    SYSTEM = "system"
    """In the system: integers, limits and everything absolute."""


class Sense(enum.Enum):
    """What the sum of a ledger's terms must be."""

    BALANCE = "balance"
    """Zero."""
    SURPLUS = "surplus"
    """Zero or more."""
    TOTAL = "total"
    """Anything: the ledger is an account, read by others."""


@dataclasses.dataclass(frozen=True)
class Term:
    """One posted term of a ledger.

    Parameters
    ----------
    component : str
        Name of the component that posted it.
    label : str
        Name of the term within the component.
    rule : callable
        Expression of the term at a key of the ledger.
    payer, receiver : str
        Who pays whom; empty where the ledger holds no money.
    """

    component: str
    label: str
    rule: Rule
    payer: str = ""
    receiver: str = ""

    @property
    def name(self) -> str:
        """Full name of the term."""
        return f"{self.component}.{self.label}"


class Ledger:
    """A list of terms that the assembly sums, key by key.

    Parameters
    ----------
    name : str
        Name of the ledger, with its unit suffix.
    axes : tuple of str
        Names of the axes that index it.
    scope : Scope
        Site ledgers are closed within a site; system ledgers reach the whole model.
    sense : Sense
        What the sum must be.
    """

    def __init__(self, name: str, axes: tuple[str, ...], scope: Scope, sense: Sense) -> None:
        self.name = name
        self.axes = axes
        self.scope = scope
        self.sense = sense
        self.keys: list[Key] = []
        self.terms: list[Term] = []
        self.closed = False

    def __repr__(self) -> str:
        return f"Ledger({self.name}[{', '.join(self.axes)}], {len(self.terms)} terms, {self.sense.value})"

    def post(self, component: Component, label: str, rule: Rule, *, payer: str = "", receiver: str = "") -> None:
        """Add a term.

        Parameters
        ----------
        component : Component
            Who posts.
        label : str
            Name of the term, a noun; unique within the component.
        rule : callable
            Takes a key of the ledger, returns an expression.
        payer, receiver : str
            Who pays whom; both are needed where the ledger holds money.

        Raises
        ------
        ValueError
            If the label is taken, the ledger is closed, a system component posts to a site ledger, or
            money has no payer or receiver.
        """
        term = Term(component.name(), label, rule, payer, receiver)
        if self.closed:
            raise ValueError(f"{term.name} comes too late: the ledger {self.name} is closed")
        if any(other.name == term.name for other in self.terms):
            raise ValueError(f"{term.name} is posted twice to the ledger {self.name}")
        if self.scope is Scope.SITE and component.scope is Scope.SYSTEM:
            raise ValueError(f"{component.name()} lives in the system and cannot post to the site ledger {self.name}")
        if ("usd" in self.name) != bool(payer and receiver):
            raise ValueError(f"{term.name} in the ledger {self.name}: money, and only money, names payer and receiver")
        self.terms.append(term)

    def total(self, *key: Any) -> Any:
        """Sum of all terms posted so far at a key, as an expression."""
        return sum(term.rule(*key) for term in self.terms)

    def close(self, model: Any) -> None:
        """State the balance, if the ledger has one. No term can be posted afterwards."""
        self.closed = True
        if self.sense is Sense.TOTAL or not self.terms:
            return
        index = pyo.Set(initialize=self.keys, dimen=len(self.axes), ordered=True)
        model.ledgers.add_component(f"{self.name}_index", index)

        def closes(_: Any, *key: Any) -> Any:
            total = self.total(*key)
            if isinstance(total, int | float):
                if total == 0 or (self.sense is Sense.SURPLUS and total > 0):
                    return pyo.Constraint.Skip
                return pyo.Constraint.Infeasible
            return total == 0 if self.sense is Sense.BALANCE else total >= 0

        model.ledgers.add_component(f"{self.name}_closes", pyo.Constraint(index, rule=closes))

    def check_units(self) -> None:
        """Check that every term has the ledger's unit. Only for an assembly made with units.

        Raises
        ------
        ValueError
            If a term has another unit, or adds unlike things within itself.
        """
        from pyomo.core.base.units_container import InconsistentUnitsError, UnitsError
        from pyomo.util.check_units import assert_units_equivalent  # slow to import, and only tests come here

        wanted = unit_of(self.name)
        for term, key in itertools.product(self.terms, self.keys):
            expression = term.rule(*key)
            if isinstance(expression, int | float) and expression == 0:
                continue  # nothing to sum at this key
            try:
                assert_units_equivalent(expression, wanted)
            except (UnitsError, InconsistentUnitsError) as error:
                raise ValueError(f"{term.name} does not fit the ledger {self.name} at {key}: {error}") from error

    def table(self) -> pd.DataFrame:
        """Value of each term at each key after a solve: one row a key, one column a term."""
        columns: dict[str, list[Any]] = {
            KEY_OF_AXIS[axis]: [key[i] for key in self.keys] for i, axis in enumerate(self.axes)
        }
        for term in self.terms:
            columns[term.name] = [pyo.value(term.rule(*key)) for key in self.keys]
        return pd.DataFrame(columns)


class Component:
    """A part of the model: one file, one Pyomo block.

    Subclasses say where they live (`scope`), name the components whose blocks they read (`needs`), and
    declare sets, variables, constraints and posts in `declare`.
    """

    scope: ClassVar[Scope]
    needs: ClassVar[tuple[type[Component], ...]] = ()

    @classmethod
    def name(cls) -> str:
        """Name of the component's block: the class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def declare(self, block: Any, assembly: Assembly) -> None:
        """Declare variables and constraints on the block, and post to the ledgers."""
        raise NotImplementedError

    def conclude(self, block: Any, assembly: Assembly) -> None:
        """State limits on the ledgers' totals, after all components have posted. Nothing by default."""

    def settle(self, block: Any, assembly: Assembly) -> None:
        """Choose among plans that cost the same, once all values are set. Nothing by default."""


LEDGERS: tuple[tuple[str, tuple[str, ...], Scope, Sense], ...] = (
    # Within a site, hour by hour.
    ("power_mw", ("site", "period", "hour"), Scope.SITE, Sense.BALANCE),
    ("meter_mw", ("site", "period", "hour"), Scope.SITE, Sense.BALANCE),
    ("compute_pflop", ("site", "period", "hour"), Scope.SITE, Sense.BALANCE),
    # Between what is built (integers, in the system) and what runs (at the site).
    ("installed_mw", ("site", "cooling", "rack", "period"), Scope.SYSTEM, Sense.BALANCE),
    ("hall_space_mw", ("site", "cooling", "period"), Scope.SYSTEM, Sense.SURPLUS),
    ("land_ha", ("site", "period"), Scope.SYSTEM, Sense.SURPLUS),
    ("connection_mw", ("site", "period"), Scope.SYSTEM, Sense.SURPLUS),
    ("assignment_fraction", ("site", "zone", "period"), Scope.SYSTEM, Sense.SURPLUS),
    ("training_pflop", ("site", "period"), Scope.SYSTEM, Sense.BALANCE),
    # Between demand and all sites.
    ("inference_fraction", ("zone", "period"), Scope.SYSTEM, Sense.BALANCE),
    ("batch_pflop", ("period", "day"), Scope.SYSTEM, Sense.BALANCE),
    # Accounts.
    ("cost_usd_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("carbon_location_t_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("carbon_market_t_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("carbon_hourly_t_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("carbon_embodied_t_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("water_m3_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
)
"""Every ledger: name with unit, axes, scope, sense."""


class Assembly:
    """A Pyomo model put together from components.

    Parameters
    ----------
    case : Case
        The numbers.
    components : sequence of component classes
        What the model consists of, in any order.
    scope : Scope, optional
        Only the components of this scope are declared, and only its ledgers closed; all by default.
        With `Scope.SITE`, what remains is the pricing problem of the case's sites.
    with_units : bool
        Give every variable and parameter its Pyomo unit. For tests: it makes the build slower.

    Raises
    ------
    ValueError
        If a component needs another that the model leaves out.
    """

    def __init__(
        self,
        case: Case,
        components: Sequence[type[Component]],
        *,
        scope: Scope | None = None,
        with_units: bool = False,
    ) -> None:
        self.case = case
        self.with_units = with_units
        self.model: Any = pyo.ConcreteModel(name=case.study.name)
        self.ledgers = {name: Ledger(name, axes, place, sense) for name, axes, place, sense in LEDGERS}
        self.variables: dict[str, tuple[Any, tuple[str, ...]]] = {}
        self.components = [kind for kind in _in_order(components) if scope in (None, kind.scope)]
        self._declare_sets()
        self.model.data = pyo.Block()
        self.parts = [kind() for kind in self.components]
        for part in self.parts:
            block = pyo.Block()
            self.model.add_component(part.name(), block)
            part.declare(block, self)
        for part in self.parts:
            part.conclude(self.block(type(part)), self)
        self._declare_objective()
        self.model.ledgers = pyo.Block()
        for ledger in self.ledgers.values():
            if scope in (None, ledger.scope):
                ledger.close(self.model)

    def __getattr__(self, name: str) -> Ledger:
        """Give a ledger by its name, as an attribute."""
        ledgers = self.__dict__.get("ledgers", {})
        if name in ledgers:
            ledger: Ledger = ledgers[name]
            return ledger
        raise AttributeError(f"the assembly has no ledger named {name}")

    def block(self, component: type[Component]) -> Any:
        """Return the block of a component."""
        return self.model.component(component.name())

    def settle(self) -> None:
        """Let each component choose among plans that cost the same."""
        for part in self.parts:
            part.settle(self.block(type(part)), self)

    def clear(self) -> None:
        """Set every variable that is not fixed to zero, also those that no row and no cost names."""
        for variable, _ in self.variables.values():
            for data in variable.values():
                if not data.fixed:
                    data.set_value(0.0, skip_validation=True)

    def vintages(self, period: int) -> list[int]:
        """Periods up to and including the given one."""
        return [int(vintage) for vintage in self.case.axes["period"] if int(vintage) <= period]

    def before(self, period: int) -> int | None:
        """Period before the given one; None for the first."""
        earlier = self.vintages(period)[:-1]
        return earlier[-1] if earlier else None

    def stays(self, held: Any) -> Rule:
        """Return the rule that a size is no smaller than in the period before.

        Parameters
        ----------
        held : Var
            The size; its last index is the period.
        """

        def size_stays(_: Any, *key: Any) -> Any:
            *member, y = key
            before = self.before(y)
            return pyo.Constraint.Skip if before is None else held[*member, y] >= held[*member, before]

        return size_stays

    def number(self, name: str) -> Any:
        """Return a field of the case as a Pyomo parameter; made on first use.

        Parameters
        ----------
        name : str
            Name of the field, with its unit suffix.
        """
        known = self.model.data.component(name)
        if known is not None:
            return known
        field = self.case.fields[name]
        options: dict[str, Any] = {"within": pyo.Reals}
        if self.with_units:
            options |= {"units": unit_of(name), "mutable": True}
        if not field.axes:
            parameter = pyo.Param(initialize=float(field.values), **options)
        else:
            keys: Iterable[Any] = (
                self.case.axes[field.axes[0]]
                if len(field.axes) == 1
                else itertools.product(*(self.case.axes[axis] for axis in field.axes))
            )
            values = {
                key: value
                for key, value in zip(keys, field.values.ravel().tolist(), strict=True)
                if value == value  # NaN: not offered
            }
            sets = [getattr(self.model, axis.upper()) for axis in field.axes]
            parameter = pyo.Param(*sets, initialize=values, **options)
        self.model.data.add_component(name, parameter)
        return parameter

    def limit(self, name: str, value: float) -> Any:
        """Return a limit that the study states as a plain number, with the unit of its name where units are kept.

        Parameters
        ----------
        name : str
            Name of the limit, with its unit suffix.
        value : float
            The number.
        """
        return value * unit_of(name) if self.with_units else value

    def variable(self, block: Any, name: str, *index: Any, within: Any = None, bounds: Any = None) -> Any:
        """Declare a variable on a component's block, and note its axes for the extraction.

        Parameters
        ----------
        block : Block
            The component's block.
        name : str
            A noun with its unit suffix.
        *index : Set
            Index sets.
        within : Pyomo domain, optional
            Non-negative reals by default.
        bounds : tuple or callable, optional
            Bounds, as Pyomo takes them.
        """
        variable = pyo.Var(
            *index,
            within=pyo.NonNegativeReals if within is None else within,
            bounds=bounds,
            units=unit_of(name) if self.with_units else None,
        )
        block.add_component(name, variable)
        if name in self.variables:
            raise ValueError(f"two components declare a variable named {name}")
        axes = tuple(axis for part in index for axis in self._axes_of_set[part.name])
        self.variables[name] = (variable, axes)
        return variable

    def _declare_sets(self) -> None:
        model, case = self.model, self.case
        self._axes_of_set: dict[str, tuple[str, ...]] = {
            "PAIR": ("cooling", "rack"),
            "SITE_ZONE": ("site", "zone"),
            "SITE_CONTRACT": ("site", "contract"),
        }
        for axis, members in case.axes.items():
            model.add_component(axis.upper(), pyo.Set(initialize=list(members), ordered=True))
            self._axes_of_set[axis.upper()] = (axis,)
        model.PAIR = pyo.Set(initialize=case.compatible(), dimen=2, ordered=True)
        model.SITE_ZONE = pyo.Set(initialize=case.served(), dimen=2, ordered=True)
        model.SITE_CONTRACT = pyo.Set(initialize=case.offered(), dimen=2, ordered=True)
        day_months = case.calendar.day_months
        model.DAY_MONTH = pyo.Set(
            initialize=list(zip(day_months["day"].tolist(), day_months["month"].tolist(), strict=True)), dimen=2
        )
        self.day_of_hour = dict(zip(case.axes["hour"], case.calendar.day_of_hour.tolist(), strict=True))
        self.hours_of_day: dict[int, list[int]] = {}
        for hour, day in self.day_of_hour.items():
            self.hours_of_day.setdefault(day, []).append(int(hour))
        for ledger in self.ledgers.values():
            ledger.keys = list(self._keys(ledger.axes))

    def _keys(self, axes: tuple[str, ...]) -> Iterator[Key]:
        """Keys of a ledger: all combinations, less pairs that the case rules out."""
        pairs, served = set(self.case.compatible()), set(self.case.served())
        for key in itertools.product(*(self.case.axes[axis] for axis in axes)):
            named = dict(zip(axes, key, strict=True))
            if {"cooling", "rack"} <= named.keys() and (named["cooling"], named["rack"]) not in pairs:
                continue
            if {"site", "zone"} <= named.keys() and (named["site"], named["zone"]) not in served:
                continue
            yield key

    def _declare_objective(self) -> None:
        worth = dict(zip(self.case.axes["period"], self.case.values("present_value_ratio").tolist(), strict=True))
        cost = self.ledgers["cost_usd_per_yr"]
        expression = sum(worth[key[1]] * cost.total(*key) for key in cost.keys)
        self.model.present_value_usd = pyo.Objective(expr=expression, sense=pyo.minimize)


def _in_order(components: Sequence[type[Component]]) -> list[type[Component]]:
    """Sort components so that each comes after those it needs; ties keep the given order."""
    chosen = dict.fromkeys(components)
    for kind in chosen:
        for need in kind.needs:
            if need not in chosen:
                raise ValueError(f"{kind.name()} needs {need.name()}, which this model leaves out")
    sorter = graphlib.TopologicalSorter({kind: kind.needs for kind in chosen})
    return list(sorter.static_order())
