"""The page of the standard instruments: findings, the table of effects, and how to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from siting.reports.document import Block, Bullet, Bullets, Note, Report, Section, Table, TableColumn
from siting.reports.render import printed
from siting.reports.text.words import Words
from siting.scenarios.page_table import cell_of, table_of
from siting.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from siting.plan.plan import Plan
    from siting.scenarios.policy.effects import Effects

__all__ = ["page", "sections"]

COST = {
    "name": "Instrument",
    "value": "Level",
    "status": "Status",
    "extra_cost_usd": "Extra cost",
    "extra_cost_least_usd": "At least, proven",
    "extra_cost_most_usd": "At most, proven",
    "public_revenue_change_usd_per_yr": "Public revenue",
}
PRICE = {
    "name": "Instrument",
    "value": "Level",
    "local_price_usd_per_yr": "Local price, whole numbers held",
    "step_looser_usd_per_yr": "Step cost, from looser",
    "step_tighter_usd_per_yr": "Step cost, to tighter",
    "step_error_usd_per_yr": "Left open by the proofs",
}
CHANGE = {
    "name": "Instrument",
    "change_carbon_location_t_per_yr": "Carbon by location",
    "change_carbon_market_t_per_yr": "Carbon by the market",
    "change_carbon_hourly_t_per_yr": "Carbon by the hour",
    "change_water_m3_per_yr": "Water",
    "change_cfe_fraction": "Carbon-free share",
    "change_peak_grid_mw": "Peak at the grid",
}
LEAKAGE = {
    "name": "Instrument",
    "left_mw": "IT that leaves",
    "arrived_mw": "IT that arrives elsewhere",
    "leakage_t_per_yr": "Carbon that rises elsewhere",
}


def page(base: Plan, found: Sequence[Effects], tables: Mapping[str, pd.DataFrame]) -> str:
    """Return the page as self-contained HTML without script.

    Parameters
    ----------
    base : Plan
        Without any instrument.
    found : sequence of Effects
        The instruments.
    tables : mapping of str to DataFrame
        Of `siting.scenarios.policy.policy_table.PolicyTable`.
    """
    words, study = Words("en"), base.case.study
    report = Report(
        kind="scenarios",
        language="en",
        title=f"Instruments: {study.title or study.name}",
        subtitle=" ".join(str(study.description).split()),
        strip=(
            ("Study", study.name),
            ("Instruments", str(len(found))),
            ("Cost without", words.money(base.objective_usd)),
            ("Money", f"USD of {study.money_year}, real, present value unless by the year"),
            ("Made by", f"siting {__version__}"),
        ),
        sections=(*sections(words, tables), _reading()),
        slug=f"{study.name}-policy",
    )
    return printed(report)


def sections(words: Words, tables: Mapping[str, pd.DataFrame]) -> tuple[Section, ...]:
    """Return the chapters on the instruments, as they stand on the page and in the policy report made with it.

    Parameters
    ----------
    words : Words
        Of the page's language.
    tables : mapping of str to DataFrame
        Of `siting.scenarios.policy.policy_table.PolicyTable`.
    """
    effects = tables["policy"]

    def chapter(key: str, title: str, caption: str, columns: Mapping[str, str]) -> Section:
        name = f"instruments-{key}"
        return Section(name, title, (table_of(words, name, caption, effects, columns),))

    return (
        _findings(words, effects),
        chapter("cost", "What each instrument costs", "Against the plan without it", COST),
        chapter("price", "What one unit more costs", "A year, and a unit of the limit in its own unit", PRICE),
        chapter("change", "What each instrument changes", "In the last period", CHANGE),
        chapter("leakage", "What moves away", "In the last period", LEAKAGE),
        Section(
            "instruments-states", "Power by state", (_wide(words, tables["states"], "state", "change_it_capacity_mw"),)
        ),
        Section(
            "instruments-payments",
            "Who pays and who gets",
            (_wide(words, tables["payments"], "party", "change_usd_per_yr"),),
        ),
    )


def _findings(words: Words, effects: pd.DataFrame) -> Section:
    """What stands out, each with its number; neither options nor advice."""
    blocks: list[Block] = []
    solved = effects[effects["extra_cost_usd"].notna()] if "extra_cost_usd" in effects else effects.iloc[:0]
    for row in solved.to_dict("records"):
        if row["extra_cost_least_usd"] <= 0:
            text = f"{words.money(row['extra_cost_usd'])}: within what the proofs leave open, so it may cost nothing."
        else:
            text = f"{words.money(row['extra_cost_usd'])}, at least {words.money(row['extra_cost_least_usd'])}."
        blocks.append(Bullets((Bullet(f"{row['name']} ({row['value']}).", text, "instruments-cost"),)))
    for row in effects[~effects.index.isin(solved.index)].to_dict("records"):
        text = f"{row['name']} at {row['value']}: {str(row['status']).replace('_', ' ')}."
        blocks.append(Note("limit", "No plan", text))
    return Section("instruments", "What each instrument adds to the cost", tuple(blocks))


def _reading() -> Section:
    items = (
        Bullet(
            "Extra cost.",
            "Of the plan with the instrument over the plan without, each solved anew; on the chosen days.",
        ),
        Bullet("Proven.", "Between the two lies the true difference, whatever better plans are not found yet."),
        Bullet("Local price.", "What a unit more would cost if no site, hall or rack could be changed for it."),
        Bullet(
            "Step cost.",
            "The difference of two plans solved anew, one step apart, over the step: sites and halls may change. Where "
            "it is below what the proofs leave open, its sign is not known.",
        ),
        Bullet(
            "What moves away.", "IT power that leaves the states of a rule, or any state, and what rises elsewhere."
        ),
        Bullet("Payments.", "What each party gets more, a year; with the operator's own the sum is zero."),
        Bullet(
            "All numbers.", "policy.csv, steps.csv, states.csv and payments.csv; each plan is a whole result folder."
        ),
    )
    return Section("reading", "How to read this", (Bullets(items),))


def _wide(words: Words, frame: pd.DataFrame, by: str, value: str) -> Table:
    """A row a state or a party, a column an instrument."""
    pivot = frame.pivot_table(index=by, columns="instrument", values=value, sort=False)
    pivot = pivot[(pivot.abs() > 1e-6).any(axis=1)]
    columns = [words.column(value, str(name).replace("-", " ")) for name in pivot.columns]
    rows = tuple(
        (str(key), *(cell_of(cell) for cell in row))
        for key, row in zip(pivot.index, pivot.to_numpy().tolist(), strict=True)
    )
    return Table(f"instruments-{by}", f"Change by {by}", (TableColumn(by, by.capitalize()), *columns), rows)
