"""Constraints in force, how much of each is used, and which of them bind."""

from __future__ import annotations

from dataclasses import dataclass

from siting.reports.document import Block, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts
from siting.reports.text.traced import Traced, say
from siting.reports.text.words import Words

_BINDING_FRACTION = 0.995
"""Use of a limit from which it counts as binding: racks rarely fill it to the last kilowatt."""

_FILLED_FRACTION = 0.95
"""Share of its halls that racks take from which a site is full: another hall is what it would ask for."""


@dataclass(frozen=True)
class Limit:
    """One constraint: what it is, how much there is, how much is used, and whether no other whole step fits."""

    name: str
    where: str
    limit: Traced
    used: Traced
    unit: str
    is_full: bool = False

    @property
    def used_fraction(self) -> float:
        """Share of the limit that is used."""
        return self.used.value / self.limit.value if self.limit.value > 0 else float("inf")

    @property
    def binds(self) -> bool:
        """Whether the plan stands at the limit."""
        return self.is_full or self.used_fraction >= _BINDING_FRACTION


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    policy = facts.study.policy
    blocks: list[Block] = [Paragraph(summary(facts, words))]
    found = limits(facts, words)
    if found:
        blocks.append(_table(found, words))
    price = facts.stated("policy.carbon_price_usd_per_t")
    blocks.append(
        Paragraph(
            say(
                _("A carbon price of USD {price} a tonne applies to carbon by the method “{method}”."),
                price=words.significant(price),
                method=words.term(policy.carbon_method).lower(),
            )
            if price.value > 0
            else _("No carbon price is in force.")
        )
    )
    if policy.excluded_sites:
        names = [facts.named(site) for site in policy.excluded_sites]
        blocks.append(Paragraph(say(_("Excluded by policy: {sites}."), sites=words.some(names))))
    blocks.append(
        Paragraph(
            _(
                "What one more unit of a binding constraint would save is not worked out in this run: with whole sites "
                "and halls it must be found by solving again with the constraint moved. An assumed limit that binds "
                "may decide which sites are built."
            )
        )
    )
    return Section("limits", _("Constraints"), tuple(blocks))


def summary(facts: Facts, words: Words) -> str:
    """One sentence on which constraints bind, by kind."""
    _ = words.gettext
    found = limits(facts, words)
    kinds: dict[str, list[str]] = {}
    for limit in found:
        if limit.binds:
            kinds.setdefault(limit.name, []).append(limit.where)
    if not kinds:
        return _("None of the limits on carbon, water, power or the size and number of sites binds.")
    named = [
        say(_("{limit} ({where})"), limit=name.lower(), where=words.some([where for where in places if where]))
        if any(places)
        else name.lower()
        for name, places in kinds.items()
    ]
    return say(_("The constraints that bind are: {limits}."), limits=words.join(named))


def limits(facts: Facts, words: Words) -> list[Limit]:
    """Every limit in force in the last period, the most used first."""
    _ = words.gettext
    policy, built = facts.study.policy, facts.built
    found = []
    if policy.carbon_cap_t_per_yr is not None:
        used = facts.amount(f"carbon_{policy.capped_carbon}_t_per_yr")
        cap = facts.stated("policy.carbon_cap_t_per_yr")
        found.append(Limit(_("Carbon cap"), words.term(policy.capped_carbon), cap, used, "t CO2e/yr"))
    if policy.water_cap_m3_per_yr is not None:
        cap = facts.stated("policy.water_cap_m3_per_yr")
        found.append(Limit(_("Water cap"), "", cap, facts.amount("water_m3_per_yr"), "m³/yr"))
    if policy.sites_max_count is not None:
        most = facts.stated("policy.sites_max_count")
        found.append(Limit(_("Maximum number of sites"), "", most, facts.built_count, ""))
    for zone in policy.grid_zone_limit_mw:
        limit, used = (
            facts.stated(f"policy.grid_zone_limit_mw.{zone}"),
            facts.of_built("connection_mw", grid_zone_id=zone),
        )
        found.append(Limit(_("Power in the grid zone"), facts.zone(zone), limit, used, "MW"))
    for row in built.to_dict("records"):
        site, name = row["site_id"], facts.named(row["site_id"])
        headroom, contracted, halls = (
            facts.of_built(column, "cell", site_id=site)
            for column in ("headroom_mw", "connection_mw", "hall_capacity_mw")
        )
        found.append(Limit(_("Grid headroom"), name, headroom, contracted, "MW"))
        found += _water_supply(facts, words, str(site))
        largest, module = (_of_site(facts, str(site), name) for name in ("site_max_mw", "module_mw"))
        no_other_fits = halls.value + module.value > largest.value
        filled = float(row["it_capacity_mw"]) >= _FILLED_FRACTION * halls.value
        found.append(Limit(_("Maximum site size"), name, largest, halls, "MW", no_other_fits and filled))
    return sorted(found, key=lambda limit: -limit.used_fraction)


def _of_site(facts: Facts, site: str, column: str) -> Traced:
    """What the table of sites states of a site itself, else what the study does of all."""
    sites = facts.plan.case.tables["sites"]
    if column in sites and sites.loc[sites["site_id"] == site, column].notna().any():
        return facts.read("inputs/sites", column, "cell", site_id=site)
    return facts.stated(f"facility.{column}")


def _water_supply(facts: Facts, words: Words, site: str) -> list[Limit]:
    """What the halls of a site can take of the county's supply; nothing where that is not known."""
    supply = facts.of_last("water_supply")
    known = supply[supply["site_id"] == site].dropna() if len(supply) else supply
    if known.empty:
        return []
    limit, used = (
        facts.read("water_supply", column, "cell", site_id=site)
        for column in ("water_limit_m3_per_yr", "full_load_m3_per_yr")
    )
    return [Limit(words.gettext("Water supply at full load"), facts.named(site), limit, used, "m³/yr")]


def _table(found: list[Limit], words: Words) -> Table:
    _ = words.gettext
    rows = tuple(
        (
            limit.name,
            limit.where,
            limit.limit.value,
            limit.used.value,
            words.unit(limit.unit),
            limit.used_fraction if limit.limit.value > 0 else None,
            _("binds") if limit.binds else _("does not bind"),
        )
        for limit in found
    )
    columns = (
        TableColumn("limit", _("Constraint")),
        TableColumn("where", words.pgettext("of a constraint", "Where")),
        TableColumn("most", _("At most"), "mixed"),
        TableColumn("used", _("Used"), "mixed"),
        TableColumn("unit", _("Unit")),
        TableColumn("used_fraction", _("Share used"), "percent"),
        TableColumn("state", words.pgettext("of a constraint", "Status")),
    )
    caption = _("Constraints of the plan, the most used first; the size of a site binds when no other hall fits.")
    return Table("limits", caption, columns, rows)
