"""Numbers of energisation: what of a site's connection has power when a period begins."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
import pandas as pd

from siting.case.case import Field
from siting.case.energisation import NO_LIMIT_MW, energised_mw
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.row import Grade, Row
from siting.data.kinds.statement import Statement
from siting.data.kinds.table import Fault, Reference, table
from siting.study import magnitudes
from siting.study.limit import LimitMark
from siting.text import Id

__all__ = ["STATED", "EnergisationRow"]

DATES = ("p10_year", "p50_year", "p90_year")
DecimalYear = Annotated[float, magnitudes.CALENDAR_YEAR]


class EnergisationRow(Row):
    """A tranche of a site's connection: how much power it brings, and when."""

    site_id: Id
    tranche: Annotated[int, magnitudes.TRANCHE]
    mw: Annotated[float, magnitudes.SITE_MW]
    p10_year: DecimalYear | None
    p50_year: DecimalYear
    p90_year: DecimalYear | None
    trust: Literal["high", "medium", "low", "unknown"]
    source: str | None
    grade: Grade


def _faults(rows: pd.DataFrame) -> Iterator[Fault]:
    """Yield each date that lies before an earlier one of its row, and each tranche that comes before one before it."""
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        known = [name for name in DATES if not pd.isna(row[name])]
        for before, name in itertools.pairwise(known):
            if row[name] < row[before]:
                yield int(line), name, f"lies before {before}, {row[before]:g} (got {row[name]:g})"
    for _, own in rows.sort_values("tranche", kind="stable").groupby("site_id", sort=False):
        for name in DATES:
            latest = own[name].cummax().shift()
            for line, date, before in zip(own.index, own[name], latest, strict=True):
                if date < before:
                    yield int(line), name, f"comes before a tranche before it, {before:g} (got {date:g})"


def _of_choice(choice: Choice) -> dict[str, Field]:
    study, sites = choice.study, [str(site) for site in choice.tables["sites"]["site_id"]]
    years, dates = [period.year for period in study.horizon.periods], study.connection.dates
    if dates == "none":
        power = np.full((len(sites), len(years)), NO_LIMIT_MW)
    else:
        power = energised_mw(choice.tables["energisation"], sites, years, dates)
    return {"energisation.energised_mw": Field(("site", "period"), power)}


STATED = Statement(
    layers={
        "energisation": table(
            EnergisationRow,
            "site_id",
            "tranche",
            references=(Reference("site_id", "sites", "site_id"),),
            faults=_faults,
        )
    },
    fields={
        "energisation.energised_mw": worked_out(
            "site",
            "period",
            inputs=(
                "energisation.p50_year", "energisation.mw", "sites.wait_months", "sites.build_months",
                "connection.dates", "connection.request_year",
            ),
            neutral=NO_LIMIT_MW,
            limit=LimitMark("most", NO_LIMIT_MW, stated_by="energisation.mw"),
        )
    },
    of_choice=_of_choice,
)  # fmt: skip
