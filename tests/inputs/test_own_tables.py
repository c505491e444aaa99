"""Tables of one's own that are well-formed and still cannot be used: each is said, none is a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import siting
from siting.data.tables.reader import catalog_path
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
        "own.csv:9: value: connection_life_yr should be more than 0",
    ),
    "debt without a term": (
        "finance",
        lambda t: t[t["parameter_id"] != "debt_tenor_yr"],
        "the parameter 'debt_tenor_yr' is missing",
    ),
    "a tax in per cent": (
        "finance",
        lambda t: t.assign(value=t["value"].where(t["parameter_id"] != "federal_income_tax_fraction", 21.0)),
        "own.csv:2: value: federal_income_tax_fraction should be from 0 to 1 (got 21)",
    ),
    "a write-off in half years": (
        "finance",
        lambda t: t.assign(value=t["value"].where(t["parameter_id"] != "rack_recovery_yr", 4.5)),
        "own.csv:6: value: rack_recovery_yr should be a whole number of years (got 4.5)",
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


def refusal(path: Path) -> str:
    """What is said of a study that cannot be prepared."""
    with pytest.raises(InputError) as caught:
        siting.prepare(siting.load_study(path))
    return str(caught.value)


@pytest.mark.parametrize("name", CASES)
def test_table_that_cannot_be_used_is_said(tmp_path: Path, name: str) -> None:
    table, change, message = CASES[name]
    own = change(pd.read_csv(catalog_path(table), dtype=None if table in ("parameters", "finance") else str, keep_default_na=False)
                 .pipe(lambda t: t.assign(hour_local=t["hour_local"].astype(int)) if "hour_local" in t else t))  # fmt: skip
    own.to_csv(tmp_path / "own.csv", index=False)
    path = tmp_path / "study.yaml"
    cooling = "technology: {cooling: all}\n" if table == "cooling" else ""
    path.write_text(f"extends: us-small\nname: own\n{cooling}tables: {{{table}: own.csv}}\n")
    assert message in refusal(path)


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
    assert case.values("heat_reuse.heat_demand_mw").sum() == 55
    assert case.values("heat_reuse.heat_connection_usd_per_mw")[[at["polk-ia"], at["niagara-ny"]]].tolist() == [
        560_000,
        82_000,
    ]
    shape = case.full_year().values("heat_reuse.heat_shape_fraction")
    assert (shape[at["polk-ia"]].min(), shape[at["polk-ia"]].max()) == (pytest.approx(0.2), 1)
    assert (shape[at["niagara-ny"]] == 1).all()
    assert not shape[at["ellis-tx"]].any()
    liquid = case.axes["cooling"].index("direct-to-chip-tower")
    lift = case.values("heat_reuse.heat_pump_power_fraction")[:, liquid]
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
    assert refusal(study_with(tmp_path, "heat", HEAT + row + "\n")) == message


WATER = "site_id,water_body,source,grade\n"


def cooled(folder: Path, cooling: str, rows: str | None) -> Path:
    """The small study with a choice of cooling and, where there are rows, a layer of water bodies."""
    tables = ""
    if rows is not None:
        (folder / "water.csv").write_text(WATER + rows)
        tables = "tables: {water_bodies: water.csv}\n"
    path = folder / "study.yaml"
    path.write_text(f"extends: us-small\nname: own\ntechnology: {{cooling: {cooling}}}\n{tables}")
    return path


def test_all_offers_what_some_rack_fits_and_some_site_has_the_water_for(tmp_path: Path) -> None:
    """Racks of 22 to 132 kW: no hall of 15 kW or less. Immersion wants nine tenths of the heat in liquid."""
    dry = siting.prepare(siting.load_study(cooled(tmp_path, "all", None))).axes["cooling"]
    assert set(dry) == {
        "airside-economiser", "waterside-economiser", "rear-door", "direct-to-chip-dry", "direct-to-chip-dry-trim",
        "direct-to-chip-adiabatic", "direct-to-chip-tower",
    }  # fmt: skip
    case = siting.prepare(siting.load_study(cooled(tmp_path, "all", "polk-ia,river,,assumed\n")))
    assert set(case.axes["cooling"]) == {*dry, "direct-to-chip-river"}
    river = case.axes["cooling"].index("direct-to-chip-river")
    there = np.array(case.axes["site"]) == "polk-ia"
    assert (case.values("halls.offered_count")[:, river] == there).all()
    assert (case.values("computing.carried_fraction")[:, river].max(axis=-1) > 0).tolist() == there.tolist()
    assert case.values("halls.offered_count").sum() == len(dry) * len(there) + 1


def test_sea_that_nobody_has_is_said(tmp_path: Path) -> None:
    path = cooled(tmp_path, "[seawater, direct-to-chip-tower]", "polk-ia,river,,assumed\n")
    assert "technology.cooling: no site is known to have a sea for 'seawater'" in refusal(path)


def with_cooling(folder: Path, **columns: object) -> Path:
    table = pd.read_csv(catalog_path("cooling"), dtype=str, keep_default_na=False).assign(**columns)
    table.to_csv(folder / "cooling.csv", index=False)
    path = folder / "study.yaml"
    path.write_text("extends: us-small\nname: own\ntables: {cooling: cooling.csv}\n")
    return path


def row_of(cooling_id: str, value: str) -> list[str]:
    ids = pd.read_csv(catalog_path("cooling"))["cooling_id"]
    return [value if identity == cooling_id else "" for identity in ids]


def test_parameters_of_ones_own_reach_the_physics(tmp_path: Path) -> None:
    """A tower that comes within 3 K of the wet bulb instead of 4.75 leaves its fans and the chiller less to do."""
    study = siting.load_study(with_cooling(tmp_path, tower_approach_c=row_of("rear-door", "3")))
    own, usual = siting.prepare(study), siting.prepare(siting.load_study("us-small"))
    door, tower = (own.axes["cooling"].index(name) for name in ("rear-door", "direct-to-chip-tower"))
    assert (
        own.full_year().values("cooling.pue")[:, door].mean(axis=-1)
        < usual.full_year().values("cooling.pue")[:, door].mean(axis=-1)
    ).all()
    assert np.array_equal(
        own.full_year().values("cooling.pue")[:, tower], usual.full_year().values("cooling.pue")[:, tower]
    )


@pytest.mark.parametrize(
    ("column", "row", "value", "message"),
    [
        ("tower_aproach_c", "rear-door", "3", "cooling.csv:1: tower_aproach_c: no such column; did you mean 'tower_approach_c'?"),
        ("tower_approach_c", "airside-economiser", "300", "cooling.csv:2: tower_approach_c: input should be at most 15 (got '300')"),
        ("tower_approach_c", "direct-to-chip-dry", "3", "direct-to-chip-dry: no such parameter"),
        ("cooler_design_c", "direct-to-chip-dry", "45", "direct-to-chip-dry: input should be below facility_supply_c, 42.5 (got 45)"),
    ],
)  # fmt: skip
def test_mistakes_in_parameters_are_named(tmp_path: Path, column: str, row: str, value: str, message: str) -> None:
    path = with_cooling(tmp_path, **{column: row_of(row, value)})
    assert message in refusal(path)


EXISTING = "site_id,cooling_id,hall_mw,conversion_usd_per_mw,lost_yr,source,grade\n"


def test_existing_halls_are_read_with_their_cooling(tmp_path: Path) -> None:
    """What they have need not be on offer: no rack of the study fits it, and none of it may be built anew."""
    path = study_with(tmp_path, "existing", EXISTING + "polk-ia,water-cooled-chiller,40,3e6,0.75,,assumed\n")
    case = siting.prepare(siting.load_study(path))
    at, old = case.axes["site"].index("polk-ia"), case.axes["cooling"].index("water-cooled-chiller")
    assert case.values("retrofit.existing_mw")[at, old] == case.values("retrofit.existing_mw").sum() == 40
    assert case.values("retrofit.conversion_usd_per_mw")[at] == 3e6
    assert case.values("retrofit.conversion_lost_fraction")[at, 0] == pytest.approx(0.75 / 15)
    assert not case.values("halls.offered_count")[:, old].any()
    assert case.values("halls.offered_count")[:, :old].all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("polk-ia,magic,40,3e6,0.75,,assumed", "existing.csv:2: cooling_id: 'magic' is not in cooling"),
        ("polk-ia,rear-door,40,3e6,9,,assumed", "existing.csv:2: lost_yr: input should be at most 5 (got '9')"),
        (
            "polk-ia,rear-door,80,3e6,1,,assumed",
            "facility.site_max_mw: the existing halls of site 'polk-ia' have 80 MW",
        ),
    ],
)
def test_mistakes_in_existing_halls_are_named(tmp_path: Path, row: str, message: str) -> None:
    assert message in refusal(study_with(tmp_path, "existing", EXISTING + row + "\n"))
