"""Numbers of batch work that may wait: those of `serving`, and none of its own."""

from __future__ import annotations

from siting.data.kinds.statement import Statement

__all__ = ["STATED"]

STATED = Statement()
