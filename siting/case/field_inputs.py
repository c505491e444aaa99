"""A problem with a number of a case, told at the input that it comes from.

The model speaks of the case's numbers only. When one of them cannot be, the person who stated it wants to hear of
what they wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from siting.problems import Problem

if TYPE_CHECKING:
    from siting.case.case import Case

__all__ = ["problem_of"]


def problem_of(case: Case, name: str, message: str) -> Problem:
    """Return a problem at the input that a number of the case comes from first.

    Parameters
    ----------
    case : Case
        Knows the study, the files that it brings, and which number comes from what.
    name : str
        Name of the number; one without inputs leaves the study as a whole.
    message : str
        What is wrong.
    """
    inputs = case.inputs.get(name, ())
    if not inputs:
        return Problem(case.study.file_name(), 0, "", message)
    first, others = inputs[0], inputs[1:]
    hint = f"it also depends on {', '.join(others)}" if others else ""
    part, column = first.split(".")
    if column in getattr(type(getattr(case.study, part, None)), "model_fields", ()):
        return case.study.problem(first, message, hint)
    own = case.study.tables.get(part)
    return Problem(own if isinstance(own, str) else part, 0, column, message, hint)
