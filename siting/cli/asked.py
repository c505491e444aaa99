"""What a command line names: a study, a folder of results, languages; each refused where it is not there."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING

import siting
from siting.cli.terminal import complain
from siting.problems import InputError, Problem

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.plan.plan import Plan
    from siting.study.study import Study

__all__ = [
    "asked",
    "held_against",
    "languages_of",
    "loaded",
    "outlined",
    "prepared",
    "prepared_of",
    "require",
    "require_result",
    "warn_of",
    "with_alternatives",
]


def _with_candidates(study: Study, count: int | None) -> Study:
    """Return the study with the first so many candidates, if a number is given.

    Raises
    ------
    InputError
        If it is below 1.
    """
    require(count is None or count >= 1, "--candidates", "at least 1", count)
    return study if count is None else study.model_copy(update={"sites": {"candidates": count}})


def asked(name: str, candidates: int | None = None) -> Study:
    """Return a study; what is wrong with its tables alone is told by what chooses from them.

    Parameters
    ----------
    name : str
        Path of the study, or the name of a built-in one.
    candidates : int or None
        Of the first so many candidates, whatever the study says.

    Raises
    ------
    InputError
        If anything is wrong with it: with that, and all that is wrong with its tables and what it chooses from them.
    """
    from siting.study.loading import examine

    study, problems = examine(name)
    if problems or study is None:
        if study is not None:
            from siting.data.tables.choice.looking_up import problems_of

            problems = [*problems, *problems_of(study)]
        raise InputError(problems)
    return _with_candidates(study, candidates)


def prepared(name: str, candidates: int | None) -> Case:
    """Return the case of a study, and print its warnings.

    Parameters
    ----------
    name : str
        Path of the study, or the name of a built-in one.
    candidates : int or None
        Of the first so many candidates, whatever the study says.

    Raises
    ------
    InputError
        With the problems of study and tables in one list.
    """
    return prepared_of(_with_its_futures(asked(name, candidates)))


def prepared_of(study: Study) -> Case:
    """Return the case of a study, and print its warnings.

    Raises
    ------
    InputError
        With the problems of its tables.
    """
    case = siting.prepare(study)
    warn_of(study, case)
    return case


def outlined(name: str, candidates: int | None) -> Case:
    """Return the case of a study without its days and hours, and print its warnings.

    Parameters
    ----------
    name, candidates
        As of `prepared`.

    Raises
    ------
    InputError
        With the problems of study and tables in one list.
    """
    from siting.data.outline import outline

    study = _with_its_futures(asked(name, candidates))
    case = outline(study)
    warn_of(study, case)
    return case


def _with_its_futures(study: Study) -> Study:
    """Return a study of which each future is a right study, too.

    Raises
    ------
    InputError
        With what is wrong with any.
    """
    from siting.study.futures_drawn import futures_of

    if study.futures.are_stated:
        futures_of(study)
    return study


def warn_of(study: Study, case: Case) -> None:
    """Print what is allowed in a study and probably not meant."""
    from siting.data.tables.notes.leases import lease_notes
    from siting.data.tables.notes.packed import pack_notes
    from siting.data.tables.notes.racks import rack_notes
    from siting.data.tables.notes.sites import site_notes
    from siting.plan.tables.demand import cluster_notes
    from siting.study.loading import warnings_of

    notes = (*rack_notes(case), *lease_notes(case), *cluster_notes(case), *site_notes(case), *pack_notes(study))
    for warning in (*warnings_of(study), *notes):
        complain(f"warning: {warning}")


def loaded(folder: Path) -> Plan:
    """Return the plan of a folder.

    Raises
    ------
    InputError
        If it holds none that can be read.
    """
    from siting.results.folder import NotAResultError

    try:
        return siting.load(folder)
    except NotAResultError as error:
        raise InputError([Problem(os.fspath(folder), 0, "", str(error).removeprefix(f"{folder}: "))]) from error


def held_against(plan: Plan, earlier: Plan, folder: Path) -> Plan:
    """Return a plan that its reports hold against an earlier one.

    Parameters
    ----------
    plan : Plan
        The new one.
    earlier : Plan
        The earlier.
    folder : Path
        Of the earlier, by whose name readers know it.
    """
    from siting.plan.records.plan_record import Since
    from siting.plan.side_by_side import other_cells, record_of

    since = Since(folder.resolve().name, record_of(earlier), other_cells(earlier.case, plan.case))
    return dataclasses.replace(plan, since=since)


def with_alternatives(plan: Plan, folder: Path) -> Plan:
    """Return a plan with what is known of its sites in nearly as good plans.

    Parameters
    ----------
    plan : Plan
        The plan.
    folder : Path
        That `siting alternatives` wrote.

    Raises
    ------
    InputError
        If there is nothing of the kind, or it is about other sites.
    """
    from siting.results.near_file import NEAR_FILE, read_near

    near, sites = read_near(folder / NEAR_FILE), {str(site) for site in plan.case.axes["site"]}
    if {one.site_id for one in near.sites} != sites:
        hint = "name those of the same study"
        raise InputError([Problem(os.fspath(folder), 0, "", "these alternatives are about other candidates", hint)])
    return dataclasses.replace(plan, near=near)


def require_result(folder: Path) -> None:
    """Finish a folder whose move was cut off.

    Raises
    ------
    InputError
        If there is nothing in it that a run wrote.
    """
    from siting.results.claim import recover
    from siting.results.manifest import MANIFEST

    recover(folder)
    if not any((folder / name).exists() for name in (MANIFEST, "plan.json", "decisions", "case")):
        hint = f"write one with: siting run STUDY -o {folder}"
        raise InputError([Problem(os.fspath(folder), 0, "", f"there is no plan here ({MANIFEST} is missing)", hint)])


def languages_of(text: str) -> tuple[str, ...]:
    """Return the languages of a list joined by commas, each once.

    Raises
    ------
    InputError
        If there are no reports in one of them.
    """
    from siting.reports.text.words import LANGUAGES

    languages = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    for language in languages:
        require(language in LANGUAGES, "--lang", f"some of {','.join(LANGUAGES)}", language)
    return languages


def require(condition: bool, option: str, wanted: str, value: object) -> None:
    """Refuse the value of an option.

    Raises
    ------
    InputError
        If the condition does not hold.
    """
    if not condition:
        raise InputError([Problem(option, 0, "", f"input should be {wanted} (got {value})")])
