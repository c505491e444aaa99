"""A saved plan held against what it comes from, without the model and without a solver.

Nothing that lies beside a number vouches for it. Files are held against the manifest and the manifest against the
files; the decisions against every balance, cost and limit; tables, key figures and pages against the decisions, from
which they are made again; the year against its own dispatch; the search's record against what any search must obey.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from siting.accounts.audit import TOLERANCE_FRACTION, Audit
from siting.case.minimum_cost import unavoidable_cost
from siting.plan.full_year import SHOWN_BY_YEAR, cautions_of_year, faults_of_year
from siting.plan.records.provenance import environment, provenance, run_id
from siting.results.claim import strangers
from siting.results.datapackage import describe
from siting.results.folder import DATA_PACKAGE, NotAResultError, frames, loaded, texts
from siting.results.futures_check import faults_of_futures
from siting.results.manifest import MANIFEST, Manifest, ManifestError, changed_files, read_manifest
from siting.results.rivals_check import faults_of_rivals
from siting.results.selection_check import faults_of_selection

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["Verification", "verify"]

OWN_ENVIRONMENT = ("libraries", "tool")
"""What must be the same here as where a plan was written for its pages to be made again to the byte."""

STRICT_FOLDERS = ("data", "case")
"""Folders in which a file that nobody listed may be taken for a result."""


@dataclass(frozen=True)
class Verification:
    """What became of holding a saved plan against what it comes from.

    Parameters
    ----------
    plan : Plan or None
        The plan, if it could be read.
    audit : Audit or None
        Residual of every balance, cost and limit.
    manifest : Manifest or None
        Of the folder, if it could be read.
    failures : tuple of str
        What does not hold, each with its file.
    remarks : tuple of str
        What a reader should know, and what could not be compared.
    """

    plan: Plan | None
    audit: Audit | None
    manifest: Manifest | None
    failures: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether everything holds."""
        return self.plan is not None and not self.failures


def verify(folder: Path, *, pages: bool = True) -> Verification:
    """Hold a result folder against what it comes from.

    Parameters
    ----------
    folder : Path
        Folder that a run wrote.
    pages : bool
        Look at the reports, too; not before they are written anew.
    """
    try:
        manifest = read_manifest(folder)
    except FileNotFoundError:
        return _unread(None, f"{MANIFEST}: missing, so nothing says which files are results")
    except ManifestError as error:
        return _unread(None, f"{MANIFEST}: {error}")
    names = [name for name in manifest.outputs if name.endswith(".html")]
    failures = changed_files(folder, manifest, () if pages else names)
    others = strangers(folder, manifest.outputs)
    failures += [f"{name}: no run wrote this" for name in others if name.split("/")[0] in STRICT_FOLDERS]
    remarks = [f"{name}: not of this result" for name in others if name.split("/")[0] not in STRICT_FOLDERS]
    try:
        plan = loaded(folder, manifest)
    except NotAResultError as error:
        failures.append(str(error).removeprefix(f"{folder}: "))
        return Verification(None, None, manifest, tuple(failures), tuple(remarks))
    audit = plan.audit()
    try:
        failures += _of_plan(plan, audit)
        failures += _of_manifest(plan, manifest)
        if manifest.is_unfinished:
            remarks.append(f"the plan was saved unfinished; write its tables and reports with: siting report {folder}")
        else:
            failures += _of_files(plan, folder, manifest)
            if pages:
                failures += _of_pages(plan, folder, names, manifest, remarks)
    except Exception as error:  # numbers that cannot be, of a plan that can be read
        failures.append(f"the plan cannot be held against its numbers: {type(error).__name__}: {error}")
    return Verification(plan, audit, manifest, tuple(dict.fromkeys(failures)), tuple(remarks))


def _unread(manifest: Manifest | None, reason: str) -> Verification:
    return Verification(None, None, manifest, (reason,), ())


def _of_plan(plan: Plan, audit: Audit) -> Iterator[str]:
    """The decisions and the search's record against what must hold for them."""
    if not audit.largest <= TOLERANCE_FRACTION:
        yield f"the decisions do not add up (largest residual {audit.largest:.1e}, limit {TOLERANCE_FRACTION:.0e})"
    search = plan.search
    if not math.isclose(search.unavoidable_usd, unavoidable_cost(plan.case), rel_tol=TOLERANCE_FRACTION):
        yield "ledgers/search.json: unavoidable_usd is not what the case gives"
    if search.bound_usd > search.objective_usd:
        yield "ledgers/search.json: the bound lies above the cost of the plan"
    found = dataclasses.replace(search, objective_usd=search.found_usd)
    within = (
        found.gap_fraction <= search.gap_asked_fraction + TOLERANCE_FRACTION
        and found.gap_site_dependent_fraction <= search.gap_site_dependent_asked_fraction + TOLERANCE_FRACTION
    )
    if search.status != ("optimal" if within else "feasible"):
        yield (
            f"ledgers/search.json: status {search.status!r}, with gaps of {found.gap_fraction:.3%} and "
            f"{found.gap_site_dependent_fraction:.3%} where {search.gap_asked_fraction:.3%} and "
            f"{search.gap_site_dependent_asked_fraction:.3%} were asked"
        )
    if plan.rivals is not None:
        yield from (f"ledgers/rivals.parquet: {fault}" for fault in faults_of_rivals(plan))
    if plan.selection is not None:
        yield from (f"ledgers/selection.parquet: {fault}" for fault in faults_of_selection(plan))
    yield from (f"ledgers/futures.parquet: {fault}" for fault in faults_of_futures(plan))
    yield from _of_year(plan)


def _of_year(plan: Plan) -> Iterator[str]:
    """The full year against the design, and what it is said to show against its dispatch."""
    told = tuple(caution for caution in plan.cautions if caution.id in SHOWN_BY_YEAR)
    if plan.replay is not None:
        yield from (f"year: {fault}" for fault in faults_of_year(plan.replay, plan.case, plan.solution))
    if told != (() if plan.replay is None else tuple(cautions_of_year(plan.replay))):
        yield "ledgers/search.json: its cautions are not what the year shows"
    yield from _of_claim(plan)


def _of_claim(plan: Plan) -> Iterator[str]:
    """What is claimed of the year against what its dispatch costs."""
    year, search = plan.year, plan.search
    if year is None:
        if search.year_bound_usd is not None or search.designs:
            yield "ledgers/search.json: it speaks of a year that the design was not run through"
        return
    rounding = TOLERANCE_FRACTION * abs(year.objective_usd)
    if (
        year.keeps_limits
        and search.year_bound_usd is not None
        and search.year_bound_usd > year.objective_usd + rounding
    ):
        yield "ledgers/search.json: the bound for the year lies above what the plan costs there"
    if not search.designs:
        yield "ledgers/search.json: no design competed by its cost over the year"
        return
    first = search.designs[0]
    told = (first.days_usd, first.year_usd, first.excess_fraction)
    found = (search.objective_usd, year.objective_usd, plan.replay.excess_fraction if plan.replay else 0.0)
    if any(not math.isclose(one, other, rel_tol=TOLERANCE_FRACTION) for one, other in zip(told, found, strict=True)):
        yield "ledgers/search.json: its first design is not the plan"
    if any(other.is_better_than(first) for other in search.designs[1:]):
        yield "ledgers/search.json: a design that costs less over the year is not the plan"


def _of_manifest(plan: Plan, manifest: Manifest) -> Iterator[str]:
    """What the manifest says of the run against the plan."""
    told = (
        {"run_id": run_id(plan.case, plan.solution)}
        if manifest.is_unfinished
        else provenance(plan.case, plan.solution, plan.search, plan.tables)
    )
    for name, value in json.loads(json.dumps(told)).items():
        if manifest.content.get(name) != value:
            yield f"{MANIFEST}: {name} is not what the plan gives"


def _of_files(plan: Plan, folder: Path, manifest: Manifest) -> Iterator[str]:
    """Tables, figures and the data package, made again and compared."""
    wanted_texts, wanted_frames = texts(plan), frames(plan)
    for name in (*wanted_texts, *wanted_frames, DATA_PACKAGE):
        if name not in manifest.outputs:
            yield f"{MANIFEST}: {name} is not listed"
    for name, text in wanted_texts.items():
        path = folder / name
        if path.is_file() and path.read_bytes() != text.encode():
            yield f"{name}: differs from what the decisions give{_where(path, text)}"
    for name, frame in wanted_frames.items():
        path = folder / name
        if path.is_file() and not _same(pd.read_parquet(path), frame):
            yield f"{name}: differs from what the decisions give"
    path = folder / DATA_PACKAGE
    if path.is_file() and json.loads(path.read_text("utf-8")) != describe(plan.case.study, path.parent, plan.tables):
        yield f"{DATA_PACKAGE}: differs from the tables"


def _of_pages(plan: Plan, folder: Path, names: list[str], manifest: Manifest, remarks: list[str]) -> Iterator[str]:
    """The reports, made again and compared, where the same libraries are at hand."""
    from siting.reports.render import CONTENTS, render
    from siting.reports.text.words import LANGUAGES

    if any(manifest.content.get(part) != environment()[part] for part in OWN_ENVIRONMENT):
        remarks.append("reports: held against their checksums only, since they were made by other versions")
        return
    own = {f"{kind}.{language}.html": language for language in LANGUAGES for kind in CONTENTS}
    languages = {own[name] for name in names if name in own}
    wanted = {
        f"{kind}.{language}.html": page for language in languages for kind, page in render(plan, language).items()
    }
    for name in names:
        if name not in own:
            yield f"{name}: no report of this name is written"
        elif (folder / name).is_file() and (folder / name).read_bytes() != wanted[name].encode():
            yield f"{name}: differs from what the plan gives"


def _where(path: Path, text: str) -> str:
    """Where a file first differs from what it should be."""
    try:
        found = path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""
    if path.suffix == ".json":
        try:
            return _first_difference(json.loads(found), json.loads(text))
        except ValueError:
            return ", and is no JSON"
    lines, wanted = found.splitlines(), text.splitlines()
    line = next((i for i, (one, other) in enumerate(zip(lines, wanted, strict=False), 1) if one != other), None)
    return f", first in line {line or min(len(lines), len(wanted)) + 1}"


def _first_difference(found: Any, wanted: Any, path: str = "") -> str:
    """Key by which two values of JSON first differ, with both values."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for name in dict.fromkeys([*wanted, *found]):
            if name not in found or name not in wanted:
                return f" at {path}{name}, which {'is missing' if name not in found else 'does not belong there'}"
            if found[name] != wanted[name]:
                return _first_difference(found[name], wanted[name], f"{path}{name}.")
        return ""
    return f" at {path.rstrip('.')}: {json.dumps(found)[:60]} where they give {json.dumps(wanted)[:60]}"


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two tables hold the same."""
    return list(one.columns) == list(other.columns) and one.equals(other)
