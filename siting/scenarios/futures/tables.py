"""Tables of a comparison of futures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from siting.optimise.futures.risk import conditional_value_at_risk
from siting.scenarios.sweep.varied import value_text

if TYPE_CHECKING:
    from siting.scenarios.futures.found import FuturesFound, HeldDesign

__all__ = ["tables_of"]


def tables_of(found: FuturesFound) -> Mapping[str, pd.DataFrame]:
    """Return the tables by name: summary (a row a design), regrets, futures, sites, tornado, break_evens."""
    return {
        "summary": _summary(found),
        "regrets": _regrets(found),
        "futures": _futures(found),
        "sites": _sites(found),
        "tornado": _tornado(found),
        "break_evens": _break_evens(found),
    }


def _summary(found: FuturesFound) -> pd.DataFrame:
    """A row a design, that for all futures first."""
    alpha = found.study.futures.alpha_fraction
    rows = []
    for one in found.designs:
        serves = bool(np.isfinite(one.costs_usd).all())
        regrets = found.regrets_usd(one)
        rows.append(
            {
                "design": one.name,
                "serves_count": int(np.isfinite(one.costs_usd).sum()),
                "expected_usd": found.expected_usd(one),
                "cvar_usd": conditional_value_at_risk(one.costs_usd, found.weights, alpha) if serves else np.nan,
                "largest_regret_usd": float(regrets.max()) if serves else np.nan,
                "expected_regret_usd": float(found.weights @ regrets),
                "open_sites": " ".join(one.open_sites),
            }
        )
    return pd.DataFrame(rows)


def _regrets(found: FuturesFound) -> pd.DataFrame:
    """A row a design and future."""
    rows = [
        {"design": one.name, "future_id": future.name, "cost_usd": cost, "regret_usd": regret}
        for one in found.designs
        for future, cost, regret in zip(found.futures, one.costs_usd, found.regrets_usd(one), strict=True)
    ]
    return pd.DataFrame(rows)


def _futures(found: FuturesFound) -> pd.DataFrame:
    """A row a future: what the plan costs in it, and the best plan for it alone."""
    alone = {one.name: one for one in found.designs}
    rows: list[dict[str, Any]] = []
    for place, one in enumerate(found.futures):
        design = alone.get(one.name)
        rows.append(
            {
                "future_id": one.name,
                "weight_fraction": one.weight,
                "factors": ", ".join(f"{name} {value_text(value)}" for name, value in one.factors.items()),
                "plan_usd": float(found.designs[0].costs_usd[place]),
                "best_usd": float(found.best_usd[place]),
                "best_bound_usd": float(found.alone_bound_usd[place]),
                "best_sites": "" if design is None else " ".join(design.open_sites),
            }
        )
    return pd.DataFrame(rows)


def _sites(found: FuturesFound) -> pd.DataFrame:
    """A row a site: how likely a future is whose best plan has it, and the largest regret with it and without it."""
    sites = found.plan.case.tables["sites"]
    weight = {one.name: one.weight for one in found.futures}
    rows = []
    for site, name in zip(sites["site_id"].astype(str), sites["name"].astype(str), strict=True):
        with_it = [one for one in found.designs if site in one.open_sites]
        without = [one for one in found.designs if site not in one.open_sites]
        rows.append(
            {
                "site_id": site,
                "name": name,
                "is_open": int(site in found.designs[0].open_sites),
                "chosen_fraction": sum(weight.get(one.name, 0.0) for one in with_it),
                "least_regret_with_usd": _least(found, with_it),
                "least_regret_without_usd": _least(found, without),
            }
        )
    table = pd.DataFrame(rows)
    return table.sort_values(["is_open", "chosen_fraction"], ascending=False, kind="stable", ignore_index=True)


def _least(found: FuturesFound, designs: list[HeldDesign]) -> float:
    """Largest regret of the design of some for which it is least; NaN if none of them serves every future."""
    largest = [float(found.regrets_usd(one).max()) for one in designs if np.isfinite(one.costs_usd).all()]
    return min(largest, default=float("nan"))


def _tornado(found: FuturesFound) -> pd.DataFrame:
    """A row a factor and end, the widest factor first."""
    columns = ["factor", "end", "value", "cost_usd", "difference_usd", "open_sites"]
    rows = [
        {
            "factor": one.factor,
            "end": one.end,
            "value": value_text(one.value),
            "cost_usd": one.cost_usd,
            "difference_usd": one.cost_usd - one.base_usd,
            "open_sites": " ".join(one.open_sites),
        }
        for one in found.swings
    ]
    table = pd.DataFrame(rows, columns=columns)
    if table.empty:
        return table
    width = table["difference_usd"].abs().groupby(table["factor"]).transform("max")
    order = np.lexsort((table["end"] != "low", table["factor"], -width))
    return table.iloc[order].reset_index(drop=True)


def _break_evens(found: FuturesFound) -> pd.DataFrame:
    columns = ["factor", "break_even", "towards", "design", "gain_usd"]
    rows = [
        {
            "factor": one.factor,
            "break_even": value_text(float(f"{one.value:.4g}")),
            "towards": one.towards,
            "design": one.design,
            "gain_usd": one.gain_usd,
        }
        for one in found.break_evens
    ]
    return pd.DataFrame(rows, columns=columns)
