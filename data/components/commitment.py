"""Numbers of what a large load commits to: collateral, and the minimum take for the years of its contract."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from siting.case.case import Field
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import worked_out
from siting.data.kinds.statement import Statement
from siting.quantities import MONTHS_PER_YR

__all__ = ["STATED"]


def _of_choice(choice: Choice) -> dict[str, Field]:
    study, stated = choice.study, choice.study.connection
    cost = stated.collateral_cost_fraction
    rate = study.finance.discount_rate_fraction if cost is None else cost
    paid = np.full(len(choice.tables["sites"]), rate * stated.collateral_usd_per_mw)
    all_months = MONTHS_PER_YR * stated.term_yr
    most = all_months if stated.exit_months is None else stated.exit_months
    return {
        "commitment.collateral_usd_per_mw_yr": Field(("site",), paid),
        "commitment.term_months": Field((), np.array(all_months)),
        "commitment.exit_most_months": Field((), np.array(most)),
    }


def _follows(fields: Mapping[str, Field]) -> dict[str, Field]:
    """What is owed for a MW connected in a period, set aside in even parts over the years of the last period."""
    start, length = fields["finance.start_yr"].values, fields["finance.length_yr"].values
    rate = float(fields["finance.discount_rate_per_yr"].values)
    served = MONTHS_PER_YR * (start[-1] + length[-1] - start)
    left = np.maximum(float(fields["commitment.term_months"].values) - served, 0.0)
    owed_months = np.minimum(left, float(fields["commitment.exit_most_months"].values))
    least_usd = fields["minimum_take.min_take_fraction"].values * fields["grid.demand_charge_usd_per_mw_month"].values
    worth = length[-1] if rate == 0 else np.expm1(length[-1] * np.log1p(rate)) / rate
    return {"commitment.exit_usd_per_mw_yr": Field(("site", "period"), least_usd[:, None] * owed_months / worth)}


STATED = Statement(
    fields={
        "commitment.collateral_usd_per_mw_yr": worked_out(
            "site",
            inputs=(
                "connection.collateral_usd_per_mw",
                "connection.collateral_cost_fraction",
                "finance.discount_rate_fraction",
            ),
        ),
        "commitment.term_months": worked_out(inputs=("connection.term_yr",)),
        "commitment.exit_most_months": worked_out(inputs=("connection.exit_months", "connection.term_yr")),
        "commitment.exit_usd_per_mw_yr": worked_out(
            "site",
            "period",
            neutral=None,
            inputs=(
                "connection.exit_months",
                "connection.term_yr",
                "connection.min_take_fraction",
                "sites.demand_charge_usd_per_kw_month",
                "horizon.periods",
            ),
        ),
    },
    of_choice=_of_choice,
    follows=_follows,
)
