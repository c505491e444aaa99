"""A sweep of the tiny study that several tests look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_study import write_study

from siting.scenarios.sweep.sweep import Sweep, sweep

ASKED: dict[str, Any] = {
    "vary": {"policy.carbon_price_usd_per_t": [0, 50], "policy.sites_min_count": [1, 9]},
    "gap": 0.0,
    "replay": False,
    "rivals": False,
    "languages": (),
}
"""Two sites can be had, so that of the four cases those with nine have no plan."""


@pytest.fixture(scope="session")
def asked() -> dict[str, Any]:
    """What the sweep was asked; a copy."""
    return dict(ASKED)


@pytest.fixture(scope="session")
def swept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sweep]:
    """The study, and its sweep of four cases without reports."""
    folder = tmp_path_factory.mktemp("sweep")
    path = write_study(folder)
    return path, sweep(path, output=folder / "out", **ASKED)
