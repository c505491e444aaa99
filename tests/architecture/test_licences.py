"""What is installed with the package is free to use, change and pass on, and docs/licences.md lists it."""

from __future__ import annotations

import re
from importlib.metadata import distribution, requires
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "licences.md").read_text("utf-8")

FREE = re.compile(r"MIT|BSD|Apache|ISC|MPL|PSF|Python Software Foundation|HPND|Unlicense", re.IGNORECASE)


def needed() -> list[str]:
    """Names of what the package itself requires, without extras."""
    return sorted(
        re.split(r"[\s<>=!~;\[(]", line, maxsplit=1)[0] for line in requires("siting") or () if "extra ==" not in line
    )


def licence_of(name: str) -> str:
    """Licence as a distribution states it: by its expression, its classifiers or its field."""
    about = distribution(name).metadata
    classifiers = [line.rpartition("::")[2].strip() for line in about.get_all("Classifier") or () if "License" in line]
    stated = about.get("License-Expression") or "; ".join(classifiers) or about.get("License") or ""
    return stated.splitlines()[0] if stated else ""


@pytest.mark.parametrize("name", needed())
def test_dependency_is_free_and_listed(name: str) -> None:
    assert FREE.search(licence_of(name)), f"{name}: {licence_of(name)!r}"
    assert re.search(rf"^\| {re.escape(name)} \|", PAGE, flags=re.MULTILINE | re.IGNORECASE), (
        f"{name} is not in docs/licences.md"
    )
