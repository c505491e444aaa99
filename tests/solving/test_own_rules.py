"""Rules that a study brings in files of its own: never run unasked, held by the plan, and told."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any, Literal

import pytest
from tiny import quick, tiny_case
from tiny_study import own_tables, study_fields, write_study

import siting
from siting.case.case import Case
from siting.cli.app import call
from siting.models.formulation import DESIGN, chosen
from siting.problems import InputError

FEW = '''
import pyomo.environ as pyo

import siting
from siting.models.components.placement import Placement


class NothingInTheWest(siting.Rule):
    """No site whose name begins with w is opened."""

    needs = (Placement,)

    def conclude(self, block, assembly):
        opened = assembly.block(Placement).open_count
        west = assembly.subset("WEST", assembly.model.SITE, lambda s: s.startswith("w"))
        block.none_there = pyo.Constraint(west, assembly.model.PERIOD, rule=lambda _, s, y: opened[s, y] <= 0)
'''
TWO: dict[str, Any] = {
    "sites": ("west", "east"),
    "rack_usd": 1.0,
    "price_usd_per_mwh": [[1.0] * 3, [2.0] * 3],
    "facility": {"site_max_mw": 10.0, "fixed_site_usd": 1e3},
}
POSTING = FEW.replace(
    "        opened =", "        assembly.land_ha.post(self, 'more', lambda s, y: 1.0)\n        opened ="
)


def study_with(folder: Path, code: str, name: str = "rules.py") -> siting.Study:
    (folder / name).write_text(code, encoding="utf-8")
    return siting.load_study(write_study(folder, {**study_fields(), "components": [name]}, own_tables()))


def ruled(folder: Path, code: str) -> Case:
    """West costs 1 USD/MWh, east 2: without a rule all is in the west."""
    case = tiny_case(**TWO)
    (folder / "rules.py").write_text(code, encoding="utf-8")
    return dataclasses.replace(case, study=case.study.model_copy(update={"components": (str(folder / "rules.py"),)}))


def test_code_is_not_run_unasked(tmp_path: Path) -> None:
    """Not when the study is read, checked or prepared, and no model is made without it."""
    mark = tmp_path / "ran"
    study = study_with(tmp_path, f"open({str(mark)!r}, 'w')\n{FEW}")
    case = siting.prepare(study)
    assert not mark.exists()
    with pytest.raises(
        InputError, match=r"brings code of its own, rules\.py, which has not been run; read it; then say"
    ):
        chosen(DESIGN, case)
    assert not mark.exists()
    assert siting.with_own_rules(case).own_rules
    assert mark.exists()


def test_command_refuses_it_and_says_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study_with(tmp_path, FEW)
    path = str(tmp_path / "tiny.yaml")
    assert call(["check", path]) == 0
    assert "the study brings code of its own: rules.py; read it before you say --trust-code" in capsys.readouterr().err
    assert call(["run", path, "-o", str(tmp_path / "out"), "--quiet"]) == 2
    assert "then say --trust-code" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert call(["pack", path, "-o", str(tmp_path / "p.zip")]) == 2


@pytest.mark.parametrize("method", ["whole", pytest.param("decomposed", marks=pytest.mark.slow)])
def test_rule_holds_and_is_told(method: Literal["whole", "decomposed"], tmp_path: Path) -> None:
    free = quick(tiny_case(**TWO))
    assert free.open_sites == ["west"]
    plan = quick(siting.with_own_rules(ruled(tmp_path, FEW)), method=method)
    assert plan.open_sites == ["east"]
    assert any("rules of the study's own" in warning and "NothingInTheWest" in warning for warning in plan.warnings)
    folder = siting.write(plan, tmp_path / "out", languages=("en", "id"))
    assert "NothingInTheWest" in (folder / "policy.en.html").read_text("utf-8")
    assert siting.load(folder).open_sites == ["east"]  # which runs nothing


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = 1\n", "rules.py cannot be run: ValueError: it defines no subclass of siting.Rule"),
        ("1 / 0\n", "rules.py cannot be run: ZeroDivisionError"),
        ("def\n", "rules.py cannot be run: SyntaxError"),
    ],
)
def test_file_that_is_no_rule_is_told(code: str, told: str, tmp_path: Path) -> None:
    case = siting.prepare(study_with(tmp_path, code))
    with pytest.raises(InputError) as caught:
        siting.with_own_rules(case)
    assert told in str(caught.value)


def test_rule_moves_no_account(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is a rule of a study's own, which posts to no ledger"):
        quick(siting.with_own_rules(ruled(tmp_path, POSTING)))


def test_missing_file_is_told(tmp_path: Path) -> None:
    path = write_study(tmp_path, {**study_fields(), "components": ["none.py"]}, own_tables())
    with pytest.raises(InputError, match=r"components\.0: there is no file 'none.py'; paths are seen from the study"):
        siting.load_study(path)


def test_rule_of_the_readme_holds(tmp_path: Path) -> None:
    """Two sites of Texas of 1 MW each may be opened, and 3 MW are asked for: the third is in Iowa."""
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    (code,) = re.findall(r"```text\n(class .*?)```", readme, flags=re.DOTALL)
    imports = re.findall(r"#\s*((?:from|import) .*)$", code, flags=re.MULTILINE)
    (tmp_path / "rules.py").write_text("\n".join(["import siting", *imports, code]), encoding="utf-8")
    sites = ("a-tx", "b-tx", "c-tx", "d-ia")
    case = tiny_case(
        sites=sites,
        rack_usd=1.0,
        price_usd_per_mwh=[[1.0] * 3] * 3 + [[5.0] * 3],
        facility={"site_max_mw": 1.0, "fixed_site_usd": 1e3},
        batch_mean_pflop=3.0,
        inference_pflop=0.0,
    )
    study = case.study.model_copy(update={"components": (str(tmp_path / "rules.py"),)})
    plan = quick(siting.with_own_rules(dataclasses.replace(case, study=study)))
    assert len([site for site in plan.open_sites if site.endswith("-tx")]) == 2
    assert "d-ia" in plan.open_sites
