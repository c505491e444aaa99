"""What components buy, and what is paid for it every year."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

import pyomo.environ as pyo

from siting.case.case import Case
from siting.models.assembly.ledgers import Ledger, Poster, Spending
from siting.models.assembly.periods import Periods
from siting.models.compiler.algebra import Amount, Axis, Coefficient, Datum, Expression, Indexed, T, total
from siting.models.compiler.members import M, Member


@dataclasses.dataclass(frozen=True)
class Bought:
    """What a component buys, as `Assembly.buys` takes it.

    Parameters
    ----------
    component, label : str
        Who buys, and the name of the term.
    asset : str
        Name of the kind of asset in the case.
    price, given_up : callable
        What is bought, and what of it is given up [USD].
    kinds : Set, optional
        Kinds that have lives of their own.
    """

    component: str
    label: str
    asset: str
    price: Callable[..., Expression]
    kinds: Axis[Any] | None = None
    given_up: Callable[..., Amount] | None = None


class Statements(Protocol):
    """What purchases ask of the model that they are part of: its numbers, sums over its sets, and its accounts."""

    case: Case
    periods: Periods

    @property
    def ledgers(self) -> Mapping[str, Ledger]:
        """The accounts, by name."""

    def number(self, name: str) -> Coefficient:
        """Return a field of the case that is one number."""

    def numbers(self, name: str) -> Indexed[Datum]:
        """Return a field of the case over axes."""

    def sum_over(self, members: Axis[M], rule: Callable[[M], T]) -> T:
        """Sum what a rule gives at each member of a set."""


class Purchases:
    """What the components of a model buy and hold: what is paid for it, and what else is reckoned by its price.

    Parameters
    ----------
    model : Statements
        The model that they are part of.
    """

    def __init__(self, model: Statements) -> None:
        self._model = model
        self.bought: list[Bought] = []
        self.held: list[Callable[[str, float], Expression]] = []

    def buys(
        self,
        component: Poster,
        label: str,
        asset: str,
        price: Callable[..., Expression],
        *,
        receiver: str,
        kinds: Axis[Any] | None = None,
        given_up: Callable[..., Amount] | None = None,
    ) -> None:
        """Buy assets at the start of periods; what is paid for them every year follows, and posts itself.

        An asset is paid by an annuity over its life, renewed alike when its life ends, until it is given up or the
        horizon ends; what it is worth at the horizon's end is the annuities not yet paid. What is given up has no
        buyer: the rest of its last life is paid while it is used.

        Parameters
        ----------
        component : Poster
            Who buys.
        label : str
            Name of the term in the account of cost.
        asset : str
            Name of the kind of asset in the case, with its component: its life and its annuity go by that name.
        price : callable
            What is bought [USD], by site, member of `kinds` if there are kinds, and period of purchase.
        receiver : str
            Who is paid.
        kinds : Set, optional
            Kinds of this asset that have lives of their own.
        given_up : callable, optional
            Price of what was bought in a period and is given up at the start of a later one [USD]: by site, kind,
            period of purchase, and the year in which that later one starts. Nothing by default.
        """
        bought = Bought(component.name(), label, asset, price, kinds, given_up)
        self.bought.append(bought)
        whole = self._annuities(bought) if given_up is None else self.by_use(bought, f"{asset}_paid_per_yr")
        if pyo.value(self._model.case.values(f"{asset}_real_property_fraction")):
            self.held.append(lambda s, y: self.in_use_of_all_kinds(bought, s, y))
        self._model.ledgers["cost_usd_per_yr"].post(
            component, label, self._in_periods(whole), payer="operator", receiver=receiver, spending=Spending.CAPITAL
        )

    def holds(self, component: Poster, label: str, value: Callable[[str, float], Expression], *, receiver: str) -> None:
        """Hold property that keeps its value: a year of it costs its price times the discount rate.

        Parameters
        ----------
        component : Poster
            Who holds it.
        label : str
            Name of the term in the account of cost.
        value : callable
            What it is worth [USD], by site and period.
        receiver : str
            Who is paid.
        """
        rate = self._model.number("finance.discount_rate_per_yr")
        self.held.append(value)
        self._model.ledgers["cost_usd_per_yr"].post(
            component,
            label,
            self._in_periods(lambda s, y: rate * value(s, y)),
            payer="operator",
            receiver=receiver,
        )

    def _in_periods(self, annuities: Callable[[str, float], Amount]) -> Callable[[str, float], Amount]:
        """Rule of annuities as a period pays them: those of half-years are less than half of those of years."""
        if (self._model.case.values("finance.annuity_ratio") == 1).all():
            return annuities
        ratio = self._model.numbers("finance.annuity_ratio")
        return lambda s, y: ratio[y] * annuities(s, y)

    def _annuities(self, bought: Bought) -> Callable[[str, float], Amount]:
        """Rule of what is paid a year for what is never given up."""
        annuity, kinds = self.rate_of(f"{bought.asset}_annuity_per_yr"), bought.kinds

        def paid(s: str, y: float, *kind: Member) -> Expression:
            return annuity(s, *kind) * self.in_use(bought, s, y, *kind)

        return lambda s, y: paid(s, y) if kinds is None else self._model.sum_over(kinds, lambda kind: paid(s, y, kind))

    def by_use(self, bought: Bought, name: str, *last: Member) -> Callable[[str, float], Amount]:
        """Return the rule of what is paid a year for what is in use, at rates that depend on when it is given up.

        Parameters
        ----------
        bought : Bought
            What is bought.
        name : str
            Field of the rate [1/yr]: by site or the same at all, kind if there are kinds, period of purchase, and the
            year in which the use ends; and whatever comes last.
        *last : Member
            Members of the axes that come last.
        """
        numbers, at_sites = self._model.numbers(name), self._model.case.fields[name].axes[0] == "site"
        periods = self._model.periods
        end = periods.last_end()

        def rate(s: str, *use: Member) -> Datum:
            return numbers[s, *use, *last] if at_sites else numbers[*use, *last]

        def of_kind(s: str, y: float, *kind: Member) -> Amount:
            paid: Amount = total(
                rate(s, *kind, v, end) * bought.price(s, *kind, v) for v in self._model.periods.vintages(y)
            )
            if bought.given_up is None:
                return paid
            gone = bought.given_up

            def in_place_of_all(v: float, u: float) -> Amount:
                return (rate(s, *kind, v, u) - rate(s, *kind, v, end)) * gone(s, *kind, v, u)

            def of_last(v: float, u: float) -> Amount:
                return rate(s, *kind, v, end) * gone(s, *kind, v, u)

            return (
                paid
                + self._model.periods.sum_over_cut_short(y, in_place_of_all)
                - self._model.periods.sum_over_ended(y, of_last)
            )

        if bought.kinds is None:
            return of_kind
        kinds = bought.kinds
        return lambda s, y: self._model.sum_over(kinds, lambda kind: cast("Expression", of_kind(s, y, kind)))

    def in_use(self, bought: Bought, s: str, y: float, *kind: Member) -> Expression:
        """Return the price of what was bought up to a period and has not been given up [USD].

        Parameters
        ----------
        bought : Bought
            What is bought.
        s, y : str, float
            Site and period.
        *kind : Member
            The kind, if there are kinds.
        """
        periods, gone = self._model.periods, bought.given_up
        held = total(bought.price(s, *kind, v) for v in periods.vintages(y))
        return held if gone is None else held - periods.sum_over_ended(y, lambda v, u: gone(s, *kind, v, u))

    def in_use_of_all_kinds(self, bought: Bought, s: str, y: float) -> Expression:
        """Return the price of what was bought up to a period and has not been given up, of all kinds together [USD].

        Parameters
        ----------
        bought : Bought
            What is bought.
        s, y : str, float
            Site and period.
        """
        if bought.kinds is None:
            return self.in_use(bought, s, y)
        return self._model.sum_over(bought.kinds, lambda kind: self.in_use(bought, s, y, kind))

    def price_of_all_kinds(self, bought: Bought, s: str, v: float) -> Expression:
        """Return the price of what a period buys, of all kinds together [USD].

        Parameters
        ----------
        bought : Bought
            What is bought.
        s, v : str, float
            Site and period of purchase.
        """
        if bought.kinds is None:
            return bought.price(s, v)
        return self._model.sum_over(bought.kinds, lambda kind: bought.price(s, kind, v))

    def rate_of(self, name: str) -> Callable[..., Datum]:
        """Return the rule of a number of an asset, by site and, if there are kinds, by kind.

        Parameters
        ----------
        name : str
            A field of the case over nothing, over sites, or over kinds.
        """
        axes = self._model.case.fields[name].axes
        if not axes:
            same = self._model.number(name)
            return lambda *_key: cast("Datum", same)
        numbers, place = self._model.numbers(name), 0 if axes == ("site",) else 1
        return lambda *key: numbers[key[place]]
