"""Limits of a state on the PUE and the WUE of each site."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import SKIP, Block, Expression, Relation
from siting.models.components.cooling import Cooling, site_it, site_overhead, site_water


class EfficiencyLimits(Component):
    r"""Yearly ratios of overhead and of water to the energy of the computers.

    .. math::

        \sum_h \omega_h \, P^{\mathrm{over}}_{s,y,h} \le \left( \overline{\mathrm{PUE}} - 1 \right)
            \sum_h \omega_h \sum_k \sum_r P^{\mathrm{IT}}_{s,k,r,y,h}

        \sum_h \omega_h \sum_k \sum_r \mathrm{WUE}_{s,k,h} \, P^{\mathrm{IT}}_{s,k,r,y,h} \le
            \overline{\mathrm{WUE}} \sum_h \omega_h \sum_k \sum_r P^{\mathrm{IT}}_{s,k,r,y,h}

    Both are on energy over the year, as the standards define them, so a hot hour may be above. They are
    homogeneous and live at the site: a site of any size is held to them, and none can buy them elsewhere.

    Symbols
    -------
    \overline{\mathrm{PUE}} : pue_max_ratio
        Highest PUE of a site, over the year.
    \overline{\mathrm{WUE}} : wue_max_m3_per_mwh
        Highest WUE of a site, over the year.
    """

    scope = Scope.SITE
    needs = (Cooling,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study limits the PUE or the WUE."""
        return (case.study.policy.pue_max_ratio, case.study.policy.wue_max_l_per_kwh) != (None, None)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Limits need no variable and post nothing."""

    def conclude(self, block: Block, assembly: Assembly) -> None:
        """State the limits, once the account of water is complete."""
        m, policy = assembly.model, assembly.case.study.policy
        weight = assembly.numbers("hours.weight_h_per_yr")

        def it_energy(s: str, y: float) -> Expression:
            return assembly.sum_over(m.HOUR, lambda h: weight[h] * site_it(assembly, s, y, h))

        def overhead_within_pue(_: Block, s: str, y: float) -> Relation:
            highest = policy.pue_max_ratio
            if highest is None:
                return SKIP
            overhead = assembly.sum_over(m.HOUR, lambda h: weight[h] * site_overhead(assembly, s, y, h))
            return overhead <= (highest - 1) * it_energy(s, y)

        def water_within_wue(_: Block, s: str, y: float) -> Relation:
            highest = policy.wue_max_l_per_kwh
            if highest is None:
                return SKIP
            allowed = assembly.limit("wue_max_m3_per_mwh", highest)  # 1 L/kWh is 1 m3/MWh
            return site_water(assembly, s, y) <= allowed * it_energy(s, y)

        block.overhead_within_pue = pyo.Constraint(m.SITE, m.PERIOD, rule=overhead_within_pue)
        block.water_within_wue = pyo.Constraint(m.SITE, m.PERIOD, rule=water_within_wue)
