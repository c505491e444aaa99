"""What a study was packed with, and what of it is otherwise here."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from siting.data.tables.catalogue import catalog_path
from siting.data.tables.schema import SERIES, TABLES
from siting.problems import Problem
from siting.study.packed import ABOUT
from siting.version import __version__

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["about_here", "pack_notes"]


def about_here() -> dict[str, Any]:
    """Return the version of siting, and the digest of each table of the catalogue."""
    digests = {name: hashlib.sha256(catalog_path(name).read_bytes()).hexdigest() for name in (*TABLES, *SERIES)}
    return {"siting": __version__, "catalogue": digests}


def pack_notes(study: Study) -> tuple[Problem, ...]:
    """Say that a study that was packed may come to another result here; nothing of any other.

    Parameters
    ----------
    study
        Knows where it was read.
    """
    path = study.origin.parent / ABOUT if study.origin else None
    if path is None or not path.is_file():
        return ()
    then, here = json.loads(path.read_text(encoding="utf-8")), about_here()
    differ = [name for name, digest in here["catalogue"].items() if then["catalogue"].get(name) != digest]
    if not differ and then["siting"] == here["siting"]:
        return ()
    tables = f"; other tables of the catalogue: {', '.join(differ)}" if differ else ""
    message = f"packed with siting {then['siting']}, read with {here['siting']}{tables}"
    return (Problem(study.file_name(), 0, "", message, "the result may be another"),)
