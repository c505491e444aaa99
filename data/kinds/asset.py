"""What kind of asset a component buys: how long it lives, and how tax law sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from siting.case.annuities import capital_recovery
from siting.case.case import Field
from siting.data.kinds.number import Number, taken, worked_out

__all__ = ["Asset"]

_RATE = "finance.discount_rate_fraction"
_ALL_OF_IT = Number(neutral=1.0)


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
    is_real_property : bool
        Whether property tax is paid on it.
    bears_sales_tax : bool
        Whether sales tax comes on top of its price.
    """

    life: Number
    recovery: Number
    equipment: Number = _ALL_OF_IT
    is_real_property: bool = False
    bears_sales_tax: bool = False

    def numbers(self, name: str) -> dict[str, Number]:
        """Return what there is to know of it.

        Parameters
        ----------
        name : str
            Name of the asset, with its component: ``racks.rack``.
        """
        return {
            f"{name}_life_yr": self.life,
            f"{name}_annuity_per_yr": worked_out(*self.life.axes, inputs=(_RATE, *self.life.inputs), neutral=None),
            f"{name}_equipment_fraction": self.equipment,
            f"{name}_equipment_recovery_yr": self.recovery,
            f"{name}_building_recovery_yr": taken("finance.shell_recovery_yr", neutral=39.0),
            f"{name}_real_property_fraction": Number(neutral=float(self.is_real_property)),
            f"{name}_sales_taxed_fraction": Number(neutral=float(self.bears_sales_tax)),
        }

    def follows(self, name: str, fields: Mapping[str, Field]) -> dict[str, Field]:
        """Return those numbers that no study can change, and the yearly payment for one dollar of it [1/yr].

        Parameters
        ----------
        name : str
            Name of the asset.
        fields : mapping of str to Field
            Its life, and the discount rate.
        """
        rate, lives = float(fields["finance.discount_rate_per_yr"].values), fields[f"{name}_life_yr"]
        annuities = np.array([capital_recovery(rate, life) for life in lives.values.ravel()])
        fixed = {
            known: Field((), np.array(number.neutral))
            for known, number in self.numbers(name).items()
            if not number.inputs
        }
        return fixed | {f"{name}_annuity_per_yr": Field(lives.axes, annuities.reshape(lives.values.shape))}
