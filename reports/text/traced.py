"""Numbers that a sentence says, each with the place in the plan that it was read from.

A `Traced` number is read from a table, a key figure, the study or the proof, or worked out from such numbers. `Printed`
is how a language writes it; `Said` is a sentence that keeps what it prints, so that a reader, or a test, can ask each
number of a text for its cell.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Self

__all__ = ["How", "OfCells", "OfKpi", "OfPlan", "OfStudy", "OfTwo", "Origin", "Printed", "Said", "Traced", "say"]

How = Literal["cell", "sum", "max", "min", "count", "distinct"]
Sign = Literal["+", "-", "*", "/"]

_SIGNS: Mapping[Sign, Callable[[float, float], float]] = MappingProxyType(
    {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
)


@dataclass(frozen=True)
class OfCells:
    """Cells of a column of a table of the plan.

    Parameters
    ----------
    table, column : str
    where : tuple of (str, tuple)
        Columns and the values that they may have in the rows that count; all rows if empty.
    how : str
        What is made of the cells: the one cell, their sum, the largest, the least, their number, or the number of
        different values.
    """

    table: str
    column: str
    where: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    how: How = "cell"


@dataclass(frozen=True)
class OfKpi:
    """A key figure of the whole system, of the last period or of the horizon."""

    kpi_id: str


@dataclass(frozen=True)
class OfStudy:
    """A number that the study states, by its path: parts, keys and positions divided by dots."""

    path: str


@dataclass(frozen=True)
class OfPlan:
    """A number of the plan itself or of its search, by its path: the cost, the bound, the gap."""

    path: str


@dataclass(frozen=True)
class OfTwo:
    """A number worked out from two others, or from one and a plain number."""

    sign: Sign
    left: Origin
    right: Origin


Origin = OfCells | OfKpi | OfStudy | OfPlan | OfTwo | float


@dataclass(frozen=True)
class Traced:
    """A number and where it comes from.

    Parameters
    ----------
    value : float
    origin : Origin

    Examples
    --------
    >>> half = Traced(1.0, OfKpi("a")) / Traced(2.0, OfKpi("b"))
    >>> half.value, half.origin
    (0.5, OfTwo(sign='/', left=OfKpi(kpi_id='a'), right=OfKpi(kpi_id='b')))
    >>> (1 - half).value, abs(half - 1).value
    (0.5, 0.5)
    """

    value: float
    origin: Origin

    def __add__(self, other: Traced | float) -> Traced:
        return _of_two("+", self, other)

    def __radd__(self, other: float) -> Traced:
        return _of_two("+", other, self)

    def __sub__(self, other: Traced | float) -> Traced:
        return _of_two("-", self, other)

    def __rsub__(self, other: float) -> Traced:
        return _of_two("-", other, self)

    def __mul__(self, other: Traced | float) -> Traced:
        return _of_two("*", self, other)

    def __truediv__(self, other: Traced | float) -> Traced:
        return _of_two("/", self, other)

    def __rtruediv__(self, other: float) -> Traced:
        return _of_two("/", other, self)

    def __abs__(self) -> Traced:
        return self if self.value >= 0 else self * -1.0

    def __float__(self) -> float:
        return float(self.value)


def _of_two(sign: Sign, left: Traced | float, right: Traced | float) -> Traced:
    one, other = (part if isinstance(part, Traced) else Traced(float(part), float(part)) for part in (left, right))
    return Traced(_SIGNS[sign](one.value, other.value), OfTwo(sign, one.origin, other.origin))


class Printed(str):
    """A number as a language writes it, with its unit; it knows the number."""

    __slots__ = ("number",)
    number: Traced | float

    def __new__(cls, text: str, number: Traced | float) -> Self:
        """Keep the number beside its text."""
        made = super().__new__(cls, text)
        made.number = number
        return made


class Said(str):
    """A sentence; it knows the message that it is made of and what was put into it."""

    __slots__ = ("message", "parts")
    message: str
    parts: tuple[str, ...]

    def __new__(cls, text: str, message: str, parts: tuple[str, ...]) -> Self:
        """Keep the parts beside the text."""
        made = super().__new__(cls, text)
        made.message, made.parts = message, parts
        return made


def say(message: str, **parts: str) -> Said:
    """Return a message with its places filled; a number must come as `Printed`, since plain text is a name.

    Parameters
    ----------
    message : str
        A translated message with named places.
    **parts
        What to put there.

    Examples
    --------
    >>> sentence = say("{site} has {power}.", site="Polk", power=Printed("40 MW", Traced(40.0, OfKpi("peak_grid_mw"))))
    >>> str(sentence), sentence.parts[1].number.value
    ('Polk has 40 MW.', 40.0)
    """
    return Said(message.format(**parts), message, tuple(parts.values()))
