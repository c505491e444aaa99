"""Which leases a study may take, what is said of those that it may not, and the catalogue's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny_study import study_fields, write_study

import siting
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.choice.selection import choose_rows
from siting.problems import InputError


@pytest.fixture(scope="module")
def catalogue() -> pd.DataFrame:
    return pd.read_csv(catalog_path("leases"))


def check(folder: Path, leases: Any, table: pd.DataFrame | None = None, **policy: Any) -> None:
    """Choose the rows of a study that leases."""
    fields = study_fields()
    fields["technology"] = {**fields["technology"], "leases": leases}
    fields["policy"] = {**fields.get("policy", {}), **policy}
    study = siting.load_study(write_study(folder, fields, {} if table is None else {"leases": table}))
    choose_rows(study)


@pytest.mark.parametrize(
    ("leases", "problem"),
    [
        (["moon"], "technology.leases: 'moon' is not in the table leases"),
        ("some", "technology.leases: input should be 'all', 'none' or a list of ids (got 'some')"),
        ([], "technology.leases: the list is empty"),
    ],
)
def test_wrong_choice_is_named_with_its_field(leases: Any, problem: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        check(tmp_path, leases)
    assert problem in str(told.value)


def test_price_below_zero_is_refused(tmp_path: Path, catalogue: pd.DataFrame) -> None:
    with pytest.raises(InputError) as told:
        check(tmp_path, "all", catalogue.assign(lease_usd_per_gpu_h=-1.0))
    assert "leases.csv:2: lease_usd_per_gpu_h: input should be" in str(told.value)


@pytest.mark.parametrize(
    ("column", "policy"), [("pue", {"carbon_cap_t_per_yr": 1e6}), ("wue_l_per_kwh", {"water_cap_m3_per_yr": 1e6})]
)
def test_what_is_not_known_may_not_be_capped(
    column: str, policy: dict[str, float], tmp_path: Path, catalogue: pd.DataFrame
) -> None:
    """Without a cap it may be empty."""
    unknown = catalogue.assign(**{column: None})
    check(tmp_path, "all", unknown, carbon_price_usd_per_t=0)
    with pytest.raises(InputError) as told:
        check(tmp_path, "all", unknown, carbon_price_usd_per_t=0, **policy)
    assert f"is not known, and policy.{next(iter(policy))} counts it" in str(told.value)


def test_catalogue_has_five_regions_with_carbon_and_water(catalogue: pd.DataFrame) -> None:
    """An H100 of the rack table does 15.8 / 16 PFLOP/s; a machine of eight costs 98.32 USD an hour: 12.29 each."""
    assert catalogue["region"].nunique() >= 5
    assert catalogue["authority_id"].isin(pd.read_csv(catalog_path("authority_carbon"))["authority_id"]).all()
    h100 = catalogue[catalogue["accelerator"] == "NVIDIA H100 SXM"]
    assert h100["accelerator_pflop"].to_numpy() == pytest.approx(15.8 / 16)
    assert h100["lease_usd_per_gpu_h"].to_numpy() == pytest.approx(98.32 / 8)
    assert catalogue["pue"].between(1.0, 1.5).all()
    assert catalogue["wue_l_per_kwh"].between(0, 2).all()
    east = catalogue.set_index("lease_id").loc["azure-east-us-h100"]
    assert (east["latitude"], east["longitude"], east["authority_id"]) == (37.3719, -79.8164, "US-MIDA-PJM")
