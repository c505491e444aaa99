"""Numbers of money that are no component's own: the discount rate, taxes, terms of tax law and of debt."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from siting.case.annuities import annuity_ratio, present_value_ratio
from siting.case.case import Field
from siting.data.components.racks import nameplate_mw
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import Number, taken, worked_out

__all__ = ["FIELDS", "finance_fields"]

FIELDS: Mapping[str, Number] = {
    "finance.discount_rate_per_yr": taken("finance.discount_rate_fraction", neutral=None),
    "finance.present_value_ratio": worked_out(
        "period", inputs=("finance.discount_rate_fraction", "horizon.periods"), neutral=None
    ),
    "finance.annuity_ratio": worked_out(
        "period", inputs=("horizon.periods", "finance.discount_rate_fraction"), neutral=1.0
    ),
    "finance.start_yr": worked_out("period", inputs=("horizon.periods",), neutral=None),
    "finance.length_yr": worked_out("period", inputs=("horizon.periods",), neutral=None),
    "finance.compute_price_usd_per_gpu_h": worked_out(
        inputs=("finance.compute_price_usd_per_gpu_h", "racks.compute_pflop", "racks.accelerators_count"), neutral=2.4
    ),
    "finance.reference_accelerator_pflop": worked_out(
        inputs=("racks.compute_pflop", "racks.accelerators_count"), neutral=None
    ),
    "finance.reference_pflop_per_mw": worked_out(
        inputs=("racks.compute_pflop", "racks.rack_kw", "racks.fabric_kw_per_accelerator"), neutral=1.0
    ),
    "finance.income_tax_fraction": worked_out("site", inputs=("taxes.income_tax_fraction",)),
    "finance.receipts_tax_fraction": worked_out("site", inputs=("taxes.receipts_tax_fraction",)),
    "finance.sales_tax_fraction": worked_out(
        "site", inputs=("taxes.sales_tax_fraction", "taxes.exempt_fraction", "taxes.exempt_from_year")
    ),
    "finance.federal_income_tax_fraction": taken("finance.federal_income_tax_fraction"),
    "finance.property_tax_fraction": worked_out(
        "site", inputs=("sites.property_tax_fraction", "finance.property_tax_fraction")
    ),
    "finance.inflation_fraction": taken("finance.inflation_fraction"),
    "finance.bonus_depreciation_fraction": taken("finance.bonus_depreciation_fraction"),
    "finance.debt_fraction": taken("finance.debt_fraction"),
    "finance.debt_rate_fraction": taken("finance.debt_rate_fraction"),
    "finance.debt_tenor_yr": taken("finance.debt_tenor_yr", neutral=10.0),
}
"""Every field, by its name; as of `siting.data.kinds.statement.Statement`."""


def finance_fields(choice: Choice) -> dict[str, Field]:
    """Return the worth today of a dollar a year over each period, and the taxes of each site's state."""
    rate, horizon = choice.study.finance.discount_rate_fraction, choice.study.horizon
    first = horizon.periods[0].year
    worth = [present_value_ratio(rate, period.year - horizon.base_year, period.length_yr) for period in horizon.periods]
    rates = choice.tables["taxes"].set_index("state").loc[choice.tables["sites"]["state"]]
    reference_pflop = _of_an_accelerator(choice.reference_rack)
    a_pflop_usd = choice.study.finance.compute_price_usd_per_gpu_h / _of_an_accelerator(choice.priced_rack)
    paused = rates["exempt_from_year"].to_numpy(float) > first if "exempt_from_year" in rates else False
    taxed = np.where(paused, 1.0, 1 - rates["exempt_fraction"].to_numpy(float))
    property_tax = np.full(len(rates), choice.parameter("property_tax_fraction", "finance"))
    if "property_tax_fraction" in choice.tables["sites"]:
        of_sites = choice.column("sites", "property_tax_fraction")
        property_tax = np.where(np.isnan(of_sites), property_tax, of_sites)
    return {
        "finance.property_tax_fraction": Field(("site",), property_tax),
        "finance.present_value_ratio": Field(("period",), np.array(worth)),
        "finance.annuity_ratio": Field(
            ("period",), np.array([annuity_ratio(rate, period.length_yr) for period in horizon.periods])
        ),
        "finance.start_yr": Field(("period",), np.array([period.year - first for period in horizon.periods])),
        "finance.length_yr": Field(("period",), np.array([period.length_yr for period in horizon.periods])),
        "finance.compute_price_usd_per_gpu_h": Field((), np.asarray(a_pflop_usd * reference_pflop)),
        "finance.reference_accelerator_pflop": Field((), np.asarray(reference_pflop)),
        "finance.reference_pflop_per_mw": Field((), np.asarray(_of_a_mw(choice.reference_rack))),
        "finance.income_tax_fraction": Field(("site",), rates["income_tax_fraction"].to_numpy(float)),
        "finance.receipts_tax_fraction": Field(("site",), rates["receipts_tax_fraction"].to_numpy(float)),
        "finance.sales_tax_fraction": Field(("site",), rates["sales_tax_fraction"].to_numpy(float) * taxed),
    }


def _of_an_accelerator(rack: pd.DataFrame) -> float:
    """Work of one accelerator of a rack [PFLOP/s]."""
    return float((rack["compute_pflop"] / rack["accelerators_count"]).iloc[0])


def _of_a_mw(rack: pd.DataFrame) -> float:
    """Work of a MW of a rack's nameplate [PFLOP/s/MW]."""
    return float((rack["compute_pflop"] / nameplate_mw(rack)).iloc[0])
