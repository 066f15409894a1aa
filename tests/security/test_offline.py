"""No command makes a connection: what would is refused, and all commands end as they do with a network."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.history.conftest import orders_of
from tests.pages.folders import CALLS, made

FAST = ("compare", "optimize", "segments", "sweep_two")


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses that are asked for from now on; every connection and every look-up of a name fails."""
    asked: list[str] = []

    def refuse(*address: Any, **_: Any) -> None:
        asked.append(repr(address))
        raise OSError("no network in this test")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    return asked


def check(kind: str, place: Path, tried: list[str]) -> None:
    orders = orders_of(1, {"small": 12.0, "large": 120.0}, customers=30, orders=5).to_csv(index=False)
    assert (made(kind, place, orders) / "report.html").is_file()
    assert tried == []


@pytest.mark.parametrize("kind", FAST)
def test_no_connection_is_made(kind: str, tmp_path: Path, tried: list[str]) -> None:
    check(kind, tmp_path, tried)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in CALLS if kind not in FAST])
def test_no_other_command_makes_a_connection(kind: str, tmp_path: Path, tried: list[str]) -> None:
    check(kind, tmp_path, tried)


def closing_after(use: Callable[[socket.socket], Any]) -> None:
    with socket.socket() as own:
        use(own)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: socket.create_connection(("127.0.0.1", 9)),
        lambda: closing_after(lambda own: own.connect(("127.0.0.1", 9))),
        lambda: socket.getaddrinfo("evil.example", 80),
    ],
)
def test_a_connection_would_be_seen(ask: Callable[[], Any], tried: list[str]) -> None:
    with pytest.raises(OSError, match="no network in this test"):
        ask()
    assert len(tried) == 1
