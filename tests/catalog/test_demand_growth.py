"""The cases of growth: the fit, its error, and what the table holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from siting.data.build.demand_growth import doubling, growth_table, training_compute
from siting.data.tables.catalogue import catalog_path

TABLE = pd.read_csv(catalog_path("demand_growth")).set_index("case_id")


def test_a_doubling_time_is_found() -> None:
    """Sixteenfold in eight years, on the line: doubling in two, without error. Points without a number are left out."""
    years = np.array([2010.0, 2012.0, 2014.0, 2018.0, 2015.0, np.nan])
    found = doubling(years, [1, 2, 4, 16, np.nan, 7])
    assert found.time_yr == pytest.approx(2)
    assert found.error_yr == pytest.approx(0, abs=1e-9)
    assert found.gain_per_yr == pytest.approx(2**0.5 - 1)
    assert found.count == 4


def test_the_error_is_stated() -> None:
    """Four points at -1, -1, 1, 1 years, half a doubling about a slope of 1/2: s2 = 4 (1/2)^2 / 2 = 1/2.

    The slope's error is sqrt(1/2 / 4) = 0.3536, that of its inverse 0.3536 / (1/2)^2 = 1.4142.
    """
    logs = np.array([-0.5 - 0.5, -0.5 + 0.5, 0.5 - 0.5, 0.5 + 0.5])
    found = doubling([-1, -1, 1, 1], 2**logs)
    assert found.time_yr == pytest.approx(2)
    assert found.error_yr == pytest.approx(2**0.5)
    assert found.scatter_ratio == pytest.approx(2 ** (0.5**0.5))


def test_nine_in_ten_made_histories_hold_the_truth() -> None:
    """Of 200 histories that double in half a year and scatter fourfold, 86 to 100 % lie within two errors."""
    random = np.random.default_rng(15)
    years = np.linspace(2010, 2025, 80)
    held = [
        abs(found.time_yr - 0.5) <= 2 * found.error_yr
        for found in (doubling(years, 2 ** (2 * (years - 2010) + random.normal(0, 2, 80))) for _ in range(200))
    ]
    assert 0.90 <= np.mean(held) <= 0.99


@pytest.mark.parametrize(
    ("amounts", "why"), [([1, 2], "three points"), ([4, 2, 1], "do not grow"), ([0, 1, 2], "three points")]
)
def test_what_is_no_growth_is_refused(amounts: list[float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        doubling(range(len(amounts)), amounts)


def test_power_grows_as_published() -> None:
    """176 TWh in 2023 become 325 and 580 in 2028; the middle case is their geometric mean, 434."""
    in_2028 = 176 * (1 + TABLE["power_growth_per_yr"]) ** 5
    assert in_2028.to_dict() == pytest.approx({"low": 325, "mid": (325 * 580) ** 0.5, "high": 580}, rel=2e-3)


def test_only_training_rests_on_a_judgement() -> None:
    assert TABLE["training_adoption_fraction"].to_dict() == {"low": 0.25, "mid": 0.5, "high": 1}
    assert TABLE["hardware_gain_per_yr"].nunique() == TABLE["training_doubling_yr"].nunique() == 1


@pytest.mark.raw
def test_the_fits_are_those_of_the_raw_tables() -> None:
    """Training compute doubled every five to six months since 2010, as its keepers say (4 to 5 times a year)."""
    assert growth_table().set_index("case_id").round(4).equals(TABLE.astype(growth_table().set_index("case_id").dtypes))
    found = training_compute()
    assert found.count > 400
    assert 4 <= 1 + found.gain_per_yr <= 5
    assert TABLE["training_doubling_error_yr"]["mid"] == pytest.approx(found.error_yr, abs=5e-4)
