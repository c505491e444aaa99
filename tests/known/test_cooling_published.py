"""Cooling against what has been published: ranges, yearly PUE and WUE by case and climate, places.

Weather: one typical year (TMY3) for each climate zone that the contiguous US has, of the reference cities of the US
Department of Energy's commercial buildings: Miami, Houston, Atlanta, Las Vegas, Baltimore, Albuquerque, Chicago,
Denver and Helena. Zone 8 of the published table has none (Fairbanks is not among the weather sites).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from siting import cooling
from siting.cli import place_cooling
from siting.cooling.registry import TECHNOLOGIES
from siting.data.tables.reader import load_tables

HERE = Path(__file__).parent
CASES = {found.published_case: name for name, found in TECHNOLOGIES.items() if found.published_case}
ZONES = ("1A", "2A", "3A", "3B", "4A", "4B", "5A", "5B", "6B")
QUANTILES = {"5th": "p5", "95th": "p95"}


def usable(table: pd.DataFrame) -> pd.DataFrame:
    """Weather in tenths of a degree and tens of pascals as the columns of `siting.cooling`."""
    return pd.DataFrame(
        {
            "dry_bulb_c": table.iloc[:, 0].to_numpy() / 10.0,
            "dew_point_c": table.iloc[:, 1].to_numpy() / 10.0,
            "pressure_pa": table.iloc[:, 2].to_numpy() * 10.0,
        }
    )


@cache
def city(name: str) -> pd.DataFrame:
    """Weather of a reference city, or of the one of a zone."""
    table = pd.read_parquet(HERE / "cooling_weather.parquet")
    chosen = table[(table["weather_id"] == name) | (table["climate_zone"] == name)]
    return usable(chosen[["dry_bulb_tenths", "dew_point_tenths", "pressure_tens"]])


@cache
def published() -> pd.DataFrame:
    """The published results by case, zone and quantile."""
    table = pd.read_csv(HERE / "pue_wue_by_case_and_zone.csv", comment="#")
    return table.set_index(["case", "climate_zone", "quantile"]).sort_index()


# --- ranges ---------------------------------------------------------------------------------------------------------

NAMES = {
    "UPS efficiency": ("ups_efficiency_fraction", 0.01),
    "Power loss in distribution": ("distribution_loss_fraction", 0.01),
    "Lighting power to IT power ratio": ("lighting_fraction", 0.01),
    "Dry bulb setpoint (low)": ("supply_low_c", 1.0),
    "Dry bulb setpoint (high)": ("supply_high_c", 1.0),
    "Dew point setpoint (low)": ("dew_low_c", 1.0),
    "Dew point setpoint (high)": ("dew_high_c", 1.0),
    "Humidity setpoint (low)": ("humidity_low_fraction", 0.01),
    "Humidity setpoint (high)": ("humidity_high_fraction", 0.01),
    "Sensible heat ratio (SHR)": ("sensible_heat_fraction", 0.01),
    "Temperature difference (CRAH air)": ("air_rise_c", 1.0),
    "Temperature difference (facility water)": ("water_rise_c", 1.0),
    "Temperature difference (cooling tower water)": ("tower_rise_c", 1.0),
    "Fan pressure (CRAH)": ("hall_fan_pa", 1.0),
    "Fan efficiency (CRAH)": ("hall_fan_efficiency_fraction", 0.01),
    "Fan pressure (cooling tower)": ("tower_fan_pa", 1.0),
    "Fan efficiency (cooling tower)": ("tower_fan_efficiency_fraction", 0.01),
    "Pump pressure (humidification pump)": ("humidifier_pa", 1000.0),
    "Pump efficiency (humidification pump)": ("humidifier_efficiency_fraction", 0.01),
    "Pump pressure (chiller pump)": ("chilled_pump_pa", 1000.0),
    "Pump efficiency (chiller pump)": ("chilled_pump_efficiency_fraction", 0.01),
    "Pump pressure (cooling tower)": ("tower_pump_pa", 1000.0),
    "Pump efficiency (cooling tower)": ("tower_pump_efficiency_fraction", 0.01),
    "Pump pressure (economizer pump)": ("economiser_pump_pa", 1000.0),
    "Pump efficiency (economizer pump)": ("economiser_pump_efficiency_fraction", 0.01),
    "Approach temp (cooling tower)": ("tower_approach_c", 1.0),
    "Approach temp (economizer HX)": ("exchanger_approach_c", 1.0),
    "Chiller partial load factor": ("chiller_load_fraction", 1.0),
    "Liquid-gas ratio (cooling tower)": ("evaporated_gas_ratio", 1.0),
    "COP relative error to regressed value": ("cop_error_fraction", 0.01),
    "Heat exchanger effectiveness (CRAH cooling coils)": ("coil_effectiveness_fraction", 1.0),
    "Windage loss of water as a percentage of cooling tower mass flow rate": ("windage_fraction", 0.01),
    "Cycles of concentration": ("cycles_ratio", 1.0),
}
# Small halls humidify with steam, so the pumps of the list stand idle.
IDLE = {(case, name) for case in (8, 9) for name in ("humidifier_pa", "humidifier_efficiency_fraction")}
OURS = {"plant_margin_ratio"}


@pytest.mark.parametrize("case", sorted(CASES))
def test_ranges_are_the_published_ones(case: int) -> None:
    table = pd.read_csv(HERE / "pue_wue_input_ranges.csv", comment="#")
    listed = {}
    for row in table[table["case"] == case].itertuples():
        name, scale = NAMES[str(row.input)]
        listed[name] = (float(row.low) * scale, float(row.high) * scale)
    ranges = TECHNOLOGIES[CASES[case]].ranges
    assert set(listed) - set(ranges) == {name for held, name in IDLE if held == case}
    assert set(ranges) - set(listed) == OURS
    for name, bounds in ranges.items():
        if name not in OURS:
            assert (bounds.low, bounds.high) == pytest.approx(listed[name]), name


# --- results --------------------------------------------------------------------------------------------------------

MISSES = {
    # With humidity limits of 60 to 95 % the loosest samples let nearly all of Miami's air in. With 60 to 90 %, the
    # range that the list gives for case 2, this cell and all others would be met.
    (1, "1A", "5th", "wue"),
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("case", sorted(CASES))
def test_bands_of_the_published_cases(case: int, zone: str) -> None:
    """Overhead within 15 % or 0.03; water within 20 % or 0.1 L/kWh; whatever misses is listed, and only that."""
    band = cooling.band(city(zone), CASES[case])
    missed = set()
    for quantile, name in QUANTILES.items():
        pue, wue = published().loc[(case, zone, quantile), ["pue", "wue_l_per_kwh"]]
        if abs(band[f"pue_{name}"] - pue) > max(0.03, 0.15 * (pue - 1.0)):
            missed.add((case, zone, quantile, "pue"))
        if abs(band[f"wue_{name}"] - wue) > max(0.1, 0.20 * wue):
            missed.add((case, zone, quantile, "wue"))
    assert missed == {key for key in MISSES if key[:2] == (case, zone)}


def test_worked_example_of_the_study() -> None:
    """The study's own demonstration of case 4 in a dry hour at 9 C: PUE 1.339, WUE 2.417 L/kWh.

    The study draws the hall's humidity at random, which moves the fans by a thousandth, and rejects through the tower
    only the sensible heat, which makes our water larger by the latent part, 1/0.952.
    """
    humidity, saturation_pa = 0.10, 1148.0  # 9 C
    weather = pd.DataFrame(
        {"dry_bulb_c": [9.0], "dew_point_c": [dew_point(humidity * saturation_pa)], "pressure_pa": [101325.0]}
    )
    result = cooling.performance(
        weather,
        "colo-waterside-economiser",
        ups_efficiency_fraction=0.894746094,
        distribution_loss_fraction=0.0284082031,
        lighting_fraction=0.0472167969,
        sensible_heat_fraction=0.951835937,
        air_rise_c=9.49707031,
        hall_fan_pa=650.488281,
        hall_fan_efficiency_fraction=0.613867188,
        humidifier_pa=6.41894531e6,
        humidifier_efficiency_fraction=0.650976563,
        coil_effectiveness_fraction=0.690283203,
        water_rise_c=6.91894531,
        tower_approach_c=3.35986328,
        exchanger_approach_c=2.10712891,
        economiser_pump_pa=156284.191,
        economiser_pump_efficiency_fraction=0.668945312,
        chilled_pump_pa=171884.552,
        chilled_pump_efficiency_fraction=0.745117188,
        chiller_load_fraction=0.308984375,
        tower_rise_c=5.09960938,
        tower_pump_pa=246235.102,
        tower_pump_efficiency_fraction=0.708007812,
        windage_fraction=0.00293588867,
        cycles_ratio=11.1650391,
        evaporated_gas_ratio=0.272070313,
        tower_fan_pa=395.898438,
        tower_fan_efficiency_fraction=0.611914063,
        supply_high_c=28.7041016,
        supply_low_c=15.4423828,
        dew_high_c=16.7460938,
        dew_low_c=-11.1123047,
        humidity_high_fraction=0.718554688,
        humidity_low_fraction=0.260351562,
        cop_error_fraction=-0.091796875,
    ).iloc[0]
    assert result["pue"] == pytest.approx(1.339160993824991, abs=0.002)
    assert result["wue_l_per_kwh"] * 0.951835937 == pytest.approx(2.417390377483526, rel=0.01)


def dew_point(vapour_pa: float) -> float:
    """Dew point of one vapour pressure. [C]"""
    from siting.cooling import air

    return float(air.dew_point_c(np.array([vapour_pa]))[0])


# --- places ---------------------------------------------------------------------------------------------------------

BEST = {"miami": 1.180, "atlanta": 1.124, "chicago": 1.113}
"""Yearly PUE of the best of six cooling arrangements, as published for cities of the fixture."""


def best_pue(weather: pd.DataFrame) -> float:
    """Least yearly PUE of the published cases at the middle of their ranges."""
    air = cooling.Outdoors.of(*(weather[name].to_numpy() for name in weather.columns))
    return min(float(cooling.evaluate(air, name)["pue"].mean()) for name in CASES.values())


@pytest.mark.parametrize("name", sorted(BEST))
def test_best_technology_of_a_city(name: str) -> None:
    assert best_pue(city(name)) == pytest.approx(BEST[name], abs=0.03)


PLACES = {
    "Phoenix": (33.45, -112.07, 1.115),
    "Ashburn": (39.04, -77.49, 1.115),
    "Dallas": (32.78, -96.80, 1.131),
    "Atlanta": (33.75, -84.39, 1.124),
    "Chicago": (41.88, -87.63, 1.113),
    "Seattle": (47.61, -122.33, 1.101),
    "Miami": (25.76, -80.19, 1.180),
}
"""Yearly PUE of the best of six, as published for places of the contiguous US."""


@pytest.mark.parametrize("name", sorted(PLACES))
def test_best_technology_at_the_nearest_weather_site(name: str) -> None:
    """What `siting cooling` takes for the place: Phoenix has no weather site, and Blythe stands in, 246 km away."""
    latitude, longitude, pue = PLACES[name]
    assert best_pue(place_cooling.of_nearest_site(latitude, longitude).weather) == pytest.approx(pue, abs=0.03)


@pytest.mark.slow
def test_best_technology_map_of_the_catalogue() -> None:
    """The catalogue's weather sites: least 1.098, median 1.108, 95th percentile 1.144, most 1.188 as published.

    Ours is 0.02 above up to the median, as in the map of all stations below, and 0.015 below at the most: the worst of
    these sites is on the mainland's southern coast, while the published map has the islands south of it. Economisers
    are best everywhere.
    """
    tables, problems = load_tables({})
    assert not problems
    series = tables["series_weather"].sort_values(["weather_id", "hour"])
    latitudes = tables["weather"].set_index("weather_id").loc[series["weather_id"].unique(), "latitude"]
    wide = (series[name].to_numpy().reshape(-1, 8760) for name in ("dry_bulb_c", "dew_point_c", "pressure_pa"))
    air = cooling.Outdoors.of(*wide)
    names = list(CASES.values())
    yearly = np.array([cooling.evaluate(air, name)["pue"].mean(axis=1) for name in names])
    best = yearly.min(axis=0)
    assert len(best) == len(tables["weather"])
    found = [best.min(), np.median(best), np.quantile(best, 0.95), best.max()]
    assert found == pytest.approx([1.098, 1.108, 1.144, 1.188], abs=0.03)
    assert latitudes.iloc[int(best.argmax())] < 30
    assert {names[i] for i in yearly.argmin(axis=0)} <= {"airside-economiser", "waterside-economiser"}


@pytest.fixture(scope="session")
def us_weather(raw_folder: Path) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Sites of the contiguous US, and their weather as (site, hour) arrays in one `Outdoors`."""
    from pyarrow import parquet

    folder = raw_folder / "data" / "weather_us_tmy"
    sites = pd.read_csv(folder / "sites.csv").set_index("site")
    columns = ["site", "hour", "t_db_dC", "t_dp_dC", "p_daPa"]
    table = parquet.read_table(folder / "hourly.parquet", columns=columns).to_pandas()
    series = {site: usable(part[columns[2:]]) for site, part in table.sort_values(["site", "hour"]).groupby("site")}
    return sites[~sites["state"].isin(["HI", "AK"])], series


@pytest.mark.raw
@pytest.mark.slow
def test_best_technology_map_of_the_us(us_weather: tuple[pd.DataFrame, dict[int, pd.DataFrame]]) -> None:
    """Published for the best of six: least 1.098, median 1.108, 95th percentile 1.144, most 1.188.

    Ours is 0.02 above throughout, which is what a UPS of 96.3 % instead of the middle of the range, 94.5 %, would
    take away; the spread agrees within 0.006.
    """
    sites, series = us_weather
    stacked = (np.stack([series[site][name].to_numpy() for site in sites.index]) for name in series[sites.index[0]])
    air = cooling.Outdoors.of(*stacked)
    yearly = [cooling.evaluate(air, name)["pue"].mean(axis=1) for name in CASES.values()]
    best = pd.Series(np.min(yearly, axis=0), index=sites.index)
    found = [best.min(), best.median(), best.quantile(0.95), best.max()]
    assert found == pytest.approx([1.098, 1.108, 1.144, 1.188], abs=0.03)
    assert best.max() - best.min() == pytest.approx(1.188 - 1.098, abs=0.01)


@pytest.mark.raw
@pytest.mark.parametrize(
    ("place", "state", "pue"),
    [("Dulles", "VA", 1.115), ("Dallas Fort Worth", "TX", 1.131), ("Tacoma", "WA", 1.101)],
)
def test_best_technology_of_named_places(
    place: str, state: str, pue: float, us_weather: tuple[pd.DataFrame, dict[int, pd.DataFrame]]
) -> None:
    sites, series = us_weather
    """Phoenix is published too (1.115) and has no weather site."""
    found = sites[sites["city"].str.contains(place) & (sites["state"] == state)]
    assert best_pue(series[int(found.index[0])]) == pytest.approx(pue, abs=0.03)


@pytest.mark.raw
def test_prineville(us_weather: tuple[pd.DataFrame, dict[int, pd.DataFrame]]) -> None:
    """A real hall in Prineville, Oregon: airside with adiabatic assist, no central UPS, PUE about 1.06.

    Its water was 0.13 to 0.65 L for each kWh of the facility; that includes offices and construction, so ours must be
    below the higher and need not reach the lower.
    """
    sites, series = us_weather
    redmond = int(sites.index[sites["city"].str.contains("Redmond")][0])
    result = cooling.performance(
        series[redmond], "airside-economiser", ups_efficiency_fraction=0.985, hall_fan_pa=400.0
    ).mean()
    assert result["pue"] == pytest.approx(1.06, abs=0.02)
    assert 0.02 < result["wue_l_per_kwh"] / result["pue"] < 0.65


@pytest.mark.raw
@pytest.mark.slow
def test_bands_at_other_places_of_the_zones(us_weather: tuple[pd.DataFrame, dict[int, pd.DataFrame]]) -> None:
    """Two more sites of each zone, by degree days: nine cells in ten are met although the table is for one city."""
    sites, series = us_weather
    met, count = 0, 0
    chosen: dict[str, int] = dict.fromkeys(ZONES, 0)
    for site in sites.sample(frac=1.0, random_state=0).index:
        zone = cooling.climate_zone(series[site])
        if chosen.get(zone, 2) >= 2:
            continue
        chosen[zone] += 1
        for case, name in CASES.items():
            band = cooling.band(series[site], name, samples=64)
            for quantile, short in QUANTILES.items():
                pue, wue = published().loc[(case, zone, quantile), ["pue", "wue_l_per_kwh"]]
                met += abs(band[f"pue_{short}"] - pue) <= max(0.03, 0.15 * (pue - 1.0))
                met += abs(band[f"wue_{short}"] - wue) <= max(0.1, 0.20 * wue)
                count += 2
    assert set(chosen.values()) == {2}
    assert met / count > 0.9
