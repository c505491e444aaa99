"""All that a component states of its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from siting.case.case import Field
from siting.data.kinds.asset import Asset
from siting.data.kinds.choice import Choice
from siting.data.kinds.merging import merged
from siting.data.kinds.number import Number
from siting.data.kinds.site_year import SiteYear
from siting.data.kinds.table import TableSchema
from siting.study.magnitudes import Range

__all__ = ["Statement"]


def _nothing(_: object) -> dict[str, Field]:
    return {}


@dataclass(frozen=True)
class Statement:
    """What a component says of its numbers; it works out those that are not taken as they are.

    Parameters
    ----------
    tables : mapping of str to TableSchema
        Its tables of the catalogue.
    layers : mapping of str to TableSchema
        Its tables that a user may bring and the catalogue lacks.
    parameters : mapping of str to Range
        Its rows of the table `parameters`, each with the values that it may have.
    terms : mapping of str to Range
        Its rows of the table `finance`.
    assets : mapping of str to Asset
        Its kinds of assets, by the name of the component and their own; their numbers are fields too.
    fields : mapping of str to Number
        Every other field, by the name of the component and its own.
    of_choice : callable
        Works out fields of a choice, on all days and hours of the year.
    of_hours : callable
        Works out fields of some sites that rest on their hours.
    follows : callable
        Works out fields that follow from those of the case, on its days and hours; those of
        its assets do so by themselves.
    """

    tables: Mapping[str, TableSchema] = field(default_factory=dict)
    layers: Mapping[str, TableSchema] = field(default_factory=dict)
    parameters: Mapping[str, Range] = field(default_factory=dict)
    terms: Mapping[str, Range] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)
    fields: Mapping[str, Number] = field(default_factory=dict)
    of_choice: Callable[[Choice], Mapping[str, Field]] = _nothing
    of_hours: Callable[[SiteYear], Mapping[str, Field]] = _nothing
    follows: Callable[[Mapping[str, Field]], Mapping[str, Field]] = _nothing

    @property
    def numbers(self) -> dict[str, Number]:
        """Every field, by the name of the component and its own."""
        of_assets = [asset.numbers(name) for name, asset in self.assets.items()]
        return dict(merged("field", (self.fields, *of_assets)))

    def chosen(self, choice: Choice) -> dict[str, Field]:
        """Return the fields that it works out of a choice.

        Parameters
        ----------
        choice : Choice
            What the study chooses.
        """
        of_assets = [asset.of_choice(name, choice) for name, asset in self.assets.items()]
        return dict(merged("field", (self.of_choice(choice), *of_assets)))

    def following(self, fields: Mapping[str, Field]) -> dict[str, Field]:
        """Return the fields that follow from those of the case.

        Parameters
        ----------
        fields : mapping of str to Field
            Those that there are.
        """
        of_assets = [asset.follows(name, fields) for name, asset in self.assets.items()]
        return dict(merged("field", (self.follows(fields), *of_assets)))
