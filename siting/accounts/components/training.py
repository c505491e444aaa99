"""Books of the training clusters: the racks that they run on are paid for there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from siting.accounts.book import Book, Finding, Term
from siting.accounts.numbers import Books

if TYPE_CHECKING:
    from siting.case.solution import Solution


def checks(n: Books) -> Iterator[Finding]:
    """All clusters are placed, whole, and stay where they are."""
    placed = n["training.training_cluster_pflop"] * n["clusters_count"]
    missed, scale = np.abs(n["training_pflop"] - placed), np.maximum(n["training_pflop"], placed)
    yield "training in whole clusters", ("site", "period"), missed, scale
    needed = n["training.clusters_needed_count"]
    yield "clusters placed", ("period",), np.abs(n["clusters_count"].sum(axis=0) - needed), np.ones_like(needed)
    moved = -np.diff(n["clusters_count"], axis=1) * (np.diff(needed) >= 0)
    moved = np.concatenate([np.zeros_like(n["clusters_count"][:, :1]), moved], axis=1)
    yield "a cluster stays where it is", ("site", "period"), moved, np.ones_like(moved)


def hourly(n: Books, _: Solution) -> Iterator[Term]:
    """Training, the same in every hour."""
    yield "training_pflop", n["training_pflop"][..., None] * np.ones_like(n["draw_mw"])


BOOK = Book(checks=checks, whole=("clusters_count",), hourly=hourly)
