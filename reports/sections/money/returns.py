"""Returns: the yearly cash flow and what it is worth at the assumed price of compute."""

from __future__ import annotations

import pandas as pd

from siting.reports.charts.legend import DrawnSeries
from siting.reports.charts.palette import INK, PALETTE
from siting.reports.charts.stacks import flows
from siting.reports.document import Block, Figure, KeyFigures, Note, Paragraph, Section, TableColumn
from siting.reports.facts import Facts, figure, table
from siting.reports.sections.verdict import key_figures, shadow_price
from siting.reports.text.traced import say
from siting.reports.text.words import Words

_FIGURES = (
    "npv_usd",
    "irr_fraction",
    "payback_yr",
    "lcoc_usd_per_gpu_h",
    "first_outlay_usd",
    "capex_usd",
    "opex_usd_per_yr",
    "cost_usd_per_yr",
)
_TAXED_FIGURES = (
    "npv_after_tax_usd",
    "npv_losses_carried_usd",
    "npv_book_salvage_usd",
    "npv_without_exemptions_usd",
    "break_even_usd_per_gpu_h",
    "irr_after_tax_fraction",
    "irr_equity_fraction",
    "dscr_min_ratio",
    "dscr_after_reserve_min_ratio",
)


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    decides = (
        _("The plan is that of least costs and taxes; the price has a part in it through the tax on revenue.")
        if facts.study.finance.is_after_tax
        else _("The plan is that of least cost before tax, and the price has no part in it.")
    )
    text = say(
        _(
            "An independent account pays for assets when they are bought, renews racks when their life ends and takes "
            "their remaining worth at the end. Work is sold by the hour of the reference accelerator at USD {price}: "
            "the same work earns the same, whatever does it. All figures are real, and those that do not say otherwise "
            "are before tax and financing."
        ),
        price=words.significant(facts.amount("price_usd_per_gpu_h")),
    )
    weakest = say(
        _(
            "The weakest assumption of this report is that price, which decides whether the investment is worth making."
            " It is held constant in real terms for {years} years, every hour's work is sold, and racks are renewed at "
            "today's price and performance."
        ),
        years=words.count(facts.horizon_yr),
    )
    blocks: list[Block] = [
        Paragraph(text),
        Paragraph(words.sentences(decides, shadow_price(facts, words))),
        Note("limit", _("What to trust least"), weakest),
        KeyFigures(key_figures(facts, words, _FIGURES)),
    ]
    if len(facts.table("cash_flow")):
        blocks.append(_flows(facts, words))
    if len(facts.table("after_tax")):
        blocks += _taxed(facts, words)
    if len(facts.table("returns_stress")):
        blocks += _stressed(facts, words)
    return Section("returns", _("Returns"), tuple(blocks))


def _taxed(facts: Facts, words: Words) -> list[Block]:
    """What taxes and debt make of the flows, year by year."""
    _ = words.gettext
    text = _(
        "After tax and debt. Federal and state income tax is paid where a site stands, and losses are used immediately "
        "because their owner has other income; purchases are depreciated as federal law allows. The share that is "
        "borrowed, its interest and its term are assumptions, listed with the others. Local agreements with a county "
        "are not known to the tool."
    )
    columns = ["year", "sales_tax_usd", "property_tax_usd", "receipts_tax_usd", "written_off_usd", "income_tax_usd",
               "net_after_tax_usd", "debt_usd", "interest_usd", "principal_usd", "equity_usd",
               "debt_cover_ratio"]  # fmt: skip
    data = table(
        words,
        "after-tax-data",
        _("Taxes and debt by year, real; a negative tax is one saved."),
        _by_time(facts, "after_tax"),
        columns,
        total=[column for column in columns if column.endswith("_usd")],
    )
    blocks: list[Block] = [Paragraph(text), KeyFigures(key_figures(facts, words, _TAXED_FIGURES))]
    exemptions = forgone(facts, words)
    return [*blocks, Paragraph(exemptions), data] if exemptions else [*blocks, data]


def _stressed(facts: Facts, words: Words) -> list[Block]:
    """What a falling price, and work that is not sold, make of the returns."""
    _ = words.gettext
    frame = facts.table("returns_stress").copy()
    names = {
        "as-planned": _("As planned"),
        "price-falls": _("The price falls every year"),
        "less-sold": _("Less of the work is sold"),
    }
    frame["case"] = [names[str(case)] for case in frame["case_id"]]
    fall = float(frame["price_fall_fraction"].max())
    sold = float(frame["sold_fraction"].min())
    text = say(
        _(
            "What breaks the returns: with a price that falls by {fall} every year the net present value after tax is "
            "{falling}; with {sold} of the work sold it is {idle}. As planned it is {planned}."
        ),
        fall=words.percent(facts.read("returns_stress", "price_fall_fraction", "max")),
        falling=words.money(facts.read("returns_stress", "npv_after_tax_usd", "cell", price_fall_fraction=fall)),
        sold=words.percent(facts.read("returns_stress", "sold_fraction", "min")),
        idle=words.money(facts.read("returns_stress", "npv_after_tax_usd", "cell", sold_fraction=sold)),
        planned=words.money(facts.read("returns_stress", "npv_after_tax_usd", "cell", case_id="as-planned")),
    )
    columns: list[str | TableColumn] = [
        TableColumn("case", _("Case")),
        words.column("price_fall_fraction", _("Fall of the price a year")),
        words.column("sold_fraction", _("Work sold")),
        words.column("npv_usd", _("Net present value before tax")),
        words.column("npv_after_tax_usd", _("Net present value after tax")),
    ]
    caption = _("The same plan with less revenue; losses are used immediately.")
    return [Paragraph(text), table(words, "returns-stress", caption, frame, columns)]


def _by_time(facts: Facts, name: str) -> pd.DataFrame:
    """Rows of a table of years in which money flows; of whole years all."""
    frame = facts.table(name).sort_values("year").reset_index(drop=True)
    flows = [column for column in frame if str(column).endswith("_usd")]
    flowing = (frame["year"] % 1 == 0) | (frame[flows] != 0).any(axis=1)
    return frame[flowing].reset_index(drop=True)


def _flows(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    flow = _by_time(facts, "cash_flow")
    flow["cumulative_usd"] = flow["net_usd"].cumsum()
    back = facts.kpi("payback_yr")
    title = (
        say(
            _("Payback before tax takes {years} years, after which the cumulative flow stays above zero for good"),
            years=words.count(back),
        )
        if back is not None
        else _("The outlay is not paid back within the horizon")
    )
    caption = say(
        _(
            "Yearly cash flow before tax, not discounted [million USD of {money_year}]: capital and running cost below "
            "zero, revenue and salvage above; line: cumulative."
        ),
        money_year=facts.money_year,
    )
    parts = [
        ("revenue_usd", 1, "good"),
        ("salvage_usd", 1, "wind"),
        ("capital_usd", -1, "capital"),
        ("operating_usd", -1, "running"),
    ]
    drawing = flows(
        flow["year"].tolist(),
        [sign * flow[key].to_numpy(float) / 1e6 for key, sign, _color in parts],
        flow["cumulative_usd"].to_numpy(float) / 1e6,
        series=[DrawnSeries(words.column(key).label, PALETTE[color]) for key, _sign, color in parts],
        line=DrawnSeries(_("Cumulative"), INK),
        axis=_("Cash flow [million USD]"),
        words=words,
    )
    keys = ["year", "revenue_usd", "capital_usd", "operating_usd", "salvage_usd", "net_usd", "cumulative_usd",
            "discount_factor_ratio", "present_value_usd"]  # fmt: skip
    data = table(
        words,
        "flow-data",
        _("Cash flow by year, real, before tax and financing."),
        flow,
        keys,
        total=["revenue_usd", "capital_usd", "operating_usd", "salvage_usd", "net_usd", "present_value_usd"],
    )
    return figure("flow", title, caption, drawing, data)


def forgone(facts: Facts, words: Words) -> str:
    """What states forgo by exempting equipment from sales tax; empty if nothing."""
    spared = facts.kpi("sales_tax_spared_usd")
    if spared is None or spared.value <= 0:
        return ""
    return say(
        words.gettext(
            "Exemptions of the sites' states spare {spared} of sales tax on equipment over {years} years, not "
            "discounted; {paid} are paid. Without any exemption the net present value after tax would be {npv}."
        ),
        spared=words.money(spared),
        years=words.count(facts.horizon_yr),
        paid=words.money(facts.read("after_tax", "sales_tax_usd")),
        npv=words.money(facts.amount("npv_without_exemptions_usd")),
    )
