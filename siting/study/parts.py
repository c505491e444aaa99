"""The parts of a study, and the kinds of numbers and names that they are made of.

The text under a field is also its description in the JSON schema that editors read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    StringConstraints,
    Tag,
    model_validator,
)

from siting.problems import shown
from siting.study import magnitudes
from siting.study.limit import LimitMark
from siting.text import FileOfStudy, GridZoneId, Id, PlainText, is_day


class FrozenDict(dict[Any, Any]):
    """A dict that cannot be changed, can be hashed, and can be copied and pickled as what it is."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[Any, Any]]]:
        return FrozenDict, (dict(self),)

    def __deepcopy__(self, memo: dict[int, Any]) -> FrozenDict:
        return self

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("a study cannot be changed; make another with model_copy(update=...)")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse


class Frozen(BaseModel):
    """Base of every part of a study: nothing unknown, nothing infinite, nothing changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields changed, checked like the original."""
        if not update:
            return super().model_copy(deep=deep)
        stated = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**stated, **update})


def _list_or_all(value: object) -> object:
    if isinstance(value, str) and value != "all":
        raise ValueError(f"input should be 'all' or a list of ids (got {shown(value)})")
    return value


def _list_all_or_none(value: object) -> object:
    if isinstance(value, str) and value not in ("all", "none"):
        raise ValueError(f"input should be 'all', 'none' or a list of ids (got {shown(value)})")
    return value


def _variant(value: object) -> str:
    return "word" if isinstance(value, str) else "list"


def _variant_of_sites(value: object) -> str:
    return "first" if isinstance(value, Mapping | Candidates) else _variant(value)


def _some(value: object) -> object:
    if not value:
        raise ValueError("the list is empty; input should be 'all' or a list with something in it")
    return value


def at_least_one(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse an empty list.

    Raises
    ------
    ValueError
        If it is empty.
    """
    if not value:
        raise ValueError("the list is empty; input should be a list with something in it")
    return value


def _distinct(value: tuple[str, ...]) -> tuple[str, ...]:
    for position, item in enumerate(value):
        if item in value[:position]:
            raise ValueError(f"{item!r} stands twice in the list")
    return value


def _a_day(value: object) -> str:
    if not isinstance(value, str) or not is_day(value):
        raise ValueError(f"input should be a day such as 2031-06-30 (got {shown(value)})")
    return value


Day = Annotated[str, BeforeValidator(_a_day)]
Ids = Annotated[tuple[Id, ...], AfterValidator(_distinct)]
IdsOrAll = Annotated[
    Annotated[Literal["all"], Tag("word")] | Annotated[Ids, Tag("list")],
    Discriminator(_variant),
    BeforeValidator(_list_or_all),
]
SomeOrNone = Annotated[
    Annotated[Literal["all", "none"], Tag("word")] | Annotated[Ids, Tag("list")],
    Discriminator(_variant),
    BeforeValidator(_list_all_or_none),
    AfterValidator(_some),
]
SomeChoice = Annotated[IdsOrAll, AfterValidator(_some)]
ExtremeDay = Literal["hottest_wet_bulb", "lowest_wind_and_sun", "dearest_power"]


class Candidates(Frozen):
    """Candidate sites by where they lie, and the first of them by the rank that one written rule gives to all."""

    candidates: Annotated[int, Strict(), magnitudes.SOME_SITES_COUNT] | None = None
    """How many of the first, of those that the other fields leave; all of these if empty."""
    states: Annotated[tuple[PlainText, ...], AfterValidator(_distinct)] = ()
    """Only sites of these states, by their two letters; of all if empty."""
    grid_zones: Annotated[tuple[GridZoneId, ...], AfterValidator(_distinct)] = ()
    """Only sites of these grid zones; of all if empty."""
    water_stress_max_score: Annotated[float, Strict(), magnitudes.WATER_STRESS_SCORE] | None = None
    """Only sites with no more water stress (0 to 5); any if empty."""
    polygon: FileOfStudy | None = None
    """Only sites within the polygons of a file, in any coordinate system, seen from the study; any if empty."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self == Candidates.model_construct():
            raise ValueError("a choice of candidates names how many, or where they lie")
        return self

    @property
    def is_filtered(self) -> bool:
        """Whether more than a number is stated."""
        return self != Candidates.model_construct(candidates=self.candidates)


SitesChoice = Annotated[
    Annotated[Literal["all"], Tag("word")] | Annotated[Ids, Tag("list")] | Annotated[Candidates, Tag("first")],
    Discriminator(_variant_of_sites),
    BeforeValidator(_list_or_all),
    AfterValidator(_some),
]

CalendarYear = Annotated[int, Strict(), magnitudes.CALENDAR_YEAR]
Rate = Annotated[float, Strict(), magnitudes.RATE_FRACTION]


_TYPICAL_YEAR, _YEAR_BEFORE = 2023, 2022
"""Of the catalogue's years the one whose prices lie nearest to the median of all four, and the year before it."""

Connected = Annotated[float, Strict(), magnitudes.SITE_MW_OR_NONE]
MegawattsByZone = Annotated[Mapping[GridZoneId, Connected], AfterValidator(FrozenDict)]
FactorByColumn = Annotated[
    Mapping[PlainText, Annotated[float, Strict(), magnitudes.SCALE_RATIO]], AfterValidator(FrozenDict)
]
FactorsByTable = Annotated[Mapping[PlainText, FactorByColumn], AfterValidator(FrozenDict)]


class Time(Frozen):
    """The hours that the model sees."""

    data_year: CalendarYear = 2022
    """Year of the hourly series, 2021 to 2024; wind and sun of all zones, hence contracts, are of 2022 only."""
    second_year: Literal["auto", "none"] | CalendarYear = "auto"
    """Year whose prices, wind and sun contracts are held against; auto is 2023, or 2022 if that is the data year.

    A contract that is worth more than its strike in the data year and less in this one is taken out, and the plan is
    made again without it. Where the catalogue has no wind and sun of the year, there is one price year.
    """
    typical_days_count: Annotated[int, Strict(), magnitudes.DAYS_COUNT] = 8
    """Number of typical days that stand for the year; the extreme days come on top."""
    extreme_days: Annotated[tuple[ExtremeDay, ...], AfterValidator(_distinct)] = (
        "hottest_wet_bulb",
        "lowest_wind_and_sun",
        "dearest_power",
    )
    """Days that are kept in whatever they weigh, so that what is sized for a peak is sized for a real one."""

    @property
    def compared_year(self) -> int | None:
        """Year that contracts are held against; None for none."""
        if self.second_year == "none":
            return None
        if self.second_year == "auto":
            return _TYPICAL_YEAR if self.data_year != _TYPICAL_YEAR else _YEAR_BEFORE
        return self.second_year


class Technology(Frozen):
    """What may be built and bought."""

    cooling: SomeChoice = "all"
    """Cooling technologies on offer, from the table cooling."""
    racks: SomeChoice = "all"
    """Racks on offer, from the table racks; all of them but the speculative ones, which must be named."""
    rack_gain_per_yr: Annotated[float, Strict(), magnitudes.RATE_FRACTION] = 0.0
    """Yearly gain of the work that a rack does for the same price and power if it is bought after the base year (0 to
    1), where the table rack_years says nothing of it: its successors take its place; none by default."""
    contracts: IdsOrAll = "all"
    """Power contracts on offer, from the table contracts; an empty list offers none."""
    certificates: Annotated[bool, Field(strict=True), LimitMark("rule", True)] = True
    """Whether unbundled certificates may be bought."""
    virtual_contracts: Annotated[bool, Field(strict=True)] = True
    """Whether contracts may be settled against the market without delivery, where an organised market does so."""
    storage: Annotated[bool, Field(strict=True), LimitMark("rule", True)] = True
    """Whether batteries may be built."""
    bridge: IdsOrAll = ()
    """Plants on site that bridge the wait for the grid or back it up, from the table bridge; an empty list for none."""
    backup: Literal["none", "n", "n-plus-1", "2n"] = "none"
    """Redundancy of the supply, from the table backup: what stands by, its losses at part load, fuel of its tests.

    With none the halls stand by as their price has it, and nothing of it is told.
    """
    measures: SomeOrNone = "none"
    """Packages of efficiency measures on offer, from the table measures; none unless they are asked for."""
    leases: SomeOrNone = "none"
    """Accelerators for rent in cloud regions, from the table leases; none unless they are asked for."""


class Climate(Frozen):
    """The weather that the plan is made for, and the one that it is tried in afterwards."""

    warming_c: Annotated[float, Strict(), magnitudes.WARMING_C] = 0.0
    """Degrees by which every hour is warmer than in the typical year, at the same relative humidity [C]."""
    hot_year: Annotated[bool, Field(strict=True)] = False
    """Whether the plan is made for a hot year: each month's coolest tenth of days gives way to its hottest."""
    extreme_return_yr: Annotated[float, Strict(), magnitudes.RETURN_YR] = 20.0
    """Years in which the hottest hour that cooling must carry comes once [yr]; 1 takes that of the typical year."""
    stress_warming_c: Annotated[float, Strict(), magnitudes.WARMING_C] = 2.0
    """Further degrees of the warmer climate in which the plan is tried [C]."""


class Facility(Frozen):
    """What a site consists of."""

    module_mw: Annotated[float, Strict(), magnitudes.SITE_MW] = 20.0
    """IT power of one hall module, the step in which halls are built [MW]."""
    site_min_mw: Annotated[float, Strict(), magnitudes.SITE_MW_OR_NONE] = 20.0
    """Least IT power of a site that is opened [MW]."""
    site_max_mw: Annotated[float, Strict(), magnitudes.SITE_MW] = 500.0
    """Largest IT power of a site [MW]."""
    peak_diversity_fraction: Annotated[float, Strict(), magnitudes.DIVERSITY_FRACTION] = 0.9
    """Share of their nameplate that all racks together draw at full load (0 to 1)."""
    fixed_site_usd: Annotated[float, Strict(), magnitudes.WORKS_USD] = 5.0e7
    """Cost of opening a site, whatever its size: studies, permits, roads, security [USD]."""
    port_gbps: Annotated[float, Strict(), magnitudes.PORT_GBPS] = 400.0
    """Bandwidth of a site's port, over which the data of jobs moves; assumed [Gbit/s]."""
    storage_min_mw: Annotated[float, Strict(), magnitudes.SITE_MW_OR_NONE] = 1.0
    """Least power of a battery that is built; batteries come in containers of about this size [MW]."""


class Finance(Frozen):
    """Money, real and before inflation."""

    discount_rate_fraction: Rate = 0.07
    """Real discount rate (0 to 1) a year."""
    objective: Literal["after_tax", "before_tax"] = "after_tax"
    """What is least: costs and taxes, or costs alone; without a price of computing it is costs alone."""
    compute_price_usd_per_gpu_h: Annotated[float, Strict(), magnitudes.COMPUTE_USD_PER_GPU_H] = 2.4
    """Price of an accelerator's hour of work [USD/GPU-h]; as much work earns the same, whatever does it; 0 for none."""
    priced_rack: Id | None = None
    """Rack whose accelerator the price is of; that of demand.reference_rack if empty."""
    federal_income_tax_fraction: Rate | None = None
    """Federal tax on income (0 to 1), for the figures after tax; the table finance's if empty."""
    inflation_fraction: Rate | None = None
    """Yearly inflation (0 to 1), for what tax law and lenders count in dollars of the day; the table's if empty."""
    debt_fraction: Annotated[float, Strict(), magnitudes.FRACTION] | None = None
    """Share of each purchase that is borrowed (0 to 1); the table's if empty."""
    debt_rate_fraction: Rate | None = None
    """Nominal interest on debt (0 to 1) a year; the table's if empty."""
    debt_tenor_yr: Annotated[int, Strict(), magnitudes.LIFE_YR] | None = None
    """Years over which debt is repaid [yr], or the life of the asset if that is shorter; the table's if empty."""

    @property
    def is_after_tax(self) -> bool:
        """Whether taxes are in the objective: wanted, and there is something to tax."""
        return self.objective == "after_tax" and self.compute_price_usd_per_gpu_h > 0


RegionKind = Literal["state", "county_fips", "grid_zone", "polygon"]
REGION_KINDS: tuple[RegionKind, ...] = ("state", "county_fips", "grid_zone", "polygon")
"""Ways of naming a region."""


class RegionalRule(Frozen):
    """Rules of one region, named by one of state, county, grid zone or polygon."""

    state: PlainText | None = None
    """State, by its two letters as in the table sites."""
    county_fips: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")] | None = None
    """County, by its five digits."""
    grid_zone: GridZoneId | None = None
    """Grid zone, by its id."""
    polygon: FileOfStudy | None = None
    """File of polygons in any coordinate system (GeoJSON, GeoPackage or shapefile), seen from the study."""
    connected_max_mw: Annotated[Annotated[float, Strict(), magnitudes.SITE_MW_OR_NONE] | None, LimitMark("most")] = None
    """Most connected power of all sites there [MW]; none if empty."""
    it_min_mw: Annotated[Annotated[float, Strict(), magnitudes.SITE_MW_OR_NONE] | None, LimitMark("least")] = None
    """Least IT power that stands there [MW]; none if empty."""
    water_cap_m3_per_yr: Annotated[Annotated[float, Strict(), magnitudes.WATER_M3_PER_YR] | None, LimitMark("most")] = (
        None
    )
    """Most water drawn there in any period [m³/yr]; none if empty."""
    closed_until: Day | None = None
    """Day until which no site may open there; none if empty."""
    water_fee_usd_per_m3: Annotated[float, Strict(), magnitudes.WATER_USD_PER_M3] = 0.0
    """Fee on water drawn there, on top of its price [USD/m³]."""
    payment_usd_per_mw_yr: Annotated[float, Strict(), magnitudes.UPKEEP_USD_PER_MW_YR] = 0.0
    """Payment to the communities there, by the IT power that stands [USD/MW a year]."""
    power_adder_usd_per_mwh: Annotated[float, Strict(), magnitudes.LOCATIONAL_USD_PER_MWH] = 0.0
    """Locational price on all power drawn there, on top of the tariff; a credit below zero [USD/MWh]."""
    large_load_mw: Annotated[float, Strict(), magnitudes.SITE_MW_OR_NONE] = 0.0
    """Full load of a site in the worst hour beyond which the rules for large loads hold there [MW]."""
    large_load_usd_per_mw_yr: Annotated[float, Strict(), magnitudes.LARGE_LOAD_USD_PER_MW_YR] = 0.0
    """Charge on each MW beyond it [USD/MW a year]."""
    large_load_give_fraction: Annotated[float, Strict(), magnitudes.FRACTION] = 0.0
    """Share of what is beyond it that a site gives up in the connection.flexible_h_per_yr dearest hours (0 to 1)."""

    @model_validator(mode="after")
    def _one_region(self) -> Self:
        named = [kind for kind in REGION_KINDS if getattr(self, kind) is not None]
        if len(named) != 1:
            raise ValueError(f"a rule is about one region: state one of {', '.join(REGION_KINDS)} (got {len(named)})")
        return self

    @property
    def kind(self) -> RegionKind:
        """What kind of region it is."""
        return next(kind for kind in REGION_KINDS if getattr(self, kind) is not None)

    @property
    def region(self) -> str:
        """The region, as it is stated."""
        return str(getattr(self, self.kind))

    def __str__(self) -> str:
        return f"{self.kind} {self.region}"


CarbonMethod = Literal["location", "market", "hourly"]
"""Accounts of operating carbon, as the scope 2 guidance and its revision tell them apart."""


class Policy(Frozen):
    """Prices and limits set by somebody else."""

    carbon_method: CarbonMethod = "location"
    """How operating carbon is counted for the price and the cap."""
    carbon_price_usd_per_t: Annotated[float, Strict(), magnitudes.CARBON_USD_PER_T] = 0.0
    """Price of carbon [USD/t CO2e]."""
    carbon_price_is_charged: Annotated[bool, Strict()] = False
    """Whether somebody charges it: then it is a cost and taken off income; else it steers the plan and is no cash."""
    carbon_cap_t_per_yr: Annotated[Annotated[float, Strict(), magnitudes.CARBON_T_PER_YR] | None, LimitMark("most")] = (
        None
    )
    """Most carbon in any period [t CO2e/yr]; none if empty."""
    carbon_cap_method: CarbonMethod | None = None
    """How operating carbon is counted for the cap alone; as for the price if empty."""
    water_cap_m3_per_yr: Annotated[Annotated[float, Strict(), magnitudes.WATER_M3_PER_YR] | None, LimitMark("most")] = (
        None
    )
    """Most water drawn on site in any period [m³/yr]; none if empty."""
    pue_max_ratio: Annotated[Annotated[float, Strict(), magnitudes.PUE_RATIO] | None, LimitMark("most")] = None
    """Highest PUE of a site, as an annual mean over energy; none if empty."""
    wue_max_l_per_kwh: Annotated[Annotated[float, Strict(), magnitudes.WATER_L_PER_KWH] | None, LimitMark("most")] = (
        None
    )
    """Most water drawn on site a kWh of IT energy at any site, as an annual mean [L/kWh]; none if empty."""
    cfe_min_fraction: Annotated[Annotated[float, Strict(), magnitudes.FRACTION] | None, LimitMark("least")] = None
    """Least carbon-free share of the energy used, hour by hour over the year (0 to 1): the key figure cfe_fraction."""
    cfe_scope: Literal["fleet", "site"] = "fleet"
    """Whether all sites together have that share, or each site for itself."""
    cfe_annual_min_fraction: Annotated[Annotated[float, Strict(), magnitudes.FRACTION] | None, LimitMark("least")] = (
        None
    )
    """Least share of the power drawn by all sites and made on them (0 to 1) that contracts and certificates cover."""
    heat_reuse_min_fraction: Annotated[Annotated[float, Strict(), magnitudes.FRACTION] | None, LimitMark("least")] = (
        None
    )
    """Least share of each site's energy that is sold as heat over the year (0 to 1); none if empty."""
    excluded_sites: Annotated[Ids, LimitMark("rule", ())] = ()
    """Sites that may not be opened."""
    respect_moratoria: Annotated[bool, Field(strict=True)] = True
    """Whether a moratorium of a site's county or state bars opening there until the end that it states."""
    moratorium_assumed_end: Day | None = None
    """Day until which one without a stated end bars opening; a town's or a utility's bars with it; none if empty."""
    exclude_refused: Annotated[bool, Field(strict=True)] = False
    """Whether to leave out the sites where a moratorium or a utility's cap holds, or refusals are on record."""
    grid_zone_limit_mw: Annotated[MegawattsByZone, LimitMark("most")] = Field(default_factory=FrozenDict)
    """Most connected power in a grid zone, by its id [MW]."""
    regional: tuple[RegionalRule, ...] = ()
    """Rules of single regions, each a state, a county, a grid zone or a polygon."""
    sites_min_count: Annotated[int, Strict(), magnitudes.SITES_COUNT, LimitMark("least", 0)] = 1
    """Least number of open sites."""
    sites_max_count: Annotated[Annotated[int, Strict(), magnitudes.SOME_SITES_COUNT] | None, LimitMark("most")] = None
    """Largest number of open sites; none if empty."""

    @property
    def capped_carbon(self) -> CarbonMethod:
        """How carbon is counted for the cap."""
        return self.carbon_cap_method or self.carbon_method
