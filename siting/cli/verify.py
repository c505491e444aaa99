"""The command `siting verify`: a saved plan audited from its files alone."""

from __future__ import annotations

from pathlib import Path

from siting.cli.asked import require_result
from siting.cli.terminal import complain

__all__ = ["verify"]


def verify(folder: Path, /) -> int:
    """Audit a saved plan from its files alone: every balance, cost, limit, table and page is worked out again.

    Parameters
    ----------
    folder
        Folder that `siting run` wrote.
    """
    from siting.accounts.audit import TOLERANCE_FRACTION
    from siting.results.verifying import verify as held

    require_result(folder)
    found = held(folder)
    if found.audit is not None:
        residuals = found.audit.residuals
        width = max(len(name) for name in residuals["balance"])
        print(f"{'balance':<{width}}  residual  where it is largest")
        for row in residuals.itertuples():
            print(f"{row.balance:<{width}}  {row.residual_fraction:8.1e}  {row.worst_key}".rstrip())
    for message in found.remarks:
        complain(f"{folder}: note: {message}")
    for message in found.failures:
        complain(f"{folder}: {message}")
    if found.audit is None or not found.holds:
        complain(f"{folder}: the plan does not hold")
        return 1
    print(f"{folder}: the plan holds; largest residual {found.audit.largest:.1e}, limit {TOLERANCE_FRACTION:.0e}")
    return 0
