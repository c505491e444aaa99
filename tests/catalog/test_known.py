"""Carbon intensity against the published one, hour by hour, on a day that ships with the tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from siting.data.build.series.series_grid import FACTORS_KG_PER_MWH, mix_intensity

DAY = Path(__file__).resolve().parents[1] / "known" / "generation_by_fuel_2022-07-01.csv"


def test_the_intensity_of_each_hour_is_the_published_one() -> None:
    table = pd.read_csv(DAY, comment="#")
    assert table.groupby("balancing_authority").size().eq(24).all()
    output = table[list(FACTORS_KG_PER_MWH)].clip(lower=0.0)
    np.testing.assert_allclose(mix_intensity(output), table["avg_CI"], rtol=1e-6)


def test_the_catalogue_holds_those_hours(tables: dict[str, pd.DataFrame]) -> None:
    """1 July is day 182 counted from 1: its first hour of UTC is 181 x 24 = 4,344."""
    published = pd.read_csv(DAY, comment="#").set_index("balancing_authority")["avg_CI"]
    series = tables["series_grid"].set_index("grid_zone_id")
    for zone in published.index.unique():
        hours = series.loc[zone].query("4344 <= hour < 4368")["carbon_average_kg_per_mwh"]
        assert hours.to_numpy() == pytest.approx(published[zone].to_numpy(), rel=6e-4)  # four significant digits
