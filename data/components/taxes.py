"""Numbers of taxes: what a site pays on profit and on property."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from siting.case.case import Field
from siting.data.kinds.asset import income_tax_fraction
from siting.data.kinds.number import worked_out
from siting.data.kinds.statement import Statement

__all__ = ["STATED"]


def _follows(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return the tax on a dollar of profit, and on a dollar of property a year."""
    profit = income_tax_fraction(fields)
    shape = (len(profit), len(fields["finance.start_yr"].values))
    of_property = np.broadcast_to(fields["finance.property_tax_fraction"].values[:, None], shape).copy()
    return {
        "taxes.profit_tax_fraction": Field(("site",), profit),
        "taxes.property_tax_per_yr": Field(("site", "period"), of_property),
    }


STATED = Statement(
    fields={
        "taxes.profit_tax_fraction": worked_out(
            "site", inputs=("taxes.income_tax_fraction", "finance.federal_income_tax_fraction"), neutral=None
        ),
        "taxes.property_tax_per_yr": worked_out(
            "site", "period", inputs=("sites.property_tax_fraction", "finance.property_tax_fraction"), neutral=None
        ),
    },
    follows=_follows,
)
