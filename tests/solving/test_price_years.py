"""Contracts held against a second price year: margins, what is taken out, and the plan that is made again."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import decided, quick, through_a_folder, tiny_case, with_full_year

from siting.case.case import Case
from siting.case.price_years import margins, pays_in_one_year_only, without
from siting.data.components.contracts import market_usd_per_mwh
from siting.data.kinds.series import Series
from siting.optimise import solve as solving
from siting.optimise.no_plan import NoPlanError
from siting.results.writing import write

HOURS = 8760


def case_of(second: Any, *, strike: Any = 40.0, market: Any = 60.0, **fields: Any) -> Case:
    """One MW for a year from a grid at 60 USD/MWh, or from a plant that gives its power in every hour, at a strike."""
    return tiny_case(
        price_usd_per_mwh=60.0,
        output_fraction=1.0,
        strike_usd_per_mwh=strike,
        market_usd_per_mwh=market,
        market_second_year_usd_per_mwh=second,
        **fields,
    )


def test_what_pays_in_one_year_only_is_taken_out(tmp_path: Path) -> None:
    """A strike of 40 where the market gives 60 in one year and 30 in the other: margins of 20 and -10.

    With the contract a year costs 8,760 x 40 = 350,400 USD, without it 8,760 x 60 = 525,600: which is the plan, and the
    cost and the bound that it states. The bound of plans that have the contract would leave a gap of a third.
    """
    plan = through_a_folder(quick(case_of(30.0)), tmp_path)
    plan.audit().raise_for_residuals()
    assert plan.objective_usd == pytest.approx(60 * HOURS)
    assert plan.bound_usd == pytest.approx(60 * HOURS)
    assert plan.status == "optimal"
    assert decided(plan, "contracted_mw").max() == 0
    second = plan.search.second_year
    assert second is not None
    assert (second.with_usd, second.taken_out) == (pytest.approx(40 * HOURS), ("wind in Z0",))
    assert "contracts_taken_out" in [caution.id for caution in plan.cautions]
    row = plan.tables["price_years"].iloc[0]
    assert (row["margin_usd_per_mwh"], row["margin_second_year_usd_per_mwh"]) == (20, -10)
    assert (row["status"], row["contracted_mw"]) == ("taken out", 0)


@pytest.mark.parametrize(
    ("second", "market"),
    [
        (60.0, 60.0),  # the second year is the first
        (40.0, 60.0),  # it pays for itself, and no more
        (np.nan, 60.0),  # one price year
        (30.0, 35.0),  # it pays in neither, so it was bought for something else
    ],
)
def test_what_stays_costs_no_second_search(second: float, market: float) -> None:
    """The contract of 40 serves all of it, for 350,400 USD, and the case is left as it was."""
    case = case_of(second, market=market)
    plan = quick(case)
    assert plan.objective_usd == pytest.approx(40 * HOURS)
    assert plan.search.second_year is None
    assert plan.case is case
    status = "one price year" if np.isnan(second) else "kept"
    assert plan.tables["price_years"][["status", "contracted_mw"]].to_numpy().tolist() == [[status, pytest.approx(1)]]


def test_margins_are_printed_where_contracts_are(tmp_path: Path) -> None:
    """Both in the table of contracts and in plan.json: 60 - 40 and 55 - 40."""
    plan = quick(case_of(55.0))
    row = plan.tables["contracts"].iloc[0]
    assert row[["margin_usd_per_mwh", "margin_second_year_usd_per_mwh"]].tolist() == [20, 15]
    told = json.loads((write(plan, tmp_path / "out") / "plan.json").read_text("utf-8"))["price_years"]
    assert (told["data_year"], told["second_year"], told["taken_out"]) == (2022, 2023, None)
    assert [(one["margin_usd_per_mwh"], one["margin_second_year_usd_per_mwh"]) for one in told["contracts"]] == [
        (20, 15)
    ]


def test_it_is_taken_out_at_all_sites_where_it_loses_and_stays_elsewhere() -> None:
    """Two sites with a contract of 40: at a the second year gives 30, at b 50, where delivery costs 1 more.

    The plan moves from a to b: 41 a MWh in the place of 40. Were it taken out everywhere, 60; nowhere, 40.
    """
    plan = quick(case_of([[30.0], [50.0]], sites=("a", "b"), delivery_usd_per_mwh=[[0.0], [1.0]]))
    assert plan.objective_usd == pytest.approx(41 * HOURS)
    assert decided(plan, "contracted_mw")[:, 0, 0].tolist() == [0, pytest.approx(1)]
    assert plan.search.second_year is not None
    assert plan.search.second_year.with_usd == pytest.approx(40 * HOURS)
    assert plan.tables["price_years"]["status"].tolist() == ["taken out", "kept"]


def test_a_contract_that_nobody_offers_is_not_taken_out() -> None:
    """Where a stands no law lets it be delivered, where b stands one does: kept in their zone, none at a alone."""
    options: dict[str, Any] = {
        "contracts": ("solar",), "market_usd_per_mwh": 20.0, "market_second_year_usd_per_mwh": 20.0,
        "strike_usd_per_mwh": 30.0, "price_usd_per_mwh": 40.0,
    }  # fmt: skip
    both = quick(tiny_case(sites=("a", "b"), grid_zones=("Z", "Z"), output_fraction=[[[np.nan]], [[1.0]]], **options))
    assert both.tables["price_years"]["status"].tolist() == ["kept"]
    alone = quick(tiny_case(output_fraction=np.nan, **options))
    assert alone.tables["price_years"]["status"].tolist() == ["not offered"]


def test_a_contract_that_no_plan_would_have_is_left_alone() -> None:
    """A strike of 61 against power at 60 on the days, though the year's market gives 70: it is never bought."""
    plan = quick(case_of(30.0, strike=61.0, market=70.0))
    assert plan.objective_usd == pytest.approx(60 * HOURS)
    assert plan.search.second_year is None


def test_without_a_plan_it_stays_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second search that finds nothing leaves the first plan, its cost and its bound, and a caution."""
    searches = []
    search = solving.searched

    def once(*given: Any, **named: Any) -> Any:
        searches.append(1)
        if len(searches) > 1:
            raise NoPlanError("none_found", "no time")
        return search(*given, **named)

    monkeypatch.setattr(solving, "searched", once)
    plan = quick(case_of(30.0))
    assert len(searches) == 2
    assert plan.objective_usd == pytest.approx(40 * HOURS)
    assert plan.bound_usd == pytest.approx(40 * HOURS)
    assert [caution.id for caution in plan.cautions].count("contracts_kept") == 1
    plan.audit().raise_for_residuals()


def test_the_year_lacks_what_was_taken_out() -> None:
    """A design without the contract is not run through a year that offers it."""
    case = case_of(30.0)
    whole = with_full_year(case, case)
    pairs = pays_in_one_year_only(whole)
    assert pairs.tolist() == [[True]]
    rest = without(whole, pairs)
    assert not rest.has_output().any()
    assert not rest.full_year().has_output().any()
    assert not rest.only(site=["a"]).full_year().has_output().any()
    assert whole.full_year().has_output().all()
    assert [values.tolist() for values in margins(rest)] == [[[20.0]], [[-10.0]]]


def test_what_output_sells_for_is_weighed_by_it() -> None:
    """A quarter of full output at 30 USD/MWh, one of half at 90, none at 500: (30 + 45) / 1.5 = 50.

    A zone that the series lack, and a kind without output, are not known.
    """
    quarter = HOURS // 4
    output = np.repeat([0.0, 0.0, 1.0, 0.5], quarter)
    columns = {
        "wholesale_usd_per_mwh": np.repeat([[500.0, 500.0, 30.0, 90.0]], quarter, axis=1),
        "solar_fraction": output[None],
        "wind_fraction": np.full((1, HOURS), np.nan),
    }
    found = market_usd_per_mwh(Series({"X": 0}, columns), ["Y", "X"], ["solar", "wind"])
    assert found[1, 0] == pytest.approx(50.0)
    assert np.isnan(np.delete(found.ravel(), 2)).all()
    assert np.isnan(market_usd_per_mwh(None, ["X"], ["solar"])).all()


def test_seconds_and_cost_of_the_second_search_are_told() -> None:
    plan = quick(case_of(30.0))
    record = plan.search.second_year
    assert record is not None
    assert dataclasses.asdict(record)["year"] == 2023
    assert 0 < record.seconds <= plan.search.seconds["total"] + 1
