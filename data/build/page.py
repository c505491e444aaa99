"""The catalogue's page: tables, coverage, grades, licences, and what is weakest, from the tables themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from siting.data.build.money import to_money_year
from siting.data.build.raw import read_input
from siting.data.build.series.hours import YEAR
from siting.data.tables.provenance import Provenance
from siting.data.tables.schema import SERIES, TABLES

__all__ = ["catalogue_page", "values_by_grade"]

INTRODUCTION = """\
# The catalogue

Every table that a study can use, made from public files by `python -m siting.data.build`. `columns.csv` describes
each column and grades it; a row with its own `source_id` and `grade` overrules its column. Grades: *measured*
(observed, or published by its keeper), *modelled* (derived from measurements by a stated rule), *assumed* (a
judgement). Money is in dollars of 2024. Hourly grid series are in UTC; weather is a typical year in local standard
time.

In 2022 prices, generation, wind and sun are all of the same hours; prices stand at the median of four years' means
(`wholesale_levels`). A study may take 2021, 2023 or 2024 instead: then prices stand as they were, carbon is measured in
four zones (`series_carbon`, Electricity Maps, a file of its own under the ODbL) and typical elsewhere. Wind and sun of
those years are there in CAISO, ERCOT, NYISO and PJM alone, modelled from the year's weather; contracts are held against
them. 29 February 2024 is left out.
"""

WEAKEST = """\
## What to trust least

- **Headroom** is a share of what a county's interfaces carry in a model of the real grid. The share is a judgement, and
  what others have asked for is not in it. **Prices of reinforcement** are those of generators in two markets; lines are
  real, substations are not known.
- **Wait for power** is known in few places, and mostly from the press (`wait_trust`); it decides nothing
  unless a study asks for dates (`connection.dates`), and where it is unknown dates count the building alone.
- **Tariffs** are averages over today's industrial customers: the state's mean, and about four tenths of what a county
  differs by; where delivery alone is mixed in, the state's mean stands for the county (`imputed.csv`). The spread is in
  `tariff_low_usd_per_mwh` and `tariff_high_usd_per_mwh`; a contract for hundreds of megawatts is negotiated.
- **Capacity** is charged at the newest auction's price, at PJM's cap, where customers buy it; its price rose tenfold in
  two years and may fall again. **Classes of large load** are known of seventeen utilities, in counties where each had
  lines in 2014: none known is no sign that there is none, and no cost comes of a minimum payment.
- **Prices outside CAISO, ERCOT, PJM and NYISO** are another market's hours, moved to the zone's own level where a hub
  or a market's report gives one (`wholesale_levels.csv` says which); **carbon outside eight zones** is a
  neighbour's hours (`grid_zones.csv` says whose). At a site both have the yearly level of its balancing authority
  (`authority_carbon`, under the ODbL), found by coarse polygons. **Its fall to 2050** (`carbon_path`) is one model's
  mid-case, by an own map of counties to regions, made before the tax credits of 2022 were cut; emissions at the stack
  fall, and what is built instead has a life cycle of its own, which is not added.
- **Wind and sun** are fleet profiles of 2022 at an assumed capacity factor. Five markets have **offers** of sun of
  their own (`contract_offers`, real dollars over an assumed term); elsewhere, and of wind everywhere, that of the
  continent stands in. Which **state's law** lets a consumer buy a plant's output (`contract_law`) rests on one list of
  the EIA and two of green tariffs, and else on general knowledge; where nothing is known, none is delivered.
- **Growth of demand** (`demand_growth`) is that of all data centres of the country as one report has it, and, of
  training, that of single runs, of which a judgement says what share a study takes up; no study needs it.
- **Training runs** (`training_runs`) have their energy as published, of whole systems or of accelerators alone; the
  nameplate of their systems and the mean load, by which it is worked out again, are assumed. They decide nothing.
- **Racks**: power, speed, memory and first year of accelerators are makers' figures (dense BF16 peaks, which no work
  reaches); the rest of a rack's power, its price and spread, fabric, lead time, weight, transients and embodied carbon
  are judgement. Speeds of processors and FPGA are peaks by the same measure, and flatter them. Which maker's rack a
  study that offers `all` takes follows from assumed prices and peaks, and is no finding: the TPU, which has no list
  price, is the cheapest by them. The two **speculative** racks are guesses: the neuromorphic one counts half of its
  8-bit rate, the quantum one has no speed and cannot be chosen.
- **Fibre** counts homes with fibre or cable, misses whole providers, and is no measure of long-haul routes.
- **Land, water price, demand charge, reinforcement** are national figures, scaled or constant.
- **Hazard** is a rank of expected loss with exposure regressed out; **water stress** is one number a state.
- **Taxes** are the top rates of states; property tax is what home owners pay in the county, and business property pays
  as much or more; local agreements, which large campuses get, are unknown. Ten states are taken to tax equipment
  because no exemption was found, three because theirs is closed to new halls. **Debt** has the terms of a lender's
  article and touches the figures after tax alone.
- **Water supply**: the tenth of a county's public supply that a site may take is assumed, and so is that one utility's
  charge for the peak day holds everywhere. Withdrawals are counted where water is taken: a county that buys its water
  has few, or none and then no limit.
- **Halls** cost the mean of one guide's markets, without owner-furnished equipment, design, soft cost, contingency and
  land; what one way of cooling costs more than another is assumed, since no source splits it.
- **Consent**: moratoria and refusals are a floor and no census; whether one past its days was prolonged is not known.
"""


ABOUT = ("columns", "imputed", "sources")
GRADES = ("measured", "modelled", "assumed")
NO_VALUES = frozenset({"name", "unit", "description", "source_id", "grade"})


def coverage(sheets: Mapping[str, pd.DataFrame]) -> str:
    """Say how much of the country the sites and zones cover."""
    sites, zones = sheets["sites"], sheets["zones"]
    by_zone = ", ".join(f"{name} {count}" for name, count in sites["grid_zone_id"].value_counts().sort_index().items())
    people = zones["population_count"].sum() / 1e6
    return (
        "## Coverage\n\n"
        f"{len(sites)} candidate counties in {sites['state'].nunique()} states; by grid zone: {by_zone}. "
        f"{len(zones)} metropolitan areas with {people:.0f} million people. {len(sheets['weather'])} weather sites. "
        f"{len(sheets['imputed'])} cells are filled by a rule (`imputed.csv`). "
        f"The wait for power is known of {sites['wait_basis'].notna().sum()} counties, and unknown elsewhere.\n"
    )


def table_of(rows: list[tuple[object, ...]], heading: tuple[str, ...]) -> str:
    """Write rows as a Markdown table."""
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def values_by_grade(sheets: Mapping[str, pd.DataFrame], series: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count the values of each table by grade; keys, names and descriptions are none.

    Parameters
    ----------
    sheets
        Tables by name.
    series
        Hourly series by name. Their grade is the column's, but for what `grid_zones` says of a zone: prices are
        measured in four markets, carbon in the zones whose row is, and in 2022 alone.

    Returns
    -------
    pandas.DataFrame
        A row a table: `rows_count`, `cells_count`, `missing_count`, `imputed_count`, and a count a grade.
    """
    provenance = Provenance(sheets)
    imputed = sheets["imputed"]["table"].value_counts()
    rows = []
    for name, table in sheets.items():
        if name in ABOUT:
            continue
        keys = list(TABLES[name].key)
        columns = [column for column in table.columns if column not in NO_VALUES and column not in keys]
        found: Counter[str] = Counter()
        for record in table.to_dict("records"):
            row_id = ".".join(
                f"{record[key]:g}" if isinstance(record[key], float) else str(record[key]) for key in keys
            )
            for column in columns:
                if not pd.isna(record[column]):
                    found[provenance.of(name, row_id, column, record)[1]] += 1
        rows.append((name, len(table), len(table) * len(columns), int(imputed.get(name, 0)), found))
    zones = sheets["grid_zones"].set_index("grid_zone_id")
    priced = zones.index[zones["price_basis"].str.startswith("measured")]
    by_year = [
        (f"{name}, {told}", name, table[of_base == base])
        for name, table in series.items()
        for of_base in [table["year"].eq(YEAR) if "year" in table else pd.Series(True, index=table.index)]
        for base, told in ((True, YEAR if "year" in table else "typical year"), (False, "other years"))
        if (of_base == base).any()
    ]
    for title, name, table in by_year:
        key = SERIES[name].key
        found = Counter()
        for column in SERIES[name].columns:
            present = table[column].notna()
            grade = pd.Series(provenance.of(name, "", column, {})[1], index=table.index)
            if column == "wholesale_usd_per_mwh":
                grade = table[key].isin(priced).map({True: "measured", False: "modelled"})
            elif name == "series_grid" and grade.iloc[0] == "measured":
                own = table[key].map(zones["grade"]).eq("measured") & table["year"].eq(YEAR)
                grade = own.map({True: "measured", False: "modelled"})
            found.update({str(name): int(count) for name, count in grade[present].value_counts().items()})
        rows.append((title, len(table), len(table) * len(SERIES[name].columns), 0, found))
    return pd.DataFrame(
        [
            (name, count, cells, cells - sum(found.values()), filled, *(found.get(grade, 0) for grade in GRADES))
            for name, count, cells, filled, found in rows
        ],
        columns=["table", "rows_count", "cells_count", "missing_count", "imputed_count", *GRADES],
    ).sort_values("table", ignore_index=True)


def grades(sheets: Mapping[str, pd.DataFrame], series: Mapping[str, pd.DataFrame]) -> str:
    """List the tables with their size, how full they are, and the grades of their values."""
    rows: list[tuple[object, ...]] = []
    for row in values_by_grade(sheets, series).to_dict("records"):
        known = row["cells_count"] - row["missing_count"]
        shares = [f"{100 * row[grade] / known:.0f} %" for grade in GRADES]
        full = f"{100 * known / row['cells_count']:.1f} %"
        rows.append((f"`{row['table']}`", f"{row['rows_count']:,}", full, row["imputed_count"], *shares))
    text = (
        "Values are the cells of a table without its keys, names and descriptions. Present: the share of them that is "
        "not empty. Filled: how many a written rule put in.\n\n"
    )
    heading = ("table", "rows", "present", "filled", *GRADES)
    return "## Tables and the grades of their values\n\n" + text + table_of(rows, heading)


def deflator() -> str:
    """List the factors that turn money of other years into dollars of 2024."""
    years = read_input("deflator.csv")["year"].tolist()
    rows: list[tuple[object, ...]] = [(year, f"{to_money_year(year):.4f}") for year in years]
    return "## Deflator\n\nBy the consumer price index (`bls-cpi-u`).\n\n" + table_of(rows, ("dollars of", "times"))


def licences(sources: pd.DataFrame) -> str:
    """List the sources with their licences and notices."""
    rows: list[tuple[object, ...]] = [
        (row["source_id"], row["title"], row["publisher"], row["licence"], row["notice"])
        for row in sources.fillna("").to_dict("records")
    ]
    return "## Sources and licences\n\n" + table_of(rows, ("source", "title", "publisher", "licence", "notice"))


def catalogue_page(sheets: Mapping[str, pd.DataFrame], series: Mapping[str, pd.DataFrame]) -> str:
    """Write the page.

    Parameters
    ----------
    sheets
        Tables by name, as the build writes them.
    series
        Hourly series by name.
    """
    parts = [
        INTRODUCTION,
        coverage(sheets),
        grades(sheets, series),
        WEAKEST,
        deflator(),
        licences(sheets["sources"]),
    ]
    return "\n".join(parts)
