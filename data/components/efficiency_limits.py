"""Limits on PUE and WUE are stated in the policy of a study, and what they limit is the cooling's: no numbers here."""

from __future__ import annotations

from siting.data.kinds.statement import Statement

__all__ = ["STATED"]

STATED = Statement()
