"""How it looks: colours that can be told apart, labels that do not overlap, and a real browser."""

from __future__ import annotations

import itertools
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from siting.reports.charts import palette
from siting.reports.charts.bars import Bar, bars
from siting.reports.charts.maps import MapSite, site_map
from siting.reports.charts.svg import drawn
from siting.reports.render import CONTENTS, render, write_reports
from siting.reports.text.words import Words

Plan = Any
MakePlan = Callable[..., Plan]


def luminance(color: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_known() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("color", [*palette.PALETTE.values(), *palette.CYCLE, palette.MUTED])
def test_graphics_stand_out_from_the_page(color: str) -> None:
    assert contrast(color, "#FFFFFF") >= 3


def test_text_stands_out_from_page_land_and_wash() -> None:
    for ground in ("#FFFFFF", "#F1F3F0", "#F4F6F8", "#FDF3E3"):
        assert contrast(palette.INK, ground) >= 4.5
    style = (Path(palette.__file__).parents[1] / "templates" / "style.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style))
    assert set(named) == {"ink", "muted", "line", "wash", "link", "accent"}
    for name in ("ink", "muted", "link", "accent"):
        assert contrast(named[name], "#ffffff") >= 4.5, name
        assert contrast(named[name], named["wash"]) >= 4.5, name


def test_ramp_darkens_in_steps_that_are_seen() -> None:
    steps = [luminance(color) for color in palette.RAMP]
    assert steps == sorted(steps, reverse=True)
    for one, other in itertools.pairwise(palette.RAMP):
        assert contrast(one, other) >= 1.4


def test_labels_of_the_map_do_not_overlap() -> None:
    """Forty sites in a small area: every label that is written has its place to itself."""
    rng = np.random.default_rng(5)
    sites = [
        MapSite(float(lat), float(lon), 100.0 - i, f"County {i}, XX, {100 - i} MW")
        for i, (lat, lon) in enumerate(zip(rng.uniform(36, 41, 40), rng.uniform(-95, -80, 40), strict=True))
    ]
    for svg in drawn("m", "t", "d", site_map(sites, built="b", candidate="c")):
        boxes = []
        for style, x, y, text in re.findall(
            r'<text style="([^"]*)" x="([\d.-]+)" y="([\d.-]+)"[^>]*>([^<]*)</text>', svg
        ):
            if text.startswith("County"):
                size = float(re.search(r"(\d+(?:\.\d+)?)px", style).group(1))  # type: ignore[union-attr]
                boxes.append((float(x), float(y) - 0.7 * size, float(x) + 0.5 * size * len(text), float(y)))
        assert 4 <= len(boxes) <= 24
        for a, b in itertools.combinations(boxes, 2):
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), (a, b)


def test_drawings_share_no_id_and_hold_no_address() -> None:
    rows = [Bar("A", (1.0,), "1 MW"), Bar("B", (-2.0,), "-2 MW")]
    ids: list[str] = []
    for identifier in ("one", "two"):
        for svg in drawn(identifier, "t", "d", bars(rows, axis="MW", words=Words("en"))):
            ids += re.findall(r'\bid="([^"]+)"', svg)
            assert "http" not in svg
            assert "<style" not in svg
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("count", [0, 120])
def test_the_map_copes_with_no_site_and_with_many(make_plan: MakePlan, count: int) -> None:
    """120 candidates over the country, 30 of them built: every one drawn, labels without overlap, page small."""
    plan = make_plan()
    rng = np.random.default_rng(3)
    sites = plan.tables["sites"]
    many = sites.sample(n=count, replace=True, random_state=1) if count else sites[sites["is_open"] == 0]
    many = many.reset_index(drop=True)
    if count:
        many["site_id"] = [f"county-{i}" for i in range(count)]
        many["name"] = [f"County {i}, XX" for i in range(count)]
        many["latitude"], many["longitude"] = rng.uniform(30, 47, count), rng.uniform(-120, -76, count)
        many["is_open"] = (np.arange(count) < 30).astype(int)
        many["it_capacity_mw"] = np.where(many["is_open"] == 1, rng.uniform(20, 200, count), 0.0)
    replaced = {"sites": many}
    if not count:
        replaced |= {
            name: plan.tables[name].iloc[:0] for name in ("hourly", "racks", "halls", "cost", "carbon", "water")
        }
    html = render(make_plan(replaced=replaced))["investment"]
    assert len(html.encode()) < 1_500_000


@pytest.mark.slow
def test_sites_abroad_are_drawn_on_the_world(make_plan: MakePlan) -> None:
    plan = make_plan()
    abroad = plan.tables["sites"].assign(
        latitude=np.linspace(-7, 5, 8), longitude=np.linspace(99, 120, 8), state="ID", grid_zone_id="JVB"
    )
    assert "<svg" in render(make_plan(replaced={"sites": abroad}))["policy"]


def measure(browser: Any, page: Path, width: int, folder: Path) -> dict[str, float]:
    """Open a page in a frame of the given width and measure what overflows it."""
    frame = folder / f"frame-{width}.html"
    frame.write_text(
        f"""<body style="margin:0">
        <iframe id="f" src="{page.as_uri()}" style="border:0;width:{width}px;height:900px"></iframe>
        <script>document.getElementById("f").onload = e => {{
          const d = e.target.contentDocument, root = d.documentElement;
          const small = [...d.querySelectorAll("main a, summary")].filter(
            a => getComputedStyle(a).display !== "inline" && a.getBoundingClientRect().height < 24).length;
          const shown = [...d.querySelectorAll("figure")].filter(
            f => [...f.querySelectorAll("svg")].filter(s => s.getBoundingClientRect().width > 0).length === 1).length;
          document.title = "overflow=" + (root.scrollWidth - {width}) + " small=" + small + " shown=" + shown
            + " figures=" + d.querySelectorAll("figure").length;
        }}</script>""",
        encoding="utf-8",
    )
    done = subprocess.run(
        [
            browser.path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--no-first-run", "--allow-file-access-from-files",
            "--hide-scrollbars", f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=4000", "--dump-dom",
            frame.as_uri(),
        ],
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    found = re.search(r"<title>overflow=(-?\d+) small=(\d+) shown=(\d+) figures=(\d+)</title>", done.stdout)
    assert found, done.stderr[-500:]
    return dict(zip(("overflow", "small", "shown", "figures"), map(float, found.groups()), strict=True))


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, pytest.param(390, marks=pytest.mark.slow), 1280])
def test_a_real_browser_shows_it_without_sideways_scrolling(
    plan: Plan, browser: Any, tmp_path: Path, width: int
) -> None:
    """At each width nothing overflows, each figure shows one drawing, and targets are 24 px or taller."""
    for page in write_reports(plan, tmp_path, ("id",)):
        seen = measure(browser, page, width, tmp_path)
        assert seen["overflow"] <= 0, (page.name, width)
        assert seen["small"] == 0
        assert seen["shown"] == seen["figures"] >= len(CONTENTS) + 2
