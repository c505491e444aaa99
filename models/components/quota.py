"""Batch quotas: in the replay, each site does its own part of each day's batch work."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Relation
from siting.models.components.serving import Serving


class Quota(Component):
    r"""Batch work of a site on a day, as the design shares it out.

    .. math::

        \frac{1}{|d|} \sum_{h \in d} b_{s,y,h} = b^{\mathrm{quota}}_{s,y,d}

    Symbols
    -------
    b^{\mathrm{quota}}_{s,y,d} : quota.batch_quota_pflop
        The site's part of a day's batch work, as the mean of its hours.
    """

    scope = Scope.SITE
    needs = (Serving,)
    in_design = False
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State the quotas."""
        m, hours_of_day = assembly.model, assembly.hours_of_day
        quota, batch = assembly.numbers("quota.batch_quota_pflop"), assembly.block(Serving).batch_pflop

        def day_does_its_quota(_: Block, s: str, y: int, d: int) -> Relation:
            return (
                assembly.sum_over(hours_of_day[d], lambda h: batch[s, y, h]) == hours_of_day.count(d) * quota[s, y, d]
            )

        block.day_does_its_quota = pyo.Constraint(m.SITE, m.PERIOD, m.DAY, rule=day_does_its_quota)
