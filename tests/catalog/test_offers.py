"""Contracts by market and law: real prices, what stands in, and who may buy a plant's output."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

from siting import load_study
from siting.data.build.offers import real_ratio
from siting.data.components.contracts import may_be_delivered, strike_usd_per_mwh, virtual_usd_per_mwh
from siting.data.kinds.choice import Choice
from siting.data.tables.catalogue import catalog_path
from siting.data.tables.choice.selection import choose_rows


@pytest.fixture(scope="module")
def choice() -> Choice:
    return choose_rows(load_study("us-small"))


def with_tables(choice: Choice, **tables: pd.DataFrame) -> Choice:
    return dataclasses.replace(choice, tables=MappingProxyType({**choice.tables, **tables}))


def test_flat_offer_is_worth_less_in_real_dollars() -> None:
    """Two years, 10 % inflation, 20 % real: payments after 0.5 and 1.5 years are worth 1 / 1.2^t each.

    Weights 0.912871 and 0.760726; deflated by 1.1^-0.5 = 0.953463 and 1.1^-1.5 = 0.866784: their mean is 0.914063.
    Without the weights it would be 0.910123.
    """
    assert real_ratio(0.1, 0.2, 2) == pytest.approx(0.914063, abs=1e-6)
    assert real_ratio(0.0) == pytest.approx(1.0)


def test_each_zone_has_its_offer_and_the_contract_elsewhere(choice: Choice) -> None:
    """A site takes the offer of its grid zone; where a zone has none, the contract's own price."""
    sites = choice.tables["sites"]
    offers = choice.tables["contract_offers"].set_index(["contract_id", "grid_zone_id"])["strike_usd_per_mwh"]
    own = choice.tables["contracts"].set_index("contract_id")["strike_usd_per_mwh"]
    strike = strike_usd_per_mwh(choice)
    for i, zone in enumerate(sites["grid_zone_id"]):
        for j, contract in enumerate(choice.tables["contracts"]["contract_id"]):
            assert strike[i, j] == offers.get((contract, zone), own[contract])
    none = with_tables(choice, contract_offers=choice.tables["contract_offers"].iloc[:0])
    assert (strike_usd_per_mwh(none) == own.to_numpy()).all()


def test_only_known_routes_deliver(choice: Choice) -> None:
    """Retail choice and a green tariff deliver; none, unknown, and a state that is not listed do not."""
    sites = choice.tables["sites"].iloc[:5].assign(state=["AA", "BB", "CC", "DD", "EE"])
    law = pd.DataFrame(
        {"state": ["AA", "BB", "CC", "DD"], "route": ["retail_choice", "green_tariff", "none", "unknown"]}
    )
    asked = with_tables(choice, sites=sites, contract_law=law)
    assert may_be_delivered(asked).tolist() == [True, True, False, False, False]


def test_own_contracts_keep_their_price(tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.mktemp("own") / "contracts.csv"
    pd.read_csv(catalog_path("contracts")).assign(strike_usd_per_mwh=33.0).to_csv(own, index=False)
    study = load_study("us-small")
    asked = choose_rows(study.model_copy(update={"tables": {"contracts": str(own)}}))
    assert (strike_usd_per_mwh(asked) == 33.0).all()


def test_every_state_has_its_law_and_every_profile_its_offer() -> None:
    """Each state is listed, and each zone with wind or sun has an offer within its spread."""
    law, sites = pd.read_csv(catalog_path("contract_law")), pd.read_csv(catalog_path("sites"))
    assert set(sites["state"]) <= set(law["state"])
    offers = pd.read_csv(catalog_path("contract_offers"))
    assert offers["strike_low_usd_per_mwh"].lt(offers["strike_usd_per_mwh"]).all()
    assert offers["strike_high_usd_per_mwh"].gt(offers["strike_usd_per_mwh"]).all()
    hours = pd.read_parquet(catalog_path("series_grid"), filters=[("year", "==", 2022), ("hour", "==", 0)])
    for kind in ("solar", "wind"):
        with_profile = set(hours.loc[hours[f"{kind}_fraction"].notna(), "grid_zone_id"])
        assert with_profile == set(offers.loc[offers["contract_id"] == kind, "grid_zone_id"])


def test_stand_ins_are_assumed() -> None:
    """Only the five markets whose offers are known have another grade."""
    offers = pd.read_csv(catalog_path("contract_offers"))
    known = offers[offers["grade"] != "assumed"]
    assert sorted(known["grid_zone_id"]) == ["CISO", "ERCO", "ISNE", "MISO", "PJM"]
    assert known["contract_id"].eq("solar").all()
    assert (
        np.ptp(offers.loc[offers["grade"].eq("assumed") & offers["contract_id"].eq("solar"), "strike_usd_per_mwh"]) == 0
    )


def test_virtual_contract_costs_what_the_market_does_not_pay(choice: Choice) -> None:
    """Strike less the mean price where the plant produces, of the best kind, 0 at the least; none without a market."""
    sites, contracts = choice.tables["sites"], choice.tables["contracts"]
    offers = choice.tables["contract_offers"].set_index(["contract_id", "grid_zone_id"])
    found = virtual_usd_per_mwh(choice)
    for i, zone in enumerate(sites["grid_zone_id"]):
        price = choice.series["series_grid"].at([zone], "wholesale_usd_per_mwh")[0]
        nets = []
        for contract, kind in zip(contracts["contract_id"], contracts["kind"], strict=True):
            if (contract, zone) in offers.index and offers.loc[(contract, zone), "settled_in"]:
                output = choice.series["series_grid"].at([zone], f"{kind}_fraction")[0]
                capture = float(output @ price / output.sum())
                nets.append(max(float(offers.loc[(contract, zone), "strike_usd_per_mwh"]) - capture, 0.0))
        assert found[i] == pytest.approx(min(nets)) if nets else np.isnan(found[i])
    refused = choice.study.technology.model_copy(update={"virtual_contracts": False})
    asked = dataclasses.replace(choice, study=choice.study.model_copy(update={"technology": refused}))
    assert np.isnan(virtual_usd_per_mwh(asked)).all()
