"""What rules give when they are called with letters."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest
from rich_case import rich_case, with_quota

from generate.expressions import Expression, Name, Negative, Number, Relation, summed
from generate.latex import uses
from generate.model import COMPONENTS, Formulation
from generate.project import Assembly
from siting.models.compiler.expressions import whole

A, B, C = Name("a", ("s",)), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        (A, "a_{s}"),
        (0 + A, "a_{s}"),
        (A + 0.0, "a_{s}"),
        (1 * A * 1.0, "a_{s}"),
        (A - B, "a_{s} - b"),
        (A - (B - C), r"a_{s} - \left( b - c \right)"),
        (A + -B * C, r"a_{s} - b \, c"),
        (B - 1, "b - 1"),
        (1 - B, "1 - b"),
        ((1 - B) / C * A, r"\frac{1 - b}{c} \, a_{s}"),
        (A * (B + C), r"a_{s} \, \left( b + c \right)"),
        (-(B * C), r"-b \, c"),
        (-B * -C, r"b \, c"),
        (2 * B, r"2 \, b"),
        (summed("k", A) * B, r"\left( \sum_{k} a_{s} \right) \, b"),
        (B * summed("k", A), r"b \, \sum_{k} a_{s}"),
        (summed("k", A + B), r"\sum_{k} \left( a_{s} + b \right)"),
        (summed("k", -A), r"-\sum_{k} a_{s}"),
        (whole(B / C), r"\left\lfloor \frac{b}{c} \right\rfloor"),
        (-whole(-B / C), r"\left\lceil \frac{b}{c} \right\rceil"),
        (pyo.value(A), "a_{s}"),
        (Number(-1.0), "-1"),
    ],
)
def test_arithmetic_is_kept(expression: Expression, written: str) -> None:
    assert expression.latex() == written


@pytest.mark.parametrize(
    ("relation", "written"),
    [(A <= B, r"a_{s} \le b"), (A >= 1, r"a_{s} \ge 1"), (A == B, "a_{s} = b"), (A < B, "a_{s} < b")],
)
def test_relations_are_kept_and_never_true(relation: Any, written: str) -> None:
    assert isinstance(relation, Relation)
    assert relation.latex() == written
    assert not relation


def test_members_have_their_value() -> None:
    """A rule that picks the largest of some members needs their numbers."""
    assert pyo.value(Name("a", ("r^*",), 3.5)) == 3.5


def test_other_mathematics_is_refused() -> None:
    with pytest.raises(TypeError):
        np.sqrt(A)


def test_sign_of_a_product_comes_first() -> None:
    assert isinstance(B * -C, Negative)


@pytest.fixture(scope="module")
def plain() -> Assembly:
    case = with_quota(rich_case())
    policy = case.study.policy.model_copy(
        update={"cfe_annual_min_fraction": 0.1}
    )  # which no replay holds month by month
    made = Assembly(dataclasses.replace(case, study=case.study.model_copy(update={"policy": policy})), COMPONENTS)
    made.construct()
    return made


def test_every_constraint_is_written(found: Formulation, plain: Assembly) -> None:
    stated = {
        (kind.name(), constraint.local_name)
        for kind in COMPONENTS
        for constraint in plain.block(kind).component_objects(pyo.Constraint)
    }
    assert {(row.component, row.name) for row in found.rows} == stated
    assert len(found.rows) == len(stated)


def test_every_variable_is_written(found: Formulation, plain: Assembly) -> None:
    assert {column.name: column.axes for column in found.assembly.columns} == {
        name: axes for name, (_, axes) in plain.variables.items()
    }


def test_every_term_is_written(found: Formulation, plain: Assembly) -> None:
    for name, ledger in plain.ledgers.items():
        posted = [(term.component, term.label, term.payer, term.receiver) for term in ledger.terms]
        terms = list(found.assembly.terms(found.assembly.ledgers[name]))
        assert [(term.component, term.label, term.payer, term.receiver) for term in terms] == posted


def test_all_symbols_of_the_code_are_known(found: Formulation) -> None:
    formulas = [row.formula for row in found.rows] + [column.formula for column in found.assembly.columns]
    formulas += [term.formula for ledger in found.assembly.ledgers.values() for term in found.assembly.terms(ledger)]
    heads = {use.head for formula in formulas for use in uses(formula)}
    assert heads - set(found.nomenclature.by_head) <= {
        "s",
        "k",
        "v",
        "d",
        "g",
        "W",
        "T",
        r"\mathrm{class}",
        r"\mathrm{fabric}",
    }  # indices that stand alone


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("grid.draw_within_day_peak", r"f_{s,y,h} \le P^{\mathrm{day}}_{s,y,d(h)}"),
        ("placement.stays_open", r"o_{s,y} \ge o_{s,y-1}"),
        ("quota.day_does_its_quota", r"\sum_{h \in d} b_{s,O,y,h} = \lvert d \rvert \, b^{\mathrm{quota}}_{s,O,y,d}"),
        ("policy.connections_within_zone", r"\sum_{s \in g} X_{s,y} \le \bar{X}^{\mathrm{zone}}_{g}"),
        ("placement.few_enough_sites", r"\sum_{s} o_{s,y} \le \bar{o}"),
    ],
)
def test_known_rows_read_as_they_should(found: Formulation, name: str, formula: str) -> None:
    """One row of each device of rules: the next hour, the day of an hour, the period before, parts, limits."""
    rows = {f"{row.component}.{row.name}": row.formula for row in found.rows}
    assert rows[name] == formula


def test_level_of_the_next_hour_follows(found: Formulation) -> None:
    """The level moves to the next hour: with the hour before, a charge would have been there before it came."""
    (row,) = [row for row in found.rows if row.name == "level_follows_flows"]
    left, right = row.formula.split(" = ")
    assert left == r"\ell_{s,y,h+1}"
    assert right == r"\ell_{s,y,h} + \Delta \, \left( \eta \, S^{+}_{s,y,h} - \frac{S^{-}_{s,y,h}}{\eta} \right)"


def test_kept_halls_lose_what_is_converted_to_any_cooling(found: Formulation) -> None:
    """Two sums over one axis have two letters: with one, the halls lost would be those of the same cooling."""
    kept = {term.label: term.formula for term in found.assembly.terms(found.assembly.ledgers["hall_space_mw"])}["kept"]
    assert r"\sum_{k'}" in kept
    assert "C_{s,k',v}" in kept
