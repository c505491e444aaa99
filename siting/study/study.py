"""The study: what is asked, as a person writes it down.

A study is a YAML file. `load_study` reads it, reports everything that is wrong with it at once, and returns
a frozen `Study`. The text under a field here is also its description in the JSON schema that editors read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr

from siting.notebook import card, chosen, named, stated, table
from siting.problems import Problem
from siting.study.connection import ConnectionTerms
from siting.study.demand import Demand
from siting.study.edge import Edge
from siting.study.futures import Futures
from siting.study.horizon import Horizon
from siting.study.own_table import CHANGES, FilesOfCode, OwnTables, Rows, at, source_of
from siting.study.parts import (
    Candidates,
    Climate,
    Facility,
    FactorsByTable,
    Finance,
    Frozen,
    FrozenDict,
    Policy,
    SitesChoice,
    SomeChoice,
    Technology,
    Time,
)
from siting.study.yaml_reader import MID_YEAR, Document, FieldPath
from siting.text import PlainText, StudyName
from siting.version import __version__

__all__ = ["Study"]


def _of_this_form(version: object) -> object:
    """Refuse a study written for another version of siting by what reads it, not as a wrong number.

    Raises
    ------
    ValueError
        If it has another form.
    """
    if isinstance(version, int) and not isinstance(version, bool) and version != 1:
        reads = f"this is siting {__version__}, which reads studies of form 1"
        hint = "; a later version reads it: update siting" if version > 1 else ""
        raise ValueError(f"this study has form {version}, and {reads}{hint}")
    return version


class Study(Frozen):
    """One question: which sites, halls, racks, cooling and contracts serve this demand at the least cost."""

    schema_version: Annotated[Literal[1], BeforeValidator(_of_this_form)]
    """Version of this form; 1."""
    name: StudyName
    """Short name of the study; results go to a folder of this name."""
    title: PlainText = ""
    """One line for people."""
    description: PlainText = ""
    """What is asked and why, for the first page of the reports."""
    money_year: Literal[2024] = 2024
    """Year of the dollars in the study and its tables."""
    sites: SitesChoice = "all"
    """Candidate sites, from the table sites: all, some ({candidates: 150, states: [TX]}), or a list of ids."""
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
    connection: ConnectionTerms = ConnectionTerms()
    """When the power of the sites comes."""
    facility: Facility = Facility()
    """What a site consists of."""
    edge: Edge = Edge()
    """Small sites inside cities, off by default."""
    finance: Finance = Finance()
    """Money."""
    policy: Policy = Policy()
    """Prices and limits."""
    futures: Futures = Futures()
    """What may come, and with which probability; one future, the study's own, by default."""
    tables: OwnTables = Field(default_factory=FrozenDict)
    """Tables of your own, by the name of the catalogue's: the path of a file that replaces it, seen from the study, or
    `append` rows, `change` cells, `replace`: each a path, or the rows themselves."""
    scales: FactorsByTable = Field(default_factory=FrozenDict)
    """Factors on columns of tables: {sites: {tariff_usd_per_mwh: 1.2}}; values are then assumed."""
    components: FilesOfCode = ()
    """Files of Python with rules of your own (subclasses of siting.Rule), run only where --trust-code is said."""

    _document: Document | None = PrivateAttr(default=None)
    _origin: Path | None = PrivateAttr(default=None)
    _broken_tables: frozenset[str] = PrivateAttr(default=frozenset())

    def __eq__(self, other: object) -> bool:
        """Whether the same is asked, wherever the files lie."""
        return isinstance(other, Study) and self.model_dump(mode="json") == other.model_dump(mode="json")

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
        asked = []
        for one in self.demand.asked():
            amounts = ", ".join(f"{amount:g} {one.label} in {year}" for year, amount in one.by_year.items())
            asked.append(f"{one.workload_id} {amounts}")
        facts = [
            ("Demand", f"{'; '.join(asked)}, as power of {self.demand.reference_rack}"),
            ("Sites", self._chosen_sites()),
            ("Zones", chosen(self.zones, "of the catalogue's zones")),
            ("Periods", ", ".join(f"{period.year} for {period.length_yr:g} years" for period in self.horizon.periods)),
            ("Days", f"{self.time.typical_days_count} typical, {len(self.time.extreme_days)} extreme"),
            *stated(self.policy),
            *([("Own tables", named(list(self.tables)))] if self.tables else []),
        ]
        return card(f"Study {self.name}", [self.title, self.description], table(facts))

    def _chosen_sites(self) -> str:
        if isinstance(self.sites, Candidates):
            count = "all" if self.sites.candidates is None else f"the first {self.sites.candidates}"
            left = " that the filters leave" if self.sites.is_filtered else ""
            return f"{count} candidates of the catalogue{left}"
        return chosen(self.sites, "of the catalogue's sites")

    @property
    def origin(self) -> Path | None:
        """File of the study; None if it was not read from a file. It never appears in a dump."""
        return self._origin

    def file_name(self) -> str:
        """Name of the study's file as the user wrote it."""
        return self._document.file if self._document else f"{self.name}.yaml"

    def without_tables(self, names: Iterable[str]) -> None:
        """Note tables of which the study states something that is wrong, so that nothing can rest on them."""
        self._broken_tables = frozenset(names)

    @property
    def broken_tables(self) -> frozenset[str]:
        """Tables of which the study states something that is wrong; a study that is whole has none."""
        return self._broken_tables

    def place_of(self, field: str) -> str:
        """File and line that state a field given by its dotted path; empty if the field was left at its default."""
        file, line = self._document.places.get(_path(field), ("", 0)) if self._document else ("", 0)
        return f"{file}:{line}" if file else ""

    def problem(self, field: str, message: str, hint: str = "") -> Problem:
        """Return a problem at a field given by its dotted path.

        Examples
        --------
        >>> import siting
        >>> study = siting.load_study("us-small")
        >>> print(study.problem("demand.reference_rack", "no such rack"))  # doctest: +SKIP
        us-small.yaml:40: demand.reference_rack: no such rack
        """
        return (self._document or Document(self.file_name())).problem(_path(field), message, hint)

    def own_tables(self, kind: str) -> dict[str, Path | Rows]:
        """Files or rows that replace, append to, or change catalogue tables, by table name.

        Parameters
        ----------
        kind : str
            ``replace``, ``append`` or ``change``.
        """
        folder = self._origin.parent if self._origin else Path()
        found = {name: source_of(own, kind) for name, own in self.tables.items()}
        return {name: at(source, folder) for name, source in found.items() if source is not None}

    def own_files(self) -> list[tuple[str, Path]]:
        """Files of the study's own tables, each with the name of its table and what it does to it."""
        found = ((f"{name} {kind}", at) for kind in CHANGES for name, at in self.own_tables(kind).items())
        return sorted((name, at) for name, at in found if isinstance(at, Path))

    def component_files(self) -> tuple[Path, ...]:
        """Files of the study's own rules, seen from its file."""
        folder = self._origin.parent if self._origin else Path()
        return tuple(folder / path for path in self.components)

    def polygon_files(self) -> tuple[Path, ...]:
        """Files of polygons, seen from the study's file: that of the candidates, then those of regions."""
        folder = self._origin.parent if self._origin else Path()
        parts = (*((self.sites,) if isinstance(self.sites, Candidates) else ()), *self.policy.regional)
        return tuple(folder / part.polygon for part in parts if part.polygon)

    def replaced(self) -> frozenset[str]:
        """Names of the catalogue's tables in whose place the study has one of its own."""
        return frozenset(self.own_tables("replace"))


def _path(field: str) -> FieldPath:
    parts = re.findall(rf"{MID_YEAR.pattern}(?=\.|$)|[^.]+", field)
    return tuple(int(part) if part.isdecimal() else part for part in parts)
