"""What all components state of their numbers, found by the names of the one list."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from siting.case.components import COMPONENTS
from siting.data.kinds.asset import Asset
from siting.data.kinds.merging import merged
from siting.data.kinds.number import Number
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import TableSchema
from siting.study.magnitudes import Range

__all__ = ["ASSETS", "FIELDS", "LAYERS", "PARAMETERS", "STATEMENTS", "TABLES", "TERMS"]

STATEMENTS: Mapping[str, Statement] = MappingProxyType(
    {name: import_module(f"siting.data.components.{name}").STATED for name in COMPONENTS}
)
"""Statement of each component, in reading order."""

ASSETS: Mapping[str, Asset] = merged("asset", (stated.assets for stated in STATEMENTS.values()))
TABLES: Mapping[str, TableSchema] = merged("table", (stated.tables for stated in STATEMENTS.values()))
LAYERS: Mapping[str, TableSchema] = merged("layer", (stated.layers for stated in STATEMENTS.values()))
PARAMETERS: Mapping[str, Range] = merged("parameter", (stated.parameters for stated in STATEMENTS.values()))
TERMS: Mapping[str, Range] = merged("term of finance", (stated.terms for stated in STATEMENTS.values()))
FIELDS: Mapping[str, Number] = merged("field", (stated.numbers for stated in STATEMENTS.values()))
