"""Classes of large load go with a plan as facts: by county, else by state, and never twice."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tiny_study import GRADED, own_tables, study_fields, write_study

import siting
from siting.case.case import Case
from siting.plan.tables.large_loads import large_loads_table
from siting.problems import InputError

CLASS = {
    "state": "IA", "utility": "U", "title": "T", "min_size_mw": 50, "min_take_fraction": 0.8, "min_take_of": "demand",
    "term_yr": 12, "ramp_yr": "", "exit_terms": "", "other_terms": "", "status": "in force", "decided": "2025-01",
    "trust": "high", **GRADED,
}  # fmt: skip


def prepared(folder: Path, named: list[str], *classes: dict[str, object]) -> Case:
    sites = own_tables()["sites"].assign(large_load_class_ids=named, state="IA")
    tables = {"sites": sites, "large_loads": pd.DataFrame([{**CLASS, **one} for one in classes])}
    return siting.prepare(siting.load_study(write_study(folder, study_fields(), tables)))


def test_a_class_holds_by_county_where_named_and_by_state_where_no_county_is_known(tmp_path: Path) -> None:
    """Both sites lie in Iowa; west alone names `ours`, `somewhere` may hold at both; `theirs` is of another state."""
    case = prepared(
        tmp_path,
        ["ours", ""],
        {"class_id": "ours", "is_by_county": 1},
        {"class_id": "unnamed", "is_by_county": 1},
        {"class_id": "somewhere", "is_by_county": 0},
        {"class_id": "theirs", "is_by_county": 0, "state": "NY"},
    )
    found = large_loads_table(case)
    assert set(found[["site_id", "class_id", "holds_in"]].itertuples(index=False, name=None)) == {
        ("west", "ours", "county"), ("west", "somewhere", "state"), ("east", "somewhere", "state"),
    }  # fmt: skip
    assert set(case.tables["large_loads"]["class_id"]) == {"ours", "somewhere"}
    assert found.loc[found["class_id"] == "ours", "min_take_fraction"].tolist() == [0.8]


def test_sites_without_classes_have_none(tmp_path: Path) -> None:
    case = siting.prepare(siting.load_study(write_study(tmp_path)))
    named = large_loads_table(case)
    assert named["holds_in"].isin(["state"]).all()


def test_a_class_that_is_not_in_the_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'ourz' is not in the table large_loads"):
        prepared(tmp_path, ["ourz", ""], {"class_id": "ours", "is_by_county": 1})


@pytest.mark.slow
def test_a_plan_lists_them_and_its_sites_name_them(tmp_path: Path) -> None:
    case = prepared(tmp_path, ["ours", ""], {"class_id": "ours", "is_by_county": 1})
    plan = siting.solve(case, gap=0.0)
    assert plan.tables["large_loads"]["site_id"].tolist() == ["west"]
    assert plan.tables["sites"].set_index("site_id")["large_load_class_ids"].to_dict() == {"west": "ours", "east": ""}
    assert "general-knowledge" in set(plan.tables["sources"]["source_id"])
