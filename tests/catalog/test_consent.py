"""Where consent is suspended or was refused, in the catalogue and in the rules that made it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from siting.data.build.places import building_cost, consent, property_tax, water_supply
from siting.text import is_day

Tables = Mapping[str, pd.DataFrame]


@pytest.fixture
def raw(monkeypatch: pytest.MonkeyPatch) -> dict[str, pd.DataFrame]:
    """Raw files made by hand, which a test fills."""
    files: dict[str, pd.DataFrame] = {}
    for module in (consent, property_tax, water_supply, building_cost):
        monkeypatch.setattr(module, "read_raw", lambda name, **_: files[name.rpartition("/")[2]])
    return files


def document(county: str, kind: str, day: str, days: str, status: str, name: str = "Dane County") -> dict[str, str]:
    """A row of the collection of documents."""
    return {
        "moratorium_id": f"d-{county}-{kind}-{status}".lower(), "state": "WI", "county_fips": county,
        "jurisdiction": name, "jurisdiction_type": kind, "date": day, "duration_days": days, "status": status,
    }  # fmt: skip


def action(county: str, level: str, day: str, status: str, name: str = "Dane County") -> dict[str, str]:
    """A row of the tracker of local actions."""
    return {
        "id": f"a-{county}-{level}-{day}", "state": "WI", "county_fips": county, "jurisdiction": name,
        "action_type": "moratorium", "date": day, "status": status, "authority_level": level,
    }  # fmt: skip


def made(raw: dict[str, pd.DataFrame], documents: list[dict[str, str]], actions: list[dict[str, str]]) -> pd.DataFrame:
    """Moratoria in Wisconsin from some rows."""
    raw["moratoria_primary_documents.csv"] = pd.DataFrame(documents)
    raw["local_actions.csv"] = pd.DataFrame(actions)
    table = consent.moratoria_table()
    return table[table["state"] == "WI"].reset_index(drop=True)


def test_a_stated_end_is_the_day_and_its_days(raw: dict[str, pd.DataFrame]) -> None:
    """180 days from 3 March 2026: 28 of March, 30, 31, 30, 31 make 150 to 31 July, so 30 August."""
    rows = made(
        raw, [document("55025", "County", "2026-03-03", "180", "active")], [action("55001", "voters", "", "lost")]
    )
    assert rows["ends_on"].tolist() == ["2026-08-30"]
    assert rows["status"].tolist() == ["in_force"]


def test_days_that_are_over_and_a_prolongation_without_a_day(raw: dict[str, pd.DataFrame]) -> None:
    """30 days from 27 January 2026 are over before the last look; if it was extended, to when is not known."""
    active = document("55025", "County", "2026-01-27", "30", "active")
    extended = document("55027", "County", "2026-01-27", "30", "extended")
    rows = made(raw, [active, extended], [action("55001", "voters", "", "lost")]).set_index("county_fips")
    assert rows.loc["55025", ["status", "ends_on"]].tolist() == ["past_its_days", "2026-02-26"]
    assert rows.loc["55027", ["status", "ends_on"]].tolist() == ["in_force", ""]


def test_a_bodys_document_governs_up_to_its_day_and_the_tracker_after(raw: dict[str, pd.DataFrame]) -> None:
    """Told as expired by April: an action of March is the same story, one of June is a new moratorium, of 18 months."""
    old = [document("55025", "County", "2025-10-22", "90", "expired")]
    before = made(raw, old, [action("55025", "county_commission", "2026-03-01", "active")])
    assert before[["status", "source_id"]].to_numpy().tolist() == [["ended", consent.DOCUMENTS_SOURCE]]
    heading = "Dane County (18-month hyperscale data center moratorium passed), WI"
    after = made(raw, old, [action("55025", "county_commission", "2026-06-04", "passed", heading)])
    assert after[["status", "ends_on", "body"]].to_numpy().tolist() == [["in_force", "2027-12-04", "Dane County"]]


def test_a_town_is_another_body_than_its_county(raw: dict[str, pd.DataFrame]) -> None:
    documents = [document("55025", "City", "2026-01-24", "365", "active", "City of Madison")]
    rows = made(raw, documents, [action("55025", "county_commission", "2026-03-01", "passed")])
    assert sorted(rows["body_kind"]) == ["county", "town"]


def test_the_moratoria_of_the_catalogue(tables: Tables) -> None:
    """Days are days; an end that is past is none in force; New York's pause and Grant County's cap are there."""
    rows = tables["moratoria"]
    assert all(is_day(end) for end in rows["ends_on"] if end)
    over = (rows["ends_on"] != "") & (rows["ends_on"] < consent.LAST_LOOK)
    assert not (over & (rows["status"] == "in_force")).any()
    assert not rows.loc[rows["body_kind"] != "state", "county_fips"].eq("").any()
    state = rows[rows["body_kind"] == "state"]
    assert state[["state", "threshold_mw", "ends_on"]].to_numpy().tolist() == [["NY", 50.0, ""]]
    cap = rows[(rows["county_fips"] == "53025") & (rows["body_kind"] == "utility")]
    assert cap["started_on"].tolist() == ["2025-03-25"]


def test_water_that_a_county_can_spare(raw: dict[str, pd.DataFrame]) -> None:
    """2 million gallons a day: 2e6 x 0.003785411784 x 365.25 = 2.76525 M m3 a year, a tenth of it 276,525.

    Where none is recorded, or none withdrawn, the limit is not known. 14.27 USD a gallon is 3,769.7 USD a m3, and with
    a fifth of 34.61 it is 5,598.3.
    """
    name = "usgs_2015_withdrawals_mgd_by_county.csv"
    raw[name] = pd.DataFrame({"county_fips": ["01001", "01003"], "PWS": ["2.0", "0.0"]})
    found = water_supply.water_supply(pd.Index(["01001", "01003", "01005"]))
    assert found["water_limit_m3_per_yr"].iloc[0] == pytest.approx(276_525, rel=1e-5)
    assert found["water_limit_m3_per_yr"].isna().tolist() == [False, True, True]
    assert found["water_peak_usd_per_m3_per_day"].iloc[0] == pytest.approx(3769.7, abs=0.1)
    assert found["water_peak_high_usd_per_m3_per_day"].iloc[0] == pytest.approx(5598.3, abs=0.1)


def test_property_tax_of_a_county_without_a_rate(raw: dict[str, pd.DataFrame]) -> None:
    """Connecticut's counties take the median of its planning regions, 0.02; the upper end is 0.01497/0.00937 times."""
    raw["property_tax_county.csv"] = pd.DataFrame(
        [("00000", "0.00937", "national"), ("09110", "0.02", "county"), ("09120", "0.01", "county"),
         ("09130", "0.03", "county"), ("01001", "0.003", "county")],
        columns=["geoid", "effective_tax_rate", "resolved"],
    )  # fmt: skip
    columns, rule = property_tax.property_tax(pd.DataFrame({"state_code": ["AL", "CT"]}, index=["01001", "09013"]))
    assert columns["property_tax_fraction"].tolist() == [0.003, 0.02]
    assert (rule != "").tolist() == [False, True]
    ratio = columns["property_tax_high_fraction"] / columns["property_tax_low_fraction"]
    assert ratio.to_numpy() == pytest.approx(np.full(2, 0.01497 / 0.00937), rel=5e-3)


def test_spreads_hold_their_points(tables: Tables) -> None:
    sites, halls = tables["sites"], tables["cooling"]
    for frame, stem, unit in (
        (sites, "capital", "ratio"), (sites, "property_tax", "fraction"), (sites, "water_limit", "m3_per_yr"),
        (sites, "water_peak", "usd_per_m3_per_day"), (halls, "hall", "usd_per_mw"),
    ):  # fmt: skip
        known = frame[[f"{stem}_low_{unit}", f"{stem}_{unit}", f"{stem}_high_{unit}"]].dropna()
        assert len(known)
        assert (known.diff(axis=1).iloc[:, 1:] >= 0).all().all()
