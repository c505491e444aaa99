"""Every benchmark runs and prints its figures, on cases of seconds. What they measure is nobody's business here."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tiny import quick, tiny_case
from tiny_study import write_study

from siting.results.writing import write

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = ROOT / "tests" / "benchmarks"
KEYS = ["bench", "case", "method", "seconds", "peak_mb", "rows", "columns", "objective", "bound", "gap"]
TOY = " 2 3 \n capacity 10. \n capacity 25. \n 4 \n 1.0 9.0 \n 5 \n 8.0 2.0 \n 3 \n 3.0 3.0 \n"
"""Two warehouses, three customers who ask for 4 + 5 + 3 = 12."""


def lines(command: str, *arguments: str) -> list[dict[str, Any]]:
    """What a benchmark prints."""
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / command), *arguments],
        capture_output=True, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    for line in found:
        assert list(line)[: len(KEYS)] == KEYS
    return found


def ways(module: str, *others: str) -> list[str]:
    """The ways that can be measured here: a peer may not be installed."""
    return [*others, module] if importlib.util.find_spec(module) else list(others)


@pytest.mark.slow
@pytest.mark.parametrize(("capacity", "optimum"), [("12", 22.0), ("8", 41.0), ("9.5", 41.0)])
def test_orlib(tmp_path: Path, capacity: str, optimum: float) -> None:
    """Where one warehouse may serve all, the first does for 10 + 1 + 8 + 3 = 22. Where it may not, both open for 35.

    Served from where it is cheapest each costs 1 + 2 + 3 = 6, and both have room for that: 41. The second alone
    would cost 25 + 9 + 2 + 3 = 39. If the linking rows were missing, fractions of openings would be paid: less.
    The file of optima is read beside it, with the capacity that the line names.
    """
    (tmp_path / "capx.txt").write_text(TOY, encoding="ascii")
    (tmp_path / "capopt.txt").write_text(f"Data file   Optimum\ncapx        {optimum} (capacity {capacity})\n")
    if "." in capacity:
        (tmp_path / "capopt.txt").unlink()
    methods = ways("pulp", "siting")
    found = lines("orlib.py", str(tmp_path / "capx.txt"), "--capacity", capacity, "--methods", *methods)
    assert [line["method"] for line in found] == methods
    for line in found:
        assert line["objective"] == pytest.approx(optimum)
        assert line["bound"] == pytest.approx(optimum)
        assert line["met"] is (None if "." in capacity else True)


def test_orlib_needs_the_number_that_the_word_stands_for(tmp_path: Path) -> None:
    (tmp_path / "capx.txt").write_text(TOY, encoding="ascii")
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / "orlib.py"), str(tmp_path / "capx.txt")],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.returncode
    assert "--capacity" in done.stderr


GRAPH = " 4 4 2 \n 1 2 2 \n 3 4 9 \n 2 3 3 \n 3 4 1 \n"
"""Four towns in a row, of which two get a depot; the road from 3 to 4 is told twice."""


@pytest.mark.slow
def test_pmedian(tmp_path: Path) -> None:
    """A depot at either end of the first road and one at either end of the last: 2 + 1 = 3.

    If the road's first length counted, 3 would be served from 2 over 3, beside 1 for 2: 5. One depot would cost 9.
    """
    (tmp_path / "pmedx.txt").write_text(GRAPH, encoding="ascii")
    (tmp_path / "pmedopt.txt").write_text("Data file   Optimal solution value\npmedx 3\n")
    methods = ways("spopt", "siting")
    found = lines("pmedian.py", str(tmp_path / "pmedx.txt"), "--methods", *methods)
    assert [line["method"] for line in found] == methods
    for line in found:
        assert line["objective"] == pytest.approx(3.0)
        assert line["bound"] == pytest.approx(3.0)
        assert line["met"] is True


@pytest.mark.slow
def test_supply() -> None:
    """By all ways the same cost: two statements of one model, neither made from the other."""
    methods = ways("pypsa", "siting")
    found = lines("supply.py", "--sampled", "--methods", *methods)
    assert [line["method"] for line in found] == methods
    for line in found:
        assert line["objective"] == pytest.approx(found[0]["objective"])


@pytest.mark.slow
def test_backtest(tmp_path: Path) -> None:
    """Two sites, of which the first is built and has all that there is: 3 of 4, as the rest lies at the pole."""
    folder = write(quick(tiny_case(sites=("a", "b"), fixed_site_usd=[1.0, 2.0]), rivals=True), tmp_path / "out", ["en"])
    first = pd.read_csv(folder / "data" / "sites.csv").iloc[0]
    built = tmp_path / "built.csv"
    built.write_text(f"latitude,longitude,size\n{first.latitude},{first.longitude},3\n90,0,1\n")
    plan, *others = lines("backtest.py", "--result", str(folder), "--built", str(built))
    assert (plan["method"], plan["coverage"], plan["rank_correlation"]) == ("plan", 0.75, 1.0)
    assert {line["method"].split("-")[0] for line in others} == {"rule", "column"}


@pytest.mark.raw
@pytest.mark.slow
def test_sized_studies_of_each_way(tmp_path: Path) -> None:
    """Hand-over, solve, front and picture on nine counties, from which all zones are reached, and two days."""
    size = ["--sites", "9", "--hours", "48", "--cases", str(tmp_path)]
    solved = lines("solve.py", *size, "--gap", "0.05")
    ended = [line for line in solved if line["bench"] == "solve"]
    assert [line["method"] for line in ended] == ["decomposed", "whole"]
    best = min(line["objective"] for line in ended)
    assert all(line["gap"] <= 0.05 and line["bound"] <= best * (1 + 1e-9) for line in ended)
    assert any(line["bench"] == "solve-progress" for line in solved)

    (tmp_path / "solve.jsonl").write_text("\n".join(map(json.dumps, solved)))
    picture = tmp_path / "picture.svg"
    lines("plot.py", str(tmp_path / "solve.jsonl"), "-o", str(picture))
    assert "site by site: bound" in picture.read_text(encoding="utf-8")

    methods = ways("linopy", "siting", "arrays", "appsi_highs", "contrib.solver")
    handed = lines("handover.py", *size, "--methods", *methods)
    assert [line["method"] for line in handed] == methods
    assert len({(line["rows"], line["columns"]) for line in handed}) == 1

    front = lines("pareto.py", *size, "--points", "3", "--gap", "0.05")
    assert [line["bench"] for line in front] == ["pareto", *["pareto-point"] * 3, "pareto"]
    assert all(line["gap"] <= 0.05 for line in front if line["bench"] == "pareto-point")
    assert front[-1]["points"] == front[-1]["certified"] == 3
    assert front[-1]["cold_solves"] > 0
    assert front[-1]["cold_solves_of_processor"] > 0


@pytest.mark.slow
def test_year(tmp_path: Path) -> None:
    """The bound is below what the plan costs over the year, and was reached from below."""
    study = write_study(tmp_path)
    plan, bound, told = lines("year.py", "--study", str(study), "--time-limit", "300")
    assert [plan["method"], bound["method"]] == ["plan", "bound"]
    assert bound["bound"] <= plan["objective"]
    moments = [value for _, value in told["told"]]
    assert moments == sorted(moments)
    assert moments[-1] == pytest.approx(bound["bound"], rel=1e-12)  # one of the two is written rounded


def test_levelled_columns_are_the_mean_of_the_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two sites each gets half the sum; a contract's strikes keep their own mean, apart from those of others."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    from levelled import COLUMNS, levelled

    catalogue = ROOT / "data" / "catalog"
    sites = pd.read_csv(catalogue / "sites.csv").set_index("site_id").loc[["ellis-tx", "maricopa-az"]]
    found = levelled("sites", COLUMNS["water"]["sites"], set(sites.index)).set_index("site_id")
    assert list(found["water_stress_score"]) == pytest.approx([sites["water_stress_score"].sum() / 2] * 2)
    assert "tariff_usd_per_mwh" not in found
    offers = pd.read_csv(catalogue / "contract_offers.csv")
    strikes = levelled("contract_offers", COLUMNS["contracts"]["contract_offers"], set())
    for contract, rows in offers.groupby("contract_id"):
        level = strikes.loc[strikes["contract_id"] == contract, "strike_usd_per_mwh"].to_list()
        assert level == pytest.approx([rows["strike_usd_per_mwh"].sum() / len(rows)] * len(rows))
