"""Every number carries its unit in its name, from the closed set."""

from __future__ import annotations

import ast
import csv
import typing
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from pydantic import BaseModel
from rich_case import with_quota
from tiny import full_name
from tiny_study import study_fields, write_study

import siting
from siting import quantities
from siting.case.components import COMPONENTS
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.study.study import Study

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def fields(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the numbers of a case, of its full year, and of a replay."""
    technology = {"contracts": "all", "storage": True}
    study = write_study(tmp_path_factory.mktemp("names"), {**study_fields(), "technology": technology})
    case = siting.prepare(siting.load_study(study))
    return set(with_quota(case).fields) | set(case.full_year().fields)


def number_fields(model: type[BaseModel]) -> Iterator[str]:
    """Fields of a model, and of its parts, that hold numbers."""
    for name, field in model.model_fields.items():
        inner = {field.annotation, *typing.get_args(field.annotation)}
        inner |= {deeper for part in inner for deeper in typing.get_args(part)}
        for part in inner:
            if isinstance(part, type) and issubclass(part, BaseModel):
                yield from number_fields(part)
        if inner & {int, float} and bool not in inner:
            yield name


def is_known(name: str) -> bool:
    """Whether a number may have this name."""
    if name in quantities.KEYS:
        return True
    try:
        quantities.split(name)
    except ValueError:
        return False
    return True


def test_study_numbers_have_units() -> None:
    names = set(number_fields(Study))
    assert {"module_mw", "inference_mw", "length_yr"} <= names
    assert [name for name in names if not is_known(name)] == []


@pytest.mark.parametrize("table", sorted({**TABLES, **LAYERS}))
def test_catalogue_numbers_have_units(table: str) -> None:
    assert [name for name in number_fields({**TABLES, **LAYERS}[table].row) if not is_known(name)] == []


@pytest.mark.parametrize("table", sorted(SERIES))
def test_series_have_units(table: str) -> None:
    from pyarrow import parquet, types

    path = files("siting.data") / "catalog" / f"{table}.parquet"
    schema = parquet.read_schema(str(path))
    numbers = [field.name for field in schema if types.is_floating(field.type) or types.is_integer(field.type)]
    assert numbers
    assert [name for name in numbers if not is_known(name)] == []


def test_units_of_parameters_are_suffixes() -> None:
    path = files("siting.data") / "catalog" / "parameters.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert [row["parameter_id"] for row in rows if row["unit"] and row["unit"] not in quantities.UNITS] == []
    assert [row["parameter_id"] for row in rows if not row["parameter_id"].endswith(row["unit"])] == []


@pytest.mark.parametrize("name", ["price_usd_per_acre", "cost", "power_gw", "x_per_mw", "x_usd_per_furlong_mw", ""])
def test_other_suffixes_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="ends in no known unit"):
        quantities.split(name)


@pytest.mark.parametrize("suffix", sorted(quantities.UNITS))
def test_pyomo_knows_every_unit(suffix: str) -> None:
    from siting.models.assembly.units import unit_of

    assert unit_of(f"something_{suffix}") is not None


@pytest.mark.parametrize("suffix", sorted(quantities.UNITS))
def test_longest_suffix_wins(suffix: str) -> None:
    assert quantities.split(f"thing_{suffix}") == ("thing", suffix)
    assert quantities.split(suffix) == ("", suffix)


@pytest.mark.parametrize("name", [*sorted(quantities.UNITS), *sorted(quantities.DIMENSIONLESS)])
def test_every_format_formats(name: str) -> None:
    assert quantities.format_number(name, 1234.5)


def test_fields_of_a_case_carry_their_component(fields: set[str]) -> None:
    """Two components that have a price of power each cannot overwrite one another's; hours and money are nobody's."""
    assert {"racks.rack_usd", "quota.batch_quota_pflop", "cooling.dry_bulb_c"} <= fields
    assert [name for name in fields if name.partition(".")[0] not in {*COMPONENTS, "hours", "finance"}] == []
    assert [name for name in fields if not is_known(quantities.bare_name(name)) or name.count(".") != 1] == []


def test_no_two_fields_share_their_bare_name(fields: set[str]) -> None:
    shared = Counter(map(quantities.bare_name, fields))
    assert [name for name, count in shared.items() if count > 1] == []


def test_bare_name_is_that_of_one_field() -> None:
    known = ["halls.power_mw", "racks.rack_mw", "storage.power_mw"]
    assert full_name(known, "rack_mw") == "racks.rack_mw"
    with pytest.raises(KeyError, match=r"power_mw is the bare name of halls\.power_mw and storage\.power_mw"):
        full_name(known, "power_mw")
    with pytest.raises(KeyError, match="hall_mw is the bare name of no field"):
        full_name(known, "hall_mw")


def test_unit_of_a_field_is_that_of_its_bare_name(fields: set[str]) -> None:
    for name in fields:
        assert quantities.unit(name) == quantities.unit(quantities.bare_name(name)), name
    assert quantities.label("storage.power_usd_per_mw") == "power [USD/MW]"
    assert quantities.label("cooling.pue") == "pue"


BOTH_WINGS = {"Demand", "Policy", "Spending", "Term"}
"""A part of a study, and the component that states it; a term of a ledger, and of the books: one thing in two wings."""

NEVER_TOGETHER = {"Block", "Finding"}
"""Of a report, or of a model; of the audit, or of a study's checks: no file sees both."""


def test_class_and_type_have_one_name_and_one_meaning() -> None:
    """No class or type of one module is called like one of another, unless both say the same in the same words."""
    folders = (ROOT / name for name in ("siting", "models", "data", "reports"))
    found: dict[str, set[str]] = {}
    for path in {path.resolve() for folder in folders for path in folder.rglob("*.py")}:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).add(str(path.relative_to(ROOT)))
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if not name.isupper():
                    found.setdefault(name, set()).add(ast.unparse(node.value).removeprefix("npt."))
    told_apart = {name for name in found if name.startswith("_")} | BOTH_WINGS | NEVER_TOGETHER
    assert {name: said for name, said in found.items() if len(said) > 1 and name not in told_apart} == {}
