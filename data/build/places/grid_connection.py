"""What the grid lets a new site take, and at what price rising with its size: one written rule for every county.

**Strength** is what the interfaces of the county with its neighbours carry into it, :math:`T`, in a nodal model of the
real grid (`transfer`). It says nothing of what others have asked for, so shares of it are a judgement:

- *The network as it stands* carries a tenth of :math:`T` to a new site.
- *Headroom*, what it may take at all, is a quarter of :math:`T`; a tenth at the least and a half at the most are the
  spread; none is larger than the largest single campuses announced.

**Own line.** Of each class of voltage, the median distance to the nearest real line, from places all over the county
(`lines`), times the detour of a line; as many circuits as a campus of 100 MW asks for; a substation of one's own. The
class that is cheapest for it is built. Its spread is that of the tenth and the ninetieth percentile of the distance.

**Price by size**, in steps that only rise. Each megawatt pays what generators of PJM and MISO paid whose studies are
complete. Each beyond what the network carries as it stands pays, on top, what those were asked whose studies go on or
who gave up. Each beyond what the own line carries pays a share of a further line: of the class that is cheapest a
megawatt of its capability.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.data.build.places.lines import QUANTILES, VOLTAGES_KV, highest_voltage_kv, line_distances_km
from siting.data.build.places.transfer import transfer_mw
from siting.data.build.technology import connection_table, parameter

__all__ = ["CAMPUS_MW", "grid_connections", "own_lines"]

CAMPUS_MW = 100.0
"""Size of the site that the own line is chosen for."""
NETWORK_SHARE = 0.1  # of what the interfaces carry, without reinforcement; an assumption
HEADROOM_SHARES = {"low": 0.1, "": 0.25, "high": 0.5}  # of what they carry, at all; assumptions
LARGEST_MW = 1000.0
DETOUR_RATIO = 1.2  # a line is longer than the straight way; an assumption
SHORTEST_LINE_KM = 1.0
SPREADS = dict(zip(("low", "", "high"), QUANTILES, strict=True))

LINE_COST_RATIO = {"ERCOT": 1.0, "MISO": 1.4695, "SPP": 1.4695, "SERTP": 1.4695, "FRCC": 1.4695}
ELSEWHERE_LINE_COST_RATIO = 2.1179  # the West, PJM, New York, New England; the South-East is taken to be as the Midwest


def grid_connections(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Work out the columns of `sites.csv` about strength, headroom and the price of a connection.

    Parameters
    ----------
    table
        `site_id` and `transmission_region` by FIPS code, of all counties.

    Returns
    -------
    columns : pandas.DataFrame
        By FIPS code.
    imputed : pandas.DataFrame
        Rows of `imputed.csv`.
    """
    ratio = table["transmission_region"].map(LINE_COST_RATIO).fillna(ELSEWHERE_LINE_COST_RATIO)
    strength = transfer_mw(table.index)
    told = strength.fillna(0.0)
    columns = pd.DataFrame({"transfer_mw": told.round(), "highest_voltage_kv": highest_voltage_kv(table.index)})
    for spread, share in HEADROOM_SHARES.items():
        columns[_named("headroom", spread, "mw")] = (share * told).clip(upper=LARGEST_MW).round(-1)
    columns = columns.join(own_lines(line_distances_km(table.index), ratio))
    columns["network_mw"] = (NETWORK_SHARE * told).round(-1)
    for stem in ("connection", "reinforcement"):
        for spread in SPREADS:
            name = _named(stem, spread, "usd_per_mw")
            columns[name] = round(parameter(name), -2)
    imputed = pd.DataFrame(
        {
            "table": "sites",
            "row_id": table["site_id"][strength.isna()],
            "column": "transfer_mw",
            "rule": "no interface with a neighbour in the model of the grid: none",
            "source_id": "reeds-transfer-2024",
            "grade": "modelled",
        }
    )
    return columns, imputed


def own_lines(distances_km: dict[float, pd.DataFrame], line_cost_ratio: pd.Series) -> pd.DataFrame:
    """Choose the class of voltage of each county's own line, and price it and a further one.

    Parameters
    ----------
    distances_km
        As from `line_distances_km`.
    line_cost_ratio
        Cost of lines over that of Texas, by county.

    Returns
    -------
    pandas.DataFrame
        By county: `connection_voltage_kv`; `line_mw`, what the own line carries; and, each with its low and high value,
        `line_km`, `connection_fixed_usd` and `further_line_usd_per_mw`.
    """
    classes = connection_table().set_index("voltage_kv").loc[list(VOLTAGES_KV)]
    capability, substation = classes["max_mw"].to_numpy(), classes["substation_usd"].to_numpy()
    circuits = np.ceil(CAMPUS_MW / capability)
    per_km = line_cost_ratio.to_numpy()[:, None] * classes["line_usd_per_km"].to_numpy()
    row = np.arange(len(line_cost_ratio))
    lengths = {
        spread: np.maximum(
            DETOUR_RATIO * np.column_stack([distances_km[voltage_kv][quantile] for voltage_kv in VOLTAGES_KV]),
            SHORTEST_LINE_KM,
        )
        for spread, quantile in SPREADS.items()
    }
    best = np.argmin(lengths[""] * circuits * per_km + substation, axis=1)
    found = {
        "connection_voltage_kv": np.array(VOLTAGES_KV)[best],
        "line_mw": (circuits * capability)[best],
    }
    for spread, km in lengths.items():
        found[_named("line", spread, "km")] = km[row, best].round(1)
        fixed = km * circuits * per_km + substation
        found[_named("connection_fixed", spread, "usd")] = fixed[row, best].round(-4)
        further = ((km * per_km + substation) / capability).min(axis=1)
        found[_named("further_line", spread, "usd_per_mw")] = further.round(-2)
    return pd.DataFrame(found, index=line_cost_ratio.index)


def _named(stem: str, spread: str, unit: str) -> str:
    return "_".join(part for part in (stem, spread, unit) if part)
