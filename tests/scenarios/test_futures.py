"""A study with futures, from its file to tables: values of information and of the stochastic plan, spans, resuming."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import siting
from siting.plan.plan import Plan
from siting.results.verifying import verify
from siting.scenarios.futures.found import FuturesFound, HeldDesign, Swing
from siting.scenarios.futures.page import page
from siting.scenarios.futures.tables import tables_of
from siting.study.futures_drawn import futures_of
from siting.study.loading import changed
from siting.study.study import Study

SMALL = {
    ("sites",): ["ellis-tx", "polk-ia"],
    ("zones",): ["dallas", "chicago"],
    ("time",): {"typical_days_count": 1, "extreme_days": []},
    ("demand", "inference_mw"): {2030: 30.0},
    ("demand", "batch_mw"): {2030: 10.0},
    ("demand", "training_mw"): {},
    ("technology", "racks"): ["hgx-h100-air"],
    ("futures",): {
        "cases": [
            {"id": "cheap", "weight_fraction": 0.6, "factors": {"power_price": 0.5, "carbon_price": 0}},
            {"id": "dear", "weight_fraction": 0.4, "factors": {"power_price": 2.0, "carbon_price": 200}},
        ]
    },
}


@pytest.fixture
def study() -> Study:
    """Two sites, one day, two futures."""
    return changed(siting.load_study("us-small"), SMALL, "test")


def by_hand(study: Study, costs: dict[str, list[float]]) -> FuturesFound:
    """A comparison of designs of which the costs are given; only what follows from them is asked."""
    sites = {"plan": ("a", "b"), "mean": ("a",), "cheap": ("a",), "dear": ("b",)}
    designs = tuple(HeldDesign(name, sites[name], np.array(usd)) for name, usd in costs.items())
    plan: Plan = None  # type: ignore[assignment]  # nothing of it is asked
    return FuturesFound(Path(), study, futures_of(study), plan, designs, np.array([1.0, 4.0]), (), (), ())


def test_values_of_designs(study: Study) -> None:
    """Weights 0.6 and 0.4. Plan 3 and 6: 4.2 expected. Best for each 2 and 5: 3.2 expected, so knowing is worth 1.0;
    the bounds are 1 and 4, so no more than 2.0. Mean plan 2 and 9: 4.8, so planning for both is worth 0.6. Regrets of
    the plan 1 and 1; of the one for the dear future, which costs 8 and 5, 6 and 0."""
    found = by_hand(study, {"plan": [3, 6], "mean": [2, 9], "cheap": [2, 9], "dear": [8, 5]})
    values = found.information_usd, found.information_most_usd, found.stochastic_usd
    assert values == (pytest.approx(1.0), pytest.approx(2.0), pytest.approx(0.6))
    assert found.regrets_usd(found.designs[0]).tolist() == [1, 1]
    assert found.regrets_usd(found.designs[3]).tolist() == [6, 0]


def test_a_plan_for_the_mean_that_fails_a_future(study: Study) -> None:
    """Where it does not serve the dear future, no number says what planning for both is worth."""
    found = by_hand(study, {"plan": [3, 6], "mean": [2, np.nan], "cheap": [2, np.nan], "dear": [8, 5]})
    assert found.stochastic_usd == np.inf
    assert found.best_usd.tolist() == [2, 5]


def test_the_page_draws_each_factor_at_both_ends(study: Study) -> None:
    """Two factors: the wider first, each with its ends; the drawing has the table of its numbers beside it."""
    found = by_hand(study, {"plan": [3, 6], "mean": [2, 9], "cheap": [2, 9], "dear": [8, 5]})
    sites = pd.DataFrame({"site_id": ["a", "b"], "name": ["Alpha", "Beta"]})
    plan: Any = SimpleNamespace(case=SimpleNamespace(tables={"sites": sites}), futures=None)
    swings = (
        Swing("carbon_price", "low", 0, 3e9, 4e9, ("a",)),
        Swing("carbon_price", "high", 200, 5e9, 4e9, ("b",)),
        Swing("demand", "high", 1.2, 9e9, 4e9, ("a", "b")),
    )
    found = dataclasses.replace(found, plan=plan, swings=swings)
    tables = tables_of(found)
    assert tables["tornado"]["difference_usd"].tolist() == [5e9, -1e9, 1e9]
    regrets = tables["sites"].set_index("site_id")[["least_regret_with_usd", "least_regret_without_usd"]]
    assert regrets.to_numpy().tolist() == [[1, 6], [1, 4]]
    text = page(found, tables)
    assert "The widest swing is that of demand" in text
    assert text.count("<svg") == 2  # for a desktop and a phone


@pytest.mark.slow
def test_futures_from_study_to_tables(study: Study, tmp_path: Path) -> None:
    """The plan over both futures is audited, its key figures have their spans, and a second call solves nothing."""
    found = siting.futures(study, output=tmp_path / "out", tornado=False, threads=1)
    plan = found.plan
    assert plan.futures is not None
    assert found.failed == ()
    slack = 0.02 * plan.futures.expected_usd
    assert 0 <= found.information_usd <= found.information_most_usd
    assert found.stochastic_usd >= -slack
    assert plan.futures.bound_usd <= plan.futures.expected_usd <= found.expected_usd(found.designs[0]) + slack
    alone = [design for design in found.designs if design.name in ("cheap", "dear")]
    for place, design in enumerate(alone):  # none does better in its own future than the bound of that one
        assert design.costs_usd[place] >= found.alone_bound_usd[place] * (1 - 1e-9)
    assert verify(tmp_path / "out" / "plan").holds
    span = plan.kpis["opex_usd_per_yr"]
    of_futures = plan.tables["future_kpis"].query("kpi_id == 'opex_usd_per_yr'")["value"]
    assert (span["p10"], span["p90"]) == (of_futures.min(), of_futures.max())
    tables = tables_of(found)
    assert tables["sites"]["chosen_fraction"].between(0, 1).all()
    assert (tmp_path / "out" / "index.html").read_text("utf-8").startswith("<!doctype html>")
    written = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("plan.json")}
    again = siting.futures(study, output=tmp_path / "out", tornado=False, threads=1)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("plan.json")} == written
    assert tables_of(again)["summary"].equals(tables["summary"])
