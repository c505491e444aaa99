"""Components, and the assembly that brings them together.

A component declares its own variables and constraints and posts labelled terms to ledgers. It never
writes a balance and never writes the objective: the assembly closes each ledger once, after all
components have posted.
"""

from __future__ import annotations

import graphlib
import itertools
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import pyomo.environ as pyo
from pyomo.core.base.initializer import BoundInitializer

from siting.case.case import Array, Case, Field
from siting.models.assembly.ledgers import LEDGERS, Ledger, Scope
from siting.models.assembly.periods import Periods
from siting.models.assembly.purchases import Purchases
from siting.models.assembly.sets import ModelSets
from siting.models.assembly.units import unit_of
from siting.models.compiler.algebra import (
    AnySet,
    Block,
    BoundsOrRule,
    Coefficient,
    Datum,
    Domain,
    Expression,
    Indexed,
    PyomoModel,
)
from siting.models.compiler.expressions import Parameter, Variable
from siting.models.compiler.members import Index

if TYPE_CHECKING:
    from siting.models.assembly.labels import Labels


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
    is_own: ClassVar[bool] = False

    @classmethod
    def name(cls) -> str:
        """Name of the component's block: the class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def is_wanted(cls, case: Case) -> bool:  # noqa: ARG003 - most are
        """Whether the study wants it and has data for it."""
        return True

    @classmethod
    def decided_later(cls, cases: Sequence[Case]) -> tuple[str, ...]:  # noqa: ARG003 - most are
        """Return the variables without hours, days or months that answer to what comes, among futures of these numbers.

        All others are decided first, the same in every future: what is built, bought or signed.
        """
        return ()

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


class Assembly(ModelSets):
    r"""A Pyomo model put together from components.

    Every component posts to ledgers. The assembly closes each, and minimises the present value of what the account
    of cost holds, in 2024 dollars:

    .. math::

        \min \sum_s \sum_y \mathrm{PV}_y \, \mathrm{cost}_{s,y}

    Annuities, and interest on land, enter it :math:`\mathrm{half}_y` times: 1 in periods of whole years.

    Symbols
    -------
    \mathrm{PV}_y : finance.present_value_ratio
        Present value of one dollar paid in every year of the period; of half of one in every half-year, where its
        length is not whole.
    \mathrm{half}_y : finance.annuity_ratio
        Annuity of half-years, over half that of years, in a period whose length is not whole; else 1.
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
    \mathrm{give}_{s,y} : given_up_mw
        Account of power that is connected but given up in given hours.
    \mathrm{onsite}_{s,y} : on_site_mw
        Account of power on site that can be relied on beside the connection.
    \mathrm{standby}_{s,y} : standing_by_mw
        Account of plants on site that can stand by for the grid.
    \mathrm{spared}_{s,y} : spared_pflop
        Account of work asked for that measures spare.
    \mathrm{leased}_{s,y} : leased_pflop
        Account of work asked for that rented accelerators do.

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
        super().__init__(case)
        self.with_units = with_units
        self.scope = scope
        self.variables: dict[str, tuple[Variable, tuple[str, ...]]] = {}
        self.column_count = 0
        self.components = [kind for kind in _in_order(components) if scope in (None, kind.scope)]
        self._number: dict[str, Coefficient] = {}
        self._numbers: dict[str, Indexed[Datum]] = {}
        self._reads: dict[str, dict[str, None]] = {}
        self._speaking = ""
        self.ledgers = {
            name: Ledger(name, axes, place, sense, *self._index_over(axes)) for name, axes, place, sense in LEDGERS
        }
        self.periods = self._periods()
        self.purchases = Purchases(self)
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

    def _periods(self) -> Periods:
        """Periods of the case, as its rules ask for them."""
        return Periods(self.case)

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

    def number(self, name: str) -> Coefficient:
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

    def coefficients(self, symbol: str, axes: tuple[str, ...], values: Array) -> Indexed[Datum]:
        """Return numbers that a component works out of the case's, over axes, to be indexed in rules.

        Parameters
        ----------
        symbol : str
            What a formula calls them, in LaTeX.
        axes : tuple of str
            Axes of the case.
        values : ndarray
            The numbers.
        """
        return Parameter(symbol, axes, values, self.space)

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

    def limit(self, name: str, value: float) -> Coefficient:
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
        self, block: Block, name: str, *index: AnySet, within: Domain | None = None, bounds: BoundsOrRule | None = None
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


def _in_order(components: Sequence[type[Component]]) -> list[type[Component]]:
    """Sort components so that each comes after those it needs; ties keep the given order."""
    chosen = dict.fromkeys(components)
    for kind in chosen:
        for need in kind.needs:
            if need not in chosen:
                raise ValueError(f"{kind.name()} needs {need.name()}, which this model leaves out")
    sorter = graphlib.TopologicalSorter({kind: kind.needs for kind in chosen})
    return list(sorter.static_order())
