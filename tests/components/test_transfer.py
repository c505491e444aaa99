"""Data that moves with batch work, and the way that it takes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tiny import Solve, decided, paid, tiny_case

from siting.data.components.transfer import STATED
from siting.data.kinds.choice import Choice
from siting.geography import great_circle_km


def test_data_is_paid_by_the_work_that_it_feeds(solved: Solve) -> None:
    """1 PFLOP/s of batch work all year at 0.5 USD a PFLOP/s and hour: 4,380 USD; inference pays nothing of it.

    10 GB an hour of it are 87,600 GB a year and 80 Gbit in 3,600 s.
    """
    plan = solved(
        tiny_case(batch_mean_pflop=1.0, transfer_usd_per_pflop_h=0.5, moved_gb_per_pflop_h=10.0, rack_usd=1.0)
    )
    assert paid(plan, "transfer.moved_data").sum() == pytest.approx(4380.0)
    (row,) = plan.tables["transfer"].to_dict("records")
    assert row["moved_gb_per_yr"] == pytest.approx(87600)
    assert row["moved_mean_gbps"] == pytest.approx(80 / 3600)
    assert row["transfer_usd_per_yr"] == pytest.approx(4380)


def test_work_that_can_move_goes_where_its_data_is_near(solved: Solve) -> None:
    """Two sites alike: inference must be at both, batch work is done where moving its data costs less."""
    plan = solved(
        tiny_case(
            sites=("a", "b"), zones=("y", "z"), rtt_ms=[[10, 90], [90, 10]], batch_mean_pflop=1.0, rack_usd=1000.0,
            transfer_usd_per_pflop_h=[0.5, 0.1],
        )
    )  # fmt: skip
    assert decided(plan, "batch_pflop").sum(axis=(1, 2, 3)).tolist() == pytest.approx([0.0, 3.0])
    assert paid(plan, "transfer.moved_data").sum() == pytest.approx(876.0)


def test_near_data_is_worth_dearer_power(solved: Solve) -> None:
    """A MWh costs 1 USD more at b, the data of as much work 2 USD more at a."""
    plan = solved(
        tiny_case(
            sites=("a", "b"), zones=("y", "z"), rtt_ms=[[10, 90], [90, 10]], batch_mean_pflop=1.0, rack_usd=1000.0,
            price_usd_per_mwh=[[1.0], [2.0]], transfer_usd_per_pflop_h=[2.5, 0.5],
        )
    )  # fmt: skip
    assert decided(plan, "batch_pflop").sum(axis=(1, 2, 3)).tolist() == pytest.approx([0.0, 3.0])


def test_way_goes_through_the_nearest_exchange_point() -> None:
    """Sites, points and zones on the equator: a degree is d km.

    The site at 3 hands over at 4, not at 0: d. From 4 to the zones at 6 and 10, of one and three parts of the people:
    (2 + 3 x 6) / 4 = 5 d. So 6 d in all, at 0.01 USD/GB and 0.001 a km, with 2 GB a PFLOP/s and hour.
    """
    d = float(great_circle_km(0.0, 0.0, 0.0, 1.0))

    def at(key: str, *longitudes: float) -> pd.DataFrame:
        return pd.DataFrame({key: [f"p{one:g}" for one in longitudes], "latitude": 0.0, "longitude": longitudes})

    values = {"transfer_usd_per_gb": 0.01, "transfer_usd_per_gb_km": 0.001, "transfer_gb_per_pflop_h": 2.0}
    tables = {
        "sites": at("site_id", 3.0),
        "exchange_points": at("exchange_point_id", 0.0, 4.0),
        "zones": at("zone_id", 6.0, 10.0).assign(population_count=[1e6, 3e6]),
        "parameters": pd.DataFrame({"parameter_id": list(values), "value": list(values.values())}),
    }
    choice = object.__new__(Choice)
    object.__setattr__(choice, "tables", tables)
    assert STATED.of_choice is not None
    fields = STATED.of_choice(choice)
    assert fields["transfer.exchange_km"].values.tolist() == pytest.approx([d], rel=1e-6)
    assert fields["transfer.way_km"].values.tolist() == pytest.approx([6 * d], rel=1e-6)
    assert fields["transfer.transfer_usd_per_pflop_h"].values.tolist() == pytest.approx(
        [2 * (0.01 + 0.006 * d)], rel=1e-6
    )


def test_a_doubled_price_costs_twice_as_much_where_nothing_else_can_be_done(solved: Solve) -> None:
    one, two = (
        paid(solved(tiny_case(batch_mean_pflop=0.5, transfer_usd_per_pflop_h=price)), "transfer.moved_data").sum()
        for price in (0.3, 0.6)
    )
    assert two == pytest.approx(2 * one)
    assert np.isclose(one, 0.3 * 0.5 * 8760)
