"""Income tax of an owner without other income, who can only carry a loss forward."""

from __future__ import annotations

import numpy as np

from siting.case.case import Array, Case

__all__ = ["tax_with_losses_carried", "taxed_income"]


def taxed_income(income: Array, inflation: float) -> Array:
    """Return what is taxed of yearly income if losses are set against later profits.

    Parameters
    ----------
    income : ndarray
        Real income by year, negative where there is a loss.
    inflation : float
        Yearly inflation, by which a loss, counted in dollars of its year, loses worth while it waits.

    Examples
    --------
    >>> taxed_income(np.array([-10.0, 4.0, 9.0]), 0.0).tolist()
    [0.0, 0.0, 3.0]
    """
    taxed, waiting = np.zeros_like(income), 0.0
    for year, earned in enumerate(income):
        waiting /= 1 + inflation
        used = min(waiting, max(earned, 0.0))
        taxed[year] = max(earned, 0.0) - used
        waiting += max(-earned, 0.0) - used
    return taxed


def tax_with_losses_carried(case: Case, income: Array) -> Array:
    """Return income tax by year [USD]: each state pools the sites that it has, the federation all, less states' taxes.

    Parameters
    ----------
    case : Case
        The numbers.
    income : ndarray
        Taxable income before losses of earlier years, by site and year [USD]; in rows of half-years that of each
        calendar year in the row of its end.
    """
    inflation = float(case.values("finance.inflation_fraction"))
    if (step_yr := case.study.horizon.step_yr) != 1:
        inflation = (1 + inflation) ** step_yr - 1
    states, rates = case.tables["sites"]["state"].to_numpy(str), case.values("finance.income_tax_fraction")
    of_states = np.zeros(income.shape[1])
    for state, rate in sorted(set(zip(states.tolist(), rates.tolist(), strict=True))):
        there = (states == state) & (rates == rate)
        of_states += rate * taxed_income(income[there].sum(axis=0), inflation)
    federal = float(case.values("finance.federal_income_tax_fraction"))
    tax: Array = of_states + federal * taxed_income(income.sum(axis=0) - of_states, inflation)
    return tax
