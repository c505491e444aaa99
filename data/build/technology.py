"""Tables of technology: transcribed numbers of `inputs/`, their money turned to dollars of 2024."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.data.build.extremes import PLACES, YEARS, yearly_deviation
from siting.data.build.latency import fit_round_trip
from siting.data.build.money import MONEY_YEAR, to_money_year
from siting.data.build.raw import read_input, read_raw
from siting.data.build.series.series_grid import generation
from siting.quantities import HOURS_PER_DAY

__all__ = ["GUIDE_YEAR", "connection_table", "cooling_table", "demand_shape", "parameter", "parameter_table", "priced"]

KM_PER_MILE = 1.609344
LITRES_PER_GALLON = 3.785411784
GUIDE_YEAR = 2024  # of the costs in the guide to construction costs, which is called 2025
LEAST_SPREAD_USD_PER_MW, SPREAD_FRACTION = 200_000.0, 0.4  # of what one way of cooling costs more than another
MEASURED_AREAS = ("AZPS", "BPAT", "CISO", "ERCO", "MISO", "NYIS", "PJM", "SOCO")
PLANT_WATER_GAL_PER_MWH = {
    "WND": 0.0, "SUN": 0.0, "WAT": 0.0, "OIL": 350.0, "NG": 300.0, "COL": 450.0, "NUC": 600.0, "OTH": 475.0,
}  # fmt: skip


def priced(name: str) -> pd.DataFrame:
    """Read a transcribed table and convert every column of money from the row's `money_year`, which is dropped."""
    table = read_input(f"{name}.csv")
    factor = table.pop("money_year").map(to_money_year)
    for column in table.columns:
        if "_usd" in column:
            table[column] = table[column] * factor
    return table


def connection_table() -> pd.DataFrame:
    """Rows of `connection.csv`: line a kilometre and substation by voltage, at the cost of Texas."""
    table = priced("connection")
    table.insert(1, "line_usd_per_km", table.pop("line_usd_per_mile") / KM_PER_MILE)
    return table


def cooling_table() -> pd.DataFrame:
    """Rows of `cooling.csv`: halls cost the mean of 19 markets and an assumed difference, both of the guide's year.

    The difference is off by two fifths either way, and by 0.2 M USD/MW at the least: no source splits a hall's cost by
    its cooling. Of liquid halls it lies about where an index of construction cost puts halls for AI, 7 to 10 per cent
    above others (0.8 to 1.2 M). The level that all share is not in this spread.
    """
    table = priced("cooling")
    difference = table["hall_above_mean_usd_per_mw"] * to_money_year(GUIDE_YEAR)
    spread = np.maximum(SPREAD_FRACTION * difference.abs(), LEAST_SPREAD_USD_PER_MW)
    price = parameter("hall_mean_usd_per_mw") + difference
    table["hall_above_mean_usd_per_mw"] = price
    place = table.columns.tolist().index("hall_above_mean_usd_per_mw") + 1
    table.insert(place, "hall_low_usd_per_mw", price - spread)
    table.insert(place + 1, "hall_high_usd_per_mw", price + spread)
    return table.rename(columns={"hall_above_mean_usd_per_mw": "hall_usd_per_mw"})


@cache
def transcribed_parameters() -> pd.DataFrame:
    """Parameters of `inputs/parameters.csv`, in dollars of 2024."""
    table = read_input("parameters.csv")
    factor = table.pop("money_year").fillna(MONEY_YEAR).astype(int).map(to_money_year)
    table["value"] = table["value"] * factor
    return table


def parameter_table() -> pd.DataFrame:
    """Rows of `parameters.csv`: what is fitted to data, and the transcribed ones."""
    trip = fit_round_trip()
    dry_c, wet_c = yearly_deviation()
    years = f"{len(PLACES)} places of the world, {YEARS[0]} to {YEARS[-1]}"
    fitted = (
        f"fitted over {trip.pairs_count} ordered pairs of cloud regions in the US, off by {trip.error_ms:.1f} ms "
        f"(root mean square, for a region that is left out; {trip.slope_low_ms_per_km:.4f} to "
        f"{trip.slope_high_ms_per_km:.4f} by which one is); {trip.detour_ratio:.2f} times light in a straight fibre; "
        f"what these add at no distance, {trip.overhead_ms:.2f} ms, is their own"
    )
    rows = [
        ("rtt_slope_ms_per_km", round(trip.slope_ms_per_km, 4), "ms_per_km",
         f"Round-trip time a kilometre of great circle, {fitted}", "azure-latency", "measured"),
        ("water_source_l_per_kwh", round(plant_water(), 3), "l_per_kwh",
         "Water consumed by power plants a kWh generated, hydropower at 0: eight balancing authorities in 2022",
         "plant-water", "modelled"),
        ("hottest_dry_bulb_deviation_c", round(dry_c, 2), "c",
         f"Standard deviation between years of the year's highest dry bulb, pooled over {years}",
         "open-meteo-era5", "modelled"),
        ("hottest_wet_bulb_deviation_c", round(wet_c, 2), "c",
         f"Standard deviation between years of the year's highest wet bulb, pooled over {years}",
         "open-meteo-era5", "modelled"),
    ]  # fmt: skip
    fits = pd.DataFrame(rows, columns=["parameter_id", "value", "unit", "description", "source_id", "grade"])
    return pd.concat([fits, transcribed_parameters()], ignore_index=True)


def plant_water() -> float:
    """Mean water consumption of generation in the eight measured zones of 2022 [L/kWh]."""
    total = pd.concat([generation(area) for area in MEASURED_AREAS]).sum()
    gallons = sum(total[fuel] * PLANT_WATER_GAL_PER_MWH[fuel] for fuel in total.index) / total.sum()
    return float(gallons * LITRES_PER_GALLON / 1000)


def parameter(parameter_id: str) -> float:
    """Value of one transcribed parameter, in dollars of 2024 or in its own unit."""
    return float(transcribed_parameters().set_index("parameter_id")["value"][parameter_id])


def demand_shape() -> pd.DataFrame:
    """Rows of `demand_shape.csv`: mean days of hourly CPU use of a Google and an Alibaba cluster, mean 1.

    The traces' clocks are not documented; the hour that a row bears is taken for local time. That of Google is a year;
    that of Alibaba is a week, which its file repeats: seven days, whose hours differ by chance, too.
    """
    return pd.DataFrame(
        {
            "hour_local": np.arange(24),
            "inference_ratio": _mean_day("GoogleClusteData_CPU_Data_Hourly_1"),
            "alibaba_ratio": _mean_day("Alibaba_CPU_Data_Hourly_1"),
            "source_id": "workload-traces",
            "grade": "measured",
        }
    )


def _mean_day(name: str) -> npt.NDArray[np.float64]:
    """Mean of each hour of the day over a trace, over the mean of all."""
    trace = read_raw(f"workload_traces/{name}.csv.xz")
    hour = trace.iloc[:, 0].astype(int) % HOURS_PER_DAY
    day = trace["cpu_load"].astype(float).groupby(hour.to_numpy()).mean().to_numpy()
    mean: npt.NDArray[np.float64] = day / day.mean()
    return mean
