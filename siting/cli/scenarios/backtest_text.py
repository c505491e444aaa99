"""A plan held against what was built, as text."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

from siting.scenarios.backtest.agreement import LEVEL_FRACTION, RESAMPLES_COUNT
from siting.scenarios.backtest.assignment import WITHIN_KM
from siting.scenarios.backtest.backtest import TOO_FEW

if TYPE_CHECKING:
    from siting.scenarios.backtest.agreement import Estimate
    from siting.scenarios.backtest.backtest import BackTest, Group

__all__ = ["group_rows", "heading", "notes", "order_rows"]

NONE = "-"
WIDTH = 118


def heading(found: BackTest) -> str:
    """Say what is held against what, and how much of it counts."""
    coverage, order = found.coverage, found
    count = order.chosen_count + order.ranked_count + order.last_count
    return (
        f"{found.study} against {found.file}: {coverage.places_count} of {coverage.built_count} places, "
        f"{coverage.size_fraction:.0%} of the size, lie near a candidate; {coverage.candidates_count} of {count} "
        f"candidates have some\nOrder: {order.chosen_count} built by the plan, {order.ranked_count} by proven extra "
        f"cost, {order.last_count} ruled out or unknown"
    )


def order_rows(found: BackTest) -> list[tuple[str, ...]]:
    """Return the heading and a row for each order."""
    rows: list[tuple[str, ...]] = [("order", "rank correlation", "in the top fifth", "the plan's lift over it")]
    for held in found.held:
        agreement = held.agreement
        lift = "" if held is found.held[0] else _text(agreement.lift, ".1f")
        rows.append(
            (held.label, _text(agreement.rank_correlation, "+z.2f"), _text(agreement.top_fifth_share, ".0%"), lift)
        )
    return rows


def group_rows(groups: tuple[Group, ...], name: str) -> list[tuple[str, ...]]:
    """Return the heading and a row for each region, or each part of the years."""
    rows: list[tuple[str, ...]] = [(name, "candidates", "with some", "size", "rank correlation", "in the top fifth")]
    for group in groups:
        if group.agreement is None:
            figures: tuple[str, ...] = ("too few candidates" if group.reason == TOO_FEW else "too few built", NONE)
        else:
            figures = (_text(group.agreement.rank_correlation, "+z.2f"), _text(group.agreement.top_fifth_share, ".0%"))
        counts = (f"{group.candidates_count}", f"{group.built_count}", f"{group.size:,.6g}")
        rows.append((group.name, *counts, *figures))
    return rows


def notes(found: BackTest) -> str:
    """Say what the columns mean, and what was left out."""
    parts = [
        "Rank correlation: Spearman's, of the place in the order with the size built there.",
        "In the top fifth: share of the size in the first fifth of the candidates.",
        "The plan's lift: its share there over the other order's.",
        f"In brackets {LEVEL_FRACTION:.0%} of {RESAMPLES_COUNT:,} draws of the candidates.",
        f"What was built counts for the nearest candidate within {WITHIN_KM:.0f} km, or for that of its county.",
    ]
    if found.rules_left_out:
        parts.append(f"Left out, since the plan's tables lack their column: {', '.join(found.rules_left_out)}.")
    if found.not_read:
        parts.append(f"Columns not read: {', '.join(found.not_read)}.")
    return textwrap.fill(" ".join(parts), WIDTH)


def _text(estimate: Estimate, form: str) -> str:
    """A figure and its interval."""
    if not math.isfinite(estimate.value):
        return NONE
    value = f"{estimate.value:{form}}"
    low = f"{estimate.low:{form}}"
    high = f"{estimate.high:{form}}" if math.isfinite(estimate.high) else "any"
    return value if math.isnan(estimate.low) or low == high else f"{value} ({low} to {high})"
