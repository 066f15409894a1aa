"""``serve``: where it listens, what it refuses to listen on, and that nothing of it is left."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path
from typing import Any

import pytest

from promiselab.web.server import listening
from scenarios.problems import BadInput
from tests.cli.calling import Caller, process
from tests.web.browser import served, until

SECRET = "a" * 22
LISTENS = "0A"
LOOPBACK = "0100007F"


def test_a_port_that_is_taken_is_named_and_no_other_is_tried(call: Caller) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = call("serve", "--port", str(port), "--no-browser")
    assert said.code == 2
    assert f"--port = {port}: is taken by another program." in said.err
    assert said.out == ""


EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is to be refused


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.168.1.2", "example.org", ""])
@pytest.mark.parametrize("how", [(), ("--allow-remote",)])
def test_other_machines_are_let_in_only_with_a_flag_and_a_token(
    call: Caller, monkeypatch: pytest.MonkeyPatch, host: str, how: tuple[str, ...]
) -> None:
    monkeypatch.delenv("PROMISELAB_TOKEN", raising=False)
    said = call("serve", "--host", host, *how, "--no-browser")
    assert said.code == 2
    assert "--allow-remote" in said.err
    assert "PROMISELAB_TOKEN" in said.err
    if not how:
        monkeypatch.setenv("PROMISELAB_TOKEN", SECRET)
        assert call("serve", "--host", host, "--no-browser").code == 2


@pytest.mark.parametrize("token", ["short", "a" * 21, "a" * 30 + ";", "é" * 30, " " * 30])
def test_a_token_that_could_be_guessed_or_misread_is_refused(
    call: Caller, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("PROMISELAB_TOKEN", token)
    said = call("serve", "--no-browser")
    assert said.code == 2
    assert "PROMISELAB_TOKEN" in said.err
    assert token.strip() == "" or token not in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--port", "65536"), "--port"),
        (("--port", "-1"), "--port"),
        (("--port", "http"), "--port"),
        (("nowhere.yaml",), "nowhere.yaml"),
        (("--out", "small.yaml"), "is a file"),
    ],
)
def test_bad_calls_are_refused_before_anything_listens(call: Caller, arguments: tuple[str, ...], words: str) -> None:
    said = call("serve", "--no-browser", *arguments)
    assert said.code == 2
    assert words in said.err


def test_without_the_extra_it_says_how_to_install_it(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    known = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "dash" else known(name, *more))
    said = call("serve", "--no-browser")
    assert said.code == 2
    assert "promiselab[web]" in said.err


def test_an_address_of_another_machine_is_no_traceback() -> None:
    with pytest.raises(BadInput, match="not an address of this machine"):
        listening("192.0.2.1", 0)


def sockets() -> list[tuple[str, str]]:
    """Return address and port, in hex, of all sockets that listen."""
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    found: list[Any] = [row[1].split(":") for row in rows if row[3] == LISTENS]
    return [(address, port) for address, port in found]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="no /proc/net/tcp")
def test_it_listens_on_this_machine_only_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    with served(tmp_path, "giftware", "--out", "runs") as server:
        assert [address for address, port in sockets() if int(port, 16) == server.port] == [LOOPBACK]
        assert len(server.token) >= 22
        with socket.create_connection(("127.0.0.1", server.port)) as asking:
            asking.sendall(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
            answer = asking.recv(10_000)
        assert answer.startswith(b"HTTP/1.1 403")
        assert b"Werkzeug" not in answer
        assert b"Python" not in answer
        with socket.create_connection(("127.0.0.1", server.port)) as asking:
            asking.sendall(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n")
            assert asking.recv(10_000).startswith(b"HTTP/1.1 431")
        children = server.children()
        again = process("serve", "--port", str(server.port), "--no-browser", cwd=tmp_path)
        assert again.code == 2
        code, err = server.interrupt()
    assert code == 130
    assert err.strip() == "Interrupted."
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in children), 5)
    assert list(tmp_path.iterdir()) == [tmp_path / "runs"]


@pytest.mark.slow
def test_letting_other_machines_in_is_said_aloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMISELAB_TOKEN", SECRET)
    with served(tmp_path, "--host", EVERYWHERE, "--allow-remote", named=EVERYWHERE) as server:
        assert server.token == SECRET
        with socket.create_connection(("127.0.0.1", server.port)) as asking:
            asking.sendall(f"GET / HTTP/1.1\r\nHost: {EVERYWHERE}:{server.port}\r\n\r\n".encode())
            assert asking.recv(10_000).startswith(b"HTTP/1.1 403")
        _, err = server.interrupt()
    assert "other machines can reach this page" in err
