"""The formulation as the pages have it, read once."""

from __future__ import annotations

import pytest

from generate.model import Formulation, formulation


@pytest.fixture(scope="session")
def found() -> Formulation:
    return formulation()
