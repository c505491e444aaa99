"""A fuzzer guided by coverage: python tests/fuzz/fuzz.py TARGET [-max_total_time=600] [more options of libFuzzer].

Begins with what lies in `corpus/TARGET` and works in a folder of its own. Of findings the first of each place in the
code is written to `finding-TARGET-...`, with its traceback on the screen, and the search goes on; a hang (60 s for one
input) or more than 2 GB of memory ends it. What is mended becomes a file of the corpus, which
`tests/inputs/test_fuzzed.py` runs.
Needs `pip install atheris`.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import atheris

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

with atheris.instrument_imports(include=["siting", "targets"]):
    import targets

CAPS = ["-timeout=60", "-rss_limit_mb=2048", "-max_len=4096", "-use_value_profile=1"]


def going_on(name: str, target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Note the first finding of each place, and let the search go on."""
    places: set[str] = set()

    def tried(data: bytes) -> None:
        try:
            target(data)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            last = [frame for frame in frames if "/siting/" in frame.filename or "/targets" in frame.filename][-1]
            place = f"{type(error).__name__}-{Path(last.filename).stem}-{last.lineno}"
            if place not in places:
                places.add(place)
                Path(f"finding-{name}-{place}").write_bytes(data)
                sys.stderr.write(f"== finding {len(places)}: {place}\n")
                traceback.print_exc()

    return tried


def main() -> None:
    """Fuzz the target that the command line names."""
    name, *options = sys.argv[1:]
    if name == "folder":
        from tiny_study import write_study

        import siting

        folder = Path(tempfile.mkdtemp())
        plan = siting.solve(siting.prepare(siting.load_study(write_study(folder))))
        target = targets.folder_target(siting.write(plan, folder / "result", languages=()))
    else:
        target = targets.TARGETS[name]
    corpus = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    atheris.Setup([sys.argv[0], *CAPS, *options, str(corpus), str(HERE / "corpus" / name)], going_on(name, target))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
