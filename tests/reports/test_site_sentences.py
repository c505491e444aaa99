"""What the reports say of sites: what their numbers rest on, what they draw, and what stands against them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from report_parts import figure_of, prose, table_of

from siting.reports.render import compose

pytestmark = pytest.mark.usefixtures("no_drawings")

Plan = Any
MakePlan = Callable[..., Plan]


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


def test_classes_of_large_load_are_told_with_their_source_and_date(make_plan: MakePlan, plan: Plan) -> None:
    """Polk's is known by county; Ellis's only by state, and by a source that is not trusted: one of three sites."""
    told = {
        "title": "Rate X", "min_size_mw": 25.0, "min_take_fraction": 0.85, "min_take_of": "demand", "term_yr": 12.0,
        "ramp_yr": 4.0, "exit_terms": "a fee", "other_terms": "", "status": "in force", "decided": "2025-07-09",
        "source_id": "counties", "grade": "measured",
    }  # fmt: skip
    classes = pd.DataFrame(
        [
            {"site_id": "polk-ia", "holds_in": "county", "class_id": "a", "utility": "One", "trust": "high", **told},
            {"site_id": "ellis-tx", "holds_in": "county", "class_id": "b", "utility": "Two", "trust": "low", **told},
            {"site_id": "ellis-tx", "holds_in": "state", "class_id": "d", "utility": "Some", "trust": "high", **told},
            {"site_id": "cook-il", "holds_in": "county", "class_id": "c", "utility": "Far", "trust": "high", **told},
        ]
    )
    made = make_plan(replaced={"large_loads": classes})
    for kind in ("investment", "policy"):
        report = compose(made, kind)
        assert "At 1 of 3 built sites a utility with lines in the county has a class" in prose(report)
        rows = table_of(report, "large-loads").rows
        assert [row[:3] for row in rows] == [
            ("Polk, IA", "One: Rate X", "utility in the county"),
            ("Ellis, TX", "Some: Rate X", "somewhere in the state"),
            ("Ellis, TX", "Two: Rate X", "utility in the county"),
        ]
        assert rows[0][-2] == "in force, 2025-07-09"
        assert rows[2][-1].endswith("(trust low, decides nothing)")
    assert "At none of the built sites a class of large load" in prose(compose(plan, "policy"))


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


@pytest.mark.parametrize(("proven_usd", "said"), [
    ([-1e6, -2e6, np.nan], "None of the 2 sites that are not built is proven to make any plan more expensive"),
    ([1e6, -2e6, np.nan], "1 are proven to make any plan more expensive. About the other 1 the proof says nothing"),
])  # fmt: skip
def test_sites_that_nothing_is_proven_of_are_counted(proven_usd: list[float], said: str, make_plan: MakePlan) -> None:
    """The third may not open, so there is nothing to prove of it."""
    rivals = pd.DataFrame({
        "site_id": ["loudoun-va", "morrow-or", "douglas-ga"], "period": 2030,
        "basis": ["resolved", "bounded", "excluded"],
        "status": ["optimal", "", ""], "extra_cost_usd": [5e6, np.nan, np.nan], "extra_cost_at_least_usd": proven_usd,
        "bound_rise_usd": [4e6, 6e6, np.nan], "limit": "",
    })  # fmt: skip
    assert said in prose(compose(make_plan(replaced={"rivals": rivals}), "investment"))
