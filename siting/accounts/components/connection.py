"""Books of a site's line and substation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.case import Array
from siting.text import N_


def purchases(n: Books) -> Iterator[Purchase]:
    """The line, when its site is opened; then what its connection takes beyond line and network."""
    opened = np.diff(n["open_count"], axis=1, prepend=0)
    price_usd = opened * n["connection.connection_fixed_usd"][:, None]
    yield from bought(n, "connection.line", "grid.connection", price_usd)
    for term, beyond, price in (
        ("connection.further_line", "further_line_mw", "connection.further_line_usd_per_mw"),
        ("connection.reinforcement", "reinforced_mw", "connection.reinforcement_usd_per_mw"),
    ):
        added_mw = np.diff(n[beyond], axis=1, prepend=0)
        yield from bought(n, term, "grid.connection", added_mw * n[price][:, None])


def checks(n: Books) -> Iterator[Finding]:
    """No more is connected than the grid grants an open site, nor than line and network carry without being paid."""
    by, headroom, connected = ("site", "period"), n["grid.headroom_mw"][:, None], n["connection_mw"] - n.flexible()
    granted = headroom * n["open_count"]
    yield "connection within headroom", by, connected - granted, granted
    for name, beyond, most in (
        ("connection within its lines", "further_line_mw", "connection.further_line_most_mw"),
        ("connection within the network", "reinforced_mw", "connection.reinforced_most_mw"),
    ):
        carried = (headroom - n[most][:, None]) * n["open_count"] + n[beyond]
        yield name, by, connected - carried, carried
        yield f"{name}, beyond what is there", by, n[beyond] - n[most][:, None] * n["open_count"], granted


def marginal_usd_per_mw(n: Books) -> Array:
    """What another megawatt of a site's connection costs to build, beyond what the plan has [USD/MW]: site, period.

    Parameters
    ----------
    n : Books
        The plan's numbers.
    """
    price = np.repeat(n["grid.connection_usd_per_mw"][:, None], n["further_line_mw"].shape[1], axis=1)
    price = price + n["connection.further_line_usd_per_mw"][:, None] * (n["further_line_mw"] > 0)
    marginal: Array = price + n["connection.reinforcement_usd_per_mw"][:, None] * (n["reinforced_mw"] > 0)
    return marginal


BOOK = Book(
    cost_terms=(
        CostTerm("connection.line", kind="capital", is_price_of_power=False),
        CostTerm("connection.further_line", kind="capital", is_price_of_power=True),
        CostTerm("connection.reinforcement", kind="capital", is_price_of_power=True),
    ),
    purchases=purchases,
    checks=checks,
    kept=("further_line_mw", "reinforced_mw"),
    column_labels={
        "further_line_mw": N_("Beyond its own line"),
        "reinforced_mw": N_("Beyond the network as it stands"),
    },
    term_labels={
        "connection": N_("Connection"),
        "line": N_("line and substation"),
        "further_line": N_("further line"),
        "reinforcement": N_("reinforcement of the network"),
    },
)
