"""A study of which some parts are wrong: what rests on the others can be checked all the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from siting.study.study import Study

__all__ = ["BrokenPartError", "PartialStudy", "partial"]


class BrokenPartError(AttributeError):
    """What is asked for is wrong itself, which is told already; whatever rests on it cannot be told."""


class PartialStudy(Study):
    """A study without the parts that are wrong: to read one of them is a `BrokenPartError`."""

    if not TYPE_CHECKING:  # else any name would be one of its fields

        def __getattr__(self, name: str) -> Any:
            if name in Study.model_fields:
                raise BrokenPartError(name)
            return super().__getattr__(name)

    def replaced(self) -> frozenset[str]:
        """Names of the catalogue's tables in whose place the study has one of its own, if that can be said."""
        if self.broken_tables:
            raise BrokenPartError("tables")
        return super().replaced()


def partial(valid: Mapping[str, Any], invalid: Iterable[str], broken_tables: Iterable[str] = ()) -> PartialStudy:
    """Return a study of the parts that are right; what is not stated has its default.

    Parameters
    ----------
    valid
        Parts that are right, by name.
    invalid
        Names of those that are not.
    broken_tables
        Names of tables of which what the study states is wrong, where the part as a whole is right.
    """
    study = PartialStudy.model_construct(**valid)
    for name in invalid:
        study.__dict__.pop(name, None)
    study.without_tables(broken_tables)
    return study
