"""Every number that a case is made with, as stated, and those of a choice that are not a site's hours."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from siting.case.case import Field
from siting.data.components import registry
from siting.data.components.registry import STATEMENTS
from siting.data.fields import finance
from siting.data.kinds.choice import Choice
from siting.data.kinds.merging import merged
from siting.data.kinds.number import Number

__all__ = ["FIELDS", "INPUTS", "fields_of", "following"]

FIELDS: Mapping[str, Number] = merged("field", (registry.FIELDS, finance.FIELDS))
"""By name; the hours and their weights, which are the calendar's, are not among them."""

INPUTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: number.inputs for name, number in FIELDS.items() if number.inputs}
)
"""Inputs of each number; what a study cannot change has none."""


def fields_of(choice: Choice) -> dict[str, Field]:
    """Return the numbers of a choice but those of the sites' hours, on all days and hours of the year.

    Parameters
    ----------
    choice : Choice
        What the study chooses.
    """
    taken = {name: choice.taken(number.inputs[0], number.axes) for name, number in FIELDS.items() if number.is_taken}
    parts = [stated.chosen(choice) for stated in STATEMENTS.values()]
    return dict(merged("field", (taken, *parts, finance.finance_fields(choice))))


def following(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return the numbers that follow from those of a case; what a component works out, those after it may read.

    Parameters
    ----------
    fields : mapping of str to Field
        Those that there are.
    """
    found: dict[str, Field] = {}
    for stated in STATEMENTS.values():
        found |= stated.following({**fields, **found})
    return found
