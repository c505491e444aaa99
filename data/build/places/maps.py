"""One map of each site column, to look at: `python -m siting.data.build.places.maps -o DIR`."""

from __future__ import annotations

import argparse
import io
import lzma
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from siting.data.build.raw import locate
from siting.data.tables.reader import load_tables

__all__ = ["draw", "main"]

SKIPPED = {"latitude", "longitude", "county_fips", "source_id", "grade", "name", "site_id", "state", "weather_id"}


def state_lines() -> Any:
    """Outlines of the contiguous states, as a geopandas frame."""
    import geopandas

    with lzma.open(locate("natural_earth/us_states-10m.json.xz")) as stream:
        states = geopandas.read_file(io.BytesIO(stream.read()), layer="states")
    return states.make_valid().cx[-125:-66, 24:50].boundary


def draw(sites: pd.DataFrame, column: str, lines: Any) -> Figure:
    """Draw one column over the states.

    Parameters
    ----------
    sites
        Rows of `sites.csv`, and what is to be drawn.
    column
        Numbers are drawn by colour scale, anything else by a colour a value.
    lines
        Outlines from `state_lines`.
    """
    figure = Figure(figsize=(9, 5.4), layout="constrained")
    axes = figure.add_subplot()
    lines.plot(ax=axes, color="0.75", linewidth=0.5)
    values = sites[column]
    numeric = pd.api.types.is_numeric_dtype(values)
    codes = values if numeric else pd.Series(pd.factorize(values, sort=True)[0])
    points = axes.scatter(
        sites["longitude"],
        sites["latitude"],
        c=codes,
        cmap="viridis" if numeric else "tab20",
        s=34,
        edgecolors="0.2",
        lw=0.4,
    )
    if numeric:
        figure.colorbar(points, ax=axes, shrink=0.7)
    else:
        for value, place in sites.groupby(column)[["longitude", "latitude"]].mean().iterrows():
            axes.annotate(str(value), (place["longitude"], place["latitude"]), fontsize=8, weight="bold")
    axes.set(title=column, xlabel="", ylabel="", xlim=(-126, -66), ylim=(24, 50), xticks=[], yticks=[], aspect=1.27)
    return figure


def with_series(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Join the yearly means of each site's series to the sites."""
    sites = tables["sites"]
    for name, key in (("series_grid", "grid_zone_id"), ("series_weather", "weather_id")):
        means = tables[name].drop(columns="hour").groupby(key).mean().add_prefix("mean_")
        sites = sites.join(means, on=key)
    return sites


def main() -> None:
    """Read the command line and write one image a column."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path, default=Path("maps"), help="folder to write into")
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    tables, problems = load_tables({})
    if problems:
        raise SystemExit("\n".join(map(str, problems)))
    sites = with_series(tables)
    lines = state_lines()
    for column in [name for name in sites.columns if name not in SKIPPED]:
        if sites[column].nunique() > 1:
            draw(sites, column, lines).savefig(folder / f"{column}.png", dpi=90)
    print(f"{len(list(folder.glob('*.png')))} maps in {folder}")


if __name__ == "__main__":
    main()
