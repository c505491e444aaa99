"""Key figures of the facility: its power, its water, and the heat that it sells."""

from __future__ import annotations

from siting.plan.key_figures.kpi import OWN, Kpi
from siting.text import N_

FACILITY = (
    Kpi(
        "it_capacity_mw",
        N_("Installed IT capacity"),
        N_("Sum of the nameplate power of all installed racks."),
        "MW",
        OWN,
        "neutral",
        "quantity",
        N_("Nameplate, not use: see the utilisation of IT capacity."),
    ),
    Kpi(
        "it_utilisation_fraction",
        N_("Utilisation of IT capacity"),
        N_("Mean IT power over the year divided by the nameplate power of all racks."),
        "1",
        OWN,
        "higher",
        "percent",
        N_("A share of power, not of the accelerators' computing capacity."),
        rests_on=("power",),
    ),
    Kpi(
        "facility_energy_mwh_per_yr",
        N_("Electricity used"),
        N_("Energy of IT, cooling and electrical losses at the facility's boundary, summed over the year."),
        "MWh/yr",
        OWN,
        "lower",
        "quantity",
        rests_on=("power",),
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
        rests_on=("power",),
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
        rests_on=("power",),
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
        rests_on=("power",),
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
        rests_on=("water", "power"),
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
        rests_on=("water", "power"),
    ),
    Kpi(
        "peak_day_water_m3_per_day",
        N_("Water on the peak day"),
        N_("Water drawn on site on each site's peak-demand day, summed over the sites."),
        "m³/day",
        OWN,
        "lower",
        "quantity",
        N_("What the suppliers must have to spare; yearly figures hide it. The replay looks at all days of the year."),
        rests_on=("water",),
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
        rests_on=("power",),
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
        rests_on=("power",),
    ),
)
"""In reading order."""
