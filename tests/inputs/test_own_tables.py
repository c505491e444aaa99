"""Tables of one's own that are well-formed and still cannot be used: each is said, none is a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import siting
from siting.data.tables.catalogue import catalog_path
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
        (
            "polk-ia,T,40,20,70,8,35,,30,,assumed",
            "heat.csv:2: base_fraction: input should be at most 1 (got '20'); is it in per cent? 0.2",
        ),
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


INCENTIVES = "incentive_id,name,place_kind,place,kind,asset,rate_fraction,until_year,threshold_usd,source_id,grade\n"


def test_incentives_hold_where_they_say(tmp_path: Path) -> None:
    """One of the country, one of a state, one of a site; an end and a threshold where they are given."""
    rows = (
        "itc,A credit,country,US,income_tax_credit,storage,0.3,2032,,general-knowledge,assumed\n"
        "ia,Of Iowa,state,IA,sales_tax_exemption,all,0.5,,2e8,general-knowledge,assumed\n"
        "polk,Of Polk,site,polk-ia,property_tax_abatement,hall,1,,,general-knowledge,assumed\n"
    )
    path = study_with(tmp_path, "incentives", INCENTIVES + rows)
    case = siting.prepare(siting.load_study(path))
    first, at_polk = case.axes["period"][0], case.axes["site"].index("polk-ia")
    of_iowa = (case.tables["sites"]["state"] == "IA").to_numpy(float)
    assert case.axes["incentive"] == ("itc", "ia", "polk")
    assert case.values("incentives.placed_count")[:, 0].all()
    assert case.values("incentives.placed_count")[:, 1].tolist() == of_iowa.tolist()
    assert case.values("incentives.placed_count")[:, 2].nonzero()[0].tolist() == [at_polk]
    assert case.values("incentives.until_yr")[0] == 2032 - int(first) + 1
    assert case.values("incentives.threshold_usd").tolist() == [0, 2e8, 0]
    assert case.values("storage.storage_credited_fraction").tolist() == [0.3, 0, 0]
    assert case.values("racks.rack_exempted_fraction").tolist() == [0, 0.5, 0]
    assert case.values("halls.hall_abated_fraction").tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("c,C,country,US,income_tax_credit,all,1.2,,", "incentives.csv:2: rate_fraction: input should be at most 1 (got '1.2')"),
        ("c,C,country,US,income_tax_credit,all,0.9,,", "c: 0.9 of a dollar of "),
        ("c,C,country,CA,income_tax_credit,all,0.3,,", "incentives.csv:2: place: no site lies in the country 'CA'"),
        ("c,C,state,ZZ,income_tax_credit,all,0.3,,", "incentives.csv:2: place: 'ZZ' is not in taxes"),
        ("c,C,site,polk-iaa,income_tax_credit,all,0.3,,", "incentives.csv:2: place: 'polk-iaa' is not in sites; did you mean 'polk-ia'?"),
        ("c,C,country,US,gift,all,0.3,,", "incentives.csv:2: kind: input should be 'income_tax_credit', "),
        ("c,C,country,US,income_tax_credit,roof,0.3,,", "incentives.csv:2: asset: input should be 'all', 'rack', "),
        ("c,C,country,US,income_tax_credit,all,0.3,2020,", "tables.incentives: the incentive 'c' ends in 2020, before the first period"),
        ("c,C,country,US,income_tax_credit,all,0.3,,-5", "incentives.csv:2: threshold_usd: input should be at least 0 (got '-5')"),
        ("c,C,country,US,sales_tax_exemption,hall,0.3,,", "the incentive 'c' spares 'hall' a tax that falls on rack only"),
    ],
)  # fmt: skip
def test_mistakes_in_incentives_are_named(tmp_path: Path, row: str, message: str) -> None:
    told = refusal(study_with(tmp_path, "incentives", INCENTIVES + row + ",general-knowledge,assumed\n"))
    assert message in told


RACK_YEARS = "rack_id,year,rack_usd,compute_pflop,rack_kw,embodied_t,source,grade\n"
TWO_PERIODS = """
horizon: {base_year: 2026, periods: [{year: 2030, length_yr: 6}, {year: 2036, length_yr: 4}]}
demand: {inference_mw: {2030: 100, 2036: 120}, batch_mw: {2030: 60, 2036: 60}, training_mw: {2030: 40, 2036: 40}}
"""


def with_later_racks(folder: Path, rows: str) -> Path:
    """A study of two periods, with racks by year."""
    path = study_with(folder, "rack_years", RACK_YEARS + rows)
    path.write_text(path.read_text() + TWO_PERIODS)
    return path


def test_prices_of_racks_move_along_straight_lines(tmp_path: Path) -> None:
    """From 600,000 USD in 2032 to 300,000 in 2036: half way 450,000; the same as in 2032 before, as in 2036 after.

    All over 763,900, which the table of racks states. Other racks, and all else of this one, stay as they are.
    """
    rows = "hgx-h100-air,2032,600000,,,,,assumed\nhgx-h100-air,2036,300000,,,,a letter,measured\n"
    case = siting.prepare(siting.load_study(with_later_racks(tmp_path, rows)))
    prices = case.values("racks.price_ratio") * 763_900
    assert case.axes["year"] == tuple(range(2030, 2040))
    assert case.axes["rack"][0] == "hgx-h100-air"
    assert prices[0] == pytest.approx([6e5, 6e5, 6e5, 5.25e5, 4.5e5, 3.75e5, 3e5, 3e5, 3e5, 3e5])
    assert (case.values("racks.price_ratio")[1:] == 1).all()
    assert case.values("racks.sold_count").all()


def test_a_rack_that_gets_better_has_a_vintage_for_each_period(tmp_path: Path) -> None:
    """180 PFLOP/s until 2030, 360 from 2040 on, so 288 in 2036, in the same 132 kW; each is sold in its period alone.

    The price of both falls alike: that of 2030 is renewed at what it costs then.
    """
    rows = "gb200-nvl72,2030,3020520,180,,,,assumed\ngb200-nvl72,2040,1510260,360,,,,assumed\n"
    case = siting.prepare(siting.load_study(with_later_racks(tmp_path, rows)))
    assert case.axes["rack"][2:] == ("gb200-nvl72-2030", "gb200-nvl72-2036")
    assert case.values("computing.compute_pflop_per_mw")[2:] == pytest.approx([180 / 0.132, 288 / 0.132])
    assert case.values("racks.sold_count").tolist() == [[1, 1], [1, 1], [1, 0], [0, 1]]
    assert case.values("racks.price_ratio")[2:, 6] == pytest.approx(0.7)
    assert case.tables["racks"]["name"].tolist()[2:] == ["GB200 NVL72 of 2030", "GB200 NVL72 of 2036"]


def test_a_kind_is_sold_from_its_first_year_to_its_last(tmp_path: Path) -> None:
    """A kind of 2031 is not there when the period of 2030 begins, one that ends in 2035 not in 2036."""
    racks = pd.read_csv(catalog_path("racks")).head(3).assign(first_year=["", 2031, ""], last_year=[2035, "", ""])
    path = study_with(tmp_path, "racks", racks.to_csv(index=False))
    path.write_text(path.read_text() + TWO_PERIODS)
    case = siting.prepare(siting.load_study(path))
    assert case.values("racks.sold_count").tolist() == [[1, 0], [0, 1], [1, 1]]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            "gb200-nvl72,2036,3e6,,,,,assumed\ngb200-nvl72,2030,2e6,,,,,assumed\n",
            "rack_years.csv:3: year: the vintages of 'gb200-nvl72' are out of order: 2030 after 2036",
        ),
        ("gb200-nvl72,2036,3e6,,,,,assumed\ngb200-nvl72,2036,2e6,,,,,assumed\n", "rack_years.csv:3"),
        ("gb200-nvl72,2036,-3e6,,,,,assumed\n", "rack_years.csv:2: rack_usd: input should be at least 1000"),
        ("gb200-nvl72,2036,,,0,,,assumed\n", "rack_years.csv:2: rack_kw: input should be greater than 0 (got '0')"),
        ("magic,2036,3e6,,,,,assumed\n", "rack_years.csv:2: rack_id: 'magic' is not in racks"),
    ],
)
def test_mistakes_in_racks_by_year_are_named(tmp_path: Path, rows: str, message: str) -> None:
    assert message in refusal(with_later_racks(tmp_path, rows))


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        (2035, "", "technology.racks: none of the racks is sold by 2030, when the first period begins"),
        (2030, 2029, "racks.csv:2: last_year: 'hgx-h100-air' is sold until 2029, before it is sold at all"),
    ],
)
def test_racks_that_nobody_can_buy_are_named(tmp_path: Path, first: int, last: int | str, message: str) -> None:
    racks = pd.read_csv(catalog_path("racks")).assign(first_year=first, last_year=last)
    assert message in refusal(study_with(tmp_path, "racks", racks.to_csv(index=False)))
