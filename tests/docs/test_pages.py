"""Generated pages hold all that they are made from."""

from __future__ import annotations

import typing

import pytest
from pydantic import BaseModel

from generate.api import api_page
from generate.docstrings import blocks, body, entries, markdown
from generate.formulation import formulation_page, nomenclature_page
from generate.key_figures import key_figures_page
from generate.kinds import kind
from generate.ledgers import ledgers_page
from generate.model import COMPONENTS, Formulation
from generate.project import LAYERS, REGISTRY, SERIES, TABLES, Study, siting
from generate.study import study_page
from generate.tables import tables_page
from generate.text import table


def fields_of(model: type[BaseModel]) -> set[str]:
    """Names of the fields of a study and of all its parts."""
    found = set(model.model_fields)
    for field in model.model_fields.values():
        inner = {field.annotation, *typing.get_args(field.annotation)}
        inner |= {deeper for part in inner for deeper in typing.get_args(part)}
        for part in inner:
            if isinstance(part, type) and issubclass(part, BaseModel):
                found |= fields_of(part)
    return found


def test_every_component_has_its_part_in_order(found: Formulation) -> None:
    page = formulation_page(found)
    places = [page.index(f"{{ #{component.name()} }}") for component in COMPONENTS]
    assert places == sorted(places)
    for component in COMPONENTS:
        assert markdown(body(component)) in page


def test_every_row_and_term_is_on_the_page(found: Formulation) -> None:
    page = formulation_page(found)
    for row in found.rows:
        part = page.split(f"{{ #{row.component} }}")[1].split(" }\n")[0]
        assert f"`{row.name}` for each " in part
        assert f"$$\n{row.formula}\n$$" in part
    ledgers = [ledger for ledger in found.assembly.ledgers.values() if ledger.terms]
    assert all(f"(ledgers.md#{ledger.name})" in page for ledger in ledgers)


def test_every_symbol_is_listed_once(found: Formulation) -> None:
    page = nomenclature_page(found)
    for symbol in found.nomenclature.symbols:
        assert page.count(f"| ${symbol.notation}$ | ") == 1, symbol
        assert symbol.meaning in page


def test_every_ledger_shows_all_of_its_terms(found: Formulation) -> None:
    page = ledgers_page(found)
    for ledger in found.assembly.ledgers.values():
        assert f"{{ #{ledger.name} }}" in page
        part = page.split(f"{{ #{ledger.name} }}")[1].split("\n###")[0]
        for term in found.assembly.terms(ledger):
            assert f"(formulation.md#{term.component}): {term.label.replace('_', ' ')} |" in part
            assert term.receiver in part


def test_every_field_of_a_study_is_listed() -> None:
    page = study_page()
    listed = [name for name in fields_of(Study) if f"| `{name}` |" in page or f"\n## `{name}` {{" in page]
    assert set(listed) == fields_of(Study)
    assert "| `discount_rate_fraction` | number ≥ 0, ≤ 0.95 | `0.07` | Real discount rate (0 to 1) a year. |" in page
    assert "| `horizon` |" not in page.split("## At the top")[1].split("\n## ")[0]


def test_every_column_of_every_table_is_listed() -> None:
    page = tables_page()
    for name, described in {**TABLES, **LAYERS}.items():
        part = page.split(f"{{ #{name} }}")[1].split("\n##")[0]
        assert [column for column in described.row.model_fields if f"| `{column}` |" not in part] == []
    for name, series in SERIES.items():
        part = page.split(f"{{ #{name} }}")[1].split("\n##")[0]
        assert [column for column in series.columns if f"| `{column}` |" not in part] == []


def test_every_key_figure_is_defined() -> None:
    page = key_figures_page()
    for name, kpi in REGISTRY.items():
        part = page.split(f"{{ #{name} }}")[1].split("\n## ")[0]
        assert kpi.formula in part
        assert kpi.trap in part


def test_every_public_name_is_documented() -> None:
    page = api_page()
    assert [name for name in siting.__all__ if not name.startswith("__") and f"{{ #{name} }}" not in page] == []


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ({"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}, "id"),
        ({"type": "string"}, "text"),
        ({"type": "boolean"}, "true or false"),
        ({"const": 1}, "`1`"),
        ({"enum": ["location", "market"]}, "`location` or `market`"),
        ({"type": "array", "items": {"type": "string", "pattern": "^[a-z0-9]+$"}}, "list of ids"),
        ({"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}, "mapping of text to number ≥ 0"),
        ({"type": "array", "items": {"$ref": "#/$defs/Period"}}, "list of [periods](#period)"),
    ],
)
def test_kinds_are_told_in_words(field: dict[str, object], said: str) -> None:
    assert kind(field) == said


def test_bars_do_not_break_a_table() -> None:
    assert table(["a"], [["x|y\nz"]]).splitlines()[2] == "| x&#124;y z |"


class Described:
    r"""Something with a symbol.

    .. math::

        a_s \le
            b

        c \ge 0

    Words about :math:`a`.

    Symbols
    -------
    a_s : area_ha
        Land
        of it.
    """


def test_docstring_becomes_words_and_equations() -> None:
    assert list(blocks(body(Described))) == [
        (False, "Something with a symbol."),
        (True, r"a_s \le b"),
        (True, r"c \ge 0"),
        (False, "Words about :math:`a`."),
    ]
    assert markdown(body(Described)).endswith("Words about $a$.")
    assert list(entries(Described, "Symbols")) == [("a_s", "area_ha", "Land of it.")]
