"""Which columns decide the sites: each group set to the mean of the candidates, and the study solved again.

    python tests/benchmarks/levelled.py                                 # us-small, every group
    python tests/benchmarks/levelled.py --study us --groups water state-taxes contracts

The first line is of the study as it is; then one a group, with how many sites both plans build (`kept`) of those that
the first one builds (`built`), the sites that come and go, and by how much the cost differs. Where a group can be
levelled without moving a site, it does not decide where to build. Costs are of the chosen days, each plan within its
own gap, so a difference below the sum of two gaps is none.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from measure import Figures, banners_to_stderr

import siting
from siting.data.tables.reader import load_tables
from siting.plan.plan import Plan

AS_IT_IS = "as it is"

COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "tariff": {"sites": ("tariff_", "capacity_charge_", "demand_charge_")},
    "building-cost": {"sites": ("capital_",)},
    "property-tax": {"sites": ("property_tax_",)},
    "connection": {"sites": ("connection_", "further_line_", "reinforcement_")},
    "headroom": {"sites": ("headroom_",)},
    "water": {"sites": ("water_",)},
    "state-taxes": {"taxes": ("income_tax_", "receipts_tax_", "sales_tax_", "exempt_fraction")},
    "contracts": {"contract_offers": ("strike_",)},
}
"""Groups of columns, by what their names begin with."""

KEYS = {"sites": ["site_id"], "taxes": ["state"], "contract_offers": ["contract_id", "grid_zone_id"]}
ALIKE = {"sites": [], "taxes": [], "contract_offers": ["contract_id"]}
"""Rows among which the mean is taken: those of one contract, and otherwise all."""


def levelled(table: str, begins: tuple[str, ...], names: set[str]) -> pd.DataFrame:
    """Return the keys of a table, and the columns of a group at their mean over the rows in use."""
    frame = load_tables({})[0][table]
    frame = frame[frame["site_id"].isin(names)] if table == "sites" else frame
    columns = [name for name in frame.columns if name.startswith(begins) and pd.api.types.is_numeric_dtype(frame[name])]
    means = frame.groupby(ALIKE[table])[columns].transform("mean") if ALIKE[table] else frame[columns].mean()
    return frame[KEYS[table]].assign(**{name: means[name] for name in columns if frame[name].notna().any()})


def solved(study: str, group: str, names: set[str], time_limit: float, folder: Path) -> Plan:
    """Solve a study with a group of its columns levelled."""
    path = folder / f"{group.replace(' ', '-')}.yaml"
    tables = []
    for table, begins in COLUMNS.get(group, {}).items():
        file = folder / f"{group}-{table}.csv"
        levelled(table, begins, names).to_csv(file, index=False)
        tables.append(f"  {table}: {{change: {file.name}}}")
    path.write_text("\n".join([f"extends: {study}", f"name: {path.stem}", *(["tables:", *tables] if tables else [])]))
    case = siting.prepare(siting.load_study(path))
    return siting.solve(case, time_limit=time_limit, replay=False, rivals=False, year_bound=False)


def measured(study: str, groups: list[str], time_limit: float) -> Iterator[Figures]:
    """Solve a study as it is and with each group levelled: one line each, as it is found."""
    names = set(siting.prepare(siting.load_study(study)).tables["sites"]["site_id"])
    first: Plan | None = None
    with tempfile.TemporaryDirectory() as folder:
        for group in (AS_IT_IS, *groups):
            began = time.perf_counter()
            plan = solved(study, group, names, time_limit, Path(folder))
            first = first or plan
            line = Figures("levelled", study, group, time.perf_counter() - began)
            line.objective, line.bound = plan.objective_usd, plan.bound_usd
            line.more = _against(plan, first)
            yield line.close()


def _against(plan: Plan, first: Plan) -> dict[str, Any]:
    """What a plan builds otherwise than the first."""
    here, there = set(plan.open_sites), set(first.open_sites)
    return {
        "built": len(there),
        "kept": len(here & there),
        "gone": sorted(there - here),
        "come": sorted(here - there),
        "cost_change_fraction": plan.objective_usd / first.objective_usd - 1,
    }


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="us-small", help="a study (default us-small)")
    parser.add_argument("--groups", nargs="+", choices=COLUMNS, default=list(COLUMNS), help="groups (default all)")
    parser.add_argument("--time-limit", type=float, default=300.0, help="seconds for a plan (default 300)")
    given = parser.parse_args()
    found = measured(given.study, given.groups, given.time_limit)
    while True:
        with banners_to_stderr():
            line = next(found, None)
        if line is None:
            return
        line.show()


if __name__ == "__main__":
    main()
