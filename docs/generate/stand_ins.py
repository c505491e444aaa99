"""What stands in for numbers, variables and members while rules are called with letters."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from generate.expressions import Expression, Name, summed
from generate.letters import LETTERS, VINTAGE, Letter
from generate.project import Assembly, Field


class Stated:
    """A case whose policy's numbers write themselves; all else is the case's."""

    def __init__(self, real: Any, named: Callable[[str], Name]) -> None:
        self._real, self._named = real, named

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name in ("study", "policy"):
            return Stated(found, self._named)
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        is_limit = name.endswith(("_count", "_ratio")) and name.split("_")[-2] in ("min", "max")
        return self._named(name) if is_number and is_limit else found


class WrittenNumbers:
    """A field that writes itself when it is looked up."""

    def __init__(self, assembly: Assembly, head: str, field: Field) -> None:
        self._assembly, self._head, self._field = assembly, head, field

    def __getitem__(self, key: Any) -> Name:
        parts = key if isinstance(key, tuple) else (key,)
        if any(isinstance(part, Letter) for part in parts):
            return Name(self._head, tuple(_text(part, "") for part in parts))
        axes = self._assembly.axes
        places = tuple(axes.place(axis, part) for axis, part in zip(self._field.axes, parts, strict=True))
        indices = tuple(f"{LETTERS[axis][0]}^*" for axis in self._field.axes)
        return Name(self._head, indices, float(self._field.values[places]))


class WrittenVariable:
    """A variable that writes itself; over all vintages, as their sum."""

    def __init__(self, head: str) -> None:
        self._head = head

    def __getitem__(self, key: Any) -> Expression:
        parts = key if isinstance(key, tuple) else (key,)
        name = Name(self._head, tuple(_text(part, part) for part in parts))
        until = [part.until for part in parts if isinstance(part, Vintage)]
        return summed(rf"{VINTAGE} \le {until[0]}", name) if until else name


@dataclasses.dataclass(frozen=True)
class Vintage(Letter):
    """The letter of all periods up to another."""

    until: str


@dataclasses.dataclass(frozen=True)
class Within:
    """Members of an axis that go with a letter."""

    axis: str
    of: str
    is_part: bool


class WrittenPartners:
    """For a letter of one axis, those of another that go with it."""

    def __init__(self, axis: str, *, is_part: bool, real: Any = None) -> None:
        self._axis, self._is_part, self._real = axis, is_part, real

    def __getitem__(self, key: Any) -> Any:
        return Within(self._axis, key.text, self._is_part) if isinstance(key, Letter) else (key,)

    def values(self) -> Iterator[Any]:
        """Go through the real members."""
        return iter(self._real.values())

    def count(self, key: Letter) -> Name:
        """Write how many there are."""
        return Name(rf"\lvert {key.text} \rvert")


class WrittenLookup:
    """For a letter, the one that goes with it."""

    def __init__(self, real: Any, source: str, target: str) -> None:
        self._real, self._source, self._target = real, source, target

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, Letter):
            return self._real[key]
        text = f"{key.text}+1" if self._source == self._target else f"{LETTERS[self._target][0]}({key.text})"
        return Letter(text, self._target)


def _text(part: Any, other: str) -> str:
    """How an index is written."""
    return part.text if isinstance(part, Letter) else str(other)
