"""Batch work that may wait for another day, as long as its deadline allows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Datum, Expression, Indexed, Relation
from siting.models.components.serving import Serving


class Waiting(Component):
    r"""Work that waits from day to day, over the days of the year in their order.

    .. math::

        b^{\mathrm{late}}_{O,y,t} = b^{\mathrm{wait}}_{O,y}
            + \sum_d \mathrm{until}_d \left( D^{\mathrm{move}}_{O,y,d} - b^{\mathrm{day}}_{O,y,d} \right)

        0 \le b^{\mathrm{late}}_{O,y,t}
            \le w^{\mathrm{wait}}_O \sum_d \mathrm{on}_d \, D^{\mathrm{move}}_{O,y,d}

        \sum_d \mathrm{until}_d \left( D^{\mathrm{move}}_{O,y,d} - b^{\mathrm{day}}_{O,y,d} \right)
            = 0 \text{ at the end of the year}

    This holds for days of the year. Nothing is done before it is asked for, and what waits at the end of a day is no
    more than was asked on the last :math:`w^{\mathrm{wait}}_O` days. Between two changes of the day that stands for the
    year's days, what waits rises or falls evenly, so it is enough to hold it within its limits there.

    Symbols
    -------
    b^{\mathrm{day}}_{O,y,d} : batch_day_pflop
        Work of a lot that is done on a day, wherever, of what may wait; as the mean of the day's hours.
    b^{\mathrm{late}}_{O,y,t} : expression [PFLOP/s]
        Work of a lot that waits at the end of a day of the year, as the mean of a day's hours.
    \mathrm{until}_d : expression [1]
        How many of the days of the year so far a day stands for.
    \mathrm{on}_d : expression [1]
        Whether a day stands for the day of the year.
    b^{\mathrm{wait}}_{O,y} : waiting_pflop
        Work of a lot that waits when the year begins, as the mean of a day's hours.
    D^{\mathrm{move}}_{O,y,d} : serving.batch_moved_pflop
        Batch work of a lot on a day that may move, as the mean of the day's hours.
    \bar{D}^{\mathrm{day}}_{O,y} : serving.batch_day_most_pflop
        Most work of a lot that can be done on a day, or wait.
    w^{\mathrm{wait}}_O : serving.batch_waiting_days_count
        Days that work of a lot may wait beyond its own.
    """

    scope = Scope.SYSTEM
    needs = (Serving,)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any batch work may wait for another day."""
        return case.may_wait()

    @classmethod
    def decided_later(cls, cases: Sequence[Case]) -> tuple[str, ...]:  # noqa: ARG003 - in all
        """What waits answers to what comes."""
        return ("waiting_pflop",)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what is done on each day and what waits at first; post the one, and limit the other."""
        m, case = assembly.model, assembly.case
        moved, waits = (
            assembly.numbers("serving.batch_moved_pflop"),
            assembly.numbers("serving.batch_waiting_days_count"),
        )
        most = assembly.numbers("serving.batch_day_most_pflop")

        def of_day(_: Block, j: str, y: float, _d: int) -> tuple[int, Datum]:
            return 0, most[j, y]

        def of_year(_: Block, j: str, y: float) -> tuple[int, Datum]:
            return 0, most[j, y]

        waiting_lots = assembly.subset("WAITING_LOT", m.LOT, lambda j: pyo.value(waits[j]) > 0)
        done = assembly.variable(block, "batch_day_pflop", m.LOT, m.PERIOD, m.DAY, bounds=of_day)
        at_first = assembly.variable(block, "waiting_pflop", waiting_lots, m.PERIOD, bounds=of_year)
        assembly.batch_pflop.post(self, "done", lambda j, y, d: -done[j, y, d])

        counts = {t: _days_until(t, assembly) for t in changes(case.calendar.stands_for)}
        stands = {t: _stands_on(t, assembly) for t in counts}
        block.REAL_DAY = pyo.Set(initialize=list(counts), ordered=True)

        def left(j: str, y: float, t: int) -> Expression:
            return assembly.sum_over(m.DAY, lambda d: counts[t][d] * (moved[j, y, d] - done[j, y, d]))

        def waiting(j: str, y: float, t: int) -> Expression:
            return at_first[j, y] + left(j, y, t)

        def done_follows_asked(_: Block, j: str, y: float, t: int) -> Relation:
            return waiting(j, y, t) >= 0

        def waiting_within_deadline(_: Block, j: str, y: float, t: int) -> Relation:
            asked = assembly.sum_over(m.DAY, lambda d: stands[t][d] * moved[j, y, d])
            return waiting(j, y, t) <= waits[j] * asked

        def year_closes(_: Block, j: str, y: float) -> Relation:
            return left(j, y, len(case.calendar.stands_for)) == 0

        block.done_follows_asked = pyo.Constraint(waiting_lots, m.PERIOD, block.REAL_DAY, rule=done_follows_asked)
        block.waiting_within_deadline = pyo.Constraint(
            waiting_lots, m.PERIOD, block.REAL_DAY, rule=waiting_within_deadline
        )
        block.year_closes = pyo.Constraint(waiting_lots, m.PERIOD, rule=year_closes)


def _days_until(t: int, assembly: Assembly) -> Indexed[Datum]:
    """How many of the first days of the year each day stands for."""
    calendar = assembly.case.calendar
    count = np.bincount(np.asarray(calendar.stands_for)[:t], minlength=calendar.days_count)
    return assembly.coefficients(r"\mathrm{until}", ("day",), count.astype(np.float64))


def _stands_on(t: int, assembly: Assembly) -> Indexed[Datum]:
    """Which day stands for a day of the year."""
    calendar = assembly.case.calendar
    stands = np.arange(calendar.days_count) == calendar.stands_for[t - 1]
    return assembly.coefficients(r"\mathrm{on}", ("day",), stands.astype(np.float64))


def changes(stands_for: tuple[int, ...]) -> list[int]:
    """Return how many days have passed at each change of the day that stands for a day, and at the year's end.

    Examples
    --------
    >>> changes((0, 0, 1, 0))
    [2, 3, 4]
    """
    days = np.asarray(stands_for)
    return [*(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
