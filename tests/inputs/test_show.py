"""Where a shown value says it comes from."""

from __future__ import annotations

import pandas as pd

import siting
from siting.cli.show import resolved

TABLES = {
    "columns": pd.DataFrame(
        [
            ("racks", "rack_kw", "makers", "measured"),
            ("racks", "idle_fraction", "guess", "assumed"),
            ("racks", "source_id", "guess", "assumed"),
        ],
        columns=["table", "column", "source_id", "grade"],
    ),
    "imputed": pd.DataFrame(
        [("racks", "b", "rack_kw", "mean of the others", "rule", "modelled")],
        columns=["table", "row_id", "column", "rule", "source_id", "grade"],
    ),
    "racks": pd.DataFrame(
        [("a", "Rack A", 22.0, 0.25, "datasheet", "measured"), ("b", "Rack B", 30.0, None, "paper", "modelled")],
        columns=["rack_id", "name", "rack_kw", "idle_fraction", "source_id", "grade"],
    ),
}


def test_source_is_the_nearest_to_the_value() -> None:
    shown = {row.item: row for row in resolved(siting.load_study("us-small"), TABLES, "racks")}
    told = {item: (row.value, row.unit, row.source, row.grade) for item, row in shown.items()}
    assert told == {
        # the column has a source of its own
        "racks.a.rack_kw": ("22", "kW", "makers", "measured"),
        # the column has the table's source, so the row's is nearer
        "racks.a.idle_fraction": ("0.25", "", "datasheet", "measured"),
        # the cell was filled in by a rule
        "racks.b.rack_kw": ("30", "kW", "rule (filled in)", "modelled"),
        "racks.b.idle_fraction": ("unknown", "", "paper", "modelled"),
    }


def test_values_of_the_study_name_their_line_or_their_default() -> None:
    study = siting.load_study("us-small")
    shown = {row.item: row for row in resolved(study, TABLES)}
    assert shown["facility.module_mw"].source == study.place_of("facility.module_mw")
    bare = siting.Study.model_validate(study.model_dump(include={"schema_version", "name", "horizon", "demand"}))
    assert {row.source for row in resolved(bare, TABLES) if not row.item.startswith("racks.")} == {"default"}
