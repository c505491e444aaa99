"""What the rules of components speak in: data, expressions, relations, and the sets and blocks that they name.

A rule is evaluated by numpy over many keys at once, or by Pyomo key by key, and what it handles is of either make:
numbers, arrays and `Linear`, or Pyomo's own. These types say what both can do and a rule may hence do. Pyomo is not
annotated and passes for any of them.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar, overload

import pyomo.environ as pyo

from siting.models.compiler.members import Key, M_co, Member, N_co

T = TypeVar("T", "Datum", "Expression")
T_co = TypeVar("T_co", bound="Expression", covariant=True)


class Relation:
    """What a rule says of an expression: a row of the model; Pyomo has a class of its own for it."""


SKIP: Relation = pyo.Constraint.Skip
INFEASIBLE: Relation = pyo.Constraint.Infeasible
"""Pyomo's words for no row at a key, and for one that nothing satisfies, where a relation is expected."""


class Expression(Protocol):  # noqa: PLW1641 - equality makes a relation, so there is nothing to hash by
    """An expression, linear in the decisions: one cannot be multiplied or divided by another."""

    def __add__(self, other: Expression | float, /) -> Expression: ...
    def __radd__(self, other: Expression | float, /) -> Expression: ...
    def __sub__(self, other: Expression | float, /) -> Expression: ...
    def __rsub__(self, other: Expression | float, /) -> Expression: ...
    def __mul__(self, other: Datum | float, /) -> Expression: ...
    def __rmul__(self, other: Datum | float, /) -> Expression: ...
    def __truediv__(self, other: Datum | float, /) -> Expression: ...
    def __neg__(self) -> Expression: ...
    def __le__(self, other: Expression | float, /) -> Relation: ...
    def __ge__(self, other: Expression | float, /) -> Relation: ...
    def __eq__(self, other: object, /) -> Relation: ...  # type: ignore[override]  # a row, not a truth value


class Datum(Expression, Protocol):
    """An expression without decisions: a number of the case at one key, or at many. Data with data give data."""

    @overload
    def __add__(self, other: Datum | float, /) -> Datum: ...
    @overload
    def __add__(self, other: Expression, /) -> Expression: ...
    @overload
    def __sub__(self, other: Datum | float, /) -> Datum: ...
    @overload
    def __sub__(self, other: Expression, /) -> Expression: ...
    @overload  # type: ignore[override]
    def __mul__(self, other: Datum | float, /) -> Datum: ...
    @overload
    def __mul__(self, other: Expression, /) -> Expression: ...
    def __radd__(self, other: float, /) -> Datum: ...  # type: ignore[override]
    def __rsub__(self, other: float, /) -> Datum: ...  # type: ignore[override]
    def __rmul__(self, other: float, /) -> Datum: ...  # type: ignore[override]
    def __truediv__(self, other: Datum | float, /) -> Datum: ...
    def __rtruediv__(self, other: float, /) -> Datum: ...
    def __neg__(self) -> Datum: ...


Amount = Expression | float
"""What a term comes to; a plain number where there is nothing to decide."""

Coefficient = Datum | float
"""A number of the case that is the same everywhere."""

BoundsOrRule = tuple[float, float | None] | Callable[..., tuple[float, Coefficient]]
"""Least and greatest value of a variable: of all members, or by a rule that takes the block and a key."""

TermRule = Callable[..., Amount]
RelationRule = Callable[..., Relation]
"""Rules take a key, member by member."""


class Indexed(Protocol[T_co]):
    """Data or decisions, looked up by key."""

    def __getitem__(self, key: Key, /) -> T_co:
        """Return what there is at a key."""


class _Set(Protocol):
    """What all sets of the model have."""

    @property
    def name(self) -> str:
        """Name, with those of the blocks that it is in."""

    @property
    def local_name(self) -> str:
        """Name within its block."""

    def construct(self) -> None:
        """Make its members."""


class Axis(_Set, Protocol[M_co]):
    """A set of members of one axis."""

    def __iter__(self) -> Iterator[M_co]:
        """Go through the members."""


class Pairs(_Set, Protocol[M_co, N_co]):
    """A set of pairs of members of two axes."""

    def __iter__(self) -> Iterator[tuple[M_co, N_co]]:
        """Go through the pairs."""


AnySet = Axis[Member] | Pairs[Member, Member]


class Domain(Protocol):
    """What values a variable can have."""

    def get_interval(self) -> tuple[float | None, float | None, float | None]:
        """Return the least, the greatest, and the step between."""


class Product(Protocol):
    """The index of something that is declared."""

    def subsets(self) -> Iterable[AnySet]:
        """Return the sets that it is the product of."""


class Declared(Protocol):
    """What a block holds: a constraint, or something that has no rule to ask."""

    ctype: type
    local_name: str

    def rule(self, block: Block, key: Key | None) -> Relation:
        """Return what a constraint says at a key; None stands for the key of no index."""

    def construct(self) -> None:
        """Make its members."""

    def is_indexed(self) -> bool:
        """Whether it has an index."""

    def index_set(self) -> Product:
        """Return its index."""


class Block(Protocol):
    """A component's Pyomo block: what is assigned to it is declared, and its variables are read by name."""

    def __getattr__(self, name: str, /) -> Indexed[Expression]:
        """Return a variable."""

    def __setattr__(self, name: str, value: object, /) -> None:
        """Declare something."""

    def add_component(self, name: str, value: object) -> None:
        """Declare something."""

    def component(self, name: str) -> object:
        """Return something declared; None if there is no such thing."""

    def component_objects(self, ctype: type | None = None) -> Iterable[Declared]:
        """Return what is declared, all or of one type."""


class PyomoModel(Block, Protocol):
    """The Pyomo model: its sets, and a block for each component."""

    SITE: Axis[str]
    ZONE: Axis[str]
    LOT: Axis[str]
    JOB: Axis[str]
    PAUSING_JOB: Axis[str]
    COOLING: Axis[str]
    RACK: Axis[str]
    CONTRACT: Axis[str]
    INCENTIVE: Axis[str]
    MEASURE: Axis[str]
    LEASE: Axis[str]
    BRIDGE: Axis[str]
    STEP: Axis[str]
    OFFERED_LEASE: Axis[str]
    PERIOD: Axis[float]
    MONTH: Axis[int]
    DAY: Axis[int]
    HOUR: Axis[int]
    PAIR: Pairs[str, str]
    SITE_ZONE: Pairs[str, str]
    SITE_LOT: Pairs[str, str]
    SITE_STEADY_LOT: Pairs[str, str]
    PERIOD_STEADY_LOT: Pairs[float, str]
    LEASE_ZONE: Pairs[str, str]
    LEASE_LOT: Pairs[str, str]
    ZONE_PERIOD: Pairs[str, float]
    SITE_CONTRACT: Pairs[str, str]
    SITE_STEP: Pairs[str, str]
    SITE_INCENTIVE: Pairs[str, str]
    SITE_HEAT: Pairs[str, str]
    SHORT_USE: Pairs[float, float]
    DAY_MONTH: Pairs[int, int]
    data: Block
    ledgers: Block


def total(terms: Iterable[T]) -> T:
    """Sum of at least one term."""
    return functools.reduce(operator.add, terms)
