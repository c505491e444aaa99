"""Quotas of batch work come from the plan that is replayed, not from a study: no numbers here."""

from __future__ import annotations

from siting.data.kinds.statement import Statement

__all__ = ["STATED"]

STATED = Statement()
