"""What the pages are made from: every name that this package takes from the project, in one place."""

from __future__ import annotations

import siting
from siting.case.case import KEY_OF_AXIS, Case, Field
from siting.cli.show import ABOUT, chosen_of
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Ledger, Scope, Sense
from siting.models.assembly.periods import Periods
from siting.models.compiler.members import Members
from siting.models.formulation import DESIGN, REPLAY
from siting.plan.key_figures.registry import REGISTRY
from siting.quantities import UNITS, unit
from siting.study.study import Study

__all__ = [
    "ABOUT",
    "DESIGN",
    "KEY_OF_AXIS",
    "LAYERS",
    "REGISTRY",
    "REPLAY",
    "SERIES",
    "TABLES",
    "UNITS",
    "Assembly",
    "Case",
    "Component",
    "Field",
    "Ledger",
    "Members",
    "Periods",
    "Scope",
    "Sense",
    "Study",
    "chosen_of",
    "siting",
    "unit",
]
