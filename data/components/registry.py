"""What all components state of their numbers, found by the names of the one list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TypeVar

from siting.case.components import COMPONENTS
from siting.data.kinds.number import Number
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import TableSchema
from siting.study.magnitudes import Range

__all__ = ["FIELDS", "LAYERS", "PARAMETERS", "STATEMENTS", "TABLES", "TERMS", "merged"]

Stated = TypeVar("Stated")


def merged(what: str, parts: Iterable[Mapping[str, Stated]]) -> Mapping[str, Stated]:
    """Return all parts as one.

    Parameters
    ----------
    what : str
        What is stated, for the error.
    parts : iterable of mapping
        By name.

    Raises
    ------
    ValueError
        If two state the same name.

    Examples
    --------
    >>> dict(merged("field", [{"a.x_mw": 1}, {"b.x_mw": 2}]))
    {'a.x_mw': 1, 'b.x_mw': 2}
    >>> merged("field", [{"a.x_mw": 1}, {"a.x_mw": 2}])
    Traceback (most recent call last):
    ValueError: the field 'a.x_mw' is stated twice
    """
    whole: dict[str, Stated] = {}
    for part in parts:
        for name, stated in part.items():
            if name in whole:
                raise ValueError(f"the {what} {name!r} is stated twice")
            whole[name] = stated
    return MappingProxyType(whole)


STATEMENTS: Mapping[str, Statement] = MappingProxyType(
    {name: import_module(f"siting.data.components.{name}").STATED for name in COMPONENTS}
)
"""Statement of each component, in reading order."""

TABLES: Mapping[str, TableSchema] = merged("table", (stated.tables for stated in STATEMENTS.values()))
LAYERS: Mapping[str, TableSchema] = merged("layer", (stated.layers for stated in STATEMENTS.values()))
PARAMETERS: Mapping[str, Range] = merged("parameter", (stated.parameters for stated in STATEMENTS.values()))
TERMS: Mapping[str, Range] = merged("term of finance", (stated.terms for stated in STATEMENTS.values()))
FIELDS: Mapping[str, Number] = merged("field", (stated.fields for stated in STATEMENTS.values()))
