"""The socket on this machine, what stands behind it, and its end: nothing that was started is left."""

from __future__ import annotations

import errno
import secrets
import shutil
import socket
import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from promiselab.runs import results_folder
from promiselab.web.desks import Desks
from promiselab.web.entrance import opened_address
from promiselab.web.files import Files
from promiselab.web.jobs import Jobs
from promiselab.web.page import application
from promiselab.web.security import LOOPBACK, Access
from promiselab.web.worker import compile_engine
from scenarios.problems import bad

TOKEN_BYTES = 32
SECONDS_FOR_A_REQUEST = 30
ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - refused unless asked for in three ways
MOST_WAITING = 64
"""Connections that wait to be accepted."""


@dataclass(frozen=True)
class Serving:
    """How to serve.

    Attributes
    ----------
    host : str
        Address to listen on.
    port : int
        0: the system chooses one.
    token : str
        The secret of this start; empty: a new one.
    """

    files: Files
    out: Path
    host: str = "127.0.0.1"
    port: int = 0
    token: str = ""
    follow: bool = False
    browser: bool = False


class _Handler(WSGIRequestHandler):
    """Reads requests for half a minute at most, and tells nobody what it is made of."""

    timeout = SECONDS_FOR_A_REQUEST

    def version_string(self) -> str:
        """Return the name of the server."""
        return "promiselab"

    def send_error(self, code: int, *_words: object) -> None:
        """Answer what is no request at all, in one sentence."""
        self.close_connection = True
        self.send_response(code, "Bad Request")
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_request(self, *_answer: object) -> None:
        """Log nothing, not even of what could not be read."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Log nothing: a planner's terminal is no access log."""


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises
    ------
    BadInput
        The port is taken, or the address is not one of this machine.
    """
    address = "127.0.0.1" if host == "localhost" else host
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, port))
        made.listen(MOST_WAITING)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise bad("--port", "is taken by another program", "Choose another one, or 0 for any.", port) from None
        if error.errno == errno.EACCES:
            raise bad("--port", "may not be used without special rights", "Choose one from 1024 up.", port) from None
        raise bad("--host", "is not an address of this machine", "Leave it out for 127.0.0.1.", host) from None
    return made


def serve(how: Serving) -> None:
    """Serve the page until it is interrupted.

    Raises
    ------
    BadInput
        The port is taken, or the results folder cannot be used.
    KeyboardInterrupt
        It was asked to end; everything that it started has ended.
    """
    with listening(how.host, how.port) as listener, _drafts() as drafts:
        out = results_folder(how.out, how.follow)
        port = int(listener.getsockname()[1])
        access = Access(port, how.token or secrets.token_urlsafe(TOKEN_BYTES), _names(how.host))
        compiling, jobs = compile_engine(), Jobs()
        try:
            desks = Desks(how.files, jobs, out, drafts, how.follow)
            made = make_server(
                how.host,
                port,
                application(desks, access),
                threaded=True,
                request_handler=_Handler,
                fd=listener.fileno(),
            )
            _announce(how, opened_address(how.host, port, access.token))
            made.serve_forever()  # returns when it is interrupted
        finally:
            jobs.end()
            if compiling is not None:
                compiling.kill()
                compiling.join()
    raise KeyboardInterrupt


def _announce(how: Serving, address: str) -> None:
    if how.host not in LOOPBACK:
        print(  # noqa: T201
            "Warning: other machines can reach this page, and what they send is not encrypted. "
            "Everybody who has the address can use it.",
            file=sys.stderr,
        )
    print(f"The what-if page: {address}\nCtrl-C ends it.", flush=True)  # noqa: T201
    if how.browser:
        webbrowser.open(address)


def _names(host: str) -> tuple[str, ...]:
    """Return the names by which this server may be called."""
    if host in LOOPBACK:
        return LOOPBACK
    if host not in ANYWHERE:
        return (*LOOPBACK, host)
    own = socket.gethostname()
    found = {str(info[4][0]) for info in socket.getaddrinfo(own, None)}
    return (*LOOPBACK, own, *sorted(found))


@contextmanager
def _drafts() -> Iterator[Path]:
    """Yield a private folder for what is shown before it is finished."""
    place = Path(tempfile.mkdtemp(prefix="promiselab-"))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
