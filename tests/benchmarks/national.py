"""Studies of any size from the raw county table: real weather, prices and carbon, not noise."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import tempfile
from pathlib import Path
from typing import Any

from measure import keep, kept

import siting
from siting.case.case import Case
from siting.data.build.places.sites import site_tables
from siting.data.build.series.series_weather import weather_series
from siting.data.build.write import write_csv, write_parquet
from siting.quantities import HOURS_PER_DAY
from siting.study.study import Study

ROOT = Path(__file__).resolve().parents[2]
FIRST_YEAR, GROWTH_RATIO = 2030, 1.5
HORIZON_YR = 15
EXTREME_DAYS = ("hottest_wet_bulb", "dearest_power", "lowest_wind_and_sun")
ALL_DEMAND_SITES_COUNT = 40
"""Sites from which on the demand is the country's; fewer could not hold it, and get a share."""

LATENCY_LIMIT_MS = 50.0
"""Loose enough that a few sites, too, reach every zone."""


def name_of(sites_count: int, hours_count: int, periods_count: int) -> str:
    """Name of a study of that size."""
    return f"{sites_count} sites x {hours_count} h x {periods_count}"


def case_of(sites_count: int, hours_count: int, periods_count: int, cases: Path | None) -> Case:
    """Return the case of a study of that size, without its full year.

    Parameters
    ----------
    sites_count : int
        Counties.
    hours_count : int
        A multiple of 24, two days at least.
    periods_count : int
        Periods that share the 15 years; demand grows by half from each to the next.
    cases : Path or None
        Folder that keeps cases from one run to the next.

    Raises
    ------
    ValueError
        If the hours are not whole days.
    """
    if hours_count % HOURS_PER_DAY or hours_count < 2 * HOURS_PER_DAY:
        raise ValueError("hours come in whole days, two at least")
    file = None if cases is None else cases / f"{sites_count}-{hours_count}-{periods_count}-{_version()}.pkl"
    if file is not None and file.exists():
        return kept(file)
    case = _prepared(sites_count, hours_count // HOURS_PER_DAY, periods_count)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        keep(case, file)
    return case


def ask_for_case(parser: argparse.ArgumentParser, study: str) -> None:
    """Add the options by which a benchmark asks for a study, or for counties of the raw table."""
    parser.add_argument("--study", default=study, help=f"a study (default {study}); see also --sites")
    parser.add_argument("--sites", type=int, help="that many counties of the raw table instead of a study")
    parser.add_argument("--hours", type=int, default=96, help="hours with --sites (default 96)")
    parser.add_argument("--cases", type=Path, help="folder that keeps prepared cases for the next run")


def case_asked_for(given: argparse.Namespace) -> tuple[str, Case]:
    """Return the name and the case, without its full year, that `ask_for_case` was told."""
    if given.sites is None:
        return given.study, dataclasses.replace(siting.prepare(siting.load_study(given.study)), year_of=None)
    return name_of(given.sites, given.hours, 1), case_of(given.sites, given.hours, 1, given.cases)


def _version() -> str:
    """Digest of what cases are made by and of: a kept case must not outlive it."""
    files = [*ROOT.glob("siting/*.py"), *ROOT.glob("siting/cooling/*.py"), *ROOT.glob("data/**/*.*")]
    digest = hashlib.sha256()
    for file in sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _prepared(sites_count: int, days_count: int, periods_count: int) -> Case:
    base = siting.load_study("us")
    tables = site_tables(sites_count)
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / name for name in ("sites.csv", "weather.csv", "series_weather.parquet")}
        write_csv(tables.sites, paths["sites.csv"])
        write_csv(tables.weather, paths["weather.csv"])
        stations = [int(name.removeprefix("tmy-")) for name in tables.weather["weather_id"]]
        write_parquet(weather_series(stations), paths["series_weather.parquet"])
        case = None
        extremes = min(len(EXTREME_DAYS), days_count - 1)
        typical = days_count - extremes
        while case is None or case.calendar.days_count < days_count:  # an extreme day may be two at once
            study = _study(base, sites_count, periods_count, typical, extremes)
            study = study.model_copy(update={"tables": {path.stem: str(path) for path in paths.values()}})
            case = siting.prepare(study)
            typical += days_count - case.calendar.days_count
    return dataclasses.replace(case, year_of=None)


def _study(base: Study, sites_count: int, periods_count: int, typical: int, extremes: int) -> Study:
    """Return the national study with other periods, days and demand, of one class of each kind and nothing for rent."""
    share = min(1.0, sites_count / ALL_DEMAND_SITES_COUNT)
    length = HORIZON_YR / periods_count
    years = [FIRST_YEAR + round(i * length) for i in range(periods_count)]
    ends = [*years[1:], FIRST_YEAR + HORIZON_YR]
    first = base.horizon.periods[0].year

    def grown(power_mw: Any) -> dict[int, float]:
        return {year: power_mw[first] * share * GROWTH_RATIO**i for i, year in enumerate(years)}

    demand = base.demand.model_dump()
    demand |= {name: grown(demand[name]) for name in ("inference_mw", "batch_mw", "training_mw")}
    document = base.model_dump(mode="json") | {
        "sites": {"candidates": sites_count},
        "horizon": {
            "base_year": base.horizon.base_year,
            "periods": [{"year": y, "length_yr": end - y} for y, end in zip(years, ends, strict=True)],
        },
        "time": {
            "data_year": base.time.data_year,
            "typical_days_count": typical,
            "extreme_days": EXTREME_DAYS[:extremes],
        },
        "demand": demand | {"latency_limit_ms": LATENCY_LIMIT_MS, "workloads": [], "jurisdictions": {}},
        "edge": {},
        "technology": base.technology.model_dump(mode="json") | {"measures": "none", "leases": "none"},
    }
    return Study.model_validate(document)
