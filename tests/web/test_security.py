"""Who is answered: the page's own tab with the token of this start, and nobody else."""

from __future__ import annotations

import json
import logging
import re

import pytest
from werkzeug.test import TestResponse

from promiselab.web.page import REPORT_POLICY, OneLine
from promiselab.web.security import MOST_BYTES, Access, Application
from tests.web.asking import ACCESS, COOKIE, HOST, JSON, ORIGIN, PORT, TOKEN, ask, posted

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")
WRONG_HOSTS = (
    "evil.example", f"evil.example:{PORT}", f"127.0.0.1.evil.example:{PORT}", f"localhost.evil:{PORT}",
    f"0.0.0.0:{PORT}", f"127.1:{PORT}", f"2130706433:{PORT}", f"127.0.0.1:{PORT}@evil", f"127.0.0.1:{PORT + 1}",
    "127.0.0.1", "localhost", f"::1:{PORT}", f"[::]:{PORT}", f"127.0.0.1:{PORT}.", f"localhost.:{PORT}",
    f"127.0.0.1:{PORT},evil.example", f"[::1]:{PORT}x", f" 127.0.0.1 :{PORT}", f"evil@127.0.0.1:{PORT}", "",
)  # fmt: skip
WRONG_ORIGINS = (
    "https://evil.example", "null", f"http://127.0.0.1:{PORT + 1}", f"https://{HOST}", f"http://localhost:{PORT}",
    f"{ORIGIN}/", f"{ORIGIN}.evil.example", "file://",
)  # fmt: skip
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "eA=="}
CHANGES = ("/_dash-update-component", "/leave", "/attend", "/enter")


@pytest.mark.parametrize("host", WRONG_HOSTS)
def test_a_wrong_host_is_refused_on_every_method_and_upgrade(page: Application, host: str) -> None:
    for method in METHODS:
        assert ask(page, method, headers={"Host": host}).status_code in (400, 403), method
    assert ask(page, headers={"Host": host, "Origin": f"http://{host}", **UPGRADE}).status_code in (400, 403)


def test_a_wrong_host_is_refused_before_routing(page: Application) -> None:
    for path in ("/", "/enter", "/nowhere", "/_dash-layout", "/plotly.js"):
        assert ask(page, path=path, headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("host", [HOST, f"LOCALHOST:{PORT}", f"localhost:{PORT}", f"[::1]:{PORT}"])
def test_the_own_names_are_answered_in_any_case(page: Application, host: str) -> None:
    assert ask(page, headers={"Host": host}).status_code == 200
    assert ask(page, "POST", "/leave", {"Host": host, "Origin": f"http://{host}"}, b'{"tab": "x"}').status_code == 204


def test_port_80_is_not_written() -> None:
    assert Access(80, TOKEN).hosts >= {"localhost", "localhost:80", "[::1]"}
    assert "localhost" not in ACCESS.hosts


@pytest.mark.parametrize("origin", [*WRONG_ORIGINS, ""])
def test_another_origin_changes_nothing(page: Application, origin: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in CHANGES:
            assert ask(page, method, path, {"Origin": origin}, b"{}").status_code == 403
    if origin:
        assert ask(page, headers={"Origin": origin}).status_code == 403
    assert ask(page, headers={"Origin": origin, **UPGRADE}).status_code == 403


def test_no_upgrade_is_offered_even_to_the_page_itself(page: Application) -> None:
    assert ask(page, headers={"Origin": ORIGIN, **UPGRADE}).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_not_offered(page: Application, method: str) -> None:
    assert ask(page, method, "/leave", body=b"{}").status_code == 405


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonx"],
)
def test_what_changes_something_is_json(page: Application, kind: str) -> None:
    for path in CHANGES:
        assert ask(page, "POST", path, {"Content-Type": kind}, b"{}").status_code == 415


def test_json_may_say_its_encoding(page: Application) -> None:
    kind = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert ask(page, "POST", "/leave", kind, b'{"tab": "x"}').status_code == 204


def test_a_request_has_a_stated_length_of_at_most_a_megabyte(page: Application) -> None:
    padded = json.dumps({"tab": "x" * (MOST_BYTES - 11)}).encode()
    assert len(padded) == MOST_BYTES
    assert ask(page, "POST", "/leave", body=padded).status_code == 204
    assert ask(page, "POST", "/leave", body=padded + b" ").status_code == 413
    assert ask(page, "POST", "/leave", {"Transfer-Encoding": "chunked"}, b"{}").status_code == 411
    for length in ("9" * 400, "-1", "1e3", "abc", "+2", "\xb2"):
        made = ask(page, "POST", "/leave", body=b"{}", environ={"CONTENT_LENGTH": length})
        assert made.status_code in (400, 413), length


@pytest.mark.parametrize(
    "cookie",
    ["", f"{ACCESS.cookie}=", f"{ACCESS.cookie}={TOKEN[:-1]}", f"{ACCESS.cookie}={TOKEN}x", f"promiselab={TOKEN}",
     f"promiselab_{PORT + 1}={TOKEN}", f"{ACCESS.cookie}=é", "\"", "; ;="],
)  # fmt: skip
def test_without_the_token_there_is_only_the_way_in(page: Application, cookie: str) -> None:
    for path in ("/_dash-layout", "/_dash-dependencies", "/plotly.js", "/assets/desk.js", "/runs/x/report", "/nowhere"):
        assert ask(page, path=path, headers={"Cookie": cookie}, known=False).status_code == 403
    for path in ("/_dash-update-component", "/leave", "/attend"):
        assert ask(page, "POST", path, {"Cookie": cookie}, b"{}", known=False).status_code == 403
    first = ask(page, headers={"Cookie": cookie}, known=False)
    assert first.status_code == 200
    assert "_dash" not in first.text
    assert TOKEN not in first.text


def test_the_token_is_traded_for_a_cookie_that_scripts_and_other_sites_cannot_use(page: Application) -> None:
    answer = posted(page, "/enter", {"token": TOKEN})
    assert answer.status_code == 204
    made = answer.headers["Set-Cookie"]
    assert made.startswith(COOKIE)
    assert {part.strip() for part in made.split(";")[1:]} == {"HttpOnly", "SameSite=Strict", "Path=/"}
    for wrong in ({"token": TOKEN[:-1]}, {"token": None}, {"token": [TOKEN]}, {}, [], "x", {"token": "é"}):
        refused = posted(page, "/enter", wrong)
        assert refused.status_code == 403
        assert "Set-Cookie" not in refused.headers


def answers(page: Application) -> list[TestResponse]:
    """Return an answer of every kind."""
    return [
        ask(page),
        ask(page, known=False),
        ask(page, path="/_dash-layout"),
        ask(page, path="/assets/desk.js"),
        ask(page, path="/plotly.js"),
        ask(page, path="/runs/x/report"),
        ask(page, headers={"Host": "evil.example"}),
        ask(page, "PUT", "/leave", body=b"{}"),
        ask(page, "POST", "/_dash-update-component", body=b"no json"),
        posted(page, "/enter", {"token": TOKEN}),
        posted(page, "/leave", {"tab": "x"}),
    ]


def test_every_answer_has_the_headers_of_safety(page: Application) -> None:
    for answer in answers(page):
        headers = answer.headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers.getlist("Cache-Control") == ["no-store"]
        assert not [name for name in headers.keys() if name.lower().startswith("access-control-")]  # noqa: SIM118
        policies = headers.getlist("Content-Security-Policy")
        assert len(policies) == 1
        assert policies[0].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policies[0]


def test_the_page_runs_only_its_own_scripts(page: Application) -> None:
    answer = ask(page)
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    sources = policy["script-src"].split()
    assert sources[0] == "'self'"
    assert all(re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", source) for source in sources[1:])
    assert policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert "unsafe-eval" not in answer.headers["Content-Security-Policy"]
    assert not re.findall(r"(?:src|href)=[\"']?(?:https?:)?//", answer.text)


def test_a_report_has_an_origin_of_its_own() -> None:
    assert REPORT_POLICY.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in REPORT_POLICY
    assert "connect-src" not in REPORT_POLICY
    assert "default-src 'none'" in REPORT_POLICY


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/_dash-update-component", b"no json"),
        ("POST", "/_dash-update-component", b"{}"),
        ("POST", "/_dash-update-component", b'{"output": "..x.y..", "inputs": []}'),
        ("GET", "/_dash-component-suites/dash/../../../etc/passwd", None),
        ("GET", "/_dash-component-suites/evil/x.js", None),
        ("GET", "/runs/..%2f..%2fetc%2fpasswd/report", None),
        ("GET", "/runs/%00/report", None),
        ("POST", "/attend", b"[]"),
        ("POST", "/attend", b"\xff"),
        ("POST", "/nowhere", b"{}"),
    ],
)
def test_what_fails_tells_neither_paths_nor_traces(
    page: Application, method: str, path: str, body: bytes | None
) -> None:
    answer = ask(page, method, path, body=body)
    assert not re.search(r"Traceback|File \"|\.py|/work|/tmp|site-packages|root:", answer.text)


def test_a_message_is_one_line_without_what_a_terminal_obeys() -> None:
    record = logging.LogRecord("web", logging.ERROR, "", 0, "%s", ("a\nINFO forged\r\x1b[31mred\u202e",), None)
    assert OneLine().format(record) == r"promiselab serve: a\nINFO forged\r\x1b[31mred\u202e"


def test_json_is_all_that_is_read(page: Application) -> None:
    assert ask(page, "POST", "/attend", body=b'{"tab": "unknown"}').json == {"open": False}
    assert ask(page, "DELETE", "/leave", body=b"{}").status_code == 405
    assert JSON == "application/json"
