"""Steps of supply by balancing authority: sizes from published headroom, prices and delays by judgement."""

from __future__ import annotations

import itertools

import pandas as pd

from siting.data.build.flexible_headroom import flexible_headroom_table
from siting.data.build.raw import read_input

__all__ = ["supply_step_table"]

SHARED = ("US-TEX-ERCO",)
"""Authorities in which the works of the network are a charge on all customers."""


def supply_step_table(authorities: pd.Series) -> pd.DataFrame:
    """Rows of the table `supply_steps`, by authority and step.

    The first three steps are what the published headroom grows by from one share of energy to the next, and the last
    one is as much again as all of it; what each costs is that of `inputs/supply_step_prices.csv`, the same everywhere.

    Parameters
    ----------
    authorities
        Ids of the balancing authorities that the catalogue knows.
    """
    headroom, prices = flexible_headroom_table(authorities), read_input("supply_step_prices.csv")
    rows = []
    for authority, own in headroom.groupby("authority_id", sort=True):
        reached = own.sort_values("curtailed_fraction")["headroom_mw"].tolist()
        sizes = [
            reached[0],
            *(after - before for before, after in itertools.pairwise(reached)),
            reached[-1],
        ]
        for size, price in zip(sizes, prices.to_dict("records"), strict=True):
            step = int(price["supply_step"])
            rows.append(
                {
                    "step_id": f"{str(authority).lower()}-{step}",
                    "name": f"{authority}, step {step}",
                    "authority_id": authority,
                    "supply_step": step,
                    "supply_mw": round(size, 1),
                    **{name: value for name, value in price.items() if name != "supply_step"},
                    "paid_by": "all" if authority in SHARED else "load",
                    "source_id": "supply-assumptions",
                    "grade": "assumed",
                }
            )
    return pd.DataFrame(rows)
