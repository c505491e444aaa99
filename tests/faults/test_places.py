"""Where results go: found out before the solve, filled whole, and nothing of a user's touched."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import siting
from siting.cli import app as cli
from siting.plan.plan import Plan
from siting.problems import InputError
from siting.results.claim import Claim, claimed
from siting.results.folder import load, write_into
from siting.results.manifest import MANIFEST, changed_files, read_manifest
from siting.results.verifying import verify
from siting.results.writing import write

Said = Callable[..., tuple[int, str]]


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def no_solve(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place must be refused before any solve begins; the case is one that is there."""
    monkeypatch.setattr(cli, "asked", lambda _name, _candidates: plan.case.study)
    monkeypatch.setattr(cli, "prepared_of", lambda _study: plan.case)

    def solve(*_: object, **__: object) -> None:
        raise AssertionError("the solve began")

    monkeypatch.setattr(siting, "solve", solve)


BAD_PLACES = {
    "a file": "afile",
    "a file as parent": "afile/out",
    "a file further up": "afile/a/b/out",
    "a place that is no disk": "/proc/out",
    "a name longer than a name may be": "x" * 256,
}


@pytest.mark.usefixtures("no_solve")
@pytest.mark.parametrize("place", BAD_PLACES.values(), ids=BAD_PLACES)
def test_place_that_cannot_be_written_is_told_before_the_solve(
    place: str, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("afile").write_text("mine")
    code, complaint = said("run", "us-small", "-o", place, "--quiet")
    assert code == 2
    assert complaint.startswith(f"{place}: ")
    assert complaint.rstrip().endswith("with -o")
    assert contents(tmp_path) == {"afile": b"mine"}


@pytest.mark.parametrize("name", ["y" * 250, "a b", "ü–名", "-dash", "dots..", "a'b\"c"], ids=lambda name: name[:6])
def test_odd_names_are_places_like_others(name: str, plan: Plan, tmp_path: Path) -> None:
    """A name of 250 letters had no room for the suffixes of temporary names."""
    folder = write(plan, tmp_path / name, languages=())
    assert changed_files(folder, read_manifest(folder)) == []


FOREIGN = {
    "no manifest": {"plan.json": "{}", "data/raw.csv": "mine", "case/notes.txt": "mine"},
    "nothing but a hidden file": {".env": "SECRET=1"},
    "another tool's manifest": {MANIFEST: '{"outputs": {"thesis.tex": "0"}}', "thesis.tex": "mine"},
    "a manifest that lists outwards": {
        MANIFEST: json.dumps({"tool": {"name": "siting", "version": "1"}, "outputs": {"../precious.txt": "0" * 64}})
    },
    "a manifest cut off": {MANIFEST: '{"tool": {"name": "siting"', "data/cost.csv": "mine"},
    "an empty manifest": {MANIFEST: "", "data/cost.csv": "mine"},
}


@pytest.mark.usefixtures("no_solve")
@pytest.mark.parametrize("what", FOREIGN)
def test_folder_of_somebody_is_left_alone(what: str, tmp_path: Path, said: Said) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    place = tmp_path / "out"
    for name, text in FOREIGN[what].items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    before = contents(tmp_path)
    code, complaint = said("run", "us-small", "-o", place, "--quiet")
    assert code == 2
    assert complaint.startswith(f"{place}")
    assert contents(tmp_path) == before


@pytest.mark.usefixtures("no_solve")
@pytest.mark.parametrize("name", ["data/raw.csv", "case/notes.txt", "decisions/more.parquet", "year/a/b.txt"])
def test_own_file_among_results_is_named_and_kept(name: str, copy: Path, said: Said) -> None:
    (copy / name).parent.mkdir(parents=True, exist_ok=True)
    (copy / name).write_text("mine")
    before = contents(copy)
    code, complaint = said("run", "us-small", "-o", copy, "--quiet")
    assert code == 2
    assert complaint == f"{copy / name}: no run of siting wrote this; move it, or name another folder with -o\n"
    assert contents(copy) == before


@pytest.mark.usefixtures("no_solve")
def test_link_among_results_is_not_followed(copy: Path, tmp_path: Path, said: Said) -> None:
    """A folder `data` that is a link would have results written, and old ones deleted, somewhere else."""
    shutil.move(copy / "data", tmp_path / "elsewhere")
    (copy / "data").symlink_to(tmp_path / "elsewhere")
    before = contents(tmp_path)
    assert said("run", "us-small", "-o", copy, "--quiet")[0] == 2
    assert contents(tmp_path) == before


@pytest.mark.usefixtures("short_pages")
def test_notes_beside_the_results_are_kept_and_old_results_are_not(copy: Path) -> None:
    """Whatever they are called: only what the manifest lists gives way."""
    plan = load(copy)
    for name in ("notes.txt", "appendix.html", "figures/map.png", ".hidden"):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text("mine")
    write(plan, copy, languages=("id",))
    assert not (copy / "policy.en.html").exists()
    for name in ("notes.txt", "appendix.html", "figures/map.png", ".hidden"):
        assert (copy / name).read_text() == "mine"
    found = verify(copy)
    assert found.holds
    assert len(found.remarks) == 4


@pytest.mark.slow
def test_own_page_of_a_new_language_is_not_overwritten(copy: Path) -> None:
    """The folder's manifest lists English pages; an Indonesian one in it is somebody's translation."""
    (copy / "policy.id.html").write_text("mine")
    with pytest.raises(InputError, match="no run of siting wrote this"):
        write(load(copy), copy, languages=("id",))
    assert (copy / "policy.id.html").read_text() == "mine"


@pytest.mark.slow
def test_place_may_be_a_link_or_the_current_folder(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    write(plan, tmp_path / "link", languages=())
    assert (tmp_path / "link").is_symlink()
    assert verify(tmp_path / "disk").holds
    monkeypatch.chdir(tmp_path / "disk")
    write(plan, ".", languages=())
    assert verify(Path()).holds


def write_half(place: Path) -> None:
    with contextlib.suppress(RuntimeError), claimed(place) as claim:
        (claim.new / "plan.json").write_text("new")
        raise RuntimeError("half way")


def test_place_that_no_plan_came_to_is_gone_again(tmp_path: Path) -> None:
    write_half(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_failed_write_leaves_the_earlier_result(copy: Path) -> None:
    before = contents(copy)
    write_half(copy)
    assert contents(copy) == before


def in_a_process_that_dies(work: Callable[[], None]) -> None:
    """Run something in a process of its own, which is expected to be killed in the midst of it."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def dying_after(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process die, without any cleaning up, at the given number of files moved."""
    moved = iter(range(count))
    replace = Path.replace

    def replace_or_die(self: Path, target: Path) -> Path:
        if target.parent != self.parent and next(moved, None) is None:
            os._exit(9)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replace_or_die)


@pytest.mark.parametrize("moved", [0, *(pytest.param(count, marks=pytest.mark.slow) for count in (1, 10, 40))])
def test_killed_process_leaves_old_results_or_new_ones(
    moved: int, plan: Plan, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at any step of writing: the next command finds one whole result, and sweeps what is left.

    The new results have no pages, the old ones do. A process that died before it began to move leaves
    the old, one that died later has its move finished.
    """

    def work() -> None:
        dying_after(moved, monkeypatch)
        write(plan, copy, languages=())

    in_a_process_that_dies(work)
    assert any(path.name.startswith(".siting-") for path in copy.iterdir())
    assert load(copy).objective_usd == plan.objective_usd
    assert verify(copy).failures == ()
    assert len(list(copy.glob("*.html"))) == (2 if moved == 0 else 0)
    write(plan, copy, languages=())
    assert [path for path in copy.iterdir() if path.name.startswith(".")] == []
    assert verify(copy).failures == ()


def test_working_folder_of_a_live_process_is_not_swept(copy: Path) -> None:
    """Whatever its number is: what holds is its lock."""
    with claimed(copy) as first:
        (first.new / "plan.json").write_text("of the first")
        with claimed(copy):
            assert (first.new / "plan.json").read_text() == "of the first"


@pytest.mark.slow
def test_two_runs_to_one_place_leave_the_later_whole(plan: Plan, bare: Path) -> None:
    with claimed(bare) as slow:
        write(plan, bare, languages=("id",))
        write_into(slow, plan, ())
    assert verify(bare).failures == ()
    assert list(bare.glob("*.html")) == []


@pytest.mark.slow
def test_file_that_comes_among_results_during_the_solve_is_kept(copy: Path) -> None:
    plan = load(copy)
    with claimed(copy) as claim:
        (copy / "data" / "raw.csv").write_text("mine")
        (claim.new / "plan.json").write_text("new")
        with pytest.raises(InputError, match="no run of siting wrote this"):
            claim.install()
    assert (copy / "data" / "raw.csv").read_text() == "mine"
    assert load(copy).objective_usd == plan.objective_usd


def test_every_claim_has_a_name_of_its_own(tmp_path: Path) -> None:
    """Two of one process; numbers of processes are the same in every container."""
    one, other = Claim(tmp_path), Claim(tmp_path)
    assert one.new != other.new
    one.release()
    other.release()
    assert list(tmp_path.iterdir()) == []
