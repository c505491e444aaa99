"""Quotas: in the replay, each site does its own part of each day's batch work, and pauses as long as designed."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Relation
from siting.models.components.grid import Grid
from siting.models.components.serving import Serving
from siting.models.components.training import Pauses


class Quota(Component):
    r"""Batch work of a site on a day, as the design shares it out.

    .. math::

        \frac{1}{|d|} \sum_{h \in d} b_{s,O,y,h} = b^{\mathrm{quota}}_{s,O,y,d}

    Symbols
    -------
    b^{\mathrm{quota}}_{s,O,y,d} : quota.batch_quota_pflop
        The site's part of a day's batch work of a lot that moves, as the mean of the day's hours.
    """

    scope = Scope.SITE
    needs = (Serving,)
    in_design = False
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State the quotas."""
        m, hours_of_day = assembly.model, assembly.hours_of_day
        quota, batch = assembly.numbers("quota.batch_quota_pflop"), assembly.block(Serving).batch_pflop

        def day_does_its_quota(_: Block, s: str, j: str, y: float, d: int) -> Relation:
            done = assembly.sum_over(hours_of_day[d], lambda h: batch[s, j, y, h])
            return done == hours_of_day.count(d) * quota[s, j, y, d]

        block.day_does_its_quota = pyo.Constraint(m.SITE_LOT, m.PERIOD, m.DAY, rule=day_does_its_quota)


class PauseQuota(Component):
    r"""Pauses of a site's clusters on a day, as the design has them.

    .. math::

        \frac{1}{|d|} \sum_{h \in d} t^{\mathrm{pause}}_{s,T,y,h} = t^{\mathrm{quota}}_{s,T,y,d}

    Symbols
    -------
    t^{\mathrm{quota}}_{s,T,y,d} : quota.pause_quota_pflop
        Training that pauses, as the mean of the day's hours.
    """

    scope = Scope.SITE
    needs = (Pauses,)
    in_design = False
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any clusters do not run all year."""
        return bool(case.pausing_jobs())

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State the quotas."""
        m, hours_of_day = assembly.model, assembly.hours_of_day
        quota, paused = assembly.numbers("quota.pause_quota_pflop"), assembly.block(Pauses).paused_pflop

        def pauses_follow_quota(_: Block, s: str, j: str, y: float, d: int) -> Relation:
            rested = assembly.sum_over(hours_of_day[d], lambda h: paused[s, j, y, h])
            return rested == hours_of_day.count(d) * quota[s, j, y, d]

        block.pauses_follow_quota = pyo.Constraint(m.SITE, m.PAUSING_JOB, m.PERIOD, m.DAY, rule=pauses_follow_quota)


class MarginalClaims(Component):
    r"""What a further MWh of draw adds to the market-based account, once the year's certificates are bought.

    .. math::

        - \sum_h \omega_h \left( 1 - \kappa^{\mathrm{un}}_{s,y} \right) \chi^{\mathrm{path}}_{s,y} \,
            \varepsilon^{\mathrm{res}}_s \, f_{s,y,h}

    Claims are of the year, and the replay's months are solved apart. Where the design claims all that it draws, a
    further MWh costs a certificate, or nothing where more is held than used, and not its carbon. What the year claims
    and buys of certificates is worked out afterwards.

    Symbols
    -------
    \kappa^{\mathrm{un}}_{s,y} : quota.unclaimed_fraction
        Share of its carbon that a further MWh costs, at what the design claims.
    """

    scope = Scope.SITE
    needs = (Grid,)
    in_design = False
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the design claims anything that the policy counts."""
        policy = case.study.policy
        counts = "market" in (policy.carbon_method, policy.capped_carbon)
        return counts and bool((case.values("quota.unclaimed_fraction") < 1).any())

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - a share needs no variable
        """Post what is claimed."""
        m, draw = assembly.model, assembly.block(Grid).draw_mw
        weight, unclaimed = assembly.numbers("hours.weight_h_per_yr"), assembly.numbers("quota.unclaimed_fraction")
        residual, path = assembly.numbers("grid.residual_t_per_mwh"), assembly.numbers("grid.carbon_path_ratio")

        assembly.carbon_market_t_per_yr.post(
            self,
            "claimed",
            lambda s, y: assembly.sum_over(
                m.HOUR,
                lambda h: -weight[h] * (1 - unclaimed[s, y]) * path[s, y] * residual[s] * draw[s, y, h],
            ),
        )
