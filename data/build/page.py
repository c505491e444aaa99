"""The catalogue's page: tables, coverage, grades, licences, and what is weakest, from the tables themselves."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

__all__ = ["catalogue_page"]

INTRODUCTION = """\
# The catalogue

Every table that a study can use, made from public files by `python -m siting.data.build`. `columns.csv` describes
each column and grades it; a row with its own `source_id` and `grade` overrules its column. Grades: *measured*
(observed, or published by its keeper), *modelled* (derived from measurements by a stated rule), *assumed* (a
judgement). Money is in dollars of 2024, turned by the consumer price index. Hourly grid series are of 2022 in UTC;
weather is a typical year in local standard time.
"""

WEAKEST = """\
## What to trust least

- **Headroom, line and connection cost** come from a synthetic network: they say how strong a region's network is, and
  nothing of a real substation or of its queue.
- **Tariffs** are averages over today's industrial customers. County prices into which delivery alone is mixed were
  replaced by the state's mean (`imputed.csv`); a contract for hundreds of megawatts is negotiated.
- **Prices outside CAISO, ERCOT, PJM and NYISO** are another market's hours; **carbon outside eight zones** is a
  neighbour's hours at the zone's own level (`grid_zones.csv` says whose), with a carbon-free share of assumed mean.
- **Wind and sun** are fleet profiles of 2022 at an assumed capacity factor, at one price for the whole country.
- **Racks**: power and compute are makers' figures; price and embodied carbon are judgement.
- **Fibre** counts homes with fibre or cable, misses whole providers, and is no measure of long-haul routes.
- **Land, water price, demand charge, reinforcement** are national figures, scaled or constant.
- **Hazard** is a rank of expected loss with exposure regressed out; **water stress** is one number a state.
- **Taxes** are the top rates of states, and property tax one national average, because no source by county could be
  had; local agreements, which large campuses get, are unknown. Ten states are taken to tax equipment because no
  exemption was found. **Debt** has the terms of a lender's article. Both touch the figures after tax alone.
"""


OTHER_SIZES = {"series_grid": "8,760 a zone", "series_weather": "8,760 a weather site"}


def coverage(sheets: Mapping[str, pd.DataFrame]) -> str:
    """Say how much of the country the sites and zones cover."""
    sites, zones = sheets["sites"], sheets["zones"]
    by_zone = ", ".join(f"{name} {count}" for name, count in sites["grid_zone_id"].value_counts().sort_index().items())
    people = zones["population_count"].sum() / 1e6
    return (
        "## Coverage\n\n"
        f"{len(sites)} candidate counties in {sites['state'].nunique()} states; by grid zone: {by_zone}. "
        f"{len(zones)} metropolitan areas with {people:.0f} million people. {len(sheets['weather'])} weather sites. "
        f"{len(sheets['imputed'])} cells are filled by a rule (`imputed.csv`).\n"
    )


def table_of(rows: list[tuple[object, ...]], heading: tuple[str, ...]) -> str:
    """Write rows as a Markdown table."""
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def grades(columns: pd.DataFrame, sheets: Mapping[str, pd.DataFrame]) -> str:
    """List the tables with their size and the grades of their columns."""
    count = columns.groupby(["table", "grade"]).size().unstack(fill_value=0)
    rows: list[tuple[object, ...]] = []
    for name, by_grade in count.iterrows():
        size = f"{len(sheets[str(name)]):,}" if str(name) in sheets else OTHER_SIZES[str(name)]
        rows.append((f"`{name}`", size, *(by_grade.get(grade, 0) for grade in ("measured", "modelled", "assumed"))))
    heading = ("table", "rows", "columns measured", "modelled", "assumed")
    return "## Tables and the grades of their columns\n\n" + table_of(rows, heading)


def licences(sources: pd.DataFrame) -> str:
    """List the sources with their licences and notices."""
    rows: list[tuple[object, ...]] = [
        (row["source_id"], row["title"], row["publisher"], row["licence"], row["notice"])
        for row in sources.fillna("").to_dict("records")
    ]
    return "## Sources and licences\n\n" + table_of(rows, ("source", "title", "publisher", "licence", "notice"))


def catalogue_page(sheets: Mapping[str, pd.DataFrame]) -> str:
    """Write the page.

    Parameters
    ----------
    sheets
        Tables by name, as the build writes them.
    """
    parts = [INTRODUCTION, coverage(sheets), grades(sheets["columns"], sheets), WEAKEST, licences(sheets["sources"])]
    return "\n".join(parts)
