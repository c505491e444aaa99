"""The decision on one page: what to build, at what cost, and how sure that is."""

from __future__ import annotations

from siting.plan.key_figures.kpi import Kpi
from siting.plan.key_figures.registry import REGISTRY
from siting.reports.document import Block, Bullet, Bullets, KeyFigure, KeyFigures, Note, Paragraph, Section
from siting.reports.facts import Facts
from siting.reports.sections.power.grid import how_headroom_is_known
from siting.reports.sections.power.power_dates import has_dates, when
from siting.reports.sections.sites.selection import how_often
from siting.reports.sections.trust.grades import grade_of
from siting.reports.text.traced import Printed, Said, say
from siting.reports.text.words import Words

_HEADLINE = (
    "first_outlay_usd",
    "npv_after_tax_usd",
    "irr_after_tax_fraction",
    "irr_equity_fraction",
    "break_even_usd_per_gpu_h",
    "dscr_min_ratio",
    "payback_yr",
    "opex_usd_per_yr",
    "pue",
    "cfe_fraction",
    "carbon_location_t_per_yr",
    "water_m3_per_yr",
)
_TIES_SHOWN = 4

_OF_THE_WEATHER = frozenset({"pue", "tue", "wue_l_per_kwh", "water_m3_per_yr"})
_BEFORE_TAX = frozenset({"npv_usd", "irr_fraction", "payback_yr", "lcoc_usd_per_gpu_h"})
_AFTER_TAX = frozenset(
    {
        "npv_after_tax_usd",
        "irr_after_tax_fraction",
        "npv_losses_carried_usd",
        "npv_book_salvage_usd",
        "npv_without_exemptions_usd",
        "break_even_usd_per_gpu_h",
    }
)
_AFTER_TAX_AND_DEBT = frozenset({"irr_equity_fraction", "dscr_min_ratio", "dscr_after_reserve_min_ratio"})


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    blocks: list[Block] = [
        Paragraph(what_to_build(facts, words)),
        Paragraph(what_it_costs(facts, words)),
        KeyFigures(key_figures(facts, words, _HEADLINE)),
        *cautions(facts, words),
        Note("finding", _("How certain this is"), proof(facts, words)),
        Bullets(tuple(certainty(facts, words))),
        Note(
            "limit",
            _("Conditions for this result"),
            _("The result rests on these conditions; each needs its own check."),
        ),
        Bullets(tuple(_conditions(facts, words))),
    ]
    return Section("decision", _("The decision"), tuple(blocks))


def what_to_build(facts: Facts, words: Words) -> str:
    """One sentence with the sites and their power."""
    _, ngettext = words.gettext, words.ngettext
    built = facts.built
    if built.empty:
        return _("The plan builds nothing: no candidate site is worth opening under these conditions.")
    items = [
        say(
            _("{site} ({power})"),
            site=facts.named(site),
            power=words.quantity(facts.of_built("it_capacity_mw", "cell", site_id=site), "MW"),
        )
        for site in built["site_id"]
    ]
    return say(
        ngettext(
            "Build {count} of {candidates} candidate sites, with {power} of IT: {sites}.",
            "Build {count} of {candidates} candidate sites, with {power} of IT in all: {sites}.",
            len(built),
        ),
        count=words.count(facts.built_count),
        candidates=words.count(facts.sites_count),
        power=words.quantity(facts.of_built("it_capacity_mw"), "MW"),
        sites=words.some(items),
    )


def what_it_costs(facts: Facts, words: Words) -> str:
    """The cost of the horizon, and how much of it location may decide."""
    _ = words.gettext
    cost = facts.cost_usd
    text = say(
        _(
            "Over {years} years this costs {cost}: present value in {base_year}, in dollars of {money_year}, "
            "discounted at {rate} a year in real terms. At least {unavoidable} of it must be paid wherever the "
            "sites are; the site-dependent part is at most the other {dependent}."
        ),
        years=words.count(facts.horizon_yr),
        cost=words.money(cost),
        base_year=Printed(str(facts.study.horizon.base_year), facts.stated("horizon.base_year")),
        money_year=facts.money_year,
        rate=words.percent(facts.stated("finance.discount_rate_fraction")),
        unavoidable=words.money(facts.unavoidable_usd),
        dependent=words.money(cost - facts.unavoidable_usd),
    )
    return words.sentences(text, shadow_price(facts, words))


def shadow_price(facts: Facts, words: Words) -> str:
    """What of the cost is a price that nobody charges; empty if there is none."""
    shadow = facts.kpi("shadow_cost_usd")
    if shadow is None or shadow.value <= 0:
        return ""
    return say(
        words.gettext(
            "Of the cost, {amount} is a shadow price of carbon, USD {price} a tonne: it steers the plan, but nobody is "
            "paid it and it is in no cash flow."
        ),
        amount=words.money(shadow),
        price=words.significant(facts.stated("policy.carbon_price_usd_per_t")),
    )


def key_figures(facts: Facts, words: Words, ids: tuple[str, ...]) -> tuple[KeyFigure, ...]:
    """Key figures with their basis; a missing one says why."""
    _ = words.gettext
    figures = []
    for kpi_id in ids:
        value, kpi = facts.kpi(kpi_id), REGISTRY[kpi_id]
        label = _(kpi.label)
        if value is None:
            figures.append(KeyFigure(label, _("none"), _(facts.kpi_reason(kpi_id)) if facts.kpi_reason(kpi_id) else ""))
            continue
        basis, sure = _basis(kpi, facts, words), grade_of(facts, words, kpi_id)
        told = say(_("{basis}; {grade}"), basis=basis, grade=sure) if sure else basis
        figures.append(KeyFigure(label, words.kpi(kpi_id, value), told))
    return tuple(figures)


def _basis(kpi: Kpi, facts: Facts, words: Words) -> str:
    """What a key figure counts: taxes, the year, the weather."""
    _ = words.gettext
    if kpi.id in _BEFORE_TAX:
        return _("before tax and financing")
    if kpi.id in _AFTER_TAX:
        return _("after tax, before financing")
    if kpi.id in _AFTER_TAX_AND_DEBT:
        return _("after tax and debt")
    if kpi.id == "first_outlay_usd":
        return _("before the first year of operation")
    if kpi.horizon:
        return say(_("over {years} years, not discounted"), years=words.count(facts.horizon_yr))
    if kpi.id in _OF_THE_WEATHER:
        return say(_("in a year from {period}, planned weather"), period=facts.period)
    if kpi.unit.endswith("/yr"):
        return say(_("from {period}"), period=facts.period)
    return say(_("in a year from {period}"), period=facts.period)


def cautions(facts: Facts, words: Words) -> list[Block]:
    """What a reader must know before using the plan; nothing if there is nothing."""
    _ = words.gettext
    if not facts.plan.cautions:
        return []
    return [
        Note("caution", _("Before using this plan"), _("The tool warns of the following.")),
        Bullets(tuple(Bullet("", words.caution(caution)) for caution in facts.plan.cautions)),
    ]


def proof(facts: Facts, words: Words) -> Said:
    """Status, bound and both gaps in one statement."""
    _ = words.gettext
    proven = facts.proof
    digits = words.digits_apart(proven.cost_usd.value, proven.bound_usd.value)
    text = (
        _(
            "Proven within the model {basis}: no plan can cost less than {bound}. This one costs {cost}, so a better "
            "one could save at most {gap}: {fraction} of the whole cost, and {site_fraction} of its site-dependent "
            "part."
        )
        if facts.plan.status == "optimal"
        else _(
            "Not proven as far as asked: the search stopped early. No plan can cost less than {bound} {basis}. This "
            "one costs {cost}, so a better one could save up to {gap}: {fraction} of the whole cost, and "
            "{site_fraction} of its site-dependent part."
        )
    )
    return say(
        text,
        basis=_("over all 8,760 hours of the year") if proven.is_of_year else _("on the representative days"),
        bound=words.money(proven.bound_usd, digits),
        cost=words.money(proven.cost_usd, digits),
        gap=words.money(proven.gap_usd),
        fraction=words.percent(proven.gap_fraction),
        site_fraction=words.percent(proven.site_fraction),
    )


def certainty(facts: Facts, words: Words) -> list[Bullet]:
    """Other sites, ties, the full year, and what the proof does not cover."""
    _ = words.gettext
    items = []
    if facts.gap_usd.value > 0:
        items.append(Bullet(_("Other sites."), _others(facts, words)))
    if facts.ties:
        pairs = [say(_("{one} and {other}"), one=one, other=other) for one, other in facts.ties[:_TIES_SHOWN]]
        items.append(
            Bullet(
                _("Tied."),
                say(
                    _("By cost per MWh the proof cannot tell these built sites apart: {pairs}."),
                    pairs=words.join(pairs),
                ),
            )
        )
    if len(facts.of_last("selection")):
        items.append(Bullet(_("Errors of the data."), how_often(facts, words)))
    items.append(Bullet(_("All hours of the year."), full_year(facts, words)))
    items.append(
        Bullet(
            _("Not covered."),
            _(
                "The proof is about the model and its data. Prices, demand, connection dates and permits can be "
                "wrong by more than the gap; the data's grades are under “Assumptions and sources”."
            ),
        )
    )
    return items


def _others(facts: Facts, words: Words) -> str:
    """What is known of the sites that are not built."""
    _ = words.gettext
    rivals = facts.of_last("rivals")
    if rivals.empty or "extra_cost_at_least_usd" not in rivals:
        return say(
            _("Another choice of sites may be cheaper by up to {gap}; choices closer than that are tied."),
            gap=words.money(facts.gap_usd),
        )
    excluded = rivals["basis"] == "excluded" if "basis" in rivals else rivals["site_id"].isna()
    proven = rivals[(rivals["extra_cost_at_least_usd"] > 0) & ~excluded]
    undecided = rivals[~rivals.index.isin(proven.index) & ~excluded]

    def count(rows: object) -> Printed:
        ids = tuple(str(site) for site in rows)  # type: ignore[attr-defined]
        return words.count(facts.read("rivals", "site_id", "count", site_id=ids))

    if proven.empty:
        return say(
            _(
                "None of the {undecided} sites that are not built is proven to make any plan more expensive: a plan "
                "with some of them may be cheaper by up to {gap}."
            ),
            undecided=count(undecided["site_id"]),
            gap=words.money(facts.gap_usd),
        )
    return say(
        _(
            "Of the sites that are not built, {proven} are proven to make any plan more expensive. About the other "
            "{undecided} the proof says nothing: a plan with some of them may be cheaper by up to {gap}."
        ),
        proven=count(proven["site_id"]),
        undecided=count(undecided["site_id"]),
        gap=words.money(facts.gap_usd),
    )


def full_year(facts: Facts, words: Words) -> str:
    """How the cost of all hours of the year differs from that of the days."""
    _ = words.gettext
    replay = facts.table("replay")
    cost = replay[replay["kpi_id"] == "cost_usd_per_yr"] if len(replay) else replay
    if cost.empty:
        return _("Not run: the plan has been seen on its representative days only.")
    days = facts.read("replay", "design", "cell", kpi_id="cost_usd_per_yr")
    year = facts.read("replay", "replay", "cell", kpi_id="cost_usd_per_yr")
    difference = facts.read("replay", "difference_fraction", "cell", kpi_id="cost_usd_per_yr")
    text = (
        _(
            "The plan was designed on representative days. Run through all 8,760 hours with the same design, it costs "
            "{cost} a year: {difference} or {share} more than on those days."
        )
        if difference.value >= 0
        else _(
            "The plan was designed on representative days. Run through all 8,760 hours with the same design, it costs "
            "{cost} a year: {difference} or {share} less than on those days."
        )
    )
    return say(
        text,
        cost=words.money(year),
        difference=words.money(abs(year - days)),
        share=words.percent(abs(difference)),
    )


def _conditions(facts: Facts, words: Words) -> list[Bullet]:
    """What has to be true for the plan to work, with numbers."""
    items = []
    if len(facts.built):
        items.append(Bullet(words.gettext("Grid connections."), _connections(facts, words)))
    if has_dates(facts):
        items.append(Bullet(words.gettext("Dates of power."), when(facts, words)))
    contracts = facts.of_last("contracts")
    if len(contracts) and contracts["contracted_mw"].sum() > 0:
        items.append(Bullet(words.gettext("Power contracts."), _contracts(facts, words)))
    if facts.kpi("lcoc_usd_per_gpu_h") is not None:
        items.append(Bullet(words.gettext("Price of compute."), _price(facts, words)))
    items.append(Bullet(words.gettext("Demand."), _demand(facts, words)))
    return items


def _connections(facts: Facts, words: Words) -> str:
    _ = words.gettext
    used = facts.built["connection_mw"] / facts.built["headroom_mw"].where(facts.built["headroom_mw"] > 0)
    first = facts.built.loc[used.fillna(float("inf")).sort_values(ascending=False, kind="stable").index[0], "site_id"]
    return say(
        _(
            "{total} must be connected by {period}. The tightest is {site}, which contracts {connection} where the "
            "headroom is put at {headroom}. {basis}"
        ),
        total=words.quantity(facts.of_built("connection_mw"), "MW"),
        period=facts.period,
        site=facts.named(first),
        connection=words.quantity(facts.of_built("connection_mw", "cell", site_id=first), "MW"),
        headroom=words.quantity(facts.of_built("headroom_mw", "cell", site_id=first), "MW"),
        basis=how_headroom_is_known(facts, words),
    )


def _contracts(facts: Facts, words: Words) -> str:
    _ = words.gettext
    contracts = facts.of_last("contracts")
    plants = facts.plan.case.tables["contracts"].set_index("contract_id")["kind"]
    bought = contracts[contracts["contracted_mw"] > 0]
    kinds = list(dict.fromkeys(str(plants[key]) for key in bought["contract_id"]))
    items = [
        say(
            _("{power} of {kind}"),
            power=words.quantity(
                facts.read("contracts", "contracted_mw", contract_id=tuple(plants.index[plants == kind])), "MW"
            ),
            kind=words.term(kind).lower(),
        )
        for kind in kinds
    ]
    return say(_("Contracts at the assumed prices must be found for {plants}."), plants=words.join(items))


def _price(facts: Facts, words: Words) -> str:
    _ = words.gettext
    price = words.significant(facts.amount("price_usd_per_gpu_h"))
    break_even = facts.kpi("break_even_usd_per_gpu_h")
    if break_even is None:
        return say(
            _("The returns assume USD {price} for a GPU hour in every year, and that every delivered hour is sold."),
            price=price,
        )
    return say(
        _(
            "After tax a GPU hour must sell for more than USD {even} in every year, before tax for more than USD "
            "{cost}. The returns assume USD {price} in every year, and that every delivered hour is sold."
        ),
        even=words.significant(break_even),
        cost=words.significant(facts.amount("lcoc_usd_per_gpu_h")),
        price=price,
    )


def _demand(facts: Facts, words: Words) -> str:
    _ = words.gettext
    return say(
        _(
            "Work that would draw {power} on average on the reference rack must be there from {period}; the "
            "racks chosen here do it at {chosen}."
        ),
        power=words.quantity(facts.read("demand", "reference_mw"), "MW"),
        chosen=words.quantity(facts.of_built("it_mean_mw"), "MW"),
        period=facts.period,
    )
