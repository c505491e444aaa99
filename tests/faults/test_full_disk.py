"""A disk that takes no more: each command that writes says so, and leaves all of what it writes or nothing.

The operating system refuses every file beyond a size, as a full disk refuses what does not fit any more, whichever
library writes it.
"""

from __future__ import annotations

import re
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from epw import epw
from tiny_study import own_tables, study_fields, write_study

from siting.plan.plan import Plan
from siting.problems import InputError
from siting.results import unfinished
from siting.results.claim import claimed
from siting.results.folder import write_into
from siting.results.unfinished import NotWrittenError, kept_if_writing_fails
from siting.results.verifying import verify
from siting.results.writing import write
from siting.whole_files import write_whole, written_together

Said = Callable[..., tuple[int, str]]
REFUSED = "File too large"
"""What the system says of such a file, as it says "No space left on device" of a full disk."""


@contextmanager
def most_bytes(most: int) -> Iterator[None]:
    """Let no file grow beyond a size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(said: Said, folder: Path, most: int, *words: object) -> None:
    """Run a command on a disk that is full; it says so, names a place, and the folder is as it was."""
    before, folders = contents(folder), {path for path in folder.rglob("*") if path.is_dir()}
    with most_bytes(most):
        code, complaint = said(*words)
    assert code in (2, 3), complaint
    assert REFUSED in complaint
    assert str(folder) in complaint
    assert contents(folder) == before
    assert {path for path in folder.rglob("*") if path.is_dir()} == folders


@pytest.mark.parametrize("most", [0, 100])
def test_imported_weather(most: int, tmp_path: Path, said: Said) -> None:
    """The row of the place takes 95 bytes and its hours 140,000: at 100 the first is written, and goes again."""
    words = ("data", "import", epw(tmp_path / "town.epw"), "-o", tmp_path / "mine" / "own")
    refused(said, tmp_path, most, *words)
    assert said(*words)[0] == 0
    assert len(list((tmp_path / "mine" / "own").iterdir())) == 2


@pytest.mark.parametrize("most", [0, 5000])
def test_imported_hours(most: int, tmp_path: Path, said: Said) -> None:
    times = "\n".join(f"2022-{day},40" for day in _hours_of_a_year())
    (tmp_path / "lmp.csv").write_text(f"time,LMP\n{times}\n", encoding="utf-8")
    words = ("data", "import", tmp_path / "lmp.csv", "--kind", "hours", "--column", "LMP=wholesale_usd_per_mwh",
             "--like", "ERCO", "-o", tmp_path)  # fmt: skip
    refused(said, tmp_path, most, *words)
    assert said(*words)[0] == 0


def _hours_of_a_year() -> Iterator[str]:
    import pandas as pd

    yield from pd.date_range("2022-01-01", periods=8760, freq="h").strftime("%m-%d %H:%M")


@pytest.mark.parametrize("most", [0, 1000])
def test_pack(most: int, tmp_path: Path, said: Said) -> None:
    """An earlier pack of the same name stays."""
    study = write_study(tmp_path, study_fields(), own_tables())
    (tmp_path / "p.zip").write_bytes(b"the earlier one")
    refused(said, tmp_path, most, "pack", study, "-o", tmp_path / "p.zip")


@pytest.mark.parametrize("most", [0, 30_000])
def test_export(most: int, result: Path, tmp_path: Path, said: Said) -> None:
    """The signal is larger than 30,000 bytes, the table is not."""
    refused(said, tmp_path, most, "export", result, "--schedule", "--kubernetes", "-o", tmp_path / "queues")


@pytest.mark.parametrize("most", [0, 3000])
def test_report(most: int, bare: Path, said: Said, short_pages: None, read_before: None) -> None:
    refused(said, bare.parent, most, "report", bare, "--lang", "en")
    assert verify(bare).failures == ()


def test_run_is_told_before_it_solves(plan: Plan, tmp_path: Path) -> None:
    with most_bytes(20_000), pytest.raises(InputError, match=f"results cannot be written here \\({REFUSED}\\)"):
        write(plan, tmp_path / "out", languages=())
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("most", [0, 200, 2000, 5000, 20_000])
@pytest.mark.parametrize("stays_full", [False, True])
def test_run_on_a_disk_that_fills_during_the_solve(
    most: int, stays_full: bool, plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it ends there is a plan that is whole but for its pages, at the place that is told, or nothing at all."""
    monkeypatch.setattr(unfinished, "_folders_around", lambda target: iter([target.parent]))
    with ExitStack() as until_the_end, pytest.raises(NotWrittenError) as caught:
        write_while_it_fills(plan, tmp_path / "out", most, until_the_end if stays_full else None)
    told = str(caught.value)
    assert REFUSED in told
    assert not (tmp_path / "out").exists()
    kept = re.search(r"the plan is kept in (\S+);", told)
    assert bool(kept) is not stays_full
    assert [path.as_posix() for path in tmp_path.iterdir()] == ([kept.group(1)] if kept else [])
    if kept:
        assert verify(Path(kept.group(1))).failures == ()


def write_while_it_fills(plan: Plan, folder: Path, most: int, until_the_end: ExitStack | None) -> None:
    """Hold the place while there is room, and write when there is none."""
    with kept_if_writing_fails(plan, folder), claimed(folder) as claim, ExitStack() as meanwhile:
        (until_the_end or meanwhile).enter_context(most_bytes(most))
        write_into(claim, plan, ())


def test_text_is_whole_or_as_before(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", "first")
    with most_bytes(3), pytest.raises(OSError, match=r"File too large: '.*a\.txt'"):
        write_whole(tmp_path / "a.txt", "second")
    assert contents(tmp_path) == {"a.txt": b"first"}


def test_files_come_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "mine.txt").write_text("mine")
    for folder in (tmp_path / "b", tmp_path / "new" / "deep"):
        with pytest.raises(KeyboardInterrupt):
            stopped_between(folder)
    assert contents(tmp_path) == {"b/mine.txt": b"mine"}
    assert not (tmp_path / "new").exists()
    with written_together(tmp_path / "new" / "deep") as aside:
        (aside / "one.txt").write_text("one")
    assert contents(tmp_path) == {"b/mine.txt": b"mine", "new/deep/one.txt": b"one"}


def stopped_between(folder: Path) -> None:
    with written_together(folder) as aside:
        (aside / "one.txt").write_text("one")
        raise KeyboardInterrupt


@pytest.mark.slow
@pytest.mark.parametrize("most", [5000, 100_000], ids=["its page has no room", "its page has room and no plan has any"])
def test_sweep_says_so_and_the_same_command_goes_on(most: int, tmp_path: Path, said: Said) -> None:
    import sklearn.cluster  # noqa: F401  joblib makes files of its own when it is loaded

    study = write_study(tmp_path, study_fields(), own_tables())
    words = ("sweep", study, "--vary", "policy.carbon_price_usd_per_t=50", "--workers", "1", "-o", tmp_path / "sweep")
    with most_bytes(most):
        code, complaint = said(*words)
    assert code in (1, 3)
    assert REFUSED in complaint
    assert not list(tmp_path.rglob("plan.json"))
    assert said(*words)[0] == 0
    (plan,) = (path.parent for path in (tmp_path / "sweep").rglob("plan.json"))
    assert verify(plan).failures == ()
