"""Key figures of what is paid."""

from __future__ import annotations

from siting.plan.key_figures.kpi import OWN, Kpi
from siting.text import N_

COST = (
    Kpi(
        "cost_usd_per_yr",
        N_("Yearly cost"),
        N_("Annuities of all capital, all running cost, and the taxes of the objective in a year of the period."),
        "USD/yr",
        OWN,
        "lower",
        "money",
        rests_on=("cost",),
    ),
    Kpi(
        "unit_cost_usd_per_mwh",
        N_("All-in cost per MWh of IT load"),
        N_("Yearly cost divided by annual energy of the IT equipment."),
        "USD/MWh",
        OWN,
        "lower",
        "quantity",
        N_("Holds all costs, the racks too: no price of electricity."),
        rests_on=("cost", "power"),
    ),
    Kpi(
        "opex_usd_per_yr",
        N_("Running cost"),
        N_("Energy, network, water, maintenance and payments of a year of the period, without capital."),
        "USD/yr",
        OWN,
        "lower",
        "money",
        rests_on=("operating",),
    ),
    Kpi(
        "capex_usd",
        N_("Total capex with renewals of racks"),
        N_("All capital of the horizon with replacements, not discounted, before salvage."),
        "USD",
        OWN,
        "lower",
        "money",
        N_("Racks are replaced within the horizon, so this exceeds the first investment."),
        horizon=True,
        rests_on=("capital",),
    ),
    Kpi(
        "first_outlay_usd",
        N_("First outlay"),
        N_("Capital spent before the first year of operation, not discounted."),
        "USD",
        OWN,
        "lower",
        "money",
        N_("What must be raised at the start; renewals and later periods come out of operation, or are raised then."),
        horizon=True,
        rests_on=("capital",),
    ),
    Kpi(
        "shadow_cost_usd",
        N_("Shadow prices"),
        N_("Present value of prices that nobody charges, such as a price on carbon that only steers the plan."),
        "USD",
        OWN,
        "lower",
        "money",
        N_("In the objective, in no cash flow and in no tax."),
        horizon=True,
    ),
)
"""In reading order."""
