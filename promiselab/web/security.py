"""Who may ask, decided before anything is routed: the right Host and Origin, the token, and not too much.

A page on another site can make the planner's browser send requests here. It cannot read the token, cannot choose the
Host, and cannot hide its Origin; each of these alone is enough to refuse it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any

MOST_BYTES = 1_000_000
READING = ("GET", "HEAD")
CHANGING = ("POST", "DELETE")
HTTP_PORT = 80
LOOPBACK = ("127.0.0.1", "localhost", "::1")
OPEN_TO_ALL = ("/", "/enter")
"""Paths that need no cookie: the page that trades the token for one, and the trade itself."""

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every answer, whatever made it."""
NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""The policy of an answer that states none."""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


@dataclass(frozen=True)
class Refusal(Exception):
    """A request that is not answered, and why in words that give nothing away."""

    status: HTTPStatus
    words: str


@dataclass(frozen=True)
class Access:
    """By which names this server may be called, and the secret that is asked for.

    Attributes
    ----------
    port : int
        The port that is listened on; part of every Host and Origin.
    token : str
        The secret of this start, at least 128 bits.
    names : tuple of str
        Names and addresses by which this server may be called.
    """

    port: int
    token: str
    names: tuple[str, ...] = LOOPBACK

    @cached_property
    def hosts(self) -> frozenset[str]:
        """What a Host may say."""
        bracketed = [(f"[{name}]" if ":" in name else name).lower() for name in self.names]
        bare = bracketed if self.port == HTTP_PORT else []
        return frozenset([*(f"{name}:{self.port}" for name in bracketed), *bare])

    @property
    def cookie(self) -> str:
        """Name of the cookie; browsers share cookies between the ports of a host."""
        return f"promiselab_{self.port}"

    def has_token(self, environ: Mapping[str, Any]) -> bool:
        """Return whether a request carries the token of this start in its cookie."""
        try:
            found = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(self.cookie)
        except CookieError:
            return False
        return found is not None and same_secret(found.value, self.token)

    def check(self, environ: Environ) -> None:
        """Refuse a request that may not be answered.

        Raises
        ------
        Refusal
            With the status and the words of the answer.
        """
        _check_host(environ, self.hosts)
        _check_origin(environ)
        if environ.get("HTTP_UPGRADE"):
            raise Refusal(HTTPStatus.FORBIDDEN, "No upgrade of the connection is offered.")
        method = environ["REQUEST_METHOD"]
        if method in CHANGING:
            _check_body(environ)
        elif method not in READING:
            raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "This method is not offered.")
        if environ.get("PATH_INFO", "/") not in OPEN_TO_ALL and not self.has_token(environ):
            raise Refusal(HTTPStatus.FORBIDDEN, "Open the address that promiselab serve has printed.")


def guarded(inner: Application, access: Access) -> Application:
    """Return an application that passes on what may be answered, and gives every answer the headers of safety."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, _hardened(headers), *more)

        try:
            access.check(environ)
        except Refusal as refusal:
            return plain(refusal.status, refusal.words)(environ, started)
        return inner(environ, started)

    return application


def same_secret(one: str, other: str) -> bool:
    """Return whether two secrets are the same, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogateescape"), other.encode())


def plain(status: HTTPStatus, words: str) -> Application:
    """Return an answer of one sentence, with neither paths nor traces of the program."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = f"{words}\n".encode()
        kind, length = ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))
        start_response(f"{status.value} {status.phrase}", [kind, length, ("Connection", "close")])
        return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]

    return answer


def _check_host(environ: Environ, hosts: frozenset[str]) -> None:
    if environ.get("HTTP_HOST", "").lower() not in hosts:
        raise Refusal(HTTPStatus.FORBIDDEN, "This name is not served here.")


def _check_origin(environ: Environ) -> None:
    """Refuse what another page asks for; what changes something must say where it comes from."""
    origin, host = environ.get("HTTP_ORIGIN"), environ["HTTP_HOST"].lower()
    changes = environ["REQUEST_METHOD"] not in READING or bool(environ.get("HTTP_UPGRADE"))
    if origin is None and not changes:
        return
    if origin is None or origin.lower() != f"http://{host}":
        raise Refusal(HTTPStatus.FORBIDDEN, "Only this page itself may ask.")


def _check_body(environ: Environ) -> None:
    if environ.get("HTTP_TRANSFER_ENCODING"):
        raise Refusal(HTTPStatus.LENGTH_REQUIRED, "The length of the request must be stated.")
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise Refusal(HTTPStatus.BAD_REQUEST, "The length of the request is not a number.")
    if len(length) > len(str(MOST_BYTES)) or int(length) > MOST_BYTES:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A request has at most {MOST_BYTES:,} bytes.")
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Only JSON is read.")


def _hardened(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return headers with ours instead of others of the same name, and without any that lets other sites in."""
    ours = {name.lower() for name in HEADERS}
    kept = [
        (name, value)
        for name, value in headers
        if name.lower() not in ours and not name.lower().startswith("access-control-")
    ]
    if not any(name.lower() == "content-security-policy" for name, _ in kept):
        kept.append(("Content-Security-Policy", NOTHING_ALLOWED))
    return [*kept, *HEADERS.items()]
