"""What is right of a study's tables, where others are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from siting.study.partial import BrokenPartError

if TYPE_CHECKING:
    from siting.data.tables.links import Tables

__all__ = ["LACKING", "SoundTables"]


class SoundTables(Mapping[str, pd.DataFrame]):
    """Tables of which only those can be looked at with which nothing is wrong: any other is a `BrokenPartError`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table.

        Raises
        ------
        BrokenPartError
            If something is wrong with it, which is told already.
        """
        if name in self._tables and name not in self._tables.sound:
            raise BrokenPartError(name)
        return self._tables[name]

    def ids(self, name: str, key: str) -> list[str]:
        """Return what the rows of a table are called, the wrong ones, too.

        Raises
        ------
        BrokenPartError
            If that cannot be read.
        """
        if name in self._tables.named:
            return list(self._tables.named[name])
        return [str(identity) for identity in self[name][key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


LACKING = object()
"""Stands for what rests on something wrong."""
