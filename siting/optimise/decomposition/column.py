"""A plan of one site, as the master problem sees it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from siting.case.case import Array
from siting.models.assembly.model import Model
from siting.optimise.decomposition.blocks import BlockAngularForm, SiteBlock
from siting.optimise.decomposition.linking_rows import partition


@dataclasses.dataclass(frozen=True)
class Column:
    """What a plan of one site costs, and what it brings to what sites share.

    Parameters
    ----------
    site : int
        Position of the site among the blocks.
    cost : float
        In the scale of the standard form, without prices of shared rows.
    link : ndarray
        What it adds to each row that sites share.
    size_mw : float
        Its installed power.
    counts : ndarray
        Its integer columns, in the order of `SiteBlock.whole`.
    """

    site: int
    cost: float
    link: Array
    size_mw: float
    counts: Array

    @classmethod
    def of(cls, site: int, block: SiteBlock, values: Array) -> Column:
        """Read it from the values of a site's columns."""
        return cls(
            site, float(block.cost @ values), block.link @ values, float(block.size @ values), values[block.counted]
        )


def columns_of(values: Array, model: Model, blocks: BlockAngularForm) -> Iterator[Column]:
    """Take a plan of some sites apart into plans of single ones.

    Parameters
    ----------
    values : ndarray
        The plan, by column of the model.
    model : Model
        The model of these sites.
    blocks : BlockAngularForm
        Of these sites or more.
    """
    parts = partition(model)
    place = {block.site: i for i, block in enumerate(blocks.sites)}
    for here, site in enumerate(parts.sites):
        if site in place:
            yield Column.of(place[site], blocks.sites[place[site]], values[parts.site_named == here])
