"""The standard table of instruments: prices with whole numbers held and with steps, payments, what moves away."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny import quick, tiny_case
from tiny_study import study_fields, write_study

from siting.case.case import Case
from siting.models.assembly.model import model_of
from siting.models.assembly.standard_form import StandardForm
from siting.models.formulation import DESIGN, chosen
from siting.optimise.difference import difference
from siting.optimise.solver.deadline import Deadline
from siting.plan.plan import Plan
from siting.scenarios.policy import policy
from siting.scenarios.policy.effects import Effects, payments, steps, summary
from siting.scenarios.policy.instruments import Instrument, standard_instruments
from siting.scenarios.policy.local_price import local_price
from siting.scenarios.policy.public_effects import public_table

CAP = "policy.carbon_cap_t_per_yr"


def solved(policy: dict[str, Any], **changes: Any) -> Plan:
    """Free power at 0.4 t/MWh at a in Texas, clean power for 10 USD/MWh at b in Iowa."""
    case = tiny_case(
        **{
            "sites": ("a", "b"),
            "rack_usd": 1.0,
            "carbon_t_per_mwh": [[0.4], [0.0]],
            "price_usd_per_mwh": [[0], [10]],
            "policy": policy,
            **changes,
        }
    )
    return quick(in_states(case, "TX", "IA"))


def in_states(case: Case, *states: str) -> Case:
    taxes = case.tables["taxes"]
    tables = {
        "sites": case.tables["sites"].assign(state=list(states)),
        "taxes": pd.concat([taxes.assign(state=state) for state in states], ignore_index=True),
    }
    return dataclasses.replace(case, tables={**case.tables, **tables})


def test_local_price_of_a_cap_is_what_a_tonne_costs_to_avoid() -> None:
    """2.5 MWh at b for 10 USD each save a tonne: 25 USD/t. A cap that does not bind has none."""
    assert local_price(solved({"carbon_cap_t_per_yr": 876.0}), CAP) == pytest.approx(25, rel=1e-3)
    assert local_price(solved({"carbon_cap_t_per_yr": 9_000.0}), CAP) == pytest.approx(0, abs=1e-6)


def test_step_cost_sees_what_whole_racks_hide() -> None:
    """2 MW are asked, racks have 1 MW. In zone X, where power is free, 1.5 MW let one rack in, 2 MW two.

    With racks held half a MW of the limit is worth nothing; solved anew it saves 87,600 USD a year: 175,200 a MW.
    """
    options = {"inference_pflop": 2.0, "grid_zones": ("X", "Y"), "work_pflop": None}
    options.pop("work_pflop")
    narrow = solved({"grid_zone_limit_mw": {"X": 1.5}}, **options)
    wide = solved({"grid_zone_limit_mw": {"X": 2.0}}, **options)
    base = solved({}, **options)
    path = "policy.grid_zone_limit_mw.X"
    one = Effects(
        Instrument("zone-limit", "Limit", path, (2.0, 1.5, 1.0), (), ("TX",)), {"looser": wide, "standard": narrow}, {}
    )
    row = summary(base, [one]).iloc[0]
    assert row["local_price_usd_per_yr"] == pytest.approx(0, abs=1)
    assert row["step_looser_usd_per_yr"] == pytest.approx(175_200, rel=1e-3)
    assert row["left_mw"] == pytest.approx(1.0)
    assert row["arrived_mw"] == pytest.approx(1.0)


def test_what_parties_get_and_pay_sums_to_zero_and_tax_goes_to_the_treasury() -> None:
    """50 USD/t charged on 3,504 t are more than power at b: all moves there, and pays the supplier 87,600."""
    base, taxed = solved({}), solved({"carbon_price_usd_per_t": 10.0, "carbon_price_is_charged": True})
    settings = ((("policy.carbon_price_is_charged", True)),)
    one = Effects(
        Instrument("carbon-price", "Price", "policy.carbon_price_usd_per_t", (10.0,), settings), {"standard": taxed}, {}
    )
    table = payments(base, [one])
    assert table["change_usd_per_yr"].sum() == pytest.approx(0, abs=1e-6)
    got = table.set_index("party")["change_usd_per_yr"]
    assert got["treasury"] == pytest.approx(35_040)  # 10 USD on each of 3,504 t is less than moving
    assert got["operator"] == pytest.approx(-35_040)
    row = summary(base, [one]).iloc[0]
    assert row["public_revenue_change_usd_per_yr"] == pytest.approx(35_040)


def test_instrument_without_a_plan_is_told() -> None:
    base = solved({})
    one = Effects(Instrument("carbon-cap", "Cap", CAP, (5.0,)), {}, {"standard": "infeasible"})
    assert summary(base, [one])["status"].tolist() == ["infeasible"]
    assert steps([one])["status"].tolist() == ["infeasible"]


def test_instruments_are_seen_from_the_plan_without_them() -> None:
    """3,504 t of carbon: caps of 90, 80 and 70 %; Texas, where it stands, is the state that closes."""
    found = {one.id: one for one in standard_instruments(solved({}))}
    assert found["carbon-cap"].values == pytest.approx((3_153.6, 2_803.2, 2_452.8))
    assert found["moratorium"].values == (["a"],)
    assert found["moratorium"].levels == ("standard",)
    assert found["clean-by-the-hour"].values == pytest.approx((0.25, 0.5, 0.75))
    assert "water-cap" not in found  # nothing is drawn


@pytest.mark.slow
def test_table_of_a_study_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By two instruments, with four plans, and the plan without."""
    import siting

    monkeypatch.setattr(policy, "standard_instruments", lambda base, names: standard_instruments(base, names)[-2:])
    path = write_study(tmp_path, {**study_fields(), "name": "tiny"})
    found = siting.policy(path, output=tmp_path / "policy", threads=1)
    table = pd.read_csv(tmp_path / "policy" / "policy.csv")
    assert len(table) == len(found.effects)
    there = table[table["extra_cost_usd"].notna()]
    assert (there["extra_cost_most_usd"] >= there["extra_cost_least_usd"]).all()
    assert "What one unit more costs" in (tmp_path / "policy" / "index.html").read_text("utf-8")
    assert "What each instrument costs" in (tmp_path / "policy" / "policy.en.html").read_text("utf-8")
    of_parties = pd.read_csv(tmp_path / "policy" / "payments.csv").groupby("instrument")["change_usd_per_yr"]
    assert of_parties.sum().abs().max() <= 1e-6 * of_parties.apply(lambda change: change.abs().sum()).max()


def test_rules_of_regions_are_instruments_with_amounts() -> None:
    """Adders of 2, 5 and 10 USD/MWh where the power is; the duty in both states; the study's own rules stay."""
    base = solved({"regional": [{"state": "IA", "water_fee_usd_per_m3": 2.0}]})
    found = {one.id: one for one in standard_instruments(base)}
    adder = found["locational-price"]
    assert [adder.amount(level) for level in adder.levels] == [2.0, 5.0, 10.0]
    kept, own = adder.value("standard")
    assert (kept["water_fee_usd_per_m3"], own["power_adder_usd_per_mwh"]) == (2.0, 5.0)
    assert adder.states == ("TX",)
    duty = found["flexibility-duty"].value("tighter")
    assert [rule["state"] for rule in duty] == ["IA", "IA", "TX"]
    assert duty[-1]["large_load_give_fraction"] == 0.5
    assert found["large-load-tariff"].shown("standard") == "50,000 USD/MW a year"
    (pue,) = standard_instruments(solved({}, pue=1.2), ["pue-limit"])
    assert pue.id == "pue-limit"


def test_what_the_proofs_leave_open_is_not_told_apart() -> None:
    """Under a cap of 876 t, 6,570 MWh at b cost 65,700 more: told. With a bound below the free plan it would not be.

    The least difference is never below zero, since a rule takes choices away.
    """
    base, capped = solved({}), solved({"carbon_cap_t_per_yr": 876.0})
    instrument = Instrument("carbon-cap", "Cap", CAP, (1_752.0, 876.0, 438.0))
    row = summary(base, [Effects(instrument, {"standard": capped}, {})]).iloc[0]
    assert row["is_told_apart"] == 1
    assert row["extra_cost_least_usd"] == pytest.approx(65_700, rel=1e-3)
    loose = dataclasses.replace(capped, search=dataclasses.replace(capped.search, bound_usd=base.objective_usd - 1e3))
    row = summary(base, [Effects(instrument, {"standard": loose}, {})]).iloc[0]
    assert (row["is_told_apart"], row["extra_cost_least_usd"]) == (0, 0.0)
    unproven = dataclasses.replace(base, search=dataclasses.replace(base.search, bound_usd=base.objective_usd - 2e3))
    assert summary(unproven, [Effects(instrument, {"standard": loose}, {})]).iloc[0]["extra_cost_least_usd"] == 0.0
    looser = {"standard": loose, "looser": capped}  # what no plan under a looser cap undercuts, none does here
    assert summary(base, [Effects(instrument, looser, {})]).iloc[0]["is_told_apart"] == 1


def in_arrays(plan: Plan) -> StandardForm:
    """The model of a plan."""
    return model_of(plan.case, chosen(DESIGN, plan.case)).form


def test_a_price_is_told_apart_by_what_no_good_plan_does_without() -> None:
    """5 USD/MWh more in Texas, on 8,760 MWh at a: 43,800. A plan with 876 MWh at b costs 5 USD/MWh more of these.

    So if all that is known is such a plan, at 4,380 more than the best, at least 7,884 MWh are still at a: 39,420 at
    the least, and no more than 43,800. A cap forbids and has no price: nothing by itself.
    """
    base = solved({})
    priced = solved({}, price_usd_per_mwh=[[5], [10]])
    known = base.objective_usd, priced.objective_usd + 4_380
    found = difference(in_arrays(base), in_arrays(priced), *known, Deadline())
    assert (found.least_usd, found.most_usd) == pytest.approx((39_420, 43_800), rel=1e-6)
    exact = difference(in_arrays(base), in_arrays(priced), base.objective_usd, priced.objective_usd, Deadline())
    assert exact.least_usd == pytest.approx(43_800, rel=1e-6)
    capped = solved({"carbon_cap_t_per_yr": 876.0})
    none = difference(in_arrays(base), in_arrays(capped), base.objective_usd, capped.objective_usd, Deadline())
    assert (none.least_usd, none.most_usd) == (pytest.approx(0.0), float("inf"))
    back = difference(in_arrays(capped), in_arrays(base), capped.objective_usd, base.objective_usd, Deadline())
    assert back.least_usd == -float("inf")  # without the cap's row a plan may be none under the cap
    instrument = Instrument(
        "locational-price", "Adder", "policy.regional", ([],), amounts=(5.0,), amount_unit="USD/MWh"
    )
    weak = dataclasses.replace(priced, search=dataclasses.replace(priced.search, bound_usd=base.objective_usd - 1e3))
    told = Effects(instrument, {"standard": weak}, {}, found)
    row = summary(base, [told]).iloc[0]
    assert (row["is_told_apart"], row["extra_cost_least_usd"]) == (1, pytest.approx(39_420, rel=1e-6))
    assert summary(base, [dataclasses.replace(told, difference=None)]).iloc[0]["is_told_apart"] == 0


def test_the_public_has_money_by_level_jobs_bills_and_concentration() -> None:
    """1 MW at a: 0.3 to 1.7 people for good; a charged tonne goes to the federation; one site has all the power.

    10 USD on each of 3,504 t are 35,040 more for the federation and nothing for states and counties.
    """
    base, taxed = solved({}), solved({"carbon_price_usd_per_t": 10.0, "carbon_price_is_charged": True})
    one = Effects(
        Instrument("carbon-price", "Price", "policy.carbon_price_usd_per_t", (10.0,)), {"standard": taxed}, {}
    )
    table = public_table(base, [one])
    with_it = table[table["instrument"] == "carbon-price"].set_index(["effect", "of"])
    assert with_it.loc[("public revenue", "federal"), "change_low"] == pytest.approx(35_040)
    assert with_it.loc[("jobs", "for good"), ["low", "high"]].tolist() == pytest.approx([0.3, 1.7])
    assert with_it.loc[("jobs", "for good"), "grade"] == "assumed"
    assert with_it.loc[("concentration", "first site"), "low"] == pytest.approx(1.0)
    assert (table["low"] <= table["high"]).all()
