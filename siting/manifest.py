"""Where a result comes from: the run's name, its versions and options, and a hash of every file."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

from siting.formats import json_text
from siting.highs import SOLVER_RANDOM_SEED

if TYPE_CHECKING:
    from siting.plan import Plan

__all__ = ["changed_files", "manifest", "run_id", "write_manifest"]

LIBRARIES = ("pyomo", "highspy", "tsam", "numpy", "pandas", "pyarrow", "jinja2", "matplotlib", "geopandas", "shapely")

MANIFEST = "run-manifest.json"


def run_id(plan: Plan) -> str:
    """Short name of a run: a hash of the study, the numbers that went in and the decisions that came out."""
    digest = hashlib.sha256(plan.case.study.model_dump_json().encode())
    for fields in (plan.case.fields, plan.solution.decisions):
        for name, field in sorted(fields.items()):
            digest.update(name.encode())
            digest.update(field.values.tobytes())
    return digest.hexdigest()[:12]


def manifest(plan: Plan) -> dict[str, Any]:
    """Return what another person needs to make the same run again."""
    import siting

    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    search, limit = plan.search, plan.search.time_limit_seconds
    return {
        "run_id": run_id(plan),
        "tool": {"name": "siting", "version": siting.__version__},
        "python": platform.python_version(),
        "system": platform.system(),
        "libraries": versions,
        "solver": {"name": "HiGHS", "version": versions.get("highspy", ""), "seed": SOLVER_RANDOM_SEED},
        "options": {
            "gap_fraction": search.gap_asked_fraction,
            "time_limit_seconds": search.time_limit_seconds,
            "method": search.method,
            "threads": search.threads,
            "start_run_id": search.start_run_id,
        },
        "seconds": {name: round(value, 3) for name, value in plan.search.seconds.items()},
        "termination": plan.search.reason,
        "money_year": plan.case.study.money_year,
        "study": plan.case.study.model_dump(mode="json"),
        "sources": plan.tables["sources"].to_dict("records"),
        "kpi_methods": dict(zip(plan.tables["kpis"]["kpi_id"], plan.tables["kpis"]["method_version"], strict=True)),
        "reproduce": f"siting run {plan.case.study.name} --gap {search.gap_asked_fraction:g} "
        + ("" if limit is None else f"--time-limit {limit:g} ")
        + f"--method {search.method} --threads {search.threads}"
        + ("" if search.start_run_id is None else f" --start <folder of run {search.start_run_id}>"),
    }


def write_manifest(plan: Plan, folder: Path) -> None:
    """Write the manifest of a plan's folder, with the hash of every file that is there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    names = {path: path.relative_to(folder).as_posix() for path in files}
    inputs = {names[path]: _sha256(path) for path in files if names[path].startswith("case/")}
    outputs = {names[path]: _sha256(path) for path in files}
    (folder / MANIFEST).write_text(json_text({**manifest(plan), "inputs": inputs, "outputs": outputs}), "utf-8")


def changed_files(folder: Path) -> list[str]:
    """Return the files of a folder that are not what its manifest says, each with what is wrong."""
    recorded: dict[str, str] = json.loads((folder / MANIFEST).read_text("utf-8"))["outputs"]
    told = []
    for name, digest in recorded.items():
        path = folder / name
        if not path.is_file():
            told.append(f"{name}: missing")
        elif _sha256(path) != digest:
            told.append(f"{name}: changed since it was written")
    return told


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
