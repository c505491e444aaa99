"""Limits in force, how much of each is used, and which of them bind."""

from __future__ import annotations

from dataclasses import dataclass

from siting.reports.document import Block, Column, Paragraph, Section, Table
from siting.reports.facts import Facts
from siting.reports.text.words import Words

_BINDING_FRACTION = 0.995
"""Use of a limit from which it counts as binding: whole modules and racks rarely fill it to the last kilowatt."""


@dataclass(frozen=True)
class Limit:
    """One limit: what it is, how much there is and how much is used."""

    name: str
    where: str
    limit: float
    used: float
    unit: str

    @property
    def binds(self) -> bool:
        """Whether the plan stands at the limit."""
        return self.limit <= 0 or self.used >= _BINDING_FRACTION * self.limit


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    policy = facts.study.policy
    blocks: list[Block] = [Paragraph(summary(facts, words))]
    found = limits(facts, words)
    if found:
        blocks.append(_table(found, words))
    price = float(policy.carbon_price_usd_per_t)
    blocks.append(
        Paragraph(
            _("A carbon price of USD {price} a tonne applies to carbon by the method “{method}”.").format(
                price=words.significant(price), method=words.term(policy.carbon_method).lower()
            )
            if price > 0
            else _("No carbon price is in force.")
        )
    )
    if policy.excluded_sites:
        names = [facts.site_names.get(site, site) for site in policy.excluded_sites]
        blocks.append(Paragraph(_("Excluded by policy: {sites}.").format(sites=words.join(names))))
    blocks.append(
        Paragraph(
            _(
                "What one more unit of a binding limit would save is not worked out in this run: with whole sites and "
                "halls it must be found by solving again with the limit moved."
            )
        )
    )
    return Section("limits", _("Limits in force"), tuple(blocks))


def summary(facts: Facts, words: Words) -> str:
    """One sentence on which limits bind."""
    _ = words.gettext
    found = limits(facts, words)
    binding = [
        _("{limit} ({where})").format(limit=limit.name.lower(), where=limit.where)
        if limit.where
        else limit.name.lower()
        for limit in found
        if limit.binds
    ]
    if not binding:
        return _("None of the limits on carbon, water, power or the number of sites binds.")
    return words.ngettext("One limit binds: {limits}.", "{count} limits bind: {limits}.", len(binding)).format(
        count=len(binding), limits=words.join(binding)
    )


def limits(facts: Facts, words: Words) -> list[Limit]:
    """Every limit in force in the last period, the most used first."""
    _ = words.gettext
    policy, facility, built = facts.study.policy, facts.study.facility, facts.built
    found = []
    if policy.carbon_cap_t_per_yr is not None:
        used = facts.kpi(f"carbon_{policy.carbon_method}_t_per_yr") or 0.0
        found.append(
            Limit(_("Carbon cap"), words.term(policy.carbon_method), policy.carbon_cap_t_per_yr, used, "t CO2e/yr")
        )
    if policy.water_cap_m3_per_yr is not None:
        found.append(
            Limit(_("Water cap"), "", policy.water_cap_m3_per_yr, facts.kpi("water_m3_per_yr") or 0.0, "m³/yr")
        )
    if policy.sites_max_count is not None:
        found.append(Limit(_("Most sites"), "", float(policy.sites_max_count), float(len(built)), ""))
    for zone, limit_mw in policy.grid_zone_limit_mw.items():
        used = float(built.loc[built["grid_zone_id"] == zone, "connection_mw"].sum())
        found.append(Limit(_("Power in the grid zone"), str(zone), float(limit_mw), used, "MW"))
    for row in built.to_dict("records"):
        found.append(
            Limit(_("Grid headroom"), str(row["name"]), float(row["headroom_mw"]), float(row["connection_mw"]), "MW")
        )
        found.append(
            Limit(_("Largest site"), str(row["name"]), float(facility.site_max_mw), float(row["it_capacity_mw"]), "MW")
        )
    return sorted(found, key=lambda limit: -(limit.used / limit.limit if limit.limit > 0 else float("inf")))


def _table(found: list[Limit], words: Words) -> Table:
    _ = words.gettext
    rows = tuple(
        (
            limit.name,
            limit.where,
            limit.limit,
            limit.used,
            words.unit(limit.unit),
            limit.used / limit.limit if limit.limit > 0 else None,
            _("binds") if limit.binds else _("does not bind"),
        )
        for limit in found
    )
    columns = (
        Column("limit", _("Limit")),
        Column("where", _("For")),
        Column("most", _("At most"), "mixed"),
        Column("used", _("Used"), "mixed"),
        Column("unit", _("Unit")),
        Column("used_fraction", _("Share used"), "percent"),
        Column("state", _("State")),
    )
    return Table("limits", _("Limits of the plan, the most used first."), columns, rows)
