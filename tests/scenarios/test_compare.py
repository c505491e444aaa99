"""Plans side by side: differences, what moved, and what was asked otherwise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from siting.cli.app import call
from siting.problems import InputError
from siting.scenarios.compare.comparison import Compared, compared, named, table_of
from siting.scenarios.compare.page import page
from siting.scenarios.sweep.sweep import Sweep, sweep

FREE, PRICED = (f"carbon_price_usd_per_t={price}__sites_min_count=1" for price in (0, 50))


@pytest.fixture(scope="module")
def three(swept: tuple[Path, Sweep], asked: dict[str, Any]) -> tuple[list[Path], Compared]:
    """West at two prices of carbon, and east with power 10 % dearer."""
    study, found = swept
    asked |= {"vary": {"policy.excluded_sites": [["west"]]}, "scale": {"sites.tariff_usd_per_mwh": [1.1]}}
    other = sweep(study, output=found.folder.parent / "other", **asked)
    folders = [found.folder / "cases" / FREE, found.folder / "cases" / PRICED, other.results[0].folder]
    return folders, compared(folders)


def test_costs_by_ledger_sum_to_the_difference_of_the_plans(three: tuple[list[Path], Compared]) -> None:
    """The price of carbon is the one term that two plans of one design differ by."""
    _, found = three
    free, priced, _ = found.plans.values()
    differing = [(item, values[1] - values[0]) for _, item, _, values in found.costs if abs(values[1] - values[0]) > 1]
    assert [item for item, _ in differing] == ["carbon_price.shadow"]
    assert sum(value for _, value in differing) == pytest.approx(priced.objective_usd - free.objective_usd)


def test_what_moved_is_in_the_table(three: tuple[list[Path], Compared]) -> None:
    """All power is at west in the first two plans and at east in the third."""
    _, found = three
    sites = {item: values for kind, item, _, values in found.built if kind == "site"}
    assert sites["west"][0] == sites["west"][1] > 0 == sites["west"][2]
    assert sites["east"][:2] == (0.0, 0.0)
    assert sites["east"][2] > 0


def test_what_was_asked_otherwise_is_named(three: tuple[list[Path], Compared]) -> None:
    _, found = three
    assert {item: values for _, item, _, values in found.asked} == {
        "policy.carbon_price_usd_per_t": ("0.0", "50.0", "0.0"),
        "policy.excluded_sites": ("[]", "[]", "['west']"),
        "scales.sites.tariff_usd_per_mwh": ("", "", "1.1"),
    }
    assert {item: values for _, item, _, values in found.tables} == {
        "sites.tariff_usd_per_mwh": (0.0, 0.0, 2.0),
        "columns.description": (0.0, 0.0, 1.0),
        "columns.grade": (0.0, 0.0, 1.0),
    }


def test_the_proven_difference_holds_the_one_found(three: tuple[list[Path], Compared]) -> None:
    """At a gap of nothing its ends are the difference itself, but for rounding."""
    _, found = three
    free, priced, _ = found.plans.values()
    low, high = found.cost_range_usd(PRICED)
    assert low <= priced.objective_usd - free.objective_usd <= high
    assert high - low == pytest.approx(free.objective_usd - free.bound_usd + priced.objective_usd - priced.bound_usd)


def test_the_table_has_a_row_an_item_and_plan(three: tuple[list[Path], Compared]) -> None:
    _, found = three
    table = table_of(found)
    sites = table[(table["kind"] == "site") & (table["item"] == "east")]
    assert sites["difference"].tolist() == [0.0, 0.0, sites["value"].iloc[2]]
    assert set(table["plan"]) == set(found.plans)


def test_the_page_shows_every_part_without_a_script(three: tuple[list[Path], Compared], tmp_path: Path) -> None:
    _, found = three
    made = page(found, tmp_path)
    for said in ("What they cost", "Key figures", "What moved: power changes at 2 sites", "Cost by ledger", "Where"):
        assert said in made
    assert made.count('<figure id="figure-map-') == 3
    assert "<script" not in made


def test_the_command_writes_its_page_and_table_and_nothing_over_others(
    three: tuple[list[Path], Compared], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders, _ = three
    words = ["compare", *map(str, folders[:2])]
    assert call([*words, "-o", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["comparison.csv", "index.html"]
    assert call([*words, "-o", str(folders[0])]) == 2
    assert "this folder holds the results of a run" in capsys.readouterr().err
    assert call([*words[:2], "-o", str(tmp_path / "one")]) == 2
    assert call([*words, str(tmp_path / "none"), "-o", str(tmp_path / "two")]) == 2
    assert "there is no plan here" in capsys.readouterr().err


def test_one_folder_is_not_compared_with_itself(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=re.escape("is named twice")):
        named([tmp_path, tmp_path / ".." / tmp_path.name])
