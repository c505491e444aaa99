"""A study that takes the first candidates by rank, in its file or on the command line."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import siting
from siting.cli import app as cli
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.choice.selection import choose_rows
from siting.problems import InputError
from siting.study.loading import examine
from siting.study.study import Study

TEXT = """\
schema_version: 1
name: first
sites: SITES
horizon: {base_year: 2026, periods: [{year: 2030, length_yr: 15}]}
demand:
  reference_rack: hgx-h100-air
  inference_mw: {2030: 10}
  batch_mw: {2030: 80}
  latency_limit_ms: 200
"""


def first(count: int, **tables: str) -> Study:
    study = siting.load_study("us")
    demand = study.demand.model_copy(update={"latency_limit_ms": 200.0, "workloads": ()})
    asked = {"sites": {"candidates": count}, "demand": demand, "tables": tables, "edge": {}}
    return study.model_copy(update=asked)


def test_the_first_candidates_are_those_of_the_lowest_ranks() -> None:
    """Five of the table, whatever its order; eight more counties are there for another study and have later ranks."""
    sites = choose_rows(first(5)).tables["sites"]
    assert sorted(sites["candidate_rank"]) == [1, 2, 3, 4, 5]
    assert sites["site_id"].is_monotonic_increasing  # as in the table


def test_more_than_there_are_is_a_problem_and_not_fewer_sites() -> None:
    known = pd.read_csv(catalog_path("sites"))["candidate_rank"]
    most = int(known.sort_values().reset_index(drop=True).pipe(lambda rank: (rank == rank.index + 1).sum()))
    assert most >= 400
    assert len(choose_rows(first(most)).tables["sites"]) == most
    with pytest.raises(InputError, match="candidates by rank, not 3000"):
        choose_rows(first(3000))


def test_a_table_of_ones_own_needs_ranks_only_where_they_are_asked_for(tmp_path: Path) -> None:
    """Nor does it need what line and network carry: then a connection has one price at every size."""
    own = tmp_path / "sites.csv"
    table = pd.read_csv(catalog_path("sites"), dtype=str)
    steps = ["line_mw", "network_mw", "further_line_usd_per_mw", "reinforcement_usd_per_mw"]
    table.drop(columns=["candidate_rank", *steps]).head(2).to_csv(own, index=False)
    with pytest.raises(InputError, match=r"sites.candidates: the table sites has no column candidate_rank"):
        choose_rows(first(1, sites=str(own)))
    study = first(1, sites=str(own)).model_copy(update={"sites": "all", "zones": ("chicago",)})
    case = siting.prepare(study)
    for name in ("further_line_most_mw", "reinforced_most_mw", "further_line_usd_per_mw", "reinforcement_usd_per_mw"):
        assert case.values(f"connection.{name}").tolist() == [0, 0]


@pytest.mark.parametrize(
    ("sites", "told"),
    [
        ("{candidates: 0}", "study.yaml:3: sites.candidates: input should be"),
        ("{candidates: many}", "study.yaml:3: sites.candidates: input should be"),
        ("{candidate: 5}", "study.yaml:3: sites.candidate: no such field"),
        ("some", "study.yaml:3: sites: input should be 'all' or a list of ids (got 'some')"),
    ],
)
def test_a_slip_is_told_with_its_line(sites: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("study.yaml").write_text(TEXT.replace("SITES", sites), encoding="utf-8")
    _, problems = examine("study.yaml")
    assert any(str(problem).startswith(told) for problem in problems), list(map(str, problems))


def test_the_command_line_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["show", "us-400", "--table", "sites", "--candidates", "48"]) == 0
    lines = capsys.readouterr().out.splitlines()
    ranks = {int(line.split()[1]) for line in lines if ".candidate_rank" in line and "edge-" not in line}
    assert ranks == set(range(1, 49))
    assert cli.call(["check", "us", "--candidates", "0"]) == 2
    assert capsys.readouterr().err == "--candidates: input should be at least 1 (got 0)\n"
