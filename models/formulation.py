"""What the model consists of, in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from siting.case.case import Case
from siting.case.components import COMPONENTS
from siting.models.assembly.assembly import Component
from siting.problems import InputError


def _declared() -> Iterator[type[Component]]:
    """Classes of components, in the order of the list and, in a file, in the order in which they stand."""
    for name in COMPONENTS:
        module = import_module(f"siting.models.components.{name}")
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, Component) and found.__module__ == module.__name__:
                yield found


DESIGN: tuple[type[Component], ...] = tuple(found for found in _declared() if found.in_design)
"""The components of a study, from the ground up."""

REPLAY: tuple[type[Component], ...] = tuple(found for found in _declared() if found.in_replay)
"""One site with its design fixed, over any stretch of whole days; caps on all sites are shared out by the replay."""


def chosen(components: tuple[type[Component], ...], case: Case) -> tuple[type[Component], ...]:
    """Return a list of components less what the study leaves out, or gives no data for, and its own rules.

    Parameters
    ----------
    components : tuple of component classes
        `DESIGN` or `REPLAY`.
    case : Case
        Holds the study and its numbers.

    Raises
    ------
    InputError
        If the study brings rules of its own and nobody has said that they may be run.
    """
    if case.study.components and not case.own_rules:
        files = ", ".join(path.name for path in case.study.component_files())
        message = f"the study brings code of its own, {files}, which has not been run"
        hint = "read it; then say --trust-code, or siting.with_own_rules(case) in Python"
        raise InputError([case.study.problem("components", message, hint)])
    own = case.own_rules if components is DESIGN else ()
    return (*(component for component in components if component.is_wanted(case)), *own)
