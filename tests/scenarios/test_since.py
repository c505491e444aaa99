"""A plan held against an earlier one: both reports say what moved, with the tables of a comparison."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest

import siting
from siting.cli.app import call
from siting.plan.records.plan_record import PlanRecord, Since
from siting.plan.side_by_side import other_cells, record_of, rows
from siting.reports.document import Bullets, Table
from siting.reports.render import compose, render
from siting.results.verifying import verify
from siting.scenarios.compare.comparison import compared
from siting.scenarios.compare.page import page
from siting.scenarios.sweep.sweep import Sweep

FREE, PRICED = (f"carbon_price_usd_per_t={price}__sites_min_count=1" for price in (0, 50))

Plan = Any


@pytest.fixture(scope="module")
def held(swept: tuple[Path, Sweep]) -> Plan:
    """The plan with a price of carbon, held against the one without."""
    _, found = swept
    earlier, now = found.plan(FREE), found.plan(PRICED)
    return dataclasses.replace(now, since=Since("free", record_of(earlier), other_cells(earlier.case, now.case)))


@pytest.fixture
def no_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts and tables do not depend on the drawings, which take most of the time."""
    monkeypatch.setattr("siting.reports.charts.svg._svg", lambda *_: "<svg></svg>")


def tables_of(plan: Plan, kind: Any = "investment", language: str = "en") -> dict[str, Table]:
    """Tables of the section on the earlier plan."""
    (section,) = [one for one in compose(plan, kind, language).sections if one.id == "since"]
    return {block.id.removeprefix("since-"): block for block in section.blocks if isinstance(block, Table)}


@pytest.mark.usefixtures("no_drawings")
@pytest.mark.parametrize("kind", ["investment", "policy"])
def test_both_reports_show_what_a_comparison_shows(kind: Any, held: Plan, swept: tuple[Path, Sweep]) -> None:
    """Row by row the tables of `siting compare` of the two folders."""
    _, found = swept
    by_compare = compared([found.folder / "cases" / FREE, found.folder / "cases" / PRICED])
    shown = tables_of(held, kind)
    assert [row[1:4] for row in shown["figures"].rows] == [
        (*values, None if None in values else pytest.approx(values[1] - values[0]))
        for _, _, _, values in by_compare.figures
    ]
    assert [row[:3] for row in shown["costs"].rows[:-1]] == [(item, *two) for _, item, _, two in by_compare.costs]
    assert shown["asked"].rows == (("policy.carbon_price_usd_per_t", "0.0", "50.0"),)
    assert "tables" not in shown  # the tables that went in are the same
    made = page(by_compare, Path())
    for row in shown["costs"].rows:
        assert str(row[0]) in made


@pytest.mark.usefixtures("no_drawings")
def test_the_sites_that_came_and_went_are_named(held: Plan) -> None:
    """Had the earlier plan stood at east, west would be new and east no longer built, its power a difference."""
    (site,) = held.open_sites
    assert site == "west"
    power = held.since.earlier.built["site"][site]
    built = {**held.since.earlier.built, "site": {"east": power, "west": 0.0}}
    earlier: PlanRecord = dataclasses.replace(held.since.earlier, open_sites=("east",), built=built)
    moved = dataclasses.replace(held, since=dataclasses.replace(held.since, earlier=earlier))
    (section,) = [one for one in compose(moved, "policy").sections if one.id == "since"]
    assert section.title == "Since the earlier plan: other sites"
    bullets = [item for block in section.blocks if isinstance(block, Bullets) for item in block.items]
    names = dict(zip(held.tables["sites"]["site_id"], held.tables["sites"]["name"], strict=True))
    assert {item.lead: item.text for item in bullets[1:]} == {"New.": names["west"], "No longer built.": names["east"]}
    assert [row[:5] for row in tables_of(moved)["moved"].rows if row[0] == "Site"] == [
        ("Site", "east", power, 0.0, -power),
        ("Site", "west", 0.0, power, power),
    ]
    assert "Sejak rencana terdahulu: lokasi lain" in render(moved, "id")["investment"]


@pytest.mark.usefixtures("no_drawings")
def test_what_is_proven_of_the_difference_is_said(held: Plan) -> None:
    """The bound of one less the cost of the other, both ways; the page of the same numbers says it of B against A."""
    (section,) = [one for one in compose(held, "investment").sections if one.id == "since"]
    (said,) = [block for block in section.blocks if isinstance(block, Bullets)]
    low, high = (part.number.value for part in said.items[0].text.parts[:2])
    earlier = held.since.earlier
    assert low == pytest.approx(held.bound_usd - earlier.objective_usd)
    assert high == pytest.approx(held.objective_usd - earlier.bound_usd)


def test_a_plan_without_an_earlier_one_has_no_such_section(held: Plan) -> None:
    alone = dataclasses.replace(held, since=None)
    assert all(section.id != "since" for section in compose(alone, "policy").sections)


@pytest.mark.slow
@pytest.mark.usefixtures("no_drawings")
def test_it_is_kept_in_the_folder_and_verified_with_it(held: Plan, tmp_path: Path) -> None:
    """Read back alike, its pages made again to the byte; pages of another earlier plan are found out."""
    folder = siting.write(held, tmp_path / "now")
    assert siting.load(folder).since == held.since
    assert verify(folder).holds
    other = dataclasses.replace(held.since.earlier, objective_usd=held.since.earlier.objective_usd * 0.5)
    forged = render(dataclasses.replace(held, since=dataclasses.replace(held.since, earlier=other)))["investment"]
    (folder / "investment.en.html").write_text(forged, "utf-8")
    assert not verify(folder).holds


def test_cells_that_differ_are_counted_by_column(held: Plan) -> None:
    """One changed cell is one cell; a table with a row more is told by its rows; nothing else differs."""
    case = held.case
    sites = case.tables["sites"].copy()
    sites.loc[0, "tariff_usd_per_mwh"] += 1.0
    racks = case.tables["racks"]
    longer = racks.loc[[*racks.index, racks.index[0]]].reset_index(drop=True)
    other = dataclasses.replace(case, tables={**case.tables, "sites": sites, "racks": longer})
    found = other_cells(case, other)
    assert found == {"sites.tariff_usd_per_mwh": 1, "racks.(rows)": 1}
    record = record_of(held)
    assert {(item, values) for _, item, _, values in rows([record, record], [found]).tables} == {
        ("sites.tariff_usd_per_mwh", (0.0, 1.0)),
        ("racks.(rows)", (0.0, 1.0)),
    }


@pytest.mark.slow
@pytest.mark.usefixtures("no_drawings")
def test_the_command_takes_a_folder_and_refuses_what_holds_no_plan(
    swept: tuple[Path, Sweep], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, found = swept
    before = found.folder / "cases" / PRICED
    words = ["run", str(study), "--year-bound", "off", "--draws", "0", "--quiet", "-o", str(tmp_path / "now")]
    assert call([*words, "--since", str(before)]) == 0
    for kind in ("investment", "policy"):
        made = (tmp_path / "now" / f"{kind}.en.html").read_text("utf-8")
        assert re.search(r"Since the earlier plan: the same sites", made)
        assert "policy.carbon_price_usd_per_t" in made
    assert call([*words, "--since", str(tmp_path / "none")]) == 2
    assert "there is no plan here" in capsys.readouterr().err
