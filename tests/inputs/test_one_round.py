"""Keys, values, tables and what must hold between them: all that is wrong is told at once, each with its line."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from siting.cli import app as cli
from siting.cli.asked import asked
from siting.data.tables.choice.sound import SoundTables
from siting.data.tables.links import Tables
from siting.problems import InputError
from siting.study.partial import BrokenPartError

WRONG = """\
extends: us-small
name: wrong
titel: x
sites: [ellis-tx, polk-ai, my-barn]
technology: {racks: [hgx-h100-ari], cooling: all, contracts: 7}
facility: {module_mw: 900}
scales: {sites: {tariff: 2}}
tables:
  sites: {append: [{site_id: my-barn, name: B, latitude: 418.8, longitude: -93}]}
  racks: {append: 7}
  storage: {change: [{storage_id: li, power_usd_per_mw: -5}]}
  existing: own.csv
  heat: heat.csv
  sits: heat.csv
"""

HEAT = """\
site_id,name,demand_mw,base_fraction,temperature_c,distance_km,price_usd_per_mwh,pipe_usd_per_mw_km,life,source,grade
polk-io,Town,40,0.2,700,8,35,,30,,assumed
"""

TOLD = """\
heat.csv:1: life: no such column; did you mean 'life_yr'?
heat.csv:2: site_id: 'polk-io' is not in sites; did you mean 'polk-ia'?
heat.csv:2: temperature_c: input should be at most 120 (got '700')
wrong.yaml:3: titel: no such field; did you mean 'title'?
wrong.yaml:4: sites: 'polk-ai' is not in the table sites; did you mean 'polk-ia'?
wrong.yaml:5: technology.contracts: input should be a list (got 7)
wrong.yaml:6: facility.module_mw: input should be at most site_max_mw, 60 (got 900)
wrong.yaml:7: scales.sites.tariff: sites has no such column of numbers; did you mean 'tariff_usd_per_mwh'?
wrong.yaml:9: latitude: input should be at most 90 (got '418.8')
wrong.yaml:10: tables.racks.append: input should be the path of a file, or a list of rows (got 7)
wrong.yaml:11: storage_id: 'li' is not in the table storage; use 'append' for a row that is new
wrong.yaml:12: tables.existing: there is no file 'own.csv'; paths are seen from the study
wrong.yaml:14: tables.sits: no such table in the catalogue; did you mean 'sites'?
"""


@pytest.mark.parametrize("command", ["check", "show", "sweep"])
def test_one_round(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mistakes in keys (3), in ids (4), of kind (5, 10), between fields (6), in tables of one's own (the others).

    The barn of line 9 is wrong, so which zones it would reach is not told; that its id is one of the sites is known. Of
    the racks nothing is told, since those that line 10 means are not known.
    """
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text(WRONG)
    Path("heat.csv").write_text(HEAT)
    assert cli.call([command, "wrong.yaml"]) == 2
    assert capsys.readouterr().err == TOLD


def test_what_rests_on_a_mistake_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A policy that is wrong hides no site; a horizon that is wrong hides what rests on it: no period is missed."""
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text(
        "extends: us-small\nname: wrong\nhorizon: {base_year: 2026, periods: []}\npolicy: {sites_max_count: none}\n"
        "sites: [polk-ai, maricopa-az]\ndemand: {reference_rack: h100}\n"
    )
    assert cli.call(["check", "wrong.yaml"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "wrong.yaml:3: horizon.periods: the list is empty; input should be a list with something in it",
        "wrong.yaml:4: policy.sites_max_count: input should be a whole number (got 'none')",
        "wrong.yaml:5: sites: 'polk-ai' is not in the table sites; did you mean 'polk-ia'?",
        "wrong.yaml:6: demand.reference_rack: 'h100' is not in the table racks; see: siting show us --table racks",
    ]


def test_a_table_with_mistakes_is_not_looked_at() -> None:
    """But for what its rows are called, which stays known where it could be read."""
    rows = pd.DataFrame({"site_id": ["a"]})
    tables = Tables({"sites": rows, "zones": rows, "racks": rows})
    tables.sound = frozenset({"racks"})
    tables.named["sites"] = {"b"}
    found = SoundTables(tables)
    assert found["racks"] is rows
    for wrong in ("sites", "zones"):
        with pytest.raises(BrokenPartError):
            found[wrong]
    assert found.ids("sites", "site_id") == ["b"]
    assert found.ids("racks", "site_id") == ["a"]
    with pytest.raises(KeyError):
        found["none"]


def test_small_sites_of_cities_that_are_not_known_are_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text("extends: us-small\nname: wrong\nzones: 7\nedge: {offered: true}\n")
    assert cli.call(["check", "wrong.yaml"]) == 2
    assert capsys.readouterr().err == "wrong.yaml:3: zones: input should be a list (got 7)\n"


@pytest.mark.parametrize(
    ("table", "field", "chosen"),
    [
        ("sites", "tables.sites", "sites: [ellis-tx, my-own]"),
        ("sites", "tables.sites.append", "sites: [ellis-tx, my-own]"),
        ("racks", "tables.racks.append", "technology: {racks: [my-own]}"),
    ],
)
def test_what_a_table_that_is_not_there_would_hold_is_not_missed(
    table: str, field: str, chosen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is named may well stand in the file whose name is misspelt."""
    monkeypatch.chdir(tmp_path)
    stated = "none.csv" if field.count(".") == 1 else "{append: none.csv}"
    Path("s.yaml").write_text(f"extends: us-small\nname: s\n{chosen}\ntables: {{{table}: {stated}}}\n")
    with pytest.raises(InputError) as caught:
        asked("s.yaml")
    assert str(caught.value) == f"s.yaml:4: {field}: there is no file 'none.csv'; paths are seen from the study"
