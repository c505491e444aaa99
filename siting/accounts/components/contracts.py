"""Books of contracts for power, and of certificates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from siting.accounts.book import Book, CostTerm, Finding, Method, ResultTable, Term
from siting.accounts.numbers import Books
from siting.case.case import Field
from siting.case.price_years import margins
from siting.text import N_

if TYPE_CHECKING:
    from siting.case.solution import Solution

SMALL_FRACTION = 1e-6
"""Of what is drawn: the solver's rounding."""

MOST_RATIO = 100
"""Most contracted power of a kind, over the connection of the site, as the model has it."""


def costs(n: Books) -> Iterator[Term]:
    """All output at the strike price, a fee on what is delivered, what is sold again; certificates."""
    if n.has("contracted_mw"):
        paid, delivered = n.paid_output(), n["delivered_mw"]
        yield "contracts.purchase", np.einsum("spyh,sp,h->sy", paid, n["contracts.strike_usd_per_mwh"], n.weight)
        yield "contracts.delivery", np.einsum("spyh,sp,h->sy", delivered, n["contracts.delivery_usd_per_mwh"], n.weight)
        fetched = np.nan_to_num(n["contracts.resale_usd_per_mwh"])
        yield "contracts.resale", -np.einsum("spyh,sph,h->sy", n.sold(), fetched, n.weight)
    if n.has("virtual_mwh_per_yr"):
        paid_usd = n["contracts.virtual_usd_per_mwh"][:, None] * n["virtual_mwh_per_yr"]
        yield "virtual_contracts.settlement", paid_usd
    if n.has("certificates_mwh_per_yr"):
        yield "certificates.purchase", n["contracts.certificate_usd_per_mwh"] * n["certificates_mwh_per_yr"]


def carbon(n: Books, method: Method) -> Iterator[Term]:
    """What is claimed as clean counts as none in the market-based account."""
    if method == "market" and n.has("claimed_mwh_per_yr"):
        yield "certificates.claimed", -n.residual_t_per_mwh() * n["claimed_mwh_per_yr"]


def unclaimed(n: Books) -> Field:
    """Share of its market-based carbon that a further MWh of draw costs, at what a design claims.

    Where all that is drawn is claimed, it costs a certificate, if any are bought, and nothing if more is held.

    Parameters
    ----------
    n : Books
        Of the design, on its days.
    """
    shape = n["connection_mw"].shape
    if not n.has("claimed_mwh_per_yr"):
        return Field(("site", "period"), np.ones(shape))
    of_carbon = n["policy.carbon_price_usd_per_t"] * n.residual_t_per_mwh()
    paid = np.full(shape, float(n["contracts.certificate_usd_per_mwh"]))
    share = np.divide(paid, of_carbon, out=np.ones(shape), where=of_carbon > 0)
    of_all = np.where(_buys_certificates(n), np.minimum(share, 1.0), 0.0)
    return Field(("site", "period"), np.where(_claims_all(n), of_all, 1.0))


def of_year(design: Books, n: Books) -> dict[str, Field]:
    """What the year allows to claim: no more than is held, no more than is used; and the certificates bought for it.

    Certificates are bought once it is known what the year has used, where the design covers all of it by them.

    Parameters
    ----------
    design : Books
        Of the design, on its days.
    n : Books
        Of its year.
    """
    if not n.has("claimed_mwh_per_yr"):
        return {}
    by, used, bought = ("site", "period"), n.yearly(n["draw_mw"]), n["certificates_mwh_per_yr"]
    others = n.certified() - bought
    covers = _buys_certificates(design) & _claims_all(design)
    certificates = np.where(covers, np.maximum(used - others, 0.0), bought)
    return {
        "certificates_mwh_per_yr": Field(by, certificates),
        "claimed_mwh_per_yr": Field(by, np.minimum(others + certificates, used)),
    }


def _claims_all(n: Books) -> npt.NDArray[np.bool_]:
    """Whether all that is drawn is claimed, by site and period."""
    used = n.yearly(n["draw_mw"])
    return np.asarray((n["claimed_mwh_per_yr"] >= (1 - SMALL_FRACTION) * used) & (used > 0))


def _buys_certificates(n: Books) -> npt.NDArray[np.bool_]:
    """Whether certificates are bought, by site and period."""
    return np.asarray(n["certificates_mwh_per_yr"] > SMALL_FRACTION * n.yearly(n["draw_mw"]))


def checks(n: Books) -> Iterator[Finding]:
    """Contracts, deliveries, resale and claims within their limits."""
    if not n.has("contracted_mw"):
        return
    paid = n.paid_output()
    yield "delivered and curtailed within output", ("site", "contract", "period", "hour"), -n.sold(), paid
    used, sold = n.yearly(n["draw_mw"]), n.yearly(n.sold().sum(axis=1))
    yield "resale within its limit", ("site", "period"), sold - n["contracts.resale_limit_fraction"] * used, used
    unoffered = n["contracted_mw"] * ~n.case.has_output()[..., None]
    yield "contract is offered", ("site", "contract", "period"), unoffered, np.ones_like(unoffered)
    reach = MOST_RATIO * np.broadcast_to(n["connection_mw"][:, None], n["contracted_mw"].shape)
    yield "contracted within reach", ("site", "contract", "period"), n["contracted_mw"] - reach, reach
    if n.has("virtual_mwh_per_yr"):
        most = n["contracts.virtual_h_per_yr"][:, None] * n["connection_mw"]
        yield "virtual within reach", ("site", "period"), n["virtual_mwh_per_yr"] - most, most
    if n.has("claimed_mwh_per_yr"):
        claimed = n["claimed_mwh_per_yr"]
        held = n.certified()
        yield "claim is held", ("site", "period"), claimed - held, held
        yield "claim is used", ("site", "period"), claimed - used, used


def tables(n: Books) -> Iterator[ResultTable]:
    """What is contracted, could be produced, is delivered, sold or curtailed; certificates bought and claimed."""
    axes = ("site", "contract", "period")
    contracted, delivered = n.decided("contracted_mw", *axes), n.decided("delivered_mw", *axes, "hour")
    curtailed = n.decided("curtailed_mw", *axes, "hour")
    output_mwh = n.yearly(np.nan_to_num(n["contracts.output_fraction"]))
    paid_mwh, delivered_mwh = contracted.values * output_mwh[:, :, None], n.yearly(delivered.values)
    curtailed_mwh = n.yearly(curtailed.values)
    resold_mwh = np.maximum(paid_mwh - delivered_mwh - curtailed_mwh, 0.0)  # but for the solver's rounding
    yield ResultTable(
        "contracts",
        {
            "contracted_mw": contracted,
            "output_mwh_per_yr": Field(axes, paid_mwh),
            "delivered_mwh_per_yr": Field(axes, delivered_mwh),
            "resold_mwh_per_yr": Field(axes, resold_mwh),
            "curtailed_mwh_per_yr": Field(axes, curtailed_mwh),
        },
        beside=dict(
            zip(
                ("margin_usd_per_mwh", "margin_second_year_usd_per_mwh"),
                (Field(("site", "contract"), margin) for margin in margins(n.case)),
                strict=True,
            )
        ),
    )
    names = ("certificates_mwh_per_yr", "virtual_mwh_per_yr", "claimed_mwh_per_yr")
    yield ResultTable("certificates", {name: n.decided(name, "site", "period") for name in names})


def hourly(n: Books, _: Solution) -> Iterator[Term]:
    """What is delivered, by kind of plant; what is sold and curtailed."""
    kinds = n.case.tables["contracts"]["kind"].tolist()
    delivered = n.decided("delivered_mw", "site", "contract", "period", "hour").values
    for kind in dict.fromkeys(kinds):
        yield f"delivered_{kind}_mw", delivered[:, [i for i, other in enumerate(kinds) if other == kind]].sum(axis=1)
    resold = n.sold().sum(axis=1) if n.has("contracted_mw") else np.zeros_like(n["draw_mw"])
    yield "resold_mw", np.maximum(resold, 0.0)  # but for the solver's rounding
    yield "curtailed_mw", n.decided("curtailed_mw", "site", "contract", "period", "hour").values.sum(axis=1)


BOOK = Book(
    cost_terms=(
        CostTerm("contracts.purchase", kind="operating", is_price_of_power=True),
        CostTerm("contracts.delivery", kind="operating", is_price_of_power=True),
        CostTerm("contracts.resale", kind="operating", is_price_of_power=True),
        CostTerm("virtual_contracts.settlement", kind="operating", is_price_of_power=True),
        CostTerm("certificates.purchase", kind="operating", is_price_of_power=True),
    ),
    costs=costs,
    carbon=carbon,
    checks=checks,
    kept=("contracted_mw",),
    technology=(("contracts", "contract_id"), ("certificates", "certificate_id")),
    tables=tables,
    hourly=hourly,
    column_labels={
        "contracted_mw": N_("Contracted"),
        "virtual_mwh_per_yr": N_("From virtual contracts"),
        "strike_usd_per_mwh": N_("Strike"),
        "market_usd_per_mwh": N_("Market value"),
        "market_second_year_usd_per_mwh": N_("Market value, second year"),
        "margin_usd_per_mwh": N_("Margin"),
        "margin_second_year_usd_per_mwh": N_("Margin, second year"),
        "contracted_cfe_fraction": N_("From own contracts"),
        "curtailed_mw": N_("Curtailed"),
        "resold_mw": N_("Sold again"),
        "delivered_solar_mw": N_("Solar contracts"),
        "delivered_wind_mw": N_("Wind contracts"),
    },
    term_labels={
        "contracts": N_("Power contracts"),
        "certificates": N_("Certificates"),
        "virtual_contracts": N_("Virtual contracts"),
        "settlement": N_("settlement against the market"),
        "purchase": N_("purchase"),
        "delivery": N_("delivery"),
        "resale": N_("resale"),
        "claimed": N_("claimed from contracts and certificates"),
        "generators": N_("Generators"),
        "power market": N_("Power market"),
        "solar": N_("Solar"),
        "wind": N_("Wind"),
        "kept": N_("kept"),
        "taken out": N_("taken out"),
        "one price year": N_("one price year"),
        "not offered": N_("not offered"),
    },
)
