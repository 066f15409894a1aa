"""The wires between the page and its desks: what is sent, what happens, and what the page shows afterwards."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update
from dash.development.base_component import Component

from promiselab.web.archive import Archive
from promiselab.web.desks import COMPARISON, Desk, Desks
from promiselab.web.events import EVENTS, Said, cell_changed
from promiselab.web.forms import change_list, choice, editable, problem_list, values
from promiselab.web.jobs import FAILED
from promiselab.web.memory import recalled, remembered
from promiselab.web.results import chapters
from promiselab.web.tables import sheet, sheet_titles
from promiselab.web.views import UNREADABLE, kept_list, progress_view, right_side
from promiselab.web.what_if import WhatIf, served_segment
from scenarios.problems import BadInput

GIFTWARE = "giftware"
LOST = "This tab was closed for the server. Load the page again."
SCRIPTED = (
    ("answered", "next"),
    ("memory", "remember"),
    ("edited", "show"),
    ("chapters", "open"),
    ("looked", "mark"),
    ("told", "ask"),
    ("job", "attend", "tab"),
)
"""What the page's script does with what arrives: store, function, and what it needs besides."""


def register(app: Dash, desks: Desks) -> None:
    """Wire the page of an application to the desks of its tabs."""
    archive = Archive(desks.out)

    @app.callback(
        output={
            "picks": Output("picks", "children"),
            "sheets": Output("sheets", "children"),
            "table": Output("table", "children"),
            "changes": Output("changes", "children"),
            "changed": Output("changed", "children"),
            "kept": Output("kept", "children"),
            "looked": Output("looked", "data"),
            "message": Output("message", "children"),
            "problem": Output("problem", "children"),
            "name": Output("name", "value"),
            "replications": Output("replications", "value"),
            "job": Output("job", "data"),
            "answered": Output("answered", "data"),
            "memory": Output("memory", "data"),
        },
        inputs={"event": Input("event", "data")},
        state={
            "tab": State("tab", "data"),
            "name": State("name", "value"),
            "replications": State("replications", "value"),
        },
    )
    def happened(event: Any, tab: str, name: Any, replications: Any) -> dict[str, Any]:
        said, answered = _said(event, name, replications), {"answered": _number(event)}
        desk = desks.of(tab)
        try:
            opening = OPENING.get(said.kind) if event else _opened
            if opening is not None:
                desk = opening(desks, tab, said.value)
                shown = {**_everything(desks, desk), **answered, "message": "", "problem": []}
                return shown if event else {**shown, "memory": no_update}  # what was there before is still to come
        except BadInput as error:
            return {**_nothing(), **answered, "problem": problem_list(error)}
        if desk is None:
            return {**_nothing(), **answered, "problem": LOST}
        with desk.lock:
            return {**_after(desks, desk, said), **answered}

    @app.callback(
        Output("answered", "data", allow_duplicate=True),
        Output("edited", "data"),
        Output("changes", "children", allow_duplicate=True),
        Output("changed", "children", allow_duplicate=True),
        Output("table", "children", allow_duplicate=True),
        Output("problem", "children", allow_duplicate=True),
        Output("memory", "data", allow_duplicate=True),
        Input("edit", "data"),
        State("tab", "data"),
        prevent_initial_call=True,
    )
    def edited(edit: Any, tab: str) -> tuple[Any, ...]:
        desk = desks.of(tab)
        if desk is None or not isinstance(edit, dict):
            return _number(edit), no_update, no_update, no_update, no_update, LOST, no_update
        path, problem = str(edit.get("path")), list[Component]()
        with desk.lock:
            try:
                cell_changed(desk, path, str(edit.get("value")).strip())
            except BadInput as error:
                problem = [problem_list(error)]
            table = sheet(desk.now.scenario, desk.sheet)
            cells = {"path": path, "values": values(table, desk.now)}
            other = no_update if served_segment(path) is None else editable(table, desk.now)  # it has other rows
            told = change_list(desk.now), _counted(desk.now), other, problem
            return _number(edit), cells, *told, remembered(desk)

    @app.callback(
        Output("told", "data"),
        Output("progress", "children"),
        Output("looked", "data", allow_duplicate=True),
        Output("kept", "children", allow_duplicate=True),
        Output("problem", "children", allow_duplicate=True),
        Output("memory", "data", allow_duplicate=True),
        Input("ask", "data"),
        State("tab", "data"),
        State("looked", "data"),
        prevent_initial_call=True,
    )
    def asked(_ask: Any, tab: str, looked: Any) -> tuple[Any, ...]:
        desk = desks.of(tab)
        if desk is None or desk.job is None:
            return {"open": False}, [], no_update, no_update, LOST, no_update
        with desk.lock:
            job = desk.job
            is_open = job.is_open  # asked before the result is taken over, so that none is missed
            desks.follow_up(desk)
            new = desk.looked if desk.looked != looked else no_update
            problem = job.problem if job.state == FAILED else no_update
            shown = progress_view(desk, desks.jobs.before(job)), new, kept_list(desk), problem
            return {"open": is_open}, *shown, no_update if is_open else remembered(desk)

    @app.callback(
        Output("right", "children"),
        Output("chapters", "data"),
        Input("looked", "data"),
        State("tab", "data"),
        prevent_initial_call=True,
    )
    def looked_at(_looked: Any, tab: str) -> tuple[Any, Any]:
        desk = desks.of(tab)
        return (LOST, None) if desk is None else _right(desks, desk, archive)

    for store, function, *state in SCRIPTED:
        app.clientside_callback(
            f"function (...given) {{ return window.desk.{function}(...given); }}",
            Output(store, "modified_timestamp"),
            Input(store, "data"),
            *(State(name, "data") for name in state),
            prevent_initial_call=True,
        )


def _right(desks: Desks, desk: Desk, archive: Archive) -> tuple[Any, Any]:
    """Return the right side, and the chapters of the run that it shows."""
    folder = desk.shown if desk.view == COMPARISON else None
    try:
        told = None if folder is None else chapters(folder, finished=folder.parent != desks.drafts)
        return right_side(desk, archive), told
    except BadInput as error:
        return problem_list(error), None
    except (OSError, LookupError, TypeError, ValueError):
        return UNREADABLE, None


def _after(desks: Desks, desk: Desk, said: Said) -> dict[str, Any]:
    """Return what the page shows after an event; what has not changed is left alone."""
    looked, now, table, start = desk.looked, desk.now, desk.sheet, desk.start
    changed: dict[str, Any] = {**_nothing(), "message": "", "problem": []}
    try:
        if said.kind in EVENTS:
            changed["message"] = EVENTS[said.kind](desks, desk, said)
    except BadInput as error:
        changed["problem"] = problem_list(error)
    except OSError as error:
        changed["problem"] = f"It cannot be written: {error.strerror}."
    shown = _everything(desks, desk)
    if desk.start != start or said.kind.startswith("save"):
        changed["picks"] = shown["picks"]
    if (desk.now, desk.sheet) != (now, table):
        changed |= {name: shown[name] for name in ("sheets", "table", "changes", "changed")}
    if said.kind in ("new", "edit-kept"):
        changed["name"] = said.value or shown["name"]
    if desk.looked != looked:
        changed["looked"] = desk.looked
    return {**changed, **{name: shown[name] for name in ("kept", "job", "memory")}}


def _everything(desks: Desks, desk: Desk) -> dict[str, Any]:
    """Return all that the page shows of a desk."""
    titles = sheet_titles(desk.now.scenario)
    return {
        "picks": _picks(desks, desk),
        "sheets": [choice("Table", "sheet", {"": list(titles.items())}, desk.sheet)],
        "table": editable(sheet(desk.now.scenario, desk.sheet), desk.now),
        "changes": change_list(desk.now),
        "changed": _counted(desk.now),
        "kept": kept_list(desk),
        "looked": desk.looked,
        "name": desk.free_name(),
        "replications": str(desk.source.study.replications),
        "job": {"open": desk.job is not None and desk.job.is_open},
        "memory": remembered(desk),
    }


def _opened(desks: Desks, tab: str, name: str) -> Desk:
    desk = desks.made(name or _first(desks))
    desks.put(tab, desk)
    return desk


OPENING = {"pick": _opened, "restore": recalled}
"""Events that give a tab another desk."""


def _number(told: Any) -> Any:
    """Return the number under which the page's script told something, and waits for its answer; 0 for the page."""
    return told.get("number") if isinstance(told, dict) else 0


def _nothing() -> dict[str, Any]:
    names = "picks sheets table changes changed kept looked message problem name replications job memory"
    return dict.fromkeys(names.split(), no_update)


def _picks(desks: Desks, desk: Desk) -> list[Component]:
    groups = {group: [(name, name) for name in names] for group, names in desks.files.known().items()}
    starts = [(name, name.replace("_", " ")) for name in desk.starts]
    return [choice("Scenario", "pick", groups, desk.name), choice("Base", "start", {"": starts}, desk.start)]


def _first(desks: Desks) -> str:
    """Return the scenario to begin with."""
    groups = desks.files.known()
    return groups["Given"][0] if "Given" in groups else GIFTWARE


def _counted(now: WhatIf) -> str:
    count = len(now.changes)
    return "Nothing is changed yet" if not count else f"{count} change{'s' if count > 1 else ''}"


def _said(event: Any, name: Any, replications: Any) -> Said:
    found = event if isinstance(event, dict) else {}
    return Said(str(found.get("kind", "")), str(found.get("value", "")), str(name or ""), str(replications or ""))
