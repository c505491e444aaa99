"""What computing takes: by class of work at each site, and of a training run that readers have heard of."""

from __future__ import annotations

from siting.reports.document import Block, Paragraph, Table, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import say
from siting.reports.text.words import Words
from siting.text import N_

__all__ = ["blocks"]

_CLASSES = {"inference": N_("Inference"), "batch": N_("Batch work"), "training": N_("Training"), "hpc": N_("HPC")}
_KNOWN_RUN = "gpt-3"
"""The run that the text names; of the others the table of results tells."""


def blocks(facts: Facts, words: Words) -> tuple[Block, ...]:
    """Return what the section on carbon says of footprints; nothing of a plan that has none."""
    if facts.of_last("footprints").empty:
        return ()
    told = _run(facts, words)
    return (*((Paragraph(told),) if told else ()), _by_class(facts, words))


def _run(facts: Facts, words: Words) -> str:
    """What a known training run would take at the plan's sites; nothing if the table has not that run."""
    _ = words.gettext
    runs = facts.of_last("training_runs")
    if runs.empty or _KNOWN_RUN not in set(runs["training_run_id"]):
        return ""
    return say(
        _(
            "A training run as long as that of {run}, whose energy was published as {published}, would take {least} to "
            "{most} at the sites of this plan, and emit {cleanest} to {dirtiest} by location; it is taken to use the "
            "peak of today's racks as well as it used that of its own."
        ),
        run=_model(facts),
        published=words.quantity(
            facts.read("inputs/training_runs", "published_mwh", "cell", training_run_id=_KNOWN_RUN), "MWh"
        ),
        least=words.quantity(facts.read("training_runs", "energy_mwh", "min", training_run_id=_KNOWN_RUN), "MWh"),
        most=words.quantity(facts.read("training_runs", "energy_mwh", "max", training_run_id=_KNOWN_RUN), "MWh"),
        cleanest=words.quantity(
            facts.read("training_runs", "carbon_location_t", "min", training_run_id=_KNOWN_RUN), "t CO2e"
        ),
        dirtiest=words.quantity(
            facts.read("training_runs", "carbon_location_t", "max", training_run_id=_KNOWN_RUN), "t CO2e"
        ),
    )


def _model(facts: Facts) -> str:
    """Name of the model that the run trained."""
    runs = facts.plan.case.tables["training_runs"]
    return str(runs.loc[runs["training_run_id"] == _KNOWN_RUN, "model"].iloc[0])


def _by_class(facts: Facts, words: Words) -> Table:
    """Energy, carbon and water by site and class, and of an hour of the reference accelerator."""
    _ = words.gettext
    frame = facts.of_last("footprints").copy()
    frame["name"] = [facts.named(site) for site in frame["site_id"]]
    frame["class"] = [_(_CLASSES[name]) for name in frame["work_class"]]
    columns: list[str | TableColumn] = [
        "name", TableColumn("class", _("Class of work")), "energy_mwh_per_yr", "carbon_location_t_per_yr",
        "water_m3_per_yr", words.column("kwh_per_gpu_h", _("Energy of an hour")),
        words.column("kg_per_gpu_h", _("Carbon of an hour, location-based")),
        words.column("l_per_gpu_h", _("Water on site of an hour")),
    ]  # fmt: skip
    caption = say(
        _(
            "What each class of work takes at each site in {period}, and what an hour of the reference accelerator at "
            "full load takes."
        ),
        period=facts.period,
    )
    total = ["energy_mwh_per_yr", "carbon_location_t_per_yr", "water_m3_per_yr"]
    return table(words, "footprints-data", caption, frame, columns, total=total)
