"""The catalogue is read once in a process, and nobody's changes reach those who read it after."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from siting.data.tables import catalogue, reader


def test_what_one_reader_changes_the_next_does_not_see() -> None:
    first, _ = reader.load_tables({})
    before = first["racks"]["rack_usd"].to_list(), first["series_grid"]["wholesale_usd_per_mwh"].sum()
    first["racks"].loc[:, "rack_usd"] = 0.0
    first["series_grid"]["wholesale_usd_per_mwh"] *= 2.0
    then, _ = reader.load_tables({})
    assert (then["racks"]["rack_usd"].to_list(), then["series_grid"]["wholesale_usd_per_mwh"].sum()) == before


def test_a_catalogue_that_is_made_again_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One row less, at the same time of writing: the size tells; then the same size at another time."""
    copy = tmp_path / "racks.csv"
    shutil.copy(catalogue.catalog_path("racks"), copy)
    there = catalogue.catalog_path
    monkeypatch.setattr(catalogue, "catalog_path", lambda name: copy if name == "racks" else there(name))
    rows = len(reader.load_tables({})[0]["racks"])
    written, text = copy.stat().st_mtime_ns, copy.read_text("utf-8")
    copy.write_text(text[: text.rstrip().rindex("\n") + 1], "utf-8")
    os.utime(copy, ns=(written, written))
    assert len(reader.load_tables({})[0]["racks"]) == rows - 1
    begins = text.rstrip().rindex("\n") + 1
    renamed = "x" * text[begins:].index(",")
    copy.write_text(text[:begins] + renamed + text[begins + len(renamed) :], "utf-8")
    os.utime(copy, ns=(written + 1, written + 1))
    assert renamed in reader.load_tables({})[0]["racks"]["rack_id"].to_list()
