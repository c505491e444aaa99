"""The command that prints what computing takes at the sites of a saved plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from siting.cli.asked import loaded, require, require_result
from siting.cli.terminal import print_table
from siting.quantities import format_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from siting.plan.plan import Plan

__all__ = ["footprint"]

_TOKENS = 1_000_000
_SECONDS_PER_H = 3600
_SIGNIFICANT = 3


def footprint(
    folder: Path,
    /,
    *,
    site: str | None = None,
    tokens_per_s_per_pflop: Annotated[float | None, Parameter(name="--throughput-tokens-per-s-per-pflop")] = None,
) -> int:
    """Print energy, carbon and water of work at the sites of a saved plan, in its last period.

    Of an hour of the reference accelerator by class of work, of a million tokens, and of known training runs; and the
    energy of these as it was published beside what it comes to from their hours.

    Parameters
    ----------
    folder
        Folder that `siting run` wrote.
    site
        Only this site.
    tokens_per_s_per_pflop
        Tokens a second that a PFLOP/s makes, of the model that is served; by default as the study states it.
    """
    from siting.plan.tables.footprints import published_check

    require_result(folder)
    plan = loaded(folder)
    require(site is None or site in plan.open_sites, "--site", f"one of {', '.join(plan.open_sites)}", site)
    most = tokens_per_s_per_pflop
    require(most is None or most > 0, "--throughput-tokens-per-s-per-pflop", "a number above 0", most)
    period = plan.case.study.horizon.periods[-1].year
    tables = {name: _at(plan.tables[name], site, period) for name in ("footprints", "training_runs")}
    print(f"An hour of the reference accelerator at full load, {period}; water is that drawn on site:")
    print_table(list(_of_classes(tables["footprints"])))
    throughput = most or plan.case.study.demand.throughput_tokens_per_s_per_pflop
    if throughput is None:
        print(
            "\nOf a million tokens: say how fast the model is, by --throughput-tokens-per-s-per-pflop or in the study."
        )
    else:
        print(f"\nA million tokens at {throughput:g} tokens/s a PFLOP/s:")
        print_table(list(_of_tokens(tables["footprints"], plan, throughput)))
    if len(tables["training_runs"]):
        print("\nA training run as long as these were, on the racks of the site:")
        print_table(list(_of_runs(tables["training_runs"])))
        print("\nTheir energy as published, and worked out from their hours, nameplate and a mean load of 54 to 90 %:")
        print_table(list(_of_published(published_check(plan.case.tables["training_runs"]))))
    return 0


def _at(table: pd.DataFrame, site: str | None, period: float) -> pd.DataFrame:
    found = table[table["period"] == period]
    return found if site is None else found[found["site_id"] == site]


def _of_classes(table: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    yield "site", "class", "kWh", "kg CO2e", "L"
    for row in table.to_dict("records"):
        numbers = (format_number(name, row[name]) for name in ("kwh_per_gpu_h", "kg_per_gpu_h", "l_per_gpu_h"))
        yield row["site_id"], row["work_class"], *numbers


def _of_tokens(table: pd.DataFrame, plan: Plan, throughput: float) -> Iterator[tuple[str, ...]]:
    """Of inference, whose hours of the reference accelerator the tokens take."""
    accelerator = float(plan.case.values("finance.reference_accelerator_pflop"))
    hours = _TOKENS / throughput / accelerator / _SECONDS_PER_H
    yield "site", "kWh", "kg CO2e", "L"
    for row in table[table["work_class"] == "inference"].to_dict("records"):
        yield row["site_id"], *(_short(row[name] * hours) for name in ("kwh_per_gpu_h", "kg_per_gpu_h", "l_per_gpu_h"))


def _of_runs(table: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    yield "site", "run", "MWh", "t CO2e by location", "t CO2e by the hour", "m3"
    for row in table.to_dict("records"):
        numbers = (_short(row[name]) for name in ("energy_mwh", "carbon_location_t", "carbon_hourly_t", "water_m3"))
        yield row["site_id"], row["model"], *numbers


def _of_published(table: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    yield "run", "published MWh", "from", "worked out", "to", "published is", "counts"
    for row in table.to_dict("records"):
        names = ("published_mwh", "computed_low_mwh", "computed_mwh", "computed_high_mwh")
        yield row["model"], *(_short(row[name]) for name in names), row["verdict"], row["published_counts"]


def _short(value: float) -> str:
    """A number with three significant digits, never in powers of ten."""
    rounded = float(f"{value:.{_SIGNIFICANT}g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10**_SIGNIFICANT else f"{rounded:,g}"
