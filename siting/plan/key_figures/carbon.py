"""Key figures of clean power and of carbon."""

from __future__ import annotations

from siting.plan.key_figures.kpi import OWN, Kpi
from siting.text import N_

_SCOPE_2 = "GHG Protocol Scope 2 Guidance"

CARBON = (
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
        rests_on=("carbon_free", "power"),
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
        rests_on=("power",),
    ),
    Kpi(
        "curtailed_mwh_per_yr",
        N_("Curtailed energy of contracts"),
        N_(
            "Energy that contracted plants could have produced, whose strike price is paid, and that is neither used "
            "nor sold."
        ),
        "MWh/yr",
        OWN,
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
        rests_on=("carbon_location", "power"),
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
        rests_on=("carbon_market", "power"),
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
        rests_on=("carbon_hourly", "power"),
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
        rests_on=("carbon_marginal", "power"),
    ),
    Kpi(
        "carbon_long_run_t_per_yr",
        N_("Carbon, long-run consequential"),
        N_("Electricity bought from the grid times the emission of plants that are built and run for lasting demand."),
        "t/yr",
        "NREL, Cambium 2023: levelised long-run marginal emission rates",
        "lower",
        "quantity",
        N_(
            "Not an inventory figure: never added to the others, and nothing is decided by it. Stack emissions, one "
            "rate a region; the short-run figure asks which plants run more today, this one which are there in the end."
        ),
        "long-run=cambium-import",
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
        rests_on=("carbon_embodied",),
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
        rests_on=("carbon_location", "power"),
    ),
)
"""In reading order."""
