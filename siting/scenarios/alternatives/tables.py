"""The tables of plans that cost nearly as little as the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from siting.scenarios.alternatives.alternatives import Alternatives

__all__ = ["contracts_table", "plans_table", "sites_table"]


def plans_table(found: Alternatives) -> pd.DataFrame:
    """Return a row a plan: what it was found for, its cost, how far it is from the best plan and the bound, its sites.

    Parameters
    ----------
    found : Alternatives
        The plans.
    """
    best = found.best
    names = np.array([str(site) for site in found.case.axes["site"]])
    rows = []
    for number, plan in enumerate(found.plans, 1):
        both, either = best.is_open & plan.is_open, best.is_open | plan.is_open
        rows.append(
            {
                "plan": number,
                "found_for": plan.found_for,
                "objective_usd": plan.objective_usd,
                "over_best_usd": plan.objective_usd - best.objective_usd,
                "over_best_fraction": _over(plan.objective_usd, best.objective_usd),
                "over_bound_fraction": _over(plan.objective_usd, found.bound_usd),
                "sites_changed_count": int((best.is_open != plan.is_open).sum()),
                "sites_shared_fraction": float(both.sum() / either.sum()),
                "it_elsewhere_fraction": _elsewhere(found, number - 1),
                "open_sites": " ".join(names[plan.is_open]),
            }
        )
    return pd.DataFrame(rows)


def sites_table(found: Alternatives) -> pd.DataFrame:
    """Return a row a site: in how many plans it is, what is proven of it, and what plans without and with it cost more.

    Parameters
    ----------
    found : Alternatives
        The plans.
    """
    sites = found.case.tables["sites"]
    rows = [
        {
            "site_id": site,
            "name": name,
            "standing": known.standing,
            "found_in_count": known.in_count,
            "plans_count": len(found.plans),
            "extra_cost_without_usd": known.without_usd - found.best.objective_usd,
            "extra_cost_with_usd": known.with_usd - found.best.objective_usd,
            "limit": known.limit,
        }
        for site, name, known in zip(sites["site_id"], sites["name"], found.standings, strict=True)
    ]
    order = {"no regret": 0, "open": 1, "out of reach": 2}
    table = pd.DataFrame(rows)
    by = pd.DataFrame({"standing": table["standing"].map(order), "count": -table["found_in_count"]})
    return table.loc[by.sort_values(["standing", "count"], kind="stable").index].reset_index(drop=True)


def contracts_table(found: Alternatives) -> pd.DataFrame:
    """Return a row a plan and a kind of contract: its power in the last period."""
    rows = [
        {"plan": number, "contract_id": kind, "contracted_mw": power}
        for number, contracted in enumerate(found.contracted_mw, 1)
        for kind, power in contracted.items()
    ]
    return pd.DataFrame(rows, columns=["plan", "contract_id", "contracted_mw"])


def _over(cost: float, base: float) -> float:
    return (cost - base) / abs(base) if base else 0.0


def _elsewhere(found: Alternatives, place: int) -> float:
    """Part of the IT power that stands at other sites than in the best plan."""
    best, plan = (
        one.solution.decisions["installed_mw"].values[..., -1].sum(axis=(1, 2))
        for one in (found.best, found.plans[place])
    )
    total = float(max(best.sum(), plan.sum()))
    return 1.0 - float(np.minimum(best, plan).sum()) / total if total else 0.0
