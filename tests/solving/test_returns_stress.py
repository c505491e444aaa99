"""Returns with a falling price, or with work that is not sold: by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from siting.plan.tables.returns_stress import stress


def test_less_revenue_by_hand() -> None:
    """1,000 USD are paid; 800 and 700 are earned in the two years after, of which tax leaves 0.75; discounting at 25 %.

    As planned 0.8 x 800 + 0.64 x 700 - 1,000 = 88. A price that falls by 10 % a year takes a tenth of the second year:
    88 - 0.64 x 70 = 43.2, and after tax three quarters of that less. Four fifths sold take a fifth of both years: 0.2 x
    1,088 = 217.6. If the first year's price fell, too, 64 more would be missing.
    """
    flow = pd.DataFrame(
        {
            "year": [2030, 2031, 2032],
            "period": pd.array([pd.NA, 2030, 2030], dtype="Int64"),
            "revenue_usd": [0.0, 800.0, 700.0],
            "net_usd": [-1000.0, 800.0, 700.0],
            "discount_factor_ratio": [1.0, 0.8, 0.64],
        }
    )
    taxed = pd.DataFrame(
        {
            "year": [2030, 2031, 2032],
            "net_after_tax_usd": [-900.0, 700.0, 600.0],
            "net_revenue_usd": [0.0, 600.0, 525.0],
        }
    )
    rows = stress(flow, taxed).set_index(["price_fall_fraction", "sold_fraction"])
    assert rows.loc[(0.0, 1.0), ["npv_usd", "npv_after_tax_usd"]].tolist() == pytest.approx([88.0, 44.0])
    falling = rows.loc[(0.1, 1.0), ["npv_usd", "npv_after_tax_usd"]].tolist()
    assert falling == pytest.approx([88 - 44.8, 44 - 0.75 * 44.8])
    idle = rows.loc[(0.0, 0.8), ["npv_usd", "npv_after_tax_usd"]].tolist()
    assert idle == pytest.approx([88 - 217.6, 44 - 0.75 * 217.6])
