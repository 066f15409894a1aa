"""The page before anything is known: steps on the left, results on the right."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from promiselab.web.desks import ARCHIVE, COMPARISON, SCENARIO, new_id
from promiselab.web.forms import button

TITLE = "promiselab"
STORES = ("event", "edit", "answered", "edited", "job", "ask", "told", "looked", "chapters", "memory")
"""What goes between the page's script and the server."""
CHAPTERS = "shown-chapters"
"""Filled by the page's script."""


def page() -> Component:
    """Return the page for a tab that is just opened."""
    stores = [dcc.Store(id="tab", data=new_id()), *(dcc.Store(id=name) for name in STORES)]
    return html.Div([*stores, _header(), _main()])


def _header() -> Component:
    pages = [("Scenario", SCENARIO), ("Comparison", COMPARISON), ("Earlier runs", ARCHIVE)]
    nav = html.Nav(
        [button(words, f"show-{view}") for words, view in pages], id="nav", **{"aria-label": "What to look at"}
    )
    return html.Header([html.Span(TITLE, className="brand"), html.Div(id="picks"), nav])


def _main() -> Component:
    return html.Main(
        [
            html.H1("What if?", className="spoken"),
            html.Section([_change(), _run()], className="left", **{"aria-label": "Change and run"}),
            html.Section(
                [html.Div(id="right"), html.Div(id=CHAPTERS)],
                className="right",
                tabIndex=0,
                **{"aria-label": "Results"},
            ),
        ]
    )


def _change() -> Component:
    return html.Div(
        [
            html.Div([html.H2("Change"), html.Div(id="sheets")], className="heading"),
            html.Div(id="table", className="table"),
            html.Div(id="problem", role="alert", className="problem"),
            html.Details([html.Summary(id="changed"), html.Ul(id="changes", className="changes")], id="changes-fold"),
        ],
        className="change",
    )


def _run() -> Component:
    name = html.Label(["Name of the what-if", dcc.Input(id="name", type="text", autoComplete="off", maxLength=80)])
    count = html.Label(["Replications", dcc.Input(id="replications", type="text", inputMode="numeric", maxLength=5)])
    buttons = [
        button("Run", "run", kind="primary"),
        button("Optimise", "optimise"),
        button("Cancel", "cancel", kind="cancel"),
    ]
    saving = html.Details(
        [
            html.Summary("Save"),
            html.P("Under the name above, as a new file in the folder where promiselab serve was started."),
            button("Save as a scenario", "save-scenario"),
            button("Save as a workbook", "save-workbook"),
            button("Save as a design", "save-design"),
        ],
        className="saving",
    )
    return html.Div(
        [
            html.Div([name, count, *buttons], className="controls"),
            html.Div(id="progress", role="status", className="progress"),
            html.Div(id="message", role="status", className="message"),
            html.Ul(id="kept", className="kept", **{"aria-label": "What-ifs that are kept"}),
            saving,
        ],
        className="run",
    )
