"""`verify` trusts nothing that lies beside what it verifies, and `report` blesses nothing that was edited.

Whoever edits a file may edit its hash, too: most of these tests hash the folder anew, so that only what the file comes
from can tell.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny import quick, tiny_case

import siting
from siting.plan.plan import Plan
from siting.problems import InputError
from siting.results.manifest import MANIFEST
from siting.results.rivals_check import faults_of_rivals
from siting.results.verifying import verify
from siting.results.writing import write

Said = Callable[..., tuple[int, str]]


def hashed_anew(folder: Path) -> None:
    """What a careful forger does."""
    told = json.loads((folder / MANIFEST).read_text())
    for name in told["outputs"]:
        if (folder / name).is_file():
            told["outputs"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    told["inputs"] = {name: digest for name, digest in told["outputs"].items() if name.startswith("case/")}
    (folder / MANIFEST).write_text(json.dumps(told))


def edited(folder: Path, name: str, edit: Callable[[Any], Any]) -> None:
    """Edit a file as what it is, and hash the folder anew."""
    path = folder / name
    if path.suffix == ".json":
        content = json.loads(path.read_text())
        path.write_text(json.dumps(edit(content) or content, indent=2, ensure_ascii=False) + "\n")
    elif path.suffix == ".parquet":
        table = pd.read_parquet(path)
        edited_table = edit(table)
        (table if edited_table is None else edited_table).to_parquet(path)
    else:
        path.write_text(edit(path.read_text()))
    hashed_anew(folder)


def setting(*path: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def edit(content: dict[str, Any]) -> None:
        for key in path[:-1]:
            content = content[key]
        assert content[path[-1]] != to
        content[path[-1]] = to

    return edit


def scaled(column: str, by: float = 1.01) -> Callable[[pd.DataFrame], None]:
    def edit(table: pd.DataFrame) -> None:
        assert table[column].abs().max() > 0
        table[column] = table[column] * by

    return edit


def replaced(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return edit


FORGED: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "a key figure": ("plan.json", setting("kpis", "pue", "value", to=1.01), "plan.json"),
    "the gap": ("plan.json", setting("gap_fraction", to=-1.0), "plan.json"),
    "the bound": ("plan.json", setting("bound_usd", to=1.0), "plan.json"),
    "the cost": ("plan.json", setting("objective_usd", to=1.0), "plan.json"),
    "the open sites": ("plan.json", setting("open_sites", to=["east", "west"]), "plan.json"),
    "the audit": ("plan.json", setting("audit", "power", to=0.5), "plan.json"),
    "the replay in short": ("plan.json", setting("replay", "unserved_fraction", to=0.5), "plan.json"),
    "the warnings": ("plan.json", setting("warnings", to=["all is well"]), "plan.json"),
    "the status": ("plan.json", setting("status", to="feasible"), "plan.json"),
    "a bound above the cost": ("ledgers/search.json", setting("search", "bound_usd", to=1e12), "ledgers/search.json"),
    "a status that the gap is not of": (
        "ledgers/search.json", setting("search", "status", to="feasible"), "ledgers/search.json"
    ),
    "what is unavoidable": ("ledgers/search.json", setting("search", "unavoidable_usd", to=1.0), "ledgers/search.json"),
    "the record of cost": ("ledgers/search.json", setting("search", "objective_usd", to=1.0), "do not add up"),
    "a caution": (
        "ledgers/search.json",
        setting("cautions", to=[{"id": "replay_unserved", "values": {"unserved_fraction": 0.5}}]),
        "its cautions are not what the year shows",
    ),
    "the year in short": ("data/replay.csv", replaced("pue", "pua"), "data/replay.csv"),
    "the year's hours": ("data/replay_hourly.parquet", scaled("draw_mw"), "data/replay_hourly.parquet"),
    "the schedule": ("data/schedule.parquet", scaled("price_usd_per_mwh"), "data/schedule.parquet"),
    "the signal": ("data/signal.json", setting("forecast_basis", to="a forecast"), "data/signal.json"),
    "the year's dispatch": ("year/decisions/site-period-hour.parquet", scaled("draw_mw"), "year: its dispatch"),
    "the year's prices": ("year/case/fields/site-hour.parquet", scaled("grid.price_usd_per_mwh"), "data/replay_hourly"),
    "the year's design": (
        "year/decisions/site-period.parquet", scaled("connection_mw", 2.0), "connection_mw differs from the plan's"
    ),
    "the year's costs": ("year/case/fields/site.parquet", scaled("cooling.water_usd_per_m3"), "water_usd_per_m3 differs"),
    "other weather": ("data/climate.csv", replaced("warmer", "cooler"), "data/climate.csv"),
    "hours of the days": ("data/hourly.parquet", scaled("it_mw"), "data/hourly.parquet"),
    "a cost": ("data/cost.csv", replaced("racks", "halls"), "data/cost.csv"),
    "the audit's table": ("data/audit.csv", replaced("power", "tower"), "data/audit.csv"),
    "the map": ("data/sites.geojson", replaced("-94", "-95"), "data/sites.geojson"),
    "the data package": ("data/datapackage.json", setting("title", to="Another"), "data/datapackage.json"),
    "a decision": ("decisions/site-period.parquet", scaled("connection_mw"), "do not add up"),
    "a number that went in": ("case/fields/site.parquet", scaled("placement.capital_ratio"), "do not add up"),
    "a term of an account": ("ledgers/site-period.parquet", scaled("cost_usd_per_yr/halls.capital"), "do not add up"),
    "the study": ("case/study.json", setting("title", to="Another question"), "run-manifest.json"),
    "the run's options": (MANIFEST, setting("options", "gap_fraction", to=0.5), "options is not what the plan gives"),
    "the run's name": (MANIFEST, setting("run_id", to="0"), "run_id is not what the plan gives"),
    "the manifest's study": (MANIFEST, setting("study", "title", to="Another"), "study is not what the plan gives"),
}  # fmt: skip


READ = ("case/", "decisions/", "ledgers/", "year/", MANIFEST)
"""What a plan is read from; all else follows from it, and is not read."""


@pytest.mark.parametrize("what", FORGED)
def test_forgery_is_told(what: str, bare: Path, request: pytest.FixtureRequest) -> None:
    name, edit, told = FORGED[what]
    if not name.startswith(READ):
        request.getfixturevalue("read_before")
    edited(bare, name, edit)
    found = verify(bare)
    assert not found.holds
    assert any(told in failure for failure in found.failures)


@pytest.mark.slow
def test_forged_report_is_told(copy: Path, said: Said) -> None:
    edited(copy, "investment.en.html", replaced("</title>", " </title>"))
    code, complaint = said("verify", copy)
    assert code == 1
    assert (
        complaint == f"{copy}: investment.en.html: differs from what the plan gives\n{copy}: the plan does not hold\n"
    )


@pytest.mark.parametrize("what", ["a key figure", "the year in short", "a decision", "the study", "the run's name"])
def test_report_does_not_bless_what_was_edited(what: str, bare: Path, said: Said) -> None:
    """It hashed what it found once, and `verify` believed it."""
    name, edit, _ = FORGED[what]
    edited(bare, name, edit)
    before = {path: path.read_bytes() for path in bare.rglob("*") if path.is_file()}
    code, complaint = said("report", bare)
    assert code == 1
    assert complaint.endswith("the plan does not hold, so no report is written of it\n")
    assert {path: path.read_bytes() for path in bare.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_edit_without_its_hash_is_told(bare: Path, said: Said) -> None:
    (bare / "data" / "replay.csv").write_text("kpi_id\n")
    assert "data/replay.csv: changed since it was written" in said("verify", bare)[1]
    assert said("report", bare)[0] == 1


@pytest.mark.slow
def test_report_mends_only_reports(copy: Path, said: Said) -> None:
    """An edited page is written again; its hash is of what was written."""
    (copy / "policy.en.html").write_text("edited")
    before = json.loads((copy / MANIFEST).read_text())["outputs"]
    assert said("report", copy) == (0, "")
    assert said("verify", copy) == (0, "")
    assert json.loads((copy / MANIFEST).read_text())["outputs"] == before


RIVALS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "of no site": lambda table: table.iloc[:0],
    "of a site that is built": lambda table: table.replace({"site_id": {"east": "west", "west": "east"}}),
    "cheaper than proven": lambda table: table.assign(extra_cost_usd=-1e9),
    "a proof of its own": lambda table: table.assign(extra_cost_at_least_usd=1e12, extra_cost_usd=2e12),
    "lowering the bound": lambda table: table.assign(bound_rise_usd=-1e9),
    "ruled out by nothing": lambda table: table.assign(limit="land"),
    "on another basis": lambda table: table.assign(basis="unknown"),
    "found and yet ruled out": lambda table: table.assign(
        limit="limits_together", basis="excluded", extra_cost_at_least_usd=float("nan"), bound_rise_usd=float("nan")
    ),
    "cheaper than any plan can be": lambda table: table.assign(
        extra_cost_usd=-2e9, extra_cost_at_least_usd=table["extra_cost_at_least_usd"] - 3e9
    ),
    "without an end": lambda table: table.assign(
        extra_cost_usd=float("nan"),
        extra_cost_at_least_usd=float("inf"),
        bound_rise_usd=float("inf"),
        basis="bounded",
        status="",
    ),
    "tried in a way of its own": lambda table: table.assign(
        basis="bounded", status="never", extra_cost_usd=float("nan")
    ),
    "in another form": lambda table: table.drop(columns="status"),
}


@pytest.mark.parametrize("what", RIVALS)
def test_rivals_that_cannot_be_are_told(what: str, plan: Plan) -> None:
    """The search found them, so no solver here can find them again; but they must go together."""
    assert list(faults_of_rivals(plan)) == []
    forged = dataclasses.replace(plan, rivals=RIVALS[what](plan.rivals))
    assert next(faults_of_rivals(forged), None) is not None


@pytest.mark.parametrize("policy", [{}, {"excluded_sites": ["c"]}], ids=["by proof", "without proof last"])
def test_order_of_rivals_is_told(policy: dict[str, Any], tmp_path: Path) -> None:
    """Three sites of which one is built: two rivals, the least proven first, and last what no proof is of."""
    folder = write(
        quick(tiny_case(sites=("a", "b", "c"), fixed_site_usd=[1.0, 2.0, 3.0], policy=policy), rivals=True),
        tmp_path / "out",
        languages=(),
    )
    assert verify(folder).failures == ()
    assert len(pd.read_parquet(folder / "ledgers" / "rivals.parquet")) == 2
    edited(folder, "ledgers/rivals.parquet", lambda table: table.iloc[::-1].reset_index(drop=True))
    assert verify(folder).failures[0] == ("ledgers/rivals.parquet: its rows are not in the order of the proof")


ODD: dict[str, tuple[Callable[[str], str | None], str]] = {
    "missing": (lambda _: None, "missing, so nothing says which files are results"),
    "empty": (lambda _: "", "is empty"),
    "cut": (lambda text: text[: len(text) // 2], "is not whole"),
    "a list": (lambda _: "[]", "is not a manifest"),
    "of another tool": (lambda _: '{"tool": {"name": "x"}, "outputs": {"a": "b"}}', "is not a manifest of siting"),
    "without files": (lambda text: json.dumps(json.loads(text) | {"outputs": {}}), "lists no files"),
    "with files as a list": (lambda text: json.dumps(json.loads(text) | {"outputs": ["a"]}), "lists no files"),
    "listing outwards": (
        lambda text: json.dumps(json.loads(text) | {"outputs": {"../a": "0" * 64}}), "is no file of a result"
    ),
    "without hashes": (lambda text: json.dumps(json.loads(text) | {"outputs": {"plan.json": 1}}), "has no sha256"),
    "of no number": (lambda text: json.dumps(json.loads(text) | {"schema_version": "two"}), "no whole number"),
    "no text": (lambda text: text[:-2] + "\ud800" + text[-2:], "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("command", ["verify", "report"])
def test_odd_manifest_is_a_failure_with_its_reason(command: str, what: str, bare: Path, said: Said) -> None:
    change, told = ODD[what]
    text = change((bare / MANIFEST).read_text())
    if text is None:
        (bare / MANIFEST).unlink()
    else:
        (bare / MANIFEST).write_bytes(text.encode("utf-8", "surrogatepass"))
    code, complaint = said(command, bare)
    assert code == 1
    assert told in complaint


@pytest.mark.parametrize("name", ["data/cost.csv", "plan.json", "data/hourly.parquet", "data/datapackage.json"])
@pytest.mark.parametrize("there", [True, False], ids=["with its file", "and its file"])
@pytest.mark.usefixtures("read_before")
def test_entry_less_is_a_failure(name: str, there: bool, bare: Path, said: Said) -> None:
    told = json.loads((bare / MANIFEST).read_text())
    del told["outputs"][name]
    (bare / MANIFEST).write_text(json.dumps(told))
    if not there:
        (bare / name).unlink()
    code, complaint = said("verify", bare)
    assert code == 1
    assert f"{name} is not listed" in complaint


@pytest.mark.parametrize(
    "name", ["decisions/site-period.parquet", "case/fields/site.parquet", "ledgers/site-period.parquet",
             "year/decisions/site-period-hour.parquet", "case/tables/sites.parquet"]
)  # fmt: skip
def test_entry_of_what_the_plan_consists_of_less_is_a_failure(name: str, bare: Path, said: Said) -> None:
    """What is not listed is not read, so the plan lacks it."""
    told = json.loads((bare / MANIFEST).read_text())
    for part in ("outputs", "inputs"):
        told[part].pop(name, None)
    (bare / MANIFEST).write_text(json.dumps(told))
    assert said("verify", bare)[0] == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [("data/raw.csv", 1), ("case/notes.txt", 1), ("case/fields/more.parquet", 1), ("data/deep/er.txt", 1),
     ("notes.txt", 0), ("figures/map.png", 0), ("decisions/more.parquet", 0), (".hidden", 0)],
)  # fmt: skip
def test_file_that_is_not_listed_is_named(
    name: str, code: int, bare: Path, said: Said, request: pytest.FixtureRequest
) -> None:
    """It fails where it could be taken for a result, and is never read."""
    if not name.startswith(READ):
        request.getfixturevalue("read_before")
    (bare / name).parent.mkdir(exist_ok=True)
    (bare / name).write_text("mine")
    found, complaint = said("verify", bare)
    assert found == code
    assert name in complaint


def test_folder_of_an_earlier_form_is_known_and_refused(bare: Path, said: Said) -> None:
    """Its manifest had no `schema_version`; it is not said to differ, but which version reads it."""
    told = json.loads((bare / MANIFEST).read_text())
    del told["schema_version"]
    told["tool"]["version"] = "0.1.0"
    (bare / MANIFEST).write_text(json.dumps(told))
    form = (
        "this result has form 1 (schema_version), and this version of siting reads form 2; siting 0.1.0, which wrote it"
    )
    for command in ("verify", "report"):
        code, complaint = said(command, bare)
        assert code == 1
        assert form in complaint
        assert "differs" not in complaint
        assert "changed" not in complaint
    code, complaint = said("run", "us-small", "-o", bare.parent / "new", "--start", bare, "--quiet")
    assert code == 2
    assert form in complaint


def test_folder_of_a_later_form_is_refused(bare: Path) -> None:
    edited(bare, MANIFEST, setting("schema_version", to=9))
    assert any("this result has form 9" in failure for failure in verify(bare).failures)


@pytest.mark.parametrize("version", [0, 2, 17])
def test_study_of_another_form_is_refused_with_the_version_that_reads_it(version: int, tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(f"schema_version: {version}\nextends: us-small\nname: other\n")
    with pytest.raises(InputError) as caught:
        siting.load_study(path)
    assert f"{path}:1: schema_version: " in str(caught.value)
    assert f"this is siting {siting.__version__}, which reads studies of form 1" in str(caught.value)


def test_nothing_there_is_no_result(tmp_path: Path, said: Said) -> None:
    """A slip of the keyboard, not a plan that does not hold."""
    for command in ("verify", "report"):
        code, complaint = said(command, tmp_path / "nowhere")
        assert code == 2
        assert "there is no plan here" in complaint
