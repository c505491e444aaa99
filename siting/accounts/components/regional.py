"""Books of rules of single regions: fees on water, prices on power, payments to communities, and the limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.book import Book, CostTerm, Finding, Term
from siting.accounts.numbers import Books
from siting.text import N_


def costs(n: Books) -> Iterator[Term]:
    """Fees on water, leased work's too, payments by IT power, and the locational price on what is drawn."""
    fee, payment = n["regional.water_fee_usd_per_m3"], n["regional.payment_usd_per_mw_yr"]
    adder = n["regional.power_adder_usd_per_mwh"]
    if fee.any() or payment.any() or adder.any():
        yield "regional_fees.water_fee", fee[:, None] * (n.water() + n.leased_water())
        yield "regional_fees.community_payment", payment[:, None] * n["installed_mw"].sum(axis=(1, 2))
        yield "regional_fees.locational_price", adder[:, None] * n.yearly(n["draw_mw"])


def checks(n: Books) -> Iterator[Finding]:
    """Connections, water and IT power in each region."""
    there = n["regional.inside_count"]
    connected, drawn, standing = (
        there.T @ values
        for values in (n["connection_mw"], n.water() + n.leased_water(), n["installed_mw"].sum(axis=(1, 2)))
    )
    for place, rule in enumerate(n.policy.regional):
        for name, most, used in (
            ("connections", rule.connected_max_mw, connected[place]),
            ("water", rule.water_cap_m3_per_yr, drawn[place]),
        ):
            if most is not None:
                yield f"{name} in {rule}", ("period",), used - most, np.full_like(used, most)
        if rule.it_min_mw is not None and there[:, place].any():
            least = rule.it_min_mw
            yield f"IT power in {rule}", ("period",), least - standing[place], np.full_like(standing[place], least)


BOOK = Book(
    cost_terms=(
        CostTerm("regional_fees.water_fee", kind="operating", is_price_of_power=False),
        CostTerm("regional_fees.community_payment", kind="operating", is_price_of_power=False),
        CostTerm("regional_fees.locational_price", kind="operating", is_price_of_power=True),
    ),
    costs=costs,
    checks=checks,
    term_labels={
        "regional_fees": N_("Rules of regions"),
        "water_fee": N_("fee on water"),
        "community_payment": N_("payment to communities"),
        "locational_price": N_("locational price of power"),
        "water authorities": N_("Water authorities"),
        "communities": N_("Communities"),
    },
)
