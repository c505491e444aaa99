"""Data that moves takes time: where a job is done by its deadline, and where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny_study import own_tables, study_fields, write_study

import siting
from siting.problems import InputError

ETL: dict[str, Any] = {"workload_id": "etl", "kind": "batch", "work_mw": {"2030": 2}}


def study(tmp_path: Path, port_gbps: list[float | None], **work: Any) -> siting.Study:
    fields = study_fields()
    fields["demand"] = {**fields["demand"], "workloads": [{**ETL, **work}]}
    fields["facility"] = {**fields["facility"], "port_gbps": 100.0}
    return siting.load_study(
        write_study(tmp_path, fields, {"sites": own_tables()["sites"].assign(port_gbps=port_gbps)})
    )


def test_a_slow_port_rules_a_site_out(tmp_path: Path) -> None:
    """450 TB are 3,600,000 Gbit: 10 h at the study's 100 Gbit/s, 20 h at 50. With 4 h of computing, 14 and 24 h: both in

    time for a day; with 5 h, 15 and 25 h.
    """
    for run_h, expected in ((4.0, [1, 1]), (5.0, [1, 0])):
        case = siting.prepare(study(tmp_path, [None, 50.0], data_tb=450.0, run_h=run_h))
        etl = case.axes["lot"].index("etl")
        assert case.values("serving.lot_resident_count")[:, etl].tolist() == expected
        assert case.values("serving.lot_resident_count")[:, 1 - etl].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("work", "problem"),
    [
        ({"data_tb": 1000.0, "deadline_h": 12}, "demand.workloads.0.data_tb: no site where it may be done is done by its"),
        ({"run_h": 30.0}, "demand.workloads.0.run_h: no site where it may be done is done by its deadline: data takes 0.0"),
        ({"data_tb": -1.0}, "demand.workloads.0.data_tb: input should be"),
        ({"kind": "inference", "data_tb": 1.0}, "demand.workloads.0.data_tb: inference work has none; batch work has"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_in_time_is_told(work: dict[str, Any], problem: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        siting.prepare(study(tmp_path, [None, None], **work))
    found = [f"{one.field}: {one.message}" for one in told.value.problems]
    assert any(problem in one for one in found), found


def test_a_shape_is_of_another_trace(tmp_path: Path) -> None:
    """The second shape of the catalogue is over its mean, like the first, and is not the first."""
    shapes = pd.read_csv(Path(siting.__file__).parent / "data" / "catalog" / "demand_shape.csv")
    assert shapes["alibaba_ratio"].mean() == pytest.approx(1, abs=1e-5)
    assert abs(shapes["alibaba_ratio"] - shapes["inference_ratio"]).max() > 0.05
    chat = {"workload_id": "chat", "kind": "inference", "work_mw": {"2030": 1}, "shape": "alibaba", "zones": ["coast"]}
    case = siting.prepare(study(tmp_path, [None, None], **{**ETL, **chat}))
    offset = int(case.tables["zones"]["utc_offset_h"].iloc[-1])
    hourly = case.full_year().values("serving.inference_pflop")[-1, 0, :24]
    local = shapes["alibaba_ratio"].to_numpy()[(range(24) + pd.Series(offset).to_numpy()) % 24]
    assert hourly / hourly.mean() == pytest.approx(local / local.mean(), rel=1e-4)
