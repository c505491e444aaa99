"""Runs noted in MLflow."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny import quick, tiny_case

from siting.cli import app as cli
from siting.results import tracking


def test_missing_mlflow_is_told_before_any_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tracking, "find_spec", lambda _name: None)
    assert cli.call(["run", "us-small", "--mlflow"]) == 2
    assert 'pip install "siting[mlflow]"' in capsys.readouterr().err


def test_run_is_in_the_local_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures and reports of a plan are there again, read by MLflow itself."""
    pytest.importorskip("mlflow", reason="needs the extra `mlflow`")
    from mlflow.tracking import MlflowClient

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    (tmp_path / "plan.json").write_text("{}")
    plan = quick(tiny_case(rack_usd=1000.0))
    run = MlflowClient().get_run(tracking.log_run(plan, tmp_path))
    assert run.data.metrics["objective_usd"] == plan.objective_usd
    assert run.data.metrics["it_capacity_mw"] == plan.kpis["it_capacity_mw"]["value"]
    assert run.data.params["open_sites"] == "a"
    assert run.info.status == "FINISHED"
    assert [one.path for one in MlflowClient().list_artifacts(run.info.run_id)] == ["plan.json"]
