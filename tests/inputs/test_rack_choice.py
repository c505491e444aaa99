"""Racks of a table as a study takes them: their fabric, their first year, guesses that must be named, and what is told."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tiny import decided, quick, tiny_case
from tiny_study import own_tables, study_fields, write_study

import siting
from siting.case.case import Case
from siting.data.components.racks import STATED, RackRow, reference
from siting.data.kinds.choice import Choice
from siting.data.kinds.rack_rules import unsound
from siting.data.kinds.vintages import in_vintages
from siting.data.tables.choice.selection import choose_rows
from siting.data.tables.notes.racks import rack_notes
from siting.data.tables.one_table import read_table
from siting.plan.speculative import cautions_of_racks
from siting.problems import InputError
from siting.study.loading import examine

TWO = [{"year": 2030, "length_yr": 2}, {"year": 2032, "length_yr": 2}]
MADE_UP = {"rack_id": "speculative-brain", "name": "A brain", "speculative": 1}


def chosen(
    folder: Path, *changes: dict[str, Any], racks: Any = "all", block: dict[str, Any] | None = None, **study: Any
) -> Choice:
    """Choice of the tiny study in two periods, with racks that differ from its own rack `block` by what is given."""
    rows = own_tables()["racks"].assign(**(block or {})).to_dict("records")
    table = pd.DataFrame([*rows, *({**rows[0], **change} for change in changes)])
    fields = study_fields()
    fields["horizon"]["periods"] = TWO
    for kind in ("inference_mw", "batch_mw"):
        fields["demand"][kind] = {"2030": 4, "2032": 4}
    fields["technology"]["racks"] = racks
    for part, stated in study.items():
        fields[part] = {**fields.get(part, {}), **stated}
    found, problems = examine(str(write_study(folder, fields, {"racks": table})))
    if problems or found is None:
        raise InputError(problems)
    return choose_rows(found)


def numbers(choice: Choice, name: str) -> Any:
    """A number of the racks, as nested lists."""
    return STATED.of_choice(choice)[f"racks.{name}"].values.tolist()


def refusal(folder: Path, *changes: dict[str, Any], **wanted: Any) -> list[str]:
    """What is said against such racks, without the place."""
    with pytest.raises(InputError) as refused:
        chosen(folder, *changes, **wanted)
    return [f"{problem.field}: {problem.message}" for problem in refused.value.problems]


def noted(choice: Choice) -> list[str]:
    """What a check tells of such racks and allows."""
    case = Case.__new__(Case)
    object.__setattr__(case, "study", choice.study)
    object.__setattr__(case, "tables", choice.tables)
    return [f"{note.field}: {note.message}" for note in rack_notes(case)]


def test_fabric_adds_to_price_and_power(tmp_path: Path) -> None:
    """72 accelerators at 5,000 USD and 0.1 kW beside 2 M USD and 100 kW: 2.36 M USD and 107.2 kW.

    In a MW of the reference rack there are then 100 / 0.1072 PFLOP/s, and not 1,000. Without the columns nothing is added.
    """
    fabric = {"rack_id": "wired", "fabric_usd_per_accelerator": 5000, "fabric_kw_per_accelerator": 0.1}
    choice = chosen(tmp_path, fabric, demand={"reference_rack": "wired"})
    assert numbers(choice, "rack_usd") == [2e6, 2.36e6]
    assert numbers(choice, "rack_mw") == pytest.approx([0.1, 0.1072])
    assert reference(choice).pflop_per_mw == pytest.approx(100 / 0.1072)


def test_fabric_keeps_its_price_when_that_of_the_rack_falls(tmp_path: Path) -> None:
    """2 M and 0.36 M of fabric; half of 2 M from 2032 on: (1 + 0.36) / 2.36 of the price; all of it halved is 0.5."""
    fabric = {"rack_id": "wired", "fabric_usd_per_accelerator": 5000}
    choice = chosen(tmp_path, fabric)
    falling = pd.DataFrame([{"rack_id": "wired", "year": year, "rack_usd": price, "compute_pflop": np.nan,
                             "rack_kw": np.nan, "embodied_t": np.nan} for year, price in ((2030, 2e6), (2032, 1e6))])  # fmt: skip
    choice = dataclasses.replace(choice, tables={**choice.tables, "rack_years": falling})
    assert numbers(choice, "price_ratio")[1] == pytest.approx([1, 1.86 / 2.36, 1.36 / 2.36, 1.36 / 2.36])


def test_a_cheaper_kind_wins_when_its_first_year_comes(tmp_path: Path) -> None:
    """2 M USD, then 1 M of the kind of 2032, over lives of 2 years: 3 M; were it sold before 2 M, never 4 M."""
    cheap = {"rack_id": "new", "rack_usd": 1e6, "first_year": 2032}
    choice = chosen(tmp_path, cheap)
    case = tiny_case(
        periods=((2030, 2), (2032, 2)),
        racks=("block", "new"),
        rack_life_yr=2,
        sold_count=numbers(choice, "sold_count"),
        rack_usd=np.array(numbers(choice, "rack_usd")) / 1e6,
    )
    plan = quick(case)
    assert plan.objective_usd == pytest.approx(3)
    assert decided(plan, "racks_count")[0, 0].tolist() == [[1, 0], [0, 1]]


def test_a_rack_that_comes_after_all_periods_is_refused_where_it_is_named(tmp_path: Path) -> None:
    late = {"rack_id": "late", "first_year": 2033}
    said = "technology.racks: rack 'late' is sold from 2033, period 2032"
    assert refusal(tmp_path, late, racks=["block", "late"]) == [said]
    assert numbers(chosen(tmp_path, late), "sold_count") == [[1, 1], [0, 0]]


def test_check_tells_of_each_period_before_the_first_year(tmp_path: Path) -> None:
    """A kind of 2032 is told for 2030 alone; of a study that takes all racks nothing is told."""
    new = {"rack_id": "new", "first_year": 2032}
    said = "technology.racks: rack 'new' is sold from 2032, period 2030"
    assert noted(chosen(tmp_path, new, racks=["block", "new"])) == [said]
    assert noted(chosen(tmp_path, new)) == []


def test_a_kind_with_vintages_is_sold_from_its_first_year_where_others_have_none(tmp_path: Path) -> None:
    """Of `block` without a first year the vintage of 2032 is sold in 2032 alone, of `new` none before it."""
    choice = chosen(tmp_path, {"rack_id": "new", "first_year": 2032})
    better = pd.DataFrame([{"rack_id": rack, "year": year, "rack_usd": np.nan, "compute_pflop": speed,
                            "rack_kw": np.nan, "embodied_t": np.nan}
                           for rack in ("block", "new") for year, speed in ((2030, 100), (2032, 200))])  # fmt: skip
    racks = in_vintages(choice.tables["racks"], better, [2030, 2032])
    choice = dataclasses.replace(choice, tables={**choice.tables, "racks": racks, "rack_years": better})
    sold = dict(zip(racks["rack_id"], numbers(choice, "sold_count"), strict=True))
    assert sold == {"block-2030": [1, 0], "block-2032": [0, 1], "new-2030": [0, 0], "new-2032": [0, 1]}


def test_long_lead_times_are_told(tmp_path: Path) -> None:
    """49 months from the start of 2026 end in 2030; 48 months do not."""
    slow = {"rack_id": "slow", "lead_months": 49}
    said = "technology.racks: rack 'slow' comes 49 months after its order, period 2030"
    assert noted(chosen(tmp_path, slow, racks=["block", "slow"], block={"lead_months": 48})) == [said]


def test_all_racks_are_those_that_are_no_guess(tmp_path: Path) -> None:
    choice = chosen(tmp_path, MADE_UP)
    assert choice.tables["racks"]["rack_id"].tolist() == ["block"]


def test_a_guess_is_taken_where_it_is_named_and_told(tmp_path: Path) -> None:
    choice = chosen(tmp_path, MADE_UP, racks=["block", "speculative-brain"])
    assert choice.tables["racks"]["rack_id"].tolist() == ["block", "speculative-brain"]
    said = "technology.racks: rack 'speculative-brain' is speculative: nobody can buy it for such work today"
    assert noted(choice) == [said]


@pytest.mark.parametrize(("guess_usd", "told"), [(1.0, ["speculative_racks"]), (9.0, [])])
def test_a_plan_tells_of_a_guess_only_where_it_buys_it(guess_usd: float, told: list[str]) -> None:
    """The guess costs less than the other rack, 5 USD, or more."""
    case = tiny_case(racks=("block", "speculative-brain"), rack_usd=[5.0, guess_usd])
    table = pd.DataFrame({"rack_id": case.axes["rack"], "name": ["Block", "A brain"], "speculative": [0, 1]})
    case = dataclasses.replace(case, tables={**case.tables, "racks": table})
    found = list(cautions_of_racks(case, quick(case).solution))
    assert [caution.id for caution in found] == told
    assert all(caution.values["racks"] == "A brain" for caution in found)


def test_a_rack_without_a_speed_is_left_out_or_refused(tmp_path: Path) -> None:
    """Of all racks it is none; named, on offer or as a reference, it is refused, in each place."""
    mute = {"rack_id": "mute", "compute_pflop": np.nan}
    assert chosen(tmp_path, mute).tables["racks"]["rack_id"].tolist() == ["block"]
    said = "rack 'mute' has no speed in dense BF16 (compute_pflop is empty), so no work can be counted in it"
    named = refusal(
        tmp_path, mute, racks=["block", "mute"], demand={"reference_rack": "mute"}, finance={"priced_rack": "mute"}
    )
    assert sorted(named) == [f"{field}: {said}" for field in
                             ("demand.reference_rack", "finance.priced_rack", "technology.racks")]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"speculative": 1}, "rack_id: 'odd' is speculative, so its id must begin with 'speculative-'"),
        ({"rack_id": "speculative-odd"}, "speculative: 'speculative-odd' must be 1, as its id says"),
        ({"rack_low_usd": 2.1e6}, "rack_low_usd: 'odd' has it above its price rack_usd"),
        ({"rack_high_usd": 1.9e6}, "rack_high_usd: 'odd' has it below its price rack_usd"),
        ({"accelerator_kw": 1.4}, "accelerator_kw: 'odd': 72 accelerators of 1.4 kW take more than its 100 kW"),
        ({"kind": "gpus"}, "kind: input should be 'cpu', 'gpu', 'tpu', 'asic', 'fpga', 'neuromorphic' or 'quantum' (got 'gpus')"),
        ({"lead_months": -3}, "lead_months: input should be at least 0 (got '-3')"),
        ({"fabric_kw_per_accelerator": 900}, "fabric_kw_per_accelerator: input should be at most 100 (got '900')"),
    ],
)  # fmt: skip
def test_racks_that_cannot_be_are_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    own_tables()["racks"].assign(rack_id="odd").assign(**change).to_csv(tmp_path / "racks.csv", index=False)
    racks, problems = read_table(tmp_path / "racks.csv", RackRow)
    said = [f"{problem.field}: {problem.message}" for problem in problems]
    said += [f"{column}: {fault}" for _, column, fault in unsound(racks)]
    assert said == [message]


def test_edges_of_these_rules_are_allowed(tmp_path: Path) -> None:
    """A price at both ends of its spread, and accelerators that take all of the rack's 100 kW: 72 x 1.3889."""
    edge = {"rack_id": "edge", "rack_low_usd": 2e6, "rack_high_usd": 2e6, "accelerator_kw": 100 / 72}
    assert chosen(tmp_path, edge).tables["racks"]["rack_id"].tolist() == ["block", "edge"]


def test_the_built_in_studies_keep_their_three_racks() -> None:
    three = ("hgx-h100-air", "hgx-b200-liquid", "gb200-nvl72")
    for name in siting.studies():
        assert tuple(siting.load_study(name).technology.racks) == three
