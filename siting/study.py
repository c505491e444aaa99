"""The study: what is asked, as a person writes it down.

A study is a YAML file. `load_study` reads it, reports everything that is wrong with it at once, and returns
a frozen `Study`. The text under a field here is also its description in the JSON schema that editors read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, TypeAdapter, ValidationError

from siting.notebook import card, chosen, named, stated, table
from siting.problems import InputError, Problem, did_you_mean, shown
from siting.study_checks import CHECKS, Severity
from siting.study_errors import explain
from siting.study_parts import (
    Climate,
    Demand,
    Facility,
    Finance,
    Frozen,
    FrozenDict,
    Horizon,
    Id,
    PathByTable,
    Policy,
    SomeChoice,
    Technology,
    Time,
)
from siting.yaml_text import Document, FieldPath, read_yaml

__all__ = ["Study", "examine", "load_study", "schema_text", "studies"]


def _of_this_form(version: object) -> object:
    """Refuse a study written for another version of siting by what reads it, not as a wrong number.

    Raises
    ------
    ValueError
        If it has another form.
    """
    import siting

    if isinstance(version, int) and not isinstance(version, bool) and version != 1:
        reads = f"this is siting {siting.__version__}, which reads studies of form 1"
        hint = "; a later version reads it: update siting" if version > 1 else ""
        raise ValueError(f"this study has form {version}, and {reads}{hint}")
    return version


class Study(Frozen):
    """One question: which sites, halls, racks, cooling and contracts serve this demand at the least cost."""

    schema_version: Annotated[Literal[1], BeforeValidator(_of_this_form)]
    """Version of this form; 1."""
    name: Id
    """Short name of the study; results go to a folder of this name."""
    title: str = ""
    """One line for people."""
    description: str = ""
    """What is asked and why, for the first page of the reports."""
    money_year: Literal[2024] = 2024
    """Year of the dollars in the study and its tables."""
    sites: SomeChoice = "all"
    """Candidate sites, from the table sites."""
    zones: SomeChoice = "all"
    """Demand zones, from the table zones."""
    horizon: Horizon
    """The years that the study covers."""
    time: Time = Time()
    """The hours that the model sees."""
    demand: Demand
    """The computing to be served."""
    technology: Technology = Technology()
    """What may be built and bought."""
    climate: Climate = Climate()
    """The weather that the plan is made for."""
    facility: Facility = Facility()
    """What a site consists of."""
    finance: Finance = Finance()
    """Money."""
    policy: Policy = Policy()
    """Prices and limits."""
    tables: PathByTable = Field(default_factory=FrozenDict)
    """Tables of your own: name of a catalogue table to the path of the file that replaces it, seen from the study."""

    _document: Document | None = PrivateAttr(default=None)
    _origin: Path | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        """Whether the same is asked, wherever the files lie."""
        return isinstance(other, Study) and self.model_dump() == other.model_dump()

    def __hash__(self) -> int:
        return hash(self.model_dump_json())

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with some fields changed, checked like the original, that knows the same file."""
        copy = super().model_copy(update=update, deep=deep)
        copy.located(self._document, self._origin)
        return copy

    def located(self, document: Document | None, path: Path | None) -> None:
        """Note where the study was read: the text with its lines, and the file."""
        self._document, self._origin = document, path

    def _repr_html_(self) -> str:
        kinds = {"inference": self.demand.inference_mw, "batch work": self.demand.batch_mw}
        kinds["training"] = self.demand.training_mw
        asked = [
            f"{kind} {', '.join(f'{amount:g} MW in {year}' for year, amount in amounts.items())}"
            for kind, amounts in kinds.items()
            if amounts
        ]
        facts = [
            ("Demand", f"{'; '.join(asked)}, as power of {self.demand.reference_rack}"),
            ("Sites", chosen(self.sites, "of the catalogue's sites")),
            ("Zones", chosen(self.zones, "of the catalogue's zones")),
            ("Periods", ", ".join(f"{period.year} for {period.length_yr} years" for period in self.horizon.periods)),
            ("Days", f"{self.time.typical_days_count} typical, {len(self.time.extreme_days)} extreme"),
            *stated(self.policy),
            *([("Own tables", named(list(self.tables)))] if self.tables else []),
        ]
        return card(f"Study {self.name}", [self.title, self.description], table(facts))

    @property
    def origin(self) -> Path | None:
        """File of the study; None if it was not read from a file. It never appears in a dump."""
        return self._origin

    def file_name(self) -> str:
        """Name of the study's file as the user wrote it."""
        return self._document.file if self._document else f"{self.name}.yaml"

    def place_of(self, field: str) -> str:
        """File and line that state a field given by its dotted path; empty if the field was left at its default."""
        file, line = self._document.places.get(_path(field), ("", 0)) if self._document else ("", 0)
        return f"{file}:{line}" if file else ""

    def problem(self, field: str, message: str, hint: str = "") -> Problem:
        """Return a problem at a field given by its dotted path.

        Examples
        --------
        >>> study = load_study("us-small")
        >>> print(study.problem("demand.reference_rack", "no such rack"))  # doctest: +SKIP
        us-small.yaml:40: demand.reference_rack: no such rack
        """
        return (self._document or Document(self.file_name())).problem(_path(field), message, hint)

    def replacements(self) -> dict[str, Path]:
        """Files that replace catalogue tables, by table name; relative paths are seen from the study's file."""
        folder = self._origin.parent if self._origin else Path()
        return {name: folder / path for name, path in self.tables.items()}

    def warnings(self) -> tuple[Problem, ...]:
        """Say what is allowed and probably not meant."""
        return tuple(sorted(_cross_check(self, set(Study.model_fields), Severity.WARNING)))


def _path(field: str) -> FieldPath:
    return tuple(int(part) if part.isdigit() else part for part in field.split(".") if part)


def _cross_check(study: Study, valid: set[str], severity: Severity) -> list[Problem]:
    """Run the checks of one severity whose parts of the study are valid."""
    return [
        study.problem(found.field, found.message, found.hint)
        for check in CHECKS
        if check.severity is severity and valid.issuperset(check.needs)
        for found in check.find(study)
    ]


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
        Name of a built-in study, or path of a YAML file.

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
    is_word = path.name == text and not path.suffix
    if is_word and not path.exists():
        hint = did_you_mean(text, studies()) or f"the built-in studies are: {', '.join(studies())}"
        raise InputError([Problem(text, 0, "", "no such file, and no built-in study of this name", hint)])
    return path, text


def _build(document: Document, path: Path) -> Study:
    """Validate a document; on failure note all problems, also those between the parts that are valid."""
    invalid: set[str] = set()
    try:
        study = Study.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            document.problems.append(explain(document, detail, Study, extra=["extends"]))
            invalid.add(str(detail["loc"][0]))
        valid: dict[str, Any] = {}
        for name, field in Study.model_fields.items():
            if name in document.data and name not in invalid:
                part_type: Any = Annotated[field.annotation, field]
                valid[name] = TypeAdapter(part_type).validate_python(document.data[name])
        study = Study.model_construct(**valid)
    study.located(document, path)
    document.problems.extend(_cross_check(study, set(Study.model_fields) - invalid, Severity.ERROR))
    return study


def _extend(document: Document, path: Path) -> None:
    """Put the fields of the study that a study extends under its own.

    One level, field by field: a part such as `policy` takes the fields that it does not state from the base,
    and a field that is stated replaces the base's field whole.
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
    if "extends" in base.data:
        message = f"{name!r} extends another study itself; only one level is allowed"
        document.problems.append(document.problem(("extends",), message))
        del base.data["extends"]
    base.data.pop("name", None)
    if isinstance(base.data.get("tables"), dict):
        base.data["tables"] = {
            table: os.path.relpath(base_path.parent / file, path.parent) if isinstance(file, str) else file
            for table, file in base.data["tables"].items()
        }
    own = document.data
    for part, value in base.data.items():
        if part not in own:
            own[part] = value
            _adopt(document, base, (part,))
        elif isinstance(value, dict) and isinstance(own[part], dict):
            for field in value.keys() - own[part].keys():
                own[part][field] = value[field]
                _adopt(document, base, (part, field))


def _adopt(document: Document, base: Document, path: FieldPath) -> None:
    """Take over the places of a field and all that is in it."""
    document.places.update({at: place for at, place in base.places.items() if at[: len(path)] == path})


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
