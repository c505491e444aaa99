"""A sweep on the workers of a Dask scheduler, on this machine."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tiny_study import write_study

from siting.problems import InputError
from siting.scenarios.sweep.sweep import sweep

pytestmark = pytest.mark.cluster

PRICE = "policy.carbon_price_usd_per_t"
ASKED: dict[str, Any] = {"vary": {PRICE: [0, 20, 40]}, "replay": False, "rivals": False, "languages": ()}
Process = subprocess.Popen[bytes]


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[Process]]]:
    """Address of a real scheduler, and its two workers of one thread."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2]]
    worker = [sys.executable, "-m", "dask", "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    with ExitStack() as stack:
        processes = [subprocess.Popen([*scheduler, "--no-dashboard"], **quiet)]
        stack.callback(lambda: [process.kill() for process in processes])
        time.sleep(1.0)
        processes += [subprocess.Popen(worker, **quiet) for _ in range(2)]
        yield address, processes[1:]


@pytest.mark.slow
def test_a_killed_worker_costs_no_case(cluster: tuple[str, list[Process]], tmp_path: Path) -> None:
    """One of two workers is killed when the first case is told to be done; the other finishes all three."""
    address, workers = cluster
    killed = []

    def kill(_: object) -> None:
        if not killed:
            killed.append(os.kill(workers[0].pid, signal.SIGKILL))

    found = sweep(write_study(tmp_path), output=tmp_path / "out", cluster=address, progress=kill, **ASKED)
    assert killed
    assert found.summary["status"].tolist() == ["optimal"] * 3


def test_nobody_there_is_said(tmp_path: Path) -> None:
    """Port 9 of this machine has no scheduler."""
    with pytest.raises(InputError, match=re.escape("--cluster: tcp://127.0.0.1:9: no scheduler answers")):
        sweep(write_study(tmp_path), output=tmp_path / "out", cluster="tcp://127.0.0.1:9", **ASKED)
