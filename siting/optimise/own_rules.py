"""Rules of a study's own, read from the files of Python that it names, once somebody trusts them."""

from __future__ import annotations

import dataclasses
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from siting.problems import InputError

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.models.assembly.rule import Rule

__all__ = ["with_own_rules"]


def with_own_rules(case: Case) -> Case:
    """Return a case with the rules that its study brings. **This runs the study's code**: read it before.

    Parameters
    ----------
    case : Case
        Of a study whose `components` name files; any other is returned as it is.

    Raises
    ------
    InputError
        If a file cannot be run, or has no rule in it.
    """
    rules: list[type[Rule]] = []
    for position, path in enumerate(case.study.component_files()):
        try:
            rules += _rules_of(path)
        except Exception as error:  # the code is anybody's
            message = f"{path.name} cannot be run: {type(error).__name__}: {error}"
            raise InputError([case.study.problem(f"components.{position}", message)]) from error
    return dataclasses.replace(case, own_rules=tuple(rules))


def _rules_of(path: Path) -> list[type[Rule]]:
    """Rules that a file of Python defines, in their order.

    Raises
    ------
    ValueError
        If it defines none.
    """
    from siting.models.assembly.rule import Rule

    spec = importlib.util.spec_from_file_location(f"own_rules_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ValueError("this is no file of Python")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Rule) and kind.__module__ == module.__name__
    ]
    if not found:
        raise ValueError("it defines no subclass of siting.Rule")
    return found
