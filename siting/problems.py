"""What is wrong with an input, where, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = [
    "InputError",
    "Problem",
    "did_you_mean",
    "one_of",
    "pattern_words",
    "printable",
    "shown",
    "unit_hint",
    "wording",
]


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
        """One line that any terminal takes: place, field, message and hint."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        field = f"{self.field}: " if self.field else ""
        hint = f"; {self.hint}" if self.hint else ""
        return printable(f"{place}: {field}{self.message}{hint}")


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


def printable(text: str) -> str:
    r"""Return a text as one line in which nothing commands a terminal and everything can be written in UTF-8.

    Examples
    --------
    >>> print(printable("a\x1b[31m.yaml"), printable("caf\udce9.csv"), printable("Köln"))
    a\x1b[31m.yaml caf\udce9.csv Köln
    """
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


_STEM = 4
"""Letters from which on the beginning of a name is told as it."""


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return a hint that names the known word nearest to a misspelt one, or an empty text.

    Examples
    --------
    >>> did_you_mean("latncy_limit_ms", ["latency_limit_ms", "batch_mw"])
    "did you mean 'latency_limit_ms'?"
    >>> did_you_mean("tariff", ["tariff_usd_per_mwh", "tariff_low_usd_per_mwh"])  # a name without its unit
    "did you mean 'tariff_usd_per_mwh'?"
    >>> did_you_mean("mw", ["work_pflop", "work_mw"]), did_you_mean("tx", ["IA", "TX"])
    ("did you mean 'work_mw'?", "did you mean 'TX'?")
    """
    text, names = str(word), [str(name) for name in known]
    of_small = {name.lower(): name for name in reversed(names)}
    near = difflib.get_close_matches(text, names, n=1) or [
        of_small[name] for name in difflib.get_close_matches(text.lower(), of_small, n=1)
    ]
    if not near and len(text) >= _STEM:
        near = sorted((name for name in names if name.startswith(text)), key=len)
    if not near and text:
        near = sorted((name for name in names if name.endswith(f"_{text}")), key=len)
    return f"did you mean {near[0]!r}?" if near else ""


def unit_hint(field: str, value: object, least: float | None = None, most: float | None = None) -> str:
    """Return a hint that a number out of its range may be in another unit, or an empty text.

    Parameters
    ----------
    field
        Name of the number, which ends in its unit.
    value
        What was found.
    least, most
        The bound that it broke.

    Examples
    --------
    >>> unit_hint("headroom_mw", 400_000, most=50_000), unit_hint("cfe_min_fraction", "80", most=1)
    ('is it in kW? 400 MW', 'is it in per cent? 0.8')
    >>> unit_hint("tariff_usd_per_mwh", "6.5", least=10), unit_hint("hall_usd_per_mw", 11.5, least=1e5)
    ('is it in cents a kWh? 65 USD/MWh', 'is it in millions? 1.15e+07')
    """
    try:
        number = float(str(value))
    except ValueError:
        return ""
    if most is not None and number > most:
        if field.endswith("_fraction") and _LEAST_PER_CENT <= number <= _PER_CENT:
            return f"is it in per cent? {number / _PER_CENT:g}"
        if field.endswith("_mw") and number / _KILO <= most:
            return f"is it in kW? {number / _KILO:g} MW"
        if field.endswith("_kw") and number / _KILO <= most:
            return f"is it in W? {number / _KILO:g} kW"
    if least is not None and 0 < number < least:
        if field.endswith("_usd_per_mwh") and number * 10 >= least:
            return f"is it in cents a kWh? {number * 10:g} USD/MWh"
        if "_usd" in field and number * _MILLION >= least:
            return f"is it in millions? {number * _MILLION:g}"
    return ""


_LEAST_PER_CENT, _PER_CENT, _KILO, _MILLION = 2.0, 100.0, 1e3, 1e6


def one_of(known: Iterable[str]) -> str:
    """Return a hint that names all of a few known words, or an empty text where there are many.

    Examples
    --------
    >>> one_of(["solar", "wind"]), one_of(map(str, range(100)))
    ('there are: solar, wind', '')
    """
    names = list(known)
    return f"there are: {', '.join(names)}" if 0 < len(names) <= _FEW else ""


_FEW = 12


def pattern_words(pattern: str) -> str:
    """Say what a text should be that does not match a pattern.

    Examples
    --------
    >>> pattern_words("^[A-Z]{2}$")
    'two capital letters, such as TX'
    """
    return _PATTERNS.get(pattern, f"a text that matches {pattern}")


_PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "lower-case letters, digits and dashes",
    r"^[A-Z]{2}$": "two capital letters, such as TX",
    r"^[0-9]{5}$": "five digits, such as 48113",
    r"^[A-Z0-9]+([-_][A-Z0-9]+)*$": "capital letters, digits and dashes",
    r"^[a-z][a-z0-9_]*$": "lower-case letters, digits and underscores",
    r"^[A-Z]{2}( [A-Z]{2})*$": "states of two capital letters, such as TX OK",
    r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$": "a year, month or day such as 2024-05-31",
}
"""What a pattern means to a person."""


def wording(kind: str, context: Mapping[str, Any], value: object) -> str:
    """Say in plain words what pydantic found wrong with a value.

    Parameters
    ----------
    kind
        Pydantic's name of the error, ``error["type"]``.
    context
        The limits that were broken, ``error["ctx"]``.
    value
        What was found.

    Examples
    --------
    >>> wording("float_type", {}, "x")
    "input should be a number (got 'x')"
    >>> wording("greater_than", {"gt": 0.0}, -3)
    'input should be greater than 0 (got -3)'
    """
    if kind == "missing":
        return "missing"
    if kind == "extra_forbidden":
        return "no such field"
    if kind == "value_error":
        return str(context["error"])
    if kind in _WANTED:
        wanted = _WANTED[kind]
    elif kind in _COMPARED:
        name, words = _COMPARED[kind]
        wanted = f"{words} {context[name]:g}"
    elif kind == "string_too_long":
        wanted = f"at most {context['max_length']} letters long"
    elif kind in ("literal_error", "enum"):
        wanted = str(context["expected"])
    else:
        wanted = f"valid ({kind.replace('_', ' ')})"
    return f"input should be {wanted} (got {shown(value)})"


_WANTED = {
    **dict.fromkeys(("float_type", "float_parsing", "decimal_type"), "a number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), "a whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), "a mapping"),
    **dict.fromkeys(("list_type", "tuple_type"), "a list"),
    "finite_number": "a finite number",
    "string_type": "text",
    "string_too_short": "some text",
    "too_short": "a list with something in it",
}

_COMPARED = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}

_SHOWN_LENGTH = 40


def shown(value: object) -> str:
    """Return a value as it may stand in a one-line message.

    Examples
    --------
    >>> shown({"a": 1}), shown(None), shown(True), shown("x" * 100)
    ('a mapping', 'nothing', 'true', "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...")
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
    text = repr(value)
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 2] + "..."
