"""Minimum take: a large load pays for a share of its connection, and of its highest peak, whatever it draws."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope, Spending
from siting.models.compiler.algebra import Block, Relation
from siting.models.components.grid import Grid


class MinimumTake(Component):
    r"""The demand charge is paid on a share of the connection at the least, month by month.

    .. math::

        P^{\mathrm{month}}_{s,y,n} + U^{\mathrm{take}}_{s,y,n} \ge \mathrm{least}^{\mathrm{take}}_s \, X_{s,y}

    What a month's peak lacks of that share is billed like the peak.

    Symbols
    -------
    U^{\mathrm{take}}_{s,y,n} : untaken_mw
        What a month's peak lacks of what is paid at the least.
    \mathrm{least}^{\mathrm{take}}_s : minimum_take.min_take_fraction
        Share of the connection on which the demand charge is paid at the least.
    """

    scope = Scope.SITE
    needs = (Grid,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site has a minimum, of its connection or of its highest peak."""
        return bool(case.values("minimum_take.min_take_fraction").any()) or Ratchet.is_wanted(case)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what is not taken, and bill it."""
        m, grid = assembly.model, assembly.block(Grid)
        least = assembly.numbers("minimum_take.min_take_fraction")
        charge = assembly.numbers("grid.demand_charge_usd_per_mw_month")
        peak, connection = grid.month_peak_mw, grid.connection_mw

        untaken = assembly.variable(block, "untaken_mw", m.SITE, m.PERIOD, m.MONTH)

        def billed_peak_carries_minimum(_: Block, s: str, y: float, n: int) -> Relation:
            return peak[s, y, n] + untaken[s, y, n] >= least[s] * connection[s, y]

        block.billed_peak_carries_minimum = pyo.Constraint(m.SITE, m.PERIOD, m.MONTH, rule=billed_peak_carries_minimum)
        assembly.cost_usd_per_yr.post(
            self,
            "untaken",
            lambda s, y: assembly.sum_over(m.MONTH, lambda n: charge[s] * untaken[s, y, n]),
            payer="operator",
            receiver="grid operators",
        )


class Ratchet(Component):
    r"""The demand charge is paid on a share of the year's highest peak at the least, month by month.

    .. math::

        P^{\mathrm{month}}_{s,y,n} + U^{\mathrm{take}}_{s,y,n}
            \ge \mathrm{ratchet}_s \, P^{\mathrm{year}}_{s,y}

        U^{\mathrm{take}}_{s,y,n} \le X_{s,y}

    No share of the year's peak is more than the connection; said of what is billed beyond a month's peak, it gives that
    an end, without which prices that are nearly right would prove nothing.

    Years are alike, so that the highest of the eleven months before, and of the month itself, is that of the year.
    With a share of the connection the larger of both is billed.

    Symbols
    -------
    P^{\mathrm{year}}_{s,y} : year_peak_mw
        Highest of the monthly peaks.
    \mathrm{ratchet}_s : minimum_take.ratchet_fraction
        Share of the year's highest peak on which the demand charge is paid at the least.
    """

    scope = Scope.SITE
    needs = (MinimumTake,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site has a ratchet."""
        return bool(case.values("minimum_take.ratchet_fraction").any())

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the highest peak, and bill a share of it."""
        m, grid = assembly.model, assembly.block(Grid)
        peak, connection = grid.month_peak_mw, grid.connection_mw
        ratchet, untaken = assembly.numbers("minimum_take.ratchet_fraction"), assembly.block(MinimumTake).untaken_mw

        year_peak = assembly.variable(block, "year_peak_mw", m.SITE, m.PERIOD)

        def billed_peak_follows_year(_: Block, s: str, y: float, n: int) -> Relation:
            return peak[s, y, n] + untaken[s, y, n] >= ratchet[s] * year_peak[s, y]

        def untaken_within_connection(_: Block, s: str, y: float, n: int) -> Relation:
            return untaken[s, y, n] <= connection[s, y]

        block.billed_peak_follows_year = pyo.Constraint(m.SITE, m.PERIOD, m.MONTH, rule=billed_peak_follows_year)
        block.untaken_within_connection = pyo.Constraint(m.SITE, m.PERIOD, m.MONTH, rule=untaken_within_connection)


class YearPeak(Component):
    r"""The year's peak is the highest of its months.

    .. math::

        P^{\mathrm{month}}_{s,y,n} \le P^{\mathrm{year}}_{s,y} \le X_{s,y}

    In the replay the months are solved apart at the design's peak, and the year's is worked out afterwards.
    """

    scope = Scope.SITE
    needs = (Ratchet,)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site has a ratchet."""
        return Ratchet.is_wanted(case)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State which peak is the highest."""
        m, grid = assembly.model, assembly.block(Grid)
        peak, connection = grid.month_peak_mw, grid.connection_mw
        year_peak = assembly.block(Ratchet).year_peak_mw

        def month_peak_within_year_peak(_: Block, s: str, y: float, n: int) -> Relation:
            return peak[s, y, n] <= year_peak[s, y]

        def year_peak_within_connection(_: Block, s: str, y: float) -> Relation:
            return year_peak[s, y] <= connection[s, y]

        block.month_peak_within_year_peak = pyo.Constraint(m.SITE, m.PERIOD, m.MONTH, rule=month_peak_within_year_peak)
        block.year_peak_within_connection = pyo.Constraint(m.SITE, m.PERIOD, rule=year_peak_within_connection)


class PeakBeyond(Component):
    r"""In the replay a month that peaks beyond the design's year pays what the ratchet then bills in the others.

    .. math::

        P^{\mathrm{month}}_{s,y,n} - P^{\mathrm{beyond}}_{s,y,n} \le P^{\mathrm{year}}_{s,y}

    It steers the dispatch of months that are solved apart; what the year is billed is worked out afterwards.

    Symbols
    -------
    P^{\mathrm{beyond}}_{s,y,n} : beyond_year_peak_mw
        What a month peaks beyond the design's year.
    """

    scope = Scope.SITE
    needs = (Ratchet,)
    in_design = False
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any site has a ratchet."""
        return Ratchet.is_wanted(case)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what lies beyond, and price it."""
        m, peak = assembly.model, assembly.block(Grid).month_peak_mw
        ratchet, charge = (
            assembly.numbers("minimum_take.ratchet_fraction"),
            assembly.numbers("grid.demand_charge_usd_per_mw_month"),
        )
        year_peak, others = assembly.block(Ratchet).year_peak_mw, len(assembly.case.axes["month"]) - 1

        beyond = assembly.variable(block, "beyond_year_peak_mw", m.SITE, m.PERIOD, m.MONTH)

        def month_peak_within_beyond(_: Block, s: str, y: float, n: int) -> Relation:
            return peak[s, y, n] - beyond[s, y, n] <= year_peak[s, y]

        block.month_peak_within_beyond = pyo.Constraint(m.SITE, m.PERIOD, m.MONTH, rule=month_peak_within_beyond)
        assembly.cost_usd_per_yr.post(
            self,
            "others",
            lambda s, y: assembly.sum_over(m.MONTH, lambda n: others * ratchet[s] * charge[s] * beyond[s, y, n]),
            payer="operator",
            receiver="grid operators",
            spending=Spending.SHADOW,
        )
