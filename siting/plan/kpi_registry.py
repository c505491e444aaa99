"""The registry of key figures: the one place that knows each one's name, unit, definition and standard.

The glossary, the labels in the reports, ``plan.json`` and the column docs are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from siting.text import N_

__all__ = ["REGISTRY", "Kpi"]


@dataclass(frozen=True)
class Kpi:
    """Definition of one key figure.

    Parameters
    ----------
    id : str
        Name in every table and file, with its unit suffix.
    label : str
        What a reader sees; English, marked for translation.
    formula : str
        How it is computed, in words; English, marked for translation.
    unit : str
        Unit as printed; ``"1"`` for a pure number.
    source : str
        Standard or method that defines it, with its edition.
    direction : {"lower", "higher", "neutral"}
        Which way is better for the reader.
    format : {"quantity", "money", "percent", "ratio"}
        How a value is printed; stored values are never rounded.
    trap : str
        What the figure does not say; English, marked for translation.
    method_version : str
        Version of the method, written beside each value.
    horizon : bool
        True if the figure belongs to the whole horizon, not to one period.
    """

    id: str
    label: str
    formula: str
    unit: str
    source: str
    direction: Literal["lower", "higher", "neutral"]
    format: Literal["quantity", "money", "percent", "ratio"]
    trap: str = ""
    method_version: str = "siting-1"
    horizon: bool = False


_OWN = "siting"
_SCOPE_2 = "GHG Protocol Scope 2 Guidance"

_KPIS = (
    Kpi(
        "it_capacity_mw",
        N_("Installed IT capacity"),
        N_("Sum of the nameplate power of all installed racks."),
        "MW",
        _OWN,
        "neutral",
        "quantity",
        N_("Nameplate, not use: see the utilisation of IT capacity."),
    ),
    Kpi(
        "it_utilisation_fraction",
        N_("Utilisation of IT capacity"),
        N_("Mean IT power over the year divided by the nameplate power of all racks."),
        "1",
        _OWN,
        "higher",
        "percent",
        N_("A share of power, not of the accelerators' computing capacity."),
    ),
    Kpi(
        "facility_energy_mwh_per_yr",
        N_("Electricity used"),
        N_("Energy of IT, cooling and electrical losses at the facility's boundary, summed over the year."),
        "MWh/yr",
        _OWN,
        "lower",
        "quantity",
    ),
    Kpi(
        "pue",
        N_("Power usage effectiveness (PUE)"),
        N_("Annual energy of the facility divided by annual energy of the IT equipment."),
        "1",
        "ISO/IEC 30134-2 (the edition that replaced 30134-2:2016 in 2026); EN 50600-4-2",
        "lower",
        "ratio",
        N_(
            "A designed value (dPUE), computed and not measured. Liquid cooling moves server fans out of the "
            "IT energy, so PUE understates its benefit."
        ),
        "pue=30134-2-design",
    ),
    Kpi(
        "tue",
        N_("Total-power usage effectiveness (TUE)"),
        N_("Annual energy of the facility divided by annual energy of the IT equipment without the servers' own fans."),
        "1",
        "Patterson et al., TUE, a new energy-efficiency metric, International Supercomputing Conference 2013",
        "lower",
        "ratio",
        N_(
            "Rests on a stated share of fans in each rack; losses of the servers' power supplies stay in the IT energy."
        ),
        "tue=fans-only",
    ),
    Kpi(
        "peak_hour_pue",
        N_("PUE in the worst hour"),
        N_("Highest hourly ratio of facility power to IT power at any built site."),
        "1",
        "ISO/IEC 30134-2 (the edition that replaced 30134-2:2016 in 2026); EN 50600-4-2",
        "lower",
        "ratio",
        N_("Of the hours that were modelled; the replay looks at all hours of the year."),
        "pue=30134-2-design",
    ),
    Kpi(
        "wue_l_per_kwh",
        N_("Water usage effectiveness (WUE)"),
        N_("Annual water drawn on site divided by annual energy of the IT equipment."),
        "L/kWh",
        "ISO/IEC 30134-9:2022; EN 50600-4-9; water input as in EU 2024/1364",
        "lower",
        "ratio",
        N_(
            "Water on site only: the water behind the electricity is listed apart. A mean of the year, not of the "
            "peak-demand day."
        ),
        "wue=30134-9:2022-input",
    ),
    Kpi(
        "wue_source_l_per_kwh",
        N_("Water usage effectiveness at source"),
        N_(
            "Annual water drawn on site, and consumed by power plants for the electricity bought, divided by annual "
            "energy of the IT equipment."
        ),
        "L/kWh",
        "The Green Grid, WUE (white paper 35), 2011",
        "lower",
        "ratio",
        N_(
            "A mean of the country's power plants, hydropower counted as none; contracted wind and sun take none. "
            "Water elsewhere, from other rivers than the site's."
        ),
        "wue=source-mean-mix",
    ),
    Kpi(
        "peak_day_water_m3_per_day",
        N_("Water on the peak day"),
        N_("Water drawn on site on each site's peak-demand day, summed over the sites."),
        "m³/day",
        _OWN,
        "lower",
        "quantity",
        N_("What the suppliers must have to spare; yearly figures hide it. The replay looks at all days of the year."),
    ),
    Kpi(
        "erf_fraction",
        N_("Energy reuse factor (ERF)"),
        N_("Annual heat of the halls that is sold to a stated demand, divided by annual energy of the facility."),
        "1",
        "ISO/IEC 30134-6; EN 50600-4-6",
        "higher",
        "percent",
        N_(
            "Heat that is bought, not heat that could be had; a heat pump's power counts neither as heat of the halls "
            "nor as energy of the facility."
        ),
        "erf=30134-6",
    ),
    Kpi(
        "ere",
        N_("Energy reuse effectiveness (ERE)"),
        N_("Annual energy of the facility less the heat sold, divided by annual energy of the IT equipment."),
        "1",
        "The Green Grid, ERE (white paper 29), 2010",
        "lower",
        "ratio",
        N_("May fall below 1. It does not replace PUE, which reuse must not lower."),
        "ere=pue-less-reuse",
    ),
    Kpi(
        "cfe_fraction",
        N_("Carbon-free energy, hour by hour"),
        N_(
            "In each hour, contracted carbon-free power delivered in the same grid zone (at most the load) "
            "plus the grid's carbon-free share of the rest; summed over the year and divided by the load."
        ),
        "1",
        "Google, 24/7 Carbon-Free Energy: Methodologies and Metrics, 2021",
        "higher",
        "percent",
        N_("Counts nuclear and hydro power as carbon-free. No surplus is carried to another hour."),
        "cfe=google-2021",
    ),
    Kpi(
        "contracted_cfe_fraction",
        N_("Carbon-free energy from own contracts"),
        N_("The same hourly match with nothing counted for the grid's own carbon-free share."),
        "1",
        "Google, 24/7 Carbon-Free Energy: Methodologies and Metrics, 2021",
        "higher",
        "percent",
        N_("Below the carbon-free energy score by what the grid brings anyway."),
        "cfe=google-2021-contracted",
    ),
    Kpi(
        "curtailed_mwh_per_yr",
        N_("Curtailed energy of contracts"),
        N_(
            "Energy that contracted plants could have produced, whose strike price is paid, and that is neither used "
            "nor sold."
        ),
        "MWh/yr",
        _OWN,
        "lower",
        "quantity",
        N_("Plants stand still where selling would cost money, or where more is left than may be sold."),
    ),
    Kpi(
        "carbon_location_t_per_yr",
        N_("Carbon, location-based"),
        N_("Electricity taken from the grid times the grid's average intensity, hour by hour."),
        "t/yr",
        f"{_SCOPE_2}, 2015",
        "lower",
        "quantity",
        N_("Ignores contracts by definition."),
        "scope2=2015-location-hourly",
    ),
    Kpi(
        "carbon_market_t_per_yr",
        N_("Carbon, market-based, annual matching"),
        N_("Electricity less contracted and certified energy of the year, times the grid's intensity."),
        "t/yr",
        f"{_SCOPE_2}, 2015",
        "lower",
        "quantity",
        N_("Matches sun at noon with load at night. The grid's average stands in for a residual mix."),
        "scope2=2015-market",
    ),
    Kpi(
        "carbon_hourly_t_per_yr",
        N_("Carbon, market-based, hourly matching"),
        N_("In each hour, electricity not matched by carbon-free power of that hour, times the intensity."),
        "t/yr",
        f"{_SCOPE_2}, public consultation draft of 2025",
        "lower",
        "quantity",
        N_("The guidance is a draft; a final text is expected in 2027."),
        "scope2=2025-draft",
    ),
    Kpi(
        "carbon_consequential_t_per_yr",
        N_("Carbon, consequential"),
        N_("Electricity bought from the grid times the emission of the plants that run more for it, hour by hour."),
        "t/yr",
        "GHG Protocol, consequential method beside the inventory; US EPA, AVERT",
        "lower",
        "quantity",
        N_(
            "Not an inventory figure: never added to the others. Stack emissions of fossil plants, by month and hour "
            "of the day; contracted wind and sun are taken to be new plants, and surplus sold is not credited."
        ),
        "consequential=avert-import",
    ),
    Kpi(
        "carbon_embodied_t_per_yr",
        N_("Embodied carbon"),
        N_("Carbon of making halls, racks and batteries, spread over their lives."),
        "t/yr",
        "siting, in the spirit of EN 15978 modules A1 to A3",
        "lower",
        "quantity",
        N_("Never added to the electricity's carbon here: another scope, weaker data."),
        "embodied=linear-life",
    ),
    Kpi(
        "carbon_usage_kg_per_mwh",
        N_("Carbon usage effectiveness (CUE)"),
        N_("Location-based carbon of the year divided by annual energy of the IT equipment."),
        "kg/MWh",
        "ISO/IEC 30134-8:2022",
        "lower",
        "quantity",
        N_("Use phase only. Divide by 1,000 for the standard's kg/kWh."),
        "cue=30134-8:2022-location",
    ),
    Kpi(
        "water_m3_per_yr",
        N_("Water drawn on site"),
        N_("Water input of the cooling plant over the year."),
        "m³/yr",
        "EU 2024/1364",
        "lower",
        "quantity",
        N_("Input, not consumption: part of it returns as blowdown."),
    ),
    Kpi(
        "peak_grid_mw",
        N_("Peak draw from the grid"),
        N_("Highest hourly draw through each site's connection, bought and contracted, summed over the sites."),
        "MW",
        _OWN,
        "lower",
        "quantity",
        N_("The sum of the sites' own peaks: what their connections must carry together."),
    ),
    Kpi(
        "coincident_peak_grid_mw",
        N_("Coincident peak draw"),
        N_("Highest hourly draw of all sites together through their connections."),
        "MW",
        _OWN,
        "lower",
        "quantity",
        N_("Over sites in different grids, so no single grid sees it."),
    ),
    Kpi(
        "cost_usd_per_yr",
        N_("Yearly cost"),
        N_("Annuities of all capital, all running cost, and the taxes of the objective in a year of the period."),
        "USD/yr",
        _OWN,
        "lower",
        "money",
    ),
    Kpi(
        "unit_cost_usd_per_mwh",
        N_("All-in cost per MWh of IT load"),
        N_("Yearly cost divided by annual energy of the IT equipment."),
        "USD/MWh",
        _OWN,
        "lower",
        "quantity",
        N_("Holds all costs, the racks too: no price of electricity."),
    ),
    Kpi(
        "opex_usd_per_yr",
        N_("Running cost"),
        N_("Energy, network, water, maintenance and payments of a year of the period, without capital."),
        "USD/yr",
        _OWN,
        "lower",
        "money",
    ),
    Kpi(
        "capex_usd",
        N_("Total capex with renewals of racks"),
        N_("All capital of the horizon with replacements, not discounted, before salvage."),
        "USD",
        _OWN,
        "lower",
        "money",
        N_("Racks are replaced within the horizon, so this exceeds the first investment."),
        horizon=True,
    ),
    Kpi(
        "first_outlay_usd",
        N_("First outlay"),
        N_("Capital spent before the first year of operation, not discounted."),
        "USD",
        _OWN,
        "lower",
        "money",
        N_("What must be raised at the start; renewals and later periods come out of operation, or are raised then."),
        horizon=True,
    ),
    Kpi(
        "shadow_cost_usd",
        N_("Shadow prices"),
        N_("Present value of prices that nobody charges, such as a price on carbon that only steers the plan."),
        "USD",
        _OWN,
        "lower",
        "money",
        N_("In the objective, in no cash flow and in no tax."),
        horizon=True,
    ),
    Kpi(
        "npv_usd",
        N_("Net present value"),
        N_("Sum of the discounted net cash flows at the stated price of compute."),
        "USD",
        _OWN,
        "higher",
        "money",
        N_(
            "Real, before tax and financing; rests on the assumed price of an hour of the reference accelerator and "
            "full sale of the work."
        ),
        horizon=True,
    ),
    Kpi(
        "irr_fraction",
        N_("Internal rate of return"),
        N_("Discount rate at which the net present value is zero."),
        "1",
        _OWN,
        "higher",
        "percent",
        N_("Real, of the project, before tax and financing. None where there is no such rate or several."),
        horizon=True,
    ),
    Kpi(
        "npv_after_tax_usd",
        N_("Net present value after tax"),
        N_("Net present value of the cash flows less taxes on income, receipts, property and equipment."),
        "USD",
        _OWN,
        "higher",
        "money",
        N_(
            "Real, before financing, at the rate of the net present value before tax. Losses are used immediately; "
            "rates are those of the states, without local agreements."
        ),
        "after-tax=1",
        horizon=True,
    ),
    Kpi(
        "npv_losses_carried_usd",
        N_("Net present value after tax, losses carried forward"),
        N_("Net present value after tax of an owner who has no other income and sets losses against later profits."),
        "USD",
        _OWN,
        "higher",
        "money",
        N_("Each state pools its sites, the federation all; a loss may cover all of a later year's income."),
        "after-tax=2",
        horizon=True,
    ),
    Kpi(
        "npv_book_salvage_usd",
        N_("Net present value after tax, sold at books"),
        N_("Net present value after tax if what is left at the horizon's end is sold at its straight-line book value."),
        "USD",
        _OWN,
        "higher",
        "money",
        N_("Otherwise it is worth the annuities not yet paid, which is more than its books in the middle of a life."),
        "after-tax=2",
        horizon=True,
    ),
    Kpi(
        "npv_without_exemptions_usd",
        N_("Net present value after tax, without exemptions"),
        N_("Net present value after tax of the same plan if no state exempted equipment from its sales tax."),
        "USD",
        _OWN,
        "higher",
        "money",
        N_("The sites stay: with other taxes other sites may be the best."),
        "after-tax=2",
        horizon=True,
    ),
    Kpi(
        "sales_tax_spared_usd",
        N_("Sales tax forgone by exemptions"),
        N_("Sales tax on equipment from which the states of the sites exempt it, over the horizon, not discounted."),
        "USD",
        _OWN,
        "neutral",
        "money",
        N_("What the states forgo if the equipment would have been bought there all the same."),
        "after-tax=2",
        horizon=True,
    ),
    Kpi(
        "tax_forgone_usd",
        N_("Tax forgone"),
        N_("Sales tax that is exempt, credits and property tax abated, over the horizon, not discounted."),
        "USD",
        _OWN,
        "neutral",
        "money",
        N_("What treasuries forgo if all would have been bought there all the same; gross of tax on income."),
        "after-tax=2",
        horizon=True,
    ),
    Kpi(
        "break_even_usd_per_gpu_h",
        N_("Break-even price after tax"),
        N_("Price of an hour of the reference accelerator at which the net present value after tax is zero."),
        "USD/GPU-h",
        _OWN,
        "lower",
        "ratio",
        N_("Losses save tax at once."),
        "after-tax=2",
        horizon=True,
    ),
    Kpi(
        "irr_after_tax_fraction",
        N_("Internal rate of return after tax"),
        N_("Discount rate at which the net present value after tax is zero."),
        "1",
        _OWN,
        "higher",
        "percent",
        N_("Real, of the project, before financing. None where there is no such rate or several."),
        "after-tax=1",
        horizon=True,
    ),
    Kpi(
        "irr_equity_fraction",
        N_("Equity internal rate of return"),
        N_("Discount rate at which the equity cash flow, after tax and debt, is worth nothing."),
        "1",
        _OWN,
        "higher",
        "percent",
        N_("Real. Rises with the share that is borrowed, and so does the risk of the equity."),
        "after-tax=1",
        horizon=True,
    ),
    Kpi(
        "dscr_min_ratio",
        N_("Debt service cover, lowest year (DSCR)"),
        N_("Operating cash flow after tax divided by interest and principal, in the year where that is least."),
        "1",
        "Practice of project finance",
        "higher",
        "ratio",
        N_("Debt is repaid in equal payments over its stated term; renewals are not counted as operation."),
        "after-tax=1",
        horizon=True,
    ),
    Kpi(
        "dscr_after_reserve_min_ratio",
        N_("Debt service cover after reserves, lowest year"),
        N_("Debt service cover with the owners' part of the next renewal of each asset laid aside evenly before it."),
        "1",
        "Practice of project finance",
        "higher",
        "ratio",
        N_("Lenders to assets that are renewed within the loan ask for such a reserve."),
        "after-tax=2",
        horizon=True,
    ),
    Kpi(
        "payback_yr",
        N_("Payback time"),
        N_("Years until the cumulative net cash flow before tax, not discounted, is at or above zero for good."),
        "yr",
        _OWN,
        "lower",
        "quantity",
        horizon=True,
    ),
    Kpi(
        "lcoc_usd_per_gpu_h",
        N_("Levelised cost of compute"),
        N_(
            "Present value of all costs less salvage, divided by the present value of the hours that the reference "
            "accelerator takes for the work done."
        ),
        "USD/GPU-h",
        _OWN,
        "lower",
        "ratio",
        N_("The same for the same work, whatever does it. At this price the net present value before tax is zero."),
        horizon=True,
    ),
    Kpi(
        "grid_zone_hhi_ratio",
        N_("Concentration over grid zones (HHI)"),
        N_("Sum of the squared shares of installed IT capacity by grid zone; 1 if all stands in one zone."),
        "1",
        "Herfindahl-Hirschman index",
        "lower",
        "ratio",
    ),
    Kpi(
        "top3_site_fraction",
        N_("Share of the three largest sites"),
        N_("Installed IT capacity of the three largest sites divided by the total."),
        "1",
        _OWN,
        "lower",
        "percent",
    ),
)

REGISTRY: Mapping[str, Kpi] = MappingProxyType({kpi.id: kpi for kpi in _KPIS})
"""Every key figure by its id, in reading order."""
