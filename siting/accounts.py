"""A plan's accounts, worked out with numpy from the case and the decisions alone.

Nothing here reads the optimisation model: each figure restates the component's equations in arrays. The
audit compares it with what the model says; the replay, which has no model of the whole, takes it as is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from siting.case import Array, Case, Field


class Numbers:
    """Case and decisions by name, and what follows from them.

    Parameters
    ----------
    case : Case
        The numbers that went in.
    decisions : mapping of str to Field
        The decisions that came out.
    """

    def __init__(self, case: Case, decisions: Mapping[str, Field]) -> None:
        self.case = case
        self.decisions = decisions
        self.weight = case.calendar.weights
        self.day = case.calendar.day_of_hour
        self.policy = case.study.policy

    def __getitem__(self, name: str) -> Array:
        if name in self.decisions:
            return self.decisions[name].values
        if name in self.case.fields:
            return self.case.values(name)
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether the plan decides this at all."""
        return name in self.decisions

    def cumulative(self, name: str) -> Array:
        """What has been built up to each period."""
        built: Array = np.cumsum(self[name], axis=-1)
        return built

    def kept_mw(self) -> Array:
        """Halls that stand already and keep their cooling, by site, cooling and period [MW]."""
        there: Array = self["existing_mw"][..., None] * self["open_count"][:, None, :]
        if not self.has("converted_count"):
            return there
        gone = (self.cumulative("converted_count") * self["module_mw"]).sum(axis=1)
        kept: Array = there - self["existing_count"][..., None] * gone[:, None, :]
        return kept

    def hall_space_mw(self) -> Array:
        """Room in halls, new, kept and converted, less what stands still, by site, cooling and period [MW]."""
        space: Array = self.cumulative("modules_count") * self["module_mw"] + self.kept_mw()
        if self.has("converted_count"):
            still = self["conversion_lost_fraction"][:, None, :] * self["converted_count"]
            space = space + (self.cumulative("converted_count") - still) * self["module_mw"]
        return space

    def it_by_pair(self) -> Array:
        """IT power by site, cooling, rack, period and hour [MW]."""
        idle = self["idle_fraction"][:, None, None]
        dense = self["compute_pflop_per_mw"][:, None, None]
        load = idle * self["installed_mw"][..., None] + (1 - idle) / dense * self["work_pflop"]
        power: Array = self["peak_diversity_fraction"] * load
        return power

    def overhead(self) -> Array:
        """Power of cooling and losses by site, period and hour [MW]."""
        fixed = self["fixed_fraction"][:, None, None]
        full_mw = self["peak_diversity_fraction"] * self["installed_mw"].sum(axis=2)
        load = fixed * full_mw[..., None] + (1 - fixed) * self.it_by_pair().sum(axis=2)
        power: Array = np.einsum("skh,skyh->syh", self["pue"] - 1, load)
        return power

    def it(self) -> Array:
        """IT power by site, period and hour [MW]."""
        power: Array = self.it_by_pair().sum(axis=(1, 2))
        return power

    def server_fans(self) -> Array:
        """Power of the servers' own fans, a part of the IT power, by site, period and hour [MW]."""
        power: Array = np.einsum("r,skryh->syh", self["server_fan_fraction"], self.it_by_pair())
        return power

    def water_hourly(self) -> Array:
        """Water by site, period and hour [m3/h]."""
        cubic: Array = np.einsum("skh,skyh->syh", self["wue_m3_per_mwh"], self.it_by_pair().sum(axis=2))
        return cubic

    def water(self) -> Array:
        """Water by site and period [m3/yr]."""
        return self.yearly(self.water_hourly())

    def source_water(self) -> Array:
        """Water that power plants consume for the electricity bought, by site and period [m3/yr].

        Contracted wind and sun take none.
        """
        cubic: Array = self["water_source_m3_per_mwh"][:, None] * self.yearly(self["import_mw"])
        return cubic

    def heat_sold(self) -> Array:
        """Heat sold by site, period and hour [MW]."""
        if not self.has("heat_sold_mw"):
            return np.zeros_like(self["draw_mw"])
        heat: Array = self["heat_sold_mw"].sum(axis=1)
        return heat

    def heat_pumps(self) -> Array:
        """Power of the heat pumps by site, period and hour [MW]."""
        if not self.has("heat_sold_mw"):
            return np.zeros_like(self["draw_mw"])
        power: Array = np.einsum("sk,skyh->syh", self["heat_pump_power_fraction"], self["heat_sold_mw"])
        return power

    def delivered(self) -> Array:
        """Contracted power delivered, by site, period and hour [MW]."""
        if not self.has("delivered_mw"):
            return np.zeros_like(self["draw_mw"])
        power: Array = self["delivered_mw"].sum(axis=1)
        return power

    def produced(self) -> Array:
        """Output of the contracts by site, contract, period and hour [MW]."""
        power: Array = np.nan_to_num(self["output_fraction"])[:, :, None, :] * self["contracted_mw"][..., None]
        return power

    def yearly(self, hourly: Array) -> Array:
        """Sum over the year of something per hour."""
        total: Array = hourly @ self.weight
        return total

    def carbon(self, method: str) -> Array:
        """Carbon by site and period [t/yr]."""
        draw = self["draw_mw"]
        if method == "location":
            carbon: Array = np.einsum("syh,sh,h->sy", draw, self["carbon_t_per_mwh"], self.weight)
        elif method == "hourly":
            carbon = np.einsum("syh,sh,h->sy", self["import_mw"], self["carbon_t_per_mwh"], self.weight)
        elif method == "market":
            claimed = self["claimed_mwh_per_yr"] if self.has("claimed_mwh_per_yr") else 0.0
            carbon = self["residual_t_per_mwh"][:, None] * (self.yearly(draw) - claimed)
        else:
            halls = np.einsum("k,sky->sy", self["hall_embodied_t_per_mw_yr"], self.cumulative("modules_count"))
            carbon = halls * self["module_mw"]
            carbon = carbon + np.einsum("r,skry->sy", self["rack_embodied_t_per_yr"], self.cumulative("racks_count"))
            if self.has("storage_energy_mwh"):
                carbon = carbon + self["storage_embodied_t_per_mwh_yr"] * self["storage_energy_mwh"]
        return carbon

    def costs(self) -> Iterator[tuple[str, Array]]:
        """Each term of the cost ledger, worked out again [USD/yr by site and period]."""
        n, weight = self, self.weight
        opened = n["open_count"]
        yield "placement.land", n["discount_rate_per_yr"] * n["land_usd_per_ha"][:, None] * n["area_ha"]
        yield "placement.site_preparation", n["site_annuity_per_yr"] * n["fixed_site_usd"][:, None] * opened
        halls_mw = n.cumulative("modules_count") * n["module_mw"]
        priced = n["hall_annuity_per_yr"] * n["hall_usd_per_mw"]
        yield "halls.capital", np.einsum("s,k,sky->sy", n["capital_ratio"], priced, halls_mw)
        yield "halls.maintenance", np.einsum("k,sky->sy", n["maintenance_usd_per_mw_yr"], halls_mw)
        if n.has("converted_count"):
            converted = n.cumulative("converted_count") * n["module_mw"]
            dear = np.einsum("k,sky->sy", n["hall_annuity_per_yr"], converted)
            yield "retrofit.capital", n["conversion_usd_per_mw"][:, None] * dear
            standing = n.kept_mw() + converted
            yield "retrofit.maintenance", np.einsum("k,sky->sy", n["maintenance_usd_per_mw_yr"], standing)
        racks = n.cumulative("racks_count").sum(axis=1)
        yield "racks.capital", np.einsum("r,sry->sy", n["rack_annuity_per_yr"] * n["rack_usd"], racks)
        yield "racks.maintenance", np.einsum("r,sry->sy", n["rack_maintenance_usd_per_yr"], racks)
        yield (
            "serving.network",
            np.einsum("sz,zy,szy->sy", n["network_usd_per_pflop_yr"], n["inference_mean_pflop"], n["share_fraction"]),
        )
        yield "cooling.water", n["water_usd_per_m3"][:, None] * n.water()
        yield "grid.energy", np.einsum("syh,sh,h->sy", n["import_mw"], n["price_usd_per_mwh"], weight)
        charge = n["demand_charge_usd_per_mw_month"][:, None]
        yield "grid.demand_charge", charge * n["month_peak_mw"].sum(axis=-1)
        line = n["connection_annuity_per_yr"] * n["connection_usd_per_mw"][:, None]
        yield "grid.connection", line * n["connection_mw"]
        yield "connection.line", n["connection_annuity_per_yr"] * n["connection_fixed_usd"][:, None] * opened
        if n.has("contracted_mw"):
            produced, delivered = n.produced(), n["delivered_mw"]
            yield "contracts.purchase", np.einsum("spyh,p,h->sy", produced, n["strike_usd_per_mwh"], weight)
            yield "contracts.delivery", np.einsum("spyh,sp,h->sy", delivered, n["delivery_usd_per_mwh"], weight)
            sold = np.nan_to_num(n["resale_usd_per_mwh"])
            yield "contracts.resale", -np.einsum("spyh,sph,h->sy", produced - delivered, sold, weight)
        if n.has("certificates_mwh_per_yr"):
            yield "certificates.purchase", n["certificate_usd_per_mwh"] * n["certificates_mwh_per_yr"]
        if n.has("storage_power_mw"):
            power, energy = n["storage_power_mw"], n["storage_energy_mwh"]
            worth = n["power_usd_per_mw"] * power + n["energy_usd_per_mwh"] * energy
            yield "storage.capital", n["storage_annuity_per_yr"] * worth
            yield "storage.maintenance", n["fixed_usd_per_mw_yr"] * power
            yield "storage.wear", n["throughput_usd_per_mwh"] * n.yearly(n["discharge_mw"])
        if n.has("heat_sold_mw"):
            connected = n["heat_connection_usd_per_mw"][:, None] * n["heat_connection_mw"]
            yield "heat_reuse.connection", n["heat_annuity_per_yr"][:, None] * connected
            lifted = n["heat_pump_usd_per_mw"] * n["heat_pump_mw"]
            yield "heat_reuse.heat_pump", n["heat_annuity_per_yr"][:, None] * lifted
            yield "heat_reuse.sale", -n["heat_price_usd_per_mwh"][:, None] * n.yearly(n.heat_sold())
        if n.policy.carbon_price_usd_per_t:
            yield "carbon_price.carbon", n["carbon_price_usd_per_t"] * n.carbon(n.policy.carbon_method)

    def powers(self) -> Iterator[tuple[str, Array]]:
        """The terms of the power ledger that the tables print, worked out again [MW]."""
        yield "cooling.it", -self.it()
        yield "cooling.overhead", -self.overhead()
        if self.has("heat_sold_mw"):
            yield "heat_reuse.heat_pump", -self.heat_pumps()

    def terms(self) -> dict[str, Field]:
        """Every printed term of the ledgers, by ``ledger/component.term``, as a solution holds them."""
        by_site = ("site", "period")
        by_hour = ("site", "period", "hour")
        values = {f"cost_usd_per_yr/{name}": Field(by_site, array) for name, array in self.costs()}
        values["carbon_location_t_per_yr/grid.draw"] = Field(by_site, self.carbon("location"))
        values["carbon_hourly_t_per_yr/grid.import"] = Field(by_site, self.carbon("hourly"))
        values["carbon_market_t_per_yr/grid.draw"] = Field(by_site, self.carbon("market"))
        values["carbon_embodied_t_per_yr/assets.manufacture"] = Field(by_site, self.carbon("embodied"))
        values["water_m3_per_yr/cooling.cooling"] = Field(by_site, self.water())
        values |= {f"power_mw/{name}": Field(by_hour, power) for name, power in self.powers()}
        return values
