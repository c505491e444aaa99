"""The page of the standard instruments: findings, options, recommendations, the tables of effects, how to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from siting.reports.document import Block, Bullet, Bullets, Note, Paragraph, Report, Section, Table, TableColumn
from siting.reports.render import printed
from siting.reports.text.words import Words
from siting.scenarios.page_table import cell_of, table_of
from siting.text import N_
from siting.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from siting.plan.plan import Plan
    from siting.scenarios.policy.effects import Effects

__all__ = ["page", "sections"]

COST: Mapping[str, str] = MappingProxyType(
    {
        "name": N_("Instrument"),
        "value": N_("Level"),
        "status": N_("Status"),
        "extra_cost_usd": N_("Extra cost"),
        "extra_cost_least_usd": N_("At least, proven"),
        "extra_cost_most_usd": N_("At most, proven"),
        "public_revenue_change_usd_per_yr": N_("Public revenue"),
    }
)
PRICE: Mapping[str, str] = MappingProxyType(
    {
        "name": N_("Instrument"),
        "value": N_("Level"),
        "local_price_usd_per_yr": N_("Local price, whole numbers held"),
        "step_looser_usd_per_yr": N_("Step cost, from looser"),
        "step_tighter_usd_per_yr": N_("Step cost, to tighter"),
        "step_error_usd_per_yr": N_("Left open by the proofs"),
    }
)
CHANGE: Mapping[str, str] = MappingProxyType(
    {
        "name": N_("Instrument"),
        "change_carbon_location_t_per_yr": N_("Carbon by location"),
        "change_carbon_market_t_per_yr": N_("Carbon by the market"),
        "change_carbon_hourly_t_per_yr": N_("Carbon by the hour"),
        "change_water_m3_per_yr": N_("Water"),
        "change_cfe_fraction": N_("Carbon-free share"),
        "change_peak_grid_mw": N_("Peak at the grid"),
    }
)
LEAKAGE: Mapping[str, str] = MappingProxyType(
    {
        "name": N_("Instrument"),
        "left_mw": N_("IT that leaves"),
        "arrived_mw": N_("IT that arrives elsewhere"),
        "leakage_t_per_yr": N_("Carbon that rises elsewhere"),
    }
)
OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "instrument": N_("Instrument"),
        "level": N_("Step"),
        "value": N_("Level"),
        "status": N_("Status"),
        "objective_usd": N_("Cost"),
        "bound_usd": N_("Bound"),
        "open_sites": N_("Sites"),
    }
)
PUBLIC: Mapping[str, str] = MappingProxyType(
    {
        "instrument": N_("Instrument"),
        "effect": N_("Effect"),
        "of": N_("Of"),
        "low": N_("Low"),
        "high": N_("High"),
        "change_low": N_("Change, low"),
        "change_high": N_("Change, high"),
        "unit": N_("Unit"),
        "grade": N_("Grade"),
    }
)
GOALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "change_carbon_location_t_per_yr": (N_("Less carbon by location."), "t CO2e"),
        "change_water_m3_per_yr": (N_("Less water."), "m³"),
        "change_peak_grid_mw": (N_("A lower peak at the grid."), "MW"),
    }
)
"""What somebody may want, by the column that tells it, and its unit."""


def page(base: Plan, found: Sequence[Effects], tables: Mapping[str, pd.DataFrame], language: str = "en") -> str:
    """Return the page as self-contained HTML without script.

    Parameters
    ----------
    base : Plan
        Without any instrument.
    found : sequence of Effects
        The instruments.
    tables : mapping of str to DataFrame
        Of `siting.scenarios.policy.policy_table.PolicyTable`.
    language : str
        One of `siting.reports.text.words.LANGUAGES`.
    """
    words, study = Words(language), base.case.study
    _ = words.gettext
    report = Report(
        kind="scenarios",
        language=language,
        title=_("Instruments: {title}").format(title=study.title or study.name),
        subtitle=" ".join(str(study.description).split()),
        strip=(
            (_("Study"), study.name),
            (_("Instruments"), str(len(found))),
            (_("Cost without"), words.money(base.objective_usd)),
            (
                _("Money"),
                _("USD of {year}, real, present value unless by the year").format(year=study.money_year),
            ),
            (_("Made by"), f"siting {__version__}"),
        ),
        sections=(*sections(words, tables), _reading(words)),
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
    _, effects = words.gettext, tables["policy"]
    shown = _told(words, effects)

    def chapter(key: str, title: str, caption: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> Section:
        name = f"instruments-{key}"
        heads = {column: _(label) for column, label in columns.items()}
        return Section(name, title, (table_of(words, name, caption, frame, heads),))

    of_year = _("In the last period.")
    ranges = _("With each instrument, and what it changes; two ends where they are known apart.")
    return (
        _findings(words, effects),
        chapter("options", _("Options: each instrument at its levels"), of_year, tables["steps"], OPTIONS),
        _recommendations(words, effects),
        chapter("cost", _("What each instrument costs"), _("Against the plan without it."), shown, COST),
        chapter("price", _("What one unit more costs"), _("A year and a unit of the limit."), shown, PRICE),
        chapter("change", _("What each instrument changes"), of_year, shown, CHANGE),
        chapter("leakage", _("What moves away"), of_year, shown, LEAKAGE),
        Section(
            "instruments-states",
            _("Power by state"),
            (_wide(words, tables["states"], "state", _("State"), "change_it_capacity_mw", _("Change by state.")),),
        ),
        Section(
            "instruments-payments",
            _("Who pays and who gets"),
            (_wide(words, tables["payments"], "party", _("Party"), "change_usd_per_yr", _("Change by party.")),),
        ),
        _public(words, chapter("public", _("Public money, jobs, bills"), ranges, tables["public"], PUBLIC)),
    )


def _public(words: Words, made: Section) -> Section:
    """The chapter on the public, with what its numbers rest on before them."""
    _ = words.gettext
    text = _(
        "Revenue is that of a year of the last period, by who levies it; a price of carbon is taken to be federal. "
        "Exemptions are the mean of the years. Jobs come from two numbers of one report, of a building whose size is "
        "assumed. Bills are of all other customers together: at the least they gain what the sites pay above the "
        "wholesale cost of their energy and their own lines, at the most capacity and lines for the new peak are paid "
        "by all, at an assumed price. No sign is assumed between the two."
    )
    return Section(made.id, made.title, (Paragraph(text), *made.blocks))


def _told(words: Words, effects: pd.DataFrame) -> pd.DataFrame:
    """The effects, each in words instead where it lies within what the proofs leave open."""
    text, shown = words.gettext("not told apart"), effects.copy().astype(object)
    if "is_told_apart" not in shown:
        return shown
    unknown = shown["is_told_apart"] == 0
    changes = [
        column for column in map(str, shown) if column.startswith("change_") or (column in LEAKAGE and column != "name")
    ]
    for column in [*changes, "public_revenue_change_usd_per_yr"]:
        shown.loc[unknown, column] = text
    for level in ("looser", "tighter"):
        step = f"step_{level}_usd_per_yr"
        shown.loc[(shown[f"step_{level}_is_told"] == 0) & shown[step].notna(), step] = text
    return shown


def _findings(words: Words, effects: pd.DataFrame) -> Section:
    """What stands out, each with its number; neither options nor advice."""
    _ = words.gettext
    items: list[Bullet] = []
    blocks: list[Block] = []
    for row in effects.to_dict("records"):
        name = f"{row['name']} ({row['value']})."
        cost = row.get("extra_cost_usd")
        if cost is None or cost != cost:
            text = _("{name} leaves no plan: {status}.").format(
                name=name.removesuffix("."), status=words.term(str(row["status"]))
            )
            blocks.append(Note("limit", _("No plan"), text))
            continue
        most = words.money(row["extra_cost_most_usd"])
        if row["is_told_apart"]:
            text = _("Costs {least} to {most} more, as far as is proven.").format(
                least=words.money(row["extra_cost_least_usd"]), most=most
            )
        else:
            text = _("Costs nothing or up to {most} more: not told apart within the proofs.").format(most=most)
        items.append(Bullet(name, text, "instruments-cost"))
    if items:
        blocks.insert(0, Bullets(tuple(items)))
    return Section("instruments", _("Findings: what each instrument adds to the cost"), tuple(blocks))


def _recommendations(words: Words, effects: pd.DataFrame) -> Section:
    """For each goal the instrument that reaches a unit of it at the least cost, of those that are told apart."""
    _ = words.gettext
    blocks: list[Block] = [
        Paragraph(
            _(
                "What follows holds for who has that goal, and for these levels; it weighs no law, no fairness and no "
                "ease of administration, which are for the reader to judge."
            )
        )
    ]
    items = []
    told = effects[effects["is_told_apart"] == 1] if "is_told_apart" in effects else effects.iloc[:0]
    for column, (goal, unit) in GOALS.items():
        reached = told[told[column] < 0]
        if reached.empty:
            text = _("No instrument is proven to cost something and lowers it in its plan.")
        else:
            each = (reached["extra_cost_usd"] / -reached[column]).astype(float)
            best = reached.iloc[int(each.to_numpy().argmin())]
            text = _("{name} costs least: {cost} of present value for each {unit} less a year.").format(
                name=f"{best['name']} ({best['value']})", cost=words.money(float(each.min())), unit=words.unit(unit)
            )
        items.append(Bullet(_(goal), text, "instruments-change"))
    return Section("instruments-advice", _("Recommendations, by goal"), (*blocks, Bullets(tuple(items))))


def _reading(words: Words) -> Section:
    _ = words.gettext
    items = (
        Bullet(
            _("Extra cost."),
            _("Of the plan with the instrument over the plan without, each solved anew; on the representative days."),
        ),
        Bullet(
            _("Proven."),
            _(
                "Between the two lies the true difference, whatever better plans are not found yet. No instrument of "
                "the table makes the best plan cheaper."
            ),
        ),
        Bullet(
            _("Not told apart."),
            _(
                "The plan without the instrument may be as good under it as far as is proven, so that what differs "
                "between the two may be chance."
            ),
        ),
        Bullet(_("Local price."), _("What a unit more would cost if no site, hall or rack could be changed for it.")),
        Bullet(
            _("Step cost."),
            _("The difference of two plans solved anew, one step apart, over the step: sites and halls may change."),
        ),
        Bullet(
            _("What moves away."),
            _("IT power that leaves the states of a rule, or any state, and what rises elsewhere."),
        ),
        Bullet(_("Payments."), _("What each party gets more, a year; with the operator's own the sum is zero.")),
        Bullet(
            _("All numbers."),
            _("policy.csv, steps.csv, states.csv, payments.csv and public.csv; each plan is a whole result folder."),
        ),
    )
    return Section("reading", _("How to read this"), (Bullets(items),))


def _wide(words: Words, frame: pd.DataFrame, by: str, head: str, value: str, caption: str) -> Table:
    """A row a state or a party, a column an instrument."""
    pivot = frame.pivot_table(index=by, columns="instrument", values=value, sort=False)
    pivot = pivot[(pivot.abs() > 1e-6).any(axis=1)]
    columns = [words.column(value, str(name).replace("-", " ")) for name in pivot.columns]
    rows = tuple(
        (words.term(str(key)) if by == "party" else str(key), *(cell_of(cell) for cell in row))
        for key, row in zip(pivot.index, pivot.to_numpy().tolist(), strict=True)
    )
    return Table(f"instruments-{by}", caption, (TableColumn(by, head), *columns), rows)
