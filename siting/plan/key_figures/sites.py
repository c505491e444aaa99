"""Key figures of the sites together: what they draw, and how much stands at few of them."""

from __future__ import annotations

from siting.plan.key_figures.kpi import OWN, Kpi
from siting.text import N_

DRAWN = (
    Kpi(
        "water_m3_per_yr",
        N_("Water drawn on site"),
        N_("Water input of the cooling plant over the year."),
        "m³/yr",
        "EU 2024/1364",
        "lower",
        "quantity",
        N_("Input, not consumption: part of it returns as blowdown."),
        rests_on=("water",),
    ),
    Kpi(
        "peak_grid_mw",
        N_("Peak draw from the grid"),
        N_("Highest hourly draw through each site's connection, bought and contracted, summed over the sites."),
        "MW",
        OWN,
        "lower",
        "quantity",
        N_("The sum of the sites' own peaks: what their connections must carry together."),
        rests_on=("power",),
    ),
    Kpi(
        "coincident_peak_grid_mw",
        N_("Coincident peak draw"),
        N_("Highest hourly draw of all sites together through their connections."),
        "MW",
        OWN,
        "lower",
        "quantity",
        N_("Over sites in different grids, so no single grid sees it."),
        rests_on=("power",),
    ),
)
"""What the sites draw, in reading order."""

CONCENTRATION = (
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
        OWN,
        "lower",
        "percent",
    ),
)
"""How much stands at few sites, in reading order."""
