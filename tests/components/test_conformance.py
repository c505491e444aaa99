"""The same examination for every component: units, names, documentation, bounds."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import numpy as np
import pytest
from pyomo.util.check_units import assert_units_consistent
from tiny import tiny_case

import siting.models
from siting.case import Case
from siting.models.assembly import Assembly, Component
from siting.models.formulation import DESIGN, REPLAY

COMPONENTS = tuple(dict.fromkeys([*DESIGN, *REPLAY]))

every_component = pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name())


@pytest.fixture(scope="module")
def case() -> Case:
    """Two of everything, with every limit stated, so that every rule of every component is reached."""
    made = tiny_case(
        sites=("a", "b"),
        zones=("y", "z"),
        cooling=("air", "wet"),
        racks=("r", "t"),
        contracts=("solar", "wind"),
        periods=((2030, 3), (2033, 4)),
        rate=0.07,
        storage=True,
        certificates=True,
        output_fraction=0.5,
        carbon_t_per_mwh=0.4,
        policy={
            "carbon_price_usd_per_t": 50.0,
            "carbon_cap_t_per_yr": 1e6,
            "water_cap_m3_per_yr": 1e6,
            "sites_max_count": 2,
            "grid_zone_limit_mw": {"Z0": 100.0},
        },
    )
    return with_replay_fields(made)


def with_replay_fields(case: Case) -> Case:
    """Add what only the replay has."""
    import dataclasses

    from siting.case import Field

    shape = tuple(len(case.axes[axis]) for axis in ("site", "period", "day"))
    quota = Field(("site", "period", "day"), np.full(shape, 0.1))
    return dataclasses.replace(case, fields={**case.fields, "batch_quota_pflop": quota})


@pytest.fixture(scope="module")
def assembly(case: Case) -> Assembly:
    return Assembly(case, COMPONENTS, with_units=True)


def test_no_component_is_left_out() -> None:
    for module in pkgutil.iter_modules(siting.models.__path__):
        import_module(f"siting.models.{module.name}")
    concrete = {kind for kind in Component.__subclasses__() if kind.__module__.startswith("siting.models.")}
    assert concrete == set(COMPONENTS)


@every_component
def test_component_units_are_consistent(assembly: Assembly, component: type[Component]) -> None:
    assert_units_consistent(assembly.block(component))


def test_ledger_closings_have_consistent_units(assembly: Assembly) -> None:
    assert_units_consistent(assembly.model.ledgers)
    assert_units_consistent(assembly.model.present_value_usd)


def test_ledger_terms_have_its_unit(assembly: Assembly) -> None:
    for ledger in assembly.ledgers.values():
        ledger.check_units()
