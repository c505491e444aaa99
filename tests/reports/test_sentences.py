"""What the reports say in cases that are easy to get wrong."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siting.plan.cautions import MESSAGES, Caution
from siting.plan.year_record import Year
from siting.reports.document import Bullets, Figure, KeyFigures, Note, Paragraph, Report, Table, TableColumn
from siting.reports.facts import Facts
from siting.reports.render import compose, render
from siting.reports.sections.climate import section as climate_section
from siting.reports.text.words import Words

pytestmark = pytest.mark.usefixtures("no_drawings")

Plan = Any
MakePlan = Callable[..., Plan]


def prose(report: Report) -> str:
    """All running text of a report."""
    texts: list[str] = []
    for section in report.sections:
        for block in section.blocks:
            match block:
                case Paragraph():
                    texts.append(block.text)
                case Note():
                    texts += [block.heading, block.text]
                case Bullets():
                    texts += [f"{item.lead} {item.text}" for item in block.items]
                case KeyFigures():
                    texts += [f"{item.label}: {item.value} ({item.detail})" for item in block.items]
                case Figure():
                    texts += [block.title, block.caption]
                case _:
                    pass
    return "\n".join(texts).replace("\N{NO-BREAK SPACE}", " ")


def test_the_verdict_comes_first_and_names_the_sites(plan: Plan) -> None:
    report = compose(plan, "investment")
    first = report.sections[0].blocks[0]
    assert isinstance(first, Paragraph)
    assert first.text.replace("\N{NO-BREAK SPACE}", " ") == (
        "Build 3 of 8 candidate sites, with 360 MW of IT in all: Polk, IA (200 MW); Ellis, TX (120 MW); "
        "Maricopa, AZ (40 MW)."
    )


def test_the_gap_is_told_in_dollars_and_over_what_sites_change(make_plan: MakePlan) -> None:
    """Cost 10 bn, bound 9.9 bn: 100 million, 1 % of the cost, 5 % of what sites change."""
    found = make_plan(objective_usd=10e9, bound_usd=9.9e9, gap_fraction=0.01, gap_site_dependent_fraction=0.05)
    text = prose(compose(found, "investment"))
    assert (
        "no plan can cost less than USD 9.9000 billion. This one costs USD 10 billion, so a better one could save at "
        "most USD 100 million: 1 % of the whole cost, and 5 % of its site-dependent part." in text
    )


def test_a_plan_that_is_not_proven_says_so(make_plan: MakePlan) -> None:
    for kind in ("investment", "policy"):
        report = compose(make_plan(status="feasible"), kind)
        assert "Not proven as far as asked: the search stopped early." in prose(report)
        assert ("Status", "feasible, not proven as far as asked") in report.strip


def test_ties_follow_the_gap(make_plan: MakePlan) -> None:
    """Unit costs of 1,781, 1,789 and 1,792: with no gap nothing is tied, with a gap of a tenth all are."""
    exact = make_plan()
    exact.bound_usd = exact.objective_usd
    assert Facts(exact).ties == []
    loose = make_plan()
    loose.bound_usd = 0.9 * loose.objective_usd
    assert len(Facts(loose).ties) == 2
    unit = Facts(loose).built.set_index("name")["unit_cost_usd_per_mwh"]
    (one, other), _ = Facts(loose).ties
    assert unit[one] <= unit[other]


def test_a_missing_figure_says_why(make_plan: MakePlan) -> None:
    plan = make_plan()
    flow = plan.tables["cash_flow"].assign(net_usd=-1.0)
    text = prose(compose(make_plan(replaced={"cash_flow": flow}), "investment"))
    assert "Internal rate of return: none (the net cash flow is never positive)" in text
    assert "The outlay is not paid back within the horizon" in text


def test_a_plan_that_builds_nothing_is_reported(make_plan: MakePlan) -> None:
    plan = make_plan()
    empty = {name: plan.tables[name].iloc[:0] for name in ("halls", "racks", "contracts", "storage", "cost", "carbon",
                                                           "water", "hourly", "replay")}  # fmt: skip
    sites = plan.tables["sites"].assign(is_open=0, it_capacity_mw=0.0, peak_grid_mw=0.0)
    nothing = make_plan(replaced={**empty, "sites": sites})
    nothing.objective_usd = nothing.bound_usd = 0.0
    for kind in ("investment", "policy"):
        assert "The plan builds nothing" in prose(compose(nothing, kind))
        assert "<h1>" in render(nothing, kind)


def test_limits_that_bind_are_named(make_plan: MakePlan) -> None:
    """Beside the 210 MW of Polk's halls no other 20 fit under 220; a water cap just above the use binds, one at twice
    does not.
    """
    water = float(make_plan().kpis["water_m3_per_yr"]["value"])
    text = prose(compose(make_plan(policy={"water_cap_m3_per_yr": 1.001 * water}), "policy"))
    assert "The constraints that bind are: water cap; maximum site size (Polk, IA)." in text
    text = prose(compose(make_plan(policy={"water_cap_m3_per_yr": 2 * water}), "policy"))
    assert "The constraints that bind are: maximum site size (Polk, IA)." in text


def test_water_stress_is_counted_by_class(plan: Plan) -> None:
    """Only Maricopa (4.6) stands above 3: its share of the water is said to be where stress is high."""
    water = Facts(plan).built.set_index("site_id")["water_m3_per_yr"]
    share = water["maricopa-az"] / water.sum()
    assert f"{100 * share:.3g} % of it where baseline water stress is high" in prose(compose(plan, "policy"))


def test_losing_sites_give_their_reason_where_it_is_known(make_plan: MakePlan) -> None:
    rivals = pd.DataFrame(
        {
            "site_id": ["loudoun-va", "morrow-or", "cook-il"],
            "period": 2030,
            "basis": ["resolved", "bounded", "excluded"],
            "extra_cost_usd": [4.2e7, np.nan, np.nan],
            "extra_cost_at_least_usd": [np.nan, 1.1e7, np.nan],
            "bound_rise_usd": [4.0e7, 5.2e7, np.nan],
            "status": ["optimal", "", ""],
            "limit": ["", "", "excluded_sites"],
        }
    )
    report = compose(make_plan(replaced={"rivals": rivals}), "investment")
    (figure,) = [block for block in report.sections[1].blocks if isinstance(block, Figure)]
    keys = [column.key for column in figure.data.columns]
    rows = {row[0]: dict(zip(keys, row, strict=True)) for row in figure.data.rows}
    assert rows["Loudoun, VA"]["extra_cost_usd"] == 4.2e7
    assert rows["Morrow, OR"]["extra_cost_at_least_usd"] == 1.1e7
    assert rows["Morrow, OR"]["bound_rise_usd"] == 5.2e7
    assert rows["Cook, IL"]["limit"] == "excluded sites"


def test_tables_show_no_negative_zero(plan: Plan) -> None:
    for kind in ("investment", "policy"):
        assert ">-0<" not in render(plan, kind)
        assert ">-0.0<" not in render(plan, kind)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "In the full-year replay 1.25 % of the work is left undone."),
        ("id", "Dalam simulasi setahun penuh 1,25 % pekerjaan tidak terlayani."),
    ],
)
def test_every_caution_is_printed_in_both_reports(make_plan: MakePlan, language: str, text: str) -> None:
    warned = make_plan(cautions=(Caution("replay_unserved", {"unserved_fraction": 0.0125}),))
    for kind in ("investment", "policy"):
        assert text in prose(compose(warned, kind, language))


@pytest.mark.parametrize("identity", MESSAGES)
def test_every_caution_is_in_every_language(identity: str) -> None:
    """12.5 % or 0.125, whatever the text names; with a comma in Indonesian."""
    names = re.findall(r"{(\w+)}", MESSAGES[identity])
    caution = Caution(identity, {name: "a reason" if name == "error" else 0.125 for name in names})
    english, indonesian = Words("en").caution(caution), Words("id").caution(caution)
    assert english.replace("\N{NO-BREAK SPACE}%", "%") == str(caution)
    assert indonesian != english
    numbers = re.findall(r"12\.5|0\.125", english)
    assert len(numbers) == len([name for name in names if name != "error"])
    assert re.findall(r"12,5|0,125", indonesian) == [number.replace(".", ",") for number in numbers]


def test_tables_refuse_rows_of_the_wrong_width() -> None:
    with pytest.raises(ValueError, match="table t: 1 cells under 0 columns"):
        Table("t", "", (), ((1,),))


@pytest.mark.parametrize(
    ("largest", "heading", "cells"),
    [
        (9_999_999.0, "Cost [USD]", ["9,999,999", "1,234"]),
        (10_000_000.0, "Cost [million USD]", ["10.0", "0.0"]),
    ],
)
def test_a_column_of_money_says_its_scale(largest: float, heading: str, cells: list[str]) -> None:
    table = Table("t", "", (TableColumn("cost_usd", "Cost", "money", "USD"),), ((largest,), (1234.0,)))
    assert Words("en").heading(table, 0) == heading
    assert Words("en").cells(table, 0) == cells


# --- cooling --------------------------------------------------------------------------------------------------------


def section_of(report: Report, identifier: str) -> Any:
    """A section by its id."""
    return next(section for section in report.sections if section.id == identifier)


def figure_of(report: Report, identifier: str) -> Figure:
    """A figure by its id."""
    blocks = (block for section in report.sections for block in section.blocks)
    return next(block for block in blocks if isinstance(block, Figure) and block.id == identifier)


def test_the_chosen_cooling_stands_first_with_what_the_next_would_cost(plan: Plan) -> None:
    """Six million a year more for 750,000 m3 less water: 8 USD a cubic metre."""
    report = compose(plan, "investment")
    figure = figure_of(report, "cooling")
    assert figure.title == (
        "At each of the 3 sites the chosen cooling is the cheapest that is compatible with the racks"
    )
    keys = [column.key for column in figure.data.columns]
    rows = [dict(zip(keys, row, strict=True)) for row in figure.data.rows]
    assert [row["choice"] for row in rows] == ["chosen", ""] * 3
    assert [row["name"] for row in rows[::2]] == ["Polk, IA", "Ellis, TX", "Maricopa, AZ"]
    assert [row["saved_water_usd_per_m3"] for row in rows[:2]] == [None, 8.0]


def test_a_cheaper_cooling_is_admitted(make_plan: MakePlan, plan: Plan) -> None:
    options = plan.tables["cooling_options"].copy()
    at_ellis = (options["site_id"] == "ellis-tx") & (options["is_built"] == 0)
    options.loc[at_ellis, "extra_cost_usd_per_yr"] = -2.5e6
    report = compose(make_plan(replaced={"cooling_options": options}), "investment")
    assert figure_of(report, "cooling").title == "At 1 of 3 sites another cooling looks cheaper when all else is kept"


def test_the_year_of_pue_is_its_mean_by_month_and_hour(plan: Plan) -> None:
    """The stand-in's overhead is the same share in every hour: 0.09 at Polk, 0.18 at Maricopa, the worst."""
    figure = figure_of(compose(plan, "investment"), "pue-year")
    assert figure.title == "In the planned weather the worst hour of the year is at Maricopa, AZ: PUE 1.180"
    assert [row[:2] for row in figure.data.rows[:4]] == [
        ("Polk, IA", month) for month in ("January", "April", "July", "October")
    ]
    assert list(figure.data.rows[0][2:]) == pytest.approx([1.09] * 24)
    assert list(figure.data.rows[-1][2:]) == pytest.approx([1.18] * 24)


def test_the_map_of_cooling_counts_the_cheapest(plan: Plan) -> None:
    """Air is the cheapest at the three sites north of 40 degrees."""
    figure = figure_of(compose(plan, "policy"), "cooling-map")
    assert figure.title == "“Direct-to-chip liquid” is the cheapest cooling at 5 of 8 candidate sites"
    assert sorted(row[0] for row in figure.data.rows if row[1] == "Air with dry coolers") == [
        "Cook, IL", "Morrow, OR", "Polk, IA",
    ]  # fmt: skip


def test_cooling_that_was_not_compared_says_so(make_plan: MakePlan) -> None:
    empty = {name: pd.DataFrame() for name in ("cooling_options", "cooling_places", "replay_hourly")}
    (block,) = section_of(compose(make_plan(replaced=empty), "policy"), "cooling").blocks
    assert block.text == "Other cooling options were not compared in this run."


# --- weather, powers, provenance ------------------------------------------------------------------------------------


def test_other_weather_is_told_site_by_site(plan: Plan) -> None:
    """Two degrees add 0.02 to PUE and 4 % to water; 102 MW are needed where 101 are contracted; Ellis is too warm."""
    text = prose(compose(plan, "policy"))
    assert "In weather 2 °C warmer the year's PUE of all sites is 1.120, and at most 1.300 in an hour." in text
    assert "In weather 2 °C warmer 1.56 million m³/yr are drawn on site." in text
    assert (
        "In the planned weather and a hot year full load in the design hour, the hottest of 20 years, stays within the "
        "contract at every site. In weather 2 °C warmer full load in that design hour needs up to 1 MW more than is "
        "contracted: every site." in text
    )
    assert (
        "In weather 2 °C warmer halls would be too warm for the planned work in up to 6 hours a year: Ellis, TX."
        in text
    )
    assert "No heat is sold: all of it leaves to the air, and the energy reuse factor is zero." in text


def test_weather_that_harms_nothing_says_so(make_plan: MakePlan, plan: Plan) -> None:
    mild = plan.tables["climate"].assign(overloaded_h_per_yr=0.0, connection_needed_mw=101.0, water_m3_per_yr=0.0)
    text = prose(compose(make_plan(replaced={"climate": mild}), "policy"))
    every = "In the planned weather, weather 2 °C warmer, and a hot year"
    assert f"{every} full load in the design hour, the hottest of 20 years, stays within the contract" in text
    assert f"{every} the cooling serves the planned work in every hour at every site." in text
    assert "In a hot year no water is drawn on site." in text


WEATHERS = {"base": "the planned weather", "warmer": "weather 2 °C warmer", "hot-year": "a hot year"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    needed=st.lists(st.sampled_from([100.0, 101.0, 101.1, 103.0]), min_size=9, max_size=9),
    warm=st.lists(st.sampled_from([0.0, 2.0]), min_size=9, max_size=9),
    served=st.lists(st.sampled_from([1.0, 0.9]), min_size=9, max_size=9),
)
def test_no_weather_is_said_to_hold_and_to_fail(
    plan: Plan, needed: list[float], warm: list[float], served: list[float]
) -> None:
    """A weather stays within the contract, or serves the work, exactly if no row of it needs more, or is too warm."""
    climate = plan.tables["climate"].assign(
        connection_needed_mw=needed, overloaded_h_per_yr=warm, carried_fraction=served
    )
    tried = copy.copy(plan)
    tried.tables = {**plan.tables, "climate": climate}
    (told,) = [block for block in climate_section(Facts(tried), Words("en")).blocks if isinstance(block, Bullets)]
    texts = {item.lead: item.text.replace("\N{NO-BREAK SPACE}", " ") for item in told.items}
    for text in texts.values():
        for sentence in re.split(r"(?<=\.) ", text):
            assert any(weather in sentence for weather in WEATHERS.values()), sentence
    for climate_id, weather in WEATHERS.items():
        rows = climate[climate["climate_id"] == climate_id]
        for lead, good, bad, holds in (
            (
                "Grid connections.",
                "stays within",
                "more than is contracted",
                (rows["connection_needed_mw"] <= 101).all(),
            ),
            ("Halls.", "serves the planned work", "too warm", (rows["overloaded_h_per_yr"] == 0).all()),
            ("Halls.", "", "in part only", (rows["carried_fraction"] == 1).all()),
        ):
            sentences = [sentence for sentence in re.split(r"(?<=\.) ", texts[lead]) if weather in sentence]
            assert any(bad in sentence for sentence in sentences) != holds, (weather, lead)
            if good:
                assert any(good in sentence for sentence in sentences) == holds, (weather, lead)


def test_weather_that_was_not_tried_says_so(make_plan: MakePlan) -> None:
    text = prose(compose(make_plan(replaced={"climate": pd.DataFrame()}), "investment"))
    assert "The plan was not tried in other weather in this run" in text


def test_nameplate_use_peak_and_contract_stand_apart(plan: Plan) -> None:
    """1 / 0.9 is 1.11 MW of racks for each MW that is held ready."""
    report = compose(plan, "investment")
    assert "{} of their nameplate, so 1.11 MW of racks stand behind each MW".format("90 %") in prose(report)
    table = table_of(report, "nameplate")
    total = dict(zip([column.key for column in table.columns], table.rows[-1], strict=True))
    sites = plan.tables["sites"].query("is_open == 1")
    for key in (
        "hall_capacity_mw",
        "it_capacity_mw",
        "it_mean_mw",
        "facility_mean_mw",
        "peak_grid_mw",
        "connection_mw",
    ):
        assert total[key] == pytest.approx(sites[key].sum())
    hourly = plan.tables["hourly"]
    assert total["it_peak_mw"] == pytest.approx(hourly.groupby("site_id")["it_mw"].max().sum())


def table_of(report: Report, identifier: str) -> Table:
    """A table by its id."""
    blocks = (block for section in report.sections for block in section.blocks)
    return next(block for block in blocks if isinstance(block, Table) and block.id == identifier)


def test_filled_in_values_are_shown_with_their_rule(plan: Plan) -> None:
    report = compose(plan, "investment")
    assert "2 values of the candidate sites or their states were missing or could not be believed" in prose(report)
    table = table_of(report, "imputed")
    assert table.rows[0] == (
        "Polk, IA", "built", "All-in tariff", 61.0, "USD/MWh", "no price: state mean", "◐ modelled", "counties",
    )  # fmt: skip
    candidates = figure_of(report, "map").data
    filled = [column.key for column in candidates.columns].index("filled")
    assert {row[0]: row[filled] for row in candidates.rows if row[filled]} == {
        "Polk, IA": "All-in tariff", "Cook, IL": "Land price",
    }  # fmt: skip


def test_what_the_series_rest_on_is_graded(plan: Plan) -> None:
    table = table_of(compose(plan, "policy"), "grid-basis")
    assert table.rows == (
        ("ERCO", "◐ modelled: hours of PJM stand in", "● measured: its own hours", "none: contract not offered",
         "◐ modelled: hours of PJM"),
    )  # fmt: skip


def test_hazard_and_fibre_of_the_built_sites_are_printed(plan: Plan) -> None:
    table = table_of(compose(plan, "investment"), "site-risks")
    assert [column.key for column in table.columns][:3] == ["name", "hazard_score", "fibre_fraction"]
    assert [row[:3] for row in table.rows] == [(name, 0.25, 0.5) for name in ("Polk, IA", "Ellis, TX", "Maricopa, AZ")]


def test_hours_of_different_years_are_admitted(plan: Plan) -> None:
    assert "The hours do not belong together" in prose(compose(plan, "policy"))


def test_rivals_say_how_they_were_found(make_plan: MakePlan) -> None:
    closed = ["loudoun-va", "morrow-or", "douglas-ga", "cook-il", "san-joaquin-ca"]
    rivals = pd.DataFrame({
        "site_id": closed, "period": 2030, "basis": ["resolved", "resolved", "bounded", "excluded", "unknown"],
        "status": ["optimal", "stopped", "", "", ""], "extra_cost_usd": [5e6, 9e6, np.nan, np.nan, np.nan],
        "extra_cost_at_least_usd": [1e6, 2e6, -3e6, np.nan, np.nan], "bound_rise_usd": [4e6, 6e6, 7e6, np.nan, np.nan],
        "limit": ["", "", "", "land", ""],
    })  # fmt: skip
    report = compose(make_plan(replaced={"rivals": rivals}), "investment")
    candidates = figure_of(report, "map").data
    keys = [column.key for column in candidates.columns]
    found = {row[0]: row[keys.index("found")] for row in candidates.rows[3:]}
    assert found == {
        "Loudoun, VA": "plan found", "Morrow, OR": "plan found, search stopped by time", "Douglas, GA": "bound",
        "Cook, IL": "ruled out by a limit", "San Joaquin, CA": "no time was left",
    }  # fmt: skip
    assert "The search for a plan with 1 site ended by time; a cheaper one may have been missed." in prose(report)
    assert "the true difference is at most that" in prose(report)


def test_consequential_carbon_is_drawn_and_in_the_table(make_plan: MakePlan, plan: Plan) -> None:
    """600 kg for each MWh bought; without a marginal intensity there is neither bar nor row."""
    hourly, carbon = plan.tables["hourly"], plan.tables["carbon"]
    bought_mwh = float((hourly["weight_h_per_yr"] * hourly["import_mw"]).sum())
    rows = {row[0]: row[-1] for row in figure_of(compose(plan, "policy"), "carbon").data.rows}
    assert rows["Consequential"] == pytest.approx(0.6 * bought_mwh)
    unknown = make_plan(replaced={"carbon": carbon[carbon["method"] != "consequential"]})
    assert "Consequential" not in {row[0] for row in figure_of(compose(unknown, "policy"), "carbon").data.rows}


# --- what an input is worth -----------------------------------------------------------------------------------------


def test_headroom_is_told_with_its_rule_source_and_cap(make_plan: MakePlan, plan: Plan) -> None:
    """Two of eight candidates share the highest headroom; an own table of sites has no rule of the catalogue."""
    capped = plan.tables["sites"].assign(headroom_mw=plan.tables["sites"]["headroom_mw"].clip(upper=1450.0))
    text = prose(compose(make_plan(replaced={"sites": capped}), "policy"))
    assert "Headroom is modelled, not measured and not a study of the network: “A tenth of the lines”" in text
    assert "(source: County table). Of 8 candidates 2 stand at the highest value, 1,450 MW" in text
    own = prose(compose(make_plan(replaced={"columns": plan.tables["columns"].iloc[:0]}), "policy"))
    assert "Headroom is what the study's own table of sites states" in own
    assert "A tenth of the lines" not in own


def test_one_water_stress_for_a_state_is_called_the_states(make_plan: MakePlan, plan: Plan) -> None:
    """Each of the stand-in's sites has a state to itself: the place's. Two in one state with one score: the state's."""
    assert "in states whose mean" not in prose(compose(plan, "policy"))
    sites = plan.tables["sites"].copy()
    sites.loc[sites["site_id"] == "cook-il", "state"] = "VA"
    joined = make_plan(replaced={"sites": sites})
    joined.case.tables["sites"] = joined.case.tables["sites"].assign(water_stress_score=2.0)
    text = prose(compose(joined, "policy"))
    assert "0 % of it in states whose mean baseline water stress is high" in text
    assert "one value stands for a whole state" in text


def test_the_cheapest_water_is_found_and_priced(plan: Plan) -> None:
    """1.5 M for 750,000 m3 is 2 USD a m3 above 1.50: within thrice the price; 2.1 M is 4.30, too; 6 M is 9.50: not."""
    text = prose(compose(plan, "policy"))
    assert (
        "At 2 sites (Ellis, TX; Maricopa, AZ) another cooling would serve the full load and save 1.50 million m³ a "
        "year, 55.6 % of all water drawn on site, for USD 3.60 million a year before tax" in text
    )
    assert "it would pay from a price of water of USD 4.30 per m³ on; the plan assumes USD 1.50." in text
    assert "That price is assumed (source: Price list)." in text


def test_an_amount_is_never_told_instead_of_itself(make_plan: MakePlan, plan: Plan) -> None:
    """A year 0.03 % dearer than its days prints the difference, and no amount twice."""
    days = float(plan.tables["replay"]["design"].iloc[0])
    replay = plan.tables["replay"].assign(replay=[days * 1.0003, 1.121], difference_fraction=[0.0003, 0.0027])
    text = prose(compose(make_plan(replaced={"replay": replay}), "investment"))
    assert "instead of" not in text
    assert f"{Words('en').money(0.0003 * days)} or 0.03 % more than on those days" in text


# --- the year and the money -----------------------------------------------------------------------------------------


def test_a_bound_of_days_never_stands_beside_a_cost_of_the_year(make_plan: MakePlan) -> None:
    """Cost 10 bn on the days, 10.1 over the year; bounds 9.9 and 9.8: both of the year, or both of the days."""
    days = {"objective_usd": 10e9, "bound_usd": 9.9e9, "gap_fraction": 0.01, "gap_site_dependent_fraction": 0.05}
    of_year = prose(compose(make_plan(**days, year=Year(10.1e9, 9.8e9, 10e9, 8e9, True)), "investment"))
    assert "no plan can cost less than USD 9.800 billion. This one costs USD 10.10 billion" in of_year
    assert "Proven within the model over all 8,760 hours of the year" in of_year
    assert "9.9" not in of_year.split("How certain this is")[1].split("Other sites.")[0]
    unknown = prose(compose(make_plan(**days, year=Year(10.1e9, None, 10e9, 8e9, True)), "investment"))
    assert "Proven within the model on the representative days" in unknown
    assert "no plan can cost less than USD 9.9000 billion. This one costs USD 10 billion" in unknown


def test_money_that_steers_and_money_that_is_spared_are_told(plan: Plan, make_plan: MakePlan) -> None:
    """70 M a year of a shadow price is in the cost and in no payment; 200 M of sales tax are forgone."""
    flow = plan.tables["cash_flow"].assign(shadow_usd=[0.0, *[7e7] * 5])
    worth = float(flow["shadow_usd"] @ flow["discount_factor_ratio"])
    told = make_plan(replaced={"cash_flow": flow}, policy={"carbon_price_usd_per_t": 51.0})
    text = prose(compose(told, "investment"))
    assert f"Of the cost, {Words('en').money(worth)} is a shadow price of carbon, USD 51 a tonne" in text
    assert "spare USD 200 million of sales tax on equipment over 15 years" in text
    assert "spare USD 200 million of sales tax" in prose(compose(told, "policy"))
    assert "shadow price" not in prose(compose(plan, "investment"))


def test_nobody_receives_a_shadow_price(make_plan: MakePlan, plan: Plan) -> None:
    """Doubling the cost by a shadow price changes no share of what is paid."""
    cost = plan.tables["cost"]
    shadow = cost.assign(kind="shadow", receiver="no one", component="carbon_price", term="carbon")
    doubled = compose(make_plan(replaced={"cost": pd.concat([cost, shadow])}), "policy")
    assert figure_of(doubled, "payers").title == figure_of(compose(plan, "policy"), "payers").title
