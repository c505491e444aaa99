"""A study solved many times: which cases there are, what each becomes, and that what is finished stays finished."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from markupsafe import escape
from tiny_study import write_study

import siting
from siting.optimise.solver.progress import Progress
from siting.problems import InputError
from siting.results.manifest import MANIFEST
from siting.scenarios.sweep import sweep as driver
from siting.scenarios.sweep.one_case import CASE_HASH, Failure
from siting.scenarios.sweep.sweep import Sweep, sweep
from siting.scenarios.sweep.varied import read_cases, scaled_column, variations, varied_field

PRICE = "policy.carbon_price_usd_per_t"


def names(vary: list[str]) -> list[str]:
    study = siting.load_study("us-small")
    return [one.name for one in variations(study, [varied_field(text) for text in vary])]


def test_each_choice_is_combined_with_each_of_the_others() -> None:
    """Two values of one field and three of another are six cases, the last field changing first."""
    found = names([f"{PRICE}=0,50", "policy.carbon_method=location,market,hourly"])
    assert found[:3] == [f"carbon_price_usd_per_t=0__carbon_method={name}" for name in ("location", "market", "hourly")]
    assert len(found) == 6


def test_values_are_read_as_yaml() -> None:
    """Null, a list and a mapping are one value each, commas inside of them or not."""
    one = varied_field("sites={candidates: 5},[ellis-tx, polk-ia],all")
    assert [value for ((_, value),) in one.choices] == [{"candidates": 5}, ["ellis-tx", "polk-ia"], "all"]
    assert varied_field("policy.carbon_cap_t_per_yr=null,1e5").choices[0][0][1] is None


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("policy.carbon_price=1", "did you mean 'policy.carbon_price_usd_per_t'?"),
        ("sites_min_count=1", "did you mean 'policy.sites_min_count'?"),
        ("horizon.periods.1.year=2040", "did you mean 'horizon.periods.0.year'?"),
        ("scales.sites.tarif_usd_per_mwh=1", "did you mean 'sites.tariff_usd_per_mwh'?"),
        ("scales.sites.name=2", "no such column of numbers in the tables"),
        ("tables.site=a.csv", "did you mean 'sites'?"),
    ],
)
def test_a_path_that_does_not_exist_names_the_nearest(argument: str, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        variations(siting.load_study("us-small"), [varied_field(argument)])


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("policy", "input should be path=value,value (got 'policy')"),
        (f"{PRICE}=", "no values; write them as in"),
        (f"{PRICE}=1,2,1", "1 stands twice"),
        (f"{PRICE}=[1", "this is not YAML"),
    ],
)
def test_an_argument_that_says_nothing_is_refused(argument: str, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        varied_field(argument)


def test_a_field_is_varied_once() -> None:
    with pytest.raises(InputError, match="is varied twice"):
        variations(siting.load_study("us-small"), [varied_field(f"{PRICE}=1"), varied_field(f"{PRICE}=2")])


def test_a_table_of_cases_names_them_and_leaves_what_it_does_not_say(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(f"case,{PRICE},scales.sites.tariff_usd_per_mwh\ndear,100,1.5\nas it is,,\n", "utf-8")
    first, second = variations(siting.load_study("us-small"), [read_cases(path)])
    assert (first.name, first.values()) == (
        "dear",
        {("policy", "carbon_price_usd_per_t"): 100, ("scales", "sites", "tariff_usd_per_mwh"): 1.5},
    )
    assert (second.name, second.settings) == ("as-it-is", ())


def test_a_table_of_cases_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "cases.csv"
    path.write_text(f"case,{PRICE}\na,1\na,2\nb\n", "utf-8")
    with pytest.raises(InputError, match=re.escape("cases.csv:3: case: 'a' stands twice\ncases.csv:4: 1 cells under")):
        read_cases(path)


def test_long_names_are_cut_and_stay_apart() -> None:
    """Two lists that begin with the same hundred letters have folders of their own."""
    ids = [f"site-number-{number}" for number in range(20)]
    first, second = names([f"policy.excluded_sites=[{', '.join(ids)}],[{', '.join(ids[:-1])}]"])
    assert first != second
    assert max(len(first), len(second)) <= 100


def test_a_failing_case_is_listed_and_the_rest_finish(swept: tuple[Path, Sweep]) -> None:
    _, found = swept
    statuses = dict(zip(found.summary["case"], found.summary["status"], strict=True))
    assert statuses == {
        "carbon_price_usd_per_t=0__sites_min_count=1": "optimal",
        "carbon_price_usd_per_t=0__sites_min_count=9": "infeasible",
        "carbon_price_usd_per_t=50__sites_min_count=1": "optimal",
        "carbon_price_usd_per_t=50__sites_min_count=9": "infeasible",
    }
    assert [result.failure.status for result in found.failed if result.failure] == ["infeasible"] * 2


def test_a_price_on_carbon_adds_what_it_prices(swept: tuple[Path, Sweep]) -> None:
    """The same site is best at both prices, and emits the same: the difference of costs is the shadow price's own.

    Were the price not set, or that of another case, the difference would be zero or of another size.
    """
    _, found = swept
    free, priced = (found.plan(f"carbon_price_usd_per_t={price}__sites_min_count=1") for price in (0, 50))
    assert free.open_sites == priced.open_sites == ["west"]
    assert free.kpis["carbon_location_t_per_yr"]["value"] == pytest.approx(
        priced.kpis["carbon_location_t_per_yr"]["value"]
    )
    per_yr = 50 * priced.kpis["carbon_location_t_per_yr"]["value"]
    years = sum(1.07 ** -(4 + year) for year in range(10)) / 1.07  # 2030 to 2039 at 7 %, paid at the end of each year
    assert priced.objective_usd - free.objective_usd == pytest.approx(per_yr * years, rel=0.05)


def test_each_case_begins_with_its_neighbours_plan(swept: tuple[Path, Sweep]) -> None:
    _, found = swept
    first = found.plan("carbon_price_usd_per_t=0__sites_min_count=1")
    third = found.plan("carbon_price_usd_per_t=50__sites_min_count=1")
    assert first.search.start_run_id is None
    assert third.search.start_run_id == first.provenance["run_id"]


def test_the_page_leads_to_every_report_and_says_why_a_case_has_none(swept: tuple[Path, Sweep]) -> None:
    _, found = swept
    page = (found.folder / "index.html").read_text("utf-8")
    assert 'href="cases/carbon_price_usd_per_t%3D50__sites_min_count%3D1/investment.en.html"' in page
    assert found.failed[0].failure is not None
    assert escape(found.failed[0].failure.reason) in page
    assert "<script" not in page


def test_what_is_finished_is_not_solved_again(
    swept: tuple[Path, Sweep], monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    path, found = swept
    tried = []

    def never(task: Any, *_: object) -> Failure:
        tried.append(task.folder.name)
        return Failure("infeasible", "still")

    monkeypatch.setattr(driver, "solve_case", never)
    again = sweep(path, output=found.folder, **asked)
    assert tried == [name for name in again.summary["case"] if name.endswith("=9")]  # only those without a plan
    kept = ["case", "status", "objective_usd", "bound_usd"]
    pd.testing.assert_frame_equal(again.summary[kept], found.summary[kept])


@pytest.mark.parametrize("what", ["an output cut short", "another table", "another gap", "another hash"])
def test_a_case_that_is_not_whole_or_not_the_same_is_solved_again(
    what: str, swept: tuple[Path, Sweep], asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed leaves whole results or none; a disk or a person may leave others."""
    path, found = swept
    case = found.folder / "cases" / "carbon_price_usd_per_t=0__sites_min_count=1"
    asked = dict(asked)
    restore: list[tuple[Path, bytes]] = []

    def change(name: Path, by: Callable[[str], str]) -> None:
        restore.append((name, name.read_bytes()))
        name.write_text(by(name.read_text("utf-8")), "utf-8")

    if what == "an output cut short":
        change(case / "data" / "sites.csv", lambda text: text[:-20])
    elif what == "another table":
        change(path.parent / "zones.csv", lambda text: text.replace("1000000", "1000001"))
    elif what == "another gap":
        asked["gap"] = 0.001
    else:
        change(case / MANIFEST, lambda text: text.replace(json.loads(text)[CASE_HASH], "0" * 64))
    tried: list[str] = []

    def noted(task: Any, *_: object) -> Failure:
        tried.append(task.folder.name)
        return Failure("failed", "not tried")

    monkeypatch.setattr(driver, "solve_case", noted)
    try:
        sweep(path, output=found.folder, **asked)
    finally:
        for name, content in restore:
            name.write_bytes(content)
    assert case.name in tried


def test_a_place_that_holds_something_else_is_left_alone(
    swept: tuple[Path, Sweep], asked: dict[str, Any], tmp_path: Path
) -> None:
    path, found = swept
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    for folder, told in (
        (tmp_path, "holds other things than a sweep"),
        (tmp_path / "mine.txt", "this is a file"),
        (found.folder / "cases" / "carbon_price_usd_per_t=0__sites_min_count=1", "holds the results of a run"),
    ):
        with pytest.raises(InputError, match=told):
            sweep(path, output=folder, **asked)


def test_values_that_no_case_can_have_are_refused_at_once(swept: tuple[Path, Sweep], tmp_path: Path) -> None:
    path, _ = swept
    with pytest.raises(
        InputError, match=r"^case carbon_price_usd_per_t=dear: policy\.carbon_price_usd_per_t: input should"
    ):
        sweep(path, output=tmp_path / "out", vary={PRICE: ["dear"]})


def test_ctrl_c_ends_the_sweep_and_leaves_no_half_case(tmp_path: Path, asked: dict[str, Any]) -> None:
    """A solve that hears Ctrl-C ends with a plan; were it written, it would count as finished from then on."""

    def press(moment: Progress) -> None:
        if "solve" in moment.phase:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as raised:
        sweep(write_study(tmp_path), output=tmp_path / "out", progress=press, **asked)
    assert raised.value.__notes__ == ["after 0 of 4 cases; the same command goes on from there"]
    assert list((tmp_path / "out").glob("cases/*")) == []


class Mortal:
    """Stands for a pool of processes: the first case that it gets kills it, so often."""

    deaths_left = 0

    def submit(self, work: Any, task: Any) -> Future[Failure | None]:
        future: Future[Failure | None] = Future()
        if task.folder.name == "carbon_price_usd_per_t=1" and Mortal.deaths_left:
            Mortal.deaths_left -= 1
            future.set_exception(BrokenProcessPool("killed"))
        else:
            future.set_result(Failure("infeasible", "as wanted"))
        return future


@pytest.mark.parametrize(("deaths", "status"), [(2, "infeasible"), (3, "failed")])
def test_a_case_whose_process_dies_is_tried_again_but_not_for_ever(
    deaths: int, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "_other", lambda stack, count: Mortal())
    Mortal.deaths_left = deaths
    found = sweep(write_study(tmp_path), output=tmp_path / "out", vary={PRICE: [0, 1, 2]}, workers=2)
    assert [result.failure.status for result in found.failed if result.failure] == ["infeasible", status, "infeasible"]


def test_a_scaled_column_is_the_files_times_the_factor(tmp_path: Path) -> None:
    """West pays 70 USD/MWh in the file, so 84 at 1.2 times; its case says that this is nobody's figure."""
    study = siting.load_study(write_study(tmp_path))
    (one,) = variations(study, [scaled_column("sites.tariff_usd_per_mwh=1.2")])
    from siting.study.loading import changed

    made = siting.prepare(changed(study, one.values(), "case"))
    before = siting.prepare(study)
    assert made.tables["sites"]["tariff_usd_per_mwh"].tolist() == pytest.approx([84.0, 96.0])
    assert before.tables["sites"]["tariff_usd_per_mwh"].tolist() == [70.0, 80.0]
    row = made.tables["columns"].query("table == 'sites' and column == 'tariff_usd_per_mwh'").iloc[0]
    assert row["grade"] == "assumed"
    assert row["description"].endswith("; times 1.2, as the study scales it")


@pytest.mark.parametrize(
    ("scale", "told"),
    [
        ({"racks": {"server_fan_fraction": 1000.0}}, "racks.server_fan_fraction: times 1000: input should be"),
        ({"racks": {"accelerators_count": 0.3}}, "racks.accelerators_count: times 0.3: input should be a whole"),
        ({"series_grid": {"carbon_free_fraction": 3.0}}, "series_grid.carbon_free_fraction: times 3: values should be"),
        ({"rack": {"rack_kw": 2.0}}, "no such table in the catalogue; did you mean 'racks'?"),
        ({"racks": {"rack_mw": 2.0}}, "racks has no such column of numbers; did you mean 'rack_kw'?"),
    ],
)
def test_a_scale_that_makes_no_such_value_is_refused(scale: Any, told: str, tmp_path: Path) -> None:
    study = siting.load_study(write_study(tmp_path)).model_copy(update={"scales": scale})
    with pytest.raises(InputError, match=re.escape(told)):
        siting.prepare(study)
