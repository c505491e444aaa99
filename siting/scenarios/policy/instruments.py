"""The standard instruments, each at a level seen from the plan without it, and one step looser and tighter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from siting.quantities import unit

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["INSTRUMENTS", "LEVELS", "STANDARD", "Instrument", "InstrumentLevel", "standard_instruments"]

InstrumentLevel = Literal["looser", "standard", "tighter"]
LEVELS: tuple[InstrumentLevel, ...] = ("looser", "standard", "tighter")

CARBON_STEP_USD_PER_T = 50.0
"""Step of the price of carbon."""

SHARES_LEFT = (0.9, 0.8, 0.7)
"""Parts of what the plan without the instrument has that a cap leaves."""

SHARES_CLEAN = (0.25, 0.5, 0.75)
"""Parts of what is not clean yet that an obligation asks for."""

ADDERS_USD_PER_MWH = (2.0, 5.0, 10.0)
"""Adders on power where most of it is drawn."""

LARGE_LOAD_MW = 20.0
"""Full load of a site beyond which it is a large one."""

LARGE_LOAD_CHARGES_USD_PER_MW_YR = (20_000.0, 50_000.0, 100_000.0)
"""Charges on large load; as much as 1.7 to 8.3 USD/kW and month."""

SHARES_GIVEN = (0.1, 0.25, 0.5)
"""Shares of a large load that are given up."""

PARTS_OF_OVERHEAD = (0.98, 0.95, 0.9)
"""Parts of the highest overhead of a site that a limit leaves: halls differ by less than carbon does."""


@dataclass(frozen=True)
class Instrument:
    """An instrument at three levels.

    Parameters
    ----------
    id : str
        Short name.
    name : str
        What it is, in words.
    path : str
        Field of the study that states it.
    values : tuple
        Its values, looser, standard and tighter; one only where it is there or not.
    settings : tuple of (str, Any)
        Other fields that it needs.
    states : tuple of str
        States whose own rule it is; empty where it holds for all sites.
    amounts : tuple of float
        What its values come to as numbers, where they are rules of a region.
    amount_unit : str
        Of these.
    """

    id: str
    name: str
    path: str
    values: tuple[Any, ...]
    settings: tuple[tuple[str, Any], ...] = ()
    states: tuple[str, ...] = ()
    amounts: tuple[float, ...] = ()
    amount_unit: str = ""

    @property
    def levels(self) -> tuple[InstrumentLevel, ...]:
        """Its levels."""
        return LEVELS if len(self.values) == len(LEVELS) else ("standard",)

    def value(self, level: InstrumentLevel) -> Any:
        """Return its value at a level."""
        return self.values[self.levels.index(level)]

    def amount(self, level: InstrumentLevel) -> float | None:
        """Return its value at a level as a number; None where it is there or not."""
        value = self.amounts[self.levels.index(level)] if self.amounts else self.value(level)
        return None if isinstance(value, list) else float(value)

    @property
    def is_price(self) -> bool:
        """Whether it states a price, which no unit more of can be asked what it costs."""
        return self.path.endswith("_usd_per_t") or self.amount_unit.startswith("USD")

    def shown(self, level: InstrumentLevel) -> str:
        """Return its value at a level with its unit."""
        if self.amounts:
            return f"{self.amounts[self.levels.index(level)]:,g} {self.amount_unit}".rstrip()
        value, field = self.value(level), ".".join(self.path.split(".")[:2])
        return f"{len(value)} sites closed" if isinstance(value, list) else f"{value:,g} {unit(field).label}".rstrip()


def standard_instruments(plan: Plan, names: Sequence[str] | None = None) -> tuple[Instrument, ...]:
    """Return the instruments that mean something for a plan.

    Parameters
    ----------
    plan : Plan
        The plan without any of them, on the chosen days.
    names : sequence of str, optional
        Which, of `INSTRUMENTS`; the eight of `STANDARD` by default.
    """
    return tuple(found for name in names or STANDARD for found in INSTRUMENTS[name](plan))


def _carbon_price(plan: Plan) -> Iterator[Instrument]:
    base = plan.case.study.policy.carbon_price_usd_per_t
    values = tuple(base + step * CARBON_STEP_USD_PER_T for step in (1, 2, 3))
    charged = (("policy.carbon_price_is_charged", True),)
    yield Instrument("carbon-price", "Carbon price, charged", "policy.carbon_price_usd_per_t", values, charged)


def _carbon_cap(plan: Plan) -> Iterator[Instrument]:
    yield from _cap("carbon-cap", "Cap on carbon", "policy.carbon_cap_t_per_yr", _carbon(plan))


def _clean_by_the_hour(plan: Plan) -> Iterator[Instrument]:
    now = _most(plan, "cfe_fraction", least=True)
    if now is not None:
        values = tuple(round(now + share * (1 - now), 4) for share in SHARES_CLEAN)
        yield Instrument("clean-by-the-hour", "Clean energy by the hour", "policy.cfe_min_fraction", values)


def _clean_by_the_year(_: Plan) -> Iterator[Instrument]:
    yield Instrument(
        "clean-by-the-year", "Clean energy by the year", "policy.cfe_annual_min_fraction", (0.5, 0.75, 1.0)
    )


def _pue_limit(plan: Plan) -> Iterator[Instrument]:
    pue = _of_sites(plan, "pue")
    if pue is not None and pue > 1:
        values = tuple(round(1 + part * (pue - 1), 4) for part in PARTS_OF_OVERHEAD)
        yield Instrument("pue-limit", "Limit on the PUE of each site", "policy.pue_max_ratio", values)


def _water_cap(plan: Plan) -> Iterator[Instrument]:
    yield from _cap("water-cap", "Cap on water", "policy.water_cap_m3_per_yr", _most(plan, "water_m3_per_yr"))


def _zone_limit(plan: Plan) -> Iterator[Instrument]:
    built = _built(plan).groupby("grid_zone_id")["connection_mw"].sum()
    if len(built):
        zone, power = str(built.idxmax()), float(built.max())
        states = _built(plan).query("grid_zone_id == @zone")["state"].unique()
        values = tuple(round(share * power, 3) for share in SHARES_LEFT)
        path = f"policy.grid_zone_limit_mw.{zone}"
        yield Instrument("zone-limit", f"Limit on power in {zone}", path, values, states=tuple(map(str, states)))


def _moratorium(plan: Plan) -> Iterator[Instrument]:
    built = _built(plan).groupby("state")["it_capacity_mw"].sum()
    if len(built) > 0:
        state = str(built.idxmax())
        sites = plan.case.tables["sites"]
        there = [str(site) for site in sites.loc[sites["state"] == state, "site_id"]]
        if len(there) < len(sites):
            closed = list(dict.fromkeys([*plan.case.study.policy.excluded_sites, *there]))
            yield Instrument(
                "moratorium", f"Moratorium in {state}", "policy.excluded_sites", (closed,), states=(state,)
            )


def _locational_price(plan: Plan) -> Iterator[Instrument]:
    yield from _of_first_zone(
        plan, "locational-price", "Locational price of power in {zone}", "power_adder_usd_per_mwh", ADDERS_USD_PER_MWH,
        "USD/MWh",
    )  # fmt: skip


def _large_load_tariff(plan: Plan) -> Iterator[Instrument]:
    yield from _of_first_zone(
        plan, "large-load-tariff", "Large-load tariff in {zone}, beyond " + f"{LARGE_LOAD_MW:g} MW",
        "large_load_usd_per_mw_yr", LARGE_LOAD_CHARGES_USD_PER_MW_YR, "USD/MW a year",
    )  # fmt: skip


def _flexibility_duty(plan: Plan) -> Iterator[Instrument]:
    states = tuple(sorted({str(state) for state in plan.case.tables["sites"]["state"]}))

    def rules(share: float) -> list[dict[str, Any]]:
        duty = {"large_load_mw": LARGE_LOAD_MW, "large_load_give_fraction": share}
        return [*_rules(plan), *({"state": state, **duty} for state in states)]

    values = tuple(rules(share) for share in SHARES_GIVEN)
    hours = plan.case.study.connection.flexible_h_per_yr
    name = f"Duty to give up load beyond {LARGE_LOAD_MW:g} MW in {hours:g} hours"
    yield Instrument("flexibility-duty", name, "policy.regional", values, amounts=SHARES_GIVEN, amount_unit="of it")


INSTRUMENTS: Mapping[str, Callable[[Plan], Iterator[Instrument]]] = MappingProxyType(
    {
        "carbon-price": _carbon_price,
        "carbon-cap": _carbon_cap,
        "clean-by-the-hour": _clean_by_the_hour,
        "water-cap": _water_cap,
        "locational-price": _locational_price,
        "large-load-tariff": _large_load_tariff,
        "flexibility-duty": _flexibility_duty,
        "moratorium": _moratorium,
        "clean-by-the-year": _clean_by_the_year,
        "pue-limit": _pue_limit,
        "zone-limit": _zone_limit,
    }
)
"""What makes each instrument, by its short name."""

STANDARD = tuple(INSTRUMENTS)[:8]
"""The instruments of the standard table."""


def _of_first_zone(
    plan: Plan, key: str, name: str, field: str, amounts: tuple[float, ...], amount_unit: str
) -> Iterator[Instrument]:
    """A rule of the grid zone in which most power is connected."""
    built = _built(plan).groupby("grid_zone_id")["connection_mw"].sum()
    if len(built):
        zone = str(built.idxmax())
        states = _built(plan).query("grid_zone_id == @zone")["state"].unique()
        sized = {"large_load_mw": LARGE_LOAD_MW} if field.startswith("large_load") else {}
        values = tuple([*_rules(plan), {"grid_zone": zone, **sized, field: amount}] for amount in amounts)
        yield Instrument(
            key, name.format(zone=zone), "policy.regional", values, (), tuple(map(str, states)), amounts, amount_unit
        )


def _rules(plan: Plan) -> list[dict[str, Any]]:
    """Rules of regions that the study has already."""
    return [rule.model_dump(exclude_defaults=True) for rule in plan.case.study.policy.regional]


def _cap(key: str, name: str, path: str, used: float | None) -> Iterator[Instrument]:
    if used is not None and used >= 10:  # less is none: no cap below 1 may be stated
        yield Instrument(key, name, path, tuple(round(share * used, 1) for share in SHARES_LEFT))


def _carbon(plan: Plan) -> float | None:
    return _most(plan, f"carbon_{plan.case.study.policy.carbon_method}_t_per_yr")


def _most(plan: Plan, kpi: str, *, least: bool = False) -> float | None:
    """Greatest, or least, value of a key figure over the periods; None where it has none."""
    table = plan.tables["kpis"]
    values = table[(table["kpi_id"] == kpi) & (table["entity_type"] == "system")]["value"].dropna()
    if values.empty:
        return None
    return float(values.min() if least else values.max())


def _of_sites(plan: Plan, column: str) -> float | None:
    values = plan.tables["sites"][column].dropna()
    return None if values.empty else float(values.max())


def _built(plan: Plan) -> Any:
    sites = plan.tables["sites"]
    return sites[(sites["is_open"] == 1) & (sites["period"] == sites["period"].max())]
