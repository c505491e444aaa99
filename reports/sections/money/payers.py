"""Who pays and who receives, as the ledger's terms name them, and what the state takes."""

from __future__ import annotations

import pandas as pd

from siting.reports.charts.bars import Bar, bars
from siting.reports.document import Block, Figure, Paragraph, Section
from siting.reports.facts import Facts, figure
from siting.reports.sections.money.cost import cost_terms, terms
from siting.reports.sections.money.returns import forgone
from siting.reports.text.traced import Said, Traced, say
from siting.reports.text.words import Words

_POWER_SECTOR = ("power suppliers", "generators", "grid operators")
_POWER_MARKET = "power market"
_PAID = ("capital", "operating", "tax")
"""Kinds of cost that somebody is paid; a shadow price is not among them."""

_TAXES = ("income_tax_usd", "property_tax_usd", "sales_tax_usd", "receipts_tax_usd")


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Payment flows")
    if facts.table("cost").empty:
        return Section("payers", title, (Paragraph(_("Nothing is built, so nothing is paid.")),))
    text = _(
        "Each payment names who pays and who receives. What network customers pay for the connections beyond what "
        "the operator is charged, and what happens to rates, is outside the model: its sign is open in the "
        "literature."
    )
    blocks: list[Block] = [_receivers(facts, words), Paragraph(power_sector(facts, words)), Paragraph(text)]
    taxes = _public_money(facts, words)
    if taxes is not None:
        blocks.append(Paragraph(words.sentences(taxes, forgone(facts, words))))
    return Section("payers", title, tuple(blocks))


def by_receiver(facts: Facts) -> pd.DataFrame:
    """Payments of a year by the party on the other side: what it receives, less what it pays; the largest first."""
    frame = cost_terms(facts)
    frame = frame[frame["kind"].isin(_PAID)]
    flows = frame[["payer", "receiver", "cost_usd_per_yr"]].copy()
    # a receipt of the operator (negative cost) stands under the party that pays it
    flows["receiver"] = flows["receiver"].where(flows["cost_usd_per_yr"] >= 0, flows["payer"])
    summed = flows.groupby("receiver", as_index=False)[["cost_usd_per_yr"]].sum()
    return summed.sort_values("cost_usd_per_yr", ascending=False, kind="stable").reset_index(drop=True)


def largest(facts: Facts) -> tuple[str, Traced]:
    """Who receives most, and which share of the yearly cost."""
    receiver = str(by_receiver(facts).iloc[0]["receiver"])
    return receiver, facts.read("cost", "cost_usd_per_yr", receiver=receiver, kind=_PAID) / paid(facts)


def paid(facts: Facts) -> Traced:
    """What the operator pays in a year, less what it earns by resale."""
    return facts.read("cost", "cost_usd_per_yr", kind=_PAID)


def power_sector(facts: Facts, words: Words) -> Said:
    """What suppliers, generators and grid operators receive, and what the operator earns from resale."""
    _ = words.gettext
    received = facts.read("cost", "cost_usd_per_yr", receiver=_POWER_SECTOR)
    text = say(_("Suppliers, generators and grid operators receive {received} a year."), received=words.money(received))
    resale = facts.read("cost", "cost_usd_per_yr", payer=_POWER_MARKET)
    if resale.value >= 0:
        return text
    back = say(
        _("Resale of surplus brings the operator {income} back, so the sector keeps {net}."),
        income=words.money(abs(resale)),
        net=words.money(received + resale),
    )
    return words.sentences(text, back)


def _public_money(facts: Facts, words: Words) -> str | None:
    """Taxes of the horizon; None where none were worked out."""
    _ = words.gettext
    if facts.table("after_tax").empty:
        return None
    names = [key for key in _TAXES if key in facts.table("after_tax")]
    parts = [
        say(
            _("{tax} {amount}"),
            tax=words.column(name).label.lower(),
            amount=words.money(facts.read("after_tax", name)),
        )
        for name in names
    ]
    return say(
        _(
            "Public money: over {years} years, in real dollars and not discounted, the operator pays {taxes}. Taxes "
            "that others pay because of it and what public services cost are not counted here."
        ),
        years=words.count(facts.horizon_yr),
        taxes=words.join(parts),
    )


def _receivers(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    frame = by_receiver(facts)
    receiver, share = largest(facts)
    title = say(
        _("{receiver} receive {share} of what the operator pays"),
        receiver=words.term(receiver),
        share=words.percent(share),
    )
    caption = say(
        _(
            "Payments of the operator by receiver in a year from {period} [million USD/yr]; capital as annuities, "
            "below zero is income."
        ),
        period=facts.period,
    )
    rows = [
        Bar(
            _("Income from resale") if row["receiver"] == _POWER_MARKET else words.term(str(row["receiver"])),
            (float(row["cost_usd_per_yr"]) / 1e6,),
            words.money(float(row["cost_usd_per_yr"])),
        )
        for row in frame.to_dict("records")
    ]
    drawing = bars(rows, axis=_("Payments [million USD/yr]"), words=words)
    return figure("payers", title, caption, drawing, terms(facts, words, "payers-data"))
