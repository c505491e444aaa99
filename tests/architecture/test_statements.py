"""What the components state of their numbers holds together, and all that follows from it."""

from __future__ import annotations

import pytest

from siting.data.components.registry import STATEMENTS
from siting.data.fields.stated import FIELDS
from siting.data.kinds.merging import merged
from siting.data.tables.schema import LAYERS, SERIES, TABLES


def test_a_component_states_fields_of_its_own_name() -> None:
    strange = [
        (component, name)
        for component, stated in STATEMENTS.items()
        for name in stated.numbers
        if name.partition(".")[0] != component
    ]
    assert strange == []


def test_a_component_reads_the_parameters_that_it_states() -> None:
    """One that no field comes from is listed among a plan's assumptions, and changes nothing."""
    read = {name for number in FIELDS.values() for name in number.inputs}
    stated = [f"parameters.{name}" for one in STATEMENTS.values() for name in one.parameters]
    stated += [f"finance.{name}" for one in STATEMENTS.values() for name in one.terms]
    assert [name for name in stated if name not in read] == []


def test_a_component_reads_the_tables_that_it_states() -> None:
    read = {name.partition(".")[0] for number in FIELDS.values() for name in number.inputs}
    stated = {name: kind for one in STATEMENTS.values() for name, kind in {**one.tables, **one.layers}.items()}
    assert [name for name, kind in stated.items() if name not in read and not kind.is_for_build] == []


def test_levels_are_those_of_series_of_sites() -> None:
    """A level is worked out over the hours, the last axis; one that is taken from another is over part of its axes."""
    for name, number in FIELDS.items():
        if number.level:
            assert number.axes[0] == "site", name
            assert number.axes[-1] == "hour", name
            assert set(FIELDS[number.level.like or name].axes) <= set(number.axes), name


def test_what_is_taken_as_it_is_comes_from_one_input() -> None:
    assert [name for name, number in FIELDS.items() if number.is_taken and len(number.inputs) != 1] == []


def test_assumptions_are_listed_of_tables_with_a_name_and_one_key() -> None:
    """Each value is told by the key and the name of its row."""
    technology = {name: kind for name, kind in TABLES.items() if kind.is_technology}
    assert technology
    assert [
        name for name, kind in technology.items() if len(kind.key) != 1 or "name" not in kind.row.model_fields
    ] == []


def test_no_two_tables_or_series_have_one_name() -> None:
    assert len(merged("table", (TABLES, LAYERS, SERIES))) == len(TABLES) + len(LAYERS) + len(SERIES)


def test_two_that_state_the_same_are_refused() -> None:
    storage = STATEMENTS["storage"].fields
    with pytest.raises(ValueError, match=r"the field 'storage\.max_duration_h' is stated twice"):
        merged("field", (FIELDS, {"storage.max_duration_h": storage["storage.max_duration_h"]}))
