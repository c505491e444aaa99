"""The fields of a study by their dotted paths, as a command line names them."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    from siting.study.study import Study
    from siting.study.yaml_reader import FieldPath

__all__ = ["field_path", "nearest_path", "paths_of", "stated_by", "with_value"]


def stated_by(study: Study) -> dict[str, Any]:
    """Return everything that a study states, as plain mappings, lists and scalars."""
    return _plain({**study.model_dump(), "tables": study.tables})  # type: ignore[no-any-return]  # a mapping, at the top


def paths_of(study: Study) -> dict[str, bool]:
    """Return the path of every field, and whether it is a mapping whose keys a person chooses."""
    return dict(_paths(type(study), stated_by(study), ""))


def field_path(study: Study, text: str) -> FieldPath | None:
    """Return the keys and positions of a dotted path, or None if a study has no such field.

    Examples
    --------
    >>> import siting
    >>> study = siting.load_study("us-small")
    >>> field_path(study, "horizon.periods.0.year"), field_path(study, "demand.batch_mw.2030")
    (('horizon', 'periods', 0, 'year'), ('demand', 'batch_mw', 2030))
    >>> field_path(study, "policy.carbon_price")
    """
    known, parts = paths_of(study), text.split(".")
    above = [".".join(parts[:length]) for length in range(1, len(parts))]
    is_free = any(known.get(path) for path in above)
    if not all(parts) or (text not in known and not is_free):
        return None
    return tuple(int(part) if part.isdecimal() else part for part in parts)


def nearest_path(text: str, known: Iterator[str] | list[str]) -> str:
    """Return a hint that names the path nearest to one that does not exist, or an empty text.

    A path is near if it is spelt alike, or if its last part is.

    Examples
    --------
    >>> known = ["policy.carbon_price_usd_per_t", "policy.sites_min_count", "time.data_year"]
    >>> nearest_path("carbon_price_usd", known)
    "did you mean 'policy.carbon_price_usd_per_t'?"
    """
    paths = list(known)
    by_last: dict[str, str] = {}
    for path in paths:
        by_last.setdefault(path.rpartition(".")[2], path)
    last = text.rpartition(".")[2]
    near = [
        *difflib.get_close_matches(text, paths, n=1, cutoff=0.8),
        *(by_last[name] for name in difflib.get_close_matches(last, list(by_last), n=1)),
        *(path for path in paths if last and last in path.rpartition(".")[2]),
        *difflib.get_close_matches(text, paths, n=1),
    ]
    return f"did you mean {near[0]!r}?" if near else ""


def with_value(stated: dict[str, Any], path: FieldPath, value: Any) -> None:
    """Put a value at a path, making the mappings above it where there are none."""
    at: Any = stated
    for step, following in itertools.pairwise(path):
        key = _key(at, step)
        inner = at.get(key) if isinstance(at, dict) else at[key]
        if not isinstance(inner, dict if isinstance(following, str) else dict | list):
            inner = {}
        at[key] = inner
        at = inner
    at[_key(at, path[-1])] = value


def _key(at: dict[Any, Any] | list[Any], step: str | int) -> Any:
    """The key as it stands there: years may be text or numbers."""
    if isinstance(at, dict):
        return next((key for key in at if str(key) == str(step)), step)
    return step


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, BaseModel):
        return {key: _plain(inner) for key, inner in value if inner is not None}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _paths(model: type[BaseModel], stated: Any, above: str) -> Iterator[tuple[str, bool]]:
    for name, field in model.model_fields.items():
        path, value = f"{above}{name}", stated.get(name) if isinstance(stated, dict) else None
        is_mapping = get_origin(field.annotation) in (Mapping, dict)
        yield path, is_mapping
        if is_mapping:
            for key, inner in (value or {}).items():
                yield f"{path}.{key}", isinstance(inner, dict)
            continue
        for part in _models(field.annotation):
            members = [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []
            for position, member in enumerate(members):
                yield f"{path}.{position}", False
                yield from _paths(part, member, f"{path}.{position}.")
            if not members:
                yield from _paths(part, value, f"{path}.")


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Parts that a field may consist of, wherever they stand in its type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for inner in get_args(annotation):
            yield from _models(inner)
