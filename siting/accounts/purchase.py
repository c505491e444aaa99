"""What components buy: when it is paid and renewed, what it costs a year, and how tax law sees it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from siting.accounts.numbers import Books
from siting.case.annuities import annuity_worth, bought_anew, capital_recovery, lived_yr
from siting.case.case import Array

__all__ = ["Payment", "Purchase", "bought"]


class Payment(NamedTuple):
    """One time that assets are paid.

    Parameters
    ----------
    price_usd : ndarray
        Price, by site [USD].
    start_yr : float
        When: years from the start of the first period.
    used_yr : float
        For how long they live then, to the horizon's end at most.
    is_renewed : bool
        Whether they are paid again when that is over.
    """

    price_usd: Array
    start_yr: float
    used_yr: float
    is_renewed: bool


@dataclasses.dataclass(frozen=True)
class Purchase:
    """Assets of one kind and one life: bought, renewed alike when their life ends, sold when the horizon does.

    What is given up before is not renewed; nobody buys it, so that what is left of its life stays paid.

    Parameters
    ----------
    term : str
        Term of the cost ledger that has their annuities, ``component.term``.
    price_usd : ndarray
        Price of what is bought at the start of each period [USD], by site and period.
    given_up_usd : ndarray
        Price of what was bought in a period and is given up at the start of another [USD], by site, period of
        purchase and that other; what is not given up is used to the horizon's end.
    life_yr : float
        Life [yr].
    prices : ndarray
        Price in each step of the horizon, over anything: a renewal has that of its own.
    written_off : tuple of (float, float)
        Years over which tax law writes off which share of it; the shares sum to 1.
    lead_yr : int
        Years from payment to use.
    real_property_fraction : float
        Share of its price on which property tax is paid.
    sales_taxed_fraction : float
        Share of its price on which sales tax comes on top.
    sales_tax_per_yr, purchase_tax_per_yr : ndarray
        What the model pays of both taxes for a dollar a year [1/yr], by site, period of purchase, and period after
        which it is given up.
    relief_per_yr : ndarray
        What the model has of credits and exemptions, along a last axis of incentives.
    abatement_per_yr : ndarray
        What it has of abatements on a dollar in use, by site, period and incentive.
    credited_fraction, exempted_fraction, abated_fraction : ndarray
        Share of the price, and of the sales tax and the property tax on it, that each incentive gives.
    """

    term: str
    price_usd: Array
    given_up_usd: Array
    life_yr: float
    prices: Array
    written_off: tuple[tuple[float, float], ...]
    lead_yr: int
    real_property_fraction: float
    sales_taxed_fraction: float
    sales_tax_per_yr: Array
    purchase_tax_per_yr: Array
    relief_per_yr: Array
    abatement_per_yr: Array
    credited_fraction: Array
    exempted_fraction: Array
    abated_fraction: Array

    def in_use_usd(self) -> Array:
        """Return the price of what is in use [USD], by site and period."""
        in_use: Array = np.cumsum(self.price_usd - self.given_up_usd.sum(axis=1), axis=1)
        return in_use

    def by_use(self, rates_per_yr: Array) -> Array:
        """Return what is paid a year [USD/yr], by site and period, at rates that depend on when a use ends.

        Parameters
        ----------
        rates_per_yr : ndarray
            By site, period of purchase, and period after which it is given up.
        """
        until = np.concatenate([self.given_up_usd[:, :, 1:], np.zeros_like(self.given_up_usd[:, :, :1])], axis=2)
        until[:, :, -1] = self.price_usd - self.given_up_usd.sum(axis=2)
        count = until.shape[-1]
        yearly = rates_per_yr * until
        paid: Array = np.stack([yearly[:, : y + 1, y:].sum(axis=(1, 2)) for y in range(count)], axis=1)
        return paid

    def payments(self, n: Books) -> Iterator[Payment]:
        """Yield each time that something is paid.

        Parameters
        ----------
        n : Books
            The plan's numbers, of which the periods are read.
        """
        horizon = n.case.study.horizon
        first, end, step_yr = horizon.periods[0].year, horizon.end_year, horizon.step_yr
        starts, life_yr = [period.year for period in horizon.periods], lived_yr(self.life_yr, step_yr)
        for i, start in enumerate(starts):
            kept = self.price_usd[:, i] - self.given_up_usd[:, i].sum(axis=1)
            uses = [(kept, end), *((self.given_up_usd[:, i, e], starts[e]) for e in range(i + 1, len(starts)))]
            for price, until in uses:
                if not price.any():
                    continue
                for year in bought_anew(start, until, self.life_yr, step_yr):
                    used_yr = min(end - year, life_yr)
                    moved = self._price(year - first, step_yr) / self._price(start - first, step_yr)
                    yield Payment(moved * price, year - first, used_yr, is_renewed=year + life_yr < until)

    def _price(self, after_yr: float, step_yr: float) -> float:
        """Price some years after the first period's start, over anything."""
        return float(self.prices[round(after_yr / step_yr)])

    def annuities(self, n: Books) -> Array:
        """Return what is paid for them a year of their use [USD/yr], by site and period.

        Parameters
        ----------
        n : Books
            The plan's numbers, of which the periods and the discount rate are read.
        """
        rate, horizon = float(n["finance.discount_rate_per_yr"]), n.case.study.horizon
        periods, step_yr, first = horizon.periods, horizon.step_yr, horizon.periods[0].year
        annuity = capital_recovery(rate, self.life_yr) * (1 + rate) ** self.lead_yr
        yearly = np.zeros((1, len(periods), len(periods)))
        for i, bought_in in enumerate(periods):
            for j, last in enumerate(periods[i:], i):
                used_yr, start = last.end_year - bought_in.year, bought_in.year - first
                paid = 0.0
                for year in bought_anew(start, start + used_yr, self.life_yr, step_yr):
                    used = min(horizon.end_year - first - year, lived_yr(self.life_yr, step_yr))
                    moved = float(np.divide(self._price(year, step_yr), self._price(start, step_yr)))
                    paid += moved * annuity_worth(rate, year, used)
                yearly[0, i, j] = annuity * paid / annuity_worth(rate, start, used_yr)
        return self.by_use(yearly) * n["finance.annuity_ratio"]


def bought(
    n: Books,
    term: str,
    asset: str,
    price_usd: Array,
    given_up_usd: Array | None = None,
    prices: Array | None = None,
) -> Iterator[Purchase]:
    """Yield purchases of assets of one kind, one for each life that they have.

    Parameters
    ----------
    n : Books
        The plan's numbers, of which those of the asset are read.
    term : str
        Term of the cost ledger that has their annuities.
    asset : str
        Name of the kind of asset in the case, with its component.
    price_usd : ndarray
        Price of what is bought at the start of each period [USD]: by kind, if kinds have lives of their own, site and
        period.
    given_up_usd : ndarray, optional
        Of that, what is given up at the start of another period [USD], along a last axis; nothing by default.
    prices : ndarray, optional
        Price of each kind in each step of the horizon, over anything; the same in all by default.
    """
    lives, equipment = n[f"{asset}_life_yr"], float(n[f"{asset}_equipment_fraction"])
    parts = (
        (float(n[f"{asset}_equipment_recovery_yr"]), equipment),
        (float(n[f"{asset}_building_recovery_yr"]), 1 - equipment),
    )
    if given_up_usd is None:
        given_up_usd = np.zeros((*price_usd.shape, price_usd.shape[-1]))
    of_all: int | slice = slice(None)
    pieces = [(price_usd, given_up_usd, lives, of_all)]
    if n.case.fields[f"{asset}_life_yr"].axes == ("site",):
        alike = {life_yr: lives == life_yr for life_yr in sorted(set(lives.tolist()))}
        pieces = [
            (price_usd * at[:, None], given_up_usd * at[:, None, None], np.array(life_yr), of_all)
            for life_yr, at in alike.items()
        ]
    elif lives.ndim:
        pieces = list(zip(price_usd, given_up_usd, lives, range(len(lives)), strict=True))
    years_count = len(n.case.study.horizon.years)
    for price, given_up, life_yr, kind in pieces:
        yield Purchase(
            term=term,
            price_usd=price,
            given_up_usd=given_up,
            life_yr=float(life_yr),
            prices=np.ones(years_count) if prices is None else prices[kind],
            written_off=tuple((years, share) for years, share in parts if share),
            lead_yr=int(n[f"{asset}_lead_yr"]),
            real_property_fraction=float(n[f"{asset}_real_property_fraction"]),
            sales_taxed_fraction=float(n[f"{asset}_sales_taxed_fraction"]),
            sales_tax_per_yr=n[f"{asset}_sales_tax_per_yr"][:, kind],
            purchase_tax_per_yr=n[f"{asset}_purchase_tax_per_yr"][:, kind],
            relief_per_yr=n[f"{asset}_relief_per_yr"][:, kind],
            abatement_per_yr=n[f"{asset}_abatement_per_yr"],
            credited_fraction=n[f"{asset}_credited_fraction"],
            exempted_fraction=n[f"{asset}_exempted_fraction"],
            abated_fraction=n[f"{asset}_abated_fraction"],
        )
