"""Who may import whom, and what an import costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"pyomo", "highspy", "geopandas", "matplotlib", "pandas", "numpy", "pydantic", "tsam", "scipy"}


def modules_after(code: str) -> set[str]:
    """Top-level modules that are loaded after some code ran in a new interpreter."""
    program = f"{code}\nimport sys; print('\\nMODULES', *{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.rsplit("MODULES", 1)[1].split())


def test_importing_siting_stays_light() -> None:
    assert modules_after("import siting") & HEAVY == set()


def test_help_stays_light() -> None:
    assert modules_after("from siting.cli.app import call; call(['--help'])") & HEAVY == set()


def test_reading_a_study_needs_neither_solver_nor_tables() -> None:
    loaded = modules_after("import siting; siting.load_study('us-small')")
    assert loaded & (HEAVY - {"pydantic"}) == set()


def test_saved_plans_need_neither_pyomo_nor_solver() -> None:
    assert (
        modules_after("import siting.plan.plan, siting.accounts.audit, siting.results.folder") & {"pyomo", "highspy"}
        == set()
    )


def test_reports_need_neither_pyomo_nor_solver() -> None:
    assert modules_after("import siting.reports.render") & {"pyomo", "highspy"} == set()


@pytest.mark.parametrize("name", ["solve", "load_study", "prepare", "write", "load", "Study", "Case", "Plan"])
def test_public_name_is_offered(name: str) -> None:
    import siting

    assert name in dir(siting)
    assert not isinstance(getattr(siting, name), type(siting))


def test_unknown_name_is_refused() -> None:
    import siting

    with pytest.raises(AttributeError, match="sovle"):
        _ = siting.sovle


def test_import_direction() -> None:
    program = "import sys; from importlinter.cli import lint_imports_command; sys.argv = ['lint-imports']; "
    program += "lint_imports_command(['--no-cache'])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
