"""Do the numbers make sense: ranges by column, known means, and what must go together."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

Tables = dict[str, pd.DataFrame]

# Where a US site, rack or price is unusual enough to be looked at again.
PLAUSIBLE = {
    ("sites", "latitude"): (24.5, 49.5),
    ("sites", "longitude"): (-125, -66.5),
    ("sites", "utc_offset_h"): (-8, -5),
    ("sites", "headroom_mw"): (100, 1000),
    ("sites", "transfer_mw"): (400, 40_000),
    ("sites", "further_line_usd_per_mw"): (4e4, 1e6),
    ("sites", "land_usd_per_ha"): (2e4, 1e7),
    ("sites", "tariff_usd_per_mwh"): (45, 220),
    ("sites", "demand_charge_usd_per_kw_month"): (5, 50),
    ("sites", "line_km"): (1, 60),
    ("sites", "connection_voltage_kv"): (138, 500),
    ("sites", "connection_fixed_usd"): (1e7, 3e8),
    ("sites", "capital_ratio"): (0.8, 1.5),
    ("sites", "hazard_score"): (0, 1),
    ("zones", "population_count"): (8e5, 2.1e7),
    ("racks", "rack_kw"): (5, 200),
    ("racks", "compute_pflop"): (3, 500),
    ("racks", "rack_usd"): (2e5, 2e7),
    ("contracts", "strike_usd_per_mwh"): (20, 100),
    ("storage", "energy_usd_per_mwh"): (1e5, 5e5),
    ("cooling", "hall_usd_per_mw"): (8e6, 16e6),
    ("series_grid", "wholesale_usd_per_mwh"): (-100, 5000),
    ("series_grid", "carbon_average_kg_per_mwh"): (20, 850),
    ("series_grid", "carbon_marginal_kg_per_mwh"): (200, 1200),
    ("series_weather", "dry_bulb_c"): (-45, 50),
    ("series_weather", "dew_point_c"): (-60, 31.5),
    ("series_weather", "pressure_pa"): (70000, 106000),
}

# Means of the hours with the same factors, from the published `avg_CI` columns of the eight authorities [g/kWh].
PUBLISHED_INTENSITY = {
    "BPAT": 54.71,
    "AZPS": 575.04,
    "PJM": 362.62,
    "ERCO": 347.20,
    "CISO": 256.19,
    "MISO": 440.55,
    "NYIS": 272.77,
    "SOCO": 423.20,
}


@pytest.mark.parametrize(("table", "column"), PLAUSIBLE)
def test_range(table: str, column: str, tables: Tables) -> None:
    low, high = PLAUSIBLE[table, column]
    values = tables[table][column].dropna()
    assert values.between(low, high).all(), values[~values.between(low, high)].head().to_dict()


@pytest.mark.parametrize("zone", PUBLISHED_INTENSITY)
def test_carbon_means_are_the_published_ones(zone: str, tables: Tables) -> None:
    series = tables["series_grid"]
    mean = series.loc[series["grid_zone_id"] == zone, "carbon_average_kg_per_mwh"].mean()
    assert mean == pytest.approx(PUBLISHED_INTENSITY[zone], abs=0.1)


def test_a_flat_load_pays_more_than_the_wholesale_energy_it_uses(tables: Tables) -> None:
    """Most tariffs lie above the zone's wholesale level; hydropower zones take California's prices and may not."""
    level = tables["series_grid"].groupby("grid_zone_id")["wholesale_usd_per_mwh"].mean()
    sites = tables["sites"]
    above = sites["tariff_usd_per_mwh"] > sites["grid_zone_id"].map(level)
    assert above[~sites["grid_zone_id"].isin(["BPAT", "NWPP", "PACE", "PSCO", "AZPS"])].mean() > 0.95


def test_energy_and_charges_on_peaks_of_a_flat_load_make_the_tariff(tables: Tables) -> None:
    """Demand charge a year over 8,760 h is a quarter of the tariff less its capacity, the rest is the hourly price."""
    sites = tables["sites"]
    to_flat = 12 * 1000 / 8760
    besides = sites["tariff_usd_per_mwh"] - sites["capacity_charge_usd_per_kw_month"].fillna(0.0) * to_flat
    assert (sites["demand_charge_usd_per_kw_month"] * to_flat / besides).round(2).eq(0.25).all()


def test_capacity_is_bought_apart_where_a_customer_may_choose(tables: Tables) -> None:
    sites = tables["sites"]
    buys = sites[sites["capacity_charge_usd_per_kw_month"].notna()]
    assert set(buys["grid_zone_id"]) <= {"PJM", "MISO"}
    assert {"OH", "PA", "NJ"} <= set(buys["state"])
    assert not set(buys["state"]) & {"VA", "WV", "KY", "IN", "MI", "IA"}


def test_a_tariff_lies_within_its_spread(tables: Tables) -> None:
    """Two hundredths of a dollar are the rounding of three columns."""
    sites = tables["sites"]
    up = sites["tariff_high_usd_per_mwh"] - sites["tariff_usd_per_mwh"]
    down = sites["tariff_usd_per_mwh"] - sites["tariff_low_usd_per_mwh"]
    assert (up > 5).all()
    assert (up - down).abs().max() < 0.021


def test_levels_of_wholesale_prices(tables: Tables) -> None:
    """By hand: PJM's yearly means 42.69, 89.36, 35.74, 36.16 are 49.4, 95.8, 36.8, 36.2 in dollars of 2024."""
    level = tables["series_grid"].groupby("grid_zone_id")["wholesale_usd_per_mwh"].mean()
    assert level["PJM"] == pytest.approx(43.1, abs=0.1)
    assert level["CISO"] == pytest.approx(61.9, abs=0.1)


def test_sun_shines_by_day_and_more_in_the_south_west(tables: Tables) -> None:
    series = tables["series_grid"].merge(
        tables["sites"].groupby("grid_zone_id")["utc_offset_h"].quantile(0.5, interpolation="lower"), on="grid_zone_id"
    )
    local = (series["hour"] + series["utc_offset_h"]) % 24
    mean = series.groupby(["grid_zone_id", local])["solar_fraction"].mean().unstack()
    assert (mean[[0.0, 1.0, 2.0, 23.0]].max(axis=1).dropna() < 0.02).all()
    assert mean[[11.0, 12.0, 13.0]].min(axis=1).gt(0.3).all()
    yearly = mean.mean(axis=1)
    assert yearly[["AZPS", "CISO"]].min() > yearly[["PJM", "NYIS", "ISNE", "MISO"]].max()


def test_wind_blows_in_the_plains(tables: Tables) -> None:
    mean = tables["series_grid"].groupby("grid_zone_id")["wind_fraction"].mean()
    assert mean[["SWPP", "MISO", "ERCO"]].min() > mean[["PJM", "NYIS", "CISO"]].max()


def test_carbon_free_share_and_intensity_go_against_each_other(tables: Tables) -> None:
    series = tables["series_grid"]
    for _, hours in series.groupby("grid_zone_id"):
        assert spearmanr(hours["carbon_free_fraction"], hours["carbon_average_kg_per_mwh"]).statistic < -0.5


def test_wind_and_price_of_one_year_go_together(tables: Tables) -> None:
    """In Texas windy hours are cheap hours; hours of two years put side by side would show nothing."""
    series = tables["series_grid"]
    texas = series[series["grid_zone_id"] == "ERCO"]
    assert spearmanr(texas["wind_fraction"], texas["wholesale_usd_per_mwh"]).statistic < -0.25


def weather_means(tables: Tables) -> pd.DataFrame:
    means = tables["series_weather"].groupby("weather_id").mean(numeric_only=True)
    return tables["weather"].set_index("weather_id").join(means)


def test_it_is_colder_in_the_north_and_the_air_is_thinner_up_high(tables: Tables) -> None:
    means = weather_means(tables)
    assert spearmanr(means["latitude"], means["dry_bulb_c"]).statistic < -0.7
    west = means["longitude"].between(-115, -102)
    assert means.loc[west, "pressure_pa"].mean() < 90000 < means.loc[~west, "pressure_pa"].mean()


def test_no_weather_jumps_as_none_does(tables: Tables) -> None:
    """Stretches filled in by mistake begin and end with a jump: 28 K in an hour before weeks of 50 C in Virginia."""
    series = tables["series_weather"].sort_values(["weather_id", "hour"])
    assert series.groupby("weather_id")["dry_bulb_c"].diff().abs().max() <= 20.1


def test_humid_places_are_where_they_are(tables: Tables) -> None:
    """Dew points: the Gulf coast above the desert, though the desert is hotter."""
    means = weather_means(tables).join(tables["sites"].set_index("weather_id")[["site_id"]]).set_index("site_id")
    assert means.loc["maricopa-az", "dry_bulb_c"] > means.loc["harris-tx", "dry_bulb_c"]
    assert means.loc["maricopa-az", "dew_point_c"] < means.loc["harris-tx", "dew_point_c"] - 8


def test_hot_places_have_higher_wet_bulbs(tables: Tables) -> None:
    from siting.cooling import wet_bulb_c

    series = tables["series_weather"]
    names = ["dry_bulb_c", "dew_point_c", "pressure_pa"]
    sample = series[series["hour"] % 97 == 0]
    wet = wet_bulb_c(**{name: sample[name].to_numpy() for name in names})
    means = sample.assign(wet_bulb_c=wet).groupby("weather_id").mean(numeric_only=True)
    assert np.all(wet <= sample["dry_bulb_c"].to_numpy() + 0.05)
    assert np.all(wet >= sample["dew_point_c"].to_numpy() - 0.05)
    assert spearmanr(means["dry_bulb_c"], means["wet_bulb_c"]).statistic > 0.8


def test_afternoons_are_warmer_than_nights_in_local_time(tables: Tables) -> None:
    """Hours are of local standard time: were they of UTC, the warmest hour in the West would fall at night."""
    series = tables["series_weather"]
    mean = series.groupby(["weather_id", series["hour"] % 24])["dry_bulb_c"].mean().unstack()
    assert mean.idxmax(axis=1).between(11, 17).all()


def test_demand_has_its_mean_at_one(tables: Tables) -> None:
    assert tables["demand_shape"]["inference_ratio"].mean() == pytest.approx(1.0, abs=1e-5)
    assert tables["demand_shape"]["hour_local"].tolist() == list(range(24))


def test_a_filled_tariff_is_one_for_its_state_and_market(tables: Tables) -> None:
    """Where the state's mean stands in, sites differ by capacity alone; Wyoming keeps what its counties differ by."""
    sites = tables["sites"].set_index("site_id")
    filled = tables["imputed"].query("column == 'tariff_usd_per_mwh'")
    filled = filled[~filled["rule"].str.startswith("no mean of the state")]
    found = sites.loc[filled["row_id"]].groupby(["state", "grid_zone_id"])["tariff_usd_per_mwh"]
    assert found.nunique().eq(1).all()


def test_racks_fit_a_way_of_cooling(tables: Tables) -> None:
    for rack in tables["racks"].to_dict("records"):
        halls = tables["cooling"][tables["cooling"]["max_rack_kw"] >= rack["rack_kw"]]
        if rack["liquid_fraction"] > 0:
            halls = halls[halls["liquid_capable"] == 1]
        assert len(halls), rack["rack_id"]


def test_taxes_of_the_states_are_the_published_ones(tables: Tables) -> None:
    """The Tax Foundation's own summary for 2024.

    44 states tax income, Alaska and Hawaii among them; Minnesota most, North Carolina least; twelve at 5 per cent or
    less; four tax receipts instead, three tax both, two neither.
    """
    taxes = tables["taxes"].set_index("state").drop(index="DC")
    income, receipts = taxes["income_tax_fraction"], taxes["receipts_tax_fraction"]
    assert (income > 0).sum() == 44 - 2
    assert income.nlargest(3).index.tolist() == ["MN", "IL", "NJ"]
    assert (income.idxmax(), income.max()) == ("MN", 0.098)
    low = income[income.between(0.001, 0.05)]
    assert sorted(low.index) == ["AR", "AZ", "CO", "IN", "KY", "MO", "MS", "NC", "ND", "OK", "SC", "UT"]
    assert (low.idxmin(), low.min()) == ("NC", 0.025)
    assert sorted(receipts[(receipts > 0) & (income == 0)].index) == ["NV", "OH", "TX", "WA"]
    assert sorted(receipts[(receipts > 0) & (income > 0)].index) == ["DE", "OR", "TN"]
    assert sorted(taxes.index[(receipts == 0) & (income == 0)]) == ["SD", "WY"]


def test_sales_taxes_of_the_states(tables: Tables) -> None:
    """Four of the 48 states have none, so nothing is spared there; most states spare all of it.

    In 2026 Illinois and Ohio take no new applications, Washington spares refurbished halls alone, and none says until
    when; Arizona pauses until 30 June 2029, so that 2030 is the first whole year in which it grants again.
    """
    taxes = tables["taxes"].set_index("state")
    none = taxes["sales_tax_fraction"] == 0
    assert sorted(taxes.index[none]) == ["DE", "MT", "NH", "OR"]
    assert taxes.loc[none, "exempt_fraction"].eq(0).all()
    assert taxes.loc[~none, "sales_tax_fraction"].between(0.054, 0.097).all()
    assert taxes["exempt_fraction"].between(0, 1).all()
    assert taxes.loc[["VA", "TX", "GA", "AZ"], "exempt_fraction"].eq(1).all()
    assert taxes.loc[["IL", "OH", "WA"], "exempt_fraction"].eq(0).all()
    assert taxes["exempt_from_year"].dropna().to_dict() == {"AZ": 2030}


def test_every_site_lies_in_a_taxed_state(tables: Tables) -> None:
    assert set(tables["sites"]["state"]) == set(tables["taxes"]["state"]) - {"DC"}
