"""A sweep in processes of its own, killed at some moment: the same command finishes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from tiny_study import write_study

from siting.results.manifest import MANIFEST, changed_files, read_manifest

pytestmark = pytest.mark.slow

PRICES = (0, 20, 40)
WAIT_S = 240.0


def command(study: Path, out: Path) -> list[str]:
    prices = ",".join(map(str, PRICES))
    return [
        sys.executable, "-m", "siting", "sweep", str(study), "--vary", f"policy.carbon_price_usd_per_t={prices}",
        "--workers", "2", "-o", str(out), "--quiet",
    ]  # fmt: skip


def finished(out: Path) -> dict[str, int]:
    """Folders with a manifest, and when each was written."""
    return {path.parent.name: path.stat().st_mtime_ns for path in out.glob(f"cases/*/{MANIFEST}")}


def wait_for(count: int, out: Path, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + WAIT_S
    while len(finished(out)) < count:
        assert process.poll() is None
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_killed_the_same_command_finishes(tmp_path: Path) -> None:
    """What was finished before the kill is left as it is; no process and no half result is left behind."""
    study, out = write_study(tmp_path), tmp_path / "out"
    process = subprocess.Popen(command(study, out), start_new_session=True)
    wait_for(1, out, process)
    time.sleep(1.0)  # into the next case
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = finished(out)
    again = subprocess.run(command(study, out), capture_output=True, text=True, timeout=WAIT_S, check=False)
    assert (again.returncode, again.stderr) == (0, "")
    summary = pd.read_csv(out / "summary.csv")
    assert summary["status"].tolist() == ["optimal"] * len(PRICES)
    now = finished(out)
    assert {name: now[name] for name in before} == before
    for case in (out / "cases").iterdir():
        assert changed_files(case, read_manifest(case)) == []
        assert list(case.glob(".siting-*")) == []


def test_a_worker_that_is_killed_costs_a_case_some_time_only(tmp_path: Path) -> None:
    """The first worker process found is killed; its case is solved by another."""
    study, out = write_study(tmp_path), tmp_path / "out"
    process = subprocess.Popen(command(study, out), start_new_session=True)
    wait_for(1, out, process)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.wait(WAIT_S)
        pytest.skip("the system does not tell a process's children")
    for child in children.read_text().split():
        if "resource_tracker" not in Path(f"/proc/{child}/cmdline").read_text():
            os.kill(int(child), signal.SIGKILL)
            break
    assert process.wait(WAIT_S) == 0
    assert pd.read_csv(out / "summary.csv")["status"].tolist() == ["optimal"] * len(PRICES)
