"""Cooling: what the site draws on top of its computers, and the water it takes."""

from __future__ import annotations

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression
from siting.models.components.computing import Computing, it_power


class Cooling(Component):
    r"""Overhead power and water of each way of cooling.

    .. math::

        P^{\mathrm{over}}_{s,y,h} = \sum_k \sum_r \left( \mathrm{PUE}_{s,k,h} - 1 \right)
            \left( \varphi_k \, \delta \, I_{s,k,r,y} + (1 - \varphi_k) \, P^{\mathrm{IT}}_{s,k,r,y,h} \right)

        \mathrm{water}_{s,y} = \sum_h \omega_h \sum_k \sum_r \mathrm{WUE}_{s,k,h} \, P^{\mathrm{IT}}_{s,k,r,y,h}

    PUE at full load and WUE come by site, technology and hour from `siting.cooling` (1 L/kWh = 1 m³/MWh).

    Symbols
    -------
    P^{\mathrm{over}}_{s,y,h} : expression [MW]
        Power of cooling and losses, on top of the racks'.
    \mathrm{PUE}_{s,k,h} : cooling.pue
        Power of the site over that of its racks, at full load.
    \mathrm{WUE}_{s,k,h} : cooling.wue_m3_per_mwh
        Water drawn for each unit of the racks' energy.
    \varphi_k : cooling.fixed_fraction
        Share of the overhead that does not fall with the load.
    \omega_h : hours.weight_h_per_yr
        Hours of the year that an hour stands for.
    \gamma^{\mathrm{water}}_s : cooling.water_usd_per_m3
        Price of water.
    """

    scope = Scope.SITE
    needs = (Computing,)
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:  # noqa: ARG002 - cooling owns no variable
        """Post IT and overhead power, and water with its price."""
        price = assembly.numbers("cooling.water_usd_per_m3")

        assembly.power_mw.post(self, "it", lambda s, y, h: -site_it(assembly, s, y, h))
        assembly.power_mw.post(self, "overhead", lambda s, y, h: -site_overhead(assembly, s, y, h))
        assembly.water_m3_per_yr.post(self, "cooling", lambda s, y: site_water(assembly, s, y))
        assembly.cost_usd_per_yr.post(
            self,
            "water",
            lambda s, y: price[s] * site_water(assembly, s, y),
            payer="operator",
            receiver="water utilities",
        )


def site_water(assembly: Assembly, s: str, y: float) -> Expression:
    """Water that a site draws in a year, as an expression [m3/yr]."""
    m = assembly.model
    wue, weight = assembly.numbers("cooling.wue_m3_per_mwh"), assembly.numbers("hours.weight_h_per_yr")
    return assembly.sum_over(
        m.HOUR,
        lambda h: assembly.sum_over(m.PAIR, lambda k, r: weight[h] * wue[s, k, h] * it_power(assembly, s, k, r, y, h)),
    )


def site_it(assembly: Assembly, s: str, y: float, h: int) -> Expression:
    """IT power of a site, as an expression [MW]."""
    return assembly.sum_over(assembly.model.PAIR, lambda k, r: it_power(assembly, s, k, r, y, h))


def site_overhead(assembly: Assembly, s: str, y: float, h: int) -> Expression:
    """Power of cooling and losses of a site, as an expression [MW]."""
    pue, fixed = assembly.numbers("cooling.pue"), assembly.numbers("cooling.fixed_fraction")
    diversity, installed = assembly.number("computing.peak_diversity_fraction"), assembly.block(Computing).installed_mw

    def of_pair(k: str, r: str) -> Expression:
        falling = (1 - fixed[k]) * it_power(assembly, s, k, r, y, h)
        return (pue[s, k, h] - 1) * (fixed[k] * diversity * installed[s, k, r, y] + falling)

    return assembly.sum_over(assembly.model.PAIR, of_pair)
