"""What a key figure is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Account = Literal[
    "cost",
    "operating",
    "capital",
    "revenue",
    "power",
    "water",
    "carbon_location",
    "carbon_market",
    "carbon_hourly",
    "carbon_embodied",
    "carbon_marginal",
    "carbon_free",
]
"""Sums of terms of the ledgers, and what stands beside these, that key figures are made from."""


@dataclass(frozen=True)
class Kpi:
    """Definition of one key figure.

    Parameters
    ----------
    id : str
        Name in every table and file, with its unit suffix.
    label : str
        What a reader sees; English, marked for translation.
    formula : str
        How it is computed, in words; English, marked for translation.
    unit : str
        Unit as printed; ``"1"`` for a pure number.
    source : str
        Standard or method that defines it, with its edition.
    direction : {"lower", "higher", "neutral"}
        Which way is better for the reader.
    format : {"quantity", "money", "percent", "ratio", "year"}
        How a value is printed; stored values are never rounded.
    trap : str
        What the figure does not say; English, marked for translation.
    method_version : str
        Version of the method, written beside each value.
    horizon : bool
        True if the figure belongs to the whole horizon, not to one period.
    rests_on : tuple of str
        Accounts of `siting.plan.key_figures.grades` whose inputs decide how sure it is; none of a figure of the plan's
        own shape.
    """

    id: str
    label: str
    formula: str
    unit: str
    source: str
    direction: Literal["lower", "higher", "neutral"]
    format: Literal["quantity", "money", "percent", "ratio", "year"]
    trap: str = ""
    method_version: str = "siting-1"
    horizon: bool = False
    rests_on: tuple[Account, ...] = ()


OWN = "siting"
"""Source of the key figures that no standard defines."""
