"""A place for results: made and tried before the work, filled at once, and what no run wrote in it left alone.

New results are written into a working folder inside the place and moved from there file by file, so that a place may
be a mounted volume or a link, and nothing of a user's is ever moved. Whether a move has begun is written down: what a
killed process left is finished by the next command, if its results were whole, or swept away, if they were not.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

from siting.problems import InputError, Problem
from siting.results.interruption import StoppedAfterwards, uninterrupted
from siting.results.manifest import MANIFEST, ManifestError, read_manifest

__all__ = ["OWN_FOLDERS", "Claim", "claimed", "recover", "strangers", "uninterrupted"]

OWN_FOLDERS = ("data", "case", "decisions", "ledgers", "year")
"""Folders of a result in which there is nothing but results."""

_WORK = re.compile(r"^\.siting-[0-9a-f]{32}$")
_LOCK, _READY, _NEW = "lock", "ready.json", "new"
_SIGNATURE = "siting writes results here; if no run of it is at work, this folder may be deleted\n"
_PROBE = f"{_NEW}/decisions/site-cooling-rack-period-hour.parquet"
"""The longest name of a result, made beforehand: a path may be too long only from here on."""
_PROBE_BYTES = 1 << 20
_MAKING_S = 60.0
"""Seconds after which a working folder without a lock is nobody's any more."""


class Claim:
    """A place that results may be written to, and is held until it is released.

    Parameters
    ----------
    place : Path
        Where the results are to be.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self._work = place / f".siting-{uuid.uuid4().hex}"
        self._work.mkdir()
        self._lock: IO[str] | None = (self._work / _LOCK).open("w", encoding="utf-8")
        try:
            _hold(self._lock)
            self._lock.write(_SIGNATURE)
            self._lock.flush()
            self._try()
        except BaseException:
            self.release()
            raise

    @property
    def new(self) -> Path:
        """Empty folder to write new results into."""
        return self._work / _NEW

    def install(self, kept: Collection[str] = ()) -> None:
        """Put what has been written in the place of the earlier results.

        Only files that the earlier results' manifest lists are replaced or removed. Once it has begun, the move is
        finished: by itself, with Ctrl-C held back, or by the next command that comes upon the place.

        Parameters
        ----------
        kept : collection of str
            Earlier results that stay as they are.

        Raises
        ------
        InputError
            If a file that no run wrote stands where a result belongs.
        OSError
            If the place cannot be written to.
        StoppedAfterwards
            If Ctrl-C came while the results were put in place, where they are now.
        """
        new = sorted(path.relative_to(self.new).as_posix() for path in self.new.rglob("*") if path.is_file())
        is_there = False
        try:
            with uninterrupted(), _alone_in(self.place):
                listed = _listed(self.place)
                _refuse_strangers(self.place, listed, new)
                ready = {"old": sorted(listed.difference(kept)), "new": new}
                (self._work / "ready.part").write_text(json.dumps(ready), "utf-8")
                (self._work / "ready.part").replace(self._work / _READY)
                _move(self.place, self._work)
                is_there = True
        except KeyboardInterrupt as error:
            if is_there:
                raise StoppedAfterwards(f"stopped after the results were written, to {self.place}") from error
            raise

    def discard(self) -> None:
        """Remove what has been written and not installed: a plan that is kept elsewhere may need its room."""
        if not (self._work / _READY).exists():
            shutil.rmtree(self.new, ignore_errors=True)

    def release(self) -> None:
        """Give the place up; what was written and not installed is removed."""
        if self._lock is not None:
            with contextlib.suppress(OSError):  # on a full disk its own line cannot be written
                self._lock.close()
            self._lock = None
        if not (self._work / _READY).exists():  # else a move was cut off, which the next command will finish
            shutil.rmtree(self._work, ignore_errors=True)

    def _try(self) -> None:
        """Write, move and delete a file as long, and under a name as long, as results may need."""
        probe = self._work / _PROBE
        probe.parent.mkdir(parents=True)
        with probe.open("wb") as stream:
            stream.write(os.urandom(_PROBE_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        probe.replace(self._work / "probe")
        (self._work / "probe").unlink()
        shutil.rmtree(self.new)
        self.new.mkdir()


@contextlib.contextmanager
def claimed(folder: Path, pages: Collection[str] = ()) -> Iterator[Claim]:
    """Hold a place for results, so that nothing has to be found out about it after long work.

    Parameters
    ----------
    folder
        Where the results are to be; made, with the folders above it, if it is not there.
    pages
        Names of the files beside the manifest that will be written.

    Yields
    ------
    Claim
        To write with.

    Raises
    ------
    InputError
        If the place cannot be written to, or holds what no run wrote.
    """
    name = os.fspath(folder)
    made: list[Path] = []
    try:
        try:
            if folder.is_file():
                message = "results go to a folder, and this is a file"
                raise InputError([Problem(name, 0, "", message, "name another with -o")])
            made = [path for path in (folder, *folder.parents) if not path.exists()][::-1]
            folder.mkdir(parents=True, exist_ok=True)
            recover(folder)
            _sweep(folder)
            _refuse_strangers(folder, _listed(folder), pages)
            claim = Claim(folder)
        except InputError:
            raise
        except (OSError, ValueError) as error:  # a null character in a name is a ValueError
            message = f"results cannot be written here ({getattr(error, 'strerror', None) or error})"
            raise InputError([Problem(name, 0, "", message, "name another folder with -o")]) from error
        try:
            yield claim
        finally:
            claim.release()
    finally:
        for path in reversed(made):
            with contextlib.suppress(OSError):  # it has become a result, or somebody else uses it by now
                path.rmdir()


def recover(folder: Path) -> None:
    """Finish the move of results that a killed process left half done.

    Parameters
    ----------
    folder
        Place of results, or any other folder, in which nothing happens then.
    """
    for work in _abandoned(folder):
        if (work / _READY).is_file():
            with uninterrupted(), _alone_in(folder):
                _move(folder, work)
            shutil.rmtree(work, ignore_errors=True)


def strangers(folder: Path, listed: Collection[str]) -> list[str]:
    """Files of a place that are neither listed nor its manifest nor somebody's work in progress.

    Parameters
    ----------
    folder
        Place of results.
    listed
        Names of its results, relative to it, with slashes.
    """
    found = []
    for above, folders, names in os.walk(folder):
        at = Path(above)
        if at == folder:
            folders[:] = [name for name in folders if not _WORK.match(name)]
        links = [name for name in folders if (at / name).is_symlink()]
        found += [(at / name).relative_to(folder).as_posix() for name in [*names, *links]]
    return sorted(set(found) - set(listed) - {MANIFEST})


def _listed(place: Path) -> frozenset[str]:
    """Names of the results in a place; none in an empty one.

    Raises
    ------
    InputError
        If the place is not empty and no manifest says what in it is a result.
    """
    try:
        return frozenset(read_manifest(place).outputs)
    except FileNotFoundError:
        others = strangers(place, ())
        if not others:
            return frozenset()
        message = f"this folder holds other things than results (it has no {MANIFEST}), so it is left alone"
    except ManifestError as error:
        message = f"its {MANIFEST} {error}, so it is not known what here is a result, and the folder is left alone"
    raise InputError([Problem(os.fspath(place), 0, "", message, "name another with -o")])


def _refuse_strangers(place: Path, listed: Collection[str], new: Collection[str]) -> None:
    """Refuse a place in which something that no run wrote stands among the results."""
    problems = [
        Problem(
            os.fspath(place / name), 0, "", "no run of siting wrote this", "move it, or name another folder with -o"
        )
        for name in strangers(place, listed)
        if name.split("/")[0] in OWN_FOLDERS or name in new
    ]
    problems += [
        Problem(os.fspath(place / name), 0, "", "a folder stands where a result belongs", "move it, or name another -o")
        for name in {*listed, *new}
        if (place / name).is_dir()
    ]
    if problems:
        raise InputError(problems)


def _move(place: Path, work: Path) -> None:
    """Move new results into their place, and remove the old; may be begun again after any step."""
    ready: dict[str, Any] = json.loads((work / _READY).read_text("utf-8"))
    names = sorted(ready["new"], key=lambda name: name == MANIFEST)  # the manifest comes last: until then it tells
    for name in sorted(set(ready["old"]) - set(names)):
        (place / name).unlink(missing_ok=True)
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        if (work / _NEW / name).is_file():
            (work / _NEW / name).replace(place / name)
    for folder in OWN_FOLDERS:
        for above, _, _ in os.walk(place / folder, topdown=False):
            with contextlib.suppress(OSError):  # not empty
                Path(above).rmdir()
    (work / _READY).unlink()


def _sweep(place: Path) -> None:
    """Remove working folders that nobody works in."""
    for work in _abandoned(place):
        shutil.rmtree(work, ignore_errors=True)


def _abandoned(place: Path) -> list[Path]:
    """Working folders of processes that are no more."""
    try:
        found = sorted(path for path in place.iterdir() if _WORK.match(path.name) and path.is_dir())
    except OSError:
        return []
    return [work for work in found if not _is_held(work / _LOCK)]


def _is_held(lock: Path) -> bool:
    """Whether a live process holds a lock; by the lock itself, since numbers of processes are used again."""
    try:
        with lock.open("r+", encoding="utf-8") as stream:
            _hold(stream)
    except FileNotFoundError:  # killed, or just now between two steps of making it
        return time.time() - lock.parent.stat().st_mtime < _MAKING_S
    except OSError:
        return True
    return False


def _hold(stream: IO[str]) -> None:
    """Lock an open file, for as long as it stays open.

    Raises
    ------
    OSError
        If another process holds it.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # there, on Windows
        return
    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def _alone_in(place: Path) -> Iterator[None]:
    """Keep other processes from moving results in a place, where folders can be locked."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    handle = os.open(place, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL):
                raise
        yield
    finally:
        os.close(handle)
