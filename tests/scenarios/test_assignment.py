"""What was built counts for the nearest candidate within 40 km, or for that of its county."""

from __future__ import annotations

import math

import pandas as pd

from siting.geography import EARTH_RADIUS_KM
from siting.scenarios.backtest.assignment import NONE, WITHIN_KM, candidate_of

DEGREE_KM = EARTH_RADIUS_KM * math.pi / 180
"""111.19 km: of a meridian, and of the equator."""

SITES = pd.DataFrame(
    {
        "site_id": ["a", "b", "far-north"],
        "county_fips": ["01001", "01003", "02001"],
        "latitude": [0.0, 0.0, 60.0],
        "longitude": [0.0, 0.6, 0.0],
    }
)


def built(*places: tuple[float | None, float | None, str]) -> pd.DataFrame:
    rows = pd.DataFrame(places, columns=["latitude", "longitude", "county_fips"])
    return rows.astype({"latitude": float, "longitude": float})


def test_nearest_wins() -> None:
    """Between a and b, 66.7 km apart, 0.29 degrees from a are 32 km, and 34 km from b; at 0.31 it is the other way."""
    assert candidate_of(built((0.0, 0.29, ""), (0.0, 0.31, "")), SITES).tolist() == [0, 1]


def test_within_40_km() -> None:
    """Straight south of a by 39.9 and 40.1 km."""
    near, far = -39.9 / DEGREE_KM, -40.1 / DEGREE_KM
    assert WITHIN_KM == 40
    assert candidate_of(built((near, 0.0, ""), (far, 0.0, "")), SITES).tolist() == [0, NONE]


def test_degrees_of_longitude_shrink() -> None:
    """At 60 north a degree is half as long: 0.7 degrees are 38.9 km, where they are 77.8 km at the equator."""
    assert candidate_of(built((60.0, 0.7, ""), (0.0, -0.7, "")), SITES).tolist() == [2, NONE]


def test_nearest_by_km_not_by_degrees() -> None:
    """At 60 north: 0.3 degrees to the north are 33.4 km, 0.55 to the east 30.6 km."""
    sites = pd.DataFrame({"latitude": [60.3, 60.0], "longitude": [0.0, 0.55]})
    assert candidate_of(built((60.0, 0.0, "")), sites).tolist() == [1]


def test_across_the_date_line() -> None:
    sites = pd.DataFrame({"latitude": [0.0, 0.0], "longitude": [-179.9, 170.0]})
    assert candidate_of(built((0.0, 179.9, "")), sites).tolist() == [0]


def test_county_without_a_point() -> None:
    assert candidate_of(built((None, None, "01003"), (None, None, "09001")), SITES).tolist() == [1, NONE]


def test_point_comes_before_county_and_county_where_the_point_is_near_none() -> None:
    """A point near a in b's county counts for a; one 200 km out, in b's large county, for b."""
    assert candidate_of(built((0.0, 0.1, "01003"), (0.0, 2.4, "01003")), SITES).tolist() == [0, 1]


def test_candidates_without_counties() -> None:
    """An own table of sites may have none: empty cells match nothing, also not an empty county."""
    nowhere = SITES.assign(county_fips="")
    assert candidate_of(built((None, None, "01003"), (0.0, 0.0, "")), nowhere).tolist() == [NONE, 0]
    without = SITES.drop(columns="county_fips")
    assert candidate_of(built((None, None, "01003"), (0.0, 9.0, "")), without).tolist() == [NONE, NONE]
