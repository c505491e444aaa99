"""Training and HPC: steady work in whole clusters, each at one site."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyomo.environ as pyo

from siting.case.case import Array, Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import SKIP, Block, Datum, Relation
from siting.models.compiler.expressions import whole
from siting.models.compiler.members import Members
from siting.models.components.computing import Computing


class Training(Component):
    r"""Training work of a site, the same in every hour in which it runs.

    .. math::

        t^{\mathrm{all}}_{s,y,h} = \sum_T \left( \rho^{\mathrm{day}}_{T,d(h)} \, t_{s,T,y}
            - t^{\mathrm{pause}}_{s,T,y,h} \right)

        \sum_{T \in \mathrm{fabric}} t_{s,T,y} \le \sum_k \sum_r
            \theta^{\mathrm{fab}}_{T,r} \, \psi_r \, \kappa_r \, \xi_{s,k,r} \, I_{s,k,r,y}

    :math:`t^{\mathrm{all}}_{s,y,h}` is the last term of the site's work, with `serving`. A :math:`T` is a class of
    work in clusters: training, or HPC. What asks for a fabric needs racks that have it; what does not runs on any.
    A cluster that does not run all year needs all of its racks at once when it runs.

    Symbols
    -------
    t^{\mathrm{all}}_{s,y,h} : expression [PFLOP/s]
        Training of all classes in an hour.
    t_{s,T,y} : training_pflop
        Training of a class, while it runs.
    \rho^{\mathrm{day}}_{T,d} : training.running_fraction
        Share of the days that a day stands for on which clusters of a class run.
    \theta^{\mathrm{fab}}_{T,r} : training.fabric_count
        Whether a kind of rack has the fabric that a class needs.
    """

    scope = Scope.SITE
    needs = (Computing,)
    in_replay = True

    @classmethod
    def decided_later(cls, cases: Sequence[Case]) -> tuple[str, ...]:
        """Where clusters stand is decided first, unless more of them are needed in one future than in another."""
        if not _clusters_differ(cases):
            return ()
        return ("training_pflop",)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the work and post it to the compute balance and to the clusters."""
        m, sum_over = assembly.model, assembly.sum_over
        training = assembly.variable(block, "training_pflop", m.SITE, m.JOB, m.PERIOD)
        running, day_of = assembly.numbers("training.running_fraction"), assembly.day_of_hour
        assembly.compute_pflop.post(
            self, "work", lambda s, y, h: -sum_over(m.JOB, lambda j: running[j, day_of[h]] * training[s, j, y])
        )
        assembly.training_pflop.post(self, "work", lambda s, j, y: -training[s, j, y])

        fits, runs = (assembly.case.values(f"training.{name}") for name in ("fabric_count", "run_fraction"))
        for number, of_fabric in enumerate(np.unique(fits[(fits < 1).any(axis=1) | (runs < 1)], axis=0)):
            _state_fabric(block, assembly, number, of_fabric)


def _clusters_differ(cases: Sequence[Case]) -> bool:
    """Whether some of several cases need more clusters than others, or larger ones."""
    names = ("training.clusters_needed_count", "training.training_cluster_pflop")
    return any(not np.array_equal(case.values(name), cases[0].values(name)) for case in cases for name in names)


def _state_fabric(block: Block, assembly: Assembly, number: int, of_fabric: Array) -> None:
    """State that the classes that need certain racks, or pause, have them all at once when they run."""
    m, case = assembly.model, assembly.case
    dense, available = (
        assembly.numbers("computing.compute_pflop_per_mw"),
        assembly.numbers("computing.availability_fraction"),
    )
    carried, fits = assembly.numbers("computing.carried_fraction"), assembly.numbers("training.fabric_count")
    installed, training = assembly.block(Computing).installed_mw, block.training_pflop
    fits_of = case.values("training.fabric_count")
    within = np.asarray((fits_of <= of_fabric).all(axis=1))
    jobs = Members("job", [str(job) for job, is_so in zip(case.axes["job"], within, strict=True) if is_so])
    first = str(case.axes["job"][int((fits_of == of_fabric).all(axis=1).argmax())])

    def training_within_fabric(_: Block, s: str, y: float) -> Relation:
        return assembly.sum_over(jobs, lambda j: training[s, j, y]) <= assembly.sum_over(
            m.PAIR, lambda k, r: fits[first, r] * available[r] * dense[r] * carried[s, k, r] * installed[s, k, r, y]
        )

    name = f"training_within_fabric_{number}"
    block.add_component(name, pyo.Constraint(m.SITE, m.PERIOD, rule=training_within_fabric))


class RunMonths(Component):
    r"""Months in which clusters that may not pause run: what is asked beside them finds its computers besides theirs.

    .. math::

        \sum_k \sum_r c_{s,k,r,y,h}
            + \sum_T \rho^{\mathrm{rest}}_{T,d(h)} \, t_{s,T,y}
            \le \sum_k \sum_r \psi_r \, \kappa_r \, \xi_{s,k,r} \, I_{s,k,r,y}

    A chosen day stands for days on which a cluster runs and others on which it does not. Its work is that of their
    mean; its computers are those of a day on which it runs. In other months they do other work, or idle.

    Symbols
    -------
    \rho^{\mathrm{rest}}_{T,d} : expression [1]
        Share of the days that a day stands for on which clusters of a class rest, if they run on others of these.
    """

    scope = Scope.SITE
    needs = (Training,)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any clusters that may not pause run in some months only."""
        return case.rests_for_months()

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State that there are computers for all that runs on one day."""
        m, case, sum_over = assembly.model, assembly.case, assembly.sum_over
        share = case.values("training.running_fraction")
        absent = assembly.coefficients(r"\rho^{\mathrm{rest}}", ("job", "day"), np.ceil(share) - share)
        dense, available, carried = (
            assembly.numbers(f"computing.{name}")
            for name in ("compute_pflop_per_mw", "availability_fraction", "carried_fraction")
        )
        work, installed = assembly.block(Computing).work_pflop, assembly.block(Computing).installed_mw
        training, day_of = assembly.block(Training).training_pflop, assembly.day_of_hour

        def runs_within_installed(_: Block, s: str, y: float, h: int) -> Relation:
            done = sum_over(m.PAIR, lambda k, r: work[s, k, r, y, h])
            rests = sum_over(m.JOB, lambda j: absent[j, day_of[h]] * training[s, j, y])
            return done + rests <= sum_over(
                m.PAIR, lambda k, r: available[r] * dense[r] * carried[s, k, r] * installed[s, k, r, y]
            )

        block.runs_within_installed = pyo.Constraint(m.SITE, m.PERIOD, m.HOUR, rule=runs_within_installed)


class Pauses(Component):
    r"""Hours in which clusters that need not run all year give their computers up.

    .. math::

        0 \le t^{\mathrm{pause}}_{s,T,y,h} \le t_{s,T,y}

    Symbols
    -------
    t^{\mathrm{pause}}_{s,T,y,h} : paused_pflop
        Training that pauses.
    """

    scope = Scope.SITE
    needs = (Training,)
    in_replay = True

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any clusters may pause and do not run all year."""
        return bool(case.pausing_jobs())

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare what pauses and post it to the compute balance."""
        m, training = assembly.model, assembly.block(Training).training_pflop
        paused = assembly.variable(block, "paused_pflop", m.SITE, m.PAUSING_JOB, m.PERIOD, m.HOUR)

        def pauses_within_training(_: Block, s: str, j: str, y: float, h: int) -> Relation:
            return paused[s, j, y, h] <= training[s, j, y]

        block.pauses_within_training = pyo.Constraint(
            m.SITE, m.PAUSING_JOB, m.PERIOD, m.HOUR, rule=pauses_within_training
        )
        assembly.compute_pflop.post(
            self, "paused", lambda s, y, h: assembly.sum_over(m.PAUSING_JOB, lambda j: paused[s, j, y, h])
        )


class RunTime(Component):
    r"""The time that such clusters run, over the year.

    .. math::

        \sum_h \omega_h \, t^{\mathrm{pause}}_{s,T,y,h}
            = \left( 1 - \rho^{\mathrm{run}}_T \right) \sum_h \omega_h \, t_{s,T,y}

    Symbols
    -------
    \rho^{\mathrm{run}}_T : training.run_fraction
        Share of the year in which clusters of a class run.
    """

    scope = Scope.SITE
    needs = (Training, Pauses)

    @classmethod
    def is_wanted(cls, case: Case) -> bool:
        """Whether any clusters do not run all year."""
        return bool(case.pausing_jobs())

    def declare(self, block: Block, assembly: Assembly) -> None:
        """State the run time."""
        m, weight, runs = (
            assembly.model,
            assembly.numbers("hours.weight_h_per_yr"),
            assembly.numbers("training.run_fraction"),
        )
        training, paused = assembly.block(Training).training_pflop, assembly.block(Pauses).paused_pflop

        def pauses_follow_run_time(_: Block, s: str, j: str, y: float) -> Relation:
            rested = assembly.sum_over(m.HOUR, lambda h: weight[h] * paused[s, j, y, h])
            whole_year = assembly.sum_over(m.HOUR, lambda h: weight[h])
            return rested == (1 - runs[j]) * whole_year * training[s, j, y]

        block.pauses_follow_run_time = pyo.Constraint(m.SITE, m.PAUSING_JOB, m.PERIOD, rule=pauses_follow_run_time)


class Clusters(Component):
    r"""Clusters, which cannot be split between sites.

    .. math::

        J_{s,T,y} \in \mathbb{Z}_{\ge 0}, \qquad t_{s,T,y} = \tau_T \, J_{s,T,y}, \qquad
        \sum_s J_{s,T,y} = D^{\mathrm{cluster}}_{T,y}

        J_{s,T,y} \ge J_{s,T,y-1} \text{ where } D^{\mathrm{cluster}}_{T,y} \ge D^{\mathrm{cluster}}_{T,y-1}

    A cluster stays where it is as long as the number needed does not fall, and stands where its class may be done.

    Symbols
    -------
    J_{s,T,y} : clusters_count
        Clusters of a class at a site.
    \theta^{\mathrm{place}}_{s,T} : training.job_resident_count
        Whether a class may be done at a site.
    \tau_T : training.training_cluster_pflop
        Work of one cluster while it runs.
    D^{\mathrm{cluster}}_{T,y} : training.clusters_needed_count
        Clusters needed.
    """

    scope = Scope.SYSTEM
    needs = (Training,)

    @classmethod
    def decided_later(cls, cases: Sequence[Case]) -> tuple[str, ...]:
        """Where clusters stand is decided first, unless more of them are needed in one future than in another."""
        if not _clusters_differ(cases):
            return ()
        return ("clusters_count",)

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Declare the clusters, state how many are needed, and post their work."""
        m = assembly.model
        size = assembly.numbers("training.training_cluster_pflop")
        needed, resident = (
            assembly.numbers("training.clusters_needed_count"),
            assembly.numbers("training.job_resident_count"),
        )

        def most(_: Block, s: str, j: str, y: float) -> tuple[int, Datum]:
            return 0, whole(needed[j, y]) * resident[s, j]

        clusters = assembly.variable(
            block, "clusters_count", m.SITE, m.JOB, m.PERIOD, within=pyo.NonNegativeIntegers, bounds=most
        )

        def all_placed(_: Block, j: str, y: float) -> Relation:
            return assembly.sum_over(m.SITE, lambda s: clusters[s, j, y]) == needed[j, y]

        def stays_where_it_is(_: Block, s: str, j: str, y: float) -> Relation:
            before = assembly.periods.before(y)
            if before is None or pyo.value(needed[j, y]) < pyo.value(needed[j, before]):
                return SKIP
            return clusters[s, j, y] >= clusters[s, j, before]

        block.all_placed = pyo.Constraint(m.JOB, m.PERIOD, rule=all_placed)
        block.stays_where_it_is = pyo.Constraint(m.SITE, m.JOB, m.PERIOD, rule=stays_where_it_is)
        assembly.training_pflop.post(self, "placed", lambda s, j, y: size[j] * clusters[s, j, y])
