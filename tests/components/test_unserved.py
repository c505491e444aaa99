"""Unserved work: in the replay, an hour that asks too much leaves work undone, at a price."""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo
import pytest
from tiny import solve_assembly, tiny_case

from siting.models.assembly.assembly import Assembly
from siting.models.assembly.ledgers import Scope
from siting.models.components.computing import Computing
from siting.models.components.cooling import Cooling
from siting.models.components.grid import Grid
from siting.models.components.serving import Serving
from siting.models.components.unserved import Unserved

THIRD_H = 8760 / 3


def fixed_site(racks_mw: float, connection_mw: float, **changes: Any) -> Assembly:
    """A site whose racks and connection stand, which serves its zone alone."""
    assembly = Assembly(tiny_case(**changes), [Computing, Serving, Cooling, Grid, Unserved], scope=Scope.SITE)
    assembly.block(Computing).installed_mw["a", "air", "r", 2030].fix(racks_mw)
    assembly.block(Grid).connection_mw["a", 2030].fix(connection_mw)
    assembly.block(Serving).share_fraction["a", "z", 2030].fix(1.0)
    assembly.block(Serving).batch_pflop.fix(0.0)
    return assembly


def test_work_beyond_the_racks_is_left_undone() -> None:
    """3 PFLOP/s in the second hour on 2 racks: 1 PFLOP/s is left for 2,920 h at 1,000 USD; else there is no plan."""
    assembly = fixed_site(2.0, 10.0, inference_pflop=[1, 3, 2])
    assert solve_assembly(assembly) == pytest.approx(1000 * THIRD_H)
    unserved = assembly.block(Unserved).unserved_pflop
    assert [pyo.value(unserved["a", 2030, h]) for h in range(3)] == pytest.approx([0, 1, 0])


def test_work_beyond_the_connection_is_left_undone() -> None:
    """PUE 2 in one hour on a connection of 1.5 MW: 0.75 of 1 PFLOP/s is done, 0.25 left: 250 thirds of a year.

    The connection was sized for PUE 1.5, so the year's worst hour is stated as that.
    """
    assembly = fixed_site(1.0, 1.5, pue=[1, 2, 1], pue_peak_ratio=1.5)
    assert solve_assembly(assembly) == pytest.approx(250 * THIRD_H)


def test_nothing_is_left_undone_to_save_power() -> None:
    """Power at 100 USD/MWh is dear, undone work dearer: 8,760 x 100."""
    assert solve_assembly(fixed_site(1.0, 1.0, price_usd_per_mwh=100.0)) == pytest.approx(876_000)


def test_unserved_hours_weigh_what_they_stand_for() -> None:
    """1 PFLOP/s too much on a day that stands for 65: 65 x 24 x 1,000; evenly weighed 4,380 x 1,000."""
    assembly = fixed_site(1.0, 10.0, days_of_year=(300, 65), inference_pflop=[1, 1, 1, 2, 2, 2])
    assert solve_assembly(assembly) == pytest.approx(65 * 24 * 1000)
