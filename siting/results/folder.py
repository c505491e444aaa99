"""The result folder: a plan written so that it loads again without loss, and reads without this tool."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from siting.case.case import KEY_OF_AXIS
from siting.case.solution import TERM_COLUMNS, Solution
from siting.plan.cautions import Caution
from siting.plan.full_year import Replay, accounted
from siting.plan.records.provenance import environment, provenance, run_id
from siting.plan.tables.demand import asked_and_built
from siting.problems import InputError, Problem
from siting.results.case_files import listed_in, load_case, load_fields, write_case, write_fields
from siting.results.claim import Claim, claimed, recover
from siting.results.datapackage import describe
from siting.results.formats import csv_text, geojson_text, json_text, write_parquet
from siting.results.manifest import FORMAT, MANIFEST, Manifest, ManifestError, read_manifest, write_manifest
from siting.results.near_file import NEAR_FILE, near_text, read_near
from siting.results.signal import SIGNAL, signal, signal_text
from siting.version import __version__

if TYPE_CHECKING:
    from siting.plan.plan import Plan
    from siting.plan.records.futures_record import FuturesRecord
    from siting.plan.records.plan_record import Since
    from siting.plan.records.search_record import Search

SEARCH = "ledgers/search.json"
SINCE, NEAR = "ledgers/since.json", f"ledgers/{NEAR_FILE}"
RIVALS, SELECTION = "ledgers/rivals.parquet", "ledgers/selection.parquet"
FUTURES, FUTURE_KPIS = "ledgers/futures.parquet", "ledgers/future_kpis.parquet"
DATA_PACKAGE = "data/datapackage.json"

LOG = logging.getLogger(__name__)

NO_REPORT = "the plan builds nothing, so there is nothing that a report could speak of"


class NotAResultError(ValueError):
    """A folder that holds no plan, or something that is not a plan."""


def write_into(
    claim: Claim, plan: Plan, languages: Sequence[str], told: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """Write a plan into a place that is held for it.

    Parameters
    ----------
    claim : Claim
        The place.
    plan : Plan
        What to write.
    languages : sequence of str
        Languages of the reports.
    told : mapping
        What the manifest says besides.
    """
    from siting.reports.render import write_reports as render

    try:
        write_decided(plan, claim.new)
        _write_tables(plan, claim.new)
        if plan.builds_nothing and languages:
            LOG.warning("%s; its tables are written", NO_REPORT)
        render(plan, claim.new, () if plan.builds_nothing else tuple(languages))
        write_manifest(
            claim.new,
            {
                **_heading("complete"),
                **environment(),
                **provenance(plan.case, plan.solution, plan.search, plan.tables),
                **told,
            },
        )
        claim.install()
    except BaseException:
        claim.discard()
        raise


def write_unfinished(claim: Claim, plan: Plan) -> None:
    """Write only what everything else follows from, with a small manifest."""
    write_decided(plan, claim.new)
    told = {**_heading("unfinished"), **environment(), "run_id": run_id(plan.case, plan.solution)}
    write_manifest(claim.new, told)
    claim.install()


def write_reports(
    plan: Plan, directory: str | Path, manifest: Manifest, languages: Sequence[str] = ("en",)
) -> list[Path]:
    """Write the reports of a saved plan into its folder, and note them in its manifest.

    Of a plan that was saved unfinished the tables are written, too, and what is known of nearly as good plans where
    the plan has that. Hashes of other files stay as they were.

    Parameters
    ----------
    plan : Plan
        Read from the folder, and verified.
    directory : str or Path
        The folder.
    manifest : Manifest
        Of the folder.
    languages : sequence of str
        Languages of the reports.

    Returns
    -------
    list of Path
        The pages.

    Raises
    ------
    InputError
        If the plan builds nothing.
    """
    from siting.reports.render import write_reports as render

    folder = Path(directory)
    if plan.builds_nothing:
        raise InputError([Problem(os.fspath(folder), 0, "", NO_REPORT, "its tables are in data/")])
    with claimed(folder, pages_of(languages)) as claim:
        content = {name: value for name, value in manifest.content.items() if name not in ("inputs", "outputs")}
        pages = [path.name for path in render(plan, claim.new, tuple(languages))]
        if plan.near is not None:
            (claim.new / NEAR).parent.mkdir(exist_ok=True)
            (claim.new / NEAR).write_text(near_text(plan.near), "utf-8")
        if manifest.is_unfinished:
            _write_tables(plan, claim.new)
            content |= {"state": "complete", **provenance(plan.case, plan.solution, plan.search, plan.tables)}
        write_manifest(claim.new, content, manifest.outputs)
        claim.install(kept=manifest.outputs)
    return [folder / name for name in pages]


def pages_of(languages: Sequence[str]) -> tuple[str, ...]:
    """Names of the files at the top of a result folder, beside its manifest."""
    from siting.reports.render import CONTENTS

    return ("plan.json", *(f"{kind}.{language}.html" for language in languages for kind in CONTENTS))


def load(directory: str | Path) -> Plan:
    """Read a plan back from its folder.

    Parameters
    ----------
    directory : str or Path
        A folder that `write` made.

    Returns
    -------
    Plan
        Equal to the one that was written; its case cannot make another full year.

    Raises
    ------
    NotAResultError
        If the folder holds no plan, or files of it are missing or broken.
    """
    folder = Path(directory)
    try:
        recover(folder)
    except OSError as error:
        raise NotAResultError(f"{folder}: results were half put in place, and cannot be moved ({error})") from error
    try:
        manifest = read_manifest(folder)
    except FileNotFoundError as error:
        raise NotAResultError(
            f"{folder}: there is no plan here ({MANIFEST} is missing); write one with: siting run STUDY -o {folder}"
        ) from error
    except ManifestError as error:
        raise NotAResultError(f"{folder}: its {MANIFEST} {error}") from error
    return loaded(folder, manifest)


def loaded(folder: Path, manifest: Manifest) -> Plan:
    """Read a plan from the files that a manifest lists, and no others.

    Raises
    ------
    NotAResultError
        If it cannot be read, or has the form of another version.
    """
    if manifest.format != FORMAT:
        reader = f"siting {manifest.tool_version}, which wrote it, reads it"
        raise NotAResultError(
            f"{folder}: this result has form {manifest.format} (schema_version), and this version of siting reads "
            f"form {FORMAT}; {reader}, or run its study again"
        )
    try:
        plan = _load(folder, manifest.outputs)
        plan.tables  # noqa: B018 - made here, since what was written may lack a number that they need
    except Exception as error:  # whatever a broken or invented file may cause
        said = f"the plan cannot be read: {type(error).__name__}: {' '.join(str(error).split())}"
        raise NotAResultError(f"{folder}: {_of_another_time(folder, manifest) or said}") from error
    return plan


def _of_another_time(folder: Path, manifest: Manifest) -> str:
    """Say that a result knows less, or more, of a case than this version does; empty where it does not."""
    try:
        axes = set(json.loads((folder / "case" / "axes.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return ""
    lacks, more = sorted(set(KEY_OF_AXIS) - axes), sorted(axes - set(KEY_OF_AXIS))
    if not lacks and not more:
        return ""
    parts = [f"has no {', '.join(lacks)}"] * bool(lacks) + [f"has {', '.join(more)}"] * bool(more)
    return (
        f"siting {manifest.tool_version} wrote this result for cases whose numbers are otherwise arranged (it "
        f"{' and '.join(parts)}), which siting {__version__} cannot read: read it with what wrote it, or run its study "
        "again"
    )


def texts(plan: Plan) -> dict[str, str]:
    """Files of text that follow from a plan, by name."""
    found = {f"data/{name}.csv": csv_text(table) for name, table in plan.tables.items() if not _is_hourly(name)}
    found["data/sites.geojson"] = geojson_text(plan.tables["sites"])
    if "schedule" in plan.tables:
        found[SIGNAL] = signal_text(signal(plan))
    found["plan.json"] = json_text(plan_json(plan))
    return found


def frames(plan: Plan) -> dict[str, pd.DataFrame]:
    """Tables that are too long for CSV and written as Parquet, by name of their file."""
    return {f"data/{name}.parquet": table for name, table in plan.tables.items() if _is_hourly(name)}


def write_decided(plan: Plan, folder: Path) -> None:
    """Write what all tables and reports follow from: the case, the decisions, the search, and the year's dispatch."""
    write_case(plan.case, folder / "case")
    write_fields(plan.case, plan.solution.decisions, folder / "decisions")
    write_fields(plan.case, plan.solution.values, folder / "ledgers")
    (folder / "ledgers" / "terms.csv").write_text(csv_text(plan.solution.terms), "utf-8", newline="\n")
    told: dict[str, Any] = {
        "search": dataclasses.asdict(plan.search),
        "cautions": [{"id": caution.id, "values": dict(caution.values)} for caution in plan.cautions],
        "replay": None
        if plan.replay is None
        else {"seconds": plan.replay.seconds, "with_climate": plan.replay.with_climate},
    }
    if plan.futures is not None:
        told["futures"] = plan.futures.numbers()
    (folder / SEARCH).write_text(json_text(told), "utf-8")
    if plan.since is not None:
        (folder / SINCE).write_text(json_text(dataclasses.asdict(plan.since)), "utf-8")
    if plan.near is not None:
        (folder / NEAR).write_text(near_text(plan.near), "utf-8")
    if plan.rivals is not None:
        write_parquet(plan.rivals, folder / RIVALS)
    if plan.selection is not None:
        write_parquet(plan.selection, folder / SELECTION)
    if plan.futures is not None:
        write_parquet(plan.futures.futures, folder / FUTURES)
        write_parquet(plan.futures.kpis, folder / FUTURE_KPIS)
    if plan.replay is not None:
        year = folder / "year"
        year.mkdir()
        write_case(plan.replay.case, year / "case")
        write_fields(plan.replay.case, plan.replay.solution.decisions, year / "decisions")


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return what `plan.json` says."""
    search, audit = plan.search, plan.tables["audit"]
    return {
        "schema_version": FORMAT,
        "study": plan.case.study.name,
        "run_id": run_id(plan.case, plan.solution),
        "status": search.status,
        "reason": search.reason,
        "objective_usd": search.objective_usd,
        "bound_usd": search.bound_usd,
        "unavoidable_usd": search.unavoidable_usd,
        "gap_fraction": search.gap_fraction,
        "gap_site_dependent_fraction": search.gap_site_dependent_fraction,
        "year": _of_year(plan),
        "gap_asked_fraction": search.gap_asked_fraction,
        "gap_site_dependent_asked_fraction": search.gap_site_dependent_asked_fraction,
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
        "demand": asked_and_built(plan.case, plan.tables),
        "kpis": plan.kpis,
        "audit": dict(zip(audit["balance"], audit["residual_fraction"].astype(float), strict=True)),
        "replay": None
        if plan.replay is None
        else {
            "unserved_fraction": plan.replay.unserved_fraction,
            "largest_residual_fraction": plan.replay.largest_residual_fraction,
            "seconds": round(plan.replay.seconds, 3),
        },
        "price_years": _of_price_years(plan),
        "futures": None if plan.futures is None else plan.futures.told(),
        "warnings": list(plan.warnings),
        "cautions": [{"id": caution.id, "values": dict(caution.values)} for caution in plan.cautions],
    }


def _of_year(plan: Plan) -> dict[str, Any] | None:
    """What is claimed over all 8,760 hours, and what competed there."""
    year = plan.year
    if year is None:
        return None
    return {
        "objective_usd": year.objective_usd,
        "bound_usd": year.bound_usd,
        "gap_fraction": year.gap_fraction,
        "gap_site_dependent_fraction": year.gap_site_dependent_fraction,
        "sampling_error_fraction": year.sampling_error_fraction,
        "keeps_limits": year.keeps_limits,
        "designs": [dataclasses.asdict(design) for design in plan.search.designs],
    }


def _of_price_years(plan: Plan) -> dict[str, Any] | None:
    """What contracts are worth in two years, and what was taken out; None where nothing is held against a second."""
    time, second = plan.case.study.time, plan.search.second_year
    if time.compared_year is None:
        return None
    return {
        "data_year": time.data_year,
        "second_year": time.compared_year,
        "contracts": plan.tables["price_years"].replace({float("nan"): None}).to_dict("records"),
        "taken_out": None if second is None else dataclasses.asdict(second),
    }


def _heading(state: str) -> dict[str, Any]:
    return {"schema_version": FORMAT, "state": state}


def _write_tables(plan: Plan, folder: Path) -> None:
    data = folder / "data"
    data.mkdir()
    for name, table in frames(plan).items():
        write_parquet(table, folder / name)
    for name, text in texts(plan).items():
        (folder / name).write_text(text, "utf-8", newline="\n")
    (folder / DATA_PACKAGE).write_text(json_text(describe(plan.case.study, data, plan.tables)), "utf-8")


def _is_hourly(name: str) -> bool:
    return name in ("hourly", "replay_hourly", "schedule")


def _search(told: dict[str, Any]) -> Search:
    """The record of a search, as it was written."""
    from siting.plan.records.search_record import Competitor, Search, SecondYear

    second = told["second_year"]
    if second is not None:
        second = SecondYear(**second | {"taken_out": tuple(second["taken_out"])})
    return Search(**told | {"designs": tuple(Competitor(**one) for one in told["designs"]), "second_year": second})


def _futures(folder: Path, told: dict[str, Any] | None) -> FuturesRecord | None:
    """The futures that a plan was made for, as they were written."""
    from siting.plan.records.futures_record import FuturesRecord

    if told is None:
        return None
    return FuturesRecord(**told, futures=pd.read_parquet(folder / FUTURES), kpis=pd.read_parquet(folder / FUTURE_KPIS))


def _since(folder: Path) -> Since:
    """The earlier plan that a plan is held against, as it was written."""
    from siting.plan.records.plan_record import PlanRecord, Since

    told = json.loads((folder / SINCE).read_text("utf-8"))
    earlier = told["earlier"]
    return Since(
        told["name"], PlanRecord(**earlier | {"open_sites": tuple(earlier["open_sites"])}), told["other_cells"]
    )


def _load(folder: Path, listed: Collection[str]) -> Plan:
    from siting.plan.plan import Plan

    case = load_case(folder, "case", listed)
    decisions = load_fields(case.axes, listed_in(folder, "decisions", listed))
    beside = {folder / name for name in (RIVALS, SELECTION, FUTURES, FUTURE_KPIS)}
    ledgers = [path for path in listed_in(folder, "ledgers", listed) if path not in beside]
    terms = pd.read_csv(folder / "ledgers" / "terms.csv", keep_default_na=False, dtype=str)[list(TERM_COLUMNS)]
    told = json.loads((folder / SEARCH).read_text("utf-8"))
    replay = None
    if told["replay"] is not None:
        year = load_case(folder, "year/case", listed)
        dispatch = load_fields(year.axes, listed_in(folder, "year/decisions", listed))
        replay = Replay(year, accounted(year, dispatch), **told["replay"])
    return Plan(
        case=case,
        solution=Solution(decisions, terms, load_fields(case.axes, ledgers)),
        search=_search(told["search"]),
        replay=replay,
        rivals=pd.read_parquet(folder / RIVALS) if RIVALS in listed else None,
        selection=pd.read_parquet(folder / SELECTION) if SELECTION in listed else None,
        futures=_futures(folder, told.get("futures")),
        cautions=tuple(Caution(caution["id"], caution["values"]) for caution in told["cautions"]),
        since=_since(folder) if SINCE in listed else None,
        near=read_near(folder / NEAR) if NEAR in listed else None,
    )
