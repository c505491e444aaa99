"""Components, and the assembly that brings them together.

A component declares its own variables and constraints and posts labelled terms to ledgers. It never
writes a balance and never writes the objective: the assembly closes each ledger once, after all
components have posted.
"""

from __future__ import annotations

import dataclasses
import graphlib
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast, overload

import numpy as np
import pyomo.environ as pyo
from pyomo.core.base.initializer import BoundInitializer

from siting.case.case import Array, Case, Field
from siting.models.assembly.ledgers import LEDGERS, PAIRS, Ledger, Scope, Spending
from siting.models.assembly.units import unit_of
from siting.models.compiler.algebra import (
    SKIP,
    Amount,
    AnySet,
    Axis,
    Block,
    Bounds,
    Datum,
    Declared,
    Domain,
    Expression,
    Indexed,
    Number,
    Pairs,
    PyomoModel,
    Relation,
    RelationRule,
    T,
    TermRule,
    total,
)
from siting.models.compiler.expressions import Parameter, Space, Variable
from siting.models.compiler.members import Axes, Factor, Index, Lookup, M, Member, Members, N, Padded, Partners

if TYPE_CHECKING:
    from siting.models.assembly.labels import Labels


@dataclasses.dataclass(frozen=True)
class Bought:
    """What a component buys, as `Assembly.buys` takes it.

    Parameters
    ----------
    component, label : str
        Who buys, and the name of the term.
    asset : str
        Name of the kind of asset in the case.
    price, given_up : callable
        What is bought, and what of it is given up [USD].
    kinds : Set, optional
        Kinds that have lives of their own.
    """

    component: str
    label: str
    asset: str
    price: Callable[..., Expression]
    kinds: Axis[Any] | None = None
    given_up: Callable[..., Amount] | None = None


class Component:
    """A part of the model: one file, one Pyomo block.

    Subclasses say where they live (`scope`), name the components whose blocks they read (`needs`), and
    declare sets, variables, constraints and posts in `declare`. Whether they are part of a study's design, and of the
    replay of a design over other hours, they say by `in_design` and `in_replay`.
    """

    scope: ClassVar[Scope]
    needs: ClassVar[tuple[type[Component], ...]] = ()
    in_design: ClassVar[bool] = True
    in_replay: ClassVar[bool] = False

    @classmethod
    def name(cls) -> str:
        """Name of the component's block: the class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def is_wanted(cls, case: Case) -> bool:  # noqa: ARG003 - most are
        """Whether the study wants it and has data for it."""
        return True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare variables and constraints on the block, and post to the ledgers."""
        raise NotImplementedError  # the one method that has no default

    def conclude(self, block: Block, assembly: Assembly) -> None:
        """State limits on the ledgers' totals, after all components have posted. Nothing by default."""

    def settle(self, values: Array, slack: Array, rows: Labels, columns: Labels) -> Array:  # noqa: ARG002 - few choose
        """Choose among plans that cost the same.

        Parameters
        ----------
        values : ndarray
            A plan, by column.
        slack : ndarray
            Upper bound of each row less what the plan has of it.
        rows, columns : Labels
            What the rows and columns stand for.

        Returns
        -------
        ndarray
            The plan chosen; the one given by default.
        """
        return values


class Assembly:
    r"""A Pyomo model put together from components.

    Every component posts to ledgers. The assembly closes each, and minimises the present value of what the account
    of cost holds, in 2024 dollars:

    .. math::

        \min \sum_s \sum_y \mathrm{PV}_y \, \mathrm{cost}_{s,y}

    Symbols
    -------
    \mathrm{PV}_y : finance.present_value_ratio
        Present value of one dollar paid in every year of the period.
    \mathrm{cost}_{s,y} : cost_usd_per_yr
        Account of cost.
    \mathrm{water}_{s,y} : water_m3_per_yr
        Account of water drawn on site.
    \mathrm{carbon}^{\mathrm{loc}}_{s,y} : carbon_location_t_per_yr
        Account of carbon by location: the grid's, of all that is drawn.
    \mathrm{carbon}^{\mathrm{mkt}}_{s,y} : carbon_market_t_per_yr
        Account of carbon by the market: less what is claimed over the year.
    \mathrm{carbon}^{\mathrm{hour}}_{s,y} : carbon_hourly_t_per_yr
        Account of carbon hour by hour: of what is bought from the supplier.
    \mathrm{carbon}^{\mathrm{emb}}_{s,y} : carbon_embodied_t_per_yr
        Account of the carbon of making halls, racks and batteries.

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
        self.scope = scope
        self.model: PyomoModel = pyo.ConcreteModel(name=case.study.name)
        self.axes = Axes(case.axes)
        self.space = Space(self.axes)
        self.variables: dict[str, tuple[Variable, tuple[str, ...]]] = {}
        self.column_count = 0
        self.components = [kind for kind in _in_order(components) if scope in (None, kind.scope)]
        self._number: dict[str, Number] = {}
        self._numbers: dict[str, Indexed[Datum]] = {}
        self._reads: dict[str, dict[str, None]] = {}
        self._speaking = ""
        self._declare_sets()
        self.ledgers = {
            name: Ledger(name, axes, place, sense, *self._index_over(axes)) for name, axes, place, sense in LEDGERS
        }
        self.bought: list[Bought] = []
        self.held: list[Callable[[str, int], Expression]] = []
        self.parts = [kind() for kind in self.components]
        names = [part.name() for part in self.parts]
        self._blocks: dict[str, Block] = {name: pyo.Block(concrete=False, name=name) for name in names}
        self.model.data = pyo.Block()
        for part in self.parts:
            self._speaking = part.name()
            part.declare(self.block(type(part)), self)
        for part in self.parts:
            self._speaking = part.name()
            part.conclude(self.block(type(part)), self)
        for block in self._blocks.values():
            for component in block.component_objects():
                if component.ctype is not pyo.Constraint:
                    component.construct()
        for ledger in self.ledgers.values():
            ledger.closed = scope in (None, ledger.scope)

    def __getattr__(self, name: str) -> Ledger:
        """Give a ledger by its name, as an attribute."""
        ledgers = self.__dict__.get("ledgers", {})
        if name in ledgers:
            ledger: Ledger = ledgers[name]
            return ledger
        raise AttributeError(f"the assembly has no ledger named {name}")

    def construct(self) -> PyomoModel:
        """Construct the whole Pyomo model, with constraints, balances and objective, and return it.

        To hand the model over, this is not needed: the rules are enough, and Pyomo's objects take a minute
        where rules take a second.
        """
        if self.model.component("ledgers") is not None:
            return self.model
        for name, block in self._blocks.items():
            self.model.add_component(name, block)
        for variable, _ in self.variables.values():
            variable.fill()
        self.model.ledgers = pyo.Block()
        for ledger in self.ledgers.values():
            if ledger.closed and ledger.balances:
                ledger.state(self.model.ledgers)
        worth = dict(
            zip(self.case.axes["period"], self.case.values("finance.present_value_ratio").tolist(), strict=True)
        )
        cost = self.ledgers["cost_usd_per_yr"]
        expression = sum(worth[key[1]] * cost.total(*key) for key in cost.keys)
        self.model.present_value_usd = pyo.Objective(expr=expression, sense=pyo.minimize)
        return self.model

    def block(self, component: type[Component]) -> Block:
        """Return the block of a component of the model."""
        return self._blocks[component.name()]

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

    def vintages(self, period: int) -> list[int]:
        """Periods up to and including the given one."""
        return [int(vintage) for vintage in self.case.axes["period"] if int(vintage) <= period]

    def last_end(self) -> int:
        """Return the year in which the horizon ends."""
        return int(self.case.axes["until"][-1])

    def sum_over_ended(self, period: int, rule: Callable[[int, int], Amount]) -> Amount:
        """Sum what a rule gives at each use that has ended when a period begins.

        Parameters
        ----------
        period : int
            The period.
        rule : callable
            Takes the period of purchase and the year in which the use ends.
        """
        return sum(rule(v, u) for v, u in self.case.short_uses() if u <= period)

    def sum_over_periods(self, rule: Callable[[int], Amount]) -> Amount:
        """Sum what a rule gives at each period, which it may ask for the one before.

        Parameters
        ----------
        rule : callable
            Takes the period.
        """
        return sum(rule(int(v)) for v in self.case.axes["period"])

    def sum_over_cut_short(self, period: int, rule: Callable[[int, int], Amount]) -> Amount:
        """Sum what a rule gives at each use that goes on in a period and ends before the horizon does.

        Parameters
        ----------
        period : int
            The period.
        rule : callable
            Takes the period of purchase and the year in which the use ends.
        """
        return sum(rule(v, u) for v, u in self.case.short_uses() if v <= period < u)

    def before(self, period: int) -> int | None:
        """Period before the given one; None for the first."""
        earlier = self.vintages(period)[:-1]
        return earlier[-1] if earlier else None

    def stays(self, held: Indexed[Expression]) -> RelationRule:
        """Return the rule that a size is no smaller than in the period before.

        Parameters
        ----------
        held : Var
            The size; its last index is the period.
        """

        def size_stays(_: Block, *key: Member) -> Relation:
            *member, y = key
            before = self.before(cast("int", y))
            return SKIP if before is None else held[*member, y] >= held[*member, before]

        return size_stays

    def added(self, held: Callable[[str, int], Expression]) -> Callable[[str, int], Expression]:
        """Return the rule of what a period adds to what is held at a site.

        Parameters
        ----------
        held : callable
            Takes site and period; a size that never shrinks, or what it is worth.
        """

        def bought(s: str, v: int) -> Expression:
            before = self.before(v)
            return held(s, v) if before is None else held(s, v) - held(s, before)

        return bought

    def buys(
        self,
        component: Component,
        label: str,
        asset: str,
        price: Callable[..., Expression],
        *,
        receiver: str,
        kinds: Axis[Any] | None = None,
        given_up: Callable[..., Amount] | None = None,
    ) -> None:
        """Buy assets at the start of periods; what is paid for them every year follows, and posts itself.

        An asset is paid by an annuity over its life, renewed alike when its life ends, until it is given up or the
        horizon ends; what it is worth at the horizon's end is the annuities not yet paid. What is given up has no
        buyer: the rest of its last life is paid while it is used.

        Parameters
        ----------
        component : Component
            Who buys.
        label : str
            Name of the term in the account of cost.
        asset : str
            Name of the kind of asset in the case, with its component: its life and its annuity go by that name.
        price : callable
            What is bought [USD], by site, member of `kinds` if there are kinds, and period of purchase.
        receiver : str
            Who is paid.
        kinds : Set, optional
            Kinds of this asset that have lives of their own.
        given_up : callable, optional
            Price of what was bought in a period and is given up at the start of a later one [USD]: by site, kind,
            period of purchase, and the year in which that later one starts. Nothing by default.
        """
        bought = Bought(component.name(), label, asset, price, kinds, given_up)
        self.bought.append(bought)
        term = self._annuities(bought) if given_up is None else self.by_use(bought, f"{asset}_paid_per_yr")
        if pyo.value(self.case.values(f"{asset}_real_property_fraction")):
            self.held.append(lambda s, y: self.in_use_of_all_kinds(bought, s, y))
        self.ledgers["cost_usd_per_yr"].post(
            component, label, term, payer="operator", receiver=receiver, spending=Spending.CAPITAL
        )

    def holds(
        self, component: Component, label: str, value: Callable[[str, int], Expression], *, receiver: str
    ) -> None:
        """Hold property that keeps its value: a year of it costs its price times the discount rate.

        Parameters
        ----------
        component : Component
            Who holds it.
        label : str
            Name of the term in the account of cost.
        value : callable
            What it is worth [USD], by site and period.
        receiver : str
            Who is paid.
        """
        rate = self.number("finance.discount_rate_per_yr")
        self.held.append(value)
        self.ledgers["cost_usd_per_yr"].post(
            component, label, lambda s, y: rate * value(s, y), payer="operator", receiver=receiver
        )

    def _annuities(self, bought: Bought) -> Callable[[str, int], Amount]:
        """Rule of what is paid a year for what is never given up."""
        annuity, kinds = self.rate_of(f"{bought.asset}_annuity_per_yr"), bought.kinds

        def paid(s: str, y: int, *kind: Member) -> Expression:
            return annuity(s, *kind) * self.in_use(bought, s, y, *kind)

        return lambda s, y: paid(s, y) if kinds is None else self.sum_over(kinds, lambda kind: paid(s, y, kind))

    def by_use(self, bought: Bought, name: str, *last: Member) -> Callable[[str, int], Amount]:
        """Return the rule of what is paid a year for what is in use, at rates that depend on when it is given up.

        Parameters
        ----------
        bought : Bought
            What is bought.
        name : str
            Field of the rate [1/yr]: by site or the same at all, kind if there are kinds, period of purchase, and the
            year in which the use ends; and whatever comes last.
        *last : Member
            Members of the axes that come last.
        """
        numbers, at_sites = self.numbers(name), self.case.fields[name].axes[0] == "site"
        end = self.last_end()

        def rate(s: str, *use: Member) -> Datum:
            return numbers[s, *use, *last] if at_sites else numbers[*use, *last]

        def of_kind(s: str, y: int, *kind: Member) -> Amount:
            paid: Amount = total(rate(s, *kind, v, end) * bought.price(s, *kind, v) for v in self.vintages(y))
            if bought.given_up is None:
                return paid
            gone = bought.given_up

            def in_place_of_all(v: int, u: int) -> Amount:
                return (rate(s, *kind, v, u) - rate(s, *kind, v, end)) * gone(s, *kind, v, u)

            def of_last(v: int, u: int) -> Amount:
                return rate(s, *kind, v, end) * gone(s, *kind, v, u)

            return paid + self.sum_over_cut_short(y, in_place_of_all) - self.sum_over_ended(y, of_last)

        if bought.kinds is None:
            return of_kind
        kinds = bought.kinds
        return lambda s, y: self.sum_over(kinds, lambda kind: cast("Expression", of_kind(s, y, kind)))

    def in_use(self, bought: Bought, s: str, y: int, *kind: Member) -> Expression:
        """Return the price of what was bought up to a period and has not been given up [USD].

        Parameters
        ----------
        bought : Bought
            What is bought.
        s, y : str, int
            Site and period.
        *kind : Member
            The kind, if there are kinds.
        """
        held = total(bought.price(s, *kind, v) for v in self.vintages(y))
        gone = bought.given_up
        return held if gone is None else held - self.sum_over_ended(y, lambda v, u: gone(s, *kind, v, u))

    def in_use_of_all_kinds(self, bought: Bought, s: str, y: int) -> Expression:
        """Return the price of what was bought up to a period and has not been given up, of all kinds together [USD].

        Parameters
        ----------
        bought : Bought
            What is bought.
        s, y : str, int
            Site and period.
        """
        if bought.kinds is None:
            return self.in_use(bought, s, y)
        return self.sum_over(bought.kinds, lambda kind: self.in_use(bought, s, y, kind))

    def price_of_all_kinds(self, bought: Bought, s: str, v: int) -> Expression:
        """Return the price of what a period buys, of all kinds together [USD].

        Parameters
        ----------
        bought : Bought
            What is bought.
        s, v : str, int
            Site and period of purchase.
        """
        if bought.kinds is None:
            return bought.price(s, v)
        return self.sum_over(bought.kinds, lambda kind: bought.price(s, kind, v))

    def rate_of(self, name: str) -> Callable[..., Datum]:
        """Return the rule of a number of an asset, by site and, if there are kinds, by kind.

        Parameters
        ----------
        name : str
            A field of the case over nothing, over sites, or over kinds.
        """
        axes = self.case.fields[name].axes
        if not axes:
            same = self.number(name)
            return lambda *_key: cast("Datum", same)
        numbers, place = self.numbers(name), 0 if axes == ("site",) else 1
        return lambda *key: numbers[key[place]]

    def number(self, name: str) -> Number:
        """Return a field of the case that is one number; a Pyomo parameter where units are kept.

        Parameters
        ----------
        name : str
            Name of the field, with its component and its unit suffix.

        Raises
        ------
        ValueError
            If the field has axes.
        """
        field = self._read(name)
        if field.axes:
            raise ValueError(f"{name} is a number for each {' and '.join(field.axes)}: ask for it by `numbers`")
        if name not in self._number:
            self._number[name] = self._parameter(name) if self.with_units else float(field.values)
        return self._number[name]

    def numbers(self, name: str) -> Indexed[Datum]:
        """Return a field of the case over axes, to be indexed in rules; a Pyomo parameter where units are kept.

        Parameters
        ----------
        name : str
            Name of the field, with its component and its unit suffix.

        Raises
        ------
        ValueError
            If the field has no axes.
        """
        field = self._read(name)
        if not field.axes:
            raise ValueError(f"{name} is one number: ask for it by `number`")
        if name not in self._numbers:
            self._numbers[name] = (
                self._parameter(name) if self.with_units else Parameter(name, field.axes, field.values, self.space)
            )
        return self._numbers[name]

    def _read(self, name: str) -> Field:
        """Return a field, and note who reads it."""
        self._reads.setdefault(self._speaking, {})[name] = None
        return self.case.fields[name]

    def _parameter(self, name: str) -> Any:
        """Pyomo parameter with its unit; slow."""
        field = self.case.fields[name]
        keys = itertools.product(*(self.case.axes[axis] for axis in field.axes))
        values = {
            key if field.axes else None: value
            for key, value in zip(keys, field.values.ravel().tolist(), strict=True)
            if value == value  # NaN: not offered
        }
        sets = [getattr(self.model, axis.upper()) for axis in field.axes]
        parameter = pyo.Param(*sets, initialize=values, within=pyo.Reals, units=unit_of(name), mutable=True)
        self.model.data.add_component(name, parameter)
        return parameter

    def read_by(self, component: str) -> tuple[str, ...]:
        """Return the names of the fields that a component reads, by the name of its block; a ledger reads none."""
        return tuple(self._reads.get(component, ()))

    def limit(self, name: str, value: float) -> Number:
        """Return a limit that the study states as a plain number, with the unit of its name where units are kept.

        Parameters
        ----------
        name : str
            Name of the limit, with its unit suffix.
        value : float
            The number.
        """
        return value * unit_of(name) if self.with_units else value

    def variable(
        self, block: Block, name: str, *index: AnySet, within: Domain | None = None, bounds: Bounds | None = None
    ) -> Indexed[Expression]:
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
        if name in self.variables:
            raise ValueError(f"two components declare a variable named {name}")
        domain = pyo.NonNegativeReals if within is None else within
        variable = Variable(
            *index,
            within=domain,
            bounds=bounds,
            units=unit_of(name) if self.with_units else None,
            dense=False,
        )
        variable.place(Index(tuple(self._factors[part.name] for part in index)), self.column_count, self.space)
        self.column_count += variable.over.size
        variable.domain_of_all, variable.bounds_rule = domain, BoundInitializer(bounds, variable)
        block.add_component(name, variable)
        variable.construct()
        self.variables[name] = (variable, variable.over.axes)
        return variable

    def _declare_sets(self) -> None:
        case = self.case
        self._factors: dict[str, Factor] = {}
        for axis, members in case.axes.items():
            self._declare_set(axis.upper(), (axis,), [(member,) for member in members])
        self._declare_set("PAIR", ("cooling", "rack"), case.compatible())
        self._declare_set("SITE_ZONE", ("site", "zone"), case.served())
        self._declare_set("ZONE_PERIOD", ("zone", "period"), case.asking())
        self._declare_set("SITE_CONTRACT", ("site", "contract"), case.offered())
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


def _in_order(components: Sequence[type[Component]]) -> list[type[Component]]:
    """Sort components so that each comes after those it needs; ties keep the given order."""
    chosen = dict.fromkeys(components)
    for kind in chosen:
        for need in kind.needs:
            if need not in chosen:
                raise ValueError(f"{kind.name()} needs {need.name()}, which this model leaves out")
    sorter = graphlib.TopologicalSorter({kind: kind.needs for kind in chosen})
    return list(sorter.static_order())
