"""Tables of one's own that are well-formed and still cannot be used: each is said, none is a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import siting
from siting.data.tables import catalog_path
from siting.problems import InputError

CASES: dict[str, tuple[str, Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "cooling without physics": (
        "cooling",
        lambda t: t.assign(cooling_id=t["cooling_id"].replace("rear-door", "magic")),
        "'magic' has no physics",
    ),
    "a parameter too few": (
        "parameters",
        lambda t: t[t["parameter_id"] != "connection_life_yr"],
        "the parameter 'connection_life_yr' is missing",
    ),
    "a distance without a time": (
        "parameters",
        lambda t: t[t["parameter_id"] != "rtt_slope_ms_per_km"],
        "the parameter 'rtt_slope_ms_per_km' is missing",
    ),
    "a line that lasts no time": (
        "parameters",
        lambda t: t.assign(value=t["value"].where(t["parameter_id"] != "connection_life_yr", 0.0)),
        "connection_life_yr should be more than 0",
    ),
    "debt without a term": (
        "finance",
        lambda t: t[t["parameter_id"] != "debt_tenor_yr"],
        "the parameter 'debt_tenor_yr' is missing",
    ),
    "a tax in per cent": (
        "finance",
        lambda t: t.assign(value=t["value"].where(t["parameter_id"] != "federal_income_tax_fraction", 21.0)),
        "federal_income_tax_fraction should be from 0 to 1 (got 21)",
    ),
    "a write-off in half years": (
        "finance",
        lambda t: t.assign(value=t["value"].where(t["parameter_id"] != "rack_recovery_yr", 4.5)),
        "rack_recovery_yr should be a whole number of years (got 4.5)",
    ),
    "a site in a state without taxes": (
        "taxes",
        lambda t: t[t["state"] != "IA"],
        "state: 'IA' is not in taxes",
    ),
    "two batteries": (
        "storage",
        lambda t: pd.concat([t, t.assign(storage_id="second")]),
        "the table storage must have one row (got 2)",
    ),
    "half a day": (
        "demand_shape",
        lambda t: t[t["hour_local"] < 12],
        "hour_local should be 0 to 23, each once (got 12 rows)",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_table_that_cannot_be_used_is_said(tmp_path: Path, name: str) -> None:
    table, change, message = CASES[name]
    own = change(pd.read_csv(catalog_path(table), dtype=None if table in ("parameters", "finance") else str, keep_default_na=False)
                 .pipe(lambda t: t.assign(hour_local=t["hour_local"].astype(int)) if "hour_local" in t else t))  # fmt: skip
    own.to_csv(tmp_path / "own.csv", index=False)
    path = tmp_path / "study.yaml"
    cooling = "technology: {cooling: all}\n" if table == "cooling" else ""
    path.write_text(f"extends: us-small\nname: own\n{cooling}tables: {{{table}: own.csv}}\n")
    with pytest.raises(InputError) as caught:
        siting.prepare(siting.load_study(path))
    assert message in str(caught.value)


HEAT = "site_id,name,demand_mw,base_fraction,temperature_c,distance_km,price_usd_per_mwh,pipe_usd_per_mw_km,life_yr,source,grade\n"


def study_with(folder: Path, table: str, text: str) -> Path:
    (folder / f"{table}.csv").write_text(text)
    path = folder / "study.yaml"
    path.write_text(f"extends: us-small\nname: own\ntables: {{{table}: {table}.csv}}\n")
    return path


def test_heat_demand_is_read_and_priced(tmp_path: Path) -> None:
    """40 MW at 8 km through the catalogue's pipe: 80,000 + 8 x 60,000; at 2 km for 1,000 a MW and km: 82,000."""
    rows = "polk-ia,Town,40,0.2,70,8,35,,30,,assumed\nniagara-ny,Glass,15,1,40,2,25,1000,20,a letter,measured\n"
    case = siting.prepare(siting.load_study(study_with(tmp_path, "heat", HEAT + rows)))
    at = {site: i for i, site in enumerate(case.axes["site"])}
    assert case.values("heat_demand_mw").sum() == 55
    assert case.values("heat_connection_usd_per_mw")[[at["polk-ia"], at["niagara-ny"]]].tolist() == [560_000, 82_000]
    assert case.year is not None
    shape = case.year.values("heat_shape_fraction")
    assert (shape[at["polk-ia"]].min(), shape[at["polk-ia"]].max()) == (pytest.approx(0.2), 1)
    assert (shape[at["niagara-ny"]] == 1).all()
    assert not shape[at["ellis-tx"]].any()
    liquid = case.axes["cooling"].index("direct-to-chip-tower")
    lift = case.values("heat_pump_power_fraction")[:, liquid]
    assert lift[at["polk-ia"]] == pytest.approx((70 - 52.5) / (0.5 * 343.15))
    assert lift[at["niagara-ny"]] == 0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "polkia,T,40,0.2,70,8,35,,30,,assumed",
            "heat.csv:2: site_id: 'polkia' is not in sites; did you mean 'polk-ia'?",
        ),
        ("polk-ia,T,0,0.2,70,8,35,,30,,assumed", "heat.csv:2: demand_mw: input should be greater than 0 (got '0')"),
        ("polk-ia,T,40,20,70,8,35,,30,,assumed", "heat.csv:2: base_fraction: input should be at most 1 (got '20')"),
        (
            "polk-ia,T,40,0.2,343,8,35,,30,,assumed",
            "heat.csv:2: temperature_c: input should be at most 120 (got '343')",
        ),
    ],
)
def test_mistakes_in_a_layer_are_named_with_their_line(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        siting.prepare(siting.load_study(study_with(tmp_path, "heat", HEAT + row + "\n")))
    assert str(caught.value) == message
