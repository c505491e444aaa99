"""Efficiency measures: work asked for that need not be computed, bought like capacity."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block, Expression, Relation, total
from siting.models.compiler.members import Members
from siting.models.components.computing import Computing
from siting.models.components.placement import Placement
from siting.models.components.serving import SteadyBatch

INFERENCE, BATCH = 0, 1
"""Classes of work, as `measures.of_batch_count` tells them apart."""


class Measures(Component):
    r"""Work that models do with less, of what a site would have to do.

    .. math::

        \tau^{\mathrm{touch}}_W \, D^{\mathrm{class}}_{W,y} \, V_{s,W,y} \le \sum_{v \le y} N_{s,W,v}, \qquad
        \sum_W (1 - \eta^{\mathrm{spare}}_W) \, D^{\mathrm{class}}_{W,y} \, V_{s,W,y}
            \le \sum_k \sum_r \psi_r \, \kappa_r \, \xi_{s,k,r} \, I_{s,k,r,y}

        \mathrm{spared}_{s,y} = \sum_W \eta^{\mathrm{spare}}_W \, D^{\mathrm{class}}_{W,y} \, V_{s,W,y}

    A package :math:`W` is quantisation, pruning, distillation, sparsity or better scheduling, or several of them: they
    multiply, so what they save together is a number of the package and never a sum. It is for one class of work,
    inference or batch work, can touch a share :math:`\tau` of any part of it, and saves a share of the compute of what
    it touches. Models are adapted once, for a price by the work that is touched, as computers are bought; the work of a
    zone, and of an hour, falls alike.

    What is spared is booked at sites, where the rest of the same work is done (the second line: a site without
    computers spares nothing), so that its price, its cost and its taxes are those of a place, as of all other work.

    Training is left alone. It comes in clusters, which are whole: a cluster that trains with less compute is the same
    cluster for a shorter time, and spares nothing unless one of them is not needed at all.

    Symbols
    -------
    V_{s,W,y} : under_measure_fraction
        Share of all demand of a class that is under a package, as far as it is booked at the site.
    N_{s,W,v} : adapted_pflop
        Work that models adapted at the start of a period can take on, before they save any.
    D^{\mathrm{class}}_{W,y} : measures.asked_pflop
        Work asked for of the class that a package is for, as a mean of the year.
    \tau^{\mathrm{touch}}_W : measures.touched_fraction
        Share of the class that a package can touch.
    \eta^{\mathrm{spare}}_W : measures.spared_fraction
        Share of the class that it spares: the share that it can touch, times what it saves of the compute of that.
    \alpha^{\mathrm{adapt}} : measures.adaptation_annuity_per_yr
        Yearly payment for each dollar spent on adapting models.
    \gamma^{\mathrm{adapt}}_W : measures.adaptation_usd_per_pflop
        Price of adapting models, by the work that is touched.
    \mu^{\mathrm{meas}}_W : measures.running_usd_per_pflop_yr
        Cost of keeping them adapted, by the work that is touched.
    """

    scope = Scope.SITE
    needs = (Computing,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study offers any package."""
        return bool(case.axes["measure"])

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what is adapted and what is under a package; post what it spares and costs."""
        m, sum_over = assembly.model, assembly.sum_over
        touched, asked = assembly.numbers("measures.touched_fraction"), assembly.numbers("measures.asked_pflop")
        spared = assembly.numbers("measures.spared_fraction")
        price = assembly.numbers("measures.adaptation_usd_per_pflop")
        running = assembly.numbers("measures.running_usd_per_pflop_yr")
        dense, available = (
            assembly.numbers("computing.compute_pflop_per_mw"),
            assembly.numbers("computing.availability_fraction"),
        )
        carried, installed = assembly.numbers("computing.carried_fraction"), assembly.block(Computing).installed_mw
        batch, steady = (
            assembly.numbers("serving.batch_moved_pflop"),
            assembly.numbers("serving.batch_steady_pflop"),
        )

        under = assembly.variable(block, "under_measure_fraction", m.SITE, m.MEASURE, m.PERIOD)
        adapted = assembly.variable(block, "adapted_pflop", m.SITE, m.MEASURE, m.PERIOD)

        def touched_within_adapted(_: Block, s: str, w: str, y: float) -> Relation:
            ready = total(adapted[s, w, v] for v in assembly.periods.vintages(y))
            return touched[w] * asked[w, y] * under[s, w, y] <= ready

        def rest_within_computers(_: Block, s: str, y: float) -> Relation:
            rest = sum_over(m.MEASURE, lambda w: (1 - spared[w]) * asked[w, y] * under[s, w, y])
            return rest <= sum_over(
                m.PAIR, lambda k, r: available[r] * dense[r] * carried[s, k, r] * installed[s, k, r, y]
            )

        block.touched_within_adapted = pyo.Constraint(m.SITE, m.MEASURE, m.PERIOD, rule=touched_within_adapted)
        block.rest_within_computers = pyo.Constraint(m.SITE, m.PERIOD, rule=rest_within_computers)

        def spared_of(packages: Members[str], y: float) -> Expression:
            return sum_over(m.SITE, lambda s: sum_over(packages, lambda w: spared[w] * under[s, w, y]))

        of_inference, of_batch = of_class(assembly.case, INFERENCE), of_class(assembly.case, BATCH)
        if of_inference:
            assembly.inference_fraction.post(self, "spared", lambda _z, y: spared_of(of_inference, y))
        if of_batch:
            assembly.batch_pflop.post(self, "spared", lambda j, y, d: batch[j, y, d] * spared_of(of_batch, y))
            if SteadyBatch.is_wanted(assembly.case):
                assembly.steady_pflop.post(self, "spared", lambda y, j: steady[j, y] * spared_of(of_batch, y))
        assembly.spared_pflop.post(
            self,
            "spared",
            lambda s, y: sum_over(m.MEASURE, lambda w: spared[w] * asked[w, y] * under[s, w, y]),
        )
        assembly.purchases.buys(
            self,
            "adaptation",
            "measures.adaptation",
            lambda s, v: sum_over(m.MEASURE, lambda w: price[w] * adapted[s, w, v]),
            receiver="staff and contractors",
        )
        assembly.cost_usd_per_yr.post(
            self,
            "upkeep",
            lambda s, y: sum_over(m.MEASURE, lambda w: running[w] * touched[w] * asked[w, y] * under[s, w, y]),
            payer="operator",
            receiver="staff and contractors",
        )


class ExclusiveMeasures(Component):
    r"""Packages of a class exclude each other: no work is under two.

    .. math::

        \sum_s \sum_W V_{s,W,y} \le 1 \text{ over the packages of each class}, \qquad
        N_{s,W,v} \le \bar{N}_W \, o_{s,v}

    Shares are continuous: a part of a class may be under one package and another part under another, which is no more
    than each of them does to its part. So no package needs a binary. Models are adapted at open sites, no further than
    they could ever be used: what had no end would prove nothing at prices a little off.

    Symbols
    -------
    \bar{N}_W : measures.adapted_most_pflop
        Most work that adapted models need to take on: what a package can touch in the period in which most is asked.
    """

    scope = Scope.SYSTEM
    needs = (Measures, Placement)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether the study offers any package."""
        return bool(case.axes["measure"])

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State the budget of each class that has packages, and the end of what is adapted."""
        m, under = assembly.model, assembly.block(Measures).under_measure_fraction
        adapted, is_open = assembly.block(Measures).adapted_pflop, assembly.block(Placement).open_count
        most = assembly.numbers("measures.adapted_most_pflop")

        def adapted_within_open(_: Block, s: str, w: str, y: float) -> Relation:
            return adapted[s, w, y] <= most[w] * is_open[s, y]

        block.adapted_within_open = pyo.Constraint(m.SITE, m.MEASURE, m.PERIOD, rule=adapted_within_open)

        def within_all(work_class: int) -> None:
            packages = of_class(assembly.case, work_class)

            def shares_within_class(_: Block, y: float) -> Relation:
                return assembly.sum_over(m.SITE, lambda s: assembly.sum_over(packages, lambda w: under[s, w, y])) <= 1

            if packages:
                name = f"shares_within_{'batch' if work_class == BATCH else 'inference'}"
                block.add_component(name, pyo.Constraint(m.PERIOD, rule=shares_within_class))

        within_all(INFERENCE)
        within_all(BATCH)


def of_class(case: Case, work_class: int) -> Members[str]:
    """Packages for a class of work."""
    kinds = zip(case.axes["measure"], case.values("measures.of_batch_count"), strict=True)
    return Members("measure", [str(measure) for measure, kind in kinds if kind == work_class])
