"""The file of what is known of each site in nearly as good plans."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from siting.plan.records.near_record import NearRecord, NearSite
from siting.problems import InputError, Problem
from siting.results.formats import json_text

__all__ = ["NEAR_FILE", "near_text", "read_near"]

NEAR_FILE = "near.json"
"""Its name, in the folder of alternatives."""


def near_text(near: NearRecord) -> str:
    """Return a record as the text of its file."""
    return json_text(dataclasses.asdict(near))


def read_near(path: Path) -> NearRecord:
    """Read a record.

    Parameters
    ----------
    path : Path
        Of the file.

    Raises
    ------
    InputError
        If there is none, or it is something else.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
        return NearRecord(**told | {"sites": tuple(NearSite(**one) for one in told["sites"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = f"write it with: siting alternatives STUDY -o {path.parent}"
        message = f"no alternatives can be read here ({type(error).__name__})"
        raise InputError([Problem(str(path), 0, "", message, hint)]) from error
