"""What is claimed in the year: the replay draws where the design draws, and power made on site is no clean power."""

from __future__ import annotations

from typing import Any

import pytest
from tiny import decided, quick, tiny_case, with_year

CLAIMS: dict[str, Any] = {
    "days_of_year": (30,) * 11 + (35,),
    "price_usd_per_mwh": 50.0,
    "carbon_t_per_mwh": 0.5,
    "certificates": True,
    "certificate_usd_per_mwh": 5.0,
    "bridge": ("engine",),
    "plant_fuel_usd_per_mwh": 80.0,
    "pue_peak_ratio": 1.2,
    "policy": {"carbon_method": "market", "carbon_price_usd_per_t": 100.0},
}
"""1 MW in every hour: power at 50 USD with a certificate at 5, its carbon would cost 50, or an engine's at 80."""


def test_the_year_draws_what_the_design_draws() -> None:
    """Each MWh costs 55 USD in both; were the carbon of the draw priced unclaimed, 100, the engine would run at 80."""
    plan = quick(with_year(tiny_case(**CLAIMS), pue_peak_ratio=1.2), replay=True)
    assert plan.replay is not None
    assert plan.objective_usd == pytest.approx(55 * 8760)
    assert plan.replay.cost_usd == pytest.approx(55 * 8760)
    assert plan.replay.solution.decisions["bridge_output_mw"].values.max() == pytest.approx(0, abs=1e-9)


def test_certificates_are_bought_for_what_the_year_uses() -> None:
    """A tenth more is drawn in the year, and as many certificates more are bought: 1.1 x 55 a MWh of work.

    With those of the design alone a tenth would be unclaimed: 1.1 x 50 + 5 + 0.1 x 50, or the engine's 8 for 0.1.
    """
    plan = quick(with_year(tiny_case(**CLAIMS), pue=1.1, pue_peak_ratio=1.2), replay=True)
    assert plan.replay is not None
    assert plan.replay.cost_usd == pytest.approx(1.1 * 55 * 8760)
    assert plan.replay.solution.decisions["claimed_mwh_per_yr"].values == pytest.approx(1.1 * 8760)


def test_power_made_on_site_is_served_and_not_clean() -> None:
    """An engine at 10 USD carries what it may, and 60 % must be claimed of draw and output: 0.6 MW is drawn.

    Of the draw alone all could be the engine's, and nothing would be claimed.
    """
    case = {**CLAIMS, "plant_fuel_usd_per_mwh": 10.0, "policy": {"cfe_annual_min_fraction": 0.6}}
    plan = quick(tiny_case(**case))
    assert plan.case.calendar.weights @ decided(plan, "draw_mw")[0, 0] == pytest.approx(0.6 * 8760)
    assert decided(plan, "claimed_mwh_per_yr") == pytest.approx(0.6 * 8760)
    plan.audit().raise_for_residuals()
