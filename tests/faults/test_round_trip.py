"""Every variant of technology, axis and table comes back from its folder: read, audited, verified, begun with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from rich_case import rich_case
from tiny import quick, tiny_case
from tiny_study import own_tables, study_fields, write_study

import siting
from siting.case.case import Case
from siting.plan.plan import Plan
from siting.results.folder import load
from siting.results.verifying import verify
from siting.results.writing import write

Said = Callable[..., tuple[int, str]]

VARIANTS: dict[str, Callable[[], Case]] = {
    "nothing is offered": lambda: tiny_case(rack_usd=1.0),
    "no contracts": lambda: rich_case(contracts=(), output_fraction=np.zeros((2, 0, 6)), strike_usd_per_mwh=[],
                                      resale_usd_per_mwh=np.zeros((2, 0, 6)), delivery_usd_per_mwh=np.zeros((2, 0))),
    "no certificates, no battery": lambda: rich_case(certificates=False, storage=False),
    "one contract": lambda: tiny_case(rack_usd=1.0, contracts=("solar",), output_fraction=0.5),
    "training": lambda: rich_case(training_cluster_pflop=1.0, clusters_needed_count=[0, 1]),
    "no inference": lambda: rich_case(inference_pflop=0.0),
    "no batch, no heat, no halls that stand": lambda: rich_case(
        batch_mean_pflop=0.0, heat_demand_mw=0.0, existing_mw=0.0
    ),
    "one site": lambda: tiny_case(rack_usd=1.0, sites=("a",)),
    "ids like numbers": lambda: tiny_case(
        rack_usd=1.0, sites=("01", "1e5"), zones=("007",), racks=("1",), cooling=("0",)
    ),
    "ids like words of other languages": lambda: tiny_case(
        rack_usd=1.0, sites=("nan", "null"), zones=("na",), racks=("true",), cooling=("none",)
    ),
}  # fmt: skip


GAP = 0.01
"""To which the variants are solved: what comes back does not rest on the last percent, which takes most of the time."""


LONG = (
    "one site",    "no batch, no heat, no halls that stand", "no certificates, no battery", "no inference", "one contract", "training",
    "no contracts", "ids like words of other languages",
)  # fmt: skip
"""Variants of the long run; the others have what was once lost on the way back: no members, or names like numbers."""


@pytest.mark.parametrize(
    ("variant", "rivals"),
    [
        *(pytest.param(name, True, marks=pytest.mark.slow if name in LONG else ()) for name in VARIANTS),
        pytest.param("no contracts", False, marks=pytest.mark.slow),
    ],
    ids=[*VARIANTS, "without rivals and reports"],
)
def test_variant_comes_back(variant: str, rivals: bool, tmp_path: Path) -> None:
    """What begins with a plan is as good, and no plan is better than its bound."""
    plan = quick(VARIANTS[variant](), rivals=rivals, gap=GAP)
    folder = write(plan, tmp_path / "out", languages=("en",) if rivals else ())
    again = load(folder)
    assert_same(again, plan)
    again.audit().raise_for_residuals()
    found = verify(folder)
    assert found.failures == ()
    begun = quick(plan.case, start=again, gap=GAP)
    assert plan.bound_usd * (1 - 1e-9) - 1e-6 <= begun.objective_usd <= plan.objective_usd * (1 + 1e-9) + 1e-6
    assert begun.warnings == ()


def assert_same(one: Plan, other: Plan) -> None:
    assert one.case.axes == other.case.axes
    for ours, theirs in (
        (one.case.fields, other.case.fields),
        (one.solution.decisions, other.solution.decisions),
        (one.solution.values, other.solution.values),
    ):
        assert set(ours) == set(theirs)
        for name, field in ours.items():
            assert field.axes == theirs[name].axes
            np.testing.assert_array_equal(field.values, theirs[name].values, err_msg=name)
    for name, table in other.tables.items():
        assert_frame_equal(one.tables[name], table, check_exact=True, obj=name)


def test_each_key_of_an_empty_axis_is_text_or_number_as_ever(tmp_path: Path) -> None:
    """Without rows, a column of ids was read back as one of numbers, whose positions in an axis are NaN."""
    folder = write(quick(VARIANTS["no contracts"]()), tmp_path / "out", languages=())
    table = pd.read_parquet(folder / "case" / "fields" / "site-contract-hour.parquet")
    assert len(table) == 0
    assert not pd.api.types.is_float_dtype(table["contract_id"])
    assert pd.api.types.is_integer_dtype(table["hour"])


OF_DAYS = ("--year-bound", "off", "--draws", "5")
"""Without a bound for the year, which the fixture `result` and one study here have, and with few draws."""

STUDIES: dict[str, tuple[dict[str, Any], dict[str, Callable[[], pd.DataFrame]]]] = {
    "no contracts, no certificates, no battery": (
        {"technology": {"contracts": [], "storage": False, "certificates": False}}, {}
    ),
    "all that is on offer": ({"technology": {}}, {}),
    "two periods and training": (
        {
            "horizon": {"base_year": 2026, "periods": [{"year": 2030, "length_yr": 5}, {"year": 2035, "length_yr": 5}]},
            "demand": {
                "reference_rack": "block", "latency_limit_ms": 60, "inference_mw": {"2030": 4, "2035": 6},
                "batch_mw": {"2030": 0, "2035": 2}, "training_mw": {"2030": 0, "2035": 4}, "training_cluster_mw": 4,
            },
        },
        {},
    ),
    "a hot year, a warmer climate, sites named like numbers": (
        {"climate": {"hot_year": True, "warming_c": 2.0}},
        {"sites": lambda: _renamed({"west": "007", "east": "1e5"})},
    ),
}  # fmt: skip


def _renamed(names: dict[str, str]) -> pd.DataFrame:
    sites = own_tables()["sites"]
    return sites.assign(site_id=sites["site_id"].map(names))


@pytest.mark.slow
@pytest.mark.parametrize("variant", STUDIES)
def test_study_goes_all_the_way(variant: str, tmp_path: Path, said: Said) -> None:
    """Run, report, verify, and a run that begins with it: the commands of a day.

    What `run` and `report` write is held by one `verify`, and the year's bound is worked out where there is most on
    offer. The run that begins with it has no draws, which do not rest on where it began.
    """
    fields, tables = STUDIES[variant]
    study = write_study(tmp_path, {**study_fields(), **fields}, {name: make() for name, make in tables.items()})
    out, again = tmp_path / "out", tmp_path / "again"
    asked = () if variant == "all that is on offer" else OF_DAYS
    assert said("run", study, "-o", out, "--quiet", *asked) == (0, "")
    assert said("report", out, "--lang", "id") == (0, "")
    assert said("verify", out) == (0, "")
    assert said("run", study, "-o", again, "--quiet", "--start", out, *OF_DAYS[:2], "--draws", "0") == (0, "")
    assert siting.load(again).objective_usd == pytest.approx(siting.load(out).objective_usd, rel=0.01)
