"""The same examination for every component: units, names, documentation, bounds, sparsity."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from forms import named_by_pyomo
from pyomo.util.check_units import assert_units_consistent
from rich_case import rich_case, with_quota

import siting.models.components
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.compilation import compile_assembly
from siting.models.assembly.ledgers import LEDGERS
from siting.models.formulation import DESIGN, REPLAY
from siting.optimise.extraction import decisions_of
from siting.quantities import split

COMPONENTS = tuple(dict.fromkeys([*DESIGN, *REPLAY]))

VERBS = {"within", "follows", "follow", "stays", "carries", "does", "enough", "worth", "closes", "placed"}
"""Words that make a name a statement: "level within energy", "enough sites"."""

every_component = pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name())


@pytest.fixture(scope="module")
def assembly() -> Assembly:
    made = Assembly(with_quota(rich_case()), COMPONENTS, with_units=True)
    made.construct()
    return made


@pytest.fixture(scope="module")
def plain() -> Assembly:
    made = Assembly(with_quota(rich_case()), COMPONENTS)
    made.construct()
    return made


def constraints_of(block: Any) -> list[Any]:
    return list(block.component_objects(pyo.Constraint))


def test_no_component_is_left_out() -> None:
    for module in pkgutil.iter_modules(siting.models.components.__path__):
        import_module(f"siting.models.components.{module.name}")
    concrete = {
        kind for kind in Component.__subclasses__() if kind.__module__.startswith("siting.models.") and not kind.is_own
    }
    assert concrete == set(COMPONENTS)


@every_component
def test_component_has_a_test_file(component: type[Component]) -> None:
    tested = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    module = component.__module__.rsplit(".", 1)[-1]
    assert {component.name(), module} & tested


@every_component
def test_units_are_consistent(assembly: Assembly, component: type[Component]) -> None:
    assert_units_consistent(assembly.block(component))


def test_closings_have_consistent_units(assembly: Assembly) -> None:
    assert_units_consistent(assembly.model.ledgers)
    assert_units_consistent(assembly.model.present_value_usd)


@pytest.mark.parametrize("name", [name for name, *_ in LEDGERS])
def test_terms_have_the_unit_of_their_ledger(assembly: Assembly, name: str) -> None:
    assert assembly.ledgers[name].terms
    assembly.ledgers[name].check_units()


def test_units_change_no_number(assembly: Assembly, plain: Assembly) -> None:
    assert named_by_pyomo(assembly) == named_by_pyomo(plain)


@every_component
def test_constraints_are_named_as_statements(plain: Assembly, component: type[Component]) -> None:
    for constraint in constraints_of(plain.block(component)):
        words = constraint.local_name.split("_")
        assert len(words) > 1
        assert VERBS & set(words), constraint.local_name


@every_component
def test_constraints_reach_every_member(plain: Assembly, component: type[Component]) -> None:
    """No constraint is declared and left empty: the case states every limit."""
    for constraint in constraints_of(plain.block(component)):
        assert len(constraint) > 0, constraint.local_name


@every_component
def test_variables_end_in_a_unit(plain: Assembly, component: type[Component]) -> None:
    for variable in plain.block(component).component_objects(pyo.Var):
        split(variable.local_name)


@every_component
def test_posted_terms_are_nouns(plain: Assembly, component: type[Component]) -> None:
    """Lower-case words, without unit: the ledger has it."""
    labels = {
        term.label for book in plain.ledgers.values() for term in book.terms if term.component == component.name()
    }
    for label in labels:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", label)
        with pytest.raises(ValueError, match="ends in no known unit"):
            split(f"{label} ")


@every_component
def test_docstring_holds_the_equations(component: type[Component]) -> None:
    text = component.__doc__ or ""
    assert text.split("\n")[0].endswith(".")
    assert ".. math::" in text


@every_component
def test_declare_says_what_it_does(component: type[Component]) -> None:
    assert component.declare.__doc__


@every_component
def test_component_builds_with_what_it_needs(component: type[Component]) -> None:
    """Its `needs` name all the blocks that it reads: with them and their own needs alone, it builds and compiles."""
    needed: dict[type[Component], None] = {}

    def gather(kind: type[Component]) -> None:
        for need in kind.needs:
            gather(need)
        needed[kind] = None

    gather(component)
    made = Assembly(with_quota(rich_case()), list(needed), scope=component.scope if not component.needs else None)
    assert made.block(component) is not None


@every_component
def test_integers_have_bounds_from_data(plain: Assembly, component: type[Component]) -> None:
    for variable in plain.block(component).component_data_objects(pyo.Var):
        assert variable.lb == 0
        if not variable.is_continuous():
            assert variable.ub is not None
            assert variable.ub <= 8 / 0.25  # the largest site, in the smallest racks


def test_bounds_of_integers_are_what_a_site_can_hold(plain: Assembly) -> None:
    """8 MW of modules of 1 MW, racks of 0.25 and 0.5 MW: 8, 32 and 16."""
    most = {name: {} for name in ("open_count", "modules_count", "racks_count")}
    for name, bounds in most.items():
        for key, data in plain.variables[name][0].items():
            bounds[key] = data.ub
    assert set(most["open_count"].values()) == {1}
    assert set(most["modules_count"].values()) == {8}
    assert {key[2]: bound for key, bound in most["racks_count"].items()} == {"r": 32, "t": 16}


def test_variables_exist_only_where_they_have_a_meaning() -> None:
    """Racks where the cooling carries them, shares within the latency limit, contracts where they are offered."""
    output = np.full((2, 2, 6), 0.5)
    output[0, 1] = np.nan
    case = rich_case(compatible_count=[[1, 0], [1, 1]], rtt_ms=[[10, 90], [10, 10]], output_fraction=output)
    made = Assembly(case, DESIGN)

    def pairs(name: str, *places: int) -> set[tuple[Any, ...]]:
        return {tuple(key[i] for i in places) for key in made.variables[name][0].over}

    carried = {("air", "r"), ("wet", "r"), ("wet", "t")}
    offered = {("a", "solar"), ("b", "solar"), ("b", "wind")}
    for name in ("racks_count", "installed_mw", "work_pflop"):
        assert pairs(name, 1, 2) == carried
    assert pairs("share_fraction", 0, 1) == {("a", "y"), ("b", "y"), ("b", "z")}
    for name in ("contracted_mw", "delivered_mw"):
        assert pairs(name, 0, 1) == offered


def test_every_row_has_coefficients(plain: Assembly) -> None:
    form = compile_assembly(plain)
    counts = np.diff(form.matrix.tocsr().indptr)
    assert [form.rows.name(i) for i in np.flatnonzero(counts == 0)] == []


def test_every_variable_is_in_some_row(plain: Assembly) -> None:
    """A variable that no row holds back is a mistake."""
    form = compile_assembly(plain)
    declared = sum(len(variable) for variable, _ in plain.variables.values())
    assert len(form.columns) == declared == plain.column_count
    counts = np.diff(form.matrix.indptr)
    assert [form.columns.name(j) for j in np.flatnonzero(counts == 0)] == []


def test_every_variable_is_read_over_its_axes(plain: Assembly) -> None:
    """Each value is found again at its own place."""
    values = np.zeros(plain.column_count)
    for number, (variable, _) in enumerate(plain.variables.values()):
        for place, key in enumerate(variable):
            values[variable.column(key)] = 1000 * number + place
    decisions = decisions_of(plain, values)
    for number, (name, (variable, axes)) in enumerate(plain.variables.items()):
        field = decisions[name]
        assert field.axes == axes
        for place, key in enumerate(variable):
            position = tuple(plain.case.axes[axis].index(member) for axis, member in zip(axes, key, strict=True))
            assert field.values[position] == 1000 * number + place
        assert np.count_nonzero(field.values) <= len(variable)
