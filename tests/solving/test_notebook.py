"""What studies, cases and plans show in a notebook: what a person asks first, escaped, and nothing from elsewhere."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from tiny import quick, tiny_case

import siting
from siting.case.case import Case
from siting.plan.plan import Plan

MARKUP = "<script>alert('x')</script> & more"


class Read(HTMLParser):
    """Texts, tags and attributes of a piece of HTML; the tags must close in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def shown(thing: Any) -> Read:
    return Read(thing._repr_html_())


@pytest.fixture(scope="module")
def case() -> Case:
    """Two sites, of which one is enough."""
    prices = [[1.0] * 3, [9.0] * 3]
    return tiny_case(sites=("a", "b"), price_usd_per_mwh=prices, fixed_site_usd=240.0)


@pytest.fixture(scope="module")
def plan(case: Case) -> Plan:
    return quick(case)


def test_study_says_what_is_asked() -> None:
    texts = shown(siting.load_study("us-small")).texts
    assert "Study us-small" in texts
    assert "2030 for 15 years" in texts
    assert any(text.startswith("inference 100 MW in 2030; batch 60 MW in 2030") for text in texts)
    assert "8: douglas-ga, ellis-tx, loudoun-va, maricopa-az, morrow-or, niagara-ny and 2 more" in texts


def test_study_shows_the_limits_that_it_states_and_no_others() -> None:
    """`us-small` asks for two sites and prices carbon; it caps neither carbon nor water."""
    texts = shown(siting.load_study("us-small")).texts
    assert texts[texts.index("Price of carbon [USD/t CO2e]") + 1] == "51.00"
    assert texts[texts.index("Least number of open sites") + 1] == "2"
    assert not any("Most carbon" in text or "Most water" in text for text in texts)


def test_case_shows_its_axes(case: Case) -> None:
    texts = shown(case).texts
    assert texts[texts.index("site") : texts.index("site") + 3] == ["site", "2", "a, b"]
    assert texts[texts.index("month") : texts.index("month") + 3] == ["month", "12", "1, 2, 3, 4, 5, 6 and 6 more"]


def test_plan_shows_status_cost_gap_and_open_sites(plan: Plan) -> None:
    """One MW all year at 1 USD/MWh and 240 USD for the site cost 9,000 USD; the dearer site is not open."""
    texts = shown(plan).texts
    assert texts[texts.index("Status") + 1] == "optimal"
    assert texts[texts.index("Cost") + 1].startswith(f"{plan.objective_usd / 1e9:,.3f} billion USD")
    assert texts[texts.index("Gap") + 1].startswith("0.00% of the cost")
    assert "a" in texts
    assert "b" not in texts
    assert "9,000" in texts


@pytest.mark.parametrize("kind", ["study", "case", "plan"])
def test_text_of_others_is_escaped(kind: str, case: Case, plan: Plan) -> None:
    study = case.study.model_copy(update={"title": MARKUP, "description": MARKUP})
    tables = {**case.tables, "sites": case.tables["sites"].assign(name=MARKUP)}
    titled = dataclasses.replace(case, study=study, tables=tables)
    thing = {"study": study, "case": titled, "plan": dataclasses.replace(plan, case=titled)}[kind]
    read = shown(thing)
    assert read.texts.count(MARKUP) == {"study": 2, "case": 1, "plan": 2}[kind]  # titles, descriptions, names of sites
    assert "script" not in read.tags


@pytest.mark.parametrize("kind", ["study", "case", "plan"])
def test_nothing_is_loaded_and_colours_are_the_readers(kind: str, case: Case, plan: Plan) -> None:
    html = {"study": case.study, "case": case, "plan": plan}[kind]._repr_html_()
    assert Read(html).attributes == {"style"}
    assert "url(" not in html
    colours = set(re.findall(r"(?:color|background):([^;\"]+)", html))
    assert colours == {"inherit", "transparent"}  # one of its own would be unreadable in light or in dark
    assert len(html) < 10_000
