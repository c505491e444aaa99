"""What `siting run` does with its options where a study speaks of futures: honoured, or refused by name."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from tiny import tiny_case

import siting
from siting.case.case import Case
from siting.case.futures import case_of_futures
from siting.cli import app as cli
from siting.cli.scenarios.explain import explained
from siting.optimise.no_plan import NoPlanError

STUDY = {
    "schema_version": 1,
    "extends": "us-small",
    "name": "two-futures",
    "sites": ["ellis-tx", "polk-ia"],
    "zones": ["dallas", "chicago"],
    "time": {"typical_days_count": 1, "extreme_days": []},
    "futures": {
        "cases": [
            {"id": "cheap", "weight_fraction": 0.5, "factors": {"power_price": 0.5}},
            {"id": "dear", "weight_fraction": 0.5, "factors": {"power_price": 2.0}},
        ]
    },
}


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of a study with two futures, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "two-futures.yaml"
    path.write_text(yaml.safe_dump(STUDY), "utf-8")
    return path.name


def test_what_no_plan_over_futures_has_is_refused(study: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Both options are named in one round, and nothing is prepared or written."""
    assert cli.call(["run", study, "--draws", "5", "--year-bound", "on"]) == 2
    said = capsys.readouterr().err
    assert "--draws: a study that speaks of futures has no draws" in said
    assert "--year-bound: no bound for the year" in said
    assert not Path("results").exists()


def test_each_future_is_prepared_once_and_the_start_is_handed_on(study: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two futures make two cases, no third; the plan of --start is what the search is given to begin with."""
    prepared: list[Case] = []
    given: dict[str, Any] = {}
    plain = siting.prepare

    def counted(one: Any) -> Case:
        prepared.append(plain(one))
        return prepared[-1]

    def stand_in(many: Any, **options: Any) -> None:
        given.update(options, many=many)
        raise KeyboardInterrupt

    monkeypatch.setattr("siting.data.prepare.prepare", counted)
    monkeypatch.setattr(siting, "plan_for_futures", stand_in)
    earlier = SimpleNamespace(name="earlier")
    monkeypatch.setattr(cli, "loaded", lambda _folder: earlier)
    assert cli.call(["run", study, "--start", "before", "--draws", "0", "--year-bound", "off", "--quiet"]) == 1
    assert len(prepared) == 2
    assert [one.study.name for one in given["many"].case.outcomes] == ["two-futures", "two-futures"]
    assert given["start"] is earlier


def test_an_explanation_names_the_future_that_has_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two futures, the second alone has none: its text is told with its name."""
    futures = [tiny_case(inference_pflop=asked) for asked in (1.0, 3.0)]
    both = case_of_futures(futures, [0.5, 0.5], ["low", "high"])

    def stand_in(case: Case, *, time_limit: float) -> Any:
        assert time_limit > 0

        class Found:
            is_feasible = case is not futures[1]

            def __str__(self) -> str:
                return "too much is asked"

        return Found()

    monkeypatch.setattr(siting, "explain", stand_in)
    with pytest.raises(NoPlanError, match="in future high: too much is asked"), explained(both):
        raise NoPlanError("infeasible", "no plan")
