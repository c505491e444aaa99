"""Small sites inside cities: off unless asked for, made of the nearest county and the study's own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny import decided, quick
from tiny_study import own_tables, study_fields, write_study

import siting
from siting.case.case import Case
from siting.data.tables.choice.edge_sites import edge_sites
from siting.plan.full_year import MADE_ANEW
from siting.problems import InputError
from siting.study.edge import Edge

SITES = {"sites": own_tables()["sites"].assign(capital_ratio=[1.0, 1.2], land_usd_per_ha=[5e5, 7e5])}


def study(tmp_path: Path, latency_limit_ms: float = 60.0, **edge: Any) -> siting.Study:
    fields = study_fields() | {"edge": edge}
    fields["demand"] = fields["demand"] | {"latency_limit_ms": latency_limit_ms}
    return siting.load_study(write_study(tmp_path, fields, SITES))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Sites of two counties, each 200 km and more from the two cities, whose work must be answered in 5 ms."""
    return siting.prepare(study(tmp_path_factory.mktemp("edge"), 5.0, offered=True, max_mw=6.0, land_ratio=20.0))


def test_off_by_default(tmp_path: Path) -> None:
    assert not study(tmp_path).edge.offered
    assert siting.prepare(study(tmp_path)).axes["site"] == ("west", "east")


def test_each_city_has_a_small_site(case: Case) -> None:
    """The plains are nearest to the west, the coast to the east: 1.4 x 1.0 and 1.2 for building, 20 x the land."""
    assert case.axes["site"] == ("west", "east", "edge-plains", "edge-coast")
    assert case.values("placement.capital_ratio").tolist() == pytest.approx([1.0, 1.2, 1.4, 1.68])
    assert case.values("placement.land_usd_per_ha").tolist() == pytest.approx([5e5, 7e5, 1e7, 1.4e7])
    assert case.values("placement.site_max_mw").tolist() == [20, 20, 6, 6]
    assert case.values("placement.site_min_mw").tolist() == [5, 5, 0.5, 0.5]
    assert case.values("placement.fixed_site_usd").tolist() == [5e7, 5e7, 3e6, 3e6]
    rtt_ms = case.values("serving.rtt_ms")
    assert rtt_ms[2, 0] == pytest.approx(2.0)
    assert rtt_ms[3, 1] == pytest.approx(2.0)
    assert (rtt_ms[:2] > 5).all()
    assert set(case.tables["sites"]["grade"].iloc[2:]) == {"assumed"}


def test_tight_latency_is_served_from_the_cities(case: Case) -> None:
    """Only they are near enough; without them the study is refused by name."""
    plan = quick(case, gap=0.05)
    opened = decided(plan, "open_count")[:, 0]
    assert opened[2:].tolist() == [1, 1]
    share = decided(plan, "share_fraction")[..., 0]
    assert np.diag(share[2:]).tolist() == pytest.approx([1.0, 1.0])
    installed = decided(plan, "installed_mw").sum(axis=(1, 2, 3))
    assert (installed[2:] <= 6 + 1e-6).all()


def test_tight_latency_without_them_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no site reaches zone 'plains' within 5 ms"):
        siting.prepare(study(tmp_path, 5.0))


@pytest.mark.parametrize(
    ("edge", "message"),
    [
        ({"offered": True, "module_mw": 6.0}, "edge.module_mw: input should be at most max_mw, 5 (got 6)"),
        ({"offered": True, "max_mw": 6.0, "min_mw": 7.0}, "edge.min_mw: input should be at most max_mw, 6 (got 7)"),
        ({"offered": True, "max_mw": -1.0}, "edge.max_mw: input should be greater than 0 (got -1.0)"),
        ({"offerd": True}, "edge.offerd: no such field; did you mean 'offered'?"),
    ],
)
def test_wrong_edges_are_told(tmp_path: Path, edge: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as error:
        study(tmp_path, **edge)
    assert message in str(error.value)


def test_some_cities_alone_have_one_with_halls_of_their_own_size(tmp_path: Path) -> None:
    """One of two cities; counties build halls in steps of the study's 5 MW, the small site in its own of 2."""
    made = siting.prepare(study(tmp_path, offered=True, zones=["coast"], module_mw=2.0))
    assert made.axes["site"] == ("west", "east", "edge-coast")
    assert made.values("halls.module_mw").tolist() == [5, 5, 2]
    assert float(made.values("halls.module_most_mw")) == 5


def test_numbers_of_no_site_are_the_same_in_the_year_of_one_site(tmp_path: Path) -> None:
    """Rows that all sites share must ask the same, whichever sites a model has: the bound for the year needs it."""
    made = siting.prepare(study(tmp_path, offered=True, zones=["coast"], module_mw=2.0))
    year = made.only(site=["edge-coast"]).full_year()
    of_sites_or_hours = {"site", "hour", "day", "month"}
    shared = [name for name, field in year.fields.items() if not of_sites_or_hours & set(field.axes)]
    assert "halls.module_most_mw" in shared
    for name in set(shared) - MADE_ANEW:
        np.testing.assert_array_equal(year.values(name), made.values(name), err_msg=name)


def test_a_city_that_the_study_has_not_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"edge.zones.0: 'coats' is none of the study's zones; did you mean 'coast'"):
        siting.prepare(study(tmp_path, offered=True, zones=["coats"]))


def test_what_is_known_of_a_county_is_not_taken_for_the_city() -> None:
    """Its rank, its wait for power and its spread of prices are the county's; climate, grid and taxes are shared."""
    sites = own_tables()["sites"].assign(
        candidate_rank=[1.0, 2.0],
        wait_months=24.0,
        wait_trust="high",
        connection_fixed_low_usd=1e7,
        property_tax_fraction=0.02,
    )
    zones = own_tables()["zones"]
    (row,) = edge_sites(Edge(offered=True), sites, zones.head(1)).to_dict("records")
    assert all(pd.isna(row[name]) or row[name] == "" for name in ("candidate_rank", "wait_months", "wait_trust"))
    assert pd.isna(row["connection_fixed_low_usd"])
    assert (row["weather_id"], row["state"], row["property_tax_fraction"]) == ("mild", "IA", 0.02)
    assert row["headroom_mw"] == pytest.approx(8.0)


def test_a_site_of_ones_own_may_state_its_size(tmp_path: Path) -> None:
    """A column of the table of sites stands before the study's number, where it has a value."""
    own = {"sites": own_tables()["sites"].assign(site_max_mw=[None, 10.0], fixed_site_usd=[2e6, None])}
    prepared = siting.prepare(siting.load_study(write_study(tmp_path, tables=own)))
    assert prepared.values("placement.site_max_mw").tolist() == [20, 10]
    assert prepared.values("placement.fixed_site_usd").tolist() == [2e6, 5e7]
