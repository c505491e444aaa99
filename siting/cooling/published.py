"""Parameter ranges of the ten cases of Lei and Masanet (2022).

Facts of Table B.1 of "Climate- and technology-specific PUE and WUE estimations for U.S. data centers using a hybrid
statistical and thermodynamics-based approach", Resources, Conservation and Recycling 182, 106323. Values are uniform
between the bounds. `tests/known` compares every number with the published list.

Three readings of the study, each checked by the table of its results:

- its liquid-gas ratio divides the *evaporated* water, not the circulating water: only so does its worked example
  (PUE 1.339, WUE 2.417 L/kWh) come out. The fans of its towers therefore draw next to nothing; the halls of
  `siting.cooling.derived` use the ratio of circulating water to air and pay for their fans;
- cases 8 to 10 humidify with steam (isothermal), whose electricity is the latent heat, so the pump that the list
  gives for 8 and 9 stands idle and is left out here;
- an airside economiser rests above its highest supply temperature, even where humidifying could cool the air.

Refrigeration of a fifth more than the load, six machines for five, is our own assumption (`plant_margin_ratio`); it
sets `capacity_fraction` and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from siting.cooling.parameters import Span, Spans

HYPERSCALE = (1, 2)
COLOCATION = (3, 4, 5, 6, 7)
_SMALL = (8, 9, 10)

Interval = tuple[float, float]


def _same(cases: Iterable[int], low: float, high: float) -> dict[int, Interval]:
    return dict.fromkeys(cases, (low, high))


def _by_size(hyperscale: Interval, colocation: Interval, small: Interval) -> dict[int, Interval]:
    return {**_same(HYPERSCALE, *hyperscale), **_same(COLOCATION, *colocation), **_same(_SMALL, *small)}


_TOWER_CASES = (1, 2, 3, 4, 5, 8)

# parameter -> case -> (low, high); a case that is absent has no such part
_TABLE: Mapping[str, Mapping[int, Interval]] = {
    "ups_efficiency_fraction": _by_size((0.90, 0.99), (0.80, 0.94), (0.77, 0.85)),
    "distribution_loss_fraction": _by_size((0.0, 0.02), (0.02, 0.05), (0.02, 0.04)),
    "lighting_fraction": _by_size((0.0, 0.002), (0.02, 0.05), (0.02, 0.04)),
    "supply_low_c": _by_size((10.0, 18.0), (15.0, 18.0), (18.0, 22.5)),
    "supply_high_c": _by_size((27.0, 35.0), (27.0, 32.0), (22.5, 27.0)),
    "dew_low_c": _by_size((-12.0, -9.0), (-12.0, -9.0), (-9.9, -8.1)),
    "dew_high_c": _by_size((15.0, 27.0), (15.0, 27.0), (13.5, 16.5)),
    "humidity_low_fraction": _by_size((0.08, 0.20), (0.10, 0.30), (0.20, 0.30)),
    "humidity_high_fraction": {**_by_size((0.60, 0.95), (0.60, 0.80), (0.54, 0.66)), 2: (0.60, 0.90)},
    "sensible_heat_fraction": _by_size((0.95, 0.99), (0.95, 0.99), (0.95, 0.99)),
    "air_rise_c": _by_size((13.9, 19.4), (5.0, 10.0), (5.0, 8.0)),
    "hall_fan_pa": {
        **_by_size((300.0, 700.0), (400.0, 900.0), (400.0, 900.0)),
        1: (300.0, 1000.0),
        3: (400.0, 1000.0),
        6: (400.0, 1000.0),
        10: (400.0, 600.0),
    },
    "hall_fan_efficiency_fraction": _by_size((0.65, 0.90), (0.60, 0.80), (0.60, 0.75)),
    "humidifier_pa": _same(range(1, 8), 6.3e6, 7.7e6),
    "humidifier_efficiency_fraction": _same(range(1, 8), 0.60, 0.80),
    "coil_effectiveness_fraction": {
        2: (0.70, 0.90),
        **_same((4, 5, 6, 7), 0.65, 0.90),
        **_same((8, 9), 0.65, 0.80),
    },
    "water_rise_c": _same(range(1, 10), 5.0, 10.0),
    "chilled_pump_pa": _same(range(1, 10), 114.9e3, 172.4e3),
    "chilled_pump_efficiency_fraction": {case: (0.60, 0.70 if case in _SMALL else 0.80) for case in range(1, 10)},
    "economiser_pump_pa": _same((2, 4), 114.9e3, 172.4e3),
    "economiser_pump_efficiency_fraction": _same((2, 4), 0.60, 0.80),
    "tower_pump_pa": _same(_TOWER_CASES, 166.9e3, 250.4e3),
    "tower_pump_efficiency_fraction": {case: (0.60, 0.70 if case in _SMALL else 0.80) for case in _TOWER_CASES},
    "exchanger_approach_c": _same((2, 4), 1.7, 2.8),
    "tower_rise_c": _same(_TOWER_CASES, 4.0, 6.0),
    "tower_approach_c": _same(_TOWER_CASES, 2.8, 6.7),
    "tower_fan_pa": {case: (100.0 if case in HYPERSCALE else 200.0, 400.0) for case in _TOWER_CASES},
    "tower_fan_efficiency_fraction": {
        **_same((3, 4, 5), 0.60, 0.80),
        **_same(HYPERSCALE, 0.65, 0.90),
        8: (0.60, 0.75),
    },
    "evaporated_gas_ratio": {case: (0.2, 4.0 if case in HYPERSCALE else 2.0) for case in _TOWER_CASES},
    "windage_fraction": {case: (5e-4 if case == 8 else 5e-5, 5e-3) for case in _TOWER_CASES},
    "cycles_ratio": {case: (3.0, 15.0 if case in HYPERSCALE else 12.0) for case in _TOWER_CASES},
    "chiller_load_fraction": {case: (0.2, 0.8) if case in HYPERSCALE else (0.1, 0.5) for case in range(1, 10)},
    "cop_error_fraction": {
        **_same(HYPERSCALE, -0.11, 0.11),
        **_same((3, 4, 5), -0.40, 0.0),
        **_same((6, 7), -0.40, 0.25),
        8: (-0.60, 0.20),
        9: (-0.45, 0.30),
        10: (-0.45, 0.20),
    },
}

_MARGIN = Span(1.2, 1.2)


def published_ranges(case: int) -> Spans:
    """Spans of one published case.

    Parameters
    ----------
    case : int
        1 to 10.

    Returns
    -------
    mapping of str to Span

    Examples
    --------
    >>> published_ranges(2)["hall_fan_pa"]
    Span(low=300.0, high=700.0)
    """
    ranges = {name: Span(*cases[case]) for name, cases in _TABLE.items() if case in cases}
    return {**ranges, "plant_margin_ratio": _MARGIN}
