"""What a reader must know before using a plan: each caution an id and its numbers, in words when it is printed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

from siting.text import N_

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "start_lost": N_("The earlier plan that the search began with uses what this study does not have: {members}."),
        "consent_suspended": N_(
            "{site}: consent is suspended by {body} since {started_on}, until {ends_on} (source: {source_id})."
        ),
        "consent_suspended_endless": N_(
            "{site}: consent is suspended by {body} since {started_on}, until a day not stated (source: {source_id})."
        ),
        "consent_suspended_of_old": N_(
            "{site}: consent is suspended by {body} since a day not stated, until {ends_on} (source: {source_id})."
        ),
        "consent_suspended_of_old_endless": N_(
            "{site}: consent is suspended by {body}; neither first nor last day is stated (source: {source_id})."
        ),
        "speculative_racks": N_(
            "The plan rests on speculative racks, which nobody can buy for such work today and whose price and speed "
            "are guesses: {racks}."
        ),
        "own_rules": N_(
            "The plan holds rules of the study's own, which no audit works out again, and which the dispatch of the "
            "year and the count of draws do not know: {rules}."
        ),
        "futures": N_(
            "The plan is made for {count} futures together, and proven to {gap_fraction} over all of them. Its tables "
            "stand in the future {shown}, of middling cost; the bound beside its cost there is one on plans made for "
            "that future alone."
        ),
        "futures_left_out": N_(
            "For a plan over futures it is not worked out what opening other sites would cost, how often each site is "
            "chosen under errors of the inputs, or what no plan costs less than over the year; how often the best "
            "plans for each future have a site is told by the command siting futures."
        ),
        "futures_years_stopped": N_("Stopped before the design was run through the full year in every future."),
        "search_stopped": N_("The search was stopped before the gap asked for was proven; {gap_fraction} is."),
        "contracts_taken_out": N_(
            "Contracts that pay by the prices of {first} and lose by those of {second} were taken out, and the plan "
            "was made again without them: {contracts}. Its cost, gap and bounds are those of plans without them."
        ),
        "contracts_kept": N_(
            "Without contracts that pay by the prices of {first} and lose by those of {second} no plan was found, so "
            "they stay: {contracts}."
        ),
        "rivals_stopped": N_("Stopped before it was worked out why all the other sites are not built."),
        "replay_stopped": N_("Stopped before the design was run through the full year."),
        "replay_failed": N_("The design could not be run through the full year: {error}"),
        "replay_one_way": N_(
            "A battery may not charge and discharge at once; the full-year replay holds to that at a cost at most "
            "{excess_fraction} above the least."
        ),
        "designs_stopped": N_("Stopped before other designs had competed by what they cost over the year."),
        "year_bound_stopped": N_("Stopped before a bound for the year was proven: the proof concerns the chosen days."),
        "year_bound_failed": N_("No bound for the year could be worked out: {error}"),
        "draws_stopped": N_("Stopped before it was counted how often each site is chosen under errors of the inputs."),
        "draws_fewer": N_(
            "Of {asked_count} choices of sites under errors of the inputs {done_count} were made: time was up, or no "
            "sites met the demand."
        ),
        "draws_unlike": N_(
            "How often each site is chosen under errors of the inputs is not known: the fast choice that counts it "
            "does not come to the plan's own sites where there are no errors."
        ),
        "climate_stopped": N_("Stopped before the plan was tried in other weather."),
        "replay_unserved": N_("In the full-year replay {unserved_fraction} of the work is left undone."),
        "replay_carbon_cap": N_("In the full-year replay the carbon cap is exceeded by {excess_fraction}."),
        "replay_water_cap": N_("In the full-year replay the water cap is exceeded by {excess_fraction}."),
        "replay_pue": N_("In the full-year replay a site has a PUE of {pue_ratio}, above the limit of {limit_ratio}."),
        "replay_wue": N_(
            "In the full-year replay a site has a WUE of {wue_l_per_kwh} L/kWh, above the limit of "
            "{limit_l_per_kwh} L/kWh."
        ),
        "replay_cfe": N_(
            "In the full-year replay {cfe_fraction} of the energy is carbon-free by the hour, less than the "
            "{limit_fraction} asked."
        ),
        "replay_cfe_annual": N_(
            "In the full-year replay {claimed_fraction} of the power drawn and made on site is claimed as clean, less "
            "than the {limit_fraction} asked."
        ),
        "replay_heat": N_(
            "In the full-year replay a site sells {sold_fraction} of its energy as heat, less than the "
            "{limit_fraction} asked."
        ),
        "replay_region_water": N_(
            "In the full-year replay the water cap of {region} is exceeded by {excess_fraction}."
        ),
        "replay_permit": N_(
            "In the full-year replay a plant on site runs {excess_fraction} longer than its permit allows."
        ),
        "replay_resale": N_(
            "In the full-year replay a site sells {sold_fraction} of its use as surplus, more than the "
            "{limit_fraction} agreed."
        ),
    }
)
"""Text of each caution; a number's name ends in its unit."""


@dataclasses.dataclass(frozen=True)
class Caution:
    """One caution.

    Parameters
    ----------
    id : str
        One of `MESSAGES`.
    values : mapping of str to float or str
        What its text names.

    Raises
    ------
    KeyError
        If there is no such caution, or a value that its text names is missing.

    Examples
    --------
    >>> str(Caution("replay_carbon_cap", {"excess_fraction": 0.0254}))
    'In the full-year replay the carbon cap is exceeded by 2.54%.'
    """

    id: str
    values: Mapping[str, float | str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        MESSAGES[self.id].format(**self.values)

    def __str__(self) -> str:
        return MESSAGES[self.id].format(**{name: _printed(name, value) for name, value in self.values.items()})


def _printed(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{100 * value:.3g}%" if name.endswith("_fraction") else f"{value:.4g}"
