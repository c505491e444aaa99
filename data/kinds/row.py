"""What every row of a table of the catalogue is.

A row forbids what it does not name, so a misspelt column is found, not ignored. Ranges are those outside which a
number is a mistake of unit or of typing, not those which are usual.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from siting.study import magnitudes
from siting.text import Id

__all__ = ["ABOUT", "Fraction", "Grade", "Graded", "Row", "State", "Text"]

Text = Annotated[str, StringConstraints(min_length=1)]
State = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Fraction = Annotated[float, magnitudes.FRACTION]
Grade = Literal["measured", "modelled", "assumed"]


class Row(BaseModel):
    """A row of a table: frozen, complete, finite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


ABOUT = ("source_id", "grade")
"""Columns of a graded row that say something about it, and stand last in a table."""


class Graded(Row):
    """A row that names its source and says how good its values are."""

    source_id: Id
    grade: Grade
