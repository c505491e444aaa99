"""A plan once found is never lost: if it cannot be written, it is kept, told where, and can be finished."""

from __future__ import annotations

import errno
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_study import write_study

import siting
from siting.cli import app as cli
from siting.plan.plan import Plan
from siting.results import unfinished
from siting.results.folder import load
from siting.results.interruption import StoppedAfterwards, uninterrupted
from siting.results.unfinished import NotWrittenError
from siting.results.verifying import verify
from siting.results.writing import write

Said = Callable[..., tuple[int, str]]

FULL = OSError(errno.ENOSPC, "No space left on device")


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.fixture
def run(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Said, short_pages: None
) -> Callable[..., tuple[int, str]]:
    """`siting run` with a solve that has the plan at once, and with short pages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "asked", lambda _name, _candidates: plan.case.study)
    monkeypatch.setattr(cli, "prepared_of", lambda _study: plan.case)

    def begin(during_solve: Callable[[], None] = lambda: None) -> tuple[int, str]:
        def solve(*_: object, **__: object) -> Plan:
            during_solve()
            return plan

        monkeypatch.setattr(siting, "solve", solve)
        return said("run", "tiny", "-o", "out", "--quiet")

    return begin


def kept_in(message: str) -> Path:
    found = re.search(r"the plan is kept in (\S+); write its tables and reports with: siting report \1", message)
    assert found, message
    return Path(found.group(1))


STEPS = {
    "a table": "siting.results.folder.csv_text",
    "the hourly tables": "siting.results.folder.frames",
    "a report": "siting.reports.render.render",
    "the data package": "siting.results.folder.describe",
    "the manifest": "siting.results.folder.provenance",
    "the move": "siting.results.claim._move",
}


QUICK = ("the manifest",)
"""The others are of the long run."""


@pytest.mark.parametrize(
    "step", [pytest.param(step, marks=() if step in QUICK else pytest.mark.slow) for step in STEPS]
)
def test_plan_is_kept_and_verified(
    step: str,
    run: Callable[..., tuple[int, str]],
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    plan: Plan,
) -> None:
    """Whatever step of writing fails, the same is kept, which is all that it takes to be finished."""
    name = STEPS[step]
    with monkeypatch.context() as patch:
        patch.setattr(name, once(name, FULL))
        code, complaint = run()
    assert code == 3
    assert "No space left on device" in complaint
    kept = kept_in(complaint)
    assert kept.parent == tmp_path
    code, note = said("verify", kept)
    assert code == 0
    assert "the plan was saved unfinished" in note
    assert load(kept).kpis == plan.kpis
    alike = unfinished.keep(plan, tmp_path / "alike")
    assert alike is not None
    assert files_of(kept) == files_of(alike)


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_kept_plan_is_finished(
    run: Callable[..., tuple[int, str]], said: Said, monkeypatch: pytest.MonkeyPatch, plan: Plan
) -> None:
    """By the command that it is told with: tables and reports are written, and the folder holds."""
    with monkeypatch.context() as patch:
        patch.setattr(STEPS["a table"], once(STEPS["a table"], FULL))
        kept = kept_in(run()[1])
    assert said("report", kept, "--lang", "id") == (0, "")
    assert said("verify", kept) == (0, "")
    assert load(kept).kpis == plan.kpis
    assert (kept / "policy.id.html").is_file()


def once(name: str, error: BaseException) -> Callable[..., object]:
    """Fail at the first call: the plan is kept by some of the same functions."""
    import importlib

    module, _, function = name.rpartition(".")
    right, calls = getattr(importlib.import_module(module), function), []

    def call(*args: object, **options: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise error
        return right(*args, **options)

    return call


@pytest.mark.parametrize(
    "step",
    [pytest.param(step, marks=() if step in QUICK else pytest.mark.slow) for step in ("a table", "a report", *QUICK)],
)
def test_interruption_while_writing_keeps_the_plan(
    step: str, run: Callable[..., tuple[int, str]], said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGTERM is heard as Ctrl-C is; see the test of the command below."""
    with monkeypatch.context() as patch:
        patch.setattr(STEPS[step], once(STEPS[step], KeyboardInterrupt()))
        code, complaint = run()
    assert code == 1
    assert complaint.startswith("siting: stopped while the results were written; the plan is kept in ")
    code, note = said("verify", kept_in(complaint))
    assert code == 0
    assert "the plan was saved unfinished" in note


@pytest.mark.slow
def test_interruption_while_the_plan_is_kept_is_heard_and_costs_nothing(
    run: Callable[..., tuple[int, str]], said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pressed once while a table is written, and again while the plan is kept elsewhere."""
    from siting.results import folder

    write_decided = folder.write_decided

    def pressed_again(plan: Plan, at: Path) -> None:
        signal.raise_signal(signal.SIGINT)
        write_decided(plan, at)

    def pressed(*_: object) -> str:
        monkeypatch.setattr(folder, "write_decided", pressed_again)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(folder, "frames", pressed)
        code, complaint = run()
    monkeypatch.setattr(folder, "write_decided", write_decided)
    assert code == 1
    assert said("verify", kept_in(complaint))[0] == 0


def test_place_gone_during_the_solve(run: Callable[..., tuple[int, str]], said: Said) -> None:
    code, complaint = run(lambda: shutil.rmtree("out"))
    assert code == 3
    assert said("verify", kept_in(complaint))[0] == 0


def test_file_of_a_user_that_came_during_the_solve(run: Callable[..., tuple[int, str]], said: Said) -> None:
    def comes() -> None:
        Path("out/data").mkdir()
        Path("out/data/raw.csv").write_text("mine")

    code, complaint = run(comes)
    assert code == 2
    assert "out: this folder holds other things than results" in complaint
    assert Path("out/data/raw.csv").read_text() == "mine"
    assert said("verify", kept_in(complaint))[0] == 0


def test_bug_of_ours_is_shown_and_costs_no_plan(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("siting.reports.render.render", failing(KeyError("a label")))
        with pytest.raises(NotWrittenError, match="KeyError: 'a label'") as caught:
            write(plan, tmp_path / "out")
    assert caught.value.kept is not None
    assert verify(caught.value.kept).holds
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_two_plans_kept_beside_each_other(plan: Plan, tmp_path: Path) -> None:
    one, other = unfinished.keep(plan, tmp_path / "out"), unfinished.keep(plan, tmp_path / "out")
    assert one is not None
    assert other is not None
    assert one != other
    assert verify(one).holds
    assert verify(other).holds


def test_next_place_is_tried(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder around the target is gone; the current one is next."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    kept = unfinished.keep(plan, tmp_path / "gone" / "out")
    assert kept is not None
    assert kept.parent == tmp_path / "here"
    assert not (tmp_path / "gone").exists()


def test_nothing_takes_it(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siting.results.folder.write_case", failing(FULL))
    with pytest.raises(NotWrittenError, match="could not be kept anywhere else either") as caught:
        write(plan, tmp_path / "out")
    assert caught.value.kept is None


def test_interruption_once_all_is_in_place_is_no_loss(
    run: Callable[..., tuple[int, str]], said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held back while files are moved, heard afterwards: the results are whole, and so is the exit code."""
    from siting.results import claim

    move = claim._move

    def move_under_fire(place: Path, work: Path) -> None:
        signal.raise_signal(signal.SIGINT)
        move(place, work)

    monkeypatch.setattr(claim, "_move", move_under_fire)
    code, complaint = run()
    assert (code, complaint) == (0, "siting: stopped after the results were written, to out\n")
    assert said("verify", "out") == (0, "")


def test_signals_are_held_back_and_then_heard() -> None:
    reached = []

    def block() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt):
        block()
    assert reached == ["the end"]


def test_stopping_afterwards_is_an_interruption() -> None:
    """For whoever calls `write` from Python, and catches Ctrl-C."""
    assert issubclass(StoppedAfterwards, KeyboardInterrupt)


TERMINATED = """
import importlib, os, signal, sys
module = importlib.import_module("{module}")
right = module.{function}
def stopped(*args, **options):
    module.{function} = right
    os.kill(os.getpid(), signal.SIGTERM)
    return right(*args, **options)
module.{function} = stopped
from siting.cli.app import main
sys.argv = ["siting", "run", "tiny.yaml", "-o", "out", "--quiet", "--year-bound", "off", "--draws", "0"]
main()
"""


def terminated(module: str, function: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, which a scheduler ends when it first comes to a function."""
    write_study(folder)
    program = TERMINATED.format(module=module, function=function)
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_scheduler_that_ends_the_writing_leaves_a_plan(tmp_path: Path, said: Said) -> None:
    done = terminated("siting.results.folder", "csv_text", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("siting: stopped while the results were written; the plan is kept in ")
    assert said("verify", kept_in(done.stderr))[0] == 0


@pytest.mark.slow
def test_scheduler_that_ends_what_follows_the_search_leaves_results(tmp_path: Path, said: Said) -> None:
    done = terminated("siting.optimise.solve", "why_not", tmp_path)
    assert done.returncode == 0
    assert "Stopped before it was worked out why all the other sites are not built." in done.stderr
    assert said("verify", tmp_path / "out") == (0, "")
    assert load(tmp_path / "out").bound_usd > 0
