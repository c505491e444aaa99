"""Books of the data that moves with batch work."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, ResultTable, Term
from siting.accounts.numbers import Books
from siting.case.case import Field
from siting.text import N_

_GBIT_PER_GB = 8
_SECONDS_PER_H = 3600


def costs(n: Books) -> Iterator[Term]:
    """Moving the data to the sites and back."""
    yield "transfer.moved_data", n["transfer.transfer_usd_per_pflop_h"][:, None] * n.yearly(n.batch())


def tables(n: Books) -> Iterator[ResultTable]:
    """What is moved in a year, and the bandwidth that it takes: an hour's data within the hour."""
    moved_gb = n["transfer.moved_gb_per_pflop_h"] * n.batch()
    columns = {
        "moved_gb_per_yr": n.yearly(moved_gb),
        "moved_mean_gbps": n.yearly(moved_gb) / n.weight.sum() * _GBIT_PER_GB / _SECONDS_PER_H,
        "moved_peak_gbps": moved_gb.max(axis=-1) * _GBIT_PER_GB / _SECONDS_PER_H,
        "transfer_usd_per_yr": n["transfer.transfer_usd_per_pflop_h"][:, None] * n.yearly(n.batch()),
    }
    beside = {name: n.case.fields[f"transfer.{name}"] for name in ("exchange_km", "way_km")}
    fields = {name: Field(("site", "period"), np.asarray(values)) for name, values in columns.items()}
    yield ResultTable("transfer", fields, beside=beside)


BOOK = Book(
    cost_terms=(CostTerm("transfer.moved_data", kind="operating", is_price_of_power=False),),
    costs=costs,
    tables=tables,
    column_labels={
        "moved_gb_per_yr": N_("Data moved"),
        "exchange_km": N_("To the nearest exchange point"),
    },
    term_labels={"transfer": N_("Data transfer"), "moved_data": N_("data of batch work")},
)
