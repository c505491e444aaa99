"""Cases of growth of demand: power as published for the country, hardware and training as fitted to public tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.data.build.raw import read_input, read_raw

__all__ = ["Doubling", "doubling", "growth_table", "hardware_gain", "training_compute"]

MODELS = "epoch_ai/notable-ai-models.csv.xz"
ACCELERATORS = "epoch_ai/ml_hardware.csv.xz"
FIRST_MODEL_YEAR = 2010
"""Before deep learning training compute grew with the speed of single computers, less than a third as fast."""

TENSOR = "Tensor-FP16/BF16 performance (FLOP/s)"
DAYS_PER_YR = 365.25
DIGITS = {
    "power_growth_per_yr": 4,
    "hardware_gain_per_yr": 4,
    "training_doubling_yr": 3,
    "training_doubling_error_yr": 3,
}
"""Decimals, a tenth of the errors or less."""


@dataclass(frozen=True)
class Doubling:
    """A growth by powers of two, fitted by least squares.

    Parameters
    ----------
    time_yr : float
        Time in which the quantity doubles [yr].
    error_yr : float
        Standard error of that time [yr].
    scatter_ratio : float
        Standard deviation of the points about the line, as the ratio that one of them has.
    count : int
        How many points.
    """

    time_yr: float
    error_yr: float
    scatter_ratio: float
    count: int

    @property
    def gain_per_yr(self) -> float:
        """Growth a year."""
        return float(2 ** (1 / self.time_yr) - 1)


def doubling(years: npt.ArrayLike, amounts: npt.ArrayLike) -> Doubling:
    """Fit a doubling time by least squares of the logarithm to base 2 against time.

    The error is that of the slope, by the delta method: of a time 1/b it is the error of b over b squared.

    Parameters
    ----------
    years
        When, as a year with its fraction; a point without a year or without an amount is left out.
    amounts
        How much.

    Raises
    ------
    ValueError
        If there are fewer than three points, or they do not grow.
    """
    when, amount = np.asarray(years, dtype=float), np.asarray(amounts, dtype=float)
    known = np.isfinite(when) & np.isfinite(amount) & (amount > 0)
    x, y = when[known], np.log2(amount[known])
    if len(x) < 3:
        raise ValueError(f"a doubling time needs three points (got {len(x)})")
    off = x - x.mean()
    slope = float(off @ y / (off @ off))
    if slope <= 0:
        raise ValueError("the points do not grow")
    rest = y - y.mean() - slope * off
    scatter = float(np.sqrt(rest @ rest / (len(x) - 2)))
    error = scatter / float(np.sqrt(off @ off))
    return Doubling(1 / slope, error / slope**2, float(2**scatter), len(x))


def training_compute() -> Doubling:
    """Training compute of single notable models from 2010 on."""
    models = read_raw(MODELS)
    years = _year(models["Publication date"])
    recent = years >= FIRST_MODEL_YEAR
    return doubling(years[recent], models.loc[recent, "Training compute (FLOP)"])


def hardware_gain() -> Doubling:
    """Work of accelerators for their power: dense 16 bit of tensor units over rated power."""
    accelerators = read_raw(ACCELERATORS)
    return doubling(_year(accelerators["Release date"]), accelerators[TENSOR] / accelerators["TDP (W)"])


def _year(days: pd.Series) -> pd.Series:
    """Days as years with their fraction."""
    when = pd.to_datetime(days, errors="coerce")
    years: pd.Series = when.dt.year + (when.dt.dayofyear - 1) / DAYS_PER_YR
    return years


def growth_table() -> pd.DataFrame:
    """Rows of `demand_growth.csv`: the ends of the range published for the country, and their geometric mean."""
    cases = read_input("demand_growth.csv")
    ends = cases["last_twh"].dropna()
    last = cases["last_twh"].fillna(float(np.exp(np.log(ends).mean())))
    training, hardware = training_compute(), hardware_gain()
    return pd.DataFrame(
        {
            "case_id": cases["case_id"],
            "name": cases["name"],
            "power_growth_per_yr": (last / cases["first_twh"]) ** (1 / (cases["last_year"] - cases["first_year"])) - 1,
            "hardware_gain_per_yr": hardware.gain_per_yr,
            "training_doubling_yr": training.time_yr,
            "training_doubling_error_yr": training.error_yr,
            "training_adoption_fraction": cases["training_adoption_fraction"],
            "source_id": "lbnl-us-energy-2024",
            "grade": "modelled",
        }
    ).round(DIGITS)
