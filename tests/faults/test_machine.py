"""What the machine may do to a command: little memory, no home, a clock set back, a folder that cannot be written."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from siting.results.folder import NotAResultError, load
from siting.results.verifying import verify

MB = 1024**2


def siting(
    folder: Path, *words: str, least_mb: int | None = None, **environment: str | None
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, with a limit of its memory and another environment."""
    told = {**os.environ, **{name: value for name, value in environment.items() if value is not None}}
    for name, value in environment.items():
        if value is None:
            told.pop(name, None)

    def limited() -> None:
        if least_mb is not None:
            resource.setrlimit(resource.RLIMIT_AS, (least_mb * MB, least_mb * MB))

    return subprocess.run(
        [sys.executable, "-m", "siting", *words],
        cwd=folder, env=told, preexec_fn=limited, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_no_home_and_no_temporary_folder(tmp_path: Path) -> None:
    """A container may have neither: nothing is kept there."""
    done = siting(tmp_path, "check", "us-small", HOME=None, TMPDIR="/nowhere", XDG_CACHE_HOME=None)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_gigabyte_is_enough_to_check(tmp_path: Path) -> None:
    """1 GB of addresses, of which libraries map most."""
    done = siting(tmp_path, "check", "us-small", least_mb=1024, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr


def test_folder_that_cannot_be_written_is_read_all_the_same(bare: Path) -> None:
    """Verifying and loading write nothing, so that a medium that cannot be written is no hindrance."""
    before = {path: path.stat().st_mtime_ns for path in bare.rglob("*")}
    for path in (*bare.rglob("*"), bare):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert verify(bare).holds
        load(bare)
    finally:
        for path in (bare, *bare.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert {path: path.stat().st_mtime_ns for path in bare.rglob("*")} == before


def test_clock_set_back_changes_no_plan(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result holds whatever the clock says: files of the future, a year before its own, and time that runs backwards."""
    ahead = time.time() + 10 * 365 * 86400
    for path in bare.rglob("*"):
        os.utime(path, (ahead, ahead))
    now = iter(range(10**9, 0, -1))
    monkeypatch.setattr(time, "time", lambda: float(next(now)))
    assert verify(bare).holds


CUTS = (0.0, 0.9)


@pytest.mark.parametrize("name", ["case/axes.json", "ledgers/search.json", "run-manifest.json"])
def test_cut_file_is_no_plan(name: str, bare: Path) -> None:
    """A disk that was full, or a copy that was not finished: whatever is cut off, it is told and never a traceback."""
    whole = (bare / name).read_bytes()
    for share in CUTS:
        (bare / name).write_bytes(whole[: int(len(whole) * share)])
        assert not verify(bare).holds
        with contextlib.suppress(NotAResultError):  # but for what is only audited, as the terms of accounts
            load(bare)


@pytest.mark.slow
def test_altered_byte_is_told_in_every_file_that_decides(bare: Path, read_before: None) -> None:
    """One bit in the middle of each file of the case and the decisions, one after the other."""
    files = [path for part in ("case", "decisions", "ledgers") for path in (bare / part).rglob("*") if path.is_file()]
    for path in files[::4]:
        whole = bytearray(path.read_bytes())
        whole[len(whole) // 2] ^= 1
        kept = path.read_bytes()
        path.write_bytes(bytes(whole))
        told = verify(bare, pages=False).failures
        assert any(path.relative_to(bare).as_posix() in failure for failure in told), path
        path.write_bytes(kept)


def test_result_of_other_axes_says_what_wrote_it(bare: Path) -> None:
    """A folder that was written before an axis was known: which version wrote it, and what to do."""
    path = bare / "case" / "axes.json"
    axes = json.loads(path.read_text())
    del axes["bridge"]
    path.write_text(json.dumps(axes))
    with pytest.raises(NotAResultError) as caught:
        load(bare)
    assert "wrote this result for cases whose numbers are otherwise arranged (it has no bridge)" in str(caught.value)
    assert "read it with what wrote it, or run its study again" in str(caught.value)
