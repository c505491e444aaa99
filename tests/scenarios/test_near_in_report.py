"""Classes of sites from nearly as good plans in the investment report, kept with the plan that they are told of."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

import siting
from siting.cli.app import call
from siting.plan.records.near_record import NearRecord, NearSite
from siting.problems import InputError
from siting.reports.document import Bullets, Table
from siting.reports.render import compose
from siting.results.near_file import near_text, read_near
from siting.results.verifying import verify
from siting.scenarios.alternatives.alternatives import alternatives
from siting.scenarios.alternatives.record import near_record
from siting.scenarios.sweep.sweep import Sweep

FREE = "carbon_price_usd_per_t=0__sites_min_count=1"

Plan = Any


@pytest.fixture(scope="module")
def plan(swept: tuple[Path, Sweep]) -> Plan:
    """All at west."""
    return swept[1].plan(FREE)


def near(**changes: Any) -> NearRecord:
    """West in both of two plans, 2 million dearer without; east in one of them, a million dearer."""
    west = NearSite("west", "open", 2, 2e6, 0.0, "")
    east = NearSite("east", "open", 1, 0.0, 1e6, "")
    return NearRecord(
        **{"within_fraction": 0.01, "best_usd": 1e8, "plans_count": 2, "is_complete": True, "sites": (east, west)}
        | changes
    )


def told(plan: Plan, record: NearRecord) -> tuple[dict[str, str], list[tuple[Any, ...]]]:
    """What the section says by first words, and its rows."""
    made = compose(dataclasses.replace(plan, near=record), "investment")
    (section,) = [one for one in made.sections if one.id == "near"]
    (bullets,) = [block for block in section.blocks if isinstance(block, Bullets)]
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    return {item.lead: str(item.text) for item in bullets.items}, list(table.rows)


@pytest.fixture
def no_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siting.reports.charts.svg._svg", lambda *_: "<svg></svg>")


@pytest.mark.usefixtures("no_drawings")
def test_the_next_in_line_and_the_price_of_leaving_out_are_told(plan: Plan) -> None:
    names = dict(zip(plan.tables["sites"]["site_id"], plan.tables["sites"]["name"], strict=True))
    said, rows = told(plan, near())
    assert said["No regret."] == "None."
    assert said["Built, and open to choice."] == names["west"]
    assert said["Next in line."] == f"{names['east']} (in a plan that costs USD 1 million more)"
    assert rows == [(names["west"], "open", 2, 2e6, None), (names["east"], "open", 1, None, 1e6)]
    sure = (NearSite("east", "out of reach", 0, 0.0, None, ""), NearSite("west", "no regret", 2, None, 0.0, ""))
    said, rows = told(plan, near(sites=sure))
    assert said["No regret."] == names["west"]
    assert "Next in line." not in said
    assert rows[1] == (names["east"], "out of reach", 0, None, None)


def test_other_reports_have_no_such_section(plan: Plan) -> None:
    assert all(one.id != "near" for one in compose(plan, "investment").sections)


def test_record_is_of_what_was_found(plan: Plan) -> None:
    """Within 60 % east alone does as well: both sites are open, and what each costs more is over the best."""
    found = alternatives(plan.case, within=0.6, count=2, gap=0.0)
    record = near_record(found)
    assert [one.site_id for one in record.sites] == ["west", "east"]
    west = record.sites[0]
    assert (west.standing, record.plans_count) == (found.standings[0].standing, len(found.plans))
    if len(found.plans) == 2:
        assert west.extra_without_usd == pytest.approx(found.plans[1].objective_usd - found.best.objective_usd)


@pytest.mark.slow
@pytest.mark.usefixtures("no_drawings")
def test_the_command_keeps_it_with_the_plan(plan: Plan, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Written once with alternatives, the report is made with them ever after, and the folder holds."""
    folder = siting.write(plan, tmp_path / "plan", ())
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "near.json").write_text(near_text(near()), "utf-8")
    assert call(["report", str(folder), "--alternatives", str(tmp_path / "near")]) == 0
    assert siting.load(folder).near == near()
    assert verify(folder).holds
    assert "Next in line." in (folder / "investment.en.html").read_text("utf-8")
    other = near(sites=(NearSite("north", "open", 1, None, None, ""),))
    (tmp_path / "near" / "near.json").write_text(near_text(other), "utf-8")
    assert call(["report", str(folder), "--alternatives", str(tmp_path / "near")]) == 2
    assert "these alternatives are about other candidates" in capsys.readouterr().err
    assert call(["report", str(folder), "--alternatives", str(tmp_path)]) == 2
    assert "no alternatives can be read here" in capsys.readouterr().err
    (tmp_path / "near" / "near.json").write_text('{"sites": 1}', "utf-8")
    with pytest.raises(InputError):
        read_near(tmp_path / "near" / "near.json")
