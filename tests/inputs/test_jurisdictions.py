"""Work bound to places: to states, to jurisdictions of the study's own, at sites and in what is leased."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny_study import study_fields, write_study

from siting.data.components.leases import STATED as LEASES
from siting.data.components.serving import lies_within
from siting.data.tables.choice.selection import choose_rows
from siting.problems import InputError
from siting.study.demand import Demand
from siting.study.loading import load_study
from siting.study.workloads import Jurisdiction

LEAST: dict[str, Any] = {"reference_rack": "block"}
ETL: dict[str, Any] = {"workload_id": "etl", "kind": "batch", "work_mw": {"2030": 2}}


def bound(tmp_path: Path, work: dict[str, Any], **jurisdictions: Any) -> Path:
    fields = study_fields()
    fields["demand"] = {**fields["demand"], "workloads": [{**ETL, **work}], "jurisdictions": jurisdictions}
    return write_study(tmp_path, fields)


def problems(path: Path) -> list[str]:
    with pytest.raises(InputError) as told:
        choose_rows(load_study(path))
    return [f"{one.field}: {one.message}" for one in told.value.problems]


def test_states_and_jurisdictions_are_added_up() -> None:
    """A class may be done in any place of all that it names."""
    demand = Demand.model_validate(
        {
            **LEAST,
            "jurisdictions": {"west": {"states": ["CA", "OR"], "grid_zones": ["BPAT"]}, "south": {"states": ["TX"]}},
            "workloads": [{**ETL, "residency_states": ["IA", "TX"], "residency": ["west", "south"]}, {**ETL}],
        }
    )
    first, second = (demand.residency(one) for one in demand.workloads)
    assert first == Jurisdiction(states=("IA", "TX", "CA", "OR"), grid_zones=("BPAT",))
    assert second.is_anywhere()


def test_a_place_is_in_a_jurisdiction_by_its_state_or_its_grid_zone() -> None:
    """Leases have no grid zone: a jurisdiction of grid zones alone holds none of them."""
    sites = pd.DataFrame({"state": ["IA", "CA", "WA"], "grid_zone_id": ["MISO", "CISO", "BPAT"]})
    leases = pd.DataFrame({"state": ["IA", None]})
    mixed = Jurisdiction(states=("IA",), grid_zones=("BPAT",))
    assert lies_within(sites, mixed).tolist() == [True, False, True]
    assert lies_within(leases, mixed).tolist() == [True, False]
    assert lies_within(leases, Jurisdiction(grid_zones=("MISO",))).tolist() == [False, False]
    assert lies_within(leases, Jurisdiction()).tolist() == [True, True]


def test_the_case_knows_where_such_work_may_be_done(tmp_path: Path) -> None:
    """West lies in Iowa and the grid zone ERCO's neighbour; the tiny study leases in the catalogue's regions."""
    choice = choose_rows(load_study(bound(tmp_path, {"residency": ["home"]}, home={"states": ["IA"]})))
    from siting.data.components.serving import resident

    sites, leases = choice.tables["sites"], choice.tables["leases"]
    assert resident(choice, sites, ["batch", "etl"]).T.tolist() == [
        [1.0] * len(sites),
        (sites["state"] == "IA").astype(float).tolist(),
    ]
    assert LEASES.of_choice is not None
    leasable = LEASES.of_choice(choice)["leases.lot_leasable_count"].values
    assert leasable[:, 0].all()
    assert leasable[:, 1].tolist() == (leases["state"] == "IA").astype(float).tolist()


@pytest.mark.parametrize(
    ("work", "jurisdictions", "problem"),
    [
        ({"residency": ["hone"]}, {"home": {"states": ["IA"]}}, "workloads.0.residency.0: 'hone' is none of the study's"),
        ({}, {"home": {}}, "demand.jurisdictions.home: it names no place"),
        ({"residency": ["far"]}, {"far": {"states": ["HI"]}}, "workloads.0.residency: no site that may be opened lies in HI"),
        ({"residency": ["far"]}, {"far": {"grid_zones": ["NOPE"]}}, "0.residency: no site that may be opened lies in NOPE"),
        ({}, {"home": {"sates": ["IA"]}}, "demand.jurisdictions.home.sates: no such field"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_field(
    work: dict[str, Any], jurisdictions: dict[str, Any], problem: str, tmp_path: Path
) -> None:
    found = problems(bound(tmp_path, work, **jurisdictions))
    assert any(problem in one for one in found), found
