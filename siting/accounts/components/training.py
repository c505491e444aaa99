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
    """All clusters are placed, whole, where they may be and on their fabric; they stay, and run their months."""
    by, training = ("site", "job", "period"), n["training_pflop"]
    placed = n["training.training_cluster_pflop"][:, None] * n["clusters_count"]
    yield "training in whole clusters", by, np.abs(training - placed), np.maximum(training, placed)
    needed = n["training.clusters_needed_count"]
    yield "clusters placed", by[1:], np.abs(n["clusters_count"].sum(axis=0) - needed), np.ones_like(needed)
    moved = -np.diff(n["clusters_count"], axis=-1) * (np.diff(needed) >= 0)
    moved = np.concatenate([np.zeros_like(n["clusters_count"][..., :1]), moved], axis=-1)
    yield "a cluster stays where it is", by, moved, np.ones_like(moved)
    abroad = n["clusters_count"] * (n["training.job_resident_count"] == 0)[..., None]
    yield "clusters where they may be", by, abroad, np.ones_like(abroad)
    fits = n["training.fabric_count"]
    useful = (
        n["computing.availability_fraction"] * n["computing.compute_pflop_per_mw"] * n["computing.carried_fraction"]
    )
    able = np.einsum("jr,skr,skry->sjy", fits, useful, n["installed_mw"])
    within = (fits[None, :, :] <= fits[:, None, :]).all(axis=-1)
    on_it = np.einsum("ij,sjy->siy", within, training)
    yield "clusters on their fabric", by, on_it - able, able
    if n.has("paused_pflop"):
        paused, rests = n["paused_pflop"], 1 - n["training.run_fraction"]
        beyond = paused - training[..., None]
        yield "pauses within training", (*by, "hour"), beyond, np.broadcast_to(training[..., None], beyond.shape)
        wanted = rests[:, None] * n.weight.sum() * training
        yield "clusters run their months", by, np.abs(n.yearly(paused) - wanted), wanted


def hourly(n: Books, _: Solution) -> Iterator[Term]:
    """Training, in the hours in which it runs."""
    yield "training_pflop", n.training()


BOOK = Book(checks=checks, whole=("clusters_count",), hourly=hourly)
