"""No network at run time: what a study needs is in the package, and nobody learns that it was run."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest
from tiny import quick, tiny_case

import siting
from siting.results.folder import load
from siting.results.verifying import verify
from siting.results.writing import write


class NetworkError(RuntimeError):
    """Something wanted to reach another machine."""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise NetworkError("a socket was opened")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.slow
@pytest.mark.usefixtures("no_network")
def test_study_is_prepared_solved_written_and_verified_without_a_network(tmp_path: Path) -> None:
    siting.prepare(siting.load_study("us-small"))
    folder = write(quick(tiny_case(rack_usd=1.0)), tmp_path / "out", languages=("en",))
    assert load(folder).status == "optimal"
    assert verify(folder).failures == ()


@pytest.mark.usefixtures("no_network")
def test_network_would_be_noticed() -> None:
    with pytest.raises(NetworkError):
        socket.create_connection(("localhost", 80))
