"""Installed computers at work: how hard each kind runs in each hour, and the power it draws."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression, Relation


class Computing(Component):
    r"""Work of the installed racks.

    .. math::

        0 \le c_{s,k,r,y,h} \le \psi_r \, \kappa_r \, \xi_{s,k,r} \, I_{s,k,r,y}

        P^{\mathrm{IT}}_{s,k,r,y,h} = \delta \left( \iota_r \, I_{s,k,r,y}
            + \frac{1 - \iota_r}{\kappa_r} \, c_{s,k,r,y,h} \right)

    Where the cooling cannot carry full load in the hottest hour of the year, the racks are derated:
    :math:`\xi` is the load, over full load, at which the heat of that hour is just carried.

    Symbols
    -------
    I_{s,k,r,y} : installed_mw
        Installed IT power, as nameplate.
    c_{s,k,r,y,h} : work_pflop
        Work done.
    P^{\mathrm{IT}}_{s,k,r,y,h} : expression [MW]
        Power that the racks draw.
    \psi_r : computing.availability_fraction
        Part of the time that a rack is there to work.
    \kappa_r : computing.compute_pflop_per_mw
        Work of one MW of nameplate at full load.
    \xi_{s,k,r} : computing.carried_fraction
        Load that the cooling carries in the hottest hour, over full load.
    \iota_r : computing.idle_fraction
        Power drawn when idle, over that at full load.
    \delta : computing.peak_diversity_fraction
        Share of their nameplate that many racks draw together at full load.
    """

    scope = Scope.SITE
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare installed power and work; post them to the seam and to the compute balance."""
        m = assembly.model
        dense = assembly.numbers("computing.compute_pflop_per_mw")
        available = assembly.numbers("computing.availability_fraction")
        carried = assembly.numbers("computing.carried_fraction")

        installed = assembly.variable(block, "installed_mw", m.SITE, m.PAIR, m.PERIOD)
        work = assembly.variable(block, "work_pflop", m.SITE, m.PAIR, m.PERIOD, m.HOUR)

        def work_within_installed(_: Block, s: str, k: str, r: str, y: float, h: int) -> Relation:
            return work[s, k, r, y, h] <= available[r] * dense[r] * carried[s, k, r] * installed[s, k, r, y]

        block.work_within_installed = pyo.Constraint(m.SITE, m.PAIR, m.PERIOD, m.HOUR, rule=work_within_installed)

        assembly.installed_mw.post(self, "installed", lambda s, k, r, y: -installed[s, k, r, y])
        assembly.compute_pflop.post(
            self, "work", lambda s, y, h: assembly.sum_over(m.PAIR, lambda k, r: work[s, k, r, y, h])
        )


def it_power(assembly: Assembly, s: str, k: str, r: str, y: float, h: int) -> Expression:
    """IT power of one kind of rack under one kind of cooling, as an expression [MW]."""
    block = assembly.block(Computing)
    idle, dense = assembly.numbers("computing.idle_fraction"), assembly.numbers("computing.compute_pflop_per_mw")
    diversity = assembly.number("computing.peak_diversity_fraction")
    installed, work = block.installed_mw[s, k, r, y], block.work_pflop[s, k, r, y, h]
    return diversity * (idle[r] * installed + (1 - idle[r]) / dense[r] * work)
