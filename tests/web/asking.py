"""The page asked without a network: requests as a browser sends them, and work that is done by nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from promiselab.web.desks import Desks
from promiselab.web.files import Files
from promiselab.web.jobs import Jobs
from promiselab.web.page import application
from promiselab.web.security import Access, Application

PORT = 8642
TOKEN = "t" * 43
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"
ACCESS = Access(PORT, TOKEN)
COOKIE = f"{ACCESS.cookie}={TOKEN}"
JSON = "application/json"


class Idle:
    """A worker that takes what it is given and never answers, unless the test does."""

    def __init__(self) -> None:
        self.connection, self.other_end = Pipe()
        self.is_alive = True

    def end(self) -> None:
        """Be gone."""
        self.is_alive = False
        self.connection.close()


class Workers:
    """Makes workers and remembers them."""

    def __init__(self) -> None:
        self.made: list[Idle] = []

    def __call__(self) -> Any:
        """Return a new worker."""
        self.made.append(Idle())
        return self.made[-1]


def desks_in(folder: Path, jobs: Jobs, given: tuple[str, ...] = ()) -> Desks:
    """Return desks that save into a folder."""
    drafts = folder / "drafts"
    drafts.mkdir(exist_ok=True)
    return Desks(Files(folder, given), jobs, folder / "results", drafts)


def page_of(desks: Desks) -> Application:
    """Return the whole page."""
    return application(desks, ACCESS)


def ask(
    page: Application,
    method: str = "GET",
    path: str = "/",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    *,
    known: bool = True,
    environ: Mapping[str, str] | None = None,
) -> TestResponse:
    """Ask as the page's own tab does; headers replace what it sends, an empty one leaves it out."""
    sent = {"Host": HOST, **({"Cookie": COOKIE} if known else {})}
    if method not in ("GET", "HEAD"):
        sent |= {"Origin": ORIGIN, "Content-Type": JSON}
    sent |= headers or {}
    overrides = {**({} if sent["Host"] else {"HTTP_HOST": ""}), **(environ or {})}
    return Client(page, use_cookies=False).open(
        path,
        method=method,
        headers={k: v for k, v in sent.items() if v},
        data=body,
        environ_overrides=overrides,
        buffered=True,
    )


def posted(page: Application, path: str, content: Any) -> TestResponse:
    """Post JSON."""
    return ask(page, "POST", path, body=json.dumps(content).encode())
