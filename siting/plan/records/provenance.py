"""Where a plan comes from: its run's name, the versions and the options."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from typing import TYPE_CHECKING, Any

from siting.plan.records.search_record import SOLVER_RANDOM_SEED
from siting.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from siting.case.case import Case
    from siting.case.solution import Solution
    from siting.plan.records.search_record import Search

__all__ = ["environment", "provenance", "run_id"]

LIBRARIES = ("pyomo", "highspy", "tsam", "numpy", "pandas", "pyarrow", "jinja2", "matplotlib", "geopandas", "shapely")


def run_id(case: Case, solution: Solution) -> str:
    """Short name of a run: a hash of the study, the numbers that went in and the decisions that came out."""
    digest = hashlib.sha256(case.study.model_dump_json().encode())
    for fields in (case.fields, solution.decisions):
        for name, field in sorted(fields.items()):
            digest.update(name.encode())
            digest.update(field.values.tobytes())
    return digest.hexdigest()[:12]


def environment() -> dict[str, Any]:
    """Return what made a plan: the tool, the system, the libraries and the solver."""
    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "tool": {"name": "siting", "version": __version__},
        "python": platform.python_version(),
        "system": platform.system(),
        "libraries": versions,
        "solver": {"name": "HiGHS", "version": versions.get("highspy", ""), "seed": SOLVER_RANDOM_SEED},
    }


def provenance(case: Case, solution: Solution, search: Search, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return what another person needs to make the same run again, beside the `environment`.

    Parameters
    ----------
    case : Case
        What went in.
    solution : Solution
        What came out.
    search : Search
        How it was found.
    tables : mapping of str to DataFrame
        The plan's tables, of which sources and key figures are named.
    """
    limit, study = search.time_limit_seconds, case.study
    return {
        "run_id": run_id(case, solution),
        "options": {
            "gap_fraction": search.gap_asked_fraction,
            "gap_site_dependent_fraction": search.gap_site_dependent_asked_fraction,
            "time_limit_seconds": limit,
            "method": search.method,
            "threads": search.threads,
            "year_bound": search.year_bound_asked,
            "draws_count": search.draws_asked_count,
            "start_run_id": search.start_run_id,
        },
        "seconds": {name: round(value, 3) for name, value in search.seconds.items()},
        "termination": search.reason,
        "money_year": study.money_year,
        "study": study.model_dump(mode="json"),
        "sources": tables["sources"].to_dict("records"),
        "kpi_methods": dict(zip(tables["kpis"]["kpi_id"], tables["kpis"]["method_version"], strict=True)),
        "reproduce": f"siting run {study.name} --gap {search.gap_asked_fraction:g} "
        f"--gap-site-dependent {search.gap_site_dependent_asked_fraction:g} "
        + ("" if limit is None else f"--time-limit {limit:g} ")
        + f"--method {search.method} --threads {search.threads}"
        + ("" if search.year_bound_asked else " --year-bound off")
        + f" --draws {search.draws_asked_count}"
        + ("" if search.start_run_id is None else f" --start <folder of run {search.start_run_id}>"),
    }
