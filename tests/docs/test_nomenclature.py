"""One symbol, one meaning, in all docstrings; and each is what the model has."""

from __future__ import annotations

import re

import pyomo.environ as pyo
import pytest
from pyomo.util.check_units import assert_units_equivalent
from rich_case import rich_case, with_quota

from generate.docstrings import blocks, body, equations
from generate.latex import FormulaError, Use, parse, uses
from generate.letters import EVERY, GRID_ZONE, LETTERS, VINTAGE
from generate.model import ASSEMBLY, COMPONENTS, Formulation, nomenclature
from generate.project import Assembly, Component, Sense
from generate.symbols import Nomenclature, NomenclatureError, Symbol, symbols_of
from siting.models.assembly.units import unit_of
from siting.quantities import unit

DOCUMENTED: tuple[type, ...] = (*COMPONENTS, Assembly)
SYMBOLS = nomenclature()


def uses_in(documented: type) -> list[Use]:
    """Symbols of all formulas of a docstring, without indices that stand alone."""
    return [use for formula in equations(documented) for use in uses(formula) if use.head not in EVERY]


def named(kind: type) -> str:
    return kind.__name__


@pytest.mark.parametrize("documented", DOCUMENTED, ids=named)
def test_symbols_of_equations_are_in_the_nomenclature(documented: type) -> None:
    found = uses_in(documented)
    assert found
    assert [use.head for use in found if use.head not in SYMBOLS.by_head] == []


@pytest.mark.parametrize("documented", DOCUMENTED, ids=named)
def test_symbols_are_used_with_their_indices(documented: type) -> None:
    """An index may be left out where a sentence speaks of the symbol as such, never be one too many or too few."""
    for use in uses_in(documented):
        stated = SYMBOLS.by_head[use.head].indices
        assert len(use.indices) in (0, len(stated)), use
        letters = [re.sub(r"[-+]1|'|\(h\)", "", index) for index in use.indices]
        assert [a for a, b in zip(letters, stated, strict=False) if {a, b} not in ({a}, {"y", "v"})] == [], use


@pytest.mark.parametrize("component", COMPONENTS, ids=named)
def test_every_symbol_of_its_own_is_explained_by_its_words(component: type[Component]) -> None:
    for symbol in symbols_of(component, component.name()):
        assert symbol.meaning.endswith("."), symbol


@pytest.mark.parametrize("symbol", [one for one in SYMBOLS.symbols if one.name], ids=lambda one: one.name)
def test_name_is_one_of_the_model_with_these_axes(found: Formulation, symbol: Symbol) -> None:
    assembly, name = found.assembly, symbol.name
    variables = {column.name: column.axes for column in assembly.columns}
    accounts = {ledger.name: ledger.axes for ledger in assembly.ledgers.values() if ledger.sense is Sense.TOTAL}
    fields = {field: assembly.case.fields[field].axes for field in assembly.case.fields}
    limits = {limit: () for limit in assembly.used if limit not in {**variables, **accounts, **fields}}
    axes = next(known[name] for known in (variables, accounts, fields, limits) if name in known)
    letters = [{VINTAGE: LETTERS["period"][0]}.get(index, index) for index in symbol.indices]
    assert [letter for letter in letters if letter != GRID_ZONE] == [LETTERS[axis][0] for axis in axes]
    assert symbol.unit == unit(name).label


def test_variables_have_the_stated_unit() -> None:
    model = Assembly(with_quota(rich_case()), COMPONENTS, with_units=True).construct()
    variables = {variable.local_name: variable for variable in model.component_objects(pyo.Var)}
    assert set(variables) <= {symbol.name for symbol in SYMBOLS.symbols}
    for name, variable in variables.items():
        assert_units_equivalent(variable, unit_of(name))
        assert SYMBOLS.named(name).unit == unit(name).label


def test_parameters_are_all_used(found: Formulation) -> None:
    """What no rule asks for any more has no place here; accounts and present values are the assembly's."""
    left = [one.name for one in SYMBOLS.symbols if one.name and one.name not in found.assembly.used]
    assert {SYMBOLS.named(name).home for name in left} <= {ASSEMBLY}


def heads(formula: str) -> frozenset[str]:
    """Symbols of a formula, without indices that stand alone; a carbon account of any method is the chosen one's."""
    found = frozenset(use.head for use in uses(formula)) - EVERY
    by_method = {head for head in found if head.startswith(r"\mathrm{carbon}^")}
    return found - by_method | ({r"\mathrm{carbon}"} if by_method else set())


def statements(component: type[Component]) -> list[str]:
    """What the equations of a docstring say, one relation at a time."""
    lines = [text for is_equation, text in blocks(body(component)) if is_equation]
    without_ranges = [re.sub(r"_\{[^{}]*\\[gl]e [^{}]*\}", "", line) for line in lines]
    said = [part for line in without_ranges for part in re.split(r"\\qquad|\\quad", line)]
    chains = [re.split(r"(\\[gl]e(?![a-z]))", part) for part in said]
    return [" ".join(chain[i : i + 3]) for chain in chains for i in range(0, max(len(chain) - 2, 1), 2)]


def definitions() -> dict[str, frozenset[str]]:
    """By which symbols docstrings define a symbol that stands alone on the left."""
    found = {}
    for component in COMPONENTS:
        for said in statements(component):
            left, equals, right = said.partition("=")
            if equals and len(heads(left)) == 1:
                found.update(dict.fromkeys(heads(left), heads(right)))
    return {head: by for head, by in found.items() if not SYMBOLS.by_head[head].name or head == "I"}


def expanded(found: frozenset[str], by: dict[str, frozenset[str]]) -> frozenset[str]:
    """Symbols, with those that stand for others replaced by these."""
    while found & by.keys():
        found = frozenset().union(*(by.get(head, {head}) for head in found))
    return found


@pytest.mark.parametrize("component", COMPONENTS, ids=named)
def test_each_row_is_a_statement_of_its_docstring(found: Formulation, component: type[Component]) -> None:
    """A factor that a rule has gained or lost leaves the docstring's equation behind."""
    by = definitions()
    said = {expanded(heads(statement), by) for statement in statements(component)}
    rows = [row for row in found.rows if row.component == component.name()]
    assert [row.formula for row in rows if expanded(heads(row.formula), by) not in said] == []


def symbol(notation: str, name: str, home: str) -> Symbol:
    return Symbol(notation, name, "MW", "Something.", home)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (
            [symbol("f_{s}", "draw_mw", "a"), symbol("f_{s,y}", "peak_mw", "b")],
            "f stands for two things, in a and in b",
        ),
        ([symbol("f_{s}", "draw_mw", "a"), symbol("q_{s}", "draw_mw", "b")], "draw_mw has two symbols, in a and in b"),
        ([symbol("h_{s}", "heat_mw", "a")], "h is an index; a needs another letter for it"),
    ],
)
def test_double_meanings_are_refused(others: list[Symbol], said: str) -> None:
    with pytest.raises(NomenclatureError, match=re.escape(said)):
        Nomenclature(others)


def test_name_without_symbol_is_refused_with_what_to_write() -> None:
    with pytest.raises(NomenclatureError, match="fuel_usd_per_mwh has no symbol: state one under 'Symbols'"):
        SYMBOLS.named("fuel_usd_per_mwh")


@pytest.mark.parametrize(
    ("notation", "head", "indices"),
    [
        (r"o_{s,y}", "o", ("s", "y")),
        (r"\bar{a}_s", r"\bar{a}", ("s",)),
        (r"S^{+}_{s,y,h}", "S^{+}", ("s", "y", "h")),
        (r"\mathrm{PUE}^{\max}_{s,k}", r"\mathrm{PUE}^\max", ("s", "k")),
        (r"\gamma^{\mathrm{land}}_s", r"\gamma^{\mathrm{land}}", ("s",)),
        (r"\overline{\mathrm{WUE}}", r"\overline{\mathrm{WUE}}", ()),
        (r"\ell_{s,y,h+1}", r"\ell", ("s", "y", "h+1")),
    ],
)
def test_notation_is_read(notation: str, head: str, indices: tuple[str, ...]) -> None:
    assert parse(notation) == Use(head, indices)


def test_operators_and_words_are_no_symbols() -> None:
    formula = (
        r"\sum_{v \le y} \left\lceil \frac{1}{B} \right\rceil^{2} \in \mathbb{Z}_{\ge 0} \text{ for } \max_r \nu_r"
    )
    assert [use.head for use in uses(formula)] == ["B", r"\nu"]


@pytest.mark.parametrize("notation", ["a b", "", r"\frac{a}{b}"])
def test_one_symbol_is_asked_for(notation: str) -> None:
    with pytest.raises(FormulaError, match="is not one symbol"):
        parse(notation)


@pytest.mark.parametrize("formula", ["a_", "a_{s", r"\bar{a"])
def test_unfinished_formulas_are_refused(formula: str) -> None:
    with pytest.raises(FormulaError):
        list(uses(formula))
