"""Rules evaluated over whole indices give what Pyomo gives key by key, and refuse what they cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from forms import named, named_by_pyomo
from pyomo.common.errors import InfeasibleConstraintException
from rich_case import rich_case, with_quota
from tiny import tiny_case

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.compilation import compile_assembly
from siting.models.assembly.ledgers import Scope
from siting.models.compiler import broadcast
from siting.models.compiler.members import Index
from siting.models.components.clean_energy import CleanEnergy, CleanFleet
from siting.models.components.serving import Demand, SteadyBatch
from siting.models.components.transfer import Transfer
from siting.models.formulation import DESIGN, REPLAY

COMPONENTS = tuple(dict.fromkeys([*DESIGN, *REPLAY]))

HOLES = np.full((2, 2, 6), 0.5)
HOLES[0, 1] = np.nan
NOTHING_AT_A = np.full((2, 2, 6), 0.5)
NOTHING_AT_A[0] = np.nan

CASES: dict[str, Callable[[], Case]] = {
    "one of everything": lambda: with_quota(tiny_case()),
    "two of everything": lambda: with_quota(rich_case()),
    "market": lambda: with_quota(rich_case(carbon_method="market", seed=1)),
    "location": lambda: with_quota(rich_case(carbon_method="location", seed=2)),
    "pairs left out": lambda: with_quota(
        rich_case(compatible_count=[[1, 0], [1, 1]], rtt_ms=[[10, 90], [10, 10]], output_fraction=HOLES)
    ),
    "a site without contracts": lambda: with_quota(rich_case(output_fraction=NOTHING_AT_A)),
    "a zone that asks for nothing": lambda: with_quota(
        rich_case(inference_pflop=np.array([1.0, 0.0])[:, None, None] * np.ones((2, 2, 6)))
    ),
    "hours of price zero": lambda: with_quota(rich_case(price_usd_per_mwh=[[0, 5, 0, 7, 0, 0], [1, 2, 3, 0, 0, 0]])),
    "a site excluded": lambda: with_quota(rich_case(policy={"excluded_sites": ["b"]})),
    "no limits": lambda: with_quota(rich_case(policy={})),
    "clusters": lambda: with_quota(rich_case(clusters_needed_count=[1.0, 2.0])),
}


IF_WANTED: dict[type[Component], tuple[type[Component], ...]] = {
    Demand: (SteadyBatch,),
    Transfer: (SteadyBatch,),
    CleanFleet: (CleanEnergy,),
}
"""What a component reads, or posts beside, where the study wants it, as `rich_case` does."""


def needed(component: type[Component]) -> list[type[Component]]:
    """A component and all that it needs."""
    found: dict[type[Component], None] = {}
    for need in (*component.needs, *IF_WANTED.get(component, ())):
        found |= dict.fromkeys(needed(need))
    return [*found, component]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_model_is_what_pyomo_makes_of_it(case: Callable[[], Case]) -> None:
    """Row for row, name for name, with bounds, costs, integrality, and in the same order."""
    fast, plain = named(compile_assembly(Assembly(case(), COMPONENTS))), named_by_pyomo(Assembly(case(), COMPONENTS))
    assert list(fast.rows) == list(plain.rows)
    assert fast == plain


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name())
def test_component_is_what_pyomo_makes_of_it(component: type[Component]) -> None:
    case, parts = with_quota(rich_case()), needed(component)
    scope = Scope.SITE if all(part.scope is Scope.SITE for part in parts) else None
    fast = named(compile_assembly(Assembly(case, parts, scope=scope)))
    plain = named_by_pyomo(Assembly(case, parts, scope=scope))
    assert fast == plain


def test_no_rule_goes_key_by_key_through_pyomo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule can be evaluated over some axis at once, or at least without Pyomo's expressions."""

    def fails(*_: Any) -> None:
        raise AssertionError("a rule went through Pyomo")

    monkeypatch.setattr(broadcast._Gathered, "add_plain", fails)
    compile_assembly(Assembly(with_quota(rich_case()), COMPONENTS))


def test_no_rule_asks_for_its_members_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Save periods and jobs, which are few: asked site by site or day by day, a large model takes its time.

    An index is tried in several ways; the last one served.
    """
    alone: dict[int, tuple[Index, set[str]]] = {}
    pieces = broadcast._pieces

    def noted(index: Index, together: Sequence[int]) -> Iterator[Any]:
        asked = {
            axis
            for place, factor in enumerate(index.factors)
            for axis in factor.axes
            if place not in together and len(factor) > 1
        }
        alone[id(index)] = index, asked
        return pieces(index, together)

    monkeypatch.setattr(broadcast, "_pieces", noted)
    compile_assembly(Assembly(with_quota(rich_case()), COMPONENTS))
    assert set.union(*(asked for _, asked in alone.values())) == {"period", "job"}


class Odd(Component):
    """Rules as an author may write them who has never heard of broadcasting."""

    scope = Scope.SYSTEM

    def declare(self, block: Any, assembly: Assembly) -> None:
        m = assembly.model
        price = assembly.numbers("grid.price_usd_per_mwh")
        x = assembly.variable(block, "x_mw", m.SITE, m.HOUR)
        z = assembly.variable(block, "z_mw", m.SITE_ZONE)
        rank = {"a": 1, "b": 2}
        block.half = pyo.Expression(m.SITE, rule=lambda _, s: x[s, 0] / 2)

        def by_dictionary(_: Any, s: str, h: int) -> Any:
            return x[s, h] <= rank[s]

        def by_data(_: Any, s: str, h: int) -> Any:
            return x[s, h] >= 3 if price[s, h] > 50 else pyo.Constraint.Skip

        def by_member(_: Any, s: str, h: int) -> Any:
            return 2 * x[s, h] - 1 == (0 if h == 0 else x[s, h - 1]) + 4

        def by_named_expression(_: Any, s: str) -> Any:
            return block.half[s] + 1 <= 7

        def by_membership(_: Any, s: str) -> Any:
            return sum(z[s, w] for w in m.ZONE if (s, w) in m.SITE_ZONE) <= len(m.ZONE)

        def by_tuple(_: Any, s: str, h: int) -> Any:
            return 1, x[s, h] + x[s, h], price[s, h] + 1

        def by_largest(_: Any, s: str) -> Any:
            return sum(x[s, h] for h in m.HOUR) <= max(price[s, h] for h in m.HOUR)

        def by_text(_: Any, s: str, h: int) -> Any:
            return x[s, h] <= len(f"{s}{h}")

        def by_sum_of_constants(_: Any, s: str) -> Any:
            return assembly.sum_over(m.HOUR, lambda h: 1 - x[s, h] + price[s, h]) >= assembly.sum_over(
                m.HOUR, lambda _h: z[s, "y"] + 2
            )

        for rule in (by_dictionary, by_data, by_member, by_text, by_tuple):
            block.add_component(rule.__name__, pyo.Constraint(m.SITE, m.HOUR, rule=rule))
        for rule in (by_named_expression, by_membership, by_largest, by_sum_of_constants):
            block.add_component(rule.__name__, pyo.Constraint(m.SITE, rule=rule))
        block.once = pyo.Constraint(rule=lambda _: x["a", 0] + x["b", 1] <= 9)
        block.of_kinds = pyo.Constraint(["p", "q"], m.SITE, rule=lambda _, kind, s: x[s, 1] <= ord(kind))
        block.crossed = pyo.Constraint(m.SITE, m.SITE, rule=lambda _, s, t: x[s, 0] + 2 * x[t, 1] <= 5)


def test_rules_that_know_nothing_of_it_work_all_the_same() -> None:
    case = rich_case(rtt_ms=[[10, 90], [10, 10]])
    fast, plain = named(compile_assembly(Assembly(case, [Odd]))), named_by_pyomo(Assembly(case, [Odd]))
    assert len(plain.rows) > 30
    assert fast == plain


class TimesItself(Component):
    scope = Scope.SYSTEM

    def declare(self, block: Any, assembly: Assembly) -> None:
        m = assembly.model
        x = assembly.variable(block, "x_mw", m.SITE)
        block.squares_within = pyo.Constraint(m.SITE, rule=lambda _, s: x[s] * x[s] <= 1)


def test_products_of_variables_are_refused() -> None:
    with pytest.raises(ValueError, match="not linear"):
        compile_assembly(Assembly(tiny_case(), [TimesItself]))


class Never(Component):
    scope = Scope.SYSTEM

    def declare(self, block: Any, assembly: Assembly) -> None:
        m = assembly.model
        block.never_within = pyo.Constraint(m.SITE, rule=lambda *_: pyo.Constraint.Infeasible)


def test_rows_that_cannot_hold_are_found() -> None:
    with pytest.raises(InfeasibleConstraintException):
        compile_assembly(Assembly(tiny_case(), [Never]))


class Missing(Component):
    scope = Scope.SITE

    def declare(self, block: Any, assembly: Assembly) -> None:
        m, output = assembly.model, assembly.numbers("contracts.output_fraction")
        x = assembly.variable(block, "x_mw", m.SITE, m.CONTRACT)
        block.within_output = pyo.Constraint(
            m.SITE, m.CONTRACT, m.HOUR, rule=lambda _, s, p, h: x[s, p] <= output[s, p, h]
        )


def test_numbers_that_are_not_there_are_refused() -> None:
    """Not taken for zero."""
    with pytest.raises(KeyError, match="output_fraction has no such member"):
        compile_assembly(Assembly(tiny_case(), [Missing]))
