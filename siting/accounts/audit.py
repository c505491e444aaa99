"""The audit: every balance, limit and cost of a plan, worked out again with numpy from its numbers alone.

Nothing here reads the optimisation model. Each check restates one relation between the case and the
decisions, in the words of the component's equations, and reports by how much the plan misses it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from siting.accounts import books
from siting.accounts.accounts import METHODS, cost_terms, power_terms
from siting.accounts.after_tax import after_tax
from siting.accounts.book import Finding
from siting.accounts.cash_flow import cash_flow
from siting.accounts.numbers import Books
from siting.case.case import KEY_OF_AXIS, Case
from siting.case.solution import Solution

TOLERANCE_FRACTION = 1e-6
"""Largest relative residual of a plan that is accepted."""


class AuditError(RuntimeError):
    """A plan that does not add up."""


@dataclasses.dataclass(frozen=True)
class Audit:
    """Residuals of a plan.

    Parameters
    ----------
    residuals : DataFrame
        One row a balance: ``balance``, ``residual_fraction`` (largest miss over the size of the terms),
        ``worst_key`` (where).
    """

    residuals: pd.DataFrame

    def raise_for_residuals(self) -> None:
        """Refuse a plan that does not add up.

        Raises
        ------
        AuditError
            If any residual is above the tolerance; the message names each.
        """
        bad = self.residuals[~(self.residuals["residual_fraction"] <= TOLERANCE_FRACTION)]
        if len(bad):
            lines = [
                f"{balance}: off by {residual:.2e} of its terms at {where or 'the total'}"
                for balance, residual, where in bad.to_numpy()
            ]
            raise AuditError("the plan does not add up:\n" + "\n".join(lines))

    @property
    def largest(self) -> float:
        """Largest relative residual."""
        return float(self.residuals["residual_fraction"].max())


def audit(case: Case, solution: Solution, objective_usd: float) -> Audit:
    """Recompute a plan from its numbers.

    Parameters
    ----------
    case : Case
        The numbers that went in.
    solution : Solution
        The decisions that came out, and the terms that the model says they cost.
    objective_usd : float
        The model's own present value [USD].
    """
    checked = _Checked(case, solution, objective_usd)
    rows = []
    for check in CHECKS:
        for balance, axes, missed, scale in check(checked):
            relative = np.maximum(missed, 0) / np.maximum(scale, 1.0)
            relative = np.where(np.isnan(relative), np.inf, relative)
            worst, where = float(relative.max(initial=0.0)), ""
            if worst > 0:
                place = np.unravel_index(int(np.argmax(relative)), relative.shape)
                members = zip(axes, place, strict=True)
                where = ", ".join(f"{KEY_OF_AXIS[axis]}={case.axes[axis][i]}" for axis, i in members)
            rows.append({"balance": balance, "residual_fraction": worst, "worst_key": where})
    return Audit(pd.DataFrame(rows))


class _Checked(Books):
    """The plan's numbers, with what the model says of them."""

    def __init__(self, case: Case, solution: Solution, objective_usd: float) -> None:
        super().__init__(case, solution.decisions)
        self.solution = solution
        self.objective_usd = objective_usd


def _signs(n: _Checked) -> Iterator[Finding]:
    """Nothing is negative, infinite or missing."""
    for name, field in sorted(n.decisions.items()):  # in an order that a plan read back has too
        wrong = np.where(np.isfinite(field.values), -field.values, np.inf)
        yield f"{name} is not negative", field.axes, wrong, np.ones_like(wrong)


def _whole(n: _Checked) -> Iterator[Finding]:
    """Modules, racks and whatever else cannot be split come in whole numbers."""
    for name in (name for book in books.all_books() for name in book.whole):
        if n.has(name):
            field = n.decisions[name]
            missed = np.abs(field.values - np.round(field.values))
            yield f"{name} is whole", field.axes, missed, np.ones_like(missed)


def _components(n: _Checked) -> Iterator[Finding]:
    """The balances and limits of each component."""
    for book in books.all_books():
        yield from book.checks(n)


def _power(n: _Checked) -> Iterator[Finding]:
    """What comes through the meter and out of the battery is what computers and cooling take."""
    supply, taken = np.zeros_like(n["draw_mw"]), np.zeros_like(n["draw_mw"])
    for book in books.all_books():
        for _, power in book.powers(n):
            supply, taken = supply + np.maximum(power, 0), taken + np.maximum(-power, 0)
        supply = sum((n[name] for name in book.gives if n.has(name)), supply)
        taken = sum((n[name] for name in book.takes if n.has(name)), taken)
    yield "power", ("site", "period", "hour"), np.abs(supply - taken), np.maximum(supply, taken)


def _kept(n: _Checked) -> Iterator[Finding]:
    """What is paid over its life or its term does not shrink from one period to the next."""
    for name in (name for book in books.all_books() for name in book.kept):
        if n.has(name):
            axes, sizes = n.decisions[name].axes, n[name]
            before = np.concatenate([np.zeros_like(sizes[..., :1]), sizes[..., :-1]], axis=-1)
            yield f"{name} is kept", axes, before - sizes, before


def _accounts(n: _Checked) -> Iterator[Finding]:
    """Each printed term is what the decisions cost, emit and drink; together they are the objective."""
    recorded = {
        name.removeprefix("cost_usd_per_yr/"): field.values
        for name, field in n.solution.values.items()
        if name.startswith("cost_usd_per_yr/")
    }
    total = np.zeros_like(n["open_count"])
    for name, again in cost_terms(n):
        told = recorded.pop(name, np.zeros_like(total))
        total = total + again
        yield f"cost {name}", ("site", "period"), np.abs(again - told), np.maximum(np.abs(again), np.abs(told))
    for name, told in recorded.items():
        yield f"cost {name}", ("site", "period"), np.abs(told), np.zeros_like(told)
    for method in METHODS:
        told = n.solution.total(f"carbon_{method}_t_per_yr")
        again = books.carbon(n, method)
        yield f"carbon {method}", ("site", "period"), np.abs(again - told), np.maximum(np.abs(again), np.abs(told))
    told, again = n.solution.total("water_m3_per_yr"), n.water() + n.leased_water()
    yield "water", ("site", "period"), np.abs(again - told), np.maximum(again, told)
    worth = np.array(float((total * n["finance.present_value_ratio"]).sum()))
    yield "objective", (), np.abs(worth - n.objective_usd), np.abs(worth)
    for name, power in power_terms(n):
        told = n.solution.values[f"power_mw/{name}"].values
        yield f"power {name}", ("site", "period", "hour"), np.abs(power - told), np.abs(power)


def _money(n: _Checked) -> Iterator[Finding]:
    """The cash flow, which buys assets instead of paying annuities, is worth the objective, after tax too.

    The objective is what is paid, taxes with it, and what nobody charges; revenue less what is paid is the net present
    value.
    """
    flows = cash_flow(n.case, n.solution)
    discount = flows["discount_factor_ratio"].to_numpy(float)
    revenue, shadow = (float(flows[name].to_numpy(float) @ discount) for name in ("revenue_usd", "shadow_usd"))
    if n.case.study.finance.is_after_tax:
        name, net = "cash flow after tax", after_tax(n.case, n.solution, flows)["net_after_tax_usd"]
    else:
        name, net = "cash flow", flows["net_usd"]
    worth = np.array(revenue - float(net.to_numpy(float) @ discount) + shadow)
    yield name, (), np.abs(worth - n.objective_usd), np.abs(worth)


CHECKS: tuple[Callable[[_Checked], Iterator[Finding]], ...] = (
    _signs,
    _whole,
    _components,
    _power,
    _kept,
    _accounts,
    _money,
)
"""The checks, from the ground up."""
