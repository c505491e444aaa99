"""Key figures of cases small enough to compute by hand; each docstring holds the arithmetic."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from siting.plan.key_figures import kpis
from siting.plan.tables.tables import consequential


def two_hours() -> dict[str, pd.DataFrame]:
    """One site of 10 MW over two hours, each standing for 4,380 h: full load by day, half load by night."""
    period = 2030
    return {
        "sites": pd.DataFrame(
            {
                "site_id": ["a", "b"],
                "period": period,
                "grid_zone_id": ["PJM", "ERCO"],
                "is_open": [1, 0],
                "it_capacity_mw": [10.0, 0.0],
                "peak_grid_mw": [8.0, 0.0],
            }
        ),
        "hourly": pd.DataFrame(
            {
                "site_id": "a",
                "period": period,
                "hour": [0, 1],
                "day": [0, 1],
                "weight_h_per_yr": [4380.0, 4380.0],
                "it_mw": [10.0, 5.0],
                "server_fan_mw": [1.5, 0.5],
                "water_m3_per_h": [14.0, 1.0],
                "heat_sold_mw": [0.0, 3.5],
                "heat_pump_draw_mw": [0.0, 0.0],
                "cooling_mw": [2.0, 0.5],
                "delivered_solar_mw": [6.0, 0.0],
                "curtailed_mw": [0.0, 2.0],
                "charge_mw": [2.0, 0.0],
                "discharge_mw": [0.0, 1.5],
                "draw_mw": [14.0, 4.0],
                "grid_cfe_fraction": [0.25, 0.5],
            }
        ),
        "cost": pd.DataFrame(
            {
                "site_id": "a",
                "period": period,
                "kind": ["capital", "operating"],
                "cost_usd_per_yr": [5e6, 1.57e6],
            }
        ),
        "carbon": pd.DataFrame(
            {
                "site_id": "a",
                "period": period,
                "component": ["grid", "grid", "grid", "racks"],
                "method": ["location", "market", "hourly", "embodied"],
                "carbon_t_per_yr": [131.4, 65.7, 100.0, 20.0],
            }
        ),
        "water": pd.DataFrame(
            {
                "site_id": "a",
                "period": period,
                "component": ["cooling", "grid"],
                "boundary": ["site", "source"],
                "water_m3_per_yr": [65_700.0, 1e6],
            }
        ),
        "racks": pd.DataFrame(
            {"site_id": "a", "period": [period], "gpu_h_per_yr": [40.0], "reference_gpu_h_per_yr": [100.0]}
        ),
        "cash_flow": pd.DataFrame(
            {
                "year": [period, period + 1, period + 2],
                "period": pd.array([pd.NA, period, period], dtype="Int64"),
                "capital_usd": [1000.0, 0.0, 0.0],
                "operating_usd": [0.0, 100.0, 100.0],
                "salvage_usd": [0.0, 0.0, 50.0],
                "shadow_usd": [0.0, 10.0, 20.0],
                "revenue_usd": [0.0, 700.0, 700.0],
                "net_usd": [-1000.0, 600.0, 650.0],
                "discount_factor_ratio": [1.0, 0.8, 0.64],
            }
        ),
        "after_tax": pd.DataFrame(
            {
                "year": [period, period + 1, period + 2],
                "net_after_tax_usd": [-1000.0, 550.0, 600.0],
                "net_revenue_usd": [0.0, 560.0, 560.0],
                "sales_tax_spared_usd": [70.0, 0.0, 30.0],
                "tax_credit_usd": [0.0, 40.0, 0.0],
                "property_tax_abated_usd": [0.0, 5.0, 5.0],
                "net_without_exemptions_usd": [-1070.0, 560.0, 590.0],
                "net_losses_carried_usd": [-1000.0, 550.0, 500.0],
                "net_book_salvage_usd": [-1000.0, 550.0, 590.0],
                "equity_usd": [-400.0, 220.0, 242.0],
                "debt_cover_ratio": [np.nan, 1.6, 1.4],
                "debt_cover_after_reserve_ratio": [np.nan, 1.1, 1.2],
            }
        ),
    }


def system(tables: dict[str, pd.DataFrame]) -> dict[str, float | None]:
    return {name: entry["value"] for name, entry in kpis.by_id(kpis.compute(tables)).items()}


def test_energy_ratios() -> None:
    """IT energy 4,380 x 15 = 65,700 MWh, facility 4,380 x 17.5 = 76,650 MWh: PUE 7/6, not the mean of the
    hours' ratios (1.15). Worst hour 1.2. Water 65,700 m³ on site: 1 L/kWh (16.2 with the off-site water)."""
    values = system(two_hours())
    assert values["pue"] == pytest.approx(7 / 6)
    assert values["peak_hour_pue"] == pytest.approx(1.2)
    assert values["wue_l_per_kwh"] == pytest.approx(1.0)
    assert values["facility_energy_mwh_per_yr"] == pytest.approx(76_650)
    assert values["it_utilisation_fraction"] == pytest.approx(0.75)
    assert values["coincident_peak_grid_mw"] == pytest.approx(14.0)
    assert values["carbon_usage_kg_per_mwh"] == pytest.approx(2.0)
    assert values["unit_cost_usd_per_mwh"] == pytest.approx(100.0)
    assert values["opex_usd_per_yr"] == pytest.approx(1.57e6)
    assert values["curtailed_mwh_per_yr"] == pytest.approx(8_760), "2 MW in an hour that stands for 4,380"


def test_consequential_carbon_is_what_is_bought_times_the_margin() -> None:
    """4,380 h x (8 MW x 500 + 4 MW x 250 kg/MWh) = 21,900 t; drawn power, with the sun's, would give 35,040."""
    tables = two_hours()
    tables["hourly"]["import_mw"] = [8.0, 4.0]
    tables["hourly"]["carbon_marginal_kg_per_mwh"] = [500.0, 250.0]
    rows = consequential(tables["hourly"])
    assert rows["method"].tolist() == ["consequential"]
    assert system({**tables, "carbon": pd.concat([tables["carbon"], rows])})[
        "carbon_consequential_t_per_yr"
    ] == pytest.approx(21_900)
    tables["hourly"]["carbon_marginal_kg_per_mwh"] = [500.0, np.nan]
    assert consequential(tables["hourly"]).empty
    assert system(two_hours())["carbon_consequential_t_per_yr"] is None


def test_long_run_carbon_stands_beside_the_short_run() -> None:
    """4,380 h x (8 + 4) MW x 100 kg/MWh = 5,256 t, whether or not the margin of today is known."""
    tables = two_hours()
    tables["hourly"]["import_mw"] = [8.0, 4.0]
    tables["hourly"]["carbon_long_run_kg_per_mwh"] = 100.0
    rows = consequential(tables["hourly"])
    assert rows["method"].tolist() == ["long_run"]
    values = system({**tables, "carbon": pd.concat([tables["carbon"], rows])})
    assert values["carbon_long_run_t_per_yr"] == pytest.approx(5_256)
    assert values["carbon_consequential_t_per_yr"] is None


def test_total_usage_leaves_the_servers_fans_out() -> None:
    """Fans take 4,380 x 2 of the 4,380 x 15 MWh of IT: 17.5 / 13; PUE is 17.5 / 15."""
    assert system(two_hours())["tue"] == pytest.approx(17.5 / 13)


def test_water_at_source_is_added_to_that_on_site() -> None:
    """65,700 m³ on site and 1,000,000 at the power plants over 65,700 MWh: 16.22; the plants' alone 15.22."""
    assert system(two_hours())["wue_source_l_per_kwh"] == pytest.approx(1_065_700 / 65_700)


def test_water_of_unknown_plants_is_not_taken_for_none() -> None:
    tables = two_hours()
    tables["water"] = tables["water"].iloc[:1]
    found = kpis.by_id(kpis.compute(tables))["wue_source_l_per_kwh"]
    assert found["value"] is None
    assert found["reason"] == "the water of power plants is not known"


def test_peak_day_of_water_is_each_sites_own() -> None:
    """Site a takes 14 m³/h on the first day: 336 m³. A site b that takes 2 m³/h on the second adds 48, not 0."""
    tables = two_hours()
    assert system(tables)["peak_day_water_m3_per_day"] == pytest.approx(336)
    second = tables["hourly"].assign(site_id="b", water_m3_per_h=[0.0, 2.0])
    tables["hourly"] = pd.concat([tables["hourly"], second], ignore_index=True)
    assert system(tables)["peak_day_water_m3_per_day"] == pytest.approx(384)


def test_heat_sold_lowers_reuse_effectiveness_and_not_pue() -> None:
    """3.5 of 17.5 MW are sold: ERF 0.2, ERE 14 / 15 = 0.8 x PUE; PUE stays 17.5 / 15.

    A heat pump that adds 1 MW of its own power to them sells 4.5 MW and reuses no more.
    """
    tables = two_hours()
    for sold, pump in ((3.5, 0.0), (4.5, 1.0)):
        tables["hourly"] = tables["hourly"].assign(heat_sold_mw=[0.0, sold], heat_pump_draw_mw=[0.0, pump])
        values = system(tables)
        assert values["erf_fraction"] == pytest.approx(0.2)
        assert values["ere"] == pytest.approx(14 / 15)
        assert values["pue"] == pytest.approx(17.5 / 15)


def test_carbon_free_score_by_hand() -> None:
    """Hour 0: load 12, contract 6 less 2 charged = 4, the other 8 at 25 % = 2: 6 MW. Hour 1: load 5.5,
    battery 1.5, the other 4 at 50 % = 2: 3.5 MW. 9.5 / 17.5. From contracts alone 5.5 / 17.5; were the
    charging forgotten, 7.5 / 17.5."""
    values = system(two_hours())
    assert values["cfe_fraction"] == pytest.approx(9.5 / 17.5)
    assert values["contracted_cfe_fraction"] == pytest.approx(5.5 / 17.5)


def test_carbon_free_score_equals_the_energy_balance_form() -> None:
    """Without surplus the score is also (generation + discharge - charge + share x import) / load."""
    rng = np.random.default_rng(0)
    n = 8760
    load = rng.uniform(5, 10, n)
    solar = rng.uniform(0, 1, n) * load
    grid = rng.uniform(0, 1, n)
    tables = two_hours()
    tables["hourly"] = pd.DataFrame(
        {
            "site_id": "a",
            "period": 2030,
            "hour": np.arange(n),
            "day": np.arange(n) // 24,
            "weight_h_per_yr": 1.0,
            "it_mw": load * 0.8,
            "server_fan_mw": 0.0,
            "water_m3_per_h": 0.0,
            "heat_sold_mw": 0.0,
            "heat_pump_draw_mw": 0.0,
            "cooling_mw": load * 0.2,
            "delivered_solar_mw": solar,
            "curtailed_mw": 0.0,
            "charge_mw": 0.0,
            "discharge_mw": 0.0,
            "draw_mw": load,
            "grid_cfe_fraction": grid,
        }
    )
    balance = np.sum(solar + grid * (load - solar)) / np.sum(load)
    assert system(tables)["cfe_fraction"] == pytest.approx(balance, rel=1e-12)


def test_surplus_counts_only_up_to_the_load() -> None:
    """Solar of 20 MW at noon covers 12 MW of load and no more: (12 + 2.0 + 1.5) / 17.5, never above 1."""
    tables = two_hours()
    tables["hourly"] = tables["hourly"].assign(delivered_solar_mw=[20.0, 0.0])
    assert system(tables)["cfe_fraction"] == pytest.approx((12 + 1.5 + 4 * 0.5) / 17.5)


def test_unknown_grid_share_is_said_and_not_guessed() -> None:
    tables = two_hours()
    tables["hourly"] = tables["hourly"].drop(columns="grid_cfe_fraction")
    entry = kpis.by_id(kpis.compute(tables))["cfe_fraction"]
    assert entry["value"] is None
    assert entry["reason"] == "the grid's hourly carbon-free share is not known"


def test_returns_by_hand() -> None:
    """NPV -1000 + 480 + 416 = -104. Costs 1000 + 80 + 0.64 x (100 - 50) = 1,112 over 100 x 1.44 = 144
    delivered hours. Paid back in year 2: -1000 + 600 + 650 >= 0."""
    values = system(two_hours())
    assert values["npv_usd"] == pytest.approx(-104.0)
    assert values["lcoc_usd_per_gpu_h"] == pytest.approx(1112 / 144)
    assert values["price_usd_per_gpu_h"] == pytest.approx(7.0)  # 700 for 100 hours, in either year
    assert values["payback_yr"] == 2
    assert values["capex_usd"] == pytest.approx(1000)
    assert values["first_outlay_usd"] == pytest.approx(1000)
    assert values["shadow_cost_usd"] == pytest.approx(0.8 * 10 + 0.64 * 20)
    rate = values["irr_fraction"]
    assert rate is not None
    assert -1000 + 600 / (1 + rate) + 650 / (1 + rate) ** 2 == pytest.approx(0, abs=1e-6)


def test_no_value_at_the_levelised_cost() -> None:
    """Sold at the levelised cost of compute, the net present value is zero."""
    tables = two_hours()
    price = system(tables)["lcoc_usd_per_gpu_h"]
    assert price is not None
    flow = tables["cash_flow"]
    net = flow["net_usd"] - flow["revenue_usd"] + price * np.array([0.0, 100.0, 100.0])
    tables["cash_flow"] = flow.assign(net_usd=net)
    assert system(tables)["npv_usd"] == pytest.approx(0, abs=1e-9)


def test_after_tax() -> None:
    """-1,000 + 0.8 x 550 + 0.64 x 600 = -176; -400 + 220/1.1 + 242/1.21 = 0; the lesser cover.

    100 hours in each of two years are sold at 7 USD, of which 5.60 are left: 176 are 176 / (1.44 x 80) more an hour.
    """
    values = system(two_hours())
    assert values["npv_after_tax_usd"] == pytest.approx(-176)
    assert values["irr_equity_fraction"] == pytest.approx(0.1)
    assert values["dscr_min_ratio"] == 1.4
    assert values["dscr_after_reserve_min_ratio"] == 1.1
    assert values["sales_tax_spared_usd"] == pytest.approx(100)
    assert values["tax_forgone_usd"] == pytest.approx(100 + 40 + 10)
    assert values["npv_without_exemptions_usd"] == pytest.approx(-1070 + 0.8 * 560 + 0.64 * 590)
    assert values["npv_losses_carried_usd"] == pytest.approx(-176 - 64)
    assert values["npv_book_salvage_usd"] == pytest.approx(-176 - 6.4)
    assert values["break_even_usd_per_gpu_h"] == pytest.approx(7 + 176 / (1.44 * 80))
    rate = values["irr_after_tax_fraction"]
    assert rate is not None
    assert -1000 + 550 / (1 + rate) + 600 / (1 + rate) ** 2 == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([-100.0, 110.0], 0.1),
        ([-100.0, 0.0, 121.0], 0.1),
        ([100.0, -110.0], 0.1),
        ([-1.0, 0.04], "no rate between -0.95 and 10 a year makes the net present value zero"),
        ([-1.0, -1.0], "the net cash flow is never positive"),
        ([1.0, 1.0], "the net cash flow is never negative"),
        ([-100.0, 230.0, -132.0], "more than one rate makes the net present value zero"),
    ],
)
def test_rate_of_return(flows: list[float], expected: float | str) -> None:
    """(1.1 and 1.2 are both roots of -100 + 230/x - 132/x².)"""
    rate = kpis.internal_rate_of_return(np.array(flows))
    assert rate == (pytest.approx(expected) if isinstance(expected, float) else expected)


def test_a_plan_that_builds_nothing_has_no_ratios() -> None:
    tables = two_hours()
    tables["sites"] = tables["sites"].assign(is_open=0, it_capacity_mw=0.0, peak_grid_mw=0.0)
    for name in ("hourly", "cost", "carbon", "water", "racks"):
        tables[name] = tables[name].iloc[:0]
    entry = kpis.by_id(kpis.compute(tables))["pue"]
    assert (entry["value"], entry["reason"]) == (None, "no IT load")


def test_sites_add_up_to_the_system() -> None:
    frame = kpis.compute(two_hours(), study_id="s")
    assert list(frame.columns) == list(kpis.COLUMNS)
    assert set(frame["study_id"]) == {"s"}
    site = frame[(frame["entity_type"] == "site") & (frame["entity_id"] == "a")].set_index("kpi_id")["value"]
    whole = frame[(frame["entity_type"] == "system") & frame["period"].notna()].set_index("kpi_id")["value"]
    assert site["pue"] == whole["pue"]
    assert set(site.index) < set(whole.index)
    assert not frame.duplicated(["entity_type", "entity_id", "period", "kpi_id"]).any()


def test_concentration() -> None:
    """Shares 1/2, 1/4, 1/8, 1/8 in zones A, A, B, C: HHI (3/4)² + (1/8)² + (1/8)² = 0.59375; the three
    largest hold 7/8."""
    tables = two_hours()
    tables["sites"] = pd.DataFrame(
        {
            "site_id": list("abcd"),
            "period": 2030,
            "grid_zone_id": ["A", "A", "B", "C"],
            "is_open": 1,
            "it_capacity_mw": [40.0, 20.0, 10.0, 10.0],
            "peak_grid_mw": 0.0,
        }
    )
    values = system(tables)
    assert values["grid_zone_hhi_ratio"] == pytest.approx(0.59375)
    assert values["top3_site_fraction"] == pytest.approx(0.875)


def test_the_registry_covers_the_contract_and_names_units() -> None:
    contract = {
        "it_capacity_mw", "pue", "wue_l_per_kwh", "cfe_fraction", "carbon_location_t_per_yr",
        "carbon_market_t_per_yr", "carbon_hourly_t_per_yr", "water_m3_per_yr", "peak_grid_mw", "capex_usd",
        "opex_usd_per_yr", "npv_usd", "irr_fraction", "lcoc_usd_per_gpu_h",
    }  # fmt: skip
    assert contract <= set(kpis.REGISTRY)
    assert set(kpis.REGISTRY) == set(system(two_hours()))
    for kpi in kpis.REGISTRY.values():
        assert kpi.label
        assert kpi.formula.endswith(".")
        assert (kpi.format == "percent") == kpi.id.endswith("_fraction")
        assert kpi.format != "money" or kpi.unit.startswith("USD")
