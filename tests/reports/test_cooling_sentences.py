"""What the reports say of cooling, and of other weather."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_parts import figure_of, prose, section_of

from siting.reports.document import Bullets
from siting.reports.facts import Facts
from siting.reports.render import compose
from siting.reports.sections.environment.climate import section as climate_section
from siting.reports.text.words import Words

pytestmark = pytest.mark.usefixtures("no_drawings")

Plan = Any
MakePlan = Callable[..., Plan]


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
