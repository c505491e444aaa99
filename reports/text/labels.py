"""Names of columns, ledger terms and parties as readers see them; English, marked for translation.

A column or term that is not listed is printed with its own words, so a new component needs no entry here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from siting.plan import component_labels
from siting.text import N_

__all__ = ["COLUMNS", "TERMS", "UNITS"]

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        **component_labels.COLUMNS,
        "site_id": N_("Site id"),
        "name": N_("Site"),
        "state": N_("State"),
        "grid_zone_id": N_("Grid zone"),
        "cooling_id": N_("Cooling"),
        "rack_id": N_("Rack"),
        "period": N_("Period from"),
        "year": N_("Year"),
        "day": N_("Day"),
        "hour": N_("Hour (UTC)"),
        "month": N_("Month"),
        "component": N_("Component"),
        "term": N_("Cost term"),
        "payer": N_("Payer"),
        "receiver": N_("Receiver"),
        "kind": N_("Kind"),
        "method": N_("Method"),
        "it_capacity_mw": N_("IT nameplate"),
        "it_mean_mw": N_("Utilised IT, mean"),
        "tariff_usd_per_mwh": N_("All-in tariff"),
        "pue": N_("PUE"),
        "wue_l_per_kwh": N_("WUE"),
        "carried_fraction": N_("Load served in the design hour"),
        "cost_usd_per_mwh": N_("Cost"),
        "extra_cost_usd_per_yr": N_("Extra cost"),
        "energy_mwh_per_yr": N_("Electricity used"),
        "carbon_t_per_yr": N_("Carbon"),
        "carbon_location_t_per_yr": N_("Carbon, location-based"),
        "carbon_market_t_per_yr": N_("Carbon, market-based"),
        "carbon_hourly_t_per_yr": N_("Carbon, hourly matching"),
        "carbon_consequential_t_per_yr": N_("Carbon, consequential"),
        "carbon_long_run_t_per_yr": N_("Carbon, long-run consequential"),
        "carbon_embodied_t_per_yr": N_("Embodied carbon"),
        "cfe_fraction": N_("Carbon-free, hourly"),
        "water_m3_per_yr": N_("Water on site"),
        "refusals_count": N_("Refusals on record"),
        "suspended_by": N_("Consent suspended by"),
        "water_stress_score": N_("Water stress (0 to 5)"),
        "stress_class": N_("Stress class"),
        "cost_usd_per_yr": N_("Yearly cost"),
        "present_value_usd": N_("Present value"),
        "unit_cost_usd_per_mwh": N_("All-in cost of the IT load"),
        "weight_h_per_yr": N_("Stands for"),
        "capital_usd": N_("Capital"),
        "operating_usd": N_("Running cost"),
        "salvage_usd": N_("Salvage"),
        "revenue_usd": N_("Revenue"),
        "net_usd": N_("Net cash flow"),
        "cumulative_usd": N_("Cumulative"),
        "sales_tax_usd": N_("Sales tax"),
        "property_tax_usd": N_("Property tax"),
        "receipts_tax_usd": N_("Tax on receipts"),
        "written_off_usd": N_("Tax depreciation"),
        "income_tax_usd": N_("Income tax"),
        "net_after_tax_usd": N_("Net after tax"),
        "debt_usd": N_("Debt drawn"),
        "interest_usd": N_("Interest"),
        "principal_usd": N_("Repayment"),
        "equity_usd": N_("Equity cash flow"),
        "debt_cover_ratio": N_("Debt service cover"),
        "debt_cover_after_reserve_ratio": N_("Cover after that reserve"),
        "renewal_reserve_usd": N_("Laid aside for renewals"),
        "net_revenue_usd": N_("Net of tax on revenue"),
        "net_losses_carried_usd": N_("Net, losses carried forward"),
        "net_book_salvage_usd": N_("Net, sold at books"),
        "net_without_exemptions_usd": N_("Net without exemptions"),
        "sales_tax_spared_usd": N_("Sales tax spared"),
        "tax_credit_usd": N_("Tax credits"),
        "property_tax_abated_usd": N_("Property tax abated"),
        "book_salvage_usd": N_("Salvage at books"),
        "shadow_usd": N_("Prices that nobody charges"),
        "discount_factor_ratio": N_("Discount factor"),
        "design": N_("Representative days"),
        "replay": N_("All hours of the year"),
        "difference_fraction": N_("Difference"),
        "unit": N_("Unit"),
        "value": N_("Value"),
        "item": N_("Item"),
        "source_id": N_("Source"),
        "grade": N_("Grade"),
        "description": N_("What it is"),
        "title": N_("Title"),
        "publisher": N_("Publisher"),
        "licence": N_("Licence"),
        "retrieved": N_("Retrieved"),
        "notice": N_("Notice"),
        "url": N_("Address"),
        "balance": N_("Balance"),
        "residual_fraction": N_("Largest residual"),
        "extra_cost_usd": N_("Extra cost if included: best found"),
        "extra_cost_at_least_usd": N_("Proven minimum"),
        "bound_rise_usd": N_("Indication from the bound"),
        "chosen_count": N_("Times chosen"),
        "draws_count": N_("Of choices"),
        "chosen_fraction": N_("Share of choices"),
    }
)
"""Column of a table to its heading, without the unit."""

TERMS: Mapping[str, str] = MappingProxyType(
    {
        "optimal": N_("optimal"),
        "feasible": N_("feasible"),
        "infeasible": N_("infeasible"),
        "failed": N_("failed"),
        "none_found": N_("none found"),
        "wrong_input": N_("wrong input"),
        "no regret": N_("no regret"),
        "open": N_("open"),
        "out of reach": N_("out of reach"),
        **component_labels.TERMS,
        # components and their terms, as posted to the ledgers
        "operating": N_("running"),
        # parties
        "operator": N_("Operator"),
        # grades and methods
        "measured": N_("measured"),
        "modelled": N_("modelled"),
        "assumed": N_("assumed"),
        # what a value is of
        "place": N_("place"),
        "state": N_("state"),
        "all": N_("all"),
        "location": N_("Location-based"),
        "market": N_("Market-based, annual matching"),
        "hourly": N_("Market-based, hourly matching"),
        "consequential": N_("Consequential"),
        "long_run": N_("Consequential in the long run"),
        "embodied": N_("Embodied"),
        # kinds of supply
    }
)
"""Slug of a component, term, party, grade or method to its name."""

UNITS: Mapping[str, str] = MappingProxyType({"yr": N_("years"), "GPU-h": N_("GPU hour")})
"""Units that read better as words."""
