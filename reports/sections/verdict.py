"""The decision on one page: what to build, at what cost, and how sure that is."""

from __future__ import annotations

from siting.plan.kpi_registry import REGISTRY
from siting.reports.document import Block, Bullet, Bullets, KeyFigure, KeyFigures, Note, Paragraph, Section
from siting.reports.facts import Facts
from siting.reports.text.words import Words

_HEADLINE = (
    "capex_usd",
    "npv_usd",
    "irr_fraction",
    "lcoc_usd_per_gpu_h",
    "pue",
    "cfe_fraction",
    "carbon_location_t_per_yr",
    "water_m3_per_yr",
)
_NAMES_MAX = 12


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
        Note("limit", _("What must hold"), _("The result rests on these conditions; each needs its own check.")),
        Bullets(tuple(_conditions(facts, words))),
    ]
    return Section("decision", _("The decision"), tuple(blocks))


def what_to_build(facts: Facts, words: Words) -> str:
    """One sentence with the sites and their power."""
    _, ngettext = words.gettext, words.ngettext
    built = facts.built
    if built.empty:
        return _("The plan builds nothing: no candidate site is worth opening under these conditions.")
    shown = built.head(_NAMES_MAX)
    items = [
        _("{site} ({power})").format(site=site, power=words.quantity(power, "MW"))
        for site, power in zip(shown["name"], shown["it_capacity_mw"], strict=True)
    ]
    rest = len(built) - len(shown)
    if rest:
        items.append(ngettext("{count} more", "{count} more", rest).format(count=rest))
    return ngettext(
        "Build {count} of {candidates} candidate sites, with {power} of IT: {sites}.",
        "Build {count} of {candidates} candidate sites, with {power} of IT in all: {sites}.",
        len(built),
    ).format(
        count=len(built),
        candidates=len(facts.sites),
        power=words.quantity(float(built["it_capacity_mw"].sum()), "MW"),
        sites=words.join(items),
    )


def what_it_costs(facts: Facts, words: Words) -> str:
    """The cost of the horizon, and how much of it location decides."""
    _ = words.gettext
    plan, study = facts.plan, facts.study
    return _(
        "Over {years} years this costs {cost}: present value in {base_year}, in dollars of {money_year}, "
        "discounted at {rate} a year in real terms. Any plan must pay at least {unavoidable} of it for racks, "
        "halls and power wherever it builds; the choice of sites decides over the other {dependent}."
    ).format(
        years=facts.horizon_yr,
        cost=words.money(plan.objective_usd),
        base_year=study.horizon.base_year,
        money_year=study.money_year,
        rate=words.percent(study.finance.discount_rate_fraction),
        unavoidable=words.money(facts.unavoidable_usd),
        dependent=words.money(plan.objective_usd - facts.unavoidable_usd),
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
        detail = _("over the horizon") if kpi.horizon else _("a year from {period}").format(period=facts.last)
        figures.append(KeyFigure(label, words.kpi(kpi_id, value), detail))
    return tuple(figures)


def cautions(facts: Facts, words: Words) -> list[Block]:
    """What a reader must know before using the plan; nothing if there is nothing."""
    _ = words.gettext
    if not facts.plan.cautions:
        return []
    return [
        Note("caution", _("Before using this plan"), _("The tool warns of the following.")),
        Bullets(tuple(Bullet("", words.caution(caution)) for caution in facts.plan.cautions)),
    ]


def proof(facts: Facts, words: Words) -> str:
    """Status, bound and both gaps in one statement."""
    _ = words.gettext
    plan = facts.plan
    text = (
        _(
            "Proven within the model: no plan can cost less than {bound}, so a better one could save at most "
            "{gap}. That is {fraction} of the whole cost, and {site_fraction} of the part that sites change."
        )
        if plan.status == "optimal"
        else _(
            "Not proven as far as asked: the search stopped early. No plan can cost less than {bound}, so a "
            "better one could save up to {gap}. That is {fraction} of the whole cost, and {site_fraction} of "
            "the part that sites change."
        )
    )
    return text.format(
        bound=words.money(plan.bound_usd),
        gap=words.money(facts.gap_usd),
        fraction=words.percent(plan.gap_fraction),
        site_fraction=words.percent(plan.gap_site_dependent_fraction),
    )


def certainty(facts: Facts, words: Words) -> list[Bullet]:
    """Ties, the replay, and what the proof does not cover."""
    _ = words.gettext
    items = []
    if facts.gap_usd > 0:
        items.append(
            Bullet(
                _("Other sites."),
                _(
                    "Another choice of sites may be cheaper by up to {gap}: none has been found, none is ruled "
                    "out. Choices closer than that are tied."
                ).format(gap=words.money(facts.gap_usd)),
            )
        )
    if facts.ties:
        pairs = [_("{one} and {other}").format(one=one, other=other) for one, other in facts.ties[:4]]
        items.append(
            Bullet(
                _("Tied."),
                _("By cost per MWh the proof cannot tell these built sites apart: {pairs}.").format(
                    pairs="; ".join(pairs)
                ),
            )
        )
    replay = facts.table("replay")
    cost = replay[replay["kpi_id"] == "cost_usd_per_yr"] if len(replay) else replay
    if len(cost):
        difference = float(cost["difference_fraction"].iloc[0])
        if abs(difference) < 0.001:
            text = _(
                "The plan was designed on representative days. Run through all 8,760 hours with the same design, "
                "its yearly cost is {replay}: the same within {difference}."
            )
        elif difference > 0:
            text = _(
                "The plan was designed on representative days. Run through all 8,760 hours with the same design, "
                "its yearly cost is {replay} instead of {design}: {difference} more."
            )
        else:
            text = _(
                "The plan was designed on representative days. Run through all 8,760 hours with the same design, "
                "its yearly cost is {replay} instead of {design}: {difference} less."
            )
        items.append(
            Bullet(
                _("All hours of the year."),
                text.format(
                    replay=words.money(float(cost["replay"].iloc[0])),
                    design=words.money(float(cost["design"].iloc[0])),
                    difference=words.percent(abs(difference)),
                ),
            )
        )
    else:
        items.append(
            Bullet(_("All hours of the year."), _("Not run: the plan has been seen on its representative days only."))
        )
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


def _conditions(facts: Facts, words: Words) -> list[Bullet]:
    """What has to be true for the plan to work, with numbers."""
    _ = words.gettext
    items = []
    if len(facts.built):
        tightest = facts.built.assign(
            used=facts.built["connection_mw"] / facts.built["headroom_mw"].where(facts.built["headroom_mw"] > 0)
        ).sort_values("used", ascending=False, kind="stable")
        first = tightest.iloc[0]
        items.append(
            Bullet(
                _("Grid connections."),
                _(
                    "{total} must be connected by {period}. The tightest is {site}: {connection} of {headroom} "
                    "that the grid is said to have free there."
                ).format(
                    total=words.quantity(float(facts.built["connection_mw"].sum()), "MW"),
                    period=facts.last,
                    site=first["name"],
                    connection=words.quantity(float(first["connection_mw"]), "MW"),
                    headroom=words.quantity(float(first["headroom_mw"]), "MW"),
                ),
            )
        )
    contracts = facts.of_last("contracts")
    contracted_mw = float(contracts["contracted_mw"].sum()) if len(contracts) else 0.0
    if contracted_mw > 0:
        items.append(
            Bullet(
                _("Power contracts."),
                _("{power} of solar and wind power must be bought at the assumed prices.").format(
                    power=words.quantity(contracted_mw, "MW")
                ),
            )
        )
    lcoc = facts.kpi("lcoc_usd_per_gpu_h")
    if lcoc is not None:
        items.append(
            Bullet(
                _("Price of compute."),
                _(
                    "A GPU hour must sell for more than USD {cost}, its levelised cost here; the returns assume "
                    "USD {price} and that every delivered hour is sold."
                ).format(
                    cost=words.significant(lcoc),
                    price=words.significant(facts.study.finance.compute_price_usd_per_gpu_h),
                ),
            )
        )
    demand = facts.study.demand
    classes = (demand.inference_mw, demand.batch_mw, demand.training_mw)
    it_mw = sum(float(by_year.get(facts.last, 0.0)) for by_year in classes)
    items.append(
        Bullet(
            _("Demand."),
            _(
                "Work that would draw {power} on average on the reference rack must be there from {period}; the "
                "racks chosen here do it at {chosen}."
            ).format(
                power=words.quantity(it_mw, "MW"),
                chosen=words.quantity(float(facts.built["it_mean_mw"].sum()), "MW"),
                period=facts.last,
            ),
        )
    )
    return items
