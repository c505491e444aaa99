"""A study and its own tables in one file, as another machine reads them."""

from __future__ import annotations

import atexit
import io
import json
import os
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from siting.problems import InputError, Problem
from siting.study.own_table import CHANGES, source_of
from siting.whole_files import write_bytes

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["ABOUT", "MOST_BYTES", "PACK", "STUDY", "unpacked", "write_pack"]

PACK = ".zip"
"""How the name of a pack ends."""
SHAPE = ".shp"
STUDY, ABOUT = "study.yaml", "pack.json"
"""Names within a pack: the study, whole, and what it was packed with."""
MOST_BYTES = 2**30
"""Of what is unpacked: a file of a few bytes may stand for any number of them."""


def write_pack(path: Path, study: Study, about: dict[str, Any]) -> None:
    """Write a study with all its own tables as one file, whole or not at all.

    Parameters
    ----------
    path
        The file; an earlier one is replaced.
    study
        What is packed; what it extends is in it.
    about
        What it is packed with.

    Raises
    ------
    InputError
        If it cannot be written there, or a file of polygons is not one file.
    """
    content = _packed(study, about)
    try:
        write_bytes(path, content)
    except OSError as error:
        raise InputError([Problem(os.fspath(path), 0, "", f"cannot be written ({error.strerror or error})")]) from None


def _packed(study: Study, about: dict[str, Any]) -> bytes:
    """Return the bytes of a pack, the same each time."""
    from ruamel.yaml import YAML

    fields = json.loads(study.model_dump_json())
    files: dict[str, Path] = {}
    for kind in CHANGES:
        for table, source in study.own_tables(kind).items():
            if isinstance(source, Path):
                files[f"tables/{table}-{kind}{source.suffix}"] = source
                stated = study.tables[table]
                name = f"tables/{table}-{kind}{source.suffix}"
                if isinstance(stated, str):
                    fields["tables"][table] = name
                elif source_of(stated, kind) is not None:
                    fields["tables"][table][kind] = name
    for position, (part, source) in enumerate(zip(_with_polygons(fields), study.polygon_files(), strict=True)):
        if source.suffix.lower() == SHAPE:
            raise InputError(
                [Problem(os.fspath(source), 0, "", "a shape file has parts beside it", "save it as a GeoPackage")]
            )
        part["polygon"] = f"polygons/{position}{source.suffix}"
        files[part["polygon"]] = source
    text = io.StringIO()
    YAML(pure=True).dump(fields, text)
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in (
            (STUDY, text.getvalue().encode()),
            (ABOUT, json.dumps(about, indent=1).encode()),
            *((name, path.read_bytes()) for name, path in sorted(files.items())),
        ):
            pack.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _with_polygons(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """Parts of a study that name a file of polygons, in the order of `Study.polygon_files`."""
    parts = [fields["sites"], *fields["policy"]["regional"]]
    return [part for part in parts if isinstance(part, dict) and part.get("polygon")]


def unpacked(path: Path, file: str) -> Path:
    """Put what is in a pack into a folder that lasts as long as the program, and return the study's path there.

    Parameters
    ----------
    path
        The pack.
    file
        Its name in problems.

    Raises
    ------
    InputError
        If it is no pack, or holds what would be written elsewhere, or too much of it.
    """
    try:
        with zipfile.ZipFile(path) as pack:
            inside = pack.infolist()
            places = [PurePosixPath(item.filename) for item in inside]
            if STUDY not in map(str, places):
                raise InputError([Problem(file, 0, "", f"holds no {STUDY}", "make one with: siting pack STUDY")])
            if any(place.is_absolute() or ".." in place.parts or "\\" in str(place) for place in places):
                raise InputError([Problem(file, 0, "", "holds files that lie outside of it; nothing was unpacked")])
            if sum(item.file_size for item in inside) > MOST_BYTES:
                raise InputError([Problem(file, 0, "", f"holds more than {MOST_BYTES:,} bytes; nothing was unpacked")])
            folder = Path(tempfile.mkdtemp(prefix="siting-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            pack.extractall(folder)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise InputError([Problem(file, 0, "", f"cannot be unpacked: {error}")]) from None
    return folder / STUDY
