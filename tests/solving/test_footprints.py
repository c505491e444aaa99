"""Energy, carbon and water by class of work, and of training runs at the sites of a plan."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich_case import rich_case
from tiny import quick, tiny_case

from siting.cli import footprint as command
from siting.plan.plan import Plan
from siting.plan.tables.footprints import published_check, run_footprints

RUNS = pd.DataFrame(
    [
        {
            "training_run_id": "gpt-3", "model": "Known", "accelerator_h": 1000.0, "accelerator_pflop": 0.5,
            "system_kw_per_accelerator": 2.0, "load_low_fraction": 0.5, "load_fraction": 0.75,
            "load_high_fraction": 1.0, "pue": 1.5, "published_mwh": 2.0, "published_counts": "system", "note": "none",
        }
    ]
)  # fmt: skip


def with_runs(plan: Plan) -> Plan:
    return dataclasses.replace(
        plan, case=dataclasses.replace(plan.case, tables={**plan.case.tables, "training_runs": RUNS})
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    """1 PFLOP/s of inference, 1 of batch work and 2 of training, on racks of 1 MW and 8 accelerators for 1 PFLOP/s."""
    case = tiny_case(
        batch_mean_pflop=1.0, training_cluster_pflop=2.0, clusters_needed_count=1.0, accelerators_count=8, pue=1.5,
        carbon_t_per_mwh=0.4, wue_m3_per_mwh=2.0, rack_embodied_t_per_yr=6.0, rack_usd=1000.0,
        water_source_m3_per_mwh=1.0,
    )  # fmt: skip
    return with_runs(quick(case))


def test_hpc_is_counted_apart_from_training() -> None:
    """A cluster of 2 PFLOP/s trains and one of 1 forecasts, each all year: 2 and 1 MW of IT, 17,520 and 8,760 MWh."""
    case = tiny_case(
        inference_pflop=0.0, jobs=("train", "forecast"), training_cluster_pflop=[2.0, 1.0],
        clusters_needed_count=[[1], [1]],
    )  # fmt: skip
    jobs = case.tables["jobs"].assign(work_class=["training", "hpc"])
    table = quick(dataclasses.replace(case, tables={**case.tables, "jobs": jobs})).tables["footprints"]
    assert table.set_index("work_class")["energy_mwh_per_yr"].to_dict() == pytest.approx(
        {"training": 17_520, "hpc": 8_760}
    )


def test_each_class_takes_its_share(plan: Plan) -> None:
    """A PFLOP/s all year is 1 MW of IT: 8,760 MWh x 1.5 = 13,140 MWh, x 0.4 = 5,256 t and 8,760 x 2 = 17,520 m3.

    It is 8 accelerators for 8,760 h, so an hour of one takes 13,140,000 / 70,080 = 187.5 kWh, 75 kg and 250 L. Four
    racks were made for 6 t a year each, of which the class has one rack's.
    """
    table = plan.tables["footprints"].set_index("work_class")
    assert list(table.index) == ["inference", "batch", "training"]
    for name, count in (("inference", 1.0), ("batch", 1.0), ("training", 2.0)):
        row = table.loc[name]
        assert row["work_pflop"] == pytest.approx(count)
        assert row["energy_mwh_per_yr"] == pytest.approx(13140 * count)
        assert row["carbon_location_t_per_yr"] == pytest.approx(5256 * count)
        assert row["carbon_hourly_t_per_yr"] == pytest.approx(5256 * count)
        assert row["carbon_embodied_t_per_yr"] == pytest.approx(6 * count)
        assert row["water_m3_per_yr"] == pytest.approx(17520 * count)
        assert row["source_water_m3_per_yr"] == pytest.approx(13140 * count)
        assert row[["kwh_per_gpu_h", "kg_per_gpu_h", "l_per_gpu_h"]].tolist() == pytest.approx([187.5, 75.0, 250.0])


def test_classes_add_up_to_the_site() -> None:
    """With a battery, contracts and hours of different load, nothing is lost and nothing is twice."""
    plan = quick(rich_case(training_cluster_pflop=1.0, clusters_needed_count=[0, 1], energy_usd_per_mwh=500.0))
    summed = plan.tables["footprints"].groupby(["site_id", "period"]).sum(numeric_only=True)
    sites = plan.tables["sites"][plan.tables["sites"]["is_open"] == 1].set_index(["site_id", "period"])
    energy = sites["energy_mwh_per_yr"].reindex(summed.index)
    assert summed["energy_mwh_per_yr"].to_numpy() == pytest.approx(energy.to_numpy())
    for boundary, component, column in (
        ("site", "cooling", "water_m3_per_yr"),
        ("source", "grid", "source_water_m3_per_yr"),
    ):
        of_boundary = plan.tables["water"].query(f"boundary == '{boundary}' and component == '{component}'")
        totals = of_boundary.groupby(["site_id", "period"])["water_m3_per_yr"].sum().reindex(summed.index, fill_value=0)
        assert summed[column].to_numpy() == pytest.approx(totals.to_numpy()), column
    for method in ("location", "hourly"):
        of_power = plan.tables["carbon"].query(f"method == '{method}' and component == 'grid'")
        totals = of_power.groupby(["site_id", "period"])["carbon_t_per_yr"].sum().reindex(summed.index, fill_value=0)
        assert summed[f"carbon_{method}_t_per_yr"].to_numpy() == pytest.approx(totals.to_numpy()), method


def test_idle_hours_are_shared_by_the_years_work() -> None:
    """Power of hours without work is not lost: inference in the first of three hours only, idle racks in the others.

    3 PFLOP/s in one hour of three on three racks that idle at half: IT of 3, 1.5 and 1.5 MW, 2,920 h each.
    """
    asked = np.array([3.0, 0.0, 0.0])
    case = tiny_case(inference_pflop=asked, batch_mean_pflop=0.0, idle_fraction=0.5)
    table = quick(case).tables["footprints"]
    assert table["work_class"].tolist() == ["inference"]
    assert table["energy_mwh_per_yr"].tolist() == pytest.approx([6.0 * 2920])


def test_run_at_a_site(plan: Plan) -> None:
    """1,000 h x 0.5 PFLOP/s are 500 PFLOP/s h of the site's 2 x 8,760, which take 26,280 MWh: 750 MWh.

    Carbon is 0.4 t/MWh of it, water 2 m3/MWh of the 500 MWh of IT.
    """
    (row,) = plan.tables["training_runs"].to_dict("records")
    assert row["energy_mwh"] == pytest.approx(750)
    assert row["carbon_location_t"] == pytest.approx(300)
    assert row["water_m3"] == pytest.approx(1000)


def test_run_takes_what_training_takes_and_not_other_work(plan: Plan) -> None:
    """Inference that takes ten times as much changes nothing of it."""
    dear = plan.tables["footprints"].copy()
    dear.loc[dear["work_class"] == "inference", "energy_mwh_per_yr"] *= 10
    assert run_footprints(plan.case, dear)["energy_mwh"].tolist() == pytest.approx([750])


def test_run_where_nothing_is_trained_takes_what_other_work_takes() -> None:
    """500 PFLOP/s h of 1 x 8,760, at 1 MW a PFLOP/s."""
    (row,) = with_runs(quick(tiny_case())).tables["training_runs"].to_dict("records")
    assert row["energy_mwh"] == pytest.approx(500)


def test_published_energy_beside_what_hours_give() -> None:
    """1,000 h x 2 kW x 1.5 = 3 MWh at full load, 2.25 at the mean, from 1.5; 2 published is within."""
    row = published_check(RUNS).iloc[0]
    assert row[["computed_low_mwh", "computed_mwh", "computed_high_mwh"]].tolist() == pytest.approx([1.5, 2.25, 3.0])
    assert row["verdict"] == "within"
    assert published_check(RUNS.assign(published_mwh=1.4))["verdict"].tolist() == ["below"]
    assert published_check(RUNS.assign(published_mwh=3.1))["verdict"].tolist() == ["above"]


def test_command_prints_hours_tokens_and_runs(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    """A million tokens at 1,000 a second and PFLOP/s: 1,000 s of 8 accelerators, 2.222 h x 187.5 kWh = 416.7 kWh."""
    monkeypatch.setattr(command, "require_result", lambda _folder: None)
    monkeypatch.setattr(command, "loaded", lambda _folder: plan)
    assert command.footprint(tmp_path, tokens_per_s_per_pflop=1000.0) == 0
    told = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert "a inference 187.500 75.000 250.000" in lines
    assert "a 417 167 556" in lines
    assert "a Known 750 300 300 1,000" in lines
    assert "Known 2 1.5 2.25 3 within system" in lines
