"""Classes of work: what is asked of each, where it is done, and within which limit."""

from __future__ import annotations

from siting.reports.document import Block, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import say
from siting.reports.text.words import Words
from siting.text import N_

_KINDS = {
    "inference": N_("Inference"),
    "batch": N_("Batch work"),
    "training": N_("Training"),
    "hpc": N_("HPC"),
}
"""Kinds of work, as readers call them."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("Classes of work")
    if facts.of_last("workloads").empty:
        return Section("workloads", title, (Paragraph(_("Nothing is asked for.")),))
    classes = facts.read("workloads", "workload_id", "distinct")
    text = say(
        _(
            "In {period}, {classes} classes of work come to {work} in all, as a mean of the year. Inference is served "
            "within the latency limit of its class, batch work within its deadline, and training and HPC stand in "
            "whole clusters, each at one site. A site's energy is shared among classes hour by hour and its cost by "
            "the work of the year."
        ),
        period=facts.period,
        classes=words.count(classes),
        work=words.quantity(facts.read("workloads", "work_pflop"), "PFLOP/s"),
    )
    blocks: list[Block] = [Paragraph(text), _by_place(facts, words)]
    return Section("workloads", title, tuple(blocks))


def _by_place(facts: Facts, words: Words) -> Table:
    """Each class at each place."""
    _ = words.gettext
    frame = facts.of_last("workloads").copy()
    known = {
        **facts.names("sites", "site_id"),
        **facts.names("leases", "lease_id"),
        **facts.names("measures", "measure_id"),
    }
    frame["place"] = frame["place_id"].map(known).fillna(frame["place_id"])
    frame["kind"] = [_(_KINDS[kind]) for kind in frame["work_class"]]
    columns: list[str | TableColumn] = [
        TableColumn("workload_id", _("Class")), TableColumn("kind", _("Kind")), TableColumn("place", _("Done at")),
        words.column("work_pflop", _("Work")), words.column("served_fraction", _("Share of the class")),
        words.column("rtt_mean_ms", _("Round trip, mean")), words.column("rtt_most_ms", _("Round trip, longest")),
        words.column("rtt_limit_ms", _("Latency limit")), words.column("deadline_h", _("Deadline")),
        "it_capacity_mw", words.column("energy_mwh_per_yr", _("Energy")), words.column("cost_usd_per_yr", _("Cost")),
    ]  # fmt: skip
    caption = _("Work of each class by site, rented region and measure.")
    total = ["work_pflop", "it_capacity_mw", "energy_mwh_per_yr", "cost_usd_per_yr"]
    return table(words, "workloads-data", caption, frame, columns, total=total)
