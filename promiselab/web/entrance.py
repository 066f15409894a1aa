"""The way in: the address that is opened holds the token where no server sees it, and a cookie takes its place.

What stands behind ``#`` in an address is never sent. A page without content reads it there and posts it back, and gets
the cookie that scripts cannot read and other sites cannot send; the address is then forgotten.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from http import HTTPStatus

from flask import Flask, Response, request

from promiselab.web.security import Access, Application, Environ, StartResponse, same_secret

_SCRIPT = """\
const token = location.hash.slice(1);
const say = words => { document.querySelector("p").textContent = words; };
if (token) {
  fetch("/enter", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({token})})
    .then(answer => answer.ok ? location.replace("/") : say("This address is of an earlier start of promiselab serve."))
    .catch(() => say("promiselab serve has ended."));
} else {
  say("Open the address that promiselab serve has printed.");
}
"""
_PAGE = f"""\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>promiselab</title></head>
<body><main><h1>promiselab</h1><p>One moment.</p></main><script>{_SCRIPT}</script></body>
</html>
"""


def script_hash(script: str) -> str:
    """Return a script as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; script-src {script_hash(_SCRIPT)}; connect-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)


def opened_address(host: str, port: int, token: str) -> str:
    """Return the address to open.

    >>> opened_address("::1", 8642, "abc")
    'http://[::1]:8642/#abc'
    """
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/#{token}"


def with_entrance(server: Flask, access: Access) -> Application:
    """Return an application that shows the page to those with the cookie, and the way in to others."""
    inner: Application = server

    @server.post("/enter")
    def enter() -> Response:
        asked = request.get_json(silent=True)
        token = asked.get("token") if isinstance(asked, dict) else None
        if not isinstance(token, str) or not same_secret(token, access.token):
            return Response("This is not the token.\n", HTTPStatus.FORBIDDEN, mimetype="text/plain")
        answer = Response(status=HTTPStatus.NO_CONTENT)
        answer.set_cookie(access.cookie, access.token, httponly=True, samesite="Strict", path="/")
        return answer

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "/") != "/" or access.has_token(environ):
            return inner(environ, start_response)
        made = Response(_PAGE, mimetype="text/html")
        made.headers["Content-Security-Policy"] = POLICY
        return made(environ, start_response)

    return application
