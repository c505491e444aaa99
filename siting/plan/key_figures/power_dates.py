"""Key figures of when the sites have power, and what it costs if it comes late."""

from __future__ import annotations

from siting.plan.key_figures.kpi import OWN, Kpi
from siting.text import N_

POWER_DATES = (
    Kpi(
        "first_power_year",
        N_("First power"),
        N_("Year, with decimals, from which the first of the sites has power."),
        "year",
        OWN,
        "lower",
        "year",
        N_(
            "A plan decides at the start of each period. Dates are early, middle and late as sources state them, added "
            "up; where nobody has stated the wait, they count the building alone."
        ),
        horizon=True,
    ),
    Kpi(
        "idle_usd",
        N_("Idle if power is late"),
        N_(
            "Annuities of halls and racks for the share of power that the late dates do not energise and that plants "
            "on site do not carry, discounted."
        ),
        "USD",
        OWN,
        "lower",
        "money",
        N_("If all sites are late together. Nothing is planned again: what is bought stays bought."),
        horizon=True,
        rests_on=("capital",),
    ),
    Kpi(
        "delay_usd_per_month",
        N_("Price of a month's delay"),
        N_(
            "A month of the first year's revenue less its operating cost, discounted: what is lost if power comes a "
            "month later than planned and all is bought as planned."
        ),
        "USD/month",
        OWN,
        "lower",
        "quantity",
        N_("Before tax, of all sites together; the price of work decides it."),
        horizon=True,
        rests_on=("operating", "revenue"),
    ),
)
"""In reading order."""
