"""The plan's order and the naive rules, by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from siting.data.tables.schema import TABLES
from siting.scenarios.backtest.orders import RULES, plan_order

SITES = pd.DataFrame(
    {
        "site_id": ["a", "b", "c"],
        "latitude": [0.0, 0.0, 0.0],
        "longitude": [0.0, 1.0, 2.0],
        "tariff_usd_per_mwh": [70.0, 50.0, 60.0],
        "line_km": [2.0, 2.0, 1.0],
        "land_usd_per_ha": [3e5, np.nan, 1e5],
    }
)
ZONES = pd.DataFrame({"latitude": [0.0, 0.0], "longitude": [0.4, 2.5], "population_count": [5e6, 1e6]})


def test_chosen_then_by_proof_then_the_rest() -> None:
    """`d` costs less than `c` by the plan that was found, but more is proven of it: the proof decides."""
    rivals = pd.DataFrame(
        {
            "site_id": ["c", "d", "e", "f"],
            "extra_cost_usd": [9e6, 1e6, np.nan, np.nan],
            "extra_cost_at_least_usd": [-5e6, 5e5, np.nan, np.nan],
            "basis": ["resolved", "resolved", "excluded", "unknown"],
        }
    )
    order = plan_order(["f", "a", "d", "b", "c", "e"], ["a", "b"], rivals)
    assert order.tolist() == [math.inf, -math.inf, 5e5, -math.inf, -5e6, math.inf]


def test_without_rivals_all_but_the_chosen_tie() -> None:
    assert plan_order(["a", "b", "c"], ["b"], None).tolist() == [math.inf, -math.inf, math.inf]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("cheapest_power", ["b", "c", "a"]),
        ("nearest_strong_line", ["c", "a", "b"]),
        ("cheapest_land", ["c", "a", "b"]),  # of b nothing is known, so it is last
        ("most_people", ["a", "b", "c"]),
    ],
)
def test_rule(rule: str, expected: list[str]) -> None:
    """A degree is 111 km: zones at 0.4 and 2.5 are 44 and 67 km from a and b, and 56 km from c."""
    found = next(one for one in RULES if one.name == rule).order(SITES, ZONES)
    assert SITES["site_id"].iloc[np.argsort(found, kind="stable")].tolist() == expected


def test_people_within_100_km() -> None:
    """The first zone is within 100 km of a (44) and b (67), not of c (178); the second of c (56), not of b (167)."""
    people = next(one for one in RULES if one.name == "most_people")
    assert people.order(SITES, ZONES).tolist() == [-5e6, -5e6, -1e6]


def test_columns_of_rules_are_in_the_tables() -> None:
    """A rule whose column was renamed would be left out of every back-test without a test failing."""
    known = {f"{name}.{column}" for name, table in TABLES.items() for column in table.row.model_fields}
    assert [rule.column for rule in RULES if rule.column not in known] == []
