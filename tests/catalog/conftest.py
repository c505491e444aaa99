"""The catalogue as it ships, read once."""

from __future__ import annotations

import pandas as pd
import pytest

from siting.data.tables.reader import load_tables


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    """Every table of the catalogue; it must have no problem of its own."""
    found, problems = load_tables({})
    assert not problems, "\n".join(map(str, problems))
    return found
