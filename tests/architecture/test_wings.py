"""A component is one name in each wing; nothing is imported here that a forgotten wing keeps from being imported."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from siting.case.components import COMPONENTS

WINGS = {
    "equations": "siting.models.components",
    "numbers": "siting.data.components",
    "books": "siting.accounts.components",
}
BESIDE = {"__init__", "registry"}
"""Files of a wing that are no component's."""


@pytest.mark.parametrize("wing", WINGS)
def test_every_component_has_its_file_in_every_wing(wing: str) -> None:
    missing = [f"{WINGS[wing]}.{name}" for name in COMPONENTS if find_spec(f"{WINGS[wing]}.{name}") is None]
    assert missing == []


@pytest.mark.parametrize("wing", WINGS)
def test_every_file_of_a_wing_is_a_component_of_the_list(wing: str) -> None:
    """One that is written and not listed would state its numbers to nobody."""
    spec = find_spec(WINGS[wing])
    assert spec is not None
    assert spec.origin is not None
    found = {path.stem for path in Path(spec.origin).parent.glob("*.py")}
    assert sorted(found - BESIDE - {*COMPONENTS}) == []
