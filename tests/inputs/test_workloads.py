"""Classes of work that a study lists: what is wrong with them, with field and limit, and what a case makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny_study import own_tables, study_fields, write_study

from siting import InputError, load_study, prepare
from siting.data.fields.stated import fields_of
from siting.data.tables.choice.selection import choose_rows
from siting.plan.arithmetic import arithmetic_conflicts
from siting.plan.assumptions import stated_assumptions
from siting.study.checks import Severity
from siting.study.workload_checks import WORKLOAD_CHECKS

CHAT: dict[str, Any] = {"workload_id": "chat", "kind": "inference", "work_mw": {"2030": 2}}
ETL: dict[str, Any] = {"workload_id": "etl", "kind": "batch", "work_mw": {"2030": 2}}
JOB: dict[str, Any] = {"workload_id": "job", "kind": "training", "work_mw": {"2030": 4}, "cluster_mw": 2}


def listed(folder: Path, *workloads: dict[str, Any], **demand: Any) -> Path:
    """The tiny study with classes of work besides its own."""
    fields = study_fields()
    fields["demand"] |= {"workloads": list(workloads), **demand}
    tables = own_tables()
    tables["racks"]["fabric"] = "Ethernet 400 Gbit/s"
    return write_study(folder, fields, tables)


def problems(path: Path) -> list[str]:
    """What is wrong, each with its field."""
    with pytest.raises(InputError) as told:
        choose_rows(load_study(path))
    return [f"{one.field}: {one.message}" for one in told.value.problems]


@pytest.mark.parametrize(
    ("workloads", "problem"),
    [
        ([CHAT, CHAT], "demand.workloads.1.workload_id: 'chat' is a class of work already, at demand.workloads.0"),
        ([{**CHAT, "workload_id": "batch"}], "workloads.0.workload_id: 'batch' is a class of work already, at demand.b"),
        ([{**CHAT, "work_mw": {}}], "demand.workloads.0: nothing says how much 'chat' asks for"),
        ([{**CHAT, "work_pflop": {"2030": 1}}], "demand.workloads.0.work_pflop: it is asked for in work_mw already"),
        ([{**CHAT, "work_mw": {"2031": 1}}], "demand.workloads.0.work_mw: the period 2030 has no value"),
        ([{**CHAT, "deadline_h": 6}], "demand.workloads.0.deadline_h: inference work has none; batch work has"),
        ([{**ETL, "latency_limit_ms": 6}], "workloads.0.latency_limit_ms: batch work has none; inference work has"),
        ([{**ETL, "deadline_h": 7}], "demand.workloads.0.deadline_h: input should be 1, 2, 3, 4, 6, 8, 12, 24 or whole"),
        ([{**ETL, "deadline_h": 36}], "deadline_h: input should be 1, 2, 3, 4, 6, 8, 12, 24 or whole days of 24 (got 36)"),
        ([{**ETL, "deadline_h": 700}], "demand.workloads.0.deadline_h: input should be at most 672 (got 700)"),
        ([{**ETL, "movable_fraction": 2}], "demand.workloads.0.movable_fraction: input should be at most 1 (got 2)"),
        ([{**JOB, "cluster_mw": None}], "demand.workloads.0: nothing says how large a cluster of 'job' is"),
        ([{**JOB, "cluster_accelerators_count": 9}], "workloads.0.cluster_mw: cluster_accelerators_count says it"),
        ([{**JOB, "run_months_per_yr": 9.5}], "run_months_per_yr: what may not pause runs whole months"),
        ([{**CHAT, "shape": "inferense"}], "demand.workloads.0.shape: 'inferense' is no shape of a day in the table"),
        ([{**CHAT, "zones": ["coats"]}], "demand.workloads.0.zones.0: 'coats' is none of the study's zones"),
        ([{**CHAT, "latency_limit_ms": 1}], "workloads.0.latency_limit_ms: no site reaches zone 'chat.coast' within 1 ms"),
        ([{**CHAT, "latency_limit_ms": 1}], "; light alone takes 4.5 ms)"),
        ([{**CHAT, "residency_states": ["CA"]}], "residency_states: no site that may be opened lies in CA"),
        ([{**JOB, "fabric": "InfiniBand"}], "demand.workloads.0.fabric: no rack on offer has the fabric 'InfiniBand'"),
        ([{**CHAT, "kind": "interference"}], "demand.workloads.0.kind: input should be"),
        ([{**CHAT, "work_tokens_per_s": {"2030": 1}, "work_mw": {}}], "nothing says how many tokens a second a PFLOP/s"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_field(workloads: list[Any], problem: str, tmp_path: Path) -> None:
    found = problems(listed(tmp_path, *workloads))
    assert any(problem in one for one in found), found


def test_every_check_is_an_error() -> None:
    assert all(check.severity is Severity.ERROR and check.needs == ("demand",) for check in WORKLOAD_CHECKS)


def test_what_a_case_makes_of_classes(tmp_path: Path) -> None:
    """The tiny study's rack does 1,000 PFLOP/s a MW, and an accelerator 100/72.

    Chat asks for 2 MW on the coast alone, all day alike; 2 MW of work due within 6 hours are four lots of 500 PFLOP/s on
    the mean of the day, each 4 times as much within its window; a job of 4 MW in clusters of 720 accelerators, 1,000
    PFLOP/s, that run 6 months takes eight.
    """
    path = listed(
        tmp_path,
        {**CHAT, "zones": ["coast"], "shape": "flat", "latency_limit_ms": 30},
        {**ETL, "deadline_h": 6, "movable_fraction": 0.25, "residency_states": ["IA"]},
        {**JOB, "cluster_mw": None, "cluster_accelerators_count": 720, "run_months_per_yr": 6, "may_pause": True},
    )
    choice = choose_rows(load_study(path))
    fields = {name: field.values for name, field in fields_of(choice).items()}
    assert choice.tables["zones"]["zone_id"].tolist() == ["plains", "coast", "chat.coast"]
    assert fields["serving.rtt_limit_ms"].tolist() == [60, 60, 30]
    assert fields["serving.inference_pflop"][2] == pytest.approx(2000)
    assert fields["serving.inference_mean_pflop"][:2, 0] == pytest.approx([1000, 3000])
    assert choice.tables["lots"]["lot_id"].tolist() == ["batch", "etl.00", "etl.06", "etl.12", "etl.18"]
    assert fields["serving.batch_mean_pflop"][:, 0, 0] == pytest.approx([2000, 500, 500, 500, 500])
    present = fields["serving.batch_presence_ratio"][:, :24]
    assert np.flatnonzero(present[2]).tolist() == list(range(6, 12))
    assert present.mean(axis=1) == pytest.approx(1)
    assert present[2].max() == pytest.approx(4)
    assert fields["serving.lot_resident_count"][:, 1].tolist() == [1, 0]
    assert choice.tables["jobs"]["job_id"].tolist() == ["job"]
    assert fields["training.training_cluster_pflop"] == pytest.approx([1000])
    assert fields["training.clusters_needed_count"].tolist() == [[8]]


def test_classes_alone_are_a_study(tmp_path: Path) -> None:
    """A study that lists classes need not state the fields of one of each kind."""
    fields = study_fields()
    fields["demand"] = {"reference_rack": "block", "workloads": [CHAT], "latency_limit_ms": 60}
    choice = choose_rows(load_study(write_study(tmp_path, fields)))
    assert choice.tables["zones"]["zone_id"].tolist() == ["chat.plains", "chat.coast"]
    assert choice.tables["lots"]["lot_id"].tolist() == ["batch"]


def test_listed_classes_grow(tmp_path: Path) -> None:
    """HPC grows as inference does: what is asked in 2026 is there in 2030 at the growth of the case, to the fourth."""
    hpc = {"workload_id": "hpc", "kind": "hpc", "work_mw": {"2026": 1}, "cluster_mw": 0.5}
    path = listed(
        tmp_path, hpc, growth={"case": "mid", "from_year": 2026}, inference_mw={"2026": 1}, batch_mw={"2026": 1}
    )
    demand = choose_rows(load_study(path)).study.demand
    (grown,) = demand.workloads
    assert grown.work_mw[2030] == pytest.approx(demand.inference_mw[2030])
    assert grown.work_mw[2030] > 1


def test_a_cluster_larger_than_any_site_is_told(tmp_path: Path) -> None:
    """40 MW of the reference rack are 40,000 PFLOP/s, 41.24 MW of it at 97 % of the time; the largest site has 20."""
    (told,) = arithmetic_conflicts(prepare(load_study(listed(tmp_path, {**JOB, "cluster_mw": 40}))))[:1]
    assert told.field == "demand.workloads.0.cluster_mw"
    assert (
        told.message
        == "a cluster of 40 MW takes 41.24 MW of the densest racks on offer, and no site may have more than 20"
    )


@pytest.mark.parametrize(
    ("unit", "label"), [("mw", "MW"), ("pflop", "PFLOP/s"), ("gpu_h_per_yr", "GPU-h/yr"), ("tokens_per_s", "tokens/s")]
)
def test_classes_are_among_the_assumptions(tmp_path: Path, unit: str, label: str) -> None:
    asked = {**CHAT, "work_mw": {}, f"work_{unit}": {"2030": 5}}
    study = load_study(listed(tmp_path, asked, throughput_tokens_per_s_per_pflop=3000))
    rows = pd.DataFrame(stated_assumptions(study)).set_index("item")
    assert rows.loc["demand from 2030: chat", ["value", "unit"]].tolist() == [5.0, label]
