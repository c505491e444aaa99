"""The nomenclature: every symbol, once, with the name in code and the unit that this name ends in."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from generate.docstrings import entries
from generate.latex import parse
from generate.letters import EVERY
from generate.project import unit

EXPRESSION = re.compile(r"expression \[(?P<unit>[^\]]+)\]")


class NomenclatureError(ValueError):
    """A symbol with two meanings, or a meaning with two symbols."""


@dataclasses.dataclass(frozen=True)
class Symbol:
    """A symbol of the formulation.

    Parameters
    ----------
    notation : str
        The symbol with its indices, in LaTeX.
    name : str
        Name in code of a variable, a number, a limit or an account; empty for an expression.
    unit : str
        Unit as printed; empty for a pure number.
    meaning : str
        What it is.
    home : str
        Who states it.
    """

    notation: str
    name: str
    unit: str
    meaning: str
    home: str

    @property
    def head(self) -> str:
        """The symbol without its indices."""
        return parse(self.notation).head

    @property
    def indices(self) -> tuple[str, ...]:
        """Its indices."""
        return parse(self.notation).indices


def symbols_of(documented: object, home: str) -> tuple[Symbol, ...]:
    """Return the symbols that a docstring states.

    Raises
    ------
    ValueError
        If a name ends in no known unit.
    """
    found = []
    for notation, name, meaning in entries(documented, "Symbols"):
        expression = EXPRESSION.fullmatch(name)
        label = expression["unit"] if expression else unit(name).label
        found.append(Symbol(notation, "" if expression else name, label, meaning, home))
    return tuple(found)


class Nomenclature:
    """All symbols of a formulation.

    Parameters
    ----------
    symbols : iterable of Symbol
        In the order in which readers meet them.

    Raises
    ------
    NomenclatureError
        If one symbol has two meanings, is also an index, or one name has two symbols.
    """

    def __init__(self, symbols: Iterable[Symbol]) -> None:
        self.symbols = tuple(symbols)
        by_head: dict[str, Symbol] = {}
        by_name: dict[str, Symbol] = {}
        for symbol in self.symbols:
            if symbol.head in EVERY:
                raise NomenclatureError(f"{symbol.head} is an index; {symbol.home} needs another letter for it")
            other = by_head.setdefault(symbol.head, symbol)
            if other is not symbol:
                raise NomenclatureError(f"{symbol.head} stands for two things, in {other.home} and in {symbol.home}")
            named = by_name.setdefault(symbol.name, symbol) if symbol.name else symbol
            if named is not symbol:
                raise NomenclatureError(f"{symbol.name} has two symbols, in {named.home} and in {symbol.home}")
        self.by_head: Mapping[str, Symbol] = MappingProxyType(by_head)
        self._by_name = by_name

    def named(self, name: str) -> Symbol:
        """Return the symbol of a name in code.

        Raises
        ------
        NomenclatureError
            If no docstring states one.
        """
        if name not in self._by_name:
            raise NomenclatureError(
                f"{name} has no symbol: state one under 'Symbols' in the docstring of the component that owns it"
            )
        return self._by_name[name]
