"""The command that writes a saved plan for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from siting.cli.asked import loaded, require, require_result

__all__ = ["export"]

SCHEDULE = "schedule.parquet"


def export(
    folder: Path,
    /,
    *,
    schedule: Annotated[bool, Parameter(negative=())] = False,
    kubernetes: Annotated[bool, Parameter(negative=())] = False,
    resource: str = "nvidia.com/gpu",
    output: Annotated[Path, Parameter(name=["--output", "-o"])] = Path(),
) -> int:
    """Write what a cluster scheduler reads of a saved plan: its hours, and queues that follow them.

    Parameters
    ----------
    folder
        Folder that `siting run` wrote.
    schedule
        Write schedule.parquet and signal.json, as they stand in the results, too.
    kubernetes
        Write manifests for Kueue, one file for each site that is open in the last period.
    resource
        What the clusters call an accelerator.
    output
        Folder to write into; the present one by default.
    """
    from siting.results.formats import write_parquet
    from siting.results.kubernetes import manifests, yaml_text
    from siting.results.signal import signal, signal_text
    from siting.whole_files import written_together

    require(schedule or kubernetes, "export", "told what to write: --schedule, --kubernetes or both", "neither")
    require_result(folder)
    plan = loaded(folder)
    require(plan.replay is not None, str(folder), "a plan that was run through the year", "one on the chosen days only")
    content = signal(plan)
    texts, last = {}, plan.case.study.horizon.periods[-1].year
    if schedule:
        texts["signal.json"] = signal_text(content)
    for site in plan.open_sites if kubernetes else ():
        texts[f"{site}.yaml"] = yaml_text(manifests(content, site, last, resource))
    with written_together(output) as aside:
        for name, text in texts.items():
            (aside / name).write_text(text, "utf-8", newline="\n")
        if schedule:
            write_parquet(plan.tables["schedule"], aside / SCHEDULE)
    written = [SCHEDULE, *texts] if schedule else list(texts)
    for name in written:
        print(output / name)
    return 0
