"""Every number that a case is made with, as stated, and those of a choice that are not a site's hours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from siting.case.case import Field
from siting.data.components import registry
from siting.data.components.registry import STATEMENTS
from siting.data.fields import finance
from siting.data.kinds.choice import Choice
from siting.data.kinds.merging import merged
from siting.data.kinds.number import Number

__all__ = ["FIELDS", "INPUTS", "fields_of", "following", "resting_on"]

FIELDS: Mapping[str, Number] = merged("field", (registry.FIELDS, finance.FIELDS))
"""By name; the hours and their weights, which are the calendar's, are not among them."""

INPUTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {name: number.inputs for name, number in FIELDS.items() if number.inputs}
)
"""Inputs of each number; what a study cannot change has none."""


def fields_of(choice: Choice, components: Collection[str] = tuple(STATEMENTS)) -> dict[str, Field]:
    """Return the numbers of a choice but those of the sites' hours, on all days and hours of the year.

    Parameters
    ----------
    choice : Choice
        What the study chooses.
    components : collection of str
        Those whose own numbers are asked for; all by default. What is taken as it is comes in any case.
    """
    taken = {name: choice.taken(number.inputs[0], number.axes) for name, number in FIELDS.items() if number.is_taken}
    parts = [stated.chosen(choice) for name, stated in STATEMENTS.items() if name in components]
    return dict(merged("field", (taken, *parts, finance.finance_fields(choice))))


def resting_on(columns: Collection[str], axis: str = "") -> tuple[str, ...]:
    """Return the components that work out numbers from columns of the sites.

    Parameters
    ----------
    columns : collection of str
        Names of columns.
    axis : str
        That the numbers must have; any by default.
    """
    inputs = {f"sites.{name}" for name in columns}
    return tuple(
        component
        for component, stated in STATEMENTS.items()
        if any(
            not number.is_taken and inputs & set(number.inputs) and (not axis or axis in number.axes)
            for number in stated.numbers.values()
        )
    )


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
