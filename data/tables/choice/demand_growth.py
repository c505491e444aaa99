"""Demand of later periods, filled in by a case of growth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siting.data.kinds.growth import growth_ratio
from siting.problems import InputError, Problem, did_you_mean
from siting.study.parts import FrozenDict
from siting.study.workloads import LIMITS

if TYPE_CHECKING:
    import pandas as pd

    from siting.study.study import Study

__all__ = ["grown", "of_case"]


def of_case(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Return the row of the case by which a study's demand grows; no row where it does not."""
    growth = study.demand.growth
    wanted = "" if growth is None else growth.case
    return table[table["case_id"] == wanted].reset_index(drop=True)


def grown(study: Study, table: pd.DataFrame) -> Study:
    """Return the study with a demand for each period; one whose demand does not grow as it is.

    A period has the demand of the year in which it begins; where that is the middle of a year and no demand is
    stated of it, but of the whole years around it, the mean of both.

    Parameters
    ----------
    study : Study
        What is asked.
    table : DataFrame
        Rows of the table demand_growth.

    Raises
    ------
    InputError
        If the table does not have the case, or demand grows beyond what any study may ask.
    """
    between = study.demand.between_years([period.year for period in study.horizon.periods])
    if between is not study.demand:
        study = study.model_copy(update={"demand": between})
    growth = study.demand.growth
    if growth is None:
        return study
    row = of_case(study, table)
    if row.empty:
        known = [str(name) for name in table["case_id"]]
        hint = did_you_mean(growth.case, known) or f"the cases are: {', '.join(known)}"
        message = f"'{growth.case}' is not in the table demand_growth"
        raise InputError([study.problem("demand.growth.case", message, hint)])
    case = row.iloc[0].to_dict()
    problems: list[Problem] = []
    amounts: dict[str, FrozenDict] = {}
    for one in study.demand.asked():
        base, field = one.by_year[growth.from_year], f"demand.{one.field}"
        rises = {
            period.year: base * growth_ratio(case, one.work_class, period.year - growth.from_year)
            for period in study.horizon.periods
            if period.year not in one.by_year
        }
        wrong = {year: LIMITS[one.unit].problem(value) for year, value in rises.items()}
        problems += [study.problem(field, f"what it grows to in {year} {why}") for year, why in wrong.items() if why]
        amounts[one.field] = FrozenDict({**one.by_year, **rises})
    if problems:
        raise InputError(problems)
    return study.model_copy(update={"demand": study.demand.with_amounts(amounts)})
