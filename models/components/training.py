"""Training: steady work in whole clusters, each at one site."""

from __future__ import annotations

import pyomo.environ as pyo

from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import SKIP, Block, Datum, Relation
from siting.models.compiler.expressions import whole


class Training(Component):
    r"""Training work of a site, the same in every hour.

    .. math::

        \sum_k \sum_r c_{s,k,r,y,h} = \sum_z x_{s,z,y} \, D_{z,y,h} + b_{s,y,h} + t_{s,y}

    It is the last term of the site's work, with `serving`.

    Symbols
    -------
    t_{s,y} : training_pflop
        Training done.
    """

    scope = Scope.SITE
    in_replay = True

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the work and post it to the compute balance and to the clusters."""
        m = assembly.model
        training = assembly.variable(block, "training_pflop", m.SITE, m.PERIOD)
        assembly.compute_pflop.post(self, "work", lambda s, y, _h: -training[s, y])
        assembly.training_pflop.post(self, "work", lambda s, y: -training[s, y])


class Clusters(Component):
    r"""Clusters, which cannot be split between sites.

    .. math::

        J_{s,y} \in \mathbb{Z}_{\ge 0}, \qquad t_{s,y} = \tau \, J_{s,y}, \qquad \sum_s J_{s,y} = D^{\mathrm{cluster}}_y

        J_{s,y} \ge J_{s,y-1} \text{ where } D^{\mathrm{cluster}}_y \ge D^{\mathrm{cluster}}_{y-1}

    A cluster stays where it is as long as the number needed does not fall.

    Symbols
    -------
    J_{s,y} : clusters_count
        Clusters at a site.
    \tau : training.training_cluster_pflop
        Work of one cluster.
    D^{\mathrm{cluster}}_y : training.clusters_needed_count
        Clusters needed.
    """

    scope = Scope.SYSTEM
    needs = (Training,)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the clusters, state how many are needed, and post their work."""
        m = assembly.model
        size = assembly.number("training.training_cluster_pflop")
        needed = assembly.numbers("training.clusters_needed_count")

        def most(_: Block, _s: str, y: int) -> tuple[int, Datum]:
            return 0, whole(needed[y])

        clusters = assembly.variable(
            block, "clusters_count", m.SITE, m.PERIOD, within=pyo.NonNegativeIntegers, bounds=most
        )

        def all_placed(_: Block, y: int) -> Relation:
            return assembly.sum_over(m.SITE, lambda s: clusters[s, y]) == needed[y]

        def stays_where_it_is(_: Block, s: str, y: int) -> Relation:
            before = assembly.periods.before(y)
            if before is None or pyo.value(needed[y]) < pyo.value(needed[before]):
                return SKIP
            return clusters[s, y] >= clusters[s, before]

        block.all_placed = pyo.Constraint(m.PERIOD, rule=all_placed)
        block.stays_where_it_is = pyo.Constraint(m.SITE, m.PERIOD, rule=stays_where_it_is)
        assembly.training_pflop.post(self, "placed", lambda s, y: size * clusters[s, y])
