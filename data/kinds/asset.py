"""What kind of asset a component buys: how long it lives, and how tax law sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from siting.case.annuities import HALF_YR, annuity_worth, capital_recovery, paid_at
from siting.case.case import Array, Field
from siting.data.kinds.asset_taxes import Law, by_year, relief, uses
from siting.data.kinds.choice import Choice
from siting.data.kinds.number import Number, taken, worked_out
from siting.quantities import bare_name

__all__ = ["Asset"]

_RATE = "finance.discount_rate_fraction"
_ALL_OF_IT = Number(neutral=1.0)
_AT_ONCE = Number(neutral=0.0)
_TAXED = ("taxes.income_tax_fraction", "taxes.sales_tax_fraction", "finance.federal_income_tax_fraction")

INCENTIVES = {
    "credited": "income_tax_credit",
    "exempted": "sales_tax_exemption",
    "abated": "property_tax_abatement",
}
"""Kinds of incentive, by what becomes of the price or of its tax."""

ALL_ASSETS = "all"
"""What the table of incentives calls all assets."""

TAXES = ("sales_tax", "purchase_tax")
"""Taxes on a dollar of an asset, a year of its use: sales tax, and what it changes of the income tax."""


@dataclass(frozen=True)
class Asset:
    """A kind of asset; all that follows from it is a number of the case, by the asset's name and a suffix.

    Parameters
    ----------
    life : Number
        Its life [yr]; its axes are those of the kinds that have lives of their own.
    recovery : Number
        Years over which tax law writes off equipment of this kind.
    equipment : Number
        Share of its price that is equipment; the rest is a building.
    lead : Number
        Whole years from its payment to its first use, as a mean over what is paid while it is built.
    is_real_property : bool
        Whether property tax is paid on it.
    bears_sales_tax : bool
        Whether sales tax comes on top of its price.
    prices : str
        Field of what it costs in each step of the horizon, by kind, over anything; the same in all if empty. What has
        prices by year may also be given up before the horizon ends.
    """

    life: Number
    recovery: Number
    equipment: Number = _ALL_OF_IT
    lead: Number = _AT_ONCE
    is_real_property: bool = False
    bears_sales_tax: bool = False
    prices: str = ""

    def numbers(self, name: str) -> dict[str, Number]:
        """Return what there is to know of it.

        Parameters
        ----------
        name : str
            Name of the asset, with its component: ``racks.rack``.
        """
        of_taxes, by_use = _axes_of_taxes(self.life.axes), (*self.life.axes, "period", "until")
        granted = worked_out("incentive", inputs=("incentives.rate_fraction", "incentives.kind", "incentives.asset"))
        to_money = worked_out(*by_use, inputs=(_RATE, *self.life.inputs), neutral=None)
        return {
            f"{name}_life_yr": self.life,
            f"{name}_annuity_per_yr": worked_out(*self.life.axes, inputs=(_RATE, *self.life.inputs), neutral=None),
            f"{name}_lead_yr": self.lead,
            f"{name}_equipment_fraction": self.equipment,
            f"{name}_equipment_recovery_yr": self.recovery,
            f"{name}_building_recovery_yr": taken("finance.shell_recovery_yr", neutral=39.0),
            f"{name}_real_property_fraction": Number(neutral=float(self.is_real_property)),
            f"{name}_sales_taxed_fraction": Number(neutral=float(self.bears_sales_tax)),
            **({f"{name}_paid_per_yr": to_money} if self.prices else {}),
            **{f"{name}_{tax}_per_yr": worked_out(*of_taxes, inputs=_TAXED, neutral=None) for tax in TAXES},
            **{f"{name}_{share}_fraction": granted for share in INCENTIVES},
            f"{name}_relief_per_yr": worked_out(*of_taxes, "incentive", inputs=granted.inputs, neutral=None),
            f"{name}_abatement_per_yr": worked_out("site", "period", "incentive", inputs=granted.inputs, neutral=None),
        }

    def of_choice(self, name: str, choice: Choice) -> dict[str, Field]:
        """Return the share of its price, or of its tax, that each incentive gives.

        Parameters
        ----------
        name : str
            Name of the asset.
        choice : Choice
            What the study chooses.
        """
        rows = choice.tables["incentives"]
        about = rows["asset"].isin([ALL_ASSETS, bare_name(name)])
        shares = {
            share: rows["rate_fraction"].where(about & (rows["kind"] == kind), 0.0)
            for share, kind in INCENTIVES.items()
        }
        return {
            f"{name}_{share}_fraction": Field(("incentive",), rates.to_numpy(float)) for share, rates in shares.items()
        }

    def follows(self, name: str, fields: Mapping[str, Field]) -> dict[str, Field]:
        """Return those numbers that no study can change, and what a dollar of it costs a year [1/yr].

        That is its annuity, its taxes, and what incentives give of them.

        Parameters
        ----------
        name : str
            Name of the asset.
        fields : mapping of str to Field
            Its life, what tax law says, and the horizon.
        """
        return {
            **self._fixed(name),
            **self._annuities(name, fields),
            **self._taxes(name, fields),
            **self._abatements(name, fields),
        }

    def _fixed(self, name: str) -> dict[str, Field]:
        """What no study can change."""
        numbers = self.numbers(name).items()
        return {known: Field((), np.array(number.neutral)) for known, number in numbers if not number.inputs}

    def _annuities(self, name: str, fields: Mapping[str, Field]) -> dict[str, Field]:
        """The yearly payment for one dollar, which is paid before it is used; and while it is, if it is given up."""
        rate, lives = float(fields["finance.discount_rate_per_yr"].values), fields[f"{name}_life_yr"]
        lead = (1 + rate) ** self._number(name, "lead_yr", fields)
        annuities = np.array([capital_recovery(rate, life) * lead for life in lives.values.ravel()])
        annuity = annuities.reshape(lives.values.shape)
        found = {f"{name}_annuity_per_yr": Field(lives.axes, annuity)}
        if self.prices:
            paid = annuity[..., None, None] * paid_over_used(lives.values, fields, fields[self.prices].values, rate)
            found[f"{name}_paid_per_yr"] = Field((*lives.axes, "period", "until"), paid)
        return found

    def _taxes(self, name: str, fields: Mapping[str, Field]) -> dict[str, Field]:
        """Sales tax, what purchase and sale make of the income tax, and relief, as level amounts of the same worth."""
        lives, rate = fields[f"{name}_life_yr"], float(fields["finance.discount_rate_per_yr"].values)
        lead_yr, starts = int(self._number(name, "lead_yr", fields)), fields["finance.start_yr"].values
        ends, equipment = starts + fields["finance.length_yr"].values, self._number(name, "equipment_fraction", fields)
        parts = {"equipment": equipment, "building": 1 - equipment}
        law = Law(
            tuple((int(self._number(name, f"{part}_recovery_yr", fields)), share) for part, share in parts.items()),
            float(fields["finance.bonus_depreciation_fraction"].values),
            float(fields["finance.inflation_fraction"].values),
        )
        sales_tax = self._number(name, "sales_taxed_fraction", fields) * fields["finance.sales_tax_fraction"].values
        income_tax = income_tax_fraction(fields)
        placed, until_yr = fields["incentives.placed_count"].values, fields["incentives.until_yr"].values
        credit, exemption = (fields[f"{name}_{share}_fraction"].values for share in ("credited", "exempted"))
        shape = (2 + len(until_yr), len(sales_tax), len(starts), len(starts))
        prices = self._prices(lives, fields)
        step_yr = steps_yr(fields)
        worths = []
        for start, length in zip(starts.tolist(), fields["finance.length_yr"].values.tolist(), strict=True):
            ends_yr, paid_yr = paid_at(start, length)
            worths.append(paid_yr * (1 + rate) ** -ends_yr)
        kinds = [
            (life, tuple(price)) for life, price in zip(lives.values.ravel().tolist(), prices.tolist(), strict=True)
        ]
        by_life = {kind: np.zeros(shape) for kind in set(kinds)}
        for (life_yr, price), taxes in by_life.items():
            for use in uses(starts, ends, life_yr, np.array(price), step_yr):
                paid, written_off, sold = by_year(
                    use, law, rate=rate, life_yr=life_yr, lead_yr=lead_yr, sales_tax=sales_tax
                )
                level = float(np.sum(np.concatenate(worths[use.bought : use.until + 1])))
                taxes[0, :, use.bought, use.until] = paid / level
                taxes[1, :, use.bought, use.until] = (
                    income_tax * (sold - written_off) / level + 0.0
                )  # of -0.0 as stored
                credited, exempted = relief(
                    use, law, rate=rate, lead_yr=lead_yr, sales_tax=sales_tax, income_tax=income_tax, until_yr=until_yr
                )
                granted = placed * (credit * credited + exemption * exempted)
                taxes[2:, :, use.bought, use.until] = granted.T / level
        if lives.axes == ("site",):
            own = np.stack([by_life[kind][:, i] for i, kind in enumerate(kinds)], axis=1)
        elif lives.axes:
            own = np.zeros((*shape[:2], len(kinds), *shape[2:]))  # of no kinds, too
            for i, kind in enumerate(kinds):
                own[:, :, i] = by_life[kind]
        else:
            (own,) = by_life.values()
        axes = _axes_of_taxes(lives.axes)
        return {
            **{f"{name}_{tax}_per_yr": Field(axes, rates) for tax, rates in zip(TAXES, own[:2], strict=True)},
            f"{name}_relief_per_yr": Field((*axes, "incentive"), np.moveaxis(own[2:], 0, -1)),
        }

    def _abatements(self, name: str, fields: Mapping[str, Field]) -> dict[str, Field]:
        """What is spared of the property tax on one dollar in use, after tax on income."""
        rate, until_yr = float(fields["finance.discount_rate_per_yr"].values), fields["incentives.until_yr"].values
        taxed = self._number(name, "real_property_fraction", fields) * fields["finance.property_tax_fraction"].values
        abated = taxed[:, None] * fields[f"{name}_abated_fraction"].values
        held = np.array(
            [
                present_value_share(rate, until_yr - start, float(length))
                for start, length in zip(
                    fields["finance.start_yr"].values, fields["finance.length_yr"].values, strict=True
                )
            ]
        )
        kept = fields["incentives.placed_count"].values * (1 - income_tax_fraction(fields))[:, None]
        return {
            f"{name}_abatement_per_yr": Field(("site", "period", "incentive"), kept[:, None] * held * abated[:, None])
        }

    def _prices(self, lives: Field, fields: Mapping[str, Field]) -> Array:
        """Price of each kind in each year, over anything."""
        if self.prices:
            return fields[self.prices].values
        return np.ones((lives.values.size, round(fields["finance.length_yr"].values.sum() / steps_yr(fields))))

    def _number(self, name: str, suffix: str, fields: Mapping[str, Field]) -> float:
        """One number of the asset, stated or fixed."""
        known = self.numbers(name)[f"{name}_{suffix}"]
        return float(fields[f"{name}_{suffix}"].values) if known.inputs else float(known.neutral or 0.0)


def paid_over_used(lives_yr: Array, fields: Mapping[str, Field], prices: Array, rate: float = 0.0) -> Array:
    """Return what is paid for assets over what it would be if it were paid while they are used, at one price.

    The last of them lives on when it is given up, and is paid to the end of its life or the horizon's. Renewals cost
    what they cost in their year.

    Parameters
    ----------
    lives_yr : ndarray
        Lives [yr], by kind.
    fields : mapping of str to Field
        Start and length of each period.
    prices : ndarray
        Price in each step of the horizon, by kind and step.
    rate : float
        Discount rate (0 to 1) a year.

    Returns
    -------
    ndarray
        By kind, period of purchase, and end of use; 1 where no use is.
    """
    starts = fields["finance.start_yr"].values
    ends = starts + fields["finance.length_yr"].values

    def worth(first: float, last: float) -> float:
        return annuity_worth(rate, first, last - first)

    step_yr = steps_yr(fields)
    found = np.ones((len(lives_yr), len(starts), len(starts)))
    for kind, life_yr in enumerate(lives_yr.tolist()):
        for use in uses(starts, ends, life_yr, prices[kind], step_yr):
            start, lived, _ = use.payments[-1]
            paid = worth(starts[use.bought], start + lived)
            paid += sum((price - 1) * worth(year, year + yr) for year, yr, price in use.payments)
            found[kind, use.bought, use.until] = paid / worth(starts[use.bought], ends[use.until])
    return found


def steps_yr(fields: Mapping[str, Field]) -> float:
    """Return the steps from the first period's start in which others begin and end [yr]: a year, or half of one.

    Parameters
    ----------
    fields : mapping of str to Field
        Length of each period.
    """
    return 1 if (fields["finance.length_yr"].values % 1 == 0).all() else HALF_YR


def present_value_share(rate: float, first_yr: Array, length_yr: float) -> Array:
    """Return the share of the worth of level amounts over some years that the first of them have.

    Parameters
    ----------
    rate : float
        Discount rate (0 to 1) a year.
    first_yr : ndarray
        How many years are the first; none if negative.
    length_yr : float
        All years; half-years pay, where they are not whole.
    """
    ends_yr, step_yr = paid_at(0.0, length_yr)
    years, worth = ends_yr - step_yr, (1 + rate) ** -ends_yr
    share: Array = (worth * (years < first_yr[:, None])).sum(axis=1) / worth.sum()
    return share


def income_tax_fraction(fields: Mapping[str, Field]) -> Array:
    """Return what federation and state together take of income, by site: the state's tax comes off first.

    Parameters
    ----------
    fields : mapping of str to Field
        Both rates.
    """
    federal = float(fields["finance.federal_income_tax_fraction"].values)
    rate: Array = federal + fields["finance.income_tax_fraction"].values * (1 - federal)
    return rate


def _axes_of_taxes(axes: tuple[str, ...]) -> tuple[str, ...]:
    return ("site", *(axis for axis in axes if axis != "site"), "period", "until")
