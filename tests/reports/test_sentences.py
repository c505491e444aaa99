"""What the reports say in cases that are easy to get wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from report_parts import figure_of, prose

from siting.plan.cautions import MESSAGES, Caution
from siting.plan.records.year_record import Year
from siting.reports.document import Figure, Paragraph, Table, TableColumn
from siting.reports.facts import Facts
from siting.reports.render import compose, render
from siting.reports.text.words import Words

pytestmark = pytest.mark.usefixtures("no_drawings")

Plan = Any
MakePlan = Callable[..., Plan]


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
    assert all("<h1>" in page for page in render(nothing).values())


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
    for page in render(plan).values():
        assert ">-0<" not in page
        assert ">-0.0<" not in page


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


def test_an_amount_is_never_told_instead_of_itself(make_plan: MakePlan, plan: Plan) -> None:
    """A year 0.03 % dearer than its days prints the difference, and no amount twice."""
    days = float(plan.tables["replay"]["design"].iloc[0])
    replay = plan.tables["replay"].assign(replay=[days * 1.0003, 1.121], difference_fraction=[0.0003, 0.0027])
    text = prose(compose(make_plan(replaced={"replay": replay}), "investment"))
    assert "instead of" not in text
    assert f"{Words('en').money(0.0003 * days)} or 0.03 % more than on those days" in text


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


def test_how_sure_a_key_figure_is_stands_beside_it_and_with_what_decides_it(make_plan: MakePlan) -> None:
    """On the first page its grade; under the assumptions what decides it, and what one value stands for."""
    found = make_plan()
    found.kpis["opex_usd_per_yr"] |= {"grade": "assumed", "grade_from": "sites.water_usd_per_m3"}
    report = compose(found, "investment")
    text = prose(report)
    assert re.search(r"Running cost: [^;]*; ○ assumed", text)
    assert "Standing in at the built sites. All-in tariff of Polk, IA: no price: state mean." in text
    assert "One value for the state. All candidates of a state have the same: Water stress (0 to 5)." in text
    (shown,) = [
        block for section in report.sections for block in section.blocks
        if isinstance(block, Table) and block.id == "kpi-grades"
    ]  # fmt: skip
    assert shown.rows == (("Running cost", "○ assumed", "sites: water", "Price list"),)


def test_how_often_each_site_is_chosen_is_on_the_first_page(make_plan: MakePlan) -> None:
    """41, 30 and 2 of 50; of those not built one comes up, in 27."""
    found = make_plan()
    counts = found.tables["sites"][["site_id", "period", "is_open"]].assign(chosen_count=0)
    for site, count in (("polk-ia", 41), ("ellis-tx", 30), ("maricopa-az", 2), ("cook-il", 27)):
        counts.loc[counts["site_id"] == site, "chosen_count"] = count
    found.tables["selection"] = counts.assign(draws_count=50, chosen_fraction=counts["chosen_count"] / 50)
    spreads = {"measured": 0.05, "modelled": 0.15, "assumed": 0.3, "common": 0.25}
    found.case.tables["parameters"] = pd.DataFrame(
        {"parameter_id": [f"spread_{name}_fraction" for name in spreads], "value": list(spreads.values())}
    )
    report = compose(found, "investment")
    said = (
        "In 50 choices of sites under plausible errors of the inputs the built sites come up so often: Polk, IA in 41; "
        "Ellis, TX in 30; Maricopa, AZ in 2. Next in line are "
    )
    assert said in prose(report).replace("\N{NO-BREAK SPACE}", " ")
    first = next(iter(report.sections))
    assert any("Errors of the data." in str(block) for block in first.blocks)
