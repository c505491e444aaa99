"""When the sites have power by the dates that the plan takes, and what a delay costs."""

from __future__ import annotations

from siting.reports.document import Block, Paragraph, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import Said, say
from siting.reports.text.words import Words

__all__ = ["blocks", "has_dates", "when"]

_DATES = ("p10_year", "p50_year", "p90_year")


def has_dates(facts: Facts) -> bool:
    """Whether the plan takes dates of power, and some of its sites has any."""
    dates = facts.table("power_dates")
    return facts.study.connection.dates != "none" and not dates.empty and bool(dates["p50_year"].notna().any())


def when(facts: Facts, words: Words) -> Said:
    """First power, early to late, the price of a month, and what stands idle if all are late."""
    _ = words.gettext
    early, late = (words.decimal_year(facts.read("power_dates", f"{p}_year", "min")) for p in ("p10", "p90"))
    text = say(
        _(
            "First power is planned for {year}: {early} if the dates are early, {late} if they are late. A month's "
            "delay at all sites costs {delay}."
        ),
        year=words.kpi("first_power_year", facts.amount("first_power_year")),
        early=early,
        late=late,
        delay=words.money(facts.amount("delay_usd_per_month")),
    )
    text = words.sentences(text, _by_site(facts, words))
    idle = facts.kpi("idle_usd")
    if idle is None:
        return words.sentences(text, _("Of some sites no date is known, so what would stand idle is not known."))
    late_cost = _("If all sites are late, halls and racks that stand idle cost {idle}.")
    return words.sentences(text, say(late_cost, idle=words.money(idle)))


def _by_site(facts: Facts, words: Words) -> str:
    """What a month's delay costs at each site, the dearest first; nothing where there is one."""
    _ = words.gettext
    dates = facts.table("power_dates").sort_values(["delay_usd_per_month", "site_id"], ascending=[False, True])
    if len(dates) < 2:
        return ""
    costs = [
        say(
            _("{cost} at {site}"),
            cost=words.money(facts.read("power_dates", "delay_usd_per_month", "cell", site_id=site)),
            site=facts.named(site),
        )
        for site in dates["site_id"]
    ]
    return say(_("By site that is {costs}."), costs=words.some(costs))


def blocks(facts: Facts, words: Words) -> list[Block]:
    """Say by which dates power comes, tranche by tranche at the built sites; nothing where the plan takes none."""
    _ = words.gettext
    if not has_dates(facts):
        return []
    known = facts.of_last("energisation")
    known = known[known["site_id"].isin(facts.built["site_id"])]
    dates = facts.table("power_dates").set_index("site_id")
    frame = known.assign(
        name=[facts.named(site) for site in known["site_id"]],
        trust=[_trust(str(trust), words) for trust in known["trust"]],
        delay_usd_per_month=known["site_id"].map(dates["delay_usd_per_month"]),
        **{name: [words.decimal_year(date) for date in known[name]] for name in _DATES},
    )
    columns: list[str | TableColumn] = [
        "name", TableColumn("mw", _("Power"), "quantity", "MW"), TableColumn("p10_year", _("Early")),
        TableColumn("p50_year", _("Middle")), TableColumn("p90_year", _("Late")),
        TableColumn("used_mw", _("Used"), "quantity", "MW"), TableColumn("trust", _("How sure")),
        TableColumn("delay_usd_per_month", _("A month's delay"), "money", "USD"), TableColumn("source", _("Said by")),
    ]  # fmt: skip
    caption = _("Tranches of power at the built sites, with their dates as years with decimals.")
    return [Paragraph(_rule(facts, words)), table(words, "energisation", caption, frame, columns)]


def _rule(facts: Facts, words: Words) -> Said:
    """By which dates the plan is made, and what a period has."""
    _ = words.gettext
    taken = {"p10": _("the early dates"), "p50": _("the middle dates"), "p90": _("the late dates")}
    return say(
        _(
            "The plan takes {dates}: a site connects no more than has power when a period begins. What a table of the "
            "study's own does not date is dated by what the catalogue says of waiting and building, one after the "
            "other; where nobody has stated the wait, the date counts the building alone, so power may come later."
        ),
        dates=taken[facts.study.connection.dates],
    )


def _trust(trust: str, words: Words) -> str:
    _ = words.gettext
    known = {"high": _("trust high"), "medium": _("trust medium"), "low": _("trust low"), "unknown": _("wait unknown")}
    return known[trust]
