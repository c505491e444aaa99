"""A case without what rests on the hours of its sites: what can be said of a study in a second or two."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pandas as pd

from siting.case.case import Calendar, Case
from siting.data.components.registry import STATEMENTS
from siting.data.fields.stated import INPUTS, fields_of
from siting.data.prepare import axes_of
from siting.data.tables.choice.selection import choose_rows
from siting.data.tables.schema import SERIES

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["outline"]

OF_HOURS = ("day", "hour")
WEATHER = "series_weather"
"""Hours of two million rows, of which nothing that is said here makes use."""


def outline(study: Study) -> Case:
    """Return the case of a study without days and hours, and without the numbers that rest on them.

    The weather of all sites and the choice of days take most of the time that a case takes. Nothing can be solved with
    this one; it has what any plan of the study must keep to.

    Parameters
    ----------
    study : Study
        What is asked.

    Raises
    ------
    InputError
        With every problem of the study and its tables at once, as `siting.data.prepare.prepare` tells them.
    """
    choice = choose_rows(study, [name for name in SERIES if name != WEATHER])
    found = fields_of(choice)
    for stated in STATEMENTS.values():
        with contextlib.suppress(KeyError):  # of a number that rests on hours
            found |= stated.following(found)
    return Case(
        study=choice.study,
        tables=choice.tables,
        axes={**axes_of(choice), **dict.fromkeys(OF_HOURS, ())},
        fields={name: field for name, field in found.items() if not set(OF_HOURS) & set(field.axes)},
        calendar=Calendar(pd.DataFrame(columns=["hour", "day", "weight_h_per_yr"]), pd.DataFrame(), ()),
        inputs=INPUTS,
    )
