"""Batteries behind the meter."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Relation
from siting.models.components.computing import Computing


class Storage(Component):
    r"""Battery that ends each day at the level it began with.

    .. math::

        \ell_{s,y,h+1} = \ell_{s,y,h} + \Delta \left( \eta \, S^{+}_{s,y,h} - \frac{S^{-}_{s,y,h}}{\eta} \right)
            \quad \text{(cyclic in the day)}

        \ell_{s,y,h} \le E_{s,y}, \qquad S^{+}_{s,y,h} + S^{-}_{s,y,h} \le S_{s,y}, \qquad
        E_{s,y} \le \bar{T} \, S_{s,y}

        S_{s,y} \le \sum_k \sum_r I_{s,k,r,y}, \qquad S_{s,y} \ge S_{s,y-1}, \qquad E_{s,y} \ge E_{s,y-1}

    A cost on throughput stands for wear. It also keeps the battery from charging and discharging at once; where
    even so that would pay, a rule added after the search forbids it. A battery is no larger than the computers
    it stands by. Once bought it is kept and paid, renewed alike when its life ends, as halls and racks are.

    Symbols
    -------
    S_{s,y} : storage_power_mw
        Power of the battery.
    E_{s,y} : storage_energy_mwh
        Energy that it holds.
    S^{+}_{s,y,h} : charge_mw
        Power that charges it.
    S^{-}_{s,y,h} : discharge_mw
        Power that it gives.
    \ell_{s,y,h} : level_mwh
        Energy in it at the hour's beginning.
    \eta : storage.one_way_fraction
        Efficiency of one way; the square root of the round trip's.
    \Delta : hours.step_h
        Length of an hour of the model; longer in the first stage of a large search.
    \bar{T} : storage.max_duration_h
        Longest duration.
    \alpha^{\mathrm{bat}} : storage.storage_annuity_per_yr
        Yearly payment for each dollar spent on a battery.
    \gamma^{\mathrm{power}} : storage.power_usd_per_mw
        Price of its power.
    \gamma^{\mathrm{pack}} : storage.energy_usd_per_mwh
        Price of its energy.
    \mu^{\mathrm{bat}} : storage.fixed_usd_per_mw_yr
        Upkeep of a battery.
    \gamma^{\mathrm{wear}} : storage.throughput_usd_per_mwh
        Wear, for each unit that it gives.
    \varepsilon^{\mathrm{bat}} : storage.storage_embodied_t_per_mwh_yr
        Carbon of making a battery, spread over its life.
    """

    scope = Scope.SITE
    needs = (Computing,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study allows batteries."""
        return case.study.technology.storage

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare power, energy, charge, discharge and level; post power, cost and embodied carbon."""
        m = assembly.model
        weight, one_way = assembly.numbers("hours.weight_h_per_yr"), assembly.number("storage.one_way_fraction")
        step, longest = assembly.number("hours.step_h"), assembly.number("storage.max_duration_h")
        power_price = assembly.number("storage.power_usd_per_mw")
        energy_price = assembly.number("storage.energy_usd_per_mwh")
        fixed, wear = assembly.number("storage.fixed_usd_per_mw_yr"), assembly.number("storage.throughput_usd_per_mwh")
        embodied = assembly.number("storage.storage_embodied_t_per_mwh_yr")
        installed = assembly.block(Computing).installed_mw
        following = assembly.lookup(
            "hour",
            "hour",
            {h: hours[(i + 1) % len(hours)] for hours in assembly.hours_of_day.values() for i, h in enumerate(hours)},
        )

        power = assembly.variable(block, "storage_power_mw", m.SITE, m.PERIOD)
        energy = assembly.variable(block, "storage_energy_mwh", m.SITE, m.PERIOD)
        charge = assembly.variable(block, "charge_mw", m.SITE, m.PERIOD, m.HOUR)
        discharge = assembly.variable(block, "discharge_mw", m.SITE, m.PERIOD, m.HOUR)
        level = assembly.variable(block, "level_mwh", m.SITE, m.PERIOD, m.HOUR)

        def level_follows_flows(_: Block, s: str, y: float, h: int) -> Relation:
            gained = step * (one_way * charge[s, y, h] - discharge[s, y, h] / one_way)
            return level[s, y, following[h]] == level[s, y, h] + gained

        def level_within_energy(_: Block, s: str, y: float, h: int) -> Relation:
            return level[s, y, h] <= energy[s, y]

        def flows_within_power(_: Block, s: str, y: float, h: int) -> Relation:
            return charge[s, y, h] + discharge[s, y, h] <= power[s, y]

        def power_within_installed(_: Block, s: str, y: float) -> Relation:
            return power[s, y] <= assembly.sum_over(m.PAIR, lambda k, r: installed[s, k, r, y])

        def energy_within_duration(_: Block, s: str, y: float) -> Relation:
            return energy[s, y] <= longest * power[s, y]

        block.level_follows_flows = pyo.Constraint(m.SITE, m.PERIOD, m.HOUR, rule=level_follows_flows)
        block.level_within_energy = pyo.Constraint(m.SITE, m.PERIOD, m.HOUR, rule=level_within_energy)
        block.flows_within_power = pyo.Constraint(m.SITE, m.PERIOD, m.HOUR, rule=flows_within_power)
        block.power_stays = pyo.Constraint(m.SITE, m.PERIOD, rule=assembly.periods.stays(power))
        block.energy_stays = pyo.Constraint(m.SITE, m.PERIOD, rule=assembly.periods.stays(energy))
        block.power_within_installed = pyo.Constraint(m.SITE, m.PERIOD, rule=power_within_installed)
        block.energy_within_duration = pyo.Constraint(m.SITE, m.PERIOD, rule=energy_within_duration)

        assembly.power_mw.post(self, "discharge", lambda s, y, h: discharge[s, y, h])
        assembly.power_mw.post(self, "charge", lambda s, y, h: -charge[s, y, h])
        assembly.purchases.buys(
            self,
            "capital",
            "storage.storage",
            assembly.periods.added(lambda s, y: power_price * power[s, y] + energy_price * energy[s, y]),
            receiver="equipment makers",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "maintenance",
            lambda s, y: fixed * power[s, y],
            payer="operator",
            receiver="staff and contractors",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "wear",
            lambda s, y: assembly.sum_over(m.HOUR, lambda h: weight[h] * wear * discharge[s, y, h]),
            payer="operator",
            receiver="equipment makers",
        )
        assembly.carbon_embodied_t_per_yr.post(self, "manufacture", lambda s, y: embodied * energy[s, y])


class LeastStorage(Component):
    r"""No battery too small to be built.

    .. math::

        \underline{S} \, w_{s,y} \le S_{s,y} \le \bar{P}_s \, w_{s,y}, \qquad w_{s,y} \in \{0, 1\}

    Without it the cheapest plan shaves a peak here and there with a few kilowatts, which nobody would buy for
    a site of hundreds of megawatts.

    Symbols
    -------
    w_{s,y} : storage_count
        Whether there is a battery.
    \underline{S} : storage.storage_min_mw
        Least power of a battery that is built.
    """

    scope = Scope.SYSTEM
    needs = (Storage,)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study allows batteries, and none below some size."""
        return case.study.technology.storage and case.study.facility.storage_min_mw > 0

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare whether there is a battery, and state its least size."""
        m, power = assembly.model, assembly.block(Storage).storage_power_mw
        least, largest = assembly.number("storage.storage_min_mw"), assembly.numbers("placement.site_max_mw")

        has_storage = assembly.variable(block, "storage_count", m.SITE, m.PERIOD, within=pyo.Binary)

        def power_is_enough(_: Block, s: str, y: float) -> Relation:
            return power[s, y] >= least * has_storage[s, y]

        def power_within_site(_: Block, s: str, y: float) -> Relation:
            return power[s, y] <= largest[s] * has_storage[s, y]

        block.power_is_enough = pyo.Constraint(m.SITE, m.PERIOD, rule=power_is_enough)
        block.power_within_site = pyo.Constraint(m.SITE, m.PERIOD, rule=power_within_site)
