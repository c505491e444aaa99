"""Demand asked in several units, demand that grows, whole clusters, and what is told of all three."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from siting.data.components import training
from siting.data.components.racks import asked_pflop
from siting.data.kinds.choice import Choice
from siting.data.tables.choice.demand_growth import grown
from siting.plan.tables.demand import asked_and_built, asked_lines, built_line, cluster_notes, demand_table
from siting.problems import InputError
from siting.study.demand import Demand, ReferenceWork
from siting.study.loading import load_study
from siting.study.study import Study

OF_REFERENCE = ReferenceWork(pflop_per_mw=800.0, accelerator_pflop=1.0, tokens_per_s_per_pflop=3000.0)
CASES = pd.DataFrame(
    {
        "case_id": ["mid"],
        "name": ["Middle"],
        "power_growth_per_yr": [0.25],
        "hardware_gain_per_yr": [0.2],
        "training_doubling_yr": [0.5],
        "training_doubling_error_yr": [0.02],
        "training_adoption_fraction": [0.25],
        "source_id": ["a"],
        "grade": ["assumed"],
    }
)

Write = Callable[..., Study]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A maker of studies that ask what is given, in two periods."""

    def make(demand: str) -> Study:
        path = tmp_path / "asks.yaml"
        path.write_text(
            "extends: us-small\nname: asks\n"
            "horizon: {base_year: 2026, periods: [{year: 2028, length_yr: 2}, {year: 2030, length_yr: 5}]}\n"
            f"demand: {demand}\n"
        )
        return load_study(path)

    return make


def case_of(study: Study, cases: pd.DataFrame = CASES) -> Any:
    """What a case has to say of demand: 800 PFLOP/s a MW of the reference rack, 1 of its accelerator."""
    fields = {
        "finance.reference_pflop_per_mw": np.array(800.0),
        "finance.reference_accelerator_pflop": np.array(1.0),
        "racks.accelerators_count": np.array([16.0, 72.0]),
    }
    periods = tuple(period.year for period in study.horizon.periods)
    return SimpleNamespace(
        study=study,
        axes={"period": periods, "rack": ("old", "new")},
        tables={"demand_growth": cases},
        values=fields.get,
    )


def refused(write: Write, demand: str) -> list[str]:
    """What is said against such a demand, without the place."""
    with pytest.raises(InputError) as error:
        write(demand)
    return [f"{problem.field}: {problem.message}" for problem in error.value.problems]


@pytest.mark.parametrize(
    ("unit", "pflop"), [("mw", 800.0), ("pflop", 1.0), ("gpu_h_per_yr", 1 / 8760), ("tokens_per_s", 1 / 3000)]
)
def test_work_of_one_of_a_unit(unit: str, pflop: float) -> None:
    """A year has 8,760 hours of an accelerator of 1 PFLOP/s; 3,000 tokens a second are one PFLOP/s."""
    assert OF_REFERENCE.pflop_per(unit) == pytest.approx(pflop, rel=1e-12)


def test_unknown_units_have_no_work() -> None:
    with pytest.raises(ValueError, match="nothing says how much work one tokens_per_s is"):
        ReferenceWork(800.0, 1.0).pflop_per("tokens_per_s")


RACK = pd.DataFrame({"rack_kw": [100.0], "compute_pflop": [100.0], "accelerators_count": [50]})

WAYS = {
    "mw": {"inference_mw": 4, "batch_mw": 2, "training_mw": 9},
    "tokens, work and hours": {
        "inference_tokens_per_s": 200_000,
        "throughput_tokens_per_s_per_pflop": 50,
        "batch_pflop": 2000,
        "training_gpu_h_per_yr": 4500 * 8760,
    },
    "hours and work": {
        "inference_gpu_h_per_yr": 2000 * 8760,
        "batch_gpu_h_per_yr": 1000 * 8760,
        "training_pflop": 9000,
    },
}


@pytest.mark.parametrize("name", sorted(WAYS))
def test_units_ask_the_same(name: str) -> None:
    """A rack of 0.1 MW does 100 PFLOP/s: 4, 2 and 9 MW are 4,000, 2,000 and 9,000, of its accelerators 2 each.

    9 MW of training in clusters of 4 MW are three clusters, in whatever unit it is asked.
    """
    asks = {key: {2030: float(value)} if "throughput" not in key else value for key, value in WAYS[name].items()}
    demand = Demand.model_validate({"reference_rack": "block", "training_cluster_mw": 4, **asks})
    study: Any = SimpleNamespace(demand=demand, horizon=SimpleNamespace(periods=[SimpleNamespace(year=2030)]))
    tables = {
        "racks": RACK, "sites": pd.DataFrame({"state": ["TX"]}), "jobs": pd.DataFrame({"workload_id": ["training"]}),
    }  # fmt: skip
    choice = Choice(study, tables, {}, (), reference_rack=RACK, priced_rack=RACK, zone_places=RACK)
    assert asked_pflop(choice, "inference").tolist() == pytest.approx([4000])
    assert asked_pflop(choice, "batch").tolist() == pytest.approx([2000])
    assert training.STATED.of_choice(choice)["training.clusters_needed_count"].values.tolist() == [[3]]


def test_another_unit_takes_the_place_of_the_base_studys(write: Write) -> None:
    """us-small asks for inference in MW; a study that extends it and asks in PFLOP/s does not ask twice."""
    study = write("{inference_pflop: {2028: 5, 2030: 6}, batch_mw: {2028: 1, 2030: 1}, training_mw: {}}")
    assert {one.field: dict(one.by_year) for one in study.demand.asked()} == {
        "inference_pflop": {2028: 5.0, 2030: 6.0},
        "batch_mw": {2028: 1.0, 2030: 1.0},
    }


REFUSED = {
    "two units": (
        "{inference_mw: {2028: 1, 2030: 1}, inference_pflop: {2028: 1, 2030: 1}, batch_mw: {2028: 0, 2030: 0},"
        " training_mw: {}}",
        ["demand.inference_pflop: inference is asked for in inference_mw already"],
    ),
    "no unit": (
        "{inference_mw: {}, batch_mw: {2028: 1, 2030: 1}, training_mw: {}}",
        [
            "demand.inference_mw: missing, and so are inference_pflop, inference_gpu_h_per_yr, inference_tokens_per_s",
        ],
    ),
    "growth from a year without a value": (
        "{inference_mw: {2026: 1}, batch_mw: {2028: 1, 2030: 1}, training_mw: {}, growth: {case: mid, from_year: 2026}}",
        ["demand.batch_mw: the year 2026, from which demand grows, has no value"],
    ),
    "growth from after a period": (
        "{inference_mw: {2029: 1}, batch_mw: {2028: 1, 2029: 1}, training_mw: {}, growth: {case: mid, from_year: 2029}}",
        ["demand.inference_mw: the period 2028 has no value"],
    ),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_refused(write: Write, name: str) -> None:
    demand, expected = REFUSED[name]
    assert refused(write, demand) == expected


GROWS = (
    "{inference_mw: {2026: 100}, batch_pflop: {2026: 10, 2030: 11}, training_mw: {2026: 8}, training_cluster_mw: 10,"
    " growth: {case: mid, from_year: 2026}}"
)


def test_later_periods_grow(write: Write) -> None:
    """Power grows by 1.25 and hardware by 1.2 a year: 1.5 squared in 2028, 1.5^4 in 2030. What is stated stays.

    Training doubles in half a year, of which a quarter is taken up: once in two years, so 16 and 32 MW.
    """
    study = grown(write(GROWS), CASES)
    assert dict(study.demand.inference_mw) == pytest.approx({2026: 100, 2028: 225, 2030: 506.25})
    assert dict(study.demand.batch_pflop) == pytest.approx({2026: 10, 2028: 22.5, 2030: 11})
    assert dict(study.demand.training_mw) == pytest.approx({2026: 8, 2028: 16, 2030: 32})
    assert grown(study, CASES) == study


def test_a_study_without_growth_is_left_alone(write: Write) -> None:
    study = write("{inference_mw: {2028: 1, 2030: 1}, batch_mw: {2028: 1, 2030: 1}, training_mw: {}}")
    assert grown(study, CASES) is study


def test_growth_that_is_not_there_or_goes_too_far(write: Write) -> None:
    """Of a case that doubles every 0.05 years 8 MW are 8 x 2^20 after four years, more than the world has."""
    study = write(GROWS)
    with pytest.raises(InputError, match="'mid' is not in the table demand_growth; the cases are: slow"):
        grown(study, CASES.assign(case_id="slow"))
    with pytest.raises(InputError, match="what it grows to in 2030 should be 0, or from"):
        grown(study, CASES.assign(training_doubling_yr=0.05))


def test_what_is_asked_in_every_unit(write: Write) -> None:
    """225 MW are 180,000 PFLOP/s; 22.5 PFLOP/s; 16 MW are 12,800, in two clusters of 10 MW 16,000 PFLOP/s."""
    table = demand_table(case_of(grown(write(GROWS), CASES))).query("period == 2028").set_index("work_class")
    assert table["value"].tolist() == pytest.approx([225, 22.5, 16])
    assert table["unit"].tolist() == ["MW", "PFLOP/s", "MW"]
    assert table["work_pflop"].tolist() == pytest.approx([180_000, 22.5, 12_800])
    assert table["reference_mw"].tolist() == pytest.approx([225, 22.5 / 800, 16])
    assert table["reference_accelerators_count"].tolist() == pytest.approx([180_000, 22.5, 12_800])
    assert table["reference_gpu_h_per_yr"]["batch"] == pytest.approx(22.5 * 8760)
    assert table["placed_pflop"].tolist() == pytest.approx([180_000, 22.5, 16_000])


def test_what_is_asked_and_what_grew_is_told(write: Write) -> None:
    """In 2030 batch work is stated, so it is not said to grow."""
    first, last = asked_lines(case_of(grown(write(GROWS), CASES)))
    assert first.startswith(
        "2028: inference 225 MW (mid growth from 100 MW in 2026), batch 22.5 PFLOP/s (mid growth from 10 PFLOP/s in "
        "2026), training 16 MW (mid growth from 8 MW in 2026); in all 192,822.5 PFLOP/s, as much as 241.0 MW of "
        "hgx-h100-air, 192,822 of its accelerators"
    )
    assert ", batch 11 PFLOP/s, training" in last


def test_clusters_that_do_not_divide_are_told(write: Write) -> None:
    """100 MW in clusters of 40 MW are three, 120 MW; 80 MW are two, and nothing is told."""
    asks = "{{inference_mw: {{2028: 1, 2030: 1}}, batch_mw: {{2028: 1, 2030: 1}}, {}, training_cluster_mw: 40}}"
    (note,) = cluster_notes(case_of(write(asks.format("training_mw: {2028: 100, 2030: 80}"))))
    assert note.field == "demand.training_mw.2028"
    assert note.message == "100 MW of training in clusters of 40 MW: 3 clusters, 120 MW are built"
    (note,) = cluster_notes(case_of(write(asks.format("training_pflop: {2028: 64000, 2030: 800}"))))
    assert note.message == "800 PFLOP/s of training in clusters of 40 MW: 1 cluster, 40 MW are built"


def test_asked_and_built_stand_side_by_side(write: Write) -> None:
    """Two old racks of 16 accelerators and three new ones of 72: 248. Only the system's peak in the period counts."""
    case = case_of(write("{inference_mw: {2028: 3, 2030: 4}, batch_mw: {2028: 0, 2030: 0}, training_mw: {}}"))
    tables = {
        "demand": demand_table(case),
        "sites": pd.DataFrame({"period": [2028, 2030, 2030], "it_capacity_mw": [1, 2, 3.0], "it_mean_mw": [1, 1, 2.0]}),
        "racks": pd.DataFrame(
            {"period": [2028, 2030, 2030], "rack_id": ["old", "old", "new"], "in_use_count": [1, 2, 3]}
        ),
        "workloads": pd.DataFrame(
            {
                "period": [2028, 2030, 2030, 2030],
                "workload_id": ["inference", "inference", "inference", "voice"],
                "served_by": ["site", "site", "lease", "site"],
                "place_id": ["a", "a", "cloud", "b"],
                "work_pflop": [1.0, 2, 3, 4],
                "it_capacity_mw": [1.0, 2, np.nan, 3],
                "energy_mwh_per_yr": [5.0, 6, np.nan, 7],
            }
        ),
        "kpis": pd.DataFrame(
            {
                "entity_type": ["system", "system", "site"],
                "period": [2028, 2030, 2030],
                "kpi_id": "coincident_peak_grid_mw",
                "value": [1.1, 5.5, 4.0],
            }
        ),
    }
    told = asked_and_built(case, tables)
    assert told["2030"]["built"] == {"it_mw": 5.0, "it_mean_mw": 3.0, "peak_grid_mw": 5.5, "accelerators_count": 248.0}
    assert [row["work_pflop"] for row in told["2030"]["asked"]] == [3200.0, 0.0]
    assert told["2030"]["by_class"] == {
        "inference": {"work_pflop": 5.0, "it_capacity_mw": 2.0, "energy_mwh_per_yr": 6.0, "sites_count": 1.0},
        "voice": {"work_pflop": 4.0, "it_capacity_mw": 3.0, "energy_mwh_per_yr": 7.0, "sites_count": 1.0},
    }
    assert built_line(case, tables).endswith("; inference 2.0 MW at 1 site, voice 3.0 MW at 1 site")


def test_every_amount_of_demand_has_its_limits() -> None:
    """The fields that ask for work are those of three classes in their units, and no other."""
    amounts = {name for name in Demand.model_fields if name.split("_")[0] in ("inference", "batch", "training")}
    assert amounts - {"training_cluster_mw"} == {
        f"{kind}_{unit}"
        for kind in ("inference", "batch", "training")
        for unit in ("mw", "pflop", "gpu_h_per_yr", "tokens_per_s")
        if (kind, unit) != ("training", "tokens_per_s")
    }
