"""The result folder: read back without loss, and altered files are told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from rich_case import rich_case
from tiny import quick, through_a_folder, tiny_case

from siting.case.case import Field
from siting.plan.plan import Plan
from siting.plan.records.provenance import run_id
from siting.quantities import UNITS
from siting.results.folder import NotAResultError, frames, load
from siting.results.formats import csv_text
from siting.results.verifying import verify
from siting.results.writing import write


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A plan with two of everything, closed sites and missing offers among them."""
    output = np.full((2, 2, 6), 0.5)
    output[0, 1] = np.nan
    return quick(rich_case(output_fraction=output, training_cluster_pflop=1.0, clusters_needed_count=[0, 1]))


@pytest.fixture(scope="module")
def folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(plan, tmp_path_factory.mktemp("results") / "rich")


@pytest.fixture(scope="module")
def again(folder: Path) -> Plan:
    return load(folder)


def same(one: Field, other: Field) -> bool:
    return one.axes == other.axes and np.array_equal(one.values, other.values, equal_nan=True)


def test_every_table_is_the_same(plan: Plan, again: Plan) -> None:
    assert list(plan.tables) == list(again.tables)
    for name, table in plan.tables.items():
        assert_frame_equal(again.tables[name], table, check_exact=True, check_dtype=True, obj=name)


def test_every_table_is_written(plan: Plan, folder: Path) -> None:
    for name, table in plan.tables.items():
        if f"data/{name}.parquet" in frames(plan):
            assert_frame_equal(pd.read_parquet(folder / "data" / f"{name}.parquet"), table, check_exact=True)
        else:
            assert (folder / "data" / f"{name}.csv").read_text("utf-8") == csv_text(table)


def test_every_number_is_the_same(plan: Plan, again: Plan) -> None:
    assert plan.case.axes == again.case.axes
    assert plan.case.study == again.case.study
    for one, other in (
        (plan.case.fields, again.case.fields),
        (plan.solution.decisions, again.solution.decisions),
        (plan.solution.values, again.solution.values),
    ):
        assert set(one) == set(other)
        assert [name for name in one if not same(one[name], other[name])] == []
    assert_frame_equal(plan.solution.terms, again.solution.terms)


def test_calendar_is_the_same(plan: Plan, again: Plan) -> None:
    assert_frame_equal(again.case.calendar.hours, plan.case.calendar.hours)
    assert_frame_equal(again.case.calendar.day_months, plan.case.calendar.day_months, check_dtype=False)
    assert again.case.calendar.stands_for == plan.case.calendar.stands_for


def test_catalogue_rows_are_the_same(plan: Plan, again: Plan) -> None:
    assert set(plan.case.tables) == set(again.case.tables)
    for name, table in plan.case.tables.items():
        assert_frame_equal(again.case.tables[name], table, obj=name)


def test_how_it_was_found_is_the_same(plan: Plan, again: Plan) -> None:
    told, read = plan.search, again.search
    assert {name: getattr(read, name) for name in vars(read) if name != "seconds"} == {
        name: getattr(told, name) for name in vars(told) if name != "seconds"
    }
    assert dict(read.seconds) == pytest.approx(dict(told.seconds), abs=1e-3)
    assert again.cautions == plan.cautions
    assert again.warnings == plan.warnings
    assert repr(again).split("time")[0] == repr(plan).split("time")[0]


def test_plan_read_back_adds_up_and_solves_again(again: Plan) -> None:
    again.audit().raise_for_residuals()
    assert quick(again.case).objective_usd == pytest.approx(again.objective_usd, rel=1e-9)


def test_plan_read_back_is_written_the_same(again: Plan, folder: Path, tmp_path: Path) -> None:
    """All but what knows the clock."""
    twice = write(again, tmp_path / "twice")
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert files == {path.relative_to(twice) for path in twice.rglob("*") if path.is_file()}
    timed = {"plan.json", "run-manifest.json"}
    differing = {
        path.as_posix() for path in files if (folder / path).read_bytes() != (twice / path).read_bytes()
    } - timed
    assert differing == set()


def test_untouched_folder_is_what_it_says(folder: Path) -> None:
    found = verify(folder)
    assert found.failures == ()
    assert found.remarks == ()
    assert found.holds


@pytest.fixture(scope="module")
def bare(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same without reports; never to be changed."""
    return write(plan, tmp_path_factory.mktemp("results") / "bare", languages=())


@pytest.fixture
def copy(bare: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(bare, tmp_path / "copy"))


@pytest.fixture
def read_before(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of a folder is at hand, where nothing that it is read from is touched: `verify` looks at the rest."""
    monkeypatch.setattr("siting.results.verifying.loaded", lambda _folder, _manifest: plan)


@pytest.mark.parametrize("table", ["sites", "cost", "kpis", "halls", "assignment", "cash_flow", "monthly"])
@pytest.mark.usefixtures("read_before")
def test_changed_table_is_told(copy: Path, table: str) -> None:
    """One digit changed in a CSV: it is no longer what was written, nor what the decisions give."""
    path = copy / "data" / f"{table}.csv"
    text = path.read_text("utf-8")
    digit = max(i for i, character in enumerate(text) if character.isdigit())
    path.write_text(text[:digit] + str((int(text[digit]) + 1) % 10) + text[digit + 1 :], "utf-8", newline="\n")
    told = verify(copy).failures
    assert f"data/{table}.csv: changed since it was written" in told
    line = text[:digit].count("\n") + 1
    assert f"data/{table}.csv: differs from what the decisions give, first in line {line}" in told


def test_changed_table_is_told_though_the_manifest_was_changed_too(copy: Path) -> None:
    """Whoever changes the table and its hash still has the decisions against them."""
    import hashlib

    path, manifest = copy / "data" / "cost.csv", copy / "run-manifest.json"
    path.write_text(path.read_text("utf-8").replace("halls", "walls"), "utf-8", newline="\n")
    told = json.loads(manifest.read_text("utf-8"))
    told["outputs"]["data/cost.csv"] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(told), "utf-8")
    told = verify(copy).failures
    assert told[0].startswith("data/cost.csv: differs from what the decisions give, first in line ")
    assert told[1:] == ("data/datapackage.json: differs from the tables",)


@pytest.mark.usefixtures("read_before")
def test_missing_file_is_told(copy: Path) -> None:
    (copy / "data" / "sites.geojson").unlink()
    assert verify(copy).failures == (
        "data/sites.geojson: missing",
        "data/datapackage.json: differs from the tables",
    )


@pytest.mark.parametrize("name", ["decisions/site-period.parquet", "case/fields/site.parquet"])
def test_changed_number_is_told(copy: Path, name: str) -> None:
    path = copy / name
    table = pd.read_parquet(path)
    number = next(column for column in table if column not in ("site_id", "period") and table[column].max() > 0)
    table[number] = table[number] * 1.01
    table.to_parquet(path)
    assert f"{name}: changed since it was written" in verify(copy).failures


@pytest.mark.parametrize("name", ["decisions/site-period.parquet", "ledgers/terms.csv", "case/study.json"])
def test_broken_file_is_no_result(copy: Path, name: str) -> None:
    (copy / name).write_text("{", "utf-8")
    with pytest.raises(NotAResultError, match="the plan cannot be read"):
        load(copy)


def test_missing_part_is_no_result(copy: Path) -> None:
    (copy / "case" / "axes.json").unlink()
    with pytest.raises(NotAResultError, match="the plan cannot be read"):
        load(copy)


def test_number_that_another_version_did_not_write_is_told(copy: Path) -> None:
    """Not where the tables are asked for, with a traceback."""
    for file in (copy / "case" / "fields").iterdir():
        numbers = pd.read_parquet(file)
        if "cooling.pue" in numbers:
            numbers.drop(columns="cooling.pue").to_parquet(file)
    with pytest.raises(NotAResultError, match=r"the plan cannot be read: KeyError: 'cooling\.pue'"):
        load(copy)


def test_empty_folder_is_no_result(tmp_path: Path) -> None:
    with pytest.raises(NotAResultError, match=r"there is no plan here \(run-manifest.json is missing\)"):
        load(tmp_path)


def test_folder_of_something_else_is_left_alone(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("photos", "utf-8")
    with pytest.raises(ValueError, match="holds other things than results"):
        write(plan, tmp_path, languages=())
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.txt"]


@pytest.mark.slow
def test_same_numbers_make_the_same_run(plan: Plan) -> None:
    def run(of: Plan) -> str:
        return run_id(of.case, of.solution)

    assert run(quick(plan.case)) == run(plan)
    assert run(quick(rich_case(seed=1))) != run(plan)
    assert set(plan.tables["kpis"]["run_id"]) == {plan.provenance["run_id"]} == {run(plan)}


def test_units_of_assumptions_are_printed_as_everywhere(plan: Plan) -> None:
    """A parameter's unit is stated by its suffix: 1 connection_life_yr is a year, and no fraction has a unit."""
    labels = {unit.label for unit in UNITS.values()}
    assert set(plan.tables["assumptions"]["unit"]) <= labels


def test_words_that_a_spreadsheet_would_run_are_defused() -> None:
    table = pd.DataFrame({"name": ["=1+1", "+x", "-y", "@z", "\tq", "plain", "5-6"], "value": [-1.5] * 7})
    lines = csv_text(table).splitlines()
    assert [line.split(",")[0].strip('"') for line in lines[1:]] == [
        "'=1+1",
        "'+x",
        "'-y",
        "'@z",
        "'\tq",
        "plain",
        "5-6",
    ]
    assert all(line.endswith(",-1.5") for line in lines[1:])


def test_numbers_keep_all_digits() -> None:
    value = 0.1 + 0.2
    assert float(csv_text(pd.DataFrame({"x_mw": [value]})).splitlines()[1]) == value


def test_plan_that_costs_nothing_is_written(tmp_path: Path) -> None:
    """A case without any cost is no use, but no error either."""
    free = quick(tiny_case())
    assert free.objective_usd == 0
    assert load(write(free, tmp_path / "free", languages=())).objective_usd == 0


def test_manifest_says_how_to_make_the_run_again(tmp_path: Path) -> None:
    """All that was asked of the search, also of one read back."""
    gaps = {"gap": 0.02, "gap_site_dependent": 0.05}
    plan = quick(tiny_case(rack_usd=1.0), **gaps, time_limit=60.0, method="whole", threads=1)
    for told in (plan.provenance, through_a_folder(plan, tmp_path).provenance):
        assert told["options"] == {
            "gap_fraction": 0.02,
            "gap_site_dependent_fraction": 0.05,
            "time_limit_seconds": 60.0,
            "method": "whole",
            "threads": 1,
            "year_bound": False,
            "draws_count": 0,
            "start_run_id": None,
        }
        assert told["reproduce"] == (
            "siting run tiny --gap 0.02 --gap-site-dependent 0.05 --time-limit 60 --method whole --threads 1 "
            "--year-bound off --draws 0"
        )


def test_every_column_of_every_table_is_described(tmp_path: Path) -> None:
    """Also of the hourly table, and by all rows: the first of `period` in the cash flow is empty."""
    folder = write(quick(tiny_case(rack_usd=1.0)), tmp_path / "out", languages=())
    resources = {r["path"]: r for r in json.loads((folder / "data" / "datapackage.json").read_text())["resources"]}
    assert set(resources) == {path.name for path in (folder / "data").iterdir()} - {"datapackage.json"}
    fields = {name: {f["name"]: f for f in r["schema"]["fields"]} for name, r in resources.items() if "schema" in r}
    assert set(resources) - set(fields) == {"sites.geojson"}
    for of_table in fields.values():
        for field in of_table.values():
            assert field["title"]
            assert field["description"]
    assert fields["cash_flow.csv"]["period"]["type"] == "number"
    assert fields["hourly.parquet"]["draw_mw"] | {"description": ""} == {
        "name": "draw_mw", "title": "draw [MW]", "type": "number", "unit": "MW", "description": ""
    }  # fmt: skip
    assert fields["hourly.parquet"]["time_utc"]["type"] == "datetime"


def test_columns_of_numbers_and_accounts_carry_their_unit(copy: Path) -> None:
    """Also where a component stands in the name."""
    from pyarrow import parquet

    for name, column, unit in (
        ("case/fields/rack.parquet", "racks.rack_usd", b"USD"),
        ("case/fields/scalar.parquet", "storage.power_usd_per_mw", b"USD/MW"),
        ("ledgers/site-period.parquet", "cost_usd_per_yr/halls.capital", b"USD/yr"),
        ("decisions/site-period.parquet", "connection_mw", b"MW"),
    ):
        assert parquet.read_schema(copy / name).field(column).metadata[b"unit"] == unit
