"""A rule of a user's own: rows on what the other components decide, and nothing else."""

from __future__ import annotations

from typing import ClassVar

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block

__all__ = ["Rule"]


class Rule(Component):
    """Base of rules that a study brings in files of its own.

    Subclasses name the components whose decisions they read (`needs`) and state constraints on their block in
    `conclude`. They post to no ledger, so they move no money, carbon or water, and the books need not know them: they
    hold for the design, are shown as the study's own, and no audit works them out again.
    """

    scope = Scope.SYSTEM
    is_own: ClassVar[bool] = True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare nothing: a rule has no decisions of its own."""
