"""Books of the sites: land, and the works that open them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, Term
from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.case import Array
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """Land, which keeps its value, at the discount rate."""
    (land_usd,) = held(n)
    yield "placement.land", n["finance.discount_rate_per_yr"] * n["finance.annuity_ratio"] * land_usd


def purchases(n: Books) -> Iterator[Purchase]:
    """Site works, once, over the whole horizon."""
    opened = np.diff(n["open_count"], axis=1, prepend=0)
    price_usd = opened * n["placement.fixed_site_usd"][:, None]
    yield from bought(n, "placement.site_preparation", "placement.site", price_usd)


def held(n: Books) -> Iterator[Array]:
    """Land."""
    yield n["placement.land_usd_per_ha"][:, None] * n["area_ha"]


def checks(n: Books) -> Iterator[Finding]:
    """An open site stays open, on land that can be had; as many are open as the study allows."""
    opened = n["open_count"]
    yield "a site stays open", ("site", "period"), -np.diff(opened, axis=1, prepend=0), np.ones_like(opened)
    area, land = n["area_ha"], n["placement.land_available_ha"][:, None] * opened
    yield "land that can be had", ("site", "period"), area - land, area
    count = opened.sum(axis=0)
    yield "enough sites", ("period",), n.policy.sites_min_count - count, np.ones_like(count)
    if n.policy.sites_max_count is not None:
        yield "few enough sites", ("period",), count - n.policy.sites_max_count, np.ones_like(count)
    excluded = np.isin(np.array(n.case.axes["site"]), list(n.policy.excluded_sites))
    yield "barred sites stay closed", ("site", "period"), opened * n["placement.barred_count"], np.ones_like(opened)
    refused = opened * n["placement.refused_count"][:, None]
    yield "refused sites stay closed", ("site", "period"), refused, np.ones_like(opened)
    yield "excluded sites stay closed", ("site", "period"), opened * excluded[:, None], np.ones_like(opened)


BOOK = Book(
    cost_terms=(
        CostTerm("placement.land", kind="operating", is_price_of_power=False),
        CostTerm("placement.site_preparation", kind="capital", is_price_of_power=False),
    ),
    costs=costs,
    purchases=purchases,
    held=held,
    checks=checks,
    whole=("open_count",),
    column_labels={"land_usd_per_ha": N_("Land price")},
    term_labels={
        "placement": N_("Land and site works"),
        "land": N_("land"),
        "site_preparation": N_("site preparation"),
        "landowners": N_("Landowners"),
    },
)
