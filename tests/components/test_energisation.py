"""Energisation: a connection has what is energised when the period begins; what is late stands idle and is told."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny import Solve, decided, quick, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.case.case import Case
from siting.case.energisation import COLUMNS, energised_mw, energised_over_years_mw
from siting.data.tables.choice.energisation import tranches_of
from siting.problems import InputError

TWO_YEARS = ((2030, 1), (2031, 1))
BASE = {"trust": "high", "source": "a letter", "grade": "measured"}


def tranche(site: str, mw: float, *years: float, number: int = 1) -> dict[str, Any]:
    """A row of the table: one date is all three."""
    early, middle, late = years if len(years) == 3 else years * 3
    return {
        "site_id": site, "tranche": number, "mw": mw, "p10_year": early, "p50_year": middle, "p90_year": late, **BASE,
    }  # fmt: skip


def dated(rows: list[dict[str, Any]], dates: str = "p50", **changes: Any) -> Case:
    """A tiny case whose sites have tranches."""
    case = tiny_case(**changes)
    table, years = pd.DataFrame(rows), [int(period) for period in case.axes["period"]]
    sites = [str(site) for site in case.axes["site"]]
    power = energised_mw(table, sites, years, dates)
    again = tiny_case(**{**changes, "energised_mw": power})
    study = again.study.model_copy(update={"connection": {"dates": dates}})
    return dataclasses.replace(again, study=study, tables={**again.tables, "energisation": table})


def test_power_is_there_from_its_date_on(solved: Solve) -> None:
    """Free power at a from 2031, 10 USD/MWh at b: the first year of 1 MW costs 87,600, the second nothing.

    Without dates both are free; if the year before the date had it too, 0; if power never came, 175,200.
    """
    case = dated([tranche("a", 5.0, 2031.0)], sites=("a", "b"), periods=TWO_YEARS, price_usd_per_mwh=[[0], [10]])
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(87_600)
    assert decided(plan, "draw_mw")[0].max(axis=-1).tolist() == pytest.approx([0, 1])


def test_a_date_within_a_period_counts_from_the_next_one(solved: Solve) -> None:
    """From the middle of 2030: the period of 2030 does not have it, so the first year is paid at b as before."""
    case = dated([tranche("a", 5.0, 2030.5)], sites=("a", "b"), periods=TWO_YEARS, price_usd_per_mwh=[[0], [10]])
    assert solved(case).objective_usd == pytest.approx(87_600)


def test_a_second_tranche_adds_to_the_first(solved: Solve) -> None:
    """3 MW, of which a has 1 MW at once and 1 more in 2031: 2, then 1 MW at b, 175,200 + 87,600."""
    rows = [tranche("a", 1.0, 2030.0), tranche("a", 1.0, 2031.0, number=2)]
    case = dated(rows, sites=("a", "b"), periods=TWO_YEARS, inference_pflop=3.0, price_usd_per_mwh=[[0], [10]])
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(262_800)
    told = plan.tables["energisation"].set_index(["tranche", "period"])
    assert told["used_mw"].to_dict() == pytest.approx({(1, 2030): 1, (1, 2031): 1, (2, 2030): 0, (2, 2031): 1})
    assert told["is_energised"].to_dict() == {(1, 2030): 1, (1, 2031): 1, (2, 2030): 0, (2, 2031): 1}


@pytest.mark.slow
def test_a_later_date_never_costs_less() -> None:
    """Two sites, two tranches, five dates: the least cost only rises."""
    costs = []
    for date in (2030.0, 2030.3, 2031.0, 2031.9, 2033.0):
        rows = [tranche("a", 2.0, date), tranche("a", 2.0, date + 0.5, number=2)]
        case = dated(
            rows,
            sites=("a", "b"),
            periods=((2030, 1), (2031, 1), (2032, 1)),
            inference_pflop=3.0,
            price_usd_per_mwh=[[0], [10]],
            connection_usd_per_mw=500.0,
        )
        costs.append(quick(case).objective_usd)
    assert costs == sorted(costs)
    assert costs[0] < costs[-1]


def test_a_part_of_the_sites_has_their_tranches_alone() -> None:
    """As the replay has it, of the sites that are built: their rows, and none of the others'."""
    case = dated([tranche("a", 5.0, 2030.0), tranche("b", 5.0, 2030.0)], sites=("a", "b"), connection_usd_per_mw=1.0)
    plan = quick(case.only(site=["b"]))
    assert plan.tables["energisation"]["site_id"].tolist() == ["b"]


def test_what_is_late_stands_idle() -> None:
    """Halls for 1,200 USD a year; power is planned for 2030 and late comes in the middle of it: half a year, 600.

    If the whole year were counted it would be 1,200, by the middle date 0. The hour of the accelerator earns 2.40 and
    costs 1 USD of power: (2.40 - 1) x 8,760 / 12 = 1,022 a month.
    """
    case = dated([tranche("a", 5.0, 2029.0, 2030.0, 2030.5)], hall_usd_per_mw=1200.0, price_usd_per_mwh=1.0)
    plan = quick(case)
    told = plan.tables["power_dates"].iloc[0]
    assert told["idle_usd"] == pytest.approx(600)
    assert told["delay_usd_per_month"] == pytest.approx(1022)
    assert told[["first_power_year", "p10_year", "p50_year", "p90_year"]].tolist() == [2030, 2030, 2030, 2030.5]
    assert plan.kpis["idle_usd"]["value"] == pytest.approx(600)
    assert plan.kpis["delay_usd_per_month"]["value"] == pytest.approx(1022)
    assert plan.kpis["first_power_year"]["value"] == 2030
    rows = plan.tables["kpis"].query("kpi_id == 'first_power_year' and entity_id == 'system'")
    assert rows[["p10", "p90"]].to_numpy().tolist() == [[2030, 2030.5]]


def test_what_is_half_late_stands_half_idle() -> None:
    """2 MW, of which one is late by a quarter of 2030: half of 2,400 for a quarter is 300, at 25 % a year 240."""
    rows = [tranche("a", 1.0, 2029.0), tranche("a", 1.0, 2029.0, 2030.0, 2030.25, number=2)]
    case = dated(rows, inference_pflop=2.0, hall_usd_per_mw=1200.0, rate=0.25)
    plan = quick(case)
    of_halls = 2400.0 * 1.25  # the annuity of a life of one year
    assert plan.tables["power_dates"]["idle_usd"].tolist() == pytest.approx([of_halls / 2 / 4 / 1.25])


def test_without_dates_nothing_is_said_of_them() -> None:
    plan = quick(tiny_case())
    assert plan.tables["energisation"].empty
    assert plan.kpis["idle_usd"]["reason"] == "no dates of power are stated or known"
    assert plan.kpis["first_power_year"]["value"] == 2030


def test_a_year_is_cut_where_power_comes() -> None:
    rows = pd.DataFrame([tranche("a", 10.0, 2030.25), tranche("a", 5.0, 2030.75, number=2)])
    (year,) = energised_over_years_mw(rows, "a", [2030], "p50")
    assert year.tolist() == [[0.25, 0], [0.5, 10], [0.25, 15]]


SITES = pd.DataFrame(
    {
        "site_id": ["all", "two", "one", "none", "nothing"],
        "headroom_mw": 100.0,
        "wait_low_months": [12.0, 12.0, None, None, None],
        "wait_months": [24.0, None, 24.0, None, None],
        "wait_high_months": [48.0, 48.0, None, None, None],
        "wait_trust": ["high", "low", "medium", "unknown", "unknown"],
        "wait_basis": ["a paper", "", "", "", ""],
        "build_low_months": [12.0, 12.0, 12.0, 12.0, None],
        "build_months": [18.0, 18.0, 18.0, 18.0, None],
        "build_high_months": [36.0, 36.0, 36.0, 36.0, None],
    }
)


def test_dates_of_the_catalogue_are_wait_and_building() -> None:
    """From 2026.5: 12 + 12 months 2028.5, 24 + 18 2030, 48 + 36 2033.5; what is missing is the nearest stated.

    Of low 12 and high 48 the middle is 30: 2026.5 + 48 / 12. An unknown wait counts the building alone.
    """
    study = tiny_case().study.model_copy(update={"connection": {"dates": "p50", "request_year": 2026.5}})
    made = tranches_of(study, pd.DataFrame(columns=list(COLUMNS)), SITES)
    dates = made.set_index("site_id")[["p10_year", "p50_year", "p90_year"]]
    assert dates.loc["all"].tolist() == pytest.approx([2028.5, 2030.0, 2033.5])
    assert dates.loc["two"].tolist() == pytest.approx([2028.5, 2030.5, 2033.5])
    assert dates.loc["one"].tolist() == pytest.approx([2029.5, 2030.0, 2031.5])
    assert dates.loc["none"].tolist() == pytest.approx([2027.5, 2028.0, 2029.5])
    assert "nothing" not in dates.index
    assert made.set_index("site_id")["trust"].to_dict() == {
        "all": "high", "two": "low", "one": "medium", "none": "unknown",
    }  # fmt: skip
    assert set(made["mw"]) == {100.0}


OWN = [tranche("west", 10.0, 2031.0), tranche("west", 30.0, 2034.0, number=2)]


def prepared(folder: Path, rows: list[dict[str, Any]], **connection: Any) -> Case:
    """The case of a study of one's own with tranches."""
    fields = study_fields() | {"connection": {"dates": "p50", **connection}}
    fields["horizon"] = {"base_year": 2026, "periods": [{"year": 2030, "length_yr": 2}, {"year": 2032, "length_yr": 4}]}
    for name in ("inference_mw", "batch_mw"):
        fields["demand"][name] = {"2030": 2, "2032": 3}
    return siting.prepare(siting.load_study(write_study(folder, fields, {"energisation": pd.DataFrame(rows)})))


def test_a_table_of_ones_own_decides(tmp_path: Path) -> None:
    """Of 100 MW west has 10 from 2032 on, since 2031 lies within a period; east, which is not in it, is not limited."""
    case = prepared(tmp_path, OWN)
    power = case.values("energisation.energised_mw")
    assert power[0].tolist() == [0.0, 10.0]
    assert (power[1] >= 100).all()
    assert len(case.tables["energisation"]) == 2


@pytest.mark.parametrize(
    ("rows", "connection", "message"),
    [
        ([tranche("west", 10.0, 2025.5)], {}, "tables.energisation: site 'west', tranche 1: p10_year 2025.5 lies"),
        (
            [tranche("west", 10.0, 2031.0), tranche("west", 10.0, 2030.0, number=2)],
            {},
            "energisation.csv:3: p10_year: comes before a tranche before it, 2031 (got 2030)",
        ),
        ([tranche("west", 10.0, 2031.0, 2030.0, 2032.0)], {}, "energisation.csv:2: p50_year: lies before p10_year"),
        ([tranche("north", 10.0, 2031.0)], {}, "energisation.csv:2: site_id: 'north' is not in sites"),
        ([tranche("west", -1.0, 2031.0)], {}, "energisation.csv:2: mw: "),
        (OWN, {"dates": "none"}, "tables.energisation: the table is there, and connection.dates is none"),
        (OWN, {"request_year": 2020.5}, "connection.request_year: power is asked for in 2020.5, before the base year"),
        (OWN, {"dates": "p75"}, "connection.dates"),
    ],
)
def test_dates_that_cannot_be_meant_are_refused(
    tmp_path: Path, rows: list[dict[str, Any]], connection: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        prepared(tmp_path, rows, **connection)
    assert message in str(caught.value)
