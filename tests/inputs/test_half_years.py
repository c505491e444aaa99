"""Half-years as a study states them: where they may lie, and which demand holds in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tiny_study import study_fields, write_study

import siting
from siting.cli import app as cli
from siting.data.prepare import prepare
from siting.problems import InputError


def stated(folder: Path, periods: list[dict[str, Any]], demand: dict[float, float], **changes: Any) -> Path:
    """A study of some periods whose inference is stated."""
    fields = study_fields()
    horizon = {"base_year": 2026, "periods": periods}
    asked = {"reference_rack": fields["demand"]["reference_rack"], "inference_mw": demand}
    asked |= {"batch_mw": dict.fromkeys(demand, 0.0), **changes}
    return write_study(folder, {**fields, "horizon": horizon, "demand": asked})


def problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        siting.load_study(path)
    return [f"{problem.field}: {problem.message}" for problem in caught.value.problems]


def test_demand_lies_between_the_years_around(tmp_path: Path) -> None:
    """100 in 2028 and 140 in 2029: 120 from mid 2028, when no value of its own is stated; 2029 has its own."""
    halves = [{"year": 2028.5, "length_yr": 0.5}, {"year": 2029, "length_yr": 2}]
    case = prepare(siting.load_study(stated(tmp_path, halves, {2028: 100, 2029: 140})))
    assert case.axes["period"] == (2028.5, 2029)
    assert case.axes["until"] == (2029, 2031)
    assert case.axes["year"] == (2028.5, 2029, 2029.5, 2030, 2030.5)
    assert case.study.demand.inference_mw[2028.5] == 120
    mean = case.values("serving.inference_mean_pflop").sum(axis=0)
    assert mean[0] / mean[1] == pytest.approx(120 / 140)


def test_a_value_of_the_half_year_goes_first(tmp_path: Path) -> None:
    halves = [{"year": 2028.5, "length_yr": 0.5}, {"year": 2029, "length_yr": 2}]
    case = prepare(siting.load_study(stated(tmp_path, halves, {2028: 100, 2028.5: 90, 2029: 140})))
    assert case.study.demand.inference_mw[2028.5] == 90


def test_growth_counts_half_years(tmp_path: Path) -> None:
    """From 2028.0 to 2028.5 half a year's growth: the root of a year's."""
    halves = [{"year": 2028, "length_yr": 0.5}, {"year": 2028.5, "length_yr": 0.5}, {"year": 2029, "length_yr": 2}]
    path = stated(tmp_path, halves, {2028: 100}, growth={"case": "mid", "from_year": 2028})
    asked = prepare(siting.load_study(path)).study.demand.inference_mw
    assert asked[2028.5] / 100 == pytest.approx((asked[2029] / 100) ** 0.5)


@pytest.mark.parametrize(
    ("periods", "says"),
    [
        ([{"year": 2031.5, "length_yr": 0.5}], "horizon.periods.0.year: the period of 2031.5 begins in the middle"),
        ([{"year": 2028, "length_yr": 4.5}], "horizon.periods.0.length_yr: the period of 2028 ends in the middle"),
        ([{"year": 2028.25, "length_yr": 1}], "horizon.periods.0.year: input should be in steps of half a year"),
        ([{"year": 2028, "length_yr": 0.75}], "horizon.periods.0.length_yr: input should be in steps of half a year"),
        (
            [{"year": 2028, "length_yr": 0.5}, {"year": 2029, "length_yr": 1}],
            "horizon.periods.1.year: no period covers the time from 2028.5 to 2029",
        ),
    ],
)
def test_where_half_years_may_not_lie(tmp_path: Path, periods: list[dict[str, Any]], says: str) -> None:
    """More than five years after the base year 2026, at quarters, or with a gap."""
    path = stated(tmp_path, periods, {period["year"]: 100 for period in periods if period["year"] % 0.5 == 0})
    assert any(problem.startswith(says) for problem in problems(path)), problems(path)


def test_a_half_year_between_unknown_years_has_no_demand(tmp_path: Path) -> None:
    path = stated(tmp_path, [{"year": 2028.5, "length_yr": 0.5}, {"year": 2029, "length_yr": 2}], {2029: 140})
    assert problems(path) == [f"demand.{kind}_mw: the period 2028.5 has no value" for kind in ("inference", "batch")]


def test_the_middle_of_a_year_is_a_field_without_quotes(tmp_path: Path) -> None:
    """YAML reads 2028.5 as a number: it is the name of a demand, whose line a problem tells."""
    halves = [{"year": 2028.5, "length_yr": 0.5}, {"year": 2029, "length_yr": 2}]
    path = stated(tmp_path, halves, {2028.5: 90, 2029: 140})
    path.write_text(path.read_text("utf-8").replace('"2028.5":', "2028.5:"), "utf-8")
    assert siting.load_study(path).demand.inference_mw[2028.5] == 90
    path.write_text(path.read_text("utf-8").replace("2028.5: 90", "2028.5: -90"), "utf-8")
    line = path.read_text("utf-8").split("2028.5: -90")[0].count("\n") + 1
    with pytest.raises(InputError) as caught:
        siting.load_study(path)
    (problem,) = caught.value.problems
    assert (problem.field, problem.line) == ("demand.inference_mw.2028.5", line)


@pytest.mark.slow
def test_a_study_of_half_years_from_end_to_end(tmp_path: Path) -> None:
    """Search, rivals, the year, draws, results and both reports: the folder holds, and the report says mid 2028."""
    halves = [{"year": 2028.5, "length_yr": 0.5}, {"year": 2029, "length_yr": 2}]
    path, out = stated(tmp_path, halves, {2028: 3, 2029: 5}), tmp_path / "out"
    assert cli.call(["run", str(path), "-o", str(out), "--year-bound", "off", "--draws", "2"]) == 0
    assert cli.call(["verify", str(out)]) == 0
    assert "mid 2028" in (out / "investment.en.html").read_text("utf-8")
    assert cli.call(["report", str(out), "--lang", "id"]) == 0
    assert "pertengahan 2028" in (out / "investment.id.html").read_text("utf-8")
