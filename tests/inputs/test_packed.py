"""A study in one file: what is read from it is what was packed, and no file of it can do harm."""

from __future__ import annotations

import io
import zipfile
from importlib.resources import files
from pathlib import Path

import geopandas
import pytest
import shapely
from tiny_study import own_tables, study_fields, write_study

import siting
from siting.cli.app import call
from siting.data.tables.notes.packed import about_here, pack_notes
from siting.data.tables.of_study import tables_of
from siting.problems import InputError
from siting.study.packed import ABOUT, STUDY, write_pack
from siting.study.parts import Candidates
from siting.study.paths import stated_by


def pack_of(folder: Path, name: str = "p.zip") -> Path:
    study = siting.load_study(write_study(folder, study_fields(), own_tables()))
    path = folder / name
    write_pack(path, study, about_here())
    return path


def test_study_comes_back_with_its_tables(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    path = pack_of(tmp_path / "a")
    before = siting.load_study(tmp_path / "a" / "tiny.yaml")
    moved = path.rename(tmp_path / "elsewhere.zip")
    expected = tables_of(before)[0]
    for file in (tmp_path / "a").iterdir():
        file.unlink()
    again = siting.load_study(moved)
    assert again.model_copy(update={"tables": {}}) == before.model_copy(update={"tables": {}})
    found, problems = tables_of(again)
    assert problems == []
    assert all(found[name].equals(table) for name, table in expected.items())
    assert pack_notes(again) == ()


def test_pack_is_the_same_each_time(tmp_path: Path) -> None:
    assert pack_of(tmp_path, "a.zip").read_bytes() == pack_of(tmp_path, "b.zip").read_bytes()


@pytest.mark.slow
def test_rows_and_appended_files_are_packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.csv").write_text("site_id,name,latitude,longitude\nhere,Here,41.88,-93.1\n")
    Path("s.yaml").write_text(
        "extends: us-small\nname: s\nsites: [here, polk-ia]\ntables:\n"
        "  sites: {append: mine.csv, change: [{site_id: polk-ia, land_usd_per_ha: 12345}]}\n"
    )
    assert call(["pack", "s.yaml"]) == 0
    Path("mine.csv").unlink()
    sites = tables_of(siting.load_study("s.zip"))[0]["sites"].set_index("site_id")
    assert sites.loc["here", "name"] == "Here"
    assert sites.loc["polk-ia", "land_usd_per_ha"] == 12345


def test_polygons_are_packed_and_seen_from_a_study_that_extends(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    area = geopandas.GeoDataFrame(geometry=[shapely.box(-96, 41, -92, 43)], crs=4326)
    area.to_file(tmp_path / "base" / "area.geojson")
    base = "extends: us-small\nname: base\nsites: {candidates: 8, polygon: area.geojson}\n"
    (tmp_path / "base" / "base.yaml").write_text(base, encoding="utf-8")
    write_pack(tmp_path / "p.zip", siting.load_study(tmp_path / "base" / "base.yaml"), about_here())
    again = siting.load_study(tmp_path / "p.zip")
    assert isinstance(again.sites, Candidates)
    assert again.sites.polygon == "polygons/0.geojson"
    assert again.origin is not None
    assert geopandas.read_file(again.origin.parent / again.sites.polygon).geometry.iloc[0].equals(area.geometry.iloc[0])


def test_path_of_this_machine_is_in_no_dump_and_its_file_is_in_the_pack(tmp_path: Path) -> None:
    """Candidates' and a region's: results show the names, as of tables; a sweep, which asks anew, finds the files."""
    (tmp_path / "maps").mkdir()
    for name, west in (("area", -96), ("rule", -95)):
        area = geopandas.GeoDataFrame(geometry=[shapely.box(west, 41, -92, 43)], crs=4326)
        area.to_file(tmp_path / "maps" / f"{name}.geojson")
    stated = {name: str(tmp_path / "maps" / f"{name}.geojson") for name in ("area", "rule")}
    text = (
        f"extends: us-small\nname: s\nsites: {{candidates: 8, polygon: {stated['area']}}}\n"
        f"policy: {{regional: [{{polygon: {stated['rule']}, connected_max_mw: 100}}]}}\n"
    )
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    study = siting.load_study(tmp_path / "s.yaml")
    dumped = study.model_dump_json()
    assert "maps" not in dumped
    assert '"polygon":"area.geojson"' in dumped
    assert stated_by(study)["sites"]["polygon"] == stated["area"]
    assert study == siting.load_study(tmp_path / "s.yaml").model_copy(update={"name": "s"})
    write_pack(tmp_path / "p.zip", study, about_here())
    (tmp_path / "maps" / "area.geojson").unlink()
    again = siting.load_study(tmp_path / "p.zip")
    assert [path.is_file() for path in again.polygon_files()] == [True, True]
    west = [geopandas.read_file(path).total_bounds[0] for path in again.polygon_files()]
    assert west == [-96, -95]


def test_files_of_a_study_that_is_extended_are_seen_from_the_one_that_extends(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    small = (files("siting.data") / "studies" / "us-small.yaml").read_text("utf-8")
    own = "components: [rules.py]\nsites: {candidates: 8, polygon: area.geojson}\n"
    kept = small[: small.index("sites:\n")] + own + small[small.index("zones:\n") :]
    (tmp_path / "base" / "base.yaml").write_text(kept, encoding="utf-8")
    (tmp_path / "base" / "rules.py").touch()
    (tmp_path / "b.yaml").write_text("extends: base/base.yaml\nname: b\n", encoding="utf-8")
    study = siting.load_study(tmp_path / "b.yaml")
    assert study.component_files() == (tmp_path / "base" / "rules.py",)
    assert isinstance(study.sites, Candidates)
    assert study.sites.polygon == str(Path("base") / "area.geojson")


def test_shape_file_is_not_packed(tmp_path: Path) -> None:
    text = "extends: us-small\nname: s\nsites: {candidates: 8, polygon: area.shp}\n"
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="a shape file has parts beside it; save it as a GeoPackage"):
        write_pack(tmp_path / "p.zip", siting.load_study(tmp_path / "s.yaml"), about_here())


def test_another_version_or_catalogue_is_told(tmp_path: Path) -> None:
    study = siting.load_study(write_study(tmp_path, study_fields(), own_tables()))
    about = about_here()
    about["catalogue"]["racks"] = "0" * 64
    write_pack(tmp_path / "p.zip", study, {**about, "siting": "0.0.1"})
    (note,) = pack_notes(siting.load_study(tmp_path / "p.zip"))
    assert (
        note.message
        == f"packed with siting 0.0.1, read with {siting.__version__}; other tables of the catalogue: racks"
    )


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["other.yaml"], f"holds no {STUDY}; make one with: siting pack STUDY"),
        ([STUDY, "../outside.txt"], "holds files that lie outside of it; nothing was unpacked"),
        ([STUDY, "/outside.txt"], "holds files that lie outside of it; nothing was unpacked"),
        ([STUDY, "a/../../outside.txt"], "holds files that lie outside of it; nothing was unpacked"),
    ],
)
def test_harmful_pack_is_refused(tmp_path: Path, names: list[str], told: str) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as pack:
        for name in names:
            pack.writestr(name, "x")
    with pytest.raises(InputError) as caught:
        siting.load_study(path)
    assert told in str(caught.value)
    assert not (tmp_path.parent / "outside.txt").exists()


def test_pack_of_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pack_of(tmp_path)
    monkeypatch.setattr("siting.study.packed.MOST_BYTES", 1000)
    with pytest.raises(InputError, match="holds more than 1,000 bytes; nothing was unpacked"):
        siting.load_study(path)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a pack"])
def test_cut_pack_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be unpacked"):
        siting.load_study(path)


def test_pack_that_cannot_be_written_leaves_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = write_study(tmp_path, study_fields(), own_tables())
    before = set(tmp_path.iterdir())
    assert call(["pack", str(study), "-o", str(tmp_path / "none" / "p.zip")]) == 2
    assert "cannot be written" in capsys.readouterr().err
    assert set(tmp_path.iterdir()) == before
    assert call(["pack", str(study), "-o", str(tmp_path / "p.tar")]) == 2


def test_parts_of_a_pack(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(pack_of(tmp_path).read_bytes())) as pack:
        names = pack.namelist()
    assert names[:2] == [STUDY, ABOUT]
    assert all(name.startswith("tables/") for name in names[2:])
