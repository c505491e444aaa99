"""Energisation: a site's connection is no larger than what has power when a period begins."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Relation
from siting.models.components.grid import Grid
from siting.models.components.placement import Placement


class Energisation(Component):
    r"""Limit of a site's connection by the tranches that are energised.

    .. math::

        X_{s,y} - \mathrm{give}_{s,y} \le \bar{E}_{s,y} \, o_{s,y}

    A period has what is energised when it begins: a tranche that comes later counts from the next period on. So a
    later date never makes a plan possible that an earlier one does not allow. What is given up in given hours
    needs none of it.

    Symbols
    -------
    \bar{E}_{s,y} : energisation.energised_mw
        Power of the tranches that are energised when the period begins.
    """

    scope = Scope.SYSTEM
    needs = (Placement, Grid)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether some site has less power at some time than the grid grants it."""
        short = case.values("energisation.energised_mw") < case.values("grid.headroom_mw")[:, None]
        return bool(short.any())

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Nothing of its own: the limit is on what all have posted."""

    def conclude(self, block: Block, assembly: Assembly) -> None:
        """State the limit at the sites where it can bind."""
        m, is_open = assembly.model, assembly.block(Placement).open_count
        energised, headroom = assembly.numbers("energisation.energised_mw"), assembly.numbers("grid.headroom_mw")
        connection = assembly.block(Grid).connection_mw

        def waits(s: str) -> bool:
            return any(bool(pyo.value(energised[s, y]) < pyo.value(headroom[s])) for y in m.PERIOD)

        def connection_within_energised(_: Block, s: str, y: float) -> Relation:
            return connection[s, y] - assembly.given_up_mw.total(s, y) <= energised[s, y] * is_open[s, y]

        waiting = assembly.subset("SITE_WAITING", m.SITE, waits)
        block.connection_within_energised = pyo.Constraint(waiting, m.PERIOD, rule=connection_within_energised)
