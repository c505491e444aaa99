"""Key figures, from the registry that also makes the reports' glossary."""

from __future__ import annotations

from generate.project import REGISTRY
from generate.text import page, table

OPENING = """
Every key figure of a plan, from the one registry that also labels the reports, the tables and `plan.json`. *What it
does not say* is printed beside the figure wherever there is room.
"""
BETTER = {"lower": "lower is better", "higher": "higher is better", "neutral": "neither is better"}


def key_figures_page() -> str:
    """Return the page."""
    first = table(
        ["Key figure", "Id", "Unit"],
        ((f"[{kpi.label}](#{kpi.id})", f"`{kpi.id}`", _unit(kpi.id)) for kpi in REGISTRY.values()),
    )
    return page("Key figures", OPENING, first, *(_section(kpi) for kpi in REGISTRY.values()))


def _unit(name: str) -> str:
    return REGISTRY[name].unit


def _section(kpi: object) -> str:
    """Return the part of one figure."""
    told = vars(kpi)
    of = "the whole horizon" if told["horizon"] else "each period"
    rows = [
        ("In code", f"`{told['id']}`"),
        ("Unit", f"{_unit(told['id'])}; {BETTER[told['direction']]}"),
        ("Of", of),
        ("How it is worked out", told["formula"]),
        *([("What it does not say", told["trap"])] if told["trap"] else []),
        ("Defined by", f"{told['source']} (method `{told['method_version']}`)"),
    ]
    return f"## {told['label']} {{ #{told['id']} }}\n\n" + "\n".join(f"- **{name}:** {text}" for name, text in rows)
