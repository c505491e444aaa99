"""The result folder: a plan written so that it loads again without loss, and reads without this tool."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from siting.case import KEY_OF_AXIS, Calendar, Case, Field
from siting.cautions import Caution
from siting.datapackage import describe
from siting.folders import replaced_folder
from siting.highs import SOLVER_RANDOM_SEED
from siting.solution import TERM_COLUMNS, Solution
from siting.study import Study

if TYPE_CHECKING:
    from siting.plan import Plan

LIBRARIES = ("pyomo", "highspy", "tsam", "numpy", "pandas", "pyarrow", "jinja2", "matplotlib", "geopandas", "shapely")
HOURLY_TABLES = ("hourly", "replay_hourly")
"""Tables written as Parquet: too long for CSV."""


class NotAResultError(ValueError):
    """A folder that holds no plan, or something that is not a plan."""


def write(plan: Plan, directory: str | Path, languages: Sequence[str] = ("en",)) -> Path:
    """Write a plan with its tables, its case and its reports.

    The folder appears whole or not at all: everything is written beside it first and then moved.

    Parameters
    ----------
    plan : Plan
        What to write.
    directory : str or Path
        Where; an earlier result there is replaced.
    languages : sequence of str
        Languages of the reports.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If the folder holds something other than an earlier result.
    """
    target = Path(directory)
    with replaced_folder(target) as folder:
        _write_all(plan, folder, languages)
    return target


def write_reports(plan: Plan, directory: str | Path, languages: Sequence[str] = ("en",)) -> list[Path]:
    """Write the reports of a plan into its folder, and note them in the manifest."""
    from siting.reports.render import write_reports as render

    folder = Path(directory)
    written = render(plan, folder, tuple(languages))
    _write_manifest(plan, folder)
    return written


def load(directory: str | Path) -> Plan:
    """Read a plan back from its folder.

    Parameters
    ----------
    directory : str or Path
        A folder that `write` made.

    Returns
    -------
    Plan
        Equal to the one that was written, but for the full year, which is not kept.

    Raises
    ------
    NotAResultError
        If the folder holds no plan, or files of it are missing or broken.
    """
    folder = Path(directory)
    if not (folder / "plan.json").is_file():
        raise NotAResultError(
            f"{folder}: there is no plan here (plan.json is missing); write one with: siting run STUDY -o {folder}"
        )
    try:
        plan = _load(folder)
        plan.tables  # noqa: B018 - made here, since what another version wrote may lack a number that they need
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        said = f"the plan cannot be read, or another version of siting wrote it: {type(error).__name__}: {error}"
        raise NotAResultError(f"{folder}: {said}") from error
    return plan


def altered(plan: Plan, directory: str | Path) -> list[str]:
    """Files of a result folder that are not what the plan, or the manifest, says they are.

    Parameters
    ----------
    plan : Plan
        Read from the folder by `load`; its tables are worked out again from the decisions.
    directory : str or Path
        The folder.
    """
    folder = Path(directory)
    recorded: dict[str, str] = json.loads((folder / "run-manifest.json").read_text("utf-8"))["outputs"]
    told = []
    for name, digest in recorded.items():
        path = folder / name
        if not path.is_file():
            told.append(f"{name}: missing")
        elif _sha256(path) != digest:
            told.append(f"{name}: changed since it was written")
    for name, table in plan.tables.items():
        path = folder / "data" / f"{name}.csv"
        if name in (*HOURLY_TABLES, "replay", "audit") or not path.is_file():
            continue
        if path.read_text("utf-8") != csv_text(table):
            told.append(f"data/{name}.csv: differs from what the decisions give")
    return told


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV: UTF-8, LF, dot decimals, all digits; words that a spreadsheet would run are quoted out.

    A cell of text that begins with ``= + - @`` or a control character gets an apostrophe before it;
    numbers, which may be negative, are left alone.
    """
    safe = table.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]) and not pd.api.types.is_datetime64_any_dtype(safe[column]):
            safe[column] = safe[column].map(_harmless)
    return safe.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%SZ")


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _write_all(plan: Plan, folder: Path, languages: Sequence[str]) -> None:
    data = folder / "data"
    data.mkdir()
    for name, table in plan.tables.items():
        if name in HOURLY_TABLES:
            _write_parquet(table, data / f"{name}.parquet")
        else:
            (data / f"{name}.csv").write_text(csv_text(table), "utf-8", newline="\n")
    (data / "sites.geojson").write_text(_geojson(plan.tables["sites"]), "utf-8")
    _write_case(plan.case, folder / "case")
    _write_fields(plan.case, plan.solution.decisions, folder / "decisions")
    _write_fields(plan.case, plan.solution.values, folder / "ledgers")
    (folder / "ledgers" / "terms.csv").write_text(csv_text(plan.solution.terms), "utf-8", newline="\n")
    if plan.replay is not None:
        _write_parquet(plan.replay.kpis, folder / "ledgers" / "replay_kpis.parquet")
        _write_parquet(plan.replay.climate, folder / "ledgers" / "replay_climate.parquet")
    (folder / "plan.json").write_text(_json(_plan_json(plan)), "utf-8")
    from siting.reports.render import write_reports as render

    render(plan, folder, tuple(languages))
    (data / "datapackage.json").write_text(_json(describe(plan.case.study, data)), "utf-8")
    _write_manifest(plan, folder)


def _plan_json(plan: Plan) -> dict[str, Any]:
    search = plan.search
    return {
        "schema_version": 1,
        "study": plan.case.study.name,
        "run_id": run_id(plan),
        "status": search.status,
        "reason": search.reason,
        "objective_usd": search.objective_usd,
        "bound_usd": search.bound_usd,
        "unavoidable_usd": search.unavoidable_usd,
        "gap_fraction": search.gap_fraction,
        "gap_site_dependent_fraction": search.gap_site_dependent_fraction,
        "gap_asked_fraction": search.gap_asked_fraction,
        "time_limit_seconds": search.time_limit_seconds,
        "threads": search.threads,
        "seconds": {name: round(value, 3) for name, value in search.seconds.items()},
        "rows": search.rows,
        "columns": search.columns,
        "nonzeros": search.nonzeros,
        "integers": search.integers,
        "method": search.method,
        "start_run_id": search.start_run_id,
        "open_sites": plan.open_sites,
        "kpis": plan.kpis,
        "audit": dict(
            zip(
                plan.tables["audit"]["balance"],
                plan.tables["audit"]["residual_fraction"].astype(float),
                strict=True,
            )
        ),
        "replay": None
        if plan.replay is None
        else {
            "unserved_fraction": plan.replay.unserved_fraction,
            "largest_residual_fraction": plan.replay.largest_residual_fraction,
            "seconds": round(plan.replay.seconds, 3),
        },
        "warnings": list(plan.warnings),
        "cautions": [{"id": caution.id, "values": dict(caution.values)} for caution in plan.cautions],
    }


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


def _write_manifest(plan: Plan, folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "run-manifest.json")
    names = {path: path.relative_to(folder).as_posix() for path in files}
    inputs = {names[path]: _sha256(path) for path in files if names[path].startswith("case/")}
    outputs = {names[path]: _sha256(path) for path in files}
    (folder / "run-manifest.json").write_text(_json({**manifest(plan), "inputs": inputs, "outputs": outputs}), "utf-8")


def _write_case(case: Case, folder: Path) -> None:
    folder.mkdir()
    (folder / "study.json").write_text(_json(case.study.model_dump(mode="json")), "utf-8")
    (folder / "axes.json").write_text(_json({axis: list(members) for axis, members in case.axes.items()}), "utf-8")
    (folder / "hours.csv").write_text(csv_text(case.calendar.hours), "utf-8", newline="\n")
    (folder / "day_months.csv").write_text(csv_text(case.calendar.day_months), "utf-8", newline="\n")
    (folder / "stands_for.json").write_text(_json(list(case.calendar.stands_for)), "utf-8")
    tables = folder / "tables"
    tables.mkdir()
    for name, table in case.tables.items():
        _write_parquet(table, tables / f"{name}.parquet")
    _write_fields(case, case.fields, folder / "fields")


def _load_case(folder: Path) -> Case:
    hours = pd.read_csv(folder / "hours.csv", float_precision="round_trip")
    hours["time_utc"] = pd.to_datetime(hours["time_utc"], utc=True)
    axes = {axis: tuple(members) for axis, members in json.loads((folder / "axes.json").read_text("utf-8")).items()}
    return Case(
        study=Study.model_validate(_keys_as_numbers(json.loads((folder / "study.json").read_text("utf-8")))),
        tables={path.stem: pd.read_parquet(path) for path in sorted((folder / "tables").glob("*.parquet"))},
        axes=axes,
        fields=_load_fields(axes, folder / "fields"),
        calendar=Calendar(
            hours,
            pd.read_csv(folder / "day_months.csv"),
            tuple(json.loads((folder / "stands_for.json").read_text("utf-8"))),
        ),
    )


def _load(folder: Path) -> Plan:
    from siting.plan import Plan, Search
    from siting.replay import Replay

    case = _load_case(folder / "case")
    told = json.loads((folder / "plan.json").read_text("utf-8"))
    terms = pd.read_csv(folder / "ledgers" / "terms.csv", keep_default_na=False)[list(TERM_COLUMNS)]
    solution = Solution(
        _load_fields(case.axes, folder / "decisions"), terms, _load_fields(case.axes, folder / "ledgers")
    )
    search = Search(
        **{
            name: told[name]
            for name in (
                "status",
                "reason",
                "objective_usd",
                "bound_usd",
                "unavoidable_usd",
                "gap_asked_fraction",
                "time_limit_seconds",
                "threads",
                "method",
                "rows",
                "columns",
                "nonzeros",
                "integers",
                "seconds",
                "start_run_id",
            )
        }
    )
    replay = None
    if told["replay"] is not None:
        replay = Replay(
            kpis=pd.read_parquet(folder / "ledgers" / "replay_kpis.parquet"),
            hourly=pd.read_parquet(folder / "data" / "replay_hourly.parquet"),
            climate=pd.read_parquet(folder / "ledgers" / "replay_climate.parquet"),
            **told["replay"],
        )
    rivals = None
    if (folder / "data" / "rivals.csv").is_file():
        rivals = pd.read_csv(
            folder / "data" / "rivals.csv", keep_default_na=False, na_values=[""], float_precision="round_trip"
        )
        rivals[["limit", "status"]] = rivals[["limit", "status"]].fillna("")
    cautions = tuple(Caution(caution["id"], caution["values"]) for caution in told["cautions"])
    return Plan(case, solution, search, replay, rivals, cautions)


def _write_fields(case: Case, fields: Mapping[str, Field], folder: Path) -> None:
    """One Parquet file for each combination of axes: a column a key, a column a field; all-zero rows left out."""
    from siting.tables import long_table

    folder.mkdir(exist_ok=True)
    groups: dict[tuple[str, ...], dict[str, Field]] = {}
    for name, field in fields.items():
        groups.setdefault(field.axes, {})[name] = field
    for axes, members in groups.items():
        _write_parquet(long_table(case, members), folder / f"{'-'.join(axes) or 'scalar'}.parquet")


def _load_fields(axes: Mapping[str, tuple[Any, ...]], folder: Path) -> dict[str, Field]:
    fields = {}
    for path in sorted(folder.glob("*.parquet")):
        if path.stem.startswith("replay"):
            continue
        names = () if path.stem == "scalar" else tuple(path.stem.split("-"))
        table = pd.read_parquet(path)
        shape = tuple(len(axes[axis]) for axis in names)
        places = tuple(
            table[KEY_OF_AXIS[axis]].map({member: i for i, member in enumerate(axes[axis])}).to_numpy()
            for axis in names
        )
        for column in table.columns:
            if column in [KEY_OF_AXIS[axis] for axis in names]:
                continue
            values = np.zeros(shape)
            if names:
                values[places] = table[column].to_numpy(float)
            elif len(table):
                values = np.array(float(table[column].iloc[0]))
            fields[column] = Field(names, values)
    return fields


def _write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet, the unit of each column in its field's metadata."""
    import pyarrow as pa
    import pyarrow.parquet

    from siting.quantities import unit

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    fields = []
    for field in arrow.schema:
        try:
            text = unit(field.name.rsplit(".", 1)[-1].split("/")[0]).label
        except ValueError:
            text = ""
        fields.append(field.with_metadata({"unit": text}) if text else field)
    schema = pa.schema(fields, metadata=arrow.schema.metadata)
    pyarrow.parquet.write_table(arrow.cast(schema), path, compression="zstd")


def _geojson(sites: pd.DataFrame) -> str:
    """Sites with their decisions, WGS84 (RFC 7946)."""
    import geopandas

    places = geopandas.points_from_xy(sites["longitude"], sites["latitude"], crs="EPSG:4326")
    frame = geopandas.GeoDataFrame(sites.drop(columns=["longitude", "latitude"]), geometry=places)
    return str(frame.to_json(drop_id=True)) + "\n"


def _keys_as_numbers(study: dict[str, Any]) -> dict[str, Any]:
    """Turn the years that JSON made into text back into numbers."""
    for name in ("inference_mw", "batch_mw", "training_mw"):
        study["demand"][name] = {int(year): value for year, value in study["demand"][name].items()}
    return study


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no JSON form")
