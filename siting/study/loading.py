"""A study read from its file, with everything that is wrong with it at once."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from siting.problems import InputError, Problem, did_you_mean, shown
from siting.study.checks import CHECKS, Severity
from siting.study.demand import of_one_class
from siting.study.errors import explain, joined
from siting.study.futures_checks import FUTURES_CHECKS
from siting.study.futures_file import with_futures_of_file
from siting.study.packed import PACK, unpacked
from siting.study.partial import BrokenPartError, partial
from siting.study.paths import stated_by, with_value
from siting.study.study import Study
from siting.study.workload_checks import WORKLOAD_CHECKS
from siting.study.yaml_reader import Document, FieldPath, read_yaml


def _cross_check(study: Study, valid: set[str], severity: Severity) -> list[Problem]:
    """Run the checks of one severity whose parts of the study are valid."""
    problems = []
    for check in (*CHECKS, *WORKLOAD_CHECKS, *FUTURES_CHECKS):
        if check.severity is severity and valid.issuperset(check.needs):
            with contextlib.suppress(BrokenPartError):
                problems += [study.problem(found.field, found.message, found.hint) for found in check.find(study)]
    return problems


def _studies_folder() -> Path:
    return Path(str(files("siting.data") / "studies"))


def studies() -> tuple[str, ...]:
    """Return the names of the built-in studies.

    Examples
    --------
    >>> "us-small" in studies()
    True
    """
    return tuple(sorted(path.stem for path in _studies_folder().glob("*.yaml")))


def load_study(name_or_path: str | os.PathLike[str]) -> Study:
    """Read a study and check it.

    Parameters
    ----------
    name_or_path : str or path
        Name of a built-in study, or path of a YAML file, or of a pack.

    Returns
    -------
    Study
        Frozen; `Study.origin` knows the file.

    Raises
    ------
    InputError
        With everything that is wrong, sorted by file and line.

    Examples
    --------
    >>> load_study("us-small").facility.module_mw
    20.0
    """
    study, problems = examine(name_or_path)
    if problems or study is None:
        raise InputError(problems)
    return study


def changed(study: Study, values: Mapping[FieldPath, Any], told: str) -> Study:
    """Return a study with other values at some paths, checked like one that was read.

    Parameters
    ----------
    study : Study
        The study as it is.
    values : mapping
        Path of a field to the value that it is to have.
    told : str
        Who changes it, which stands for the file in problems with these fields.

    Raises
    ------
    InputError
        With everything that is wrong with the changed study.

    Examples
    --------
    >>> changed(load_study("us-small"), {("policy", "sites_min_count"): 3}, "--vary").policy.sites_min_count
    3
    """
    document = Document(told, stated_by(study))
    for path, value in values.items():
        with_value(document.data, path, value)
    made = _build(document, study.origin or Path())
    if document.problems:
        raise InputError(document.problems)
    made.located(Document(study.file_name()), study.origin)
    return made


def examine(name_or_path: str | os.PathLike[str]) -> tuple[Study | None, list[Problem]]:
    """Read a study as far as it is right.

    Parameters
    ----------
    name_or_path : str or path
        Name of a built-in study, or path of a YAML file.

    Returns
    -------
    study : Study or None
        The study; with problems, a study of only those parts that are valid; None if there is none.
    problems : list of Problem
        Everything that is wrong.
    """
    try:
        path, file = _find(name_or_path)
    except InputError as error:
        return None, list(error.problems)
    document = read_yaml(path, file)
    if isinstance(document.data, dict):
        _extend(document, path)
        study = _build(document, path)
        return study, document.problems
    if not document.problems:
        document.problems.append(document.problem((), f"input should be a mapping (got {shown(document.data)})"))
    return None, document.problems


def _find(name_or_path: str | os.PathLike[str]) -> tuple[Path, str]:
    """Path of a study and its name in problems."""
    text = os.fspath(name_or_path)
    if text in studies():
        return _studies_folder() / f"{text}.yaml", f"{text}.yaml"
    path = Path(text)
    if path.suffix == PACK and path.is_file():
        return unpacked(path, text), text
    is_word = path.name == text and not path.suffix
    if is_word and not path.exists():
        hint = did_you_mean(text, studies()) or f"the built-in studies are: {', '.join(studies())}"
        raise InputError([Problem(text, 0, "", "no such file, and no built-in study of this name", hint)])
    return path, text


def _build(document: Document, path: Path) -> Study:
    """Validate a document; on failure note all problems, also those between the parts that are valid."""
    invalid: set[str] = set()
    with_futures_of_file(document, path.parent)
    try:
        study = Study.model_validate(document.data)
    except ValidationError as error:
        stated, broken = dict(document.data), set()
        details = error.errors(include_url=False)
        document.problems += joined(explain(document, detail, Study, extra=["extends"]) for detail in details)
        for detail in details:
            part, *inner = detail["loc"]
            if part == "tables" and inner and isinstance(stated[part], dict):  # the others can be read all the same
                broken.add(str(inner[0]))
                stated[part] = {name: own for name, own in stated[part].items() if str(name) != str(inner[0])}
            else:
                invalid.add(str(part))
        valid: dict[str, Any] = {}
        for name, field in Study.model_fields.items():
            if name in stated and name not in invalid:
                part_type: Any = Annotated[field.annotation, field]
                valid[name] = TypeAdapter(part_type).validate_python(stated[name])
        study = partial(valid, invalid, broken)
    study.located(document, path)
    document.problems.extend(_cross_check(study, set(Study.model_fields) - invalid, Severity.ERROR))
    return study


def _extend(document: Document, path: Path) -> None:
    """Put the fields of the study that a study extends under its own.

    One level, field by field, but for what is said about the study itself. A part such as `policy` takes the fields
    that it does not state from the base, and a field that is stated replaces the base's field whole; a class of work,
    in whatever unit.
    """
    name = document.data.pop("extends", None)
    if name is None:
        return
    if not isinstance(name, str):
        document.problems.append(document.problem(("extends",), f"input should be text (got {shown(name)})"))
        return
    base_path = _studies_folder() / f"{name}.yaml" if name in studies() else path.parent / name
    base = read_yaml(base_path, f"{name}.yaml" if name in studies() else os.fspath(Path(document.file).parent / name))
    if not isinstance(base.data, dict):
        reason = str(base.problems[0].message) if base.problems else "it holds no study"
        hint = did_you_mean(name, studies())
        document.problems.append(document.problem(("extends",), f"{name!r} cannot be read: {reason}", hint))
        return
    document.problems.extend(base.problems)
    document.built_in = base.file if name in studies() else ""
    if "extends" in base.data:
        message = f"{name!r} extends another study itself; only one level is allowed"
        document.problems.append(document.problem(("extends",), message))
        del base.data["extends"]
    for about in ("name", "title", "description"):  # of the study that is extended, and wrong of this one
        base.data.pop(about, None)
    _see_from(path.parent, base_path.parent, base.data)
    own = document.data
    for part, value in base.data.items():
        if part not in own:
            own[part] = value
            _adopt(document, base, (part,))
        elif isinstance(value, dict) and isinstance(own[part], dict):
            asked = (
                frozenset().union(*(of_one_class(field) for field in own[part])) if part == "demand" else frozenset()
            )
            for field in value.keys() - own[part].keys() - asked:
                own[part][field] = value[field]
                _adopt(document, base, (part, field))


def _see_from(folder: Path, base_folder: Path, data: dict[Any, Any]) -> None:
    """Let the files that the study that is extended names be seen from the folder of another one."""

    def seen(stated: object) -> object:
        if isinstance(stated, dict):
            return {kind: seen(source) for kind, source in stated.items()}
        return os.path.relpath(base_folder / stated, folder) if isinstance(stated, str) else stated

    if isinstance(tables := data.get("tables"), dict):
        data["tables"] = {name: seen(own) for name, own in tables.items()}
    if isinstance(files := data.get("components"), list):
        data["components"] = [seen(file) for file in files]
    futures = data.get("futures")
    if isinstance(futures, dict) and "file" in futures:
        futures["file"] = seen(futures["file"])
    policy = data.get("policy")
    rules = policy.get("regional") if isinstance(policy, dict) else None
    for part in (data.get("sites"), *(rules if isinstance(rules, list) else ())):
        if isinstance(part, dict) and "polygon" in part:
            part["polygon"] = seen(part["polygon"])


def _adopt(document: Document, base: Document, path: FieldPath) -> None:
    """Take over the places of a field and all that is in it, and how it is written."""
    document.places.update({at: place for at, place in base.places.items() if at[: len(path)] == path})
    document.written.update({at: text for at, text in base.written.items() if at[: len(path)] == path})


def schema_text() -> str:
    """Return the JSON schema of a study, as the file beside the built-in studies holds it."""
    schema = Study.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "A built-in study, or the path of one, whose fields hold where this one states none; one level.",
    }
    schema["anyOf"] = [{"required": ["extends"]}, {"required": schema["required"]}]
    schema["required"] = ["name"]
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def warnings_of(study: Study) -> tuple[Problem, ...]:
    """Say what is allowed in a study and probably not meant."""
    return tuple(sorted(_cross_check(study, set(Study.model_fields), Severity.WARNING)))
