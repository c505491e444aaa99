"""Where to build AI data centres, how to cool and power them, and how close to the best the answer is.

>>> import siting
>>> study = siting.load_study("us-small")
>>> study.name
'us-small'

The names below are imported when they are first used, so that `import siting` costs milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from siting.version import __version__

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.data.prepare import prepare
    from siting.optimise.solve import solve
    from siting.plan.plan import Plan
    from siting.problems import InputError, Problem
    from siting.results.folder import load
    from siting.results.writing import write
    from siting.study.loading import load_study, studies
    from siting.study.study import Study


__all__ = [
    "Case",
    "InputError",
    "Plan",
    "Problem",
    "Study",
    "__version__",
    "load",
    "load_study",
    "prepare",
    "solve",
    "studies",
    "write",
]

_HOME = {
    "Case": "siting.case.case",
    "InputError": "siting.problems",
    "Plan": "siting.plan.plan",
    "Problem": "siting.problems",
    "Study": "siting.study.study",
    "load": "siting.results.folder",
    "load_study": "siting.study.loading",
    "prepare": "siting.data.prepare",
    "solve": "siting.optimise.solve",
    "studies": "siting.study.loading",
    "write": "siting.results.writing",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'siting' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
