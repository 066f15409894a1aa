"""The page as one application: the layout, what happens on it, the reports, and who waits for which work."""

from __future__ import annotations

import logging
import select
import socket
from http import HTTPStatus
from pathlib import Path
from time import monotonic

from dash import Dash, set_props
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from promiselab.report import NAME
from promiselab.report.page import design_colours, get_plotlyjs
from promiselab.web import callbacks, layout
from promiselab.web.archive import Archive
from promiselab.web.desks import Desks
from promiselab.web.entrance import with_entrance
from promiselab.web.security import Access, Application, guarded
from scenarios.problems import BadInput, printable

HERE = Path(__file__).parent
SECONDS_ATTENDED = 60.0
"""A tab says this often that it still waits; browsers give up on answers that never come."""
LOOK = 0.2

INDEX = f"""\
<!DOCTYPE html>
<html lang="en">
<head>{{%metas%}}<title>{{%title%}}</title>{{%favicon%}}{{%css%}}<style>{design_colours()}</style>
<script src="/plotly.js" defer></script></head>
<body>{{%app_entry%}}<footer>{{%config%}}{{%scripts%}}{{%renderer%}}</footer></body>
</html>
"""
SHARED = "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
# A report may come from anybody: it gets an origin of its own, from which nothing here can be asked.
REPORT_POLICY = (
    "sandbox allow-scripts allow-downloads allow-modals; default-src 'none'; img-src data: blob:; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def application(desks: Desks, access: Access) -> Application:
    """Return the page of some desks, behind everything that guards it."""
    server = Flask("promiselab.web", static_folder=None)
    _log_on_one_line(server)
    app = Dash(
        "promiselab.web",
        server=server,
        title="promiselab",
        update_title="",
        index_string=INDEX,
        assets_folder=str(HERE / "assets"),
        serve_locally=True,
        compress=False,
        suppress_callback_exceptions=True,
        on_error=_failed,
    )
    app.layout = layout.page
    callbacks.register(app, desks)
    _routes(server, desks)
    policy = f"default-src 'none'; script-src 'self' {' '.join(map(_quoted, app.csp_hashes()))}; {SHARED}"
    policy += "; style-src 'self' 'unsafe-inline'; font-src 'self'"  # Plotly and Dash style elements as they draw

    @server.after_request
    def with_policy(answer: Response) -> Response:
        if answer.mimetype == "text/html" and "Content-Security-Policy" not in answer.headers:
            answer.headers["Content-Security-Policy"] = policy
        return answer

    return guarded(with_entrance(server, access), access)


def _quoted(source: str) -> str:
    return source if source.startswith("'") else f"'{source}'"


def _routes(server: Flask, desks: Desks) -> None:
    archive = Archive(desks.out)

    @server.get("/plotly.js")
    def plotly() -> Response:
        return Response(get_plotlyjs(), mimetype="text/javascript")

    @server.get("/runs/<name>/report")
    def report(name: str) -> Response:
        try:
            stored = archive.find(name)
            text = (stored.folder / NAME).read_bytes() if stored.has_report else None
        except (BadInput, OSError):
            text = None
        if text is None:
            return Response("There is no such report.\n", HTTPStatus.NOT_FOUND, mimetype="text/plain")
        answer = Response(text, mimetype="text/html")
        answer.headers["Content-Security-Policy"] = REPORT_POLICY
        return answer

    @server.post("/attend")
    def attend() -> Response:
        """Wait with a tab for its work; stop the work, and forget the tab, as soon as it hangs up."""
        tab = _tab()
        desk = desks.of(tab)
        job = None if desk is None else desk.job
        if desk is None or job is None:
            return jsonify({"open": False})
        until = monotonic() + SECONDS_ATTENDED
        with job.attended():
            while job.is_open and monotonic() < until:
                if hung_up(request.environ.get("werkzeug.socket")):
                    desks.close(tab)
        job = desk.job  # perhaps another one by now
        return jsonify({"open": job is not None and job.is_open})

    @server.post("/leave")
    def leave() -> Response:
        desks.close(_tab())
        return Response(status=HTTPStatus.NO_CONTENT)

    @server.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.code is not None:
            return Response(f"{error.name}.\n", error.code, mimetype="text/plain")
        server.logger.error("%s: %s", type(error).__name__, error)
        return Response("Something inside failed.\n", HTTPStatus.INTERNAL_SERVER_ERROR, mimetype="text/plain")


def _tab() -> str:
    asked = request.get_json(silent=True)
    return str(asked.get("tab")) if isinstance(asked, dict) else ""


def hung_up(connection: socket.socket | None) -> bool:
    """Return whether the other side has closed, after a moment in which it may."""
    ready, _, _ = select.select([connection] if connection is not None else [], [], [], LOOK)
    if not ready or connection is None:
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


def _failed(error: Exception) -> None:
    """Say that something failed, where the planner sees it, and what, where the one who started it does."""
    logging.getLogger("promiselab.web").error("%s: %s", type(error).__name__, error)
    set_props("problem", {"children": "Something inside failed. This is not your input; please report it."})


class OneLine(logging.Formatter):
    """Writes a message on one line, without what a terminal would obey; traces only where they are asked for."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return printable(f"promiselab serve: {record.getMessage()}")


def _log_on_one_line(server: Flask) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    logger = logging.getLogger(server.name)
    logger.handlers, logger.propagate = [handler], False
