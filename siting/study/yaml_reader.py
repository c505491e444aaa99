"""YAML 1.2 read with the line of every field.

Studies are written by hand, so what matters here is to say where a mistake is. The text is composed to
nodes, not loaded to objects: nodes know their lines, and a key that stands twice is still there twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.problems import Problem, shown
from siting.text import joined, unwritable, without_unwritable

if TYPE_CHECKING:
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import Node

__all__ = ["MID_YEAR", "Document", "FieldPath", "dotted", "parse_yaml", "read_yaml"]

FieldPath = tuple[str | int, ...]
"""Keys and positions from the top of a document to a field."""

KEY = "[key]"
"""Stands in a path for the key of the last field, as in pydantic's errors."""

MID_YEAR = re.compile(r"\d{4}\.5")
"""How the middle of a year is written, which may be a field's name."""

LONGEST_NAME = 80
_TAG = "tag:yaml.org,2002:"


@dataclass
class Document:
    """What a YAML file says, and where it says it.

    Parameters
    ----------
    file
        Name of the file as the user wrote it.
    data
        Mappings, lists and scalars; None if the file cannot be read.
    places
        File and line of every field.
    written
        Text of the fields that YAML reads as a number, true, false or null, and of such keys, below `KEY`.
    problems
        What keeps the file from being read.
    built_in
        Name, in `places`, of the built-in study that it extends; empty if it extends none.
    """

    file: str
    data: Any = None
    places: dict[FieldPath, tuple[str, int]] = field(default_factory=dict)
    written: dict[FieldPath, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    built_in: str = ""

    def problem(self, path: FieldPath, message: str, hint: str = "") -> Problem:
        """Return a problem at a field, or at the nearest field around it that the file names.

        Of what a built-in study states, which is nobody's to change, it is said where to state it otherwise.
        """
        at = path
        while at and at not in self.places:
            at = at[:-1]
        file, line = self.places.get(at, (self.file, 0))
        if file == self.built_in != self.file:
            hint = "; ".join(text for text in (hint, f"state it in {self.file}, which extends this") if text)
        return Problem(file, line, dotted(path), message, hint)


def dotted(path: FieldPath) -> str:
    r"""Return a path as one printable word.

    Examples
    --------
    >>> dotted(("horizon", "periods", 0, "year")), dotted(("a\nb",))
    ('horizon.periods.0.year', "'a\\nb'")
    """
    return ".".join(
        part if part.isprintable() and len(part) <= LONGEST_NAME else shown(part) for part in map(str, path)
    )


def read_yaml(path: Path, file: str) -> Document:
    """Read a YAML file; whatever is wrong with it is in the document's problems.

    Parameters
    ----------
    path
        The file.
    file
        Its name in problems.
    """
    document = Document(file)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        document.problems.append(Problem(file, 0, "", "no such file"))
    except IsADirectoryError:
        document.problems.append(Problem(file, 0, "", "this is a folder, not a file"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        document.problems.append(Problem(file, line, "", "this is not text in UTF-8"))
    except OSError as error:
        document.problems.append(Problem(file, 0, "", f"the file cannot be read ({error.strerror or error})"))
    else:
        parse_yaml(text, document)
    return document


def parse_yaml(text: str, document: Document) -> None:
    """Read a text as YAML into a document: its data, places and problems."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(text)
        if root is None:
            document.problems.append(Problem(document.file, 0, "", "the file is empty"))
        else:
            document.data = _Walk(yaml, document).value(root, ())
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        document.problems.append(Problem(document.file, line, "", "this is not text: it holds a control character"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        hint = "indent with spaces, not with tabs" if "'\\t'" in str(error.problem) else ""
        line = mark.line + 1 if mark else 0
        document.problems.append(Problem(document.file, line, "", f"this is not YAML: {error.problem}", hint))
    except (YAMLError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error).splitlines()[0]
        document.problems.append(Problem(document.file, 0, "", f"this is not YAML: {reason}"))


class _Walk:
    """Turns nodes to values and notes the places; a node seen before is an alias."""

    def __init__(self, yaml: YAML, document: Document) -> None:
        self.yaml = yaml
        self.document = document
        self.seen: set[int] = set()

    def value(self, node: Node, path: FieldPath) -> Any:
        from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

        self.document.places.setdefault(path, (self.document.file, node.start_mark.line + 1))
        if id(node) in self.seen:  # refused, since a few lines of aliases can stand for a billion values
            self.document.problems.append(
                self.document.problem(path, "aliases are not supported", "write the value out")
            )
            return None
        self.seen.add(id(node))
        if isinstance(node, ScalarNode):
            value = self.scalar(node, path)
            if not isinstance(value, str):
                self.document.written[path] = str(node.value)
            return value
        if isinstance(node, SequenceNode) and node.tag == _TAG + "seq":
            return [self.value(item, (*path, position)) for position, item in enumerate(node.value)]
        if isinstance(node, MappingNode) and node.tag == _TAG + "map":
            return self.mapping(node, path)
        self.report(path, node, f"the tag {node.tag} is not supported")
        return None

    def mapping(self, node: Node, path: FieldPath) -> dict[str | int, Any]:
        from ruamel.yaml.nodes import ScalarNode

        result: dict[str | int, Any] = {}
        lines: dict[str | int, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self.scalar(key_node, path) if isinstance(key_node, ScalarNode) else None
            if isinstance(key, float) and MID_YEAR.fullmatch(str(key_node.value)):
                key = str(key_node.value)  # the middle of a year, which numbers take as text, too
            if not isinstance(key, str | int) or isinstance(key, bool):
                quoted = f"; in quotes it is a word: '{key_node.value}'" if isinstance(key_node, ScalarNode) else ""
                self.report(path, key_node, f"a field's name should be a word or a whole number{quoted}")
                continue
            if isinstance(key, int):
                self.document.written[(*path, key, KEY)] = str(key_node.value)
            if key in result:
                self.report((*path, key), key_node, f"the field stands twice, first in line {lines[key]}")
                continue
            lines[key] = line
            self.document.places[(*path, key)] = (self.document.file, line)
            result[key] = self.value(value_node, (*path, key))
        return result

    def scalar(self, node: Node, path: FieldPath) -> Any:
        constructor = self.yaml.constructor
        kinds = {
            "null": constructor.construct_yaml_null,
            "bool": constructor.construct_yaml_bool,
            "int": constructor.construct_yaml_int,
            "float": constructor.construct_yaml_float,
        }
        kind = str(node.tag).removeprefix(_TAG)
        if kind in kinds:
            try:
                return kinds[kind](node)
            except (ValueError, KeyError):
                self.report(path, node, f"{node.value[:40]!r} cannot be read as {kind}")
                return None
        if kind not in ("str", "timestamp", "value", "merge"):
            self.report(path, node, f"the tag {node.tag} is not supported")
        text = joined(str(node.value))
        if reason := unwritable(text):
            self.report(path, node, reason)
        return without_unwritable(text)

    def report(self, path: FieldPath, node: Node, message: str) -> None:
        line = node.start_mark.line + 1
        self.document.problems.append(Problem(self.document.file, line, dotted(path), message))
