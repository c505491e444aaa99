r"""Water that another cooling would save at each built site, and the price of water from which it would pay.

The comparison is that of `siting.plan.tables.cooling_options`: the racks and their work are kept, and cooled another
way. Of the options that serve the full load in the design hour and draw less water, the one counts that saves a cubic
metre at the least extra cost. That cost already credits the water saved at its assumed price, so from

.. math::

    p^* = p_s + \frac{\Delta C}{\Delta W}

on, with the assumed price :math:`p_s`, the extra cost :math:`\Delta C` and the water saved :math:`\Delta W`, the other
option is the cheaper one.
"""

from __future__ import annotations

import pandas as pd

from siting.case.case import Case

__all__ = ["COLUMNS", "savings"]

COLUMNS = (
    "site_id",
    "period",
    "built_cooling_id",
    "cooling_id",
    "water_m3_per_yr",
    "water_saved_m3_per_yr",
    "extra_cost_usd_per_yr",
    "water_usd_per_m3",
    "break_even_water_usd_per_m3",
)

SERVED_FRACTION = 1 - 1e-9
"""Share of full load in the design hour from which all of it is served."""


def savings(case: Case, options: pd.DataFrame) -> pd.DataFrame:
    """Return the cheapest saving of water at each built site, the cheapest first.

    Parameters
    ----------
    case : Case
        Holds the assumed price of water of each site.
    options : DataFrame
        From `siting.plan.tables.cooling_options.options`.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS`; no row for a site where no option saves water.
    """
    keys = ["site_id", "period", "built_cooling_id"]
    built = options.loc[options["is_built"] == 1, [*keys, "water_m3_per_yr"]]
    others = options[(options["is_built"] == 0) & (options["carried_fraction"] >= SERVED_FRACTION)]
    frame = others.drop(columns="water_m3_per_yr").assign(other_m3_per_yr=others["water_m3_per_yr"])
    frame = frame.merge(built, on=keys, how="inner")
    frame["water_saved_m3_per_yr"] = frame["water_m3_per_yr"] - frame["other_m3_per_yr"]
    frame = frame[frame["water_saved_m3_per_yr"] > 0]
    price = dict(zip(case.axes["site"], case.values("cooling.water_usd_per_m3"), strict=True))
    frame["water_usd_per_m3"] = frame["site_id"].map(price).astype(float)
    frame["break_even_water_usd_per_m3"] = (
        frame["water_usd_per_m3"] + frame["extra_cost_usd_per_yr"] / frame["water_saved_m3_per_yr"]
    )
    order = frame.sort_values(["break_even_water_usd_per_m3", "site_id"], kind="stable")
    return order.drop_duplicates(keys)[list(COLUMNS)].reset_index(drop=True)
