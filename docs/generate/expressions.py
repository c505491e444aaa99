"""Expressions that write themselves: what a component's rule returns when it is given letters for indices.

They take the arithmetic that rules do, and keep it as a tree.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

ROUNDING = 1e-6
"""Summands below this stand for rounding, and are not written."""

SUM, PRODUCT, ATOM = 1, 2, 3
"""How tightly an expression holds together."""


class Expression:
    """Base of all: the arithmetic of rules."""

    __hash__ = None  # type: ignore[assignment]  # equality makes a relation, so there is nothing to hash by
    hold: int = ATOM

    def latex(self) -> str:
        """Return it as a formula."""
        raise NotImplementedError  # each kind writes itself

    def within(self, hold: int) -> str:
        """Return it as a part of what holds so tightly: in brackets where they are needed."""
        return self.latex() if self.hold >= hold else rf"\left( {self.latex()} \right)"

    def is_numeric_type(self) -> bool:
        """Let `pyomo.environ.value` take it as it is."""
        return True

    def __call__(self, exception: bool = True) -> Any:  # noqa: ARG002 - Pyomo calls it so
        """Return its value where it is known, else itself."""
        return self

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **_: Any) -> Any:
        """Round down, all that rules ask of numpy."""
        return Floor(self) if function is np.floor and method == "__call__" else NotImplemented

    def __add__(self, other: Any) -> Expression:
        return _sum(self, _of(other))

    def __radd__(self, other: Any) -> Expression:
        return _sum(_of(other), self)

    def __sub__(self, other: Any) -> Expression:
        return _sum(self, _negative(_of(other)))

    def __rsub__(self, other: Any) -> Expression:
        return _sum(_of(other), _negative(self))

    def __neg__(self) -> Expression:
        return _negative(self)

    def __mul__(self, other: Any) -> Expression:
        return _product(self, _of(other))

    def __rmul__(self, other: Any) -> Expression:
        return _product(_of(other), self)

    def __truediv__(self, other: Any) -> Expression:
        return _quotient(self, _of(other))

    def __rtruediv__(self, other: Any) -> Expression:
        return _quotient(_of(other), self)

    def __le__(self, other: Any) -> Relation:
        return Relation(self, r"\le", _of(other))

    def __lt__(self, other: Any) -> Relation:
        return Relation(self, "<", _of(other))

    def __ge__(self, other: Any) -> Relation:
        return Relation(self, r"\ge", _of(other))

    def __eq__(self, other: object) -> Relation:  # type: ignore[override]  # a row, not a truth value
        return Relation(self, "=", _of(other))


@dataclasses.dataclass(frozen=True, eq=False)
class Relation:
    """Two expressions compared; never true, so that a rule that asks goes on as in the general case."""

    left: Expression
    sign: str
    right: Expression

    def __bool__(self) -> bool:
        return False

    def latex(self) -> str:
        """Return it as a formula."""
        return f"{self.left.latex()} {self.sign} {self.right.latex()}"


@dataclasses.dataclass(frozen=True, eq=False)
class Number(Expression):
    """A plain number."""

    value: float

    def latex(self) -> str:
        """Return it as a formula."""
        return f"{self.value:g}"


@dataclasses.dataclass(frozen=True, eq=False)
class Name(Expression):
    """A symbol with its indices; with its value, where these are members and not letters."""

    head: str
    indices: tuple[str, ...] = ()
    value: float | None = None

    def latex(self) -> str:
        """Return it as a formula."""
        return f"{self.head}_{{{','.join(self.indices)}}}" if self.indices else self.head

    def __call__(self, exception: bool = True) -> Any:  # noqa: ARG002 - Pyomo calls it so
        """Return its value where it is known, else itself."""
        return self if self.value is None else self.value


@dataclasses.dataclass(frozen=True, eq=False)
class Negative(Expression):
    """Less what is inside."""

    inner: Expression
    hold = SUM

    def latex(self) -> str:
        """Return it as a formula."""
        return f"-{self.inner.within(PRODUCT)}"


@dataclasses.dataclass(frozen=True, eq=False)
class Addition(Expression):
    """What is added up."""

    terms: tuple[Expression, ...]
    hold = SUM

    def latex(self) -> str:
        """Return it as a formula."""
        first, *others = self.terms
        return first.within(SUM) + "".join(_joined(term) for term in others)


@dataclasses.dataclass(frozen=True, eq=False)
class Product(Expression):
    """What is multiplied; a sum over an index stands last, or in brackets."""

    factors: tuple[Expression, ...]
    hold = PRODUCT

    def latex(self) -> str:
        """Return it as a formula."""
        *others, last = self.factors
        return r" \, ".join([*(one.within(ATOM) for one in others), last.within(PRODUCT)])


@dataclasses.dataclass(frozen=True, eq=False)
class Quotient(Expression):
    """One over another."""

    above: Expression
    below: Expression

    def latex(self) -> str:
        """Return it as a formula."""
        return rf"\frac{{{self.above.latex()}}}{{{self.below.latex()}}}"


@dataclasses.dataclass(frozen=True, eq=False)
class Sum(Expression):
    """A sum over an index."""

    under: str
    inner: Expression
    hold = PRODUCT

    def latex(self) -> str:
        """Return it as a formula."""
        return rf"\sum_{{{self.under}}} {self.inner.within(PRODUCT)}"


@dataclasses.dataclass(frozen=True, eq=False)
class Floor(Expression):
    """Rounded down."""

    inner: Expression

    def latex(self) -> str:
        """Return it as a formula."""
        return rf"\left\lfloor {self.inner.latex()} \right\rfloor"


@dataclasses.dataclass(frozen=True, eq=False)
class Ceiling(Expression):
    """Rounded up."""

    inner: Expression

    def latex(self) -> str:
        """Return it as a formula."""
        return rf"\left\lceil {self.inner.latex()} \right\rceil"


def _of(value: Any) -> Expression:
    """Return a value as an expression."""
    return value if isinstance(value, Expression) else Number(float(value))


def _joined(term: Expression) -> str:
    """Write a term behind others, with its sign."""
    if isinstance(term, Negative):
        return f" - {term.inner.within(PRODUCT)}"
    if isinstance(term, Number) and term.value < 0:
        return f" - {-term.value:g}"
    return f" + {term.within(PRODUCT)}"


def _is(value: Expression, number: float) -> bool:
    return isinstance(value, Number) and value.value == number


def _sum(one: Expression, other: Expression) -> Expression:
    """Add two, without zeros and rounding."""
    terms = [
        term
        for part in (one, other)
        for term in (part.terms if isinstance(part, Addition) else (part,))
        if not (isinstance(term, Number) and abs(term.value) < ROUNDING)
    ]
    return Addition(tuple(terms)) if len(terms) > 1 else terms[0] if terms else Number(0.0)


def _negative(inner: Expression) -> Expression:
    """Turn the sign."""
    if isinstance(inner, Negative):
        return inner.inner
    if isinstance(inner, Number):
        return Number(-inner.value)
    if isinstance(inner, Floor) and isinstance(inner.inner, Negative):
        return Ceiling(inner.inner.inner)
    return Negative(inner)


def _product(one: Expression, other: Expression) -> Expression:
    """Multiply two; signs come first, and factors of one are left out."""
    if isinstance(one, Negative):
        return _negative(_product(one.inner, other))
    if isinstance(other, Negative):
        return _negative(_product(one, other.inner))
    if _is(one, -1.0) or _is(other, -1.0):
        return _negative(other if _is(one, -1.0) else one)
    factors = [
        factor
        for part in (one, other)
        for factor in (part.factors if isinstance(part, Product) else (part,))
        if not _is(factor, 1.0)
    ]
    return Product(tuple(factors)) if len(factors) > 1 else factors[0] if factors else Number(1.0)


def summed(under: str, inner: Any) -> Expression:
    """Sum over an index; the sign comes first."""
    found = _of(inner)
    return Negative(Sum(under, found.inner)) if isinstance(found, Negative) else Sum(under, found)


def _quotient(above: Expression, below: Expression) -> Expression:
    """Divide one by another; the sign comes first."""
    return _negative(_quotient(above.inner, below)) if isinstance(above, Negative) else Quotient(above, below)
