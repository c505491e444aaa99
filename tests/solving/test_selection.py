"""How often each site is chosen under errors of the inputs: by chances known beforehand, and the same however run."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny import quick, tiny_case, with_fields
from tiny_study import own_tables, write_study

import siting
from siting.case.case import Case
from siting.optimise.selection.drawn_sites import PERCENTILE_90, drawn_columns, drawn_sites
from siting.optimise.selection.fast_choice import corrected_for
from siting.optimise.selection.selection import selection
from siting.optimise.solver.deadline import Deadline
from siting.plan.records.selection_table import with_counts
from siting.results.folder import load
from siting.results.verifying import verify
from siting.results.writing import write

TARIFF = "tariff_usd_per_mwh"


def two_sites(
    tariffs: tuple[float, float], deviations: tuple[float, float] = (0.0, 0.0), common: float = 0.0, **numbers: Any
) -> Case:
    """Two sites in one state that differ by their tariffs alone, each with a standard deviation of its own."""
    made = with_spreads(
        tiny_case(sites=("a", "b"), fixed_site_usd=1.0, price_usd_per_mwh=np.array(tariffs)[:, None], **numbers),
        common,
        measured=0.05,
        modelled=0.15,
        assumed=0.3,
    )
    reach = PERCENTILE_90 * np.array(deviations)
    sites = made.tables["sites"].assign(
        **{
            TARIFF: tariffs,
            "tariff_low_usd_per_mwh": np.array(tariffs) - reach,
            "tariff_high_usd_per_mwh": np.array(tariffs) + reach,
        }
    )
    return dataclasses.replace(made, tables={**made.tables, "sites": sites})


def with_spreads(case: Case, common: float = 0.0, **spreads: float) -> Case:
    """Return a case whose parameters state spreads, and which can be made again with other tariffs."""
    stated = {f"spread_{grade}_fraction": spread for grade, spread in spreads.items()}
    stated["spread_common_fraction"] = common

    def of(changed: Case, sites: pd.DataFrame) -> Case:
        return with_fields(changed, price_usd_per_mwh=sites[TARIFF].to_numpy(float)[:, None])

    rows = pd.DataFrame({"parameter_id": list(stated), "value": list(stated.values())})
    parameters = pd.concat([case.tables["parameters"], rows], ignore_index=True)
    made = with_fields(case, **stated)
    return dataclasses.replace(made, tables={**case.tables, "parameters": parameters}, sites_of=of)


def counted(case: Case, is_open: tuple[int, ...], draws_count: int, threads: int = 1) -> pd.DataFrame:
    found, told = selection(
        case,
        np.array(is_open, dtype=float),
        draws_count,
        threads=threads,
        deadline=Deadline(),
        progress=lambda _: None,
    )
    assert found is not None
    assert not told
    return found


def normal_below(value: float) -> float:
    return (1 + math.erf(value / math.sqrt(2))) / 2


@pytest.mark.parametrize(
    ("dearer", "deviations"), [(3.0, (5.0, 5.0)), pytest.param(2.0, (6.0, 8.0), marks=pytest.mark.slow)]
)
def test_chance_of_the_dearer_site(dearer: float, deviations: tuple[float, float]) -> None:
    """1 MW at 50 or at 50 + d USD/MWh, each normal: the second is the cheaper with chance Phi(-d / hypot of both).

    3 over hypot(5, 5): 33.6 %; 2 over 10: 42.1 %; in 200 draws the count is within three of its own deviations.
    """
    draws = 200
    chance = normal_below(-dearer / math.hypot(*deviations))
    table = counted(two_sites((50.0, 50.0 + dearer), deviations), (1, 0), draws)
    assert table["chosen_count"].sum() == draws
    assert abs(table["chosen_count"][1] - draws * chance) < 3 * math.sqrt(draws * chance * (1 - chance))


def test_without_spread_the_plans_own_sites_are_chosen() -> None:
    table = counted(two_sites((50.0, 50.01)), (1, 0), 20)
    assert table["chosen_fraction"].tolist() == [1.0, 0.0]


def test_choice_is_corrected_for_what_the_fast_model_leaves_out() -> None:
    """The plan builds b, for reasons that the fast model does not see: by price alone a is cheaper by 3 USD/MWh."""
    case = two_sites((50.0, 53.0))
    assert counted(case, (0, 1), 5)["chosen_count"].tolist() == [0, 5]
    choice = corrected_for(case, {1}, Deadline())
    assert choice is not None
    of_a, of_b = choice.correction_usd_per_pflop_yr
    assert of_a - of_b == pytest.approx(3 * 8760, rel=0.01)  # 1 PFLOP/s draws 1 MW


@pytest.mark.parametrize("planned", [0, 1])
def test_two_sites_alike_are_no_endless_tie(planned: int) -> None:
    """Both cost the same, so a correction to a mere tie would leave the other one chosen for ever."""
    case = two_sites((2.0, 2.0))
    choice = corrected_for(case, {planned}, Deadline())
    assert choice is not None
    assert choice.sites(case, Deadline()) == {planned}


def test_plan_whose_sites_do_more_than_their_cheapest_way() -> None:
    """1.05 PFLOP/s in 1 MW: racks of 1.1 do it at a, those that are cheaper for the same work only 1.0, at a and b."""
    case = two_sites(
        (50.0, 53.0),
        racks=("slow", "fast"),
        compute_pflop_per_mw=[1.0, 1.1],
        rack_usd=[1.0, 1e5],
        inference_pflop=1.05,
        facility={"site_max_mw": 1.0},
    )
    choice = corrected_for(case, {0}, Deadline())
    assert choice is not None
    assert choice.spare == pytest.approx(-0.05)
    assert choice.sites(case, Deadline()) == {0}


def test_error_that_a_state_has_in_common_changes_no_order() -> None:
    """Both tariffs move by the same: with all of the variance in common b stays 3 USD/MWh dearer."""
    case = two_sites((50.0, 53.0), (5.0, 5.0), common=1.0)
    assert counted(case, (1, 0), 50)["chosen_count"].tolist() == [50, 0]


def test_part_in_common_is_part_of_the_variance() -> None:
    """Of a variance of 25 a quarter is common: the own part of 4,000 sites has a deviation of 4.33."""
    names = tuple(f"s{i}" for i in range(4000))
    base = with_spreads(tiny_case(sites=names), 0.25)
    sites = base.tables["sites"].assign(
        tariff_usd_per_mwh=np.linspace(50.0, 51.0, 4000),
        tariff_low_usd_per_mwh=np.linspace(50.0, 51.0, 4000) - 5 * PERCENTILE_90,
        tariff_high_usd_per_mwh=np.linspace(50.0, 51.0, 4000) + 5 * PERCENTILE_90,
    )
    case = dataclasses.replace(base, tables={**base.tables, "sites": sites})
    errors = [
        (drawn_sites(case, drawn_columns(case), (0, number))[TARIFF] - sites[TARIFF]).to_numpy() for number in range(40)
    ]
    assert np.mean([error.std() for error in errors]) == pytest.approx(5 * math.sqrt(0.75), rel=0.02)
    assert np.std([error.mean() for error in errors]) == pytest.approx(5 * math.sqrt(0.25), rel=0.5)


def test_column_with_one_value_for_the_state_has_all_of_its_error_in_common() -> None:
    (column,) = drawn_columns(two_sites((50.0, 50.0), (5.0, 5.0)))
    assert column.common_fraction == 1.0


def test_spread_is_by_the_grade_of_the_cell_where_none_is_stated() -> None:
    """A column graded measured, of which one cell was filled in and is assumed: 5 % of 40 and 30 % of 60."""
    case = with_spreads(tiny_case(sites=("a", "b")), measured=0.05, assumed=0.30)
    columns = pd.DataFrame(
        [
            {
                "table": "sites",
                "column": TARIFF,
                "unit": "USD/MWh",
                "description": "",
                "source_id": "x",
                "grade": "measured",
            }
        ]
    )
    imputed = pd.DataFrame(
        [{"table": "sites", "row_id": "b", "column": TARIFF, "rule": "r", "source_id": "x", "grade": "assumed"}]
    )
    sites = case.tables["sites"].assign(tariff_usd_per_mwh=[40.0, 60.0])
    case = dataclasses.replace(case, tables={**case.tables, "sites": sites, "columns": columns, "imputed": imputed})
    (column,) = drawn_columns(case)
    assert column.below.tolist() == pytest.approx([2.0, 18.0])
    assert column.above.tolist() == pytest.approx([2.0, 18.0])


def test_what_is_not_known_stays_so_and_a_spread_that_is_not_is_by_grade() -> None:
    """Of three tariffs one is empty, and one has no percentiles: 30 % of 60 on both sides."""
    case = with_spreads(tiny_case(sites=("a", "b", "c")), assumed=0.30)
    sites = case.tables["sites"].assign(
        tariff_usd_per_mwh=[50.0, 60.0, np.nan],
        tariff_low_usd_per_mwh=[45.0, np.nan, np.nan],
        tariff_high_usd_per_mwh=[70.0, np.nan, np.nan],
    )
    case = dataclasses.replace(case, tables={**case.tables, "sites": sites})
    columns = drawn_columns(case)
    assert columns[0].below.tolist() == pytest.approx([5.0, 18.0, 0.0])
    assert columns[0].above.tolist() == pytest.approx([20.0, 18.0, 0.0])
    drawn = drawn_sites(case, columns, (0, 0))[TARIFF]
    assert drawn.isna().tolist() == [False, False, True]


def test_counts_follow_from_the_seed_alone() -> None:
    case = two_sites((50.0, 52.0), (5.0, 5.0))
    one, two = counted(case, (1, 0), 40), counted(case, (1, 0), 40, threads=2)
    pd.testing.assert_frame_equal(one, two)
    assert 0 < one["chosen_count"][1] < 40


def test_draws_go_on_where_they_ended() -> None:
    """The first twenty of forty are those of twenty."""
    case = two_sites((50.0, 52.0), (5.0, 5.0))
    columns = drawn_columns(case)
    first = [drawn_sites(case, columns, (0, number))[TARIFF].tolist() for number in range(3)]
    assert len({tuple(values) for values in first}) == 3
    assert counted(case, (1, 0), 40)["chosen_count"][1] >= counted(case, (1, 0), 20)["chosen_count"][1]


def test_nothing_is_counted_without_time() -> None:
    case = two_sites((50.0, 52.0), (5.0, 5.0))
    found, told = selection(case, np.array([1.0, 0.0]), 5, threads=1, deadline=Deadline(0.0), progress=lambda _: None)
    assert found is None
    assert [caution.id for caution in told] == ["draws_stopped"]


def test_draws_that_time_cut_off_are_told() -> None:
    """The clock moves by a second whenever it is looked at: some of a thousand draws are made, and no more."""
    ticks = iter(range(10**9))
    deadline = Deadline(400.0, clock=lambda: float(next(ticks)))
    case = two_sites((50.0, 52.0), (5.0, 5.0))
    found, told = selection(case, np.array([1.0, 0.0]), 1000, threads=1, deadline=deadline, progress=lambda _: None)
    assert found is not None
    made = int(found["draws_count"][0])
    assert 0 < made < 1000
    assert found["chosen_count"].sum() == made
    assert [caution.id for caution in told] == ["draws_fewer"]
    assert told[0].values == {"done_count": made, "asked_count": 1000}


def test_case_made_again_is_that_of_the_changed_table(tmp_path: Path) -> None:
    """All fields are those of a study whose table says so: nothing that rests on a tariff is left as it was."""
    tables = own_tables()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    case = siting.prepare(siting.load_study(write_study(tmp_path / "one", tables=tables)))
    changed = case.tables["sites"].assign(
        tariff_usd_per_mwh=lambda sites: sites[TARIFF] * 1.1, headroom_mw=lambda sites: sites["headroom_mw"] * 0.9
    )
    own = tables["sites"].assign(
        tariff_usd_per_mwh=tables["sites"][TARIFF] * 1.1, headroom_mw=tables["sites"]["headroom_mw"] * 0.9
    )
    expected = siting.prepare(siting.load_study(write_study(tmp_path / "two", tables={**tables, "sites": own})))
    made = case.with_sites(changed)
    assert made.axes == expected.axes
    assert set(made.fields) == set(expected.fields)
    for name, field in expected.fields.items():
        np.testing.assert_allclose(made.values(name), field.values, rtol=1e-12, err_msg=name)
    assert not np.allclose(made.values("grid.price_usd_per_mwh"), case.values("grid.price_usd_per_mwh"))


@pytest.mark.slow
def test_counts_are_saved_and_stand_in_the_table_of_sites(tmp_path: Path) -> None:
    plan = quick(two_sites((50.0, 52.0), (5.0, 5.0)), draws=20)
    assert plan.selection is not None
    sites = plan.tables["sites"].set_index("site_id")
    assert sites["chosen_count"].sum() == 20
    assert (sites["draws_count"] == 20).all()
    folder = write(plan, tmp_path / "out", languages=("en",))
    again = load(folder)
    pd.testing.assert_frame_equal(again.tables["selection"], plan.selection)
    assert verify(folder).failures == ()
    count = int(sites["chosen_count"]["a"])
    assert f"A in {count}" in (folder / "investment.en.html").read_text("utf-8")


FAULTS = {
    "more than all": lambda table: table.assign(chosen_count=21, chosen_fraction=21 / 20),
    "another share": lambda table: table.assign(chosen_fraction=0.5),
    "another plan": lambda table: table.assign(is_open=1 - table["is_open"]),
    "more draws than asked": lambda table: table.assign(draws_count=40, chosen_fraction=table["chosen_count"] / 40),
    "another order": lambda table: table.iloc[::-1].reset_index(drop=True),
    "other columns": lambda table: table.drop(columns="is_open"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_counts_that_cannot_be_are_told(what: str) -> None:
    from siting.results.selection_check import faults_of_selection

    plan = quick(two_sites((50.0, 52.0), (5.0, 5.0)), draws=20)
    assert plan.selection is not None
    assert not list(faults_of_selection(plan))
    assert list(faults_of_selection(dataclasses.replace(plan, selection=FAULTS[what](plan.selection))))


def test_counts_are_of_the_last_period_only() -> None:
    sites = pd.DataFrame({"site_id": ["a", "a"], "period": [2030, 2035]})
    counts = pd.DataFrame({"site_id": ["a"], "period": [2035], "chosen_count": [3], "draws_count": [4]})
    found = with_counts(sites, counts)
    assert found["chosen_count"].isna().tolist() == [True, False]
    assert found["chosen_count"][1] == 3
