"""Draw bound and incumbent over time from the lines of `solve.py`.

python tests/benchmarks/solve.py --sites 200 --hours 288 > solve.jsonl
python tests/benchmarks/plot.py solve.jsonl -o tests/benchmarks/bound-and-incumbent.svg
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

COLOURS = {"decomposed": "#0b6e4f", "whole": "#c2571a", "highs": "#5b5f97"}
NAMES = {"decomposed": "site by site", "whole": "whole model", "highs": "HiGHS by itself"}
BILLION = 1e9
MARGIN_FRACTION = 0.04
"""How far the picture reaches beyond the best plan, either way: first bounds lie far below."""

STYLE = {"svg.hashsalt": "siting", "svg.fonttype": "none", "text.parse_math": False, "font.size": 10}


def draw(lines: list[dict[str, Any]], case: str) -> Figure:
    """Draw one case: a colour a method, its plans as a full line, its bounds as a broken one."""
    moments = [line for line in lines if line["bench"] == "solve-progress" and line["case"] == case]
    best = min(line["objective"] for line in moments if line["objective"])
    figure = Figure(figsize=(7.2, 3.8), layout="constrained")
    axes = figure.subplots()
    for method, colour in COLOURS.items():
        own = [line for line in moments if line["method"] == method]
        if not own:
            continue
        end = max(line["seconds"] for line in own)
        for what, style, words in (("objective", "-", "best plan"), ("bound", (0, (4, 2)), "bound")):
            known = [(line["seconds"], line[what]) for line in own if line[what] is not None]
            if not known:
                continue
            seconds, values = np.array(known).T
            so_far = np.minimum.accumulate(values) if what == "objective" else np.maximum.accumulate(values)
            axes.step(
                [*seconds, end], [*so_far / BILLION, so_far[-1] / BILLION], where="post", color=colour,
                linestyle=style, linewidth=1.8, label=f"{NAMES[method]}: {words}",
            )  # fmt: skip
    axes.set_ylim(best * (1 - MARGIN_FRACTION) / BILLION, best * (1 + MARGIN_FRACTION) / BILLION)
    axes.set_xlabel("seconds")
    axes.set_ylabel("present value, billion USD")
    axes.set_title(case, loc="left", fontsize=10)
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9)
    return figure


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=Path, help="what solve.py printed")
    parser.add_argument("-o", "--output", type=Path, default=Path("bound-and-incumbent.svg"))
    parser.add_argument("--case", help="which case, if there are several; the last by default")
    given = parser.parse_args()
    lines = [json.loads(line) for line in given.lines.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    cases = [line["case"] for line in lines if line["bench"] == "solve-progress"]
    with mpl.rc_context(STYLE):
        draw(lines, given.case or cases[-1]).savefig(given.output, metadata={"Date": None})


if __name__ == "__main__":
    main()
