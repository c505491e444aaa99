"""Fragments as they are printed, kept as snapshots: `pytest --snapshot-update` after a wanted change."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from siting.reports.document import (
    Block,
    Bullet,
    Bullets,
    Definitions,
    KeyFigure,
    KeyFigures,
    Note,
    Report,
    Section,
    Table,
    TableColumn,
)
from siting.reports.render import _csv_uri, _environment, _numbers, _View
from siting.reports.text.words import Words

SITES = Table(
    "sites",
    "Sites in 2030.",
    (TableColumn("name", "Site"), TableColumn("period", "Period", "label"),
     TableColumn("cost_usd", "Cost", "money", "USD"), TableColumn("share_fraction", "Share", "percent"),
     TableColumn("pue", "PUE", "ratio")),
    (("Polk, IA", 2030, 1.25e9, 0.625, 1.0912), ("=A1 & <b>", 2030, 7.5e8, 0.375, None), ("Total", "", 2e9, 1.0, "")),
    totals_count=1,
)  # fmt: skip

BLOCKS: dict[str, Block] = {
    "table": SITES,
    "bullets": Bullets((Bullet("Grid.", "Closest to its limit is PJM.", "grid"), Bullet("", "Plain."))),
    "note": Note("caution", "Before using this plan", "It warns."),
    "key figures": KeyFigures((KeyFigure("PUE", "1.10", "a year from 2030"), KeyFigure("Rate", "none", ""))),
    "definitions": Definitions((("Gap", ("Cost less bound.", "Over cost.")),)),
}


@pytest.mark.parametrize(("name", "language"), [*((name, "en") for name in BLOCKS), ("table", "id")])
def test_fragment(name: str, language: str, snapshot: SnapshotAssertion) -> None:
    block = BLOCKS[name]
    report = Report("policy", language, "T", "", (), (Section("grid", "The grid", (SITES,)),), "study")
    printed = (
        _environment(language)
        .get_template(block.template)
        .render(
            block=block,
            report=report,
            numbers=_numbers(report),
            titles={"grid": "The grid"},
            view=_View(Words(language)),
            csv_uri=_csv_uri,
        )
    )
    assert printed == snapshot
