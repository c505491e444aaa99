"""A plan's accounts: each term of the ledgers, worked out again from the books.

The audit compares them with what the model says; the replay, which has no model of the whole, takes them as they are.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from siting.accounts.numbers import Books
from siting.case.case import Array, Field


def cost_terms(books: Books) -> Iterator[tuple[str, Array]]:
    """Each term of the cost ledger, worked out again [USD/yr by site and period]."""
    n, weight = books, books.weight
    opened = n["open_count"]
    yield "placement.land", n["finance.discount_rate_per_yr"] * n["placement.land_usd_per_ha"][:, None] * n["area_ha"]
    yield (
        "placement.site_preparation",
        n["placement.site_annuity_per_yr"] * n["placement.fixed_site_usd"][:, None] * opened,
    )
    halls_mw = n.cumulative("modules_count") * n["halls.module_mw"]
    priced = n["halls.hall_annuity_per_yr"] * n["halls.hall_usd_per_mw"]
    yield "halls.capital", np.einsum("s,k,sky->sy", n["placement.capital_ratio"], priced, halls_mw)
    yield "halls.maintenance", np.einsum("k,sky->sy", n["halls.maintenance_usd_per_mw_yr"], halls_mw)
    if n.has("converted_count"):
        converted = n.cumulative("converted_count") * n["halls.module_mw"]
        dear = np.einsum("k,sky->sy", n["halls.hall_annuity_per_yr"], converted)
        yield "retrofit.capital", n["retrofit.conversion_usd_per_mw"][:, None] * dear
        standing = n.kept_mw() + converted
        yield "retrofit.maintenance", np.einsum("k,sky->sy", n["halls.maintenance_usd_per_mw_yr"], standing)
    racks = n.cumulative("racks_count").sum(axis=1)
    yield "racks.capital", np.einsum("r,sry->sy", n["racks.rack_annuity_per_yr"] * n["racks.rack_usd"], racks)
    yield "racks.maintenance", np.einsum("r,sry->sy", n["racks.rack_maintenance_usd_per_yr"], racks)
    yield (
        "serving.network",
        np.einsum(
            "sz,zy,szy->sy",
            n["serving.network_usd_per_pflop_yr"],
            n["serving.inference_mean_pflop"],
            n["share_fraction"],
        ),
    )
    yield "cooling.water", n["cooling.water_usd_per_m3"][:, None] * n.water()
    yield "grid.energy", np.einsum("syh,sh,h->sy", n["import_mw"], n["grid.price_usd_per_mwh"], weight)
    charge = n["grid.demand_charge_usd_per_mw_month"][:, None]
    yield "grid.demand_charge", charge * n["month_peak_mw"].sum(axis=-1)
    line = n["grid.connection_annuity_per_yr"] * n["grid.connection_usd_per_mw"][:, None]
    yield "grid.connection", line * n["connection_mw"]
    yield (
        "connection.line",
        n["grid.connection_annuity_per_yr"] * n["connection.connection_fixed_usd"][:, None] * opened,
    )
    if n.has("contracted_mw"):
        produced, delivered = n.produced(), n["delivered_mw"]
        yield "contracts.purchase", np.einsum("spyh,p,h->sy", produced, n["contracts.strike_usd_per_mwh"], weight)
        yield "contracts.delivery", np.einsum("spyh,sp,h->sy", delivered, n["contracts.delivery_usd_per_mwh"], weight)
        sold = np.nan_to_num(n["contracts.resale_usd_per_mwh"])
        yield "contracts.resale", -np.einsum("spyh,sph,h->sy", produced - delivered, sold, weight)
    if n.has("certificates_mwh_per_yr"):
        yield "certificates.purchase", n["contracts.certificate_usd_per_mwh"] * n["certificates_mwh_per_yr"]
    if n.has("storage_power_mw"):
        power, energy = n["storage_power_mw"], n["storage_energy_mwh"]
        worth = n["storage.power_usd_per_mw"] * power + n["storage.energy_usd_per_mwh"] * energy
        yield "storage.capital", n["storage.storage_annuity_per_yr"] * worth
        yield "storage.maintenance", n["storage.fixed_usd_per_mw_yr"] * power
        yield "storage.wear", n["storage.throughput_usd_per_mwh"] * n.yearly(n["discharge_mw"])
    if n.has("heat_sold_mw"):
        connected = n["heat_reuse.heat_connection_usd_per_mw"][:, None] * n["heat_connection_mw"]
        yield "heat_reuse.connection", n["heat_reuse.heat_annuity_per_yr"][:, None] * connected
        lifted = n["heat_reuse.heat_pump_usd_per_mw"] * n["heat_pump_mw"]
        yield "heat_reuse.heat_pump", n["heat_reuse.heat_annuity_per_yr"][:, None] * lifted
        yield "heat_reuse.sale", -n["heat_reuse.heat_price_usd_per_mwh"][:, None] * n.yearly(n.heat_sold())
    if n.policy.carbon_price_usd_per_t:
        yield "carbon_price.carbon", n["policy.carbon_price_usd_per_t"] * n.carbon(n.policy.carbon_method)


def power_terms(books: Books) -> Iterator[tuple[str, Array]]:
    """The terms of the power ledger that the tables print, worked out again [MW]."""
    yield "cooling.it", -books.it()
    yield "cooling.overhead", -books.overhead()
    if books.has("heat_sold_mw"):
        yield "heat_reuse.heat_pump", -books.heat_pumps()


def ledger_terms(books: Books) -> dict[str, Field]:
    """Every printed term of the ledgers, by ``ledger/component.term``, as a solution holds them."""
    by_site = ("site", "period")
    by_hour = ("site", "period", "hour")
    values = {f"cost_usd_per_yr/{name}": Field(by_site, array) for name, array in cost_terms(books)}
    values["carbon_location_t_per_yr/grid.draw"] = Field(by_site, books.carbon("location"))
    values["carbon_hourly_t_per_yr/grid.import"] = Field(by_site, books.carbon("hourly"))
    values["carbon_market_t_per_yr/grid.draw"] = Field(by_site, books.carbon("market"))
    values["carbon_embodied_t_per_yr/assets.manufacture"] = Field(by_site, books.carbon("embodied"))
    values["water_m3_per_yr/cooling.cooling"] = Field(by_site, books.water())
    values |= {f"power_mw/{name}": Field(by_hour, power) for name, power in power_terms(books)}
    return values
