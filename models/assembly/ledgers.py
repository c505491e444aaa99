"""Ledgers: lists of labelled terms, each closed once by the assembly.

What a ledger holds can be printed as a table with one column a term, and the columns add up to the balance
by construction.

The ledgers are also the seam of the model. A component lives at a site or in the system; a site
component speaks to the rest of the model through ledgers only. The same components hence build the
whole model, or one site alone.
"""

from __future__ import annotations

import dataclasses
import enum
import itertools
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Protocol, cast

import pyomo.environ as pyo

from siting.models.assembly.units import unit_of
from siting.models.compiler.algebra import INFEASIBLE, SKIP, Amount, AnySet, Block, Expression, Relation, TermRule
from siting.models.compiler.members import Index, Member


class Scope(enum.Enum):
    """Where something lives."""

    SITE = "site"
    """At a site. All its rows are homogeneous and name the variables of one site only."""
    SYSTEM = "system"
    """In the system: integers, limits and everything absolute."""


class Sense(enum.Enum):
    """What the sum of a ledger's terms must be."""

    BALANCE = "balance"
    """Zero."""
    SURPLUS = "surplus"
    """Zero or more."""
    TOTAL = "total"
    """Anything: the ledger is an account, read by others."""


class Spending(enum.Enum):
    """What kind of money a term is, as tax law and the cash flow see it."""

    OPERATING = "operating"
    """Paid or earned in the year; taken off the year's income."""
    CAPITAL = "capital"
    """An annuity, which stands for a purchase."""
    TAX = "tax"
    """Taken by federation, state or county."""
    SHADOW = "shadow"
    """Charged by nobody: it steers the plan, and is no cash."""


@dataclasses.dataclass(frozen=True)
class Term:
    """One posted term of a ledger.

    Parameters
    ----------
    component : str
        Name of the component that posted it.
    label : str
        Name of the term within the component.
    rule : callable
        Expression of the term at a key of the ledger.
    payer, receiver : str
        Who pays whom; empty where the ledger holds no money.
    spending : Spending
        What kind of money it is, where it is money.
    """

    component: str
    label: str
    rule: TermRule
    payer: str = ""
    receiver: str = ""
    spending: Spending = Spending.OPERATING

    @property
    def name(self) -> str:
        """Full name of the term."""
        return f"{self.component}.{self.label}"


class Poster(Protocol):
    """Whoever posts terms: a component, of which a ledger knows the name and where it lives."""

    scope: ClassVar[Scope]
    is_own: ClassVar[bool]

    @classmethod
    def name(cls) -> str:
        """Name of the component."""


class Ledger:
    """A list of terms that the assembly sums, key by key.

    Parameters
    ----------
    name : str
        Name of the ledger, with its unit suffix.
    axes : tuple of str
        Names of the axes that index it.
    scope : Scope
        Site ledgers are closed within a site; system ledgers reach the whole model.
    sense : Sense
        What the sum must be.
    sets : tuple of Pyomo sets
        The sets whose product is its index.
    index : Index
        The same, as positions.
    """

    def __init__(
        self,
        name: str,
        axes: tuple[str, ...],
        scope: Scope,
        sense: Sense,
        sets: tuple[AnySet, ...] = (),
        index: Index | None = None,
    ) -> None:
        self.name = name
        self.axes = axes
        self.scope = scope
        self.sense = sense
        self.sets = sets
        self.index = index or Index(())
        self.terms: list[Term] = []
        self.closed = False

    def __repr__(self) -> str:
        return f"Ledger({self.name}[{', '.join(self.axes)}], {len(self.terms)} terms, {self.sense.value})"

    def post(
        self,
        component: Poster,
        label: str,
        rule: TermRule,
        *,
        payer: str = "",
        receiver: str = "",
        spending: Spending = Spending.OPERATING,
    ) -> None:
        """Add a term.

        Parameters
        ----------
        component : Poster
            Who posts.
        label : str
            Name of the term, a noun; unique within the component.
        rule : callable
            Takes a key of the ledger, returns an expression.
        payer, receiver : str
            Who pays whom; both are needed where the ledger holds money.
        spending : Spending
            What kind of money it is, where it is money.

        Raises
        ------
        ValueError
            If the label is taken, the ledger is closed, a study's own rule posts, a system component posts to a site
            ledger, or money has no payer or receiver.
        """
        term = Term(component.name(), label, rule, payer, receiver, spending)
        if component.is_own:
            raise ValueError(f"{component.name()} is a rule of a study's own, which posts to no ledger")
        if self.closed:
            raise ValueError(f"{term.name} comes too late: the ledger {self.name} is closed")
        if any(other.name == term.name for other in self.terms):
            raise ValueError(f"{term.name} is posted twice to the ledger {self.name}")
        if self.scope is Scope.SITE and component.scope is Scope.SYSTEM:
            raise ValueError(f"{component.name()} lives in the system and cannot post to the site ledger {self.name}")
        if ("usd" in self.name) != bool(payer and receiver):
            raise ValueError(f"{term.name} in the ledger {self.name}: money, and only money, names payer and receiver")
        self.terms.append(term)

    @property
    def keys(self) -> list[tuple[Member, ...]]:
        """All keys, in order."""
        return list(self.index)

    def total(self, *key: Member) -> Expression:
        """Sum of all terms posted so far at a key, as an expression."""
        return cast("Expression", self._total(key))

    def _total(self, key: tuple[Member, ...]) -> Amount:
        return sum(term.rule(*key) for term in self.terms)

    @property
    def balances(self) -> bool:
        """Whether the sum of its terms is held to anything."""
        return self.sense is not Sense.TOTAL and bool(self.terms)

    def state(self, block: Block) -> None:
        """State the balance in Pyomo."""

        def closes(_: Block, *key: Member) -> Relation:
            total = self._total(key)
            if isinstance(total, int | float):
                if total == 0 or (self.sense is Sense.SURPLUS and total > 0):
                    return SKIP
                return INFEASIBLE
            return total == 0 if self.sense is Sense.BALANCE else total >= 0

        block.add_component(f"{self.name}_closes", pyo.Constraint(*self.sets, rule=closes))

    def check_units(self) -> None:
        """Check that every term has the ledger's unit. Only for an assembly made with units.

        Raises
        ------
        ValueError
            If a term has another unit, or adds unlike things within itself.
        """
        from pyomo.core.base.units_container import InconsistentUnitsError, UnitsError
        from pyomo.util.check_units import assert_units_equivalent  # slow to import, and only tests come here

        wanted = unit_of(self.name)
        for term, key in itertools.product(self.terms, self.keys):
            expression = term.rule(*key)
            if isinstance(expression, int | float) and expression == 0:
                continue  # nothing to sum at this key
            try:
                assert_units_equivalent(expression, wanted)
            except (UnitsError, InconsistentUnitsError) as error:
                raise ValueError(f"{term.name} does not fit the ledger {self.name} at {key}: {error}") from error


LEDGERS: tuple[tuple[str, tuple[str, ...], Scope, Sense], ...] = (
    # Within a site, hour by hour.
    ("power_mw", ("site", "period", "hour"), Scope.SITE, Sense.BALANCE),
    ("meter_mw", ("site", "period", "hour"), Scope.SITE, Sense.BALANCE),
    ("compute_pflop", ("site", "period", "hour"), Scope.SITE, Sense.BALANCE),
    # Between what is built (integers, in the system) and what runs (at the site).
    ("installed_mw", ("site", "cooling", "rack", "period"), Scope.SYSTEM, Sense.BALANCE),
    ("hall_space_mw", ("site", "cooling", "period"), Scope.SYSTEM, Sense.SURPLUS),
    ("land_ha", ("site", "period"), Scope.SYSTEM, Sense.SURPLUS),
    ("connection_mw", ("site", "period"), Scope.SYSTEM, Sense.SURPLUS),
    ("network_mw", ("site", "period"), Scope.SYSTEM, Sense.SURPLUS),
    ("heat_demand_mw", ("site", "period"), Scope.SYSTEM, Sense.SURPLUS),
    ("assignment_fraction", ("site", "zone", "period"), Scope.SYSTEM, Sense.SURPLUS),
    ("training_pflop", ("site", "job", "period"), Scope.SYSTEM, Sense.BALANCE),
    # Between demand and all sites.
    ("inference_fraction", ("zone", "period"), Scope.SYSTEM, Sense.BALANCE),
    ("batch_pflop", ("lot", "period", "day"), Scope.SYSTEM, Sense.BALANCE),
    ("steady_pflop", ("period", "lot"), Scope.SYSTEM, Sense.BALANCE),
    # Accounts.
    ("given_up_mw", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("standing_by_mw", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("on_site_mw", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("cost_usd_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("carbon_location_t_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("carbon_market_t_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("carbon_hourly_t_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("carbon_embodied_t_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("water_m3_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("unclean_mwh_per_yr", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("spared_pflop", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
    ("leased_pflop", ("site", "period"), Scope.SYSTEM, Sense.TOTAL),
)
"""Every ledger: name with unit, axes, scope, sense."""


PAIRS: Mapping[tuple[str, ...], str] = MappingProxyType(
    {
        ("cooling", "rack"): "PAIR",
        ("site", "zone"): "SITE_ZONE",
        ("zone", "period"): "ZONE_PERIOD",
        ("period", "lot"): "PERIOD_STEADY_LOT",
    }
)
"""Sets that stand for two axes next to each other in a ledger's index."""
