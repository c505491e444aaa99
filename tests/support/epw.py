"""A year of weather as an EPW file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

HEADER = """LOCATION,Test City,AZ,USA,TMY3,722780,33.45,-111.98,-7.0,337.0
DESIGN CONDITIONS,0
TYPICAL/EXTREME PERIODS,0
GROUND TEMPERATURES,0
HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0
COMMENTS 1,made for a test
COMMENTS 2,
DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31
"""


def epw(path: Path, usual: str = "20.0,10.0,52.0,97000.0", changes: Mapping[int, str] | None = None) -> Path:
    """Write a year of one weather but for some hours: dry bulb [C], dew point [C], humidity [%], pressure [Pa]."""
    lines = []
    for hour, time in enumerate(pd.date_range("2021-01-01", periods=8760, freq="h")):
        start = f"{time.year},{time.month},{time.day},{time.hour + 1},60,?9?9"
        lines.append(f"{start},{(changes or {}).get(hour, usual)},{','.join(['0'] * 25)}")
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return path
