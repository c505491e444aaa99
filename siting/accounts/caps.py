"""Limits on what all sites have together in a year: one list for the audit, the replay and its cautions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts import books

if TYPE_CHECKING:
    from siting.accounts.numbers import Books
    from siting.case.case import Array
    from siting.study.parts import Policy

__all__ = ["Cap", "capped_ledgers", "caps"]


@dataclass(frozen=True)
class Cap:
    """A limit on a yearly account of all sites.

    Parameters
    ----------
    name : str
        What it limits.
    most : float
        The most of it.
    used : ndarray
        What there is of it, by period.
    scale : ndarray
        What an excess is held against, by period.
    """

    name: str
    most: float
    used: Array
    scale: Array


def caps(n: Books) -> Iterator[Cap]:
    """Yield the limits on what all sites have together, by period.

    Parameters
    ----------
    n : Books
        Case and decisions.
    """
    policy = n.policy
    if policy.carbon_cap_t_per_yr is not None:
        used = books.carbon(n, policy.capped_carbon).sum(axis=0)
        yield Cap("carbon", policy.carbon_cap_t_per_yr, used, np.full_like(used, policy.carbon_cap_t_per_yr))
    if policy.water_cap_m3_per_yr is not None:
        used = (n.water() + n.leased_water()).sum(axis=0)
        yield Cap("water", policy.water_cap_m3_per_yr, used, np.full_like(used, policy.water_cap_m3_per_yr))
    if policy.cfe_min_fraction is not None and policy.cfe_scope == "fleet":
        use = n.used_mwh().sum(axis=0)
        yield Cap("unclean", 0.0, n.unclean_mwh().sum(axis=0) - (1 - policy.cfe_min_fraction) * use, use)


def capped_ledgers(policy: Policy) -> dict[str, str]:
    """Return the ledger that each of these limits is on, by its name."""
    stated = {
        "carbon": (policy.carbon_cap_t_per_yr is not None, f"carbon_{policy.capped_carbon}_t_per_yr"),
        "water": (policy.water_cap_m3_per_yr is not None, "water_m3_per_yr"),
        "unclean": (policy.cfe_min_fraction is not None and policy.cfe_scope == "fleet", "unclean_mwh_per_yr"),
    }
    return {name: ledger for name, (is_stated, ledger) in stated.items() if is_stated}
