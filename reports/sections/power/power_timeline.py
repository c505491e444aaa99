"""Power by date: what carries each site in each period, and what must be ordered by when."""

from __future__ import annotations

import pandas as pd

from siting.reports.document import Block, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import Printed, Said, say
from siting.reports.text.words import Words

_ORDERED = ("order_early_year", "order_year", "order_late_year")


def section(facts: Facts, words: Words) -> Section:
    """Return the section; without dates, plants or a flexible connection it says what must be ordered alone."""
    _ = words.gettext
    blocks: list[Block] = []
    if facts.built.empty:
        return Section("timeline", _("Power by date"), (Paragraph(_("Nothing is built.")),))
    blocks.append(Paragraph(_reading(facts, words)))
    blocks.append(_sources(facts, words))
    orders = facts.table("orders")
    if len(orders):
        blocks += [Paragraph(_first_order(facts, words)), _orders(facts, words, orders)]
    return Section("timeline", _("Power by date"), tuple(blocks))


def _reading(facts: Facts, words: Words) -> Said:
    """What stands beside the firm connection, and what of it."""
    _ = words.gettext
    parts = [
        say(
            _("From {period} the sites connect {power}."),
            period=facts.period,
            power=words.quantity(facts.of_built("connection_mw"), "MW"),
        )
    ]
    if len(facts.table("flexible")):
        flexible = words.quantity(facts.read("flexible", "flexible_mw"), "MW")
        if facts.study.connection.flexible_curtailed_fraction is None:
            hours = words.count(facts.stated("connection.flexible_h_per_yr"))
            text = _("Of it {flexible} is flexible and given up in {hours} hours of the year.")
            parts.append(say(text, flexible=flexible, hours=hours))
        else:
            share = words.percent(facts.stated("connection.flexible_curtailed_fraction"))
            text = _("Of it {flexible} is flexible, and {share} of its energy is given up over the year.")
            parts.append(say(text, flexible=flexible, share=share))
    if len(facts.table("bridge")):
        parts.append(
            say(
                _("Plants on site of {power} have been bought, of which {running} is in service; they give {energy}."),
                power=words.quantity(facts.read("bridge", "owned_bridge_mw"), "MW"),
                running=words.quantity(facts.read("bridge", "bridge_mw"), "MW"),
                energy=words.quantity(facts.read("bridge", "bridge_output_mwh_per_yr"), "MWh/yr"),
            )
        )
    return words.sentences(*parts)


SAME_MW = 1e-3
"""Power by which a site must differ from the period before to have a row of its own."""


def _sources(facts: Facts, words: Words) -> Table:
    """What carries each site, from each period on in which that changes."""
    _ = words.gettext
    frame = facts.table("sites")
    frame = frame[frame["is_open"] == 1][["site_id", "period", "name", "it_capacity_mw", "connection_mw"]]
    for name, column in (("flexible", "flexible_mw"), ("bridge", "bridge_mw"), ("storage", "storage_power_mw")):
        frame = _beside(frame, facts.table(name), column)
    frame = frame.assign(firm_mw=frame["connection_mw"] - frame["flexible_mw"])
    frame = frame.sort_values(["name", "period"], ignore_index=True)
    frame = rows_that_change(frame, ["it_capacity_mw", "firm_mw", "flexible_mw", "bridge_mw", "storage_power_mw"])
    columns: list[str | TableColumn] = [
        "name", TableColumn("period", _("From"), "label"), words.column("it_capacity_mw", _("IT nameplate")),
        words.column("firm_mw", _("Firm connection")), words.column("flexible_mw", _("Flexible connection")),
        words.column("bridge_mw", _("Plants on site")), words.column("storage_power_mw", _("Batteries")),
    ]  # fmt: skip
    caption = _("What carries each site, by the period from which it does.")
    return table(words, "timeline", caption, frame, columns)


def rows_that_change(frame: pd.DataFrame, amounts: list[str]) -> pd.DataFrame:
    """Return the rows, in the order of periods, in which a site is not as it was in the row before.

    Parameters
    ----------
    frame : DataFrame
        ``site_id`` and amounts.
    amounts : list of str
        Columns that are compared [MW].
    """
    before = frame.groupby("site_id")[amounts].shift()
    return frame[((frame[amounts] - before).abs() < SAME_MW).sum(axis=1) < len(amounts)]


def _beside(frame: pd.DataFrame, other: pd.DataFrame, column: str) -> pd.DataFrame:
    """Sums of a column of another table by site and period; zero where it has none."""
    if other.empty:
        return frame.assign(**{column: 0.0})
    sums = other.groupby(["site_id", "period"], as_index=False)[column].sum()
    return frame.merge(sums, on=["site_id", "period"], how="left").fillna({column: 0.0})


def _first_order(facts: Facts, words: Words) -> Said:
    """The first thing to be ordered, at its usual lead time, and whether that is too late already."""
    _ = words.gettext
    orders = facts.table("orders")
    first = orders.sort_values(["order_year", "item"], kind="stable").iloc[0]
    base_year = facts.study.horizon.base_year
    parts = {
        "item": str(first["item"]),
        "site": facts.named(first["site_id"]),
        "year": words.decimal_year(facts.read("orders", "order_year", "min")),
    }
    if first["order_year"] < base_year:
        return say(
            _(
                "What takes longest is {item} for {site}: at its usual lead time it had to be asked for by {year}, "
                "before the study begins in {base_year}. Asked for then, it comes later than the plan needs it, unless "
                "it takes less than usual. Lead times are those that are reported, of equipment of any maker; of racks "
                "none is known."
            ),
            **parts,
            base_year=Printed(str(base_year), facts.stated("horizon.base_year")),
        )
    return say(
        _(
            "Of what takes long the first to be ordered, or asked for, is {item} for {site}: by {year} at its usual "
            "lead time. Lead times are those that are reported, of equipment of any maker; of racks none is known."
        ),
        **parts,
    )


def _orders(facts: Facts, words: Words, orders: pd.DataFrame) -> Table:
    """What must be ordered by when, for the sites that need it first."""
    _ = words.gettext
    first = orders.sort_values(["order_year", "item"], kind="stable").drop_duplicates("item_id")
    frame = first.assign(
        name=[facts.named(site) for site in first["site_id"]],
        lead=[_range(row, words) for row in first.to_dict("records")],
        **{name: [words.decimal_year(year) for year in first[name]] for name in (*_ORDERED, "needed_year")},
    )
    columns = [
        TableColumn("item", _("What")), TableColumn("name", _("First for")), TableColumn("needed_year", _("Needed by")),
        TableColumn("lead", _("Lead time")), TableColumn("order_early_year", _("Order by, longest lead")),
        TableColumn("order_year", _("Order by, usual lead")),
        TableColumn("order_late_year", _("Order by, shortest lead")), words.column("grade"), words.column("source_id"),
    ]  # fmt: skip
    caption = _("What takes long to get, and by when it must be ordered, as years with decimals.")
    return table(words, "orders", caption, frame, columns)


def _range(row: dict[object, object], words: Words) -> str:
    """A lead time as it is stated: a figure, a range, or both."""
    _ = words.gettext
    stated = [float(str(row[name])) for name in ("lead_low_months", "lead_months", "lead_high_months")]
    known = sorted({value for value in stated if value == value})
    shown = [words.significant(value) for value in known]
    if len(shown) == 1:
        return _("{usual} months").format(usual=shown[0])
    return _("{low} to {high} months").format(low=shown[0], high=shown[-1])
