"""A plan of one site, as the master problem sees it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from siting.case import Array
from siting.models.model import Model
from siting.models.partition import partition
from siting.models.pieces import Piece, Pieces


@dataclasses.dataclass(frozen=True)
class SitePlan:
    """What a plan of one site costs, and what it brings to what sites share.

    Parameters
    ----------
    site : int
        Position of the site among the pieces.
    cost : float
        In the scale of the standard form, without prices of shared rows.
    link : ndarray
        What it adds to each row that sites share.
    size_mw : float
        Its installed power.
    counts : ndarray
        Its integer columns, in the order of `Piece.whole`.
    """

    site: int
    cost: float
    link: Array
    size_mw: float
    counts: Array

    @classmethod
    def of(cls, site: int, piece: Piece, values: Array) -> SitePlan:
        """Read it from the values of a site's columns."""
        return cls(
            site, float(piece.cost @ values), piece.link @ values, float(piece.size @ values), values[piece.counted]
        )


def plans_of(values: Array, model: Model, pieces: Pieces) -> Iterator[SitePlan]:
    """Take a plan of some sites apart into plans of single ones.

    Parameters
    ----------
    values : ndarray
        The plan, by column of the model.
    model : Model
        The model of these sites.
    pieces : Pieces
        Of these sites or more.
    """
    parts = partition(model)
    place = {piece.site: i for i, piece in enumerate(pieces.sites)}
    for here, site in enumerate(parts.sites):
        if site in place:
            yield SitePlan.of(place[site], pieces.sites[place[site]], values[parts.site_named == here])
