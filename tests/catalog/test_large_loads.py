"""Classes of large load: as their source states them, and where they may hold."""

from __future__ import annotations

import pandas as pd
import pytest

from siting.data.build.places.large_loads import large_load_class_ids
from siting.data.build.raw import read_raw

Tables = dict[str, pd.DataFrame]


@pytest.mark.raw
def test_classes_are_those_of_the_collection(tables: Tables) -> None:
    """Each is found there by utility and docket, with its size, minimum, term, date and trust."""
    raw = read_raw("us_power/large_load_tariffs.csv")
    ours = tables["large_loads"]
    names = {"min_size_mw": "min_size_mw", "min_take_fraction": "min_take_share", "term_yr": "term_years",
             "ramp_yr": "ramp_years", "decided": "date", "status": "status"}  # fmt: skip
    held = 0
    for row in ours.to_dict("records"):
        found = raw[(raw["state"] == row["state"]) & raw["utility"].str.startswith(row["utility"][:5])]
        found = found[(found["date"].astype(str) == row["decided"])]
        if found.empty:
            assert row["source_id"] == "large-load-press", row["class_id"]
            continue
        one = found.iloc[0]
        held += 1
        for name, theirs in names.items():
            both = pd.isna(row[name]) and pd.isna(one[theirs])
            assert both or row[name] == one[theirs], (row["class_id"], name)
        assert row["trust"] == str(one["trust"]).split(" ")[0].split("-")[0].rstrip(":"), row["class_id"]
    assert held >= 15


def test_what_a_model_wrote_is_not_trusted(tables: Tables) -> None:
    low = tables["large_loads"].query("source_id == 'community-energy-2026'")
    assert len(low)
    assert low["trust"].eq("low").all()
    assert low["grade"].eq("assumed").all()


def test_classes_hold_where_their_utility_has_lines() -> None:
    """Licking is AEP Ohio's, Cuyahoga is not; Marion in Oregon has lines of two; Harris is in Texas's market, El Paso
    is not but has a utility with a class; in Loudoun lies Dominion; of We Energies no county is known."""
    zones = {"39089": "PJM", "39035": "PJM", "41047": "NWPP", "48201": "ERCO", "48141": "AZPS", "51107": "PJM",
             "55079": "MISO"}  # fmt: skip
    found = large_load_class_ids(pd.DataFrame({"grid_zone_id": zones}))
    assert found.to_dict() == {
        "39089": "aep-ohio", "39035": "", "41047": "pacificorp portland-general", "48201": "ercot-sb6",
        "48141": "el-paso-electric", "51107": "dominion", "55079": "",
    }  # fmt: skip


def test_sites_name_classes_of_their_state(tables: Tables) -> None:
    state = tables["large_loads"].set_index("class_id")["state"]
    for site in tables["sites"].to_dict("records"):
        for class_id in site["large_load_class_ids"].split():
            assert state[class_id] == site["state"], site["site_id"]
