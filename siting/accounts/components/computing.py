"""Books of the work that computers do: it costs power, which others pay for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, Finding
from siting.accounts.numbers import Books


def checks(n: Books) -> Iterator[Finding]:
    """Work done is work taken on, within what is installed."""
    work = n["work_pflop"].sum(axis=(1, 2))
    if n.has("unserved_pflop"):
        work = work + n["unserved_pflop"]
    asked = n.inference() + n.batch() + n.training()
    yield "compute", ("site", "period", "hour"), np.abs(work - asked), np.maximum(work, asked)
    useful = n["computing.availability_fraction"] * n["computing.compute_pflop_per_mw"]
    able = (useful * n["computing.carried_fraction"])[..., None] * n["installed_mw"]
    yield (
        "work within installed",
        ("site", "cooling", "rack", "period", "hour"),
        n["work_pflop"] - able[..., None],
        np.broadcast_to(able[..., None], n["work_pflop"].shape),
    )


BOOK = Book(checks=checks)
