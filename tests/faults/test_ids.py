"""Ids are text everywhere: as they are written, whatever number or word of YAML they look like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tiny_study import COOLING, grid_series, own_tables, study_fields, weather_series, write_study

import siting
from siting.case.case import Case
from siting.problems import InputError

IDS = ("01", "007", "1e5", "true", "nan", "null", "na", "none", "0x1f", "1-2", "inf")
"""County codes, and words that readers of CSV and YAML take for something else."""


def tables_with(ids: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Tables in which sites, zones, weather and racks have these ids, each site its own grid zone in capitals."""
    own = own_tables()
    zones = tuple(identity.upper() for identity in ids)
    first = {name: own[name].iloc[[0] * len(ids)].reset_index(drop=True) for name in ("sites", "zones", "weather")}
    grid_zones = own["grid_zones"].iloc[[0] * len(ids)].assign(grid_zone_id=zones)
    return {
        "sites": first["sites"].assign(site_id=ids, weather_id=ids, grid_zone_id=zones),
        "zones": first["zones"].assign(zone_id=ids),
        "weather": first["weather"].assign(weather_id=ids),
        "racks": own["racks"].assign(rack_id=ids[0]),
        "grid_zones": grid_zones,
        "series_grid": grid_series({zone: 30.0 + i for i, zone in enumerate(zones)}),
        "series_weather": weather_series(ids),
        "existing": pd.DataFrame(
            [{"site_id": ids[1], "cooling_id": COOLING, "hall_mw": 5, "conversion_usd_per_mw": 0, "lost_yr": 0,
              "source": "", "grade": "assumed"}]
        ),
    }  # fmt: skip


def fields_with(ids: tuple[str, ...]) -> dict[str, object]:
    fields = study_fields()
    fields["demand"] = {**fields["demand"], "reference_rack": ids[0]}
    return fields


def check(case: Case, ids: tuple[str, ...]) -> None:
    assert case.axes["site"] == case.axes["zone"] == ids
    assert case.axes["rack"] == ids[:1]
    assert set(case.tables["grid_zones"]["grid_zone_id"]) == {identity.upper() for identity in ids}
    assert case.tables["weather"]["weather_id"].tolist() == sorted(ids, key=ids.index)
    price = case.full_year().values("grid.price_usd_per_mwh")
    assert price.mean(axis=1) == pytest.approx(price[0].mean())  # the level is the tariff's, the swing is each zone's
    assert np.ptp(price, axis=1) == pytest.approx([0.6 * (30.0 + i) for i in range(len(ids))])
    assert case.values("retrofit.existing_mw")[ids.index(ids[1])].sum() == 5


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_ids_are_kept_as_they_are_written(tmp_path: Path, ending: str) -> None:
    path = write_study(tmp_path, fields_with(IDS), tables_with(IDS), ending=ending)
    check(siting.prepare(siting.load_study(path)), IDS)


def test_ids_in_a_dictionary_of_parquet_are_text(tmp_path: Path) -> None:
    tables = tables_with(IDS)
    tables["series_weather"]["weather_id"] = tables["series_weather"]["weather_id"].astype("category")
    check(siting.prepare(siting.load_study(write_study(tmp_path, fields_with(IDS), tables, ending="parquet"))), IDS)


def test_lists_of_a_study_keep_them_in_quotes(tmp_path: Path) -> None:
    chosen = ("nan", "007", "true")
    fields = {**fields_with(IDS), "sites": chosen, "zones": chosen, "policy": {"excluded_sites": ["nan"]}}
    fields["policy"] = {"excluded_sites": ["nan"], "grid_zone_limit_mw": {"1E5": 50, "007": 60}}
    case = siting.prepare(siting.load_study(write_study(tmp_path, fields, tables_with(IDS))))
    assert case.axes["site"] == case.axes["zone"] == chosen
    assert dict(case.study.policy.grid_zone_limit_mw) == {"1E5": 50.0, "007": 60.0}


@pytest.mark.slow
def test_plan_of_such_sites_has_their_ids(tmp_path: Path) -> None:
    ids = ("01", "007")
    plan = siting.solve(siting.prepare(siting.load_study(write_study(tmp_path, fields_with(ids), tables_with(ids)))))
    assert set(plan.tables["sites"]["site_id"]) == set(ids)
    assert set(plan.tables["assignment"]["zone_id"]) == set(ids)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sites: [01, 007]", "sites.0: input should be text (got 1); in quotes it is text: '01'"),
        ("sites: [a, 1e5]", "sites.1: input should be text (got 100000.0); in quotes it is text: '1e5'"),
        ("zones: [true]", "zones.0: input should be text (got true); in quotes it is text: 'true'"),
        ("zones: [null]", "zones.0: input should be text (got nothing); in quotes it is text: 'null'"),
        ("name: 007", "name: input should be text (got 7); in quotes it is text: '007'"),
        (
            "technology: {racks: [0o17]}",
            "technology.racks.0: input should be text (got 15); in quotes it is text: '0o17'",
        ),
        (
            "policy: {grid_zone_limit_mw: {007: 5}}",
            "policy.grid_zone_limit_mw.7: input should be text (got 7); in quotes it is text: '007'",
        ),
        (
            "policy: {grid_zone_limit_mw: {1e5: 5}}",
            "policy.grid_zone_limit_mw: a field's name should be a word or a whole number; in quotes it is a word: '1e5'",
        ),
    ],
)
def test_id_that_yaml_reads_as_something_else_is_to_be_quoted(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "study.yaml"
    name = "" if line.startswith("name") else "name: own\n"
    path.write_text(f"extends: us-small\n{name}{line}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        siting.load_study(path)
    place = 2 if not name else 3
    assert f"{path}:{place}: {message}" in str(caught.value).splitlines()


def test_ids_of_a_base_are_to_be_quoted_there(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "extends: us-small\nname: base\n".replace("extends: us-small\n", "") + "sites: [007]\n"
    )
    path = tmp_path / "study.yaml"
    path.write_text("extends: base.yaml\nname: own\n")
    with pytest.raises(
        InputError, match=r"base\.yaml:2: sites\.0: input should be text \(got 7\); in quotes it is text: '007'"
    ):
        siting.load_study(path)


@pytest.mark.parametrize(
    "line",
    ['"1": 2', 'facility: {"²": 2}', 'facility: {"1": 2}', "1: 2", '"٣": 2', 'policy: {grid_zone_limit_mw: {"²": 2}}'],
)
def test_keys_that_look_like_numbers_are_no_traceback(tmp_path: Path, line: str) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(f"extends: us-small\nname: own\n{line}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        siting.load_study(path)
    assert str(caught.value).startswith(f"{path}:3: ")


def told_of_series(folder: Path, table: str, series: pd.DataFrame) -> str:
    with pytest.raises(InputError) as caught:
        siting.prepare(siting.load_study(write_study(folder, tables={table: series}, ending="parquet")))
    return str(caught.value)


@pytest.mark.parametrize("ids", [[1], [1.5], [True], [b"mild"]])
def test_ids_that_are_no_text_in_parquet_are_refused(tmp_path: Path, ids: list[object]) -> None:
    series = weather_series(("mild",)).assign(weather_id=ids * 8760)
    told = told_of_series(tmp_path, "series_weather", series)
    assert told.startswith("series_weather.parquet: weather_id: ids should be text (the column holds ")
    assert told.endswith("an id such as 007 is kept only as text")


@pytest.mark.parametrize(
    ("year", "message"),
    [
        ("2022", "year: input should be whole numbers (the column holds "),
        (2022.0, "year: input should be whole numbers (the column holds double)"),
        (2021, "year: no hours of 2022; the year of the study is its time.data_year"),
    ],
)
def test_year_of_a_series_is_a_whole_number_and_the_studys(tmp_path: Path, year: object, message: str) -> None:
    assert message in told_of_series(tmp_path, "series_grid", grid_series().assign(year=year))


@pytest.mark.parametrize("year", ["2022a", "NA", ""])
def test_year_of_a_series_in_csv_is_a_number(tmp_path: Path, year: str) -> None:
    with pytest.raises(InputError, match=r"^series_grid\.csv: year: input should be whole numbers$"):
        siting.prepare(
            siting.load_study(write_study(tmp_path, tables={"series_grid": grid_series().assign(year=year)}))
        )


def test_words_for_nothing_are_no_numbers(tmp_path: Path) -> None:
    """As ids they are text, and so they are no missing values of numbers either."""
    series = weather_series().astype({"dry_bulb_c": object})
    series.loc[5, "dry_bulb_c"] = "NA"
    with pytest.raises(InputError, match=r"^series_weather\.csv:7: dry_bulb_c: input should be a number \(got 'NA'\)"):
        siting.prepare(siting.load_study(write_study(tmp_path, tables={"series_weather": series})))


def test_id_is_no_longer_than_a_study_can_name(tmp_path: Path) -> None:
    zones = own_tables()["zones"].replace({"zone_id": {"coast": "c" * 81}})
    with pytest.raises(InputError, match=r"^zones\.csv:3: zone_id: input should be at most 80 letters long"):
        siting.prepare(siting.load_study(write_study(tmp_path, tables={"zones": zones})))
