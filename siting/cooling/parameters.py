"""What a cooling parameter is: its unit, its meaning, and the limits outside which it is refused."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

from siting.cooling.air import Array
from siting.problems import did_you_mean


@dataclass(frozen=True)
class CoolingParameter:
    """One number that a technology needs.

    Attributes
    ----------
    unit : str
        Unit as printed; empty for a fraction or ratio.
    minimum, maximum : float
        Physical limits, both allowed. [unit]
    meaning : str
        What the number is, in words.
    """

    unit: str
    minimum: float
    maximum: float
    meaning: str


@dataclass(frozen=True)
class Span:
    """Lowest and highest plausible value of a parameter for one technology; the default is the middle."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Default value: the middle of the range."""
        return 0.5 * (self.low + self.high)


Spans = Mapping[str, Span]


class Values(SimpleNamespace):
    """One value of each parameter: a number, or a column of numbers, one row a sample."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Array: ...


PARAMETERS: Mapping[str, CoolingParameter] = {
    # electrical
    "ups_efficiency_fraction": CoolingParameter("", 0.5, 1.0, "efficiency of the uninterruptible power supply"),
    "distribution_loss_fraction": CoolingParameter("", 0.0, 0.2, "power lost in distribution after the UPS"),
    "lighting_fraction": CoolingParameter("", 0.0, 0.1, "lighting over IT power"),
    # air in the hall
    "supply_low_c": CoolingParameter("C", 5.0, 30.0, "lowest dry bulb of supply air"),
    "supply_high_c": CoolingParameter("C", 10.0, 45.0, "highest dry bulb of supply air"),
    "dew_low_c": CoolingParameter("C", -30.0, 15.0, "lowest dew point of supply air"),
    "dew_high_c": CoolingParameter("C", 5.0, 30.0, "highest dew point of supply air"),
    "humidity_low_fraction": CoolingParameter("", 0.0, 0.5, "lowest relative humidity of supply air"),
    "humidity_high_fraction": CoolingParameter("", 0.4, 1.0, "highest relative humidity of supply air"),
    "sensible_heat_fraction": CoolingParameter("", 0.5, 1.0, "sensible over total heat at the cooling coil"),
    "air_rise_c": CoolingParameter("C", 2.0, 40.0, "rise of the air through the servers"),
    "hall_fan_pa": CoolingParameter("Pa", 20.0, 2000.0, "pressure rise of the hall fans"),
    "hall_fan_efficiency_fraction": CoolingParameter("", 0.2, 0.95, "efficiency of the hall fans"),
    "humidifier_pa": CoolingParameter("Pa", 1e5, 2e7, "pressure rise of the humidification pump"),
    "humidifier_efficiency_fraction": CoolingParameter("", 0.2, 0.95, "efficiency of the humidification pump"),
    "coil_effectiveness_fraction": CoolingParameter("", 0.3, 1.0, "effectiveness of the hall's cooling coils"),
    # water loops
    "water_rise_c": CoolingParameter("C", 2.0, 25.0, "rise of the facility water"),
    "chilled_pump_pa": CoolingParameter("Pa", 2e4, 1e6, "pressure rise of the chilled-water pump"),
    "chilled_pump_efficiency_fraction": CoolingParameter("", 0.2, 0.95, "efficiency of the chilled-water pump"),
    "economiser_pump_pa": CoolingParameter("Pa", 2e4, 1e6, "pressure rise of the economiser pump"),
    "economiser_pump_efficiency_fraction": CoolingParameter("", 0.2, 0.95, "efficiency of the economiser pump"),
    "tower_pump_pa": CoolingParameter("Pa", 2e4, 1e6, "pressure rise of the tower-water pump"),
    "tower_pump_efficiency_fraction": CoolingParameter("", 0.2, 0.95, "efficiency of the tower-water pump"),
    "exchanger_approach_c": CoolingParameter("C", 0.5, 10.0, "approach of the economiser's heat exchanger"),
    # towers
    "tower_rise_c": CoolingParameter("C", 2.0, 15.0, "rise of the tower water"),
    "tower_approach_c": CoolingParameter("C", 1.0, 15.0, "approach of the cold tower water to the wet bulb"),
    "tower_fan_pa": CoolingParameter("Pa", 20.0, 1000.0, "pressure rise of the tower fans"),
    "tower_fan_efficiency_fraction": CoolingParameter("", 0.2, 0.95, "efficiency of the tower fans"),
    "liquid_gas_ratio": CoolingParameter("", 0.1, 6.0, "mass flow of circulating water over air in the tower"),
    "evaporated_gas_ratio": CoolingParameter("", 0.1, 6.0, "mass flow of evaporated water over air in the tower"),
    "windage_fraction": CoolingParameter("", 0.0, 0.02, "droplets lost over tower water flow"),
    "cycles_ratio": CoolingParameter("", 1.5, 30.0, "cycles of concentration of the tower water"),
    # dry and adiabatic coolers
    "cooler_design_c": CoolingParameter("C", 10.0, 50.0, "air entering the cooler at which its fans run at full speed"),
    "cooler_effectiveness_fraction": CoolingParameter("", 0.2, 0.95, "air-side effectiveness of the cooler"),
    "cooler_fan_pa": CoolingParameter("Pa", 20.0, 500.0, "pressure rise of the cooler's fans at full speed"),
    "cooler_fan_efficiency_fraction": CoolingParameter("", 0.2, 0.9, "efficiency of the cooler's fans"),
    "cooler_speed_low_fraction": CoolingParameter("", 0.05, 1.0, "lowest fan speed"),
    "cooler_approach_c": CoolingParameter("C", 2.0, 20.0, "approach of chilled water to the air in free cooling"),
    "adiabatic_start_c": CoolingParameter("C", 5.0, 45.0, "dry bulb above which the pads are wetted"),
    "adiabatic_effectiveness_fraction": CoolingParameter("", 0.2, 0.98, "saturation effectiveness of the wetted pads"),
    # liquid in the racks
    "liquid_fraction": CoolingParameter("", 0.05, 1.0, "share of the IT heat that the liquid takes"),
    "facility_supply_c": CoolingParameter("C", 10.0, 60.0, "facility water supplied to the liquid loop"),
    "facility_pump_pa": CoolingParameter("Pa", 2e4, 1e6, "pressure rise of the facility water pump"),
    "facility_pump_efficiency_fraction": CoolingParameter("", 0.2, 0.95, "efficiency of the facility water pump"),
    "coolant_rise_c": CoolingParameter("C", 2.0, 30.0, "rise of the coolant through the racks"),
    "coolant_pump_pa": CoolingParameter("Pa", 1e4, 1e6, "pressure rise of the coolant pump"),
    "coolant_pump_efficiency_fraction": CoolingParameter("", 0.2, 0.95, "efficiency of the coolant pump"),
    "coolant_heat_ratio": CoolingParameter("", 0.2, 1.05, "heat capacity of the coolant over water's, by volume"),
    # seas and rivers
    "source_lag_h": CoolingParameter("h", 1.0, 5000.0, "time in which the water follows the air's temperature"),
    "source_rise_c": CoolingParameter("C", 1.0, 15.0, "rise of the water that is returned to its source"),
    "source_pump_pa": CoolingParameter("Pa", 2e4, 1e6, "pressure rise of the intake pump, lift included"),
    "source_pump_efficiency_fraction": CoolingParameter("", 0.2, 0.95, "efficiency of the intake pump"),
    # refrigeration
    "trim_chiller_fraction": CoolingParameter("", 0.0, 1.0, "liquid's heat that trim chillers can carry in hot hours"),
    "chiller_cop_ratio": CoolingParameter("", 1.5, 8.0, "COP of the air-cooled chiller at 35 C and full load"),
    "chiller_load_fraction": CoolingParameter("", 0.02, 1.0, "load of each running chiller over its capacity"),
    "cop_error_fraction": CoolingParameter("", -0.8, 1.0, "deviation of the COP from its regression"),
    "plant_margin_ratio": CoolingParameter("", 1.0, 3.0, "installed over needed refrigeration at design conditions"),
}


def check_parameters(technology: str, ranges: Spans, given: Mapping[str, float]) -> None:
    """Refuse parameters that the technology does not have, or that no machine can have.

    Parameters
    ----------
    technology : str
        Name to print before each problem.
    ranges : mapping of str to Span
        The technology's parameters.
    given : mapping of str to float
        Values that are to replace the middles of the ranges.

    Raises
    ------
    ValueError
        With one line for each mistake, all of them.

    Examples
    --------
    >>> check_parameters("hall", {"air_rise_c": Span(10.0, 15.0)}, {"air_rise_c": -3.0, "air_rize_c": 12.0})
    Traceback (most recent call last):
    ...
    ValueError: hall: air_rise_c: input should be 2 to 40 C (got -3.0)
    hall: air_rize_c: no such parameter; did you mean 'air_rise_c'?
    """
    problems = [*_unknown(ranges, given), *_outside(ranges, given)] or list(_crossed(ranges, given))
    if problems:
        raise ValueError("\n".join(f"{technology}: {problem}" for problem in sorted(problems)))


def _unknown(ranges: Spans, given: Mapping[str, float]) -> Iterator[str]:
    for name in given.keys() - ranges.keys():
        hint = did_you_mean(name, ranges)
        yield f"{name}: no such parameter" + (f"; {hint}" if hint else "")


def _outside(ranges: Spans, given: Mapping[str, float]) -> Iterator[str]:
    for name in given.keys() & ranges.keys():
        value, rule = given[name], PARAMETERS[name]
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not number or not rule.minimum <= value <= rule.maximum:
            unit = f" {rule.unit}" if rule.unit else ""
            yield f"{name}: input should be {rule.minimum:g} to {rule.maximum:g}{unit} (got {value!r})"


_ORDERED = (
    ("supply_low_c", "supply_high_c"),
    ("dew_low_c", "dew_high_c"),
    ("humidity_low_fraction", "humidity_high_fraction"),
    ("cooler_design_c", "facility_supply_c"),
)
"""Pairs of which the first must be the smaller."""


def _crossed(ranges: Spans, given: Mapping[str, float]) -> Iterator[str]:
    values = {name: given.get(name, bounds.middle) for name, bounds in ranges.items()}
    for low, high in _ORDERED:
        if low in values and high in values and values[low] >= values[high]:
            yield f"{low}: input should be below {high}, {values[high]:g} (got {values[low]:g})"
