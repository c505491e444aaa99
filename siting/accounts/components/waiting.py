"""Books of batch work that waits from day to day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, Finding
from siting.accounts.numbers import Books


def checks(n: Books) -> Iterator[Finding]:
    """Nothing is done before it is asked for or after its deadline, on any day of the year; none is left over."""
    if not n.has("batch_day_pflop"):
        return
    stands_for = list(n.case.calendar.stands_for)
    waits = n["serving.batch_waiting_days_count"][:, None]
    moved = n["serving.batch_moved_pflop"][..., stands_for] * (waits > 0)[..., None]
    done = n["batch_day_pflop"][..., stands_for]
    waiting = n["waiting_pflop"][..., None] + np.cumsum(moved - done, axis=-1)
    scale = moved.sum(axis=-1)
    yield "no batch work before it is asked", ("lot", "period"), -waiting.min(axis=-1), scale
    late = (waiting - waits[..., None] * moved).max(axis=-1)
    yield "batch work within its deadline", ("lot", "period"), late, scale
    yield "no batch work left over", ("lot", "period"), np.abs(waiting[..., -1] - n["waiting_pflop"]), scale


BOOK = Book(checks=checks)
