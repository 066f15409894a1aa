"""The command ``serve``: the what-if page on this machine."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from promiselab.cli import completing
from promiselab.cli.options import RESULTS, FollowOption, OutOption, read_whole

PORT = 8642
MOST_PORT = 65_535
TOKEN = "PROMISELAB_TOKEN"  # noqa: S105 - the name of the variable that holds it
LEAST_TOKEN = 22
"""Letters and digits that make 128 bits."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)


def serve(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SCENARIO]...",
            help="Files or shipped names; the first is opened.",
            autocompletion=completing.scenarios,
        ),
    ] = None,
    port: Annotated[str, typer.Option(metavar="N", help="Port to listen on; 0: any that is free.")] = str(PORT),
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let other machines in; needs --host and a token.")
    ] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
    out: OutOption = RESULTS,
    follow: FollowOption = False,
) -> None:
    """Change promises and numbers on a page, and see base and what-if side by side."""
    from promiselab.cli.options import read_scenario

    number = read_whole("--port", port, 0, MOST_PORT) or 0
    token = _token(host, allow_remote)
    refuse_without_extra()
    for source in scenarios or ():
        read_scenario(source, None)

    from promiselab.web.files import Files
    from promiselab.web.server import Serving
    from promiselab.web.server import serve as start

    files = Files(Path.cwd(), tuple(dict.fromkeys(scenarios or ())))
    start(Serving(files, out, host, number, token, follow, not no_browser))


def _token(host: str, allow_remote: bool) -> str:
    """Return the token that was given, or nothing; other machines are let in only with one.

    Raises
    ------
    BadInput
        Other machines could reach the page, and not all that it takes is there.
    """
    from scenarios.problems import bad

    given = os.environ.get(TOKEN, "")
    if given and not re.fullmatch(rf"[A-Za-z0-9_-]{{{LEAST_TOKEN},}}", given):
        raise bad(TOKEN, "is no secret", f"Expected at least {LEAST_TOKEN} letters and digits that nobody can guess.")
    if host in ("127.0.0.1", "localhost", "::1"):
        return given
    if not allow_remote or not given:
        what = "lets other machines reach the page"
        advice = f"Leave it out, or add --allow-remote and set {TOKEN} to a secret of {LEAST_TOKEN} characters or more."
        raise bad("--host", what, advice, host)
    return given


def refuse_without_extra() -> None:
    """Refuse where the libraries of the page are not installed.

    Raises
    ------
    BadInput
        Says how to install them.
    """
    from importlib.util import find_spec

    from scenarios.problems import bad

    if find_spec("dash") is None:
        raise bad("serve", "needs Dash, which is not installed", 'Install it: pip install "promiselab[web]".')
