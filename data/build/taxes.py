"""Taxes of each state: transcribed rates, and what is put where no rate was found."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from siting.data.build.raw import read_input
from siting.data.build.state_actions import SOURCE, paused_relief

__all__ = ["TaxTables", "tax_tables"]

WYOMING_SALES_TAX_FRACTION = 0.04 + 0.0147  # state and average local rate


@dataclass(frozen=True)
class TaxTables:
    """Rates by state and what had to be filled in for them.

    Parameters
    ----------
    rows
        Rows of `taxes.csv`, sorted by state.
    imputed
        Rows of `imputed.csv`.
    """

    rows: pd.DataFrame
    imputed: pd.DataFrame


def tax_tables() -> TaxTables:
    """Fill what is missing, and bring exemptions up to 2026, by four rules.

    1. A tax on receipts whose rate depends on the trade takes the middle of its lowest and highest rate: no source at
       hand says which rate a data centre pays.
    2. A sales tax missing from the one compilation takes the other's: 4 per cent and 1.47 of local taxes in Wyoming.
    3. Where no exemption from sales tax was found, there is none: the dearer assumption.
    4. Where the exemption is closed to new halls for a time that is not stated, there is none; where it is paused until
       a stated day, a data centre that starts before the year after it has none.
    """
    from_year, closed = paused_relief()
    table = read_input("taxes.csv").sort_values("state", ignore_index=True)
    low, high = (table.pop(f"receipts_{end}_fraction").fillna(0.0) for end in ("low", "high"))
    table.insert(3, "receipts_tax_fraction", (low + high) / 2)
    is_closed = table["state"].isin(closed) & (table["exempt_fraction"].fillna(0) > 0)
    rules = [
        ("receipts_tax_fraction", low != high, "middle of the rates of all trades", "tax-foundation-receipts-2022"),
        ("sales_tax_fraction", table["sales_tax_fraction"].isna(), "rate of another compilation",
         "local-sales-taxes-2024"),
        ("exempt_fraction", table["exempt_fraction"].isna(), "no exemption found: taxed", "general-knowledge"),
        ("exempt_fraction", is_closed, "relief closed to new halls in 2026, no end stated: taxed", SOURCE),
    ]  # fmt: skip
    parts = [
        pd.DataFrame(
            {
                "table": "taxes",
                "row_id": table["state"][filled],
                "column": column,
                "rule": rule,
                "source_id": source,
                "grade": "modelled" if column == "sales_tax_fraction" else "assumed",
            }
        )
        for column, filled, rule, source in rules
    ]
    table.loc[is_closed, "exempt_fraction"] = 0.0
    table.insert(6, "exempt_from_year", table["state"].map(from_year))
    table = table.fillna({"sales_tax_fraction": WYOMING_SALES_TAX_FRACTION, "exempt_fraction": 0.0})
    return TaxTables(table, pd.concat(parts).sort_values(["row_id", "column"], ignore_index=True))
