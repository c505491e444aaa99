"""The formulation, read from the code once for all pages."""

from __future__ import annotations

import dataclasses
import functools

from generate.example import example_case
from generate.project import DESIGN, REPLAY, Assembly, Component
from generate.symbols import Nomenclature, symbols_of
from generate.written import Row, WrittenAssembly

COMPONENTS: tuple[type[Component], ...] = tuple(dict.fromkeys([*DESIGN, *REPLAY]))
"""All components, in the order of the formulation; those of the replay alone come last."""

ASSEMBLY = "assembly"
"""Home of the symbols that the assembly itself states."""


@dataclasses.dataclass(frozen=True)
class Formulation:
    """What all pages on the model are made from.

    Parameters
    ----------
    nomenclature : Nomenclature
        Its symbols.
    assembly : WrittenAssembly
        Its components, written down.
    rows : tuple of Row
        Its constraints.
    """

    nomenclature: Nomenclature
    assembly: WrittenAssembly
    rows: tuple[Row, ...]


def nomenclature() -> Nomenclature:
    """Return the symbols that the assembly and all components state."""
    homes: list[tuple[object, str]] = [(kind, kind.name()) for kind in COMPONENTS]
    return Nomenclature(symbol for home in [*homes, (Assembly, ASSEMBLY)] for symbol in symbols_of(*home))


@functools.cache
def formulation() -> Formulation:
    """Return the formulation as the code states it."""
    symbols = nomenclature()
    assembly = WrittenAssembly(example_case(), COMPONENTS, symbols)
    return Formulation(symbols, assembly, tuple(assembly.rows()))
