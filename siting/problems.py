"""What is wrong with an input, where, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["InputError", "Problem"]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one place; problems sort by file, then line.

    Parameters
    ----------
    file
        Name of the file as the user wrote it.
    line
        Line counted from 1, or 0 for the file as a whole.
    field
        Path of the field, joined by dots; empty for the file as a whole.
    message
        What is wrong, in the user's words.
    hint
        What to write instead, if that can be guessed.

    Examples
    --------
    >>> print(Problem("study.yaml", 4, "facility.modul_mw", "no such field", "did you mean 'module_mw'?"))
    study.yaml:4: facility.modul_mw: no such field; did you mean 'module_mw'?
    >>> print(Problem("study.yaml", 0, "", "no such file"))
    study.yaml: no such file
    """

    file: str
    line: int
    field: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """One line: place, field, message and hint."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        field = f"{self.field}: " if self.field else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}: {field}{self.message}{hint}"


class InputError(ValueError):
    """Every problem found in the input at once, sorted and without repeats.

    Examples
    --------
    >>> late, early = Problem("a.yaml", 9, "b", "no such field"), Problem("a.yaml", 2, "c", "no such field")
    >>> print(InputError([late, early, late]))
    a.yaml:2: c: no such field
    a.yaml:9: b: no such field
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
