"""The command line: exit codes, what it prints where, and what it leaves on the disk."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import siting
from siting.cli import app as cli
from siting.cli.progress import PLAIN_INTERVAL_S, ProgressLine
from siting.optimise.no_plan import NoPlanError
from siting.results.claim import Claim

ROOT = Path(__file__).resolve().parents[2]
BAD = """\
schema_version: 1
name: bad
horizon: {base_year: 2026, periods: [{year: 2030, length_yr: 15}]}
demand:
  reference_rack: hgx-h100-air
  inference_mw: {2030: .nan}
  batch_mw: {2030: 80}
  latncy_limit_ms: 40
"""


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a run end as a test wishes, without preparing or solving anything."""

    def ending(error: BaseException | None = None) -> None:
        case = SimpleNamespace(study=SimpleNamespace(name="us-small", futures=SimpleNamespace(are_stated=False)))

        def stand_in_solve(_case: object, **options: object) -> object:
            progress = options["progress"]
            assert callable(progress)
            progress(SimpleNamespace(phase="solve", seconds=1.0, incumbent_usd=2e9, bound_usd=1e9, gap_fraction=0.5))
            if error is not None:
                raise error
            return SimpleNamespace(warnings=("mind the gap",))

        def stand_in_write(claim: Claim, _plan: object, languages: tuple[str, ...]) -> None:
            (claim.new / "plan.json").write_text(",".join(languages))
            claim.install()

        monkeypatch.setattr(cli, "asked", lambda _name, _candidates: case.study)
        monkeypatch.setattr(cli, "prepared_of", lambda _study: case)
        monkeypatch.setattr(siting, "solve", stand_in_solve)
        monkeypatch.setattr(siting, "explain", lambda *_, **__: SimpleNamespace(is_feasible=True))
        monkeypatch.setattr("siting.results.folder.write_into", stand_in_write)

    return ending


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(command in printed for command in ("run", "check", "show", "studies", "verify", "report", "backtest"))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["--version"]) == 0
    assert capsys.readouterr().out.strip() == siting.__version__


def test_studies(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["studies"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(siting.studies())
    assert all(len(line.split()) > 1 for line in lines)


@pytest.mark.parametrize("command", ["check", "run", "show"])
def test_bad_study_is_refused_with_every_problem(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text(BAD)
    assert cli.call([command, "bad.yaml"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [
        "bad.yaml:6: demand.inference_mw.2030: input should be a finite number (got nan)",
        "bad.yaml:8: demand.latncy_limit_ms: no such field; did you mean 'latency_limit_ms'?",
    ]
    assert [path.name for path in Path().iterdir()] == ["bad.yaml"]


def test_bad_study_and_bad_table_are_reported_together(capsys: pytest.CaptureFixture[str]) -> None:
    Path("racks.csv").write_text("rack_id,nmae\na,b\n")
    Path("bad.yaml").write_text(BAD + "tables: {racks: racks.csv}\n")
    assert cli.call(["check", "bad.yaml"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert any(line.startswith("bad.yaml:6: ") for line in lines)
    assert any(line.startswith("racks.csv") and "nmae" in line for line in lines)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run"], "siting: "),
        (["fly"], "siting: "),
        (["run", "us-small", "--gpa", "1"], "siting: "),
        (["run", "us-small", "--gap", "x"], "siting: "),
        (["run", "us-small", "--method", "magic"], "siting: "),
        (["run", "us-small", "--gap", "-1"], "--gap: input should be at least 0 and less than 1 (got -1.0)\n"),
        (["run", "us-small", "--gap", "nan"], "--gap: input should be at least 0 and less than 1 (got nan)\n"),
        (
            ["run", "us-small", "--time-limit", "0"],
            "--time-limit: input should be a number of seconds above 0 (got 0.0)\n",
        ),
        (
            ["run", "us-small", "--time-limit", "inf"],
            "--time-limit: input should be a number of seconds above 0 (got inf)\n",
        ),
        (["run", "us-small", "--threads", "0"], "--threads: input should be at least 1 (got 0)\n"),
        (["run", "us-small", "--lang", "en,xx"], "--lang: input should be some of en,id (got xx)\n"),
        (["run", "us-smal"], "us-smal: no such file, and no built-in study of this name; did you mean 'us-small'?\n"),
        (["verify", "nowhere"], "nowhere: "),
        (["report", "nowhere"], "nowhere: "),
        (["backtest", "nowhere"], "siting: "),
        (["backtest", "nowhere", "--built", "nowhere.csv"], "nowhere.csv: no such file\n"),
    ],
    ids=" ".join,
)
def test_wrong_words_are_refused(words: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(words) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith(expected)
    assert "Traceback" not in printed.err
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (None, 0, "warning: mind the gap\n"),
        (NoPlanError("infeasible", "no plan can meet all limits"), 1, "siting: no plan can meet all limits\n"),
        (NoPlanError("failed", "the search ended"), 3, "siting: the search ended\n"),
        (KeyboardInterrupt(), 1, "siting: stopped before there was a plan; nothing was written\n"),
        (MemoryError(), 3, "siting: the machine failed: MemoryError\n"),
        (OSError(28, "No space left on device"), 3, "siting: the machine failed: [Errno 28] No space left on device\n"),
        (KeyError("x"), 3, None),
    ],
    ids=["plan", "infeasible", "failed", "stopped", "memory", "disk", "fault"],
)
def test_exit_code_of_a_run(
    error: BaseException | None,
    code: int,
    message: str | None,
    no_work: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    no_work(error)
    assert cli.call(["run", "us-small", "-o", "out", "--quiet", "--lang", "en,id"]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    if message is None:
        assert "please report it" in printed.err
    else:
        assert printed.err == message
    assert Path("out").exists() == (code == 0)
    if code == 0:
        assert Path("out/plan.json").read_text() == "en,id"


def test_results_go_to_a_folder_of_the_study_name(no_work: Callable[..., None]) -> None:
    no_work()
    assert cli.call(["run", "us-small", "--quiet"]) == 0
    assert Path("results/us-small/plan.json").is_file()


def test_folder_of_other_things_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    Path("thesis").mkdir()
    Path("thesis/chapter1.txt").write_text("precious")
    assert cli.call(["run", "us-small", "-o", "thesis"]) == 2
    assert capsys.readouterr().err == (
        "thesis: this folder holds other things than results (it has no run-manifest.json), so it is left alone; "
        "name another with -o\n"
    )
    assert Path("thesis/chapter1.txt").read_text() == "precious"


def test_broken_pipe_is_silent() -> None:
    program = "from siting.cli.app import main; import sys; sys.argv = ['siting', 'show', 'us-small']; main()"
    shell = f'"{sys.executable}" -c "{program}" | head -n 1'
    done = subprocess.run(["sh", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("item")
    assert done.stderr == ""
    assert done.returncode == 0


def test_show_tells_value_unit_source_and_grade(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["show", "us-small"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["item", "value", "unit", "source", "grade"]
    shown = {line[0]: line for line in lines}
    assert shown["facility.module_mw"][1:3] == ["20", "MW"]
    assert shown["facility.module_mw"][3].startswith("us-small.yaml:")
    assert shown["sites.ellis-tx.tariff_usd_per_mwh"][2] == "USD/MWh"
    assert shown["sites.ellis-tx.tariff_usd_per_mwh"][4] in {"measured", "modelled", "assumed"}
    assert any(item.startswith("series_grid.ERCO.") for item in shown)


def test_show_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["show", "us-small", "--table", "racks"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("racks.") for line in lines[1:])
    assert cli.call(["show", "us-small", "--table", "rack"]) == 2
    assert capsys.readouterr().err == "--table: no table 'rack' in the catalogue; did you mean 'racks'?\n"


def test_check_of_a_right_study(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["check", "us-small"]) == 0
    assert capsys.readouterr().out.startswith("us-small: no problem found (")


def test_progress_without_terminal_is_plain_and_sparse(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="siting")

    def moment(phase: str, seconds: float) -> SimpleNamespace:
        return SimpleNamespace(phase=phase, seconds=seconds, incumbent_usd=None, bound_usd=None, gap_fraction=None)

    with ProgressLine() as line:
        for phase, seconds in (
            ("build", 0.0),
            ("solve, round 1", 1.0),
            ("solve, round 12", 2.0),
            ("solve, round 13", 1.0 + PLAIN_INTERVAL_S),
        ):
            line(moment(phase, seconds))
    told = [record.getMessage().split(maxsplit=2)[2] for record in caplog.records]
    assert told == ["build", "solve, round 1", "solve, round 13"]


def test_terminal_that_lacks_a_letter_shows_its_number() -> None:
    command = [sys.executable, "-m", "siting", "show", "us-small", "--table", "sites"]
    shown = subprocess.run(
        command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}, check=True, text=True
    )
    assert "\\xb0" in shown.stdout
    assert shown.stderr == ""
