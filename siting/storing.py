"""The result folder: a plan written so that it loads again without loss, and reads without this tool."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from siting.case_files import load_case, load_fields, write_case, write_fields
from siting.cautions import Caution
from siting.datapackage import describe
from siting.folders import replaced_folder
from siting.formats import csv_text, geojson_text, json_text, write_parquet
from siting.manifest import changed_files, run_id, write_manifest
from siting.solution import TERM_COLUMNS, Solution

if TYPE_CHECKING:
    from siting.plan import Plan

HOURLY_TABLES = ("hourly", "replay_hourly")
"""Tables written as Parquet: too long for CSV."""


class NotAResultError(ValueError):
    """A folder that holds no plan, or something that is not a plan."""


def write(plan: Plan, directory: str | Path, languages: Sequence[str] = ("en",)) -> Path:
    """Write a plan with its tables, its case and its reports.

    The folder appears whole or not at all: everything is written beside it first and then moved.

    Parameters
    ----------
    plan : Plan
        What to write.
    directory : str or Path
        Where; an earlier result there is replaced.
    languages : sequence of str
        Languages of the reports.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If the folder holds something other than an earlier result.
    """
    target = Path(directory)
    with replaced_folder(target) as folder:
        _write_all(plan, folder, languages)
    return target


def write_reports(plan: Plan, directory: str | Path, languages: Sequence[str] = ("en",)) -> list[Path]:
    """Write the reports of a plan into its folder, and note them in the manifest."""
    from siting.reports.render import write_reports as render

    folder = Path(directory)
    written = render(plan, folder, tuple(languages))
    write_manifest(plan, folder)
    return written


def load(directory: str | Path) -> Plan:
    """Read a plan back from its folder.

    Parameters
    ----------
    directory : str or Path
        A folder that `write` made.

    Returns
    -------
    Plan
        Equal to the one that was written, but for the full year, which is not kept.

    Raises
    ------
    NotAResultError
        If the folder holds no plan, or files of it are missing or broken.
    """
    folder = Path(directory)
    if not (folder / "plan.json").is_file():
        raise NotAResultError(
            f"{folder}: there is no plan here (plan.json is missing); write one with: siting run STUDY -o {folder}"
        )
    try:
        plan = _load(folder)
        plan.tables  # noqa: B018 - made here, since what another version wrote may lack a number that they need
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        said = f"the plan cannot be read, or another version of siting wrote it: {type(error).__name__}: {error}"
        raise NotAResultError(f"{folder}: {said}") from error
    return plan


def altered(plan: Plan, directory: str | Path) -> list[str]:
    """Files of a result folder that are not what the plan, or the manifest, says they are.

    Parameters
    ----------
    plan : Plan
        Read from the folder by `load`; its tables are worked out again from the decisions.
    directory : str or Path
        The folder.
    """
    folder = Path(directory)
    told = changed_files(folder)
    for name, table in plan.tables.items():
        path = folder / "data" / f"{name}.csv"
        if name in (*HOURLY_TABLES, "replay", "audit") or not path.is_file():
            continue
        if path.read_text("utf-8") != csv_text(table):
            told.append(f"data/{name}.csv: differs from what the decisions give")
    return told


def _write_all(plan: Plan, folder: Path, languages: Sequence[str]) -> None:
    data = folder / "data"
    data.mkdir()
    for name, table in plan.tables.items():
        if name in HOURLY_TABLES:
            write_parquet(table, data / f"{name}.parquet")
        else:
            (data / f"{name}.csv").write_text(csv_text(table), "utf-8", newline="\n")
    (data / "sites.geojson").write_text(geojson_text(plan.tables["sites"]), "utf-8")
    write_case(plan.case, folder / "case")
    write_fields(plan.case, plan.solution.decisions, folder / "decisions")
    write_fields(plan.case, plan.solution.values, folder / "ledgers")
    (folder / "ledgers" / "terms.csv").write_text(csv_text(plan.solution.terms), "utf-8", newline="\n")
    if plan.replay is not None:
        write_parquet(plan.replay.kpis, folder / "ledgers" / "replay_kpis.parquet")
        write_parquet(plan.replay.climate, folder / "ledgers" / "replay_climate.parquet")
    (folder / "plan.json").write_text(json_text(_plan_json(plan)), "utf-8")
    from siting.reports.render import write_reports as render

    render(plan, folder, tuple(languages))
    (data / "datapackage.json").write_text(json_text(describe(plan.case.study, data)), "utf-8")
    write_manifest(plan, folder)


def _plan_json(plan: Plan) -> dict[str, Any]:
    search = plan.search
    return {
        "schema_version": 1,
        "study": plan.case.study.name,
        "run_id": run_id(plan),
        "status": search.status,
        "reason": search.reason,
        "objective_usd": search.objective_usd,
        "bound_usd": search.bound_usd,
        "unavoidable_usd": search.unavoidable_usd,
        "gap_fraction": search.gap_fraction,
        "gap_site_dependent_fraction": search.gap_site_dependent_fraction,
        "gap_asked_fraction": search.gap_asked_fraction,
        "time_limit_seconds": search.time_limit_seconds,
        "threads": search.threads,
        "seconds": {name: round(value, 3) for name, value in search.seconds.items()},
        "rows": search.rows,
        "columns": search.columns,
        "nonzeros": search.nonzeros,
        "integers": search.integers,
        "method": search.method,
        "start_run_id": search.start_run_id,
        "open_sites": plan.open_sites,
        "kpis": plan.kpis,
        "audit": dict(
            zip(
                plan.tables["audit"]["balance"],
                plan.tables["audit"]["residual_fraction"].astype(float),
                strict=True,
            )
        ),
        "replay": None
        if plan.replay is None
        else {
            "unserved_fraction": plan.replay.unserved_fraction,
            "largest_residual_fraction": plan.replay.largest_residual_fraction,
            "seconds": round(plan.replay.seconds, 3),
        },
        "warnings": list(plan.warnings),
        "cautions": [{"id": caution.id, "values": dict(caution.values)} for caution in plan.cautions],
    }


def _load(folder: Path) -> Plan:
    from siting.plan import Plan, Search
    from siting.replay import Replay

    case = load_case(folder / "case")
    told = json.loads((folder / "plan.json").read_text("utf-8"))
    terms = pd.read_csv(folder / "ledgers" / "terms.csv", keep_default_na=False)[list(TERM_COLUMNS)]
    solution = Solution(load_fields(case.axes, folder / "decisions"), terms, load_fields(case.axes, folder / "ledgers"))
    search = Search(**{field.name: told[field.name] for field in dataclasses.fields(Search)})
    replay = None
    if told["replay"] is not None:
        replay = Replay(
            kpis=pd.read_parquet(folder / "ledgers" / "replay_kpis.parquet"),
            hourly=pd.read_parquet(folder / "data" / "replay_hourly.parquet"),
            climate=pd.read_parquet(folder / "ledgers" / "replay_climate.parquet"),
            **told["replay"],
        )
    rivals = None
    if (folder / "data" / "rivals.csv").is_file():
        rivals = pd.read_csv(
            folder / "data" / "rivals.csv", keep_default_na=False, na_values=[""], float_precision="round_trip"
        )
        rivals[["limit", "status"]] = rivals[["limit", "status"]].fillna("")
    cautions = tuple(Caution(caution["id"], caution["values"]) for caution in told["cautions"])
    return Plan(case, solution, search, replay, rivals, cautions)
