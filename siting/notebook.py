"""What studies, cases and plans show of themselves in a notebook: small pages of HTML, without anything from elsewhere.

Colours are those of the notebook, light or dark: text inherits its own, and lines are drawn in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from siting.quantities import format_number, unit

if TYPE_CHECKING:
    from siting.case import Case
    from siting.plan import Plan
    from siting.study import Study

SHOWN_COUNT = 6
"""Members of an axis that are named; the rest is counted."""

_BOX = "border-left:3px solid currentColor;padding:0.2em 0 0.2em 0.9em;max-width:62em;line-height:1.45"
_TABLE = "border-collapse:collapse;border:none;margin:0.5em 0;background:transparent;color:inherit;font-size:inherit"
_LINE = "border:none;border-bottom:1px solid rgba(128,128,128,0.35);padding:0.2em 1em 0.2em 0;vertical-align:top"

_OF_SITE = {"it_capacity_mw": "IT capacity", "pue": "PUE", "cost_usd_per_yr": "Cost"}
"""Columns that are shown of each site, in words."""

Facts = Iterable[tuple[str, str]]
"""What is told, and how much it is."""


def of_study(study: Study) -> str:
    """Return what a study asks."""
    facts = [
        ("Demand", _demand(study)),
        ("Sites", _chosen(study.sites, "of the catalogue's sites")),
        ("Zones", _chosen(study.zones, "of the catalogue's zones")),
        ("Periods", ", ".join(f"{period.year} for {period.length_yr} years" for period in study.horizon.periods)),
        ("Days", f"{study.time.typical_days_count} typical, {len(study.time.extreme_days)} extreme"),
        *((name, text) for name, text in _limits(study)),
        *([("Own tables", ", ".join(study.tables))] if study.tables else []),
    ]
    return _card(f"Study {study.name}", [study.title, study.description], _table(("", ""), facts))


def of_case(case: Case) -> str:
    """Return the axes of a case, and how much it holds."""
    axes = [
        (axis, str(len(members)), _some([str(member) for member in members])) for axis, members in case.axes.items()
    ]
    numbers = sum(field.values.size for field in case.fields.values())
    lines = [case.study.title, f"{len(case.fields)} fields with {numbers:,} numbers, ready to be solved."]
    return _card(f"Case {case.study.name}", lines, _table(("Axis", "Members", ""), axes, numbers=(1,)))


def of_plan(plan: Plan) -> str:
    """Return how good a plan is, what it costs, and the sites that it builds."""
    facts = [
        ("Status", plan.status),
        ("Cost, present value", f"{_billions(plan.objective_usd)}"),
        ("No plan costs less than", f"{_billions(plan.bound_usd)}"),
        ("Gap", f"{plan.gap_fraction:.2%} of the cost, {plan.gap_site_dependent_fraction:.2%} of what sites change"),
        ("Found in", f"{plan.search.seconds.get('total', 0):,.0f} s"),
    ]
    sites = plan.tables["sites"]
    last = sites[(sites["period"] == sites["period"].max()) & (sites["is_open"] == 1)]
    rows = [
        (row["site_id"], row["name"], *(format_number(column, row[column]) for column in _OF_SITE))
        for row in last.to_dict("records")
    ]
    headers = [f"{word} [{unit(column).label}]".removesuffix(" []") for column, word in _OF_SITE.items()]
    built = _table(("Site", "", *headers), rows, numbers=(2, 3, 4))
    lines = [plan.case.study.title, *plan.warnings]
    return _card(f"Plan {plan.case.study.name}", lines, _table(("", ""), facts), built)


def _demand(study: Study) -> str:
    """What must be served, by kind of work and period."""
    kinds = {"inference": "inference_mw", "batch work": "batch_mw", "training": "training_mw"}
    asked = [(kind, getattr(study.demand, field)) for kind, field in kinds.items()]
    said = [f"{kind} {_by_period(amounts)}" for kind, amounts in asked if amounts]
    return f"{'; '.join(said)}, as power of {study.demand.reference_rack}"


def _by_period(amounts: Mapping[int, float]) -> str:
    return ", ".join(f"{amount:g} MW in {year}" for year, amount in amounts.items())


def _chosen(choice: str | Sequence[str], of: str) -> str:
    return f"all {of}" if isinstance(choice, str) else f"{len(choice)}: {_some(choice)}"


def _some(members: Sequence[str]) -> str:
    """Name the first members, and count the others."""
    more = len(members) - SHOWN_COUNT
    return ", ".join(members[:SHOWN_COUNT]) + (f" and {more} more" if more > 0 else "")


def _limits(study: Study) -> Iterable[tuple[str, str]]:
    """Yield the prices and limits of the policy that differ from their defaults."""
    for name, field in type(study.policy).model_fields.items():
        value = getattr(study.policy, name)
        if value != field.get_default(call_default_factory=True):
            yield (field.description or name).split(";")[0].rstrip("."), _value(name, value)


def _value(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_value(name, amount)}" for key, amount in value.items())
    if isinstance(value, int | float):
        return format_number(name, value)
    return value if isinstance(value, str) else ", ".join(map(str, value))


def _billions(usd: float) -> str:
    return f"{usd / 1e9:,.3f} billion USD"


def _card(title: str, lines: Iterable[str], *parts: str) -> str:
    """Return a box with a title, some lines and what stands below."""
    said = "".join(f"<div>{escape(line.strip())}</div>" for line in lines if line.strip())
    return f'<div style="{_BOX}"><strong>{escape(title)}</strong>{said}{"".join(parts)}</div>'


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Return a table, with the columns of numbers set to the right; without a head where that is empty."""

    def line(tag: str, cells: Sequence[str]) -> str:
        sides = ("right" if place in numbers else "left" for place in range(len(cells)))
        written = zip(cells, sides, strict=True)
        return "".join(f'<{tag} style="{_LINE};text-align:{side}">{escape(cell)}</{tag}>' for cell, side in written)

    head = f"<thead><tr>{line('th', headers)}</tr></thead>" if any(headers) else ""
    body = "".join(f"<tr>{line('td', row)}</tr>" for row in rows)
    return f'<table style="{_TABLE}">{head}<tbody>{body}</tbody></table>'
