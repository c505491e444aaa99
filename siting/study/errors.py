"""Pydantic's errors as problems of a file: in plain words, with the line and a hint."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from siting.problems import Problem, did_you_mean, pattern_words, shown, unit_hint, wording
from siting.study.yaml_reader import KEY, Document, FieldPath

__all__ = ["explain", "joined"]


def explain(document: Document, detail: Mapping[str, Any], model: type[BaseModel], extra: Iterable[str]) -> Problem:
    """Say in plain words what pydantic found, at the place in the file.

    Parameters
    ----------
    document
        The file.
    detail
        One of pydantic's errors.
    model
        What the document should be.
    extra
        Fields at the top of the file that the model does not know.
    """
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    path = _path_in(document.data, detail["loc"], kind)
    message, hint = wording(kind, context, value), ""
    if kind == "extra_forbidden":
        part = _model_at(model, path[:-1])
        known = [*(part.model_fields if part else ()), *(extra if part is model else ())]
        hint = did_you_mean(path[-1], known)
    elif kind == "missing":
        part = _model_at(model, path[:-1])
        field = part.model_fields.get(str(path[-1])) if part else None
        hint = str(field.description).split("\n")[0].rstrip(".") if field else ""
    elif kind == "literal_error" and isinstance(value, str):
        hint = did_you_mean(value, [word for word in str(context["expected"]).split("'") if word.strip(", or")])
    elif (
        kind == "string_type"
        and path[0] != "tables"
        and (text := document.written.get(_as_written(path, detail["loc"])))
    ):
        hint = f"in quotes it is text: '{text}'"
    elif kind == "string_pattern_mismatch":
        message = f"input should be {pattern_words(context['pattern'])} (got {shown(value)})"
    elif kind in BOUND_OF:
        name = BOUND_OF[kind]
        number = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
        hint = unit_hint(number, value, **{"most" if name in ("le", "lt") else "least": context[name]})
    return document.problem(path, message, hint)


BOUND_OF = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
"""Name of the bound in pydantic's error of each kind."""

_WANTED = re.compile(r"input should be (?P<wanted>.*) \((?P<got>got .*)\)")


def joined(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with one in place of several at the same field that each say what else it may be.

    Pydantic tells of each variant of a field why the value is not that.
    """
    found: list[Problem] = []
    for problem in problems:
        before = found[-1] if found else None
        now, then = _WANTED.fullmatch(problem.message), before and _WANTED.fullmatch(before.message)
        if before and now and then and (before.field, before.line, then["got"]) == (
            problem.field, problem.line, now["got"],
        ):  # fmt: skip
            wanted = f"{then['wanted']} or {now['wanted']}".split(" or ")
            message = f"input should be {', '.join(wanted[:-1])} or {wanted[-1]} ({now['got']})"
            found[-1] = dataclasses.replace(problem, message=message, hint=before.hint or problem.hint)
        else:
            found.append(problem)
    return found


def _path_in(data: Any, location: Iterable[str | int], kind: str) -> FieldPath:
    """Pydantic's location without the names of types and variants that it puts between the fields."""
    path: list[str | int] = []
    parts = list(location)
    for part in parts:
        is_number = isinstance(part, str) and part.isdecimal() and part not in (data if isinstance(data, dict) else ())
        key = int(part) if is_number else part
        if isinstance(data, dict) and key in data:
            data = data[key]
        elif isinstance(data, list) and isinstance(key, int):
            data = data[key]
        else:
            continue
        path.append(key)
    return (*path, parts[-1]) if kind == "missing" else tuple(path)


def _as_written(path: FieldPath, location: tuple[str | int, ...]) -> FieldPath:
    """Where the document keeps the text of the value, or of the key, that pydantic speaks of."""
    return (*path, KEY) if location[-1] == KEY else path


def _model_at(model: type[BaseModel], path: FieldPath) -> type[BaseModel] | None:
    """The part of a model that stands at a path, where positions in lists are whole numbers."""
    part: Any = model
    for step in path:
        if isinstance(step, int):
            part = next((inner for inner in get_args(part) if inner is not Ellipsis), None)
        elif (inner := _model_in(part)) and step in inner.model_fields:
            part = inner.model_fields[step].annotation
        else:
            return None
    return _model_in(part)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation is, or that is one of its variants; none in a list, which has positions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
    return None
