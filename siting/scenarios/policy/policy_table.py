"""What the standard instruments would change, as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from siting.scenarios.policy.effects import Effects, payments, states, steps, summary
from siting.scenarios.policy.public_effects import public_table

if TYPE_CHECKING:
    import pandas as pd

    from siting.plan.plan import Plan

__all__ = ["PolicyTable"]


@dataclass(frozen=True)
class PolicyTable:
    """What the standard instruments would change.

    Parameters
    ----------
    base : Plan
        Without any.
    effects : tuple of Effects
        By instrument.
    folder : Path
        Where the plans are.
    """

    base: Plan
    effects: tuple[Effects, ...]
    folder: Path

    @property
    def summary(self) -> pd.DataFrame:
        """A row an instrument, at its standard level."""
        return summary(self.base, self.effects)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name."""
        return {
            "policy": self.summary,
            "steps": steps(self.effects),
            "states": states(self.base, self.effects),
            "payments": payments(self.base, self.effects),
            "public": public_table(self.base, self.effects),
        }
