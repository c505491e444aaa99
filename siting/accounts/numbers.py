"""A plan's books: what follows from case and decisions, worked out with numpy alone.

Nothing here reads the optimisation model: each figure restates the component's equations in arrays. The
audit compares it with what the model says; the replay, which has no model of the whole, takes it as is.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from siting.case.case import Array, Case, Field


class Books:
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

    def decided(self, name: str, *axes: str) -> Field:
        """Return a decision over its axes; zero if the plan does not decide it at all."""
        if name in self.decisions:
            return self.decisions[name]
        return Field(axes, np.zeros(tuple(len(self.case.axes[axis]) for axis in axes)))

    def cumulative(self, name: str) -> Array:
        """What has been built up to each period."""
        built: Array = np.cumsum(self[name], axis=-1)
        return built

    def racks_in_use(self) -> Array:
        """Racks that stand, by site, cooling, rack and period."""
        standing: Array = self.cumulative("racks_count") - np.cumsum(self.racks_given_up(), axis=-1)
        return standing

    def racks_given_up(self) -> Array:
        """Racks that are used no longer from the start of a period on, by site, cooling, rack and period."""
        until = self["given_up_count"].sum(axis=3)
        given_up: Array = np.concatenate([np.zeros_like(until[..., :1]), until[..., :-1]], axis=-1)
        return given_up

    def in_mw(self, modules_count: Array) -> Array:
        """Power of modules, by site, cooling and period [MW]."""
        power: Array = modules_count * self["halls.module_mw"][:, None, None]
        return power

    def kept_mw(self) -> Array:
        """Halls that stand already and keep their cooling, by site, cooling and period [MW]."""
        there: Array = self["retrofit.existing_mw"][..., None] * self["open_count"][:, None, :]
        if not self.has("converted_count"):
            return there
        gone = self.in_mw(self.cumulative("converted_count")).sum(axis=1)
        kept: Array = there - self["retrofit.existing_count"][..., None] * gone[:, None, :]
        return kept

    def standing_mw(self) -> Array:
        """Halls of open sites that stood before the plan, kept or not, by site and period [MW]."""
        standing: Array = self["retrofit.existing_mw"].sum(axis=1)[:, None] * self["open_count"]
        return standing

    def hall_space_mw(self) -> Array:
        """Room in halls, new, kept and converted, less what stands still, by site, cooling and period [MW]."""
        space: Array = self.in_mw(self.cumulative("modules_count")) + self.kept_mw()
        if self.has("converted_count"):
            still = self["retrofit.conversion_lost_fraction"][:, None, :] * self["converted_count"]
            space = space + self.in_mw(self.cumulative("converted_count") - still)
        return space

    def inference(self) -> Array:
        """Inference of the zones that a site serves, by site, period and hour [PFLOP/s]."""
        work: Array = np.einsum("szy,zyh->syh", self["share_fraction"], self["serving.inference_pflop"])
        return work

    def batch_by_lot(self) -> Array:
        """Batch work that a site does, by site, lot, period and hour [PFLOP/s]."""
        steady = self.decided("steady_batch_pflop", "site", "lot", "period").values
        work: Array = self["batch_pflop"] + np.einsum("jh,sjy->sjyh", self["serving.batch_presence_ratio"], steady)
        return work

    def batch(self) -> Array:
        """Batch work that a site does, by site, period and hour [PFLOP/s]."""
        work: Array = self.batch_by_lot().sum(axis=1)
        return work

    def training_by_job(self) -> Array:
        """Work of clusters in the hours in which they run, by site, job, period and hour [PFLOP/s]."""
        paused = self.decided("paused_pflop", "site", "job", "period", "hour").values
        running = self["training.running_fraction"][:, self.day]
        work: Array = self["training_pflop"][..., None] * running[:, None, :] - paused
        return work

    def training(self) -> Array:
        """Work of all clusters of a site, by site, period and hour [PFLOP/s]."""
        work: Array = self.training_by_job().sum(axis=1)
        return work

    def it_by_pair(self) -> Array:
        """IT power by site, cooling, rack, period and hour [MW]."""
        idle = self["computing.idle_fraction"][:, None, None]
        dense = self["computing.compute_pflop_per_mw"][:, None, None]
        load = idle * self["installed_mw"][..., None] + (1 - idle) / dense * self["work_pflop"]
        power: Array = self["computing.peak_diversity_fraction"] * load
        return power

    def overhead(self) -> Array:
        """Power of cooling and losses by site, period and hour [MW]."""
        fixed = self["cooling.fixed_fraction"][:, None, None]
        full_mw = self["computing.peak_diversity_fraction"] * self["installed_mw"].sum(axis=2)
        load = fixed * full_mw[..., None] + (1 - fixed) * self.it_by_pair().sum(axis=2)
        power: Array = np.einsum("skh,skyh->syh", self["cooling.pue"] - 1, load)
        return power

    def it(self) -> Array:
        """IT power by site, period and hour [MW]."""
        power: Array = self.it_by_pair().sum(axis=(1, 2))
        return power

    def server_fans(self) -> Array:
        """Power of the servers' own fans, a part of the IT power, by site, period and hour [MW]."""
        power: Array = np.einsum("r,skryh->syh", self["computing.server_fan_fraction"], self.it_by_pair())
        return power

    def water_hourly(self) -> Array:
        """Water by site, period and hour [m3/h]."""
        cubic: Array = np.einsum("skh,skyh->syh", self["cooling.wue_m3_per_mwh"], self.it_by_pair().sum(axis=2))
        return cubic

    def water(self) -> Array:
        """Water by site and period [m3/yr]."""
        return self.yearly(self.water_hourly())

    def source_water(self) -> Array:
        """Water that power plants consume for the electricity bought, by site and period [m3/yr].

        Contracted wind and sun take none.
        """
        cubic: Array = self["grid.water_source_m3_per_mwh"][:, None] * self.yearly(self["import_mw"])
        return cubic

    def carbon_t_per_mwh(self) -> Array:
        """Mean carbon intensity of the grid by site, period and hour [t/MWh]."""
        intensity: Array = self["grid.carbon_path_ratio"][..., None] * self["grid.carbon_t_per_mwh"][:, None, :]
        return intensity

    def residual_t_per_mwh(self) -> Array:
        """Carbon intensity of what is not claimed, by site and period [t/MWh]."""
        intensity: Array = self["grid.carbon_path_ratio"] * self["grid.residual_t_per_mwh"][:, None]
        return intensity

    def revenue(self) -> Array:
        """What work is sold for by site and period [USD/yr]: the same for the same work, done, spared or leased."""
        price = self["finance.compute_price_usd_per_gpu_h"] / self["finance.reference_accelerator_pflop"]
        elsewhere = self.spared_pflop().sum(axis=1) + self.leased_pflop().sum(axis=1)
        asked = self["work_pflop"].sum(axis=(1, 2)) + elsewhere[..., None]
        sold: Array = price * self.yearly(asked)
        return sold

    def spared_pflop(self) -> Array:
        """Work that measures spare by site, measure and period, as a mean of the year [PFLOP/s]."""
        under = self.decided("under_measure_fraction", "site", "measure", "period").values
        spared: Array = self["measures.spared_fraction"][:, None] * self["measures.asked_pflop"] * under
        return spared

    def spared_fraction(self, *, of_batch: bool) -> Array:
        """Share of the inference, or of the batch work, that measures spare, by period."""
        under = self.decided("under_measure_fraction", "site", "measure", "period").values.sum(axis=0)
        of_class = self["measures.of_batch_count"] == of_batch
        share: Array = (of_class * self["measures.spared_fraction"]) @ under
        return share

    def leased_pflop(self) -> Array:
        """Work that is leased by site, lease and period, as a mean of the year [PFLOP/s]."""
        return self.decided("leased_work_pflop", "site", "lease", "period").values

    def leased_share(self) -> Array:
        """Share of each zone's inference that is leased, by zone and period."""
        share: Array = self.decided("leased_share_fraction", "site", "lease", "zone", "period").values.sum(axis=(0, 1))
        return share

    def leased_batch_fraction(self) -> Array:
        """Share of each lot of batch work that is leased, by lot and period."""
        share: Array = self.decided("leased_batch_fraction", "site", "lease", "lot", "period").values.sum(axis=(0, 1))
        return share

    def leased_water(self) -> Array:
        """Water of leased work, drawn in the cloud regions and booked at sites, by site and period [m3/yr]."""
        cubic: Array = np.einsum("q,sqy->sy", self["leases.lease_m3_per_pflop_yr"], self.leased_pflop())
        return cubic

    def worst_hour(self) -> Array:
        """Full load in the worst hour of the year, by site and period [MW]."""
        load = np.einsum("sk,skry->sy", self["cooling.pue_peak_ratio"], self["installed_mw"])
        worst: Array = self["computing.peak_diversity_fraction"] * load
        return worst

    def on_site(self) -> Array:
        """Power on site that can be relied on beside the connection, by site and period [MW]."""
        plants = self.decided("bridge_mw", "site", "bridge", "period").values
        firm: Array = np.einsum("b,sby->sy", self["bridge.firm_fraction"], plants)
        return firm

    def plants_output(self) -> Array:
        """Power of plants on site, by site, period and hour [MW]."""
        if not self.has("bridge_output_mw"):
            return np.zeros_like(self["draw_mw"])
        power: Array = self["bridge_output_mw"].sum(axis=1)
        return power

    def flexible(self) -> Array:
        """Part of the connection that is given up in given hours, by site and period [MW]."""
        return self.decided("flexible_mw", "site", "period").values

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
        power: Array = np.einsum("sk,skyh->syh", self["heat_reuse.heat_pump_power_fraction"], self["heat_sold_mw"])
        return power

    def delivered(self) -> Array:
        """Contracted power delivered, by site, period and hour [MW]."""
        if not self.has("delivered_mw"):
            return np.zeros_like(self["draw_mw"])
        power: Array = self["delivered_mw"].sum(axis=1)
        return power

    def paid_output(self) -> Array:
        """What the contracts' plants could produce, all of it paid, by site, contract, period and hour [MW]."""
        output = np.nan_to_num(self["contracts.output_fraction"])
        power: Array = output[:, :, None, :] * self["contracted_mw"][..., None]
        return power

    def produced(self) -> Array:
        """What they do produce, by site, contract, period and hour [MW]."""
        power: Array = self.paid_output() - self["curtailed_mw"]
        return power

    def certified(self) -> Array:
        """Clean energy held, of certificates, virtual contracts and delivering ones, by site and period [MWh/yr]."""
        held: Array = self["certificates_mwh_per_yr"] + self.decided("virtual_mwh_per_yr", "site", "period").values
        return held + self.yearly(self.produced().sum(axis=1))

    def used_mwh(self) -> Array:
        """Energy of computers, cooling, losses and heat pumps, by site and period [MWh/yr]."""
        return self.yearly(self.it() + self.overhead() + self.heat_pumps())

    def supplied_mwh(self) -> Array:
        """Energy drawn through the meter and made on site, by site and period [MWh/yr]."""
        return self.yearly(self["draw_mw"] + self.plants_output())

    def unclean_mwh(self) -> Array:
        """Energy that is not carbon-free in its hour, by site and period [MWh/yr]."""
        bought = self["clean_energy.grid_burnt_fraction"] * self["import_mw"]
        return self.yearly(bought + self.plants_output())

    def claimed_mwh(self) -> Array:
        """Energy claimed as clean over the year, by site and period [MWh/yr]."""
        return self.decided("claimed_mwh_per_yr", "site", "period").values

    def sold(self) -> Array:
        """What is sold of it, by site, contract, period and hour [MW]."""
        power: Array = self.produced() - self["delivered_mw"]
        return power

    def yearly(self, hourly: Array) -> Array:
        """Sum over the year of something per hour."""
        total: Array = hourly @ self.weight
        return total
