"""How the plan was found: status, gaps, size, time, and whether it adds up."""

from __future__ import annotations

from siting.reports.document import Block, Cell, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.sections.verdict import proof
from siting.reports.text.traced import say
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    blocks: list[Block] = [Paragraph(proof(facts, words)), _search(facts, words)]
    audit = facts.table("audit")
    if len(audit):
        blocks.append(
            Paragraph(
                say(
                    _(
                        "Every balance, limit and cost was worked out again from the plan's numbers alone, without the "
                        "model: the largest difference is {worst} of the terms of its balance."
                    ),
                    worst=words.tiny(facts.read("audit", "residual_fraction", "max")),
                )
            )
        )
        frame = audit.sort_values(["residual_fraction", "balance"], ascending=[False, True]).copy()
        frame["balance"] = [str(name).replace("_", " ") for name in frame["balance"]]
        frame["residual_text"] = [words.tiny(float(value)) for value in frame["residual_fraction"]]
        blocks.append(
            table(
                words,
                "audit",
                _("Audit: the largest relative difference of each balance."),
                frame,
                [
                    "balance",
                    TableColumn("residual_text", _("Largest difference")),
                    TableColumn("worst_key", words.pgettext("in an audit", "Where")),
                ],
                folded=True,
            )
        )
    return Section("solution", _("How the plan was found"), tuple(blocks))


def _search(facts: Facts, words: Words) -> Table:
    _ = words.gettext
    plan = facts.plan
    search, digits = plan.search, words.digits_apart(plan.objective_usd, plan.bound_usd)
    lines: list[tuple[str, str]] = [
        (_("Status"), _status(plan.status, words)),
        (_("Present value on the representative days"), words.money(plan.objective_usd, digits)),
        (_("Bound on those days: no plan can cost less"), words.money(plan.bound_usd, digits)),
        (_("Gap on those days, of the whole cost"), words.percent(plan.gap_fraction)),
        (_("Gap on those days, of the site-dependent part"), words.percent(plan.gap_site_dependent_fraction)),
        *_of_year(facts, words),
        (_("Gap asked for"), words.percent(search.gap_asked_fraction)),
        (_("Method"), words.term(search.method)),
        (_("Rows"), words.count(search.rows)),
        (_("Columns"), words.count(search.columns)),
        (_("Nonzeros"), words.count(search.nonzeros)),
        (_("Whole-number decisions"), words.count(search.integers)),
        (_("Hours that the model saw"), words.count(len(facts.hourly))),
        (_("Seconds in all"), words.significant(float(search.seconds.get("total", 0.0)))),
    ]
    rows: tuple[tuple[Cell, ...], ...] = tuple(lines)
    columns = (TableColumn("fact", _("Fact")), TableColumn("reading", _("Value")))
    return Table("search", _("The search."), columns, rows)


def _of_year(facts: Facts, words: Words) -> list[tuple[str, str]]:
    """Cost, bound and gaps over all hours of the year, as far as they are known."""
    _ = words.gettext
    year = facts.plan.year
    if year is None:
        return []
    if year.bound_usd is None:
        return [(_("Present value over all hours of the year"), words.money(year.objective_usd))]
    digits = words.digits_apart(year.objective_usd, year.bound_usd)
    lines: list[tuple[str, str]] = [
        (_("Present value over all hours of the year"), words.money(year.objective_usd, digits)),
        (_("Bound over the year: no plan can cost less"), words.money(year.bound_usd, digits)),
    ]
    if year.gap_fraction is not None and year.gap_site_dependent_fraction is not None:
        lines += [
            (_("Gap over the year, of the whole cost"), words.percent(year.gap_fraction)),
            (_("Gap over the year, of the site-dependent part"), words.percent(year.gap_site_dependent_fraction)),
        ]
    return lines


def _status(status: str, words: Words) -> str:
    _ = words.gettext
    if status == "optimal":
        return _("optimal: the gap asked for was reached")
    return _("feasible: stopped before the gap asked for")
