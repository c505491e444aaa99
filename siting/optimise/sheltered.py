"""Work that Ctrl-C ends in good order, wherever it happens to be."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import TypeVar

from siting.optimise.deadline import Deadline

_Result = TypeVar("_Result")

LISTENING_S = 0.05
"""How often the waiting thread looks up: a wait without end does not hear Ctrl-C on every system."""


def sheltered(work: Callable[[], _Result], deadline: Deadline) -> _Result:
    """Do work in a thread of its own, and stop its deadline at Ctrl-C, as often as it is pressed.

    Python raises `KeyboardInterrupt` in the main thread, between any two instructions: in numpy, in pandas, in a pool
    that waits for its threads. Here the main thread only waits, so nothing is cut in two, and what was found is kept.

    Parameters
    ----------
    work : callable
        What to do. It ends soon after its deadline is over.
    deadline : Deadline
        That of the work.

    Returns
    -------
    object
        What the work returns; what it raises is raised here.
    """
    done: list[_Result] = []
    failed: list[BaseException] = []
    ended = threading.Event()
    context = contextvars.copy_context()  # such as numpy's error state

    def run() -> None:
        try:
            done.append(context.run(work))
        except BaseException as error:
            failed.append(error)
        finally:
            ended.set()

    # Waiting for the event, not for the thread: a join that Ctrl-C interrupts takes the thread for dead (Python 3.11).
    threading.Thread(target=run, daemon=True).start()
    while True:
        try:
            if ended.wait(LISTENING_S):
                if done:
                    return done[0]
                break
        except KeyboardInterrupt:
            deadline.stop()
    raise failed[0]
