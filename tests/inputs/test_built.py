"""Every mistake in a file of what was built is told with its line and its field; what is harmless is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting.problems import InputError
from siting.scenarios.backtest.built import read_built

EXAMPLE = Path(__file__).resolve().parents[1] / "known" / "built-example.csv"


def read(folder: Path, text: str | bytes) -> str:
    """What is wrong with a file of this text."""
    path = folder / "built.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        read_built(path)
    return str(caught.value)


WRONG = {
    "nothing": ("", "built.csv: empty; a heading with the names of columns is wanted"),
    "no rows": (
        "county_fips,size\n", "built.csv: size: nothing was built; one size above 0 at the least is wanted"
    ),
    "only zeros": (
        "county_fips,size\n01001,0\n", "built.csv: size: nothing was built; one size above 0 at the least is wanted"
    ),
    "no place": (
        "size\n3\n", "built.csv:1: no column says where; give latitude and longitude, or county_fips"
    ),
    "a misspelt county": (
        "county_fisp,size\n01001,3\n",
        "built.csv:1: no column says where; give latitude and longitude, or county_fips; did you mean 'county_fips'?",
    ),
    "no size": ("county_fips,mw\n01001,3\n", "built.csv:1: size: missing column"),
    "a misspelt size": ("county_fips,sizes\n01001,3\n", "built.csv:1: size: missing column; is it 'sizes'?"),
    "half of a place": ("latitude,size\n1,3\n", "built.csv:1: longitude: missing column"),
    "a misspelt half": (
        "latitude,longitud,size\n1,2,3\n", "built.csv:1: longitude: missing column; is it 'longitud'?"
    ),
    "a column twice": ("county_fips,size,size\n01001,3,3\n", "built.csv:1: size: column stands twice"),
    "short rows": ("county_fips,size\n01001\n", "built.csv:2: 1 cells under a heading of 2"),
    "no text": (
        b"county_fips,size\n01001,3\n\xff\xfe,3\n", "built.csv:3: not UTF-8 text; save it in that encoding"
    ),
    "many at once": (
        "latitude,longitude,county_fips,size,year\n"
        "91,0,,3,\n"  # no such latitude
        "1,2,,-3,\n"
        "1,,,3,\n"  # half of a place
        ",,,3,\n"  # none
        ",,1234567,3,\n"
        ",,01001,,2020\n"
        ",,01001,x,2020.5\n"
        ",,01001,3,1492\n"
        ",,01001,nan,\n"
        ",,01001,3,2020\n",
        "built.csv:2: latitude: input should be at most 90 (got '91')\n"
        "built.csv:3: size: input should be at least 0 (got '-3')\n"
        "built.csv:4: longitude: missing value\n"
        "built.csv:5: no place; give latitude and longitude, or county_fips\n"
        "built.csv:6: county_fips: input should be five digits, such as 48113 (got '1234567')\n"
        "built.csv:7: size: missing value\n"
        "built.csv:8: size: input should be a number (got 'x')\n"
        "built.csv:8: year: input should be a whole number of years (got 2020.5)\n"
        "built.csv:9: year: input should be at least 1950 (got '1492')\n"
        "built.csv:10: size: input should be a finite number (got 'nan')",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_mistake_is_told(what: str, tmp_path: Path) -> None:
    text, expected = WRONG[what]
    assert read(tmp_path, text) == expected


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^none\.csv: no such file$"):
        read_built(tmp_path / "none.csv")


def test_harmless_things_are_read(tmp_path: Path) -> None:
    """A mark of encoding, quoted names with commas, other columns, lost zeros, years with a point, zero sizes."""
    path = tmp_path / "built.csv"
    path.write_bytes(
        '\ufeffname,county_fips,size,year,source\n"Autauga, AL",1001,3.5,2021.0,press\n\nb,48029,0,,\n'.encode()
    )
    found = read_built(path)
    assert found.not_read == ("name", "source")
    assert found.rows.index.tolist() == [2, 4]
    assert found.rows["county_fips"].tolist() == ["01001", "48029"]
    assert found.rows["size"].tolist() == [3.5, 0.0]
    assert found.rows["year"].fillna(0).tolist() == [2021.0, 0.0]
    assert found.rows["latitude"].isna().all()


def test_example_is_read() -> None:
    found = read_built(EXAMPLE)
    assert found.not_read == ("name", "county")
    assert (found.rows["county_fips"].str.len() == 5).all()
    assert found.rows["year"].notna().all()
