"""What it takes to say whether a study is right: `siting check`, and the same from a whole case, from a cold start.

    python tests/benchmarks/check.py                       # us
    python tests/benchmarks/check.py --study us-small --times 3

`outline` is what the command does: all of the study but for days, hours and weather. `case` makes the case that a run
solves, and looks at that. Both begin with a fresh interpreter, as the command line does; `processor_s` does not depend
on what else the machine does.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

from measure import Figures

WAYS = {
    "outline": "from siting.cli.app import call; call(['check', {study!r}])",
    "case": (
        "from siting.cli.asked import prepared; from siting.plan.arithmetic import arithmetic_conflicts; "
        "arithmetic_conflicts(prepared({study!r}, None))"
    ),
}


def of(study: str, way: str) -> Figures:
    """Check a study in one way, in a process of its own."""
    figures = Figures("check", study, way)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", WAYS[way].format(study=study)], check=True, capture_output=True)
    figures.seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    figures.more = {"processor_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}
    return figures


def main() -> None:
    """Print a line for each way, as many times as asked, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", default="us")
    parser.add_argument("--times", type=int, default=1)
    asked = parser.parse_args()
    for _ in range(asked.times):
        for way in WAYS:
            of(asked.study, way).show()


if __name__ == "__main__":
    main()
