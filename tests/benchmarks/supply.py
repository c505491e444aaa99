"""The power supply of one site over all hours of a year, by this project's components and by PyPSA.

    python tests/benchmarks/supply.py
    python tests/benchmarks/supply.py --study us --site maricopa-az
    python tests/benchmarks/supply.py --sampled                     # on the days that stand for the year

A hall of 100 MW works at full load. What is decided: the connection, with a charge on each month's peak; contracts for
solar and wind, used or sold hour by hour; and a battery that ends each day as it began. `Computing`, `Cooling`,
`Grid`, `Contracts` and `Storage` are used as they are; this file adds the component that says what is installed and
asked for. PyPSA has the same as generators, a link and a storage unit, and in linopy, which PyPSA is built on, the
two statements that it lacks: the monthly peaks, and that days are not joined by the battery.

Two things are made alike. A battery has the longest duration that the study allows, as PyPSA's storage units have a
fixed one, and its price is that of its power. Prices below zero are taken as zero: there it would pay to burn power in
the battery, and the two limit that differently. Nor is there a limit on what is sold of the contracts, so at a site
where a contract pays by its sales alone there is no optimum.

Both have seconds from the numbers in memory to the solution by name, with those before HiGHS begins apart
(`build_seconds`), and the optimum of the linear model, a year's cost [USD/yr]. HiGHS has one thread. If the optima
differ, the command fails.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyomo.environ as pyo
from measure import Figures, alone, banners_to_stderr, keep, kept, timed

import siting
from siting.accounts.numbers import Books
from siting.case.case import Array, Case, Field
from siting.models.assembly.assembly import Assembly, Component
from siting.models.assembly.compilation import compile_assembly
from siting.models.assembly.ledgers import Scope
from siting.models.components.computing import Computing
from siting.models.components.contracts import Contracts
from siting.models.components.cooling import Cooling
from siting.models.components.grid import Grid
from siting.models.components.storage import Storage
from siting.optimise.extraction import decisions_of
from siting.optimise.solver import highs, loading
from siting.quantities import COST_SCALE

INSTALLED_MW = 100.0
METHODS = ("siting", "pypsa")
NO_LIMIT_MW = 1e4
"""What the supplier can deliver: more than the site ever draws."""

TOLERANCE = 1e-6


class FullLoad(Component):
    r"""Computers that are given, and work as hard as they can in every hour.

    .. math::

        I_{s,k,r} = I, \qquad \sum_{k,r} c_{s,k,r,h} = \alpha \, \kappa \, \nu \, I
    """

    scope = Scope.SITE
    needs = (Computing,)

    def declare(self, block: Any, assembly: Assembly) -> None:
        """State what is installed and post what is asked for."""
        m, installed, asked = assembly.model, assembly.block(Computing).installed_mw, full_work(assembly.case)

        def installed_is_given(_: Any, s: str, k: str, r: str, y: int) -> Any:
            return installed[s, k, r, y] == INSTALLED_MW

        block.installed_is_given = pyo.Constraint(m.SITE, m.PAIR, m.PERIOD, rule=installed_is_given)
        assembly.compute_pflop.post(self, "asked", lambda _s, _y, _h: -asked)


COMPONENTS = (Computing, FullLoad, Cooling, Grid, Contracts, Storage)


def supply_of(study: str, site: str, sampled: bool) -> Case:
    """Return the case of one site's supply, with the first cooling and rack of the study that fit."""
    whole = siting.prepare(siting.load_study(study))
    cooling, rack = whole.compatible()[0]
    part = whole.only(site=[site], cooling=[cooling], rack=[rack])
    case = part if sampled else part.full_year()
    fields = dict(case.fields)
    for name in ("grid.price_usd_per_mwh", "contracts.resale_usd_per_mwh"):
        fields[name] = Field(fields[name].axes, np.maximum(case.values(name), 0.0))
    energy_usd = case.values("storage.max_duration_h") * case.values("storage.energy_usd_per_mwh")
    fields["storage.power_usd_per_mw"] = Field((), case.values("storage.power_usd_per_mw") + energy_usd)
    fields["storage.energy_usd_per_mwh"] = Field((), np.zeros(()))
    fields["cooling.water_usd_per_m3"] = Field(("site",), np.zeros(1))
    return dataclasses.replace(case, fields=fields)


def full_work(case: Case) -> float:
    """Work of the installed computers at full load [PFLOP/s]."""
    per_mw = case.values("computing.availability_fraction") * case.values("computing.compute_pflop_per_mw")
    return float(per_mw[0] * case.values("computing.carried_fraction")[0, 0, 0] * INSTALLED_MW)


def load_of(case: Case) -> Array:
    """Power of the site's computers, cooling and losses by hour [MW]."""
    pair = ("site", "cooling", "rack", "period")
    decided = {
        "installed_mw": Field(pair, np.full((1, 1, 1, 1), INSTALLED_MW)),
        "work_pflop": Field((*pair, "hour"), np.full((1, 1, 1, 1, len(case.axes["hour"])), full_work(case))),
    }
    numbers = Books(case, decided)
    load: Array = (numbers.it() + numbers.overhead())[0, 0]
    return load


def solve_by_components(name: str, path: Path) -> Figures:
    """Solve a kept supply by the project's components."""
    figures = Figures("supply", name, "siting")
    case = kept(path)
    loading.use_threads(1)
    with banners_to_stderr(), timed(figures):
        began = time.perf_counter()
        assembly = Assembly(case, COMPONENTS, scope=Scope.SITE)
        form = compile_assembly(assembly)
        solver = loading.load(form)
        figures.more = {"build_seconds": time.perf_counter() - began}
        outcome = highs.run(solver, gap=0.0)
        if outcome.values is not None:
            decisions_of(assembly, outcome.values)  # PyPSA, too, hands the solution back by name
    if outcome.objective is not None:
        figures.objective = outcome.objective / COST_SCALE / float(case.values("finance.present_value_ratio")[0])
    figures.rows, figures.columns = form.matrix.shape
    return figures


def solve_by_pypsa(name: str, path: Path) -> Figures:
    """Solve a kept supply by PyPSA."""
    import pypsa

    figures = Figures("supply", name, "pypsa")
    case = kept(path)
    load = load_of(case)
    with banners_to_stderr(), timed(figures):
        began = time.perf_counter()
        network = pypsa.Network()
        fill(network, case, load)
        model = network.optimize.create_model(include_objective_constant=False)
        charge_peaks(model, case)
        part_days(model, case)
        figures.more = {"build_seconds": time.perf_counter() - began}
        network.optimize.solve_model(
            solver_name="highs", io_api="direct", solver_options={"threads": 1, "output_flag": False}
        )
    figures.objective = float(network.objective)
    figures.rows, figures.columns = int(model.ncons), int(model.nvars)
    return figures


def fill(network: Any, case: Case, load: Array) -> None:
    """Say what PyPSA has words for: supply, contracts, connection, load and battery."""
    hours = pd.RangeIndex(len(load), name="snapshot")
    weight = case.calendar.weights
    network.set_snapshots(hours)
    network.snapshot_weightings["objective"] = weight

    def yearly(name: str) -> float:
        return float(case.values(name))

    def hourly(values: Array) -> pd.Series:
        return pd.Series(values, index=hours)

    network.add("Bus", ["market", "site"])
    network.add("Load", "load", bus="site", p_set=hourly(load))
    price = hourly(case.values("grid.price_usd_per_mwh")[0])
    network.add("Generator", "supplier", bus="market", p_nom=NO_LIMIT_MW, marginal_cost=price)
    for contract in (contract for _site, contract in case.offered()):
        i = case.axes["contract"].index(contract)
        output = case.values("contracts.output_fraction")[0, i]
        resale = case.values("contracts.resale_usd_per_mwh")[0, i]
        network.add(
            "Generator",
            contract,
            bus="market",
            p_nom_extendable=True,
            p_max_pu=hourly(output),
            capital_cost=float(
                weight @ (output * (case.values("contracts.strike_usd_per_mwh")[i] - resale))
            ),  # all is sold
            marginal_cost=hourly(case.values("contracts.delivery_usd_per_mwh")[0, i] + resale),  # but what is used
        )
    network.add(
        "Link",
        "connection",
        bus0="market",
        bus1="site",
        p_nom_extendable=True,
        p_nom_min=yearly("computing.peak_diversity_fraction")
        * float(case.values("cooling.pue_peak_ratio")[0, 0])
        * INSTALLED_MW,
        capital_cost=yearly("grid.connection_annuity_per_yr") * float(case.values("grid.connection_usd_per_mw")[0]),
    )
    network.add(
        "StorageUnit",
        "battery",
        bus="site",
        p_nom_extendable=True,
        p_nom_max=INSTALLED_MW,
        max_hours=yearly("storage.max_duration_h"),
        efficiency_store=yearly("storage.one_way_fraction"),
        efficiency_dispatch=yearly("storage.one_way_fraction"),
        capital_cost=yearly("storage.storage_annuity_per_yr") * yearly("storage.power_usd_per_mw")
        + yearly("storage.fixed_usd_per_mw_yr"),
        marginal_cost=yearly("storage.throughput_usd_per_mwh"),
    )


def charge_peaks(model: Any, case: Case) -> None:
    """Charge each month's peak: an hour counts in all months in which its day stands for a real one."""
    months = pd.Index(case.axes["month"], name="month")
    peak = model.add_variables(lower=0, coords=[months], name="month_peak")
    pairs = case.calendar.hours[["day"]].assign(place=range(len(case.axes["hour"])))
    pairs = pairs.merge(case.calendar.day_months, on="day")
    draw = _members(model.variables["Link-p"].sel(name="connection", drop=True), pairs["place"])
    highest = _members(peak, months.get_indexer(pairs["month"]))
    model.add_constraints(draw - highest <= 0, name="draw_within_month_peak")
    model.objective += float(case.values("grid.demand_charge_usd_per_mw_month")[0]) * peak.sum()


def part_days(model: Any, case: Case) -> None:
    """State the battery's balance again: the first hour of a day follows its last."""
    place = pd.Series(range(len(case.axes["hour"])))
    days = place.groupby(case.calendar.day_of_hour)
    before = days.shift().fillna(days.transform("last")).astype(int)
    level, stored, discharged = (
        _members(model.variables[f"StorageUnit-{part}"].sel(name="battery", drop=True), place)
        for part in ("state_of_charge", "p_store", "p_dispatch")
    )
    kept_fraction, step = float(case.values("storage.one_way_fraction")), float(case.values("hours.step_h"))
    gained = step * kept_fraction * stored - step / kept_fraction * discharged
    model.remove_constraints("StorageUnit-energy_balance")
    model.add_constraints(level - _members(level, before) - gained == 0, name="level_follows_flows")


def _members(variable: Any, places: Any) -> Any:
    """Members of a variable at some places of its one dimension, numbered anew as pairs."""
    (dimension,) = variable.dims
    found = variable.isel({dimension: np.asarray(places)}).rename({dimension: "pair"})
    return found.assign_coords(pair=range(found.size))


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="us-small", help="a study with a battery (default us-small)")
    parser.add_argument("--site", default="san-joaquin-ca", help="one of its sites (default san-joaquin-ca)")
    parser.add_argument("--sampled", action="store_true", help="the days that stand for the year instead of all hours")
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    given = parser.parse_args()
    case = supply_of(given.study, given.site, given.sampled)
    name = f"{given.study} {given.site} x {len(case.axes['hour'])} h"
    works = {"siting": solve_by_components, "pypsa": solve_by_pypsa}
    with tempfile.TemporaryDirectory() as folder:
        path = keep(case, Path(folder) / "case.pkl")
        found = [alone(works[method], name, path) for method in given.methods]
    for figures in found:
        figures.bound = figures.objective
        figures.close().show()
    optima = [figures.objective for figures in found]
    if None in optima or not np.allclose(optima, optima[0], rtol=TOLERANCE, atol=0.0):
        sys.exit(f"not the same optimum: {optima}")


if __name__ == "__main__":
    main()
