"""Where the cases of a sweep are solved: in this process, in some of its own, or on a Dask cluster."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor

from siting.problems import InputError, Problem

__all__ = ["CONNECT_S", "cores_count", "dask_workers", "listening", "processes"]

ENDS = frozenset(
    int(number) for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None
)
"""Signals that end a sweep; Windows has no SIGHUP."""

CONNECT_S = 5.0
"""Seconds in which a scheduler must answer."""


def cores_count() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def processes(count: int) -> Iterator[Executor]:
    """Yield so many processes; they end with this one, however it ends."""
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
    try:
        yield pool
    except BaseException:
        for process in list((getattr(pool, "_processes", None) or {}).values()):  # there is no public way
            process.kill()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def dask_workers(address: str) -> Iterator[tuple[Executor, int]]:
    """Yield the workers of a cluster, and how many cases they solve at once.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.1:8786``. Its workers see the same files.

    Raises
    ------
    InputError
        If the extra ``cluster`` is not installed, nobody answers there, or no worker is at the scheduler.
    """
    try:
        from distributed import Client
    except ImportError as error:
        hint = "install it with: pip install 'siting[cluster]'"
        raise InputError([Problem("--cluster", 0, "", "a cluster needs the package distributed", hint)]) from error
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        said = " ".join(str(error).split()) or type(error).__name__
        hint = "is `dask scheduler` running there?"
        raise InputError([Problem("--cluster", 0, address, f"no scheduler answers ({said})", hint)]) from error
    with client:
        with contextlib.suppress(TimeoutError):
            client.wait_for_workers(1, timeout=CONNECT_S)
        slots = sum(client.nthreads().values())
        if not slots:
            hint = f"start some with: dask worker {address}"
            raise InputError([Problem("--cluster", 0, address, "the scheduler has no workers", hint)])
        executor = client.get_executor(pure=False)
        try:
            yield executor, slots
        finally:
            executor.shutdown(wait=False)


@contextlib.contextmanager
def listening() -> Iterator[Callable[[], bool]]:
    """Yield what tells whether Ctrl-C was pressed since, also where a solve took it as its own end and not as an error.

    A solve hears Ctrl-C and ends in good order, with a plan; a sweep must end, too, instead of beginning the next case.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    heard: list[int] = []

    def was_heard() -> bool:
        with contextlib.suppress(BlockingIOError):
            heard.extend(number for number in os.read(reading, 4096) if number in ENDS)
        return bool(heard)

    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield was_heard
    finally:
        signal.set_wakeup_fd(before)
        os.close(reading)
        os.close(writing)


def _begin() -> None:
    """Leave Ctrl-C to the process above, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    above = multiprocessing.parent_process()
    if above is not None:

        def watch() -> None:
            above.join()
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
