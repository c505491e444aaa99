"""Work that Ctrl-C ends in good order, wherever it happens to be."""

from __future__ import annotations

import contextlib
import contextvars
import signal
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from siting.optimise.solver.deadline import Deadline

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

    with _heard_by(deadline):
        threading.Thread(target=run, daemon=True).start()
        while not ended.wait(LISTENING_S):
            pass
    if failed:
        raise failed[0]
    return done[0]


@contextlib.contextmanager
def _heard_by(deadline: Deadline) -> Iterator[None]:
    """Let Ctrl-C, and what is heard like it, stop a deadline instead of raising an error.

    An error could be raised while the one before is dealt with: pressed twice, Ctrl-C would get out.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone hears signals
        yield
        return
    raising = [number for number in signal.valid_signals() if signal.getsignal(number) is signal.default_int_handler]
    for number in raising:
        signal.signal(number, lambda _number, _frame: deadline.stop())
    try:
        yield
    finally:
        for number in raising:
            signal.signal(number, signal.default_int_handler)
