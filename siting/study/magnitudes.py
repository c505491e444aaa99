"""The least and the greatest value of every number that a person may state, by what it means and its unit.

Outside of these a number is a mistake of unit, of sign or of typing: kW for MW, USD for a million USD, per cent for
fractions. Where a price has been paid or a plant been built, the range is wider by about ten in both directions.
What "none" means something for may also be 0. Whoever names a new number gives it a range here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from annotated_types import Ge, GroupedMetadata, Gt, Le
from pydantic import AfterValidator

__all__ = ["Range"]


@dataclass(frozen=True)
class Range(GroupedMetadata):
    """Least and greatest value of a number; stands in its annotation and is checked where the number is read.

    Parameters
    ----------
    least, most : float
        Both may be taken.
    or_none : bool
        Whether the number may also be 0, which lies below `least`.
    whole_of : str
        What a number counts that must be whole; empty for any other.
    """

    least: float
    most: float
    or_none: bool = False
    whole_of: str = ""

    def __iter__(self) -> Iterator[object]:
        if self.or_none:
            yield Ge(0)
        else:
            yield Gt(0) if 0 < self.least < 1 else Ge(self.least)  # of a small number its sign is told first
        yield Le(self.most)
        yield AfterValidator(self._checked)

    def problem(self, value: float) -> str:
        """Say what a number should be; empty where it is that.

        Examples
        --------
        >>> Range(10, 2000).problem(70)
        ''
        >>> Range(10, 2000).problem(-70)
        'should be more than 0 (got -70)'
        >>> Range(1e5, 1e9, or_none=True).problem(11.4)
        'should be 0, or from 100000 to 1e+09 (got 11.4)'
        """
        if self.or_none and value == 0:
            return ""
        if value <= 0 < self.least and not self.or_none:
            return f"should be more than 0 (got {value:g})"
        if not self.least <= value <= self.most:
            return f"should be {'0, or ' * self.or_none}from {self.least:g} to {self.most:g} (got {value:g})"
        if self.whole_of and value != round(value):
            return f"should be a whole number of {self.whole_of} (got {value:g})"
        return ""

    def _checked(self, value: Any) -> Any:
        if problem := self.problem(value):
            raise ValueError(f"input {problem}")
        return value


FLAG = Range(0, 1)
FRACTION = Range(0, 1)
RATE_FRACTION = Range(0, 0.95)  # a year, or a tax: of nearly 1 nothing would be left

# Power and its size. The largest substations carry 10 GW; all of Texas draws 85.
SITE_MW = Range(0.01, 50_000)
SITE_MW_OR_NONE = Range(0.01, 50_000, or_none=True)
DIVERSITY_FRACTION = Range(0.1, 1)
DEMAND_MW = Range(0.001, 1_000_000, or_none=True)  # the whole world's data centres draw about 60,000
DEMAND_PFLOP = Range(0.001, 1e10, or_none=True)  # such a MW of today's racks does 800 to 1,800
DEMAND_GPU_H_PER_YR = Range(1, 1e14, or_none=True)  # and has 7 million hours of accelerators a year
DEMAND_TOKENS_PER_S = Range(0.001, 1e16, or_none=True)
TOKENS_PER_S_PER_PFLOP = Range(0.001, 1e9)  # a model of 70 billion parameters makes 3,000 at 40 % use
GROWTH_PER_YR = Range(-0.5, 10)
DOUBLING_YR = Range(0.05, 100)
DOUBLING_ERROR_YR = Range(0, 10)
HEAT_MW = Range(0.001, 10_000)  # all of Copenhagen's district heating is 2,500
RACK_KW = Range(0.1, 5000)
VOLTAGE_KV = Range(1, 1200)
DURATION_H = Range(0.1, 8760)
PERMIT_H_PER_YR = Range(1, 8760)
TEST_H_PER_YR = Range(0, 500)
UNITS_RATIO = Range(1, 4)  # of what the load needs
PART_LOAD_LOSS_FRACTION = Range(0, 0.2)
GIVEN_UP_H_PER_YR = Range(0, 8760)
CURTAILED_FRACTION = Range(0.0002, 0.25)  # of a quarter some would be given up in every hour
HEADROOM_MW = Range(1, 1_000_000)
SUPPLY_STEP = Range(1, 100, whole_of="steps")

# Energy. Large users pay 20 to 300 USD/MWh; 6.5 is a tariff in cents a kWh.
TARIFF_USD_PER_MWH = Range(10, 2000)
ENERGY_USD_PER_MWH = Range(0, 2000)
LOCATIONAL_USD_PER_MWH = Range(-200, 500)  # below zero a credit
LARGE_LOAD_USD_PER_MW_YR = Range(1, 2_000_000, or_none=True)  # tariffs ask 10,000 to 300,000
HEAT_USD_PER_MWH = Range(0, 1000)
WEAR_USD_PER_MWH = Range(0.001, 1000, or_none=True)
DEMAND_CHARGE_USD_PER_KW_MONTH = Range(0, 200)
COINCIDENT_USD_PER_MW_YR = Range(0, 1e6)

# Capital. Halls cost 6 to 20 million USD a MW, substations 7 to 40 million, lines 1 to 5 million a km.
HALL_USD_PER_MW = Range(100_000, 1e9)
CONVERSION_USD_PER_MW = Range(1000, 1e9, or_none=True)
PLANT_USD_PER_MW = Range(1000, 1e8, or_none=True)
STORAGE_USD_PER_MWH = Range(1000, 1e8, or_none=True)
UPKEEP_USD_PER_MW_YR = Range(1, 1e8, or_none=True)
LINE_USD_PER_KM = Range(1000, 1e9, or_none=True)
PIPE_USD_PER_MW_KM = Range(100, 1e8, or_none=True)
STORAGE_EFFICIENCY_FRACTION = Range(0.1, 1)
WORKS_USD = Range(1000, 1e11, or_none=True)
CAPITAL_RATIO = Range(0.1, 10)
LAND_RATIO = Range(0.1, 1000)
LAND_USD_PER_HA = Range(1, 1e10, or_none=True)  # central Hong Kong fetches 3e9
LAND_HA = Range(0.01, 1e7, or_none=True)
LAND_HA_PER_MW = Range(0.0001, 100, or_none=True)

# Racks: one server to a row of cabinets.
RACK_USD = Range(1000, 1e9)
RACK_UPKEEP_USD_PER_YR = Range(1, 1e8, or_none=True)
RACK_PFLOP = Range(0.001, 1_000_000)
ACCELERATORS_COUNT = Range(1, 100_000)
CLUSTER_ACCELERATORS_COUNT = Range(1, 100_000_000)
ACCELERATOR_KW = Range(0.0001, 1000)
ACCELERATOR_USD = Range(1, 1e8)
MEMORY_GB = Range(0.001, 1e6)
TRANSIENT_RATIO = Range(1, 10)
FABRIC_USD_PER_ACCELERATOR = Range(1, 1e7, or_none=True)
FABRIC_KW_PER_ACCELERATOR = Range(0.0001, 100, or_none=True)
MODEL_PARAMETERS_COUNT = Range(1, 1e16)
COMPUTE_FLOP = Range(1e12, 1e32)  # that of AlexNet was 5e17
ACCELERATOR_H = Range(0.01, 1e13)
ENERGY_MWH = Range(1e-6, 1e9)
RACK_KG = Range(10, 100_000)
FOOTPRINT_M2 = Range(0.1, 1000)
RACK_AVAILABILITY_FRACTION = Range(0.1, 1)
IDLE_FRACTION = Range(0, 0.95)  # what idles at full power does no work
SERVER_FAN_FRACTION = Range(0, 0.8)
SAVED_FRACTION = Range(0, 0.99)  # what saves all of its compute does no work
MEASURE_USD_PER_PFLOP = Range(0.1, 1e7, or_none=True)  # the racks of a PFLOP/s cost 30,000 to 50,000
LEASE_PFLOP = Range(0.001, 1e7)
MEASURE_USD_PER_PFLOP_YR = Range(0.1, 1e7, or_none=True)
COMPUTE_USD_PER_GPU_H = Range(0.001, 10_000, or_none=True)

# Carbon embodied in things, in t CO2e: a rack of eight to forty, a hall of 2,000 a MW, a battery of 130 a MWh.
RACK_T = Range(0.001, 3000, or_none=True)
HALL_T_PER_MW = Range(1, 100_000, or_none=True)
STORAGE_T_PER_MWH = Range(0.1, 10_000, or_none=True)

# Carbon, water and their limits.
CARBON_KG_PER_MWH = Range(0, 1500)  # lignite emits 1,200 over its life cycle
CARBON_RATIO = Range(0, 10)
CARBON_USD_PER_T = Range(0.01, 100_000, or_none=True)
CARBON_T_PER_YR = Range(1, 1e10, or_none=True)  # the world emits 5e10
WATER_M3_PER_YR = Range(1, 1e11, or_none=True)  # the Mississippi carries 5e11
WATER_USD_PER_M3 = Range(0, 100)
WATER_USD_PER_M3_PER_DAY = Range(0, 1e6)
WATER_L_PER_KWH = Range(0, 100)
WATER_STRESS_SCORE = Range(0, 5)
PUBLISHED_PUE = Range(1, 10)
PUE_RATIO = Range(1.001, 10)

# Places and people.
LATITUDE = Range(-90, 90)
LONGITUDE = Range(-180, 180)
UTC_OFFSET_H = Range(-12, 14)
POPULATION_COUNT = Range(1, 10_000_000_000)
LINE_KM = Range(0, 500)
PIPE_KM = Range(0, 200)
HEAT_C = Range(10, 120)
DAY_SHAPE_RATIO = Range(0.001, 24)  # all of a day's work in one hour

# Time and network. Light in glass takes 0.0098 ms there and back a km.
LIFE_YR = Range(1, 100)
WHOLE_LIFE_YR = Range(1, 100, whole_of="years")
WAIT_MONTHS = Range(0, 360)
MONTHS_BEFORE = Range(0, 11)
HOUR_OF_YEAR = Range(0, 8759, whole_of="hours")
MONTH = Range(1, 12, whole_of="months")
TERM_YR = Range(0, 60)
RUN_MONTHS_PER_YR = Range(0.1, 12)
DEADLINE_H = Range(1, 672)  # four weeks
LEAD_YR = Range(0, 15, whole_of="years")
PERIOD_YR = Range(0.5, 60)
LOST_YR = Range(0, 5)
RETURN_YR = Range(1, 100)
CALENDAR_YEAR = Range(2000, 2100)
PUBLISHED_YEAR = Range(1900, 2100)
LATENCY_MS = Range(0.1, 1000)
INTERCEPT_MS = Range(0, 500)
SLOPE_MS_PER_KM = Range(0.005, 1)
NETWORK_USD_PER_PFLOP_KM_YR = Range(1e-6, 1000, or_none=True)
DATA_TB = Range(1e-3, 1e7)
PORT_GBPS = Range(0.01, 1e6)
MOVED_GB_PER_PFLOP_H = Range(1e-6, 1e6, or_none=True)
TRANSFER_USD_PER_GB = Range(1e-7, 10, or_none=True)
TRANSFER_USD_PER_GB_KM = Range(1e-10, 0.01, or_none=True)
WARMING_C = Range(0, 10)
DEVIATION_C = Range(0, 20)
HEATING_BASE_C = Range(-10, 35)
CARNOT_FRACTION = Range(0.05, 1)

# How many of something.
SITES_COUNT = Range(0, 100_000)
REFUSALS_COUNT = Range(0, 10_000)
SOME_SITES_COUNT = Range(1, 100_000)
CANDIDATE_RANK = Range(1, 100_000, whole_of="places")
DAYS_COUNT = Range(1, 365)
TRANCHE = Range(1, 100, whole_of="tranches")

FUTURES_COUNT = Range(2, 1000)
FUTURE_VALUE = Range(-1e15, 1e15)  # of any field, whose own range holds in each future
SEED = Range(0, 2**31)
SCALE_RATIO = Range(0, 1000)  # what a column is multiplied by

# What was built, held against a plan: MW, square metres or anything else, alike in a file.
BUILT_SIZE = Range(0.000001, 1e12, or_none=True)
BUILT_YEAR = Range(1950, 2100, whole_of="years")
