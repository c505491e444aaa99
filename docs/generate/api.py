"""The public names, wherever their code stands."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from generate.project import siting
from generate.text import page

OPENING = """
All that scripts and notebooks need is in `siting` itself. A study is loaded, prepared into a case, solved into a plan;
each of the three is frozen, can be saved, and shows itself in a notebook.

```python
import siting

case = siting.prepare(siting.load_study("us-small"))
plan = siting.solve(case)
siting.write(plan, "results/us-small")
```
"""

ORDER = (
    "load_study",
    "studies",
    "prepare",
    "solve",
    "write",
    "load",
    "sweep",
    "Study",
    "Case",
    "Plan",
    "InputError",
    "Problem",
)
"""In the order of their use; names that are not here come last."""


def api_page() -> str:
    """Return the page, for mkdocstrings to fill."""
    public = [name for name in siting.__all__ if not name.startswith("__")]
    names = sorted(public, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    said = []
    for name in names:
        offered = getattr(siting, name)
        path = f"{offered.__module__}.{offered.__qualname__}"
        called = "" if inspect.isclass(offered) else f"```python\n{_called(name, offered)}\n```\n\n"
        said.append(f"## `siting.{name}` {{ #{name} }}\n\n{called}::: {path}")
    return page("Python names", OPENING, *said)


def _called(name: str, function: Callable[..., Any]) -> str:
    """Return how a function is called, one parameter a line where there are several."""
    signature = inspect.signature(function)
    told: list[str] = []
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in told:
            told.append("*")
        told.append(str(parameter).replace("'", ""))
    returned = str(signature.return_annotation).strip("'")
    if len(told) == 1:
        return f"siting.{name}({told[0]}) -> {returned}"
    inside = "".join(f"    {one},\n" for one in told)
    return f"siting.{name}(\n{inside}) -> {returned}" if told else f"siting.{name}() -> {returned}"
