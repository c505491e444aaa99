"""What all tests share: which of them can run here, and saying so when some cannot."""

from __future__ import annotations

import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT.parent / "shared"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

NEEDS = {
    "raw": (RAW.is_dir(), "the raw files, expected in ../shared"),
    "browser": (any(map(shutil.which, BROWSERS)), "a Chromium on the path"),
    "docs": (find_spec("mkdocs") is not None, "the extra `docs`"),
    "cluster": (find_spec("distributed") is not None, "the extra `cluster`"),
}
"""Marker to whether its tests can run here, and what they need."""

# Solves take longer than hypothesis allows by default, and a test that passes today must pass tomorrow.
settings.register_profile("siting", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("siting")


# What a shell starts in the background ignores Ctrl-C, which some tests press.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def raw_folder() -> Path:
    """Folder of the raw files; for tests marked `raw`."""
    return RAW


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here."""
    for item in items:
        for marker, (present, needed) in NEEDS.items():
            if not present and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=f"needs {needed}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests did not run, and what they would have needed."""
    skipped = terminalreporter.stats.get("skipped", [])
    for marker, (present, needed) in NEEDS.items():
        count = sum(marker in report.keywords for report in skipped)
        if not present and count:
            terminalreporter.write_line(f"{count} tests marked '{marker}' did not run: they need {needed}")
