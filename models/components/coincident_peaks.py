"""Coincident peaks: a charge on what is drawn in the hours in which the whole system peaks."""

from __future__ import annotations

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block
from siting.models.components.grid import Grid


class CoincidentPeaks(Component):
    r"""What is drawn in given hours is charged for the year.

    .. math::

        \sum_h \omega_h \, \gamma^{\mathrm{coin}}_{s,h} \, f_{s,y,h}

    The hours are data, so the charge is linear. Batch work that waits, batteries and plants on site take the draw out
    of them. A day that stands for many has the part of the charge that falls on these.

    Symbols
    -------
    \gamma^{\mathrm{coin}}_{s,h} : coincident_peaks.coincident_usd_per_mwh
        Charge on the draw of an hour: none but in coincident peaks.
    """

    scope = Scope.SITE
    needs = (Grid,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site pays such a charge."""
        return bool(case.values("coincident_peaks.coincident_usd_per_mwh").any())

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - a charge needs no variable
        """Post the charge."""
        m, draw = assembly.model, assembly.block(Grid).draw_mw
        charge = assembly.numbers("coincident_peaks.coincident_usd_per_mwh")
        weight = assembly.numbers("hours.weight_h_per_yr")
        assembly.cost_usd_per_yr.post(
            self,
            "system_peaks",
            lambda s, y: assembly.sum_over(m.HOUR, lambda h: weight[h] * charge[s, h] * draw[s, y, h]),
            payer="operator",
            receiver="grid operators",
        )
