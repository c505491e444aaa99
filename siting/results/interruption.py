"""Ctrl-C and what is heard as Ctrl-C: held back where something must be finished, told apart where it is too late."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

__all__ = ["StoppedAfterwards", "hear_schedulers", "uninterrupted"]


class StoppedAfterwards(KeyboardInterrupt):
    """Ctrl-C, heard once all results were in their place."""


def hear_schedulers() -> None:
    """Hear what a scheduler or a shut terminal sends as Ctrl-C, unless the process was told to ignore it."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM back while the block lasts; they are heard after it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    names = (signal.SIGINT, signal.SIGTERM)
    before = {name: signal.signal(name, lambda number, _frame: heard.append(number)) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, signal.SIG_DFL if handler is None else handler)
        if heard:
            signal.raise_signal(heard[0])
