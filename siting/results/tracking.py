"""Runs noted in MLflow: parameters, figures and reports, in its own local store unless it is told another."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from siting.plan.records.provenance import run_id
from siting.problems import InputError, Problem

if TYPE_CHECKING:
    from siting.plan.plan import Plan

__all__ = ["log_run", "require_mlflow"]

EXPERIMENT = "siting"
_ARTIFACTS = ("plan.json", "run-manifest.json", "*.html")


def require_mlflow() -> None:
    """Refuse to note runs where MLflow is not installed.

    Raises
    ------
    InputError
        Says how to install it.
    """
    if find_spec("mlflow") is None:
        hint = 'install it with: python -m pip install "siting[mlflow]"'
        raise InputError([Problem("--mlflow", 0, "", "MLflow is not installed", hint)])


def log_run(plan: Plan, folder: Path) -> str:
    """Note a plan that has been written as a run of MLflow, and return that run's id.

    The store is that of ``MLFLOW_TRACKING_URI``; by default a database ``mlflow.db`` in the present folder.

    Parameters
    ----------
    plan : Plan
        The plan.
    folder : Path
        Where its results are; its reports and its manifest are kept with the run.

    Raises
    ------
    InputError
        If MLflow is not installed.
    """
    require_mlflow()
    from mlflow.tracking import MlflowClient

    client, search = MlflowClient(), plan.search
    found = client.get_experiment_by_name(EXPERIMENT)
    experiment = client.create_experiment(EXPERIMENT) if found is None else found.experiment_id
    study = plan.case.study
    tags = {"siting.run_id": run_id(plan.case, plan.solution), "siting.status": search.status}
    run = str(client.create_run(experiment, run_name=study.name, tags=tags).info.run_id)
    for name, value in {
        "study": study.name,
        "sites": len(plan.case.axes["site"]),
        "periods": len(plan.case.axes["period"]),
        "method": search.method,
        "threads": search.threads,
        "gap_asked": search.gap_asked_fraction,
        "gap_site_dependent_asked": search.gap_site_dependent_asked_fraction,
        "open_sites": ",".join(plan.open_sites),
    }.items():
        client.log_param(run, name, value)
    figures = {"objective_usd": plan.objective_usd, "bound_usd": plan.bound_usd, "gap_fraction": plan.gap_fraction}
    figures |= {name: figure["value"] for name, figure in plan.kpis.items() if figure["value"] is not None}
    figures |= {f"seconds_{name}": seconds for name, seconds in search.seconds.items()}
    for name, value in figures.items():
        client.log_metric(run, name, float(value))
    for path in sorted(path for pattern in _ARTIFACTS for path in folder.glob(pattern)):
        client.log_artifact(run, str(path))
    client.set_terminated(run)
    return run
