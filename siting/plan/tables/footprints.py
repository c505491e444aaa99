"""Energy, carbon and water of what is computed: by class of work at each site, and of known training runs there.

A site's energy, carbon and water of an hour are shared out by the work done in the hour, so that the classes add up to
the site. Where nothing is done in an hour, its idle power is shared out by the work of the year.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.accounts.books import carbon
from siting.accounts.numbers import Books
from siting.case.case import Array, Case, Field
from siting.case.solution import Solution
from siting.plan.tables.long_table import long_table
from siting.quantities import KG_PER_T, KW_PER_MW

__all__ = ["CLASSES", "footprints", "published_check", "run_footprints"]

CLASSES = ("inference", "batch", "training", "hpc")
"""Classes of work, in reading order."""

AMOUNTS = (
    "energy_mwh_per_yr",
    "carbon_location_t_per_yr",
    "carbon_hourly_t_per_yr",
    "carbon_embodied_t_per_yr",
    "water_m3_per_yr",
    "source_water_m3_per_yr",
)
"""What is shared out; of carbon, three of the accounts, which are not added up."""

_RUN_KEYS = ["training_run_id", "model"]
_LITRES_PER_M3 = 1000
_OF_ANY = 1e-12
"""Work below this is rounding [PFLOP/s]."""


def footprints(case: Case, solution: Solution) -> pd.DataFrame:
    """Return what each class of work takes at each site.

    Parameters
    ----------
    case : Case
        The numbers.
    solution : Solution
        What was decided.

    Returns
    -------
    DataFrame
        A row for each site, period and class that does any work. ``work_pflop`` is the mean of the year; the amounts
        are those of `AMOUNTS`, on site and of the power bought, leases left out; the last three columns are of an
        hour of the reference accelerator at full load: energy, carbon by location, and water on site.
    """
    n = Books(case, solution.decisions)
    kinds, of_jobs = case.tables["jobs"]["work_class"].to_numpy(), n.training_by_job()
    clusters = (of_jobs[:, kinds == kind].sum(axis=1) for kind in CLASSES[2:])
    work = np.stack([n.inference(), n.batch(), *clusters])
    yearly = work @ n.weight
    every_hour = _over(work, work.sum(axis=0))
    of_year = _over(yearly, yearly.sum(axis=0))
    share = np.where(work.sum(axis=0) > _OF_ANY, every_hour, of_year[..., None])
    amounts = {
        "energy_mwh_per_yr": (share * (n.it() + n.overhead())) @ n.weight,
        "carbon_location_t_per_yr": (share * n["draw_mw"] * n.carbon_t_per_mwh()) @ n.weight,
        "carbon_hourly_t_per_yr": (share * n["import_mw"] * n.carbon_t_per_mwh()) @ n.weight,
        "carbon_embodied_t_per_yr": of_year * carbon(n, "embodied"),
        "water_m3_per_yr": (share * n.water_hourly()) @ n.weight,
        "source_water_m3_per_yr": (share * n["import_mw"]) @ n.weight * n["grid.water_source_m3_per_mwh"][:, None],
    }
    frames = []
    for position, name in enumerate(CLASSES):
        columns = {"work_pflop": yearly[position] / n.weight.sum(), **{key: amounts[key][position] for key in AMOUNTS}}
        fields = {key: Field(("site", "period"), values) for key, values in columns.items()}
        frames.append(long_table(case, fields).assign(work_class=name))
    table = pd.concat(frames, ignore_index=True)
    table = table[table["work_pflop"] > _OF_ANY].reset_index(drop=True)
    hours = table["work_pflop"] * n.weight.sum() / float(n["finance.reference_accelerator_pflop"])
    table["kwh_per_gpu_h"] = table["energy_mwh_per_yr"] * KW_PER_MW / hours
    table["kg_per_gpu_h"] = table["carbon_location_t_per_yr"] * KG_PER_T / hours
    table["l_per_gpu_h"] = table["water_m3_per_yr"] * _LITRES_PER_M3 / hours
    return table[["site_id", "period", "work_class", *(key for key in table if key not in _KEYS)]]


_KEYS = ("site_id", "period", "work_class")


def run_footprints(case: Case, table: pd.DataFrame) -> pd.DataFrame:
    """Return what known training runs would take at each site: their hours at full load, on the racks that stand there.

    A run is worth its accelerators' hours times their peak; the same work takes as much as the site's training, or
    as all of its work where there is none. So it is taken to use the peak of the plan's racks as well as it used that
    of its own.

    Parameters
    ----------
    case : Case
        Holds the runs, if it is made from the catalogue.
    table : DataFrame
        As `footprints` returns it.
    """
    columns = ["site_id", "period", *_RUN_KEYS, "energy_mwh", "carbon_location_t", "carbon_hourly_t", "water_m3"]
    runs = case.tables.get("training_runs", pd.DataFrame())
    if runs.empty or table.empty:
        return pd.DataFrame(columns=columns)
    hours = case.calendar.weights.sum()
    rows = []
    for (site, period), part in table.groupby(["site_id", "period"], sort=False):
        training = part[part["work_class"] == "training"]
        taken = training if len(training) else part
        done_pflop_h = float(taken["work_pflop"].sum()) * hours
        for run in runs.to_dict("records"):
            ratio = run["accelerator_h"] * run["accelerator_pflop"] / done_pflop_h
            amounts = {
                name.removesuffix("_per_yr"): ratio * float(taken[name].sum())
                for name in AMOUNTS
                if name.removesuffix("_per_yr") in columns
            }
            rows.append({"site_id": site, "period": period, **{key: run[key] for key in _RUN_KEYS}, **amounts})
    return pd.DataFrame(rows, columns=columns)


def published_check(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the energy of known training runs worked out from their hours, beside what was published.

    Worked out is hours x nameplate power of the system x mean load x the PUE that the published energy includes.

    Parameters
    ----------
    runs : DataFrame
        The table ``training_runs``.

    Returns
    -------
    DataFrame
        ``verdict`` is ``within`` where the published energy lies between the least and the most, else ``above`` or
        ``below``; what it counts and the note say why.
    """
    full_mwh = runs["accelerator_h"] * runs["system_kw_per_accelerator"] * runs["pue"] / KW_PER_MW
    low, high = full_mwh * runs["load_low_fraction"], full_mwh * runs["load_high_fraction"]
    published = runs["published_mwh"]
    return pd.DataFrame(
        {
            "training_run_id": runs["training_run_id"],
            "model": runs["model"],
            "published_mwh": published,
            "computed_low_mwh": low,
            "computed_mwh": full_mwh * runs["load_fraction"],
            "computed_high_mwh": high,
            "verdict": np.select([published < low, published > high], ["below", "above"], "within"),
            "published_counts": runs["published_counts"],
            "note": runs["note"],
        }
    )


def _over(part: Array, whole: Array) -> Array:
    """Share of a part, by class, in the whole; 0 where there is nothing."""
    share: Array = np.divide(part, whole, out=np.zeros_like(part), where=whole > _OF_ANY)
    return share
