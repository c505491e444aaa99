"""What a field of a JSON schema takes, in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

SIGNS = (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
KINDS = {"number": "number", "integer": "whole number", "boolean": "true or false", "string": "text", "null": "nothing"}


def kind(field: Mapping[str, Any]) -> str:
    """Return what a field takes.

    Examples
    --------
    >>> kind({"type": "number", "minimum": 0, "exclusiveMaximum": 1})
    'number ≥ 0, < 1'
    >>> kind({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]})
    'whole number ≥ 1, or nothing'
    >>> kind({"oneOf": [{"const": "all"}, {"$ref": "#/$defs/Candidates"}]})
    '`all`, or [candidates](#candidates)'
    """
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1].lower()
        return f"[{name}](#{name})"
    choices = field.get("anyOf") or field.get("oneOf")
    if choices:
        return ", or ".join(kind(choice) for choice in choices)
    if "const" in field:
        return f"`{json.dumps(field['const'])}`".replace('"', "")
    if "enum" in field:
        return " or ".join(f"`{choice}`" for choice in field["enum"])
    if field.get("type") == "array":
        return f"list of {_inside(field)}"
    if field.get("type") == "object":
        return f"mapping of {_key(field)} to {_mapped(field)}"
    if "pattern" in field:
        return "id" if "a-z" in field["pattern"] and "0-9" in field["pattern"] else f"text like `{field['pattern']}`"
    limits = ", ".join(f"{sign} {field[name]:g}" for name, sign in SIGNS if name in field)
    return f"{KINDS[field['type']]} {limits}".strip()


def _inside(field: Mapping[str, Any]) -> str:
    if "$ref" in field["items"]:
        name = field["items"]["$ref"].rsplit("/", 1)[-1].lower()
        return f"[{name}s](#{name})"
    return {"id": "ids"}.get(kind(field["items"]), kind(field["items"]))


def _key(field: Mapping[str, Any]) -> str:
    return "id" if "patternProperties" in field else kind({"type": "string", **field.get("propertyNames", {})})


def _mapped(field: Mapping[str, Any]) -> str:
    inside = next(iter(field.get("patternProperties", {}).values()), field.get("additionalProperties"))
    return kind(inside) if isinstance(inside, dict) else "anything"
