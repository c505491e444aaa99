"""Clean energy by the hour, of all sites and of each, and by the year."""

from __future__ import annotations

import pytest
from tiny import Solve, decided, quick, tiny_case, with_year

from siting.optimise.no_plan import NoPlanError

NAN = float("nan")


@pytest.mark.parametrize(("scope", "cost"), [("fleet", 21_900.0), ("site", 87_600.0)])
def test_share_by_the_hour_is_of_all_sites_or_of_each(solved: Solve, scope: str, cost: float) -> None:
    """Power at a is free and none of it carbon-free, at b all of it for 10 USD/MWh; a quarter is asked.

    Of all sites together a quarter of 8,760 MWh is bought at b: 21,900. Of each site, nothing can run at a: 87,600.
    """
    case = tiny_case(
        sites=("a", "b"),
        grid_cfe_fraction=[[0.0], [1.0]],
        price_usd_per_mwh=[[0], [10]],
        policy={"cfe_min_fraction": 0.25, "cfe_scope": scope},
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(cost)
    assert plan.kpis["cfe_fraction"]["value"] == pytest.approx(0.25 if scope == "fleet" else 1.0)


def test_what_a_contract_delivers_counts_in_its_hour_only(solved: Solve) -> None:
    """Sun in one hour of three, 8 USD/MWh of all output; the grid has a fifth. Half is asked.

    In the hour of sun all is clean, else a fifth: (1 + 0.2 + 0.2) / 3 = 0.467 is too little by contract alone, so some
    of the work goes to b, which is clean for 20 USD/MWh: x of it gives (1 - x) 1.4 / 3 + x = 0.5, x = 1 / 16.
    Sun for 15 / 16 MW costs 8 x 2,920 x 15 / 16 = 21,900, b 20 x 8,760 / 16 = 10,950; were surplus carried to other
    hours, sun alone would do: 0.5 = 0.2 + 0.8 y, y = 0.375, 8 x 3,285 = 26,280.
    """
    case = tiny_case(
        sites=("a", "b"),
        grid_cfe_fraction=[[0.2], [1.0]],
        price_usd_per_mwh=[[0], [20]],
        output_fraction=[[[1, 0, 0]], [[NAN, NAN, NAN]]],
        strike_usd_per_mwh=8.0,
        policy={"cfe_min_fraction": 0.5},
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(32_850)
    assert plan.kpis["cfe_fraction"]["value"] == pytest.approx(0.5)


def test_share_by_the_year_counts_certificates(solved: Solve) -> None:
    """Half of 8,760 MWh by certificates at 2 USD/MWh: 8,760; by the hour no certificate counts."""
    asked = {"certificates": True, "certificate_usd_per_mwh": 2.0}
    case = tiny_case(**asked, policy={"cfe_annual_min_fraction": 0.5})
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(8_760)
    assert decided(plan, "claimed_mwh_per_yr").sum() >= 4_380 - 1e-3
    with pytest.raises(NoPlanError):
        quick(tiny_case(**asked, policy={"cfe_min_fraction": 0.5}))


def test_battery_counts_by_what_the_hours_take(solved: Solve) -> None:
    """Two hours of 12 h, 1 MW; the grid is clean in the first only. A battery without losses carries it to the second.

    All of it clean: 1 MW for 12 h, 12 MWh at 1,000 USD/MWh; without a battery half is clean at most.
    """
    case = tiny_case(
        hours_count=2,
        grid_cfe_fraction=[[1.0, 0.0]],
        storage=True,
        step_h=12.0,
        energy_usd_per_mwh=1_000.0,
        policy={"cfe_min_fraction": 1.0},
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(12_000, rel=1e-4)
    assert plan.kpis["cfe_fraction"]["value"] == pytest.approx(1.0)


def test_tighter_share_is_never_cheaper() -> None:
    """From the grid's fifth to all of it: what is more costs 10 USD/MWh at b."""
    costs = []
    for least in (0.1, 0.2, 0.6, 1.0):
        case = tiny_case(
            sites=("a", "b"),
            grid_cfe_fraction=[[0.2], [1.0]],
            price_usd_per_mwh=[[0], [10]],
            policy={"cfe_min_fraction": least},
        )
        costs.append(quick(case).objective_usd)
    assert costs == pytest.approx([0, 0, 43_800, 87_600])


def test_year_is_kept_within_the_share_by_moving_work() -> None:
    """On the chosen days b is clean, in the year half as much: told, where no dispatch can be cleaner."""
    case = tiny_case(days_of_year=(31,) * 11 + (24,), grid_cfe_fraction=0.8, policy={"cfe_min_fraction": 0.8})
    plan = quick(with_year(case, grid_cfe_fraction=0.6), replay=True)
    assert (
        "In the full-year replay 60% of the energy is carbon-free by the hour, less than the 80% asked."
        in plan.warnings
    )
