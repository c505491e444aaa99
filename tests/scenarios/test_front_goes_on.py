"""A front that was ended goes on: what is done is kept, what is left is found, and nothing is solved twice."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tiny_study import grid_series, write_study

import siting
from siting.problems import InputError
from siting.scenarios.pareto import in_turn, swept
from siting.scenarios.pareto.front import fronts_of
from siting.scenarios.pareto.measures import measures_of
from siting.scenarios.pareto.point import FrontOptions, FrontPoint
from siting.scenarios.pareto.record import FrontRecord

OPTIONS = FrontOptions(count=3, gap=0.01, replay=False, languages=())


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> siting.Study:
    """Power in the east is dearer, a quarter as dirty and twice as free of carbon."""
    series = grid_series()
    series.loc[series["grid_zone_id"] == "EAST", "carbon_average_kg_per_mwh"] = 100.0
    series.loc[series["grid_zone_id"] == "EAST", "carbon_free_fraction"] = 0.8
    return siting.load_study(write_study(tmp_path_factory.mktemp("study"), tables={"series_grid": series}))


def numbers(points: list[FrontPoint]) -> list[tuple[Any, ...]]:
    """What must be the same of a front, however often it was ended."""
    return [(one.limit, one.status, one.open_sites, one.is_dominated, one.amount) for one in points]


@pytest.mark.parametrize(
    ("name", "count", "module", "maker"),
    [pytest.param("cfe", 3, in_turn, "solve", marks=pytest.mark.slow), ("carbon", 2, swept, "held_plan")],
)
def test_what_is_done_is_kept_and_the_rest_is_found(
    name: str, count: int, module: Any, maker: str, study: siting.Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended at the second plan: the first stands in the folder; the same call makes the others alone, and then none."""
    measures, make, made = measures_of(name), getattr(module, maker), list[int]()
    options = dataclasses.replace(OPTIONS, count=count)

    def counted(*arguments: Any, **options: Any) -> Any:
        made.append(len(made))
        if made == [0, 1]:
            raise KeyboardInterrupt
        return make(*arguments, **options)

    monkeypatch.setattr(module, maker, counted)
    with pytest.raises(KeyboardInterrupt):
        fronts_of(study, measures, tmp_path, options)
    (kept,) = (tmp_path / "plans").iterdir()
    assert kept.name.endswith("-01")
    before = (kept / "run-manifest.json").read_bytes()
    points = fronts_of(study, measures, tmp_path, options)
    assert (kept / "run-manifest.json").read_bytes() == before
    first_made = len(made)
    assert numbers(fronts_of(study, measures, tmp_path, options)) == numbers(points)
    assert len(made) == first_made
    assert [one.open_sites for one in points if one.folder is not None] == [("west",), ("east",)]


def test_only_what_is_whole_and_of_the_same_question_counts(study: siting.Study, tmp_path: Path) -> None:
    """A point whose plan lacks a file is not done; nor is any of a front that was asked with another gap."""
    (measure,) = measures_of("cfe")
    fronts_of(study, [measure], tmp_path, dataclasses.replace(OPTIONS, count=2))

    def known(gap: float) -> list[int]:
        record = FrontRecord(tmp_path, study, dataclasses.replace(OPTIONS, count=2, gap=gap))
        return sorted(record.work(measure).known)

    assert known(0.01) == [1, 2]
    (tmp_path / "plans" / "cfe-01" / "plan.json").unlink()
    assert known(0.01) == [2]
    assert known(0.02) == []


def test_a_folder_of_something_else_is_left_alone(study: siting.Study, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match=re.escape("it has no front.json")):
        fronts_of(study, measures_of("cfe"), tmp_path, OPTIONS)
    shutil.rmtree(tmp_path)
