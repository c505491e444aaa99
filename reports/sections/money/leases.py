"""Leases: what is rented in the cloud, and what the plan costs beside renting all, and beside doing nothing."""

from __future__ import annotations

from siting.reports.document import Block, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import say
from siting.reports.text.words import Words
from siting.text import N_

_NAMES = {
    "plan": N_("This plan"),
    "lease_all": N_("Lease it all"),
    "nothing": N_("Do nothing more than today"),
}
"""What a plan is compared with, as readers call it."""

_LEASED_PFLOP = 1e-6
"""Work below which a lease is the solver's rounding."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    blocks: list[Block] = [Paragraph(_outcome(facts, words))]
    if len(facts.of_last("leases")):
        blocks.append(_rented(facts, words))
    if len(facts.table("comparators")):
        blocks += [Paragraph(_compared(facts, words)), _beside(facts, words)]
    return Section("leases", _("Build or rent"), tuple(blocks))


def _outcome(facts: Facts, words: Words) -> str:
    """What is rented, and what for."""
    _ = words.gettext
    frame = facts.of_last("leases")
    if frame.empty:
        return _("The study offers no leases: all work that is not spared is done at sites of one's own.")
    if frame["leased_pflop"].max() <= _LEASED_PFLOP:
        return _("No accelerators are rented: none is both near enough and cheaper than sites of one's own.")
    return say(
        _(
            "In {period}, {work} are done by rented accelerators for {rent} a year. Prices are list prices without "
            "commitment; large customers pay less. Carbon of leased work is that of the region's grid, its water that "
            "which the provider publishes, and both count against the limits of the study. Training is not rented."
        ),
        period=facts.period,
        work=words.quantity(facts.read("leases", "leased_pflop"), "PFLOP/s"),
        rent=words.money(facts.read("leases", "rent_usd_per_yr")),
    )


def _rented(facts: Facts, words: Words) -> Table:
    """The regions in which something is rented."""
    _ = words.gettext
    frame = facts.of_last("leases").copy()
    frame["name"] = frame["lease_id"].map(facts.names("leases", "lease_id"))
    columns: list[str | TableColumn] = [
        TableColumn("name", _("For rent")), "leased_inference_pflop", "leased_batch_pflop",
        "leased_accelerators_count", "lease_usd_per_gpu_h", "rent_usd_per_yr", "leased_mwh_per_yr",
        "leased_carbon_t_per_yr", "leased_water_m3_per_yr",
    ]  # fmt: skip
    total = ["leased_inference_pflop", "leased_batch_pflop", "rent_usd_per_yr", "leased_mwh_per_yr"]
    return table(words, "leases-data", _("Accelerators for rent by cloud region."), frame, columns, total=total)


def _compared(facts: Facts, words: Words) -> str:
    """What leasing all would cost over the plan, and what doing nothing leaves out."""
    _ = words.gettext
    nothing = _(
        "To do nothing more than today costs nothing and earns nothing; work that is left undone has no price in the "
        "study, so none is charged."
    )
    if "lease_all" not in set(facts.table("comparators")["comparator_id"]):
        alone = _(
            "To lease it all is not possible: some zone has no region for rent within the latency limit, or some work "
            "must be done in certain states."
        )
        return words.sentences(alone, nothing)
    plan, leased = (facts.read("comparators", "cost_usd", comparator_id=name) for name in ("plan", "lease_all"))
    text = say(
        _(
            "To lease it all, training too, would cost {leased} at list prices over the horizon, and the plan costs "
            "{plan}, both as present values before tax."
        ),
        leased=words.money(leased),
        plan=words.money(plan),
    )
    return words.sentences(text, nothing)


def _beside(facts: Facts, words: Words) -> Table:
    """The plan and what it is compared with."""
    _ = words.gettext
    frame = facts.table("comparators").copy()
    frame["name"] = [_(_NAMES[name]) for name in frame["comparator_id"]]
    columns: list[str | TableColumn] = [
        TableColumn("name", _("Choice")), words.column("cost_usd", _("Cost of the work")), "revenue_usd",
        words.column("npv_usd", _("Net present value")),
        words.column("unit_cost_usd_per_gpu_h", _("Cost of an hour of the reference accelerator")),
    ]  # fmt: skip
    caption = _("The plan beside its alternatives, present values over the horizon before tax and financing.")
    return table(words, "comparators-data", caption, frame, columns)
