"""Every number that a report says in prose is the number of a cell, a key figure, the study or the proof.

The test reads the plan's tables as they are written, as CSV, and works each number out again from what the sentence
says it comes from: with readers of its own, so that a number which a section makes up, rounds twice or takes from
another row does not pass.
"""

from __future__ import annotations

import copy
import csv
import io
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from tiny_study import study_fields, write_study

import siting
from siting.plan.cautions import Caution
from siting.plan.key_figures.registry import REGISTRY
from siting.plan.records.year_record import Year
from siting.reports.document import Bullets, Figure, KeyFigures, Note, Paragraph, Report, Table
from siting.reports.render import CONTENTS, compose
from siting.reports.sections.verdict import key_figures
from siting.reports.text.traced import (
    OfCells,
    OfKpi,
    OfPlan,
    OfStudy,
    OfTwo,
    Origin,
    Printed,
    Said,
    Traced,
    say,
)
from siting.reports.text.words import LANGUAGES, Words

pytestmark = pytest.mark.usefixtures("no_drawings")

Plan = Any
MakePlan = Callable[..., Plan]

LITERALS = ("8,760", "8.760", "20-year", "CO₂e", "CO2e", "m³", "24/7")
"""What stands in a message with digits and is no number of the plan: hours of a year, units."""

SCALES = {"en": {"billion": 1e9, "million": 1e6}, "id": {"miliar": 1e9, "juta": 1e6}}


def texts_of(report: Report) -> Iterator[tuple[str, str]]:
    """Every text of a report that is no cell of a table, with the section that it stands in."""
    for _name, value in report.strip:
        yield "strip", value
    for section in report.sections:
        if section.id == "glossary":
            continue
        for block in section.blocks:
            match block:
                case Paragraph():
                    yield section.id, block.text
                case Note():
                    yield section.id, block.text
                case Bullets():
                    for item in block.items:
                        yield from ((section.id, item.lead), (section.id, item.text))
                case KeyFigures():
                    for figure in block.items:
                        yield from ((section.id, figure.value), (section.id, figure.detail))
                case Figure():
                    yield from (
                        (section.id, block.title), (section.id, block.caption), (section.id, block.data.caption)
                    )  # fmt: skip
                case Table():
                    yield section.id, block.caption
                case _:
                    pass


def parts_of(text: str) -> Iterator[str]:
    """What a text is made of, down to numbers, names and messages."""
    if isinstance(text, Said):
        yield re.sub(r"\{\w+\}", "", text.message)
        for part in text.parts:
            yield from parts_of(part)
    else:
        yield text


def holes(text: str) -> Iterator[str]:
    """Messages of which a place is filled with nothing; only an offset to UTC may be none."""
    if isinstance(text, Said):
        if text.message and "UTC{" not in text.message and not all(text.parts):
            yield text.message
        for part in text.parts:
            yield from holes(part)


class Written:
    """A plan as it is written: tables as CSV, key figures, study."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows: dict[str, list[dict[str, str]]] = {}

    def table(self, name: str) -> list[dict[str, str]]:
        """Rows of a table, read back from its CSV."""
        if name not in self.rows:
            inputs = name.startswith("inputs/")
            frame = self.plan.case.tables[name.removeprefix("inputs/")] if inputs else self.plan.tables[name]
            self.rows[name] = list(csv.DictReader(io.StringIO(frame.to_csv(index=False))))
        return self.rows[name]

    def number(self, origin: Origin) -> float:
        """Work a number out again."""
        match origin:
            case OfKpi(kpi_id):
                return float(self.plan.kpis[kpi_id]["value"])
            case OfCells():
                return self.cells(origin)
            case OfStudy(path):
                return float(follow(self.plan.case.study, path))
            case OfPlan(path) if path.startswith("cautions."):
                _, identity, name = path.split(".")
                return float(next(caution for caution in self.plan.cautions if caution.id == identity).values[name])
            case OfPlan(path):
                return float(follow(self.plan, path))
            case OfTwo(sign, left, right):
                one, other = self.number(left), self.number(right)
                return {"+": one + other, "-": one - other, "*": one * other, "/": one / other if other else math.nan}[
                    sign
                ]
            case plain:
                assert abs(plain) in (0, 0.1, 1) or (float(plain).is_integer() and abs(plain) <= 100), plain
                return float(plain)

    def cells(self, origin: OfCells) -> float:
        """Read cells of a CSV."""
        rows = [
            row
            for row in self.table(origin.table)
            if all(any(same(row[key], value) for value in values) for key, values in origin.where)
        ]
        found = [row[origin.column] for row in rows]
        match origin.how:
            case "count":
                return float(len(found))
            case "distinct":
                return float(len(set(found) - {""}))
            case "cell":
                assert len(found) == 1, origin
                (only,) = found
                return float(only)
            case "sum":
                return math.fsum(float(cell) for cell in found if cell)
            case how:
                return {"max": max, "min": min}[how](float(cell) for cell in found if cell)


def same(cell: str, value: object) -> bool:
    """Whether the cell of a CSV holds a value."""
    return float(cell or "nan") == float(value) if isinstance(value, int | float) else cell == str(value)


def follow(thing: Any, path: str) -> Any:
    """What stands at the end of a path of attributes, keys and positions."""
    for step in path.split("."):
        if isinstance(thing, dict):
            thing = next(value for key, value in thing.items() if str(key) == step)
        else:
            thing = thing[int(step)] if step.isdigit() else getattr(thing, step)
    return thing


def printed_number(text: str, language: str) -> tuple[float, float]:
    """The number that a text shows, and half of its last digit."""
    group, point = (",", ".") if language == "en" else (".", ",")
    power = re.search(r"× 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    (digits,) = re.findall(r"[-−+]?\d[\d.,]*", text.split(" × ", maxsplit=1)[0].replace("CO₂e", "").replace("CO2e", ""))
    digits = digits.rstrip(".,").replace(group, "").replace(point, ".").replace("−", "-")
    scale = next((value for word, value in SCALES[language].items() if word in text), 1.0)
    scale *= 0.01 if "%" in text else 1.0
    if power:
        scale *= 10.0 ** int(power[1].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
    decimals = len(digits.partition(".")[2])
    whole = digits.lstrip("-+")
    last = 10.0**-decimals if decimals else 10.0 ** (len(whole) - len(whole.rstrip("0"))) if len(whole) > 3 else 1.0
    return float(digits) * scale, 0.5 * last * scale


def names_of(plan: Plan, report: Report) -> set[str]:
    """Texts of the plan's own tables and titles: names, rules and sources, which may hold digits."""
    found = {str(kpi.source) for kpi in REGISTRY.values()} | {value for _name, value in report.strip}
    for frame in (*plan.tables.values(), *plan.case.tables.values()):
        for column in frame.select_dtypes(exclude="number"):
            found |= {str(value) for value in frame[column].dropna().unique()}
    return found


def has_digit(text: str) -> bool:
    """Whether a text shows a number, apart from what is written in words of the field."""
    for literal in LITERALS:
        text = text.replace(literal, "")
    return bool(re.search(r"\d", text))


def faults(plan: Plan, report: Report, language: str) -> list[str]:
    """Say which numbers of a report have no cell, or another value there."""
    written, words, found, numbers = Written(plan), Words(language), [], 0
    known = names_of(plan, report)
    told = {words.gettext(text) for kpi in REGISTRY.values() for text in (kpi.formula, kpi.trap)}
    for section, text in texts_of(report):
        found += [f"{section}: {hole!r} tells nothing" for hole in holes(text)]
        for part in parts_of(text):
            if not isinstance(part, Printed):
                if has_digit(part) and part not in known and part not in told:
                    found.append(f"{section}: {part!r} has a number without a cell")
                continue
            numbers += 1
            if not isinstance(part.number, Traced):
                found.append(f"{section}: {str(part)!r} comes from nowhere")
                continue
            value = written.number(part.number.origin)
            shown, half = printed_number(part, language)
            if not math.isclose(shown, value, abs_tol=half * (1 + 1e-9), rel_tol=1e-9):
                found.append(f"{section}: {str(part)!r} is {value} by {part.number.origin}")
    assert numbers > 40
    return found


@pytest.fixture
def rich_plan(make_plan: MakePlan, plan: Plan) -> Plan:
    """A plan with every table that sentences read: rivals, limits of policy, cautions, heat, a carbon price."""
    rivals = pd.DataFrame({
        "site_id": ["loudoun-va", "morrow-or", "douglas-ga", "cook-il"], "period": 2030,
        "basis": ["resolved", "resolved", "bounded", "excluded"], "status": ["optimal", "stopped", "", ""],
        "extra_cost_usd": [5e6, 9e6, None, None], "extra_cost_at_least_usd": [1e6, -2e6, 3e6, None],
        "bound_rise_usd": [4e6, 6e6, 7e6, None], "limit": ["", "", "", "land"],
    })  # fmt: skip
    sold = plan.tables["replay_hourly"].assign(heat_sold_mw=plan.tables["replay_hourly"]["it_mw"] * 0.1)
    policy = {
        "carbon_price_usd_per_t": 51.0, "carbon_cap_t_per_yr": 1.2e6, "water_cap_m3_per_yr": 3.1e6,
        "sites_max_count": 3, "grid_zone_limit_mw": {"MISO": 260.0}, "excluded_sites": ("cook-il",),
    }  # fmt: skip
    cautions = (Caution("replay_unserved", {"unserved_fraction": 0.0125}), Caution("replay_wue", {
        "wue_l_per_kwh": 1.234, "limit_l_per_kwh": 1.2}))  # fmt: skip
    rich = make_plan(
        replaced={"rivals": rivals, "hourly": sold, "replay_hourly": sold}, policy=policy, cautions=cautions
    )
    days_usd = rich.objective_usd
    rich.year = Year(1.01 * days_usd, 0.99 * days_usd, days_usd, 0.85 * days_usd, True)
    return rich


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CONTENTS)
def test_every_number_of_the_prose_has_its_cell(rich_plan: Plan, kind: Any, language: str) -> None:
    assert faults(rich_plan, compose(rich_plan, kind, language), language) == []


def test_a_number_from_nowhere_is_found(plan: Plan) -> None:
    """A bare number, a wrong cell and a number hidden in a name: each is one fault; the same said rightly is none."""
    words, report = Words("en"), compose(plan, "policy")
    cell = OfCells("sites", "connection_mw", (("site_id", ("polk-ia",)),))
    right = plan.tables["sites"].set_index("site_id").loc["polk-ia", "connection_mw"]

    def told(text: str) -> list[str]:
        section = report.sections[0]
        replaced = type(section)(section.id, section.title, (Paragraph(text), *section.blocks))
        return faults(plan, type(report)(**{**vars(report), "sections": (replaced, *report.sections[1:])}), "en")

    assert told(say("It takes {power}.", power=words.quantity(Traced(right, cell), "MW"))) == []
    assert len(told("It takes 240 MW.")) == 1
    assert len(told(say("It takes {power}.", power="240 MW"))) == 1
    assert len(told(say("It takes {power}.", power=words.quantity(240.0, "MW")))) == 1
    assert len(told(say("It takes {power}.", power=words.quantity(Traced(250.0, cell), "MW")))) == 1


def test_each_key_figure_is_printed_from_its_own_row(plan: Plan) -> None:
    from siting.reports.facts import Facts

    shown = key_figures(Facts(plan), Words("en"), tuple(REGISTRY))
    for kpi_id, figure in zip(REGISTRY, shown, strict=True):
        if isinstance(figure.value, Printed):
            assert figure.value.number == Traced(plan.kpis[kpi_id]["value"], OfKpi(kpi_id))


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """A plan as the tool makes it: solved, run through the year, tried in other weather, its rivals worked out."""
    fields = study_fields()
    fields["technology"] |= {"contracts": "all", "storage": True}
    fields["policy"] = {"carbon_price_usd_per_t": 40.0}
    path = write_study(tmp_path_factory.mktemp("study"), fields)
    case = siting.prepare(siting.load_study(path))
    return siting.solve(case)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CONTENTS)
def test_the_reports_of_a_solved_plan_have_their_cells(solved: Plan, kind: Any, language: str) -> None:
    assert solved.replay is not None
    assert faults(solved, compose(solved, kind, language), language) == []


def test_a_message_with_an_empty_place_is_found(plan: Plan) -> None:
    """Who is paid most, where the year's accounts name nobody."""
    nobody = plan.tables["cost"].assign(receiver="")
    blank = copy.copy(plan)
    blank.tables = {**plan.tables, "cost": nobody}
    assert [fault for fault in faults(blank, compose(blank, "policy"), "en") if "tells nothing" in fault]
