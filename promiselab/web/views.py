"""What the right side shows: the scenario in words, a comparison, what is stored, or a sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from promiselab.explanation import explain
from promiselab.report.formats import MISSING, NOTHING, plain, scale_for
from promiselab.report.page import glyph, shade
from promiselab.web.archive import Archive, Stored
from promiselab.web.desks import ARCHIVE, COMPARISON, SCENARIO, Desk
from promiselab.web.forms import button
from scenarios.durations import duration

Children = list[Any]
UNREADABLE = "This cannot be read: it is not what promiselab wrote. Run it again."
NOTHING_YET = "Nothing is simulated yet. Change something on the left, or nothing, and press Run."


def right_side(desk: Desk, archive: Archive) -> Children:
    """Return what a tab looks at."""
    if desk.view == SCENARIO:
        return _scenario(desk)
    if desk.view == COMPARISON:
        return _comparison(desk)
    if desk.view == ARCHIVE or desk.looked_at is None:
        return _archive(archive)
    return _sweep(archive, archive.find(desk.looked_at.name))


def _scenario(desk: Desk) -> Children:
    """Return the base in words: who is promised what, how busy everybody is, what looks odd, what is assumed."""
    told = explain(desk.now.base)
    value = f"Order at list price, {told['currency']}"
    promised = ("Promised delivery", "Promised from stock", "Accepted")
    head = ("Segment", "Customers", "Potential orders a day", value, *promised)
    rows = [_segment(name, about) for name, about in told["segments"].items()]
    loads = ", ".join(f"{team} {100 * share:.0f} %" for team, share in told["loads"].items() if share is not None)
    odd = [html.Li(text) for text in told["oddities"]]
    assumed = [html.Div([html.Dt(one["about"]), html.Dd(one["because"])]) for one in told["assumptions"]]
    around = {"tabIndex": 0, "role": "group", "aria-label": "Segments"}
    return [
        html.H2(f"{desk.source.name}: {_spoken(desk.start)}"),
        html.P(told["description"]),
        html.Div(html.Table([_head(head), html.Tbody(rows)]), className="scroll", **around),
        *([html.P(f"Expected load: {loads}.")] if loads else []),
        *([html.H3("Looks odd"), html.Ul(odd, className="warnings")] if odd else []),
        *([html.Details([html.Summary(f"{len(assumed)} assumptions"), html.Dl(assumed)])] if assumed else []),
    ]


def _segment(name: str, about: Mapping[str, Any]) -> Component:
    lead, fill, accepted = about.get("lead_time_days"), about.get("fill_rate"), about.get("acceptance")
    cells = (
        f"{about['customers']:,}",
        f"{about['potential_orders_per_day']:.3g}",
        f"{about['list_value_per_order']:,.2f}",
        MISSING if lead is None else duration(lead),
        MISSING if fill is None else f"{100 * fill:.4g} %",
        "not served" if accepted is None else f"{100 * accepted:.0f} %",
    )
    return html.Tr([html.Th(name, scope="row"), *(html.Td(text, className="number") for text in cells)])


def _head(columns: Sequence[str], kind: str = "") -> Component:
    return html.Thead(html.Tr([html.Th(text, scope="col", className=kind) for text in columns]))


def _comparison(desk: Desk) -> Children:
    if desk.shown is None:
        return [html.H2("Comparison"), html.P(NOTHING_YET)]
    return [html.H2("Base and what-ifs side by side"), _report_link(desk)]


def _report_link(desk: Desk) -> Component:
    if desk.shown is None or not (desk.shown / "report.html").is_file():
        return html.P("The report follows when all replications are done.", className="quiet")
    return html.P(report_link(desk.shown.name))


def report_link(run: str) -> Component:
    """Return the link that opens the report of a run in a tab of its own."""
    return html.A("Open the report", href=f"/runs/{run}/report", target="_blank", rel="noopener")


def _archive(archive: Archive) -> Children:
    found = archive.all()
    if not found:
        return [html.H2("Earlier runs and sweeps"), html.P("Nothing is stored in the results folder yet.")]
    rows = html.Tbody([_stored(stored) for stored in found])
    made = html.Table([_head(("When", "What", "Look at"), "text"), rows], className="archive")
    return [html.H2("Earlier runs and sweeps"), made]


def _stored(stored: Stored) -> Component:
    name = stored.folder.name
    look: Children = []
    if stored.has_figures:
        look.append(button("Figures", "show-stored", name, kind="small", label=f"Figures of {stored.title}"))
    if stored.has_points:
        look.append(button("Points", "show-stored", name, kind="small", label=f"Points of {stored.title}"))
    if stored.has_report:
        look.append(report_link(name))
    when = stored.created.replace("T", " ")[:16]
    what = [html.Span(stored.title), html.Small(" · ".join(filter(None, (stored.kind, stored.about))))]
    return html.Tr([html.Th(when, scope="row"), html.Td(what, className="text"), html.Td(look, className="look")])


def _sweep(archive: Archive, stored: Stored) -> Children:
    """Return the points of a sweep against its baseline."""
    found = archive.summary(stored)
    head = _head(("Point", "Margin", "Against the baseline", "Verdict"))
    rows = [_point(row, str(found["currency"])) for row in found["table"]]
    best = ", ".join(map(str, found["cannot_be_ruled_out"]))
    around = {"tabIndex": 0, "role": "group", "aria-label": stored.title}
    return [
        html.H2(stored.title),
        html.P(stored.about, className="quiet"),
        html.P(f"Cannot be ruled out as the best by margin: {best}."),
        html.Div(html.Table([head, html.Tbody(rows)]), className="scroll", **around),
    ]


def _point(row: dict[str, Any], currency: str) -> Component:
    margin, change = row["estimates"]["margin"], row["margin_difference"]
    cells = [
        html.Td(_interval(currency, margin), className="number"),
        html.Td(_interval(currency, change, sign=True) if change else "", className="number"),
        html.Td(str(change["verdict"]) if change else "", className="text"),
    ]
    return html.Tr([html.Th(str(row["point"]), scope="row"), *cells])


def _interval(currency: str, found: Mapping[str, Any], *, sign: bool = False) -> str:
    mean, width = found["mean"], found["half_width"]
    if mean is None:
        return NOTHING
    return plain(scale_for(currency, [mean], [width]).interval_with_unit(mean, width, sign=sign))


def kept_list(desk: Desk) -> Children:
    """Return the base and the what-ifs that are kept, in the colours of the charts."""
    base = html.Li([design_label(desk.start, 0), html.Span("base", className="quiet")])
    return [
        base,
        *(
            html.Li(
                [
                    design_label(name, index),
                    button("Edit", "edit-kept", name, kind="small", label=f"Edit {name}"),
                    button("Remove", "remove-kept", name, kind="small", label=f"Remove {name}"),
                ]
            )
            for index, name in enumerate(desk.kept, start=1)
        ),
        *([html.Li(button("New what-if", "new", kind="small"))] if desk.kept else []),
    ]


def design_label(name: str, index: int) -> Component:
    """Return the name of a design with the colour and the mark that it has in every chart."""
    mark = html.Span(f"{glyph(index)}\N{NO-BREAK SPACE}", className=f"d{shade(index)}", **{"aria-hidden": "true"})
    return html.Span([mark, name], className="design")


def progress_view(desk: Desk, before: int) -> Children:
    """Return how far the work of a tab is."""
    job = desk.job
    if job is None or not job.is_open:
        return []
    if before or not job.words:
        waiting = f"Waiting: {before} before this one." if before else "Starting ..."
        return [html.Progress(**{"aria-label": "progress"}), html.Span(waiting)]
    left = job.seconds_left()
    told = f", about {left:,.0f} s left" if left is not None else ""
    share = {"value": str(job.done), "max": str(job.of)} if job.of else {}
    counted = f": {job.done} of {job.of} replications" if job.of > 1 else ""
    return [html.Progress(**share, **{"aria-label": "progress"}), html.Span(f"{job.words}{counted}{told}")]


def _spoken(name: str) -> str:
    return name.replace("_", " ")
