"""What is done of fronts, in a file beside their plans: so that the same command goes on after any end."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.results.formats import csv_text, json_text
from siting.scenarios.pareto.point import FrontOptions, FrontPoint
from siting.scenarios.pareto.table import table_of
from siting.scenarios.sweep.one_case import CASE_HASH, SolveOptions, hash_of, is_finished
from siting.version import __version__
from siting.whole_files import write_whole

if TYPE_CHECKING:
    from siting.plan.plan import Plan
    from siting.scenarios.pareto.measures import Measure
    from siting.study.study import Study

__all__ = ["FRONT", "PLANS", "FrontRecord", "FrontWork"]

FRONT, PLANS, TABLE = "front.json", "plans", "front.csv"
"""The record, the folder of plans, and the table of all points, in the folder of fronts."""

FORMAT = 1
"""Number of the form of `FRONT`."""


class FrontRecord:
    """The record of all fronts of a folder.

    Parameters
    ----------
    folder : Path
        Where they are; it is there.
    study : Study
        What is asked.
    options : FrontOptions
        How.
    """

    def __init__(self, folder: Path, study: Study, options: FrontOptions) -> None:
        self.folder, self.study, self.options = folder, study, options
        self._fronts: dict[str, dict[str, Any]] = _read(folder / FRONT)
        self._known: dict[str, dict[int, FrontPoint]] = {}

    def work(self, measure: Measure) -> FrontWork:
        """Return the work on one front, with what is done of it; begun anew where anything that goes in is another."""
        options = self.options
        asked = SolveOptions(
            gap=options.gap,
            time_limit=options.time_limit,
            method=options.method,
            replay=options.replay,
            languages=options.languages,
        )
        key = f"{hash_of(measure.asked_of(self.study), asked)} {options.count}"
        if self._fronts.get(measure.name, {}).get("hash") != key:
            self._fronts[measure.name] = {"hash": key, "limits": None, "worth_ratio": None, "points": {}}
        self._known[measure.name] = dict(self._points(measure))
        self.write()
        return FrontWork(self, measure, self._fronts[measure.name], self._known[measure.name])

    def write(self) -> None:
        """Write the record, and the table of all points that are known."""
        told = {
            "schema_version": FORMAT,
            "tool": {"name": "siting", "version": __version__},
            "study": self.study.name,
            "fronts": self._fronts,
        }
        write_whole(self.folder / FRONT, json_text(told))
        points = [point for known in self._known.values() for _, point in sorted(known.items())]
        write_whole(self.folder / TABLE, csv_text(table_of(points)))

    def _points(self, measure: Measure) -> list[tuple[int, FrontPoint]]:
        """Points of an earlier call whose plan, if they have one, is whole."""
        front, found = self._fronts[measure.name], []
        for name, told in front["points"].items():
            folder = None if told["folder"] is None else self.folder / PLANS / told["folder"]
            if told["status"] == "failed":
                continue  # for want of time, it may be, and tried again
            if folder is None or is_finished(folder, front["hash"]):
                fields = {**told, "open_sites": tuple(told["open_sites"]), "folder": folder}
                found.append((int(name), FrontPoint(measure=measure, **fields)))
        front["points"] = {str(number): front["points"][str(number)] for number, _ in found}
        return found


@dataclasses.dataclass(frozen=True)
class FrontWork:
    """One front on the way from asked to known.

    Parameters
    ----------
    record : FrontRecord
        Of all fronts.
    measure : Measure
        What cost is weighed against.
    told : dict
        What the record says of this front.
    known : dict of int to FrontPoint
        Points that are done, by number from the loosest on; the first has number 1.
    """

    record: FrontRecord
    measure: Measure
    told: dict[str, Any]
    known: dict[int, FrontPoint]

    @property
    def limits(self) -> list[float] | None:
        """Values of the limit after the first point, from the loosest on; None until they are known."""
        return None if self.told["limits"] is None else list(self.told["limits"])

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to find, and all of it is there."""
        points = self.told["points"]
        is_concluded = self.told["worth_ratio"] is not None
        return is_concluded and all(str(number) in points for number in range(1, self.told["points_count"] + 1))

    @property
    def worth_ratio(self) -> float:
        """Present value of one dollar in each year of the horizon; 1 until it is known."""
        return float(self.told["worth_ratio"] or 1.0)

    def conclude(self, worth_ratio: float) -> None:
        """Note that nothing is left to find.

        Parameters
        ----------
        worth_ratio : float
            Present value of one dollar in each year of the horizon.
        """
        self.told.update({"worth_ratio": worth_ratio, "points_count": max(self.known, default=0)})
        self.record.write()

    def plan_limits(self, limits: Sequence[float]) -> None:
        """Note the values of the limit."""
        self.told["limits"] = [float(limit) for limit in limits]
        self.record.write()

    def folder_of(self, number: int) -> Path:
        """Where the plan of a point goes."""
        return self.record.folder / PLANS / f"{self.measure.folder}-{number:02d}"

    def write_plan(self, number: int, plan: Plan) -> Path:
        """Write the plan of a point, and return its folder."""
        from siting.results.writing import write

        folder = self.folder_of(number)
        return write(plan, folder, self.record.options.languages, told={CASE_HASH: self.told["hash"]})

    def note(self, number: int, point: FrontPoint) -> None:
        """Note a point that is done."""
        self.known[number] = point
        kept = {
            field.name: getattr(point, field.name) for field in dataclasses.fields(point) if field.name != "measure"
        }
        kept |= {"open_sites": list(point.open_sites), "folder": None if point.folder is None else point.folder.name}
        self.told["points"][str(number)] = kept
        self.record.write()


def _read(path: Path) -> dict[str, dict[str, Any]]:
    """Return what an earlier record says of each front; nothing where there is none that can be read."""
    try:
        told = json.loads(path.read_text("utf-8"))
        fronts = told["fronts"] if told["schema_version"] == FORMAT and told["tool"]["version"] == __version__ else {}
        return dict(fronts)
    except (OSError, ValueError, KeyError, TypeError):
        return {}
