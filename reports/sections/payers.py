"""Who pays and who receives, as the ledger's terms name them."""

from __future__ import annotations

import pandas as pd

from siting.reports.charts.bars import Bar, bars
from siting.reports.document import Block, Figure, Paragraph, Section
from siting.reports.facts import Facts, figure
from siting.reports.sections.cost import cost_terms, terms
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Who pays whom")
    if facts.table("cost").empty:
        return Section("payers", title, (Paragraph(_("Nothing is built, so nothing is paid.")),))
    text = _(
        "Each payment names who pays and who receives. What network customers pay for the connections beyond what "
        "the operator is charged, and what happens to rates, is outside the model: its sign is open in the "
        "literature."
    )
    blocks: list[Block] = [_receivers(facts, words), Paragraph(text)]
    return Section("payers", title, tuple(blocks))


def by_receiver(facts: Facts) -> pd.DataFrame:
    """Payments of a year by receiver, net of what the same party pays back; the largest first."""
    frame = cost_terms(facts)
    flows = frame[["payer", "receiver", "cost_usd_per_yr"]].copy()
    # a receipt of the operator (negative cost) is printed under the party that pays it
    flows["receiver"] = flows["receiver"].where(flows["cost_usd_per_yr"] >= 0, flows["payer"])
    summed = flows.groupby("receiver", as_index=False)[["cost_usd_per_yr"]].sum()
    return summed.sort_values("cost_usd_per_yr", ascending=False, kind="stable").reset_index(drop=True)


def _receivers(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    frame = by_receiver(facts)
    total = float(frame["cost_usd_per_yr"].sum())
    first = frame.iloc[0]
    title = _("{receiver} receive {share} of what the operator pays").format(
        receiver=words.term(str(first["receiver"])), share=words.percent(float(first["cost_usd_per_yr"]) / total)
    )
    caption = _(
        "Payments of the operator by receiver in a year from {period} [million USD/yr]; capital as annuities, "
        "negative is income."
    ).format(period=facts.last)
    rows = [
        Bar(
            words.term(str(row["receiver"])),
            (float(row["cost_usd_per_yr"]) / 1e6,),
            words.money(float(row["cost_usd_per_yr"])),
        )
        for row in frame.to_dict("records")
    ]
    drawing = bars(rows, axis=_("Payments [million USD/yr]"), words=words)
    return figure("payers", title, caption, drawing, terms(facts, words, "payers-data"))
