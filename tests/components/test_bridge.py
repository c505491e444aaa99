"""Plants on site: they carry a site until the grid is there, stand by or are switched off, and burn fuel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny import Solve, decided, paid, quick, tiny_case
from tiny_study import study_fields, write_study

import siting
from siting.case.case import Case
from siting.data.tables.catalogue import catalog_path
from siting.problems import InputError

WAITS: dict[str, Any] = {
    "periods": ((2030, 1), (2031, 1)),
    "energised_mw": [[0.0, 50.0]],
    "bridge": ("engine",),
    "bridge_life_yr": 2.0,
    "bridge_usd_per_mw": 1000.0,
    "upkeep_usd_per_mw_yr": 100.0,
    "plant_fuel_usd_per_mwh": 20.0,
}
"""1 MW of work for two years; the grid, whose power is free, is there in the second."""


def test_a_plant_bridges_the_wait_and_is_switched_off(solved: Solve) -> None:
    """8,760 MWh of fuel at 20, upkeep of 100 in the first year, and 1,000 over both years: 176,300 in all.

    If it were kept up in the second year it would be 176,400; if it were sold with half its life left, 175,800.
    """
    plan = solved(tiny_case(**WAITS))
    assert plan.objective_usd == pytest.approx(176_300)
    assert decided(plan, "bridge_mw").ravel() == pytest.approx([1, 0])
    assert decided(plan, "owned_bridge_mw").ravel() == pytest.approx([1, 1])
    assert paid(plan, "bridge.capital").ravel() == pytest.approx([500, 500])
    assert paid(plan, "bridge.fuel").ravel() == pytest.approx([175_200, 0])
    assert paid(plan, "bridge.maintenance").ravel() == pytest.approx([100, 0])
    told = plan.tables["bridge"].set_index("period")
    assert told["bridge_output_mwh_per_yr"].to_dict() == pytest.approx({2030: 8760, 2031: 0})
    assert plan.kpis["cfe_fraction"]["by_period"]["2030"] == pytest.approx(0)
    assert plan.tables["power_dates"]["first_power_year"].tolist() == [2030]


def test_no_more_counts_than_can_be_relied_on(solved: Solve) -> None:
    """Of which four fifths can be relied on, 1.25 MW: but no plant is larger than the load, so two kinds share it.

    Each MW costs 1,000 over two years: 1,250; upkeep 125; fuel as before: 176,575.
    """
    two = {**WAITS, "bridge": ("one", "other"), "firm_fraction": 0.8}
    plan = solved(tiny_case(**two))
    assert plan.objective_usd == pytest.approx(176_575)


def test_maintenance_is_paid_by_use(solved: Solve) -> None:
    """3 USD on 8,760 MWh: 26,280 more."""
    plan = solved(tiny_case(**WAITS, running_usd_per_mwh=3.0))
    assert plan.objective_usd == pytest.approx(176_300 + 26_280)


def test_what_cannot_be_delivered_yet_bridges_nothing(solved: Solve) -> None:
    """There from 2031 on: the first year's work is done at b, where a MWh costs 50: 438,000."""
    case = tiny_case(
        **{
            **WAITS,
            "sites": ("a", "b"),
            "energised_mw": [[0.0, 50.0], [50.0, 50.0]],
            "price_usd_per_mwh": [[0], [50]],
            "there_count": [[0, 1]],
        }
    )
    assert solved(case).objective_usd == pytest.approx(438_000)


def test_a_permit_limits_the_hours(solved: Solve) -> None:
    """2,920 h at 4 USD instead of 10, the rest from the grid: 87,600 - 2,920 x 6 = 70,080; without the limit 35,040.

    The one rack of 1 MW costs 20,000, so that no idle ones make room for larger plants.
    """
    case = tiny_case(
        bridge=("engine",),
        permit_h_per_yr=2920.0,
        plant_fuel_usd_per_mwh=4.0,
        price_usd_per_mwh=10.0,
        rack_usd=20_000.0,
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(90_080)
    assert decided(plan, "bridge_output_mw").sum() == pytest.approx(1), "one of three hours, or parts of all"


def test_a_plant_stands_in_for_a_connection(solved: Solve) -> None:
    """In the worst hour the PUE is 2: 1 MW of connection for 10,000 and a plant for 100 carry it, 10,100.

    Two MW of connection are 20,000. All power comes through the meter, so the connection has its 1 MW.
    """
    case = tiny_case(
        bridge=("engine",),
        bridge_usd_per_mw=100.0,
        plant_fuel_usd_per_mwh=500.0,
        connection_usd_per_mw=10_000.0,
        pue_peak_ratio=2.0,
    )
    plan = solved(case)
    assert plan.objective_usd == pytest.approx(10_100)
    assert decided(plan, "connection_mw").ravel() == pytest.approx([1])


def test_fuel_is_in_every_account_of_carbon(solved: Solve) -> None:
    """0.4 t/MWh x 8,760 MWh = 3,504 t, whichever way it is counted; none of it is the grid's, at 0.9."""
    plan = solved(tiny_case(**WAITS, emitted_t_per_mwh=0.4, carbon_t_per_mwh=0.9))
    carbon = plan.tables["carbon"].query("period == 2030").groupby("method")["carbon_t_per_yr"].sum()
    assert carbon[["location", "market", "hourly"]].tolist() == pytest.approx([3504, 3504, 3504])


def test_a_charged_price_of_carbon_is_paid_on_fuel(solved: Solve) -> None:
    """10 USD on 3,504 t: 35,040 more."""
    policy = {"carbon_price_usd_per_t": 10.0, "carbon_price_is_charged": True}
    plan = solved(tiny_case(**WAITS, emitted_t_per_mwh=0.4, policy=policy))
    assert plan.objective_usd == pytest.approx(176_300 + 35_040)


def test_more_plants_on_offer_never_cost_more() -> None:
    """A cheap one to buy and a cheap one to run: each alone, and both, against none at two sites."""
    offers = {"bridge_usd_per_mw": [1e3, 4e5], "plant_fuel_usd_per_mwh": [[[60.0], [20.0]]]}
    case = {
        "sites": ("a", "b"),
        "periods": ((2030, 1), (2031, 1)),
        "energised_mw": [[0.0, 50.0], [50.0, 50.0]],
        "price_usd_per_mwh": [[0], [90]],
        "bridge_life_yr": 2.0,
    }
    none = quick(tiny_case(**case)).objective_usd
    alone = [
        quick(
            tiny_case(
                **case,
                bridge=("p",),
                bridge_usd_per_mw=offers["bridge_usd_per_mw"][i],
                plant_fuel_usd_per_mwh=offers["plant_fuel_usd_per_mwh"][0][i][0],
            )
        ).objective_usd
        for i in (0, 1)
    ]
    both = quick(tiny_case(**case, bridge=("p", "q"), **offers)).objective_usd
    assert both <= min(alone) + 1e-6
    assert max(alone) <= none + 1e-6
    assert both < none


def test_no_plan_costs_less_than_what_any_must_pay() -> None:
    """Grid power costs 90 a MWh, that of a plant 20: what any plan pays is no more than with the plant."""
    from siting.case.minimum_cost import unavoidable_cost

    case = tiny_case(bridge=("p",), plant_fuel_usd_per_mwh=20.0, price_usd_per_mwh=90.0, connection_usd_per_mw=1e4)
    plan = quick(case)
    assert unavoidable_cost(case) <= plan.objective_usd * (1 + 1e-9)
    assert unavoidable_cost(case) >= 20.0 * 8760 * (1 - 1e-9)


def prepared(folder: Path, ids: Any, tables: dict[str, pd.DataFrame]) -> Case:
    """The case of a study of one's own that offers plants."""
    fields = study_fields()
    fields["technology"]["bridge"] = ids
    fields["horizon"] = {"base_year": 2026, "periods": [{"year": 2030, "length_yr": 2}, {"year": 2032, "length_yr": 4}]}
    for name in ("inference_mw", "batch_mw"):
        fields["demand"][name] = {"2030": 2, "2032": 3}
    return siting.prepare(siting.load_study(write_study(folder, fields, tables)))


def of_catalogue(name: str, **changes: Any) -> pd.DataFrame:
    return pd.read_csv(catalog_path(name), keep_default_na=False).assign(**changes)


def test_plants_of_the_catalogue_have_fuel_where_they_stand(tmp_path: Path) -> None:
    """Ohio pays the price of its division: the mean of 2030 and 2031, over the efficiency."""
    case = prepared(tmp_path, ["gas-engine", "gas-turbine-large"], {})
    prices = of_catalogue("fuel_prices").query("region == 'East North Central'").set_index("year")
    asked = prices["fuel_price_usd_per_mwh"][[2030, 2031]].mean()
    engine = of_catalogue("bridge").set_index("bridge_id").loc["gas-engine"]
    east = case.axes["site"].index("east")
    assert case.values("bridge.plant_fuel_usd_per_mwh")[east, 0, 0] == pytest.approx(
        asked / engine["efficiency_fraction"]
    )
    assert case.values("bridge.there_count").tolist() == [[1, 1], [0, 1]], "15 and 72 months from 2026"


@pytest.mark.parametrize(
    ("ids", "tables", "message"),
    [
        (["steam"], {}, "technology.bridge: 'steam' is not in the table bridge"),
        (
            ["gas-engine"],
            {"fuel_prices": lambda: of_catalogue("fuel_prices").query("region == 'Pacific'")},
            "technology.bridge: 'gas-engine': no price of its fuel 'natural-gas' in IA, OH",
        ),
        (
            "all",
            {"bridge": lambda: of_catalogue("bridge", fuel="peat")},
            "technology.bridge: 'gas-engine': no price of its fuel 'peat' in IA, OH",
        ),
        (
            "all",
            {"bridge": lambda: of_catalogue("bridge", permit_h_per_yr=9000)},
            "bridge.csv:2: permit_h_per_yr: ",
        ),
    ],
)
def test_plants_that_cannot_be_meant_are_refused(
    tmp_path: Path, ids: Any, tables: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        prepared(tmp_path, ids, {name: made() for name, made in tables.items()})
    assert message in str(caught.value)


def test_fuel_is_not_clean_by_the_hour(solved: Solve) -> None:
    """A grid half of whose power is clean at 50 USD, fuel at 20: where half must be clean, nothing may be burnt.

    8,760 x 50 = 438,000; if burnt power counted as clean or as no use at all it would be 175,200.
    """
    case = tiny_case(
        bridge=("engine",),
        plant_fuel_usd_per_mwh=20.0,
        price_usd_per_mwh=50.0,
        grid_burnt_fraction=0.5,
        policy={"cfe_min_fraction": 0.5, "cfe_scope": "site"},
    )
    assert solved(case).objective_usd == pytest.approx(438_000)
