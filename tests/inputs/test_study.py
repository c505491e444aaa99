"""What a right study becomes."""

from __future__ import annotations

import copy
import json
import pickle
import re
from importlib.resources import files
from pathlib import Path

import pydantic
import pytest

from siting import load_study, studies
from siting.study.loading import schema_text, warnings_of
from siting.study.study import Study

SMALL = "us-small"


@pytest.mark.parametrize("name", studies())
def test_built_in_study_is_right(name: str) -> None:
    study = load_study(name)
    assert study.name == name
    assert study.title
    assert study.description
    assert warnings_of(study) == ()


def test_schema_is_current() -> None:
    path = files("siting.data") / "studies" / "study.schema.json"
    assert path.read_text("utf-8") == schema_text(), "write it again as CONTRIBUTING.md says"


def test_every_field_is_described() -> None:
    def undescribed(part: dict[str, object], path: str) -> list[str]:
        fields = part.get("properties", {})
        assert isinstance(fields, dict)
        return [f"{path}.{name}" for name, field in fields.items() if not {"description", "$ref"} & field.keys()]

    schema = json.loads(schema_text())
    missing = undescribed(schema, "Study")
    for name, part in schema["$defs"].items():
        missing += undescribed(part, name)
    assert missing == []


def test_study_is_frozen() -> None:
    study = load_study(SMALL)
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        study.name = "other"
    with pytest.raises(TypeError, match="a study cannot be changed"):
        study.demand.inference_mw[2030] = 5  # type: ignore[index]


def test_study_survives_json_pickle_and_copy() -> None:
    study = load_study(SMALL)
    assert Study.model_validate_json(study.model_dump_json()) == study
    assert Study.model_validate(study.model_dump(mode="json")) == study
    assert pickle.loads(pickle.dumps(study)) == study
    assert copy.deepcopy(study) == study
    assert hash(Study.model_validate_json(study.model_dump_json())) == hash(study)


def test_lines_and_places(tmp_path: Path) -> None:
    study = load_study(SMALL)
    text = (files("siting.data") / "studies" / f"{SMALL}.yaml").read_text("utf-8").splitlines()
    line = study.problem("demand.reference_rack", "").line
    assert text[line - 1].strip().startswith("reference_rack:")
    missing, around = (study.problem(f"demand.inference_mw{year}", "").line for year in (".2099", ""))
    assert missing == around
    assert study.place_of("demand.reference_rack") == f"{SMALL}.yaml:{line}"
    assert study.file_name() == f"{SMALL}.yaml"


def test_extends_takes_what_is_not_stated(tmp_path: Path) -> None:
    base = load_study(SMALL)
    path = tmp_path / "dear-carbon.yaml"
    path.write_text(f"extends: {SMALL}\nname: dear-carbon\npolicy: {{carbon_price_usd_per_t: 100}}\n")
    study = load_study(path)
    assert study.policy.carbon_price_usd_per_t == 100
    assert study.policy.model_copy(update={"carbon_price_usd_per_t": base.policy.carbon_price_usd_per_t}) == base.policy
    assert study.demand == base.demand
    assert (study.name, study.title, study.description) == ("dear-carbon", "", "")  # it asks something else
    assert study.place_of("policy.carbon_price_usd_per_t") == f"{path}:3"
    assert study.place_of("demand.latency_limit_ms").startswith(f"{SMALL}.yaml:")


def test_extends_replaces_a_stated_field_whole(tmp_path: Path) -> None:
    path = tmp_path / "later.yaml"
    path.write_text(
        f"extends: {SMALL}\nname: later\nhorizon: {{periods: [{{year: 2032, length_yr: 10}}]}}\n"
        "demand: {inference_mw: {2032: 10}, batch_mw: {2032: 10}, training_mw: {2032: 0}}\n"
    )
    assert dict(load_study(path).demand.inference_mw) == {2032: 10.0}


def test_extends_is_one_level(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"extends: {SMALL}\nname: a\n")
    (tmp_path / "b.yaml").write_text("extends: a.yaml\nname: b\n")
    with pytest.raises(ValueError, match=r"b\.yaml:1: extends: 'a\.yaml' extends another study itself; only one level"):
        load_study(tmp_path / "b.yaml")


def test_problem_in_the_base_names_the_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (files("siting.data") / "studies" / f"{SMALL}.yaml").read_text("utf-8")
    Path("base.yaml").write_text(re.sub(r"latency_limit_ms: \d+", "latency_limit_ms: -4", text))
    Path("b.yaml").write_text("extends: base.yaml\nname: b\n")
    line = next(n for n, line in enumerate(text.splitlines(), start=1) if "latency_limit_ms:" in line)
    with pytest.raises(ValueError, match=rf"^base\.yaml:{line}: demand\.latency_limit_ms: .* \(got -4\)$"):
        load_study("b.yaml")


def test_tables_are_seen_from_the_file_that_names_them(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "my-racks.csv").write_text("")
    (tmp_path / "my-sites.csv").write_text("")
    small = (files("siting.data") / "studies" / f"{SMALL}.yaml").read_text("utf-8")
    (tmp_path / "base" / "base.yaml").write_text(small.replace("tables: {}", "tables: {racks: my-racks.csv}"))
    (tmp_path / "b.yaml").write_text("extends: base/base.yaml\nname: b\ntables: {sites: my-sites.csv}\n")
    found = load_study(tmp_path / "b.yaml").own_tables("replace")
    assert {name: path.resolve() for name, path in found.items()} == {
        "racks": tmp_path / "base" / "my-racks.csv",
        "sites": tmp_path / "my-sites.csv",
    }


def test_no_folder_of_this_machine_is_dumped(tmp_path: Path) -> None:
    table = tmp_path / "my-sites.csv"
    table.write_text("")
    path = tmp_path / "s.yaml"
    path.write_text(f"extends: {SMALL}\nname: s\ntables: {{sites: {table}}}\n")
    study = load_study(path)
    assert study.own_tables("replace") == {"sites": table}
    assert str(tmp_path) not in study.model_dump_json()
    assert study.model_dump()["tables"] == {"sites": "my-sites.csv"}
    assert study.origin == path


def test_changed_copy_is_checked_and_knows_its_file() -> None:
    study = load_study(SMALL)
    copy_of_one = study.model_copy(update={"zones": ["chicago"]})
    assert copy_of_one.zones == ("chicago",)
    assert copy_of_one.origin == study.origin
    with pytest.raises(pydantic.ValidationError, match="input should be 'all' or a list of ids"):
        study.model_copy(update={"zones": "chicago"})
    with pytest.raises(pydantic.ValidationError, match="module_mw"):
        study.facility.model_copy(update={"module_mw": -1})
