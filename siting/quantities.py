"""The closed set of unit suffixes, and what each of them means.

Every number that has a unit carries it as the suffix of its name: in code, in tables, in studies and in
results. This module is the one place that says which suffixes there are, how a unit is printed, what Pyomo
calls it, and with how many digits a number is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

__all__ = [
    "DAYS_PER_YEAR",
    "DEFINITIONS",
    "DIMENSIONLESS",
    "HOURS_PER_DAY",
    "HOURS_PER_YEAR",
    "KEYS",
    "KG_PER_T",
    "KW_PER_MW",
    "MONTHS_PER_YR",
    "UNITS",
    "ZERO_C_K",
    "Unit",
    "format_number",
    "label",
    "pyomo_unit",
    "split",
    "unit",
]


HOURS_PER_DAY = 24
HOURS_PER_YEAR = 8760
"""Hours of a year without a leap day, as all series have them."""
DAYS_PER_YEAR = HOURS_PER_YEAR // HOURS_PER_DAY
KG_PER_T = 1000
ZERO_C_K = 273.15
"""Freezing point of water [K]."""
COST_SCALE = 1e-6
"""From USD to what the solver counts in: million USD, so that its tolerances are those of money."""

KW_PER_MW = 1000
MONTHS_PER_YR = 12


@dataclass(frozen=True)
class Unit:
    """What a suffix stands for.

    Parameters
    ----------
    label : str
        How the unit is printed; empty for a pure number.
    pyomo : str
        The unit for Pyomo: factors joined by ``*``, each divided by what follows its ``/``.
    format : str
        Format specification of a number in this unit.
    """

    label: str
    pyomo: str
    format: str


DEFINITIONS = (
    "USD = [currency]",
    "PFLOP = [computing]",
    "t_CO2e = [emission]",
    "kg_CO2e = 0.001 * t_CO2e",
)
"""Units that Pyomo's registry lacks, as definitions for it. PFLOP stands for 1e15 operations a second."""

UNITS = MappingProxyType(
    {
        # power, energy and what they cost
        "kw": Unit("kW", "kW", ",.1f"),
        "mw": Unit("MW", "MW", ",.1f"),
        "kwh": Unit("kWh", "kWh", ",.1f"),
        "mwh": Unit("MWh", "MWh", ",.1f"),
        "mwh_per_yr": Unit("MWh/yr", "MWh/yr", ",.0f"),
        "kv": Unit("kV", "kV", ",.0f"),
        "usd": Unit("USD", "USD", ",.0f"),
        "usd_per_yr": Unit("USD/yr", "USD/yr", ",.0f"),
        "usd_per_mw": Unit("USD/MW", "USD/MW", ",.0f"),
        "usd_per_mw_yr": Unit("USD/MW/yr", "USD/MW/yr", ",.0f"),
        "usd_per_month": Unit("USD/month", "USD/month", ",.0f"),
        "usd_per_mwh": Unit("USD/MWh", "USD/MWh", ",.2f"),
        "usd_per_mw_month": Unit("USD/MW/month", "USD/MW/yr", ",.0f"),  # twelve a year
        "usd_per_kw_month": Unit("USD/kW/month", "USD/kW/month", ",.2f"),
        "usd_per_gpu_h": Unit("USD/GPU-h", "USD/h", ",.2f"),
        "usd_per_t": Unit("USD/t CO2e", "USD/t_CO2e", ",.2f"),
        "usd_per_m3": Unit("USD/m³", "USD/m/m/m", ",.2f"),
        "usd_per_m3_per_day": Unit("USD/(m³/day)", "USD*day/m/m/m", ",.0f"),
        "usd_per_ha": Unit("USD/ha", "USD/ha", ",.0f"),
        "usd_per_mw_km": Unit("USD/MW/km", "USD/MW/km", ",.0f"),
        "usd_per_km": Unit("USD/km", "USD/km", ",.0f"),
        "usd_per_pflop": Unit("USD/(PFLOP/s)", "USD/PFLOP", ",.0f"),
        "usd_per_pflop_yr": Unit("USD/(PFLOP/s)/yr", "USD/PFLOP/yr", ",.0f"),
        "usd_per_pflop_h": Unit("USD/(PFLOP/s)/h", "USD/PFLOP/h", ",.2f"),
        "usd_per_pflop_km_yr": Unit("USD/(PFLOP/s)/km/yr", "USD/PFLOP/km/yr", ",.3f"),
        "kwh_per_gpu_h": Unit("kWh/GPU-h", "kWh/h", ",.3f"),
        # water
        "m3": Unit("m³", "m*m*m", ",.0f"),
        "m3_per_h": Unit("m³/h", "m*m*m/h", ",.2f"),
        "m3_per_yr": Unit("m³/yr", "m*m*m/yr", ",.0f"),
        "m3_per_day": Unit("m³/day", "m*m*m/day", ",.0f"),
        "m3_per_mw_yr": Unit("m³/MW/yr", "m*m*m/MW/yr", ",.0f"),
        "m3_per_pflop_yr": Unit("m³/(PFLOP/s)/yr", "m*m*m/PFLOP/yr", ",.0f"),
        "m3_per_mwh": Unit("m³/MWh", "m*m*m/MWh", ",.3f"),
        "l_per_gpu_h": Unit("L/GPU-h", "liter/h", ",.3f"),
        "l_per_kwh": Unit("L/kWh", "liter/kWh", ",.2f"),
        # carbon, as CO2 equivalent
        "t": Unit("t CO2e", "t_CO2e", ",.0f"),
        "t_per_yr": Unit("t CO2e/yr", "t_CO2e/yr", ",.0f"),
        "t_per_mw": Unit("t CO2e/MW", "t_CO2e/MW", ",.1f"),
        "t_per_pflop_yr": Unit("t CO2e/(PFLOP/s)/yr", "t_CO2e/PFLOP/yr", ",.2f"),
        "t_per_mwh": Unit("t CO2e/MWh", "t_CO2e/MWh", ",.3f"),
        "t_per_mw_yr": Unit("t CO2e/MW/yr", "t_CO2e/MW/yr", ",.1f"),
        "t_per_mwh_yr": Unit("t CO2e/MWh/yr", "t_CO2e/MWh/yr", ",.1f"),
        "kg_per_gpu_h": Unit("kg CO2e/GPU-h", "kg_CO2e/h", ",.3f"),
        "kg_per_mwh": Unit("kg CO2e/MWh", "kg_CO2e/MWh", ",.0f"),
        # weather and physics
        "pa": Unit("Pa", "Pa", ",.0f"),
        "c": Unit("°C", "kelvin", ",.1f"),  # Pyomo refuses units with an offset
        "m_per_s": Unit("m/s", "m/s", ",.1f"),
        "w_per_m2": Unit("W/m²", "W/m/m", ",.0f"),
        # space, network and computing
        "km": Unit("km", "km", ",.1f"),
        "ha": Unit("ha", "ha", ",.1f"),
        "ha_per_mw": Unit("ha/MW", "ha/MW", ",.3f"),
        "ms": Unit("ms", "ms", ",.1f"),
        "ms_per_km": Unit("ms/km", "ms/km", ",.4f"),
        "gb_per_pflop_h": Unit("GB/(PFLOP/s)/h", "1/PFLOP/h", ",.2f"),  # a gigabyte is a number of bits
        "gb_per_yr": Unit("GB/yr", "1/yr", ",.0f"),
        "usd_per_gb": Unit("USD/GB", "USD", ",.5f"),
        "usd_per_gb_km": Unit("USD/GB/km", "USD/km", ",.8f"),
        "gbps": Unit("Gbit/s", "Gbit/s", ",.1f"),
        "gb": Unit("GB", "GB", ",.1f"),
        "tb": Unit("TB", "TB", ",.1f"),
        "m2": Unit("m²", "m*m", ",.2f"),
        "kg": Unit("kg", "kg", ",.0f"),  # of weight; carbon is in t
        "kg_per_m2": Unit("kg/m²", "kg/m/m", ",.0f"),
        "usd_per_accelerator": Unit("USD/accelerator", "USD", ",.0f"),
        "kw_per_accelerator": Unit("kW/accelerator", "kW", ",.3f"),
        "flop": Unit("FLOP", "1", ".2e"),
        "pflop": Unit("PFLOP/s", "PFLOP", ",.1f"),
        "pflop_per_mw": Unit("PFLOP/s/MW", "PFLOP/MW", ",.2f"),
        "tokens_per_s": Unit("tokens/s", "1/s", ",.0f"),
        "tokens_per_s_per_pflop": Unit("tokens/s/(PFLOP/s)", "1/s/PFLOP", ",.1f"),
        # time
        "h": Unit("h", "h", ",.1f"),
        "h_per_yr": Unit("h/yr", "h/yr", ",.0f"),
        "months": Unit("months", "month", ",.0f"),
        "yr": Unit("yr", "yr", ",.1f"),
        "per_yr": Unit("1/yr", "1/yr", ",.4f"),
        # pure numbers that say what they are
        "count": Unit("", "1", ",.0f"),
        "fraction": Unit("", "1", ",.3f"),
        "ratio": Unit("", "1", ",.3f"),
        "score": Unit("", "1", ",.2f"),
    }
)
"""Suffix to unit. Closed: a number whose name ends otherwise is refused by a test."""

DIMENSIONLESS = MappingProxyType(
    {
        "pue": Unit("", "1", ",.3f"),
        "tue": Unit("", "1", ",.3f"),
        "ere": Unit("", "1", ",.3f"),
        "latitude": Unit("°", "1", ".4f"),
        "longitude": Unit("°", "1", ".4f"),
    }
)
"""Numbers known by their whole name. A name may put a word before it: ``design_pue``."""

_TIME = {
    "period",
    "year",
    "month",
    "day",
    "hour",
    "hour_local",
    "local_hour",
    "base_year",
    "data_year",
    "second_year",
    "money_year",
    "first_year",
    "last_year",
    "until_year",
    "exempt_from_year",
    "from_year",
    "request_year",
    "needed_year",
    "order_early_year",
    "order_year",
    "order_late_year",
    "first_power_year",
    "p10_year",
    "p50_year",
    "p90_year",
}
_NUMBERED = {
    "seed",
    "candidate_rank",
    "candidates",
    "tranche",
    "supply_step",
    "schema_version",
    "published_case",
    "retrieved",
}
_FLAGS = {
    "is_built",
    "is_by_county",
    "is_cheapest",
    "is_energised",
    "is_least_pue",
    "is_open",
    "liquid_capable",
    "speculative",
}
_UNIT_BESIDE = {"value", "p10", "p90", "design", "replay"}

KEYS = frozenset(_TIME | _NUMBERED | _FLAGS | _UNIT_BESIDE)
"""Number columns without unit: labels, flags (0 or 1), and values whose unit is in a column beside."""


def bare_name(name: str) -> str:
    """Return the name of a case's field without its component.

    Examples
    --------
    >>> bare_name("storage.power_usd_per_mw")
    'power_usd_per_mw'
    """
    return name.rpartition(".")[2]


def split(column: str) -> tuple[str, str]:
    """Split a name into the quantity and the suffix of its unit.

    Parameters
    ----------
    column : str
        Name of a number; that of a case's field has its component before it.

    Returns
    -------
    quantity : str
        The bare name without its unit; the whole of it for one of `DIMENSIONLESS`.
    suffix : str
        A key of `UNITS`; empty for one of `DIMENSIONLESS`.

    Raises
    ------
    ValueError
        If the name ends in no suffix of the closed set.

    Examples
    --------
    >>> split("strike_usd_per_mwh")
    ('strike', 'usd_per_mwh')
    >>> split("contracts.strike_usd_per_mwh")
    ('strike', 'usd_per_mwh')
    >>> split("cooling.pue")
    ('pue', '')
    >>> split("price_usd_per_acre")
    Traceback (most recent call last):
    ...
    ValueError: 'price_usd_per_acre' ends in no known unit
    """
    bare = bare_name(column)
    words = bare.split("_")
    if words[-1] in DIMENSIONLESS:
        return bare, ""
    for start in range(len(words)):
        suffix = "_".join(words[start:])
        if suffix in UNITS and "per" not in words[:start]:
            return "_".join(words[:start]), suffix
    raise ValueError(f"{column!r} ends in no known unit")


def unit(column: str) -> Unit:
    """Return the unit of a name.

    Raises
    ------
    ValueError
        If the name ends in no suffix of the closed set.

    Examples
    --------
    >>> unit("contracted_mw").label
    'MW'
    >>> unit("design_pue").format
    ',.3f'
    """
    quantity, suffix = split(column)
    return UNITS[suffix] if suffix else DIMENSIONLESS[quantity.rpartition("_")[2]]


def label(column: str) -> str:
    """Return a name for people: the words of the quantity, then the unit in brackets.

    Examples
    --------
    >>> label("peak_grid_mw")
    'peak grid [MW]'
    >>> label("sites_count")
    'sites'
    """
    quantity = split(column)[0].replace("_", " ")
    text = unit(column).label
    return f"{quantity} [{text}]".lstrip() if text else quantity


def pyomo_unit(column: str) -> str:
    """Return what Pyomo calls the unit of a name, ``"1"`` for a pure number.

    Examples
    --------
    >>> pyomo_unit("strike_usd_per_mwh")
    'USD/MWh'
    """
    return unit(column).pyomo


def format_number(column: str, value: float) -> str:
    """Return a number as it is shown to people, without its unit.

    Examples
    --------
    >>> format_number("cost_usd", 1234567.8)
    '1,234,568'
    """
    return format(value, unit(column).format)
