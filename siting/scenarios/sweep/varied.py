"""What a sweep varies: fields of a study and columns of its tables, and the cases that follow from them."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.data.tables.choice.scaling import scalable_columns
from siting.data.tables.files import cells_of
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.problems import InputError, Problem, did_you_mean, printable
from siting.study.paths import field_path, nearest_path, paths_of
from siting.study.yaml_reader import Document, parse_yaml

if TYPE_CHECKING:
    from siting.study.study import Study
    from siting.study.yaml_reader import FieldPath

__all__ = ["Setting", "Variation", "Varied", "read_cases", "scaled_column", "variations", "varied_field"]

LONGEST_NAME = 100
"""Letters of a folder's name, from which on it is cut and told apart by a hash."""

NAME_COLUMN = "case"
"""Column of a table of cases that names them."""

Setting = tuple[str, Any]
"""Path of a field and its value."""


@dataclass(frozen=True)
class Varied:
    """A field and the values that it takes in turn, or rows of a table of cases.

    Parameters
    ----------
    where : str
        Option that says so, for problems.
    choices : tuple of tuple of Setting
        What is set in each choice.
    names : tuple of str
        Name of each choice; empty for one made of what it sets.
    """

    where: str
    choices: tuple[tuple[Setting, ...], ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Variation:
    """One case of a sweep.

    Parameters
    ----------
    name : str
        Of its folder.
    settings : tuple of Setting
        The fields that it sets, each with its value.
    """

    name: str
    settings: tuple[Setting, ...]

    @property
    def label(self) -> str:
        """The case in words: ``policy.carbon_price_usd_per_t = 50``."""
        return ", ".join(f"{path} = {value_text(value)}" for path, value in self.settings)

    def values(self) -> dict[FieldPath, Any]:
        """What is set, by the keys and positions of each path."""
        return {_path(path): value for path, value in self.settings}


def varied_field(text: str) -> Varied:
    """Read an argument of `--vary`: a path, and values as YAML writes them, joined by commas.

    Raises
    ------
    InputError
        If it is none.

    Examples
    --------
    >>> varied_field("policy.carbon_cap_t_per_yr=1e5,null").choices
    ((('policy.carbon_cap_t_per_yr', 100000.0),), (('policy.carbon_cap_t_per_yr', None),))
    >>> varied_field("technology.racks=all,[a, b]").choices[1]
    (('technology.racks', ['a', 'b']),)
    """
    path, values = _stated("--vary", text)
    return of_values(path, values, "--vary")


def scaled_column(text: str) -> Varied:
    """Read an argument of `--scale`: a table's column, and the factors that it is multiplied by.

    Raises
    ------
    InputError
        If it is none.

    Examples
    --------
    >>> scaled_column("sites.tariff_usd_per_mwh=0.8,1.2").choices[0]
    (('scales.sites.tariff_usd_per_mwh', 0.8),)
    """
    column, values = _stated("--scale", text)
    return of_values(f"scales.{column}", values, "--scale")


def of_values(path: str, values: Iterable[Any], where: str) -> Varied:
    """Return a field that takes some values in turn.

    Raises
    ------
    InputError
        If there are none, or one stands twice.
    """
    taken = list(values)
    if not taken:
        raise InputError([Problem(where, 0, path, "no values", f"write them as in {path}=1,2")])
    for place, value in enumerate(taken):
        if value in taken[:place]:
            raise InputError([Problem(where, 0, path, f"{value_text(value)} stands twice")])
    return Varied(where, tuple(((path, value),) for value in taken), ("",) * len(taken))


def read_cases(path: Path) -> Varied:
    """Read a table of cases: a column a field by its path, a row a case, and perhaps a column `case` with names.

    An empty cell leaves the field as the study has it.

    Raises
    ------
    InputError
        With everything that is wrong with the file.
    """
    heading, lines, problems = cells_of(path)
    fields = [name for name in heading if name != NAME_COLUMN]
    if heading and not fields:
        problems.append(Problem(path.name, 0, "", "no column is the path of a field"))
    if heading and not lines:
        problems.append(Problem(path.name, 0, "", "no case stands under the heading"))
    choices, names = [], []
    for line, cells in lines:
        if len(cells) != len(heading):
            problems.append(Problem(path.name, line, "", f"{len(cells)} cells under a heading of {len(heading)}"))
            continue
        row = dict(zip(heading, (cell.strip() for cell in cells), strict=True))
        name = row.pop(NAME_COLUMN, "")
        if name and name in names:
            problems.append(Problem(path.name, line, NAME_COLUMN, f"{name!r} stands twice"))
        names.append(name)
        settings = []
        for field, cell in row.items():
            if cell:
                values, found = _values(cell, path.name, field)
                problems += found
                settings.append((field, values[0] if len(values) == 1 else values))
        choices.append(tuple(settings))
    if problems:
        raise InputError(problems)
    return Varied(path.name, tuple(choices), tuple(names))


def variations(study: Study, varied: Sequence[Varied]) -> tuple[Variation, ...]:
    """Return the cases of a sweep: each choice of one with each of all others.

    Parameters
    ----------
    study
        What is varied.
    varied
        Fields with their values, and tables of cases.

    Raises
    ------
    InputError
        If a path is no field of a study, or stands twice.
    """
    problems, where_of = [], dict[str, str]()
    for one in varied:
        for path in dict.fromkeys(path for settings in one.choices for path, _ in settings):
            if path in where_of:
                problems.append(Problem(one.where, 0, path, "is varied twice"))
            where_of[path] = one.where
            if problem := _unknown(study, path, one.where):
                problems.append(problem)
    if not varied:
        problems.append(Problem("--vary", 0, "", "nothing is varied", "name a field: --vary path=1,2"))
    if problems:
        raise InputError(problems)
    short = _short_names(where_of)
    made: dict[str, Variation] = {}
    for combined in itertools.product(*(zip(one.choices, one.names, strict=True) for one in varied)):
        settings = tuple(setting for choice, _ in combined for setting in choice)
        parts = [
            name or "__".join(f"{short[path]}={value_text(value)}" for path, value in choice) or "as-it-is"
            for choice, name in combined
        ]
        name = _folder_name("__".join(parts))
        while name.lower() in made:  # as on disks that know no capital letters
            name += "-again"
        made[name.lower()] = Variation(name, settings)
    return tuple(made.values())


def value_text(value: Any) -> str:
    """Return a value as a person writes it.

    Examples
    --------
    >>> value_text(50.0), value_text(0.8), value_text(None), value_text(["a", "b"]), value_text("hourly")
    ('50', '0.8', 'null', '[a, b]', 'hourly')
    """
    match value:
        case str():
            return value
        case bool() | None:
            return json.dumps(value)
        case float():
            return f"{value:.12g}"
        case list() | tuple():
            return f"[{', '.join(map(value_text, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{key}: {value_text(inner)}' for key, inner in value.items())}}}"
    return str(value)


def _stated(option: str, text: str) -> tuple[str, list[Any]]:
    path, sign, written = text.partition("=")
    path = path.strip()
    if not sign or not path:
        raise InputError([Problem(option, 0, "", f"input should be path=value,value (got {printable(text)!r})")])
    values, problems = _values(written, option, path)
    if problems:
        raise InputError(problems)
    return path, values


def _values(text: str, where: str, field: str) -> tuple[list[Any], list[Problem]]:
    """Values joined by commas, each as YAML writes it."""
    document = Document(where)
    parse_yaml(f"[{text}]", document)
    if document.problems:
        return [], [Problem(where, 0, field, problem.message, problem.hint) for problem in document.problems]
    return document.data, []


def _unknown(study: Study, path: str, where: str) -> Problem | None:
    """What is wrong with a path; None if the study, or its tables, have it."""
    first, _, rest = path.partition(".")
    if first == "scales" and rest:
        table, _, column = rest.partition(".")
        columns = scalable_columns()
        known = [f"{name}.{one}" for name, members in columns.items() for one in members]
        if column in columns.get(table, ()):
            return None
        named = path if where == "--vary" else rest
        hint = nearest_path(rest, [one for one in known if one.startswith(f"{table}.")] or known)
        return Problem(where, 0, named, "no such column of numbers in the tables", hint)
    if first == "tables" and rest and rest not in (known_tables := [*TABLES, *LAYERS, *SERIES]):
        return Problem(where, 0, path, "no such table in the catalogue", did_you_mean(rest, known_tables))
    if field_path(study, path) is None:
        return Problem(where, 0, path, "no such field in a study", nearest_path(path, list(paths_of(study))))
    return None


def _path(text: str) -> FieldPath:
    return tuple(int(part) if part.isdecimal() else part for part in text.split("."))


def _short_names(paths: Iterable[str]) -> dict[str, str]:
    """The last part of each path that tells it apart from the others."""
    texts = list(paths)
    last = {path: path.rpartition(".")[2] for path in texts}
    return {
        path: path if name.isdecimal() or list(last.values()).count(name) > 1 else name for path, name in last.items()
    }


def _folder_name(text: str) -> str:
    """A name that any disk takes, in which a person reads what is varied."""
    name = re.sub(r"[^A-Za-z0-9._=+-]+", "-", text).strip("-.") or "case"
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 9]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return name
