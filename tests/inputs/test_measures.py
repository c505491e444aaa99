"""Which packages of measures a study may take, and what is said of those that it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny_study import study_fields, write_study

import siting
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.choice.selection import choose_rows
from siting.problems import InputError


def chosen(folder: Path, measures: Any, most: float = 0.01, table: pd.DataFrame | None = None) -> list[str]:
    """Packages that a study on the catalogue's table, or on one of its own, takes."""
    fields = study_fields()
    fields["technology"] = {**fields["technology"], **({} if measures is None else {"measures": measures})}
    fields["demand"] = {**fields["demand"], "quality_loss_max_fraction": most}
    study = siting.load_study(write_study(folder, fields, {} if table is None else {"measures": table}))
    return choose_rows(study).tables["measures"]["measure_id"].tolist()


@pytest.fixture(scope="module")
def catalogue() -> pd.DataFrame:
    return pd.read_csv(catalog_path("measures"))


@pytest.mark.parametrize("measures", [None, "none"])
def test_none_is_offered_unless_asked_for(measures: str | None, tmp_path: Path) -> None:
    assert chosen(tmp_path, measures) == []


@pytest.mark.parametrize("most", [0.0, 0.005, 0.05])
def test_limit_of_quality_leaves_packages_out(most: float, tmp_path: Path, catalogue: pd.DataFrame) -> None:
    wanted = catalogue.loc[catalogue["quality_loss_fraction"] <= most, "measure_id"].tolist()
    assert wanted
    assert chosen(tmp_path, "all", most) == wanted


def test_named_packages_come_in_the_order_of_the_study(tmp_path: Path) -> None:
    wanted = ["batch-scheduling", "inference-quantise"]
    assert chosen(tmp_path, wanted) == wanted


@pytest.mark.parametrize(
    ("measures", "problem"),
    [
        (["inference-magic"], "technology.measures: 'inference-magic' is not in the table measures"),
        (["inference-all"], "'inference-all' loses 0.05 of quality, more than demand.quality_loss_max_fraction, 0.01"),
        ("some", "technology.measures: input should be 'all', 'none' or a list of ids (got 'some')"),
        ([], "technology.measures: the list is empty"),
        (["batch-all", "batch-all"], "'batch-all' stands twice in the list"),
    ],
)
def test_wrong_choice_is_named_with_field_and_limit(measures: Any, problem: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        chosen(tmp_path, measures)
    assert problem in str(told.value)


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("saved_fraction", 1.2, "saved_fraction: input should be at most 0.99 (got '1.2')"),
        ("touched_fraction", 1.5, "touched_fraction: input should be at most 1 (got '1.5')"),
        ("touched_fraction", -0.1, "touched_fraction: input should be at least 0 (got '-0.1')"),
        ("quality_loss_fraction", 2.0, "quality_loss_fraction: input should be at most 1 (got '2.0')"),
        ("adaptation_usd_per_pflop", -5.0, "adaptation_usd_per_pflop: input should be"),
        ("work_class", "training", "work_class: input should be"),
    ],
)
def test_measure_that_saves_more_than_everything_is_refused(
    column: str, value: Any, problem: str, tmp_path: Path, catalogue: pd.DataFrame
) -> None:
    wrong = catalogue.astype({column: object})
    wrong.loc[2, column] = value
    with pytest.raises(InputError) as told:
        chosen(tmp_path, "all", table=wrong)
    assert f"measures.csv:4: {problem}" in str(told.value)


def test_packages_are_those_of_the_catalogue_as_they_are_multiplied(catalogue: pd.DataFrame) -> None:
    """8 bit saves 0.36 and scheduling 0.15 of the rest: 1 - 0.64 x 0.85 = 0.456; with pruning by 0.25, 0.52."""
    saved = catalogue.set_index("measure_id")["saved_fraction"]
    assert saved["inference-quantise-scheduling"] == pytest.approx(1 - 0.64 * 0.85)
    assert saved["inference-quantise-prune"] == pytest.approx(1 - 0.64 * 0.75)
    assert saved["inference-quantise-distil"] == pytest.approx(1 - 0.64 / 1.6)
    assert saved["inference-all"] == pytest.approx(1 - 0.64 * 0.75 / 1.6 * 0.85)
    assert saved["batch-quantise-scheduling"] == pytest.approx(1 - 0.64 * 0.9)
    assert saved["batch-all"] == pytest.approx(1 - 0.64 * 0.75 / 1.6 * 0.9)
