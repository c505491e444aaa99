"""What is bought is stated once: payments, annuities and what the model posts all follow from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import solve_assembly, tiny_case

from siting.accounts.numbers import Books
from siting.accounts.purchase import Purchase, bought
from siting.case.annuities import salvage_ratio
from siting.case.case import Array
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.ledgers import Scope
from siting.models.compiler.algebra import Block


def of(n: Books, price: list[float], given_up: Array) -> Purchase:
    """A purchase of racks at one site."""
    (purchase,) = bought(n, "racks.capital", "racks.rack", np.array([[price]]), given_up[None, None])
    return purchase


def test_what_is_given_up_is_not_renewed() -> None:
    """Lives of 4 years in periods of 5 and 5: of 100 bought first, 40 are given up when the second begins.

    60 are paid in years 0, 4 and 8 and used for 4, 4 and 2 years; 40 in years 0 and 4, of which nothing is paid back
    when they are given up in year 5. Without interest a year costs a quarter of the 60, and a fifth of the 80 that the
    others come to: 31 in the first period, 15 in the second, and 7.50 more for the 30 bought then.
    """
    case = tiny_case(periods=((2030, 5), (2035, 5)), rack_life_yr=4)
    n = Books(case, {})
    purchase = of(n, [100.0, 30.0], np.array([[0.0, 40.0], [0.0, 0.0]]))
    paid = sorted((paid.start_yr, paid.used_yr, float(paid.price_usd[0])) for paid in purchase.payments(n))
    assert paid == [(0, 4, 40), (0, 4, 60), (4, 4, 40), (4, 4, 60), (5, 4, 30), (8, 2, 60), (9, 1, 30)]
    assert purchase.annuities(n).tolist() == [[31.0, 22.5]]


@settings(max_examples=25)
@given(
    rate=st.sampled_from([0.0, 0.04, 0.15]),
    lengths=st.lists(st.integers(1, 7), min_size=3, max_size=3),
    life_yr=st.integers(1, 9),
    seed=st.integers(0, 99),
)
def test_payments_are_worth_the_annuities(rate: float, lengths: list[int], life_yr: int, seed: int) -> None:
    """Whatever is given up when: what is paid less what it is worth in the end is what the annuities are worth."""
    starts = 2030 + np.cumsum([0, *lengths[:-1]])
    case = tiny_case(
        periods=tuple(zip(starts.tolist(), lengths, strict=True)), rate=rate, rack_life_yr=life_yr
    )  # fmt: skip
    n, random = Books(case, {}), np.random.default_rng(seed)
    price = random.uniform(0, 9, 3)
    given_up = np.triu(random.uniform(0, price[:, None] / 3, (3, 3)), k=1)
    purchase = of(n, price.tolist(), given_up)
    worth = 0.0
    for paid in purchase.payments(n):
        salvage = salvage_ratio(rate, life_yr, paid.used_yr) * (1 + rate) ** -paid.used_yr
        worth += float(paid.price_usd[0]) * (1 + rate) ** -paid.start_yr * (1 - salvage)
    annuities = float((purchase.annuities(n) * case.values("finance.present_value_ratio")).sum())
    assert worth == pytest.approx(annuities)


class Old(Component):
    """Buys for 100 USD in the first period and 30 in the second, when 40 of the first are given up."""

    scope = Scope.SYSTEM

    def declare(self, block: Block, assembly: Assembly) -> None:
        """Buy the same whatever is decided."""
        m = assembly.model
        size = assembly.variable(block, "size_count", m.SITE, m.RACK, m.PERIOD, bounds=(1, 1))
        price = {2030: 100.0, 2035: 30.0}
        assembly.purchases.buys(
            self,
            "capital",
            "racks.rack",
            lambda s, r, v: price[v] * size[s, r, v],
            receiver="equipment makers",
            kinds=m.RACK,
            given_up=lambda s, r, v, _e: 40.0 * size[s, r, v],
        )


def test_the_model_pays_what_the_books_say() -> None:
    """Five years of 31 and five of 22.50 USD, as above."""
    case = tiny_case(periods=((2030, 5), (2035, 5)), rack_life_yr=4)
    assert solve_assembly(Assembly(case, [Old])) == pytest.approx(5 * 31 + 5 * 22.5)
