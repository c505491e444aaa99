"""A number that the solver cannot take, or would drop, is named with the input that it comes from."""

from __future__ import annotations

import dataclasses
import re
import typing
from pathlib import Path

import numpy as np
import pytest
from sites_apart import blocks_of, whole
from tiny import tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.case.case import Case, Field
from siting.data.components.registry import STATEMENTS
from siting.data.fields.stated import FIELDS
from siting.data.tables.rows import FinanceRow, ParameterRow
from siting.data.tables.schema import LAYERS, SERIES, TABLES
from siting.models.assembly.soundness import refuse_unsound
from siting.problems import InputError
from siting.study.study import Study


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    fields = study_fields()
    fields["technology"] = {"contracts": "all", "storage": True}
    fields["policy"] = {"water_cap_m3_per_yr": 1e6, "pue_max_ratio": 1.5}
    return siting.prepare(siting.load_study(write_study(tmp_path_factory.mktemp("sound"), fields)))


def changed(case: Case, name: str, value: float) -> Case:
    field = case.fields[name]
    return dataclasses.replace(
        case, fields={**case.fields, name: Field(field.axes, np.full_like(field.values, value))}, year_of=None
    )


def refusal(case: Case, way: typing.Callable[[Case], object]) -> str:
    with pytest.raises(InputError) as caught:
        way(case)
    return str(caught.value)


WRONG = {
    "a coefficient above 1e15": ("halls.land_ha_per_mw", 1e16, "cooling.csv: land_ha_per_mw: the solver cannot take "),
    "a coefficient that would be dropped": ("racks.rack_mw", 1e-12, "racks.csv: rack_kw: the solver cannot take "),
    "a cost above 1e20": ("racks.rack_usd", 1e28, "racks.csv: rack_usd: the solver cannot take "),
    "a coefficient of what another component posts": ("grid.headroom_mw", 1e21, "sites.csv: headroom_mw: the solver cannot take "),
}  # fmt: skip


@pytest.mark.parametrize("way", [whole, blocks_of])
@pytest.mark.parametrize("name", WRONG)
def test_number_that_cannot_be_handed_over_is_named(
    case: Case, name: str, way: typing.Callable[[Case], object]
) -> None:
    field, value, begin = WRONG[name]
    told = refusal(changed(case, field, value), way)
    assert any(line.startswith(begin) for line in told.splitlines())
    assert f"it comes from {field} of {value:g}" in told
    assert "nan" not in told


@pytest.mark.parametrize("part", ["cost", "row_lower", "row_upper", "column_lower", "column_upper"])
@pytest.mark.parametrize("value", [np.nan, 1e21, -1e21])
def test_no_number_and_numbers_taken_for_infinite_are_found(case: Case, part: str, value: float) -> None:
    model = whole(case)
    numbers = getattr(model.form, part).copy()
    numbers[3] = value
    with pytest.raises(InputError, match="the solver cannot take"):
        refuse_unsound(dataclasses.replace(model.form, **{part: numbers}), model.assembly)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e16])
def test_no_number_in_the_matrix_is_found_with_its_row_and_column(case: Case, value: float) -> None:
    model = whole(case)
    matrix = model.form.matrix.copy()
    matrix.data[7] = value
    column = int(np.searchsorted(matrix.indptr, 7, side="right")) - 1
    names = f"{model.form.columns.name(column)} in {model.form.rows.name(matrix.indices[7])}"
    with pytest.raises(InputError, match=re.escape(names)):
        refuse_unsound(dataclasses.replace(model.form, matrix=matrix), model.assembly)


def test_open_ends_are_sound(case: Case) -> None:
    model = whole(case)
    assert np.isinf(model.form.column_upper).any()
    assert np.isinf(model.form.row_lower).any()
    refuse_unsound(model.form, model.assembly)


def test_number_of_the_study_is_told_with_its_line(case: Case) -> None:
    told = refusal(changed(case, "placement.fixed_site_usd", 1e30), whole)
    path = case.study.file_name()
    stated = [i for i, row in enumerate(Path(path).read_text().splitlines(), 1) if '"facility"' in row]
    assert told.startswith(f"{path}:{stated[0]}: facility.fixed_site_usd: the solver cannot take ")


def test_rounding_in_a_series_is_no_mistake(case: Case) -> None:
    """The sun's output at dusk, a ten-billionth of noon's, is dropped as nothing, though contracts have no bound."""
    output = case.values("contracts.output_fraction").copy()
    output[..., 0] = 1e-10
    whole(
        dataclasses.replace(
            case,
            fields={
                **case.fields,
                "contracts.output_fraction": Field(case.fields["contracts.output_fraction"].axes, output),
            },
        )
    )


def test_output_that_is_nothing_in_every_hour_is_rounding_too_where_it_is_bounded() -> None:
    """A share of one zone's work of 1e-12 PFLOP/s is less than what a row may be off by."""
    whole(tiny_case(inference_pflop=1e-12, batch_mean_pflop=1.0))


def test_every_number_of_a_case_says_where_it_comes_from(case: Case) -> None:
    own = {
        "hours.step_h",
        "hours.weight_h_per_yr",
        "unserved.unserved_usd_per_pflop_h",
        "quota.unclaimed_fraction",
    }  # the calendar's, the replay's
    for name, asset in ((name, asset) for stated in STATEMENTS.values() for name, asset in stated.assets.items()):
        own |= {known for known, number in asset.numbers(name).items() if not number.inputs}  # by law, in the code
    assert set(case.fields) - own == set(case.inputs)
    assert all(case.inputs.values())


def test_inputs_are_there() -> None:
    columns = {
        f"{table}.{column}" for table, kind in {**TABLES, **LAYERS}.items() for column in kind.row.model_fields
    } | {f"{table}.{column}" for table, kind in SERIES.items() for column in kind.columns}
    parameters = {f"parameters.{name}" for name in ParameterRow.ranges} | {
        f"finance.{name}" for name in FinanceRow.ranges
    }
    stated = {
        f"{part}.{field}"
        for part, info in Study.model_fields.items()
        for field in getattr(info.annotation, "model_fields", ())
    }
    assert {name for number in FIELDS.values() for name in number.inputs} <= columns | parameters | stated
