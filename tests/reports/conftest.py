"""A stand-in for a solved plan: the same tables, made in milliseconds, with numbers that add up."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from siting.plan.key_figures import kpis

PERIOD = 2030
WEIGHTS_D = (150, 120, 94, 1)
"""Days that each of the four representative days stands for."""

SITES = (
    # id, name, state, latitude, longitude, zone, headroom, tariff, stress, IT MW, PUE, WUE
    ("loudoun-va", "Loudoun, VA", "VA", 39.09, -77.64, "PJM", 600.0, 88.0, 0.9, 0.0, 1.12, 0.3),
    ("ellis-tx", "Ellis, TX", "TX", 32.35, -96.79, "ERCO", 1450.0, 74.0, 2.7, 120.0, 1.14, 0.2),
    ("polk-ia", "Polk, IA", "IA", 41.69, -93.57, "MISO", 900.0, 61.0, 0.4, 200.0, 1.09, 0.0),
    ("maricopa-az", "Maricopa, AZ", "AZ", 33.35, -112.49, "AZPS", 700.0, 79.0, 4.6, 40.0, 1.18, 0.9),
    ("morrow-or", "Morrow, OR", "OR", 45.42, -119.58, "BPAT", 300.0, 66.0, 2.1, 0.0, 1.08, 0.1),
    ("douglas-ga", "Douglas, GA", "GA", 33.69, -84.77, "SOCO", 2000.0, 78.5, 1.9, 0.0, 1.13, 0.2),
    ("cook-il", "Cook, IL", "IL", 41.84, -87.82, "PJM", 500.0, 82.0, 0.5, 0.0, 1.1, 0.1),
    ("san-joaquin-ca", "San Joaquin, CA", "CA", 37.93, -121.27, "CISO", 250.0, 151.0, 3.8, 0.0, 1.11, 0.3),
)

Plan = Any
MakePlan = Callable[..., Plan]


def catalogue(names: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """The catalogue's rows that the reports read."""
    return {
        "sites": pd.DataFrame(
            [
                {
                    "site_id": site[0], "name": names.get(site[0], site[1]), "tariff_usd_per_mwh": site[7],
                    "water_stress_score": site[8], "hazard_score": 0.25, "fibre_fraction": 0.5, "line_km": 4.0,
                    "source_id": "counties", "grade": "modelled",
                }
                for site in SITES
            ]
        ),
        "cooling": pd.DataFrame(
            {"cooling_id": ["dry", "direct-to-chip"], "name": ["Air with dry coolers", "Direct-to-chip liquid"]}
        ),
        "racks": pd.DataFrame({"rack_id": ["hgx", "nvl"], "name": ["Two HGX nodes", "NVL72"]}),
        "contracts": pd.DataFrame(
            {"contract_id": ["solar", "wind"], "kind": ["solar", "wind"], "name": ["Solar", "Wind"]}
        ),
        "grid_zones": pd.DataFrame({
            "grid_zone_id": ["PJM", "ERCO"], "name": ["PJM Interconnection", "Texas"],
            "grade": ["measured", "modelled"],
            "price_basis": ["measured: its own hours", "modelled: hours of PJM stand in"],
            "carbon_basis": "measured: its own hours", "wind_basis": "none: contract not offered",
            "solar_basis": "modelled: hours of PJM",
        }),
    }  # fmt: skip


def dispatch(site: tuple[Any, ...]) -> pd.DataFrame:
    """Four days of one site, with every hour in balance."""
    it_mw = site[9] * (0.7 + 0.15 * np.sin(np.arange(96) * np.pi / 12))
    overhead = it_mw * (site[10] - 1)
    hour = np.arange(96)
    sun = np.clip(np.sin((hour % 24 - 6) * np.pi / 12), 0, None) * (0.4 + 0.2 * (hour // 24))
    wind = 0.3 + 0.25 * np.cos(hour * np.pi / 31)
    charge = np.where(hour % 24 == 12, 0.05 * site[9], 0.0)
    discharge = np.where(hour % 24 == 19, 0.04 * site[9], 0.0)
    need = it_mw + overhead + charge - discharge
    solar = np.minimum(0.5 * site[9] * sun, need)
    wind_mw = np.minimum(0.6 * site[9] * wind, need - solar)
    return pd.DataFrame(
        {
            "site_id": site[0],
            "period": PERIOD,
            "hour": hour,
            "day": hour // 24,
            "time_utc": pd.Timestamp("2022-01-15", tz="UTC")
            + pd.to_timedelta(90 * 24 * (hour // 24) + hour % 24, unit="h"),
            "local_hour": hour % 24,
            "month": np.array([1, 4, 7, 10])[hour // 24],
            "weight_h_per_yr": np.repeat(np.array(WEIGHTS_D, float), 24),
            "it_mw": it_mw,
            "pue": site[10],
            "server_fan_mw": 0.1 * it_mw,
            "cooling_mw": overhead,
            "water_m3_per_h": it_mw * site[11],
            "heat_sold_mw": 0.0,
            "heat_pump_draw_mw": 0.0,
            "import_mw": need - solar - wind_mw,
            "delivered_solar_mw": solar,
            "delivered_wind_mw": wind_mw,
            "resold_mw": 0.0,
            "curtailed_mw": 0.0,
            "charge_mw": charge,
            "discharge_mw": discharge,
            "draw_mw": need,
            "unserved_pflop": 0.0,
            "grid_cfe_fraction": 0.35 + 0.1 * np.sin(hour),
        }
    )


def tables(names: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Every table of the stand-in plan."""
    built = [site for site in SITES if site[9] > 0]
    hourly = pd.concat([dispatch(site) for site in built], ignore_index=True)
    weight = hourly["weight_h_per_yr"]

    def yearly(column: str) -> pd.Series:
        return (hourly[column] * weight).groupby(hourly["site_id"]).sum()

    it_mwh, overhead_mwh, bought_mwh = yearly("it_mw"), yearly("cooling_mw"), yearly("import_mw")
    costs: list[dict[str, Any]] = []
    carbon: list[dict[str, Any]] = []
    for site in built:
        key, power = site[0], site[9]
        for component, term, kind, receiver, amount in (
            ("racks", "capital", "capital", "equipment makers", power * 9.4e6),
            ("halls", "capital", "capital", "builders", power * 1.1e6),
            ("placement", "land", "operating", "landowners", power * 4e3),
            ("grid", "energy", "operating", "power suppliers", bought_mwh[key] * site[7] * 0.7),
            ("grid", "demand_charge", "operating", "grid operators", power * 9e4),
            ("contracts", "purchase", "operating", "generators", (it_mwh[key] - bought_mwh[key] * 0.6) * 50),
            ("contracts", "resale", "operating", "operator", -power * 3e4),
        ):
            payer = "power market" if term == "resale" else "operator"
            costs.append({
                "period": PERIOD, "site_id": key, "component": component, "term": term, "kind": kind, "payer": payer,
                "receiver": receiver, "cost_usd_per_yr": amount, "present_value_usd": amount * 6.9,
            })  # fmt: skip
        for method, share in (("location", 1.0), ("market", 0.5), ("hourly", 0.7)):
            carbon.append({
                "period": PERIOD, "site_id": key, "component": "grid", "term": "energy", "method": method,
                "carbon_t_per_yr": 0.4 * share * bought_mwh[key],
            })  # fmt: skip
        carbon.append({
            "period": PERIOD, "site_id": key, "component": "grid", "term": "import", "method": "consequential",
            "carbon_t_per_yr": 0.6 * bought_mwh[key],
        })  # fmt: skip
        carbon.append({
            "period": PERIOD, "site_id": key, "component": "racks", "term": "manufacture", "method": "embodied",
            "carbon_t_per_yr": power * 70,
        })  # fmt: skip
    cost, carbon_table = pd.DataFrame(costs), pd.DataFrame(carbon)
    paid = cost.groupby("site_id")["cost_usd_per_yr"].sum()
    emitted = carbon_table.pivot_table(index="site_id", columns="method", values="carbon_t_per_yr", aggfunc="sum")

    rows = []
    for site in SITES:
        key, is_open = site[0], site[9] > 0
        rows.append({
            "site_id": key, "period": PERIOD, "name": names.get(key, site[1]), "state": site[2], "latitude": site[3],
            "longitude": site[4], "grid_zone_id": site[5], "is_open": int(is_open), "it_capacity_mw": site[9],
            "hall_capacity_mw": site[9] * 1.05, "it_mean_mw": it_mwh[key] / 8760 if is_open else 0.0,
            "facility_mean_mw": (it_mwh[key] + overhead_mwh[key]) / 8760 if is_open else 0.0,
            "peak_grid_mw": hourly.loc[hourly["site_id"] == key, "draw_mw"].max() if is_open else 0.0,
            "connection_mw": site[9] * 1.2, "headroom_mw": site[6], "pue": site[10] if is_open else np.nan,
            "wue_l_per_kwh": site[11] if is_open else np.nan,
            "energy_mwh_per_yr": it_mwh[key] + overhead_mwh[key] if is_open else 0.0,
            **{f"carbon_{method}_t_per_yr": emitted.loc[key, method] if is_open else 0.0
               for method in ("location", "market", "hourly")},
            "water_m3_per_yr": it_mwh[key] * site[11] if is_open else 0.0,
            "cost_usd_per_yr": paid[key] if is_open else 0.0,
            "unit_cost_usd_per_mwh": paid[key] / it_mwh[key] if is_open else np.nan,
        })  # fmt: skip
    sites = pd.DataFrame(rows)
    opened = sites[sites["is_open"] == 1]
    years = np.arange(PERIOD, PERIOD + 6)
    capital = np.array([3.2e9, 0, 0, 0, 0, 0])
    salvage = np.array([0, 0, 0, 0, 0, 6.0e8])
    running = np.array([0.0, *[2.2e8] * 5])
    revenue = np.array([0.0, *[1.1e9] * 5])
    net = revenue + salvage - capital - running
    discount = 1.07 ** -(years - 2026.0)
    made = {
        "sites": sites,
        "demand": pd.DataFrame(
            {"period": PERIOD, "work_class": ["inference", "batch"], "reference_mw": [150.0, 90.0]}
        ),
        "halls": pd.DataFrame({
            "site_id": opened["site_id"], "cooling_id": ["direct-to-chip", "dry", "dry"], "period": PERIOD,
            "modules_count": [11.0, 7.0, 2.0], "hall_capacity_mw": opened["hall_capacity_mw"],
        }),
        "racks": pd.DataFrame({
            "site_id": opened["site_id"], "cooling_id": ["direct-to-chip", "dry", "dry"],
            "rack_id": ["nvl", "hgx", "hgx"], "period": PERIOD, "racks_count": [1515.0, 5454.0, 1818.0],
            "given_up_count": 0.0, "in_use_count": [1515.0, 5454.0, 1818.0],
            "installed_mw": opened["it_capacity_mw"],
            "gpu_h_per_yr": opened["it_mean_mw"] * 8760 / 1.4e-3,
            "reference_gpu_h_per_yr": opened["it_mean_mw"] * 8760 / 1.4e-3,
        }),
        "contracts": pd.DataFrame({
            "site_id": opened["site_id"], "contract_id": ["wind", "solar", "wind"], "period": PERIOD,
            "contracted_mw": opened["it_capacity_mw"] * 0.5, "output_mwh_per_yr": 5e5, "delivered_mwh_per_yr": 4e5,
            "resold_mwh_per_yr": 1e5, "curtailed_mwh_per_yr": 0.0,
        }),
        "storage": pd.DataFrame({
            "site_id": ["ellis-tx"], "period": PERIOD, "storage_power_mw": [6.0], "storage_energy_mwh": [24.0],
        }),
        "cost": cost,
        "carbon": carbon_table,
        "water": pd.DataFrame({
            "period": PERIOD, "site_id": opened["site_id"], "component": "cooling", "term": "cooling",
            "water_m3_per_yr": opened["water_m3_per_yr"], "boundary": "site",
        }),
        "hourly": hourly,
        "cash_flow": pd.DataFrame({
            "year": years, "period": pd.array([pd.NA, *[PERIOD] * 5], dtype="Int64"), "capital_usd": capital,
            "operating_usd": running, "salvage_usd": salvage, "book_salvage_usd": salvage, "revenue_usd": revenue,
            "net_usd": net, "shadow_usd": 0.0,
            "discount_factor_ratio": discount, "present_value_usd": net * discount,
        }),
        "after_tax": pd.DataFrame({
            "year": years, "sales_tax_usd": 0.0, "property_tax_usd": [0.0, *[1e7] * 5], "receipts_tax_usd": 0.0,
            "written_off_usd": [0.0, 3.2e9, 0, 0, 0, 0], "income_tax_usd": [0.0, -4.9e8, *[1.8e8] * 4],
            "net_after_tax_usd": net - np.array([0.0, -4.8e8, *[1.9e8] * 4]), "debt_usd": [1.9e9, 0, 0, 0, 0, 0],
            "interest_usd": [0.0, *[1e8] * 5], "principal_usd": [0.0, *[3.8e8] * 5],
            "equity_usd": net + np.array([1.9e9, 1e7, *[-6.6e8] * 4]), "debt_cover_ratio": [np.nan, *[1.44] * 5],
            "net_revenue_usd": 0.79 * revenue,
            "sales_tax_spared_usd": [2e8, 0, 0, 0, 0, 0], "tax_credit_usd": 0.0, "property_tax_abated_usd": 0.0,
            "net_without_exemptions_usd": net - 5e8,
            "net_losses_carried_usd": net - 2e8, "net_book_salvage_usd": net - 3e8,
            "renewal_reserve_usd": 0.0, "debt_cover_after_reserve_ratio": [np.nan, *[1.41] * 5],
        }),
        "returns_stress": pd.DataFrame({
            "case_id": ["as-planned", "price-falls", "less-sold"], "price_fall_fraction": [0.0, 0.1, 0.0],
            "sold_fraction": [1.0, 1.0, 0.6], "npv_usd": [5e8, -1e8, -4e8], "npv_after_tax_usd": [3e8, -2e8, -5e8],
        }),
        "replay": pd.DataFrame({
            "kpi_id": ["cost_usd_per_yr", "pue"], "unit": ["USD/yr", "1"], "design": [float(paid.sum()), 1.118],
            "replay": [float(paid.sum()) * 1.012, 1.121], "difference_fraction": [0.012, 1.121 / 1.118 - 1],
        }),
        "audit": pd.DataFrame({
            "balance": ["power_balance", "objective"], "residual_fraction": [3.1e-12, 0.0],
            "worst_key": ["polk-ia, 7", ""],
        }),
        "assumptions": pd.DataFrame({
            "item": ["rtt_slope_ms_per_km", "hgx: rack"], "value": [0.0143, 763452.0], "unit": ["ms_per_km", "USD"],
            "source_id": ["azure", "vendor"], "grade": ["measured", "assumed"],
            "description": ["Round-trip time a kilometre", "Two HGX nodes"],
        }),
        "columns": pd.DataFrame({
            "table": "sites", "column": ["headroom_mw", "water_stress_score", "water_usd_per_m3"],
            "unit": ["MW", "", "USD/m3"], "description": ["A tenth of the lines", "Of the place", "A judgement"],
            "source_id": ["counties", "azure", "vendor"], "grade": ["modelled", "modelled", "assumed"],
            "value_of": ["place", "state", "all"],
        }),
        "sources": pd.DataFrame({
            "source_id": ["azure", "vendor", "counties"], "title": ["Latency", "Price list", "County table"],
            "publisher": ["A", "B", "C"], "year": [2024, 2025, 2023], "licence": ["MIT", "none", "ODbL 1.0"],
            "url": ["https://example.org/a", "javascript:alert(1)", ""], "retrieved": [2026, 2026, 2026],
            "grade": ["measured", "assumed", "modelled"], "notice": ["", "", "Contains data under ODbL 1.0"],
        }),
    }  # fmt: skip
    made |= cooling_tables(opened, hourly)
    made["kpis"] = kpis.compute(made, study_id="stand-in")
    return made


def cooling_tables(opened: pd.DataFrame, hourly: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Ways of cooling side by side, the cheapest at every site, and a year of four days."""
    chosen = dict(zip(opened["site_id"], ["direct-to-chip", "dry", "dry"], strict=True))
    rows = [
        {
            "site_id": site,
            "period": PERIOD,
            "built_cooling_id": built,
            "cooling_id": way,
            "is_built": int(way == built),
            "pue": 1.1 if way == built else 1.2,
            "wue_l_per_kwh": 1.5 if way == built else 0.25,
            "water_m3_per_yr": 9e5 if way == built else 1.5e5,
            "carried_fraction": 1.0 if way == built else 0.9,
            "halls_usd_per_mwh": 150.0,
            "extra_racks_usd_per_mwh": 0.0 if way == built else 4.0,
            "energy_usd_per_mwh": 80.0 if way == built else 87.0,
            "water_usd_per_mwh": 2.0 if way == built else 0.3,
            "cost_usd_per_mwh": 232.0 if way == built else 241.3,
            "extra_cost_usd_per_yr": 0.0 if way == built else 6.0e6,
        }
        for site, built in chosen.items()
        for way in ("direct-to-chip", "dry")
    ]
    places = [
        {
            "site_id": site[0], "rack_id": "nvl", "cooling_id": way, "pue": pue, "wue_l_per_kwh": 1.0,
            "carried_fraction": 1.0, "halls_usd_per_mwh": 150.0, "extra_racks_usd_per_mwh": 0.0,
            "energy_usd_per_mwh": 80.0, "water_usd_per_mwh": 1.0, "cost_usd_per_mwh": 231.0,
            "is_cheapest": int((way == "dry") == (site[3] > 40)), "is_least_pue": int(way == "direct-to-chip"),
        }
        for site in SITES
        for way, pue in (("direct-to-chip", 1.1), ("dry", 1.2))
    ]  # fmt: skip
    climates = [
        {
            "site_id": site, "period": PERIOD, "climate_id": climate, "warming_c": warming, "it_mwh_per_yr": 1e6,
            "facility_mwh_per_yr": 1.1e6 + 1e4 * warming, "pue": 1.1 + 0.01 * warming, "peak_hour_pue": 1.3,
            "wue_l_per_kwh": 0.5, "water_m3_per_yr": 5e5 + 1e4 * warming, "peak_day_water_m3_per_day": 2000.0,
            "peak_facility_mw": 90.0, "connection_needed_mw": 100.0 + warming, "connection_mw": 101.0,
            "carried_fraction": 1.0, "overloaded_h_per_yr": 3.0 * warming if site == "ellis-tx" else 0.0,
        }
        for site in chosen
        for climate, warming in (("base", 0.0), ("warmer", 2.0), ("hot-year", 0.0))
    ]  # fmt: skip
    saving = [
        {
            "site_id": site, "period": PERIOD, "built_cooling_id": built,
            "cooling_id": "dry" if built == "direct-to-chip" else "direct-to-chip", "water_m3_per_yr": 9e5,
            "water_saved_m3_per_yr": 7.5e5, "extra_cost_usd_per_yr": extra, "water_usd_per_m3": 1.5,
            "break_even_water_usd_per_m3": 1.5 + extra / 7.5e5,
        }
        for (site, built), extra in zip(chosen.items(), (1.5e6, 6.0e6, 2.1e6), strict=True)
    ]  # fmt: skip
    imputed = {
        "table": "sites", "row_id": ["polk-ia", "cook-il"], "column": ["tariff_usd_per_mwh", "land_usd_per_ha"],
        "value": [61.0, 3e5], "unit": ["USD/MWh", "USD/ha"], "rule": ["no price: state mean", "no lot value: median"],
        "source_id": "counties", "grade": "modelled",
    }  # fmt: skip
    return {
        "cooling_options": pd.DataFrame(rows), "water_saving": pd.DataFrame(saving),
        "cooling_places": pd.DataFrame(places), "replay_hourly": hourly.copy(),
        "climate": pd.DataFrame(climates), "imputed": pd.DataFrame(imputed),
    }  # fmt: skip


@pytest.fixture(scope="session")
def make_plan() -> MakePlan:
    """A maker of stand-in plans; `names` replaces site names, `study` parts of the study, `tables` whole tables."""

    def make(
        *,
        names: Mapping[str, str] | None = None,
        replaced: Mapping[str, pd.DataFrame] | None = None,
        policy: Mapping[str, Any] | None = None,
        **attributes: Any,
    ) -> Plan:
        made = {**tables(names or {}), **(replaced or {})}
        made["kpis"] = kpis.compute(made, study_id="stand-in")
        limits = {
            "carbon_method": "location", "capped_carbon": "location", "carbon_price_usd_per_t": 0.0,
            "carbon_cap_t_per_yr": None, "water_cap_m3_per_yr": None,
            "excluded_sites": (), "grid_zone_limit_mw": {}, "sites_max_count": None,
        }  # fmt: skip
        objective = float(made["cost"]["present_value_usd"].sum())
        study = SimpleNamespace(
            name="stand-in",
            title=attributes.pop("title", "Eight sites that do not exist"),
            description=attributes.pop("description", "A plan made by hand to test the reports."),
            money_year=2024,
            horizon=SimpleNamespace(base_year=2026, periods=(SimpleNamespace(year=PERIOD, length_yr=15),)),
            time=SimpleNamespace(data_year=2022, compared_year=2023),
            demand=SimpleNamespace(
                inference_mw={PERIOD: 150.0},
                batch_mw={PERIOD: 90.0},
                training_mw={},
                latency_limit_ms=40.0,
                workloads=(),
            ),
            connection=SimpleNamespace(dates="none"),
            facility=SimpleNamespace(site_max_mw=220.0, module_mw=20.0, peak_diversity_fraction=0.9),
            climate=SimpleNamespace(extreme_return_yr=20.0, stress_warming_c=2.0),
            finance=SimpleNamespace(discount_rate_fraction=0.07, compute_price_usd_per_gpu_h=2.4, is_after_tax=True),
            policy=SimpleNamespace(**{**limits, **(policy or {})}),
        )
        defaults = {
            "case": SimpleNamespace(study=study, tables=catalogue(names or {})),
            "tables": made,
            "kpis": kpis.by_id(made["kpis"]),
            "status": "optimal",
            "objective_usd": objective,
            "bound_usd": 0.994 * objective,
            "gap_fraction": 0.006,
            "gap_site_dependent_fraction": 0.04,
            "year": None,
            "search": SimpleNamespace(
                unavoidable_usd=0.85 * objective, gap_asked_fraction=0.01, method="whole", rows=81234, columns=60321,
                nonzeros=301234, integers=812, seconds={"total": 41.5}, second_year=None, objective_usd=objective,
            ),
            "cautions": (),
            "since": None,
            "near": None,
            "provenance": {"tool": {"name": "siting", "version": "0.1.0"}, "run_id": "0123456789ab"},
        }  # fmt: skip
        return SimpleNamespace(**{**defaults, **attributes})

    return make


@pytest.fixture(scope="session")
def plan(make_plan: MakePlan) -> Plan:
    """The stand-in plan as it comes."""
    return make_plan()


@pytest.fixture
def no_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prose and tables do not depend on the drawings, which take most of the time."""
    monkeypatch.setattr("siting.reports.charts.svg._svg", lambda *_: "<svg></svg>")


@dataclasses.dataclass(frozen=True)
class Browser:
    """A Chromium on the path."""

    path: str


@pytest.fixture(scope="session")
def browser() -> Browser:
    """A headless browser; without one the test is skipped, and says so."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        path = shutil.which(name)
        if path:
            return Browser(path)
    pytest.skip("NO CHROMIUM ON THE PATH: the reports were not looked at in a browser")
