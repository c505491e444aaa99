"""Limits drawn in by what a year goes beyond them, so that a design made within them keeps them over the year."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from siting.case.case import Field
from siting.plan.full_year import cautions_of_year

if TYPE_CHECKING:
    from siting.case.case import Case
    from siting.plan.full_year import Replay

RESALE = "contracts.resale_limit_fraction"

MARGIN_FRACTION = 0.01
"""By how much more they are drawn in."""


def drawn_in(case: Case, replay: Replay) -> Case | None:
    """Return a case whose limits are lower by as much as a year lay above them; None if it lay above none.

    Parameters
    ----------
    case : Case
        The chosen days, with the limits that the design was made within.
    replay : Replay
        The year of the design.
    """
    policy, fields = case.study.policy, dict(case.fields)
    changes: dict[str, float] = {}
    for caution in cautions_of_year(replay):
        told = {name: float(value) for name, value in caution.values.items() if not isinstance(value, str)}
        match caution.id:
            case "replay_carbon_cap" if policy.carbon_cap_t_per_yr is not None:
                changes["carbon_cap_t_per_yr"] = policy.carbon_cap_t_per_yr * _part(1 + told["excess_fraction"])
            case "replay_water_cap" if policy.water_cap_m3_per_yr is not None:
                changes["water_cap_m3_per_yr"] = policy.water_cap_m3_per_yr * _part(1 + told["excess_fraction"])
            case "replay_pue" if policy.pue_max_ratio is not None:
                beyond = _part((told["pue_ratio"] - 1) / (told["limit_ratio"] - 1))
                changes["pue_max_ratio"] = 1 + (policy.pue_max_ratio - 1) * beyond
            case "replay_wue" if policy.wue_max_l_per_kwh is not None and policy.wue_max_l_per_kwh > 0:
                beyond = _part(told["wue_l_per_kwh"] / told["limit_l_per_kwh"])
                changes["wue_max_l_per_kwh"] = policy.wue_max_l_per_kwh * beyond
            case "replay_cfe" if policy.cfe_min_fraction is not None:
                changes["cfe_min_fraction"] = _raised(policy.cfe_min_fraction, told["cfe_fraction"])
            case "replay_cfe_annual" if policy.cfe_annual_min_fraction is not None:
                changes["cfe_annual_min_fraction"] = _raised(policy.cfe_annual_min_fraction, told["claimed_fraction"])
            case "replay_heat" if policy.heat_reuse_min_fraction is not None:
                changes["heat_reuse_min_fraction"] = _raised(policy.heat_reuse_min_fraction, told["sold_fraction"])
            case "replay_resale" if told["limit_fraction"] > 0:
                limit = fields[RESALE].values * _part(told["sold_fraction"] / told["limit_fraction"])
                fields[RESALE] = Field((), limit)
    if not changes and fields[RESALE] is case.fields[RESALE]:
        return None
    study = case.study.model_copy(update={"policy": policy.model_copy(update=changes)})
    return dataclasses.replace(case, study=study, fields=fields)


def _raised(least: float, reached: float) -> float:
    """A least share, given the share that the year has: what is left open falls by as much as it was too large."""
    if least >= 1:
        return least
    return 1 - (1 - least) * _part((1 - reached) / (1 - least))


def _part(beyond: float) -> float:
    """What a limit is multiplied by, given what the year has over it."""
    return (1 - MARGIN_FRACTION) / beyond
