"""The manifest of a result folder: by it a result is known, and each of its files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from siting.results.formats import json_text

__all__ = ["FORMAT", "MANIFEST", "Manifest", "ManifestError", "changed_files", "read_manifest", "write_manifest"]

MANIFEST = "run-manifest.json"

FORMAT = 2
"""Version of the form of a result folder, its ``schema_version``; the first had none in its manifest."""

_DIGEST = re.compile(r"^[0-9a-f]{64}$")


class ManifestError(ValueError):
    """A manifest that is not one: cut, emptied, or of something else. Its text follows the manifest's name."""


@dataclass(frozen=True)
class Manifest:
    """What a result folder says of itself.

    Parameters
    ----------
    content : mapping
        All of it.
    outputs : mapping of str to str
        Name of each file, relative to the folder, with slashes, to its sha256.
    """

    content: Mapping[str, Any]
    outputs: Mapping[str, str]

    @property
    def format(self) -> int:
        """Version of the form of the folder."""
        return int(self.content.get("schema_version", 1))

    @property
    def tool_version(self) -> str:
        """Version of siting that wrote it."""
        return str(self.content["tool"]["version"])

    @property
    def is_unfinished(self) -> bool:
        """Whether the plan was saved in need, without its tables and reports."""
        return bool(self.content.get("state") == "unfinished")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a result folder.

    Raises
    ------
    FileNotFoundError
        If there is none.
    ManifestError
        If it is no manifest of a result.
    """
    try:
        text = (folder / MANIFEST).read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"cannot be read ({error})") from error
    if not text.strip():
        raise ManifestError("is empty")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"is not whole: it is no JSON ({error})") from error
    return Manifest(content, _outputs(content))


def _outputs(content: object) -> dict[str, str]:
    """Files that a manifest lists, each a name inside the folder and a sha256."""
    if not isinstance(content, dict):
        raise ManifestError("is not a manifest: it holds no mapping")
    tool, outputs = content.get("tool"), content.get("outputs")
    if not isinstance(tool, dict) or tool.get("name") != "siting" or not isinstance(tool.get("version"), str):
        raise ManifestError("is not a manifest of siting")
    if not isinstance(content.get("schema_version", 1), int):
        raise ManifestError(f"has a schema_version that is no whole number ({content['schema_version']!r})")
    if not isinstance(outputs, dict) or not outputs:
        raise ManifestError("lists no files")
    for name, digest in outputs.items():
        path = PurePosixPath(name)
        inside = not path.is_absolute() and path.parts and ".." not in path.parts and not re.search(r"[\\:\0]", name)
        if not inside or path.as_posix() != name or name == MANIFEST:
            raise ManifestError(f"lists {name!r}, which is no file of a result")
        if not isinstance(digest, str) or not _DIGEST.match(digest):
            raise ManifestError(f"has no sha256 for {name!r}")
    return outputs


def write_manifest(folder: Path, content: Mapping[str, Any], hashed: Mapping[str, str] | None = None) -> None:
    """Write the manifest of a folder, with the hash of every file that has just been written there.

    Parameters
    ----------
    folder
        Holds new files and nothing else.
    content
        What the manifest says beside the files.
    hashed
        Files that are elsewhere already, with their hashes, which are not taken anew.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    outputs = {**(hashed or {}), **{path.relative_to(folder).as_posix(): _sha256(path) for path in files}}
    outputs = dict(sorted(outputs.items()))
    files_told = {"inputs": _inputs(outputs), "outputs": outputs}
    (folder / MANIFEST).write_text(json_text({**content, **files_told}), "utf-8")


def changed_files(folder: Path, manifest: Manifest, but: Iterable[str] = ()) -> list[str]:
    """Return the files of a folder that are not what its manifest says, each with what is wrong.

    Parameters
    ----------
    folder
        A result folder.
    manifest
        Its manifest.
    but
        Files that are not looked at.
    """
    told = []
    for name, digest in manifest.outputs.items():
        path = folder / name
        if name in but:
            continue
        if not path.is_file():
            told.append(f"{name}: missing")
        elif _sha256(path) != digest:
            told.append(f"{name}: changed since it was written")
    if manifest.content.get("inputs") != _inputs(manifest.outputs):
        told.append(f"{MANIFEST}: its inputs are not the files of the case that its outputs list")
    return told


def _inputs(outputs: Mapping[str, str]) -> dict[str, str]:
    """What went in, of all files: the case."""
    return {name: digest for name, digest in outputs.items() if name.startswith("case/")}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
