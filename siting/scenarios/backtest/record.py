"""A back-test as JSON: a form of its own, documented in `docs/back-test.md`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from siting.scenarios.backtest.agreement import LEVEL_FRACTION, RESAMPLES_COUNT, SEED, TOP_FRACTION, Estimate
from siting.scenarios.backtest.assignment import WITHIN_KM

if TYPE_CHECKING:
    from siting.scenarios.backtest.agreement import Agreement
    from siting.scenarios.backtest.backtest import BackTest, Coverage, Group, Held

__all__ = ["FORMAT", "record"]

FORMAT = 1
"""Number of the form; it rises when a key is renamed, removed or gets another meaning."""


def record(found: BackTest) -> dict[str, Any]:
    """Return a back-test as plain values; None where a number is not defined, or an interval has no end."""
    return {
        "schema_version": FORMAT,
        "study": found.study,
        "run_id": found.run_id,
        "built_file": found.file,
        "columns_not_read": list(found.not_read),
        "order": {
            "chosen_count": found.chosen_count,
            "ranked_count": found.ranked_count,
            "last_count": found.last_count,
        },
        "coverage": _coverage(found.coverage),
        "rank_correlation": _estimate(found.plan.rank_correlation),
        "top_fifth_share_fraction": _estimate(found.plan.top_fifth_share),
        "rules": [_rule(held) for held in found.held[1:]],
        "rules_left_out": list(found.rules_left_out),
        "regions": [_group(group) for group in found.regions],
        "years": [_group(group) for group in found.years],
        "method": {
            "within_km": WITHIN_KM,
            "top_fraction": TOP_FRACTION,
            "interval_fraction": LEVEL_FRACTION,
            "resamples_count": RESAMPLES_COUNT,
            "seed": SEED,
        },
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    outside = coverage.outside.astype(object).where(coverage.outside.notna(), None)
    return {
        "places_count": coverage.places_count,
        "built_count": coverage.built_count,
        "size": coverage.size,
        "built_size": coverage.built_size,
        "size_fraction": coverage.size_fraction,
        "candidates_with_built_count": coverage.candidates_count,
        "outside": [
            {"line": int(line), "county_fips": row["county_fips"] or None}
            | {name: row[name] for name in ("latitude", "longitude", "size")}
            for line, row in zip(outside.index, outside.to_dict("records"), strict=True)
        ],
    }


def _rule(held: Held) -> dict[str, Any]:
    return (
        {"rule": held.name, "column": held.column or None}
        | _agreement(held.agreement)
        | {
            "lift_ratio": _estimate(held.agreement.lift),
            "rank_correlation_difference": _estimate(held.agreement.difference),
        }
    )


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "candidates_count": group.candidates_count,
        "candidates_with_built_count": group.built_count,
        "size": group.size,
    } | (
        {"rank_correlation": None, "top_fifth_share_fraction": None, "reason": group.reason}
        if group.agreement is None
        else _agreement(group.agreement) | {"reason": None}
    )


def _agreement(agreement: Agreement) -> dict[str, Any]:
    return {
        "rank_correlation": _estimate(agreement.rank_correlation),
        "top_fifth_share_fraction": _estimate(agreement.top_fifth_share),
    }


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    return {
        name: value if math.isfinite(value) else None
        for name, value in (("value", estimate.value), ("low", estimate.low), ("high", estimate.high))
    }
