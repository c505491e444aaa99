"""Where the raw files are, and which of them a build has read."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

import pandas as pd

__all__ = ["INPUTS", "RAW", "digest", "locate", "read_input", "read_raw", "used"]

REPOSITORY = Path(__file__).resolve().parents[2]
INPUTS = Path(__file__).resolve().parent / "inputs"
RAW = Path(os.environ.get("SITING_RAW", REPOSITORY.parent / "shared" / "data"))

_used: set[str] = set()


def locate(name: str) -> Path:
    """Path of a raw file, noted as used by this build.

    Parameters
    ----------
    name
        Path relative to the folder of raw files, which the variable SITING_RAW may move.

    Raises
    ------
    FileNotFoundError
        If the file is not there.
    """
    path = RAW / name
    if not path.is_file():
        raise FileNotFoundError(f"no raw file {name}; set SITING_RAW to the folder that holds it")
    _used.add(name)
    return path


@cache
def read_raw(name: str, **options: object) -> pd.DataFrame:
    """Read a raw CSV file once; callers must not change the frame in place."""
    frame: pd.DataFrame = pd.read_csv(locate(name), **options)  # type: ignore[call-overload]  # stubs know none passed on
    return frame


def read_input(name: str) -> pd.DataFrame:
    """Read a transcribed table of `inputs/`, keeping empty texts as missing."""
    return pd.read_csv(INPUTS / name, comment="#")


def used() -> tuple[str, ...]:
    """Names of the raw files read so far, sorted."""
    return tuple(sorted(_used))


def digest(path: Path) -> str:
    """sha256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
