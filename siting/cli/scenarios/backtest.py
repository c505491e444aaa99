"""The command `siting backtest`: the order of a plan's candidates held against what was built."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from siting.cli.asked import loaded, require_result
from siting.cli.terminal import print_table

__all__ = ["backtest"]


def backtest(
    folder: Path,
    /,
    *,
    built: Path,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Hold a saved plan against what was built: does the order of its candidates say where people build?

    Parameters
    ----------
    folder
        Folder that `siting run` wrote.
    built
        CSV of what was built: `size`, `latitude` and `longitude` or `county_fips`, and perhaps `year`.
    json
        Print all of it as JSON, every figure with its interval.
    """
    from siting.cli.scenarios import backtest_text
    from siting.results.formats import json_text
    from siting.scenarios.backtest.backtest import backtest as judged
    from siting.scenarios.backtest.built import read_built
    from siting.scenarios.backtest.record import record

    there = read_built(built)
    require_result(folder)
    found = judged(loaded(folder), there)
    if json:
        print(json_text(record(found)), end="")
        return 0
    print(f"{backtest_text.heading(found)}\n")
    print_table(backtest_text.order_rows(found))
    for groups, name in ((found.regions, "region"), (found.years, "built in")):
        print()
        print_table(backtest_text.group_rows(groups, name))
    print(f"\n{backtest_text.notes(found)}")
    return 0
