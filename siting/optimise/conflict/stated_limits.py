"""The limits that a case is held to, as they are marked at the fields of the study and at the numbers of the case."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from siting.case.case import Case, Field
from siting.data.fields.stated import FIELDS
from siting.study.limit import LimitMark
from siting.study.parts import Frozen, FrozenDict

if TYPE_CHECKING:
    from siting.case.case import Array

__all__ = ["StatedLimit", "loosened", "stated_limits"]


@dataclasses.dataclass(frozen=True)
class StatedLimit:
    """A limit that is set.

    Parameters
    ----------
    name : str
        The study's field by its dotted path, down to the key where it is a mapping, or the column of a table.
    limit : LimitMark
        Which way it binds, and when it binds nothing.
    value : float, bool, tuple or ndarray
        What is stated; of a column of sites, by site, and perhaps period.
    number : str
        The number of the case that holds it; empty where models read the study itself.
    values : ndarray, optional
        What that number is.
    """

    name: str
    limit: LimitMark
    value: Any
    number: str = ""
    values: Array | None = None

    @property
    def is_by_site(self) -> bool:
        """Whether each site has its own."""
        return isinstance(self.value, np.ndarray)

    @property
    def unit_name(self) -> str:
        """A name that ends in the unit of the limit."""
        part, field, *rest = self.name.split(".")
        is_of_list = len(rest) > 1 and rest[0].isdecimal()
        return f"{part}.{rest[1] if is_of_list else field}"

    def at(self, case: Case, value: Any) -> Case:
        """Return a case with another value of the limit; None states none."""
        if self.number and self.values is not None:
            made = self.values if value is self.value else np.broadcast_to(np.asarray(value, float), self.values.shape)
            if self.limit.sense != "rule":  # no member is held tighter than it is
                made = (np.maximum if self.limit.sense == "most" else np.minimum)(made, self.values)
            number = Field(case.fields[self.number].axes, made)
            return dataclasses.replace(case, fields={**case.fields, self.number: number})
        part_name, field, *key = self.name.split(".", 2)
        part = getattr(case.study, part_name)
        if key and isinstance(getattr(part, field), tuple):
            place, _, name = key[0].partition(".")
            rules = list(getattr(part, field))
            rules[int(place)] = rules[int(place)].model_copy(update={name: value})
            value = tuple(rules)
        elif key:
            others = {name: one for name, one in getattr(part, field).items() if name != key[0]}
            value = FrozenDict(others if value is None else {**others, key[0]: value})
        changed = part.model_copy(update={field: value})
        return dataclasses.replace(case, study=case.study.model_copy(update={part_name: changed}))

    def loosened(self, case: Case) -> Case:
        """Return a case that the limit does not hold back."""
        return self.at(case, self.limit.loosest)


def loosened(case: Case, limits: Iterable[StatedLimit]) -> Case:
    """Return a case that none of some limits holds back."""
    for limit in limits:
        case = limit.loosened(case)
    return case


def stated_limits(case: Case) -> tuple[StatedLimit, ...]:
    """Return the limits that a case is held to, in the order of the study's fields, then of the case's numbers.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    return (*_of_study(case), *_of_numbers(case))


def _of_study(case: Case) -> Iterator[StatedLimit]:
    """Limits that models read in the study itself."""
    for part_name in type(case.study).model_fields:
        part = getattr(case.study, part_name)
        if not isinstance(part, Frozen):
            continue
        for field, info in type(part).model_fields.items():
            limit = next((mark for mark in info.metadata if isinstance(mark, LimitMark)), None)
            stated = getattr(part, field)
            if isinstance(stated, tuple) and any(isinstance(one, Frozen) for one in stated):
                for place, one in enumerate(stated):
                    yield from _of_part(f"{part_name}.{field}.{place}", one)
            if limit is None:
                continue
            if isinstance(stated, Mapping):
                for key, value in stated.items():
                    yield StatedLimit(f"{part_name}.{field}.{key}", limit, value)
            elif stated is not None and stated != limit.loosest:
                yield StatedLimit(f"{part_name}.{field}", limit, stated)


def _of_part(name: str, part: Frozen) -> Iterator[StatedLimit]:
    """Limits that are plain fields of a part within a list."""
    for field, info in type(part).model_fields.items():
        limit = next((mark for mark in info.metadata if isinstance(mark, LimitMark)), None)
        value = getattr(part, field)
        if limit is not None and value is not None and value != limit.loosest:
            yield StatedLimit(f"{name}.{field}", limit, value)


def _of_numbers(case: Case) -> Iterator[StatedLimit]:
    """Limits that are numbers of the case."""
    for name, number in FIELDS.items():
        limit = number.limit
        if limit is None or name not in case.fields:
            continue
        values, loosest = case.values(name), float(limit.loosest or 0.0)
        if not _binds(values, loosest, limit).any():
            continue
        stated_by = limit.stated_by or number.inputs[0]
        part_name, _, field = stated_by.partition(".")
        part = getattr(case.study, part_name, None)
        if field not in getattr(type(part), "model_fields", ()):  # a column of a table
            yield StatedLimit(stated_by, limit, values, name, values)
        else:
            yield StatedLimit(stated_by, limit, getattr(part, field), name, values)


def _binds(values: Array, loosest: float, limit: LimitMark) -> Array:
    return np.asarray({"most": values < loosest, "least": values > loosest, "rule": values != loosest}[limit.sense])
