"""The command `siting pack`: a study and its own tables in one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from siting.cli.asked import asked, require
from siting.cli.terminal import complain
from siting.problems import InputError

__all__ = ["pack"]


def pack(study: str, /, *, output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None) -> int:
    """Write a study and all its own tables as one file, which every command takes like a study, on any machine.

    Parameters
    ----------
    study
        Path of a YAML file, or the name of a built-in study.
    output
        The file; STUDY.zip by default.
    """
    from siting.data.tables.choice.selection import choose_rows
    from siting.data.tables.notes.packed import about_here
    from siting.study.packed import PACK, write_pack

    found = asked(study)
    if found.components:
        message = "the study brings code of its own, which a pack does not carry"
        raise InputError([found.problem("components", message, "send the folder")])
    choose_rows(found)
    path = output or Path(f"{found.name}{PACK}")
    require(path.suffix == PACK, "--output", f"a name that ends in {PACK}", path)
    write_pack(path, found, about_here())
    complain(f"{path}: run it with: siting run {path}")
    return 0
