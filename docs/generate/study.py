"""The study reference: every field of a study, from its schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from generate.kinds import kind
from generate.project import Study
from generate.text import page, table

OPENING = """
A study is a YAML file. `siting check STUDY` says everything that is wrong with one, each with its line and what to
write instead; `siting show STUDY` prints every value that it resolves to. What is not stated keeps its default, or
comes from the study named by `extends`. Every number has its unit at the end of its name, shares are fractions from 0
to 1, and money is in real US dollars of 2024.

```yaml
extends: us-small
name: dear-carbon
policy: {carbon_price_usd_per_t: 200, sites_max_count: 3}
```
"""


def study_page() -> str:
    """Return the page."""
    schema = Study.model_json_schema()
    parts = {name: _reference(field) for name, field in schema["properties"].items() if "$ref" in field}
    plain = {name: field for name, field in schema["properties"].items() if name not in parts}
    said = ["## At the top", _fields(plain, schema.get("required", []))]
    for name in dict.fromkeys(_reference(choice) for field in plain.values() for choice in _choices(field)):
        said += _part(name, name, schema["$defs"], "###")
    for name, definition in parts.items():
        said += _part(f"`{name}`", definition, schema["$defs"])
    return page("Study reference", OPENING, *said)


def _choices(field: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the parts that a field may be, or that each value of its mapping may be."""
    mapped = field.get("additionalProperties")
    inside = mapped if isinstance(mapped, Mapping) else {}
    return [choice for one in (field, inside) for choice in one.get("oneOf", ()) if "$ref" in choice]


def _reference(field: Mapping[str, Any]) -> str:
    return str(field["$ref"]).rsplit("/", 1)[-1]


def _part(title: str, definition: str, definitions: Mapping[str, Any], level: str = "##") -> list[str]:
    """Return a part of a study, the parts of which it is a list, and those that it may have."""
    part = definitions[definition]
    said = [
        f"{level} {title} {{ #{definition.lower()} }}",
        part["description"],
        _fields(part["properties"], part.get("required", [])),
    ]
    for field in part["properties"].values():
        inside = field.get("items") or next(iter(field.get("patternProperties", {}).values()), None)
        if isinstance(inside, Mapping) and "$ref" in inside:
            name = _reference(inside)
            said += _part(f"Each of the {name.lower()}s", name, definitions, "###")
        for name in (_reference(choice) for choice in field.get("anyOf", ()) if "$ref" in choice):
            said += _part(name, name, definitions, "###")
    return said


def _fields(fields: Mapping[str, Any], required: list[str]) -> str:
    return table(
        ["Field", "Takes", "Default", "What it is"],
        (
            (f"`{name}`", kind(field), _default(name, field, required), str(field.get("description", "")))
            for name, field in fields.items()
        ),
    )


def _default(name: str, field: Mapping[str, Any], required: list[str]) -> str:
    if name in required:
        return "*must be stated*"
    default = field.get("default")
    if default in (None, "", [], {}) and not isinstance(default, bool | int | float):
        return "none"
    return f"`{json.dumps(default)}`" if not isinstance(default, str) else f"`{default}`"
