"""Killed at any moment of writing, a run leaves nothing or all: no folder that looks like a plan and is none."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from siting.plan.plan import Plan
from siting.results.claim import claimed, recover
from siting.results.manifest import MANIFEST
from siting.results.verifying import verify
from siting.results.writing import write

MOMENTS = 10
QUICK = (4, 9)
"""The others are of the long run."""


def in_a_process(work: Callable[[int], None]) -> tuple[int, int]:
    """Do something in a process of its own, which may write to a pipe; return how it ended, and how much it wrote."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(writing)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = len(pipe.read())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), told


def steps_of(plan: Plan, folder: Path, last: int | None = None) -> tuple[int, int]:
    """Write a plan, telling each file that is opened or moved; killed at the last step, if there is one."""

    def work(told: int) -> None:
        done = 0

        def hear(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal done
            path = str(arguments[0]) if arguments else ""
            if event not in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir") or str(folder) not in path:
                return
            if done == last:
                os.kill(os.getpid(), signal.SIGKILL)
            done += 1
            os.write(told, b".")

        sys.addaudithook(hear)  # there is no way to remove one but the end of its process
        write(plan, folder, languages=())

    return in_a_process(work)


@pytest.fixture(scope="module")
def steps(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> int:
    ended, count = steps_of(plan, tmp_path_factory.mktemp("counted") / "out")
    assert ended == 0
    assert count > 10 * MOMENTS
    return count


@pytest.mark.parametrize(
    "moment", [pytest.param(one, marks=() if one in QUICK else pytest.mark.slow) for one in range(MOMENTS)]
)
def test_run_that_is_killed_leaves_nothing_or_all(moment: int, plan: Plan, steps: int, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    ended, told = steps_of(plan, folder, last=moment * steps // MOMENTS)
    assert (ended, told) == (-signal.SIGKILL, moment * steps // MOMENTS)
    recover(folder)
    if (folder / MANIFEST).exists():
        assert verify(folder).failures == ()
    else:
        assert [path for path in folder.glob("*") if not path.name.startswith(".")] == []
        with claimed(folder):
            pass
        assert list(folder.glob("*")) == []
