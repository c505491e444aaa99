"""Rows looked up as a study chooses them, one kind after another, with everything that is wrong collected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from siting.case.consent import refused
from siting.case.large_load_classes import class_ids
from siting.case.regions import polygon_problem, within_polygon
from siting.cooling.registry import TECHNOLOGIES
from siting.data.components.bridge import states_without_fuel
from siting.data.components.grid import peak_charge_usd_per_mwh
from siting.data.components.incentives import contradictions
from siting.data.components.racks import fitting
from siting.data.components.registry import ASSETS, PARAMETERS
from siting.data.kinds.rack_rules import is_speculative
from siting.data.tables.choice.edge_sites import edge_sites
from siting.data.tables.choice.energisation import faults_of_dates
from siting.data.tables.choice.sound import LACKING, SoundTables
from siting.data.tables.choice.workload_problems import nowhere_done, out_of_reach, unknown_parts
from siting.data.tables.rows import FinanceRow
from siting.data.tables.schema import TABLES
from siting.problems import Problem, did_you_mean, one_of
from siting.quantities import HOURS_PER_DAY
from siting.study.partial import BrokenPartError
from siting.study.parts import Candidates

if TYPE_CHECKING:
    from siting.study.study import Study

__all__ = ["Chooser"]

_OF_STATE = "states are of two capital letters, such as TX"

SHAPE_ROUNDING_FRACTION = 0.001
"""What the mean of a daily shape may be off 1: its hours are written with three or more digits."""


class Chooser:
    """Looks up rows and collects what is wrong."""

    def __init__(self, study: Study, tables: SoundTables, problems: list[Problem]) -> None:
        self.study = study
        self.tables = tables
        self.problems = problems

    def tried(self, look: Callable[..., Any], *of: Any) -> Any:
        """Return what a look at some things finds; LACKING where it rests on what is wrong, which is told already."""
        if any(one is LACKING for one in of):
            return LACKING
        try:
            return look(*of)
        except BrokenPartError:
            return LACKING

    def report(self, field: str, message: str, hint: str = "") -> None:
        """Note a problem of a field of the study."""
        self.problems.append(self.study.problem(field, message, hint))

    def known(self, table: str, key: str, wanted: list[str] | tuple[str, ...], field: str) -> None:
        """Report the ids that a table does not have."""
        ids = self.tables.ids(table, key)
        for identity in wanted:
            if identity not in ids:
                hint = did_you_mean(identity, ids) or one_of(ids) or f"see: siting show us --table {table}"
                self.report(field, f"'{identity}' is not in the table {table}", hint)

    def rows(self, table: str, key: str, wanted: object, field: str) -> pd.DataFrame:
        """Return the wanted rows, in the order of the study, or all of them."""
        if wanted == "all":
            return self.tables[table].reset_index(drop=True)
        ids = list(wanted) if isinstance(wanted, list | tuple) else []
        self.known(table, key, ids, field)
        frame = self.tables[table]
        kept = [identity for identity in ids if identity in set(frame[key])]
        return frame.set_index(key, drop=False).loc[kept].reset_index(drop=True)

    def sites(self) -> pd.DataFrame:
        """Return the candidate sites: those listed, all of them, or the first by rank, in the order of the table."""
        wanted = self.study.sites
        if not isinstance(wanted, Candidates):
            return self.rows("sites", "site_id", wanted, "sites")
        frame, count = self.filtered(wanted), wanted.candidates
        if count is None:
            return frame.reset_index(drop=True)
        if "candidate_rank" not in frame:
            self.report("sites.candidates", "the table sites has no column candidate_rank", "write 'sites: all'")
            return frame.reset_index(drop=True)
        last = count if not wanted.is_filtered else frame["candidate_rank"].nsmallest(count).max()
        first = frame[frame["candidate_rank"] <= last].reset_index(drop=True)
        if len(first) < count:
            message = f"the table sites has {len(first)} candidates by rank, not {count}"
            self.report("sites.candidates", message, f"ask for at most {len(first)}" if len(first) else "")
        return first

    def filtered(self, wanted: Candidates) -> pd.DataFrame:
        """Return the sites that lie where they are wanted; report places without any, and filters that leave none."""
        frame = self.tables["sites"]
        kept, all_known = pd.Series(True, index=frame.index), True
        for field, column in (("states", "state"), ("grid_zones", "grid_zone_id")):
            names = getattr(wanted, field)
            there = frame[column].astype(str)
            for name in names:
                if name not in set(there):
                    all_known = False
                    hint = did_you_mean(name, sorted(set(there))) or _OF_STATE * (field == "states")
                    self.report(f"sites.{field}", f"no site of the table sites lies in {name!r}", hint)
            kept &= there.isin(names) if names else True
        if wanted.water_stress_max_score is not None:
            kept &= frame["water_stress_score"].astype(float) <= wanted.water_stress_max_score
        if wanted.polygon is not None:
            if problem := polygon_problem(self.study, wanted.polygon, frame):
                self.report("sites.polygon", *problem)
                return frame
            kept &= within_polygon(self.study, wanted.polygon, frame) > 0
        if wanted.is_filtered and not kept.any():
            if not all_known:
                raise BrokenPartError
            self.report("sites", "no site is left by what is asked of candidates", "ask for less of them")
            return frame
        return frame[kept]

    def cooling(self, racks: pd.DataFrame) -> pd.DataFrame:
        """Return the wanted ways of cooling; of all of them, those that some rack fits and some site has the water for.

        Nothing can stand in a hall that no rack fits, so leaving it out changes no plan.
        """
        rows = self.rows("cooling", "cooling_id", self.study.technology.cooling, "technology.cooling")
        bodies = set(self.tables["water_bodies"]["water_body"])
        dry = ((rows["water_body"] == "") | rows["water_body"].isin(bodies)).to_numpy(bool)
        if self.study.technology.cooling == "all":
            useful = dry & np.asarray(fitting(rows, racks).any(axis=1))
            return rows[useful].reset_index(drop=True) if useful.any() else rows
        for identity, body in zip(rows["cooling_id"][~dry], rows["water_body"][~dry], strict=True):
            self.report(
                "technology.cooling",
                f"no site is known to have a {body} for '{identity}'",
                "say which do in a table water_bodies: site_id, water_body, source, grade",
            )
        return rows

    def measures(self) -> pd.DataFrame:
        """Return the wanted packages of measures; of all of them, those that do not lose too much quality."""
        wanted, most = self.study.technology.measures, self.study.demand.quality_loss_max_fraction
        rows = self.rows("measures", "measure_id", wanted, "technology.measures")
        good = (rows["quality_loss_fraction"].astype(float) <= most).to_numpy(bool)
        if wanted == "all":
            return rows[good].reset_index(drop=True)
        for identity, loss in zip(rows["measure_id"][~good], rows["quality_loss_fraction"][~good], strict=True):
            self.report(
                "technology.measures",
                f"'{identity}' loses {loss:g} of quality, more than demand.quality_loss_max_fraction, {most:g}",
                "raise the limit, or leave it out",
            )
        return rows

    def leases(self) -> pd.DataFrame:
        """Return all leases, with which plans are compared; of the wanted ones, what the study counts must be known."""
        rows = self.rows("leases", "lease_id", self.study.technology.leases, "technology.leases")
        policy, levels = self.study.policy, set(self.tables["authority_carbon"]["authority_id"])
        emits = rows["authority_id"].isin(levels) & rows["pue"].notna()
        for identity in rows.loc[~emits, "lease_id"]:
            for field, value in (
                ("carbon_cap_t_per_yr", policy.carbon_cap_t_per_yr),
                ("carbon_price_usd_per_t", policy.carbon_price_usd_per_t),
            ):
                if value:
                    self.unknown_of_lease(identity, "carbon (authority_id and pue)", field)
        if policy.water_cap_m3_per_yr is not None:
            for identity in rows.loc[rows["wue_l_per_kwh"].isna(), "lease_id"]:
                self.unknown_of_lease(identity, "water (wue_l_per_kwh)", "water_cap_m3_per_yr")
        return self.tables["leases"].reset_index(drop=True)

    def bridge(self, sites: pd.DataFrame) -> pd.DataFrame:
        """Return the wanted plants on site; each needs fuel wherever a site lies."""
        rows = self.rows("bridge", "bridge_id", self.study.technology.bridge, "technology.bridge")
        for identity, message in states_without_fuel(rows, self.tables["fuel_prices"], sites):
            hint = "leave it out, or state prices in a table fuel_prices of your own"
            self.report("technology.bridge", f"'{identity}': {message}", hint)
        return rows

    def backup(self, sites: pd.DataFrame) -> pd.DataFrame:
        """Return the row of the redundancy that is stated; its generators need fuel wherever a site lies."""
        stated = self.study.technology.backup
        rows = self.rows("backup", "backup_id", () if stated == "none" else (stated,), "technology.backup")
        plants = rows.rename(columns={"backup_id": "bridge_id"})
        for identity, message in states_without_fuel(plants, self.tables["fuel_prices"], sites):
            self.report(
                "technology.backup", f"'{identity}': {message}", "state prices in a table fuel_prices of your own"
            )
        return rows

    def unknown_of_lease(self, identity: str, what: str, field: str) -> None:
        """Report a lease of which something is not known that the policy counts."""
        self.report(
            "technology.leases",
            f"the {what} of '{identity}' is not known, and policy.{field} counts it",
            "leave the lease out, or state it in a table leases of your own",
        )

    def standing(self, existing: pd.DataFrame) -> None:
        """Report existing halls that are larger than a site may be."""
        most = self.study.facility.site_max_mw
        for site, size in zip(existing["site_id"], existing["hall_mw"], strict=True):
            if size > most:
                message = f"the existing halls of site '{site}' have {size:g} MW, more than {most:g}"
                self.report("facility.site_max_mw", message)

    def series(self, table: str, key: str, sites: pd.DataFrame) -> None:
        """Report the sites that point to a series which does not exist."""
        present = set(self.tables[table][key].unique())
        for site, wanted in zip(sites["site_id"], sites[key], strict=True):
            if wanted not in present:
                self.report("sites", f"site '{site}' needs the series '{wanted}', which {table} does not have")

    def dates_of_power(self) -> None:
        """Report a table of tranches that cannot be meant so."""
        for message, hint in faults_of_dates(self.study, self.tables["energisation"]):
            self.report("tables.energisation", message, hint)

    def may_open(self, sites: pd.DataFrame) -> npt.NDArray[np.bool_]:
        """Which sites neither the study nor a refusal of consent leaves out."""
        policy, largest_mw = self.study.policy, self.study.facility.site_max_mw
        left_out = refused(self.tables["moratoria"], sites, policy, largest_mw) > 0
        able: npt.NDArray[np.bool_] = ~(left_out | sites["site_id"].isin(policy.excluded_sites).to_numpy(bool))
        return able

    def consent(self, sites: pd.DataFrame) -> None:
        """Report that refusals of consent leave fewer sites than must be opened."""
        policy = self.study.policy
        left, least = int(self.may_open(sites).sum()), max(policy.sites_min_count, 1)
        if policy.exclude_refused and left < least:
            self.report(
                "policy.exclude_refused",
                f"{left} of the {len(sites)} sites are left without a refusal or a moratorium, {least} must be opened",
                "add sites, or write 'exclude_refused: false'",
            )

    def with_edge(self, sites: pd.DataFrame, zones: Any) -> pd.DataFrame:
        """Return the sites, and after them those in the cities of the zones, if they are offered.

        Raises
        ------
        BrokenPartError
            If they are, and the zones are not known.
        """
        if not self.study.edge.offered:
            return sites
        if zones is LACKING:
            raise BrokenPartError
        of_cities = edge_sites(self.study.edge, self.tables["sites"], zones)
        return pd.concat([sites, of_cities], ignore_index=True)

    def zones(self) -> pd.DataFrame:
        """Return the zones of the study, which those of its classes of work are among."""
        zones = self.rows("zones", "zone_id", self.study.zones, "zones")
        self.all_of(unknown_parts(self.study, zones, self.tables["demand_shape"]))
        return zones

    def all_of(self, found: Iterable[tuple[str, str, str]]) -> None:
        """Report fields of the study, each with what is wrong and what to do about it."""
        for field, message, hint in found:
            self.report(field, message, hint)

    def reach(self, sites: pd.DataFrame, zones: pd.DataFrame) -> None:
        """Report the zones that no site can serve within the latency limit of their class."""
        if sites.empty or zones.empty or not set(PARAMETERS) <= set(self.tables["parameters"]["parameter_id"]):
            return
        if isinstance(self.study.sites, tuple) and not set(self.study.sites) <= set(sites["site_id"]):
            return  # one that is misspelt may well be near
        self.all_of(out_of_reach(self.study, sites[self.may_open(sites)], zones, self.tables["parameters"]))

    def places_of_work(self, sites: pd.DataFrame, racks: pd.DataFrame, cooling: pd.DataFrame) -> None:
        """Report classes of work that no site, or no rack, may do."""
        able, fits = sites[self.may_open(sites)], np.asarray(fitting(cooling, racks).any(axis=0))
        if len(able) and fits.any():
            self.all_of(nowhere_done(self.study, able, racks[fits]))

    def physics(self, cooling: pd.DataFrame) -> None:
        """Report the ways of cooling that `siting.cooling` cannot work out."""
        for identity in cooling["cooling_id"]:
            if identity not in TECHNOLOGIES:
                hint = f"the known ones are: {', '.join(TECHNOLOGIES)}"
                self.report("tables.cooling", f"'{identity}' has no physics", hint)

    def single_rows(self) -> None:
        """Report tables that must offer just one thing and do not."""
        for table, kind in TABLES.items():
            if kind.has_one_row:
                self.tried(self.one_row, table)

    def one_row(self, table: str) -> None:
        """Report a table that must offer just one thing and does not."""
        count = len(self.tables[table])
        if count != 1:
            self.report(f"tables.{table}", f"the table {table} must have one row (got {count})")

    def scalars(self) -> None:
        """Report the parameters that are missing."""
        for table, names in (("parameters", PARAMETERS), ("finance", FinanceRow.ranges)):
            present = set(self.tables[table]["parameter_id"])
            for name in names:
                if name not in present:
                    self.report(f"tables.{table}", f"the parameter '{name}' is missing")

    def day_shape(self) -> None:
        """Report a daily shape that does not have each hour of the day once, or is not over its mean."""
        shape = self.tables["demand_shape"]
        hours = sorted(shape["hour_local"].astype(int))
        if hours != list(range(HOURS_PER_DAY)):
            self.report("tables.demand_shape", f"hour_local should be 0 to 23, each once (got {len(hours)} rows)")
            return
        for name in (str(column) for column in shape if str(column).endswith("_ratio")):
            mean = shape[name].astype(float).mean()
            if abs(mean - 1) > SHAPE_ROUNDING_FRACTION:
                self.report(
                    "tables.demand_shape",
                    f"{name} should be 1 on average over the day (got {mean:.4g})",
                    "divide each hour by that mean; the level of demand is the study's",
                )

    def tariffs(self, sites: pd.DataFrame) -> None:
        """Report the sites whose charges on peaks alone exceed the all-in tariff."""
        charge = peak_charge_usd_per_mwh(self.study, sites)
        for site, tariff, share in zip(sites["site_id"], sites["tariff_usd_per_mwh"], charge, strict=True):
            if share >= tariff:
                self.report(
                    "sites",
                    f"site '{site}': its demand and capacity charges cost a flat load {share:.1f} USD/MWh, "
                    f"all of its tariff of {tariff:g} USD/MWh",
                )

    def large_loads(self, sites: pd.DataFrame) -> None:
        """Report classes of large load that the sites name and the table does not have."""
        named = {identity for ids in class_ids(sites) for identity in ids}
        self.known("large_loads", "class_id", sorted(named), "tables.sites")

    def incentives(self, sites: pd.DataFrame) -> None:
        """Report incentives that cannot be meant so."""
        first = self.study.horizon.periods[0].year
        terms, stated = self.tables["finance"].set_index("parameter_id")["value"], self.study.finance
        federal = stated.federal_income_tax_fraction
        if federal is None:
            federal = float(terms.get("federal_income_tax_fraction", 0.0))
        of_state = self.tables["taxes"].set_index("state")["income_tax_fraction"].loc[sites["state"]].to_numpy(float)
        income_tax = federal + of_state * (1 - federal)
        for message in contradictions(self.tables["incentives"], sites, first, income_tax, ASSETS):
            self.report("tables.incentives", message)

    def racks(self) -> pd.DataFrame:
        """Return the wanted racks; of all of them, those that are not speculative and whose speed is known."""
        rows = self.rows("racks", "rack_id", self.study.technology.racks, "technology.racks")
        if self.study.technology.racks == "all":
            return rows[~is_speculative(rows) & rows["compute_pflop"].notna()].reset_index(drop=True)
        self.counting(rows, "technology.racks")
        last = self.study.horizon.periods[-1].year
        if "first_year" in rows:
            for rack, first in rows.loc[rows["first_year"] > last, ["rack_id", "first_year"]].itertuples(index=False):
                self.report("technology.racks", f"rack '{rack}' is sold from {first:g}, period {last}")
        return rows

    def counted_in(self, rack: str, field: str) -> None:
        """Report a rack in which work is counted and which is not known, or has no speed."""
        self.known("racks", "rack_id", [rack], field)
        self.counting(self.tables["racks"][self.tables["racks"]["rack_id"] == rack], field)

    def counting(self, racks: pd.DataFrame, field: str) -> None:
        """Report racks without a speed, in which no work can be counted."""
        for rack in racks.loc[racks["compute_pflop"].isna(), "rack_id"]:
            self.report(
                field,
                f"rack '{rack}' has no speed in dense BF16 (compute_pflop is empty), so no work can be counted in it",
                "state one in a table racks of your own",
            )

    def sold(self, racks: pd.DataFrame) -> None:
        """Report that no rack is sold yet when the first period begins."""
        start = self.study.horizon.periods[0].year
        if len(racks) and "first_year" in racks and (racks["first_year"] > start).all():
            self.report("technology.racks", f"none of the racks is sold by {start}, when the first period begins")

    def fit(self, cooling: pd.DataFrame, racks: pd.DataFrame) -> None:
        """Report that no rack fits any cooling."""
        if len(cooling) and len(racks) and not fitting(cooling, racks).any():
            self.report(
                "technology.racks",
                "none of the racks fits any of the cooling technologies: too dense, or cooled by the wrong medium",
                "see max_rack_kw and liquid_capable: siting show us --table cooling",
            )
