"""The seam: a site speaks to the rest of the model through system ledgers only, and its rows are homogeneous."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from forms import named
from pyomo.core.expr.visitor import identify_variables
from rich_case import rich_case, with_quota
from tiny import quick, tiny_case

from siting.case.case import Case
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.compilation import compile_assembly
from siting.models.assembly.ledgers import LEDGERS, Ledger, Scope, Sense
from siting.models.components.contracts import Contracts
from siting.models.components.cooling import Cooling
from siting.models.components.grid import Grid
from siting.models.components.halls import Halls
from siting.models.components.placement import Placement
from siting.models.components.storage import Storage
from siting.models.formulation import DESIGN, REPLAY
from siting.optimise.extraction import terms_over_axes
from siting.optimise.solver import highs, loading
from siting.quantities import COST_SCALE

SITE_COMPONENTS = [component for component in dict.fromkeys([*DESIGN, *REPLAY]) if component.scope is Scope.SITE]


@pytest.fixture(scope="module")
def case() -> Case:
    return with_quota(rich_case())


@pytest.fixture(scope="module")
def whole(case: Case) -> Assembly:
    made = Assembly(case, DESIGN)
    made.construct()
    return made


def alone(case: Case, site: str) -> Assembly:
    """The site components of one site."""
    return Assembly(case.only(site=[site]), DESIGN, scope=Scope.SITE)


def sites_named(constraint: Any) -> set[str]:
    """Sites whose variables a constraint names."""
    return {variable.index()[0] for variable in identify_variables(constraint.body)}


@pytest.mark.parametrize("component", SITE_COMPONENTS, ids=lambda component: component.name())
def test_site_component_names_variables_of_one_site(case: Case, component: type[Component]) -> None:
    whole = Assembly(case, [*DESIGN, *(set(REPLAY) - set(DESIGN))])
    block = whole.construct().component(component.name())
    for constraint in block.component_data_objects(pyo.Constraint):
        assert sites_named(constraint) == {constraint.index()[0]}, constraint.name


def test_site_ledger_closes_within_a_site(whole: Assembly) -> None:
    closed = 0
    for ledger in whole.ledgers.values():
        if ledger.scope is Scope.SITE:
            for constraint in whole.model.ledgers.component(f"{ledger.name}_closes").values():
                assert sites_named(constraint) == {constraint.index()[0]}, constraint.name
                closed += 1
    assert closed == 3 * 2 * 2 * 6  # ledgers, sites, periods, hours


def test_system_terms_of_a_site_component_name_one_site_by_ledger_key(whole: Assembly) -> None:
    """A term at a key with a site names that site's variables alone, in system ledgers too."""
    of_site = {component.name() for component in SITE_COMPONENTS}
    for ledger in whole.ledgers.values():
        if ledger.axes[0] != "site":
            continue
        for term in ledger.terms:
            if term.component not in of_site:
                continue
            for key in ledger.keys:
                expression = term.rule(*key)
                if not isinstance(expression, int | float):
                    assert {v.index()[0] for v in identify_variables(expression)} <= {key[0]}, (term.name, key)


@pytest.mark.parametrize("site", ["a", "b"])
def test_one_site_builds_alone(case: Case, whole: Assembly, site: str) -> None:
    """It has the rows that the whole model has for it, by name and by coefficient, and no others."""
    lone = alone(case, site)
    single, every = named(compile_assembly(lone)).rows, named(compile_assembly(whole)).rows
    of_site = {component.name() for component in SITE_COMPONENTS}
    closings = tuple(f"ledgers.{name}_closes[{site}," for name, *_, scope, _ in LEDGERS if scope is Scope.SITE)
    expected = {
        name: row
        for name, row in every.items()
        if (name.split(".")[0] in of_site and f"[{site}," in name) or name.startswith(closings)
    }
    assert single == expected


@pytest.mark.parametrize("site", ["a", "b"])
@pytest.mark.parametrize("method", ["location", "market", "hourly"])
def test_pricing_problem_is_a_cone(site: str, method: str) -> None:
    """Every row has a zero right-hand side, every column is free or non-negative or zero, none is integer."""
    assembly = alone(rich_case(carbon_method=method), site)
    form = compile_assembly(assembly)
    assert form.offset == 0
    for bounds in (form.row_lower, form.row_upper, form.column_lower, form.column_upper):
        assert np.all((bounds == 0) | np.isinf(bounds))
    assert not form.integral.any()
    assert set(assembly.components) == set(SITE_COMPONENTS) & set(DESIGN)


def test_twice_a_site_plan_is_a_site_plan(case: Case) -> None:
    """The cone, seen from its points: a solved site's values, doubled, satisfy every row of it."""
    plan = quick(case)
    site = plan.open_sites[0]
    assembly = alone(case, site)
    position = case.axes["site"].index(site)
    for name, (variable, axes) in assembly.variables.items():
        variable.fill()
        values = plan.solution.decisions[name].values[position]
        members = [{member: i for i, member in enumerate(case.axes[axis])} for axis in axes[1:]]
        for key, data in variable.items():
            data.set_value(2 * float(values[tuple(m[k] for m, k in zip(members, key[1:], strict=True))]))
    for constraint in assembly.construct().component_data_objects(pyo.Constraint):
        assert constraint.slack() > -1e-6, constraint.name


def test_no_site_component_has_an_integer(case: Case) -> None:
    assembly = Assembly(case, [*DESIGN, *(set(REPLAY) - set(DESIGN))])
    for component in SITE_COMPONENTS:
        for variable in assembly.block(component).component_data_objects(pyo.Var):
            assert variable.is_continuous(), variable.name


def test_scope_leaves_the_system_out(case: Case) -> None:
    assembly = Assembly(case, DESIGN, scope=Scope.SITE)
    assert {component.scope for component in assembly.components} == {Scope.SITE}
    assert not any(assembly.ledgers[name].closed for name in ("installed_mw", "batch_pflop", "cost_usd_per_yr"))
    assert all(assembly.ledgers[name].closed for name in ("power_mw", "meter_mw", "compute_pflop"))


# What a component may not do.


class AtSite(Component):
    scope = Scope.SITE


class InSystem(Component):
    scope = Scope.SYSTEM


def ledger(name: str = "power_mw", scope: Scope = Scope.SITE) -> Ledger:
    return Ledger(name, ("site",), scope, Sense.BALANCE)


def nothing(*_: Any) -> int:
    return 0


def test_posting_twice_is_refused() -> None:
    book = ledger()
    book.post(AtSite(), "draw", nothing)
    book.post(AtSite(), "charge", nothing)
    with pytest.raises(ValueError, match=r"at_site\.draw is posted twice to the ledger power_mw"):
        book.post(AtSite(), "draw", nothing)


def test_posting_to_a_closed_ledger_is_refused() -> None:
    assembly = Assembly(tiny_case(), DESIGN[:-1])
    with pytest.raises(ValueError, match=r"at_site\.draw comes too late: the ledger power_mw is closed"):
        assembly.power_mw.post(AtSite(), "draw", nothing)


def test_system_cannot_post_to_a_site() -> None:
    with pytest.raises(ValueError, match="in_system lives in the system and cannot post to the site ledger power_mw"):
        ledger().post(InSystem(), "draw", nothing)
    ledger(scope=Scope.SYSTEM).post(InSystem(), "draw", nothing)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("cost_usd_per_yr", {}),
        ("cost_usd_per_yr", {"payer": "operator"}),
        ("cost_usd_per_yr", {"receiver": "builders"}),
        ("power_mw", {"payer": "operator", "receiver": "builders"}),
    ],
)
def test_money_and_only_money_names_payer_and_receiver(name: str, names: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=f"ledger {name}: money, and only money, names payer and receiver"):
        ledger(name).post(AtSite(), "term", nothing, **names)


@pytest.mark.parametrize(
    ("components", "message"),
    [
        ([Halls], "halls needs placement, which this model leaves out"),
        ([Placement, Contracts], "contracts needs grid, which this model leaves out"),
        ([Cooling], "cooling needs computing, which this model leaves out"),
    ],
)
def test_missing_need_is_named(components: list[type[Component]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Assembly(tiny_case(), components)


def test_components_follow_what_they_need() -> None:
    """In whatever order they are given."""
    assembly = Assembly(tiny_case(), DESIGN[::-1])
    order = assembly.components
    assert all(order.index(need) < order.index(component) for component in order for need in component.needs)


def test_two_variables_of_one_name_are_refused() -> None:
    class Other(Component):
        scope = Scope.SITE
        needs = (Grid,)

        def declare(self, block: Any, assembly: Assembly) -> None:
            assembly.variable(block, "draw_mw", assembly.model.SITE)

    with pytest.raises(ValueError, match="two components declare a variable named draw_mw"):
        Assembly(tiny_case(), [*DESIGN, Other])


@pytest.mark.parametrize("with_units", [False, True])
def test_one_number_and_many_are_not_confused(with_units: bool) -> None:
    """Also where there is one site, whose number could pass for the only one."""
    assembly = Assembly(tiny_case(), [Placement], with_units=with_units)
    assert len(assembly.case.axes["site"]) == 1
    with pytest.raises(ValueError, match=r"placement\.site_max_mw is a number for each site: ask for it by `numbers`"):
        assembly.number("placement.site_max_mw")
    with pytest.raises(ValueError, match=r"finance\.discount_rate_per_yr is one number: ask for it by `number`"):
        assembly.numbers("finance.discount_rate_per_yr")


def test_unknown_ledger_is_refused() -> None:
    with pytest.raises(AttributeError, match="the assembly has no ledger named heat_mw"):
        _ = Assembly(tiny_case(), [Placement]).heat_mw


def test_component_that_declares_nothing_is_refused() -> None:
    with pytest.raises(NotImplementedError):
        Assembly(tiny_case(), [AtSite])


def test_unit_of_a_term_is_checked() -> None:
    """A component that posts energy to the power ledger is found."""

    class Confused(Component):
        scope = Scope.SITE
        needs = (Storage,)

        def declare(self, block: Any, assembly: Assembly) -> None:
            energy = assembly.block(Storage).storage_energy_mwh
            assembly.power_mw.post(self, "energy", lambda s, y, _: energy[s, y])

    assembly = Assembly(tiny_case(storage=True), [*DESIGN, Confused], with_units=True)
    with pytest.raises(ValueError, match=r"confused\.energy does not fit the ledger power_mw"):
        assembly.power_mw.check_units()


def test_ledger_says_what_it_is() -> None:
    assembly = Assembly(tiny_case(), DESIGN)
    assert repr(assembly.meter_mw) == "Ledger(meter_mw[site, period, hour], 3 terms, balance)"


def test_terms_of_a_ledger_add_up_to_its_balance() -> None:
    """Those of a balance add up to nothing, those of the costs to the objective."""
    assembly = Assembly(tiny_case(price_usd_per_mwh=1.0, inference_pflop=[1, 2, 3]), DESIGN)
    form = compile_assembly(assembly)
    outcome = highs.run(loading.load(form), gap=0.0)
    assert outcome.values is not None
    assert outcome.objective is not None
    power = terms_over_axes(assembly, assembly.power_mw, outcome.values)
    at_storage, of_heat = {"storage.discharge", "storage.charge"}, {"heat_reuse.heat_pump"}
    assert set(power) == {"cooling.it", "cooling.overhead", "grid.draw", "bridge.output"} | at_storage | of_heat
    assert power["cooling.it"].ravel() == pytest.approx([-1, -2, -3])
    assert sum(power.values()).ravel() == pytest.approx(np.zeros(3))
    costs = terms_over_axes(assembly, assembly.cost_usd_per_yr, outcome.values)
    assert sum(costs.values()).sum() == pytest.approx(outcome.objective / COST_SCALE) == pytest.approx(6 * 2920)


def test_case_refuses_arrays_that_do_not_fit_its_axes() -> None:
    from siting.case.case import Field

    case = tiny_case()
    with pytest.raises(ValueError, match=r"pue has shape \(2, 1\); its axes \('site', 'cooling'\) need \(1, 1\)"):
        dataclasses.replace(case, fields={**case.fields, "cooling.pue": Field(("site", "cooling"), np.ones((2, 1)))})
    with pytest.raises(ValueError, match=r"a field over \('site',\) cannot hold an array of shape \(2, 1\)"):
        Field(("site",), np.ones((2, 1)))
