"""The pages as a whole: self-contained, without script, the same bytes for the same plan, small, accessible."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pytest

from siting.plan.cautions import Caution
from siting.reports.document import Figure, Table
from siting.reports.render import CONTENTS, compose, render, write_reports
from siting.reports.text.words import LANGUAGES, Words

Plan = Any
KINDS = tuple(CONTENTS)
BUDGET_BYTES = 1_500_000

PAYLOADS = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "');alert(1)//",
    r"$\frac{1}{$",
    "{{7*7}}",
    "=HYPERLINK(1)",
    "数据中心 Ñ & Co",
)


class Page(HTMLParser):
    """Elements of a page with their attributes, and the text of each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def pages(plan: Plan) -> dict[tuple[str, str], str]:
    return {(kind, language): page for language in LANGUAGES for kind, page in render(plan, language).items()}


@pytest.fixture(scope="module", params=[(kind, language) for kind in KINDS for language in LANGUAGES], ids="-".join)
def page(request: pytest.FixtureRequest, pages: dict[tuple[str, str], str]) -> str:
    return pages[request.param]


def test_nothing_is_fetched_and_nothing_runs(page: str) -> None:
    parsed = Page(page)
    tags = Counter(tag for tag, _ in parsed.elements)
    assert not tags.keys() & {"script", "iframe", "object", "embed", "link", "base", "form", "foreignobject"}
    for tag, attributes in parsed.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("src", "href", "xlink:href", "action", "srcset", "data"):
            assert attributes.get(name, "#").startswith(("#", "data:text/csv", "data:image/png")), (
                tag,
                attributes[name],
            )
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)


def test_the_policy_forbids_all_but_inline_style(page: str) -> None:
    (policy,) = [meta["content"] for meta in Page(page).all("meta") if "Content-Security-Policy" in meta.values()]
    assert policy == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_equal_plans_give_equal_bytes(
    make_plan: Callable[..., Plan], pages: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan made anew, and a matplotlib whose settings its owner has changed."""
    import matplotlib as mpl

    monkeypatch.setitem(mpl.rcParams, "font.size", 31.0)
    monkeypatch.setitem(mpl.rcParams, "svg.hashsalt", "another")
    language = LANGUAGES[-1]
    assert render(make_plan(), language) == {kind: pages[kind, language] for kind in KINDS}
    assert mpl.rcParams["font.size"] == 31.0


@pytest.mark.slow
def test_text_from_outside_stays_text(make_plan: Callable[..., Plan]) -> None:
    """Each payload is the name of a site, built or not; title, description and a warning hold them all."""
    ids = ["polk-ia", "ellis-tx", "maricopa-az", "cook-il", "loudoun-va", "morrow-or", "douglas-ga", "san-joaquin-ca"]
    everything = " ".join(PAYLOADS)
    hostile = make_plan(
        names=dict(zip(ids, PAYLOADS, strict=True)),
        title=everything,
        description=everything,
        cautions=(Caution("replay_failed", {"error": everything}),),
    )
    clean = render(make_plan(cautions=(Caution("replay_stopped"),)))
    for kind, page in render(hostile).items():
        parsed = Page(page)
        assert {tag for tag, _ in parsed.elements} <= {tag for tag, _ in Page(clean[kind]).elements}
        for _, attributes in parsed.elements:
            assert not [name for name in attributes if name.startswith("on")]
        text = "".join(parsed.text)
        for payload in PAYLOADS:
            assert text.count(payload) >= 3


def test_addresses_are_printed_only_if_they_are_web_addresses(page: str) -> None:
    assert "javascript:" not in page
    assert "https://example.org/a" in page


def test_every_id_is_unique_and_every_reference_is_met(page: str) -> None:
    parsed = Page(page)
    ids = Counter(attributes["id"] for _, attributes in parsed.elements if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    wanted = {href[1:] for _, attributes in parsed.elements if (href := attributes.get("href", "")).startswith("#")}
    wanted |= set(re.findall(r"url\(#([^)]+)\)", page))
    for _, attributes in parsed.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            wanted |= set(attributes.get(name, "").split())
    assert wanted <= set(ids)


def test_page_is_small(page: str) -> None:
    assert len(page.encode()) < BUDGET_BYTES


def test_every_figure_has_caption_table_and_download(plan: Plan, page: str) -> None:
    parsed = Page(page)
    figures = parsed.all("figure")
    assert len(figures) >= 4
    tags = [tag for tag, _ in parsed.elements]
    assert tags.count("figcaption") == len(figures)
    downloads = [a for a in parsed.all("a") if "download" in a]
    names = [a["download"] for a in downloads]
    assert len(set(names)) == len(names)
    assert len(parsed.all("table")) == len(downloads)
    for figure in figures:
        identifier = figure["id"].removeprefix("figure-")
        assert f"stand-in-{identifier}.csv" in names
        assert any(table.get("id") == f"table-{identifier}-data" for table in parsed.all("table"))


def test_the_page_is_built_for_everybody(page: str) -> None:
    parsed = Page(page)
    tags = Counter(tag for tag, _ in parsed.elements)
    assert parsed.all("html")[0]["lang"] in LANGUAGES
    assert tags["h1"] == tags["header"] == tags["main"] == tags["nav"] == tags["footer"] == 1
    levels = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert parsed.elements[[tag for tag, _ in parsed.elements].index("a")][1] == {"class": "skip", "href": "#content"}
    for svg in parsed.all("svg"):
        assert svg["role"] == "img"
    assert tags["title"] == tags["svg"] + 1
    for th in parsed.all("th"):
        assert th["scope"] in ("col", "row")
    for region in (a for tag, a in parsed.elements if a.get("role") == "region"):
        assert region["tabindex"] == "0"
        assert "aria-labelledby" in region


def test_link_texts_are_unique(page: str) -> None:
    """A list of links read out alone must tell them apart; the same text may lead to the same place."""
    links = re.findall(r"<a ([^>]*)>(.*?)</a>", page)
    places: dict[str, set[str]] = {}
    for attributes, text in links:
        target = re.search(r'href="([^"]{0,200})', attributes)
        places.setdefault(text, set()).add(target.group(1) if target else "")
    assert {text for text, targets in places.items() if len(targets) > 1} == set()


def _number(text: str, language: str) -> float:
    group, point = (",", ".") if language == "en" else (".", ",")
    return float(text.replace(group, "").replace(point, "."))


@pytest.mark.usefixtures("no_drawings")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_printed_cells_are_the_cells_of_the_csv(plan: Plan, kind: Any, language: str) -> None:
    """Each printed number, read back in its language, is the CSV's number rounded to the printed digits."""
    words = Words(language)
    report = compose(plan, kind, language)
    blocks = [block for section in report.sections for block in section.blocks]
    tables = [
        block.data if isinstance(block, Figure) else block for block in blocks if isinstance(block, Figure | Table)
    ]
    compared = 0
    for table in tables:
        rows = list(csv.reader(io.StringIO(table.csv())))[1:]
        for position, column in enumerate(table.columns):
            scale = 1.0
            if column.format == "percent":
                scale = 0.01
            elif "USD" in words.heading(table, position) and column.format == "money":
                scale = 1e6 if re.search("million|juta", words.heading(table, position)) else 1.0
            for printed, row in zip(words.cells(table, position), rows, strict=True):
                if (
                    column.format in ("text", "label")
                    or printed in ("–", "")
                    or (column.format == "mixed" and table.kpi_ids)
                ):
                    continue
                step = 0.5 * 10.0 ** -len(printed.rsplit("." if language == "en" else ",", 1)[1]) if re.search(
                    r"\.\d+$" if language == "en" else r",\d+$", printed
                ) else 0.5  # fmt: skip
                value = float(row[position])
                tolerance = max(step * scale, 5e-4 * abs(value) if column.format == "mixed" else 0) * (1 + 1e-9)
                assert _number(printed, language) * scale == pytest.approx(value, abs=tolerance), (table.id, column.key)
                compared += 1
    assert compared > 100


@pytest.mark.usefixtures("no_drawings")
def test_both_languages_have_the_same_figures_and_tables(plan: Plan) -> None:
    for kind in KINDS:
        english, indonesian = (
            [
                (block.data if isinstance(block, Figure) else block)
                for section in compose(plan, kind, language).sections
                for block in section.blocks
                if isinstance(block, Figure | Table)
            ]
            for language in ("en", "id")
        )
        for one, other in zip(english, indonesian, strict=True):
            assert one.id == other.id
            assert [column.key for column in one.columns] == [column.key for column in other.columns]
            for row, other_row in zip(one.rows, other.rows, strict=True):
                numbers = [cell for cell in row if not isinstance(cell, str)]
                assert numbers == pytest.approx([cell for cell in other_row if not isinstance(cell, str)], nan_ok=True)


def test_downloads_hold_the_table_in_full(plan: Plan, pages: dict[tuple[str, str], str]) -> None:
    html = pages["investment", "en"]
    (link,) = [a["href"] for a in Page(html).all("a") if a.get("download") == "stand-in-cost.csv"]
    text = unquote(link.split(",", 1)[1])
    frame = pd.read_csv(io.StringIO(text))
    assert frame["present_value_usd"].iloc[:-1].sum() == pytest.approx(plan.objective_usd, rel=1e-12)
    assert frame["present_value_usd"].iloc[-1] == pytest.approx(plan.objective_usd, rel=1e-12)


@pytest.mark.usefixtures("no_drawings")
def test_reports_are_written_beside_each_other(plan: Plan, tmp_path: Path) -> None:
    written = write_reports(plan, tmp_path / "new", ("en", "id"))
    assert [path.name for path in written] == [
        "investment.en.html", "policy.en.html", "investment.id.html", "policy.id.html",
    ]  # fmt: skip
    assert written[0].read_bytes().startswith(b"<!doctype html>")


def test_an_unknown_language_is_refused(plan: Plan) -> None:
    with pytest.raises(ValueError, match="no reports in 'xx'; there are en, id"):
        render(plan, "xx")
