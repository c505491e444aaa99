"""Tables of plans side by side, as they stand on the page of a comparison and in the reports of a later plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from siting.plan.key_figures.registry import REGISTRY
from siting.plan.side_by_side import ComparedRow, SideBySide, difference
from siting.reports.document import Block, Format, Paragraph, Section, Table, TableColumn
from siting.reports.text.traced import Said, Traced, say
from siting.reports.text.words import Words
from siting.text import N_

__all__ = ["Heads", "cost_difference", "costs_section", "figures_section", "inputs_section", "moved_section"]

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "site": N_("Site"),
        "cooling": N_("Cooling"),
        "rack": N_("Rack"),
        "contract": N_("Contract"),
        "storage": N_("Battery at"),
        "lease": N_("Lease"),
    }
)
"""What is built or bought, as readers call it."""


@dataclass(frozen=True)
class Heads:
    """Headings of the columns of plans.

    Parameters
    ----------
    plans : tuple of str
        Of each plan; the first is what the others are held against.
    differences : tuple of str
        Of what each other plan has more than the first.
    """

    plans: tuple[str, ...]
    differences: tuple[str, ...]


def cost_difference(words: Words, first: str, low: Traced | float, high: Traced | float) -> Said:
    """Return what is proven of a plan's difference in cost from the first, its case solved as well as can be."""
    _ = words.gettext
    if float(low) > 0:
        return say(
            _("costs {low} to {high} more than {first}, as far as is proven."),
            low=words.money(low), high=words.money(high), first=first,
        )  # fmt: skip
    if float(high) < 0:
        return say(
            _("costs {low} to {high} less than {first}, as far as is proven."),
            low=words.money(_size(high)), high=words.money(_size(low)), first=first,
        )  # fmt: skip
    return say(
        _(
            "may cost up to {low} less or up to {high} more than {first}: the difference is within what is not proven."
        ),
        low=words.money(_size(low)), high=words.money(high), first=first,
    )  # fmt: skip


def figures_section(words: Words, found: SideBySide, heads: Heads) -> Section:
    """Return the key figures with their differences."""
    _ = words.gettext
    columns = (
        TableColumn("kpi_id", _("Key figure")),
        *(TableColumn(f"value_{i}", name, "mixed") for i, name in enumerate(heads.plans)),
        *(TableColumn(f"difference_{i}", name, "mixed") for i, name in enumerate(heads.differences, 1)),
    )
    rows = tuple(
        (_(REGISTRY[kpi].label), *values, *_differences(values)) for _kind, kpi, _unit, values in found.figures
    )
    ids = tuple(row[1] for row in found.figures)
    caption = _("Key figures of the last period, or of the horizon for money.")
    return Section("figures", _("Key figures"), (Table("figures", caption, columns, rows, kpi_ids=ids),))


def moved_section(words: Words, found: SideBySide, heads: Heads) -> Section:
    """Return what is built and bought otherwise."""
    _ = words.gettext
    changed = found.moved
    if not changed:
        return Section(
            "moved", _("Nothing moved"), (Paragraph(_("All plans build and buy the same in the last period.")),)
        )
    columns = (
        TableColumn("kind", _("What")),
        TableColumn("item", _("Which")),
        *_columns(heads, "quantity"),
        TableColumn("unit", _("Unit")),
    )
    rows = tuple((_(KINDS[kind]), item, *values, *_differences(values), unit) for kind, item, unit, values in changed)
    count = sum(kind == "site" for kind, _item, _unit, _values in changed)
    title = _("What moved")
    if count:
        title = words.ngettext(
            "What moved: power changes at {count} site", "What moved: power changes at {count} sites", count
        ).format(count=count)
    caption = _("What is built and bought in the last period, where the plans differ.")
    return Section("moved", title, (Table("moved", caption, columns, rows),))


def costs_section(words: Words, found: SideBySide, heads: Heads, pictures: Sequence[Block] = ()) -> Section:
    """Return present value by term of the cost ledger, with pictures before it."""
    _ = words.gettext
    columns = (TableColumn("term", _("Ledger term")), *_columns(heads, "money", "USD"))
    rows: list[tuple[str | float | None, ...]] = [
        (item, *values, *_differences(values)) for _kind, item, _unit, values in found.costs
    ]
    totals = tuple(sum(row[3][i] for row in found.costs) for i in range(len(heads.plans)))
    rows.append((_("Total"), *totals, *_differences(totals)))
    caption = _("Present value by term of the cost ledger; over the year where a plan was run through it.")
    table = Table("costs", caption, columns, tuple(rows), totals_count=1)
    return Section("costs", _("Cost by ledger"), (*pictures, table))


def inputs_section(words: Words, found: SideBySide, heads: Heads) -> Section:
    """Return what went in otherwise: fields of the study, and columns of its tables."""
    _ = words.gettext
    blocks: list[Block] = []
    if found.asked:
        columns = (
            TableColumn("field", _("Field")),
            *(TableColumn(f"value_{i}", name) for i, name in enumerate(heads.plans)),
        )
        blocks.append(Table("asked", _("Fields of the resolved study that differ."), columns, _texts(found.asked)))
    else:
        blocks.append(Paragraph(_("The studies ask the same.")))
    if found.tables:
        columns = (
            TableColumn("column", _("Column")),
            *(TableColumn(f"cells_{i}", name, "count") for i, name in enumerate(heads.plans[1:], 1)),
        )
        rows = tuple((item, *values[1:]) for _kind, item, _unit, values in found.tables)
        caption = say(_("Cells of input tables that are not those of {first}, by column."), first=heads.plans[0])
        blocks.append(Table("tables", caption, columns, rows))
    else:
        blocks.append(Paragraph(_("The input tables are the same.")))
    return Section("inputs", _("What went in"), tuple(blocks))


def _size(amount: Traced | float) -> Traced | float:
    return amount if float(amount) >= 0 else amount * -1.0


def _texts(asked: Sequence[ComparedRow]) -> tuple[tuple[str, ...], ...]:
    return tuple((item, *(str(value) or "–" for value in values)) for _kind, item, _unit, values in asked)


def _columns(heads: Heads, form: Format, unit: str = "") -> tuple[TableColumn, ...]:
    values = [TableColumn(f"value_{i}", name, form, unit) for i, name in enumerate(heads.plans)]
    others = [TableColumn(f"difference_{i}", name, form, unit) for i, name in enumerate(heads.differences, 1)]
    return (*values, *others)


def _differences(values: Sequence[float | None]) -> tuple[float | None, ...]:
    first = values[0]
    return tuple(None if value is None or first is None else difference(value, first) for value in values[1:])
