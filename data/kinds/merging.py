"""Several mappings as one, of which no two may state the same name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

__all__ = ["merged"]

Stated = TypeVar("Stated")


def merged(what: str, parts: Iterable[Mapping[str, Stated]]) -> Mapping[str, Stated]:
    """Return all parts as one.

    Parameters
    ----------
    what : str
        What is stated, for the error.
    parts : iterable of mapping
        By name.

    Raises
    ------
    ValueError
        If two state the same name.

    Examples
    --------
    >>> dict(merged("field", [{"a.x_mw": 1}, {"b.x_mw": 2}]))
    {'a.x_mw': 1, 'b.x_mw': 2}
    >>> merged("field", [{"a.x_mw": 1}, {"a.x_mw": 2}])
    Traceback (most recent call last):
    ValueError: the field 'a.x_mw' is stated twice
    """
    whole: dict[str, Stated] = {}
    for part in parts:
        for name, stated in part.items():
            if name in whole:
                raise ValueError(f"the {what} {name!r} is stated twice")
            whole[name] = stated
    return MappingProxyType(whole)
