"""Where to build AI data centres, how to cool and power them, and how close to the best the answer is.

>>> import siting
>>> study = siting.load_study("us-small")
>>> study.name
'us-small'

The names below are imported when they are first used, so that `import siting` costs milliseconds.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from siting.case import Case
    from siting.data.prepare import prepare
    from siting.plan import Plan, load, write
    from siting.problems import InputError, Problem
    from siting.solve import solve
    from siting.study import Study, load_study, studies

__version__ = "0.1.0"

__all__ = [
    "Case",
    "InputError",
    "Plan",
    "Problem",
    "Study",
    "load",
    "load_study",
    "prepare",
    "solve",
    "studies",
    "write",
]

_HOME = {
    "Case": "siting.case",
    "InputError": "siting.problems",
    "Plan": "siting.plan",
    "Problem": "siting.problems",
    "Study": "siting.study",
    "load": "siting.plan",
    "load_study": "siting.study",
    "prepare": "siting.data.prepare",
    "solve": "siting.solve",
    "studies": "siting.study",
    "write": "siting.plan",
}


class _Package(ModuleType):
    """The package, in which `solve` stays the function when the module `siting.solve` is imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'siting' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
