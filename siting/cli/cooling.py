"""The command `siting cooling`: the cooling technologies side by side at one place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from siting.cli.terminal import print_table
from siting.problems import InputError, Problem

__all__ = ["cooling"]


def cooling(
    latitude: float | None = None,
    longitude: float | None = None,
    /,
    *,
    technology: Annotated[list[str] | None, Parameter(negative=(), consume_multiple=True)] = None,
    epw: Path | None = None,
    csv: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Compare the cooling technologies at one place: power, water, heat, density and cost.

    Parameters
    ----------
    latitude
        Degrees north, negative in the south.
    longitude
        Degrees east, negative in the west.
    technology
        Technologies to compare; all by default but those that need a sea or a river.
    epw
        Weather of an EnergyPlus file instead of the nearest weather site of the catalogue.
    csv
        Print comma-separated values in full precision.
    """
    from siting.cli import place_cooling
    from siting.cli.cooling_text import heading, notes, shown

    if epw is not None:
        place = place_cooling.of_epw(epw, latitude, longitude)
    elif latitude is None or longitude is None:
        raise InputError(
            [Problem("LATITUDE LONGITUDE", 0, "", "missing", "give a place, or its weather by --epw FILE")]
        )
    else:
        place = place_cooling.of_nearest_site(latitude, longitude)
    table = place_cooling.compare(place.weather, technology or ())
    if csv:
        print(table.to_csv(index=False, lineterminator="\n"), end="")
        return 0
    print(f"{heading(place)}\n")
    print_table(shown(table))
    print(f"\n{notes(table)}")
    return 0
