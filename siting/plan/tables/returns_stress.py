"""What a falling price, or work that is not sold, makes of the returns: the same flows with less revenue.

Revenue of the k-th year of operation is multiplied by :math:`s (1 - f)^k`, where :math:`s` is the share that is sold
and :math:`f` the yearly fall of the price. Taxes on what is not earned fall away with it, so no flow is worked out
anew.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.accounts.cash_flow import years_paid

__all__ = ["CASES", "stress"]

CASES = (
    ("as-planned", 0.0, 1.0),
    ("price-falls", 0.05, 1.0),
    ("price-falls", 0.1, 1.0),
    ("less-sold", 0.0, 0.8),
    ("less-sold", 0.0, 0.6),
)
"""Name, yearly fall of the price and share of the work that is sold."""


def stress(cash_flow: pd.DataFrame, after_tax: pd.DataFrame) -> pd.DataFrame:
    """Return the net present value before and after tax of each case.

    Parameters
    ----------
    cash_flow : DataFrame
        From `siting.accounts.cash_flow.cash_flow`.
    after_tax : DataFrame
        From `siting.accounts.after_tax.after_tax`; losses are used immediately, as there.

    Returns
    -------
    DataFrame
        ``case_id``, ``price_fall_fraction`` a year, ``sold_fraction``, ``npv_usd``, ``npv_after_tax_usd``.
    """
    flows, taxed = cash_flow.sort_values("year"), after_tax.sort_values("year")
    discount = flows["discount_factor_ratio"].to_numpy(float)
    earns = flows["revenue_usd"].to_numpy(float) > 0
    age = np.maximum(np.ceil(np.cumsum(earns * years_paid(flows))) - 1, 0)
    rows = []
    for case_id, fall, sold in CASES:
        lost = (1 - sold * (1 - fall) ** age) * discount
        rows.append(
            {
                "case_id": case_id,
                "price_fall_fraction": fall,
                "sold_fraction": sold,
                "npv_usd": float(flows["net_usd"] @ discount - flows["revenue_usd"] @ lost),
                "npv_after_tax_usd": float(taxed["net_after_tax_usd"] @ discount - taxed["net_revenue_usd"] @ lost),
            }
        )
    return pd.DataFrame(rows)
