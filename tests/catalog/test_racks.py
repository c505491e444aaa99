"""The racks of the catalogue: which there must be, what they take from the table of accelerators, and guesses."""

from __future__ import annotations

import pandas as pd
import pytest

from siting.data.build.money import to_money_year
from siting.data.components.racks import fitting

Tables = dict[str, pd.DataFrame]

OF_EPOCH = {
    # rack: hardware in the table, and how many
    "hgx-a100-air": ("NVIDIA A100 SXM4 40 GB", 32),
    "hgx-h100-air": ("NVIDIA H100 SXM5 80GB", 16),
    "hgx-h200-air": ("NVIDIA H200 SXM", 16),
    "hgx-b200-air": ("NVIDIA B200", 16),
    "hgx-b200-liquid": ("NVIDIA B200", 32),
    "gb200-nvl72": ("NVIDIA GB200", 72),
    "gb300-nvl72": ("NVIDIA GB300 (Blackwell Ultra)", 72),
    "mi300x-air": ("AMD Instinct MI300X", 16),
    "mi325x-air": ("AMD Instinct MI325X", 16),
    "mi355x-liquid": ("AMD Instinct MI355X", 64),
    "gaudi3-air": ("Intel Habana Gaudi3", 16),
    "tpu-v7-liquid": ("Google TPU v7 Ironwood", 64),
}


@pytest.fixture(scope="module")
def racks(tables: Tables) -> pd.DataFrame:
    return tables["racks"].set_index("rack_id", drop=False)


def test_there_are_racks_of_all_kinds(racks: pd.DataFrame) -> None:
    real = racks[racks["speculative"] == 0]
    assert len(real) >= 14
    assert set(real["kind"]) == {"cpu", "gpu", "tpu", "asic", "fpga"}
    gpus = real[real["kind"] == "gpu"]
    for _, made in gpus.groupby("vendor"):
        assert len(made) >= 3
        assert set(made["liquid_fraction"] > 0) == {False, True}
    assert set(gpus["vendor"]) == {"NVIDIA", "AMD"}
    assert set(racks.loc[racks["speculative"] == 1, "kind"]) == {"neuromorphic", "quantum"}


def test_guesses_are_known_by_their_ids(racks: pd.DataFrame) -> None:
    assert (racks["rack_id"].str.startswith("speculative-") == (racks["speculative"] == 1)).all()


def test_only_a_guess_has_no_speed(racks: pd.DataFrame) -> None:
    assert racks.index[racks["compute_pflop"].isna()].tolist() == ["speculative-quantum"]


def test_accelerators_leave_something_for_the_rest_of_the_rack(racks: pd.DataFrame) -> None:
    """A tenth at the least goes to hosts, switches and fans."""
    share = racks["accelerator_kw"] * racks["accelerators_count"] / racks["rack_kw"]
    assert (share.dropna() <= 0.9).all(), share
    assert share.isna().sum() == 1  # the annealer, which has one processor and a cooler


def test_prices_lie_within_their_spread(racks: pd.DataFrame) -> None:
    assert (racks["rack_low_usd"] < racks["rack_usd"]).all()
    assert (racks["rack_usd"] < racks["rack_high_usd"]).all()


def test_prices_are_graded_as_judgement(tables: Tables) -> None:
    columns = tables["columns"].query("table == 'racks'").set_index("column")["grade"]
    guesses = ["rack_usd", "rack_low_usd", "rack_high_usd", "embodied_t", "lead_months", "rack_kg", "transient_ratio"]
    assert (columns[[*guesses, "fabric_usd_per_accelerator", "fabric_kw_per_accelerator"]] == "assumed").all()
    assert (tables["racks"]["grade"] == "assumed").all()


def test_what_is_not_in_the_accelerator_table_says_so(tables: Tables) -> None:
    """Speed, power and year of a rack that is not made of it are cells with a rule and a grade of their own."""
    cells = set(tables["imputed"].query("table == 'racks'")[["row_id", "column"]].itertuples(index=False, name=None))
    for rack in tables["racks"].to_dict("records"):
        if rack["rack_id"] not in OF_EPOCH and rack["rack_id"] != "groq-lpu-air":
            stated = [name for name in ("accelerator_kw", "compute_pflop", "first_year") if pd.notna(rack[name])]
            assert {(rack["rack_id"], name) for name in stated} <= cells


def test_the_three_oldest_racks_cost_and_draw_what_they_did(racks: pd.DataFrame) -> None:
    """784,000, 2.24 M and 3.1 M USD of 2025 with their fabric, so nothing is added: 313.689 / 321.943 of them."""
    prices = {"hgx-h100-air": (784_000, 22), "hgx-b200-liquid": (2_240_000, 60), "gb200-nvl72": (3_100_000, 132)}
    for rack, (usd, kw) in prices.items():
        assert racks.loc[rack, "rack_usd"] == pytest.approx(usd * to_money_year(2025), rel=1e-5)
        assert racks.loc[rack, "rack_kw"] == kw
        assert racks.loc[rack, ["fabric_usd_per_accelerator", "fabric_kw_per_accelerator"]].tolist() == [0, 0]
    assert racks.loc[list(prices), "compute_pflop"].tolist() == [15.8, 72, 180]


def test_newer_generations_do_more_for_their_power(racks: pd.DataFrame) -> None:
    per_kw = racks["compute_pflop"] / racks["rack_kw"]
    for older, newer in (
        ("hgx-a100-air", "hgx-h100-air"),
        ("hgx-h100-air", "hgx-b200-air"),
        ("mi300x-air", "mi355x-liquid"),
    ):
        assert per_kw[newer] > per_kw[older]
        assert racks.loc[newer, "first_year"] > racks.loc[older, "first_year"]


def test_every_rack_fits_a_hall(tables: Tables) -> None:
    assert fitting(tables["cooling"], tables["racks"]).any(axis=0).all()


@pytest.mark.raw
@pytest.mark.parametrize("rack", OF_EPOCH)
def test_accelerators_are_those_of_the_table(rack: str, racks: pd.DataFrame) -> None:
    """Count x dense BF16, to three digits; power, memory and year of one."""
    from siting.data.build.raw import read_raw

    hardware, count = OF_EPOCH[rack]
    known = read_raw("epoch_ai/ml_hardware.csv.xz").set_index("Hardware name").loc[hardware]
    row = racks.loc[rack]
    assert row["accelerators_count"] == count
    assert row["compute_pflop"] == pytest.approx(
        count * known["Tensor-FP16/BF16 performance (FLOP/s)"] / 1e15, rel=5e-3
    )
    assert row["accelerator_kw"] == pytest.approx(known["TDP (W)"] / 1000)
    assert row["memory_gb"] == pytest.approx(known["Memory (bytes)"] / 1e9)
    assert row["first_year"] == int(known["Release date"][:4])
